"""Proofs of non-existence, and what looks like one (RFC 4035 §5.4, §3.1.3; RFC 5155 §8; RFC 6840 §4; RFC 4592)."""
import dns.name
import dns.rdatatype
from dns.rdatatype import A, CNAME, NSEC, NSEC3, RRSIG, SOA, TXT

from matrix.authority import canonical, covering3, matching3
from matrix.sign import put_nsec, rrsig, windows

from .algorithms import OPT_OUT, TLSA
from .changes import no_nsec

ZONE = f"""\
@ MX 10 mx
mx A 192.0.2.1
_25._tcp.mx TLSA {TLSA}
*.wild TXT any
b.ent A 192.0.2.3
old DNAME new
host.new A 192.0.2.4
alias CNAME mx
zz A 192.0.2.5
"""


PROOF_DECIDES = "first intended bogus: the RCODE is not signed, the NSEC proves that the name has no such type; unbound and delv take the proof, and unbound puts the RCODE right"


def declare(tree):
    nsec(tree.group("nsec"))
    nsec3(tree.group("nsec3"))


def name_in(zone, text):
    return dns.name.from_text(text, zone.name)


def rewritten(owner, following=None, types=None):
    """The NSEC of a name says something else, and is signed."""
    def change(zone):
        old = zone.at(owner, "NSEC").rdatas[0]
        at = name_in(zone, owner) if owner != "@" else zone.name
        del zone.sets[at, NSEC]
        rrset = put_nsec(zone, at, following(zone) if following else old.next, types or known(old))
        rrset.sigs = [rrsig(zone.zsks[0], rrset, zone.name)]
    return change


def known(rdata):
    return {window * 256 + i * 8 + bit for window, octets in rdata.windows for i, octet in enumerate(octets) for bit in range(8) if octet & (0x80 >> bit)}


def dropped(owner):
    return lambda zone: zone.sets.pop((name_in(zone, owner) if owner != "@" else zone.name, NSEC))


