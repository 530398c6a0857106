//! The `dns` room against messages recorded from nsd and unbound, messages made with dnspython, and
//! octets by hand. What they hold is dnspython's word (`vectors/make-dns.py`), never our own.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a vector that is not as described fails the test"
)]

use std::collections::BTreeMap;

use data_encoding::BASE64;
use mxseal::dns::{
    ExtendedError, Message, MxSet, Outcome, Question, Rcode, Record, RecordData, RecordType,
    Resolved, is_public, query, resolve,
};
use mxseal::{Name, codes, limits};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Vector {
    id: String,
    question: Question,
    input: String,
    expect: Expect,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Expect {
    error: Option<String>,
    message: Option<Value>,
    resolved: Option<Value>,
    #[serde(default)]
    malformed: Vec<(String, String, usize)>,
}

fn vectors() -> Vec<(Vector, Vec<u8>)> {
    let vectors: Vec<Vector> =
        serde_json::from_str(include_str!("vectors/dns-messages.json")).unwrap();
    vectors
        .into_iter()
        .map(|vector| {
            let octets = BASE64.decode(vector.input.as_bytes()).unwrap();
            (vector, octets)
        })
        .collect()
}

/// What a message holds, in the shape of the vectors.
fn holds(message: &Message) -> Value {
    let mut flags: Vec<&str> = [
        (message.is_response, "QR"),
        (message.authoritative, "AA"),
        (message.truncated, "TC"),
        (message.recursion_desired, "RD"),
        (message.recursion_available, "RA"),
        (message.authentic_data, "AD"),
        (message.checking_disabled, "CD"),
    ]
    .into_iter()
    .filter_map(|(set, name)| set.then_some(name))
    .collect();
    flags.sort_unstable();
    let section = |records: &[Record]| -> Vec<Value> { records.iter().map(row).collect() };
    serde_json::json!({
        "id": message.id,
        "opcode": message.opcode,
        "flags": flags,
        "rcode": message.rcode,
        "hasEdns": message.has_edns,
        "ede": message.ede,
        "answer": section(&message.answer),
        "authority": section(&message.authority),
        "additional": section(&message.additional),
    })
}

fn row(record: &Record) -> Value {
    let wire = BASE64.encode(record.rdata.octets());
    let canonical = BASE64.encode(&record.rdata.canonical());
    let mut row = serde_json::json!({
        "owner": record.owner,
        "type": record.record_type,
        "class": record.class,
        "ttl": record.ttl,
        "data": record.rdata.to_string(),
        "wire": wire,
    });
    if canonical != wire {
        row["canonical"] = canonical.into();
    }
    row
}

fn says(resolved: &Resolved) -> Value {
    let records: Vec<String> = resolved
        .records
        .iter()
        .map(|record| record.rdata.to_string())
        .collect();
    serde_json::json!({
        "outcome": resolved.outcome,
        "rcode": resolved.rcode,
        "canonicalName": resolved.canonical_name,
        "hops": resolved.hops,
        "records": records,
        "ttl": resolved.ttl,
        "reason": resolved.reason,
        "ede": resolved.ede,
        "authenticData": resolved.authentic_data,
    })
}

#[test]
fn messages() {
    for (vector, octets) in vectors() {
        let id = &vector.id;
        let message = match (Message::parse(&octets), &vector.expect.error) {
            (Ok(message), None) => message,
            (Err(error), Some(want)) => {
                assert_eq!(format!("{error:?}"), *want, "{id}");
                continue;
            }
            (got, want) => panic!("{id}: {got:?} where {want:?} was due"),
        };
        if let Some(want) = &vector.expect.message {
            assert_eq!(holds(&message), *want, "{id}");
        }
        let malformed: Vec<_> = message
            .malformed
            .iter()
            .map(|note| {
                (
                    note.owner.to_string(),
                    note.record_type.to_string(),
                    note.offset,
                )
            })
            .collect();
        assert_eq!(malformed, vector.expect.malformed, "{id}");
        let want = vector.expect.resolved.as_ref().unwrap();
        assert_eq!(says(&resolve(&message, &vector.question)), *want, "{id}");
    }
}

/// Only records of one set keep their order; everything else must not depend on it.
#[test]
fn order_of_records_does_not_matter() {
    for (vector, octets) in vectors() {
        let Ok(mut message) = Message::parse(&octets) else {
            continue;
        };
        let sorted = |message: &Message| {
            let mut said = says(&resolve(message, &vector.question));
            let records = said["records"].as_array_mut().unwrap();
            records.sort_by_key(Value::to_string);
            said
        };
        let want = sorted(&message);
        for _ in 0..message.answer.len() {
            message.answer.rotate_left(1);
            assert_eq!(sorted(&message), want, "{}", vector.id);
        }
        message.answer.reverse();
        message.authority.reverse();
        assert_eq!(sorted(&message), want, "{}", vector.id);
    }
}

#[test]
fn typed_fields_of_recorded_messages() {
    let all: BTreeMap<String, Message> = vectors()
        .into_iter()
        .filter_map(|(vector, octets)| Some((vector.id, Message::parse(&octets).ok()?)))
        .collect();
    let data = |id: &str, record_type: RecordType| -> RecordData {
        let message = &all[id];
        let mut records = message.answer.iter().chain(&message.authority);
        let record = records.find(|record| record.record_type == record_type);
        record.unwrap().data().clone()
    };
    let name = |text: &str| Name::parse(text).unwrap();
    let RecordData::Rrsig(rrsig) = data("mx-authoritative", RecordType::Rrsig) else {
        panic!("no RRSIG")
    };
    // The zone was signed with one ECDSA P-256 key pair (RFC 6605: 64 octets of signature).
    assert_eq!(
        (
            rrsig.type_covered,
            rrsig.algorithm,
            rrsig.labels,
            rrsig.original_ttl,
            rrsig.signer,
            rrsig.signature.len()
        ),
        (RecordType::Mx, 13, 2, 300, name("example"), 64)
    );
    let RecordData::Dnskey(dnskey) = data("dnskey", RecordType::Dnskey) else {
        panic!("no DNSKEY")
    };
    assert_eq!((dnskey.protocol, dnskey.public_key.len()), (3, 64));
    let RecordData::Nsec(nsec) = data("nodata-nsec", RecordType::Nsec) else {
        panic!("no NSEC")
    };
    assert!(nsec.types.contains(RecordType::A) && !nsec.types.contains(RecordType::Mx));
    let RecordData::Nsec3(nsec3) = data("nxdomain-nsec3", RecordType::Nsec3) else {
        panic!("no NSEC3")
    };
    // `ldns-signzone -n -p -t 7 -s ab12CD`: opt-out, seven iterations, this salt; SHA-1 has 20 octets.
    assert_eq!(
        (
            nsec3.hash_algorithm,
            nsec3.flags,
            nsec3.iterations,
            nsec3.salt,
            nsec3.next_hash.len()
        ),
        (1, 1, 7, vec![0xab, 0x12, 0xcd], 20)
    );
    let RecordData::Txt(strings) = data("txt-octets", RecordType::Txt) else {
        panic!("no TXT")
    };
    assert_eq!(strings.len(), 4);
    assert_eq!(strings[2], b"caf\xc3\xa9 \x00\xff");
    let RecordData::Soa(soa) = data("soa-case", RecordType::Soa) else {
        panic!("no SOA")
    };
    assert_eq!(
        (soa.mname, soa.serial, soa.minimum),
        (name("ns.example"), 2_026_010_101, 60)
    );
}

#[test]
fn every_cut_and_every_flipped_bit_is_survived() {
    let vectors: Vec<_> = vectors()
        .into_iter()
        .filter(|(_, octets)| octets.len() <= 4_096)
        .collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for first in 0..threads {
            let mine = vectors.iter().skip(first).step_by(threads);
            scope.spawn(move || mine.for_each(|(vector, octets)| damage(vector, octets)));
        }
    });
}

