//! Findings of the `dns` room.

use crate::finding::catalogue;

catalogue! {
    NULL_MX_WITH_OTHERS = "null-mx-with-others", Error, "RFC 7505 §3",
        "null MX (`.`) stands beside other MX records; senders cannot tell whether mail is wanted",
        "delete the MX record `{1} .`, or all the others";
    NULL_MX_PREFERENCE = "null-mx-preference", Error, "RFC 7505 §3",
        "null MX has preference {1}; only `0 .` says that the domain takes no mail",
        "publish `0 .`";
    MX_IS_ADDRESS = "mx-is-address", Error, "RFC 5321 §5.1",
        "MX record names the IP address `{0}`; an MX record must name a host",
        "give the host a name with an A or AAAA record, and put that name into the MX record";
    MX_NOT_A_HOST_NAME = "mx-not-a-host-name", Warning, "RFC 5321 §4.1.2",
        "MX record names `{0}`, which is not a host name; some senders refuse it, and no certificate can carry it",
        "use a name of letters, digits and inner hyphens";
    MX_DUPLICATE = "mx-duplicate", Info, "RFC 5321 §5.1",
        "MX record names `{0}` more than once, with preference {1} and {2}; the first counts",
        "delete the record with preference {2}";
    MX_TOO_MANY = "mx-too-many", Warning, "RFC 5321 §5.1",
        "{0} MX records; only the {1} most preferred are looked at",
        "publish fewer MX records";
    MX_MALFORMED = "mx-malformed", Error, "RFC 1035 §3.3.9",
        "MX record cannot be read: `{0}`",
        "have the zone's operator publish the record anew";
}
