//! TLS-RPT reports through the public API: nothing of a report is lost when it is read, what is written is read again
//! as the same, tallies add up in any order, and what is written is what RFC 8460 allows.
#![cfg(not(target_family = "wasm"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "a test may panic, in its helpers too"
)]

use mxseal::tlsrpt::{
    Envelope, HostPolicy, MailHeaders, Peer, PolicyType, Report, Tally, pack_report, parse_report,
    parse_report_mail, report_for_javascript, report_json, report_of_json, unreadable_report,
};
use mxseal::{ResultType, Severity, Time, limits, summarize_reports};
use proptest::prelude::*;
use serde_json::Value;

// ---------------------------------------------------------------- reading

/// Reports at random, in which every name and every scalar is found nowhere else.
struct Maker {
    state: u64,
    made: u32,
}

impl Maker {
    fn below(&mut self, bound: u64) -> u64 {
        // xorshift64*, so that a seed that fails can be seen again.
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        (self.state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % bound
    }

    fn unique(&mut self) -> u32 {
        self.made += 1;
        1_000_000 + self.made
    }

    fn anything(&mut self, depth: u32) -> String {
        let unique = self.unique();
        match self.below(if depth == 0 { 4 } else { 6 }) {
            0 => format!("\"u{unique}\""),
            1 => unique.to_string(),
            2 => format!("-{unique}.5"),
            3 => format!("{{\"b{unique}\":true}}"),
            4 => {
                let (a, b) = (self.anything(depth - 1), self.anything(depth - 1));
                format!("[{a}, {b}]")
            }
            _ => {
                let inner = self.anything(depth - 1);
                format!("{{\"k{unique}\":{inner}}}")
            }
        }
    }

    /// Members of the RFC, most as they should be, and others.
    fn object(&mut self, members: &[(&str, &str)]) -> String {
        let mut out = Vec::new();
        for (name, good) in members {
            for _ in 0..=self.below(8) / 7 {
                let value = match self.below(8) {
                    0 => continue,
                    1 => self.anything(2),
                    2 => "null".to_owned(),
                    _ => self.good(good),
                };
                out.push(format!("\"{name}\":{value}"));
            }
        }
        if self.below(3) == 0 {
            let (name, value) = (self.unique(), self.anything(2));
            out.push(format!("\"n{name}\":{value}"));
        }
        format!("{{{}}}", out.join(","))
    }

    fn good(&mut self, kind: &str) -> String {
        let unique = self.unique();
        match kind {
            "text" => format!("\"t{unique}\""),
            "count" => unique.to_string(),
            "time" => format!("\"2026-03-01T00:00:{:02}Z\"", unique % 60),
            "range" => self.object(&[("start-datetime", "time"), ("end-datetime", "time")]),
            "texts" => format!("[\"t{unique}\",{}]", self.anything(0)),
            "policy" => self.object(&[
                ("policy-type", "text"),
                ("policy-string", "texts"),
                ("policy-domain", "text"),
                ("mx-host", "texts"),
            ]),
            "summary" => self.object(&[
                ("total-successful-session-count", "count"),
                ("total-failure-session-count", "count"),
            ]),
            "policies" => {
                let entry = [
                    ("policy", "policy"),
                    ("summary", "summary"),
                    ("failure-details", "details"),
                ];
                format!("[{},{}]", self.object(&entry), self.object(&entry))
            }
            _ => {
                let detail = [
                    ("result-type", "text"),
                    ("sending-mta-ip", "text"),
                    ("receiving-mx-hostname", "text"),
                    ("receiving-mx-helo", "text"),
                    ("receiving-ip", "text"),
                    ("failed-session-count", "count"),
                    ("additional-information", "text"),
                    ("failure-reason-code", "text"),
                ];
                format!("[{},{}]", self.object(&detail), self.object(&detail))
            }
        }
    }

    fn report(seed: u64) -> String {
        let mut maker = Self {
            state: seed | 1,
            made: 0,
        };
        maker.object(&[
            ("organization-name", "text"),
            ("date-range", "range"),
            ("contact-info", "text"),
            ("report-id", "text"),
            ("policies", "policies"),
        ])
    }
}

/// Every string, number and name of a text that only it has: `u1000007`, `-1000003.5`.
fn tokens(json: &str) -> Vec<&str> {
    json.split(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '-')
        .filter(|word| word.contains("1000") || word.starts_with("2026-"))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]
    #[test]
    fn nothing_is_lost(seed: u64) {
        let json = Maker::report(seed);
        let checked = parse_report(json.as_bytes());
        let value = serde_json::to_string(&checked.value.clone().unwrap()).unwrap();
        for token in tokens(&json) {
            prop_assert!(value.contains(token), "{token} of {json}\nis not in {value}");
        }
        // Members that hold nothing are named.
        let walked: Value = serde_json::from_str(&json).unwrap();
        let mut nulls = Vec::new();
        walk("", &walked, &mut nulls);
        if checked.findings.len() < limits::FINDINGS - 1 {
            for path in nulls {
                let told = checked.findings.iter().any(|finding| path.starts_with(&finding.subject));
                prop_assert!(told, "{path} of {json}");
            }
        }
    }

