//! DANE in the decision (SEMANTICS §4, §5): every row of the plan against every policy, option and message, and sessions
//! judged by DANE, by WebPKI and by both. What must come out is written here from the clauses; certificates and TLSA
//! records are those that OpenSSL made and judged (`tests/dane/recorded.json`).
#![cfg(not(target_family = "wasm"))]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot go on fails"
)]

use std::collections::BTreeSet;

use mxseal::{Facts, Options, Session, SessionVerdict, Time, Verdict, decide, judge_session};
use serde_json::{Value, json};

/// `3 1 1` of the key of `ok`, by OpenSSL.
const OF_OK: &str = "881ab1cd37bbc17b91d03481401f768215590ca7b5d077c50380217265fd16fa";
/// `3 1 1` of the key of `self`, by OpenSSL.
const OF_SELF: &str = "98e203c2cb2eec9dabbf49720a8cf292b1a8637f17e77ee88c4760def5d70d9a";
/// `2 1 1` of the key of `mid`, by OpenSSL.
const OF_MID: &str = "11963ad6b28504b0df96cc7ba4e4f48d1f959684856dbe854763c7ee167fdc14";

fn base() -> Value {
    serde_json::from_str(include_str!("vectors/facts-not-configured.json")).unwrap()
}

fn certificate(name: &str) -> Value {
    let recorded: Value = serde_json::from_str(include_str!("dane/recorded.json")).unwrap();
    recorded["certificates"][name].clone()
}

fn base64(octets: &[u8]) -> String {
    let text = mxseal::to_json(&mxseal::Bytes(octets.to_vec())).unwrap();
    text.trim_matches('"').to_owned()
}

fn record(usage: u8, selector: u8, matching_type: u8, hex: &str) -> Value {
    let octets: Vec<u8> = (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect();
    json!({ "usage": usage, "selector": selector, "matchingType": matching_type, "data": base64(&octets) })
}

fn lookup(outcome: &str, status: &str, reason: Value, records: Value) -> Value {
    json!({
        "outcome": outcome, "reason": reason, "ede": null, "canonicalName": null, "hops": [],
        "security": { "status": status, "source": "validated" }, "validUntil": null, "records": records
    })
}

fn secure(records: Value) -> Value {
    lookup("found", "secure", Value::Null, records)
}

fn insecure(records: Value) -> Value {
    lookup("found", "insecure", Value::Null, records)
}

fn absent() -> Value {
    lookup("no-data", "secure", Value::Null, json!([]))
}

fn servfail() -> Value {
    lookup("failed", "indeterminate", json!("servfail"), json!([]))
}

fn asked(base: &str, lookup: Value) -> Value {
    json!({ "base": base, "name": format!("_25._tcp.{base}"), "lookup": lookup })
}

/// example.com with the MX host mx.example.com, all of it signed, and this TLSA answer.
fn signed(tlsa: Value) -> Value {
    let mut facts = base();
    facts["mx"]["security"]["status"] = json!("secure");
    sign(&mut facts, 0, tlsa);
    facts
}

fn sign(facts: &mut Value, host: usize, tlsa: Value) {
    let name = facts["hosts"][host]["host"].as_str().unwrap().to_owned();
    for family in ["a", "aaaa"] {
        facts["hosts"][host][family]["security"]["status"] = json!("secure");
    }
    facts["hosts"][host]["dane"] = json!({ "kind": "asked", "tlsa": [asked(&name, tlsa)] });
}

fn second_host(facts: &mut Value) {
    let mut host = facts["hosts"][0].clone();
    host["host"] = json!("mx2.example.com");
    host["preference"] = json!(20);
    facts["hosts"].as_array_mut().unwrap().push(host);
    let record = json!({ "preference": 20, "exchange": "mx2.example.com" });
    facts["mx"]["records"].as_array_mut().unwrap().push(record);
}

fn policy(facts: &mut Value, mode: &str, mx: &str) {
    let text = format!("version: STSv1\nmode: {mode}\nmx: {mx}\nmax_age: 604800\n");
    facts["stsTxt"] = insecure(json!(["v=STSv1; id=1;"]));
    facts["policy"]["notFetched"] = Value::Null;
    facts["policy"]["a"] = insecure(json!(["192.0.2.80"]));
    facts["policy"]["answer"] = json!({
        "kind": "policy", "httpStatus": 200, "contentType": "text/plain", "body": base64(text.as_bytes()), "redirected": false
    });
}

fn verdict(facts: &Value, options: &Value) -> Verdict {
    let facts: Facts = serde_json::from_value(facts.clone()).unwrap();
    let options: Options = serde_json::from_value(options.clone()).unwrap();
    decide(&facts, &options)
}

fn word(value: impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).unwrap();
    value.as_str().unwrap().to_owned()
}

fn words<T: serde::Serialize>(values: impl IntoIterator<Item = T>) -> BTreeSet<String> {
    values.into_iter().map(word).collect()
}

const PRECEDENCE: [&str; 3] = ["both", "dane", "all"];
const STS: [&str; 4] = ["none", "testing", "listed", "not listed"];
const DANE: [&str; 7] = [
    "none",
    "insecure MX",
    "insecure addresses",
    "insecure TLSA",
    "failed",
    "unusable",
    "usable",
];
const INSECURE_MX: [&str; 2] = ["skip", "dane"];
const REQUIRE: [&str; 4] = ["none", "tls", "authenticated", "dane"];
const MESSAGE: [&str; 3] = ["plain", "REQUIRETLS", "TLS-Required: No"];

#[derive(Debug, Clone, Copy)]
struct Case {
    precedence: &'static str,
    sts: &'static str,
    dane: &'static str,
    insecure_mx: &'static str,
    require: &'static str,
    message: &'static str,
}

