//! The decision table (SEMANTICS §5) by edits of facts: what-ifs, each with the clause that demands its outcome.
//! Every code of the `decide` table is hit by a row here, or the suite fails.
#![cfg(not(target_family = "wasm"))]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

use std::collections::BTreeSet;

use mxseal::{
    Facts, HostVerdict, Options, ResultType, Session, SessionVerdict, Time, Verdict, codes,
    compare, decide, judge_session,
};
use serde_json::{Value, json};

/// mx.example.com at preference 10, nothing configured, nothing observed.
fn base() -> Value {
    serde_json::from_str(include_str!("vectors/facts-not-configured.json")).unwrap()
}

fn verdict(facts: &Value, options: &Value) -> Verdict {
    let facts: Facts = serde_json::from_value(facts.clone()).unwrap();
    let options: Options = serde_json::from_value(options.clone()).unwrap();
    decide(&facts, &options)
}

fn policy(facts: &mut Value, mode: &str, mx: &[&str]) {
    let lines: String = mx.iter().map(|one| format!("mx: {one}\n")).collect();
    let text = format!("version: STSv1\nmode: {mode}\n{lines}max_age: 604800\n");
    announce(facts);
    facts["policy"]["answer"] = json!({
        "kind": "policy", "httpStatus": 200, "contentType": "text/plain", "body": base64(text.as_bytes()), "redirected": false
    });
}

fn announce(facts: &mut Value) {
    facts["stsTxt"] = found(json!(["v=STSv1; id=1;"]));
    facts["policy"]["notFetched"] = Value::Null;
    facts["policy"]["a"] = found(json!(["192.0.2.80"]));
}

/// The fetch for the announced id failed a minute ago, so that none is due (RFC 8461 §3.3: five minutes or longer).
fn held_back(facts: &mut Value, id: &str) {
    facts["policy"]["notFetched"] = json!("not-due");
    facts["policy"]["cached"] = json!({ "policy": null, "id": null, "fetchedAt": null, "largestMaxAge": 0,
        "lastAttempt": { "at": "2026-03-01T11:59:00Z", "id": id, "outcome": "failed" } });
}

fn found(records: Value) -> Value {
    lookup("found", Value::Null, records)
}

fn lookup(outcome: &str, reason: Value, records: Value) -> Value {
    let status = if outcome == "failed" {
        "indeterminate"
    } else {
        "insecure"
    };
    json!({
        "outcome": outcome, "reason": reason, "ede": null, "canonicalName": null, "hops": [],
        "security": { "status": status, "source": "none" }, "validUntil": null, "records": records
    })
}

fn failed() -> Value {
    lookup("failed", json!("servfail"), json!([]))
}

fn session(starttls: bool, web_pki: Value) -> Value {
    json!({ "starttls": starttls, "chain": [], "tlsVersion": "TLSv1.3", "requireTls": null, "helo": null,
        "sendingIp": null, "receivingIp": "192.0.2.1", "error": null, "webPki": web_pki })
}

fn valid() -> Value {
    json!({ "status": "valid", "resultType": null, "reason": null })
}

fn expired() -> Value {
    json!({ "status": "invalid", "resultType": "certificate-expired", "reason": "leaf-expired" })
}

fn observed(facts: &mut Value, host: usize, session: Value) {
    facts["hosts"][host]["sessions"] = json!({ "kind": "observed", "sessions": [session] });
}

fn second_host(facts: &mut Value) {
    let mut host = facts["hosts"][0].clone();
    host["host"] = json!("mx2.example.com");
    host["preference"] = json!(20);
    facts["hosts"].as_array_mut().unwrap().push(host);
    let record = json!({ "preference": 20, "exchange": "mx2.example.com" });
    facts["mx"]["records"].as_array_mut().unwrap().push(record);
}

fn base64(octets: &[u8]) -> String {
    mxseal::to_json(&mxseal::Bytes(octets.to_vec()))
        .unwrap()
        .trim_matches('"')
        .to_owned()
}

