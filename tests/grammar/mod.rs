//! The grammars of RFC 8461 §3.1 and §3.2, RFC 8460 §3, RFC 3986 appendix A and RFC 6698 §2.2 once more:
//! plain recognisers, written from the ABNF by hand. They share nothing with the engine, say only
//! yes or no, and mirror the readings that it states at its code.

mod policy;
mod record;
mod tlsa;
mod uri;

pub(crate) use policy::is_sts_policy;
pub(crate) use record::{is_sts_record, is_tlsrpt_record};
pub(crate) use tlsa::is_tlsa;

fn alnum(b: u8) -> bool {
    b.is_ascii_digit() || b.is_ascii_lowercase() || b.is_ascii_uppercase()
}

fn wsp(b: u8) -> bool {
    b == 0x20 || b == 0x09
}

/// `(ALPHA / DIGIT) *31(ALPHA / DIGIT / "_" / "-" / ".")`.
fn is_name(text: &[u8]) -> bool {
    match text {
        [first, more @ ..] => {
            alnum(*first)
                && more.len() <= 31
                && more.iter().all(|b| alnum(*b) || b"_-.".contains(b))
        }
        [] => false,
    }
}

/// Drops `*WSP` from the front.
fn skip_wsp(mut text: &[u8]) -> &[u8] {
    while let [b, rest @ ..] = text {
        if !wsp(*b) {
            break;
        }
        text = rest;
    }
    text
}

/// Drops `*WSP` from both ends.
fn bare(text: &[u8]) -> &[u8] {
    let mut text = skip_wsp(text);
    while let [rest @ .., b] = text {
        if !wsp(*b) {
            break;
        }
        text = rest;
    }
    text
}