#[derive(Debug, PartialEq, Eq)]
struct Plan {
    requirement: &'static str,
    basis: BTreeSet<String>,
    tlsa_base: Option<&'static str>,
    reference_names: Vec<&'static str>,
    /// Type, result type, reason.
    policies: Vec<(&'static str, Option<&'static str>, Option<&'static str>)>,
}

/// The plan as SEMANTICS §5.1 orders it, rule for rule.
fn expected(case: Case) -> Plan {
    let half = case.dane == "insecure MX" && case.insecure_mx == "dane";
    let dane = match case.dane {
        // §4.1 steps 2 to 4: DANE does not apply.
        "none" | "insecure addresses" | "insecure TLSA" => "none",
        "insecure MX" if half => "usable",
        "insecure MX" => "none",
        other => other,
    };
    let applies = matches!(dane, "unusable" | "usable");
    let enforce = matches!(case.sts, "listed" | "not listed");
    let free = case.message == "TLS-Required: No";
    let mut basis = BTreeSet::new();
    let mut by = |who: &str| _ = basis.insert(who.to_owned());

    let mut requirement = if dane == "failed" && !free {
        by("dane");
        "unusable" // rule 1
    } else if case.sts == "not listed" && !free && !(case.precedence == "dane" && applies) {
        by("mta-sts");
        "unusable" // rule 2
    } else if dane == "usable" {
        by("dane"); // rule 3
        if case.sts == "listed" && case.precedence != "dane" {
            by("mta-sts"); // the host list holds
        }
        if case.sts == "listed" && case.precedence == "all" {
            "dane+webpki"
        } else {
            "dane"
        }
    } else if dane == "unusable" {
        by("dane"); // rule 4
        // A host outside the policy has nothing of it left once the message passes that by.
        if enforce && !(free && case.sts == "not listed") {
            by("mta-sts");
            "webpki"
        } else {
            "encrypted"
        }
    } else if case.sts == "listed" {
        by("mta-sts");
        "webpki" // rule 5
    } else {
        "opportunistic" // rule 6
    };

    let mut dane_required = false;
    let authenticated = ["webpki", "dane", "dane+webpki"];
    if requirement != "unusable" {
        // RFC 8689 §3: policies stop nothing, so that the sender's own demand says what does.
        if free && case.require != "none" {
            by("local");
            match requirement {
                _ if case.require == "tls" => requirement = "opportunistic",
                "dane+webpki" => requirement = "dane",
                _ => {}
            }
        }
        match case.require {
            "tls" if requirement == "opportunistic" => {
                by("local");
                requirement = "encrypted";
            }
            "authenticated" if !authenticated.contains(&requirement) => {
                by("local");
                requirement = "webpki";
            }
            // "needs a secure MX RR set and usable TLSA, else unusable"
            "dane" if half || dane != "usable" => {
                by("local");
                requirement = "unusable";
                dane_required = true;
            }
            _ => {}
        }
    }
    // RFC 8689 §4.2.1.
    if requirement != "unusable" && case.message == "REQUIRETLS" {
        let vouched = case.dane != "insecure MX" || matches!(case.sts, "testing" | "listed");
        if !vouched {
            by("local");
            requirement = "unusable";
        } else if !authenticated.contains(&requirement) {
            by("local");
            requirement = "webpki";
        }
    }

    // §6, RFC 8460 §4.3: one for each policy.
    let mut policies = Vec::new();
    match dane {
        "failed" => policies.push(("tlsa", Some("dnssec-invalid"), Some("servfail"))),
        "unusable" => policies.push(("tlsa", Some("tlsa-invalid"), Some("no-usable-records"))),
        "usable" if dane_required => {
            policies.push(("tlsa", Some("dane-required"), Some("mx-insecure")))
        }
        "usable" => policies.push(("tlsa", None, None)),
        _ if dane_required => {
            let why = if case.dane == "insecure MX" {
                "mx-insecure"
            } else {
                "dane-not-applicable"
            };
            policies.push(("tlsa", Some("dane-required"), Some(why)));
        }
        _ => {}
    }
    match case.sts {
        "none" => {}
        "not listed" => {
            policies.push(("sts", Some("validation-failure"), Some("mx-not-in-policy")))
        }
        _ => policies.push(("sts", None, None)),
    }
    if policies.is_empty() {
        policies.push(("no-policy-found", None, None));
    }
    let reference_names = if !applies || half {
        vec!["mx.example.com"]
    } else {
        vec!["mx.example.com", "example.com"] // §4.1 step 5: base, next-hop domain, …
    };
    Plan {
        requirement,
        basis,
        tlsa_base: applies.then_some("mx.example.com"),
        reference_names,
        policies,
    }
}

fn facts_of(case: Case) -> Value {
    let usable = secure(json!([record(3, 1, 1, OF_OK)]));
    let mut facts = match case.dane {
        "none" => signed(absent()),
        "insecure TLSA" => signed(insecure(json!([record(3, 1, 1, OF_OK)]))),
        "failed" => signed(servfail()),
        // RFC 7672 §3.1.3: usages 0 and 1 can't be used; SHA2-256 has 32 octets.
        "unusable" => signed(secure(json!([
            record(1, 1, 1, OF_OK),
            record(3, 1, 1, "00ff")
        ]))),
        _ => signed(usable),
    };
    match case.dane {
        "insecure MX" => facts["mx"]["security"]["status"] = json!("insecure"),
        "insecure addresses" => facts["hosts"][0]["a"]["security"]["status"] = json!("insecure"),
        _ => {}
    }
    match case.sts {
        "testing" => policy(&mut facts, "testing", "mx.example.com"),
        "listed" => policy(&mut facts, "enforce", "mx.example.com"),
        "not listed" => policy(&mut facts, "enforce", "other.example.com"),
        _ => {}
    }
    facts
}

fn options_of(case: Case) -> Value {
    json!({
        "precedence": case.precedence, "insecureMx": case.insecure_mx, "require": case.require,
        "message": { "requireTls": case.message == "REQUIRETLS", "tlsRequiredNo": case.message == "TLS-Required: No" }
    })
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for precedence in PRECEDENCE {
        for sts in STS {
            for dane in DANE {
                for insecure_mx in INSECURE_MX {
                    for require in REQUIRE {
                        for message in MESSAGE {
                            cases.push(Case {
                                precedence,
                                sts,
                                dane,
                                insecure_mx,
                                require,
                                message,
                            });
                        }
                    }
                }
            }
        }
    }
    cases
}

#[test]
fn the_plan_is_the_table_of_the_semantics() {
    let mut wrong = Vec::new();
    for case in cases() {
        let verdict = verdict(&facts_of(case), &options_of(case));
        let host = &verdict.hosts[0];
        let want = expected(case);
        let policies: Vec<(String, Option<String>, Option<String>)> = host
            .policies
            .iter()
            .map(|policy| {
                (
                    word(policy.policy_type),
                    policy.result_type.map(word),
                    policy.reason.clone(),
                )
            })
            .collect();
        let want_policies: Vec<_> = want
            .policies
            .iter()
            .map(|(kind, result, reason)| {
                (
                    (*kind).to_owned(),
                    result.map(str::to_owned),
                    reason.map(str::to_owned),
                )
            })
            .collect();
        let names: Vec<String> = host
            .reference_names
            .iter()
            .map(ToString::to_string)
            .collect();
        let base = host.tlsa_base.as_ref().map(ToString::to_string);
        // §4.1 step 5: the base domain where DANE applies, else the MX host.
        let server_name = want.tlsa_base.unwrap_or("mx.example.com");
        let right = word(host.requirement) == want.requirement
            && words(&host.basis) == want.basis
            && host.basis.len() == want.basis.len()
            && base.as_deref() == want.tlsa_base
            && host.server_name.to_string() == server_name
            && names == want.reference_names
            && policies == want_policies;
        if !right {
            wrong.push(format!(
                "{case:?}\n  got  {} {:?} {base:?} {names:?} {policies:?}\n  want {want:?}",
                host.requirement, host.basis
            ));
        }
        // A host that may not be used defers the message, unless REQUIRETLS has no suitable one (SEMANTICS §5.1): what
        // could not be found out is not unsuitable.
        let action = match (want.requirement, case.message, case.dane) {
            ("unusable", "REQUIRETLS", "failed") => "defer",
            ("unusable", "REQUIRETLS", _) => "fail",
            ("unusable", ..) => "defer",
            _ => "deliver",
        };
        if word(verdict.action) != action {
            wrong.push(format!("{case:?}: {:?}, not {action}", verdict.action));
        }
        if verdict.because.is_empty() || host.because.is_empty() {
            wrong.push(format!("{case:?}: a reason is missing"));
        }
    }
    let shown = wrong.iter().take(12).cloned().collect::<Vec<_>>();
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        shown.join("\n")
    );
}

