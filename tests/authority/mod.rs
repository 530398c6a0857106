//! A lab CA: certificates of every posture, made by `openssl ca` with fixed dates, described as rows.

use serde::Deserialize;

use super::openssl::Workshop;

/// One certificate to make.
#[derive(Deserialize)]
pub(crate) struct Row {
    /// Its name here: the files `name.der`, `name.pem` and `name.key`.
    pub(crate) name: String,
    /// A word of [`KEYS`]; or the name of an earlier row, whose key it takes over.
    key: String,
    /// The row that issues it; its own name for self-signed.
    issuer: String,
    /// `/CN=…`
    subject: String,
    /// Lines of an `openssl` extension section; none makes a v1 certificate.
    extensions: Extensions,
    /// The years in which it begins and ends, at the first of January.
    #[serde(default = "years")]
    years: (u16, u16),
    /// More words for `openssl ca`, the digest above all.
    #[serde(default = "sign")]
    sign: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Extensions {
    Usual(Usual),
    Lines(Vec<String>),
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Usual {
    Ca,
    Host,
}

impl Extensions {
    fn section(&self) -> Option<String> {
        let lines = match self {
            Self::Usual(Usual::Ca) => {
                "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign,cRLSign".to_owned()
            }
            Self::Usual(Usual::Host) => {
                "basicConstraints=CA:FALSE\nsubjectAltName=DNS:mx.example.com".to_owned()
            }
            Self::Lines(lines) => lines.join("\n"),
        };
        (!lines.is_empty()).then(|| format!("[ext]\n{lines}\n"))
    }
}

fn years() -> (u16, u16) {
    (2025, 2027)
}

fn sign() -> String {
    "-md sha256".to_owned()
}

/// Kinds of keys.
const KEYS: &[(&str, &str)] = &[
    ("rsa", "-algorithm RSA -pkeyopt rsa_keygen_bits:2048"),
    ("rsa1024", "-algorithm RSA -pkeyopt rsa_keygen_bits:1024"),
    ("p256", "-algorithm EC -pkeyopt ec_paramgen_curve:P-256"),
    ("p384", "-algorithm EC -pkeyopt ec_paramgen_curve:P-384"),
    ("p521", "-algorithm EC -pkeyopt ec_paramgen_curve:P-521"),
    ("ed25519", "-algorithm ED25519"),
];

const CONFIGURATION: &str = "\
[ca]
default_ca = lab
[lab]
database = index
new_certs_dir = .
policy = any
unique_subject = no
rand_serial = yes
default_md = default
[any]
commonName = optional
organizationName = optional
[req]
distinguished_name = none
[none]
";

/// Makes every row, issuers first.
pub(crate) fn make(shop: &Workshop, rows: &[Row]) {
    shop.write("ca.cnf", CONFIGURATION.as_bytes());
    shop.write("index", b"");
    for row in rows {
        let name = &row.name;
        match KEYS.iter().find(|(word, _)| *word == row.key) {
            Some((_, kind)) => shop.key(&format!("{name}.key"), kind),
            None => shop.write(
                &format!("{name}.key"),
                &shop.read(&format!("{}.key", row.key)),
            ),
        }
        shop.openssl(&format!(
            "req -new -config ca.cnf -key {name}.key -subj {} -out {name}.csr",
            row.subject
        ));
        let (from, to) = row.years;
        let issuer = if row.issuer == *name {
            format!("-selfsign -keyfile {name}.key")
        } else {
            format!("-cert {0}.pem -keyfile {0}.key", row.issuer)
        };
        let extensions = match row.extensions.section() {
            Some(section) => {
                shop.write("ext", section.as_bytes());
                "-extfile ext -extensions ext"
            }
            None => "",
        };
        shop.openssl(&format!(
            "ca -batch -notext -config ca.cnf {issuer} {extensions} -in {name}.csr -out {name}.pem \
             -startdate {from}0101000000Z -enddate {to}0101000000Z {}",
            row.sign
        ));
        shop.openssl(&format!("x509 -in {name}.pem -outform DER -out {name}.der"));
    }
}
