//! What a validator proved about zones, to be given back to the next one: keys of signed zones and proofs that
//! others are unsigned. Trusted input: whoever writes an entry is a trust anchor.

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
    /// For a secure zone its keys, each as two octets of length and the RDATA of its DNSKEY; else nothing.
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
    /// What it stands for; `None` where it has expired or can't be read.
    pub(super) fn cut(&self, at: Time) -> Option<Result<Cut, Fault>> {
        if self.expires_at <= at {
            return None;
        }
        if self.status == ZoneStatus::Insecure {
            let why = Reason::UnsignedDelegation;
            return Some(Err(Fault::insecure(why, &self.zone, RecordType::Ds)));
        }
        let zone = Zone {
            name: self.zone.clone(),
            parent: None,
            keys: read_keys(&self.data.0)?,
            ds: Vec::new(),
            signatures: Vec::new(),
            expires: self.expires_at,
            cached: true,
        };
        Some(Ok(Cut::Zone(Arc::new(zone))))
    }
}

impl Validator<'_> {
    /// What can be kept of the zones met, by name. An entry never outlives the signatures and TTLs it rests on.
    #[must_use]
    pub fn chain_cache(&self) -> Vec<ChainCacheEntry> {
        let state = self.state();
        let mut entries = Vec::new();
        for (name, cut) in state.cuts.iter() {
            let (status, expires_at, data) = match cut {
                Ok(Cut::Zone(zone)) => (ZoneStatus::Secure, zone.expires, write_keys(&zone.keys)),
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

fn write_keys(keys: &[ZoneKey]) -> Vec<u8> {
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
    data
}

fn read_keys(mut data: &[u8]) -> Option<Vec<ZoneKey>> {
    let mut keys = Vec::new();
    while let [high, low, rest @ ..] = data {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
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
    (data.is_empty() && !keys.is_empty()).then_some(keys)
}
