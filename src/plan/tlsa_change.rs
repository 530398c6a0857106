//! A change of key, certificate or TLSA parameters at one host, in steps that keep RFC 7671 §8: at all times, caches
//! included, every combination of usage, selector and matching type matches the chain in use.
//!
//! | before | step | after |
//! |---|---|---|
//! | records of the current chain | publish records of the next beside them, in the same combinations | two TTLs |
//! | both | deploy the next chain | none: every cached set names it |
//! | both | publish the final set, in whatever combinations: all of them match the chain in use | the old key may be used by nobody until the last old signature ends |

use super::rollover::{PlanError, Timing};
use super::schedule::{Delay, Rollover, RolloverKind, RolloverStep, date, step};
use super::tlsa_set::{
    Parameters, Shown, add, combinations, judge, of, parameters, same, unmatched, words,
};
use super::zone::PublishedRecord;
use crate::bytes::Bytes;
use crate::dane::{Tlsa, tlsa_name};
use crate::finding::{Finding, codes::plan as codes};
use crate::name::Name;
use crate::value::read_struct;

/// The change, and what is seen now.
#[derive(Debug, Clone)]
pub struct TlsaChange {
    /// The mail host.
    pub host: Name,
    /// The recipient domain, as a further name for DANE-TA (RFC 7672 §3.2.2).
    pub domain: Option<Name>,
    /// SMTP port, 25 where nothing is said.
    pub port: Option<u16>,
    /// The full set as published now.
    pub tlsa: Vec<Tlsa>,
    /// The chain in use before the change, DER, leaf first.
    pub current: Vec<Bytes>,
    /// The chain after it, or its bare public key; empty where only the parameters change.
    pub next: Vec<Bytes>,
    /// The chain that the host shows now; empty for the current one.
    pub served: Vec<Bytes>,
    /// Records whose parameters are those of the end; empty for the usable ones of now, or `3 1 1`.
    pub target: Vec<Tlsa>,
    /// Seconds from a signature over the set to its end.
    pub signature_life: Option<u32>,
}

read_struct!(TlsaChange {
    host: "host",
    domain: "domain" or default,
    port: "port" or default,
    tlsa: "tlsa",
    current: "current",
    next: "next" or default,
    served: "served" or default,
    target: "target" or default,
    signature_life: "signatureLife" or default,
});

pub(super) fn plan(change: &TlsaChange, timing: &Timing) -> Result<Rollover, PlanError> {
    let owner = (change.host.is_host_name())
        .then(|| tlsa_name(&change.host, change.port.unwrap_or(PORT)))
        .flatten()
        .ok_or_else(|| PlanError::of(&change.host))?;
    let mut names = vec![change.host.clone()];
    names.extend(change.domain.clone());
    let shown = |chain| Shown {
        chain,
        names: &names,
        at: timing.at,
    };
    let current = shown(&change.current);
    let given = |chain: &'_ [Bytes]| !chain.is_empty();
    // The chain in use is no next one.
    let differs = given(&change.next) && change.next != change.current;
    let next = differs.then(|| shown(&change.next));
    let served = if given(&change.served) {
        shown(&change.served)
    } else {
        current
    };
    let deployed = next.is_some_and(|next| {
        // With the same leaf it is what stands above that changes.
        served.is_same(&next) && (!next.is_same(&current) || served.chain == next.chain)
    });
    let mut planner = Planner {
        change,
        timing,
        owner,
        current,
        next,
        deployed,
        steps: Vec::new(),
        findings: Vec::new(),
    };
    let at = planner.run(&served);
    if at.is_none() {
        planner.steps.clear();
    }
    let end = at.and_then(|at| date(&mut planner.steps, at, timing.since(), timing.at));
    Ok(Rollover {
        kind: RolloverKind::Tlsa,
        subject: planner.owner,
        steps: planner.steps,
        at,
        end,
        findings: planner.findings,
    })
}

const PORT: u16 = 25;

struct Planner<'a> {
    change: &'a TlsaChange,
    timing: &'a Timing,
    owner: Name,
    current: Shown<'a>,
    next: Option<Shown<'a>>,
    deployed: bool,
    steps: Vec<RolloverStep>,
    findings: Vec<Finding>,
}

