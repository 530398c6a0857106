//! The sans-IO driver on recorded answers: the verdicts that the RFCs demand, and its four invariants. What the
//! replays say is left in `target/replay/` for the JavaScript suite to hold its own against, byte for byte.
#![cfg(not(target_family = "wasm"))]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use mxseal::{
    Answer, Bytes, Check, CheckError, Conformance, Dnssec, Evidence, FailureCause, HostVerdict,
    Name, Need, NeedKind, Options, Posture, Recorded, Requirement, ResultType, Security,
    SecuritySource, SecurityStatus, Start, Verdict, from_json, limits, to_json,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde::Deserialize;

#[derive(Deserialize)]
struct Expectation {
    clause: String,
    /// Of the MX question.
    mx: SecurityStatus,
    posture: Posture,
    hosts: Vec<(Name, Requirement, Conformance, Option<ResultType>)>,
    policy: Option<ResultType>,
    codes: Vec<String>,
}

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn expectations() -> BTreeMap<String, Expectation> {
    serde_json::from_str(&fs::read_to_string(root("tests/evidence/expect.json")).unwrap()).unwrap()
}

fn recordings() -> Vec<(String, Evidence)> {
    let mut recordings = Vec::new();
    for entry in fs::read_dir(root("tests/evidence")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let Some(domain) = name.strip_suffix(".json").filter(|name| *name != "expect") else {
            continue;
        };
        let text = fs::read_to_string(root("tests/evidence").join(&name)).unwrap();
        recordings.push((domain.to_owned(), from_json(&text).unwrap()));
    }
    recordings.sort_by(|a, b| a.0.cmp(&b.0));
    recordings
}

fn is_policy_failure(result: ResultType) -> bool {
    matches!(
        result,
        ResultType::StsPolicyFetchError
            | ResultType::StsPolicyInvalid
            | ResultType::StsWebpkiInvalid
    )
}

fn session_result(host: &HostVerdict) -> Option<ResultType> {
    let results = host
        .session
        .as_ref()
        .map_or(&host.policies, |session| &session.results);
    results
        .iter()
        .filter_map(|result| result.result_type)
        .find(|result| !is_policy_failure(*result))
}

#[test]
fn every_recording_comes_to_what_is_expected() {
    let expectations = expectations();
    let recordings = recordings();
    let names: BTreeSet<_> = recordings
        .iter()
        .map(|(domain, _)| domain.clone())
        .collect();
    assert_eq!(
        names,
        expectations.keys().cloned().collect(),
        "recordings and expectations differ"
    );
    let out = root("target/replay");
    fs::create_dir_all(&out).unwrap();
    for (domain, evidence) in recordings {
        let want = &expectations[&domain];
        let verdict = Check::replay(&evidence, None).unwrap();
        fs::write(
            out.join(format!("{domain}.json")),
            to_json(&verdict).unwrap(),
        )
        .unwrap();

        let clause = &want.clause;
        let mx = Security {
            status: want.mx,
            source: SecuritySource::Validated,
        };
        assert_eq!(verdict.facts.mx.security, mx, "{domain}, {clause}");
        assert_eq!(verdict.posture, want.posture, "{domain}, {clause}");
        let hosts: Vec<_> = verdict
            .hosts
            .iter()
            .map(|host| {
                (
                    host.host.clone(),
                    host.requirement,
                    host.conformance,
                    session_result(host),
                )
            })
            .collect();
        assert_eq!(hosts, want.hosts, "{domain}, {clause}");
        let policy = verdict.hosts.iter().flat_map(|host| &host.policies);
        let policy = policy
            .filter_map(|policy| policy.result_type)
            .find(|r| is_policy_failure(*r));
        assert_eq!(policy, want.policy, "{domain}, {clause}");
        let codes: BTreeSet<_> = verdict
            .findings
            .iter()
            .map(|finding| finding.code.to_string())
            .collect();
        assert_eq!(
            codes,
            want.codes.iter().cloned().collect(),
            "{domain}, {clause}"
        );
        assert!(!verdict.because.is_empty(), "{domain} gives no reason");
    }
}

#[test]
fn files_survive_the_round_trip() {
    for (domain, evidence) in recordings() {
        let verdict = Check::replay(&evidence, None).unwrap();
        assert_eq!(
            from_json::<Evidence>(&to_json(&evidence).unwrap()).unwrap(),
            evidence,
            "{domain}"
        );
        assert_eq!(
            from_json::<Verdict>(&to_json(&verdict).unwrap()).unwrap(),
            verdict,
            "{domain}"
        );
        let again = mxseal::decide(&verdict.facts, &evidence.options);
        assert_eq!(again, verdict, "{domain}: facts are not enough to decide");
    }
}

