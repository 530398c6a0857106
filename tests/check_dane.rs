//! DANE discovery by the driver (SEMANTICS §4.1, RFC 7672 §2.2): which TLSA names are asked and which never, what is sent
//! as SNI, and that nobody speaks SMTP before TLSA is answered. The answers are those of a resolver whose AD bit is
//! believed; aliases as a validator sees them stand in `decide_dane.rs`.
#![cfg(not(target_family = "wasm"))]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

use std::collections::{BTreeMap, BTreeSet};

use mxseal::dane::tlsa_candidates;
use mxseal::{
    Answer, Bytes, Check, FailureCause, Name, Need, NeedKind, Options, SecurityStatus, Session,
    Start, Verdict,
};
use serde_json::{Value, json};

const NOERROR: u8 = 0;
const SERVFAIL: u8 = 2;
const NXDOMAIN: u8 = 3;

/// What a resolver says to one question.
#[derive(Debug, Clone)]
struct Reply {
    rcode: u8,
    ad: bool,
    /// Owner, type, RDATA.
    records: Vec<(String, u16, Vec<u8>)>,
}

/// `name TYPE` → reply; what is not there does not exist, and that is signed.
type Zone = BTreeMap<String, Reply>;

fn labels(name: &str) -> Vec<u8> {
    let mut octets = Vec::new();
    for label in name.split('.').filter(|label| !label.is_empty()) {
        octets.push(u8::try_from(label.len()).unwrap());
        octets.extend(label.as_bytes());
    }
    octets.push(0);
    octets
}

fn reply(ad: bool, records: &[(&str, u16, Vec<u8>)]) -> Reply {
    let records = records
        .iter()
        .map(|(owner, kind, rdata)| ((*owner).to_owned(), *kind, rdata.clone()));
    Reply {
        rcode: NOERROR,
        ad,
        records: records.collect(),
    }
}

fn nothing(rcode: u8, ad: bool) -> Reply {
    Reply {
        rcode,
        ad,
        records: Vec::new(),
    }
}

fn mx(preference: u8, exchange: &str) -> (&'static str, u16, Vec<u8>) {
    (
        "example.com",
        15,
        [vec![0, preference], labels(exchange)].concat(),
    )
}

fn a(owner: &str) -> (&str, u16, Vec<u8>) {
    (owner, 1, vec![8, 8, 8, 8])
}

fn aaaa(owner: &str) -> (&str, u16, Vec<u8>) {
    (
        owner,
        28,
        vec![
            0x20, 1, 0x48, 0x60, 0x48, 0x60, 0, 0, 0, 0, 0, 0, 0, 0, 0x88, 0x88,
        ],
    )
}

fn cname<'a>(owner: &'a str, target: &str) -> (&'a str, u16, Vec<u8>) {
    (owner, 5, labels(target))
}

/// `3 1 1` and 32 octets.
fn tlsa(owner: &str) -> (&str, u16, Vec<u8>) {
    (owner, 52, [vec![3, 1, 1], vec![7; 32]].concat())
}

/// example.com MX 10 mx.example.com, which has both kinds of address; all signed.
fn zone() -> Zone {
    let mut zone = Zone::new();
    zone.insert(
        "example.com MX".into(),
        reply(true, &[mx(10, "mx.example.com")]),
    );
    host(&mut zone, "mx.example.com", true);
    zone
}

fn host(zone: &mut Zone, name: &str, ad: bool) {
    zone.insert(format!("{name} A"), reply(ad, &[a(name)]));
    zone.insert(format!("{name} AAAA"), reply(ad, &[aaaa(name)]));
}

fn alias(zone: &mut Zone, name: &str, target: &str, ad: bool) {
    zone.insert(
        format!("{name} A"),
        reply(ad, &[cname(name, target), a(target)]),
    );
    zone.insert(
        format!("{name} AAAA"),
        reply(ad, &[cname(name, target), aaaa(target)]),
    );
}

fn pin(zone: &mut Zone, name: &str) {
    zone.insert(format!("{name} TLSA"), reply(true, &[tlsa(name)]));
}

