//! Cases made by hand: what no server gives and no recording has, each for a rule that nothing else holds.

use std::collections::BTreeSet;

use mxseal::crypto::{Algorithm, PublicKey, RustCrypto, SignatureVerifier, Verification};
use mxseal::dns::RecordType as T;
use mxseal::dnssec::{LookupResult, Reason};

use crate::recording::{Remembering, groups};

use crate::signer::{AT, DAY, Key, NSEC3, Nsec3, Signing, a, nsec, nsec3_hash, set, soa, tag};
use crate::wire::{Rr, name};
use crate::world::{World, ZONE};

/// A world, a question, and what must come of it: the status, the code of the reason, and for how many seconds it may
/// be kept.
pub(crate) struct Made {
    id: &'static str,
    world: World,
    asked: (&'static str, T),
    want: &'static str,
    keep: Option<i64>,
}

fn made(id: &'static str, world: World, asked: (&'static str, T), want: &'static str) -> Made {
    Made {
        id,
        world,
        asked,
        want,
        keep: None,
    }
}

impl Made {
    fn kept(mut self, seconds: i64) -> Self {
        self.keep = Some(seconds);
        self
    }
}

#[test]
fn zones_made_by_hand() {
    let mut wrong = Vec::new();
    for Made {
        id,
        world,
        asked,
        want,
        keep,
    } in all()
    {
        let result = world.look_up(asked, &RustCrypto);
        let seconds = result
            .valid_until
            .map(|until| until.unix() - i64::from(world.at));
        let kept = keep.is_none_or(|keep| seconds == Some(keep));
        let secure = result.status == mxseal::SecurityStatus::Secure;
        let withheld = result.records.is_empty() || told(&result).starts_with("insecure") || secure;
        if !withheld || told(&result) != want || !kept || secure != seconds.is_some() {
            wrong.push(format!(
                "red made/{id}: {}, kept {seconds:?}, want {want} {keep:?}",
                result.reason.clone().unwrap_or(told(&result))
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn all() -> Vec<Made> {
    [
        keys(),
        times(),
        aliases(),
        denials(),
        opt_out(),
        gaps(),
        cuts(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// `bogus signature-expired`.
pub(crate) fn told(result: &LookupResult) -> String {
    let status = serde_json::to_value(result.status).unwrap();
    let reason = result.reason.as_deref().unwrap_or_default();
    let code = reason.split(':').next().unwrap();
    format!("{} {code}", status.as_str().unwrap())
        .trim()
        .to_owned()
}

/// Takes every signature for good.
#[derive(Debug)]
pub(crate) struct Credulous;

impl SignatureVerifier for Credulous {
    fn verify(&self, _: Algorithm, _: &PublicKey, _: &[u8], _: &[u8]) -> Verification {
        Verification::Good
    }
}

const MX: (&str, T) = ("mx.zone.test", T::A);

fn zone_key() -> Key {
    Key::new(1)
}

/// Signed by the zone.
fn signed(records: Vec<Rr>) -> Vec<Rr> {
    Signing::by(&zone_key(), ZONE).signed(records)
}

/// Signed by the zone, with something other than usual.
fn signed_with(records: Vec<Rr>, change: impl Fn(&mut Signing<'_>)) -> Vec<Rr> {
    let key = zone_key();
    let mut signing = Signing::by(&key, ZONE);
    change(&mut signing);
    signing.signed(records)
}

fn with_ttl(mut records: Vec<Rr>, ttl: u32) -> Vec<Rr> {
    records.iter_mut().for_each(|rr| rr.ttl = ttl);
    records
}

/// `mx.zone.test A` in a world.
fn positive(mut world: World, answer: Vec<Rr>) -> World {
    world.answer("mx.zone.test", T::A, answer);
    world
}

fn keys() -> Vec<Made> {
    let good = || signed(a("mx.zone.test"));
    let other = Key::new(7);
    let mut another_anchor = positive(World::island(), good());
    another_anchor.anchors.clear();
    another_anchor.anchor(ZONE, &other);
    let mut sha1 = positive(World::delegated(), good());
    let mut ds = zone_key().ds(ZONE, 1);
    let by_parent = Key::new(2);
    sha1.delegation(ZONE, &[ds.clone()], &Signing::by(&by_parent, "test"));
    let right = sha1.clone();
    *ds.last_mut().unwrap() ^= 1;
    sha1.delegation(ZONE, &[ds], &Signing::by(&by_parent, "test"));
    // Its own signature has expired; the other one is made with its key, in the name of the zone above.
    let in_the_name = [
        signed_with(a("mx.zone.test"), |signing| signing.expiration = AT - 1),
        vec![Signing::by(&zone_key(), "test").sign(&a("mx.zone.test"))],
    ];
    // RSA of 512 bits: exponent 3, and a modulus that verifies nothing.
    let short = [&[1, 1, 3, 8, 1, 3][..], &[0xc1; 64]].concat();
    let by_short =
        |signing: &mut Signing<'_>| (signing.key_tag, signing.algorithm) = (tag(&short), 8);
    let mut small = World::empty();
    small.anchor_rdata(ZONE, &short);
    let own = set(ZONE, T::Dnskey, std::slice::from_ref(&short));
    small.answer(ZONE, T::Dnskey, signed_with(own, by_short));
    let mut ds_by_zone = World::delegated();
    ds_by_zone.delegation(
        ZONE,
        &[zone_key().ds(ZONE, 2)],
        &Signing::by(&zone_key(), ZONE),
    );
    vec![
        made("good", positive(World::island(), good()), MX, "secure").kept(300),
        made(
            "good-delegated",
            positive(World::delegated(), good()),
            MX,
            "secure",
        )
        .kept(300),
        made(
            "anchor-of-another-key",
            another_anchor,
            MX,
            "bogus dnskey-missing",
        ),
        made("sha1-digest", right, MX, "secure"),
        made("sha1-digest-altered", sha1, MX, "bogus dnskey-missing"),
        made(
            "signed-in-the-name-of-the-parent",
            positive(World::delegated(), in_the_name.concat()),
            MX,
            "bogus signature-expired",
        ),
        made(
            "key-too-short",
            positive(small, good()),
            MX,
            "bogus key-unsupported",
        ),
        made(
            "ds-signed-by-the-zone-itself",
            positive(ds_by_zone, good()),
            MX,
            "bogus signer-not-zone",
        ),
    ]
}

#[test]
fn a_signature_names_the_algorithm_of_its_key() {
    let mut world = World::island();
    let with = |algorithm| {
        signed_with(a("mx.zone.test"), move |signing| {
            signing.algorithm = algorithm
        })
    };
    world.answer("mx.zone.test", T::A, with(15));
    assert_eq!(told(&world.look_up(MX, &Credulous)), "secure");
    world.answer("mx.zone.test", T::A, with(8));
    assert_eq!(told(&world.look_up(MX, &Credulous)), "bogus dnskey-missing");
}

fn times() -> Vec<Made> {
    let at = |expiration, inception| {
        let change = move |signing: &mut Signing<'_>| {
            (signing.expiration, signing.inception) = (expiration, inception)
        };
        positive(World::island(), signed_with(a("mx.zone.test"), change))
    };
    // 2106-02-07T06:28:16Z is 2³² seconds: the clock stands a minute before, the signatures end after it.
    let mut wrapped = World::empty();
    wrapped.at = u32::MAX - 59;
    wrapped.anchor(ZONE, &zone_key());
    let late = |records| {
        signed_with(records, |signing| {
            (signing.inception, signing.expiration) = (u32::MAX - 999, 100)
        })
    };
    wrapped.answer(
        ZONE,
        T::Dnskey,
        late(set(ZONE, T::Dnskey, &[zone_key().rdata()])),
    );
    wrapped.answer("mx.zone.test", T::A, late(a("mx.zone.test")));
    let keep = |records: Vec<Rr>| positive(World::island(), records);
    let two = || {
        set(
            "mx.zone.test",
            T::A,
            &[vec![192, 0, 2, 1], vec![192, 0, 2, 2]],
        )
    };
    let mut uneven = signed(two());
    uneven[1].ttl = 70;
    let mut zone_until = World::delegated();
    zone_until.answer("mx.zone.test", T::A, signed(a("mx.zone.test")));
    vec![
        made(
            "ends-before-it-begins",
            at(AT + 2 * DAY, AT + 3 * DAY),
            MX,
            "bogus signature-expired-before-valid",
        ),
        made(
            "expired-and-crossed",
            at(AT - 3 * DAY, AT - 2 * DAY),
            MX,
            "bogus signature-expired-before-valid",
        ),
        made("last-second", at(AT, AT - DAY), MX, "secure").kept(0),
        made("first-second", at(AT + DAY, AT), MX, "secure"),
        made("across-2106", wrapped, MX, "secure").kept(160),
        made("ttl-of-the-least-record", keep(uneven), MX, "secure").kept(70),
        made(
            "ttl-of-the-signature",
            keep(signed_with(a("mx.zone.test"), |signing| signing.ttl = 60)),
            MX,
            "secure",
        )
        .kept(60),
        made(
            "original-ttl",
            keep(signed_with(a("mx.zone.test"), |signing| {
                signing.original_ttl = 50
            })),
            MX,
            "secure",
        )
        .kept(50),
        made(
            "until-the-signature-ends",
            keep(signed_with(a("mx.zone.test"), |signing| {
                signing.expiration = AT + 40
            })),
            MX,
            "secure",
        )
        .kept(40),
    ]
}

fn cname(owner: &str, target: &str) -> Vec<Rr> {
    set(owner, T::Cname, &[name(target)])
}

fn dname(owner: &str, target: &str) -> Vec<Rr> {
    set(owner, T::Dname, &[name(target)])
}

fn aliases() -> Vec<Made> {
    let asked = ("alias.zone.test", T::A);
    let alias = |first: Vec<Rr>, last: Vec<Rr>| {
        let mut world = World::island();
        world.no_cut("alias.zone.test");
        world.answer("alias.zone.test", T::A, [first, last].concat());
        world
    };
    let to_mx = || signed(cname("alias.zone.test", "mx.zone.test"));
    let mx = || signed(a("mx.zone.test"));
    let below = |records: Vec<Rr>| {
        let mut world = World::island();
        world.no_cut("b.zone.test");
        world.answer("q.a.b.zone.test", T::A, records);
        world
    };
    let beneath = ("q.a.b.zone.test", T::A);
    let both = [
        signed(dname("b.zone.test", "c.zone.test")),
        dname("a.b.zone.test", "d.zone.test"),
        signed(a("q.a.c.zone.test")),
    ];
    let out_of_wildcard = |signing: &mut Signing<'_>| signing.labels = Some(2);
    let wildcard = [
        signed_with(dname("b.zone.test", "c.zone.test"), out_of_wildcard),
        signed(a("q.a.c.zone.test")),
    ];
    let unsigned_dname = [
        dname("b.zone.test", "c.zone.test"),
        signed(a("q.a.c.zone.test")),
    ];
    let mut away = World::island();
    away.answer(
        "alias.zone.test",
        T::A,
        [signed(cname("alias.zone.test", "mx.other")), a("mx.other")].concat(),
    );
    let txt = set("mx.zone.test", T::Txt, &[vec![1, b'x']]);
    let two = [
        signed(cname("alias.zone.test", "mx.zone.test")),
        signed(cname("alias.zone.test", "other.zone.test")),
    ];
    let mut any = World::island();
    any.no_cut("mx.zone.test");
    any.answer("mx.zone.test", T::Any, [mx(), txt.clone()].concat());
    let mut any_good = World::island();
    any_good.answer("mx.zone.test", T::Any, [mx(), signed(txt)].concat());
    vec![
        made(
            "short-alias",
            alias(with_ttl(to_mx(), 60), mx()),
            asked,
            "secure",
        )
        .kept(60),
        made(
            "short-target",
            alias(to_mx(), with_ttl(mx(), 60)),
            asked,
            "secure",
        )
        .kept(60),
        made(
            "unsigned-alias",
            alias(cname("alias.zone.test", "mx.zone.test"), mx()),
            asked,
            "bogus rrsigs-missing",
        ),
        made(
            "two-aliases",
            alias(two.concat(), mx()),
            asked,
            "bogus contradictory-answer",
        ),
        made(
            "alias-out-of-the-anchor",
            away,
            asked,
            "insecure no-trust-anchor",
        ),
        made("highest-dname", below(both.concat()), beneath, "secure"),
        made(
            "dname-out-of-a-wildcard",
            below(wildcard.concat()),
            beneath,
            "bogus wildcard-unproven",
        ),
        made(
            "unsigned-dname",
            below(unsigned_dname.concat()),
            beneath,
            "bogus rrsigs-missing",
        ),
        made(
            "any-one-unsigned",
            any,
            ("mx.zone.test", T::Any),
            "bogus rrsigs-missing",
        ),
        made("any", any_good, ("mx.zone.test", T::Any), "secure"),
    ]
}

/// A denial in the zone: NOERROR or NXDOMAIN.
fn denied(asked: (&'static str, T), rcode: u8, authority: Vec<Rr>) -> World {
    let mut world = World::island();
    world.put(
        asked.0,
        asked.1,
        rcode,
        Vec::new(),
        [signed(soa(ZONE)), authority].concat(),
    );
    world
}

fn denials() -> Vec<Made> {
    let text = ("mx.zone.test", T::Txt);
    let none = ("none.zone.test", T::A);
    let wild = ("w.zone.test", T::A);
    let by = |zones: &[Vec<Rr>]| {
        zones
            .iter()
            .flat_map(|set| signed(set.clone()))
            .collect::<Vec<_>>()
    };
    let out_of_wildcard = |signing: &mut Signing<'_>| signing.labels = Some(2);
    // The NSEC of `*.zone.test`, shown as that of a name which has the type.
    let expanded = signed_with(
        nsec("mx.zone.test", "n.zone.test", &[T::A, T::Nsec]),
        out_of_wildcard,
    );
    let nsec3 = |params: Nsec3, owner: &str, types: &[T]| params.at(ZONE, owner, types);
    let around = |params: Nsec3, owner: &str| params.around(ZONE, owner);
    let whole = |params: Nsec3| {
        by(&[
            nsec3(params, ZONE, &[T::Soa]),
            around(params, "none.zone.test"),
            around(params, "*.zone.test"),
        ])
    };
    // The hash of the name, at an owner one label too deep.
    let hash = nsec3_hash("mx.zone.test", 0);
    let deeper = NSEC3.between("sub.zone.test", hash, hash, &[T::A]);
    let mixed = by(&[
        nsec3(NSEC3, ZONE, &[T::Soa]),
        around(NSEC3, "none.zone.test"),
        Nsec3 {
            iterations: 1,
            ..NSEC3
        }
        .around_hash(ZONE, nsec3_hash("*.zone.test", 0)),
    ]);
    let wildcard = |proof: Vec<Rr>| {
        let mut world = World::island();
        world.put(
            "w.zone.test",
            T::A,
            0,
            signed_with(a("w.zone.test"), out_of_wildcard),
            proof,
        );
        world
    };
    let nsec_of_w = || nsec("v.zone.test", "x.zone.test", &[T::A]);
    vec![
        made(
            "nodata",
            denied(text, 0, by(&[nsec("mx.zone.test", "n.zone.test", &[T::A])])),
            text,
            "secure",
        )
        .kept(300),
        made(
            "nodata-by-the-nsec-of-a-wildcard",
            denied(text, 0, expanded),
            text,
            "bogus nsec-missing",
        ),
        made(
            "nsec3-nodata",
            denied(text, 0, by(&[nsec3(NSEC3, "mx.zone.test", &[T::A])])),
            text,
            "secure",
        ),
        made(
            "nsec3-below-another-name",
            denied(text, 0, by(&[deeper])),
            text,
            "bogus nsec-missing",
        ),
        made(
            "nsec3-nxdomain",
            denied(none, 3, whole(NSEC3)),
            none,
            "secure",
        ),
        made(
            "nsec3-hash-algorithm",
            denied(
                none,
                3,
                whole(Nsec3 {
                    hash_algorithm: 2,
                    ..NSEC3
                }),
            ),
            none,
            "bogus nsec-missing",
        ),
        made(
            "nsec3-flags",
            denied(none, 3, whole(Nsec3 { flags: 2, ..NSEC3 })),
            none,
            "bogus nsec-missing",
        ),
        made(
            "nsec3-of-two-parameters",
            denied(none, 3, mixed),
            none,
            "bogus nsec-missing",
        ),
        made(
            "nsec3-iterations",
            denied(
                none,
                3,
                whole(Nsec3 {
                    iterations: 51,
                    ..NSEC3
                }),
            ),
            none,
            "insecure nsec3-iterations",
        ),
        made(
            "nsec3-iterations-2500",
            denied(
                none,
                3,
                whole(Nsec3 {
                    iterations: 2_500,
                    ..NSEC3
                }),
            ),
            none,
            "bogus nsec3-iterations",
        ),
        made(
            "wildcard",
            wildcard(with_ttl(by(&[nsec_of_w()]), 60)),
            wild,
            "secure",
        )
        .kept(60),
        made(
            "wildcard-unproven",
            wildcard(Vec::new()),
            wild,
            "bogus wildcard-unproven",
        ),
        made(
            "wildcard-nsec3",
            wildcard(by(&[around(NSEC3, "w.zone.test")])),
            wild,
            "secure",
        ),
    ]
}

fn opt_out() -> Vec<Made> {
    let open = Nsec3 { flags: 1, ..NSEC3 };
    let none = ("none.zone.test", T::A);
    let wild = ("w.zone.test", T::A);
    let by = |zones: &[Vec<Rr>]| {
        zones
            .iter()
            .flat_map(|set| signed(set.clone()))
            .collect::<Vec<_>>()
    };
    let apex = || NSEC3.at(ZONE, ZONE, &[T::Soa]);
    let nxdomain = by(&[
        apex(),
        open.around(ZONE, "none.zone.test"),
        NSEC3.around(ZONE, "*.zone.test"),
    ]);
    let nodata = by(&[apex(), open.around(ZONE, "none.zone.test")]);
    let closed = by(&[apex(), NSEC3.around(ZONE, "none.zone.test")]);
    let at_wildcard = |around: Nsec3| {
        by(&[
            apex(),
            around.around(ZONE, "none.zone.test"),
            NSEC3.at(ZONE, "*.zone.test", &[T::Txt]),
        ])
    };
    let mut wildcard = World::island();
    let expanded = signed_with(a("w.zone.test"), |signing| signing.labels = Some(2));
    wildcard.put(
        "w.zone.test",
        T::A,
        0,
        expanded,
        by(&[open.around(ZONE, "w.zone.test")]),
    );
    vec![
        made(
            "opt-out-nxdomain",
            denied(none, 3, nxdomain),
            none,
            "insecure opt-out",
        ),
        made(
            "opt-out-nodata",
            denied(none, 0, nodata),
            none,
            "insecure opt-out",
        ),
        made(
            "no-opt-out-nodata",
            denied(none, 0, closed),
            none,
            "bogus nsec-missing",
        ),
        made(
            "opt-out-wildcard-nodata",
            denied(none, 0, at_wildcard(open)),
            none,
            "insecure opt-out",
        ),
        made(
            "wildcard-nodata",
            denied(none, 0, at_wildcard(NSEC3)),
            none,
            "secure",
        ),
        made("opt-out-wildcard", wildcard, wild, "insecure opt-out"),
    ]
}

/// Denials that lack a part.
fn gaps() -> Vec<Made> {
    let none = ("none.zone.test", T::A);
    let ent = ("ent.zone.test", T::A);
    let by = |zones: &[Vec<Rr>]| {
        zones
            .iter()
            .flat_map(|set| signed(set.clone()))
            .collect::<Vec<_>>()
    };
    let wildcard_nsec = |types: &[T]| nsec("*.zone.test", "a.zone.test", types);
    let around_none = || nsec("m.zone.test", "o.zone.test", &[T::Txt]);
    let apex_nsec = || nsec(ZONE, "b.zone.test", &[T::Soa]);
    let apex = || NSEC3.at(ZONE, ZONE, &[T::Soa]);
    let around = || NSEC3.around(ZONE, "none.zone.test");
    let wildcard = |types: &[T]| NSEC3.at(ZONE, "*.zone.test", types);
    let mut expanded = World::island();
    let out_of_wildcard = signed_with(a("w.zone.test"), |signing| signing.labels = Some(2));
    expanded.put("w.zone.test", T::A, 0, out_of_wildcard, by(&[apex()]));
    let above_zone = nsec("m.zone.test", "zz.test", &[T::Txt]);
    vec![
        made(
            "nsec-next-beyond-the-zone",
            denied(none, 3, by(&[apex_nsec(), above_zone])),
            none,
            "bogus nsec-missing",
        ),
        made(
            "nxdomain",
            denied(none, 3, by(&[apex_nsec(), around_none()])),
            none,
            "secure",
        ),
        made(
            "nxdomain-of-an-empty-non-terminal",
            denied(
                ent,
                3,
                by(&[nsec("a.zone.test", "x.ent.zone.test", &[T::A])]),
            ),
            ent,
            "bogus nsec-missing",
        ),
        made(
            "empty-non-terminal",
            denied(
                ent,
                0,
                by(&[nsec("a.zone.test", "x.ent.zone.test", &[T::A])]),
            ),
            ent,
            "secure",
        ),
        made(
            "nsec-wildcard-nodata",
            denied(none, 0, by(&[around_none(), wildcard_nsec(&[T::Txt])])),
            none,
            "secure",
        ),
        made(
            "nsec-wildcard-has-the-type",
            denied(none, 0, by(&[around_none(), wildcard_nsec(&[T::A])])),
            none,
            "bogus nsec-missing",
        ),
        made(
            "nsec-wildcard-is-an-alias",
            denied(none, 0, by(&[around_none(), wildcard_nsec(&[T::Cname])])),
            none,
            "bogus nsec-missing",
        ),
        made(
            "nsec-wildcard-not-shown",
            denied(none, 0, by(&[around_none()])),
            none,
            "bogus nsec-missing",
        ),
        made(
            "nsec3-wildcard-has-the-type",
            denied(none, 0, by(&[apex(), around(), wildcard(&[T::A])])),
            none,
            "bogus nsec-missing",
        ),
        made(
            "nsec3-wildcard-is-an-alias",
            denied(none, 0, by(&[apex(), around(), wildcard(&[T::Cname])])),
            none,
            "bogus nsec-missing",
        ),
        made(
            "nsec3-wildcard-not-denied",
            denied(none, 3, by(&[apex(), around()])),
            none,
            "bogus nsec-missing",
        ),
        made(
            "nsec3-next-closer-not-denied",
            denied(none, 3, by(&[apex(), NSEC3.around(ZONE, "*.zone.test")])),
            none,
            "bogus nsec-missing",
        ),
        made(
            "wildcard-nsec3-not-around-it",
            expanded,
            ("w.zone.test", T::A),
            "bogus wildcard-unproven",
        ),
    ]
}

fn cuts() -> Vec<Made> {
    let by_parent = Key::new(2);
    let ds = ("zone.test", T::Ds);
    let mut unsigned_ds = World::island();
    unsigned_ds.answer(ZONE, T::Ds, set(ZONE, T::Ds, &[zone_key().ds(ZONE, 2)]));
    // A zone of somebody else, whose last NSEC goes over all that comes after it in canonical order.
    let elsewhere_key = Key::new(8);
    let mut by_elsewhere = World::delegated();
    by_elsewhere.delegation(
        "!.test",
        &[elsewhere_key.ds("!.test", 2)],
        &Signing::by(&by_parent, "test"),
    );
    by_elsewhere.keys("!.test", &[&elsewhere_key], &elsewhere_key);
    by_elsewhere.no_cut("mx.zone.test");
    let proof = Signing::by(&elsewhere_key, "!.test").signed(nsec("a.!.test", "!.test", &[T::A]));
    by_elsewhere.put("mx.zone.test", T::A, 3, Vec::new(), proof);
    let mut own_ds = World::island();
    own_ds.delegation(
        ZONE,
        &[zone_key().ds(ZONE, 2)],
        &Signing::by(&zone_key(), ZONE),
    );
    let denied_ds = |types: &[T]| {
        let mut world = World::delegated();
        let sign = |set: Vec<Rr>| Signing::by(&by_parent, "test").signed(set);
        let authority = [sign(soa("test")), sign(nsec(ZONE, "test", types))].concat();
        world.put(ZONE, T::Ds, 0, Vec::new(), authority);
        positive(world, a("mx.zone.test"))
    };
    let mut root = World::empty();
    root.anchor(".", &by_parent);
    root.keys(".", &[&by_parent], &by_parent);
    let at_root = |set: Vec<Rr>| Signing::by(&by_parent, ".").signed(set);
    let authority = [
        at_root(soa(".")),
        at_root(nsec(".", "test", &[T::Ns, T::Soa])),
    ]
    .concat();
    root.put(".", T::Ds, 0, Vec::new(), authority);
    let mut ed448 = zone_key();
    ed448.algorithm = 16;
    let mut unsupported = World::empty();
    unsupported.anchor(ZONE, &ed448);
    unsupported.keys(ZONE, &[&ed448], &ed448);
    let unsupported = positive(
        unsupported,
        Signing::by(&ed448, ZONE).signed(a("mx.zone.test")),
    );
    let mut elsewhere = World::island();
    elsewhere.answer(
        "mx.other",
        T::A,
        Signing::by(&zone_key(), "other").signed(a("mx.other")),
    );
    // The zone is unsigned; a signer below it can't be looked up, another is the zone itself.
    let owner = "mx.sub.zone.test";
    let mut unsigned = denied_ds(&[T::Ns]);
    let below = Signing::by(&by_parent, "sub.zone.test").sign(&a(owner));
    let own = Signing::by(&by_parent, ZONE).sign(&a(owner));
    unsigned.answer(owner, T::A, [a(owner), vec![below, own]].concat());
    // DS and DNSKEY out of wildcards of the zone that signs them.
    let wildcard = |signing: &mut Signing<'_>| signing.labels = Some(1);
    let mut wild_ds = World::delegated();
    let mut signing = Signing::by(&by_parent, "test");
    wildcard(&mut signing);
    wild_ds.delegation(ZONE, &[zone_key().ds(ZONE, 2)], &signing);
    let mut wild_keys = World::delegated();
    wild_keys.answer(
        ZONE,
        T::Dnskey,
        signed_with(set(ZONE, T::Dnskey, &[zone_key().rdata()]), wildcard),
    );
    let good = || signed(a("mx.zone.test"));
    // The key that is vouched for does not sign; another does.
    let other = Key::new(9);
    let mut by_other = World::island();
    by_other.keys(ZONE, &[&zone_key(), &other], &other);
    // Keys behind an alias.
    let mut behind = World::delegated();
    behind.answer(
        ZONE,
        T::Dnskey,
        [
            signed(cname(ZONE, "k.zone.test")),
            signed(set("k.zone.test", T::Dnskey, &[zone_key().rdata()])),
        ]
        .concat(),
    );
    let mut failed_keys = World::delegated();
    failed_keys.put(ZONE, T::Dnskey, 2, Vec::new(), Vec::new());
    let mut failed_ds = World::delegated();
    failed_ds.put(ZONE, T::Ds, 2, Vec::new(), Vec::new());
    let mut stripped = World::island();
    stripped.answer(ZONE, T::Dnskey, set(ZONE, T::Dnskey, &[zone_key().rdata()]));
    let mut parent_signs = World::delegated();
    parent_signs = positive(
        parent_signs,
        Signing::by(&by_parent, "test").signed(a("mx.zone.test")),
    );
    // What lies under an anchor is signed there: nobody above it can say that it is not (RFC 4035 §5).
    let mut above_signs = World::island();
    above_signs.no_cut("mx.zone.test");
    let above = |set: Vec<Rr>| Signing::by(&by_parent, "test").signed(set);
    above_signs.answer("mx.zone.test", T::A, above(a("mx.zone.test")));
    let proof = above(nsec("mx.zone.test", ZONE, &[T::A]));
    above_signs.put("mx.zone.test", T::Aaaa, 0, Vec::new(), proof);
    // An anchor above that proves the zone unsigned changes nothing for an anchored zone.
    let mut anchored_twice = denied_ds(&[T::Ns]);
    anchored_twice.anchor(ZONE, &zone_key());
    anchored_twice.no_cut("mx.zone.test");
    let signed_above = positive(
        anchored_twice.clone(),
        Signing::by(&by_parent, ".").signed(a("mx.zone.test")),
    );
    // Nor can one that has an anchor of its own sign or deny it.
    let mut both_anchored = World::delegated();
    both_anchored.anchor(ZONE, &zone_key());
    both_anchored.no_cut("mx.zone.test");
    both_anchored.answer("mx.zone.test", T::A, above(a("mx.zone.test")));
    let proof = above(nsec("mx.zone.test", "test", &[T::A]));
    both_anchored.put("mx.zone.test", T::Aaaa, 0, Vec::new(), proof);
    vec![
        made(
            "signed-by-an-anchor-above",
            both_anchored.clone(),
            MX,
            "bogus signer-not-zone",
        ),
        made(
            "denied-by-an-anchor-above",
            both_anchored,
            ("mx.zone.test", T::Aaaa),
            "bogus nsec-missing",
        ),
        made(
            "unsigned-delegation",
            denied_ds(&[T::Ns]),
            MX,
            "insecure unsigned-delegation",
        ),
        made("ds-denied", denied_ds(&[T::Ns]), ds, "secure"),
        made(
            "ds-of-an-anchored-zone-by-itself",
            own_ds,
            ds,
            "insecure no-trust-anchor",
        ),
        made(
            "ds-of-an-anchored-zone-unsigned",
            unsigned_ds,
            ds,
            "insecure no-trust-anchor",
        ),
        made(
            "denied-by-a-zone-elsewhere",
            by_elsewhere,
            MX,
            "bogus nsec-missing",
        ),
        made(
            "ds-denied-by-an-apex",
            denied_ds(&[T::Ns, T::Soa]),
            ds,
            "bogus nsec-missing",
        ),
        made(
            "ds-denied-where-it-stands",
            denied_ds(&[T::Ns, T::Ds]),
            ds,
            "bogus nsec-missing",
        ),
        made("ds-of-the-root", root, (".", T::Ds), "secure"),
        made(
            "anchor-unsupported",
            unsupported,
            MX,
            "insecure algorithm-unsupported",
        ),
        made(
            "no-anchor-above-the-signer",
            elsewhere,
            ("mx.other", T::A),
            "insecure no-trust-anchor",
        ),
        made(
            "one-signer-proven-unsigned",
            unsigned,
            (owner, T::A),
            "insecure unsigned-delegation",
        ),
        made(
            "ds-out-of-a-wildcard",
            positive(wild_ds, good()),
            MX,
            "bogus wildcard-unproven",
        ),
        made(
            "keys-out-of-a-wildcard",
            positive(wild_keys, good()),
            MX,
            "bogus wildcard-unproven",
        ),
        made(
            "keys-signed-by-another",
            positive(by_other, good()),
            MX,
            "bogus dnskey-missing",
        ),
        made(
            "keys-behind-an-alias",
            positive(behind, good()),
            MX,
            "bogus dnskey-missing",
        ),
        made(
            "keys-failed",
            positive(failed_keys, good()),
            MX,
            "indeterminate lookup-failed",
        ),
        made(
            "ds-failed",
            positive(failed_ds, good()),
            MX,
            "indeterminate lookup-failed",
        ),
        made(
            "stripped",
            positive(stripped, a("mx.zone.test")),
            MX,
            "indeterminate resolver-strips-dnssec",
        ),
        made(
            "signed-by-the-parent",
            parent_signs,
            MX,
            "bogus signer-not-zone",
        ),
        made(
            "signed-above-the-anchor",
            above_signs.clone(),
            MX,
            "bogus signer-not-zone",
        ),
        made(
            "denied-above-the-anchor",
            above_signs,
            ("mx.zone.test", T::Aaaa),
            "bogus nsec-missing",
        ),
        made(
            "signed-above-both-anchors",
            signed_above,
            MX,
            "bogus signer-not-zone",
        ),
        made(
            "anchored-though-delegated-unsigned",
            positive(anchored_twice, good()),
            MX,
            "secure",
        ),
    ]
}

/// Every reason and every finding of the room comes of some case, recorded or made.
#[test]
fn every_reason_and_finding_occurs() {
    let mut reasons = BTreeSet::new();
    let mut findings = BTreeSet::new();
    let mut note = |result: &LookupResult| {
        let code = result
            .reason
            .as_deref()
            .and_then(|reason| reason.split(':').next());
        reasons.extend(code.map(str::to_owned));
        findings.extend(
            result
                .findings
                .iter()
                .map(|finding| finding.code.to_string()),
        );
    };
    for made in all() {
        note(&made.world.look_up(made.asked, &RustCrypto));
    }
    for group in groups() {
        let verifier = Remembering::default();
        for case in group.cases() {
            note(&group.answer(group.validator(&verifier), &case, |_, octets| octets));
        }
    }
    let every = Reason::ALL.iter().map(|reason| reason.code().to_owned());
    assert_eq!(
        every
            .filter(|code| !reasons.contains(code))
            .collect::<Vec<_>>(),
        [""; 0]
    );
    let of_room = [
        "dnssec-secure",
        "dnssec-insecure",
        "dnssec-bogus",
        "dnssec-indeterminate",
        "resolver-strips-dnssec",
    ];
    assert_eq!(findings, of_room.map(str::to_owned).into());
}
