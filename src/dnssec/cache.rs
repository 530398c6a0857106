//! What a validator proved about zones, to be given back to the next one: keys of signed zones, which signatures of
//! theirs hold, and proofs that others are unsigned. Trusted input: whoever writes an entry is a trust anchor.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::algorithm::dnskey_octets;
use super::reason::{Fault, Reason};
use super::rrset::ZoneKey;
use super::validator::Validator;
use super::zone::{Cut, Zone};
use crate::bytes::Bytes;
use crate::dns::{Dnskey, RecordType};
use crate::limits;
use crate::name::Name;
use crate::time::Time;
use crate::value::read_struct;

/// What is kept of one zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChainCacheEntry {
    /// The zone.
    pub zone: Name,
    /// Secure or insecure.
    pub status: ZoneStatus,
    /// The end of the TTLs and signatures that it rests on, those of the zones above included.
    pub expires_at: Time,
    /// For a secure zone its keys, each as two octets of length and the RDATA of its DNSKEY; after two zero octets
    /// the SHA-256 of each signature verified with them, its signed data and its key. Else nothing.
    pub data: Bytes,
}

read_struct!(ChainCacheEntry {
    zone: "zone",
    status: "status",
    expires_at: "expiresAt",
    data: "data",
});

/// The two statuses that can be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ZoneStatus {
    /// Its keys are proven.
    Secure,
    /// It is proven unsigned.
    Insecure,
}

impl ChainCacheEntry {
    /// What it stands for, and the signatures that need no second verification; `None` where it has expired or
    /// can't be read.
    pub(super) fn read(&self, at: Time) -> Option<(Result<Cut, Fault>, Vec<Digest>)> {
        if self.expires_at <= at {
            return None;
        }
        if self.status == ZoneStatus::Insecure {
            let why = Reason::UnsignedDelegation;
            let fault = Fault::insecure(why, &self.zone, RecordType::Ds);
            return Some((Err(fault), Vec::new()));
        }
        let (keys, verified) = read_data(&self.data.0)?;
        let zone = Zone {
            name: self.zone.clone(),
            parent: None,
            keys,
            ds: Vec::new(),
            signatures: Vec::new(),
            expires: self.expires_at,
            cached: true,
        };
        Some((Ok(Cut::Zone(Arc::new(zone))), verified))
    }
}

type Digest = [u8; 32];

impl Validator<'_> {
    /// What can be kept of the zones met, by name. An entry never outlives the signatures and TTLs it rests on.
    #[must_use]
    pub fn chain_cache(&self) -> Vec<ChainCacheEntry> {
        let state = self.state();
        let mut entries = Vec::new();
        for (name, cut) in state.cuts.iter() {
            let (status, expires_at, data) = match cut {
                Ok(Cut::Zone(zone)) => {
                    let verified: Vec<&Digest> = self.verified(name).collect();
                    let surplus = verified.len().saturating_sub(limits::KEPT_SIGNATURES);
                    let data = write_data(&zone.keys, verified.into_iter().skip(surplus));
                    (ZoneStatus::Secure, zone.expires, data)
                }
                Err(_) => match state.unsigned.get(name) {
                    Some((_, expires)) => (ZoneStatus::Insecure, *expires, Vec::new()),
                    None => continue,
                },
                Ok(Cut::None) => continue,
            };
            if expires_at > self.at() {
                entries.push(ChainCacheEntry {
                    zone: name.clone(),
                    status,
                    expires_at,
                    data: Bytes(data),
                });
            }
        }
        entries
    }
}

fn write_data<'d>(keys: &[ZoneKey], verified: impl Iterator<Item = &'d Digest>) -> Vec<u8> {
    let mut data = Vec::new();
    for key in keys {
        let octets = dnskey_octets(&key.record);
        // No RDATA is longer.
        data.extend(
            u16::try_from(octets.len())
                .unwrap_or(u16::MAX)
                .to_be_bytes(),
        );
        data.extend(octets);
    }
    data.extend([0, 0]);
    data.extend(verified.flatten());
    data
}

fn read_data(mut data: &[u8]) -> Option<(Vec<ZoneKey>, Vec<Digest>)> {
    let mut keys = Vec::new();
    while let [high, low, rest @ ..] = data {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        if length == 0 {
            let (verified, odd) = rest.as_chunks::<32>();
            let sound = odd.is_empty() && verified.len() <= limits::KEPT_SIGNATURES;
            return (sound && !keys.is_empty()).then(|| (keys, verified.to_vec()));
        }
        let (octets, rest) = rest.split_at_checked(length)?;
        let [flags_high, flags_low, protocol, algorithm, public_key @ ..] = octets else {
            return None;
        };
        let record = Dnskey {
            flags: u16::from_be_bytes([*flags_high, *flags_low]),
            protocol: *protocol,
            algorithm: *algorithm,
            public_key: public_key.to_vec(),
        };
        keys.push(ZoneKey::usable(&record).ok()?);
        data = rest;
        if keys.len() > limits::ZONE_KEYS {
            return None;
        }
    }
    None
}