/// Answers of the evidence in the order that `pick` chooses among the open needs.
fn drive(evidence: &Evidence, mut pick: impl FnMut(usize) -> usize) -> Check {
    let mut check = Check::new(start(evidence)).unwrap();
    let mut open = check.needs();
    while !open.is_empty() {
        let need = open.remove(pick(open.len()));
        check.feed(need.id, answer(evidence, &need)).unwrap();
        open.extend(check.needs());
    }
    check
}

fn start(evidence: &Evidence) -> Start {
    Start {
        domain: evidence.domain.clone(),
        at: evidence.at,
        options: evidence.options.clone(),
        roots: evidence.roots.clone(),
        cached_policy: evidence.cached_policy.clone(),
        chain_cache: evidence.chain_cache.clone(),
    }
}

fn answer(evidence: &Evidence, need: &Need) -> Answer {
    let same = |recorded: &&Recorded| match (&recorded.need, &need.kind) {
        (
            NeedKind::Dns {
                name: a,
                record_type: at,
                ..
            },
            NeedKind::Dns {
                name: b,
                record_type: bt,
                ..
            },
        ) => (a, at) == (b, bt),
        (NeedKind::Policy { url: a, .. }, NeedKind::Policy { url: b, .. }) => a == b,
        (NeedKind::Starttls { target: a }, NeedKind::Starttls { target: b }) => a.host == b.host,
        _ => false,
    };
    evidence.answers.iter().find(same).unwrap().answer.clone()
}

/// A root is its name and key (RFC 5280 §6.1.1), so one whose other fields break DER may still end a path; a replay has
/// to find it. Here its basicConstraints say TRUE in BER.
#[test]
fn a_root_that_ends_a_path_is_evidence() {
    let mut recordings = recordings().into_iter();
    let (_, mut evidence) = recordings
        .find(|(domain, _)| domain == "enforce-good.lab")
        .unwrap();
    let other = evidence
        .answers
        .iter()
        .find_map(|recorded| match &recorded.answer {
            Answer::Starttls { sessions } => Some(sessions[0].chain[0].clone()),
            _ => None,
        });
    let roots = evidence.roots.as_mut().unwrap();
    let is_true = [
        0x55, 0x1d, 0x13, 0x01, 0x01, 0xff, 0x04, 0x05, 0x30, 0x03, 0x01, 0x01,
    ];
    let mut octets = roots[0].windows(is_true.len());
    let at = octets.position(|octets| octets == is_true).unwrap();
    roots[0].0[at + is_true.len()] = 0x01;
    assert!(mxseal::x509::Certificate::parse(&roots[0]).is_err());
    roots.push(other.unwrap());
    let check = drive(&evidence, |_| 0);
    let verdict = check.verdict().unwrap();
    assert_eq!(verdict.posture, Posture::Protected);
    assert_eq!(verdict.hosts[0].conformance, Conformance::Met);
    assert_eq!(check.evidence().roots.unwrap().len(), 1);
    assert_eq!(&Check::replay(&check.evidence(), None).unwrap(), verdict);
}

fn runner(cases: u32) -> TestRunner {
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]))
}

#[test]
fn the_order_of_feeding_changes_nothing() {
    for (domain, evidence) in recordings() {
        let reference = drive(&evidence, |_| 0);
        assert_eq!(
            reference.evidence(),
            evidence,
            "{domain}: a replay records something else"
        );
        let choices = prop::collection::vec(any::<prop::sample::Index>(), 64);
        runner(24)
            .run(&choices, |choices| {
                let mut choices = choices.iter().cycle();
                let check = drive(&evidence, |open| choices.next().unwrap().index(open));
                prop_assert_eq!(check.verdict(), reference.verdict());
                prop_assert_eq!(check.evidence(), reference.evidence());
                Ok(())
            })
            .unwrap();
    }
}

