//! The judgement after a handshake (SEMANTICS §5.2): one action for the message, one result for each policy
//! that applied. Transient TCP errors are no policy failures (RFC 8460 §4.3.4).

use super::verdict::{
    Basis, BeforeFail, HostPolicy, HostVerdict, PolicyType, Requirement, SessionAction,
    SessionVerdict, Step,
};
use crate::dane::{DaneOutcome, DaneStatus};
use crate::facts::{ObservedSession, Session, SessionStage};
use crate::mta_sts::Mode;
use crate::result_type::ResultType;
use crate::time::Time;
use crate::x509::{self, WebPkiOutcome, WebPkiStatus};

/// Judges one session with a host of the plan.
///
/// `roots` are DER certificates; without any, a certificate can't be valid by WebPKI. `earlier` are the
/// judgements of the hosts already tried, `more` says whether hosts are left to try.
#[must_use]
pub fn judge_session(
    host: &HostVerdict,
    session: &Session,
    roots: &[impl AsRef<[u8]>],
    earlier: &[SessionVerdict],
    more: bool,
    at: Time,
) -> SessionVerdict {
    let web_pki = x509::verify_web_pki(&session.chain, &host.host, roots, at);
    let dane = (!host.tlsa.is_empty() && !session.chain.is_empty())
        .then(|| super::dane::verify(&host.tlsa, session, &host.reference_names, at));
    Judge {
        host,
        session,
        web_pki: Some(&web_pki),
        dane: dane.as_ref(),
    }
    .verdict(earlier, more)
}

/// Why a sender that goes by the requirement of `host` turns away from an observed session, in words; `None`: it
/// does not, or the session came to nothing.
pub(crate) fn why_not(host: &HostVerdict, observed: &ObservedSession) -> Option<String> {
    let judge = Judge {
        host,
        session: &observed.session,
        web_pki: observed.web_pki.as_ref(),
        dane: observed.dane.as_ref(),
    };
    let (Outcome::NoTls(failure)
    | Outcome::Tls {
        web_pki: Err(failure),
    }) = judge.outcome()
    else {
        return None;
    };
    Some(failure.words())
}

/// The session, the host it was held with and what the path validation said.
pub(super) struct Judge<'a> {
    pub host: &'a HostVerdict,
    pub session: &'a Session,
    /// `None`: nobody could check the path.
    pub web_pki: Option<&'a WebPkiOutcome>,
    /// `None`: nothing to hold it against.
    pub dane: Option<&'a DaneOutcome>,
}

/// A failure as TLS-RPT words it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub result_type: ResultType,
    pub reason: Option<String>,
}

/// What this session proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It could not be held: nothing is known about policies (RFC 8460 §4.3.4).
    Transient,
    /// TLS stands; `web_pki` says whether the certificate holds, `Ok(false)` = nobody checked.
    Tls { web_pki: Result<bool, Failure> },
    /// No TLS.
    NoTls(Failure),
}

