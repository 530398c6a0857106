"""Bounded work: KeyTrap (CVE-2023-50387), NSEC3 iterations (CVE-2023-50868, RFC 9276 §3.2)."""

from dns.rdatatype import DNSKEY

from matrix.keys import KSK, ZSK, Key, ds, junk_of_tag
from matrix.sign import rrsig

from .algorithms import TLSA

ZONE = f"@ MX 10 mx\nmx A 192.0.2.1\n_25._tcp.mx TLSA {TLSA}\n*.wild TXT any\n"
ABOVE_BOUND = "the engine's own bounds (SEMANTICS §3: above 50 insecure, above 500 bogus); under the bounds of this file it says what unbound says"

def declare(tree):
    # unbound's default for keys of every size is 150 iterations, and it never calls more of them bogus.
    group = tree.group("iterations", bounds={"nsec3": {"insecureAbove": 150, "bogusAbove": 65535}}, note="bounds are unbound's own (val-nsec3-keysize-iterations: 1024 150 2048 150 4096 150); `atDefaults` is the status under the engine's: insecure above 50, bogus above 500")
    for iterations in (0, 1, 50, 51, 150, 151, 500, 501, 2500):
        zone = group.sub(f"i{iterations}")
        # dnssec-signzone and ldns-signzone stop at fewer.
        group.made(zone, ZONE, denial="nsec3", iterations=iterations, salt=b"\xab\x12")
        status = "secure" if iterations <= 150 else "insecure"
        defaults = "secure" if iterations <= 50 else "insecure" if iterations <= 500 else "bogus"
        for kind, name, rdtype in (("nodata", "mx", "TXT"), ("nxdomain", "_25._tcp.mx9", "TLSA"), ("wildcard", "host.wild", "TXT")):
            more = {"atDefaults": defaults, "reason": ABOVE_BOUND} if defaults != status else {}
            group.case(f"{kind}-{iterations}", f"{name}.{zone}", rdtype, status, "RFC 9276 §3.2; RFC 5155 §10.3", delvNote="delv has another bound on iterations, and none on positive answers", **more)
        if iterations == 2500:
            group.case("positive-2500", f"mx.{zone}", "A", "secure", "RFC 5155 §10.3")

    trap = tree.group("keytrap", note="unbound bounds its work by the fixes for CVE-2023-50387, other bounds than the engine's")
    limit = {"ours": "bogus", "reason": "over a cap of work (SEMANTICS §3): `work-limit`, or no good signature found before it"}
    zone = trap.sub("signatures")
    trap.made(zone, ZONE, change=lambda zone: zone.at("mx", "A").sigs.__setitem__(slice(None), [rrsig(zone.zsks[0], zone.at("mx", "A"), zone.name, original_ttl=n, after={"original_ttl": n + 7}) for n in range(1000, 1100)]))
    trap.case("many-bad-signatures", f"mx.{zone}", "A", "bogus", "RFC 4035 §5.3.3; CVE-2023-50387", trap="KeyTrap", **limit)
    zone, key = trap.sub("keys"), Key(15, ZSK)
    trap.made(zone, ZONE, zsks=[key], before=lambda zone: [zone.put(zone.name, DNSKEY, junk) for junk in junk_of_tag(key, 60)],
              change=lambda zone: setattr(zone.at("mx", "A"), "sigs", [rrsig(key, zone.at("mx", "A"), zone.name, original_ttl=n, after={"original_ttl": n + 7}) for n in range(1000, 1060)]))
    trap.case("keys-times-signatures", f"mx.{zone}", "A", "bogus", "CVE-2023-50387", trap="KeyTrap", **limit)
    zone, ksk = trap.sub("ksks"), Key(15, KSK)
    trap.made(zone, ZONE, ksks=[ksk], before=lambda zone: [zone.put(zone.name, DNSKEY, junk) for junk in junk_of_tag(ksk, 60)],
              change=lambda zone: setattr(zone.at("@", "DNSKEY"), "sigs", [rrsig(ksk, zone.at("@", "DNSKEY"), zone.name, original_ttl=n, after={"original_ttl": n + 7}) for n in range(1000, 1060)]))
    trap.case("ksks-times-signatures", f"mx.{zone}", "A", "bogus", "CVE-2023-50387", trap="KeyTrap", **limit)
    zone, ksk = trap.sub("ds"), Key(15, KSK)
    junk = junk_of_tag(ksk, 40)

    trap.made(zone, ZONE, ksks=[ksk], before=lambda zone: [zone.put(zone.name, DNSKEY, record) for record in junk], ds_lines=[ds(zone, record, 2) for record in junk])
    trap.case("ds-times-keys", f"mx.{zone}", "A", "bogus", "CVE-2023-50387", trap="KeyTrap", **limit)
