//! Where TLSA records are looked for and which names count (RFC 7672 §2.2.2, §2.2.3, §3.2.2; SEMANTICS §4.1). Nothing
//! is asked here.

use crate::name::Name;
use crate::security::SecurityStatus;

/// The TLSA base domains to try for a mail host, in order; none where DANE does not apply.
///
/// `aliases` are the targets on the way to its addresses with the status of each step, `addresses` is the status of
/// the whole answer. Names in the middle of a chain are never candidates (RFC 7672 §2.2.2).
///
/// ```
/// use mxseal::{SecurityStatus, dane::tlsa_candidates};
/// let host = "mx.example.com".parse()?;
/// assert_eq!(tlsa_candidates(&host, &[], SecurityStatus::Secure), [host.clone()]);
/// assert!(tlsa_candidates(&host, &[], SecurityStatus::Insecure).is_empty());
/// # Ok::<(), mxseal::NameError>(())
/// ```
#[must_use]
pub fn tlsa_candidates(
    host: &Name,
    aliases: &[(Name, SecurityStatus)],
    addresses: SecurityStatus,
) -> Vec<Name> {
    let secure = |status: SecurityStatus| status == SecurityStatus::Secure;
    let (Some((_, first)), Some((last, _))) = (aliases.first(), aliases.last()) else {
        return if secure(addresses) {
            vec![host.clone()]
        } else {
            Vec::new()
        };
    };
    if !secure(*first) {
        return Vec::new();
    }
    if secure(addresses) && aliases.iter().all(|(_, status)| secure(*status)) {
        return vec![last.clone(), host.clone()];
    }
    vec![host.clone()]
}

/// `_25._tcp.<base>` (RFC 6698 §3); `None` where that is no name any more.
#[must_use]
pub fn tlsa_name(base: &Name, port: u16) -> Option<Name> {
    base.child(&format!("_{port}._tcp")).ok()
}
