//! Findings of the `dane` room: the TLSA record.

use crate::finding::catalogue;

catalogue! {
    // The record as a text.
    TLSA_ZONE_LINE = "tlsa-zone-line", Info, "RFC 1035 §5.1", "a whole zone line was given: its owner, TTL and class (`{0}`) say nothing about the record's data";
    TLSA_LINE_PREFIX = "tlsa-line-prefix", Warning, "RFC 1035 §5.1", "`{0}` before the type is no owner, TTL or class IN";
    TLSA_QUOTED = "tlsa-quoted", Warning, "RFC 6698 §2.2", "the record stands in quotes, which a zone file does not take", "remove the quotes";
    TLSA_PARENTHESES = "tlsa-parentheses", Warning, "RFC 1035 §5.1", "the parentheses do not pair", "close each one once, or use none";
    TLSA_ODD_SPACE = "tlsa-odd-space", Warning, "RFC 1035 §5.1", "{0} is white space that a zone file does not take", "use plain spaces";
    TLSA_LINE_BREAK = "tlsa-line-break", Warning, "RFC 1035 §5.1", "the record goes on after its line, which a zone file takes only in parentheses", "put it on one line";
    TLSA_SEVERAL = "tlsa-several", Error, "RFC 1035 §5.1", "a second record begins here", "give one record at a time";
    TLSA_EMPTY = "tlsa-empty", Error, "RFC 6698 §2.2", "there is no record", "write `3 1 1` and the digest";
    TLSA_FIELD_MISSING = "tlsa-field-missing", Error, "RFC 6698 §2.2", "the {0} is missing: usage, selector, matching type and data come in this order", "write `3 1 1` and the digest";
    TLSA_FIELD = "tlsa-field", Error, "RFC 6698 §2.2", "`{0}` is no {1}: a number from 0 to 255, or {2}", "write `3 1 1` and the digest";
    TLSA_FIELD_ORDER = "tlsa-field-order", Error, "RFC 7218 §2", "`{0}` is a {1}, and stands where the {2} should", "write usage, selector and matching type in this order";
    TLSA_DATA_MISSING = "tlsa-data-missing", Error, "RFC 6698 §2.2", "the certificate association data is missing", "add the digest or certificate in hexadecimal";
    TLSA_HEX = "tlsa-hex", Error, "RFC 6698 §2.2", "`{0}` is no hexadecimal digit", "write the data in hexadecimal digits";
    TLSA_HEX_COLONS = "tlsa-hex-colons", Error, "RFC 6698 §2.2", "the data has colons between its octets", "remove the colons";
    TLSA_HEX_ODD = "tlsa-hex-odd", Error, "RFC 6698 §2.2", "the data has {0} hexadecimal digits: one is missing or one too many", "compute the record again from the certificate";
    TLSA_BASE64 = "tlsa-base64", Error, "RFC 6698 §2.2", "the data is base64, not hexadecimal", "write the data in hexadecimal digits";
    TLSA_PEM = "tlsa-pem", Error, "RFC 6698 §2.2", "this is a PEM file, not a TLSA record", "compute the record from it";
    TLSA_LONG = "tlsa-long", Error, "RFC 1035 §3.2.1", "the record is longer than {0} octets", "publish a digest instead";
    TLSA_GENERIC_LENGTH = "tlsa-generic-length", Error, "RFC 3597 §5", "`{0}` octets are announced after `\\#`, and {1} follow", "write the number of octets that follow";
    TLSA_GENERIC_WORD = "tlsa-generic-word", Warning, "RFC 3597 §5", "`{0}` has an odd number of hexadecimal digits", "break the data between octets only";

    // The record as octets, and what it says.
    TLSA_SHORT = "tlsa-short", Error, "RFC 6698 §2.1", "the record has {0} octets, and needs 3 and its data", "publish usage, selector, matching type and data";
    TLSA_USAGE_PKIX = "tlsa-usage-pkix", Warning, "RFC 7672 §3.1.3", "certificate usage {0} ({1}) cannot be used for SMTP", "use DANE-EE(3) for PKIX-EE(1), DANE-TA(2) for PKIX-TA(0)";
    TLSA_USAGE_UNKNOWN = "tlsa-usage-unknown", Warning, "RFC 6698 §4.1", "certificate usage {0} has no public meaning: the record cannot be used", "use DANE-EE(3) or DANE-TA(2)";
    TLSA_SELECTOR_UNKNOWN = "tlsa-selector-unknown", Warning, "RFC 6698 §4.1", "selector {0} has no public meaning: the record cannot be used", "use SPKI(1) or Cert(0)";
    TLSA_MATCHING_UNKNOWN = "tlsa-matching-unknown", Warning, "RFC 6698 §4.1", "matching type {0} has no public meaning: the record cannot be used", "use SHA2-256(1)";
    TLSA_DIGEST_LENGTH = "tlsa-digest-length", Error, "RFC 7671 §9", "a {0} digest has {1} octets, and this one has {2}: the record cannot be used", "compute the record again from the certificate";
    TLSA_FULL_NOT_DER = "tlsa-full-not-der", Error, "RFC 6698 §2.1.4", "matching type Full needs a {0} in DER, and this is none: the record cannot be used", "publish `3 1 1` and a digest instead";
}