#[test]
fn every_need_is_handed_out_once() {
    for (domain, evidence) in recordings() {
        let mut check = Check::new(start(&evidence)).unwrap();
        let mut seen = BTreeSet::new();
        let mut open = check.needs();
        assert!(
            check.needs().is_empty(),
            "{domain}: needs are handed out again"
        );
        while let Some(need) = open.pop() {
            let what = match &need.kind {
                NeedKind::Dns {
                    name, record_type, ..
                } => format!("{name} {record_type}"),
                NeedKind::Policy { url, .. } => url.clone(),
                NeedKind::Starttls { target } => format!("smtp {}", target.host),
            };
            assert!(seen.insert(what.clone()), "{domain}: {what} is asked twice");
            assert!(
                seen.insert(need.id.to_string()),
                "{domain}: need {} stands twice",
                need.id
            );
            check.feed(need.id, answer(&evidence, &need)).unwrap();
            open.extend(check.needs());
        }
        assert!(check.verdict().is_some(), "{domain}");
    }
}

#[test]
fn mistakes_of_the_caller_are_told_and_change_nothing() {
    let (_, evidence) = recordings().remove(0);
    let mut check = Check::new(start(&evidence)).unwrap();
    let failed = Answer::Failed {
        cause: FailureCause::Timeout,
        message: String::new(),
    };
    assert_eq!(
        check.feed(0, failed.clone()),
        Err(CheckError::UnknownNeed(0)),
        "not handed out yet"
    );
    let needs = check.needs();
    let policy = Answer::Policy {
        http_status: 200,
        content_type: None,
        body: Bytes::default(),
        redirected: false,
    };
    let id = needs[0].id;
    assert_eq!(check.feed(id, policy), Err(CheckError::WrongAnswer(id)));
    assert_eq!(
        check.feed(9_999, failed.clone()),
        Err(CheckError::UnknownNeed(9_999))
    );
    assert_eq!(check.feed(id, failed.clone()), Ok(()));
    assert_eq!(
        check.feed(id, failed),
        Err(CheckError::UnknownNeed(id)),
        "answered already"
    );

    let label = "a".repeat(60);
    let long: Name = [label.as_str(); 4].join(".").parse().unwrap();
    assert_eq!(
        Check::new(Start {
            domain: long,
            ..start(&evidence)
        })
        .err(),
        Some(CheckError::LongDomain)
    );
    let other = Evidence {
        version: 2,
        ..evidence
    };
    assert_eq!(
        Check::replay(&other, None),
        Err(CheckError::UnknownEvidence)
    );
}

/// RFC 5321 §4.1.2, RFC 8461 §3.3: the domain stands in the URL of the policy, so nothing in it may end the host there.
#[test]
fn only_a_mail_domain_is_checked() {
    let (_, evidence) = recordings().remove(0);
    let refusal = |domain: &str| {
        let domain = domain.parse().unwrap();
        let start = Start {
            domain,
            ..start(&evidence)
        };
        Check::new(start).err()
    };
    for domain in [
        ".",
        "a/b.example",
        "a#.example",
        "a?b.example",
        "a:8443/.example",
        "user\\@198.41.0.4/.example",
        "<script>.example",
        "a%2f.example",
        "a\\.b.example",
        "a\\092b.example",
        "[::1]",
        "-",
        "-a.example",
        "a-.example",
        "198.41.0.4",
        "example.0",
    ] {
        assert_eq!(refusal(domain), Some(CheckError::NoMailDomain), "{domain}");
    }
    for domain in [
        "a",
        "4.example",
        "a_b.example",
        "_a.example",
        "xn--bcher-kva.example",
        "a--b.c-d.example",
    ] {
        assert_eq!(refusal(domain), None, "{domain}");
    }
}

/// RFC 7672 §2.1.1, RFC 8461 §3.3: what could not be found out is never "not configured".
#[test]
fn a_host_that_answers_nothing_leaves_everything_unknown() {
    for answer in [
        Answer::Failed {
            cause: FailureCause::Timeout,
            message: "x".repeat(100_000),
        },
        Answer::Unsupported,
        Answer::Dns {
            message: Bytes(Vec::new()),
        },
        Answer::Dns {
            message: Bytes(vec![0xff; 65_536]),
        },
    ] {
        let mut check = Check::new(Start {
            domain: "example.com".parse().unwrap(),
            at: "2026-03-01T12:00:00Z".parse().unwrap(),
            options: Options::default(),
            roots: None,
            cached_policy: None,
            chain_cache: Vec::new(),
        })
        .unwrap();
        let mut answers = 0;
        while check.verdict().is_none() {
            for need in check.needs() {
                check.feed(need.id, answer.clone()).unwrap();
                answers += 1;
            }
            assert!(answers <= limits::NEEDS);
        }
        let verdict = check.verdict().unwrap();
        assert_eq!(verdict.posture, Posture::Unknown);
        assert!(
            !verdict
                .findings
                .iter()
                .any(|finding| finding.code.ends_with("not-configured"))
        );
    }
}

