//! A change of policy or MX hosts, in steps that RFC 8461 §8 makes safe: the file before the record that announces it
//! (§8.1); an MX host listed before it is used, and until nobody uses it; removal by `mode: none`, and only after every
//! policy ever served has ended (§8.3).

use super::policy_text::{Known, PublishedPolicy, announcement, content, write_policy};
use super::policy_world::{PolicyState, World, mx_hosts, raise, unlisted};
use super::rollover::{PlanError, Timing};
use super::schedule::{Delay, Rollover, RolloverKind, RolloverStep, date, step};
use super::zone::PublishedRecord;
use crate::finding::{Entry, Finding, codes::plan as codes};
use crate::mta_sts::{Mode, MxPattern, Policy, match_mx, policy_url};
use crate::name::Name;
use crate::value::read_struct;

/// The change, and what is seen now.
#[derive(Debug, Clone)]
pub struct PolicyChange {
    /// The policy domain.
    pub domain: Name,
    /// Where it starts.
    pub current: PolicyState,
    /// What the world sees now.
    pub seen: PolicyState,
    /// The mode in the end, as now where nothing is said; `none` removes MTA-STS.
    pub goal: Option<Mode>,
    /// The life in the end, seconds.
    pub max_age: Option<u32>,
    /// The MX hosts in the end; those of now where nothing is said.
    pub next_mx: Option<Vec<String>>,
    /// TTL of the MX records; that of the `_mta-sts` record where nothing is said.
    pub mx_ttl: Option<u32>,
}

read_struct!(PolicyChange {
    domain: "domain",
    current: "current",
    seen: "seen",
    goal: "goal" or default,
    max_age: "maxAge" or default,
    next_mx: "nextMx" or default,
    mx_ttl: "mxTtl" or default,
});

pub(super) fn plan(change: &PolicyChange, timing: &Timing) -> Result<Rollover, PlanError> {
    let domain = &change.domain;
    let owner = (domain.is_host_name())
        .then(|| domain.child("_mta-sts").ok())
        .flatten()
        .ok_or_else(|| PlanError::of(domain))?;
    let mut findings = Vec::new();
    let world = World::of(&change.seen, domain, &mut findings);
    let attempt = |avoid: Option<&str>, findings: &mut Vec<Finding>| {
        let start = World::of(&change.current, domain, findings);
        let mut planner = Planner {
            change,
            timing,
            owner: &owner,
            world: start.clone(),
            start,
            avoid: avoid.map(str::to_owned),
            reached: Vec::new(),
            steps: Vec::new(),
            findings: Vec::new(),
        };
        let whole = planner.run().is_some();
        findings.append(&mut planner.findings);
        whole.then_some(planner)
    };
    let mut notes = Vec::new();
    let mut planner = attempt(None, &mut notes);
    let mut at = planner.as_ref().and_then(|planner| planner.locate(&world));
    if at.is_none()
        && let Some((index, id)) = planner
            .as_ref()
            .and_then(|planner| planner.announced_early(&world))
    {
        notes.clear();
        findings.push(Finding::new(&codes::ROLLOVER_ID_FIRST, domain, &[&id]));
        // The id is spent: senders keep the old file under it.
        planner = attempt(Some(&id), &mut notes);
        at = Some(index);
    } else if at.is_none()
        && let Some(planner) = &planner
    {
        let entry = planner.why_lost(&world);
        findings.push(Finding::new(entry, domain, &[&planner.largest()]));
        // RFC 8461 §8.3: what was withdrawn too early begins with `mode: none`, or whatever else was planned.
        at = (*entry == codes::ROLLOVER_WITHDRAWN).then_some(0);
    }
    for note in notes {
        if !findings.contains(&note) {
            findings.push(note);
        }
    }
    world.judge(&mut findings);
    let mut steps = planner.map(|planner| planner.steps).unwrap_or_default();
    let end = at.and_then(|at| date(&mut steps, at, timing.since(), timing.at));
    Ok(Rollover {
        kind: RolloverKind::Policy,
        subject: domain.clone(),
        steps,
        at,
        end,
        findings,
    })
}