    #[test]
    fn a_report_crosses_as_it_is(seed: u64) {
        let read = parse_report(Maker::report(seed).as_bytes()).value.unwrap();
        let text = report_for_javascript(read.clone());
        prop_assert_eq!(report_of_json(&text), Ok(read.clone()));
        prop_assert_eq!(
            serde_json::from_str::<Value>(&text).unwrap(),
            serde_json::to_value(&read).unwrap()
        );
    }

    #[test]
    fn no_octets_panic(octets: Vec<u8>) {
        let _checked = parse_report(&octets);
        prop_assert!(Tally::from_bytes(&octets).is_err());
    }
}

fn walk(path: &str, value: &Value, nulls: &mut Vec<String>) {
    match value {
        Value::Null => nulls.push(path.to_owned()),
        Value::Array(list) => {
            for (at, one) in list.iter().enumerate() {
                walk(&format!("{path}[{at}]"), one, nulls);
            }
        }
        Value::Object(members) => {
            for (name, one) in members {
                let dot = if path.is_empty() { "" } else { "." };
                walk(&format!("{path}{dot}{name}"), one, nulls);
            }
        }
        _ => {}
    }
}

#[test]
fn javascript_gives_only_reports() {
    let good = report_for_javascript(sample());
    assert_eq!(report_of_json(&good), Ok(sample()));
    for (from, to, path) in [
        ("\"Sender\"", "5", "organization-name"),
        (
            "\"2026-03-01T00:00:00Z\"",
            "\"x\"",
            "date-range.start-datetime",
        ),
        ("\"policies\":[", "\"policies\":[7,", "policies[0]"),
        ("\"reportId\"", "\"reportID\"", "reportID"),
    ] {
        assert_eq!(
            report_of_json(&good.replacen(from, to, 1)),
            Err(path.to_owned())
        );
    }
    assert!(report_of_json("[]").is_err());
}

