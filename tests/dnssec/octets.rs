//! Every octet of recorded secure answers, and of the messages of the chain that leads to them, changed in four ways: the
//! result is not secure, or it says the same. The changes that leave it secure are listed in octets.json with the reason;
//! one that is not listed is red, and so is one that is listed and does not happen. `MXSEAL_OCTETS=write` writes the list.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::thread;

use mxseal::dns::{Message, Question};
use mxseal::dnssec::{Lookup, LookupResult};
use mxseal::{SecurityStatus, Time};
use serde_json::{Value, json};

use crate::layout::{Kind, Octet, layout};
use crate::recording::{Case, Group, Remembering, groups};
use crate::wire::Response;

/// Group, case, and whether the messages of the chain are changed too.
const CASES: [(&str, &str, bool); 23] = [
    ("typical", "mx", true),
    ("typical", "mta-sts-record", false),
    ("typical", "tlsrpt-record", false),
    ("typical", "mta-sts-address", false),
    ("typical", "mx1-address", false),
    ("typical", "mx2-address", false),
    ("typical", "mx1-tlsa", false),
    ("typical", "mx2-tlsa", false),
    ("algorithm8", "8-nsec-tlsa", false),
    ("algorithm15", "15-nsec3-tlsa", true),
    ("canonical", "srv-srv", false),
    ("nsec", "wildcard", false),
    ("nsec", "nodata", false),
    ("nsec", "nxdomain", false),
    ("nsec", "ent", false),
    ("nsec3", "wildcard", false),
    ("nsec3", "nodata", false),
    ("nsec3", "nxdomain", false),
    ("nsec3", "opt-out-tlsa-nodata", false),
    ("aliases", "cname", false),
    ("aliases", "cname-dangling", false),
    ("aliases", "dname", false),
    ("signatures", "stale-rrsig-first", false),
];
const CHANGES: [u8; 4] = [0x01, 0x20, 0x80, 0xff];