fn damage(vector: &Vector, octets: &[u8]) {
    if vector.expect.error.is_none() {
        for end in 0..octets.len() {
            let cut = &octets[..end];
            assert!(Message::parse(cut).is_err(), "{} cut at {end}", vector.id);
        }
    }
    let whole = Message::parse(octets).ok();
    let known: Vec<&Record> = whole.iter().flat_map(records).collect();
    let mut flipped = octets.to_vec();
    for bit in 0..octets.len() * 8 {
        flipped[bit / 8] ^= 0x80 >> (bit % 8);
        if let Ok(message) = Message::parse(&flipped) {
            survive(&message, &known, &vector.question, octets.len());
        }
        flipped[bit / 8] ^= 0x80 >> (bit % 8);
    }
}

fn records(message: &Message) -> impl Iterator<Item = &Record> {
    message
        .answer
        .iter()
        .chain(&message.authority)
        .chain(&message.additional)
}

/// Everything that can be asked of a message ends, and grows no further than its octets allow: a record
/// takes eleven of them at least, and its RDATA two names of 255 more than it was sent with at most.
fn survive(message: &Message, known: &[&Record], question: &Question, octets: usize) {
    assert!(records(message).count() <= octets / 11);
    for (index, record) in records(message).enumerate() {
        if known.get(index) == Some(&record) {
            continue;
        }
        assert!(record.rdata.octets().len() <= octets + 2 * 255);
        assert_eq!(record.rdata.canonical().len(), record.rdata.octets().len());
        assert!(!record.rdata.to_string().is_empty());
    }
    let resolved = resolve(message, question);
    assert!(resolved.hops.len() <= limits::ALIAS_STEPS);
    assert_eq!(
        resolved.outcome == Outcome::Found,
        !resolved.records.is_empty()
    );
    assert_eq!(
        resolved.outcome == Outcome::Failed,
        resolved.reason.is_some()
    );
    let set = MxSet::read(&resolved, &question.name);
    assert!(set.hosts.len() <= limits::MX_HOSTS && set.findings.len() <= 2 * limits::MX_HOSTS + 1);
}