/// The message of RFC 1035 §4.1 that answers the query.
fn message(query: &[u8], reply: &Reply) -> Vec<u8> {
    let question_end = 12 + query[12..].iter().position(|octet| *octet == 0).unwrap() + 5;
    let mut message = query[..question_end].to_vec();
    message[2] |= 0x80;
    message[3] = 0x80 | if reply.ad { 0x20 } else { 0 } | reply.rcode;
    message[6..8].copy_from_slice(&u16::try_from(reply.records.len()).unwrap().to_be_bytes());
    message[8..12].fill(0);
    for (owner, kind, rdata) in &reply.records {
        message.extend(labels(owner));
        message.extend(kind.to_be_bytes());
        message.extend([0, 1, 0, 0, 14, 16]);
        message.extend(u16::try_from(rdata.len()).unwrap().to_be_bytes());
        message.extend(rdata);
    }
    message
}

/// What one check asked, and what it came to.
struct Run {
    verdict: Verdict,
    tlsa: BTreeSet<String>,
    /// MX host → SNI and port.
    starttls: BTreeMap<String, (String, u16)>,
}

/// Answers the open need that `pick` chooses among so many.
fn run(zone: &Zone, options: &Value, pick: fn(usize) -> usize) -> Run {
    let mut options = options.clone();
    if options["dnssec"].is_null() {
        options["dnssec"] = json!("trust-ad");
    }
    let options: Options = serde_json::from_value(options).unwrap();
    let mut check = Check::new(Start {
        domain: "example.com".parse().unwrap(),
        at: "2026-03-01T12:00:00Z".parse().unwrap(),
        options,
        roots: None,
        cached_policy: None,
        chain_cache: Vec::new(),
    })
    .unwrap();
    let (mut asked, mut starttls) = (BTreeSet::new(), BTreeMap::new());
    let mut answered = BTreeSet::new();
    let mut open: Vec<Need> = check.needs();
    while !open.is_empty() {
        let need = open.remove(pick(open.len()));
        let answer = match &need.kind {
            NeedKind::Dns {
                query,
                name,
                record_type,
            } => {
                let key = format!("{name} {record_type}");
                answered.insert(key.clone());
                if record_type.to_string() == "TLSA" {
                    // RFC 7672 §2.2.2: addresses before TLSA, for every host that could have led there.
                    asked.insert(name.to_string());
                }
                let absent = nothing(NXDOMAIN, true);
                Answer::Dns {
                    message: Bytes(message(query, zone.get(&key).unwrap_or(&absent))),
                }
            }
            NeedKind::Policy { .. } => Answer::Failed {
                cause: FailureCause::Timeout,
                message: String::new(),
            },
            NeedKind::Starttls { target } => {
                let sni = (target.server_name.to_string(), target.port);
                starttls.insert(target.host.to_string(), sni);
                Answer::Starttls {
                    sessions: vec![Session::default()],
                }
            }
        };
        check.feed(need.id, answer).unwrap();
        let fresh = check.needs();
        for need in &fresh {
            match &need.kind {
                NeedKind::Dns {
                    name, record_type, ..
                } if record_type.to_string() == "TLSA" => {
                    let host = name.to_string();
                    let base = host.split_once("._tcp.").unwrap().1;
                    for family in ["A", "AAAA"] {
                        let first = format!("{base} {family}");
                        assert!(
                            answered.contains(&first) || !zone.contains_key(&first),
                            "{host} is asked before {first}"
                        );
                    }
                }
                NeedKind::Starttls { .. } => {
                    let waiting = open.iter().chain(&fresh).filter(|other| other.stage == 3);
                    let host = |kind: &NeedKind| match kind {
                        NeedKind::Dns { name, .. } => name.to_string(),
                        _ => String::new(),
                    };
                    let NeedKind::Starttls { target } = &need.kind else {
                        unreachable!()
                    };
                    let early: Vec<_> = waiting
                        .map(|other| host(&other.kind))
                        .filter(|name| name.ends_with(&target.host.to_string()))
                        .collect();
                    assert!(
                        early.is_empty(),
                        "{} is spoken to before {early:?}",
                        target.host
                    );
                }
                _ => {}
            }
        }
        open.extend(fresh);
    }
    Run {
        verdict: check.verdict().unwrap().clone(),
        tlsa: asked,
        starttls,
    }
}

