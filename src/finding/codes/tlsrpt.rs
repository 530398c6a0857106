//! Findings of the `tlsrpt` room: the `_smtp._tls` record.

use crate::finding::catalogue;

catalogue! {
    RECORD_MULTIPLE = "tlsrpt-record-multiple", Error, "RFC 8460 §3", "{0} records begin with `v={1};`, so none of them counts", "keep exactly one, with several destinations in one `rua` if need be";
    RECORD_DELIMITER_DROPPED = "tlsrpt-record-delimiter-dropped", Warning, "RFC 8460 §3", "white space before the `;` after `v={0}` drops this record, since it is not alone", "write `v={0};`";
    RECORD_CASE = "tlsrpt-record-case", Warning, "RFC 8460 §3", "record `{0}` is ignored: the version is case-sensitive", "begin with `v={1};`";
    RECORD_VERSION = "tlsrpt-record-version", Warning, "RFC 8460 §3", "record `{0}` is ignored: it names another version than `{1}`, the only one there is", "begin with `v={1};`";
    RECORD_LEAD = "tlsrpt-record-lead", Warning, "RFC 8460 §3", "record `{0}` is ignored: white space, a quote or a bracket stands before `v={1};`", "begin with `v={1};`";
    RECORD_EQUALS = "tlsrpt-record-equals", Warning, "RFC 8460 §3", "record `{0}` is ignored: white space stands beside the `=` of the version", "begin with `v={1};`";
    RECORD_DELIMITER = "tlsrpt-record-delimiter", Warning, "RFC 8460 §3", "record `{0}` is ignored: no `;` follows the version", "begin with `v={1};`";
    RECORD_NO_VERSION = "tlsrpt-record-no-version", Warning, "RFC 8460 §3", "record `{0}` is ignored: it does not begin with `v={1};`", "begin with `v={1};`";
    RECORD_FIELD_EMPTY = "tlsrpt-record-field-empty", Error, "RFC 8460 §3", "no field stands between two `;`", "remove one `;`";
    RECORD_OCTET = "tlsrpt-record-octet", Error, "RFC 8460 §3", "`{0}` is not printable US-ASCII", "write the record in US-ASCII: percent-encode paths, and use A-labels in names";
    RECORD_NO_EQUALS = "tlsrpt-record-no-equals", Error, "RFC 8460 §3", "`{0}` is no `name=value`", "write `name=value`, or remove it; several destinations are separated by commas";
    RECORD_SPACED = "tlsrpt-record-spaced", Error, "RFC 8460 §3", "white space stands beside the `=` of field `{0}`", "remove the white space";
    RECORD_NAME = "tlsrpt-record-name", Error, "RFC 8460 §3", "`{0}` is no field name: a letter or digit, then at most 31 letters, digits, `_`, `-`, `.`", "rename or remove the field";
    RECORD_VALUE_EMPTY = "tlsrpt-record-value-empty", Error, "RFC 8460 §3", "field `{0}` has no value", "give it a value, or remove it";
    RECORD_VALUE = "tlsrpt-record-value", Error, "RFC 8460 §3", "the value of field `{0}` holds `{1}`, which no value may hold", "separate fields with `;`, and use neither white space nor `=` in a value";
    RECORD_REPEATED = "tlsrpt-record-repeated", Warning, "RFC 8460 §3", "field `{0}` stands again, and only the first counts", "remove the second one; several destinations are separated by commas in one `rua`";
    RECORD_TRAILING_SPACE = "tlsrpt-record-trailing-space", Error, "RFC 8460 §3", "white space ends the record, and may only stand beside a `;`", "remove the white space";
    RUA_MISSING = "tlsrpt-rua-missing", Error, "RFC 8460 §3", "the record has no `rua`", "add a destination, such as `rua=mailto:tls-reports@example.com`";
    RUA_CASE = "tlsrpt-rua-case", Warning, "RFC 8460 §3", "`{0}` is no `rua`: field names are case-sensitive", "write `rua`";
    RUA_EMPTY = "tlsrpt-rua-empty", Error, "RFC 8460 §3", "no destination stands beside a comma", "remove the comma";
    RUA_SPACE = "tlsrpt-rua-space", Error, "RFC 8460 §3", "`{0}` holds white space: destinations are separated by commas", "separate destinations with commas";
    RUA_RESERVED = "tlsrpt-rua-reserved", Error, "RFC 8460 §3", "`!` in `{0}` must be percent-encoded; a size limit after it is DMARC's, not known here", "remove it, or write `%21`";
    RUA_NO_SCHEME = "tlsrpt-rua-no-scheme", Error, "RFC 8460 §3", "destination `{0}` has no scheme", "begin with `mailto:` or `https://`";
    RUA_URI = "tlsrpt-rua-uri", Error, "RFC 3986 §3", "destination `{0}` is no URI", "write `mailto:` and an address, or an `https://` URL";
    RUA_SCHEME = "tlsrpt-rua-scheme", Warning, "RFC 8460 §3", "destination `{0}` is dropped: only `mailto` and `https` take reports", "use `mailto:` or `https://`";
    RUA_ADDRESS = "tlsrpt-rua-address", Warning, "RFC 6068 §2", "destination `{0}` is dropped: it names no mail address", "write `mailto:` and one address";
    RUA_HOST = "tlsrpt-rua-host", Warning, "RFC 9110 §4.2.2", "destination `{0}` is dropped: it names no host", "write `https://`, a host and a path";
    RUA_NONE_LEFT = "tlsrpt-rua-none-left", Error, "RFC 8460 §3", "no destination is left that takes reports", "add a destination, such as `rua=mailto:tls-reports@example.com`";
    FINDINGS_OMITTED = "tlsrpt-findings-omitted", Info, "RFC 8460 §3", "{0} more findings are not shown", "mend these first";
}
