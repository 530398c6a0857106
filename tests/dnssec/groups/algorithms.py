"""Algorithms × denial × kinds of answer, signed by real signers (RFC 4035 §5; RFC 5155 §8; RFC 6605; RFC 8080; RFC 5702)."""

TLSA = "3 1 1 " + "5a" * 32
HONEST_ZONE = f"""\
@ MX 10 mx
@ MX 20 mx2
@ TXT "v=spf1 -all"
mx A 192.0.2.1
mx2 A 192.0.2.2
_25._tcp.mx TLSA {TLSA}
_25._tcp.mx2 CNAME _dane.keys
_dane.keys TLSA {TLSA}
*.wild TXT "any"
a.b.ent A 192.0.2.3
alias CNAME mx
old DNAME new
host.new A 192.0.2.4
"""
# kind, name, type, clause, status under NSEC and NSEC3, status under opt-out.
FEW = [
    ("positive", "", "MX", "RFC 4035 §5.3", "secure", "secure"),
    ("wildcard", "host.wild", "TXT", "RFC 4035 §5.3.4; RFC 5155 §8.8, §9.2", "secure", "insecure"),
    ("nodata", "mx", "AAAA", "RFC 4035 §5.4; RFC 5155 §8.5", "secure", "secure"),
    ("nxdomain", "_25._tcp.mx9", "TLSA", "RFC 4035 §5.4; RFC 5155 §8.4, §9.2", "secure", "insecure"),
    ("cname", "_25._tcp.mx2", "TLSA", "RFC 7672 §2.1.3", "secure", "secure"),
    ("dname", "host.old", "A", "RFC 6672 §5.3.1", "secure", "secure"),
]
MANY = FEW + [
    ("tlsa", "_25._tcp.mx", "TLSA", "RFC 7672 §2.2", "secure", "secure"),
    ("wildcard-two-deep", "a.host.wild", "TXT", "RFC 4035 §5.3.4; RFC 5155 §8.8, §9.2", "secure", "insecure"),
    ("wildcard-nodata", "host.wild", "TLSA", "RFC 4035 §5.4; RFC 5155 §8.7, §9.2", "secure", "insecure"),
    ("ent", "b.ent", "TLSA", "RFC 4035 §5.4; RFC 5155 §8.5", "secure", "secure"),
    ("ent-encloser", "x.b.ent", "TLSA", "RFC 4592 §2.2.2; RFC 5155 §8.3, §9.2", "secure", "insecure"),
    ("unsigned-delegation", "_25._tcp.mx.unsig", "TLSA", "RFC 4035 §5.2; RFC 5155 §8.9, §9.2", "insecure", "insecure"),
]
OPT_OUT = "delv calls a negative answer under an opt-out span validated; RFC 5155 §9.2: it must not be taken as authentic"
UNSIGNED = f"_25._tcp.mx TLSA {TLSA}\nmx A 192.0.2.9\n"
# algorithm, (denial, signer) of its zones, kinds.
PLAN = [
    (8, [("nsec", "bind"), ("nsec3", "ldns"), ("optout", "bind")], MANY),
    (10, [("nsec", "ldns"), ("nsec3", "bind")], FEW),
    (13, [("nsec", "ldns"), ("nsec3", "bind"), ("optout", "ldns")], MANY),
    (14, [("nsec", "bind"), ("nsec3", "ldns")], FEW),
    (15, [("nsec", "ldns"), ("nsec3", "ldns"), ("optout", "bind")], MANY),
]


def declare(tree):
    for algorithm, zones, kinds in PLAN:
        group = tree.group(f"algorithm{algorithm}")
        for denial, signer in zones:
            zone = group.sub(denial)
            unsigned = group.plain(f"unsig.{zone}", UNSIGNED, delegate=False)
            salt = "ab12" if denial == "nsec3" else "-"
            group.real(zone, HONEST_ZONE + unsigned.lines(), algorithm, denial=denial, signer=signer, salt=salt)
            for kind, name, rdtype, clause, signed, optout in kinds:
                full = f"{name}.{zone}" if name else zone
                status = optout if denial == "optout" else signed
                # delv shows a negative answer as validated where RFC 5155 §9.2 takes the AD bit from it.
                unlike = {"delvNote": OPT_OUT} if status != signed and kind != "wildcard" and kind != "wildcard-two-deep" else {}
                group.case(f"{algorithm}-{denial}-{kind}", full, rdtype, status, clause, **unlike)