struct Case {
    id: &'static str,
    clause: &'static str,
    edit: fn(&mut Zone),
    options: Value,
    /// The only TLSA names asked.
    asked: &'static [&'static str],
    /// MX host and SNI, where it is spoken to.
    sni: &'static [(&'static str, &'static str)],
    /// Requirement, host by host.
    requirement: &'static [&'static str],
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    macro_rules! case {
        ($id:literal, $clause:literal, $options:expr, $edit:expr => $asked:expr, $sni:expr, $requirement:expr) => {
            cases.push(Case {
                id: $id,
                clause: $clause,
                edit: $edit,
                options: $options,
                asked: $asked,
                sni: $sni,
                requirement: $requirement,
            });
        };
    }
    let none = || json!({});
    const MX: &str = "mx.example.com";
    const AT: &str = "_25._tcp.mx.example.com";
    const END: &str = "_25._tcp.host.example.net";
    case!("no alias", "RFC 7672 §2.2.2", none(), |z| pin(z, AT) => &[AT], &[(MX, MX)], &["dane"]);
    case!("NXDOMAIN", "RFC 7672 §2.2", none(), |_| {} => &[AT], &[(MX, MX)], &["opportunistic"]);
    case!("NODATA", "RFC 7672 §2.2", none(), |z| _ = z.insert(format!("{AT} TLSA"), nothing(NOERROR, true)) => &[AT], &[(MX, MX)], &["opportunistic"]);
    case!("insecure TLSA", "RFC 7672 §2.2", none(), |z| _ = z.insert(format!("{AT} TLSA"), reply(false, &[tlsa(AT)])) => &[AT], &[(MX, MX)], &["opportunistic"]);
    case!("SERVFAIL", "RFC 7672 §2.1.2", none(), |z| _ = z.insert(format!("{AT} TLSA"), nothing(SERVFAIL, false)) => &[AT], &[(MX, MX)], &["unusable"]);
    case!("TLSA is an alias: the base stays", "RFC 7672 §2.2.3", none(), |z| {
        let target = "_dane.example.net";
        z.insert(format!("{AT} TLSA"), reply(true, &[cname(AT, target), tlsa(target)]));
    } => &[AT], &[(MX, MX)], &["dane"]);
    case!("TLSA is an insecure alias", "RFC 7672 §2.2.3", none(), |z| {
        let target = "_dane.example.net";
        z.insert(format!("{AT} TLSA"), reply(false, &[cname(AT, target), tlsa(target)]));
    } => &[AT], &[(MX, MX)], &["opportunistic"]);
    case!("insecure addresses: never asked", "RFC 7672 §2.2.2", none(), |z| { host(z, MX, false); pin(z, AT); } => &[], &[(MX, MX)], &["opportunistic"]);
    case!("alias, TLSA at its end", "RFC 7672 §2.2.2", none(), |z| { alias(z, MX, "host.example.net", true); pin(z, END); }
        => &[AT, END], &[(MX, "host.example.net")], &["dane"]);
    case!("alias, TLSA at its start", "RFC 7672 §2.2.2", none(), |z| { alias(z, MX, "host.example.net", true); pin(z, AT); }
        => &[AT, END], &[(MX, MX)], &["dane"]);
    case!("alias, TLSA at both", "RFC 7672 §2.2.2", none(), |z| { alias(z, MX, "host.example.net", true); pin(z, AT); pin(z, END); }
        => &[AT, END], &[(MX, "host.example.net")], &["dane"]);
    case!("alias, SERVFAIL at its end settles it", "SEMANTICS §4.1 step 4", none(), |z| {
        alias(z, MX, "host.example.net", true);
        pin(z, AT);
        z.insert(format!("{END} TLSA"), nothing(SERVFAIL, false));
    } => &[AT, END], &[(MX, MX)], &["unusable"]);
    case!("an insecure alias: never asked", "RFC 7672 §2.2.2", none(), |z| { alias(z, MX, "host.example.net", false); pin(z, AT); pin(z, END); }
        => &[], &[(MX, MX)], &["opportunistic"]);
    // What a resolver says of the addresses it says of the whole way; of its first step it says something only when asked.
    fn out(z: &mut Zone, signed: Reply) {
        alias(z, MX, "host.example.net", false);
        z.insert(format!("{MX} CNAME"), signed);
        pin(z, AT);
        pin(z, END);
    }
    case!("a signed alias that leads out of the signed zones", "RFC 7672 §2.2.2", none(), |z| out(z, reply(true, &[cname(MX, "host.example.net")]))
        => &[AT], &[(MX, MX)], &["dane"]);
    case!("an alias that is not signed itself", "RFC 7672 §2.2.2", none(), |z| out(z, reply(false, &[cname(MX, "host.example.net")]))
        => &[], &[(MX, MX)], &["opportunistic"]);
    case!("an alias that cannot be looked up", "RFC 7672 §2.2.2", none(), |z| out(z, nothing(SERVFAIL, false))
        => &[], &[(MX, MX)], &["unusable"]);
    case!("names in the middle are never asked", "RFC 7672 §2.2.2", none(), |z| {
        for (family, address) in [("A", a("host.example.net")), ("AAAA", aaaa("host.example.net"))] {
            let chain = [cname(MX, "mid.example.net"), cname("mid.example.net", "host.example.net"), address];
            z.insert(format!("{MX} {family}"), reply(true, &chain));
        }
        pin(z, "_25._tcp.mid.example.net");
    } => &[AT, END], &[(MX, MX)], &["opportunistic"]);
    case!("implicit MX", "RFC 7672 §2.2.2", none(), |z| {
        z.insert("example.com MX".into(), nothing(NOERROR, true));
        host(z, "example.com", true);
        pin(z, "_25._tcp.example.com");
    } => &["_25._tcp.example.com"], &[("example.com", "example.com")], &["dane"]);
    case!("insecure MX", "RFC 7672 §2.2.1", none(), |z| { z.insert("example.com MX".into(), reply(false, &[mx(10, MX)])); pin(z, AT); }
        => &[], &[(MX, MX)], &["opportunistic"]);
    case!("insecure MX, half-dane", "RFC 7672 §2.2.1", json!({ "insecureMx": "dane" }), |z| { z.insert("example.com MX".into(), reply(false, &[mx(10, MX)])); pin(z, AT); }
        => &[AT], &[(MX, MX)], &["dane"]);
    case!("a relay's host", "RFC 7672 §2.2.2", json!({ "relay": { "host": "relay.example.net", "mx": false } }), |z| { host(z, "relay.example.net", true); pin(z, "_25._tcp.relay.example.net"); }
        => &["_25._tcp.relay.example.net"], &[("relay.example.net", "relay.example.net")], &["dane"]);
    case!("another port", "RFC 6698 §3", json!({ "port": 587 }), |z| pin(z, "_587._tcp.mx.example.com")
        => &["_587._tcp.mx.example.com"], &[(MX, MX)], &["dane"]);
    case!("one family fails", "SEMANTICS §4.1 step 3", none(), |z| { z.insert(format!("{MX} AAAA"), nothing(SERVFAIL, false)); pin(z, AT); }
        => &[AT], &[(MX, MX)], &["dane"]);
    case!("both families fail", "SEMANTICS §4.1 step 3", none(), |z| {
        z.insert(format!("{MX} A"), nothing(SERVFAIL, false));
        z.insert(format!("{MX} AAAA"), nothing(SERVFAIL, false));
        pin(z, AT);
    } => &[], &[], &["unusable"]);
    case!("no address", "SEMANTICS §4.1 step 3", none(), |z| { z.remove(&format!("{MX} A")); z.remove(&format!("{MX} AAAA")); pin(z, AT); } => &[], &[], &["unusable"]);
    case!("an address that nobody may connect to", "RFC 7672 §2.2.2", none(), |z| {
        z.insert(format!("{MX} A"), reply(true, &[(MX, 1, vec![10, 0, 0, 1])]));
        z.remove(&format!("{MX} AAAA"));
        pin(z, AT);
    } => &[AT], &[], &["dane"]);
    case!("SERVFAIL for one host, its sibling goes on", "RFC 7672 §2.1.1", none(), |z| {
        z.insert("example.com MX".into(), reply(true, &[mx(10, MX), mx(20, "mx2.example.com")]));
        host(z, "mx2.example.com", true);
        z.insert(format!("{AT} TLSA"), nothing(SERVFAIL, false));
        pin(z, "_25._tcp.mx2.example.com");
    } => &[AT, "_25._tcp.mx2.example.com"], &[(MX, MX), ("mx2.example.com", "mx2.example.com")], &["unusable", "dane"]);
    case!("MX fails", "RFC 7672 §2.1.1", none(), |z| _ = z.insert("example.com MX".into(), nothing(SERVFAIL, false)) => &[], &[], &[]);
    case!("null MX", "RFC 7505 §3", none(), |z| _ = z.insert("example.com MX".into(), reply(true, &[mx(0, "")])) => &[], &[], &[]);
    case!("nobody is believed", "RFC 7672 §2.1", json!({ "dnssec": "off" }), |z| pin(z, AT) => &[], &[(MX, MX)], &["opportunistic"]);
    cases
}