impl Judge<'_> {
    pub(super) fn verdict(&self, earlier: &[SessionVerdict], more: bool) -> SessionVerdict {
        let outcome = self.outcome();
        let mut because = vec![self.seen(&outcome)];
        if outcome == Outcome::Transient {
            because.push(Step::new(
                "the session never came to TLS",
                "RFC 8460 §4.3.4",
                "no policy failed; the host can't take the message now",
            ));
            let action = if more {
                SessionAction::TryNext
            } else {
                SessionAction::Defer
            };
            let enhanced_status = Some(UNREACHABLE.to_owned());
            return SessionVerdict {
                action,
                enhanced_status,
                before_fail: None,
                because,
                results: Vec::new(),
            };
        }

        let results = self.results(&outcome);
        let reported = results.iter().any(|result| result.result_type.is_some());
        let blocking = self.blocking(&outcome);
        let Some((failure, step)) = blocking else {
            let action = if reported && self.has_policy() {
                SessionAction::DeliverAndReport
            } else {
                SessionAction::Deliver
            };
            because.push(Step::new(
                format_args!("requirement `{}`", self.host.requirement),
                "RFC 8461 §5",
                match action {
                    SessionAction::Deliver => "met: deliver",
                    _ => "the failure does not stop the message: deliver and report",
                },
            ));
            return SessionVerdict {
                action,
                enhanced_status: None,
                before_fail: None,
                because,
                results,
            };
        };
        because.push(step);
        self.refuse(&failure, earlier, more, because, results)
    }

    fn refuse(
        &self,
        failure: &Failure,
        earlier: &[SessionVerdict],
        more: bool,
        because: Vec<Step>,
        results: Vec<HostPolicy>,
    ) -> SessionVerdict {
        let before_fail = self
            .is_stopped_by_sts()
            .then_some(BeforeFail::RecheckStsTxt);
        // RFC 8689 §4.2.1: with no host left a message with REQUIRETLS comes back, unless one was merely
        // out of reach or its TLSA records could not be found out (RFC 7672 §2.1.1).
        let all_known = !is_unknown(&results)
            && earlier.iter().all(|verdict| {
                verdict.enhanced_status.as_deref() != Some(UNREACHABLE)
                    && !is_unknown(&verdict.results)
            });
        let bounce = self.host.message.requires_tls() && all_known;
        let (action, status) = match (more, bounce) {
            (true, _) => (SessionAction::TryNext, None),
            (false, true) if failure.reason.as_deref() == Some(REQUIRETLS_NOT_OFFERED) => {
                (SessionAction::Fail, Some("5.7.30"))
            }
            (false, true) => (SessionAction::Fail, Some("5.7.10")),
            (false, false) => (SessionAction::Defer, Some(deferral_status(failure))),
        };
        SessionVerdict {
            action,
            enhanced_status: status.map(str::to_owned),
            before_fail,
            because,
            results,
        }
    }

    /// Whether the message would go but for MTA-STS: then the TXT is looked up again before it is given up (SEMANTICS §2.4).
    fn is_stopped_by_sts(&self) -> bool {
        if !self.host.basis.contains(&Basis::MtaSts) {
            return false;
        }
        match self.host.requirement {
            Requirement::Webpki => true,
            Requirement::DaneAndWebpki => self.dane_holds().is_ok(),
            Requirement::Unusable => !self.host.basis.contains(&Basis::Local),
            Requirement::Dane | Requirement::Encrypted | Requirement::Opportunistic => false,
        }
    }

    /// What the session proves, before any policy is asked.
    pub(super) fn outcome(&self) -> Outcome {
        let error = self.session.error.as_ref();
        match error.map(|error| error.stage) {
            Some(SessionStage::Connect) => return Outcome::Transient,
            Some(SessionStage::Smtp) if self.session.chain.is_empty() => return Outcome::Transient,
            Some(SessionStage::Starttls | SessionStage::Handshake) => {
                let code = error.map_or("handshake-failed", |error| error.code.as_str());
                return Outcome::NoTls(failure(ResultType::ValidationFailure, Some(code)));
            }
            Some(SessionStage::Smtp) | None => {}
        }
        if !self.session.starttls {
            return Outcome::NoTls(failure(ResultType::StarttlsNotSupported, None));
        }
        Outcome::Tls {
            web_pki: self.holds(),
        }
    }

    /// What the requirement asks of the certificate: DANE, WebPKI or both; where it asks nothing, WebPKI is told.
    fn holds(&self) -> Result<bool, Failure> {
        match self.host.requirement {
            Requirement::Dane => self.dane_holds().map(|()| true),
            Requirement::DaneAndWebpki => self.dane_holds().and_then(|()| self.web_pki_holds()),
            _ => self.web_pki_holds(),
        }
    }

    /// RFC 7672 §3: some TLSA record authenticates the chain, as long as there is one that can be used or the requirement
    /// says that there is. Versions of TLS do not matter (RFC 7672 §7).
    fn dane_holds(&self) -> Result<(), Failure> {
        let required = matches!(
            self.host.requirement,
            Requirement::Dane | Requirement::DaneAndWebpki
        );
        match self.dane {
            Some(outcome) if outcome.status == DaneStatus::Failed => Err(Failure {
                result_type: outcome.result_type.unwrap_or(ResultType::ValidationFailure),
                reason: outcome.reason.map(str::to_owned),
            }),
            Some(outcome) if outcome.status == DaneStatus::Authenticated || !required => Ok(()),
            None if self.host.tlsa.is_empty() && !required => Ok(()),
            _ => Err(failure(
                ResultType::ValidationFailure,
                Some("tlsa-no-match"),
            )),
        }
    }

    /// SEMANTICS §2.6: a version that is not deprecated (RFC 8996) and a valid path for the MX host.
    pub(super) fn web_pki_holds(&self) -> Result<bool, Failure> {
        if let Some(version) = self.session.tls_version.as_deref()
            && is_deprecated(version)
        {
            return Err(failure(ResultType::ValidationFailure, Some("tls-version")));
        }
        match self.web_pki {
            None => Ok(false),
            Some(outcome) if outcome.status == WebPkiStatus::Valid => Ok(true),
            Some(outcome) => Err(Failure {
                result_type: outcome.result_type.unwrap_or(ResultType::ValidationFailure),
                reason: outcome.reason.clone(),
            }),
        }
    }

    /// The failure that stops the message here, with its step; `None`: it goes.
    fn blocking(&self, outcome: &Outcome) -> Option<(Failure, Step)> {
        let requirement = self.host.requirement;
        let message = self.host.message;
        if message.ignores_policy() && !self.host.basis.contains(&Basis::Local) {
            return None;
        }
        if requirement == Requirement::Unusable {
            let failure = self.host.policies.iter().find_map(|policy| {
                Some(Failure {
                    result_type: policy.result_type?,
                    reason: policy.reason.clone(),
                })
            });
            let failure = failure.unwrap_or(Failure {
                result_type: ResultType::ValidationFailure,
                reason: None,
            });
            let step = Step::new(
                "the plan rules this host out",
                "RFC 8461 §5",
                "the message must not go here",
            );
            return Some((failure, step));
        }
        let found = match outcome {
            Outcome::Transient => None,
            Outcome::NoTls(failure) if requirement != Requirement::Opportunistic => Some((
                failure.clone(),
                Step::new(
                    "there is no TLS",
                    "RFC 8461 §4.2",
                    "the message must not go in the clear",
                ),
            )),
            Outcome::Tls { web_pki } if requirement.is_authenticated() => {
                certificate_blocks(web_pki, requirement)
            }
            Outcome::NoTls(_) | Outcome::Tls { .. } => None,
        };
        found.or_else(|| {
            let offered = self.session.require_tls == Some(true);
            (message.requires_tls() && !offered).then(|| {
                (
                    failure(ResultType::ValidationFailure, Some(REQUIRETLS_NOT_OFFERED)),
                    Step::new(
                        "EHLO after TLS does not offer REQUIRETLS",
                        "RFC 8689 §4.2.1",
                        "the message must not go to this host",
                    ),
                )
            })
        })
    }

    /// One result for each policy of the host; a session about reports is never counted (RFC 8460 §5.3).
    fn results(&self, outcome: &Outcome) -> Vec<HostPolicy> {
        if self.host.message.kind == super::options::MessageKind::TlsReport {
            return Vec::new();
        }
        let failure = match outcome {
            Outcome::Transient => None,
            Outcome::NoTls(failure)
            | Outcome::Tls {
                web_pki: Err(failure),
            } => Some(failure),
            Outcome::Tls { web_pki: Ok(_) } => None,
        };
        // Each policy has a result of its own: the one may hold where the other fails.
        let (by_dane, by_web_pki) = (self.dane_holds().err(), self.web_pki_holds().err());
        self.host
            .policies
            .iter()
            .map(|policy| {
                let seen = match policy.policy_type {
                    // Without a policy TLS alone is success (SEMANTICS §6).
                    PolicyType::NoPolicyFound if matches!(outcome, Outcome::Tls { .. }) => None,
                    PolicyType::Tlsa if matches!(outcome, Outcome::Tls { .. }) => by_dane.as_ref(),
                    PolicyType::Sts if matches!(outcome, Outcome::Tls { .. }) => {
                        by_web_pki.as_ref()
                    }
                    _ => failure,
                };
                let mut result = policy.clone();
                if result.result_type.is_none() {
                    result.result_type = seen.map(|failure| failure.result_type);
                    result.reason = seen.and_then(|failure| failure.reason.clone());
                }
                result
            })
            .collect()
    }

    fn has_policy(&self) -> bool {
        self.host
            .policies
            .iter()
            .any(|policy| policy.policy_type != PolicyType::NoPolicyFound)
    }

    fn seen(&self, outcome: &Outcome) -> Step {
        let fact = match outcome {
            Outcome::Transient => {
                let message = self
                    .session
                    .error
                    .as_ref()
                    .map_or("", |error| error.message.as_str());
                return Step::new(
                    format_args!("`{}`: {message}", self.host.host),
                    "RFC 8460 §4.3.4",
                    "nothing is known about TLS",
                );
            }
            Outcome::NoTls(failure)
            | Outcome::Tls {
                web_pki: Err(failure),
            } => failure.words(),
            Outcome::Tls { web_pki: Ok(true) } if self.host.requirement == Requirement::Dane => {
                "TLS, and a TLSA record authenticates the chain".to_owned()
            }
            Outcome::Tls { web_pki: Ok(true) } => {
                "TLS, and the certificate is valid for the MX host".to_owned()
            }
            Outcome::Tls { web_pki: Ok(false) } => {
                "TLS; without roots nobody checked the certificate".to_owned()
            }
        };
        let mode = self.host.sts.as_ref().map(|sts| sts.mode);
        let rule = if self.host.requirement == Requirement::Dane {
            "RFC 7672 §2.2"
        } else if matches!(mode, Some(Mode::Enforce | Mode::Testing)) {
            "RFC 8461 §4.2"
        } else {
            "RFC 3207 §4"
        };
        Step::new(
            fact,
            rule,
            format_args!("held against requirement `{}`", self.host.requirement),
        )
    }
}