impl Planner<'_> {
    /// Makes the steps; gives the one to do next, or `None` where there is no plan.
    fn run(&mut self, served: &Shown<'_>) -> Option<usize> {
        let published = &self.change.tlsa;
        let (current, next) = (self.current, self.next);
        let known: Vec<&Shown<'_>> = core::iter::once(&self.current).chain(&next).collect();
        judge(published, &self.owner, served, &known, &mut self.findings);
        if !self.deployed && !served.is_same(&current) {
            self.note(
                &codes::ROLLOVER_CHAIN_UNKNOWN,
                &self.change.host.to_string(),
            );
            return None;
        }
        let target = self.target()?;
        let Some(next) = next else {
            return self.parameters_alone(&target);
        };

        // What to have published before the next chain is used.
        let ready = !published.is_empty() && unmatched(published, &next).is_empty();
        let last = all(&target, &next).or_else(|| self.insufficient(&target, &next, NEXT))?;
        let mut set = published.clone();
        let transition = if self.deployed && ready {
            // That is over; the records of the current chain may be gone.
            let more = combinations(&set).into_iter();
            let more = more.filter_map(|wanted| current.record(wanted)).collect();
            add(&mut set, more);
            set.clone()
        } else {
            self.repair(&mut set, &target)?;
            self.transition(&set, &target, &next)?
        };
        let repaired = !self.deployed && !published.is_empty() && !same(&set, published);
        if self.deployed && !ready {
            // RFC 7671 §8.1: key before record.
            self.note(&codes::ROLLOVER_KEY_FIRST, &self.change.host.to_string());
            self.restore();
        }
        if repaired {
            if unmatched(published, &next).len() < unmatched(published, &current).len() {
                self.note(&codes::ROLLOVER_RECORD_FIRST, &self.owner.to_string());
            }
            let what = "publish a set of which every combination matches the chain in use";
            self.publish("repair-records", &set, what);
        }
        // Records that name both chains need nothing beside them, and no wait.
        let added = published.is_empty() || !same(&transition, &set);
        if added || !(repaired || name_both(&set, &current, &next)) {
            let what = "publish the records of the next chain beside those of the current one";
            self.publish("publish-records", &transition, what);
        }
        if !self.deployed && !ready && of_one_key(published) {
            self.note(&codes::TLSA_LONE, "");
        }
        let deploy = self.steps.len();
        self.deploy(&last);
        let finish = self.steps.len();
        if !same(&last, &transition) {
            self.finish(&last);
        }
        Some(if self.deployed && !ready {
            0
        } else if self.deployed && same(published, &last) {
            self.steps.len()
        } else if self.deployed {
            finish
        } else if ready && !repaired {
            deploy
        } else {
            0
        })
    }

    /// Only the parameters change: every combination, old and new, matches the chain in use (RFC 7671 §8.1, §8.3).
    fn parameters_alone(&mut self, target: &[Parameters]) -> Option<usize> {
        let current = self.current;
        let last =
            all(target, &current).or_else(|| self.insufficient(target, &current, CURRENT))?;
        let published = &self.change.tlsa;
        let sound = unmatched(published, &current).is_empty();
        if published.is_empty() {
            let what = "publish the records of the chain in use";
            self.publish("publish-records", &last, what);
        } else if !self.change.target.is_empty() || !sound || combinations(published).is_empty() {
            self.finish(&last);
        }
        Some(if same(&last, published) {
            self.steps.len()
        } else {
            0
        })
    }

    fn target(&mut self) -> Option<Vec<Parameters>> {
        let mut target: Vec<Parameters> = self.change.target.iter().map(parameters).collect();
        for wanted in &target {
            let (usage, selector, matching_type) = *wanted;
            if !matches!(usage, 2 | 3) || selector > 1 || matching_type > 2 {
                self.note(&codes::ROLLOVER_TARGET, &words(*wanted));
                return None;
            }
        }
        if target.is_empty() {
            target = combinations(&self.change.tlsa);
        }
        if target.is_empty() {
            // RFC 7672 §3.1.
            target.push((3, 1, 1));
        }
        Some(target)
    }

    /// Makes every combination match the current chain: with a record more, or without the combination.
    fn repair(&mut self, set: &mut Vec<Tlsa>, target: &[Parameters]) -> Option<()> {
        let current = self.current;
        for wanted in unmatched(set, &current) {
            match current.record(wanted) {
                Some(record) => add(set, vec![record]),
                None => set.retain(|record| parameters(record) != wanted),
            }
        }
        if combinations(set).is_empty() {
            let first =
                all(target, &current).or_else(|| self.insufficient(target, &current, CURRENT))?;
            add(set, first);
        }
        Some(())
    }

    /// The set that names both chains: in the combinations of now, or, where the next chain has no such record, in
    /// those of the end.
    fn transition(
        &mut self,
        set: &[Tlsa],
        target: &[Parameters],
        next: &Shown<'_>,
    ) -> Option<Vec<Tlsa>> {
        let current = self.current;
        let missing = unmatched(set, next);
        let mut both = set.to_vec();
        let Some(more) = all(&missing, next) else {
            let mut both =
                all(target, &current).or_else(|| self.insufficient(&missing, next, NEXT))?;
            let more = all(target, next).or_else(|| self.insufficient(&missing, next, NEXT))?;
            add(&mut both, more);
            return Some(both);
        };
        add(&mut both, more);
        Some(both)
    }

    fn insufficient<T>(
        &mut self,
        wanted: &[Parameters],
        shown: &Shown<'_>,
        which: &str,
    ) -> Option<T> {
        let missing = wanted
            .iter()
            .find(|wanted| shown.record(**wanted).is_none());
        let parameters = missing.copied().map(words).unwrap_or_default();
        let entry = &codes::ROLLOVER_NEXT;
        let finding = Finding::new(entry, &self.owner, &[&parameters, &which]);
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
        None
    }

    /// RFC 7671 §8.1: two TTLs; RFC 2308 §5 where there was no record.
    fn publish(&mut self, code: &'static str, set: &[Tlsa], what: &str) {
        let timing = self.timing;
        let ttl = i64::from(timing.ttl);
        let spread = timing.spread();
        let delay = if self.change.tlsa.is_empty() {
            let absent = timing.negative_ttl.map_or(ttl, i64::from);
            let fact = "absence is cached for the negative TTL";
            Delay::default().at_least(
                spread.saturating_add(absent),
                "RFC 2308 §5",
                fact,
                "until then some senders do not see the records, and go without DANE",
            )
        } else {
            let fact = "two TTLs";
            let seconds = spread.saturating_add(ttl.saturating_mul(2));
            Delay::default().at_least(
                seconds,
                "RFC 7671 §8.1",
                fact,
                "until then caches may hold the set without the new records",
            )
        };
        let records = self.records(set);
        let expect = data(&records);
        let step = step(code, "RFC 7671 §8.1", what.to_owned(), delay)
            .records(records)
            .check(format!("dig +dnssec {} TLSA", self.owner), &expect);
        self.steps.push(step);
    }

    /// Back to the chain that the records name.
    fn restore(&mut self) {
        let what = format!(
            "let `{}` show the chain from before the change again",
            self.change.host
        );
        let step = step("restore-chain", "RFC 7671 §8", what, Delay::default());
        let step = step.check(self.handshake(&self.change.tlsa), HANDSHAKE);
        self.steps.push(step);
    }

    fn deploy(&mut self, last: &[Tlsa]) {
        let what = format!(
            "let every server of `{}` show the next chain",
            self.change.host
        );
        let step = step("deploy-chain", "RFC 7671 §8.1", what, Delay::default());
        let step = step.check(self.handshake(last), HANDSHAKE);
        self.steps.push(step);
    }

    /// RFC 7671 §8.4: what names no deployed chain goes. §13: signed records can be replayed while they are signed.
    fn finish(&mut self, last: &[Tlsa]) {
        let timing = self.timing;
        let (ttl, spread) = (i64::from(timing.ttl), timing.spread());
        let mut delay = Delay::default().at_least(
            spread.saturating_add(ttl),
            "RFC 7671 §8.4",
            "one TTL",
            "until then caches hold the set of before, which matches too",
        );
        if let (Some(life), Some(_)) = (self.change.signature_life, self.next) {
            delay = delay.at_least(
                spread.saturating_add(life.into()),
                "RFC 7671 §13",
                "the life of a signature",
                "until then the old records can be replayed: the old private key must stay secret",
            );
        }
        let records = self.records(last);
        let expect = data(&records);
        let what = "publish the records of the chain in use alone".to_owned();
        let step = step("finish-records", "RFC 7671 §8.4", what, delay)
            .records(records)
            .check(format!("dig +dnssec {} TLSA", self.owner), &expect);
        self.steps.push(step);
    }

    fn records(&self, set: &[Tlsa]) -> Vec<PublishedRecord> {
        set.iter()
            .map(|record| PublishedRecord::tlsa(&self.owner, self.timing.ttl, record))
            .collect()
    }

    /// The handshake as OpenSSL judges it.
    fn handshake(&self, set: &[Tlsa]) -> String {
        let (host, port) = (&self.change.host, self.change.port.unwrap_or(PORT));
        let mut command = format!(
            "openssl s_client -starttls smtp -connect {host}:{port} -dane_tlsa_domain {host} -brief"
        );
        for record in set.iter().filter(|record| record.matching_type != 0) {
            command.push_str(&format!(" -dane_tlsa_rrdata '{record}'"));
        }
        command.push_str(" </dev/null");
        command
    }

    fn note(&mut self, entry: &crate::finding::Entry, argument: &str) {
        self.findings
            .push(Finding::new(entry, &self.owner, &[&argument]));
    }
}

