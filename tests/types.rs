//! Samples of what crosses the boundary, for `js/types.d.ts`: every variant of every enum, every option both ways,
//! written as TypeScript to `target/types-rust.ts`, which `tests/js/types-rust.test.js` compiles. Struct literals and
//! matches are whole, so a field or a variant more does not compile before it has its sample.
#![cfg(not(target_family = "wasm"))]
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails, in its helpers too"
)]

use std::fmt::Debug;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use mxseal::dane::{DaneMatch, DaneOutcome, DaneStatus, Tlsa, TlsaOutcome};
use mxseal::dns::{Message, Rcode, Record, RecordType};
use mxseal::dnssec::{
    ChainCacheEntry, ChainDs, ChainKey, ChainLink, ChainSignature, LookupHop, LookupResult,
    ZoneStatus,
};
use mxseal::mta_sts::{
    AttemptOutcome, CacheStep, CachedPolicy, FetchOutcome, FetchResult, FetchStatus, LastAttempt,
    Mode, NextAction, Policy, PolicyAnswer, TxtOutcome,
};
use mxseal::plan::{
    DomainSummary, FailureSummary, Probe, Publication, Published, PublishedPolicy, PublishedRecord,
    Rollover, RolloverKind, RolloverStep, StepStatus, Summary, SummaryGroup, Wait,
};
use mxseal::tlsrpt::{
    DateRange, FailureDetail, PolicyDescription, Report, ReportedPolicy, SessionCounts,
};
use mxseal::x509::{Description, PublicKeyDescription, WebPkiOutcome, WebPkiStatus};
use mxseal::{
    Action, Answer, Basis, BeforeFail, Bytes, Checked, Conformance, DaneFacts, Dnssec, Evidence,
    Facts, FailureCause, Finding, HopFact, HostAddress, HostFacts, HostPolicy, HostVerdict,
    InsecureMx, Lookup, MessageKind, MessageOptions, MxRecord, Name, Need, NeedKind, NotFetched,
    Nsec3Limits, ObservedSession, Options, Outcome, PolicyFacts, PolicyType, Posture, Precedence,
    RecordOutcome, Recorded, Relay, Require, Requirement, ResultType, RrsetStatus, Security,
    SecuritySource, SecurityStatus, SenderAction, SenderHost, SenderOutcome, Senders, Session,
    SessionAction, SessionError, SessionFacts, SessionStage, SessionVerdict, Severity, Span, Step,
    StsMatch, StsUnknown, Target, Time, TlsaLookup, Verdict, from_json, mta_sts, tlsrpt, to_json,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::ser::{Formatter, Serializer};

/// Every variant; one that is not named does not compile.
macro_rules! every {
    ($type:ident: $($variant:ident),+) => {{
        let _whole = |value: &$type| match value { $($type::$variant => ()),+ };
        [$($type::$variant),+]
    }};
}

#[test]
fn samples_are_written() {
    let mut samples = Samples::default();
    enums(&mut samples);
    for set in [true, false] {
        samples.add("Verdict", &verdict(set));
        samples.add("Evidence", &evidence(set));
        samples.add("CachedPolicy", &cached(set));
        samples.write("CacheStep", &cache_step(set));
        samples.write("FetchedPolicy", &fetched(set));
        samples.add("WebPkiOutcome", &web_pki(set));
        for status in every!(DaneStatus: Authenticated, Failed, NoUsableRecords) {
            samples.write("DaneOutcome", &dane(set, status));
        }
        samples.write("CertificateDescription", &description(set));
        samples.add("Checked<StsPolicy>", &checked(set, policy()));
        samples.add("Checked<Tlsa>", &checked(set, tlsa()));
        samples.write("Returned<'parseStsRecord'>", &sts_record(set));
        samples.write("Returned<'parseTlsRptRecord'>", &tls_rpt_record(set));
        for answer in policy_answers(set) {
            samples.add("PolicyAnswer", &answer);
        }
    }
    for set in [true, false] {
        samples.write("LookupResult", &lookup_result(set));
        samples.write("Publication", &publication(set));
        samples.write("Rollover", &rollover(set));
        samples.text("TlsReport", &tlsrpt::report_for_javascript(report(set)));
        samples.write("Summary", &summary(set));
    }
    for kind in need_kinds() {
        samples.write(
            "Need",
            &Need {
                id: 7,
                stage: 1,
                kind,
            },
        );
    }
    for txt in txt_outcomes() {
        samples.add("TxtOutcome", &txt);
    }
    for fetch in fetch_outcomes() {
        samples.add("FetchOutcome", &fetch);
    }
    samples.save();
}

/// TypeScript, one constant a line.
#[derive(Default)]
struct Samples(String);

impl Samples {
    /// What is read as well as written: it survives a file.
    fn add<T: Serialize + DeserializeOwned + PartialEq + Debug>(&mut self, name: &str, value: &T) {
        let again: T = from_json(&to_json(value).unwrap()).unwrap();
        assert_eq!(again, *value, "{name}");
        self.write(name, value);
    }

    fn write<T: Serialize>(&mut self, name: &str, value: &T) {
        let mut literal = Vec::new();
        let mut serializer = Serializer::with_formatter(&mut literal, TypeScript);
        value.serialize(&mut serializer).unwrap();
        self.text(name, &String::from_utf8(literal).unwrap());
    }

    fn text(&mut self, name: &str, literal: &str) {
        let at = self.0.lines().count();
        writeln!(self.0, "export const v{at}: {name} = {literal};").unwrap();
    }

    fn save(&self) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("types-rust.ts"), &self.0).unwrap();
    }
}

