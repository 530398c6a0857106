//! The chain cache: what one look-up proved of zones, given to the next.

use std::collections::BTreeSet;

use mxseal::Bytes;
use mxseal::crypto::RustCrypto;
use mxseal::dns::{Question, RecordType as T};
use mxseal::dnssec::{ChainCacheEntry, LookupResult, ZoneStatus};
use mxseal::limits;

use crate::made::told;
use crate::recording::{Remembering, groups};
use crate::signer::{AT, Key, NSEC3, Nsec3, Signing, a, nsec, set, soa};
use crate::wire::Rr;
use crate::work::Counting;
use crate::world::{World, ZONE};

const MX: (&str, T) = ("mx.zone.test", T::A);

/// Zone, status, and for how many seconds.
fn kept(world: &World, asked: (&str, T)) -> Vec<(String, ZoneStatus, i64)> {
    let result = world.look_up(asked, &RustCrypto);
    let entries = result.chain_cache.into_iter();
    let seconds = |entry: &ChainCacheEntry| entry.expires_at.unix() - i64::from(world.at);
    entries
        .map(|entry| (entry.zone.to_string(), entry.status, seconds(&entry)))
        .collect()
}

fn secure(zone: &str, seconds: i64) -> (String, ZoneStatus, i64) {
    (zone.to_owned(), ZoneStatus::Secure, seconds)
}

fn insecure(zone: &str, seconds: i64) -> (String, ZoneStatus, i64) {
    (zone.to_owned(), ZoneStatus::Insecure, seconds)
}

fn with_ttl(mut records: Vec<Rr>, ttl: u32) -> Vec<Rr> {
    records.iter_mut().for_each(|rr| rr.ttl = ttl);
    records
}

fn delegated() -> World {
    let mut world = World::delegated();
    world.answer(
        MX.0,
        MX.1,
        Signing::by(&Key::new(1), ZONE).signed(a("mx.zone.test")),
    );
    world
}

/// Signed by the zone above.
fn by_parent(records: Vec<Rr>) -> Vec<Rr> {
    Signing::by(&Key::new(2), "test").signed(records)
}

fn unsigned(proof: Vec<Rr>) -> World {
    let mut world = World::delegated();
    world.put(
        ZONE,
        T::Ds,
        0,
        Vec::new(),
        [by_parent(soa("test")), proof].concat(),
    );
    world.answer(MX.0, MX.1, a("mx.zone.test"));
    world
}

#[test]
fn an_entry_lives_no_longer_than_what_it_rests_on() {
    let parent_keys = || set("test", T::Dnskey, &[Key::new(2).rdata()]);
    let ds = || set(ZONE, T::Ds, &[Key::new(1).ds(ZONE, 2)]);
    assert_eq!(
        kept(&delegated(), MX),
        [secure("test", 300), secure(ZONE, 300)]
    );
    let mut short_ds = delegated();
    short_ds.answer(ZONE, T::Ds, with_ttl(by_parent(ds()), 100));
    assert_eq!(
        kept(&short_ds, MX),
        [secure("test", 300), secure(ZONE, 100)]
    );
    let mut short_parent = delegated();
    short_parent.answer("test", T::Dnskey, with_ttl(by_parent(parent_keys()), 80));
    assert_eq!(
        kept(&short_parent, MX),
        [secure("test", 80), secure(ZONE, 80)]
    );
    // Signatures that end this second hold, and nothing of them is kept.
    let mut over = World::island();
    let keys = set(ZONE, T::Dnskey, &[Key::new(1).rdata()]);
    over.answer(
        ZONE,
        T::Dnskey,
        Signing {
            expiration: AT,
            ..Signing::by(&Key::new(1), ZONE)
        }
        .signed(keys),
    );
    over.answer(
        MX.0,
        MX.1,
        Signing::by(&Key::new(1), ZONE).signed(a("mx.zone.test")),
    );
    assert_eq!(told(&over.look_up(MX, &RustCrypto)), "secure");
    assert_eq!(kept(&over, MX), []);
    let proof = || by_parent(nsec(ZONE, "test", &[T::Ns]));
    assert_eq!(
        kept(&unsigned(proof()), MX),
        [secure("test", 300), insecure(ZONE, 300)]
    );
    assert_eq!(
        kept(&unsigned(with_ttl(proof(), 90)), MX),
        [secure("test", 300), insecure(ZONE, 90)]
    );
    let mut short = unsigned(proof());
    short.answer("test", T::Dnskey, with_ttl(by_parent(parent_keys()), 70));
    assert_eq!(kept(&short, MX), [secure("test", 70), insecure(ZONE, 70)]);
    let open = Nsec3 { flags: 1, ..NSEC3 };
    let span = [
        by_parent(open.around("test", ZONE)),
        by_parent(NSEC3.at("test", "test", &[T::Soa])),
    ]
    .concat();
    assert_eq!(
        kept(&unsigned(span), MX),
        [secure("test", 300), insecure(ZONE, 300)]
    );
    let mut unknown = Key::new(1);
    unknown.algorithm = 16;
    let mut unsupported = delegated();
    unsupported.answer(
        ZONE,
        T::Ds,
        with_ttl(by_parent(set(ZONE, T::Ds, &[unknown.ds(ZONE, 2)])), 60),
    );
    assert_eq!(
        kept(&unsupported, MX),
        [secure("test", 300), insecure(ZONE, 60)]
    );
}

