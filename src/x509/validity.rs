//! From when to when a certificate holds (RFC 5280 §4.1.2.5).

use super::CertificateError;
use super::der::{Element, Elements, tag};
use crate::time::Time;

/// Both ends belong to the period (RFC 5280 §4.1.2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// First second.
    pub not_before: Time,
    /// Last second.
    pub not_after: Time,
}

impl Validity {
    /// Whether `at` lies before the period.
    #[must_use]
    pub fn is_future(&self, at: Time) -> bool {
        at < self.not_before
    }

    /// Whether `at` lies after the period.
    #[must_use]
    pub fn is_past(&self, at: Time) -> bool {
        at > self.not_after
    }

    /// Whether `at` lies within the period.
    #[must_use]
    pub fn contains(&self, at: Time) -> bool {
        !self.is_future(at) && !self.is_past(at)
    }

    pub(super) fn read(element: &Element<'_>) -> Result<Self, CertificateError> {
        let mut times = element.elements();
        let validity = Self {
            not_before: time(&mut times)?,
            not_after: time(&mut times)?,
        };
        times.finish()?;
        Ok(validity)
    }
}

/// Seconds are written, the zone is `Z`, there are no fractions (RFC 5280 §4.1.2.5.1, §4.1.2.5.2).
/// Reading: GeneralizedTime before 2050 is a fault of its issuer (§4.1.2.5), yet its meaning is clear;
/// OpenSSL and webpki read it too.
fn time(times: &mut Elements<'_>) -> Result<Time, CertificateError> {
    let element = times.any()?;
    let (century, rest) = match (element.tag, element.value) {
        (tag::UTC_TIME, [y1, y2, ..]) => {
            // RFC 5280 §4.1.2.5.1: 50 to 99 are of the twentieth century.
            let century = if two(*y1, *y2) >= Some(50) { 19 } else { 20 };
            (Some(century), element.value)
        }
        (tag::GENERALIZED_TIME, [c1, c2, rest @ ..]) => (two(*c1, *c2), rest),
        (tag::UTC_TIME | tag::GENERALIZED_TIME, _) => return Err(element.bad_value()),
        _ => {
            return Err(CertificateError::UnexpectedElement {
                offset: element.offset,
            });
        }
    };
    moment(century, rest).ok_or_else(|| element.bad_value())
}

fn moment(century: Option<u8>, digits: &[u8]) -> Option<Time> {
    let [y1, y2, mo1, mo2, d1, d2, h1, h2, mi1, mi2, s1, s2, b'Z'] = digits else {
        return None;
    };
    let year = i64::from(century?) * 100 + i64::from(two(*y1, *y2)?);
    let second = two(*s1, *s2).filter(|second| *second < 60)?;
    Time::from_utc(
        year,
        two(*mo1, *mo2)?,
        two(*d1, *d2)?,
        two(*h1, *h2)?,
        two(*mi1, *mi2)?,
        second,
    )
}

fn two(high: u8, low: u8) -> Option<u8> {
    (high.is_ascii_digit() && low.is_ascii_digit()).then(|| (high - b'0') * 10 + (low - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(tag: u8, text: &str) -> Option<String> {
        let mut der = vec![tag, u8::try_from(text.len()).unwrap()];
        der.extend_from_slice(text.as_bytes());
        time(&mut Elements::new(&der, 0))
            .ok()
            .map(|time| time.to_string())
    }

    #[test]
    fn times_of_rfc5280() {
        for (tag, text, want) in [
            (tag::UTC_TIME, "491231235959Z", Some("2049-12-31T23:59:59Z")),
            (tag::UTC_TIME, "500101000000Z", Some("1950-01-01T00:00:00Z")),
            (
                tag::GENERALIZED_TIME,
                "99991231235959Z", // RFC 5280 §4.1.2.5: no well-defined end
                Some("9999-12-31T23:59:59Z"),
            ),
            (
                tag::GENERALIZED_TIME,
                "20260301120000Z",
                Some("2026-03-01T12:00:00Z"),
            ),
            (tag::UTC_TIME, "2603011200Z", None),
            (tag::UTC_TIME, "260301120060Z", None),
            (tag::UTC_TIME, "260230120000Z", None),
            (tag::UTC_TIME, "260301120000+0100", None),
            (tag::UTC_TIME, "26030112000 Z", None),
            (tag::UTC_TIME, "", None),
            (tag::GENERALIZED_TIME, "20260301120000.5Z", None),
            (tag::GENERALIZED_TIME, "260301120000Z", None),
            (tag::IA5_STRING, "260301120000Z", None),
        ] {
            assert_eq!(read(tag, text).as_deref(), want, "{text}");
        }
    }
}