#[test]
fn mails_are_told_apart_from_their_report() {
    let json = report_json(&sample()).unwrap();
    let codes = |headers: &MailHeaders| -> Vec<String> {
        let checked = parse_report_mail(json.as_bytes(), headers);
        assert_eq!(checked.value, Some(sample()));
        let findings = checked
            .findings
            .iter()
            .filter(|finding| finding.code.contains("mail"));
        findings.map(|finding| finding.code.to_string()).collect()
    };
    let good = MailHeaders {
        signed: true,
        domain: Some("Example.com".to_owned()),
        submitter: Some("sender.example".to_owned()),
        media_type: "application/tlsrpt+json".to_owned(),
        reports: 1,
    };
    assert_eq!(codes(&good), [""; 0]);
    let bad = MailHeaders {
        signed: false,
        domain: Some("example.org".to_owned()),
        submitter: Some("other.example".to_owned()),
        media_type: "application/json".to_owned(),
        reports: 2,
    };
    assert_eq!(
        codes(&bad),
        [
            "report-mail-unsigned",
            "report-mail-type",
            "report-mail-parts",
            "report-mail-submitter",
            "report-mail-domain"
        ]
    );
    for (why, code) in [
        ("too-large", "report-too-large"),
        ("mail-too-large", "report-mail-too-large"),
        ("compression", "report-compression"),
        ("mail-empty", "report-mail-empty"),
        ("mail-encrypted", "report-mail-encrypted"),
        ("mail", "report-mail"),
    ] {
        let checked = unreadable_report(why, "x");
        assert_eq!((checked.value, &*checked.findings[0].code), (None, code));
        assert_eq!(checked.findings[0].severity, Severity::Error);
    }
}

// ---------------------------------------------------------------- tally

fn time(text: &str) -> Time {
    text.parse().unwrap()
}

fn result(kind: PolicyType, domain: &str, failed: Option<ResultType>, reason: &str) -> HostPolicy {
    HostPolicy {
        policy_type: kind,
        policy_domain: domain.parse().unwrap(),
        policy_string: if kind == PolicyType::NoPolicyFound {
            vec![]
        } else {
            vec!["version: STSv1".to_owned(), "mode: enforce".to_owned()]
        },
        mx_host: if kind == PolicyType::Sts {
            vec!["*.example.com".to_owned()]
        } else {
            vec![]
        },
        result_type: failed,
        reason: failed.map(|_| reason.to_owned()),
    }
}

fn peer(number: u32) -> Peer {
    Peer {
        sending_ip: Some(format!("192.0.2.{}", number % 7)),
        host: Some(format!("mx{}.example.com", number % 3)),
        helo: Some("mx.example.com".to_owned()),
        receiving_ip: Some(format!("2001:db8::{:x}", number % 5 + 1)),
    }
}

fn sample_tally() -> Tally {
    let mut tally = Tally::default();
    let failed = Some(ResultType::CertificateExpired);
    for (failed, number) in [(None, 1), (failed, 1), (failed, 1), (failed, 2)] {
        let both = [
            result(PolicyType::Sts, "example.com", failed, "expired"),
            result(PolicyType::Tlsa, "example.com", None, ""),
        ];
        tally.add(&both, &peer(number), time("2026-03-01T23:59:59Z"), 1);
    }
    tally
}

fn sample() -> Report {
    sample_tally()
        .reports("Sender", "tls@sender.example", None)
        .remove(0)
}

#[test]
fn a_session_counts_once_in_every_policy() {
    let report = sample();
    assert_eq!(
        report.report_id.as_deref(),
        Some("2026-03-01.example.com@sender.example")
    );
    assert_eq!(
        report.date_range.start_datetime,
        Some(time("2026-03-01T00:00:00Z"))
    );
    assert_eq!(
        report.date_range.end_datetime,
        Some(time("2026-03-01T23:59:59Z"))
    );
    let seen: Vec<_> = report
        .policies
        .iter()
        .map(|entry| {
            let failures = &entry.failure_details;
            let counts: Vec<_> = failures
                .iter()
                .map(|one| one.failed_session_count.unwrap())
                .collect();
            (
                entry.policy.policy_type.as_deref().unwrap(),
                entry.summary.total_successful_session_count.unwrap(),
                entry.summary.total_failure_session_count.unwrap(),
                counts.iter().sum::<u64>(),
                counts.len(),
            )
        })
        .collect();
    assert_eq!(seen, [("tlsa", 4, 0, 0, 0), ("sts", 1, 3, 3, 2)]);
    let detail = report.policies[1]
        .failure_details
        .iter()
        .max_by_key(|one| one.failed_session_count);
    let detail = detail.unwrap();
    assert_eq!(detail.result_type.as_deref(), Some("certificate-expired"));
    assert_eq!(detail.failure_reason_code.as_deref(), Some("expired"));
    assert_eq!(detail.sending_mta_ip.as_deref(), Some("192.0.2.1"));
    assert_eq!(
        detail.receiving_mx_hostname.as_deref(),
        Some("mx1.example.com")
    );
    assert_eq!(detail.receiving_ip.as_deref(), Some("2001:db8::2"));
    assert_eq!(detail.failed_session_count, Some(2));
}

