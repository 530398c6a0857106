//! Whether TLSA records authenticate a host's chain: DANE-EE(3) and DANE-TA(2) as SMTP wants them (RFC 7672 §3),
//! PKIX-EE(1) and PKIX-TA(0) where the caller asks for them (RFC 6698 §2.1.1). Where the records come from, and that
//! their RR set is secure, is not asked here.

use core::cell::Cell;

use super::Tlsa;
use super::anchor;
use super::matching::Candidate;
use super::outcome::{DaneMatch, DaneOutcome, DaneStatus, TlsaOutcome};
use super::usable::{DIGEST_ORDER, in_order, unusable};
use crate::bytes::Bytes;
use crate::crypto::SignatureVerifier;
use crate::limits;
use crate::name::Name;
use crate::result_type::ResultType;
use crate::time::Time;
use crate::x509::reason::{self, Failure, failed};
use crate::x509::{self, Certificate, matches_with_common_name};

/// What a caller may choose; the default is SMTP's.
#[derive(Debug, Clone, Copy)]
pub struct DaneOptions<'a> {
    /// Whether usages 0 and 1 can be used. RFC 7672 §3.1.3: not for SMTP.
    pub allow_pkix: bool,
    /// Trusted roots (DER), for usages 0 and 1 alone.
    pub roots: &'a [Bytes],
    /// Matching types, strongest first (RFC 7671 §9); a digest that is not named cannot be used.
    pub digest_order: &'a [u8],
}

impl Default for DaneOptions<'_> {
    fn default() -> Self {
        Self {
            allow_pkix: false,
            roots: &[],
            digest_order: DIGEST_ORDER,
        }
    }
}

/// Holds a chain (DER, leaf first) against TLSA records. `names` are the reference identifiers of DANE-TA, PKIX-TA
/// and PKIX-EE (RFC 7672 §3.2.2), of which any one must match; DANE-EE looks at none, nor at dates or anything else
/// in the leaf (RFC 7672 §3.1.1).
///
/// Where several records fail, the failure told is that of the one which came farthest: a path to an anchor that is
/// broken before no match at all.
#[must_use]
pub fn verify_dane(
    tlsa: &[Tlsa],
    chain: &[Bytes],
    names: &[Name],
    at: Time,
    options: &DaneOptions<'_>,
    verifier: &dyn SignatureVerifier,
) -> DaneOutcome {
    let why = unusable(tlsa, options.allow_pkix, options.digest_order);
    let order = in_order(tlsa, &why, options.digest_order);
    let mut records: Vec<TlsaOutcome> = why
        .into_iter()
        .enumerate()
        .map(|(index, why)| TlsaOutcome {
            index,
            usable: why.is_none(),
            why,
        })
        .collect();
    if order.is_empty() {
        let told = (!tlsa.is_empty()).then_some((ResultType::TlsaInvalid, "no-usable-records"));
        return DaneOutcome {
            status: DaneStatus::NoUsableRecords,
            result_type: told.map(|(result_type, _)| result_type),
            matched: None,
            reason: told.map(|(_, reason)| reason),
            records,
        };
    }
    let attempt = Attempt {
        tlsa,
        order,
        chain,
        names,
        at,
        options,
        verifier,
    };
    match attempt.run(&mut records) {
        Ok(matched) => {
            for record in records.iter_mut().filter(|record| record.usable) {
                record.why = None;
            }
            DaneOutcome {
                status: DaneStatus::Authenticated,
                result_type: None,
                matched: Some(matched),
                reason: None,
                records,
            }
        }
        Err(Failure(result_type, reason)) => DaneOutcome {
            status: DaneStatus::Failed,
            result_type: Some(result_type),
            matched: None,
            reason: Some(reason),
            records,
        },
    }
}

struct Attempt<'a> {
    tlsa: &'a [Tlsa],
    order: Vec<usize>,
    chain: &'a [Bytes],
    names: &'a [Name],
    at: Time,
    options: &'a DaneOptions<'a>,
    verifier: &'a dyn SignatureVerifier,
}

