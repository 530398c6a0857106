"""A zone in memory and a signer that can also sign wrongly (RFC 4034 §3, §4; RFC 5155 §7.1).

Every field of an RRSIG can be chosen; records can be changed after they were signed. Names keep the case they are written in.
"""
import base64
import hashlib
import struct

import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rdtypes.ANY.NSEC
import dns.rdtypes.ANY.NSEC3
import dns.rdtypes.ANY.RRSIG
import dns.zonefile
from dns.rdatatype import DNSKEY, DS, NS, NSEC, NSEC3, NSEC3PARAM, RRSIG

from .times import EXPIRATION, INCEPTION

IN = dns.rdataclass.IN
B32 = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789ABCDEFGHIJKLMNOPQRSTUV")
DENIAL_TTL = 60


class RRset:
    """Records of one name and type, and their signatures."""

    def __init__(self, owner, rdtype, ttl):
        self.owner, self.rdtype, self.ttl, self.rdatas, self.sigs = owner, rdtype, ttl, [], []


class Zone:
    """`sets` holds every RR set but RRSIG, by name and type; `sets[…].sigs` its signatures."""

    def __init__(self, name, text=""):
        self.name = dns.name.from_text(name)
        self.sets = {}
        self.nsec3 = None
        for line in text.splitlines():
            if line.strip():
                self.add(line)

    def add(self, line):
        """`owner TYPE rdata` or `owner TTL TYPE rdata`; owners are relative to the zone, `@` is its apex."""
        owner, *rest = line.split(None, 1)
        word, rest = rest[0].split(None, 1)
        ttl = 300
        if word.isdigit():
            ttl, (word, rest) = int(word), rest.split(None, 1)
        rdtype = dns.rdatatype.from_text(word)
        self.put(self.full(owner), rdtype, dns.rdata.from_text(IN, rdtype, rest, origin=self.name, relativize=False), ttl)

    def put(self, owner, rdtype, rdata, ttl=300):
        rrset = self.sets.setdefault((owner, rdtype), RRset(owner, rdtype, ttl))
        if rdata not in rrset.rdatas:
            rrset.rdatas.append(rdata)
        return rrset

    def full(self, owner):
        return self.name if owner == "@" else dns.name.from_text(owner, self.name)

    def at(self, owner, rdtype):
        return self.sets[self.full(owner), dns.rdatatype.from_text(rdtype)]

    def cut_above(self, owner):
        """The delegation at or above a name, none at the apex."""
        while owner != self.name:
            if (owner, NS) in self.sets:
                return owner
            owner = owner.parent()
        return None

    def authoritative(self, rrset):
        cut = self.cut_above(rrset.owner)
        return cut is None or (rrset.owner == cut and rrset.rdtype in (DS, NSEC))


def rrsig(key, rrset, signer, inception=INCEPTION, expiration=EXPIRATION, labels=None, original_ttl=None, tag=None, algorithm=None,
          after=None, signed_owner=None):
    """One signature; `after` changes fields once it is made, so that they are not what was signed."""
    owner = signed_owner or rrset.owner
    count = len(owner.labels) - 1 - (owner.labels[0] == b"*")
    fields = {
        "type_covered": rrset.rdtype, "algorithm": algorithm or key.algorithm, "labels": count if labels is None else labels,
        "original_ttl": rrset.ttl if original_ttl is None else original_ttl, "expiration": expiration, "inception": inception,
        "key_tag": key.tag if tag is None else tag, "signer": signer,
    }
    prefix = struct.pack("!HBBIIIH", *(int(fields[name]) for name in list(fields)[:7])) + signer.canonicalize().to_wire()
    name = owner
    if fields["labels"] < count:
        name = dns.name.Name((b"*",) + owner.labels[-(fields["labels"] + 1):])
    head = name.canonicalize().to_wire() + struct.pack("!HHI", rrset.rdtype, IN, fields["original_ttl"])
    body = b"".join(head + struct.pack("!H", len(wire)) + wire for wire in sorted(rdata.to_digestable() for rdata in rrset.rdatas))
    fields["signature"] = key.sign(prefix + body)
    fields.update(after or {})
    return dns.rdtypes.ANY.RRSIG.RRSIG(IN, RRSIG, **fields)