/// Where mail leads, which name is the base, and which names a DANE-TA certificate may carry (SEMANTICS §4.1).
#[test]
fn base_domain_and_reference_names() {
    type Edit = fn(&mut Value);
    // What stands, edit, options → SNI, base, reference names.
    type Row = (
        &'static str,
        Edit,
        Value,
        &'static str,
        Option<&'static str>,
        &'static [&'static str],
    );
    let ok = || secure(json!([record(2, 1, 1, OF_MID)]));
    fn alias(facts: &mut Value, first: &str, second: &str, addresses: &str) {
        facts["hosts"][0]["a"]["hops"] = json!([
            { "owner": "mx.example.com", "target": "mid.example.net", "status": first },
            { "owner": "mid.example.net", "target": "host.example.net", "status": second }
        ]);
        facts["hosts"][0]["a"]["security"]["status"] = json!(addresses);
        facts["hosts"][0]["aaaa"] = absent();
    }
    fn at(facts: &mut Value, tlsa: &[(&str, Value)]) {
        let tlsa: Vec<Value> = tlsa
            .iter()
            .map(|(base, answer)| asked(base, answer.clone()))
            .collect();
        facts["hosts"][0]["dane"] = json!({ "kind": "asked", "tlsa": tlsa });
    }
    let none = || json!({});
    let rows: Vec<Row> = vec![
        (
            "no alias",
            |_| {},
            none(),
            "mx.example.com",
            Some("mx.example.com"),
            &["mx.example.com", "example.com"],
        ),
        (
            "alias, TLSA at its end",
            |f| {
                alias(f, "secure", "secure", "secure");
                at(
                    f,
                    &[
                        ("host.example.net", secure(json!([record(2, 1, 1, OF_MID)]))),
                        ("mx.example.com", absent()),
                    ],
                );
            },
            none(),
            "host.example.net",
            Some("host.example.net"),
            &["host.example.net", "example.com", "mx.example.com"],
        ),
        (
            "alias, TLSA at both: the first counts",
            |f| {
                alias(f, "secure", "secure", "secure");
                let tlsa = secure(json!([record(2, 1, 1, OF_MID)]));
                at(
                    f,
                    &[("host.example.net", tlsa.clone()), ("mx.example.com", tlsa)],
                );
            },
            none(),
            "host.example.net",
            Some("host.example.net"),
            &["host.example.net", "example.com", "mx.example.com"],
        ),
        (
            "alias, TLSA at the alias alone",
            |f| {
                alias(f, "secure", "secure", "secure");
                at(
                    f,
                    &[
                        ("host.example.net", absent()),
                        ("mx.example.com", secure(json!([record(2, 1, 1, OF_MID)]))),
                    ],
                );
            },
            none(),
            "mx.example.com",
            Some("mx.example.com"),
            &["mx.example.com", "example.com"],
        ),
        (
            "alias, insecure TLSA at its end",
            |f| {
                alias(f, "secure", "secure", "secure");
                let tlsa = json!([record(2, 1, 1, OF_MID)]);
                at(
                    f,
                    &[
                        ("host.example.net", insecure(tlsa.clone())),
                        ("mx.example.com", secure(tlsa)),
                    ],
                );
            },
            none(),
            "mx.example.com",
            Some("mx.example.com"),
            &["mx.example.com", "example.com"],
        ),
        (
            "alias, look-up at its end fails: the next is not tried",
            |f| {
                alias(f, "secure", "secure", "secure");
                at(
                    f,
                    &[
                        ("host.example.net", servfail()),
                        ("mx.example.com", secure(json!([record(2, 1, 1, OF_MID)]))),
                    ],
                );
            },
            none(),
            "mx.example.com",
            None,
            &["mx.example.com"],
        ),
        (
            "alias, a later step is insecure: the host's own name alone",
            |f| {
                alias(f, "secure", "insecure", "insecure");
                at(
                    f,
                    &[("mx.example.com", secure(json!([record(2, 1, 1, OF_MID)])))],
                );
            },
            none(),
            "mx.example.com",
            Some("mx.example.com"),
            &["mx.example.com", "example.com"],
        ),
        (
            "alias, its first step is insecure: an edit that no TLSA outlives",
            |f| {
                alias(f, "insecure", "insecure", "insecure");
                at(
                    f,
                    &[("mx.example.com", secure(json!([record(2, 1, 1, OF_MID)])))],
                );
            },
            none(),
            "mx.example.com",
            None,
            &["mx.example.com"],
        ),
        (
            "the domain is an alias",
            |f| f["mx"]["canonicalName"] = json!("example.org"),
            none(),
            "mx.example.com",
            Some("mx.example.com"),
            &["mx.example.com", "example.com", "example.org"],
        ),
        (
            "both are aliases: four names",
            |f| {
                f["mx"]["canonicalName"] = json!("example.org");
                alias(f, "secure", "secure", "secure");
                at(
                    f,
                    &[("host.example.net", secure(json!([record(2, 1, 1, OF_MID)])))],
                );
            },
            none(),
            "host.example.net",
            Some("host.example.net"),
            &[
                "host.example.net",
                "example.com",
                "example.org",
                "mx.example.com",
            ],
        ),
        (
            "insecure MX, half-dane: base and MX host only",
            |f| {
                f["mx"]["security"]["status"] = json!("insecure");
                f["mx"]["canonicalName"] = json!("example.org");
                alias(f, "secure", "secure", "secure");
                at(
                    f,
                    &[("host.example.net", secure(json!([record(2, 1, 1, OF_MID)])))],
                );
            },
            json!({ "insecureMx": "dane" }),
            "host.example.net",
            Some("host.example.net"),
            &["host.example.net", "mx.example.com"],
        ),
        (
            "implicit MX: a non-MX destination",
            |f| {
                f["mx"] = absent();
                f["hosts"][0]["host"] = json!("example.com");
                at(
                    f,
                    &[("example.com", secure(json!([record(2, 1, 1, OF_MID)])))],
                );
            },
            none(),
            "example.com",
            Some("example.com"),
            &["example.com"],
        ),
        (
            "implicit MX, an alias: the base, and the next hop that stands for it",
            |f| {
                f["mx"] = absent();
                f["hosts"][0]["host"] = json!("example.com");
                f["hosts"][0]["a"]["hops"] = json!([{ "owner": "example.com", "target": "host.example.net", "status": "secure" }]);
                at(
                    f,
                    &[("host.example.net", secure(json!([record(2, 1, 1, OF_MID)])))],
                );
            },
            none(),
            "host.example.net",
            Some("host.example.net"),
            &["host.example.net", "example.com"],
        ),
        (
            "a relay's host needs no MX",
            |f| {
                f["nextHop"] = json!("relay.example.net");
                f["mx"] = json!({ "outcome": "not-asked", "reason": "relay-is-a-host", "ede": null, "canonicalName": null, "hops": [],
                "security": { "status": "insecure", "source": "none" }, "validUntil": null, "records": [] });
                f["hosts"][0]["host"] = json!("relay.example.net");
                at(
                    f,
                    &[(
                        "relay.example.net",
                        secure(json!([record(2, 1, 1, OF_MID)])),
                    )],
                );
            },
            json!({ "relay": { "host": "relay.example.net", "mx": false } }),
            "relay.example.net",
            Some("relay.example.net"),
            &["relay.example.net"],
        ),
        (
            "nobody is believed",
            |_| {},
            json!({ "dnssec": "off" }),
            "mx.example.com",
            None,
            &["mx.example.com"],
        ),
        (
            "no address",
            |f| {
                f["hosts"][0]["a"] = absent();
                f["hosts"][0]["aaaa"] = absent();
            },
            none(),
            "mx.example.com",
            None,
            &["mx.example.com"],
        ),
        (
            "one family fails, the other is secure",
            |f| f["hosts"][0]["aaaa"] = servfail(),
            none(),
            "mx.example.com",
            Some("mx.example.com"),
            &["mx.example.com", "example.com"],
        ),
        (
            "the families disagree: the one that proves less counts",
            |f| {
                f["hosts"][0]["aaaa"] = insecure(json!(["2001:db8::1"]));
            },
            none(),
            "mx.example.com",
            None,
            &["mx.example.com"],
        ),
    ];
    for (id, edit, options, server_name, base, names) in rows {
        let mut facts = signed(ok());
        edit(&mut facts);
        let host = verdict(&facts, &options).hosts.remove(0);
        assert_eq!(host.server_name.to_string(), server_name, "{id}");
        assert_eq!(
            host.tlsa_base.map(|name| name.to_string()).as_deref(),
            base,
            "{id}"
        );
        let got: Vec<String> = host
            .reference_names
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(got, names, "{id}");
    }
}

