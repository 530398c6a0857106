"""A resolver that knows nothing of DNSSEC: it clears DO in each question and passes it on (RFC 3225 §3), so that no signature comes back."""
import socket
import struct
import threading

import dns.message

from .exchange import exchange

ADDRESS = ("127.0.83.4", 53)


class Stripper:
    """`with Stripper(upstream)`: answers at ADDRESS, over UDP and TCP, until the block ends."""

    def __init__(self, upstream):
        self.upstream = upstream

    def __enter__(self):
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        for server in (self.udp, self.tcp):
            server.bind(ADDRESS)
            server.settimeout(0.1)
        self.tcp.listen(16)
        self.open = True
        self.threads = [threading.Thread(target=serve, daemon=True) for serve in (self.serve_udp, self.serve_tcp)]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.open = False
        for thread in self.threads:
            thread.join()
        self.udp.close()
        self.tcp.close()

    def serve_udp(self):
        while self.open:
            try:
                wire, peer = self.udp.recvfrom(65535)
                self.udp.sendto(self.ask(wire), peer)
            except OSError:
                pass

    def serve_tcp(self):
        while self.open:
            try:
                connection, _ = self.tcp.accept()
                connection.settimeout(5)
                with connection, connection.makefile("rb") as stream:
                    answer = self.ask(stream.read(struct.unpack("!H", stream.read(2))[0]))
                    connection.sendall(struct.pack("!H", len(answer)) + answer)
            except (OSError, struct.error):
                pass

    def ask(self, wire):
        query = dns.message.from_wire(wire)
        query.want_dnssec(False)
        return exchange(self.upstream, query.to_wire())