def sign_zone(zone, ksks, zsks, denial="nsec", salt=b"", iterations=0, flags=None, hash_algorithm=1, inception=INCEPTION, expiration=EXPIRATION):
    """Keys in, chain in, signatures on: as an honest signer does it. A zone without ZSK signs with its KSK (a CSK)."""
    for key in [*ksks, *zsks]:
        zone.put(zone.name, DNSKEY, key.rdata)
    if denial == "nsec":
        add_nsec(zone)
    elif denial:
        add_nsec3(zone, salt, iterations, denial == "optout", flags, hash_algorithm)
    for rrset in zone.sets.values():
        if zone.authoritative(rrset):
            keys = ksks if rrset.rdtype == DNSKEY else (zsks or ksks)
            rrset.sigs = [rrsig(key, rrset, zone.name, inception, expiration) for key in keys]
    return zone


def types_at(zone, owner):
    cut = zone.cut_above(owner)
    return {rdtype for name, rdtype in zone.sets if name == owner and (cut is None or rdtype in (NS, DS))}


def add_nsec(zone):
    owners = sorted({rrset.owner for rrset in zone.sets.values() if zone.cut_above(rrset.owner) in (None, rrset.owner)}, key=canonical)
    for owner, following in zip(owners, owners[1:] + owners[:1]):
        put_nsec(zone, owner, following, types_at(zone, owner) | {NSEC, RRSIG})


def put_nsec(zone, owner, following, types):
    return zone.put(owner, NSEC, dns.rdtypes.ANY.NSEC.NSEC(IN, NSEC, following, windows(types)), DENIAL_TTL)


def add_nsec3(zone, salt, iterations, opt_out, flags=None, hash_algorithm=1):
    zone.nsec3 = (salt, iterations)
    param = struct.pack("!BBHB", hash_algorithm, 0, iterations, len(salt)) + salt
    zone.put(zone.name, NSEC3PARAM, dns.rdata.from_wire(IN, NSEC3PARAM, param, 0, len(param)), 0)
    owners = {}
    for rrset in list(zone.sets.values()):
        owner = rrset.owner
        if zone.cut_above(owner) not in (None, owner):
            continue
        if opt_out and zone.cut_above(owner) == owner and (owner, DS) not in zone.sets:
            continue
        types = types_at(zone, owner)
        signed = zone.cut_above(owner) is None or DS in types
        owners[owner] = types | ({RRSIG} if signed else set())
        parent = owner
        while parent != zone.name:
            parent = parent.parent()
            owners.setdefault(parent, set())
    hashed = sorted((nsec3_hash(owner, salt, iterations), types) for owner, types in owners.items())
    for (digest, types), (following, _) in zip(hashed, hashed[1:] + hashed[:1]):
        rdata = dns.rdtypes.ANY.NSEC3.NSEC3(IN, NSEC3, hash_algorithm, (1 if opt_out else 0) if flags is None else flags, iterations, salt, following, windows(types))
        zone.put(hashed_name(digest, zone.name), NSEC3, rdata, DENIAL_TTL)


def nsec3_hash(owner, salt, iterations):
    digest = hashlib.sha1(owner.canonicalize().to_wire() + salt).digest()
    for _ in range(iterations):
        digest = hashlib.sha1(digest + salt).digest()
    return digest


def hashed_name(digest, zone):
    return dns.name.Name((base64.b32encode(digest).translate(B32).lower(),) + zone.labels)


def canonical(name):
    """The order of RFC 4034 §6.1."""
    return [label.lower() for label in reversed(name.labels)]


def windows(types):
    """A type bit map (RFC 4034 §4.1.2)."""
    made = []
    for window in sorted({rdtype >> 8 for rdtype in types}):
        bitmap = bytearray(32)
        for rdtype in types:
            if rdtype >> 8 == window:
                bitmap[(rdtype & 255) // 8] |= 0x80 >> (rdtype & 7)
        made.append((window, bytes(bitmap).rstrip(b"\0")))
    return made
