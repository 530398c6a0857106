//! Findings of the decision: what the facts about a domain, held against each other, amount to.

use crate::finding::catalogue;

catalogue! {
    DOMAIN_NOT_FOUND = "domain-not-found", Error, "RFC 5321 §5.1", "the domain `{0}` does not exist", "check the spelling, or whether the registration has lapsed";
    NULL_MX = "null-mx", Info, "RFC 7505 §3", "`{0}` takes no mail: it publishes a null MX";
    MX_LOOKUP_FAILED = "mx-lookup-failed", Error, "RFC 5321 §5.1", "the MX records of `{0}` could not be found out: {1}", "query the domain's name servers one by one, and check its DNSSEC signatures";
    MX_IMPLICIT = "mx-implicit", Warning, "RFC 5321 §5.1", "`{0}` has no MX record: mail goes to its own address", "publish an MX record, or `MX 0 .` if the domain takes no mail";
    MX_NONE_USABLE = "mx-none-usable", Error, "RFC 5321 §5.1", "no MX record of `{0}` can be used", "publish an MX record that names a host with an address";
    MX_ADDRESS_MISSING = "mx-address-missing", Error, "RFC 5321 §5.1", "the mail host `{0}` has no address", "publish an A or AAAA record for `{0}`, or remove its MX record";
    MX_ADDRESS_UNKNOWN = "mx-address-unknown", Error, "RFC 7672 §2.1.1", "the addresses of `{0}` could not be found out: {1}", "check the name servers and the DNSSEC signatures of the zone of `{0}`";
    MX_ADDRESS_HALF_KNOWN = "mx-address-half-known", Warning, "RFC 5321 §5.1", "only one address family of `{0}` could be looked up: {1}", "check the name servers of the zone of `{0}`";
    MX_ADDRESS_PRIVATE = "mx-address-private", Error, "RFC 6890 §2.2.2", "the mail host `{0}` has the address `{1}`, which the Internet does not reach", "publish only public addresses for mail hosts";
    MX_ALIAS = "mx-alias", Warning, "RFC 5321 §5.1", "the mail host `{0}` is an alias of `{1}`; some senders refuse that", "name `{1}` in the MX record";
    STS_NOT_CONFIGURED = "sts-not-configured", Info, "RFC 8461 §3.1", "`{0}` announces no MTA-STS policy";
    STS_UNKNOWN = "sts-unknown", Warning, "RFC 8461 §3.3", "whether there is an MTA-STS policy could not be found out: {0}", "check the name servers of the domain";
    STS_ENFORCED = "sts-enforced", Ok, "RFC 8461 §5", "an MTA-STS policy of mode `enforce` is in force; senders keep it for {0} s";
    STS_TESTING = "sts-testing", Info, "RFC 8461 §5", "an MTA-STS policy of mode `testing` is in force: failures are reported, mail flows all the same", "switch to `mode: enforce` once the reports show no failures";
    STS_MODE_NONE = "sts-mode-none", Info, "RFC 8461 §5", "the MTA-STS policy has mode `none`: the domain asks for nothing";
    STS_MX_NOT_LISTED = "sts-mx-not-listed", Error, "RFC 8461 §4.1", "the MX host `{0}` is not in the policy: senders will not deliver to it", "add the line `mx: {0}` to the policy and change its id";
    STS_MX_NOT_LISTED_TESTING = "sts-mx-not-listed-testing", Warning, "RFC 8461 §4.1", "the MX host `{0}` is not in the policy: with `mode: enforce` senders would not deliver to it", "add the line `mx: {0}` to the policy and change its id";
    STS_PATTERN_UNUSED = "sts-pattern-unused", Info, "RFC 8461 §4.1", "no MX host matches the policy's `mx: {0}`";
    TLSRPT_NOT_CONFIGURED = "tlsrpt-not-configured", Info, "RFC 8460 §3", "`{0}` asks for no TLS reports: failures of senders stay unseen", "publish `v=TLSRPTv1; rua=mailto:…` at `_smtp._tls.{0}`";
    TLSRPT_UNKNOWN = "tlsrpt-unknown", Info, "RFC 8460 §3", "whether TLS reports are asked for could not be found out: {0}";
    TLSRPT_CONFIGURED = "tlsrpt-configured", Ok, "RFC 8460 §3", "TLS reports go to {0}";
    STARTTLS_NOT_SUPPORTED = "starttls-not-supported", Error, "RFC 8461 §4.2", "`{0}` does not offer STARTTLS", "turn on TLS for incoming mail on this host";
    SESSION_FAILED = "validation-failure", Error, "RFC 8460 §4.3.1", "the TLS session with `{0}` fails: {1}", "mend TLS on this host";
    SESSION_WOULD_FAIL = "session-would-fail", Warning, "RFC 8461 §5", "`{0}` would get no mail under `mode: enforce`: {1}", "mend this before the policy goes to `enforce`";
    SESSION_UNAUTHENTICATED = "session-unauthenticated", Info, "RFC 7435 §3", "a sender could not authenticate `{0}`: {1}";
    SESSION_MET = "session-met", Ok, "RFC 8461 §4.2", "`{0}` shows a valid certificate over {1}";
    SESSION_UNREACHED = "session-unreached", Warning, "RFC 8460 §4.3.4", "`{0}` could not be reached from here: {1}", "check that the host listens on port {2}, and that the observer may connect to it";
    SESSION_UNOBSERVED = "session-unobserved", Info, "RFC 8461 §4.2", "no connection to `{0}` was made, so its certificate is not known: {1}";
    ROOTS_MISSING = "roots-missing", Info, "RFC 8461 §4.2", "no roots were given, so the certificate of `{0}` was not checked";
    DANE_NOT_ASKED = "dane-not-asked", Info, "RFC 7672 §2.1", "DANE was not looked at: {0}";
    DANE_NOT_CONFIGURED = "dane-not-configured", Info, "RFC 7672 §2.2", "`{0}` lies in a signed zone and publishes no TLSA records: DANE senders do not insist on TLS", "publish a TLSA record `3 1 1` for the key of `{0}` at `{1}`";
    DANE_NOT_APPLICABLE = "dane-not-applicable", Info, "RFC 7672 §2.2", "DANE cannot protect `{0}`: {1}", "sign the zones of the domain and of its mail hosts with DNSSEC";
    DANE_LOOKUP_FAILED = "dane-lookup-failed", Error, "RFC 7672 §2.1.1", "the TLSA records of `{0}` could not be found out: {1}; DANE senders will not deliver to it", "check the name servers and the DNSSEC signatures at `{2}`";
    DANE_UNUSABLE = "tlsa-invalid", Error, "RFC 7672 §2.2", "none of the {1} TLSA records of `{0}` can be used: DANE senders encrypt and authenticate nobody", "publish usage 3 or 2, selector 1, matching type 1";
    DANE_ENFORCED = "dane-enforced", Ok, "RFC 7672 §2.2", "`{0}` publishes TLSA records by which DANE senders authenticate it";
    DANE_HALF = "dane-insecure-mx", Warning, "RFC 7672 §2.2.1", "the MX records that lead to `{0}` are not signed: its TLSA records protect against less", "sign the zone of the domain";
    DANE_MET = "dane-met", Ok, "RFC 7672 §3", "`{0}` shows a chain that its TLSA record {1} authenticates, over {2}";
    DANE_FAILED = "dane-failed", Error, "RFC 7672 §2.2", "no TLSA record of `{0}` authenticates what it shows: {1}; DANE senders will not deliver to it", "publish a TLSA record for the key in use now, or put the old key back; at a rollover both records stand first";
    TLS_VERSION_DEPRECATED = "tls-version-deprecated", Warning, "RFC 8996 §4", "`{0}` speaks {1}, which is deprecated; DANE senders take it, those that hold a certificate against its CA do not", "turn on TLS 1.2 and TLS 1.3 on this host";
    POSTURE_IMPROVED = "posture-improved", Ok, "RFC 8461 §5", "posture `{0}` became `{1}`";
    POSTURE_WORSENED = "posture-worsened", Warning, "RFC 8461 §5", "posture `{0}` became `{1}`", "look at the findings that came with it";
    HOST_ADDED = "mx-added", Info, "RFC 5321 §5.1", "the MX host `{0}` is new";
    HOST_REMOVED = "mx-removed", Info, "RFC 5321 §5.1", "the MX host `{0}` is gone";
    REQUIREMENT_CHANGED = "requirement-changed", Info, "RFC 8461 §5", "`{0}` required `{1}`, and now `{2}`";
    FINDING_GONE = "finding-gone", Ok, "RFC 8461 §5", "no longer found: `{0}`: {1}";
}
