"""What a resolver in between does to answers: strips signatures, claims AD, answers something else (RFC 4035 §3.2.1, §4.9.3; RFC 8914; RFC 5452 §9.1)."""
import dns.flags
from dns.rdatatype import A

from .algorithms import TLSA
from .changes import all_unsigned
from .denial import name_in

ZONE = f"@ MX 10 mx\nmx A 192.0.2.1\nother A 192.0.2.66\n_25._tcp.mx TLSA {TLSA}\n"


def declare(tree):
    group = tree.group("stripped", stripped=True, note="a resolver that returns no signatures, not even for the keys of the root")
    zone = group.sub("zone")
    group.real(zone, ZONE)
    strips = {"ours": "indeterminate", "reason": "no RRSIG even for the root's keys: `resolver-strips-dnssec`, the needed records never came (SEMANTICS §3); unbound takes it for an attack", "trap": "a resolver that returns no signatures even for the root's keys",
              "delvNote": "delv makes no difference either, or gives up"}
    for ident, name, rdtype in (("positive", f"mx.{zone}", "A"), ("tlsa", f"_25._tcp.mx.{zone}", "TLSA"), ("nodata", f"mx.{zone}", "TXT"), ("nxdomain", f"nothing.{zone}", "A"), ("tld", "stripped", "SOA")):
        group.case(ident, name, rdtype, "bogus", "RFC 4035 §5.2; RFC 8914 §4.11", **strips)

    group = tree.group("claims")
    for ident, change in (("ad-without-signatures", all_unsigned), ("ad-with-signatures-missing-at-the-name", lambda zone: setattr(zone.at("mx", "A"), "sigs", []))):
        zone = group.sub(ident)
        group.made(zone, ZONE, change=lambda zone, change=change: claimed(zone, change))
        group.case(ident, f"mx.{zone}", "A", "bogus", "RFC 4035 §4.9.3; RFC 4035 §3.2.3", trap="AD without signatures is worth nothing", via="authority")
    zone = group.sub("ad-in-unsigned-zone")
    group.plain(zone, ZONE, server="made.")
    plain = tree.own[-1]
    tree.answer(name_in(plain, "mx"), A, "NOERROR", [plain.at("mx", "A")], [], dns.flags.AD)
    group.case("ad-in-unsigned-zone", f"mx.{zone}", "A", "insecure", "RFC 4035 §4.9.3", trap="AD without signatures is worth nothing", via="authority")
    for ident, name, rdtype in (("another-name", "other", "A"), ("another-type", "mx", "TXT")):
        zone = group.sub(ident)
        group.made(zone, ZONE + "mx TXT other\n", change=lambda zone, name=name, rdtype=rdtype: answered_with(zone, name, rdtype))
        group.case(ident, f"mx.{zone}", "A", "indeterminate", "RFC 5452 §9.1", trap="an answer to another question is no answer", via="authority")
    zone = group.sub("another-owner")
    group.made(zone, ZONE, change=lambda zone: zone.hand.append((name_in(zone, "mx"), A, "NOERROR", [zone.at("other", "A")], [])))
    group.case("another-owner", f"mx.{zone}", "A", "bogus", "RFC 4035 §5.3.1; RFC 2181 §5.4.1", trap="an answer to another question is no answer", via="authority")


def claimed(zone, change):
    change(zone)
    zone.hand.append((name_in(zone, "mx"), A, "NOERROR", [zone.at("mx", "A")], [], dns.flags.AD))


def answered_with(zone, name, rdtype):
    """The question for `mx A` gets the answer, question section and all, that belongs to another question."""
    rrset = zone.at(name, rdtype)
    zone.hand.append((name_in(zone, "mx"), A, "NOERROR", [rrset], [], 0, (rrset.owner, rrset.rdtype)))