/// JSON, but octets are what they are in JavaScript.
struct TypeScript;

impl Formatter for TypeScript {
    fn write_byte_array<W: ?Sized + io::Write>(&mut self, to: &mut W, _: &[u8]) -> io::Result<()> {
        to.write_all(b"new Uint8Array()")
    }
}

fn enums(samples: &mut Samples) {
    samples.add(
        "Verdict['posture'][]",
        &every!(Posture: Protected, Partial, Testing, Unprotected, Broken, NoMail, Unknown)
            .to_vec(),
    );
    samples.add(
        "Verdict['action'][]",
        &every!(Action: Deliver, Defer, Fail).to_vec(),
    );
    samples.add(
        "HostVerdict['requirement'][]",
        &every!(Requirement: Opportunistic, Encrypted, Webpki, Dane, DaneAndWebpki, Unusable)
            .to_vec(),
    );
    samples.add(
        "HostVerdict['basis']",
        &every!(Basis: Dane, MtaSts, Local).to_vec(),
    );
    samples.add(
        "HostVerdict['conformance'][]",
        &every!(Conformance: Met, Unmet, Unobserved).to_vec(),
    );
    samples.add(
        "AppliedPolicy['policyType'][]",
        &every!(PolicyType: Tlsa, Sts, NoPolicyFound).to_vec(),
    );
    samples.add(
        "SessionVerdict['action'][]",
        &every!(SessionAction: Deliver, DeliverAndReport, TryNext, Defer, Fail).to_vec(),
    );
    samples.add(
        "SessionVerdict['beforeFail'][]",
        &every!(BeforeFail: RecheckStsTxt).to_vec(),
    );
    samples.add(
        "SenderOutcome['action'][]",
        &every!(SenderAction: Deliver, DeliverUnprotected, Defer, Fail, Unknown).to_vec(),
    );
    samples.add(
        "Outcome[]",
        &every!(Outcome: Found, NoData, Nxdomain, Failed, NotAsked).to_vec(),
    );
    samples.add(
        "PolicyFacts['notFetched'][]",
        &every!(NotFetched: NotAnnounced, NotDue, NotPublic, Unresolved).to_vec(),
    );
    samples.add(
        "FailureCause[]",
        &every!(FailureCause: Timeout, Connect, Dns, Tls, Opaque).to_vec(),
    );
    samples.add(
        "NonNullable<Session['error']>['stage'][]",
        &every!(SessionStage: Connect, Starttls, Handshake, Smtp).to_vec(),
    );
    samples.add(
        "SecurityStatus[]",
        &every!(SecurityStatus: Secure, Insecure, Bogus, Indeterminate).to_vec(),
    );
    samples.add(
        "Security['source'][]",
        &every!(SecuritySource: Validated, Resolver, None).to_vec(),
    );
    samples.add(
        "Severity[]",
        &every!(Severity: Error, Warning, Info, Ok).to_vec(),
    );
    samples.add(
        "RrsetStatus[]",
        &every!(RrsetStatus: Valid, Absent, Multiple, Invalid).to_vec(),
    );
    samples.add("StsMode[]", &every!(Mode: Enforce, Testing, None).to_vec());
    samples.add(
        "CacheStep['next'][]",
        &every!(NextAction: Fetch, Wait, None).to_vec(),
    );
    samples.add(
        "FetchedPolicy['status'][]",
        &every!(FetchStatus: Fetched, Failed).to_vec(),
    );
    samples.add(
        "WebPkiOutcome['status'][]",
        &every!(WebPkiStatus: Valid, Invalid).to_vec(),
    );
    samples.add(
        "NonNullable<CachedPolicy['lastAttempt']>['outcome'][]",
        &every!(AttemptOutcome: Fetched, Failed).to_vec(),
    );
    samples.add(
        "Options['precedence'][]",
        &every!(Precedence: Both, Dane, All).to_vec(),
    );
    samples.add(
        "Options['insecureMx'][]",
        &every!(InsecureMx: Skip, Dane).to_vec(),
    );
    samples.add(
        "Options['stsUnknown'][]",
        &every!(StsUnknown: Deliver, Defer).to_vec(),
    );
    samples.add(
        "Options['dnssec'][]",
        &every!(Dnssec: Validate, TrustAd, Off).to_vec(),
    );
    samples.add(
        "Options['require'][]",
        &every!(Require: None, Tls, Authenticated, Dane).to_vec(),
    );
    samples.add(
        "HostVerdict['message']['kind'][]",
        &every!(MessageKind: Mail, TlsReport).to_vec(),
    );
    samples.add(
        "ChainCacheEntry['status'][]",
        &every!(ZoneStatus: Secure, Insecure).to_vec(),
    );
    samples.add("ResultType[]", &result_types());
}