/// Asked with what was kept: what came of it, and which questions it took.
fn again(world: &World, entries: &[ChainCacheEntry]) -> (LookupResult, BTreeSet<String>) {
    let mut validator = world.validator(&RustCrypto);
    validator.keep(entries);
    let question = Question::new(MX.0.parse().unwrap(), MX.1);
    let mut first = validator.clone();
    first.ask(&question);
    let asked = first.wants().iter().map(ToString::to_string).collect();
    (world.run(validator, MX), asked)
}

#[test]
fn a_kept_zone_is_not_asked_for_until_it_expires() {
    let question = "mx.zone.test A".to_owned();
    for world in [
        delegated(),
        unsigned(by_parent(nsec(ZONE, "test", &[T::Ns]))),
    ] {
        let cold = world.look_up(MX, &RustCrypto);
        let (warm, asked) = again(&world, &cold.chain_cache);
        assert_eq!(asked, BTreeSet::from([question.clone()]));
        assert_eq!(told(&warm), told(&cold));
        assert_eq!(
            (&warm.records, warm.valid_until),
            (&cold.records, cold.valid_until)
        );
        assert_eq!(warm.chain_cache, cold.chain_cache);
        let mut expired = cold.chain_cache.clone();
        expired
            .iter_mut()
            .for_each(|entry| entry.expires_at = mxseal::Time::from_unix(i64::from(AT)));
        let (late, asked) = again(&world, &expired);
        assert!(asked.len() > 1, "{asked:?}");
        assert_eq!(told(&late), told(&cold));
    }
}

#[test]
fn an_entry_that_cannot_be_read_is_passed_over() {
    let world = delegated();
    let cold = world.look_up(MX, &RustCrypto);
    let zone = cold.chain_cache.last().unwrap();
    let key = |flags: u16| {
        let rdata = Key { ..Key::new(1) }.rdata();
        let rdata = [&flags.to_be_bytes()[..], &rdata[2..]].concat();
        [
            &u16::try_from(rdata.len()).unwrap().to_be_bytes()[..],
            &rdata,
        ]
        .concat()
    };
    let end = |digests: usize| [vec![0, 0], vec![7; 32 * digests]].concat();
    let whole = |keys: Vec<Vec<u8>>, end: Vec<u8>| [keys.concat(), end].concat();
    let (good, revoked, no_zone_key) = (key(257), key(0x181), key(1));
    let cut_short = good.clone().split_off(1);
    for data in [
        Vec::new(),
        end(0),
        good.clone(),
        whole(vec![cut_short], end(0)),
        whole(vec![good.clone(), revoked], end(0)),
        whole(vec![good.clone(), no_zone_key], end(0)),
        whole(vec![good.clone(); limits::ZONE_KEYS + 1], end(0)),
        whole(vec![good.clone()], end(1).split_off(1)),
        whole(vec![good.clone()], end(limits::KEPT_SIGNATURES + 1)),
    ] {
        let entry = ChainCacheEntry {
            data: Bytes(data),
            ..zone.clone()
        };
        let (result, asked) = again(&world, &[entry]);
        assert!(asked.contains("zone.test DNSKEY"), "{asked:?}");
        assert_eq!(told(&result), "secure");
    }
    let most = whole(vec![good; limits::ZONE_KEYS], end(limits::KEPT_SIGNATURES));
    let most = ChainCacheEntry {
        data: Bytes(most),
        ..zone.clone()
    };
    assert_eq!(again(&world, &[most]).1.len(), 1);
}