#[test]
fn days_are_apart_and_forgotten() {
    let mut tally = sample_tally();
    let one = [result(PolicyType::NoPolicyFound, "example.com", None, "")];
    for at in ["2026-03-02T00:00:00Z", "2026-03-02T01:00:00+02:00"] {
        tally.add(&one, &Peer::default(), time(at), 2);
    }
    let days = |tally: &Tally, before| -> Vec<String> {
        let reports = tally.reports("Sender", "tls@sender.example", before);
        reports
            .iter()
            .map(|report| report.report_id.clone().unwrap())
            .collect()
    };
    let [first, second] = [
        "2026-03-01.example.com@sender.example",
        "2026-03-02.example.com@sender.example",
    ];
    assert_eq!(days(&tally, None), [first, second]);
    assert_eq!(days(&tally, Some(time("2026-03-02T00:00:00Z"))), [first]);
    assert_eq!(days(&tally, Some(time("2026-03-01T23:59:59Z"))), [""; 0]);
    tally.forget(time("2026-03-02T00:00:00Z"));
    assert_eq!(days(&tally, None), [second]);
    assert_eq!(tally.omitted(), 0);
}

type Sessions = Vec<(u8, u8, u8, u8)>;

fn tally_of(sessions: &[(u8, u8, u8, u8)]) -> Tally {
    let mut tally = Tally::default();
    for (domain, failed, number, day) in sessions {
        let failed = [
            None,
            Some(ResultType::StarttlsNotSupported),
            Some(ResultType::ValidationFailure),
        ][usize::from(*failed % 3)];
        let domain = format!("d{}.example", domain % 4);
        let at = Time::from_unix(i64::from(*day % 3) * 86_400);
        let both = [
            result(PolicyType::Sts, &domain, failed, "x"),
            result(PolicyType::Tlsa, &domain, None, ""),
        ];
        tally.add(&both, &peer(u32::from(*number)), at, 1);
    }
    tally
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn tallies_add_up_in_any_order(a: Sessions, b: Sessions, c: Sessions) {
        let [x, y, z] = [tally_of(&a), tally_of(&b), tally_of(&c)];
        let merged = |parts: &[&Tally]| {
            let mut sum = Tally::default();
            for part in parts {
                sum.merge(part);
            }
            sum
        };
        let whole = tally_of(&[a, b, c].concat());
        prop_assert_eq!(&merged(&[&x, &y, &z]), &whole);
        prop_assert_eq!(&merged(&[&z, &x, &y]), &whole);
        prop_assert_eq!(&merged(&[&x, &merged(&[&y, &z])]), &whole);
        prop_assert_eq!(&Tally::from_bytes(&whole.to_bytes()).unwrap(), &whole);
    }

    #[test]
    fn octets_that_changed_are_refused_or_another_tally(at: prop::sample::Index, to: u8) {
        let tally = sample_tally();
        let mut octets = tally.to_bytes();
        let at = at.index(octets.len());
        octets[at] = to;
        if let Ok(read) = Tally::from_bytes(&octets) {
            prop_assert_eq!(&read.to_bytes(), &octets);
            let _reports = read.reports("Sender", "tls@sender.example", None);
        }
        octets.truncate(at);
        prop_assert!(Tally::from_bytes(&octets).is_err());
    }
}