/// The registry may grow (`#[non_exhaustive]`): what is missing here is found by the types of the other side.
fn result_types() -> Vec<ResultType> {
    vec![
        ResultType::StarttlsNotSupported,
        ResultType::CertificateHostMismatch,
        ResultType::CertificateNotTrusted,
        ResultType::CertificateExpired,
        ResultType::ValidationFailure,
        ResultType::TlsaInvalid,
        ResultType::DnssecInvalid,
        ResultType::DaneRequired,
        ResultType::StsPolicyFetchError,
        ResultType::StsPolicyInvalid,
        ResultType::StsWebpkiInvalid,
    ]
}

fn verdict(set: bool) -> Verdict {
    Verdict {
        domain: name(),
        at: time(),
        valid_until: set.then(time),
        posture: Posture::Unknown,
        action: Action::Defer,
        enhanced_status: set.then(text),
        because: vec![step()],
        facts: facts(set),
        hosts: vec![host_verdict(set), outside_the_policy()],
        senders: Senders {
            mta_sts: sender(),
            dane: sender(),
            both: sender(),
            opportunistic: sender(),
        },
        findings: vec![finding(set)],
    }
}

fn chain_cache() -> Vec<ChainCacheEntry> {
    vec![ChainCacheEntry {
        zone: name(),
        status: ZoneStatus::Secure,
        expires_at: time(),
        data: octets(),
    }]
}