impl Attempt<'_> {
    /// Usage after usage, the DANE ones first; each record that fails has its reason noted.
    fn run(&self, records: &mut [TlsaOutcome]) -> Result<DaneMatch, Failure> {
        let mut told = failed(reason::TLSA_NO_MATCH);
        for usage in [3, 2, 1, 0] {
            let order: Vec<usize> = self
                .order
                .iter()
                .copied()
                .filter(|index| {
                    self.tlsa
                        .get(*index)
                        .is_some_and(|record| record.usage == usage)
                })
                .collect();
            if order.is_empty() {
                continue;
            }
            let mut note = |index: usize, why| {
                if let Some(record) = records.get_mut(index) {
                    record.why = Some(why);
                }
            };
            let Some((leaf, others)) = self.chain.split_first() else {
                told = failed(reason::NO_CERTIFICATE);
                order.iter().for_each(|index| note(*index, told.1));
                continue;
            };
            let fault = match usage {
                3 | 1 => {
                    let mut leaf = Candidate::new(leaf);
                    let mut found = None;
                    for index in &order {
                        let record = self.tlsa.get(*index);
                        match record.and_then(|record| leaf.is_named_by(record)) {
                            Some(true) => found = found.or(Some(*index)),
                            Some(false) => note(*index, reason::TLSA_NO_MATCH),
                            None => note(*index, "no-public-key"),
                        }
                    }
                    let Some(index) = found else {
                        continue;
                    };
                    let judged = match usage {
                        3 => Ok(()),
                        _ => self.web_pki(&|_, _| true),
                    };
                    match judged {
                        Ok(()) => return Ok(DaneMatch { index, depth: 0 }),
                        Err(fault) => {
                            note(index, fault.1);
                            fault
                        }
                    }
                }
                2 => match self.anchored(leaf, others, &order) {
                    Ok((matched, None)) => return Ok(matched),
                    Ok((matched, Some(fault))) => {
                        order
                            .iter()
                            .for_each(|index| note(*index, reason::TLSA_NO_MATCH));
                        note(matched.index, fault.1);
                        fault
                    }
                    Err(fault) => {
                        order.iter().for_each(|index| note(*index, fault.1));
                        fault
                    }
                },
                _ => match self.through(&order) {
                    Ok(matched) => return Ok(matched),
                    Err(fault) => {
                        order.iter().for_each(|index| note(*index, fault.1));
                        fault
                    }
                },
            };
            if told.1 == reason::TLSA_NO_MATCH {
                told = fault;
            }
        }
        Err(told)
    }

    /// DANE-TA: the anchor that was found, and what is wrong with its path or with the names.
    fn anchored(
        &self,
        leaf: &Bytes,
        others: &[Bytes],
        order: &[usize],
    ) -> Result<(DaneMatch, Option<Failure>), Failure> {
        if self.chain.len() > limits::CHAIN_CERTIFICATES {
            return Err(failed(reason::CHAIN_TOO_LONG));
        }
        let leaf = Certificate::parse(leaf).map_err(|_| failed(reason::CERTIFICATE_MALFORMED))?;
        let found = anchor::find(self.tlsa, order, &leaf, others, self.at, self.verifier)?;
        let fault = found.fault.or_else(|| {
            let named = self
                .names
                .iter()
                .any(|name| matches_with_common_name(&leaf, name));
            (!named).then_some(Failure(
                ResultType::CertificateHostMismatch,
                reason::NO_NAME_MATCHES,
            ))
        });
        Ok((found.matched, fault))
    }

    /// PKIX-TA: a path to a trusted root, with a CA on it that a record names.
    fn through(&self, order: &[usize]) -> Result<DaneMatch, Failure> {
        let matched = Cell::new(None);
        self.web_pki(&|depth, der| {
            let found = Candidate::new(der).first_match(self.tlsa, order);
            matched.set(found.map(|index| DaneMatch { index, depth }));
            found.is_some()
        })?;
        matched.get().ok_or_else(|| failed(reason::TLSA_NO_MATCH))
    }

    fn web_pki(&self, through: &dyn Fn(usize, &[u8]) -> bool) -> Result<(), Failure> {
        let chain: Vec<&[u8]> = self.chain.iter().map(|der| &**der).collect();
        let roots: Vec<&[u8]> = self.options.roots.iter().map(|der| &**der).collect();
        x509::judge_web_pki(&chain, self.names, &roots, self.at, self.verifier, through)
    }
}
