//! Bounded work (KeyTrap, CVE-2023-50387; NSEC3, CVE-2023-50868): what costs more than any honest zone ends with a verdict
//! after a counted number of verifications.

use std::sync::atomic::{AtomicUsize, Ordering};

use mxseal::crypto::{Algorithm, PublicKey, RustCrypto, SignatureVerifier, Verification};
use mxseal::dns::{Question, RecordType as T};
use mxseal::dnssec::Validator;
use mxseal::limits;

use crate::made::{Credulous, told};
use crate::recording::groups;
use crate::signer::{Key, NSEC3, Nsec3, Signing, a, nsec, set, soa};
use crate::wire::{Rr, name};
use crate::world::{World, ZONE};

const MX: (&str, T) = ("mx.zone.test", T::A);

/// Counts what it hands on.
#[derive(Debug)]
pub(crate) struct Counting<V> {
    count: AtomicUsize,
    verifier: V,
}

impl<V: SignatureVerifier> Counting<V> {
    pub(crate) fn of(verifier: V) -> Self {
        Self {
            count: AtomicUsize::new(0),
            verifier,
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }
}

impl<V: SignatureVerifier> SignatureVerifier for Counting<V> {
    fn verify(
        &self,
        algorithm: Algorithm,
        key: &PublicKey,
        message: &[u8],
        signature: &[u8],
    ) -> Verification {
        self.count.fetch_add(1, Ordering::Relaxed);
        self.verifier.verify(algorithm, key, message, signature)
    }
}

/// What comes of it, and after how many verifications.
fn cost(world: &World, asked: (&str, T)) -> (String, usize) {
    let verifier = Counting::of(RustCrypto);
    let result = world.look_up(asked, &verifier);
    (told(&result), verifier.count())
}

/// Signed by the zone.
fn signed(records: Vec<Rr>) -> Vec<Rr> {
    Signing::by(&Key::new(1), ZONE).signed(records)
}

/// Signatures that do not hold, each another.
fn bad(records: &[Rr], count: usize) -> Vec<Rr> {
    let mut signature = Signing::by(&Key::new(1), ZONE).sign(records);
    let end = signature.rdata.len();
    (0..count)
        .map(|number| {
            signature.rdata[end - 4..]
                .copy_from_slice(&u32::try_from(number).unwrap().to_be_bytes());
            signature.clone()
        })
        .collect()
}

/// DNSKEY RDATA like the key's, of the same tag and of another key.
fn look_alikes(key: &Key, count: u16) -> Vec<Vec<u8>> {
    (0..count)
        .map(|number| {
            let mut rdata = key.rdata();
            // Two words of the sum change, one up and one down.
            let word = |rdata: &[u8], at: usize| u16::from_be_bytes([rdata[at], rdata[at + 1]]);
            let by = number + 1;
            let (up, down) = (
                word(&rdata, 4).checked_add(by),
                word(&rdata, 6).checked_sub(by),
            );
            rdata[4..6].copy_from_slice(&up.unwrap().to_be_bytes());
            rdata[6..8].copy_from_slice(&down.unwrap().to_be_bytes());
            rdata
        })
        .collect()
}

#[test]
fn recorded_traps() {
    let all = groups();
    for (group, most) in [
        ("keytrap", 1 + 4 * limits::RRSET_VERIFICATIONS),
        ("loops", 64),
        ("iterations", 64),
    ] {
        let group = all.iter().find(|one| one.name == group).unwrap();
        for case in group.cases() {
            let verifier = Counting::of(RustCrypto);
            let result = group.answer(group.validator(&verifier), &case, |_, octets| octets);
            assert!(
                verifier.count() <= most,
                "red {}: {}",
                case.id,
                verifier.count()
            );
            if case.id.contains("keytrap") && told(&result) != "bogus work-limit" {
                assert_eq!(told(&result), "bogus signature-invalid", "red {}", case.id);
            }
        }
    }
}

#[test]
fn signatures_of_one_rr_set() {
    let mut world = World::island();
    let records = a("mx.zone.test");
    // Fewer than the bound, and a good one at the end.
    let few = bad(&records, limits::RRSET_VERIFICATIONS - 1);
    world.answer(
        MX.0,
        MX.1,
        [records.clone(), few, signed(records.clone())].concat(),
    );
    assert_eq!(
        cost(&world, MX),
        ("secure".to_owned(), 1 + limits::RRSET_VERIFICATIONS)
    );
    world.answer(
        MX.0,
        MX.1,
        [records.clone(), bad(&records, 400), signed(records)].concat(),
    );
    assert_eq!(
        cost(&world, MX),
        (
            "bogus work-limit".to_owned(),
            1 + limits::RRSET_VERIFICATIONS
        )
    );
}

#[test]
fn a_thousand_signatures_in_one_message() {
    let mut world = World::island();
    let key = Key::new(1);
    let records = a("mx.zone.test");
    // More labels than the name has; then signatures of one octet.
    let labels = Some(9);
    let stray = Signing {
        labels,
        ..Signing::by(&key, ZONE)
    }
    .sign(&records);
    let mut all = [vec![stray; 500], bad(&records, 1)].concat();
    let short = all.last().unwrap().clone();
    all.extend(vec![short; 600]);
    for (at, signature) in all.iter_mut().enumerate() {
        signature.rdata.truncate(18 + 11);
        signature.rdata.push(u8::try_from(at % 256).unwrap());
    }
    world.answer(MX.0, MX.1, [records, all].concat());
    assert_eq!(
        cost(&world, MX),
        (
            "bogus work-limit".to_owned(),
            1 + limits::RRSET_VERIFICATIONS
        )
    );
}

#[test]
fn keys_of_one_tag() {
    let key = Key::new(1);
    let mut world = World::island();
    let keys = |count| [vec![key.rdata()], look_alikes(&key, count)].concat();
    let all = set(ZONE, T::Dnskey, &keys(40));
    world.answer(ZONE, T::Dnskey, signed(all));
    let records = a("mx.zone.test");
    world.answer(MX.0, MX.1, [records.clone(), bad(&records, 1)].concat());
    assert_eq!(
        cost(&world, MX),
        (
            "bogus signature-invalid".to_owned(),
            1 + limits::KEYS_OF_ONE_TAG
        )
    );
    // A few before the good one do no harm.
    let few = [look_alikes(&key, 3), vec![key.rdata()]].concat();
    world.answer(ZONE, T::Dnskey, signed(set(ZONE, T::Dnskey, &few)));
    world.answer(MX.0, MX.1, signed(records));
    assert_eq!(
        cost(&world, MX),
        ("secure".to_owned(), 1 + limits::KEYS_OF_ONE_TAG)
    );
}

#[test]
fn hundreds_of_keys_and_digests() {
    let (key, signer) = (Key::new(1), Key::new(3));
    let many: Vec<Vec<u8>> = (10..=250).map(|seed| Key::new(seed).rdata()).collect();
    let world = |keys: Vec<Vec<u8>>| {
        let mut world = World::island();
        world.answer(ZONE, T::Dnskey, signed(set(ZONE, T::Dnskey, &keys)));
        world.answer(
            MX.0,
            MX.1,
            Signing::by(&signer, ZONE).signed(a("mx.zone.test")),
        );
        world
    };
    let last = world([vec![key.rdata()], many.clone(), vec![signer.rdata()]].concat());
    assert_eq!(cost(&last, MX), ("bogus dnskey-missing".to_owned(), 1));
    let first = world([vec![key.rdata(), signer.rdata()], many].concat());
    assert_eq!(cost(&first, MX), ("secure".to_owned(), 2));
    let mut delegated = World::delegated();
    delegated.answer(MX.0, MX.1, signed(a("mx.zone.test")));
    let wrong: Vec<Vec<u8>> = (10..=250).map(|seed| Key::new(seed).ds(ZONE, 2)).collect();
    let parent = Key::new(2);
    let by_parent = Signing::by(&parent, "test");
    delegated.delegation(
        ZONE,
        &[wrong.clone(), vec![key.ds(ZONE, 2)]].concat(),
        &by_parent,
    );
    assert_eq!(cost(&delegated, MX), ("bogus dnskey-missing".to_owned(), 2));
    delegated.delegation(ZONE, &[vec![key.ds(ZONE, 2)], wrong].concat(), &by_parent);
    assert_eq!(cost(&delegated, MX), ("secure".to_owned(), 4));
}

#[test]
fn failures_of_one_check() {
    // Sixteen denials, ten bad signatures each.
    let mut world = World::island();
    let sets = (0..limits::DENIAL_RECORDS).flat_map(|number| {
        let records = nsec(&format!("n{number}.zone.test"), ZONE, &[T::A]);
        [records.clone(), bad(&records, 10)].concat()
    });
    world.put(MX.0, MX.1, 3, Vec::new(), sets.collect());
    assert_eq!(
        cost(&world, MX),
        (
            "bogus work-limit".to_owned(),
            1 + limits::FAILED_VERIFICATIONS
        )
    );
}

#[test]
fn verifications_of_one_check() {
    let mut world = World::island();
    let mut questions = Vec::new();
    for number in 0..80 {
        let step = |at: usize| format!("a{at}.n{number}.zone.test");
        let mut answer = Vec::new();
        for at in 0..limits::ALIAS_STEPS - 1 {
            answer.extend(signed(set(&step(at), T::Cname, &[name(&step(at + 1))])));
        }
        answer.extend(signed(a(&step(limits::ALIAS_STEPS - 1))));
        world.answer(&step(0), T::A, answer);
        questions.push(Question::new(step(0).parse().unwrap(), T::A));
    }
    let verifier = Counting::of(Credulous);
    let statuses = settle(&world, &mut world.validator(&verifier), &questions);
    assert_eq!(verifier.count(), limits::VERIFICATIONS);
    let good = statuses.iter().filter(|status| *status == "secure").count();
    // One was spent on the keys.
    assert_eq!(good, (limits::VERIFICATIONS - 1) / limits::ALIAS_STEPS);
    assert!(
        statuses
            .iter()
            .all(|status| status == "secure" || status == "bogus work-limit"),
        "{statuses:?}"
    );
}

/// Asks them all at once; each status with its reason.
fn settle(world: &World, validator: &mut Validator<'_>, questions: &[Question]) -> Vec<String> {
    questions
        .iter()
        .for_each(|question| validator.ask(question));
    world.settle(validator);
    let told = |question: &Question| {
        let status = validator.status(question).unwrap();
        let word = serde_json::to_value(status.status).unwrap();
        let code = status
            .fault
            .as_ref()
            .map(|fault| fault.reason.code())
            .unwrap_or_default();
        format!("{} {code}", word.as_str().unwrap())
            .trim()
            .to_owned()
    };
    questions.iter().map(told).collect()
}

#[test]
fn rounds_of_nsec3() {
    let dear = Nsec3 {
        iterations: 500,
        ..NSEC3
    };
    let mut world = World::island();
    world.limits.nsec3_insecure_above = 500;
    let deep = |labels: usize| format!("{}zone.test", "a.".repeat(labels));
    let mut ask = |labels: usize| {
        let owner = deep(labels);
        let authority = [
            signed(soa(ZONE)),
            signed(dear.at(ZONE, "none.zone.test", &[T::A])),
        ]
        .concat();
        world.put(&owner, T::A, 3, Vec::new(), authority);
        cost(&world, (&owner, T::A)).0
    };
    // 501 rounds a name.
    let names = limits::NSEC3_ROUNDS / 501;
    assert_eq!(ask(names), "bogus nsec-missing");
    assert_eq!(ask(names + 1), "bogus work-limit");
}

#[test]
fn records_of_one_denial() {
    let asked = ("none.zone.test", T::A);
    let denial = |before: usize| {
        let useless = (0..before).flat_map(|number| {
            signed(nsec(
                &format!("y{number}.zone.test"),
                &format!("z{number}.zone.test"),
                &[T::A],
            ))
        });
        let useful = signed(nsec(ZONE, "o.zone.test", &[T::Soa]));
        let mut world = World::island();
        world.put(
            asked.0,
            asked.1,
            3,
            Vec::new(),
            useless.chain(useful).collect(),
        );
        cost(&world, asked)
    };
    let most = limits::DENIAL_RECORDS;
    assert_eq!(denial(most - 1), ("secure".to_owned(), 1 + most));
    assert_eq!(denial(most), ("bogus nsec-missing".to_owned(), 1 + most));
}

#[test]
fn signers_of_one_rr_set() {
    let owner = "a.b.c.d.e.f.zone.test";
    let signers = [
        "b.c.d.e.f.zone.test",
        "c.d.e.f.zone.test",
        "d.e.f.zone.test",
        "e.f.zone.test",
        "f.zone.test",
    ];
    let key = Key::new(1);
    let asked = |count: usize, denied: bool| {
        let mut world = World::island();
        let records = if denied {
            nsec(ZONE, "z.zone.test", &[T::Soa])
        } else {
            a(owner)
        };
        // None of them is a zone.
        for signer in signers {
            world.no_cut(signer);
        }
        let mut of = if denied {
            nsec(owner, ZONE, &[T::A])
        } else {
            records.clone()
        };
        let last = of.pop().unwrap();
        let signatures: Vec<Rr> = signers[..count]
            .iter()
            .map(|signer| Signing::by(&key, signer).sign(std::slice::from_ref(&last)))
            .collect();
        if denied {
            world.put(
                owner,
                T::A,
                3,
                Vec::new(),
                [vec![last], signatures, signed(records)].concat(),
            );
        } else {
            world.answer(owner, T::A, [signatures, signed(records)].concat());
        }
        cost(&world, (owner, T::A)).0
    };
    for denied in [false, true] {
        assert_eq!(
            asked(limits::SIGNERS - 1, denied),
            "secure",
            "denied: {denied}"
        );
        assert_eq!(
            asked(limits::SIGNERS, denied),
            "bogus signer-not-zone",
            "denied: {denied}"
        );
    }
}

#[test]
fn zones_of_one_check() {
    // Every answer has four signers, each under an anchor that its keys don't match.
    let mut world = World::empty();
    let mut questions = Vec::new();
    for number in 0..limits::ZONES / 4 + 1 {
        let zones = ["", "c.", "b.c.", "a.b.c."].map(|below| format!("{below}n{number}.test"));
        let owner = format!("mx.{}", zones[3]);
        let records = a(&owner);
        let mut answer = records.clone();
        for zone in &zones {
            world.anchor(zone, &Key::new(8));
            world.keys(zone, &[&Key::new(9)], &Key::new(9));
            answer.push(Signing::by(&Key::new(9), zone).sign(&records));
        }
        world.answer(&owner, T::A, answer);
        questions.push(Question::new(owner.parse().unwrap(), T::A));
    }
    let mut validator = world.validator(&RustCrypto);
    let statuses = settle(&world, &mut validator, &questions);
    assert!(
        statuses
            .iter()
            .all(|status| status == "bogus dnskey-missing")
    );
    let looked_at = questions
        .iter()
        .map(|question| validator.chain(question).len());
    assert_eq!(looked_at.sum::<usize>(), limits::ZONES);
}

#[test]
fn questions_of_one_check() {
    let world = World::island();
    let name = |number: usize| format!("n{number}.zone.test").parse().unwrap();
    let questions: Vec<Question> = (0..limits::QUESTIONS + 100)
        .map(|number| Question::new(name(number), T::A))
        .collect();
    let statuses = settle(&world, &mut world.validator(&Credulous), &questions);
    let limit = statuses
        .iter()
        .filter(|status| *status == "bogus work-limit")
        .count();
    // One is the question for the keys.
    assert_eq!(limit, 101);
}

#[test]
fn a_cname_loop_of_a_hundred_steps() {
    let mut world = World::island();
    let step = |at: usize| format!("a{}.zone.test", at % 100);
    let answer: Vec<Rr> = (0..100)
        .flat_map(|at| signed(set(&step(at), T::Cname, &[name(&step(at + 1))])))
        .collect();
    world.answer("a0.zone.test", T::A, answer);
    let (told, count) = cost(&world, ("a0.zone.test", T::A));
    assert_eq!(told, "bogus work-limit");
    assert!(count <= 1 + limits::ALIAS_STEPS, "{count}");
}

#[test]
fn an_alias_signed_by_itself_ends() {
    // The DS of the signer is an alias that the signer signs: its own beginning is no proof of itself.
    let (owner, key) = ("x.zone.test", Key::new(1));
    let mut world = World::island();
    let alias = || set(owner, T::Cname, &[name("y.zone.test")]);
    let own = Signing::by(&key, owner);
    world.answer(owner, T::Ds, own.signed(alias()));
    world.answer(owner, T::A, own.signed(a(owner)));
    assert_eq!(
        cost(&world, (owner, T::A)),
        ("bogus signer-not-zone".to_owned(), 0)
    );
    world.answer(owner, T::Ds, alias());
    world.answer(owner, T::A, a(owner));
    assert_eq!(
        cost(&world, (owner, T::A)),
        ("bogus rrsigs-missing".to_owned(), 1)
    );
    // Beside the signature of the zone it does no harm.
    world.answer(
        owner,
        T::Ds,
        [
            own.signed(alias()),
            vec![Signing::by(&key, ZONE).sign(&alias())],
        ]
        .concat(),
    );
    world.answer(
        owner,
        T::A,
        [
            own.signed(a(owner)),
            vec![Signing::by(&key, ZONE).sign(&a(owner))],
        ]
        .concat(),
    );
    assert_eq!(cost(&world, (owner, T::A)).0, "secure");
}

#[test]
fn a_hundred_zones_deep() {
    let key = Key::new(1);
    let mut world = World::island();
    let zone = |depth: usize| format!("{}{ZONE}", "a.".repeat(depth));
    for depth in 1..=100 {
        let signer = zone(depth - 1);
        world.delegation(
            &zone(depth),
            &[key.ds(&zone(depth), 2)],
            &Signing::by(&key, &signer),
        );
        world.keys(&zone(depth), &[&key], &key);
    }
    let owner = format!("mx.{}", zone(100));
    world.answer(
        &owner,
        T::A,
        Signing::by(&key, &zone(100)).signed(a(&owner)),
    );
    assert_eq!(cost(&world, (&owner, T::A)), ("secure".to_owned(), 202));
}