fn lookup_result(set: bool) -> LookupResult {
    LookupResult {
        status: SecurityStatus::Bogus,
        rcode: Rcode::NoError,
        canonical_name: name(),
        records: vec![record()],
        valid_until: set.then(time),
        source: SecuritySource::Validated,
        hops: vec![LookupHop {
            owner: name(),
            target: name(),
            status: SecurityStatus::Secure,
        }],
        reason: set.then(text),
        ede: set.then_some(6),
        chain: vec![ChainLink {
            zone: name(),
            status: SecurityStatus::Secure,
            parent: set.then(name),
            reason: set.then(text),
            ds: vec![ChainDs {
                key_tag: 1,
                algorithm: 13,
                digest_type: 2,
            }],
            keys: vec![ChainKey {
                key_tag: 1,
                algorithm: 13,
                flags: 257,
            }],
            signatures: vec![chain_signature()],
            valid_until: set.then(time),
            cached: set,
        }],
        signatures: vec![chain_signature()],
        chain_cache: chain_cache(),
        findings: vec![finding(set)],
    }
}

fn chain_signature() -> ChainSignature {
    ChainSignature {
        type_covered: RecordType::Dnskey,
        signer: name(),
        key_tag: 1,
        algorithm: 13,
        inception: time(),
        expiration: time(),
    }
}

/// What a message says; nothing else makes one.
fn record() -> Record {
    let head = [0, 0, 0x80, 0, 0, 1, 0, 1, 0, 0, 0, 0];
    let answer = [
        0, 1, 0, 1, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1,
    ];
    let octets = [&head[..], name().as_octets(), &answer].concat();
    Message::parse(&octets).unwrap().answer.remove(0)
}

fn host_verdict(set: bool) -> HostVerdict {
    HostVerdict {
        host: name(),
        preference: 10,
        addresses: vec![HostAddress {
            ip: "192.0.2.1".parse().unwrap(),
            status: SecurityStatus::Secure,
        }],
        requirement: Requirement::Webpki,
        basis: vec![Basis::MtaSts],
        sts: set.then(|| StsMatch {
            mode: Mode::Enforce,
            pattern: Some(text()),
        }),
        server_name: name(),
        tlsa_base: set.then(name),
        reference_names: vec![name()],
        tlsa: vec![tlsa()],
        policies: vec![host_policy(set)],
        message: MessageOptions::default(),
        conformance: Conformance::Met,
        session: set.then(|| session_verdict(true)),
        because: vec![step()],
    }
}

fn outside_the_policy() -> HostVerdict {
    HostVerdict {
        sts: Some(StsMatch {
            mode: Mode::Enforce,
            pattern: None,
        }),
        session: Some(session_verdict(false)),
        ..host_verdict(false)
    }
}

fn session_verdict(set: bool) -> SessionVerdict {
    SessionVerdict {
        action: SessionAction::Defer,
        enhanced_status: set.then(text),
        before_fail: set.then_some(BeforeFail::RecheckStsTxt),
        because: vec![step()],
        results: vec![host_policy(set)],
    }
}

fn host_policy(set: bool) -> HostPolicy {
    HostPolicy {
        policy_type: PolicyType::Sts,
        policy_domain: name(),
        policy_string: vec![text()],
        mx_host: vec![text()],
        result_type: set.then_some(ResultType::ValidationFailure),
        reason: set.then(text),
    }
}

fn sender() -> SenderOutcome {
    SenderOutcome {
        action: SenderAction::Deliver,
        hosts: vec![SenderHost {
            host: name(),
            requirement: Requirement::Dane,
        }],
        because: vec![step()],
    }
}

