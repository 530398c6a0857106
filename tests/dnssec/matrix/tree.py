"""The signed tree of the matrix: a root with its own anchor, one top-level domain a group, zones below, and the questions about them.

Zones that an honest signer can make are signed by ldns-signzone or dnssec-signzone and served by nsd; all others are signed by `sign.py` and served by
`authority.py`. Children come first: a parent needs their DS. Servers are named in the root zone itself.
"""
import pathlib
import struct
import subprocess

import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdatatype
import dns.zone
from dns.rdatatype import RRSIG

from .authority import Reply
from .keys import KSK, ZSK, Key, ds
from .sign import RRset, Zone, sign_zone
from .times import EXPIRATION, INCEPTION, digits

HONEST, MADE, RESOLVER = "127.0.83.1", "127.0.83.2", "127.0.83.3"
SERVERS = {"honest.": HONEST, "made.": MADE}
NAMES = {5: "RSASHA1", 7: "RSASHA1-NSEC3-SHA1", 8: "RSASHA256", 10: "RSASHA512", 13: "ECDSAP256SHA256", 14: "ECDSAP384SHA384", 15: "ED25519", 16: "ED448"}
BIND_NAMES = {**NAMES, 7: "NSEC3RSASHA1"}


class Child:
    """What a parent publishes of a zone."""

    def __init__(self, name, server, ds_lines):
        self.name, self.server, self.ds = name, server, ds_lines

    def lines(self):
        return "".join([f"{self.name} NS {self.server}\n", *(f"{self.name} DS {line}\n" for line in self.ds)])


class Group:
    """One file of recordings: its own top-level domain, its own run of the resolver."""

    def __init__(self, tree, name, bounds=None, unbound=(), stripped=False, note=None):
        self.tree, self.name, self.bounds, self.unbound, self.stripped, self.note = tree, name, bounds or {}, list(unbound), stripped, note
        self.tld, self.text, self.cases, self.change, self.signed_by, self.tld_denial = f"{name}.", "", [], None, "ldns", "nsec"

    def sub(self, label):
        return f"{label}.{self.tld}"

    def delegate(self, child):
        """Into the group's top-level domain, unless the child belongs elsewhere: then its parent takes `child.lines()`."""
        self.text += child.lines()
        return child

    def real(self, name, text, algorithm=13, delegate=True, digests=(2,), **how):
        child = self.tree.real(name, text, algorithm, digests, **how)
        return self.delegate(child) if delegate else child

    def made(self, name, text, delegate=True, **how):
        child = self.tree.made(name, text, **how)
        return self.delegate(child) if delegate else child

    def plain(self, name, text, delegate=True, server="honest."):
        child = self.tree.plain(name, text, server)
        return self.delegate(child) if delegate else child

    def case(self, ident, name, rdtype, intended, clause, **more):
        """`intended` is written before any resolver is asked; `ours` and `reason` where the engine differs by design."""
        if any(case["id"] == ident for case in self.cases):
            raise ValueError(f"{ident} stands twice in {self.name}")
        self.cases.append({"id": ident, "clause": clause, "name": name.rstrip(".") or ".", "type": rdtype, "intended": intended, **more})

    def finish(self):
        if self.tld_own:
            return self.tld_own(self.text)
        if self.change or self.signed_by == "own":
            return self.tree.made(self.tld, self.text, denial=self.tld_denial, change=self.change)
        return self.tree.real(self.tld, self.text, 13, (2,), denial=self.tld_denial)

    tld_own = None


