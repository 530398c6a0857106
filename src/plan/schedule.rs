//! The shape of a plan, and its dates: each step when the wait of the one before it is over.

use serde::Serialize;

use super::policy_text::PublishedPolicy;
use super::zone::PublishedRecord;
use crate::decide::Step;
use crate::finding::Finding;
use crate::name::Name;
use crate::time::Time;

/// What kind of change it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RolloverKind {
    /// Key, certificate or TLSA parameters.
    Tlsa,
    /// Policy or MX hosts.
    Policy,
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rollover {
    /// What changes.
    pub kind: RolloverKind,
    /// The TLSA owner name, or the domain.
    pub subject: Name,
    /// What to do, in order.
    pub steps: Vec<RolloverStep>,
    /// The step to do next; the number of steps where all is done; `None` where what is seen is on no step's way.
    pub at: Option<usize>,
    /// When all is done and waited for.
    pub end: Option<Time>,
    /// What stands in the way.
    pub findings: Vec<Finding>,
}

/// One change, which no cache can make a failure of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RolloverStep {
    /// Stable, kebab-case.
    pub code: &'static str,
    /// Where it stands.
    pub status: StepStatus,
    /// One line.
    pub what: String,
    /// The rule.
    pub clause: &'static str,
    /// The earliest time; `None` where it is done.
    pub not_before: Option<Time>,
    /// Whole RR sets from this step on.
    pub records: Vec<PublishedRecord>,
    /// RR sets that go, as `owner TYPE`; a policy by its URL.
    pub remove: Vec<String>,
    /// The file to serve from this step on.
    pub policy: Option<PublishedPolicy>,
    /// After it, before the next.
    pub wait: Wait,
    /// How to see that it is done.
    pub check: Vec<Probe>,
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepStatus {
    /// Seen to be done.
    Done,
    /// To be done now.
    Now,
    /// The next one, not yet due.
    Wait,
    /// After that.
    Later,
}

/// What has to pass before the next step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wait {
    /// How long.
    pub seconds: i64,
    /// Until when; `None` where that is over or not known.
    pub until: Option<Time>,
    /// Why.
    pub because: Vec<Step>,
}

/// A command, and what it shows once the step is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Probe {
    /// For a shell.
    pub command: String,
    /// In words, or the text itself.
    pub expect: String,
}

/// Delays that add up or of which the greatest counts.
#[derive(Debug, Default)]
pub(super) struct Delay {
    seconds: i64,
    because: Vec<Step>,
}

impl Delay {
    /// At least so long, for one more reason.
    pub(super) fn at_least(
        mut self,
        seconds: i64,
        clause: &'static str,
        fact: &str,
        why: &str,
    ) -> Self {
        self.seconds = self.seconds.max(seconds);
        self.because
            .push(Step::new(format_args!("{fact}: {seconds} s"), clause, why));
        self
    }
}

/// A step without its date.
pub(super) fn step(
    code: &'static str,
    clause: &'static str,
    what: String,
    delay: Delay,
) -> RolloverStep {
    RolloverStep {
        code,
        status: StepStatus::Later,
        what,
        clause,
        not_before: None,
        records: Vec::new(),
        remove: Vec::new(),
        policy: None,
        wait: Wait {
            seconds: delay.seconds,
            until: None,
            because: delay.because,
        },
        check: Vec::new(),
    }
}

impl RolloverStep {
    pub(super) fn records(mut self, records: Vec<PublishedRecord>) -> Self {
        self.records = records;
        self
    }

    pub(super) fn check(mut self, command: String, expect: &str) -> Self {
        self.check.push(Probe {
            command,
            expect: expect.to_owned(),
        });
        self
    }
}

/// Dates the steps from `next` on. What is done was done at `since`, as far as anybody knows: the wait of the last
/// step done runs from there. Gives the end of the last wait.
pub(super) fn date(steps: &mut [RolloverStep], next: usize, since: Time, at: Time) -> Option<Time> {
    let mut free = at;
    for (index, step) in steps.iter_mut().enumerate() {
        if index < next {
            step.status = StepStatus::Done;
            let until = since.plus(step.wait.seconds);
            if index.saturating_add(1) == next {
                step.wait.until = Some(until);
                free = at.max(until);
            }
            continue;
        }
        step.status = match index == next {
            true if free <= at => StepStatus::Now,
            true => StepStatus::Wait,
            false => StepStatus::Later,
        };
        step.not_before = Some(free);
        free = free.plus(step.wait.seconds);
        step.wait.until = Some(free);
    }
    steps.last().and_then(|last| last.wait.until)
}