/// A zone that was unsigned to one validator is signed to another that has an anchor for it.
#[test]
fn an_anchor_speaks_before_a_kept_entry() {
    let mut world = unsigned(by_parent(nsec(ZONE, "test", &[T::Ns])));
    let entries = world.look_up(MX, &RustCrypto).chain_cache;
    assert!(entries.iter().any(|entry| entry.zone.to_string() == ZONE));
    world.anchor(ZONE, &Key::new(1));
    world.no_cut(MX.0);
    let stripped = again(&world, &entries).0;
    assert_eq!(told(&stripped), "bogus rrsigs-missing");
    let signed = Signing::by(&Key::new(1), ZONE).signed(a(MX.0));
    world.answer(MX.0, MX.1, signed);
    assert_eq!(told(&again(&world, &entries).0), "secure");
}

#[test]
fn a_kept_signature_is_not_verified_again() {
    let world = delegated();
    let cold = world.look_up(MX, &RustCrypto);
    let warm = |world: &World| {
        let verifier = Counting::of(RustCrypto);
        let mut validator = world.validator(&verifier);
        validator.keep(&cold.chain_cache);
        let result = world.run(validator, MX);
        (told(&result), verifier.count())
    };
    assert_eq!(warm(&world), ("secure".to_owned(), 0));
    // Another signature, or another record under the same one, is another matter.
    let mut altered = world.clone();
    let mut answer = Signing::by(&Key::new(1), ZONE).signed(a("mx.zone.test"));
    answer[0].rdata = vec![192, 0, 2, 66];
    altered.answer(MX.0, MX.1, answer);
    assert_eq!(warm(&altered), ("bogus signature-invalid".to_owned(), 1));
    // Its dates count as ever: the keys are kept for five minutes, the signature ends before that.
    let mut short = delegated();
    let key = Key::new(1);
    let ends = Signing {
        expiration: AT + 10,
        ..Signing::by(&key, ZONE)
    };
    short.answer(MX.0, MX.1, ends.signed(a("mx.zone.test")));
    let cold = short.look_up(MX, &RustCrypto);
    short.at += 11;
    let mut validator = short.validator(&RustCrypto);
    validator.keep(&cold.chain_cache);
    assert_eq!(told(&short.run(validator, MX)), "bogus signature-expired");
}

#[test]
fn so_many_signatures_of_a_zone_are_kept() {
    let mut world = delegated();
    let questions: Vec<Question> = (0..limits::KEPT_SIGNATURES + 9)
        .map(|number| {
            let owner = format!("n{number}.zone.test");
            let signed = Signing::by(&Key::new(1), ZONE).signed(a(&owner));
            world.answer(&owner, T::A, signed);
            Question::new(owner.parse().unwrap(), T::A)
        })
        .collect();
    let mut validator = world.validator(&RustCrypto);
    questions
        .iter()
        .for_each(|question| validator.ask(question));
    world.settle(&mut validator);
    let kept = validator.chain_cache();
    let zone = kept.last().unwrap();
    let key = 2 + Key::new(1).rdata().len();
    assert_eq!(zone.data.0.len(), key + 2 + 32 * limits::KEPT_SIGNATURES);
}

#[test]
fn many_kept_zones_leave_room_for_new_ones() {
    let world = delegated();
    let cold = world.look_up(MX, &RustCrypto);
    let entry = cold.chain_cache.last().unwrap();
    let others: Vec<ChainCacheEntry> = (0..limits::ZONES + 100)
        .map(|number| ChainCacheEntry {
            zone: format!("n{number}.test").parse().unwrap(),
            ..entry.clone()
        })
        .collect();
    let (result, _) = again(&world, &others);
    assert_eq!(told(&result), "secure");
}

#[test]
fn recorded_cases_are_the_same_with_what_they_kept() {
    for group in groups() {
        let verifier = Remembering::default();
        for case in group.cases() {
            let mut questions = 0;
            let mut count = |_: &Question, octets| {
                questions += 1;
                octets
            };
            let cold = group.answer(group.validator(&verifier), &case, &mut count);
            let mut validator = group.validator(&verifier);
            validator.keep(&cold.chain_cache);
            let before = core::mem::take(&mut questions);
            let mut count = |_: &Question, octets| {
                questions += 1;
                octets
            };
            let warm = group.answer(validator, &case, &mut count);
            assert_eq!(
                (warm.status, &warm.records, &warm.hops),
                (cold.status, &cold.records, &cold.hops),
                "red {}",
                case.id
            );
            assert!(questions <= before, "red {}", case.id);
        }
    }
}
