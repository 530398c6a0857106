//! Findings of the `x509` room: why a host's certificate does not pass (RFC 8461 §4.2). `{0}` is the host.

use crate::finding::catalogue;

catalogue! {
    CERTIFICATE_EXPIRED = "certificate-expired", Error, "RFC 5280 §4.1.2.5",
        "the certificate of `{0}` has expired",
        "renew the certificate and make the server load the new one";
    CERTIFICATE_NOT_YET_VALID = "certificate-not-yet-valid", Error, "RFC 5280 §4.1.2.5",
        "the certificate of `{0}` is not valid yet",
        "present the previous certificate until the new one becomes valid, and check the clocks";
    CERTIFICATE_CHAIN_EXPIRED = "certificate-chain-expired", Error, "RFC 5280 §6.1.3",
        "a CA certificate above that of `{0}` is outside its dates",
        "present the current intermediate certificates of the CA";
    CERTIFICATE_SELF_SIGNED = "certificate-self-signed", Error, "RFC 8461 §4.2",
        "the certificate of `{0}` is self-signed",
        "get a certificate of a public CA for `{0}`";
    CERTIFICATE_ISSUER_UNKNOWN = "certificate-issuer-unknown", Error, "RFC 8461 §4.2",
        "the issuer of the certificate of `{0}` is neither trusted nor presented",
        "present the intermediate certificates too, for instance `fullchain.pem` instead of `cert.pem`";
    CERTIFICATE_ROOT_UNTRUSTED = "certificate-root-untrusted", Error, "RFC 8461 §4.2",
        "the certificate of `{0}` leads to a root that is not trusted",
        "get a certificate of a public CA for `{0}`";
    CERTIFICATE_NOT_TRUSTED = "certificate-not-trusted", Error, "RFC 5280 §6.1",
        "the certificate of `{0}` has no valid path to a trusted root (`{1}`)",
        "get a certificate of a public CA for `{0}`";
    CERTIFICATE_HOST_MISMATCH = "certificate-host-mismatch", Error, "RFC 9525 §6.3",
        "no DNS name in the certificate matches `{0}`",
        "get a certificate whose subjectAltName names `{0}`";
    CERTIFICATE_INVALID = "certificate-invalid", Error, "RFC 5280 §4.1",
        "the certificate that `{0}` presents cannot be checked (`{1}`)",
        "present a certificate of a public CA, its intermediates after it";
}