const CURRENT: &str = "current chain";
const NEXT: &str = "next chain";
const HANDSHAKE: &str = "Verification: OK";

/// A record for each combination; `None` where one cannot be made.
fn all(wanted: &[Parameters], shown: &Shown<'_>) -> Option<Vec<Tlsa>> {
    let mut records = Vec::new();
    for wanted in wanted {
        add(&mut records, vec![shown.record(*wanted)?]);
    }
    Some(records)
}

/// Whether no combination has a second record.
fn of_one_key(set: &[Tlsa]) -> bool {
    let combinations = combinations(set);
    !combinations.is_empty()
        && combinations
            .iter()
            .all(|wanted| of(set, *wanted).len() == 1)
}

/// Whether in every combination one and the same record names both chains.
fn name_both(set: &[Tlsa], current: &Shown<'_>, next: &Shown<'_>) -> bool {
    combinations(set).into_iter().all(|wanted| {
        of(set, wanted).iter().any(|record| {
            let alone = core::slice::from_ref(record);
            current.matches(alone) && next.matches(alone)
        })
    })
}

/// What `dig` is to show.
fn data(records: &[PublishedRecord]) -> String {
    let lines: Vec<&str> = records.iter().map(|record| record.data.as_str()).collect();
    lines.join("\n")
}
