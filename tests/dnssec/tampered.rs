//! Whole messages changed: records in another order, signatures taken out, AD set, answers to another question. Over every
//! recorded case.

use mxseal::SecurityStatus;
use mxseal::crypto::RustCrypto;
use mxseal::dns::{Message, Question, RecordType as T};
use mxseal::dnssec::LookupResult;

use crate::made::told;
use crate::recording::{Case, Group, Remembering, groups};
use crate::signer::{Key, Signing, a};
use crate::wire::Response;
use crate::world::{World, ZONE};

/// Each recorded case, and what comes of it as it is.
fn every(mut check: impl FnMut(&Group, &Case, &Remembering, &LookupResult)) {
    for group in groups() {
        let verifier = Remembering::default();
        for case in group.cases() {
            let right = group.answer(group.validator(&verifier), &case, |_, octets| octets);
            check(&group, &case, &verifier, &right);
        }
    }
}

/// The message written anew after a change.
fn anew(question: &Question, octets: &[u8], change: impl FnOnce(&mut Response)) -> Vec<u8> {
    let Ok(message) = Message::parse(octets) else {
        return octets.to_vec();
    };
    // An answer to another question stays one.
    let own = message.question.clone().unwrap_or_else(|| question.clone());
    let mut response = Response::of(&message);
    change(&mut response);
    response.write(&own)
}

#[test]
fn the_order_of_records_is_nothing() {
    let mut count = 0;
    every(|group, case, verifier, right| {
        // A KeyTrap is cut short somewhere; where, depends on the order.
        if group.name == "keytrap" {
            return;
        }
        for seed in [1, 2, 3] {
            let mut state = seed;
            let result = group.answer(group.validator(verifier), case, |question, octets| {
                anew(question, &octets, |response| {
                    for section in &mut response.sections {
                        for last in (1..section.len()).rev() {
                            state = state * 48_271 % 0x7fff_ffff;
                            section.swap(last, state % (last + 1));
                        }
                    }
                })
            });
            let records = |result: &LookupResult| {
                let all = result.records.iter();
                let mut all: Vec<_> = all
                    .map(|record| (record.owner.clone(), record.rdata.canonical()))
                    .collect();
                all.sort();
                all
            };
            assert_eq!(
                (result.status, records(&result), &result.hops),
                (right.status, records(right), &right.hops),
                "red {} shuffled {seed}: {:?}",
                case.id,
                result.reason
            );
            count += 1;
        }
    });
    assert!(count > 1_000);
}

#[test]
fn an_answer_without_its_signatures_is_not_secure() {
    let mut count = 0;
    every(|group, case, verifier, whole| {
        // Where NSEC3 is too dear, nobody can tell an unsigned zone from a stripped answer (RFC 9276 §3.2).
        if whole.status != SecurityStatus::Secure || group.name == "iterations" {
            return;
        }
        for authentic_data in [false, true] {
            let own = |question: &Question| *question == case.question;
            let result = group.answer(group.validator(verifier), case, |question, octets| {
                anew(question, &octets, |response| {
                    response.authentic_data = authentic_data;
                    if own(question) {
                        response.retain(|rr| !rr.is_signature());
                    }
                })
            });
            // The keys of the anchor itself, asked for as such, are all that a resolver has to show. At an alias nsd
            // denies DS with the CNAME bit set, which is no denial (RFC 6840 §4.3).
            let root_keys = case.question.name.is_root() && case.question.record_type == T::Dnskey;
            let told = told(&result);
            let right = match told.as_str() {
                "bogus rrsigs-missing" => !root_keys,
                "bogus nsec-missing" => {
                    case.question.record_type == T::Cname || !whole.hops.is_empty()
                }
                "indeterminate resolver-strips-dnssec" => root_keys,
                _ => false,
            };
            assert!(
                right,
                "red {} stripped, AD {authentic_data}: {told}",
                case.id
            );
            assert!(result.records.is_empty(), "red {}", case.id);
            count += 1;
        }
    });
    assert!(count > 300);
}

#[test]
fn a_resolver_that_strips_all_signatures_is_named() {
    every(|group, case, verifier, right| {
        if right.status != SecurityStatus::Secure {
            return;
        }
        let result = group.answer(group.validator(verifier), case, |question, octets| {
            anew(question, &octets, |response| {
                response.authentic_data = true;
                response.retain(|rr| !rr.is_signature());
            })
        });
        assert_eq!(
            told(&result),
            "indeterminate resolver-strips-dnssec",
            "red {}",
            case.id
        );
        assert_eq!(
            result.findings[0].code, "resolver-strips-dnssec",
            "red {}",
            case.id
        );
    });
}

#[test]
fn an_answer_to_another_question_is_none() {
    every(|group, case, verifier, right| {
        if right.status != SecurityStatus::Secure {
            return;
        }
        let other = Question::new("other.example".parse().unwrap(), case.question.record_type);
        let result = group.answer(group.validator(verifier), case, |question, octets| {
            let asked = if *question == case.question {
                &other
            } else {
                question
            };
            Response::of(&Message::parse(&octets).unwrap()).write(asked)
        });
        let told = told(&result);
        assert!(
            told == "indeterminate lookup-failed" || told == "indeterminate resolver-strips-dnssec",
            "red {}: {told}",
            case.id
        );
    });
}

#[test]
fn only_the_first_answer_to_what_was_asked_counts() {
    let mut world = World::island();
    let good = Signing::by(&Key::new(1), ZONE).signed(a("mx.zone.test"));
    world.answer("mx.zone.test", T::A, good);
    let mut validator = world.validator(&RustCrypto);
    let question = Question::new("mx.zone.test".parse().unwrap(), T::A);
    let unasked = Question::new(ZONE.parse().unwrap(), T::Dnskey);
    let forged = Response::default();
    let forged = |question: &Question| Message::parse(&forged.write(question)).unwrap();
    // Before anything is asked, and before it is handed out.
    assert!(!validator.learn(forged(&question)));
    validator.ask(&question);
    assert!(!validator.learn(forged(&unasked)));
    world.settle(&mut validator);
    // After it is answered.
    assert!(!validator.learn(forged(&question)));
    assert!(!validator.fail(&question, "timeout"));
    assert_eq!(
        validator.status(&question).unwrap().status,
        SecurityStatus::Secure
    );
    assert_eq!(validator.answer(&question).unwrap().records.len(), 1);
}