fn facts(set: bool) -> Facts {
    Facts {
        domain: name(),
        next_hop: name(),
        at: time(),
        mx: lookup(
            set,
            MxRecord {
                preference: 10,
                exchange: name(),
            },
        ),
        sts_txt: lookup(set, text()),
        tls_rpt_txt: lookup(set, text()),
        policy: PolicyFacts {
            url: text(),
            a: lookup(set, "192.0.2.1".parse().unwrap()),
            aaaa: lookup(set, "2001:db8::1".parse().unwrap()),
            answer: set.then_some(PolicyAnswer::Unsupported),
            not_fetched: set.then_some(NotFetched::NotDue),
            cached: set.then(|| cached(set)),
        },
        hosts: session_facts(set)
            .into_iter()
            .map(|sessions| host_facts(set, sessions))
            .collect(),
    }
}

fn host_facts(set: bool, sessions: SessionFacts) -> HostFacts {
    HostFacts {
        host: name(),
        preference: 10,
        a: lookup(set, "192.0.2.1".parse().unwrap()),
        aaaa: lookup(set, "2001:db8::1".parse().unwrap()),
        dane: if set {
            DaneFacts::Asked {
                tlsa: vec![TlsaLookup {
                    base: name(),
                    name: name(),
                    lookup: lookup(set, tlsa()),
                }],
            }
        } else {
            DaneFacts::not_validated()
        },
        sessions,
    }
}

fn session_facts(set: bool) -> Vec<SessionFacts> {
    let all = vec![
        SessionFacts::Observed {
            sessions: vec![ObservedSession {
                session: session(set),
                web_pki: set.then(|| web_pki(set)),
                dane: None,
            }],
        },
        SessionFacts::Failed {
            cause: FailureCause::Opaque,
            message: text(),
        },
        SessionFacts::Unsupported,
        SessionFacts::NotAsked { reason: text() },
    ];
    for one in &all {
        match one {
            SessionFacts::Observed { .. }
            | SessionFacts::Failed { .. }
            | SessionFacts::Unsupported
            | SessionFacts::NotAsked { .. } => (),
        }
    }
    all
}

fn session(set: bool) -> Session {
    Session {
        starttls: set,
        chain: vec![octets()],
        tls_version: set.then(text),
        require_tls: set.then_some(true),
        helo: set.then(text),
        sending_ip: set.then(text),
        receiving_ip: set.then(text),
        error: set.then(|| SessionError {
            stage: SessionStage::Smtp,
            code: text(),
            message: text(),
        }),
    }
}

fn lookup<T>(set: bool, record: T) -> Lookup<T> {
    Lookup {
        outcome: Outcome::Found,
        reason: set.then(text),
        ede: set.then_some(6),
        canonical_name: set.then(name),
        hops: vec![HopFact {
            owner: name(),
            target: name(),
            status: SecurityStatus::Insecure,
        }],
        security: Security {
            status: SecurityStatus::Bogus,
            source: SecuritySource::Validated,
        },
        valid_until: set.then(time),
        records: vec![record],
    }
}

fn evidence(set: bool) -> Evidence {
    let answers = answers(set)
        .into_iter()
        .zip(need_kinds().into_iter().cycle());
    let answers = answers.map(|(answer, need)| Recorded {
        stage: 4,
        need,
        answer,
    });
    Evidence {
        format: "mxseal-evidence".to_owned(),
        version: 1,
        domain: name(),
        at: time(),
        options: options(set),
        roots: set.then(|| vec![octets()]),
        cached_policy: set.then(|| cached(set)),
        chain_cache: chain_cache(),
        answers: answers.collect(),
    }
}

fn options(set: bool) -> Options {
    Options {
        precedence: Precedence::Both,
        insecure_mx: InsecureMx::Skip,
        sts_unknown: StsUnknown::Deliver,
        dnssec: Dnssec::Validate,
        require: Require::None,
        message: MessageOptions {
            require_tls: set,
            tls_required_no: set,
            empty_return_path: set,
            kind: MessageKind::Mail,
        },
        port: 25,
        relay: set.then(|| Relay {
            host: name(),
            mx: set,
        }),
        lenient_content_type: set,
        anchors: set.then(|| vec![text()]),
        allow_private_addresses: set,
        allow_sha1_signatures: set,
        digest_order: vec![2, 1],
        nsec3: Nsec3Limits {
            insecure_above: 50,
            bogus_above: 500,
        },
        sts_timeout_ms: 60_000,
    }
}