struct Row {
    id: &'static str,
    clause: &'static str,
    edit: fn(&mut Value),
    options: Value,
    posture: &'static str,
    action: &'static str,
    status: Option<&'static str>,
    /// Requirement and conformance, host by host.
    hosts: &'static [(&'static str, &'static str)],
    /// Codes that must stand.
    codes: &'static [&'static str],
}

fn rows() -> Vec<Row> {
    let none = || json!({});
    macro_rules! row {
        ($id:literal, $clause:literal, $options:expr, $edit:expr => $posture:literal, $action:literal, $status:expr, $hosts:expr, $codes:expr) => {
            Row {
                id: $id,
                clause: $clause,
                edit: $edit,
                options: $options,
                posture: $posture,
                action: $action,
                status: $status,
                hosts: $hosts,
                codes: $codes,
            }
        };
    }
    vec![
        row!("nothing", "RFC 8461 §3.1", none(), |_| {} => "unprotected", "deliver", None, &[("opportunistic", "unobserved")],
            &["sts-not-configured", "tlsrpt-not-configured", "dane-not-asked", "session-unobserved"]),
        row!("no-session-told", "RFC 8461 §4.1", none(), |f| f["hosts"][0]["sessions"] = json!({ "kind": "observed", "sessions": [] })
            => "unprotected", "deliver", None, &[("opportunistic", "unobserved")], &["session-unobserved"]),
        row!("null-mx", "RFC 7505 §4.2", none(), |f| f["mx"]["records"] = json!([{ "preference": 0, "exchange": "." }])
            => "no-mail", "fail", Some("5.1.10"), &[], &["null-mx"]),
        row!("no-domain", "RFC 5321 §5.1", none(), |f| f["mx"] = lookup("nxdomain", Value::Null, json!([]))
            => "no-mail", "fail", Some("5.1.2"), &[], &["domain-not-found"]),
        row!("mx-servfail", "RFC 7672 §2.1.1", none(), |f| f["mx"] = failed()
            => "unknown", "defer", Some("4.4.3"), &[], &["mx-lookup-failed"]),
        row!("mx-bogus", "RFC 7672 §2.1.1", none(), |f| { f["mx"] = failed(); f["mx"]["security"] = json!({ "status": "bogus", "source": "resolver" }); }
            => "broken", "defer", Some("4.4.3"), &[], &["mx-lookup-failed"]),
        row!("implicit", "RFC 5321 §5.1", none(), |f| { f["mx"] = lookup("no-data", Value::Null, json!([])); f["hosts"][0]["host"] = json!("example.com"); policy(f, "enforce", &["example.com"]); }
            => "protected", "deliver", None, &[("webpki", "unobserved")], &["mx-implicit", "sts-enforced"]),
        row!("mx-is-address", "RFC 5321 §5.1", none(), |f| f["mx"]["records"] = json!([{ "preference": 1, "exchange": "192.0.2.1" }])
            => "broken", "defer", Some("4.4.4"), &[], &["mx-none-usable", "mx-is-address"]),
        row!("no-address", "RFC 5321 §5.1", none(), |f| f["hosts"][0]["a"] = lookup("no-data", Value::Null, json!([]))
            => "broken", "defer", Some("4.4.4"), &[("unusable", "unobserved")], &["mx-address-missing"]),
        row!("no-address-known", "RFC 7672 §2.1.1", none(), |f| { f["hosts"][0]["a"] = failed(); f["hosts"][0]["aaaa"] = failed(); }
            => "broken", "defer", Some("4.4.4"), &[("unusable", "unobserved")], &["mx-address-unknown"]),
        row!("one-family", "RFC 5321 §5.1", none(), |f| f["hosts"][0]["aaaa"] = failed()
            => "unprotected", "deliver", None, &[("opportunistic", "unobserved")], &["mx-address-half-known"]),
        row!("one-host-without-address", "RFC 7672 §2.1.1", none(), |f| { second_host(f); policy(f, "enforce", &["*.example.com"]); f["hosts"][0]["a"] = failed(); }
            => "partial", "deliver", None, &[("unusable", "unobserved"), ("webpki", "unobserved")], &["mx-address-unknown"]),
        row!("private", "RFC 6890 §2.2.2", none(), |f| f["hosts"][0]["a"]["records"] = json!(["10.0.0.1"])
            => "unprotected", "deliver", None, &[("opportunistic", "unobserved")], &["mx-address-private"]),
        row!("alias", "RFC 5321 §5.1", none(), |f| f["hosts"][0]["a"]["hops"] = json!([{ "owner": "mx.example.com", "target": "host.example.net", "status": "insecure" }])
            => "unprotected", "deliver", None, &[("opportunistic", "unobserved")], &["mx-alias"]),
        row!("enforce", "RFC 8461 §4.1", none(), |f| policy(f, "enforce", &["mx.example.com"])
            => "protected", "deliver", None, &[("webpki", "unobserved")], &["sts-enforced"]),
        row!("enforce-seen", "RFC 8461 §4.2", none(), |f| { policy(f, "enforce", &["mx.example.com"]); observed(f, 0, session(true, valid())); }
            => "protected", "deliver", None, &[("webpki", "met")], &["session-met"]),
        row!("enforce-unchecked", "RFC 8461 §4.2", none(), |f| { policy(f, "enforce", &["mx.example.com"]); observed(f, 0, session(true, Value::Null)); }
            => "protected", "deliver", None, &[("webpki", "unobserved")], &["roots-missing"]),
        row!("enforce-expired", "RFC 8461 §4.2", none(), |f| { policy(f, "enforce", &["mx.example.com"]); observed(f, 0, session(true, expired())); }
            => "broken", "defer", Some("4.7.5"), &[("webpki", "unmet")], &["certificate-expired"]),
        row!("enforce-no-tls", "RFC 8461 §4.2", none(), |f| { policy(f, "enforce", &["mx.example.com"]); observed(f, 0, session(false, Value::Null)); }
            => "broken", "defer", Some("4.7.4"), &[("webpki", "unmet")], &["starttls-not-supported"]),
        row!("enforce-handshake", "RFC 8460 §4.3.1", none(), |f| { policy(f, "enforce", &["mx.example.com"]); let mut s = session(true, Value::Null); s["error"] = json!({ "stage": "handshake", "code": "EPROTO", "message": "no" }); observed(f, 0, s); }
            => "broken", "defer", Some("4.7.5"), &[("webpki", "unmet")], &["validation-failure"]),
        row!("enforce-unreached", "RFC 8460 §4.3.4", none(), |f| { policy(f, "enforce", &["mx.example.com"]); let mut s = session(false, Value::Null); s["error"] = json!({ "stage": "connect", "code": "ECONNREFUSED", "message": "refused" }); observed(f, 0, s); }
            => "protected", "deliver", None, &[("webpki", "unobserved")], &["session-unreached"]),
        row!("enforce-one-address-good", "RFC 5321 §5.1", none(), |f| { policy(f, "enforce", &["mx.example.com"]); f["hosts"][0]["sessions"] = json!({ "kind": "observed", "sessions": [session(true, expired()), session(true, valid())] }); }
            => "partial", "deliver", None, &[("webpki", "unmet")], &["certificate-expired", "session-met"]),
        row!("enforce-one-address-unchecked", "RFC 8461 §4.2", none(), |f| { policy(f, "enforce", &["mx.example.com"]); f["hosts"][0]["sessions"] = json!({ "kind": "observed", "sessions": [session(true, Value::Null), session(false, Value::Null)] }); }
            => "broken", "defer", Some("4.7.4"), &[("webpki", "unmet")], &["starttls-not-supported", "roots-missing"]),
        row!("enforce-outside", "RFC 8461 §5", none(), |f| policy(f, "enforce", &["other.example.com"])
            => "broken", "defer", Some("4.7.5"), &[("unusable", "unmet")], &["sts-mx-not-listed", "sts-pattern-unused"]),
        row!("enforce-half-outside", "RFC 8461 §8.4", none(), |f| { second_host(f); policy(f, "enforce", &["mx2.example.com"]); }
            => "partial", "deliver", None, &[("unusable", "unmet"), ("webpki", "unobserved")], &["sts-mx-not-listed"]),
        row!("testing", "RFC 8461 §5", none(), |f| policy(f, "testing", &["mx.example.com"])
            => "testing", "deliver", None, &[("opportunistic", "unobserved")], &["sts-testing"]),
        row!("testing-outside", "RFC 8461 §5", none(), |f| { policy(f, "testing", &["other.example.com"]); observed(f, 0, session(true, valid())); }
            => "testing", "deliver", None, &[("opportunistic", "met")], &["sts-mx-not-listed-testing"]),
        row!("testing-expired", "RFC 8461 §5", none(), |f| { policy(f, "testing", &["mx.example.com"]); observed(f, 0, session(true, expired())); }
            => "testing", "deliver", None, &[("opportunistic", "met")], &["session-would-fail"]),
        row!("none", "RFC 8461 §5", none(), |f| policy(f, "none", &[])
            => "unprotected", "deliver", None, &[("opportunistic", "unobserved")], &["sts-mode-none"]),
        row!("opportunistic-expired", "RFC 7435 §3", none(), |f| observed(f, 0, session(true, expired()))
            => "unprotected", "deliver", None, &[("opportunistic", "met")], &["session-unauthenticated"]),
        row!("txt-error", "RFC 8461 §3.3", none(), |f| f["stsTxt"] = failed()
            => "unknown", "deliver", None, &[("opportunistic", "unobserved")], &["sts-unknown"]),
        row!("txt-error-defer", "RFC 8461 §3.3", json!({ "stsUnknown": "defer" }), |f| f["stsTxt"] = failed()
            => "unknown", "defer", Some("4.7.0"), &[("opportunistic", "unobserved")], &["sts-unknown"]),
        row!("fetch-404", "RFC 8461 §3.3", none(), |f| { announce(f); f["policy"]["answer"] = json!({ "kind": "policy", "httpStatus": 404, "contentType": null, "body": "", "redirected": false }); }
            => "unprotected", "deliver", None, &[("opportunistic", "unobserved")], &["sts-fetch-status", "sts-cache-no-policy"]),
        row!("fetch-opaque", "RFC 8461 §3.3", none(), |f| { announce(f); f["policy"]["answer"] = json!({ "kind": "failed", "cause": "opaque", "message": "" }); }
            => "unknown", "deliver", None, &[("opportunistic", "unobserved")], &["sts-fetch-opaque"]),
        row!("fetch-private", "RFC 8461 §3.3", none(), |f| { announce(f); f["policy"]["notFetched"] = json!("not-public"); }
            => "unprotected", "deliver", None, &[("opportunistic", "unobserved")], &["sts-fetch-not-public"]),
        row!("fetch-unresolved", "RFC 8461 §3.3", none(), |f| { announce(f); f["policy"]["a"] = lookup("nxdomain", Value::Null, json!([])); f["policy"]["notFetched"] = json!("unresolved"); }
            => "unprotected", "deliver", None, &[("opportunistic", "unobserved")], &["sts-fetch-dns"]),
        row!("cached-though-txt-gone", "RFC 8461 §5.1", none(), |f| f["policy"]["cached"] = json!({
                "policy": { "mode": "enforce", "mx": ["mx.example.com"], "maxAge": 604_800, "extensions": [], "lines": ["version: STSv1", "mode: enforce", "mx: mx.example.com", "max_age: 604800"] },
                "id": "1", "fetchedAt": "2026-02-28T12:00:00Z", "largestMaxAge": 604_800, "lastAttempt": null })
            => "protected", "deliver", None, &[("webpki", "unobserved")], &["sts-enforced", "sts-cache-record-lost"]),
        row!("cached-expired", "RFC 8461 §5.1", none(), |f| f["policy"]["cached"] = json!({
                "policy": { "mode": "enforce", "mx": ["mx.example.com"], "maxAge": 86_400, "extensions": [], "lines": [] },
                "id": "1", "fetchedAt": "2026-02-27T12:00:00Z", "largestMaxAge": 86_400, "lastAttempt": null })
            => "unprotected", "deliver", None, &[("opportunistic", "unobserved")], &["sts-not-configured"]),
        row!("fetch-held-back", "RFC 8461 §3.3", none(), |f| { announce(f); held_back(f, "1"); }
            => "unprotected", "deliver", None, &[("opportunistic", "unobserved")], &["sts-cache-no-policy"]),
        row!("fetch-due-and-never-made", "RFC 8461 §3.3", none(), |f| announce(f)
            => "unknown", "deliver", None, &[("opportunistic", "unobserved")], &["session-unobserved"]),
        row!("tlsrpt", "RFC 8460 §3", none(), |f| f["tlsRptTxt"] = found(json!(["v=TLSRPTv1; rua=mailto:tls@example.com"]))
            => "unprotected", "deliver", None, &[("opportunistic", "unobserved")], &["tlsrpt-configured"]),
        row!("tlsrpt-error", "RFC 8460 §3", none(), |f| f["tlsRptTxt"] = failed()
            => "unprotected", "deliver", None, &[("opportunistic", "unobserved")], &["tlsrpt-unknown"]),
        row!("require-tls-level", "SEMANTICS §5.1", json!({ "require": "tls" }), |f| observed(f, 0, session(false, Value::Null))
            => "unprotected", "defer", Some("4.7.4"), &[("encrypted", "unmet")], &["starttls-not-supported"]),
        row!("require-authenticated", "SEMANTICS §5.1", json!({ "require": "authenticated" }), |f| observed(f, 0, session(true, expired()))
            => "unprotected", "defer", Some("4.7.5"), &[("webpki", "unmet")], &["certificate-expired"]),
        row!("require-dane", "SEMANTICS §5.1", json!({ "require": "dane" }), |f| policy(f, "enforce", &["mx.example.com"])
            => "protected", "defer", Some("4.7.5"), &[("unusable", "unmet")], &[]),
        row!("requiretls-unvouched", "RFC 8689 §4.2.1", json!({ "message": { "requireTls": true } }), |_| {}
            => "unprotected", "fail", Some("5.7.10"), &[("unusable", "unobserved")], &[]),
        row!("requiretls-testing", "RFC 8689 §4.2.1", json!({ "message": { "requireTls": true } }), |f| { policy(f, "testing", &["mx.example.com"]); let mut s = session(true, valid()); s["requireTls"] = json!(true); observed(f, 0, s); }
            => "testing", "deliver", None, &[("webpki", "met")], &[]),
        row!("requiretls-not-offered", "RFC 8689 §4.2.1", json!({ "message": { "requireTls": true } }), |f| { policy(f, "enforce", &["mx.example.com"]); let mut s = session(true, valid()); s["requireTls"] = json!(false); observed(f, 0, s); }
            => "protected", "fail", Some("5.7.30"), &[("webpki", "unmet")], &[]),
        row!("requiretls-no-mx", "RFC 8689 §4.2.1", json!({ "message": { "requireTls": true } }), |f| { f["mx"] = lookup("no-data", Value::Null, json!([])); f["hosts"][0]["host"] = json!("example.com"); let mut s = session(true, valid()); s["requireTls"] = json!(true); observed(f, 0, s); }
            => "unprotected", "deliver", None, &[("webpki", "met")], &["mx-implicit"]),
        row!("requiretls-smart-host", "RFC 8689 §4.2.1", json!({ "message": { "requireTls": true }, "relay": { "host": "example.com", "mx": false } }), |f| { f["mx"] = lookup("not-asked", json!("relay-is-a-host"), json!([])); f["hosts"][0]["host"] = json!("example.com"); let mut s = session(true, valid()); s["requireTls"] = json!(true); observed(f, 0, s); }
            => "unprotected", "deliver", None, &[("webpki", "met")], &[]),
        row!("requiretls-bounce", "RFC 8689 §4.2.1", json!({ "message": { "requireTls": true, "emptyReturnPath": true } }), |_| {}
            => "unprotected", "deliver", None, &[("opportunistic", "unobserved")], &[]),
        row!("tls-required-no", "RFC 8689 §4.2.2", json!({ "message": { "tlsRequiredNo": true } }), |f| { policy(f, "enforce", &["other.example.com"]); observed(f, 0, session(false, Value::Null)); }
            => "broken", "deliver", None, &[("opportunistic", "met")], &["sts-mx-not-listed"]),
        row!("tls-required-no-yields", "RFC 8689 §3", json!({ "message": { "tlsRequiredNo": true, "requireTls": true } }), |_| {}
            => "unprotected", "fail", Some("5.7.10"), &[("unusable", "unobserved")], &[]),
        row!("tls-report", "RFC 8460 §5.3", json!({ "message": { "kind": "tls-report" } }), |f| { policy(f, "enforce", &["mx.example.com"]); observed(f, 0, session(true, expired())); }
            => "broken", "deliver", None, &[("webpki", "met")], &[]),
    ]
}

