//! Types of resource records (RFC 1035 §3.2.2, RFC 6895 §3.1): the IANA registry "Resource Record
//! (RR) TYPEs". Which of them the engine looks into is [`RecordData`](super::RecordData)'s affair.

use super::registry::registry;

registry! {
    /// A type of resource record, written by its mnemonic or as `TYPE65280` (RFC 3597 §5).
    ///
    /// ```
    /// use mxseal::dns::RecordType;
    /// assert_eq!("mx".parse(), Ok(RecordType::Mx));
    /// assert_eq!("TYPE52".parse(), Ok(RecordType::Tlsa));
    /// assert_eq!(RecordType::from(65_280).to_string(), "TYPE65280");
    /// ```
    RecordType, "TYPE":
    A = 1 "A";
    Ns = 2 "NS";
    Md = 3 "MD";
    Mf = 4 "MF";
    Cname = 5 "CNAME";
    Soa = 6 "SOA";
    Mb = 7 "MB";
    Mg = 8 "MG";
    Mr = 9 "MR";
    Null = 10 "NULL";
    Wks = 11 "WKS";
    Ptr = 12 "PTR";
    Hinfo = 13 "HINFO";
    Minfo = 14 "MINFO";
    Mx = 15 "MX";
    Txt = 16 "TXT";
    Rp = 17 "RP";
    Afsdb = 18 "AFSDB";
    X25 = 19 "X25";
    Isdn = 20 "ISDN";
    Rt = 21 "RT";
    Nsap = 22 "NSAP";
    NsapPtr = 23 "NSAP-PTR";
    Sig = 24 "SIG";
    Key = 25 "KEY";
    Px = 26 "PX";
    Gpos = 27 "GPOS";
    Aaaa = 28 "AAAA";
    Loc = 29 "LOC";
    Nxt = 30 "NXT";
    Eid = 31 "EID";
    Nimloc = 32 "NIMLOC";
    Srv = 33 "SRV";
    Atma = 34 "ATMA";
    Naptr = 35 "NAPTR";
    Kx = 36 "KX";
    Cert = 37 "CERT";
    A6 = 38 "A6";
    Dname = 39 "DNAME";
    Sink = 40 "SINK";
    Opt = 41 "OPT";
    Apl = 42 "APL";
    Ds = 43 "DS";
    Sshfp = 44 "SSHFP";
    Ipseckey = 45 "IPSECKEY";
    Rrsig = 46 "RRSIG";
    Nsec = 47 "NSEC";
    Dnskey = 48 "DNSKEY";
    Dhcid = 49 "DHCID";
    Nsec3 = 50 "NSEC3";
    Nsec3param = 51 "NSEC3PARAM";
    Tlsa = 52 "TLSA";
    Smimea = 53 "SMIMEA";
    Hip = 55 "HIP";
    Ninfo = 56 "NINFO";
    Rkey = 57 "RKEY";
    Talink = 58 "TALINK";
    Cds = 59 "CDS";
    Cdnskey = 60 "CDNSKEY";
    Openpgpkey = 61 "OPENPGPKEY";
    Csync = 62 "CSYNC";
    Zonemd = 63 "ZONEMD";
    Svcb = 64 "SVCB";
    Https = 65 "HTTPS";
    Dsync = 66 "DSYNC";
    Hhit = 67 "HHIT";
    Brid = 68 "BRID";
    Spf = 99 "SPF";
    Uinfo = 100 "UINFO";
    Uid = 101 "UID";
    Gid = 102 "GID";
    Unspec = 103 "UNSPEC";
    Nid = 104 "NID";
    L32 = 105 "L32";
    L64 = 106 "L64";
    Lp = 107 "LP";
    Eui48 = 108 "EUI48";
    Eui64 = 109 "EUI64";
    Nxname = 128 "NXNAME";
    Tkey = 249 "TKEY";
    Tsig = 250 "TSIG";
    Ixfr = 251 "IXFR";
    Axfr = 252 "AXFR";
    Mailb = 253 "MAILB";
    Maila = 254 "MAILA";
    Any = 255 "ANY";
    Uri = 256 "URI";
    Caa = 257 "CAA";
    Avc = 258 "AVC";
    Doa = 259 "DOA";
    Amtrelay = 260 "AMTRELAY";
    Resinfo = 261 "RESINFO";
    Wallet = 262 "WALLET";
    Cla = 263 "CLA";
    Ipn = 264 "IPN";
    Ta = 32768 "TA";
    Dlv = 32769 "DLV";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_texts_round_trip() {
        for value in 0..=u16::MAX {
            let record_type = RecordType::from(value);
            assert_eq!(u16::from(record_type), value);
            assert_eq!(record_type.to_string().parse(), Ok(record_type));
            assert_eq!(format!("type{value}").parse(), Ok(record_type));
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "TYPE",
            "TYPE65536",
            "TYPE-1",
            "TYPE+1",
            "MXX",
            "TYP\u{c9}1",
            "1",
        ] {
            assert!(text.parse::<RecordType>().is_err(), "{text}");
        }
    }
}