fn need_kinds() -> Vec<NeedKind> {
    let all = vec![
        NeedKind::Dns {
            query: octets(),
            name: name(),
            record_type: RecordType::Mx,
        },
        NeedKind::Policy {
            url: text(),
            addresses: vec!["192.0.2.1".parse().unwrap()],
        },
        NeedKind::Starttls {
            target: Target {
                host: name(),
                port: 25,
                server_name: name(),
                addresses: vec!["2001:db8::1".parse().unwrap()],
            },
        },
    ];
    for one in &all {
        match one {
            NeedKind::Dns { .. } | NeedKind::Policy { .. } | NeedKind::Starttls { .. } => (),
        }
    }
    all
}

fn answers(set: bool) -> Vec<Answer> {
    let all = vec![
        Answer::Dns { message: octets() },
        Answer::Policy {
            http_status: 200,
            content_type: set.then(text),
            body: octets(),
            redirected: set,
        },
        Answer::Starttls {
            sessions: vec![session(set)],
        },
        Answer::Failed {
            cause: FailureCause::Timeout,
            message: text(),
        },
        Answer::Unsupported,
    ];
    for one in &all {
        match one {
            Answer::Dns { .. }
            | Answer::Policy { .. }
            | Answer::Starttls { .. }
            | Answer::Failed { .. }
            | Answer::Unsupported => (),
        }
    }
    all
}

fn policy_answers(set: bool) -> Vec<PolicyAnswer> {
    let all = vec![
        PolicyAnswer::Policy {
            http_status: 200,
            content_type: set.then(text),
            body: octets(),
            redirected: set,
        },
        PolicyAnswer::Failed {
            cause: FailureCause::Tls,
            message: text(),
        },
        PolicyAnswer::Unsupported,
    ];
    for one in &all {
        match one {
            PolicyAnswer::Policy { .. }
            | PolicyAnswer::Failed { .. }
            | PolicyAnswer::Unsupported => (),
        }
    }
    all
}

fn txt_outcomes() -> Vec<TxtOutcome> {
    let all = vec![
        TxtOutcome::Valid { id: text() },
        TxtOutcome::Absent,
        TxtOutcome::Multiple,
        TxtOutcome::Invalid,
        TxtOutcome::Error,
    ];
    for one in &all {
        match one {
            TxtOutcome::Valid { .. }
            | TxtOutcome::Absent
            | TxtOutcome::Multiple
            | TxtOutcome::Invalid
            | TxtOutcome::Error => (),
        }
    }
    all
}

fn fetch_outcomes() -> Vec<FetchOutcome> {
    let all = vec![
        FetchOutcome::Fetched { policy: policy() },
        FetchOutcome::Failed {
            result_type: ResultType::StsPolicyInvalid,
            reason: text(),
        },
    ];
    for one in &all {
        match one {
            FetchOutcome::Fetched { .. } | FetchOutcome::Failed { .. } => (),
        }
    }
    all
}

fn cached(set: bool) -> CachedPolicy {
    CachedPolicy {
        policy: set.then(policy),
        id: set.then(text),
        fetched_at: set.then(time),
        largest_max_age: 86_400,
        last_attempt: Some(LastAttempt {
            at: time(),
            id: set.then(text),
            outcome: AttemptOutcome::Fetched,
        })
        .filter(|_| set),
    }
}

fn cache_step(set: bool) -> CacheStep {
    let attempt = LastAttempt {
        at: time(),
        id: None,
        outcome: AttemptOutcome::Failed,
    };
    let entry = CachedPolicy {
        last_attempt: Some(attempt),
        ..cached(false)
    };
    CacheStep {
        entry: set.then_some(entry),
        in_force: set.then(policy),
        next: NextAction::Wait,
        not_before: set.then(time),
        findings: vec![finding(set)],
    }
}