struct Planner<'a> {
    change: &'a PolicyChange,
    timing: &'a Timing,
    owner: &'a Name,
    start: World,
    /// After the steps so far.
    world: World,
    /// An id that may not be used.
    avoid: Option<String>,
    /// After each step.
    reached: Vec<World>,
    steps: Vec<RolloverStep>,
    findings: Vec<Finding>,
}

impl Planner<'_> {
    fn run(&mut self) -> Option<()> {
        let domain = &self.change.domain;
        let change = self.change;
        let mx = match &change.next_mx {
            Some(mx) => mx_hosts(mx, domain, &mut self.findings),
            None => self.start.mx.clone(),
        };
        if mx.is_empty() {
            raise(&mut self.findings, &codes::ROLLOVER_MX_EMPTY, domain, "");
        }
        if self
            .findings
            .iter()
            .any(|finding| finding.severity == crate::finding::Severity::Error)
        {
            return None;
        }
        let after = World {
            known: Known::default(),
            mx,
        };
        let old = self.start.known.policy.clone();
        let insists = old.as_ref().filter(|policy| policy.mode != Mode::None);
        if !after.has_mx(&self.start) {
            if let Some(old) = insists {
                self.list(old, &after)?;
            }
            self.change_mx(&after);
        }

        let Some(mode) = change.goal.or(old.as_ref().map(|policy| policy.mode)) else {
            return Some(());
        };
        if mode == Mode::None {
            return match insists {
                Some(_) => self.remove(),
                None => Some(()),
            };
        }
        let kept = insists.map_or(default_life(mode), |policy| {
            if policy.mode == mode {
                policy.max_age
            } else {
                default_life(mode).max(policy.max_age)
            }
        });
        let max_age = change.max_age.map_or(kept, u64::from);
        let patterns = self.patterns(insists, &after);
        if mode == Mode::Enforce && insists.is_none() {
            // RFC 8461 §5: reports first. RFC 8460 §4: they cover a UTC day each.
            let delay = self.seen_by_all().at_least(
                TWO_DAYS,
                "RFC 8460 §4",
                "reports on one whole day",
                "read them: what fails now would wait under `mode: enforce`",
            );
            self.publish(Mode::Testing, DAY, &patterns, delay)?;
        }
        let mut delay = self.seen_by_all();
        if mode == Mode::Testing && insists.is_some_and(|policy| policy.mode == Mode::Enforce) {
            delay = self.outlived(
                delay,
                "until then some senders still enforce the old policy",
            );
        }
        self.publish(mode, max_age, &patterns, delay)
    }

    /// Lists the hosts to come beside those of now, while the mode stays.
    fn list(&mut self, old: &Policy, after: &World) -> Option<()> {
        let mut patterns: Vec<String> = old.mx.iter().map(MxPattern::to_string).collect();
        let new = unlisted(&old.mx, after);
        if new.is_empty() {
            return Some(());
        }
        patterns.extend(new);
        let mut delay = self.seen_by_all();
        let stays = after
            .mx
            .iter()
            .any(|(_, host)| match_mx(&old.mx, host).is_some() && self.start.uses(host));
        if old.mode == Mode::Enforce && !stays {
            delay = self.outlived(delay, "until then a sender that could not fetch the new policy delivers to the old hosts alone");
        }
        self.publish(old.mode, old.max_age, &patterns, delay)
    }

    /// The patterns in the end: those of now that a host still needs, then the hosts that none matches.
    fn patterns(&self, old: Option<&Policy>, after: &World) -> Vec<String> {
        let old = old.map_or(&[][..], |policy| &policy.mx);
        let needed = |pattern: &&MxPattern| {
            self.change.next_mx.is_none() || after.mx.iter().any(|(_, host)| pattern.matches(host))
        };
        let mut patterns: Vec<String> = old
            .iter()
            .filter(needed)
            .map(MxPattern::to_string)
            .collect();
        patterns.extend(unlisted(old, after));
        patterns
    }

    /// File, then record (RFC 8461 §8.1). Nothing where the policy is the same.
    fn publish(
        &mut self,
        mode: Mode,
        max_age: u64,
        patterns: &[String],
        after: Delay,
    ) -> Option<()> {
        let mut before = self.world.known.clone();
        let mut written = write_policy(&self.change.domain, mode, max_age, patterns, &before);
        if let Some(policy) = &written.value
            && self.avoid.as_ref() == Some(&policy.id)
            && before.id != self.avoid
        {
            before.id.clone_from(&self.avoid);
            written = write_policy(&self.change.domain, mode, max_age, patterns, &before);
        }
        let Some(policy) = written.value else {
            self.findings.extend(written.findings);
            return None;
        };
        let known = policy.known();
        if known.policy.as_ref().map(content) == self.world.policy()
            && self.world.known.id.is_some()
        {
            return Some(());
        }
        self.serve(policy.clone(), known.policy);
        let record = PublishedRecord::txt(
            self.owner.clone(),
            self.timing.ttl,
            &announcement(&policy.id),
        );
        let expect = record.data.clone();
        let what = format!("announce it: id `{}`", policy.id);
        let step = step("announce-policy", "RFC 8461 §8.1", what, after)
            .records(vec![record])
            .check(format!("dig +short {} TXT", self.owner), &expect);
        self.world.known.id = known.id;
        self.push(step);
        Some(())
    }

    fn serve(&mut self, policy: PublishedPolicy, read: Option<Policy>) {
        let what = format!(
            "serve the policy with `mode: {}` and {} `mx` lines",
            policy.mode,
            policy.mx.len()
        );
        let spread = self.timing.spread();
        let delay = Delay::default().at_least(
            spread,
            "RFC 8461 §8.1",
            "propagation",
            "every server of the file has it before it is announced",
        );
        let mut step = step("serve-policy", "RFC 8461 §8.1", what, delay)
            .check(format!("curl -sS {}", policy.url), &policy.text);
        step.policy = Some(policy);
        self.world.known.policy = read;
        self.push(step);
    }

    /// RFC 8461 §4.1: hosts that leave stay listed, and at work, until nobody looks for them there.
    fn change_mx(&mut self, after: &World) {
        let ttl = self.change.mx_ttl.unwrap_or(self.timing.ttl);
        let spread = self.timing.spread();
        let mut delay = Delay::default().at_least(
            spread.saturating_add(ttl.into()),
            "RFC 8461 §8.1",
            "the TTL of the MX records",
            "until then senders may go by the old ones: the hosts that leave must take mail",
        );
        let leaves = self.start.mx.iter().any(|(_, host)| !after.uses(host));
        if leaves
            && self
                .world
                .known
                .policy
                .as_ref()
                .is_some_and(|policy| policy.mode != Mode::None)
        {
            delay = self.outlived(delay, "until then a sender may know the old policy alone: the hosts that leave stay listed");
        }
        let (domain, ttl) = (&self.change.domain, ttl);
        let records: Vec<_> = after
            .mx
            .iter()
            .map(|(preference, host)| PublishedRecord::mx(domain, ttl, *preference, host))
            .collect();
        let expect: Vec<&str> = records.iter().map(|record| record.data.as_str()).collect();
        let expect = expect.join("\n");
        let step = step(
            "change-mx",
            "RFC 8461 §8.1",
            "change the MX records".to_owned(),
            delay,
        )
        .records(records)
        .check(format!("dig +short {domain} MX"), &expect);
        self.world.mx.clone_from(&after.mx);
        self.push(step);
    }

    /// RFC 8461 §8.3.
    fn remove(&mut self) -> Option<()> {
        let spread = self.timing.spread();
        let largest = seconds(self.largest());
        let delay = self.seen_by_all().at_least(
            spread.saturating_add(largest),
            "RFC 8461 §8.3",
            "the largest `max_age` ever served",
            "until then a sender may hold the old policy",
        );
        self.publish(Mode::None, DAY, &[], delay)?;
        let what = "remove the record".to_owned();
        let mut record = step("withdraw-record", "RFC 8461 §8.3", what, self.seen_by_all())
            .check(format!("dig +short {} TXT", self.owner), "");
        record.remove.push(format!("{} TXT", self.owner));
        self.world.known.id = None;
        self.push(record);
        let what = "remove the policy and its host".to_owned();
        let mut file = step("withdraw-policy", "RFC 8461 §8.3", what, Delay::default());
        file.remove.push(policy_url(&self.change.domain));
        self.world.known.policy = None;
        self.push(file);
        Some(())
    }

    fn push(&mut self, step: RolloverStep) {
        self.steps.push(step);
        self.reached.push(self.world.clone());
    }

    /// Until every sender that looks sees the record (RFC 8461 §8.1).
    fn seen_by_all(&self) -> Delay {
        let spread = self.timing.spread();
        let ttl = i64::from(self.timing.ttl);
        if self.world.known.id.is_some() {
            return Delay::default().at_least(
                spread.saturating_add(ttl),
                "RFC 8461 §8.1",
                "the TTL of the record",
                "until then senders may see the one of before",
            );
        }
        let absent = self.timing.negative_ttl.map_or(ttl, i64::from);
        Delay::default().at_least(
            spread.saturating_add(absent),
            "RFC 2308 §5",
            "absence is cached for the negative TTL",
            "until then some senders do not see the record",
        )
    }

    /// Until the old policy has ended even where the new one could not be had.
    fn outlived(&self, delay: Delay, why: &'static str) -> Delay {
        let total = seconds(self.largest())
            .saturating_add(self.timing.ttl.into())
            .saturating_add(self.timing.spread());
        delay.at_least(
            total,
            "RFC 8461 §8.3",
            "the old `max_age` and the TTL of the record",
            why,
        )
    }

    /// The longest that any sender keeps a policy served so far.
    fn largest(&self) -> u64 {
        let reached = self
            .reached
            .iter()
            .filter_map(|world| world.known.policy.as_ref());
        let served = self.start.known.policy.iter().chain(reached);
        let told = self.change.current.largest_max_age.map_or(0, u64::from);
        served
            .filter(|policy| policy.mode != Mode::None)
            .map(|policy| policy.max_age)
            .fold(told, u64::max)
    }

    /// The step after the last one whose state is seen.
    fn locate(&self, seen: &World) -> Option<usize> {
        let last = self.reached.iter().rposition(|world| world.is(seen));
        match last {
            Some(last) => Some(last.saturating_add(1)),
            None => self.start.is(seen).then_some(0),
        }
    }

    /// A record that announces what is not served yet: the step that should have come first, and the id.
    fn announced_early(&self, seen: &World) -> Option<(usize, String)> {
        let mut before = &self.start;
        for (index, (step, after)) in self.steps.iter().zip(&self.reached).enumerate() {
            if let Some(policy) = &step.policy
                && seen.known.id.as_ref() == Some(&policy.id)
                && seen.policy() == before.policy()
                && seen.has_mx(before)
            {
                return Some((index, policy.id.clone()));
            }
            before = after;
        }
        None
    }

    /// What is seen is the state after no step.
    fn why_lost(&self, seen: &World) -> &'static Entry {
        let gone = seen.known.id.is_none() || seen.known.policy.is_none();
        if gone && self.start.enforced().is_some() {
            &codes::ROLLOVER_WITHDRAWN
        } else {
            &codes::ROLLOVER_OFF_PLAN
        }
    }
}

const DAY: u64 = 86_400;
const TWO_DAYS: i64 = 172_800;

fn default_life(mode: Mode) -> u64 {
    match mode {
        Mode::Enforce => 604_800,
        Mode::Testing | Mode::None => DAY,
    }
}

fn seconds(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX)
}
