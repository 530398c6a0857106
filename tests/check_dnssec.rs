//! The driver with validation on: answers stripped, lost, altered or in any order, on recordings and on a root zone
//! signed here. What one answer proves is held elsewhere; here it is what a check makes of it.
#![cfg(not(target_family = "wasm"))]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

use std::fs;
use std::path::Path;

use base64ct::{Base64, Encoding};
use ed25519_dalek::{Signer, SigningKey};
use mxseal::crypto::RustCrypto;
use mxseal::dns::{Question, RecordType};
use mxseal::dnssec::{Limits, TrustAnchor, Validator};
use mxseal::{
    Answer, Bytes, Check, CheckError, Evidence, FailureCause, Lookup, NeedKind, Options, Outcome,
    Posture, SecuritySource, SecurityStatus, Start, Time, Verdict, from_json, limits,
};

fn recordings() -> Vec<(String, Evidence)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/evidence");
    let mut recordings = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name.ends_with(".lab.json") {
            let evidence = from_json(&fs::read_to_string(path).unwrap()).unwrap();
            recordings.push((name, evidence));
        }
    }
    assert!(recordings.len() > 20);
    recordings
}

fn recording(name: &str) -> Evidence {
    let mut recordings = recordings();
    let at = recordings.iter().position(|(found, _)| found == name);
    recordings.swap_remove(at.unwrap()).1
}

/// Status and outcome of every look-up that was made.
fn looked_up(verdict: &Verdict) -> Vec<(SecurityStatus, Outcome)> {
    fn of<T>(lookup: &Lookup<T>) -> (SecurityStatus, Outcome) {
        assert!(
            lookup.outcome == Outcome::NotAsked
                || lookup.security.source == SecuritySource::Validated
        );
        (lookup.security.status, lookup.outcome)
    }
    let facts = &verdict.facts;
    let policy = &facts.policy;
    let mut all = vec![of(&facts.mx), of(&facts.sts_txt), of(&facts.tls_rpt_txt)];
    all.extend([of(&policy.a), of(&policy.aaaa)]);
    all.extend(
        facts
            .hosts
            .iter()
            .flat_map(|host| [of(&host.a), of(&host.aaaa)]),
    );
    all.retain(|(_, outcome)| *outcome != Outcome::NotAsked);
    all
}

/// Every DNS answer of a type that `which` picks.
fn alter(evidence: &mut Evidence, which: fn(RecordType) -> bool, change: fn(&mut [u8])) {
    for recorded in &mut evidence.answers {
        if let (NeedKind::Dns { record_type, .. }, Answer::Dns { message }) =
            (&recorded.need, &mut recorded.answer)
            && which(*record_type)
        {
            change(&mut message.0);
        }
    }
}

/// Makes every RRSIG a record of a private type (RFC 6895 §3.1), so that nothing in the message moves.
fn strip(message: &mut [u8]) {
    let count = |at: usize| usize::from(u16::from_be_bytes([message[at], message[at + 1]]));
    let records = count(6) + count(8) + count(10);
    let mut at = after_name(message, 12) + 4;
    for _ in 0..records {
        let fixed = after_name(message, at);
        if message[fixed..fixed + 2] == [0, 46] {
            message[fixed..fixed + 2].copy_from_slice(&[0xff, 0x00]);
        }
        at = fixed + 10 + usize::from(u16::from_be_bytes([message[fixed + 8], message[fixed + 9]]));
    }
    assert_eq!(at, message.len());
}

fn after_name(message: &[u8], mut at: usize) -> usize {
    loop {
        match message[at] {
            0 => return at + 1,
            0xc0.. => return at + 2,
            length => at += 1 + usize::from(length),
        }
    }
}

/// RFC 6840 §5.7: AD, which nobody asked for.
fn claim(message: &mut [u8]) {
    message[3] |= 0x20;
}