fn fetched(set: bool) -> FetchResult {
    FetchResult {
        status: FetchStatus::Fetched,
        policy: set.then(policy),
        result_type: set.then_some(ResultType::StsPolicyFetchError),
        reason: set.then(text),
        http_status: set.then_some(200),
        raw: set.then(octets),
        findings: vec![finding(set)],
    }
}

fn policy() -> Policy {
    Policy {
        mode: Mode::Testing,
        mx: vec!["*.mail.example".parse().unwrap()],
        max_age: 86_400,
        extensions: vec![("x".to_owned(), "y".to_owned())],
        lines: vec!["version: STSv1".to_owned()],
    }
}

fn sts_record(set: bool) -> RecordOutcome<mta_sts::Record> {
    let record = mta_sts::Record {
        id: text(),
        extensions: vec![(text(), text())],
    };
    RecordOutcome {
        value: set.then_some(record),
        findings: vec![finding(set)],
        status: RrsetStatus::Valid,
    }
}

fn tls_rpt_record(set: bool) -> RecordOutcome<tlsrpt::Record> {
    let record = tlsrpt::Record {
        rua: vec![text()],
        extensions: vec![(text(), text())],
    };
    RecordOutcome {
        value: set.then_some(record),
        findings: vec![finding(set)],
        status: RrsetStatus::Valid,
    }
}

fn web_pki(set: bool) -> WebPkiOutcome {
    WebPkiOutcome {
        status: WebPkiStatus::Invalid,
        result_type: set.then_some(ResultType::CertificateExpired),
        reason: set.then(text),
    }
}

fn dane(set: bool, status: DaneStatus) -> DaneOutcome {
    DaneOutcome {
        status,
        result_type: set.then_some(ResultType::TlsaInvalid),
        matched: set.then_some(DaneMatch { index: 0, depth: 1 }),
        reason: set.then_some("tlsa-no-match"),
        records: vec![TlsaOutcome {
            index: 0,
            usable: set,
            why: set.then_some("digest-length"),
        }],
    }
}

fn description(set: bool) -> Description {
    Description {
        subject: text(),
        issuer: text(),
        serial: text(),
        not_before: time(),
        not_after: time(),
        dns_names: vec![text()],
        common_name: set.then(text),
        public_key: PublicKeyDescription {
            algorithm: text(),
            bits: set.then_some(256),
        },
        signature_algorithm: text(),
        sha256: text(),
        spki_sha256: text(),
        is_ca: set,
        version: 3,
    }
}

fn checked<T>(set: bool, value: T) -> Checked<T> {
    Checked {
        value: set.then_some(value),
        findings: vec![finding(set)],
    }
}

fn finding(set: bool) -> Finding {
    Finding {
        code: "sts-policy-empty".into(),
        severity: Severity::Error,
        subject: text(),
        span: set.then_some(Span {
            line: 1,
            column: 1,
            start: 0,
            end: 1,
        }),
        message: text(),
        clause: "RFC 8461 §3.2".into(),
        remedy: set.then(text),
    }
}

fn step() -> Step {
    Step::new(text(), "RFC 8461 §4.1", text())
}

fn tlsa() -> Tlsa {
    Tlsa {
        usage: 3,
        selector: 1,
        matching_type: 1,
        data: octets(),
    }
}

fn name() -> Name {
    Name::parse("mail.example").unwrap()
}

