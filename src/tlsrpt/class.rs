//! What the members of a report hold (RFC 8460 §4.4), and the finding where one holds something else.

use core::net::IpAddr;

use serde::Deserialize;

use super::outcome::PolicyType;
use crate::finding::{Entry, codes::report as codes};
use crate::name::Name;
use crate::result_type::ResultType;
use crate::value::Value;

/// What a member is, as far as a reader or writer must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Text that must be there.
    Text,
    /// Text that need not be there.
    Remark,
    /// A URI that need not be there.
    Uri,
    PolicyType,
    ResultType,
    /// A domain name in A-labels.
    Domain,
    /// The name of a host that there need not have been.
    Host,
    /// The address of one.
    Address,
    /// Lines as served.
    Lines,
    /// Host names or patterns in A-labels.
    Patterns,
    Count,
    Time,
}

/// Whether a text is what its class asks for; another stays as it is, with the finding.
pub(super) fn otherwise(class: Class, text: &str) -> Option<&'static Entry> {
    let word = || Value::Text(text.to_owned());
    let (entry, fits) = match class {
        Class::PolicyType => (&codes::POLICY_TYPE, PolicyType::deserialize(word()).is_ok()),
        Class::ResultType => (&codes::RESULT_TYPE, ResultType::deserialize(word()).is_ok()),
        Class::Domain | Class::Host => {
            let is_name = Name::parse(text).is_ok_and(|name| !name.is_root());
            (&codes::NAME, is_name)
        }
        Class::Patterns => {
            let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic());
            (&codes::NAME, is_plain && !text.is_empty())
        }
        Class::Address => (&codes::ADDRESS, text.parse::<IpAddr>().is_ok()),
        Class::Uri => {
            let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte);
            (
                &codes::URI,
                super::uri::has_scheme(text) && text.bytes().all(is_plain),
            )
        }
        _ => return None,
    };
    (!fits).then_some(entry)
}
