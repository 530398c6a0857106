"""Canonical form and order: case, compression, RR types with names, unknown types (RFC 4034 §6; RFC 3597 §7; RFC 6840 §5.1)."""
import dns.name
from dns.rdatatype import MX

from matrix.sign import rrsig

from .algorithms import TLSA
from .changes import altered
from .denial import name_in

ZONE = f"""\
@ MX 10 Mx.Example.NET.
@ MX 20 mx
@ TXT "Case stays"
mx A 192.0.2.1
_25._tcp.mx TLSA {TLSA}
Upper A 192.0.2.2
alias CNAME UPPER
srv SRV 1 2 25 Mx
naptr NAPTR 1 1 "u" "E2U+sip" "!^.*$!sip:x!" Replacement
rp RP Mail.Box Text.Here
kx KX 1 Exchange
afsdb AFSDB 1 Host
px PX 1 Map.One Map.Two
ptr PTR Target.Example.
spf SPF "v=spf1 -all"
hinfo HINFO "CPU" "OS"
unknown TYPE65280 \\# 4 41624364
empty TYPE65281 \\# 0
caa CAA 0 issue "Ca.Example"
sshfp SSHFP 4 2 {'AB' * 32}
svcb SVCB 1 Svc.Target alpn=h2
https HTTPS 1 . alpn=h2
loc LOC 52 22 23.000 N 4 53 32.000 E -2.00m
openpgp OPENPGPKEY AQIDBA==
*.Wild TXT "Any"
aaaa AAAA 2001:db8::1
order A 192.0.2.200
order A 10.0.0.1
order A 9.255.255.255
lengths TXT "a"
lengths TXT "aa"
lengths TXT "a" "a"
lengths TXT ""
"""
TYPES = [("@", "MX"), ("@", "SOA"), ("@", "NS"), ("@", "TXT"), ("@", "DNSKEY"), ("upper", "A"), ("alias", "CNAME"), ("alias", "A"), ("srv", "SRV"), ("naptr", "NAPTR"), ("rp", "RP"), ("kx", "KX"),
         ("afsdb", "AFSDB"), ("px", "PX"), ("ptr", "PTR"), ("spf", "SPF"), ("hinfo", "HINFO"), ("unknown", "TYPE65280"), ("empty", "TYPE65281"), ("caa", "CAA"), ("sshfp", "SSHFP"), ("svcb", "SVCB"),
         ("https", "HTTPS"), ("loc", "LOC"), ("openpgp", "OPENPGPKEY"), ("host.wild", "TXT"), ("aaaa", "AAAA"), ("order", "A"), ("lengths", "TXT"), ("x.upper", "A"), ("upper", "TXT")]


def declare(tree):
    group = tree.group("canonical")
    zone = group.sub("Zone")
    group.real(zone, ZONE, 13, signer="bind", server="made.")
    for name, rdtype in TYPES:
        full = zone if name == "@" else f"{name}.{zone}"
        group.case(f"{'apex' if name == '@' else name.replace('.', '-')}-{rdtype.lower()}", full, rdtype, "secure", "RFC 4034 §6.2; RFC 6840 §5.1",
                   **({"trap": "case and compression in RDATA names"} if rdtype in ("MX", "SOA", "NS", "CNAME", "SRV") else {}))
    group.case("question-in-upper-case", f"MX.{zone.upper()}", "A", "secure", "RFC 4034 §6.2", trap="case and compression in RDATA names")

    def made(ident, name, rdtype, intended, clause, change=None, **more):
        zone = group.sub(ident)
        group.made(zone, "@ MX 10 Mx.Target\nmx A 192.0.2.1\nsrv SRV 1 2 25 Mx\nalias CNAME mx\ntxt TXT one\n", change=change)
        group.case(ident, f"{name}.{zone}" if name else zone, rdtype, intended, clause, **more)

    made("mx-other-case-than-signed", "", "MX", "secure", "RFC 4034 §6.2", altered("@", "MX", "10 mX.tARGET"), trap="case and compression in RDATA names")
    made("soa-other-case-than-signed", "", "SOA", "secure", "RFC 4034 §6.2", altered("@", "SOA", "MADE. Hostmaster.made. 2026060100 3600 900 604800 60"), trap="case and compression in RDATA names")
    made("cname-other-case-than-signed", "alias", "A", "secure", "RFC 4034 §6.2", altered("alias", "CNAME", "MX"), trap="case and compression in RDATA names")
    made("srv-other-case-than-signed", "srv", "SRV", "secure", "RFC 4034 §6.2", altered("srv", "SRV", "1 2 25 mX"), trap="case and compression in RDATA names")
    made("txt-other-case-than-signed", "txt", "TXT", "bogus", "RFC 4034 §6.2", altered("txt", "TXT", "ONE"))
    made("nsec-other-case-than-signed", "mx", "TXT", "bogus", "RFC 6840 §5.1", lambda zone: setattr(zone.at("mx", "NSEC"), "rdatas", [upper_next(zone.at("mx", "NSEC").rdatas[0])]))
    made("signer-in-upper-case", "mx", "A", "secure", "RFC 4034 §6.2", lambda zone: setattr(zone.at("mx", "A"), "sigs", [rrsig(zone.zsks[0], zone.at("mx", "A"), upper(zone.name))]))
    made("mx-uncompressed", "", "MX", "secure", "RFC 4034 §6.2", uncompressed, trap="case and compression in RDATA names", via="authority")
    made("duplicate-record", "txt", "TXT", "secure", "RFC 4034 §6.3", duplicated, via="authority")


def upper(name):
    return dns.name.Name(tuple(label.upper() for label in name.labels))


def upper_next(rdata):
    return rdata.replace(next=upper(rdata.next))


def uncompressed(zone):
    """The MX set without compression pointers in the RDATA, as RFC 3597 §4 asks of new types only."""
    mx = zone.at("@", "MX")
    zone.raw.append((zone.name, MX, [(mx, record.to_wire()) for record in (*mx.rdatas, *mx.sigs)]))


def duplicated(zone):
    """The same record twice: a set holds it once."""
    txt = zone.at("txt", "TXT")
    zone.raw.append((name_in(zone, "txt"), txt.rdtype, [(txt, record.to_wire()) for record in (*txt.rdatas, *txt.rdatas, *txt.sigs)]))
