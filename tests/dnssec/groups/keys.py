"""DNSKEY sets and the DS that lead to them (RFC 4035 §5.2; RFC 4034 §2.1, §5; RFC 5011 §2.1; RFC 6840 §5.2, §5.11; RFC 4509 §3)."""
from dns.rdatatype import DNSKEY

from matrix.keys import KSK, REVOKE, SEP, ZSK, Key, dnskey, ds, junk_of_tag, pair_of_one_tag
from matrix.sign import rrsig

from .algorithms import TLSA
from .changes import FIRST_FAILURE, altered, every, resigned, unsigned, without

ZONE = f"@ MX 10 mx\nmx A 192.0.2.1\n_25._tcp.mx TLSA {TLSA}\n"


def declare(tree):
    keys(tree.group("keys"))
    digests(tree.group("digests"))
    # unbound prefers the stronger digest only where it is told to harden against a downgrade.
    downgrade(tree.group("downgrade", unbound=["harden-algo-downgrade: yes"]))


def keys(group):
    def case(ident, intended, clause, change=None, rdtype="A", more=None, **how):
        zone = group.sub(ident)
        group.made(zone, ZONE, change=change, **how)
        group.case(ident, f"mx.{zone}", rdtype, intended, clause, **(more or {}))

    def both(*ksks):
        return lambda _: [ds(group.sub(ident), key.rdata) for ident, key in ksks]

    case("csk", "secure", "RFC 4035 §2.1", csk=True)
    case("csk-without-sep", "secure", "RFC 4034 §2.1.1", ksks=[Key(13, ZSK)], zsks=[])
    case("dnskey-missing", "bogus", "RFC 4035 §5.2; RFC 8914 §4.10", without(DNSKEY))
    case("dnskey-unsigned", "bogus", "RFC 4035 §5.2", unsigned("@", "DNSKEY"))
    case("dnskey-signed-by-zsk-only", "bogus", "RFC 4035 §5.2", lambda zone: setattr(zone.at("@", "DNSKEY"), "sigs", [rrsig(zone.zsks[0], zone.at("@", "DNSKEY"), zone.name)]))
    case("dnskey-added-after-signing", "bogus", "RFC 4035 §5.2", lambda zone: zone.put(zone.name, DNSKEY, Key(13, ZSK).rdata))
    case("zsk-not-published", "bogus", "RFC 4035 §5.3.1", every(lambda zone: zone.at("@", "DNSKEY").rdatas.pop(), resigned("@", "DNSKEY")))
    case("many-keys", "secure", "RFC 4035 §5.3.1", ksks=[Key(13, KSK), Key(13, KSK)], zsks=[Key(13, ZSK) for _ in range(4)])
    case("standby-ds", "secure", "RFC 4035 §5.2; RFC 6840 §5.11", ds_lines=lambda ksks: [ds(group.sub("standby-ds"), Key(13, KSK).rdata), ds(group.sub("standby-ds"), ksks[0].rdata)])
    case("two-ds-both-strange", "bogus", "RFC 4035 §5.2", ds_lines=lambda _: [ds(group.sub("two-ds-both-strange"), Key(13, KSK).rdata) for _ in range(2)])
    # REVOKE changes the tag: the DS is that of the key as it stands, revoked.
    by_design = {"ours": "bogus", "reason": "revoked keys are no keys (SEMANTICS §3, RFC 5011 §2.1); unbound heeds the bit at trust anchors only",
                 "note": "unbound uses the key as any other; delv, like the engine, does not"}
    revoked = Key(13, KSK | REVOKE)
    case("revoked-only", "bogus", "RFC 5011 §2.1", ksks=[revoked], more={**by_design, "delvNote": "agrees with the engine"})
    live, gone = Key(13, KSK), Key(13, KSK | REVOKE)
    case("revoked-beside-good", "secure", "RFC 5011 §2.1", ksks=[gone, live], ds_lines=[ds(group.sub("revoked-beside-good"), gone.rdata), ds(group.sub("revoked-beside-good"), live.rdata)])
    case("revoked-zsk", "bogus", "RFC 5011 §2.1", zsks=[Key(13, ZSK | REVOKE)], more={**by_design, "delvNote": "agrees with the engine"})
    case("zone-bit-clear", "bogus", "RFC 4034 §2.1.1", ksks=[Key(13, SEP)], zsks=[])
    case("zone-bit-clear-zsk", "bogus", "RFC 4034 §2.1.1", zsks=[Key(13, 0)])
    case("protocol-2", "bogus", "RFC 4034 §2.1.2", ksks=[Key(13, KSK, protocol=2)], zsks=[])
    case("protocol-2-zsk", "bogus", "RFC 4034 §2.1.2", zsks=[Key(13, ZSK, protocol=2)])
    # Rollovers: any one path will do.
    old, new = Key(8, KSK), Key(13, KSK)
    zone = group.sub("rollover-one-signs")
    case("rollover-one-signs", "secure", "RFC 6840 §5.11", ksks=[new], zsks=[Key(13, ZSK)], ds_lines=[ds(zone, old.rdata), ds(zone, new.rdata)])
    zone = group.sub("rollover-both-keys-one-signs")
    case("rollover-both-keys-one-signs", "secure", "RFC 6840 §5.11", lambda zone: every(*[lambda zone, s=s: setattr(s, "sigs", [g for g in s.sigs if g.algorithm == 13]) for s in zone.sets.values()])(zone),
         ksks=[old, new], zsks=[Key(8, ZSK), Key(13, ZSK)], ds_lines=[ds(zone, old.rdata), ds(zone, new.rdata)])
    zone = group.sub("rollover-both-sign")
    case("rollover-both-sign", "secure", "RFC 6840 §5.11", ksks=[old, new], zsks=[Key(8, ZSK), Key(13, ZSK)], ds_lines=[ds(zone, old.rdata), ds(zone, new.rdata)])
    zone = group.sub("rollover-nothing-signs")
    case("rollover-nothing-signs", "bogus", "RFC 4035 §5.2", ksks=[Key(14, KSK)], zsks=[Key(14, ZSK)], ds_lines=[ds(zone, old.rdata), ds(zone, new.rdata)])
    case("ksk-rsa-zsk-ecdsa", "secure", "RFC 6840 §5.11", ksks=[Key(8, KSK)], zsks=[Key(13, ZSK)])
    # Tags are no names: two keys may share one (RFC 4034 §5.1, appendix B).
    for ident, order in (("first", 1), ("last", -1)):
        one, other = pair_of_one_tag(15)
        pair = [one, other][::order]
        case(f"same-tag-zsk-{ident}", "secure", "RFC 4035 §5.3.1", lambda zone, key=one: [setattr(s, "sigs", [rrsig(key, s, zone.name)]) for s in zone.sets.values() if s.sigs and s.rdtype != DNSKEY],
             ksks=[Key(15, KSK)], zsks=pair, more={"delvNote": FIRST_FAILURE, "trap": "a second key of the same tag beside a good one"})
    one, other = pair_of_one_tag(15, KSK)
    case("same-tag-ksk", "secure", "RFC 4035 §5.2", lambda zone, key=one: setattr(zone.at("@", "DNSKEY"), "sigs", [rrsig(key, zone.at("@", "DNSKEY"), zone.name)]),
         ksks=[other, one], zsks=[Key(15, ZSK)], ds_lines=[ds(group.sub("same-tag-ksk"), other.rdata), ds(group.sub("same-tag-ksk"), one.rdata)], more={"delvNote": FIRST_FAILURE, "trap": "a second key of the same tag beside a good one"})
    twin = Key(13, ZSK)
    case("same-tag-junk", "secure", "RFC 4035 §5.3.1", zsks=[twin], before=lambda zone: [zone.put(zone.name, DNSKEY, junk) for junk in junk_of_tag(twin, 2)], more={"delvNote": FIRST_FAILURE, "trap": "a second key of the same tag beside a good one"})
    case("unknown-algorithm-key-beside", "secure", "RFC 4035 §2.2", before=lambda zone: zone.put(zone.name, DNSKEY, dnskey(256, 3, 200, b"x" * 64)))
    case("malformed-key-beside", "secure", "RFC 4035 §5.3.1", before=lambda zone: zone.put(zone.name, DNSKEY, dnskey(256, 3, 13, b"x" * 5)), more={"delvNote": "delv takes no set with a key it cannot read; RFC 4035 §5.3.1: another key verifies"})
    case("malformed-rsa-key-only", "bogus", "RFC 3110 §2", lambda zone: altered("@", "DNSKEY", "257 3 8 AwE=")(zone), ksks=[Key(8, KSK)], zsks=[], ds_lines=lambda _: [ds(group.sub("malformed-rsa-key-only"), dnskey(257, 3, 8, b"\x03\x01"))])


