//! Findings of the `mta_sts` room: the `_mta-sts` record, the policy file, its fetch and its cache.

use crate::finding::catalogue;

catalogue! {
    // The `_mta-sts` TXT RR set.
    RECORD_MULTIPLE = "sts-record-multiple", Error, "RFC 8461 §3.1", "{0} records begin with `v={1};`, so none of them counts", "keep exactly one";
    RECORD_DELIMITER_DROPPED = "sts-record-delimiter-dropped", Warning, "RFC 8461 §3.1", "white space before the `;` after `v={0}` drops this record, since it is not alone", "write `v={0};`";
    RECORD_CASE = "sts-record-case", Warning, "RFC 8461 §3.1", "record `{0}` is ignored: the version is case-sensitive", "begin with `v={1};`";
    RECORD_VERSION = "sts-record-version", Warning, "RFC 8461 §3.1", "record `{0}` is ignored: it names another version than `{1}`, the only one there is", "begin with `v={1};`";
    RECORD_LEAD = "sts-record-lead", Warning, "RFC 8461 §3.1", "record `{0}` is ignored: white space, a quote or a bracket stands before `v={1};`", "begin with `v={1};`";
    RECORD_EQUALS = "sts-record-equals", Warning, "RFC 8461 §3.1", "record `{0}` is ignored: white space stands beside the `=` of the version", "begin with `v={1};`";
    RECORD_DELIMITER = "sts-record-delimiter", Warning, "RFC 8461 §3.1", "record `{0}` is ignored: no `;` follows the version", "begin with `v={1};`";
    RECORD_NO_VERSION = "sts-record-no-version", Warning, "RFC 8461 §3.1", "record `{0}` is ignored: it does not begin with `v={1};`", "begin with `v={1};`";
    RECORD_FIELD_EMPTY = "sts-record-field-empty", Error, "RFC 8461 §3.1", "no field stands between two `;`", "remove one `;`";
    RECORD_OCTET = "sts-record-octet", Error, "RFC 8461 §3.1", "`{0}` is not printable US-ASCII", "write the record in US-ASCII";
    RECORD_NO_EQUALS = "sts-record-no-equals", Error, "RFC 8461 §3.1", "`{0}` is no `name=value`", "write `name=value`, or remove it";
    RECORD_SPACED = "sts-record-spaced", Error, "RFC 8461 §3.1", "white space stands beside the `=` of field `{0}`", "remove the white space";
    RECORD_NAME = "sts-record-name", Error, "RFC 8461 §3.1", "`{0}` is no field name: a letter or digit, then at most 31 letters, digits, `_`, `-`, `.`", "rename or remove the field";
    RECORD_VALUE_EMPTY = "sts-record-value-empty", Error, "RFC 8461 §3.1", "field `{0}` has no value", "give it a value, or remove it";
    RECORD_VALUE = "sts-record-value", Error, "RFC 8461 §3.1", "the value of field `{0}` holds `{1}`, which no value may hold", "separate fields with `;`, and use neither white space nor `=` in a value";
    RECORD_REPEATED = "sts-record-repeated", Warning, "RFC 8461 §3.2", "field `{0}` stands again, and only the first counts", "remove the second one";
    RECORD_TRAILING_SPACE = "sts-record-trailing-space", Error, "RFC 8461 §3.1", "white space ends the record, and may only stand beside a `;`", "remove the white space";
    RECORD_ID_MISSING = "sts-record-id-missing", Error, "RFC 8461 §3.1", "the record has no `id`", "add an `id` of 1 to 32 letters and digits, such as `id=20260301T120000`";
    RECORD_ID_CASE = "sts-record-id-case", Warning, "RFC 8461 §3.1", "`{0}` is no `id`: field names are case-sensitive", "write `id`";
    RECORD_ID = "sts-record-id", Error, "RFC 8461 §3.1", "`{0}` is no policy id: letters and digits only", "use letters and digits only, such as `id=20260301T120000`";
    RECORD_ID_LONG = "sts-record-id-long", Error, "RFC 8461 §3.1", "the policy id has {0} characters, and may have 32", "shorten the id";

    // The policy file as a text.
    OVERSIZE = "sts-policy-oversize", Error, "RFC 8461 §3.3", "the policy is larger than {0} octets, and is not read", "serve a shorter policy";
    EMPTY = "sts-policy-empty", Error, "RFC 8461 §3.2", "the policy is empty", "serve `version`, `mode`, `mx` and `max_age`, one a line";
    HTML = "sts-policy-html", Error, "RFC 8461 §3.2", "this is a web page, not a policy", "serve the policy itself, as `text/plain`, at `/.well-known/mta-sts.txt`";
    FRONT_MATTER = "sts-policy-front-matter", Error, "RFC 8461 §3.2", "front matter of a site generator is served as part of the policy", "remove the lines between `---`, or let the generator process the file";
    BOM = "sts-policy-bom", Error, "RFC 8461 §3.2", "a byte order mark stands before the first field", "save the file as UTF-8 without byte order mark";
    NOT_UTF8 = "sts-policy-not-utf8", Error, "RFC 8461 §3.2", "octet {0} is not UTF-8", "save the file as UTF-8";
    CONTROL = "sts-policy-control", Error, "RFC 8461 §3.2", "the line holds the control character `{0}`", "remove it";
    BARE_CR = "sts-policy-bare-cr", Error, "RFC 8461 §3.2", "a CR stands without LF", "end each line with LF or CR LF";
    MIXED_LINE_ENDS = "sts-policy-mixed-line-ends", Info, "RFC 8461 §3.2", "some lines end with LF, some with CR LF";
    BLANK_LINE = "sts-policy-blank-line", Error, "RFC 8461 §3.2", "a blank line stands before the last field", "remove the blank line";
    BLANK_END = "sts-policy-blank-end", Warning, "RFC 8461 §3.2", "blank lines end the policy, which a strict sender refuses", "remove the blank lines";
    INDENTED = "sts-policy-indented", Error, "RFC 8461 §3.2", "white space stands before the field", "remove the white space";
    COMMENT = "sts-policy-comment", Error, "RFC 8461 §3.2", "a policy has no comments", "remove the comment";
    NO_COLON = "sts-policy-no-colon", Error, "RFC 8461 §3.2", "`{0}` is no `key: value`", "write `key: value`, or remove the line";
    EQUALS = "sts-policy-equals", Error, "RFC 8461 §3.2", "`=` stands where `:` should", "write `key: value`";
    RECORD_IN_POLICY = "sts-policy-record", Error, "RFC 8461 §3.2", "this is the beginning of the TXT record, not of the policy", "write `version: STSv1`";
    SPACE_BEFORE_COLON = "sts-policy-space-before-colon", Error, "RFC 8461 §3.2", "white space stands before the `:`", "remove the white space";
    KEY = "sts-policy-key", Error, "RFC 8461 §3.2", "`{0}` is no key: a letter or digit, then at most 31 letters, digits, `_`, `-`, `.`", "rename or remove the line";
    VALUE_EMPTY = "sts-policy-value-empty", Error, "RFC 8461 §3.2", "`{0}` has no value", "give it a value, or remove the line";
    TAB = "sts-policy-tab", Error, "RFC 8461 §3.2", "the value of `{0}` holds a tab", "use spaces";
    REPEATED = "sts-policy-repeated", Warning, "RFC 8461 §3.2", "`{0}` stands again, and only the first counts", "remove this line";
    NEAR_KEY = "sts-policy-near-key", Warning, "RFC 8461 §3.2", "`{0}` is an unknown key and ignored: `{1}` was meant", "write `{1}`";
    NMX = "sts-policy-nmx", Warning, "RFC 8461 §3.2", "`nmx` is an unknown key and ignored: a line break written as `\\n` lost its backslash", "write `mx`, on a line of its own";
    FINDINGS_OMITTED = "sts-findings-omitted", Info, "RFC 8461 §3.3", "{0} more findings are not shown", "mend these first";

    // Its fields.
    VERSION_MISSING = "sts-policy-version-missing", Error, "RFC 8461 §3.2", "the policy has no `version`", "version: STSv1";
    VERSION = "sts-policy-version", Error, "RFC 8461 §3.2", "`{0}` is no version: `STSv1` is the only one", "version: STSv1";
    MODE_MISSING = "sts-policy-mode-missing", Error, "RFC 8461 §3.2", "the policy has no `mode`", "add `mode: testing`, and `mode: enforce` once reports are clean";
    MODE_CASE = "sts-policy-mode-case", Error, "RFC 8461 §3.2", "mode `{0}` is not in lower case";
    MODE_WORD = "sts-policy-mode-word", Error, "RFC 8461 §3.2", "`{0}` is no mode: `{1}` was meant", "mode: {1}";
    MODE_BRACKETS = "sts-policy-mode-brackets", Error, "RFC 8461 §3.2", "mode `{0}` stands in brackets or quotes", "mode: {1}";
    MODE_TEMPLATE = "sts-policy-mode-template", Error, "RFC 8461 §3.2", "`{0}` is a template's list of modes, not a mode", "choose one: `mode: testing`, `mode: enforce` or `mode: none`";
    MODE = "sts-policy-mode", Error, "RFC 8461 §3.2", "`{0}` is no mode", "choose one: `mode: testing`, `mode: enforce` or `mode: none`";
    MAX_AGE_MISSING = "sts-policy-max-age-missing", Error, "RFC 8461 §3.2", "the policy has no `max_age`", "max_age: 604800";
    MAX_AGE_UNIT = "sts-policy-max-age-unit", Error, "RFC 8461 §3.2", "`{0}` has a unit: `max_age` counts seconds and has none";
    MAX_AGE_SEPARATOR = "sts-policy-max-age-separator", Error, "RFC 8461 §3.2", "`{0}` has separators: `max_age` is digits only";
    MAX_AGE_LONG = "sts-policy-max-age-long", Error, "RFC 8461 §3.2", "`{0}` has more than 10 digits", "max_age: 31557600";
    MAX_AGE = "sts-policy-max-age", Error, "RFC 8461 §3.2", "`{0}` is no `max_age`: 1 to 10 digits, in seconds", "max_age: 604800";
    MAX_AGE_CAPPED = "sts-policy-max-age-capped", Warning, "RFC 8461 §3.2", "`max_age` {0} is above {1}, the greatest there is, and counts as that", "max_age: {1}";
    MAX_AGE_SHORT = "sts-policy-max-age-short", Warning, "RFC 8461 §3.2", "`max_age` {0} is less than a day: an attacker needs little patience (weeks are expected)", "max_age: 604800";
    MX_MISSING = "sts-policy-mx-missing", Error, "RFC 8461 §3.2", "mode `{0}` needs an `mx`", "add a line `mx: ` for each MX host";
    MX_IPV4 = "sts-policy-mx-ipv4", Error, "RFC 8461 §4.1", "`{0}` is an address, which no MX host ever matches", "name the MX host instead";
    MX_LENGTH = "sts-policy-mx-length", Error, "RFC 1035 §2.3.4", "`{0}` is longer than a domain name or label can be, so no MX host ever matches", "name the MX host";
    MX_ADDRESS = "sts-policy-mx-address", Error, "RFC 8461 §3.2", "`{0}` is an address, not a domain name", "name the MX host instead";
    MX_UNICODE = "sts-policy-mx-unicode", Error, "RFC 8461 §3.2", "`{0}` is not in US-ASCII: write its A-label", "write the A-label, such as `xn--bcher-kva.example` for `bücher.example`";
    MX_UNDERSCORE = "sts-policy-mx-underscore", Error, "RFC 5321 §4.1.2", "`{0}` holds `_`, which no mail host has", "name the MX host";
    MX_TRAILING_DOT = "sts-policy-mx-trailing-dot", Error, "RFC 5321 §4.1.2", "`{0}` ends with a dot";
    MX_LEADING_DOT = "sts-policy-mx-leading-dot", Error, "RFC 8461 §3.2", "`{0}` begins with a dot: a wildcard is written `*.`";
    MX_NULL = "sts-policy-mx-null", Error, "RFC 7505 §3", "`.` is a null MX, not a host that takes mail", "use `mode: none` and no `mx`, or name the MX hosts";
    MX_PREFERENCE = "sts-policy-mx-preference", Error, "RFC 8461 §3.2", "`{0}` begins with the preference of an MX record";
    MX_LIST = "sts-policy-mx-list", Error, "RFC 8461 §3.2", "`{0}` names several hosts: each has a line of its own";
    MX_WILDCARD = "sts-policy-mx-wildcard", Error, "RFC 8461 §4.1", "`{0}` is no pattern: `*` may only stand for the whole left-most label, as in `*.example.com`", "use `*.` and a domain, or a whole host name";
    MX_DECORATED = "sts-policy-mx-decorated", Error, "RFC 8461 §3.2", "`{0}` is more than a host name: no quotes, brackets, scheme, port or punctuation";
    MX = "sts-policy-mx", Error, "RFC 5321 §4.1.2", "`{0}` is no domain name: `{1}` is out of place", "name the MX host";
    MX_REPEATED = "sts-policy-mx-repeated", Info, "RFC 8461 §3.2", "`{0}` is listed twice", "remove this line";

    // The fetch.
    FETCH_REDIRECT = "sts-fetch-redirect", Error, "RFC 8461 §3.3", "the policy host redirects, and senders must not follow", "serve the policy itself at `/.well-known/mta-sts.txt` with status 200";
    FETCH_STATUS = "sts-fetch-status", Error, "RFC 8461 §3.3", "the policy host answers with status {0}, not 200", "serve the policy at `/.well-known/mta-sts.txt` with status 200";
    FETCH_MEDIA_TYPE = "sts-fetch-media-type", Error, "RFC 8461 §3.2", "the policy is served as `{0}`, not `text/plain`", "serve it as `Content-Type: text/plain`";
    FETCH_MEDIA_TYPE_LENIENT = "sts-fetch-media-type-lenient", Warning, "RFC 8461 §3.2", "the policy is served as `{0}`, not `text/plain`: accepted here, refused by strict senders", "serve it as `Content-Type: text/plain`";
    FETCH_TLS = "sts-fetch-tls", Error, "RFC 8461 §3.3", "the policy host has no valid TLS certificate: {0}", "serve a valid certificate that names the policy host and chains to a public root";
    FETCH_DNS = "sts-fetch-dns", Error, "RFC 8461 §3.3", "the name of the policy host does not resolve: {0}", "publish A or AAAA for the policy host";
    FETCH_CONNECT = "sts-fetch-connect", Error, "RFC 8461 §3.3", "the policy host does not take the connection: {0}", "let the policy host answer on port 443";
    FETCH_TIMEOUT = "sts-fetch-timeout", Error, "RFC 8461 §3.3", "the policy host did not answer in time: {0}", "let the policy host answer within a minute";
    FETCH_OPAQUE = "sts-fetch-opaque", Error, "RFC 8461 §3.3", "the policy could not be fetched, and the platform hides why: {0}", "look at the policy's URL with a command-line client to see the cause";
    FETCH_NOT_PUBLIC = "sts-fetch-not-public", Error, "RFC 8461 §3.3", "the policy host has no public address ({0}), so nothing is fetched", "publish a public address for the policy host";
    FETCH_UNSUPPORTED = "sts-fetch-unsupported", Info, "RFC 8461 §3.3", "this platform cannot fetch policies, so nothing is known about the policy";

    // The cache.
    CACHE_REFRESH_FAILED = "sts-cache-refresh-failed", Warning, "RFC 8461 §3.3", "the refresh of the policy in force failed (`{0}`): it ends at {1}", "mend the policy host before then";
    CACHE_NO_POLICY = "sts-cache-no-policy", Error, "RFC 8461 §3.3", "a policy is announced and cannot be had (`{0}`): mail goes as without MTA-STS", "mend the policy host";
    CACHE_RECORD_LOST = "sts-cache-record-lost", Warning, "RFC 8461 §5.1", "no policy is announced any more, yet the cached one stays in force until {0}", "to remove MTA-STS, serve `mode: none` with a new `id` and wait the greatest `max_age` ever served";
    CACHE_RECORD_UNKNOWN = "sts-cache-record-unknown", Warning, "RFC 8461 §10.2", "the look-up of the record failed, so whether a newer policy is announced is unknown";
    CACHE_EXPIRED = "sts-cache-expired", Info, "RFC 8461 §3.3", "the cached policy ended at {0}";
    CACHE_FETCH_UNASKED = "sts-cache-fetch-unasked", Warning, "RFC 8461 §3.1", "a policy was fetched that no record announces: it is not taken", "publish a valid `_mta-sts` record";
}