/// RFC 4035 §4.3, §5.2; RFC 6840 §5.8: without any signature nothing is known, whatever AD says.
#[test]
fn a_resolver_that_strips_signatures_is_found_out() {
    for (name, mut evidence) in recordings() {
        alter(&mut evidence, |_| true, strip);
        alter(&mut evidence, |_| true, claim);
        let verdict = Check::replay(&evidence, None).unwrap();
        // Whoever knows the keys from before knows that signatures are missing.
        let warm = !evidence.chain_cache.is_empty();
        let (status, posture, code) = if warm {
            (SecurityStatus::Bogus, Posture::Broken, "rrsigs-missing")
        } else {
            let code = "resolver-strips-dnssec";
            (SecurityStatus::Indeterminate, Posture::Unknown, code)
        };
        assert_eq!(verdict.posture, posture, "{name}");
        let mx = &verdict.facts.mx;
        assert_eq!(mx.security.status, status, "{name}");
        for (found, outcome) in looked_up(&verdict) {
            // Where nothing is recorded of the way down to a name, that it must be signed is not proven.
            let known = found == status || warm && found == SecurityStatus::Indeterminate;
            assert!(known && outcome == Outcome::Failed, "{name}: {found:?}");
        }
        assert!(mx.records.is_empty(), "{name}");
        // The lab's resolver fails by itself for some; what it said stands first.
        let said = mx.reason.as_deref().unwrap();
        assert!(said.starts_with(code), "{name}: {said}");
        let calm = |code: &str| code.ends_with("not-configured") || code == "domain-not-found";
        assert!(
            !verdict.findings.iter().any(|one| calm(one.code.as_ref())),
            "{name}"
        );
    }
}

/// RFC 4035 §5.5: in a zone proven signed they may not be missing; in one proven unsigned nobody misses them.
#[test]
fn signatures_missing_in_a_signed_zone_are_bogus() {
    for (name, mut evidence) in recordings() {
        let before = Check::replay(&evidence, None).unwrap();
        let facts = |one| !matches!(one, RecordType::Ds | RecordType::Dnskey);
        alter(&mut evidence, facts, strip);
        let after = Check::replay(&evidence, None).unwrap();
        let unsigned = |verdict: &Verdict| {
            let secure = |(status, _): &_| *status == SecurityStatus::Secure;
            !looked_up(verdict).iter().any(secure)
        };
        if before.facts.mx.security.status == SecurityStatus::Insecure {
            assert_eq!(after.facts.mx, before.facts.mx, "{name}");
            // A mail host may lie in a signed zone all the same.
            assert!(!unsigned(&before) || after == before, "{name}");
        } else {
            let status = after.facts.mx.security.status;
            assert_eq!(status, SecurityStatus::Bogus, "{name}");
            assert_eq!(after.posture, Posture::Broken, "{name}");
        }
    }
}

/// RFC 6840 §5.8: AD of a resolver that nobody declared trusted changes nothing.
#[test]
fn the_resolvers_word_is_worth_nothing() {
    for (name, mut evidence) in recordings() {
        let before = Check::replay(&evidence, None).unwrap();
        alter(&mut evidence, |_| true, claim);
        assert_eq!(Check::replay(&evidence, None).unwrap(), before, "{name}");
    }
}

/// RFC 7672 §2.1.1: who drops answers can deny, and cannot make a signed domain look unsigned or empty.
#[test]
fn a_lost_answer_downgrades_nothing() {
    for (name, evidence) in recordings() {
        let before = Check::replay(&evidence, None).unwrap();
        let statuses = looked_up(&before);
        for index in 0..evidence.answers.len() {
            if !matches!(evidence.answers[index].need, NeedKind::Dns { .. }) {
                continue;
            }
            let mut poorer = evidence.clone();
            poorer.answers[index].answer = Answer::Failed {
                cause: FailureCause::Timeout,
                message: String::new(),
            };
            let after = Check::replay(&poorer, None).unwrap();
            let lost = &evidence.answers[index].need;
            for (status, outcome) in looked_up(&after) {
                let known = statuses.contains(&(status, outcome));
                assert!(
                    known || outcome == Outcome::Failed,
                    "{name} without {lost:?}"
                );
            }
            let kept = after.posture == before.posture;
            let denied = [Posture::Unknown, Posture::Broken, Posture::Partial];
            // Without the policy's address it can't be fetched: delivered as without it (RFC 8461 §3.3).
            let unfetched = after.facts.policy.not_fetched.is_some();
            assert!(
                kept || denied.contains(&after.posture) || unfetched,
                "{name} without {lost:?}: {:?}",
                after.posture
            );
        }
    }
}

#[test]
fn anchors_are_read_when_a_check_begins() {
    let options = Options {
        anchors: Some(vec![". IN A 192.0.2.1".to_owned()]),
        ..Options::default()
    };
    let error = Check::new(start(options)).err().unwrap();
    assert!(matches!(error, CheckError::InvalidAnchor(_)));
    assert_eq!(error.code(), "ERR_INVALID_ARGUMENT");

    // Under no anchor nothing is signed (RFC 4035 §4.3), and the recorded keys are strangers to the root's own.
    for (anchors, status) in [
        (Some(Vec::new()), SecurityStatus::Insecure),
        (None, SecurityStatus::Bogus),
    ] {
        let evidence = recording("enforce-good.lab.json");
        let options = Options {
            anchors,
            ..evidence.options.clone()
        };
        let verdict = Check::replay(&evidence, Some(options)).unwrap();
        assert_eq!(verdict.facts.mx.security.status, status);
    }
}

