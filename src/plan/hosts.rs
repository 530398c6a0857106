//! What `mode: enforce` would do to each mail host as it is seen today: listed in the policy, STARTTLS, a certificate
//! for its name (RFC 8461 §4). The judgement is the engine's own, of a host that must show a WebPKI certificate.

use crate::bytes::Bytes;
use crate::decide::{Basis, Conformance, HostVerdict, MessageOptions, Requirement, why_not};
use crate::facts::{HostFacts, ObservedSession, Session, SessionFacts};
use crate::finding::{Finding, codes::decide as codes};
use crate::mta_sts::{MxPattern, match_mx};
use crate::name::Name;
use crate::time::Time;
use crate::x509;

/// One mail host, as far as it is known.
#[derive(Debug, Clone)]
pub(super) struct Host {
    pub(super) name: Name,
    pub(super) sessions: Vec<ObservedSession>,
    /// Certificate or key to come; empty where there is none.
    pub(super) next: Bytes,
    /// Whether TLSA records are wanted.
    pub(super) tlsa: bool,
}

impl Host {
    pub(super) fn new(name: &Name) -> Self {
        Self {
            name: name.clone(),
            sessions: Vec::new(),
            next: Bytes::default(),
            tlsa: false,
        }
    }

    /// With the sessions of a live check.
    pub(super) fn seen(facts: &HostFacts) -> Self {
        let sessions = match &facts.sessions {
            SessionFacts::Observed { sessions } => sessions.clone(),
            _ => Vec::new(),
        };
        Self {
            sessions,
            ..Self::new(&facts.host)
        }
    }

    /// With the chain that the caller knows of.
    pub(super) fn show(&mut self, chain: &[Bytes]) {
        let session = Session {
            starttls: true,
            chain: chain.to_vec(),
            ..Session::default()
        };
        self.sessions = vec![ObservedSession {
            session,
            web_pki: None,
            dane: None,
        }];
    }

    /// What stands against `mode: enforce`.
    pub(super) fn judge(
        &self,
        patterns: &[MxPattern],
        roots: &[Bytes],
        at: Time,
        findings: &mut Vec<Finding>,
    ) {
        let name = &self.name;
        if match_mx(patterns, name).is_none() {
            let entry = &codes::STS_MX_NOT_LISTED_TESTING;
            findings.push(Finding::new(entry, name, &[name]));
        }
        if self.sessions.is_empty() {
            let why = "nobody has shown it";
            findings.push(Finding::new(
                &codes::SESSION_UNOBSERVED,
                name,
                &[name, &why],
            ));
        }
        let verdict = self.demand();
        for observed in &self.sessions {
            let mut observed = observed.clone();
            if !roots.is_empty() {
                let outcome = x509::verify_web_pki(&observed.session.chain, name, roots, at);
                observed.web_pki = Some(outcome);
            } else if observed.web_pki.is_none() {
                findings.push(Finding::new(&codes::ROOTS_MISSING, name, &[name]));
            }
            let Some(why) = why_not(&verdict, &observed) else {
                continue;
            };
            let finding = Finding::new(&codes::SESSION_WOULD_FAIL, name, &[name, &why]);
            if !findings.contains(&finding) {
                findings.push(finding);
            }
        }
    }

    /// The host under `mode: enforce`, for a sender that knows MTA-STS alone. That it may not be listed was told; here
    /// its certificate is looked at.
    fn demand(&self) -> HostVerdict {
        let name = &self.name;
        HostVerdict {
            host: name.clone(),
            preference: 0,
            addresses: Vec::new(),
            requirement: Requirement::Webpki,
            basis: vec![Basis::MtaSts],
            sts: None,
            server_name: name.clone(),
            tlsa_base: None,
            reference_names: Vec::new(),
            tlsa: Vec::new(),
            policies: Vec::new(),
            message: MessageOptions::default(),
            conformance: Conformance::Unobserved,
            session: None,
            because: Vec::new(),
        }
    }
}