def nsec(group):
    def case(ident, name, rdtype, intended, clause, change=None, text=ZONE, **more):
        zone = group.sub(ident)
        group.made(zone, text, change=change, denial="nsec")
        group.case(ident, f"{name}.{zone}" if name else zone, rdtype, intended, clause, **more)

    case("nodata", "mx", "TLSA", "secure", "RFC 4035 §5.4")
    case("nxdomain", "nothing", "A", "secure", "RFC 4035 §5.4")
    case("nodata-nsec-removed", "mx", "TLSA", "bogus", "RFC 4035 §5.4; RFC 8914 §4.13", no_nsec)
    case("nxdomain-nsec-removed", "nothing", "A", "bogus", "RFC 4035 §5.4; RFC 8914 §4.13", no_nsec)
    case("tlsa-nsec-removed", "_25._tcp.mx9", "TLSA", "bogus", "RFC 4035 §5.4", no_nsec)
    case("nsec-unsigned", "mx", "TLSA", "bogus", "RFC 4035 §5.4", lambda zone: [setattr(s, "sigs", []) for s in zone.sets.values() if s.rdtype == NSEC])
    case("soa-unsigned", "mx", "TLSA", "bogus", "RFC 4035 §5.4", lambda zone: setattr(zone.at("@", "SOA"), "sigs", []))
    case("nodata-type-bit-set", "mx", "TXT", "bogus", "RFC 4035 §5.4", rewritten("mx", types={A, TXT, RRSIG, NSEC}))
    case("nodata-cname-bit-set", "mx", "TXT", "bogus", "RFC 6840 §4.3", rewritten("mx", types={A, CNAME, RRSIG, NSEC}))
    case("nxdomain-name-exists-by-nsec", "nothing", "A", "secure", "RFC 4035 §5.4", lambda zone: put_signed(zone, "nothing", "old", {TXT}), note=PROOF_DECIDES)
    case("nxdomain-uncovered", "nothing", "A", "bogus", "RFC 4035 §5.4", rewritten("host.new", following=lambda zone: name_in(zone, "nm")))
    case("nxdomain-wildcard-uncovered", "nothing", "A", "bogus", "RFC 4035 §5.4", dropped("@"))
    case("wildcard", "host.wild", "TXT", "secure", "RFC 4035 §5.3.4")
    case("wildcard-two-deep", "a.host.wild", "TXT", "secure", "RFC 4035 §5.3.4")
    case("wildcard-nodata", "host.wild", "A", "secure", "RFC 4035 §3.1.3.4")
    case("wildcard-itself", "*.wild", "TXT", "secure", "RFC 4592 §2.1")
    case("wildcard-proof-missing", "host.wild", "TXT", "bogus", "RFC 4035 §5.3.4", no_nsec, trap="wildcard whose non-existence proof is missing")
    case("wildcard-for-existing-name", "mx.wild", "TXT", "bogus", "RFC 4035 §5.3.4", expand_over("mx.wild"), text=ZONE + "mx.wild A 192.0.2.8\n")
    case("wildcard-nodata-proof-missing", "host.wild", "A", "bogus", "RFC 4035 §5.4", dropped("*.wild"))
    case("wildcard-denied-by-farther-encloser", "x.ent", "A", "bogus", "RFC 4592 §2.2.2", steal_wildcard, text=ZONE + "* A 192.0.2.77\n")
    case("ent", "ent", "A", "secure", "RFC 4035 §5.4")
    case("ent-closest-encloser", "x.ent", "A", "secure", "RFC 4592 §2.2.2")
    case("ent-said-nxdomain", "ent", "A", "bogus", "RFC 4035 §5.4; RFC 4592 §2.2.2", answered("ent", A, "NXDOMAIN", "@"))
    deny = ZONE + "*.deny A 192.0.2.9\naaa.deny A 192.0.2.10\nhost.deny TXT here\n"
    case("nsec-of-wildcard-expanded", "host.deny", "TXT", "bogus", "RFC 4035 §5.3.4; CVE-2017-15105", expanded_nsec("host.deny"), text=deny, trap="RRSIG over the wildcard's NSEC ignored")
    case("nsec-of-wildcard-expanded-where-it-covers", "nice.deny", "TXT", "secure", "RFC 4035 §3.1.3.4", expanded_nsec("nice.deny"), text=ZONE + "*.deny A 192.0.2.9\n",
         note="first intended bogus: under its own name, which its signature gives away, the NSEC covers the name and shows the wildcard's types, so the proof holds; unbound and delv take it")
    case("nsec-next-outside-zone", "zzz", "A", "bogus", "RFC 4034 §4.1.1", rewritten("zz", following=lambda zone: dns.name.from_text("zzz.example.")), trap="NSEC next name outside the zone", via="authority")
    case("nsec-next-of-the-parent", "zzz", "A", "bogus", "RFC 4034 §4.1.1", rewritten("zz", following=lambda zone: zone.name.parent()), trap="NSEC next name outside the zone", via="authority")
    case("nsec-under-dname", "host.old", "TXT", "bogus", "RFC 6840 §4.1", answered("host.old", TXT, "NXDOMAIN", "old", "@"), trap="NSEC with the DNAME bit denies nothing beneath")
    case("nsec-of-another-zone", "mx", "TLSA", "bogus", "RFC 4035 §5.4", foreign(group))
    case("dname-nodata-at-owner", "old", "A", "secure", "RFC 6672 §2.4")
    case("nodata-said-nxdomain", "mx", "TXT", "secure", "RFC 4035 §5.4", answered("mx", TXT, "NXDOMAIN", "mx", "@"), note=PROOF_DECIDES)
    case("nxdomain-said-nodata", "nothing", "A", "bogus", "RFC 4035 §5.4", answered("nothing", A, "NOERROR", "mx", "@"))
    case("empty-answer", "mx", "TLSA", "bogus", "RFC 4035 §5.4", answered("mx", dns.rdatatype.TLSA, "NOERROR", soa=False))
    case("soa-only", "mx", "TLSA", "bogus", "RFC 4035 §5.4", answered("mx", dns.rdatatype.TLSA, "NOERROR"))
    case("nsec-mixed-case", "MX", "TLSA", "secure", "RFC 6840 §5.1", rewritten("mx", following=lambda zone: dns.name.from_text("_25._TCP.Mx", zone.name)))