impl Failure {
    /// In words, for a step.
    pub(super) fn words(&self) -> String {
        let what = match self.result_type {
            _ if self.reason.as_deref() == Some("tlsa-no-match") => {
                return "no TLSA record matches the chain".to_owned();
            }
            ResultType::StarttlsNotSupported => "the host does not offer STARTTLS",
            ResultType::CertificateHostMismatch => "no name in the certificate is the MX host's",
            ResultType::CertificateNotTrusted => "the certificate leads to no trusted root",
            ResultType::CertificateExpired => "the certificate is outside its dates",
            _ => "the session fails validation",
        };
        match &self.reason {
            Some(reason) => format!("{what} ({reason})"),
            None => what.to_owned(),
        }
    }
}

/// Whether the look-up of TLSA records failed: another time the host may suit.
fn is_unknown(results: &[HostPolicy]) -> bool {
    let failed = Some(ResultType::DnssecInvalid);
    results.iter().any(|result| result.result_type == failed)
}

/// RFC 8996 §4, §5; as OpenSSL writes versions.
pub(super) fn is_deprecated(version: &str) -> bool {
    matches!(version, "SSLv3" | "TLSv1" | "TLSv1.0" | "TLSv1.1")
}

/// RFC 3463 §3.5: no answer from host.
const UNREACHABLE: &str = "4.4.1";

