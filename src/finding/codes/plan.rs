//! Findings of planning: what stands against publishing something, and in the way of a change.

use crate::finding::catalogue;

catalogue! {
    // What is to be published.
    PUBLISH_MX = "publish-mx", Error, "RFC 8461 §3.2", "`{0}` is more than one `mx` line", "give one host or pattern each";
    PUBLISH_RUA = "publish-rua", Error, "RFC 8460 §3", "`{0}` is no destination that takes reports", "give `mailto:` and an address, or an `https://` URL";
    PUBLISH_POLICY_HOST = "publish-policy-host", Error, "RFC 8461 §3.3", "`{0}` cannot be where `{1}` points: give addresses, or one host name alone";
    PUBLISH_TLSA = "publish-tlsa", Error, "RFC 6698 §2.1", "no TLSA record can be made for `{0}`: {1}", "give the certificate or the public key, in DER or PEM";
    PUBLISH_PREVIOUS = "publish-previous", Info, "RFC 8461 §3.2", "what is served as the policy now is none, so the id changes";
    PUBLISH_UNTESTED = "publish-untested", Warning, "RFC 8461 §5", "`mode: enforce` follows no `mode: testing`: nobody has reported what it would break", "publish `mode: testing` first, and read the reports of some days";
    PUBLISH_NO_REPORTS = "publish-no-reports", Warning, "RFC 8460 §3", "under `mode: enforce` mail would wait at its senders, and nobody would tell `{0}`", "publish an `_smtp._tls` record too, with a `rua`";
    PUBLISH_REPORTS_UNSEEN = "publish-reports-unseen", Warning, "RFC 8460 §4", "no TLS report was seen on `{0}` before `mode: enforce`", "wait for the reports of some days";
    PUBLISH_REPORTS_FAILING = "publish-reports-failing", Warning, "RFC 8461 §5", "{0} of {1} reported sessions failed: under `mode: enforce` that mail would wait", "mend what the reports name first";
    PUBLISH_TLSA_INEFFECTIVE = "publish-tlsa-ineffective", Warning, "RFC 7672 §2.2", "TLSA records of `{0}` would have no effect: {1}", "sign the zones of the domain and of its mail hosts with DNSSEC";

    // TLSA sets and their changes.
    TLSA_COMBINATION = "tlsa-combination-unmatched", Error, "RFC 7671 §8", "no record `{0} …` matches the chain in use: senders that go by these parameters fail", "publish a record with these parameters for the chain in use, or none of them";
    TLSA_STALE = "tlsa-record-stale", Info, "RFC 7671 §8.4", "the record `{0}` matches neither the chain in use nor the next", "remove it at the end of the change";
    TLSA_ANCHOR_UNSENT = "tlsa-anchor-unsent", Error, "RFC 7671 §5.2.2", "the record `{0}` names a CA whose certificate the host does not send", "send the CA's certificate in the chain, or publish `3 1 1`";
    TLSA_LONE = "tlsa-record-lone", Warning, "RFC 7671 §8.1", "no record of the next key stands beside the one in use: a change of the key now would stop mail until caches forget", "publish the record of the next key first, and wait";
    TLSA_NEXT_MISSING = "tlsa-next-missing", Info, "RFC 7671 §8.1", "`{0}` has one record, of the key in use", "before the key changes, publish the record of the next one beside it, and wait two TTLs";
    TLSA_CERTIFICATE = "tlsa-certificate-pinned", Warning, "RFC 7671 §5.1", "the record `{0}` names the whole certificate, and each renewal makes it wrong", "publish `3 1 1`, which stays while the key does";
    TLSA_FULL = "tlsa-full", Warning, "RFC 7672 §3.1.2", "the record `{0}…` holds all of a certificate or key, which makes answers large", "publish a digest: matching type 1";
    ROLLOVER_TARGET = "rollover-target", Error, "RFC 7672 §3.1.3", "senders of mail cannot use TLSA records with the parameters `{0}`", "use `3 1 1`, or `2 0 1`";
    ROLLOVER_NEXT = "rollover-next-insufficient", Error, "RFC 7671 §8.4", "no record `{0} …` can be made for the {1}", "give the whole chain as the host is to send it, with its CA";
    ROLLOVER_CHAIN_UNKNOWN = "rollover-chain-unknown", Error, "RFC 7671 §8", "`{0}` shows a chain that is neither the one before the change nor the next", "plan anew from what it shows";
    ROLLOVER_KEY_FIRST = "rollover-key-first", Error, "RFC 7671 §8.1", "`{0}` uses the next key, and the records do not name it: DANE senders hold their mail back", "put the old chain back at once; publish the record of the next key and wait before it is used";
    ROLLOVER_RECORD_FIRST = "rollover-record-first", Error, "RFC 7671 §8.1", "the record of the key in use is gone from `{0}` while the key still is in use: DANE senders hold their mail back", "publish the record of the key in use again";

    // Changes of policy and MX.
    ROLLOVER_POLICY = "rollover-policy-invalid", Warning, "RFC 8461 §3.2", "what is served as the policy is none: the plan begins as if there were no policy", "see what `mxseal lint` says of it";
    ROLLOVER_MX = "rollover-mx", Error, "RFC 5321 §5.1", "`{0}` is no mail host", "give host names, each with a preference before it if need be";
    ROLLOVER_MX_EMPTY = "rollover-mx-empty", Error, "RFC 5321 §5.1", "no mail host is left";
    ROLLOVER_ID_FIRST = "rollover-id-first", Error, "RFC 8461 §8.1", "the id `{0}` announces a policy that is not served yet: senders keep the old policy under this id", "serve the policy, then announce it with the id of the plan, which is another";
    ROLLOVER_MX_UNLISTED = "rollover-mx-unlisted", Error, "RFC 8461 §4.1", "the MX host `{0}` is not in the policy that is served: senders will not deliver to it", "put the MX records back, and change them when their step has come";
    ROLLOVER_WITHDRAWN = "rollover-withdrawn-early", Error, "RFC 8461 §8.3", "the policy was withdrawn while senders still enforce it, for {0} s after the last fetch", "serve `mode: none` under a new id, and wait";
    ROLLOVER_OFF_PLAN = "rollover-off-plan", Warning, "RFC 8461 §8.1", "what is seen now is the state after no step of this plan", "plan anew, from what is seen now";
}
