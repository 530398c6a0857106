"""The look-ups of one usual mail check, all secure: thirteen signatures in a cold run (RFC 7672, RFC 8461, RFC 8460).

Root RSA-2048 and its DNSKEY; DS and DNSKEY of an ECDSA top-level domain and of an ECDSA domain below; then MX, two TXT, three A, two TLSA.
"""
from .algorithms import TLSA

ZONE = f"""\
@ MX 10 mx1
@ MX 20 mx2
mx1 A 192.0.2.1
mx2 A 192.0.2.2
mta-sts A 192.0.2.3
_mta-sts TXT "v=STSv1; id=20260601T000000"
_smtp._tls TXT "v=TLSRPTv1; rua=mailto:reports@example.typical"
_25._tcp.mx1 TLSA {TLSA}
_25._tcp.mx2 TLSA {TLSA}
"""
LOOKUPS = [
    ("mx", "", "MX"), ("mta-sts-record", "_mta-sts.", "TXT"), ("tlsrpt-record", "_smtp._tls.", "TXT"), ("mta-sts-address", "mta-sts.", "A"),
    ("mx1-address", "mx1.", "A"), ("mx2-address", "mx2.", "A"), ("mx1-tlsa", "_25._tcp.mx1.", "TLSA"), ("mx2-tlsa", "_25._tcp.mx2.", "TLSA"),
]


def declare(tree):
    group = tree.group("typical", note="a cold check of these look-ups verifies 13 signatures: DNSKEY of three zones, DS of two, and one an RR set asked for")
    zone = group.sub("example")
    group.real(zone, ZONE, 13)
    for ident, prefix, rdtype in LOOKUPS:
        group.case(ident, prefix + zone, rdtype, "secure", "RFC 4035 §5.3")