/// Many more failures, policies and domains than the bounds: sums stay right, halves in either order are the whole.
#[test]
fn beyond_the_bounds_counts_stay_right() {
    let failures = u32::try_from(limits::TALLY_FAILURES).unwrap() + 5_000;
    let mut halves = [Tally::default(), Tally::default()];
    for number in 0..failures {
        let failed = Some(ResultType::ValidationFailure);
        let one = [result(
            PolicyType::Sts,
            "example.com",
            failed,
            &format!("r{number}"),
        )];
        halves[usize::from(number % 3 == 0)].add(
            &one,
            &Peer::default(),
            time("2026-03-01T00:00:00Z"),
            1,
        );
    }
    let [mut whole, other] = halves;
    let mut reversed = other.clone();
    reversed.merge(&whole);
    whole.merge(&other);
    assert!(whole == reversed);
    let report = whole
        .reports("Sender", "tls@sender.example", None)
        .remove(0);
    let entry = &report.policies[0];
    assert_eq!(
        entry.summary.total_failure_session_count,
        Some(u64::from(failures))
    );
    assert_eq!(entry.failure_details.len(), limits::TALLY_FAILURES + 1);
    let told = entry
        .failure_details
        .iter()
        .map(|one| one.failed_session_count.unwrap());
    assert_eq!(told.sum::<u64>(), u64::from(failures));
    let last = entry.failure_details.last().unwrap();
    assert_eq!(last.failed_session_count, Some(5_000));
    assert_eq!(last.failure_reason_code.as_deref(), Some("details-omitted"));

    let policies = u32::try_from(limits::TALLY_POLICIES).unwrap() + 1_000;
    let mut tally = Tally::default();
    for number in 0..policies {
        let mut one = result(PolicyType::Sts, "example.com", None, "");
        one.policy_string.push(format!("max_age: {number}"));
        tally.add(&[one], &Peer::default(), time("2026-03-01T00:00:00Z"), 1);
    }
    let report = tally
        .reports("Sender", "tls@sender.example", None)
        .remove(0);
    assert_eq!(report.policies.len(), limits::TALLY_POLICIES + 1);
    let last = &report.policies[limits::TALLY_POLICIES];
    assert_eq!(last.summary.total_successful_session_count, Some(1_000));
    assert_eq!(last.policy.policy_string, [""; 0]);

    let domains = u32::try_from(limits::TALLY_DOMAINS).unwrap() + 1_000;
    let mut tally = Tally::default();
    for number in 0..domains {
        let one = [result(
            PolicyType::NoPolicyFound,
            &format!("d{number}.example"),
            None,
            "",
        )];
        tally.add(&one, &Peer::default(), time("2026-03-01T00:00:00Z"), 1);
    }
    assert_eq!(tally.omitted(), 1_000);
    assert_eq!(
        tally.reports("Sender", "tls@sender.example", None).len(),
        limits::TALLY_DOMAINS
    );
}

/// What a stranger's server said can't break out of a report.
#[test]
fn hostile_sessions_make_writable_reports() {
    let mut tally = Tally::default();
    let mut one = result(
        PolicyType::Sts,
        "example.com",
        Some(ResultType::CertificateNotTrusted),
        &format!("a\r\nb\u{0}{}", "x".repeat(10_000)),
    );
    one.policy_string = vec!["mx: \u{1}\"\\".to_owned(), "y".repeat(100_000)];
    one.mx_host = vec![
        "*.example.com".to_owned(),
        "bücher.example".to_owned(),
        String::new(),
    ];
    let peer = Peer {
        sending_ip: Some("not an address".to_owned()),
        host: Some("mx..".to_owned()),
        helo: Some("\r\nSubject: x".to_owned()),
        receiving_ip: Some("2001:DB8:0:0::1".to_owned()),
    };
    tally.add(&[one.clone(), one], &peer, time("2026-03-01T00:00:00Z"), 3);
    let report = tally
        .reports("Sender", "tls@sender.example", None)
        .remove(0);
    assert_eq!(
        report.policies[0].summary.total_failure_session_count,
        Some(3)
    );
    let detail = &report.policies[0].failure_details[0];
    assert_eq!(detail.receiving_ip.as_deref(), Some("2001:db8::1"));
    assert_eq!(
        (&detail.sending_mta_ip, &detail.receiving_mx_hostname),
        (&None, &None)
    );
    let read = parse_report(report_json(&report).unwrap().as_bytes());
    assert_eq!(read.value, Some(report));
}

