//! The validator: against unbound and delv on recorded messages of generated zones (tests/dnssec/recorded), on zones made
//! by hand, and under every change of a recorded answer. Where a case is red the first line says which: `red case`.
#![cfg(not(target_family = "wasm"))]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

#[path = "dnssec/kept.rs"]
mod kept;
#[path = "dnssec/layout.rs"]
mod layout;
#[path = "dnssec/made.rs"]
mod made;
#[path = "dnssec/octets.rs"]
mod octets;
#[path = "dnssec/recording.rs"]
mod recording;
#[path = "dnssec/signer.rs"]
mod signer;
#[path = "dnssec/tampered.rs"]
mod tampered;
#[path = "dnssec/wire.rs"]
mod wire;
#[path = "dnssec/work.rs"]
mod work;
#[path = "dnssec/world.rs"]
mod world;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use mxseal::SecurityStatus;
use mxseal::crypto::sha256;
use mxseal::dnssec::Limits;
use recording::{Remembering, groups};

/// Leaves the SHA-256 of every result in `target/replay/dnssec.json`, for JavaScript to hold its own against.
#[test]
fn every_case_has_the_status_of_unbound() {
    let mut wrong = Vec::new();
    let mut digests = BTreeMap::new();
    let (mut count, mut not_secure) = (0, 0);
    for group in groups() {
        let verifier = Remembering::default();
        for case in group.cases() {
            let same = |_: &_, octets| octets;
            let result = group.answer(group.validator(&verifier), &case, same);
            let own = group.validator_within(Limits::default(), &verifier);
            let own = group.answer(own, &case, same);
            let digest = sha256(mxseal::to_json(&result).unwrap().as_ref());
            let digest = data_encoding::HEXLOWER.encode(&digest);
            digests.insert(case.id.clone(), digest);
            count += 1;
            not_secure += usize::from(case.want() != SecurityStatus::Secure);
            if (result.status, own.status) != (case.want(), case.want_at_defaults()) {
                wrong.push(format!(
                    "red {}: {:?}, within its own bounds {:?}, {}: {}",
                    case.id,
                    result.status,
                    own.status,
                    case.said(),
                    result.reason.unwrap_or_default(),
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count}\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/replay");
    fs::create_dir_all(&folder).unwrap();
    fs::write(
        folder.join("dnssec.json"),
        serde_json::to_string(&digests).unwrap(),
    )
    .unwrap();
    println!("{count} cases, {not_secure} not secure");
}
