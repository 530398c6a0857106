//! Findings of the `dnssec` room.

use crate::finding::catalogue;

catalogue! {
    DNSSEC_SECURE = "dnssec-secure", Ok, "RFC 4033 §5",
        "the answer is proven by signatures from the trust anchor down";
    DNSSEC_INSECURE = "dnssec-insecure", Info, "RFC 4033 §5",
        "the answer lies in an unsigned zone: {0}",
        "sign the zone, and give its DS records to the parent";
    DNSSEC_BOGUS = "dnssec-bogus", Error, "RFC 4033 §5",
        "the answer must not be believed: {0}",
        "mend the signatures or the DS records at `{1}`; validating resolvers answer SERVFAIL until then";
    DNSSEC_INDETERMINATE = "dnssec-indeterminate", Warning, "RFC 4033 §5",
        "the answer could not be judged: {0}",
        "ask again, or ask another resolver";
    RESOLVER_STRIPS_DNSSEC = "resolver-strips-dnssec", Warning, "RFC 4035 §3.2.1",
        "the resolver returns no signatures, not even those over the keys of `{1}`",
        "ask a resolver that passes DNSSEC records on";
}
