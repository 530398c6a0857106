//! What crosses the JavaScript boundary: octets as `Uint8Array`, absence as `null`, mistakes thrown as
//! `{ code, message }`, and the driver from its first need to its verdict. What the engine decides is held elsewhere.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may panic, in its helpers too"
)]

use js_sys::{Array, Error, JSON, Reflect, Uint8Array};
use mxseal::wasm::{
    JsCheck, certificates_from_pem, classify_fetch, compare, decide, describe_certificate,
    judge_session, match_mx, next_cache_state, parse_sts_policy, parse_sts_record,
    parse_tls_rpt_record, parse_tlsa, policy_url, verify_web_pki,
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

const PROTECTED: &str = include_str!("../evidence/enforce-good.lab.json");
const AT: &str = r#"{"at": "2026-11-24T12:00:00Z"}"#;
/// The name of what needs no network (RFC 2606 §2).
const DOMAIN: &str = "mail.example";

#[wasm_bindgen_test]
fn octets_are_uint8array_both_ways() {
    let wire = Uint8Array::from(&[[3, 1, 1].as_slice(), &[7; 32]].concat()[..]);
    let read = parse_tlsa(wire.into()).unwrap();
    assert_eq!(octets(&at(&read, "value.data")), [7; 32]);
    assert_eq!(at(&read, "value.usage"), 3);

    let body = "version: STSv1\nmode: none\nmax_age: 86400\n";
    let answer = json(
        r#"{"kind": "policy", "httpStatus": 200, "contentType": "text/plain", "redirected": false}"#,
    );
    set(&answer, "body", &Uint8Array::from(body.as_bytes()).into());
    let result = classify_fetch(answer, false).unwrap();
    assert_eq!(at(&result, "status"), "fetched");
    assert_eq!(octets(&at(&result, "raw")), body.as_bytes());

    let root = at(&json(PROTECTED), "roots.0").as_string().unwrap();
    let pem = format!("-----BEGIN CERTIFICATE-----\n{root}\n-----END CERTIFICATE-----\n");
    let der = octets(&at(&certificates_from_pem(&pem).unwrap(), "0"));
    let described = describe_certificate(&der).unwrap();
    assert_eq!(at(&described, "isCa"), true);
    let needs = check().needs().unwrap();
    assert!(!octets(&at(&needs, "0.query")).is_empty());
}

#[wasm_bindgen_test]
fn absence_is_null() {
    let lone = |text: &str| Array::of1(&text.into()).into();
    let policy = parse_sts_policy(b"version: STSv1\n").unwrap();
    let check = check();
    for (what, got) in [
        (
            "a record",
            at(&parse_sts_record(lone("v=spf1")).unwrap(), "value"),
        ),
        (
            "a report",
            at(&parse_tls_rpt_record(lone("")).unwrap(), "value"),
        ),
        ("a policy", at(&policy, "value")),
        (
            "a pattern",
            match_mx(lone("*.example"), "mx.mail.test").unwrap(),
        ),
        ("a verdict", check.verdict().unwrap()),
        ("a cached policy", check.cached_policy().unwrap()),
        ("roots", at(&check.evidence().unwrap(), "roots")),
    ] {
        assert!(got.is_null(), "{what}: {got:?}");
    }
    // An argument may be left out, `undefined` or `null`.
    for entry in ["", r#""entry": null, "fetch": null, "#] {
        let text = format!(
            r#"{{{entry}"txt": {{"kind": "valid", "id": "1"}}, "at": "2026-11-24T12:00:00Z"}}"#
        );
        let step = next_cache_state(json(&text)).unwrap();
        assert_eq!(at(&step, "next"), "fetch");
        assert!(at(&step, "notBefore").is_null());
    }
    let evidence = json(PROTECTED);
    for options in [JsValue::UNDEFINED, JsValue::NULL] {
        let verdict = JsCheck::replay(evidence.clone(), options).unwrap();
        assert_eq!(at(&verdict, "posture"), "protected");
    }
}

#[wasm_bindgen_test]
fn mistakes_are_thrown_with_code_and_message() {
    let start =
        |domain: &str, arguments: &str| JsCheck::new(domain, json(arguments)).map(JsValue::from);
    let feed = |id: u32, answer: &str| check().feed(id, json(answer)).map(|()| JsValue::NULL);
    let first = at(&check().needs().unwrap(), "0.id").as_f64().unwrap();
    assert_eq!(first, 0.0);
    let empty = || json("{}");
    let argument = "ERR_INVALID_ARGUMENT";
    for (what, code, thrown) in [
        (
            "a label of 64",
            "ERR_INVALID_DOMAIN",
            start(&"a".repeat(64), AT),
        ),
        ("no domain", "ERR_INVALID_DOMAIN", start("", AT)),
        ("no time", argument, start(DOMAIN, "{}")),
        (
            "no such time",
            argument,
            start(DOMAIN, r#"{"at": "2026-02-30T00:00:00Z"}"#),
        ),
        (
            "no such option",
            argument,
            start(
                DOMAIN,
                r#"{"at": "2026-11-24T12:00:00Z", "options": {"dnssec": "on"}}"#,
            ),
        ),
        (
            "an id never given",
            "ERR_UNKNOWN_NEED",
            feed(4_000_000, r#"{"kind": "unsupported"}"#),
        ),
        (
            "an answer to another kind",
            "ERR_WRONG_ANSWER",
            fed_once(r#"{"kind": "starttls", "sessions": []}"#),
        ),
        ("no such answer", argument, fed_once(r#"{"kind": "guess"}"#)),
        (
            "no evidence",
            argument,
            JsCheck::replay(empty(), JsValue::NULL),
        ),
        ("no list", argument, parse_sts_record(JsValue::from(1))),
        ("no texts", argument, parse_tls_rpt_record(json("[1]"))),
        ("no octets", argument, parse_tlsa(empty())),
        ("no host", argument, match_mx(json("[]"), "a..b")),
        (
            "no name",
            "ERR_INVALID_DOMAIN",
            policy_url("a..b").map(JsValue::from),
        ),
        (
            "the root",
            "ERR_INVALID_DOMAIN",
            policy_url(".").map(JsValue::from),
        ),
        ("no fetch", argument, classify_fetch(JsValue::NULL, false)),
        ("no state", argument, next_cache_state(empty())),
        ("no facts", argument, decide(empty(), JsValue::NULL)),
        ("no session", argument, judge_session(empty())),
        ("no verdicts", argument, compare(empty(), empty())),
        ("no chain", argument, verify_web_pki(empty())),
        ("no certificate", argument, describe_certificate(&[0x30, 0])),
        (
            "no PEM",
            argument,
            certificates_from_pem("-----BEGIN CERTIFICATE-----\n"),
        ),
    ] {
        let Err(thrown) = thrown else {
            panic!("{what}: nothing is thrown");
        };
        assert_eq!(at(&thrown, "code"), code, "{what}");
        let message = at(&thrown, "message").as_string().unwrap();
        assert!(!message.is_empty(), "{what}");
        // The class of the error is JavaScript's own affair.
        assert!(!thrown.is_instance_of::<Error>(), "{what}");
    }
}

#[wasm_bindgen_test]
fn a_check_of_which_every_answer_failed_ends_and_replays() {
    for answer in [
        r#"{"kind": "failed", "cause": "timeout", "message": "no answer within 5000 ms"}"#,
        r#"{"kind": "unsupported"}"#,
    ] {
        let mut check = check();
        let mut asked = 0;
        loop {
            let needs = Array::from(&check.needs().unwrap());
            if needs.length() == 0 {
                break;
            }
            for need in needs.iter() {
                asked += 1;
                let id = id(&need);
                assert!(check.verdict().unwrap().is_null());
                check.feed(id, json(answer)).unwrap();
                let twice = check.feed(id, json(answer)).unwrap_err();
                assert_eq!(at(&twice, "code"), "ERR_UNKNOWN_NEED");
            }
        }
        assert!(asked > 0);
        let verdict = check.verdict().unwrap();
        assert_eq!(at(&verdict, "domain"), DOMAIN);
        assert_eq!(at(&verdict, "at"), "2026-11-24T12:00:00Z");
        assert_eq!(at(&verdict, "posture"), "unknown");
        assert_eq!(at(&verdict, "facts.mx.outcome"), "failed");
        assert!(at(&verdict, "facts.mx.ede").is_null());
        let evidence = check.evidence().unwrap();
        assert_eq!(at(&evidence, "answers.length"), asked);
        let replayed = JsCheck::replay(evidence, JsValue::NULL).unwrap();
        assert_eq!(text(&replayed), text(&verdict));
        assert_eq!(at(&check.chain_cache().unwrap(), "length"), 0);
        assert_eq!(at(&compare(verdict, replayed).unwrap(), "length"), 0);
    }
}

#[wasm_bindgen_test]
fn facts_of_a_verdict_are_decided_again_the_same() {
    let evidence = json(PROTECTED);
    let verdict = JsCheck::replay(evidence.clone(), JsValue::NULL).unwrap();
    let again = decide(at(&verdict, "facts"), at(&evidence, "options")).unwrap();
    assert_eq!(text(&again), text(&verdict));
    assert_eq!(
        policy_url("Mail.Example").unwrap(),
        "https://mta-sts.mail.example/.well-known/mta-sts.txt"
    );
}

fn check() -> JsCheck {
    JsCheck::new(DOMAIN, json(AT)).unwrap()
}

/// Feeds the first need of a check, which is one to the DNS.
fn fed_once(answer: &str) -> Result<JsValue, JsValue> {
    let mut check = check();
    let first = at(&check.needs().unwrap(), "0");
    assert_eq!(at(&first, "kind"), "dns");
    check.feed(id(&first), json(answer)).map(|()| JsValue::NULL)
}

fn id(need: &JsValue) -> u32 {
    serde_wasm_bindgen::from_value(at(need, "id")).unwrap()
}

fn json(text: &str) -> JsValue {
    JSON::parse(text).unwrap()
}

fn text(value: &JsValue) -> String {
    JSON::stringify(value).unwrap().into()
}

fn set(object: &JsValue, key: &str, value: &JsValue) {
    assert!(Reflect::set(object, &key.into(), value).unwrap());
}

/// A member of a member; a key that is not there fails, since absence is told by `null`.
fn at(value: &JsValue, path: &str) -> JsValue {
    path.split('.').fold(value.clone(), |value, key| {
        assert!(
            Reflect::has(&value, &key.into()).unwrap(),
            "{path}: no `{key}`"
        );
        Reflect::get(&value, &key.into()).unwrap()
    })
}

fn octets(value: &JsValue) -> Vec<u8> {
    value
        .dyn_ref::<Uint8Array>()
        .expect("a Uint8Array")
        .to_vec()
}
