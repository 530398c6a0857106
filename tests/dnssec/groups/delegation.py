"""Delegations: signed, unsigned, islands, DS and their denial (RFC 4035 §5.2, §3.1.4; RFC 5155 §8.6, §8.9; RFC 6840 §4.1, §4.4)."""

from dns.rdatatype import A, DS, NS, NSEC, RRSIG, SOA, TLSA as TLSA_TYPE

from matrix.authority import covering3, matching3
from matrix.sign import rrsig

from .algorithms import TLSA
from .changes import altered, no_nsec, unsigned
from .denial import altered3, hand, name_in, rewritten

ZONE = f"@ MX 10 mx\nmx A 192.0.2.1\n_25._tcp.mx TLSA {TLSA}\n"


def declare(tree):
    group = tree.group("delegation")

    def case(ident, name, intended, clause, rdtype="A", **more):
        group.case(ident, name, rdtype, intended, clause, **more)

    def below(ident, denial, change=None, child=None, clause="", intended="insecure", name="mx.sub", rdtype="A", before=None, **more):
        """A signed zone with a delegation `sub`; the case asks beneath it."""
        zone = group.sub(ident)
        sub = (child or (lambda full: group.plain(full, ZONE, delegate=False, server="made.")))(f"sub.{zone}")
        group.made(zone, ZONE + sub.lines(), denial=denial, change=change, before=before)
        case(ident, f"{name}.{zone}", intended, clause, rdtype, **more)

    signed = lambda full: group.made(full, ZONE, delegate=False)

    for denial in ("nsec", "nsec3", "optout"):
        below(f"unsigned-{denial}", denial, clause="RFC 4035 §5.2; RFC 5155 §8.9")
        below(f"unsigned-{denial}-apex-nodata", denial, name="sub", clause="RFC 4035 §5.2")
        below(f"unsigned-{denial}-proof-removed", denial, no_nsec, intended="bogus", clause="RFC 4035 §5.2; RFC 8914 §4.13")
        below(f"unsigned-{denial}-ds-asked", denial, name="sub", rdtype="DS", intended="insecure" if denial == "optout" else "secure", clause="RFC 4035 §5.4; RFC 5155 §8.6, §9.2",
              **({"delvNote": "delv calls a negative answer under an opt-out span validated; RFC 5155 §9.2: it must not be taken as authentic"} if denial == "optout" else {}))
        below(f"signed-{denial}", denial, child=signed, intended="secure", clause="RFC 4035 §5.2")
        # The attacker takes the DS away and shows what the parent has (or has not) instead.
        below(f"ds-removed-{denial}", denial, lambda zone: zone.sets.pop((name_in(zone, "sub"), DS)), child=signed, intended="bogus", clause="RFC 4035 §5.2; RFC 6840 §4.4")
        below(f"ds-altered-{denial}", denial, spoil_ds, child=signed, intended="bogus", clause="RFC 4035 §5.2")
        below(f"ds-unsigned-{denial}", denial, unsigned("sub", "DS"), child=signed, intended="bogus", clause="RFC 4035 §5.2")
    below("ds-denied-by-child-apex", "nsec", ds_denied_by_child, child=signed, intended="bogus", clause="RFC 6840 §4.1, §4.4")
    below("ds-denied-without-ns-bit", "nsec", rewritten("sub", types={A, RRSIG, NSEC}), intended="bogus", clause="RFC 6840 §4.4")
    below("ds-denied-with-soa-bit", "nsec", rewritten("sub", types={NS, SOA, RRSIG, NSEC}), intended="bogus", clause="RFC 4035 §5.2")
    below("ds-denied-with-ds-bit", "nsec", rewritten("sub", types={NS, DS, RRSIG, NSEC}), intended="bogus", clause="RFC 4035 §5.4")
    below("ds-denied-without-ns-bit-nsec3", "nsec3", altered3("sub", {A, RRSIG}), intended="bogus", clause="RFC 6840 §4.4")
    # The parent's NSEC at a cut says nothing about what the child holds.
    below("child-denied-by-parent-nsec", "nsec", denied_by_parent("mx.sub", "NXDOMAIN", ["sub"]), child=signed, intended="bogus", clause="RFC 6840 §4.1", trap="NSEC of the parent used at a cut")
    below("child-tlsa-denied-by-parent-nsec", "nsec", denied_by_parent("_25._tcp.mx.sub", "NXDOMAIN", ["sub"], TLSA_TYPE), child=signed, name="_25._tcp.mx.sub", rdtype="TLSA", intended="bogus", clause="RFC 6840 §4.1", trap="NSEC of the parent used at a cut")
    below("child-apex-denied-by-parent-nsec", "nsec", denied_by_parent("sub", "NOERROR", ["sub"]), child=signed, name="sub", intended="bogus", clause="RFC 6840 §4.1", trap="NSEC of the parent used at a cut")
    below("child-denied-by-parent-nsec3", "nsec3", denied_by_parent3("mx.sub", "NXDOMAIN", ["sub"], ["mx.sub", "*.sub"]), child=signed, intended="bogus", clause="RFC 6840 §4.1", trap="NSEC3 of the parent used at a cut")
    below("child-apex-denied-by-parent-nsec3", "nsec3", denied_by_parent3("sub", "NOERROR", ["sub"], []), child=signed, name="sub", intended="bogus", clause="RFC 6840 §4.1", trap="NSEC3 of the parent used at a cut")
    below("child-signed-by-parent", "nsec", signed_by_parent, child=signed, intended="bogus", clause="RFC 4035 §5.3.1", ours="bogus",
          reason="the signer is the zone that holds the RR set (RFC 4035 §5.3.1, a MUST); unbound and delv look for no cut between signer and owner",
          note="unbound and delv take the parent's signature: they follow the chain to the signer alone", delvNote="as unbound")
    # Unsigned children of signed children, and the other way round.
    inner = group.plain(group.sub("sub.sub.grandchild"), ZONE, delegate=False)
    middle = group.real(group.sub("sub.grandchild"), ZONE + inner.lines(), delegate=False)
    group.real(group.sub("grandchild"), ZONE + middle.lines())
    case("insecure-grandchild", group.sub("mx.sub.sub.grandchild"), "insecure", "RFC 4035 §5.2")
    case("secure-child-of-it", group.sub("mx.sub.grandchild"), "secure", "RFC 4035 §5.2")
    island = group.real(group.sub("sub.unsigned"), ZONE, delegate=False)
    group.plain(group.sub("unsigned"), ZONE + island.lines())
    case("island-with-ds-below-unsigned", group.sub("mx.sub.unsigned"), "insecure", "RFC 4033 §2, §5")
    group.real(group.sub("island"), ZONE, digests=())
    case("island", group.sub("mx.island"), "insecure", "RFC 4033 §2, §5")
    group.made(group.sub("island-altered"), ZONE, ds_lines=[], change=altered("mx", "A", "192.0.2.66"))
    case("island-altered", group.sub("mx.island-altered"), "insecure", "RFC 4033 §5")
    group.plain(group.sub("signed-by-nobody"), ZONE, delegate=False)
    group.text += group.tree.plain(group.sub("signed-by-nobody"), ZONE).lines() + f"{group.sub('signed-by-nobody')} DS 12345 13 2 {'ab' * 32}\n"
    case("ds-of-unsigned-zone", group.sub("mx.signed-by-nobody"), "bogus", "RFC 4035 §5.2; RFC 8914 §4.10")
    # Three zones of one server: the DS is the parent's to answer (RFC 4035 §3.1.4.1).
    three = group.real(group.sub("three.two.one"), ZONE, delegate=False)
    two = group.real(group.sub("two.one"), ZONE + three.lines(), 15, delegate=False, denial="nsec3")
    group.real(group.sub("one"), ZONE + two.lines(), 8)
    case("three-zones-of-one-server", group.sub("mx.three.two.one"), "secure", "RFC 4035 §3.1.4.1")
    case("three-zones-of-one-server-tlsa-absent", group.sub("_25._tcp.mx9.three.two.one"), "secure", "RFC 4035 §3.1.4.1", "TLSA")
    case("ds-of-the-third", group.sub("three.two.one"), "secure", "RFC 4035 §3.1.4.1", "DS")
    gap = group.real(group.sub("deep.a.b.c"), ZONE, delegate=False)
    group.text += gap.lines()
    case("zone-four-labels-below-its-parent", group.sub("mx.deep.a.b.c"), "secure", "RFC 4035 §5.2")