/// Where, which change, and the field.
type Kept = BTreeMap<(usize, u8), (String, &'static str)>;

#[test]
fn a_changed_octet_is_noticed_or_changes_nothing() {
    let groups = groups();
    let jobs: Vec<Job<'_>> = CASES
        .iter()
        .flat_map(|(group, case, chain)| {
            let group = groups.iter().find(|one| one.name == *group).unwrap();
            Job::all(group, &group.case(case), *chain)
        })
        .collect();
    let verifier = Remembering::default();
    let half = |odd: usize| {
        let mine = jobs.iter().enumerate().filter(move |(at, _)| at % 2 == odd);
        mine.map(|(_, job)| (job.key(), job.run(&verifier)))
            .collect::<Vec<_>>()
    };
    let mut found: BTreeMap<String, Kept> = thread::scope(|scope| {
        let other = scope.spawn(|| half(1));
        half(0).into_iter().chain(other.join().unwrap()).collect()
    });
    found.retain(|_, kept| !kept.is_empty());
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/dnssec/octets.json");
    if std::env::var("MXSEAL_OCTETS").is_ok_and(|what| what == "write") {
        std::fs::write(&file, written(&found)).unwrap();
    }
    let listed = read(&std::fs::read(&file).unwrap());
    let mut wrong = Vec::new();
    for key in found.keys().chain(listed.keys()).collect::<BTreeSet<_>>() {
        let happened: BTreeSet<(usize, u8)> = found
            .get(key)
            .into_iter()
            .flat_map(Kept::keys)
            .copied()
            .collect();
        let listed = listed.get(key).cloned().unwrap_or_default();
        let told = |changes: Vec<&(usize, u8)>, what: &str| {
            let first = changes
                .first()
                .map(|(at, xor)| format!("octet {at} xor {xor:#04x}"));
            first.map(|first| format!("red {} {what}: {first} and {} more", key, changes.len() - 1))
        };
        wrong.extend(told(
            happened.difference(&listed).collect(),
            "secure and not listed",
        ));
        wrong.extend(told(
            listed.difference(&happened).collect(),
            "listed and not secure",
        ));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    let octets: usize = jobs.iter().map(|job| job.octets.len()).sum();
    let kept: usize = found.values().map(BTreeMap::len).sum();
    println!(
        "{} messages, {octets} octets, {} changes, {kept} leave a secure answer as it is",
        jobs.len(),
        octets * CHANGES.len()
    );
}

/// One message to be changed.
struct Job<'g> {
    group: &'g Group,
    case: Case,
    question: Question,
    octets: &'g [u8],
}

impl<'g> Job<'g> {
    fn all(group: &'g Group, case: &Case, chain: bool) -> Vec<Self> {
        let mut asked = Vec::new();
        let verifier = Remembering::default();
        let result = group.answer(group.validator(&verifier), case, |question, octets| {
            asked.push(question.clone());
            octets
        });
        assert_eq!(result.status, SecurityStatus::Secure, "{}", case.id);
        let wanted = asked
            .into_iter()
            .filter(|one| chain || *one == case.question);
        wanted
            .map(|question| Self {
                group,
                case: case.clone(),
                octets: group.message(&question).unwrap(),
                question,
            })
            .collect()
    }

    fn key(&self) -> String {
        format!("{}: {}", self.case.id, self.question)
    }

    /// The changes after which the answer is still secure, each with its field and the reason.
    fn run(&self, verifier: &Remembering) -> Kept {
        let start = self.before(verifier);
        let right = self.end(start.clone(), self.octets);
        let fields = layout(self.octets);
        let spare = self.spare(&start, &right);
        let mut kept = Kept::new();
        for (at, octet) in fields.iter().enumerate() {
            for xor in CHANGES {
                let mut changed = self.octets.to_vec();
                changed[at] ^= xor;
                let result = self.end(start.clone(), &changed);
                if result.status != SecurityStatus::Secure {
                    continue;
                }
                let place = || {
                    format!(
                        "red {} octet {at} ({}) xor {xor:#04x}",
                        self.key(),
                        octet.field
                    )
                };
                assert_eq!(said(&result), said(&right), "{}", place());
                assert!(until(&result) <= until(&right), "{}: kept longer", place());
                let why = reason(octet, xor, self.octets[at], &spare)
                    .or_else(|| self.same(&changed).then_some(SAME))
                    .unwrap_or_else(|| panic!("{}: without a reason", place()));
                kept.insert((at, xor), (octet.field.clone(), why));
            }
        }
        kept
    }

    /// The look-up as it stands when all is answered but this question.
    fn before<'v>(&self, verifier: &'v Remembering) -> Lookup<'v> {
        let mut lookup = Lookup::new(self.group.validator(verifier), self.case.question.clone());
        for _ in 0..64 {
            let wanted = lookup.wants();
            let rest = wanted.iter().filter(|one| **one != self.question);
            for question in rest {
                lookup.learn(question, self.group.message(question).unwrap());
            }
            if wanted.contains(&self.question) {
                return lookup;
            }
        }
        panic!("{}: not asked", self.key());
    }

    fn end(&self, mut lookup: Lookup<'_>, octets: &[u8]) -> LookupResult {
        lookup.learn(&self.question, octets);
        for _ in 0..64 {
            if let Some(result) = lookup.result() {
                return result;
            }
            for question in lookup.wants() {
                match self.group.message(&question) {
                    Some(octets) => lookup.learn(&question, octets),
                    None => lookup.fail(&question, "not-recorded"),
                }
            }
        }
        panic!("{}: no end", self.key());
    }

    /// The records without which the answer is as secure and says the same: by section and place.
    fn spare(&self, start: &Lookup<'_>, right: &LookupResult) -> BTreeSet<(usize, usize)> {
        let whole = Response::of(&Message::parse(self.octets).unwrap());
        let mut spare = BTreeSet::new();
        for (section, records) in whole.sections.iter().enumerate() {
            for at in 0..records.len() {
                let mut less = whole.clone();
                less.sections[section].remove(at);
                let result = self.end(start.clone(), &less.write(&self.question));
                if result.status == SecurityStatus::Secure && said(&result) == said(right) {
                    spare.insert((section, at));
                }
            }
        }
        spare
    }

    /// Whether the change is one of spelling alone.
    fn same(&self, changed: &[u8]) -> bool {
        let [one, other] = [self.octets, changed].map(|octets| Message::parse(octets).ok());
        let content = |message: Option<Message>| {
            message.map(|message| {
                (
                    message.question,
                    message.rcode,
                    message.answer,
                    message.authority,
                )
            })
        };
        content(one) == content(other)
    }
}