const AT: &str = "2026-03-01T12:00:00Z";
/// The same in Unix seconds.
const NOW: u32 = 1_772_366_400;

fn start(options: Options) -> Start {
    Start {
        domain: "big".parse().unwrap(),
        at: AT.parse::<Time>().unwrap(),
        options,
        roots: None,
        cached_policy: None,
        chain_cache: Vec::new(),
    }
}

/// A root zone with a key of its own, which signs what it is told to (RFC 4034 §3.1.8, RFC 8080).
struct Root {
    key: SigningKey,
    dnskey: Vec<u8>,
}

impl Root {
    fn new() -> Self {
        let key = SigningKey::from_bytes(&[7; 32]);
        let dnskey = [&[1, 1, 3, 15][..], key.verifying_key().as_bytes()].concat();
        Self { key, dnskey }
    }

    fn options(&self) -> Options {
        let key = Base64::encode_string(&self.dnskey[4..]);
        Options {
            anchors: Some(vec![format!(". IN DNSKEY 257 3 15 {key}")]),
            ..Options::default()
        }
    }

    /// The RR set and its signature, each in full.
    fn signed(&self, owner: &str, number: u8, mut set: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
        set.sort();
        let records: Vec<_> = set
            .iter()
            .map(|rdata| record(owner, number, rdata))
            .collect();
        let mut rrsig = self.rrsig(owner, number);
        let content = [rrsig.clone(), records.concat()].concat();
        rrsig.extend(self.key.sign(&content).to_bytes());
        let mut all = records;
        all.push(record(owner, 46, &rrsig));
        all
    }

    /// RDATA of an RRSIG without the signature (RFC 4034 §3.1).
    fn rrsig(&self, owner: &str, covered: u8) -> Vec<u8> {
        let labels = u8::try_from(owner.split('.').filter(|label| !label.is_empty()).count());
        let sum: u32 = self
            .dnskey
            .iter()
            .zip([8, 0].iter().cycle())
            .map(|(octet, shift)| u32::from(*octet) << shift)
            .sum();
        let tag = u16::try_from((sum + (sum >> 16)) & 0xffff).unwrap();
        [
            &[0, covered, 15, labels.unwrap()][..],
            &300u32.to_be_bytes(),
            &(NOW + 86_400).to_be_bytes(),
            &(NOW - 3_600).to_be_bytes(),
            &tag.to_be_bytes(),
            &[0],
        ]
        .concat()
    }
}

fn wire(name: &str) -> Vec<u8> {
    let mut octets = Vec::new();
    for label in name.split('.').filter(|label| !label.is_empty()) {
        octets.push(u8::try_from(label.len()).unwrap());
        octets.extend(label.as_bytes());
    }
    octets.push(0);
    octets
}

fn record(owner: &str, number: u8, rdata: &[u8]) -> Vec<u8> {
    let length = u16::try_from(rdata.len()).unwrap();
    [
        &wire(owner)[..],
        &[0, number, 0, 1, 0, 0, 1, 44],
        &length.to_be_bytes(),
        rdata,
    ]
    .concat()
}

/// A response to the query with these records in its answer section.
fn message(query: &[u8], answer: &[Vec<u8>]) -> Answer {
    let end = after_name(query, 12) + 4;
    let mut message = query[..end].to_vec();
    message[2] |= 0x80;
    let count = u16::try_from(answer.len()).unwrap();
    message[6..8].copy_from_slice(&count.to_be_bytes());
    message[8..12].fill(0);
    message.extend(answer.concat());
    Answer::Dns {
        message: Bytes(message),
    }
}

/// Drives a check of `big`, a name of the root zone with 64 mail hosts; `host` answers for their addresses, `pick`
/// says which of the open needs comes next.
fn drive(
    root: &Root,
    hosts: &[String],
    host: impl Fn(&str, &[u8]) -> Answer,
    mut pick: impl FnMut(usize) -> usize,
) -> (Check, usize) {
    let mut check = Check::new(start(root.options())).unwrap();
    let mut open = check.needs();
    let mut answers = 0;
    while !open.is_empty() {
        let need = open.remove(pick(open.len()));
        let answer = match &need.kind {
            NeedKind::Dns {
                query,
                name,
                record_type,
            } => {
                let name = name.to_string();
                let set = match (name.as_str(), record_type) {
                    (".", RecordType::Dnskey) => root.signed("", 48, vec![root.dnskey.clone()]),
                    ("big", RecordType::Mx) => {
                        let mx = |host: &String| [vec![0, 10], wire(host)].concat();
                        root.signed(&name, 15, hosts.iter().map(mx).collect())
                    }
                    ("_mta-sts.big", RecordType::Txt) => {
                        root.signed(&name, 16, vec![b"\x0ev=STSv1; id=1;".to_vec()])
                    }
                    ("mta-sts.big", RecordType::A) => root.signed(&name, 1, vec![vec![8, 8, 8, 8]]),
                    (_, RecordType::A) => {
                        let answer = host(&name, query);
                        check.feed(need.id, answer).unwrap();
                        answers += 1;
                        open.extend(check.needs());
                        continue;
                    }
                    _ => Vec::new(),
                };
                message(query, &set)
            }
            _ => Answer::Unsupported,
        };
        check.feed(need.id, answer).unwrap();
        answers += 1;
        open.extend(check.needs());
    }
    (check, answers)
}

