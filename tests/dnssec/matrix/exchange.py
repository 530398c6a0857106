"""A question in octets, and its answer in octets, over TCP (RFC 7766)."""
import socket
import struct

import dns.message
import dns.name


def question(name, rdtype, flags, dnssec=True):
    query = dns.message.make_query(dns.name.from_text(name), rdtype, want_dnssec=dnssec, use_edns=0, payload=1232)
    query.flags |= flags
    query.id = 0
    return query.to_wire()


def exchange(address, wire, timeout=20):
    """One question over TCP; the octets of the answer."""
    with socket.create_connection(address, timeout) as connection, connection.makefile("rb") as stream:
        connection.sendall(struct.pack("!H", len(wire)) + wire)
        size = stream.read(2)
        return stream.read(struct.unpack("!H", size)[0])
