//! Which addresses lie on the public Internet: the guard of the policy fetch (SEMANTICS §2.3, §2.4).
//!
//! By the IANA registries "IPv4 Special-Purpose Address Space" and "IPv6 Special-Purpose Address Space"
//! (RFC 6890, RFC 8190) and, for the rest of IPv6, "IPv6 Global Unicast Address Assignments". Blocks of
//! the registries that are globally reachable hosts' addresses (AS112, AMT) are not refused; the
//! two blocks of IETF protocol assignments are refused whole, since no web server lives there.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether the engine lets a policy be fetched from the address.
///
/// ```
/// use mxseal::dns::is_public;
/// assert!(is_public("198.41.0.4".parse()?) && is_public("2001:500:2::c".parse()?));
/// assert!(!is_public("192.168.1.1".parse()?) && !is_public("::ffff:127.0.0.1".parse()?));
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !REFUSED_V4
        .iter()
        .any(|(network, length, _)| covers_v4(*network, *length, address))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let embedded = EMBEDDING_V6
        .iter()
        .find(|(network, length, _, _)| covers_v6(*network, *length, address));
    if let Some((_, _, below, _)) = embedded {
        let shifted = address.to_bits().checked_shr(*below).unwrap_or_default();
        return u32::try_from(shifted & u128::from(u32::MAX))
            .is_ok_and(|inner| is_public_v4(Ipv4Addr::from_bits(inner)));
    }
    let (network, length, _) = GLOBAL_UNICAST;
    covers_v6(network, length, address)
        && !REFUSED_V6
            .iter()
            .any(|(network, length, _)| covers_v6(*network, *length, address))
}

fn covers_v4(network: Ipv4Addr, length: u32, address: Ipv4Addr) -> bool {
    let mask = u32::MAX
        .checked_shl(32_u32.saturating_sub(length))
        .unwrap_or_default();
    address.to_bits() & mask == network.to_bits()
}

fn covers_v6(network: Ipv6Addr, length: u32, address: Ipv6Addr) -> bool {
    let mask = u128::MAX
        .checked_shl(128_u32.saturating_sub(length))
        .unwrap_or_default();
    address.to_bits() & mask == network.to_bits()
}

/// Network, prefix length, source.
const REFUSED_V4: &[(Ipv4Addr, u32, &str)] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8, "RFC 791 §3.2: this network"),
    (Ipv4Addr::new(10, 0, 0, 0), 8, "RFC 1918 §3: private use"),
    (
        Ipv4Addr::new(100, 64, 0, 0),
        10,
        "RFC 6598 §7: shared by carriers",
    ),
    (
        Ipv4Addr::new(127, 0, 0, 0),
        8,
        "RFC 1122 §3.2.1.3: loopback",
    ),
    (
        Ipv4Addr::new(169, 254, 0, 0),
        16,
        "RFC 3927 §2.1: link-local",
    ),
    (Ipv4Addr::new(172, 16, 0, 0), 12, "RFC 1918 §3: private use"),
    (
        Ipv4Addr::new(192, 0, 0, 0),
        24,
        "RFC 6890 §2.1: IETF protocols",
    ),
    (
        Ipv4Addr::new(192, 0, 2, 0),
        24,
        "RFC 5737 §3: documentation",
    ),
    (
        Ipv4Addr::new(192, 88, 99, 0),
        24,
        "RFC 7526 §4: 6to4 relays, withdrawn",
    ),
    (
        Ipv4Addr::new(192, 168, 0, 0),
        16,
        "RFC 1918 §3: private use",
    ),
    (
        Ipv4Addr::new(198, 18, 0, 0),
        15,
        "RFC 2544 §C.2.2: benchmarks",
    ),
    (
        Ipv4Addr::new(198, 51, 100, 0),
        24,
        "RFC 5737 §3: documentation",
    ),
    (
        Ipv4Addr::new(203, 0, 113, 0),
        24,
        "RFC 5737 §3: documentation",
    ),
    (Ipv4Addr::new(224, 0, 0, 0), 4, "RFC 5771 §3: multicast"),
    (
        Ipv4Addr::new(240, 0, 0, 0),
        4,
        "RFC 1112 §4: reserved, with RFC 919 §7: broadcast",
    ),
];

/// Network, prefix length, bits below the IPv4 address inside, source. That address is judged.
const EMBEDDING_V6: &[(Ipv6Addr, u32, u32, &str)] = &[
    (
        Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0),
        96,
        0,
        "RFC 4291 §2.5.5.2: IPv4-mapped",
    ),
    (
        Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0),
        96,
        0,
        "RFC 6052 §2.1: NAT64",
    ),
    (
        Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0),
        16,
        80,
        "RFC 3056 §2: 6to4",
    ),
];

/// All global unicast assigned so far. What lies outside is refused: loopback and unspecified (RFC 4291
/// §2.5.2, §2.5.3), `::/96` (§2.5.5.1), `64:ff9b:1::/48` (RFC 8215), discard `100::/64` (RFC 6666),
/// `5f00::/16` (RFC 9602), ULA `fc00::/7` (RFC 4193), link-local `fe80::/10` (RFC 4291 §2.5.6), site-local
/// `fec0::/10` (RFC 3879), multicast `ff00::/8` (RFC 4291 §2.7), and all that is unassigned.
const GLOBAL_UNICAST: (Ipv6Addr, u32, &str) = (
    Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0),
    3,
    "RFC 4291 §2.4",
);

/// Inside global unicast: network, prefix length, source.
const REFUSED_V6: &[(Ipv6Addr, u32, &str)] = &[
    (
        Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0),
        23,
        "RFC 2928 §2: IETF protocols, Teredo (RFC 4380) and ORCHID (RFC 7343) included",
    ),
    (
        Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0),
        32,
        "RFC 3849 §2: documentation",
    ),
    (
        Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0),
        20,
        "RFC 9637 §3: documentation",
    ),
];
