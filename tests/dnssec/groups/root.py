"""Denial at the root, unsigned and unknown top-level domains, and TLSA as mail uses it (RFC 4035 §5.4; RFC 7672 §2)."""
from .algorithms import OPT_OUT, TLSA

ZONE = f"@ MX 10 mx\nmx A 192.0.2.1\n_25._tcp.mx TLSA {TLSA}\n"


def declare(tree):
    group = tree.group("root")
    group.case("root-soa", ".", "SOA", "secure", "RFC 4035 §5.3")
    group.case("root-ns", ".", "NS", "secure", "RFC 4035 §5.3")
    group.case("root-dnskey", ".", "DNSKEY", "secure", "RFC 4035 §5")
    group.case("root-nodata", ".", "TXT", "secure", "RFC 4035 §5.4")
    group.case("tld-does-not-exist", "nosuchtld", "MX", "secure", "RFC 4035 §5.4")
    group.case("name-under-no-tld", "_25._tcp.mx.example.nosuchtld", "TLSA", "secure", "RFC 4035 §5.4")
    group.case("last-name", "zzzzzz", "A", "secure", "RFC 4034 §4.1.1")
    group.case("host-in-root", "honest", "A", "secure", "RFC 4035 §5.3")
    group.case("tld-apex-nodata", "root", "MX", "secure", "RFC 4035 §5.4")
    group.case("tld-nxdomain", "nothing.root", "A", "secure", "RFC 4035 §5.4")
    group.case("tld-ds", "root", "DS", "secure", "RFC 4035 §3.1.4.1")
    tree.plain("unsignedtld.", ZONE + "unsigned.unsignedtld. NS honest.\n")
    tree.root_lines.append("unsignedtld. NS honest.\n")
    tree.plain("unsigned.unsignedtld.", ZONE)
    group.case("unsigned-tld", "mx.unsignedtld", "A", "insecure", "RFC 4035 §5.2")
    group.case("unsigned-tld-ds", "unsignedtld", "DS", "secure", "RFC 4035 §5.4")
    group.case("unsigned-below-unsigned-tld", "_25._tcp.mx.unsigned.unsignedtld", "TLSA", "insecure", "RFC 4035 §5.2")
    group.case("nxdomain-in-unsigned-tld", "nothing.unsignedtld", "A", "insecure", "RFC 4035 §5.2")

    for denial, how in (("nsec", {}), ("nsec3", {"salt": "c0ffee"}), ("optout", {})):
        optout = denial == "optout"
        mail = tree.group(f"tlsa-{denial}")
        mail.tld_denial = denial
        hosted = mail.sub("hosting")
        mail.real(hosted, f"@ MX 10 mx1\nmx1 A 192.0.2.1\nmx2 A 192.0.2.2\nmx3 A 192.0.2.3\n_25._tcp.mx1 TLSA {TLSA}\n_25._tcp.mx1 TLSA 2 1 1 {'7c' * 32}\n_dane TLSA {TLSA}\n"
                  f"_25._tcp.mx2 CNAME _dane\n_443._tcp.mx3 TLSA {TLSA}\n*._tcp.mx4 TLSA {TLSA}\nmx4 A 192.0.2.4\nmail CNAME mx1\n_25._tcp.mail CNAME _25._tcp.mx1\n", 13, denial=denial, **how)
        customer = mail.sub("customer")
        mail.real(customer, f"@ MX 10 mx1.{hosted}\n@ MX 20 mx2.{hosted}\n_mta-sts TXT \"v=STSv1; id=1\"\nmta-sts CNAME mail.{hosted}\n", 8, denial=denial, **how)
        unsigned = mail.plain(mail.sub("plain"), ZONE)
        unlike = {"delvNote": OPT_OUT} if optout else {}
        for ident, name, rdtype, signed, opted, more in (
            ("mx", customer, "MX", "secure", "secure", {}), ("sts-record", f"_mta-sts.{customer}", "TXT", "secure", "secure", {}), ("sts-host", f"mta-sts.{customer}", "A", "secure", "secure", {}),
            ("tlsrpt-absent", f"_smtp._tls.{customer}", "TXT", "secure", "insecure", unlike), ("tlsa", f"_25._tcp.mx1.{hosted}", "TLSA", "secure", "secure", {}),
            ("tlsa-via-cname", f"_25._tcp.mx2.{hosted}", "TLSA", "secure", "secure", {}), ("tlsa-of-alias", f"_25._tcp.mail.{hosted}", "TLSA", "secure", "secure", {}),
            ("tlsa-nxdomain", f"_25._tcp.mx3.{hosted}", "TLSA", "secure", "insecure", unlike), ("tlsa-nxdomain-no-host", f"_25._tcp.mx9.{hosted}", "TLSA", "secure", "insecure", unlike),
            ("tlsa-nodata", f"_tcp.mx1.{hosted}", "TLSA", "secure", "secure", {}), ("tlsa-wildcard", f"_25._tcp.mx4.{hosted}", "TLSA", "secure", "insecure", {}),
            ("aaaa-nodata", f"mx1.{hosted}", "AAAA", "secure", "secure", {}), ("unsigned-customer", unsigned.name, "MX", "insecure", "insecure", {}),
            ("unsigned-customer-tlsa", f"_25._tcp.mx.{unsigned.name}", "TLSA", "insecure", "insecure", {}), ("no-such-customer", f"nobody.{mail.tld}", "MX", "secure", "insecure", unlike),
        ):
            mail.case(ident, name, rdtype, opted if optout else signed, "RFC 7672 §2.1, §2.2; RFC 5155 §9.2" if optout else "RFC 7672 §2.1, §2.2", **more)
