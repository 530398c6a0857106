//! A small signer for zones that no server would serve: Ed25519 (RFC 8080) over the canonical form of RFC 4034 §6,
//! written from the RFC and sharing nothing with the validator but the primitives of curve and hash.

use ed25519_dalek::{Signer as _, SigningKey};
use mxseal::crypto::{sha1, sha256};
use mxseal::dns::RecordType;

use crate::wire::{Rr, name};

/// 2026-06-15T12:00:00Z, the clock of every world.
pub(crate) const AT: u32 = 1_781_524_800;
pub(crate) const DAY: u32 = 86_400;
pub(crate) const TTL: u32 = 300;

/// A key pair with the fields of its DNSKEY.
#[derive(Clone)]
pub(crate) struct Key {
    pub(crate) secret: SigningKey,
    pub(crate) flags: u16,
    pub(crate) protocol: u8,
    pub(crate) algorithm: u8,
}

impl Key {
    /// The same seed makes the same key.
    pub(crate) fn new(seed: u8) -> Self {
        Self {
            secret: SigningKey::from_bytes(&[seed; 32]),
            flags: 257,
            protocol: 3,
            algorithm: 15,
        }
    }

    pub(crate) fn public(&self) -> [u8; 32] {
        self.secret.verifying_key().to_bytes()
    }

    pub(crate) fn rdata(&self) -> Vec<u8> {
        let mut octets = self.flags.to_be_bytes().to_vec();
        octets.extend([self.protocol, self.algorithm]);
        octets.extend(self.public());
        octets
    }

    pub(crate) fn tag(&self) -> u16 {
        tag(&self.rdata())
    }

    /// RFC 4034 §5.1.4.
    pub(crate) fn ds(&self, zone: &str, digest_type: u8) -> Vec<u8> {
        let owned = [name(zone), self.rdata()].concat();
        let mut octets = self.tag().to_be_bytes().to_vec();
        octets.extend([self.algorithm, digest_type]);
        match digest_type {
            1 => octets.extend(sha1(&owned)),
            _ => octets.extend(sha256(&owned)),
        }
        octets
    }
}

/// RFC 4034 App. B.
pub(crate) fn tag(rdata: &[u8]) -> u16 {
    let mut sum = 0u32;
    for (at, octet) in rdata.iter().enumerate() {
        sum += u32::from(*octet) << (8 - 8 * (at % 2));
    }
    u16::try_from((sum + (sum >> 16)) & 0xffff).unwrap()
}

/// How a set is signed. Any field may be wrong.
#[derive(Clone)]
pub(crate) struct Signing<'k> {
    pub(crate) key: &'k Key,
    pub(crate) signer: &'k str,
    /// Those of the owner where there is none.
    pub(crate) labels: Option<u8>,
    pub(crate) inception: u32,
    pub(crate) expiration: u32,
    pub(crate) original_ttl: u32,
    pub(crate) ttl: u32,
    pub(crate) key_tag: u16,
    pub(crate) algorithm: u8,
}

impl<'k> Signing<'k> {
    pub(crate) fn by(key: &'k Key, signer: &'k str) -> Self {
        Self {
            key,
            signer,
            labels: None,
            inception: AT - DAY,
            expiration: AT + DAY,
            original_ttl: TTL,
            ttl: TTL,
            key_tag: key.tag(),
            algorithm: key.algorithm,
        }
    }

    /// RFC 4034 §3.1.8.1.
    pub(crate) fn sign(&self, set: &[Rr]) -> Rr {
        let first = &set[0];
        let labels = labels(&first.owner);
        let own = u8::try_from(
            labels.len() - usize::from(labels.first().is_some_and(|label| *label == b"*")),
        )
        .unwrap();
        let counted = self.labels.unwrap_or(own);
        let mut rdata = first.record_type.to_be_bytes().to_vec();
        rdata.extend([self.algorithm, counted]);
        rdata.extend(self.original_ttl.to_be_bytes());
        rdata.extend(self.expiration.to_be_bytes());
        rdata.extend(self.inception.to_be_bytes());
        rdata.extend(self.key_tag.to_be_bytes());
        rdata.extend(name(self.signer));
        let owner = if counted < own {
            let skipped: usize = labels[..labels.len() - usize::from(counted)]
                .iter()
                .map(|label| label.len() + 1)
                .sum();
            [&[1, b'*'], &first.owner[skipped..]].concat()
        } else {
            first.owner.to_ascii_lowercase()
        };
        let mut message = rdata.clone();
        let mut data: Vec<&Vec<u8>> = set.iter().map(|rr| &rr.rdata).collect();
        data.sort();
        for one in data {
            message.extend(&owner);
            message.extend(first.record_type.to_be_bytes());
            message.extend([0, 1]);
            message.extend(self.original_ttl.to_be_bytes());
            message.extend(u16::try_from(one.len()).unwrap().to_be_bytes());
            message.extend(one);
        }
        rdata.extend(self.key.secret.sign(&message).to_bytes());
        Rr {
            owner: first.owner.clone(),
            record_type: RecordType::Rrsig.into(),
            ttl: self.ttl,
            rdata,
        }
    }