def put_signed(zone, owner, following, types):
    rrset = put_nsec(zone, name_in(zone, owner), name_in(zone, following), types | {RRSIG, NSEC})
    rrset.sigs = [rrsig(zone.zsks[0], rrset, zone.name)]
    zone.hand.append(hand(zone, owner, A, "NXDOMAIN", [zone.sets[zone.name, SOA], rrset, zone.sets[zone.name, NSEC]]))


def hand(zone, name, rdtype, rcode, authority=(), answer=()):
    """An answer made by hand: RR sets (a pair gives one another owner) for the two sections."""
    return (name_in(zone, name) if name else zone.name), rdtype, rcode, list(answer), list(authority)


def answered(name, rdtype, rcode, *owners, soa=True):
    """The name is answered by a negative answer with these NSEC."""
    def change(zone):
        sets = [zone.sets[zone.name, SOA]] if soa else []
        zone.hand.append(hand(zone, name, rdtype, rcode, sets + [zone.at(owner, "NSEC") for owner in owners]))
    return change


def expand_over(name):
    """The wildcard answers for a name that exists, with the NSEC there is."""
    def change(zone):
        source = zone.at("*.wild", "TXT")
        zone.hand.append(hand(zone, name, TXT, "NOERROR", [zone.at(name, "NSEC")], [(source, name_in(zone, name))]))
    return change


def steal_wildcard(zone):
    """`*` is used for a name below `ent`, which exists: its wildcard would be `*.ent`."""
    covering = next(s for s in zone.sets.values() if s.rdtype == NSEC and canonical(s.owner) < canonical(name_in(zone, "x.ent")) < canonical(s.rdatas[0].next))
    zone.hand.append(hand(zone, "x.ent", A, "NOERROR", [covering], [(zone.at("*", "A"), name_in(zone, "x.ent"))]))


def expanded_nsec(owner):
    """The NSEC of a wildcard, handed out under an expanded name: its signature is good, for the wildcard."""
    def change(zone):
        zone.hand.append(hand(zone, owner, TXT, "NOERROR", [zone.sets[zone.name, SOA], (zone.at("*.deny", "NSEC"), name_in(zone, owner)), zone.sets[zone.name, NSEC]]))
    return change


def foreign(group):
    """A good NSEC of a sibling stands where the zone's own should."""
    other = group.sub("foreign")
    group.made(other, ZONE)
    stored = group.tree.own[-1]
    def change(zone):
        zone.hand.append(hand(zone, "mx", dns.rdatatype.TLSA, "NOERROR", [zone.sets[zone.name, SOA], stored.at("mx", "NSEC")]))
    return change


def drop3(*names, cover=False):
    """Removes the NSEC3 that match (or cover) these names."""
    def change(zone):
        for name in names:
            full = name_in(zone, name) if name != "@" else zone.name
            found = covering3(zone, full) if cover else matching3(zone, full)
            zone.sets.pop((found.owner, NSEC3))
    return change


def altered3(name, types=None, **fields):
    def change(zone):
        rrset = matching3(zone, name_in(zone, name) if name != "@" else zone.name)
        rrset.rdatas = [rrset.rdatas[0].replace(**({"windows": windows(types)} if types is not None else {}), **fields)]
        rrset.sigs = [rrsig(zone.zsks[0], rrset, zone.name)]
    return change


