"""unbound, freshly started for a group, and delv: what they say of a question (RFC 4035 §3.2, RFC 8914), and the octets they hand out."""
import contextlib
import os
import pathlib
import re
import socket
import subprocess
import time

import dns.edns
import dns.flags
import dns.message
import dns.rcode

from .exchange import exchange, question
from .stripper import ADDRESS, Stripper
from .times import NOW, digits
from .tree import HONEST, RESOLVER

PORT = 5383
LONGEST = "600"
DELV_SECONDS = 8
# Extended errors that speak of validation (RFC 8914 §4): a SERVFAIL with one of them, or with none and a logged failure, is bogus.
VALIDATION = {1, 2, 5, 6, 7, 8, 9, 10, 11, 12, 27}
CONFIG = """server:
  interface: {resolver}@{port}
  port: {port}
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
  do-ip6: no
  username: ""
  chroot: ""
  directory: "{state}"
  pidfile: "{state}/{name}.pid"
  logfile: "{state}/{name}.log"
  use-syslog: no
  verbosity: 1
  val-log-level: 2
  log-time-ascii: no
  num-threads: 1
  module-config: "{modules}"
  trust-anchor-file: "{state}/anchors"
  val-override-date: "{date}"
  val-sig-skew-min: 0
  val-sig-skew-max: 0
  ede: yes
  aggressive-nsec: no
  qname-minimisation: no
  minimal-responses: no
  harden-dnssec-stripped: yes
  harden-referral-path: no
  harden-below-nxdomain: no
  harden-algo-downgrade: no
  use-caps-for-id: no
  prefetch: no
  rrset-roundrobin: no
  serve-expired: no
  trust-anchor-signaling: no
  root-key-sentinel: no
  unblock-lan-zones: yes
  insecure-lan-zones: no
  outgoing-interface: 127.0.0.1
{extra}
{upstream}
remote-control:
  control-enable: no
"""


class Unbound:
    """`with Unbound(state, extra) as resolver`: a fresh cache, ended by its own pid. `stripped`: it asks a resolver that hands out no signatures."""

    def __init__(self, state, extra=(), stripped=False, name="unbound", port=PORT, modules="validator iterator"):
        self.state, self.extra, self.stripped, self.name, self.modules = pathlib.Path(state), extra, stripped, name, modules
        self.address = (RESOLVER, port)
        self.below = contextlib.ExitStack()

    def __enter__(self):
        upstream = f'stub-zone:\n  name: "."\n  stub-addr: {HONEST}'
        if self.stripped:
            with contextlib.ExitStack() as opening:
                opening.enter_context(Unbound(self.state, name="plain", port=PORT + 1, modules="iterator"))
                opening.enter_context(Stripper((RESOLVER, PORT + 1)))
                self.below = opening.pop_all()
            upstream = f'forward-zone:\n  name: "."\n  forward-addr: {ADDRESS[0]}'
        config = self.state / f"{self.name}.conf"
        config.write_text(CONFIG.format(resolver=RESOLVER, port=self.address[1], state=self.state, date=digits(NOW), upstream=upstream, name=self.name, modules=self.modules,
                                        extra="\n".join(f"  {line}" for line in self.extra)))
        self.log = self.state / f"{self.name}.log"
        self.log.write_text("")
        self.process = subprocess.Popen(["timeout", LONGEST, "unbound", "-d", "-c", str(config)], stdout=subprocess.DEVNULL, stderr=(self.state / f"{self.name}.err").open("w"))
        for _ in range(100):
            try:
                socket.create_connection(self.address, 1).close()
                return self
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.05)
        self.__exit__()
        raise RuntimeError(f"unbound does not start: {(self.state / f'{self.name}.err').read_text()}")

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.below.close()

    def judge(self, name, rdtype):
        """{ status, rcode, ede, text }: AD is secure, a failed validation bogus, a SERVFAIL of another cause indeterminate, the rest insecure."""
        seen = self.log.stat().st_size
        message = dns.message.from_wire(exchange(self.address, question(name, rdtype, 0)))
        errors = [option for option in message.options if option.otype == dns.edns.EDE]
        log = self.log.read_text()[seen:]
        failures = re.findall(r"validation failure <?[^:>]*>?:? ?(.*)", log)
        code = int(errors[0].code) if errors else None
        text = (errors[0].text if errors else None) or (failures[0].strip() if failures else "")
        if message.rcode() == dns.rcode.SERVFAIL:
            status = "bogus" if failures or code in VALIDATION else "indeterminate"
        else:
            status = "secure" if message.flags & dns.flags.AD else "insecure"
        return {"status": status, "rcode": dns.rcode.to_text(message.rcode()), "ede": code, "text": plain(text)}

    def raw(self, name, rdtype):
        return exchange(self.address, question(name, rdtype, dns.flags.CD))

    def delv(self, name, rdtype):
        """secure, insecure, bogus, or None where delv gives no verdict; it gets its messages from this resolver with CD set, and validates itself."""
        command = ["delv", f"@{RESOLVER}", "-p", str(PORT), "-a", str(self.state / "delv.anchors"), "+root=.", "+cd", "+tcp", f"{name.rstrip('.')}.", rdtype]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=DELV_SECONDS, env={**os.environ, "LD_PRELOAD": str(self.state / "clock.so"), "MATRIX_AT": str(NOW)})
        except subprocess.TimeoutExpired:
            return None, f"no answer in {DELV_SECONDS} s"
        output = done.stdout + done.stderr
        failures = [why for why in re.findall(r"resolution failed: (.*)", output) if not why.startswith("ncache")]
        if failures:
            # These say that an answer was not to be had, not that it is wrong.
            return (None if failures[0] in ("failure", "quota reached", "timed out", "SERVFAIL") else "bogus"), failures[0]
        # One verdict an RR set: an alias and what it leads to have each their own.
        for words, status in (("unsigned answer", "insecure"), ("fully validated", "secure")):
            if words in output:
                return status, ""
        return None, output.strip()[-200:]


def plain(text):
    """Without the question, which is known, and without addresses, which say nothing of the case."""
    return re.sub(r"(^| )(from|and) 127\.[0-9.]+", "", re.sub(r"^validation failure <[^>]*>: ", "", text.strip()))