/// Facts that call for TLSA and hold none: that nobody looked is not that there are none (RFC 7672 §2.1.2).
#[test]
fn a_question_that_nobody_asked_is_not_answered() {
    let unanswered = lookup("not-asked", "insecure", json!("not-asked"), json!([]));
    for tlsa in [json!([]), json!([asked("mx.example.com", unanswered)])] {
        let mut facts = signed(json!([record(3, 1, 1, OF_OK)]));
        facts["hosts"][0]["dane"]["tlsa"] = tlsa;
        let verdict = verdict(&facts, &json!({}));
        assert_eq!(word(verdict.senders.dane.action), "unknown");
        let codes = words(verdict.findings.iter().map(|finding| &finding.code));
        assert!(codes.contains("dane-not-asked"), "{codes:?}");
        assert!(!codes.contains("dane-not-applicable"), "{codes:?}");
    }
}

/// A session with a chain of the recorded certificates.
fn session(chain: &[&str], version: &str) -> Value {
    let chain: Vec<Value> = chain.iter().map(|name| certificate(name)).collect();
    json!({ "starttls": true, "chain": chain, "tlsVersion": version, "requireTls": null, "helo": null, "sendingIp": null,
        "receivingIp": "192.0.2.1", "error": null })
}

fn plain() -> Value {
    let mut session = session(&[], "");
    session["starttls"] = json!(false);
    session["tlsVersion"] = Value::Null;
    session
}

fn broken_off(stage: &str, code: &str) -> Value {
    let mut session = plain();
    session["starttls"] = json!(stage != "connect");
    session["error"] = json!({ "stage": stage, "code": code, "message": "it broke" });
    session
}

/// A chain that a public CA (`root`) vouches for.
const CHAIN: &[&str] = &["ok", "mid", "root"];
/// One that nobody does.
const SELF: &[&str] = &["self"];

type Results = &'static [(&'static str, Option<&'static str>, Option<&'static str>)];

struct Held {
    id: &'static str,
    clause: &'static str,
    tlsa: Value,
    sts: &'static str,
    options: Value,
    session: Value,
    more: bool,
    action: &'static str,
    status: Option<&'static str>,
    recheck: bool,
    /// Type, result type, reason; `Some("*")`: there must be one.
    results: Results,
}

