//! The syntax of a URI (RFC 3986 §3, appendix A), as far as RFC 8460 §3 takes one: `!`, `,` and `;`
//! stand only percent-encoded. Nothing is resolved, normalised or decoded.

use core::net::Ipv6Addr;

use nom::{
    IResult, Parser,
    branch::alt,
    bytes::complete::{tag, take_while, take_while_m_n, take_while1},
    combinator::{all_consuming, opt, recognize, verify},
    multi::{many0_count, many1_count},
    sequence::{delimited, preceded, terminated},
};

/// A URI in the parts that matter here.
#[derive(Debug, Clone, Copy)]
pub(super) struct Uri<'a> {
    pub(super) scheme: &'a str,
    /// The host of the authority; `None` where there is none.
    pub(super) host: Option<&'a str>,
    pub(super) path: &'a str,
}

/// `scheme ":" hier-part [ "?" query ] [ "#" fragment ]`.
pub(super) fn parse(text: &str) -> Option<Uri<'_>> {
    let tail = (
        opt((tag("?"), characters("/?:@"))),
        opt((tag("#"), characters("/?:@"))),
    );
    let parsed: IResult<&str, _> =
        all_consuming((terminated(scheme, tag(":")), opt(authority), path, tail)).parse(text);
    let (_, (scheme, host, path, _)) = parsed.ok()?;
    // With an authority the path is empty or begins with `/`; without one it never begins with `//`,
    // since `authority` would have taken that.
    (host.is_none() || path.is_empty() || path.starts_with('/')).then_some(Uri {
        scheme,
        host,
        path,
    })
}

/// Whether the text begins as a URI does.
pub(super) fn has_scheme(text: &str) -> bool {
    terminated(scheme, tag(":")).parse(text).is_ok()
}

/// `ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )`.
fn scheme(input: &str) -> IResult<&str, &str> {
    recognize((
        take_while_m_n(1, 1, |c: char| c.is_ascii_alphabetic()),
        take_while(|c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')),
    ))
    .parse(input)
}

/// `"//" [ userinfo "@" ] host [ ":" port ]`: gives the host.
fn authority(input: &str) -> IResult<&str, &str> {
    let userinfo = terminated(characters(":"), tag("@"));
    let port = preceded(tag(":"), take_while(|c: char| c.is_ascii_digit()));
    delimited(
        (tag("//"), opt(userinfo)),
        alt((ip_literal, characters(""))),
        opt(port),
    )
    .parse(input)
}

/// `"[" ( IPv6address / IPvFuture  ) "]"`.
fn ip_literal(input: &str) -> IResult<&str, &str> {
    let ipv6 = verify(
        take_while1(|c: char| c.is_ascii_hexdigit() || matches!(c, ':' | '.')),
        |text: &str| text.parse::<Ipv6Addr>().is_ok(),
    );
    let future = recognize((
        alt((tag("v"), tag("V"))),
        take_while1(|c: char| c.is_ascii_hexdigit()),
        tag("."),
        take_while1(|c: char| is_unreserved(c) || is_sub_delim(c) || c == ':'),
    ));
    recognize(delimited(tag("["), alt((future, ipv6)), tag("]"))).parse(input)
}

/// `*( "/" / pchar )`.
fn path(input: &str) -> IResult<&str, &str> {
    characters("/:@").parse(input)
}

/// `*( unreserved / pct-encoded / sub-delims / more )`.
fn characters<'a>(
    more: &'static str,
) -> impl Parser<&'a str, Output = &'a str, Error = nom::error::Error<&'a str>> {
    let plain = move |c: char| is_unreserved(c) || is_sub_delim(c) || more.contains(c);
    let percent = (
        tag("%"),
        take_while_m_n(2, 2, |c: char| c.is_ascii_hexdigit()),
    );
    recognize(many0_count(alt((
        take_while1(plain),
        recognize(many1_count(percent)),
    ))))
}

fn is_unreserved(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~')
}

/// `sub-delims` of RFC 3986 §2.2 without those that RFC 8460 §3 wants encoded.
fn is_sub_delim(c: char) -> bool {
    matches!(c, '$' | '&' | '\'' | '(' | ')' | '*' | '+' | '=')
}