/// The most that 65,535 octets can hold: names of many pointers, and the shortest records.
#[test]
fn the_fullest_messages_are_read() {
    let question = Question::new(Name::parse("a").unwrap(), RecordType::A);
    let header = |count: usize| {
        let count = u16::try_from(count).unwrap().to_be_bytes();
        [
            &[0, 0, 0x81, 0x80, 0, 1][..],
            &count,
            &[0; 4],
            b"\x01a\x00\x00\x01\x00\x01",
        ]
        .concat()
    };
    let tail = [0, 1, 0, 1, 0, 0, 0, 9, 0, 0];
    // Shortest records, all at the root and all malformed (an A record of no octets).
    let count = (limits::DNS_MESSAGE_OCTETS - header(0).len()) / 11;
    let mut octets = header(count);
    octets.extend([&[0][..], &tail].concat().repeat(count));
    let message = Message::parse(&octets).unwrap();
    assert_eq!(
        (message.answer.len(), message.malformed.len()),
        (count, count)
    );
    assert!(count <= limits::DNS_RECORDS);
    // Owners that point at the owner before: a chain of 255 pointers is the longest.
    for (count, fits) in [(255, true), (256, false)] {
        let mut octets = header(count);
        let mut last = 12_u16;
        for _ in 0..count {
            let pointer = (0xc000 | last).to_be_bytes();
            last = u16::try_from(octets.len()).unwrap();
            octets.extend([&pointer[..], &tail].concat());
        }
        assert_eq!(Message::parse(&octets).is_ok(), fits, "{count}");
    }
    // As many aliases as there is room for: sixteen are followed.
    let count = (16_000 - header(0).len()) / 16;
    let mut octets = header(count);
    for index in 0..count {
        let here = u16::try_from(octets.len()).unwrap();
        let owner = if index == 0 { 12 } else { here - 4 };
        octets.extend((0xc000 | owner).to_be_bytes());
        octets.extend([0, 5, 0, 1, 0, 0, 0, 9, 0, 4, 2]);
        let [high, low] = [index / 32, index % 32].map(|digit| u8::try_from(digit).unwrap());
        octets.extend([high, low, 0]);
    }
    let resolved = resolve(&Message::parse(&octets).unwrap(), &question);
    assert_eq!(resolved.reason_code(), Some("alias-too-long"));
    assert_eq!(resolved.hops.len(), limits::ALIAS_STEPS);
}

