//! Findings of the `tlsrpt` room: reports, as they are read.

use crate::finding::catalogue;

catalogue! {
    TOO_LARGE = "report-too-large", Error, "RFC 8460 §5.2", "the report has more than {0} octets and is not read", "ask its sender for smaller reports";
    MAIL_TOO_LARGE = "report-mail-too-large", Error, "RFC 8460 §5.2", "the mail has more than {0} octets and is not read", "ask its sender for smaller reports";
    COMPRESSION = "report-compression", Error, "RFC 8460 §5.2", "the report is no whole gzip file: {0}", "see whether the file was cut short or changed on its way";
    MAIL = "report-mail", Error, "RFC 8460 §5.3", "the mail cannot be read: {0}", "see whether the file is a whole mail, with its headers";
    MAIL_EMPTY = "report-mail-empty", Error, "RFC 8460 §5.3", "no part of the mail is a TLS report: it holds {0}", "look for a part of type `application/tlsrpt+gzip` or `application/tlsrpt+json`";
    MAIL_ENCRYPTED = "report-mail-encrypted", Error, "RFC 8460 §5.3", "the mail is encrypted or enveloped as `{0}` and is not opened here", "take the report out of it, and read that";
    MAIL_TYPE = "report-mail-type", Warning, "RFC 8460 §5.3", "the report stands in a part of type `{0}`, not `application/tlsrpt+gzip` or `application/tlsrpt+json`";
    MAIL_PARTS = "report-mail-parts", Warning, "RFC 8460 §5.3", "the mail holds {0} reports instead of one: the first is read, the others are not", "take the others out of it, and read each by itself";
    MAIL_UNSIGNED = "report-mail-unsigned", Warning, "RFC 8460 §3", "the mail bears no DKIM signature: receivers must ignore it", "trust it no more than its sender";
    MAIL_SUBMITTER = "report-mail-submitter", Warning, "RFC 8460 §5.3", "the mail names the submitter `{0}`, the report's contact is at `{1}`", "see whom the DKIM signature names";
    MAIL_DOMAIN = "report-mail-domain", Warning, "RFC 8460 §5.6", "the mail is about `{0}`, which no policy of the report is about; the report counts";
    ENCODING = "report-encoding", Error, "RFC 8259 §8.1", "the report is not UTF-8";
    NOT_JSON = "report-not-json", Error, "RFC 8259 §2", "the report is no JSON: here it needs {0}";
    SURROGATE = "report-surrogate", Warning, "RFC 7493 §2.1", "half of a surrogate pair is no character: it counts as U+FFFD";
    TOO_MANY = "report-too-many", Error, "RFC 8460 §5.2", "the report has more than {1} {0} and is not read", "ask its sender for smaller reports";
    BOM = "report-bom", Info, "RFC 8259 §8.1", "the report begins with a byte order mark, which JSON must not have";
    NOT_OBJECT = "report-not-object", Error, "RFC 8460 §4.4", "the report is {0}, not an object";
    MEMBER_MISSING = "report-member-missing", Warning, "RFC 8460 §4.4", "`{0}` is missing";
    ADDRESS_MISSING = "report-address-missing", Info, "RFC 8460 §4.4", "`{0}` is missing: the sender had none, or does not tell it";
    POLICIES_MISSING = "report-policies-missing", Error, "RFC 8460 §4.4", "`policies` is missing or empty: the report counts nothing";
    MEMBER_NULL = "report-member-null", Info, "RFC 8460 §4.4", "`{0}` is null";
    MEMBER_TYPE = "report-member-type", Warning, "RFC 8460 §4.4", "`{0}` is {1}, not {2}; it is kept in `extensions`";
    MEMBER_UNKNOWN = "report-member-unknown", Info, "RFC 8460 §4.4", "the RFC names no member `{0}`; it is kept in `extensions`";
    MEMBER_REPEATED = "report-member-repeated", Warning, "RFC 7493 §2.3", "`{0}` stands again later, and only the last counts; this one is kept in `extensions`";
    NOT_LIST = "report-not-list", Info, "RFC 8460 §4.4", "`{0}` is a string, not an array of strings";
    NUMBER_TEXT = "report-number-text", Warning, "RFC 8460 §4.4", "`{0}` is a number in quotes";
    COUNT = "report-count", Warning, "RFC 8460 §4.4", "`{0}` is `{1}`, no whole number from 0 to 9007199254740991; it is kept in `extensions`";
    TIME = "report-time", Warning, "RFC 3339 §5.6", "`{0}` is `{1}`, no date-time such as `2026-03-01T00:00:00Z`; it is kept in `extensions`";
    TIME_ZONE = "report-time-zone", Warning, "RFC 3339 §5.6", "`{0}` is `{1}`, without a time or a time zone: taken as UTC";
    DATE_RANGE = "report-date-range", Warning, "RFC 8460 §4.4", "the report ends at {1}, before it begins at {0}";
    POLICY_TYPE = "report-policy-type", Warning, "RFC 8460 §4.4", "`{0}` is no policy type: `tlsa`, `sts` or `no-policy-found`";
    NAME = "report-name", Warning, "RFC 8460 §4.4", "`{0}` is no domain name in A-labels";
    RESULT_TYPE = "report-result-type", Warning, "RFC 8460 §4.3", "`{0}` is no result type that is registered";
    URI = "report-uri", Warning, "RFC 8460 §4.4", "`{0}` is no URI";
    ADDRESS = "report-address", Warning, "RFC 8460 §4.4", "`{0}` is no IP address";
    FAILURES_UNTOLD = "report-failures-untold", Info, "RFC 8460 §4.2.2", "{0} sessions failed, and details tell of {1}";
    FINDINGS_OMITTED = "report-findings-omitted", Info, "RFC 8460 §4.4", "{0} more findings are not shown";
}
