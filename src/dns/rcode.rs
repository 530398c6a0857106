//! Response codes (RFC 1035 §4.1.1, RFC 6895 §2.3): the IANA registry "DNS RCODEs", in the upper case
//! that tools show. Twelve bits where the message has EDNS(0) (RFC 6891 §6.1.3).

use super::registry::registry;

registry! {
    /// A response code, written by its mnemonic or as `RCODE3841`.
    ///
    /// ```
    /// use mxseal::dns::Rcode;
    /// assert_eq!(Rcode::from(3), Rcode::NxDomain);
    /// assert_eq!(Rcode::ServFail.to_string(), "SERVFAIL");
    /// ```
    Rcode, "RCODE":
    NoError = 0 "NOERROR";
    FormErr = 1 "FORMERR";
    ServFail = 2 "SERVFAIL";
    NxDomain = 3 "NXDOMAIN";
    NotImp = 4 "NOTIMP";
    Refused = 5 "REFUSED";
    YxDomain = 6 "YXDOMAIN";
    YxRrset = 7 "YXRRSET";
    NxRrset = 8 "NXRRSET";
    NotAuth = 9 "NOTAUTH";
    NotZone = 10 "NOTZONE";
    DsoTypeNi = 11 "DSOTYPENI";
    BadVers = 16 "BADVERS";
    BadKey = 17 "BADKEY";
    BadTime = 18 "BADTIME";
    BadMode = 19 "BADMODE";
    BadName = 20 "BADNAME";
    BadAlg = 21 "BADALG";
    BadTrunc = 22 "BADTRUNC";
    BadCookie = 23 "BADCOOKIE";
}