#[test]
fn queries() {
    let vectors: Vec<Value> =
        serde_json::from_str(include_str!("vectors/dns-queries.json")).unwrap();
    for vector in vectors {
        let question: Question = serde_json::from_value(vector["input"].clone()).unwrap();
        let octets = query(&question);
        assert_eq!(BASE64.encode(&octets), vector["expect"], "{question}");
        let message = Message::parse(&octets).unwrap();
        assert_eq!(message.question.as_ref(), Some(&question));
        assert!(!message.answers(&question), "a query answers nothing");
    }
}

#[test]
fn mail_exchanges() {
    let vectors: Vec<Value> = serde_json::from_str(include_str!("vectors/dns-mx.json")).unwrap();
    let mut hit = std::collections::BTreeSet::new();
    for vector in vectors {
        let id = &vector["id"];
        let domain = Name::parse(vector["domain"].as_str().unwrap()).unwrap();
        let octets = BASE64
            .decode(vector["input"].as_str().unwrap().as_bytes())
            .unwrap();
        let question = Question::new(domain.clone(), RecordType::Mx);
        let set = MxSet::read(
            &resolve(&Message::parse(&octets).unwrap(), &question),
            &domain,
        );
        let hosts: Vec<Value> = set
            .hosts
            .iter()
            .map(|host| serde_json::json!([host.host, host.preference, host.usable]))
            .collect();
        let found: Vec<&str> = set
            .findings
            .iter()
            .map(|finding| finding.code.as_ref())
            .collect();
        let got = serde_json::json!({ "status": set.status, "hosts": hosts, "findings": found });
        assert_eq!(got, vector["expect"], "{id}");
        assert_eq!(set.reason.is_some(), vector["expect"]["status"] == "failed");
        hit.extend(set.findings.iter().map(|finding| finding.code.to_string()));
    }
    for entry in codes::dns::ALL
        .iter()
        .filter(|entry| entry.code.contains("mx"))
    {
        assert!(hit.contains(entry.code), "`{}` is never raised", entry.code);
    }
}

#[test]
fn registries() {
    let rows: Vec<Value> = serde_json::from_str(include_str!("vectors/dns-registry.json")).unwrap();
    let expect = |id: &str| -> BTreeMap<u16, String> {
        let row = rows.iter().find(|row| row["id"] == id).unwrap();
        serde_json::from_value(row["expect"].clone()).unwrap()
    };
    for (value, text) in expect("types") {
        assert_eq!(RecordType::from(value).to_string(), text);
    }
    for (value, text) in expect("rcodes") {
        assert_eq!(Rcode::from(value).to_string(), text);
    }
    let letters = |text: &str| text.replace([' ', '_'], "").to_ascii_lowercase();
    for (info_code, text) in expect("ede") {
        let error = ExtendedError {
            info_code,
            text: String::new(),
        };
        let purpose = letters(error.purpose().unwrap());
        // dnspython says OTHER where the registry says Other Error.
        assert_eq!(
            purpose.trim_end_matches("error"),
            letters(&text).trim_end_matches("error")
        );
    }
}

#[test]
fn a_failure_without_a_message() {
    let question = Question::new(Name::parse("example.com").unwrap(), RecordType::Mx);
    let resolved = Resolved::failed(&question, "timeout: no answer in 5 s");
    assert_eq!(resolved.outcome, Outcome::Failed);
    assert_eq!(resolved.reason_code(), Some("timeout"));
    let set = MxSet::read(&resolved, &question.name);
    assert!(set.hosts.is_empty() && set.reason == resolved.reason);
}