class Tree:
    def __init__(self, state):
        self.state = pathlib.Path(state)
        self.zones, self.keys = self.state / "zones", self.state / "keys"
        for folder in (self.zones, self.keys):
            folder.mkdir(parents=True, exist_ok=True)
        self.honest, self.own, self.answers, self.groups, self.root_lines = {}, [], {}, [], []

    def group(self, name, **how):
        self.groups.append(Group(self, name, **how))
        return self.groups[-1]

    def plain(self, name, text, server="honest."):
        if server == "made.":
            self.own.append(Zone(name, head(server) + text))
        else:
            path = self.zones / f"{name}plain"
            path.write_text(zone_file(name, head(server) + text))
            self.honest[name] = path
        return Child(name, server, [])

    def real(self, name, text, algorithm, digests=(2,), denial="nsec", signer="ldns", bits=2048, salt="-", iterations=0, csk=False, server="honest."):
        path = self.zones / f"{name if name != '.' else 'dot.'}zone"
        path.write_text(zone_file(name, head(server) + text))
        signed = path.with_suffix(".signed")
        record = {"ldns": self.by_ldns, "bind": self.by_bind}[signer](name, path, signed, algorithm, denial, bits, salt, iterations, csk)
        if server == "made.":
            self.own.append(read_zone(name, signed))
        else:
            self.honest[name] = signed
        return Child(name, server, [ds(name, record, digest) for digest in digests])

    def by_ldns(self, name, path, signed, algorithm, denial, bits, salt, iterations, csk):
        size = ["-b", str(bits)] if algorithm < 13 else []
        keys = [run(["ldns-keygen", "-a", NAMES[algorithm], *size, *kind, name], self.keys) for kind in ([["-k"]] if csk else [["-k"], []])]
        chain = ["-n", "-t", str(iterations), *([] if salt == "-" else ["-s", salt]), *(["-p"] if denial == "optout" else [])] if denial != "nsec" else []
        run(["ldns-signzone", *chain, "-i", digits(INCEPTION), "-e", digits(EXPIRATION), "-f", str(signed), str(path), *keys], self.keys)
        return read_key(self.keys / f"{keys[0]}.key")

    def by_bind(self, name, path, signed, algorithm, denial, bits, salt, iterations, csk):
        size = ["-b", str(bits)] if algorithm < 13 else []
        keys = [run(["dnssec-keygen", "-q", "-a", BIND_NAMES[algorithm], *size, *kind, name], self.keys).split()[-1] for kind in ([["-f", "KSK"]] if csk else [["-f", "KSK"], []])]
        with path.open("a") as file:
            file.writelines((self.keys / f"{key}.key").read_text() for key in keys)
        chain = ["-3", salt, "-H", str(iterations), *(["-A"] if denial == "optout" else [])] if denial != "nsec" else []
        run(["dnssec-signzone", "-P", *chain, *(["-z"] if csk else ["-x"]), "-s", digits(INCEPTION), "-e", digits(EXPIRATION), "-j", "0", "-o", name, "-f", str(signed), str(path), *keys], self.keys)
        return read_key(self.keys / f"{keys[0]}.key")

    def made(self, name, text, algorithm=13, ksks=None, zsks=None, csk=False, before=None, change=None, digests=(2,), ds_lines=None, **how):
        """`before` changes the zone as it is signed, `change` after. `ds_lines` replaces what the parent publishes: a list, or a function of the KSKs."""
        ksks = ksks or [Key(algorithm, KSK)]
        zsks = zsks if zsks is not None else ([] if csk else [Key(algorithm, ZSK)])
        zone = Zone(name, head("made.") + text)
        if before:
            before(zone)
        sign_zone(zone, ksks, zsks, **how)
        zone.ksks, zone.zsks, zone.hand, zone.raw, zone.tree = ksks, zsks, [], [], self
        if change:
            change(zone)
        for made in zone.hand:
            self.answer(*made)
        for made in zone.raw:
            self.octets(*made)
        self.own.append(zone)
        lines = ds_lines(ksks) if callable(ds_lines) else ds_lines
        return Child(name, "made.", [ds(name, ksks[0].rdata, digest) for digest in digests] if lines is None else lines)

    def answer(self, name, rdtype, rcode, answer, authority, flags=0, other=None):
        """The answer to one question, whatever the zones say. A pair (RR set, name) shows the set under another name; `other` is what stands as the question."""
        reply = Reply(dns.message.make_query(*(other or (name, rdtype)), want_dnssec=True))
        reply.message.flags |= flags
        reply.message.set_rcode(dns.rcode.from_text(rcode))
        for section, sets in ((reply.message.answer, answer), (reply.message.authority, authority)):
            for item in sets:
                rrset, owner = item if isinstance(item, tuple) else (item, None)
                reply.put(section, rrset, owner)
        self.answers[f"{name.to_text().lower()} {dns.rdatatype.to_text(rdtype)}"] = reply.message.to_wire(max_size=65535)

    def octets(self, name, rdtype, records):
        """The same with an answer section of (RR set, RDATA octets), which no library puts in order or compresses."""
        wire = bytearray(dns.message.make_response(dns.message.make_query(name, rdtype)).to_wire())
        wire[2:4], wire[6:8] = b"\x84\x00", struct.pack("!H", len(records))
        for rrset, rdata in records:
            kind = RRSIG if rdata in [sig.to_wire() for sig in rrset.sigs] else rrset.rdtype
            wire += rrset.owner.to_wire() + struct.pack("!HHIH", kind, 1, rrset.ttl, len(rdata)) + rdata
        self.answers[f"{name.to_text().lower()} {dns.rdatatype.to_text(rdtype)}"] = bytes(wire)

    def finish(self):
        """Signs the top-level domains and the root; the anchors, as DS lines."""
        text = "".join(f"{name} A {address}\n" for name, address in SERVERS.items()) + "".join(group.finish().lines() for group in self.groups) + "".join(self.root_lines)
        root = self.real(".", text, 8)
        return [f". IN DS {line}" for line in root.ds]


def head(server):
    return f"@ SOA {server} hostmaster.{server} 2026060100 3600 900 604800 60\n@ NS {server}\n"


def zone_file(name, text):
    return f"$ORIGIN {name}\n$TTL 300\n{text}"


def read_zone(name, path):
    """What a real signer signed, for the authority that keeps the case of names: nsd does not."""
    zone = Zone(name)
    for owner, rdataset in dns.zone.from_file(str(path), origin=name, relativize=False).iterate_rdatasets():
        kind = rdataset.covers if rdataset.rdtype == RRSIG else rdataset.rdtype
        rrset = zone.sets.setdefault((owner, kind), RRset(owner, kind, rdataset.ttl))
        if rdataset.rdtype == RRSIG:
            rrset.sigs = list(rdataset)
        else:
            rrset.rdatas = list(rdataset)
    return zone


def read_key(path):
    with path.open() as file:
        line = next(line for line in file if not line.startswith(";"))
    fields = line.split(";")[0].split()
    return dns.rdata.from_text("IN", "DNSKEY", " ".join(fields[fields.index("DNSKEY") + 1:]))


def run(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr or done.stdout}")
    return done.stdout.strip()
