//! What verification may cost in all (KeyTrap CVE-2023-50387, NSEC3 CVE-2023-50868).

use crate::limits;

/// What is left to spend. The order in which it is spent follows from the questions alone.
#[derive(Debug, Clone)]
pub(super) struct Work {
    verifications: usize,
    failures: usize,
    nsec3_rounds: usize,
}

/// Nothing is left.
pub(super) struct Spent;

impl Work {
    pub(super) fn new() -> Self {
        Self {
            verifications: limits::VERIFICATIONS,
            failures: limits::FAILED_VERIFICATIONS,
            nsec3_rounds: limits::NSEC3_ROUNDS,
        }
    }

    /// Before a verification. There is none after the last that may fail.
    pub(super) fn verify(&mut self) -> Result<(), Spent> {
        if self.failures == 0 {
            return Err(Spent);
        }
        take(&mut self.verifications, 1)
    }

    /// After one that failed.
    pub(super) fn failed(&mut self) -> Result<(), Spent> {
        take(&mut self.failures, 1)
    }

    /// Before hashing a name so many times.
    pub(super) fn hash(&mut self, rounds: usize) -> Result<(), Spent> {
        take(&mut self.nsec3_rounds, rounds)
    }
}

fn take(left: &mut usize, count: usize) -> Result<(), Spent> {
    *left = left.checked_sub(count).ok_or(Spent)?;
    Ok(())
}
