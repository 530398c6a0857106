//! Certificates (RFC 5280): their fields, PEM (RFC 7468), names (RFC 9525), and paths to a trusted root.
//! DANE never comes through [`verify_web_pki`]; it takes keys and fields from here and judges by itself.
//! Revocation is not looked at.

mod algorithm;
mod certificate;
mod der;
mod description;
mod distinguished_name;
mod error;
mod extension;
mod name_match;
mod oid;
mod pem;
mod validity;
mod web_pki;

pub use algorithm::{public_key, signature_algorithm};
pub use certificate::{Certificate, spki_of};
pub use description::{Description, PublicKeyDescription, describe};
pub use error::CertificateError;
pub use extension::{BasicConstraints, Extension, KeyUsage};
pub use name_match::{certificate_matches, matches_dns_name};
pub use oid::Oid;
pub use pem::{PemBlock, PemError, certificates_from_pem, pem_blocks, to_pem};
pub use validity::Validity;
pub use web_pki::{WebPkiOutcome, WebPkiStatus, verify_web_pki, verify_web_pki_with};