/// Mail hosts each under seven labels of their own want more questions than a check may ask.
#[test]
fn a_chain_too_long_stays_within_the_limits() {
    let root = Root::new();
    let host = |n: usize| format!("x.a{n}.b{n}.c{n}.d{n}.e{n}.f{n}.g{n}");
    let hosts: Vec<String> = (0..limits::MX_HOSTS).map(host).collect();
    let (check, answers) = drive(&root, &hosts, |_, query| message(query, &[]), |_| 0);
    assert!(answers <= limits::NEEDS, "{answers}");
    let facts = &check.verdict().unwrap().facts;
    assert_eq!(facts.mx.security.status, SecurityStatus::Secure);
    assert_eq!(facts.hosts.len(), limits::MX_HOSTS);
    for host in &facts.hosts {
        // What was not asked for want of room could not be found out.
        assert_eq!(host.a.outcome, Outcome::Failed, "{}", host.host);
        assert_eq!(
            host.a.security.status,
            SecurityStatus::Bogus,
            "{}",
            host.host
        );
    }
}

/// What comes when all questions are spent is judged at once: no answer would ever come.
#[test]
fn a_question_without_room_is_judged_at_once() {
    let anchors = TrustAnchor::root();
    let at = AT.parse().unwrap();
    let mut validator = Validator::new(anchors, at, Limits::default(), &RustCrypto);
    let question = |n: usize| {
        let name = format!("a{n}.example").parse().unwrap();
        Question::new(name, RecordType::Mx)
    };
    for n in 0..limits::NEEDS {
        validator.ask(&question(n));
    }
    let wanted = validator.wants();
    assert_eq!(wanted.len(), limits::QUESTIONS);
    for one in wanted {
        assert!(validator.fail(&one, "timeout"));
    }
    let late = question(limits::NEEDS);
    validator.ask(&late);
    assert!(validator.wants().is_empty());
    let status = validator.status(&late).unwrap();
    assert_ne!(status.status, SecurityStatus::Secure);
    assert_ne!(status.status, SecurityStatus::Insecure);
}

/// KeyTrap (CVE-2023-50387): wrong signatures on every host use the budget up; which hosts that hits must not hang on
/// the order of answers.
#[test]
fn a_budget_used_up_is_the_same_in_any_order() {
    let root = Root::new();
    let hosts: Vec<String> = (0..limits::MX_HOSTS)
        .map(|n| format!("m{n:02}.big"))
        .collect();
    let wrong = |name: &str, query: &[u8]| {
        let mut set = vec![record(name, 1, &[8, 8, 8, 8])];
        for n in 0..4 {
            let rrsig = [root.rrsig(name, 1), vec![n; 64]].concat();
            set.push(record(name, 46, &rrsig));
        }
        message(query, &set)
    };
    let (reference, answers) = drive(&root, &hosts, wrong, |_| 0);
    assert!(answers <= limits::NEEDS, "{answers}");
    let verdict = reference.verdict().unwrap();
    let statuses = verdict
        .facts
        .hosts
        .iter()
        .map(|host| host.a.security.status);
    assert!(statuses.into_iter().all(|one| one == SecurityStatus::Bogus));
    let why = |code: &str| {
        let reasons = verdict
            .facts
            .hosts
            .iter()
            .map(|host| host.a.reason.as_deref());
        reasons
            .flatten()
            .filter(|reason| reason.starts_with(code))
            .count()
    };
    assert!(why("signature-invalid") > 0 && why("work-limit") > 0);
    for seed in 1..=6usize {
        let mut state = seed;
        let (check, _) = drive(&root, &hosts, wrong, |open| {
            state = state * 48_271 % 0x7fff_ffff;
            state % open
        });
        assert_eq!(check.verdict(), reference.verdict(), "seed {seed}");
        assert_eq!(check.evidence(), reference.evidence(), "seed {seed}");
    }
}
