//! Every bound of the engine, each with its reason. Nothing else in the crate names a limit.

/// Octets of a policy file that are read (RFC 8461 §3.3 advises senders to limit what they take;
/// 64 KiB holds some 1,500 `mx` lines).
pub const POLICY_OCTETS: usize = 64 * 1024;

/// Greatest `max_age` in seconds, one year and a bit (RFC 8461 §3.2).
pub const MAX_AGE: u64 = 31_557_600;

/// Octets of one DNS message: what TCP can carry (RFC 1035 §4.2.2).
pub const DNS_MESSAGE_OCTETS: usize = 65_535;

/// Seconds that a sender waits after a failed policy fetch before it tries the same id again
/// (RFC 8461 §3.3: five minutes or longer).
pub const POLICY_RETRY_SECONDS: i64 = 300;

/// Seconds after which a policy in force is refreshed at the latest (RFC 8461 §3.3: once a day).
pub const POLICY_REFRESH_SECONDS: i64 = 86_400;

/// UDP payload offered in EDNS(0): fits an IPv6 path without fragments (RFC 6891 §6.2.5 leaves the choice).
pub const EDNS_PAYLOAD: u16 = 1_232;

/// Resource records read from one DNS message. 65,535 octets hold fewer than 6,000 of the shortest.
pub const DNS_RECORDS: usize = 6_000;

/// CNAME and DNAME steps followed in one look-up; unbound gives up at 11, BIND at 16.
pub const ALIAS_STEPS: usize = 16;

/// MX records of one domain that are looked at. Real domains have at most a few dozen.
pub const MX_HOSTS: usize = 64;

/// Addresses of one host that are used.
pub const ADDRESSES: usize = 32;

/// TXT records of one name that are read.
pub const TXT_RECORDS: usize = 256;

/// Octets of the RDATA of one record (RFC 1035 §3.2.1: RDLENGTH has 16 bits).
pub const RDATA_OCTETS: usize = 65_535;

/// TLSA records of one name that are read.
pub const TLSA_RECORDS: usize = 64;

/// Certificates of one chain that are read; no public CA nests deeper than five.
pub const CHAIN_CERTIFICATES: usize = 16;

/// Octets of one certificate.
pub const CERTIFICATE_OCTETS: usize = 64 * 1024;

/// Certificates of one chain that bear the same subject and are tried as issuers: a CA's own and two
/// cross-signed ones. More would let a chain of look-alikes multiply the paths to build.
pub const SAME_SUBJECT_CERTIFICATES: usize = 3;

/// Comparisons of names with name constraints along one path. A CA of real life constrains a few dozen names; two
/// certificates of 64 KiB could ask for a hundred million (OpenSSL and webpki bound it too).
pub const NAME_CONSTRAINT_COMPARISONS: usize = 250_000;

/// Octets of a text in which PEM blocks are looked for: Mozilla's whole root store takes 220 KiB.
pub const PEM_OCTETS: usize = 2 * 1024 * 1024;

/// Blocks read from one PEM text: Mozilla's root store has some 150.
pub const PEM_BLOCKS: usize = 1_024;

/// Bits of an RSA modulus that is verified with (RFC 5702 §2.1 allows DNSSEC 512 to 4,096, what has been
/// factored left out; public CAs use 2,048 to 4,096). The work grows with the cube.
pub const RSA_BITS: core::ops::RangeInclusive<usize> = 1_024..=4_096;

/// Octets of an RSA exponent; the verifier stops at 33 bits. Larger ones only cost time.
pub const RSA_EXPONENT_OCTETS: usize = 8;

/// Needs that one check hands out in all: 5 at stage 1, 2 or 3 a host, a policy, a handshake and TLSA a host.
pub const NEEDS: usize = 1_024;

/// Questions of the DNS among them: a policy and a handshake with each host must find room, since a question that
/// a validator waits for and nobody hands out would never be answered.
pub const QUESTIONS: usize = NEEDS - MX_HOSTS - 1;

/// Octets of a whole evidence file.
pub const EVIDENCE_OCTETS: usize = 16 * 1024 * 1024;

/// Octets of a repaired record in a remedy; a longer one helps nobody, and 200 of them would be large.
pub const REMEDY_OCTETS: usize = 4_096;

