"""The rules of one RRSIG (RFC 4035 §5.3; RFC 4034 §3; RFC 6840 §5.11, §5.12), and RSA sizes and exponents (RFC 3110, RFC 5702)."""
import dns.name
import dns.rdata
from dns.rdatatype import DNSKEY

from matrix.keys import KSK, ZSK, Key
from matrix.times import EXPIRATION, INCEPTION, NOW

from .algorithms import TLSA
from .changes import FIRST_FAILURE, all_unsigned, also_signed, altered, every, resigned, unsigned

ZONE = f"@ MX 10 mx\nmx A 192.0.2.1\nmx TXT one\n_25._tcp.mx TLSA {TLSA}\n*.wild TXT any\nsub.deep A 192.0.2.5\n"
DAY = 86400


def declare(tree):
    group = tree.group("signatures")

    def case(ident, intended, clause, change=None, name="mx", rdtype="A", how=None, **more):
        zone = group.sub(ident)
        group.made(zone, ZONE, change=change, **(how or {}))
        group.case(ident, f"{name}.{zone}" if name else zone, rdtype, intended, clause, **more)

    case("good", "secure", "RFC 4035 §5.3")
    # Times, at the one moment of the matrix (RFC 4034 §3.1.5: both ends belong to the life of a signature).
    case("expired", "bogus", "RFC 4035 §5.3.1", resigned("mx", "A", inception=NOW - 60 * DAY, expiration=NOW - DAY))
    case("not-yet-valid", "bogus", "RFC 4035 §5.3.1", resigned("mx", "A", inception=NOW + DAY, expiration=NOW + 30 * DAY))
    case("expired-a-second-ago", "bogus", "RFC 4035 §5.3.1", resigned("mx", "A", expiration=NOW - 1))
    case("expires-this-second", "secure", "RFC 4034 §3.1.5", resigned("mx", "A", expiration=NOW))
    case("valid-from-this-second", "secure", "RFC 4034 §3.1.5", resigned("mx", "A", inception=NOW))
    case("valid-from-the-next-second", "bogus", "RFC 4035 §5.3.1", resigned("mx", "A", inception=NOW + 1))
    case("expires-before-inception", "bogus", "RFC 4035 §5.3.1", resigned("mx", "A", inception=EXPIRATION, expiration=INCEPTION))
    case("expired-zone", "bogus", "RFC 4035 §5.3.1", how={"inception": NOW - 60 * DAY, "expiration": NOW - 30 * DAY})
    case("expired-dnskey", "bogus", "RFC 4035 §5.3.1", resigned("@", "DNSKEY", inception=NOW - 60 * DAY, expiration=NOW - 30 * DAY))
    case("expired-nodata", "bogus", "RFC 4035 §5.3.1", resigned("mx", "NSEC", inception=NOW - 60 * DAY, expiration=NOW - 30 * DAY), rdtype="TLSA")
    case("valid-for-sixty-years", "secure", "RFC 4034 §3.1.5", resigned("mx", "A", inception=NOW - 20 * 365 * DAY, expiration=NOW + 40 * 365 * DAY))
    case("valid-past-2038", "secure", "RFC 4034 §3.1.5", resigned("mx", "A", expiration=2 ** 31 + 30 * DAY))
    # Data and signature.
    case("altered-rdata", "bogus", "RFC 4035 §5.3.3", altered("mx", "A", "192.0.2.66"))
    case("altered-tlsa", "bogus", "RFC 4035 §5.3.3", altered("_25._tcp.mx", "TLSA", TLSA.replace("5a", "5b", 1)), "_25._tcp.mx", "TLSA")
    case("altered-mx", "bogus", "RFC 4035 §5.3.3", altered("@", "MX", "10 evil"), "", "MX")
    case("added-record", "bogus", "RFC 4035 §5.3.3", altered("mx", "A", "192.0.2.1", "192.0.2.2"))
    case("altered-signature", "bogus", "RFC 4035 §5.3.3", replaced("mx", "A", lambda sig: {"signature": bytes([sig.signature[0] ^ 1]) + sig.signature[1:]}))
    case("cut-signature", "bogus", "RFC 4035 §5.3.3", replaced("mx", "A", lambda sig: {"signature": sig.signature[:-1]}))
    case("empty-signature", "bogus", "RFC 4035 §5.3.3", replaced("mx", "A", lambda sig: {"signature": b"\0"}))
    case("original-ttl-altered", "bogus", "RFC 4035 §5.3.2", resigned("mx", "A", after={"original_ttl": 600}))
    case("original-ttl-above-ttl", "secure", "RFC 4035 §5.3.1, §5.3.3", resigned("mx", "A", original_ttl=7200))
    case("original-ttl-below-ttl", "secure", "RFC 4035 §5.3.3", resigned("mx", "A", original_ttl=30))
    case("wrong-key-tag", "bogus", "RFC 4035 §5.3.1", resigned("mx", "A", tag=1))
    case("wrong-algorithm-field", "bogus", "RFC 4035 §5.3.1", resigned("mx", "A", algorithm=14))
    case("unknown-algorithm-field", "bogus", "RFC 4035 §5.3.1", resigned("mx", "A", algorithm=200))
    # Which signature counts.
    case("rrsig-missing", "bogus", "RFC 4035 §5.3.1", unsigned("mx", "A"), trap="rrsigs-missing")
    case("rrsigs-missing", "bogus", "RFC 4035 §5.3.1; RFC 8914 §4.11", lambda zone: [setattr(s, "sigs", []) for s in zone.sets.values() if s.rdtype != DNSKEY], trap="signatures missing in a zone proven signed")
    case("all-rrsigs-missing", "bogus", "RFC 4035 §5.2; RFC 8914 §4.11", all_unsigned, trap="signatures missing in a zone proven signed, its keys included")
    case("rrsig-of-another-type", "bogus", "RFC 4035 §5.3.1", lambda zone: setattr(zone.at("mx", "A"), "sigs", zone.at("mx", "TXT").sigs))
    case("rrsig-type-rewritten", "bogus", "RFC 4035 §5.3.2", lambda zone: setattr(zone.at("mx", "A"), "sigs", [sig.replace(type_covered=1) for sig in zone.at("mx", "TXT").sigs]))
    case("rrsig-of-another-owner", "bogus", "RFC 4035 §5.3.2", resigned("mx", "A", signed_owner=dns.name.from_text("other.rrsig-of-another-owner.signatures.")))
    case("stale-rrsig-first", "secure", "RFC 6840 §5.11; RFC 4035 §5.3.3", also_signed("mx", "A", inception=NOW - 60 * DAY, expiration=NOW - DAY), trap="a stale extra RRSIG beside a good one", delvNote=FIRST_FAILURE)
    case("stale-rrsig-last", "secure", "RFC 6840 §5.11; RFC 4035 §5.3.3", also_signed("mx", "A", first=False, inception=NOW - 60 * DAY, expiration=NOW - DAY), trap="a stale extra RRSIG beside a good one", delvNote=FIRST_FAILURE)
    case("stale-rrsig-at-dnskey", "secure", "RFC 6840 §5.11", also_signed("@", "DNSKEY", inception=NOW - 60 * DAY, expiration=NOW - DAY), delvNote=FIRST_FAILURE)
    case("stale-rrsig-at-nsec", "secure", "RFC 6840 §5.11", also_signed("mx", "NSEC", inception=NOW - 60 * DAY, expiration=NOW - DAY), rdtype="TLSA", delvNote=FIRST_FAILURE)
    case("bad-rrsig-beside-good", "secure", "RFC 4035 §5.3.3", also_signed("mx", "A", original_ttl=7, after={"original_ttl": 8}), delvNote=FIRST_FAILURE)
    case("rrsig-of-gone-key", "secure", "RFC 6840 §5.12", also_signed("mx", "A", key=Key(13, ZSK)), delvNote=FIRST_FAILURE)
    case("rrsig-of-unknown-algorithm-beside-good", "secure", "RFC 6840 §5.12", also_signed("mx", "A", algorithm=200), delvNote=FIRST_FAILURE)
    case("only-rrsig-of-gone-key", "bogus", "RFC 6840 §5.12", every(unsigned("mx", "A"), also_signed("mx", "A", key=Key(13, ZSK))))
    # The labels field (RFC 4035 §5.3.1, §5.3.4).
    case("labels-too-many", "bogus", "RFC 4035 §5.3.1", resigned("mx", "A", labels=4))
    case("labels-too-few", "bogus", "RFC 4035 §5.3.4", resigned("mx", "A", labels=2))
    case("labels-zero", "bogus", "RFC 4035 §5.3.4", resigned("mx", "A", labels=0))
    case("labels-below-the-signer", "bogus", "RFC 4035 §5.3.4", resigned("sub.deep", "A", labels=1), "sub.deep")
    case("labels-altered", "bogus", "RFC 4035 §5.3.2", resigned("mx", "A", after={"labels": 2}))
    # The signer (RFC 4035 §5.3.1).
    root, tld = dns.name.root, dns.name.from_text("signatures.")
    case("signer-below-the-owner", "bogus", "RFC 4035 §5.3.1", resigned("mx", "A", signer=dns.name.from_text("sub.mx.signer-below-the-owner.signatures.")), trap="signer not an ancestor of the owner")
    case("signer-the-owner", "bogus", "RFC 4035 §5.3.1", resigned("mx", "A", signer=dns.name.from_text("mx.signer-the-owner.signatures.")))
    case("signer-the-root", "bogus", "RFC 4035 §5.3.1", resigned("mx", "A", signer=root))
    case("signer-the-parent", "bogus", "RFC 4035 §5.3.1", resigned("mx", "A", signer=tld))
    sibling = Key(13, KSK)
    group.made(group.sub("sibling"), ZONE, ksks=[sibling], zsks=[])
    case("signer-a-sibling", "bogus", "RFC 4035 §5.3.1", every(unsigned("mx", "A"), also_signed("mx", "A", key=sibling, signer=dns.name.from_text(group.sub("sibling")))), trap="signer not an ancestor of the owner")
    case("signer-a-sibling-at-nsec", "bogus", "RFC 4035 §5.3.1, §5.4", every(unsigned("mx", "NSEC"), also_signed("mx", "NSEC", key=sibling, signer=dns.name.from_text(group.sub("sibling")))), rdtype="TLSA")
    case("signer-another-tld", "bogus", "RFC 4035 §5.3.1", resigned("mx", "A", signer=dns.name.from_text("typical.")), trap="signer not an ancestor of the owner")
    # Keys of every size and form.
    for bits in (1024, 2048, 4096):
        for algorithm in (8, 10):
            case(f"rsa-{bits}-algorithm-{algorithm}", "secure", "RFC 5702 §2", how={"ksks": [Key(algorithm, KSK, bits=bits)], "zsks": []})
    for ident, exponent, form in (("3", 3, "short"), ("17", 17, "short"), ("65537-long-form", 65537, "long"), ("f5", 2 ** 32 + 1, "short")):
        case(f"rsa-exponent-{ident}", "secure", "RFC 3110 §2", how={"ksks": [Key(8, KSK, exponent=exponent, exponent_form=form)], "zsks": []})
    case("big-rrset", "secure", "RFC 4034 §6.3", name="big", rdtype="TXT", how={"before": lambda zone: [zone.add(f'big TXT "{number} {"x" * 150}"') for number in range(60)]})
    case("one-octet-differs-in-big-rrset", "bogus", "RFC 4034 §6.3", name="big", rdtype="A", change=lambda zone: zone.at("big", "A").rdatas.reverse() or zone.at("big", "A").rdatas.__setitem__(0, dns.rdata.from_text("IN", "A", "192.0.2.250")),
         how={"before": lambda zone: [zone.add(f"big A 192.0.2.{number}") for number in range(1, 60)]})


def replaced(owner, rdtype, fields):
    def change(zone):
        rrset = zone.at(owner, rdtype)
        rrset.sigs = [sig.replace(**fields(sig)) for sig in rrset.sigs]
    return change