def nsec3(group):
    def case(ident, name, rdtype, intended, clause, change=None, text=ZONE, denial="nsec3", how=None, **more):
        zone = group.sub(ident)
        group.made(zone, text, change=change, denial=denial, **(how or {}))
        group.case(ident, f"{name}.{zone}" if name else zone, rdtype, intended, clause, **more)

    case("nodata", "mx", "TXT", "secure", "RFC 5155 §8.5")
    case("nxdomain", "nothing", "A", "secure", "RFC 5155 §8.4")
    case("nxdomain-deep", "a.b.c.nothing", "A", "secure", "RFC 5155 §8.3")
    case("ent", "ent", "A", "secure", "RFC 5155 §8.5")
    case("ent-closest-encloser", "x.ent", "A", "secure", "RFC 5155 §8.3")
    case("wildcard", "host.wild", "TXT", "secure", "RFC 5155 §8.8")
    case("wildcard-two-deep", "a.host.wild", "TXT", "secure", "RFC 5155 §8.8")
    case("wildcard-nodata", "host.wild", "A", "secure", "RFC 5155 §8.7")
    case("long-salt", "nothing", "A", "secure", "RFC 5155 §3.1.5", how={"salt": b"s" * 64})
    case("nodata-nsec3-removed", "mx", "TXT", "bogus", "RFC 5155 §8.5; RFC 8914 §4.13", no_nsec)
    case("nxdomain-nsec3-removed", "nothing", "A", "bogus", "RFC 5155 §8.4; RFC 8914 §4.13", no_nsec)
    case("wildcard-proof-missing", "host.wild", "TXT", "bogus", "RFC 5155 §8.8", no_nsec, trap="wildcard whose non-existence proof is missing")
    case("nsec3-unsigned", "mx", "TXT", "bogus", "RFC 5155 §8.2", lambda zone: [setattr(s, "sigs", []) for s in zone.sets.values() if s.rdtype == NSEC3], delvNote="delv asks on until its time is over")
    case("closest-encloser-missing", "x.ent", "A", "bogus", "RFC 5155 §8.3", drop3("ent"))
    case("next-closer-uncovered", "nothing", "A", "bogus", "RFC 5155 §8.3", handed3("nothing", A, "NXDOMAIN", match=["@"], cover=["*"]))
    case("wildcard-uncovered", "nothing", "A", "bogus", "RFC 5155 §8.4", handed3("nothing", A, "NXDOMAIN", match=["@"], cover=["nothing"]))
    case("encloser-from-farther-up", "x.ent", "A", "bogus", "RFC 5155 §8.3", handed3("x.ent", A, "NXDOMAIN", match=["@"], cover=["*", "x.ent"]))
    case("nodata-type-bit-set", "mx", "TXT", "bogus", "RFC 5155 §8.5", altered3("mx", {A, TXT, RRSIG}))
    case("nodata-cname-bit-set", "mx", "TXT", "bogus", "RFC 6840 §4.3", altered3("mx", {A, CNAME, RRSIG}))
    case("unknown-hash", "mx", "TXT", "bogus", "RFC 5155 §8.1", how={"hash_algorithm": 2})
    case("unknown-flags", "mx", "TXT", "bogus", "RFC 5155 §8.2", how={"flags": 2}, delvNote="delv does not look at the flags; RFC 5155 §8.2: other flags are ignored, record and all")
    case("different-salts", "nothing", "A", "bogus", "RFC 5155 §8.2", altered3("@", salt=b"other"))
    case("under-dname", "host.old", "TXT", "bogus", "RFC 6840 §4.1", handed3("host.old", TXT, "NXDOMAIN", match=["old"], cover=["host.old", "*.old"]), trap="NSEC3 with the DNAME bit denies nothing beneath")
    case("opt-out-wildcard", "host.wild", "TXT", "insecure", "RFC 5155 §9.2", denial="optout")
    case("opt-out-tlsa-nxdomain", "_25._tcp.mx9", "TLSA", "insecure", "RFC 5155 §9.2; RFC 7672 §2.1", denial="optout", trap="no TLSA under an opt-out span is insecure", delvNote=OPT_OUT)
    case("opt-out-tlsa-nodata", "_tcp.mx", "TLSA", "secure", "RFC 5155 §8.5", denial="optout")
    case("opt-out-nsec3-removed", "nothing", "A", "bogus", "RFC 5155 §8.4", no_nsec, denial="optout")


def handed3(name, rdtype, rcode, match=(), cover=()):
    def change(zone):
        full = lambda text: zone.name if text == "@" else name_in(zone, text)
        sets = [zone.sets[zone.name, SOA], *(matching3(zone, full(text)) for text in match), *(covering3(zone, full(text)) for text in cover)]
        zone.hand.append(hand(zone, name, rdtype, rcode, sets))
    return change