/// Findings that one text or one answer can raise; the rest is counted in a last one.
pub const FINDINGS: usize = 200;

/// Arrays and objects within one another in data from JavaScript; the types need 10, and what holds itself
/// must end.
pub const VALUE_DEPTH: u32 = 16;

/// Verifications tried for one RR set: two algorithms in a roll-over, two keys each, a stray tag, thrice over.
pub const RRSET_VERIFICATIONS: usize = 16;

/// Keys of one tag and algorithm that are tried. Signers avoid even two (RFC 4034 §B: a tag is no identifier);
/// KeyTrap (CVE-2023-50387) multiplies them.
pub const KEYS_OF_ONE_TAG: usize = 4;

/// DNSKEY or DS records of one zone that are looked at; the root in a roll-over has six.
pub const ZONE_KEYS: usize = 64;

/// Zones that are tried as signers of one RR set; honest ones have one, or two where a zone moves.
pub const SIGNERS: usize = 4;

/// Signature verifications of one check in all: some 4 a zone and 2 an answer, for 64 hosts.
pub const VERIFICATIONS: usize = 1_024;

/// Failed verifications of one check in all: honest zones cause a handful (KeyTrap, CVE-2023-50387).
pub const FAILED_VERIFICATIONS: usize = 64;

/// Rounds of SHA-1 over names of one check in all (CVE-2023-50868): a denial hashes some 6 names.
pub const NSEC3_ROUNDS: usize = 20_000;

/// NSEC or NSEC3 records of one answer that are looked at; an honest denial needs three, for each alias four.
pub const DENIAL_RECORDS: usize = 16;

/// Signatures of one zone that the chain cache remembers as verified: those of a mail domain with a dozen hosts.
pub const KEPT_SIGNATURES: usize = 64;

/// Zones of one check whose delegation is looked at: the ancestors of 64 hosts in zones of their own.
pub const ZONES: usize = 512;

/// Octets of the JSON of one TLS report; receivers commonly take ten megabytes (RFC 8460 §5.2).
pub const REPORT_OCTETS: usize = 10 * 1024 * 1024;

/// Octets of a whole report mail: base64 makes a third more of [`REPORT_OCTETS`], and line ends and headers come on top.
pub const REPORT_MAIL_OCTETS: usize = 15 * 1024 * 1024;

/// Values in one TLS report. What fills [`REPORT_OCTETS`] with failures of the shortest sensible form is 500,000
/// of them; as many take some 20 MB while they are read.
pub const REPORT_VALUES: usize = 600_000;

/// Arrays and objects within one another in a TLS report: RFC 8460 §4.4 needs 6, extensions have room.
pub const REPORT_DEPTH: usize = 32;

/// Members of one object of a TLS report: the RFC names at most 8, and looking for repeated ones takes the square.
pub const REPORT_MEMBERS: usize = 64;

/// Greatest count of sessions: beyond it JSON numbers are not exact (RFC 7493 §2.2).
pub const REPORT_COUNT: u64 = (1 << 53) - 1;

/// Days of domains that one tally keeps; the largest senders see some 10,000 domains with TLS-RPT a day, and can keep
/// a tally for each part of them. Every table of a tally takes at most some 20 MB of what real sessions put in.
pub const TALLY_DOMAINS: usize = 16_384;

/// Policies in them that are told apart: a domain has one or two a day.
pub const TALLY_POLICIES: usize = 16_384;

/// Failures in those that are told apart, by address and reason: what fills a report of its full size.
pub const TALLY_FAILURES: usize = 32_768;

/// Octets of a policy that are kept for its report: a policy of 100 hosts. More lines are left out.
pub const TALLY_POLICY_OCTETS: usize = 4_096;

/// Characters of a reason or a greeting that are kept: a host name has 253.
pub const TALLY_TEXT: usize = 255;

/// Days, policies, results, senders, hosts and ways of failing that a summary of reports tells apart: a year of a
/// domain with ten senders makes some 500.
pub const SUMMARY_CELLS: usize = 20_000;

/// Organisations that are named for one way of failing.
pub const SUMMARY_ORGANIZATIONS: usize = 20;
