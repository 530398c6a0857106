"""Algorithms that the engine treats as unsupported, by default or always (RFC 8624 §3.1; RFC 9905; RFC 4035 §5.2; RFC 6840 §5.2)."""
from matrix.keys import KSK, ZSK, Key, ds

from .algorithms import TLSA
from .changes import altered

ZONE = f"@ MX 10 mx\nmx A 192.0.2.1\n_25._tcp.mx TLSA {TLSA}\n*.wild TXT any\nalias CNAME mx\n"
SHA1 = "SHA-1 signatures count as unsupported by default (SEMANTICS §3, RFC 9905 §2): the zone is insecure; `allowSha1Signatures` turns them on"
ED448 = "Ed448 counts as unsupported until a stable crate exists (SEMANTICS §3): the zone is insecure"
KINDS = [
    ("positive", "_25._tcp.mx", "TLSA", "RFC 4035 §5.3"), ("wildcard", "host.wild", "TXT", "RFC 4035 §5.3.4"),
    ("nodata", "mx", "TLSA", "RFC 4035 §5.4"), ("nxdomain", "_25._tcp.mx9", "TLSA", "RFC 4035 §5.4"), ("cname", "alias", "A", "RFC 4035 §5.3"),
]


def declare(tree):
    group = tree.group("unsupported")
    for algorithm, denial, signer, reason in ((5, "nsec", "ldns", SHA1), (7, "nsec3", "ldns", SHA1), (7, "nsec", "bind", SHA1), (16, "nsec", "bind", ED448), (16, "nsec3", "ldns", ED448)):
        zone = group.sub(f"a{algorithm}-{denial}")
        group.real(zone, ZONE, algorithm, denial=denial, signer=signer)
        for kind, name, rdtype, clause in KINDS:
            group.case(f"{algorithm}-{denial}-{kind}", f"{name}.{zone}", rdtype, "secure", clause, ours="insecure", reason=reason)
    group.made(group.sub("a5-altered"), ZONE, algorithm=5, change=altered("mx", "A", "192.0.2.66"))
    group.case("5-altered", group.sub("mx.a5-altered"), "A", "bogus", "RFC 4035 §5.3.3", ours="insecure", reason=SHA1)

    for ident, algorithm in (("unknown", 200), ("private", 253), ("rsamd5", 1), ("dsa", 3), ("gost", 12)):
        zone = group.sub(ident)
        group.made(zone, ZONE, ds_lines=lambda ksks, zone=zone, algorithm=algorithm: [ds(zone, ksks[0].rdata, 2, algorithm=algorithm)])
        group.case(f"{ident}-algorithm", f"_25._tcp.mx.{zone}", "TLSA", "insecure", "RFC 4035 §5.2; RFC 6840 §5.2")
    zone = group.sub("unknown-and-good")
    group.made(zone, ZONE, ds_lines=lambda ksks: [ds(zone, ksks[0].rdata, 2), f"12345 200 2 {'00' * 32}"])
    group.case("unknown-and-good-algorithm", f"_25._tcp.mx.{zone}", "TLSA", "secure", "RFC 6840 §5.11")
    mixed = group.sub("sha1-and-good")
    five, good = Key(5, KSK), Key(13, KSK)
    group.made(mixed, ZONE, ksks=[five, good], zsks=[Key(5, ZSK), Key(13, ZSK)], ds_lines=[ds(mixed, five.rdata), ds(mixed, good.rdata)])
    group.case("sha1-and-good-algorithm", f"_25._tcp.mx.{mixed}", "TLSA", "secure", "RFC 6840 §5.11")