/// What the answer says.
fn said(result: &LookupResult) -> impl PartialEq + core::fmt::Debug + use<> {
    let hops = result
        .hops
        .iter()
        .map(|hop| (hop.owner.clone(), hop.target.clone()));
    let records = result.records.iter().map(|record| {
        let kind = u16::from(record.record_type);
        (record.owner.clone(), kind, record.rdata.canonical())
    });
    (
        result.rcode.to_string(),
        result.canonical_name.clone(),
        hops.collect::<Vec<_>>(),
        records.collect::<BTreeSet<_>>(),
    )
}

fn until(result: &LookupResult) -> Option<Time> {
    result.valid_until
}

const SAME: &str = "another spelling of the same record";

fn reason(
    octet: &Octet,
    xor: u8,
    was: u8,
    spare: &BTreeSet<(usize, usize)>,
) -> Option<&'static str> {
    let is_spare = octet.record.is_some_and(|place| spare.contains(&place));
    Some(match octet.kind {
        Kind::Id => "ID: compared by the host that asks (RFC 5452 §9.1), covered by no signature",
        Kind::Flags if matches!((octet.at, xor), (2, 0x01) | (3, 0x20 | 0x80)) => {
            "RD, RA and AD: hints of the resolver, covered by no signature and worth nothing"
        }
        Kind::Edns => "EDNS: between host and resolver, covered by no signature (RFC 6891 §6.1.1)",
        Kind::Character if xor == 0x20 && was.is_ascii_alphabetic() => {
            "upper and lower case are the same (RFC 4343 §3; RFC 4034 §6.2)"
        }
        Kind::Ttl => "TTL: may be less than what was signed, and is capped by it (RFC 4035 §5.3.3)",
        _ if is_spare => "a record that is not needed: the answer is as secure without it",
        _ => return None,
    })
}

/// Changes, field, reason.
type Change<'a> = (Vec<u8>, &'a str, &'a str);

/// One entry a line: consecutive octets of one field with the same changes.
fn written(found: &BTreeMap<String, Kept>) -> String {
    let mut lines = Vec::new();
    for (key, kept) in found {
        let mut octets: BTreeMap<usize, Change<'_>> = BTreeMap::new();
        for ((at, xor), (field, why)) in kept {
            octets
                .entry(*at)
                .or_insert_with(|| (Vec::new(), field, why))
                .0
                .push(*xor);
        }
        let mut runs: Vec<(usize, usize, Change<'_>)> = Vec::new();
        for (at, what) in octets {
            match runs.last_mut() {
                Some((_, last, same)) if *last + 1 == at && *same == what => *last = at,
                _ => runs.push((at, at, what)),
            }
        }
        for (first, last, (changes, field, why)) in runs {
            let changes: Vec<String> = changes.iter().map(|xor| format!("{xor:02x}")).collect();
            lines.push(json!({ "message": key, "octets": [first, last], "xor": changes.join(" "), "field": field, "why": why }).to_string());
        }
    }
    format!("[\n{}\n]\n", lines.join(",\n"))
}

fn read(text: &[u8]) -> BTreeMap<String, BTreeSet<(usize, u8)>> {
    let entries: Vec<Value> = serde_json::from_slice(text).unwrap();
    let mut listed: BTreeMap<String, BTreeSet<(usize, u8)>> = BTreeMap::new();
    for entry in entries {
        let end = |index: usize| usize::try_from(entry["octets"][index].as_u64().unwrap()).unwrap();
        let changes = entry["xor"].as_str().unwrap().split(' ');
        let changes: Vec<u8> = changes
            .map(|xor| u8::from_str_radix(xor, 16).unwrap())
            .collect();
        let of = listed
            .entry(entry["message"].as_str().unwrap().to_owned())
            .or_default();
        of.extend((end(0)..=end(1)).flat_map(|at| changes.iter().map(move |xor| (at, *xor))));
    }
    listed
}