/// Cut and flipped octets of every recorded answer: a verdict after at most `limits::NEEDS` answers, no panic.
#[test]
fn broken_answers_end_in_a_verdict() {
    for (domain, evidence) in recordings() {
        let count = evidence.answers.len();
        let damage = (0..count, any::<prop::sample::Index>(), 0u8..9);
        runner(24)
            .run(&damage, |(which, place, bit)| {
                let mut broken = evidence.clone();
                hurt(&mut broken.answers[which].answer, |octets| {
                    if octets.is_empty() {
                        return;
                    }
                    let at = place.index(octets.len());
                    if bit == 8 {
                        octets.truncate(at)
                    } else {
                        octets[at] ^= 1 << bit
                    }
                });
                let verdict = Check::replay(&broken, None);
                prop_assert!(verdict.is_ok(), "{}: {:?}", domain, verdict.err());
                Ok(())
            })
            .unwrap();
    }
}

fn hurt(answer: &mut Answer, damage: impl Fn(&mut Vec<u8>)) {
    match answer {
        Answer::Dns { message } => damage(&mut message.0),
        Answer::Policy { body, .. } => damage(&mut body.0),
        Answer::Starttls { sessions } => {
            let chain = sessions.iter_mut().flat_map(|session| &mut session.chain);
            chain.for_each(|certificate| damage(&mut certificate.0));
        }
        _ => {}
    }
}

/// A domain with more MX records and addresses than anyone has asks for no more than the limits allow.
#[test]
fn the_largest_domain_stays_within_the_limits() {
    let mut check = Check::new(Start {
        domain: "example.com".parse().unwrap(),
        at: "2026-03-01T12:00:00Z".parse().unwrap(),
        options: Options {
            dnssec: Dnssec::Off,
            ..Options::default()
        },
        roots: None,
        cached_policy: None,
        chain_cache: Vec::new(),
    })
    .unwrap();
    let mut answers = 0;
    let mut most_addresses = 0;
    while check.verdict().is_none() {
        for need in check.needs() {
            let answer = match &need.kind {
                NeedKind::Dns {
                    query, record_type, ..
                } => Answer::Dns {
                    message: Bytes(crowded(query, &record_type.to_string())),
                },
                NeedKind::Starttls { target } => {
                    most_addresses = most_addresses.max(target.addresses.len());
                    Answer::Starttls {
                        sessions: vec![mxseal::Session::default(); 1_000],
                    }
                }
                NeedKind::Policy { .. } => Answer::Unsupported,
            };
            check.feed(need.id, answer).unwrap();
            answers += 1;
        }
        assert!(answers <= limits::NEEDS);
    }
    let verdict = check.verdict().unwrap();
    assert_eq!(verdict.hosts.len(), limits::MX_HOSTS);
    assert_eq!(most_addresses, limits::ADDRESSES);
    assert!(
        verdict
            .findings
            .iter()
            .any(|finding| finding.code == "mx-too-many")
    );
}

/// An answer to the query with 200 records: MX `N m<N>.example.com`, A 8.8.<N>.8 (RFC 1035 §4.1).
fn crowded(query: &[u8], record_type: &str) -> Vec<u8> {
    let question_end = 12 + query[12..].iter().position(|octet| *octet == 0).unwrap() + 5;
    let mut message = query[..question_end].to_vec();
    message[2] |= 0x80;
    message[11] = 0;
    let mut count = 0u16;
    for n in 0..200u8 {
        let (number, rdata) = match record_type {
            "MX" => (
                15u8,
                [
                    &[
                        0,
                        n,
                        4,
                        b'm',
                        b'0' + n / 100,
                        b'0' + n / 10 % 10,
                        b'0' + n % 10,
                    ][..],
                    &[0xc0, 12],
                ]
                .concat(),
            ),
            "A" => (1, vec![8, 8, n, 8]),
            _ => break,
        };
        message.extend([
            0xc0,
            12,
            0,
            number,
            0,
            1,
            0,
            0,
            14,
            16,
            0,
            u8::try_from(rdata.len()).unwrap(),
        ]);
        message.extend(rdata);
        count += 1;
    }
    message[6..8].copy_from_slice(&count.to_be_bytes());
    message
}