fn held() -> Vec<Held> {
    let ok = || secure(json!([record(3, 1, 1, OF_OK)]));
    let own = || secure(json!([record(3, 1, 1, OF_SELF)]));
    let unusable = || secure(json!([record(0, 0, 1, OF_OK)]));
    let none = || json!({});
    let all = || json!({ "precedence": "all" });
    let alone = || json!({ "precedence": "dane" });
    let no = || json!({ "message": { "tlsRequiredNo": true } });
    let tls13 = |chain| session(chain, "TLSv1.3");
    let mut rows = Vec::new();
    macro_rules! row {
        ($id:literal, $clause:literal, $tlsa:expr, $sts:literal, $options:expr, $session:expr, $more:literal => $action:literal, $status:expr, $recheck:literal, $results:expr) => {
            rows.push(Held {
                id: $id,
                clause: $clause,
                tlsa: $tlsa,
                sts: $sts,
                options: $options,
                session: $session,
                more: $more,
                action: $action,
                status: $status,
                recheck: $recheck,
                results: $results,
            });
        };
    }
    row!("it matches", "RFC 7672 §3.1.1", ok(), "none", none(), tls13(CHAIN), false => "deliver", None, false, &[("tlsa", None, None)]);
    row!("a self-signed leaf, pinned", "RFC 7672 §3.1.1", own(), "none", none(), tls13(SELF), false => "deliver", None, false, &[("tlsa", None, None)]);
    row!("a CA, pinned", "RFC 7672 §3.1.2", secure(json!([record(2, 1, 1, OF_MID)])), "none", none(), tls13(CHAIN), false => "deliver", None, false, &[("tlsa", None, None)]);
    row!("one record of two matches", "RFC 6698 §2.1", secure(json!([record(3, 1, 1, OF_SELF), record(3, 1, 1, OF_OK)])), "none", none(), tls13(CHAIN), false => "deliver", None, false, &[("tlsa", None, None)]);
    row!("it does not match", "RFC 7672 §2.2", own(), "none", none(), tls13(CHAIN), false => "defer", Some("4.7.5"), false, &[("tlsa", Some("validation-failure"), Some("tlsa-no-match"))]);
    row!("it does not match, hosts are left", "RFC 7672 §2.2", own(), "none", none(), tls13(CHAIN), true => "try-next", None, false, &[("tlsa", Some("validation-failure"), Some("tlsa-no-match"))]);
    row!("a CA pinned, another name", "RFC 7672 §3.2.2", secure(json!([record(2, 1, 1, OF_MID)])), "none", none(), tls13(&["other-name", "mid", "root"]), false => "defer", Some("4.7.5"), false, &[("tlsa", Some("certificate-host-mismatch"), None)]);
    row!("no STARTTLS", "RFC 7672 §2.2", ok(), "none", none(), plain(), false => "defer", Some("4.7.4"), false, &[("tlsa", Some("starttls-not-supported"), None)]);
    row!("the handshake fails", "RFC 8460 §4.3.1", ok(), "none", none(), broken_off("handshake", "EPROTO"), false => "defer", Some("4.7.5"), false, &[("tlsa", Some("validation-failure"), Some("EPROTO"))]);
    row!("out of reach", "RFC 8460 §4.3.4", ok(), "none", none(), broken_off("connect", "ETIMEDOUT"), false => "defer", Some("4.4.1"), false, &[]);
    row!("TLS 1.0 is no failure of DANE", "SEMANTICS §2.6", ok(), "none", none(), session(CHAIN, "TLSv1"), false => "deliver", None, false, &[("tlsa", None, None)]);
    row!("TLS without a certificate", "RFC 7672 §2.2", ok(), "none", none(), tls13(&[]), false => "defer", Some("4.7.5"), false, &[("tlsa", Some("validation-failure"), Some("tlsa-no-match"))]);

    row!("none usable: TLS is enough", "RFC 7672 §2.2", unusable(), "none", none(), tls13(SELF), false => "deliver-and-report", None, false, &[("tlsa", Some("tlsa-invalid"), Some("no-usable-records"))]);
    row!("none usable, no STARTTLS", "RFC 7672 §2.2", unusable(), "none", none(), plain(), false => "defer", Some("4.7.4"), false, &[("tlsa", Some("tlsa-invalid"), Some("no-usable-records"))]);
    row!("none usable, enforce, WebPKI good", "SEMANTICS §5.1 row 4", unusable(), "enforce", none(), tls13(CHAIN), false => "deliver-and-report", None, false, &[("tlsa", Some("tlsa-invalid"), Some("no-usable-records")), ("sts", None, None)]);
    row!("none usable, enforce, WebPKI failing", "SEMANTICS §5.1 row 4", unusable(), "enforce", none(), tls13(SELF), false => "defer", Some("4.7.5"), true, &[("tlsa", Some("tlsa-invalid"), Some("no-usable-records")), ("sts", Some("certificate-not-trusted"), Some("*"))]);

    row!("both hold", "SEMANTICS §5.1", ok(), "enforce", none(), tls13(CHAIN), false => "deliver", None, false, &[("tlsa", None, None), ("sts", None, None)]);
    row!("DANE good, STS failing: it goes", "SEMANTICS §5.1", own(), "enforce", none(), tls13(SELF), false => "deliver-and-report", None, false, &[("tlsa", None, None), ("sts", Some("certificate-not-trusted"), Some("*"))]);
    row!("DANE failing, STS good: never", "RFC 8461 §2", own(), "enforce", none(), tls13(CHAIN), false => "defer", Some("4.7.5"), false, &[("tlsa", Some("validation-failure"), Some("tlsa-no-match")), ("sts", None, None)]);
    row!("both fail", "SEMANTICS §5.1", ok(), "enforce", none(), tls13(SELF), true => "try-next", None, false, &[("tlsa", Some("validation-failure"), Some("tlsa-no-match")), ("sts", Some("certificate-not-trusted"), Some("*"))]);
    row!("both, no STARTTLS", "RFC 8460 §4.3.1", ok(), "enforce", none(), plain(), false => "defer", Some("4.7.4"), false, &[("tlsa", Some("starttls-not-supported"), None), ("sts", Some("starttls-not-supported"), None)]);
    row!("both, TLS 1.0: STS fails, DANE holds", "RFC 8996 §4", ok(), "enforce", none(), session(CHAIN, "TLSv1"), false => "deliver-and-report", None, false, &[("tlsa", None, None), ("sts", Some("validation-failure"), Some("tls-version"))]);
    row!("testing, DANE good, STS failing", "RFC 8461 §5", own(), "testing", none(), tls13(SELF), false => "deliver-and-report", None, false, &[("tlsa", None, None), ("sts", Some("certificate-not-trusted"), Some("*"))]);
    row!("testing, DANE failing, STS good", "RFC 7672 §2.2", own(), "testing", none(), tls13(CHAIN), false => "defer", Some("4.7.5"), false, &[("tlsa", Some("validation-failure"), Some("tlsa-no-match")), ("sts", None, None)]);
    row!("policy none is no policy", "RFC 8461 §5", ok(), "mode none", none(), tls13(CHAIN), false => "deliver", None, false, &[("tlsa", None, None)]);

    row!("all: both hold", "RFC 8461 §5", ok(), "enforce", all(), tls13(CHAIN), false => "deliver", None, false, &[("tlsa", None, None), ("sts", None, None)]);
    row!("all: STS failing stops it", "RFC 8461 §5", own(), "enforce", all(), tls13(SELF), false => "defer", Some("4.7.5"), true, &[("tlsa", None, None), ("sts", Some("certificate-not-trusted"), Some("*"))]);
    row!("all: DANE failing stops it, not STS", "RFC 8461 §2", own(), "enforce", all(), tls13(CHAIN), false => "defer", Some("4.7.5"), false, &[("tlsa", Some("validation-failure"), Some("tlsa-no-match")), ("sts", None, None)]);
    row!("all: TLS 1.0 fails STS", "RFC 8996 §4", ok(), "enforce", all(), session(CHAIN, "TLSv1"), false => "defer", Some("4.7.5"), true, &[("tlsa", None, None), ("sts", Some("validation-failure"), Some("tls-version"))]);

    row!("outside the policy, DANE good", "SEMANTICS §5.1 row 2", ok(), "outside", none(), tls13(CHAIN), true => "try-next", None, true, &[("tlsa", None, None), ("sts", Some("validation-failure"), Some("mx-not-in-policy"))]);
    row!("outside the policy, DANE failing too", "RFC 8460 §4.3", own(), "outside", none(), tls13(CHAIN), false => "defer", Some("4.7.5"), true, &[("tlsa", Some("validation-failure"), Some("tlsa-no-match")), ("sts", Some("validation-failure"), Some("mx-not-in-policy"))]);
    row!("outside the policy, DANE alone", "SEMANTICS §5.1 row 2", ok(), "outside", alone(), tls13(CHAIN), false => "deliver-and-report", None, false, &[("tlsa", None, None), ("sts", Some("validation-failure"), Some("mx-not-in-policy"))]);

    row!("the look-up failed", "RFC 7672 §2.1.1", servfail(), "enforce", none(), tls13(CHAIN), false => "defer", Some("4.7.5"), false, &[("tlsa", Some("dnssec-invalid"), Some("servfail")), ("sts", None, None)]);

    row!("TLS-Required: No, DANE failing", "RFC 8689 §4.2.2", own(), "none", no(), tls13(CHAIN), false => "deliver-and-report", None, false, &[("tlsa", Some("validation-failure"), Some("tlsa-no-match"))]);
    row!("TLS-Required: No, the look-up failed", "RFC 8689 §4.2.2", servfail(), "none", no(), plain(), false => "deliver-and-report", None, false, &[("tlsa", Some("dnssec-invalid"), Some("servfail"))]);
    row!("TLS-Required: No does not lower `require`", "SEMANTICS §5.1", ok(), "none", json!({ "require": "tls", "message": { "tlsRequiredNo": true } }), plain(), false => "defer", Some("4.7.4"), false, &[("tlsa", Some("starttls-not-supported"), None)]);
    row!("TLS-Required: No, `require` tls is met where DANE fails", "RFC 8689 §3", own(), "none", json!({ "require": "tls", "message": { "tlsRequiredNo": true } }), tls13(CHAIN), false => "deliver-and-report", None, false, &[("tlsa", Some("validation-failure"), Some("tlsa-no-match"))]);
    row!("TLS-Required: No, `require` authenticated is not met", "SEMANTICS §5.1", own(), "none", json!({ "require": "authenticated", "message": { "tlsRequiredNo": true } }), tls13(CHAIN), false => "defer", Some("4.7.5"), false, &[("tlsa", Some("validation-failure"), Some("tlsa-no-match"))]);
    row!("a report is never counted and never stopped", "RFC 8460 §5.3", own(), "enforce", json!({ "message": { "kind": "tls-report" } }), tls13(CHAIN), false => "deliver", None, false, &[]);
    row!("REQUIRETLS by DANE, offered", "RFC 8689 §4.2.1", own(), "none", json!({ "message": { "requireTls": true } }), { let mut one = tls13(SELF); one["requireTls"] = json!(true); one }, false => "deliver", None, false, &[("tlsa", None, None)]);
    row!("REQUIRETLS by DANE, not offered", "RFC 8689 §4.2.1", own(), "none", json!({ "message": { "requireTls": true } }), tls13(SELF), false => "fail", Some("5.7.30"), false, &[("tlsa", None, None)]);
    row!("REQUIRETLS, DANE failing", "RFC 8689 §4.2.1", own(), "none", json!({ "message": { "requireTls": true } }), tls13(CHAIN), false => "fail", Some("5.7.10"), false, &[("tlsa", Some("validation-failure"), Some("tlsa-no-match"))]);
    row!("REQUIRETLS, the look-up failed: it waits", "RFC 7672 §2.1.1", servfail(), "none", json!({ "message": { "requireTls": true } }), tls13(CHAIN), false => "defer", Some("4.7.5"), false, &[("tlsa", Some("dnssec-invalid"), Some("servfail"))]);
    row!("`require` dane, met", "RFC 7672 §6", ok(), "none", json!({ "require": "dane" }), tls13(CHAIN), false => "deliver", None, false, &[("tlsa", None, None)]);
    row!("`require` dane, none there", "RFC 8460 §4.3.2", absent(), "enforce", json!({ "require": "dane" }), tls13(CHAIN), false => "defer", Some("4.7.5"), false, &[("tlsa", Some("dane-required"), Some("dane-not-applicable")), ("sts", None, None)]);
    rows
}

fn set_up(row: &Held) -> Value {
    let mut facts = signed(row.tlsa.clone());
    match row.sts {
        "enforce" => policy(&mut facts, "enforce", "mx.example.com"),
        "testing" => policy(&mut facts, "testing", "mx.example.com"),
        "outside" => policy(&mut facts, "enforce", "other.example.com"),
        "mode none" => policy(&mut facts, "none", "mx.example.com"),
        _ => {}
    }
    facts
}