    /// The set, and its signature after it.
    pub(crate) fn signed(&self, set: Vec<Rr>) -> Vec<Rr> {
        let signature = self.sign(&set);
        [set, vec![signature]].concat()
    }
}

fn labels(owner: &[u8]) -> Vec<&[u8]> {
    let mut rest = owner;
    let mut labels = Vec::new();
    while let [length, after @ ..] = rest {
        if *length == 0 {
            break;
        }
        let (label, after) = after.split_at(usize::from(*length));
        labels.push(label);
        rest = after;
    }
    labels
}

/// Records of one owner and type.
pub(crate) fn set(owner: &str, record_type: RecordType, data: &[Vec<u8>]) -> Vec<Rr> {
    let rr = |rdata: &Vec<u8>| Rr {
        owner: name(owner),
        record_type: record_type.into(),
        ttl: TTL,
        rdata: rdata.clone(),
    };
    data.iter().map(rr).collect()
}

/// An A record.
pub(crate) fn a(owner: &str) -> Vec<Rr> {
    set(owner, RecordType::A, &[vec![192, 0, 2, 1]])
}

pub(crate) fn soa(zone: &str) -> Vec<Rr> {
    let mut rdata = [name("ns.test"), name("h.test")].concat();
    for number in [1u32, 3_600, 600, 86_400, TTL] {
        rdata.extend(number.to_be_bytes());
    }
    set(zone, RecordType::Soa, &[rdata])
}

pub(crate) fn nsec(owner: &str, next: &str, types: &[RecordType]) -> Vec<Rr> {
    set(
        owner,
        RecordType::Nsec,
        &[[name(next), bitmap(types)].concat()],
    )
}

/// RFC 5155 §5, no salt.
pub(crate) fn nsec3_hash(owner: &str, iterations: u16) -> [u8; 20] {
    (0..iterations).fold(sha1(&name(owner)), |hash, _| sha1(&hash))
}

/// The parameters of an NSEC3.
#[derive(Clone, Copy)]
pub(crate) struct Nsec3 {
    pub(crate) hash_algorithm: u8,
    pub(crate) flags: u8,
    pub(crate) iterations: u16,
}

pub(crate) const NSEC3: Nsec3 = Nsec3 {
    hash_algorithm: 1,
    flags: 0,
    iterations: 0,
};

impl Nsec3 {
    /// From one hash to another.
    pub(crate) fn between(
        self,
        zone: &str,
        from: [u8; 20],
        to: [u8; 20],
        types: &[RecordType],
    ) -> Vec<Rr> {
        let label = data_encoding::BASE32HEX_NOPAD
            .encode(&from)
            .to_ascii_lowercase();
        let mut rdata = vec![self.hash_algorithm, self.flags];
        rdata.extend(self.iterations.to_be_bytes());
        rdata.extend([0, 20]);
        rdata.extend(to);
        rdata.extend(bitmap(types));
        set(&format!("{label}.{zone}"), RecordType::Nsec3, &[rdata])
    }

    /// At a name, up to the very next hash.
    pub(crate) fn at(self, zone: &str, owner: &str, types: &[RecordType]) -> Vec<Rr> {
        let hash = nsec3_hash(owner, self.iterations);
        self.between(zone, hash, step(hash, 1), types)
    }

    /// Around a name that has none.
    pub(crate) fn around(self, zone: &str, owner: &str) -> Vec<Rr> {
        self.around_hash(zone, nsec3_hash(owner, self.iterations))
    }

    pub(crate) fn around_hash(self, zone: &str, hash: [u8; 20]) -> Vec<Rr> {
        self.between(zone, step(hash, -1), step(hash, 1), &[RecordType::A])
    }
}

/// The hash so far away; the last octet of those used here leaves room.
fn step(mut hash: [u8; 20], by: i8) -> [u8; 20] {
    hash[19] = hash[19].checked_add_signed(by).unwrap();
    hash
}

/// RFC 4034 §4.1.2.
fn bitmap(types: &[RecordType]) -> Vec<u8> {
    let mut numbers: Vec<u16> = types.iter().map(|one| u16::from(*one)).collect();
    numbers.sort_unstable();
    let last = numbers.last().map_or(0, |last| last / 8 + 1);
    let mut bits = vec![0u8; usize::from(last)];
    for number in numbers {
        bits[usize::from(number / 8)] |= 0x80 >> (number % 8);
    }
    if bits.is_empty() {
        return bits;
    }
    [vec![0, u8::try_from(bits.len()).unwrap()], bits].concat()
}
