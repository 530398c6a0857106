//! Findings of the `plan` room: what the failures in reports come from, as far as a verdict can tell.
//! {0} is how many sessions failed, {1} the host or domain, {2} what more there is to say.

use crate::finding::catalogue;

catalogue! {
    MX_NOT_IN_POLICY = "failure-mx-not-in-policy", Error, "RFC 8461 §4.1", "{0} sessions failed since the MX host `{1}` is not in the policy", "add the line `mx: {1}` to the policy and change its id";
    POLICY_UNREACHABLE = "failure-policy-unreachable", Error, "RFC 8461 §3.3", "{0} sessions failed since senders could not fetch the policy of `{1}`, and it still fails: {2}", "mend the web server that serves the policy";
    POLICY_INVALID = "failure-policy-invalid", Error, "RFC 8461 §3.2", "{0} sessions failed since the policy of `{1}` is none, and it still is none: {2}", "mend the policy file as `mxseal lint` says";
    POLICY_CERTIFICATE = "failure-policy-certificate", Error, "RFC 8461 §3.3", "{0} sessions failed since the certificate of the policy host of `{1}` is not valid: {2}", "renew the certificate of the policy host, for its own name";
    STARTTLS = "failure-starttls-missing", Error, "RFC 8460 §4.3.1", "{0} sessions failed since `{1}` does not offer STARTTLS, and it still does not", "turn on TLS for incoming mail on this host";
    CERTIFICATE_EXPIRED = "failure-certificate-expired", Error, "RFC 8460 §4.3.1", "{0} sessions failed since the certificate of `{1}` has expired, and it still shows it", "renew it, and reload the mail server";
    CERTIFICATE_NAME = "failure-certificate-name", Error, "RFC 8460 §4.3.1", "{0} sessions failed since the certificate of `{1}` does not name it, and it still shows it", "get one with `{1}` among its names";
    CERTIFICATE_TRUST = "failure-certificate-trust", Error, "RFC 8460 §4.3.1", "{0} sessions failed since the certificate of `{1}` leads to no trusted root, and it still does not: {2}", "send the whole chain, of a public CA";
    SESSION = "failure-session", Error, "RFC 8460 §4.3.3", "{0} sessions with `{1}` failed, and they still do: {2}", "mend TLS on this host";
    TLSA_NO_MATCH = "failure-tlsa-no-match", Error, "RFC 7671 §8.1", "{0} sessions failed since no TLSA record of `{1}` matches the key it shows: a rollover without overlap", "publish the record of the key in use now beside the others; next time publish the new record first and wait two TTLs";
    TLSA_CHANGED = "failure-tlsa-changed", Warning, "RFC 7671 §8.1", "{0} sessions with `{1}` failed under TLSA records that have changed since: a rollover without overlap", "next time publish the new record beside the old one, and wait two TTLs before the key changes";
    TLSA_UNUSABLE = "failure-tlsa-unusable", Error, "RFC 7672 §2.2", "{0} sessions failed since no TLSA record of `{1}` can be used", "publish usage 3 or 2, selector 1, matching type 1";
    DNSSEC = "failure-dnssec", Error, "RFC 7672 §2.1.1", "{0} sessions failed since DNSSEC does not hold for `{1}`, and it still does not: {2}", "mend the signatures of the zone, or its DS records";
    DANE_REQUIRED = "failure-dane-required", Info, "RFC 7672 §6", "{0} sessions failed since their sender insists on DANE, which `{1}` does not have", "sign the zones and publish TLSA records, if you have agreed to";
    HOST_GONE = "failure-host-gone", Info, "RFC 5321 §5.1", "{0} sessions failed with `{1}`, which is no MX host of the domain now";
    UNOBSERVED = "failure-unobserved", Info, "RFC 8460 §4.3", "{0} sessions with `{1}` failed ({2}); nobody has connected to it for this verdict, so whether it still does is not known", "check the domain with `--starttls`";
    MENDED = "failure-not-seen-now", Ok, "RFC 8460 §4.3", "{0} sessions with `{1}` failed ({2}); seen from here it does not now", "watch the next reports: it may be mended, or some senders see something else";
}