fn time() -> Time {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn octets() -> Bytes {
    Bytes(vec![1, 2, 3])
}

fn text() -> String {
    "words".to_owned()
}

fn published_record(record_type: &'static str) -> PublishedRecord {
    PublishedRecord {
        owner: name(),
        record_type,
        ttl: 3600,
        data: String::new(),
        value: String::new(),
        line: String::new(),
    }
}

fn published_policy(mode: Mode) -> PublishedPolicy {
    PublishedPolicy {
        url: String::new(),
        mode,
        mx: policy().mx,
        max_age: 86_400,
        text: String::new(),
        body: Bytes(Vec::new()),
        id: "1".to_owned(),
    }
}

fn report(set: bool) -> Report {
    let text = || set.then(String::new);
    let extensions = || vec![(String::new(), String::new())];
    Report {
        organization_name: text(),
        date_range: DateRange {
            start_datetime: set.then(time),
            end_datetime: set.then(time),
        },
        contact_info: text(),
        report_id: text(),
        policies: vec![ReportedPolicy {
            policy: PolicyDescription {
                policy_type: text(),
                policy_string: vec![String::new()],
                policy_domain: text(),
                mx_host: vec![String::new()],
                extensions: extensions(),
            },
            summary: SessionCounts {
                total_successful_session_count: set.then_some(1),
                total_failure_session_count: set.then_some(1),
                extensions: extensions(),
            },
            failure_details: vec![FailureDetail {
                result_type: text(),
                sending_mta_ip: text(),
                receiving_mx_hostname: text(),
                receiving_mx_helo: text(),
                receiving_ip: text(),
                failed_session_count: set.then_some(1),
                additional_information: text(),
                failure_reason_code: text(),
                extensions: extensions(),
            }],
            extensions: extensions(),
        }],
        extensions: extensions(),
    }
}

fn summary(set: bool) -> Summary {
    let text = || set.then(String::new);
    let group = || {
        vec![SummaryGroup {
            name: text(),
            successful: set.then_some(1),
            failed: 1,
            failing_per_mille: set.then_some(500),
            first_seen: set.then(time),
            last_seen: set.then(time),
        }]
    };
    Summary {
        reports: 1,
        duplicates: 1,
        domains: vec![DomainSummary {
            domain: text(),
            successful: 1,
            failed: 1,
            failing_per_mille: 500,
            first_seen: set.then(time),
            last_seen: set.then(time),
            days: group(),
            policy_types: group(),
            result_types: group(),
            senders: group(),
            hosts: group(),
            failures: vec![FailureSummary {
                policy_type: text(),
                result_type: text(),
                reason: text(),
                mx: text(),
                failed: 1,
                organizations: vec![String::new()],
                policy_string: vec![String::new()],
                first_seen: set.then(time),
                last_seen: set.then(time),
            }],
        }],
    }
}

fn publication(set: bool) -> Publication {
    Checked {
        value: set.then(|| Published {
            domain: name(),
            policy: published_policy(Mode::Testing),
            changed: set,
            records: ["A", "AAAA", "CNAME", "MX", "TLSA", "TXT"]
                .map(published_record)
                .to_vec(),
            zone: String::new(),
        }),
        findings: vec![finding(set)],
    }
}

fn rollover(set: bool) -> Rollover {
    let codes = [
        "restore-chain",
        "repair-records",
        "publish-records",
        "deploy-chain",
        "finish-records",
        "serve-policy",
        "announce-policy",
        "change-mx",
        "withdraw-record",
        "withdraw-policy",
    ];
    let statuses = every!(StepStatus: Done, Now, Wait, Later);
    let [tlsa, policy] = every!(RolloverKind: Tlsa, Policy);
    Rollover {
        kind: if set { policy } else { tlsa },
        subject: name(),
        steps: codes
            .into_iter()
            .zip(statuses.into_iter().cycle())
            .map(|(code, status)| RolloverStep {
                code,
                status,
                what: String::new(),
                clause: "RFC 7671 §8.1",
                not_before: set.then(time),
                records: vec![published_record("TLSA")],
                remove: vec![String::new()],
                policy: set.then(|| published_policy(Mode::Enforce)),
                wait: Wait {
                    seconds: 7200,
                    until: set.then(time),
                    because: vec![step()],
                },
                check: vec![Probe {
                    command: String::new(),
                    expect: String::new(),
                }],
            })
            .collect(),
        at: set.then_some(1),
        end: set.then(time),
        findings: vec![finding(set)],
    }
}