def downgrade(group):
    case, of = digest_cases(group)
    case("good-sha1", "secure", "RFC 4509 §3", [of(1)])
    case("bad-sha1-good-sha256", "secure", "RFC 4509 §3", [of(1, spoil=True), of(2)])
    case("good-sha1-bad-sha256", "bogus", "RFC 4509 §3", [of(1), of(2, spoil=True)], {"trap": "a bad SHA-256 digest beside a good SHA-1 is not rescued"})
    case("good-sha1-bad-sha384", "bogus", "RFC 4509 §3", [of(1), of(4, spoil=True)])


def digests(group):
    case, of = digest_cases(group)
    case("sha256", "secure", "RFC 4509 §2.1", [of(2)])
    case("sha384", "secure", "RFC 6605 §2", [of(4)])
    case("sha1", "secure", "RFC 4035 §5.2; RFC 4509 §3", [of(1)], {"ours": "secure", "reason": "digest 1 is used where no usable 2 or 4 stands (SEMANTICS §3)"})
    for digest in (3, 5, 99):
        case(f"unknown-{digest}", "insecure", "RFC 4035 §5.2; RFC 6840 §5.2", [of(digest)])
    case("unknown-beside-sha256", "secure", "RFC 6840 §5.2", [of(99), of(2)])
    case("sha1-and-sha256", "secure", "RFC 4509 §3", [of(1), of(2)])
    case("sha256-and-sha384", "secure", "RFC 6605 §2", [of(2), of(4)])
    case("all-known", "secure", "RFC 4509 §3", [of(1), of(2), of(4)])
    case("bad-sha1-good-sha256", "secure", "RFC 4509 §3", [of(1, spoil=True), of(2)])
    case("good-sha256-bad-sha384", "secure", "RFC 6840 §5.11", [of(2), of(4, spoil=True)])
    case("bad-sha256-good-sha384", "secure", "RFC 6840 §5.11", [of(2, spoil=True), of(4)])
    case("good-sha1-unknown-99", "secure", "RFC 4509 §3", [of(1), of(99)])
    case("good-sha1-sha256-of-unknown-algorithm", "secure", "RFC 4509 §3; RFC 6840 §5.2", [of(1), lambda ident, key: f"4711 200 2 {'00' * 32}"])
    case("wrong-sha256", "bogus", "RFC 4035 §5.2", [of(2, spoil=True)])
    case("wrong-sha384", "bogus", "RFC 4035 §5.2", [of(4, spoil=True)])
    case("wrong-tag", "bogus", "RFC 4035 §5.2", [of(2, tag=1)])
    case("wrong-algorithm", "bogus", "RFC 4035 §5.2", [of(2, algorithm=15)])
    case("cut-digest", "bogus", "RFC 4509 §2.1", [lambda ident, key: of(2)(ident, key)[:-2]])
    case("unknown-and-wrong-sha256", "bogus", "RFC 4035 §5.2", [of(99), of(2, spoil=True)])


def digest_cases(group):
    good = lambda ident, digest, key, **how: ds(group.sub(ident), key.rdata, digest, **how)

    def case(ident, intended, clause, lines, more=None):
        key = Key(13, KSK)
        group.made(group.sub(ident), ZONE, ksks=[key], ds_lines=[line(ident, key) for line in lines])
        group.case(ident, group.sub(f"mx.{ident}"), "A", intended, clause, **(more or {}))

    def of(digest, **how):
        return lambda ident, key: good(ident, digest, key, **how)

    return case, of