fn word(value: impl serde::Serialize) -> String {
    serde_json::to_value(value)
        .unwrap()
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn the_table_holds() {
    let mut wrong = Vec::new();
    for row in rows() {
        let mut facts = base();
        (row.edit)(&mut facts);
        let verdict = verdict(&facts, &row.options);
        let hosts: Vec<_> = verdict
            .hosts
            .iter()
            .map(|host| (word(host.requirement), word(host.conformance)))
            .collect();
        let got = (
            word(verdict.posture),
            word(verdict.action),
            verdict.enhanced_status.clone(),
            hosts,
        );
        let hosts = row
            .hosts
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect();
        let want = (
            row.posture.to_owned(),
            row.action.to_owned(),
            row.status.map(str::to_owned),
            hosts,
        );
        if got != want {
            wrong.push(format!(
                "{} ({})\n  got  {got:?}\n  want {want:?}",
                row.id, row.clause
            ));
        }
        let codes: BTreeSet<&str> = verdict
            .findings
            .iter()
            .map(|finding| finding.code.as_ref())
            .collect();
        for code in row.codes {
            if !codes.contains(code) {
                wrong.push(format!(
                    "{} ({}): `{code}` is missing among {codes:?}",
                    row.id, row.clause
                ));
            }
        }
        if verdict.because.is_empty() || verdict.hosts.iter().any(|host| host.because.is_empty()) {
            wrong.push(format!("{}: a reason is missing", row.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_is_hit() {
    let mut hit: BTreeSet<&str> = rows()
        .iter()
        .flat_map(|row| row.codes.iter().copied())
        .collect();
    // Hit by `differences_are_told` below, which asserts them.
    hit.extend([
        "posture-improved",
        "posture-worsened",
        "mx-added",
        "mx-removed",
        "requirement-changed",
        "finding-gone",
        // Those of DANE are asserted in `decide_dane.rs` and by the recorded lab domains.
        "dane-not-configured",
        "dane-not-applicable",
        "dane-lookup-failed",
        "tlsa-invalid",
        "dane-enforced",
        "dane-insecure-mx",
        "dane-met",
        "dane-failed",
        "tls-version-deprecated",
    ]);
    let missing: Vec<_> = codes::decide::ALL
        .iter()
        .map(|row| row.code)
        .filter(|code| !hit.contains(code))
        .collect();
    assert!(missing.is_empty(), "no row hits {missing:?}");
}

#[test]
fn differences_are_told() {
    let before = verdict(&base(), &json!({}));
    let mut facts = base();
    policy(&mut facts, "enforce", &["*.example.com"]);
    second_host(&mut facts);
    let after = verdict(&facts, &json!({}));
    let codes = |findings: Vec<mxseal::Finding>| {
        findings
            .into_iter()
            .map(|f| f.code.to_string())
            .collect::<BTreeSet<_>>()
    };
    let there = codes(compare(&before, &after));
    for code in [
        "posture-improved",
        "mx-added",
        "requirement-changed",
        "finding-gone",
        "sts-enforced",
    ] {
        assert!(there.contains(code), "{code} is missing in {there:?}");
    }
    let back = codes(compare(&after, &before));
    for code in [
        "posture-worsened",
        "mx-removed",
        "requirement-changed",
        "sts-not-configured",
    ] {
        assert!(back.contains(code), "{code} is missing in {back:?}");
    }
    assert!(compare(&after, &after).is_empty());
}

/// What senders of each kind do (SEMANTICS §7): STS senders insist, opportunistic ones do not, and what a DANE
/// sender does is not known without TLSA.
#[test]
fn senders() {
    let mut facts = base();
    policy(&mut facts, "enforce", &["other.example.com"]);
    let verdict = verdict(&facts, &json!({}));
    assert_eq!(word(verdict.senders.mta_sts.action), "defer");
    assert_eq!(word(verdict.senders.both.action), "defer");
    assert_eq!(word(verdict.senders.dane.action), "unknown");
    assert_eq!(
        word(verdict.senders.opportunistic.action),
        "deliver-unprotected"
    );
}

/// A fetch that is not due again yet is still a policy that could not be had, in the five minutes after it failed as in
/// the minute of the failure (RFC 8461 §3.3, RFC 8460 §4.3.2.2): no domain without a policy.
#[test]
fn a_fetch_held_back_is_reported() {
    let mut facts = base();
    announce(&mut facts);
    held_back(&mut facts, "1");
    let verdict = verdict(&facts, &json!({}));
    let policies = &verdict.hosts[0].policies;
    assert_eq!(policies.len(), 1);
    assert_eq!(word(policies[0].policy_type), "sts");
    let failed = Some(ResultType::StsPolicyFetchError);
    assert_eq!(policies[0].result_type, failed);
    assert!(policies[0].reason.is_some());
}

fn judged(
    mode: &str,
    session: Session,
    options: &Value,
    earlier: &[SessionVerdict],
    more: bool,
) -> SessionVerdict {
    let mut facts = base();
    if mode != "no policy" {
        policy(&mut facts, mode, &["mx.example.com"]);
    }
    let host: HostVerdict = verdict(&facts, options).hosts.remove(0);
    let at: Time = "2026-03-01T12:00:00Z".parse().unwrap();
    let roots: [Vec<u8>; 0] = [];
    judge_session(&host, &session, &roots, earlier, more, at)
}

/// After the handshake (SEMANTICS §5.2). Without roots no certificate is trusted, so TLS alone is what can be met here;
/// valid chains are judged in the lab's recordings.
#[test]
fn sessions() {
    let plain = || Session::default();
    let tls = || Session {
        starttls: true,
        chain: vec![vec![0x30, 0x00].into()],
        ..Session::default()
    };
    let down = || Session {
        error: Some(
            serde_json::from_value(
                json!({ "stage": "connect", "code": "ETIMEDOUT", "message": "late" }),
            )
            .unwrap(),
        ),
        ..Session::default()
    };
    let none = json!({});
    let required = json!({ "message": { "requireTls": true } });
    let no = json!({ "message": { "tlsRequiredNo": true } });
    let report = json!({ "message": { "kind": "tls-report" } });
    use ResultType::{StarttlsNotSupported as NoTls, ValidationFailure as Invalid};
    // id, clause, mode, session, options, hosts left → action, status, results
    type Case<'a> = (
        &'a str,
        &'a str,
        Session,
        &'a Value,
        bool,
        &'a str,
        Option<&'a str>,
        Vec<(&'a str, Option<ResultType>)>,
    );
    let cases: Vec<Case<'_>> = vec![
        (
            "RFC 8460 §4.4",
            "no policy",
            tls(),
            &none,
            false,
            "deliver",
            None,
            vec![("no-policy-found", None)],
        ),
        (
            "RFC 8460 §4.3.1",
            "no policy",
            plain(),
            &none,
            false,
            "deliver",
            None,
            vec![("no-policy-found", Some(NoTls))],
        ),
        (
            "RFC 8461 §5",
            "testing",
            plain(),
            &none,
            true,
            "deliver-and-report",
            None,
            vec![("sts", Some(NoTls))],
        ),
        (
            "RFC 8461 §4.2",
            "enforce",
            plain(),
            &none,
            true,
            "try-next",
            None,
            vec![("sts", Some(NoTls))],
        ),
        (
            "RFC 8461 §4.2",
            "enforce",
            plain(),
            &none,
            false,
            "defer",
            Some("4.7.4"),
            vec![("sts", Some(NoTls))],
        ),
        (
            "RFC 8461 §4.2",
            "enforce",
            tls(),
            &none,
            false,
            "defer",
            Some("4.7.5"),
            vec![("sts", Some(Invalid))],
        ),
        (
            "RFC 8461 §5",
            "none",
            plain(),
            &none,
            false,
            "deliver",
            None,
            vec![("no-policy-found", Some(NoTls))],
        ),
        (
            "RFC 8460 §4.3.4",
            "enforce",
            down(),
            &none,
            false,
            "defer",
            Some("4.4.1"),
            vec![],
        ),
        (
            "RFC 8460 §4.3.4",
            "enforce",
            down(),
            &none,
            true,
            "try-next",
            Some("4.4.1"),
            vec![],
        ),
        (
            "RFC 8689 §4.2.1",
            "testing",
            plain(),
            &required,
            false,
            "fail",
            Some("5.7.10"),
            vec![("sts", Some(NoTls))],
        ),
        (
            "RFC 8689 §4.2.2",
            "enforce",
            plain(),
            &no,
            false,
            "deliver-and-report",
            None,
            vec![("sts", Some(NoTls))],
        ),
        (
            "RFC 8460 §5.3",
            "enforce",
            plain(),
            &report,
            false,
            "deliver",
            None,
            vec![],
        ),
    ];
    for (clause, mode, session, options, more, action, status, results) in cases {
        let about = format!("{clause}: {mode}, {session:?}, {options}");
        let got = judged(mode, session, options, &[], more);
        assert_eq!(word(got.action), action, "{about}");
        assert_eq!(got.enhanced_status.as_deref(), status, "{about}");
        let reported: Vec<_> = got
            .results
            .iter()
            .map(|one| (word(one.policy_type), one.result_type))
            .collect();
        let want: Vec<_> = results
            .into_iter()
            .map(|(kind, result)| (kind.to_owned(), result))
            .collect();
        assert_eq!(reported, want, "{about}");
        assert!(!got.because.is_empty(), "{about}");
        let insists = mode == "enforce"
            && !matches!(action, "deliver" | "deliver-and-report")
            && status != Some("4.4.1");
        assert_eq!(
            got.before_fail.is_some(),
            insists,
            "RFC 8461 §5: look the TXT up before giving up; {about}"
        );
    }

    // RFC 8689 §4.2.1: one host was only out of reach, so the message waits.
    let unreached = judged("testing", down(), &required, &[], true);
    let got = judged("testing", plain(), &required, &[unreached], false);
    assert_eq!(word(got.action), "defer");
}
