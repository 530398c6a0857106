//! Certificates (RFC 5280): their fields, PEM (RFC 7468), names (RFC 9525), paths to a trusted root, and the
//! rules that every path obeys. DANE-TA never comes through [`verify_web_pki`]: it finds its own path and holds
//! it against the rules here. Revocation is not looked at.

mod algorithm;
mod ca_path;
mod certificate;
mod der;
mod description;
mod distinguished_name;
mod error;
mod extension;
mod issuer;
mod name_constraints;
mod name_match;
mod oid;
mod pem;
pub(crate) mod reason;
mod validity;
mod web_pki;

pub(crate) use algorithm::is_spki;
pub use algorithm::{public_key, signature_algorithm};
pub(crate) use ca_path::{is_signed_by, judge_path};
pub use certificate::{Certificate, spki_of};
pub(crate) use certificate::{is_certificate, names_of};
pub use description::{Description, PublicKeyDescription, describe};
pub use error::CertificateError;
pub use extension::{BasicConstraints, Extension, KeyUsage};
pub(crate) use issuer::{is_likely_issuer, is_self_signed};
pub use name_match::{certificate_matches, matches_dns_name, matches_with_common_name};
pub use oid::Oid;
pub use pem::{PemBlock, PemError, certificates_from_pem, pem_blocks, to_pem};
pub use validity::Validity;
pub(crate) use web_pki::judge as judge_web_pki;
pub use web_pki::{WebPkiOutcome, WebPkiStatus, verify_web_pki, verify_web_pki_with};