/// Every row twice: held after a plan (`judgeSession`), and observed by a check.
#[test]
fn sessions() {
    let at: Time = "2026-03-01T12:00:00Z".parse().unwrap();
    let root: mxseal::Bytes = serde_json::from_value(certificate("root")).unwrap();
    let roots = [root.0.clone()];
    let mut wrong = Vec::new();
    for row in held() {
        let mut facts = set_up(&row);
        let host = verdict(&facts, &row.options).hosts.remove(0);
        let session: Session = serde_json::from_value(row.session.clone()).unwrap();
        let judged = judge_session(&host, &session, &roots, &[], row.more, at);
        wrong.extend(compare(&row, &judged, "judged"));
        if row.more {
            continue;
        }
        let web_pki = (session.starttls && !session.chain.is_empty())
            .then(|| mxseal::x509::verify_web_pki(&session.chain, &host.host, &roots, at));
        let mut observed = row.session.clone();
        observed["webPki"] = serde_json::to_value(web_pki).unwrap();
        facts["hosts"][0]["sessions"] = json!({ "kind": "observed", "sessions": [observed] });
        let seen = verdict(&facts, &row.options).hosts.remove(0);
        wrong.extend(compare(&row, &seen.session.unwrap(), "observed"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A requirement of DANE is met by a record that matches, never for want of one: a plan may have been kept, cut or edited on
/// its way here (RFC 7672 §2.2).
#[test]
fn a_requirement_of_dane_without_a_record_that_can_be_used_is_not_met() {
    let at: Time = "2026-03-01T12:00:00Z".parse().unwrap();
    let session: Session = serde_json::from_value(session(CHAIN, "TLSv1.3")).unwrap();
    let root: mxseal::Bytes = serde_json::from_value(certificate("root")).unwrap();
    let roots = [root.0];
    for (sts, requirement) in [("none", "dane"), ("enforce", "dane+webpki")] {
        let mut facts = signed(secure(json!([record(3, 1, 1, OF_OK)])));
        if sts == "enforce" {
            policy(&mut facts, "enforce", "mx.example.com");
        }
        let options = json!({ "precedence": "all" });
        let whole = verdict(&facts, &options).hosts.remove(0);
        assert_eq!(whole.requirement.to_string(), requirement);
        let judge = |host| judge_session(&host, &session, &roots, &[], false, at);
        assert_eq!(word(judge(whole.clone()).action), "deliver");
        let mut cut = whole.clone();
        cut.tlsa.clear();
        let mut unusable = whole;
        for record in &mut unusable.tlsa {
            record.usage = 9;
        }
        for host in [cut, unusable] {
            let judged = judge(host);
            assert_eq!(word(judged.action), "defer", "{requirement}");
            let failed = judged
                .results
                .iter()
                .any(|result| result.result_type.is_some());
            assert!(failed, "{requirement}: a failure is reported");
        }
    }
}

/// With REQUIRETLS a message comes back only where no host can suit it; one whose TLSA records could not be found out
/// may, another time (RFC 7672 §2.1.1, RFC 8689 §4.2.1).
#[test]
fn what_could_not_be_found_out_about_an_earlier_host_bounces_nothing() {
    let at: Time = "2026-03-01T12:00:00Z".parse().unwrap();
    let options = json!({ "message": { "requireTls": true } });
    let session: Session = serde_json::from_value(session(CHAIN, "TLSv1.3")).unwrap();
    let roots: [Vec<u8>; 0] = [];
    let judge = |tlsa: Value, earlier: &[SessionVerdict], more: bool| {
        let host = verdict(&signed(tlsa), &options).hosts.remove(0);
        judge_session(&host, &session, &roots, earlier, more, at)
    };
    let failing = || secure(json!([record(3, 1, 1, OF_SELF)]));
    for (first, want) in [(servfail(), "defer"), (failing(), "fail")] {
        let first = judge(first, &[], true);
        assert_eq!(word(first.action), "try-next");
        assert_eq!(word(judge(failing(), &[first], false).action), want);
    }
}

fn compare(row: &Held, got: &SessionVerdict, how: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let about = format!("{} ({}), {how}", row.id, row.clause);
    let head = (
        word(got.action),
        got.enhanced_status.as_deref(),
        got.before_fail.is_some(),
    );
    if head != (row.action.to_owned(), row.status, row.recheck) {
        wrong.push(format!(
            "{about}: got {head:?}, want {:?}",
            (row.action, row.status, row.recheck)
        ));
    }
    let results: Vec<_> = got
        .results
        .iter()
        .map(|one| {
            (
                word(one.policy_type),
                one.result_type.map(word),
                one.reason.clone(),
            )
        })
        .collect();
    let same = results.len() == row.results.len()
        && results.iter().zip(row.results).all(|(got, want)| {
            let reason = match want.2 {
                Some("*") => got.2.is_some(),
                None if want.1.is_some() => true,
                reason => got.2.as_deref() == reason,
            };
            got.0 == want.0 && got.1.as_deref() == want.1 && reason
        });
    if !same {
        wrong.push(format!("{about}: got {results:?}, want {:?}", row.results));
    }
    if got.because.is_empty() {
        wrong.push(format!("{about}: a reason is missing"));
    }
    wrong
}

/// Observes host 0 with this session, its path held against `root`.
fn observe(facts: &mut Value, session: Value) {
    let at: Time = "2026-03-01T12:00:00Z".parse().unwrap();
    let root: mxseal::Bytes = serde_json::from_value(certificate("root")).unwrap();
    let held: Session = serde_json::from_value(session.clone()).unwrap();
    let host = facts["hosts"][0]["host"].as_str().unwrap().parse().unwrap();
    let web_pki = (held.starttls && !held.chain.is_empty())
        .then(|| mxseal::x509::verify_web_pki(&held.chain, &host, &[root.0], at));
    let mut observed = session;
    observed["webPki"] = serde_json::to_value(web_pki).unwrap();
    facts["hosts"][0]["sessions"] = json!({ "kind": "observed", "sessions": [observed] });
}

fn enforce(mut facts: Value, mx: &str) -> Value {
    policy(&mut facts, "enforce", mx);
    facts
}

fn testing(mut facts: Value) -> Value {
    policy(&mut facts, "testing", "mx.example.com");
    facts
}

fn seen(mut facts: Value, session: Value) -> Value {
    observe(&mut facts, session);
    facts
}

fn with_insecure_mx(mut facts: Value) -> Value {
    facts["mx"]["security"]["status"] = json!("insecure");
    facts
}

/// `first` is the TLSA answer of the better host.
fn two(first: Value, second: Value) -> Value {
    let mut facts = signed(first);
    second_host(&mut facts);
    sign(&mut facts, 1, second);
    facts
}

/// SEMANTICS §5.3 and §7: how well the domain is protected, and what a sender of each kind does.
#[test]
fn postures_and_senders() {
    let ok = || secure(json!([record(3, 1, 1, OF_OK)]));
    let own = || secure(json!([record(3, 1, 1, OF_SELF)]));
    let unusable = || secure(json!([record(0, 0, 1, OF_OK)]));
    let tls13 = |chain| session(chain, "TLSv1.3");
    let half = || json!({ "insecureMx": "dane" });
    let none = || json!({});
    let unknown_sts = |mut facts: Value| {
        facts["stsTxt"] = servfail();
        facts
    };
    const MX: &str = "mx.example.com";
    const OPEN: &str = "deliver-unprotected";
    // What stands, facts, options → posture, action, then `mta-sts`, `dane`, `dane+mta-sts`; an opportunistic sender
    // delivers unprotected throughout.
    type Row = (
        &'static str,
        Value,
        Value,
        &'static str,
        &'static str,
        [&'static str; 3],
    );
    let rows: Vec<Row> = vec![
        (
            "DANE alone",
            signed(ok()),
            none(),
            "protected",
            "deliver",
            [OPEN, "deliver", "deliver"],
        ),
        (
            "DANE, a self-signed leaf pinned",
            seen(signed(own()), tls13(SELF)),
            none(),
            "protected",
            "deliver",
            [OPEN, "deliver", "deliver"],
        ),
        (
            "DANE does not match",
            seen(signed(own()), tls13(CHAIN)),
            none(),
            "broken",
            "defer",
            [OPEN, "defer", "defer"],
        ),
        (
            "DANE, no STARTTLS",
            seen(signed(ok()), plain()),
            none(),
            "broken",
            "defer",
            [OPEN, "defer", "defer"],
        ),
        (
            "DANE, out of reach",
            seen(signed(ok()), broken_off("connect", "ETIMEDOUT")),
            none(),
            "protected",
            "deliver",
            [OPEN, "deliver", "deliver"],
        ),
        (
            "both good",
            seen(enforce(signed(ok()), MX), tls13(CHAIN)),
            none(),
            "protected",
            "deliver",
            ["deliver"; 3],
        ),
        (
            "DANE failing, STS good",
            seen(enforce(signed(own()), MX), tls13(CHAIN)),
            none(),
            "broken",
            "defer",
            ["deliver", "defer", "defer"],
        ),
        (
            "DANE good, STS failing",
            seen(enforce(signed(own()), MX), tls13(SELF)),
            none(),
            "broken",
            "deliver",
            ["defer", "deliver", "deliver"],
        ),
        (
            "DANE good, STS failing, both asked for",
            seen(enforce(signed(own()), MX), tls13(SELF)),
            json!({ "precedence": "all" }),
            "broken",
            "defer",
            ["defer", "deliver", "defer"],
        ),
        (
            "outside the policy, DANE good",
            enforce(signed(ok()), "other.example.com"),
            none(),
            "broken",
            "defer",
            ["defer", "deliver", "defer"],
        ),
        (
            "outside the policy, DANE alone asked",
            enforce(signed(ok()), "other.example.com"),
            json!({ "precedence": "dane" }),
            "broken",
            "deliver",
            ["defer", "deliver", "deliver"],
        ),
        (
            "testing and DANE",
            testing(signed(ok())),
            none(),
            "protected",
            "deliver",
            [OPEN, "deliver", "deliver"],
        ),
        (
            "none usable",
            signed(unusable()),
            none(),
            "partial",
            "deliver",
            [OPEN, OPEN, OPEN],
        ),
        (
            "none usable, enforce",
            enforce(signed(unusable()), MX),
            none(),
            "protected",
            "deliver",
            ["deliver", OPEN, "deliver"],
        ),
        (
            "the look-up fails",
            signed(servfail()),
            none(),
            "broken",
            "defer",
            [OPEN, "defer", "defer"],
        ),
        (
            "the look-up fails, enforce good: no help",
            seen(enforce(signed(servfail()), MX), tls13(CHAIN)),
            none(),
            "broken",
            "defer",
            ["deliver", "defer", "defer"],
        ),
        (
            "it fails for one host, its sibling goes on",
            two(servfail(), ok()),
            none(),
            "partial",
            "deliver",
            [OPEN, "deliver", "deliver"],
        ),
        (
            "one host without TLSA",
            two(ok(), absent()),
            none(),
            "partial",
            "deliver",
            [OPEN, "deliver", "deliver"],
        ),
        (
            "the better host without TLSA goes first",
            two(absent(), ok()),
            none(),
            "partial",
            "deliver",
            [OPEN, OPEN, OPEN],
        ),
        (
            "insecure MX",
            with_insecure_mx(signed(ok())),
            none(),
            "unprotected",
            "deliver",
            [OPEN, OPEN, OPEN],
        ),
        (
            "half-dane",
            with_insecure_mx(signed(ok())),
            half(),
            "partial",
            "deliver",
            [OPEN, "deliver", "deliver"],
        ),
        (
            "half-dane, enforce: never protected",
            with_insecure_mx(enforce(signed(ok()), MX)),
            half(),
            "partial",
            "deliver",
            ["deliver", "deliver", "deliver"],
        ),
        (
            "STS not known, DANE",
            unknown_sts(signed(ok())),
            none(),
            "protected",
            "deliver",
            ["unknown", "deliver", "unknown"],
        ),
        (
            "STS not known, no TLSA",
            unknown_sts(signed(absent())),
            none(),
            "unknown",
            "deliver",
            ["unknown", OPEN, "unknown"],
        ),
        (
            "neither known",
            unknown_sts(signed(servfail())),
            none(),
            "unknown",
            "defer",
            ["unknown", "defer", "defer"],
        ),
        (
            "nobody is believed",
            signed(ok()),
            json!({ "dnssec": "off" }),
            "unprotected",
            "deliver",
            [OPEN, "unknown", "unknown"],
        ),
        (
            "the sender's demand is not the domain's",
            signed(absent()),
            json!({ "require": "dane" }),
            "unprotected",
            "defer",
            [OPEN, OPEN, OPEN],
        ),
        (
            "nor the message's",
            seen(signed(own()), tls13(CHAIN)),
            json!({ "message": { "tlsRequiredNo": true } }),
            "broken",
            "deliver",
            [OPEN, "defer", "defer"],
        ),
        (
            "the sender's demand stands under TLS-Required: No",
            seen(signed(ok()), plain()),
            json!({ "require": "tls", "message": { "tlsRequiredNo": true } }),
            "broken",
            "defer",
            [OPEN, "defer", "defer"],
        ),
    ];
    let mut wrong = Vec::new();
    for (id, facts, options, posture, action, senders) in rows {
        let verdict = verdict(&facts, &options);
        let all = &verdict.senders;
        let got = (
            word(verdict.posture),
            word(verdict.action),
            [&all.mta_sts, &all.dane, &all.both].map(|sender| word(sender.action)),
        );
        let want = (
            posture.to_owned(),
            action.to_owned(),
            senders.map(str::to_owned),
        );
        if got != want {
            wrong.push(format!("{id}\n  got  {got:?}\n  want {want:?}"));
        }
        if word(all.opportunistic.action) != OPEN {
            wrong.push(format!("{id}: an opportunistic sender does not deliver"));
        }
        for sender in [&all.mta_sts, &all.dane, &all.both, &all.opportunistic] {
            if sender.because.is_empty() || sender.hosts.len() != verdict.hosts.len() {
                wrong.push(format!(
                    "{id}: a sender gives no reason, or leaves out a host"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every finding about DANE and its sessions is raised by its fact, and none by another.
#[test]
fn findings() {
    let ok = || secure(json!([record(3, 1, 1, OF_OK)]));
    let own = || secure(json!([record(3, 1, 1, OF_SELF)]));
    let unusable = || secure(json!([record(0, 1, 1, OF_OK)]));
    let unsigned = |mut facts: Value| {
        facts["hosts"][0]["a"]["security"]["status"] = json!("insecure");
        facts
    };
    const MX: &str = "mx.example.com";
    let none = || json!({});
    type Row = (Value, Value, &'static [&'static str]);
    let rows: Vec<Row> = vec![
        (signed(absent()), none(), &["dane-not-configured"]),
        (
            signed(insecure(json!([record(3, 1, 1, OF_OK)]))),
            none(),
            &["dane-not-applicable"],
        ),
        (unsigned(signed(ok())), none(), &["dane-not-applicable"]),
        (
            with_insecure_mx(signed(ok())),
            none(),
            &["dane-not-applicable"],
        ),
        (
            signed(ok()),
            json!({ "dnssec": "off" }),
            &["dane-not-asked"],
        ),
        (signed(servfail()), none(), &["dane-lookup-failed"]),
        (
            two(servfail(), ok()),
            none(),
            &["dane-lookup-failed", "dane-enforced"],
        ),
        (signed(unusable()), none(), &["tlsa-invalid"]),
        (signed(ok()), none(), &["dane-enforced"]),
        (
            with_insecure_mx(signed(ok())),
            json!({ "insecureMx": "dane" }),
            &["dane-enforced", "dane-insecure-mx"],
        ),
        (
            seen(signed(ok()), session(CHAIN, "TLSv1.3")),
            none(),
            &["dane-enforced", "dane-met"],
        ),
        (
            seen(signed(ok()), session(CHAIN, "TLSv1.1")),
            none(),
            &["dane-enforced", "dane-met", "tls-version-deprecated"],
        ),
        (
            seen(signed(own()), session(CHAIN, "TLSv1.3")),
            none(),
            &["dane-enforced", "dane-failed"],
        ),
        (
            seen(signed(ok()), plain()),
            none(),
            &["dane-enforced", "starttls-not-supported"],
        ),
        (
            seen(enforce(signed(own()), MX), session(SELF, "TLSv1.3")),
            none(),
            &["dane-enforced", "dane-met", "certificate-self-signed"],
        ),
        (
            seen(testing(signed(own())), session(SELF, "TLSv1.3")),
            none(),
            &["dane-enforced", "dane-met", "session-would-fail"],
        ),
        (
            seen(signed(unusable()), session(SELF, "TLSv1.3")),
            none(),
            &["tlsa-invalid", "session-unauthenticated"],
        ),
        (
            seen(signed(unusable()), session(SELF, "TLSv1")),
            none(),
            &[
                "tlsa-invalid",
                "session-unauthenticated",
                "tls-version-deprecated",
            ],
        ),
        (
            seen(signed(unusable()), plain()),
            none(),
            &["tlsa-invalid", "starttls-not-supported"],
        ),
        (
            seen(signed(absent()), session(SELF, "TLSv1")),
            none(),
            &["dane-not-configured", "session-unauthenticated"],
        ),
    ];
    let about = [
        "dane-",
        "tlsa-",
        "tls-version",
        "session-",
        "certificate-",
        "validation-",
        "starttls-",
    ];
    let beside = ["session-unobserved"];
    let mut wrong = Vec::new();
    for (index, (facts, options, codes)) in rows.into_iter().enumerate() {
        let verdict = verdict(&facts, &options);
        let got: BTreeSet<&str> = verdict
            .findings
            .iter()
            .map(|finding| finding.code.as_ref())
            .filter(|code| about.iter().any(|start| code.starts_with(start)))
            .filter(|code| !beside.contains(code))
            .collect();
        let want: BTreeSet<&str> = codes.iter().copied().collect();
        if got != want {
            wrong.push(format!("row {index}: got {got:?}, want {want:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The rows of the README's table whose first column has this head.
fn table(head: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let cells = |line: &str| -> Vec<String> {
        let inner = line.trim().trim_matches('|');
        inner
            .split('|')
            .map(|cell| cell.trim().to_owned())
            .collect()
    };
    let readme = include_str!("../README.md");
    let mut lines = readme
        .lines()
        .skip_while(|line| !line.starts_with(&format!("| {head} |")));
    let heads = cells(lines.next().unwrap());
    let rows: Vec<_> = lines
        .skip(1)
        .take_while(|line| line.starts_with('|'))
        .map(cells)
        .collect();
    assert!(rows.iter().all(|row| row.len() == heads.len()));
    (heads, rows)
}

fn code(cell: &str) -> &str {
    cell.strip_prefix('`')
        .and_then(|rest| rest.strip_suffix('`'))
        .unwrap()
}

const ANY: Case = Case {
    precedence: "both",
    sts: "none",
    dane: "none",
    insecure_mx: "skip",
    require: "none",
    message: "plain",
};

/// What the words of the README stand for; every row is run, and every combination stands in exactly one.
#[test]
fn the_table_of_the_readme_is_what_is_decided() {
    let dane = |cell: &str| -> &[&'static str] {
        match cell {
            "look-up failed" => &["failed"],
            "usable" => &["usable"],
            "none usable" => &["unusable"],
            "none, or not signed" => {
                &["none", "insecure MX", "insecure addresses", "insecure TLSA"]
            }
            other => panic!("unknown words in the README: {other}"),
        }
    };
    let sts = |cell: &str| -> &[&'static str] {
        match cell {
            "any, or none" => &["none", "testing", "listed", "not listed", "mode none"],
            "`enforce`, host not listed" => &["not listed"],
            "`enforce`, host listed" => &["listed"],
            "`testing`, `none`, or none" => &["none", "testing", "mode none"],
            other => panic!("unknown words in the README: {other}"),
        }
    };
    let at: Time = "2026-03-01T12:00:00Z".parse().unwrap();
    let roots: [Vec<u8>; 0] = [];
    let failing: Session = serde_json::from_value(plain()).unwrap();
    let (heads, rows) = table("TLSA records of the host");
    assert_eq!(heads[2..5], ["`both`", "`dane`", "`all`"]);
    let mut met = BTreeSet::new();
    for row in &rows {
        for (dane, sts) in dane(&row[0])
            .iter()
            .flat_map(|one| sts(&row[1]).iter().map(move |two| (*one, *two)))
        {
            assert!(met.insert((dane, sts)), "{dane}, {sts}: two rows");
            for (column, precedence) in PRECEDENCE.into_iter().enumerate() {
                let case = Case {
                    precedence,
                    sts,
                    dane,
                    ..ANY
                };
                let mut facts = facts_of(case);
                if sts == "mode none" {
                    policy(&mut facts, "none", "mx.example.com");
                }
                let host = verdict(&facts, &options_of(case)).hosts.remove(0);
                assert_eq!(
                    host.requirement.to_string(),
                    code(&row[column + 2]),
                    "{case:?}"
                );
                if precedence != "both" {
                    continue;
                }
                let next = judge_session(&host, &failing, &roots, &[], true, at);
                let last = judge_session(&host, &failing, &roots, &[], false, at);
                let got = (
                    word(next.action),
                    word(last.action),
                    last.before_fail.is_some(),
                );
                let want = match row[5].as_str() {
                    "next host, else defer" => ("try-next", "defer", false),
                    "next host, else defer; first look the TXT up again" => {
                        ("try-next", "defer", true)
                    }
                    "deliver; under `testing` report" if sts == "testing" => {
                        ("deliver-and-report", "deliver-and-report", false)
                    }
                    "deliver; under `testing` report" => ("deliver", "deliver", false),
                    other => panic!("unknown words in the README: {other}"),
                };
                assert_eq!((got.0.as_str(), got.1.as_str(), got.2), want, "{case:?}");
            }
        }
    }
    assert_eq!(met.len(), DANE.len() * 5, "a combination stands in no row");
}

#[test]
fn the_demands_of_the_readme_are_what_is_decided() {
    let (heads, rows) = table("demand");
    let mut met = BTreeSet::new();
    for row in &rows {
        let (require, message) = match row[0].as_str() {
            "`require: 'tls'`" => ("tls", "plain"),
            "`require: 'authenticated'`" => ("authenticated", "plain"),
            "`require: 'dane'`" => ("dane", "plain"),
            "REQUIRETLS (RFC 8689)" => ("none", "REQUIRETLS"),
            "`TLS-Required: No`" => ("none", "TLS-Required: No"),
            other => panic!("unknown words in the README: {other}"),
        };
        assert!(met.insert((require, message)));
        for (head, cell) in heads.iter().zip(row).skip(1) {
            let (precedence, sts, dane) = match code(head) {
                "opportunistic" => ("both", "none", "none"),
                "encrypted" => ("both", "none", "unusable"),
                "webpki" => ("both", "listed", "none"),
                "dane" => ("both", "none", "usable"),
                "dane+webpki" => ("all", "listed", "usable"),
                other => panic!("unknown requirement in the README: {other}"),
            };
            let case = Case {
                precedence,
                sts,
                dane,
                ..ANY
            };
            let before = verdict(&facts_of(case), &options_of(case)).hosts.remove(0);
            assert_eq!(before.requirement.to_string(), code(head), "{case:?}");
            let case = Case {
                require,
                message,
                ..case
            };
            let after = verdict(&facts_of(case), &options_of(case)).hosts.remove(0);
            assert_eq!(after.requirement.to_string(), code(cell), "{case:?}");
        }
    }
    assert_eq!(met.len(), 5);
}