// ---------------------------------------------------------------- writing

fn envelope() -> Envelope {
    Envelope {
        submitter: None,
        from: None,
        to: Some("reports@example.com".to_owned()),
        at: time("2026-03-02T04:05:06Z"),
        gzip: false,
    }
}

#[test]
fn a_mail_as_the_rfc_has_it() {
    let json = report_json(&sample()).unwrap();
    let packed = pack_report(&sample(), &envelope(), json.as_bytes()).unwrap();
    // 1772323200 and 1772409599: date -u -d 2026-03-01T00:00:00Z +%s.
    assert_eq!(
        packed.file_name,
        "sender.example!example.com!1772323200!1772409599!20260301examplecomsenderexample.json"
    );
    assert_eq!(packed.media_type, "application/tlsrpt+json");
    let header = |name: &str| {
        let found = packed.mail.headers.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str()).unwrap()
    };
    assert_eq!(header("From"), "tls@sender.example");
    assert_eq!(header("To"), "reports@example.com");
    // `date -u -R -d 2026-03-02T04:05:06Z`.
    assert_eq!(header("Date"), "Mon, 02 Mar 2026 04:05:06 +0000");
    assert_eq!(
        header("Subject"),
        "Report Domain: example.com Submitter: sender.example Report-ID: <2026-03-01.example.com@sender.example>"
    );
    assert_eq!(header("TLS-Report-Domain"), "example.com");
    assert_eq!(header("TLS-Report-Submitter"), "sender.example");
    assert!(
        header("Content-Type").starts_with("multipart/report; report-type=\"tlsrpt\"; boundary=")
    );
    let body = String::from_utf8(packed.mail.body.to_vec()).unwrap();
    let long =
        |line: &&str| line.len() > 76 && line.bytes().all(|octet| octet.is_ascii_alphanumeric());
    assert!(!body.split("\r\n").any(|line| long(&line)));
    assert!(!body.replace("\r\n", "").contains(['\r', '\n']));
}