/// Network, whether it is open, then whether the address before and the one after it are. From the IANA
/// special-purpose registries of IPv4 and IPv6 and the RFCs they cite.
const NETWORKS: &[(&str, bool, Option<bool>, Option<bool>)] = &[
    ("0.0.0.0/8", false, None, Some(true)),
    ("10.0.0.0/8", false, Some(true), Some(true)),
    ("100.64.0.0/10", false, Some(true), Some(true)),
    ("127.0.0.0/8", false, Some(true), Some(true)),
    ("169.254.0.0/16", false, Some(true), Some(true)),
    ("172.16.0.0/12", false, Some(true), Some(true)),
    ("192.0.0.0/24", false, Some(true), Some(true)),
    ("192.0.2.0/24", false, Some(true), Some(true)),
    ("192.31.196.0/24", true, Some(true), Some(true)),
    ("192.52.193.0/24", true, Some(true), Some(true)),
    ("192.88.99.0/24", false, Some(true), Some(true)),
    ("192.168.0.0/16", false, Some(true), Some(true)),
    ("192.175.48.0/24", true, Some(true), Some(true)),
    ("198.18.0.0/15", false, Some(true), Some(true)),
    ("198.51.100.0/24", false, Some(true), Some(true)),
    ("203.0.113.0/24", false, Some(true), Some(true)),
    ("224.0.0.0/4", false, Some(true), Some(false)),
    ("240.0.0.0/4", false, Some(false), None),
    ("255.255.255.255/32", false, Some(false), None),
    ("::/128", false, None, Some(false)),
    ("::1/128", false, Some(false), Some(false)),
    ("::/96", false, None, Some(false)),
    ("::ffff:0.0.0.0/104", false, Some(false), Some(true)),
    ("::ffff:10.0.0.0/104", false, Some(true), Some(true)),
    ("::ffff:8.0.0.0/104", true, Some(true), Some(true)),
    ("::ffff:240.0.0.0/100", false, Some(false), Some(false)),
    ("::ffff:0:0:0/96", false, Some(false), Some(false)),
    ("64:ff9b::0.0.0.0/104", false, Some(false), Some(true)),
    ("64:ff9b::192.168.0.0/112", false, Some(true), Some(true)),
    ("64:ff9b::198.41.0.0/112", true, Some(true), Some(true)),
    ("64:ff9b::240.0.0.0/100", false, Some(false), Some(false)),
    ("64:ff9b:1::/48", false, Some(false), Some(false)),
    ("100::/64", false, Some(false), Some(false)),
    ("100:0:0:1::/64", false, Some(false), Some(false)),
    ("2001::/23", false, Some(true), Some(true)),
    ("2001::/32", false, Some(true), Some(false)),
    ("2001:db8::/32", false, Some(true), Some(true)),
    ("2002::/24", false, Some(true), Some(true)),
    ("2002:7f00::/24", false, Some(true), Some(true)),
    ("2002:c0a8::/32", false, Some(true), Some(true)),
    ("2002:c629::/32", true, Some(true), Some(true)),
    ("2002:f000::/20", false, Some(false), Some(true)),
    ("2620:4f:8000::/48", true, Some(true), Some(true)),
    ("3fff::/20", false, Some(true), Some(true)),
    ("2000::/12", true, Some(false), Some(true)),
    ("3ff0::/16", true, Some(true), Some(true)),
    ("4000::/3", false, Some(true), Some(false)),
    ("5f00::/16", false, Some(false), Some(false)),
    ("fc00::/7", false, Some(false), Some(false)),
    ("fe80::/10", false, Some(false), Some(false)),
    ("fec0::/10", false, Some(false), Some(false)),
    ("ff00::/8", false, Some(false), None),
];

#[test]
fn only_public_addresses_pass_the_guard() {
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
    for (network, open, before, after) in NETWORKS {
        let (base, length) = network.split_once('/').unwrap();
        let length: u32 = length.parse().unwrap();
        let base: IpAddr = base.parse().unwrap();
        let (first, width) = match base {
            IpAddr::V4(base) => (u128::from(base.to_bits()), 32),
            IpAddr::V6(base) => (base.to_bits(), 128),
        };
        let size = 1_u128.checked_shl(width - length).unwrap_or_default();
        let last = first.wrapping_add(size).wrapping_sub(1);
        let address = |bits: u128| match base {
            IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::from_bits(bits.try_into().unwrap())),
            IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::from_bits(bits)),
        };
        assert_eq!(is_public(address(first)), *open, "first of {network}");
        assert_eq!(is_public(address(last)), *open, "last of {network}");
        if let Some(before) = before {
            assert_eq!(is_public(address(first - 1)), *before, "before {network}");
        }
        if let Some(after) = after {
            assert_eq!(is_public(address(last + 1)), *after, "after {network}");
        }
    }
}