const REQUIRETLS_NOT_OFFERED: &str = "requiretls-not-offered";

fn certificate_blocks(
    holds: &Result<bool, Failure>,
    requirement: Requirement,
) -> Option<(Failure, Step)> {
    let clause = if requirement == Requirement::Dane {
        "RFC 7672 §2.2"
    } else {
        "RFC 8461 §4.2"
    };
    match holds {
        Ok(true) => None,
        Ok(false) => Some((
            failure(ResultType::CertificateNotTrusted, Some("no-roots")),
            Step::new(
                "no roots were given",
                "RFC 8461 §4.2",
                "the certificate can't be trusted",
            ),
        )),
        Err(failure) => Some((
            failure.clone(),
            Step::new(
                failure.words(),
                clause,
                "the message must not go to this host",
            ),
        )),
    }
}

fn failure(result_type: ResultType, reason: Option<&str>) -> Failure {
    Failure {
        result_type,
        reason: reason.map(str::to_owned),
    }
}

/// RFC 3463 §3.8 as MTAs use it: 4.7.4 no TLS, 4.7.5 a certificate or policy that does not hold.
fn deferral_status(failure: &Failure) -> &'static str {
    if failure.result_type == ResultType::StarttlsNotSupported {
        "4.7.4"
    } else {
        "4.7.5"
    }
}