#[test]
fn what_the_rfc_does_not_allow_is_refused() {
    type Change = fn(&mut Report);
    let changes: [(&str, Change); 22] = [
        ("organization-name", |r| r.organization_name = None),
        ("organization-name", |r| {
            r.organization_name = Some("a\r\nb".to_owned())
        }),
        ("report-id", |r| r.report_id = Some(String::new())),
        ("report-id", |r| {
            r.report_id = Some("x>\r\nBcc: y".to_owned())
        }),
        ("contact-info", |r| r.contact_info = None),
        ("contact-info", |r| r.contact_info = Some("tls".to_owned())),
        ("contact-info", |r| {
            r.contact_info = Some("a b@sender.example".to_owned())
        }),
        ("contact-info", |r| {
            r.contact_info = Some("a@b\r\nBcc: x@y.example".to_owned())
        }),
        ("date-range", |r| r.date_range.end_datetime = None),
        ("date-range", |r| {
            r.date_range.end_datetime = r.date_range.start_datetime
        }),
        ("policies", |r| r.policies.clear()),
        ("x", |r| r.extensions.push(("x".to_owned(), "1".to_owned()))),
        ("policies[1].policy.policy-domain", |r| {
            r.policies[1].policy.policy_domain = Some("example.org".to_owned());
        }),
        ("policies[0].policy.policy-domain", |r| {
            r.policies[0].policy.policy_domain = Some("a!b.example".to_owned());
        }),
        ("policies[0].policy.policy-type", |r| {
            r.policies[0].policy.policy_type = None
        }),
        ("policies[0].policy.policy-type", |r| {
            r.policies[0].policy.policy_type = Some("dmarc".to_owned());
        }),
        ("policies[1].policy.mx-host", |r| {
            r.policies[1].policy.mx_host.push("bücher".to_owned())
        }),
        ("policies[0].summary.total-successful-session-count", |r| {
            r.policies[0].summary.total_successful_session_count = Some(1 << 53);
        }),
        ("policies[1].failure-details", |r| {
            r.policies[1].failure_details[0].failed_session_count = Some(100);
        }),
        ("policies[1].failure-details[0].result-type", |r| {
            r.policies[1].failure_details[0].result_type = Some("other".to_owned());
        }),
        ("policies[1].failure-details[0].receiving-ip", |r| {
            r.policies[1].failure_details[0].receiving_ip = Some("mx".to_owned());
        }),
        (
            "policies[1].failure-details[0].additional-information",
            |r| {
                r.policies[1].failure_details[0].additional_information =
                    Some("see there".to_owned());
            },
        ),
    ];
    for (path, change) in changes {
        let mut report = sample();
        change(&mut report);
        let error = report_json(&report).map(|_| ()).unwrap_err().to_string();
        assert!(error.starts_with(path), "{path}: {error}");
    }
    for change in [
        |e: &mut Envelope| e.submitter = Some("other.example".to_owned()),
        |e: &mut Envelope| e.from = Some("tls@sender.example\r\nBcc: x@y.example".to_owned()),
        |e: &mut Envelope| e.to = Some("a@b.example, c@d.example".to_owned()),
        |e: &mut Envelope| e.to = Some("a\nb@d.example".to_owned()),
    ] {
        let mut envelope = envelope();
        change(&mut envelope);
        assert!(
            pack_report(&sample(), &envelope, b"").is_err(),
            "{envelope:?}"
        );
    }
}

// ---------------------------------------------------------------- summary

#[test]
fn summaries_count_a_report_once() {
    let mut later = sample();
    later.report_id = Some("2".to_owned());
    later.date_range.start_datetime = Some(time("2026-03-02T00:00:00Z"));
    later.date_range.end_datetime = Some(time("2026-03-02T23:59:59Z"));
    let summary = summarize_reports(&[sample(), later, sample()]);
    assert_eq!((summary.reports, summary.duplicates), (2, 1));
    let [domain] = &summary.domains[..] else {
        panic!("one domain")
    };
    assert_eq!((domain.successful, domain.failed), (10, 6));
    // 6 of 16.
    assert_eq!(domain.failing_per_mille, 375);
    let days: Vec<_> = domain
        .days
        .iter()
        .map(|day| (day.name.as_deref().unwrap(), day.failed))
        .collect();
    assert_eq!(days, [("2026-03-01", 3), ("2026-03-02", 3)]);
    let types: Vec<_> = domain
        .policy_types
        .iter()
        .map(|one| (one.name.as_deref().unwrap(), one.failed))
        .collect();
    assert_eq!(types, [("sts", 6), ("tlsa", 0)]);
    let hosts: Vec<_> = domain
        .hosts
        .iter()
        .map(|one| (one.name.as_deref().unwrap(), one.failed))
        .collect();
    assert_eq!(hosts, [("mx1.example.com", 4), ("mx2.example.com", 2)]);
    assert_eq!(
        domain.result_types[0].name.as_deref(),
        Some("certificate-expired")
    );
    assert_eq!(domain.senders[0].name.as_deref(), Some("Sender"));
    let worst = &domain.failures[0];
    assert_eq!(
        (worst.failed, worst.mx.as_deref()),
        (4, Some("mx1.example.com"))
    );
    assert_eq!(worst.first_seen, Some(time("2026-03-01T00:00:00Z")));
    assert_eq!(worst.last_seen, Some(time("2026-03-02T23:59:59Z")));
}