def spoil_ds(zone):
    rrset = zone.at("sub", "DS")
    digest = rrset.rdatas[0].digest
    rrset.rdatas = [rrset.rdatas[0].replace(digest=bytes([digest[0] ^ 1]) + digest[1:])]


def child_of(zone):
    return next(made for made in reversed(zone.tree.own) if made.name == name_in(zone, "sub"))


def ds_denied_by_child(zone):
    child = child_of(zone)
    zone.hand.append(hand(zone, "sub", DS, "NOERROR", [child.at("@", "SOA"), child.at("@", "NSEC")]))


def denied_by_parent(name, rcode, owners, rdtype=A):
    def change(zone):
        zone.hand.append(hand(zone, name, rdtype, rcode, [zone.sets[zone.name, SOA], *(zone.at(owner, "NSEC") for owner in owners), zone.at("@", "NSEC")]))
    return change


def denied_by_parent3(name, rcode, match, cover):
    def change(zone):
        sets = [matching3(zone, name_in(zone, text)) for text in match] + [covering3(zone, name_in(zone, text)) for text in cover]
        zone.hand.append(hand(zone, name, A, rcode, [zone.sets[zone.name, SOA], *sets]))
    return change


def signed_by_parent(zone):
    """The parent's key signs what the child holds."""
    rrset = child_of(zone).at("mx", "A")
    rrset.sigs = [rrsig(zone.zsks[0], rrset, zone.name)]