#[test]
fn only_the_names_of_the_rfc_are_asked() {
    let mut wrong = Vec::new();
    for case in cases() {
        let mut zone = zone();
        (case.edit)(&mut zone);
        let about = format!("{} ({})", case.id, case.clause);
        let first = run(&zone, &case.options, |_| 0);
        let last = run(&zone, &case.options, |open| open - 1);
        assert_eq!(
            first.verdict, last.verdict,
            "{about}: the order of answers changes the verdict"
        );
        for got in [&first, &last] {
            let asked: BTreeSet<&str> = got.tlsa.iter().map(String::as_str).collect();
            if asked != case.asked.iter().copied().collect() {
                wrong.push(format!("{about}: asked {asked:?}, not {:?}", case.asked));
            }
            let port = case.options["port"].as_u64().unwrap_or(25);
            let sni: Vec<_> = got
                .starttls
                .iter()
                .map(|(host, sni)| (host.as_str(), sni.0.as_str()))
                .collect();
            if sni != case.sni || got.starttls.values().any(|sni| u64::from(sni.1) != port) {
                wrong.push(format!(
                    "{about}: SNI {:?}, not {:?}",
                    got.starttls, case.sni
                ));
            }
        }
        let requirement: Vec<_> = first
            .verdict
            .hosts
            .iter()
            .map(|host| host.requirement.to_string())
            .collect();
        if requirement != case.requirement {
            wrong.push(format!(
                "{about}: {requirement:?}, not {:?}",
                case.requirement
            ));
        }
        for host in &first.verdict.hosts {
            let sni = case
                .sni
                .iter()
                .find(|(name, _)| *name == host.host.to_string());
            if sni.is_some_and(|(_, sni)| *sni != host.server_name.to_string()) {
                wrong.push(format!(
                    "{about}: the verdict names another SNI, {}",
                    host.server_name
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// RFC 7672 §2.2.2, case by case: the statuses of two steps and of the addresses → the candidates.
#[test]
fn candidates() {
    use SecurityStatus::{Insecure, Secure};
    let name = |text: &str| -> Name { text.parse().unwrap() };
    for (first, second, addresses, want) in [
        (
            Secure,
            Secure,
            Secure,
            &["host.example.net", "mx.example.com"][..],
        ),
        (Secure, Insecure, Insecure, &["mx.example.com"]),
        (Secure, Secure, Insecure, &["mx.example.com"]),
        (Secure, Insecure, Secure, &["mx.example.com"]),
        (Insecure, Secure, Secure, &[]),
        (Insecure, Insecure, Insecure, &[]),
    ] {
        let aliases = [
            (name("mid.example.net"), first),
            (name("host.example.net"), second),
        ];
        let got = tlsa_candidates(&name("mx.example.com"), &aliases, addresses);
        let got: Vec<String> = got.iter().map(ToString::to_string).collect();
        assert_eq!(got, want, "{first:?}, {second:?}, {addresses:?}");
    }
}
