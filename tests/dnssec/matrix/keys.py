"""A DNSKEY with its private half (RFC 4034 §2, §5.1.4), and DS records of it.

It makes good keys and, on request, bad ones: any flags, any protocol, junk that shares a key tag.
It judges nothing: what a key may be used for is the validator's business.
"""
import struct

import dns.dnssec
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

RSA_HASHES = {5: hashes.SHA1, 7: hashes.SHA1, 8: hashes.SHA256, 10: hashes.SHA512}
CURVES = {13: (ec.SECP256R1, hashes.SHA256, 32), 14: (ec.SECP384R1, hashes.SHA384, 48)}

ZONE, SEP, REVOKE = 0x0100, 0x0001, 0x0080
KSK, ZSK = ZONE | SEP, ZONE


class Key:
    """One key: `rdata` is what the zone publishes, `sign` what its owner can do."""

    def __init__(self, algorithm, flags=KSK, protocol=3, bits=2048, exponent=65537, exponent_form="short", private=None):
        self.algorithm, self.flags, self.protocol, self.exponent_form = algorithm, flags, protocol, exponent_form
        self.private = private or new_private(algorithm, bits, exponent)
        self.rdata = dnskey(flags, protocol, algorithm, self.public())
        self.tag = dns.dnssec.key_id(self.rdata)

    def public(self):
        """The public key field: RFC 3110 §2, RFC 6605 §4, RFC 8080 §3."""
        public = self.private.public_key()
        if self.algorithm in RSA_HASHES:
            numbers = public.public_numbers()
            e = octets(numbers.e)
            length = bytes([len(e)]) if self.exponent_form == "short" else b"\0" + struct.pack("!H", len(e))
            return length + e + octets(numbers.n)
        if self.algorithm in CURVES:
            return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)[1:]
        return public.public_bytes(Encoding.Raw, PublicFormat.Raw)

    def sign(self, message):
        if self.algorithm in RSA_HASHES:
            return self.private.sign(message, padding.PKCS1v15(), RSA_HASHES[self.algorithm]())
        if self.algorithm in CURVES:
            _, digest, size = CURVES[self.algorithm]
            r, s = decode_dss_signature(self.private.sign(message, ec.ECDSA(digest())))
            return r.to_bytes(size, "big") + s.to_bytes(size, "big")
        return self.private.sign(message)

    def with_flags(self, flags):
        return Key(self.algorithm, flags, self.protocol, exponent_form=self.exponent_form, private=self.private)


def new_private(algorithm, bits, exponent):
    if algorithm in RSA_HASHES:
        return rsa_with(bits, exponent)
    if algorithm in CURVES:
        return ec.generate_private_key(CURVES[algorithm][0]())
    return {15: ed25519.Ed25519PrivateKey, 16: ed448.Ed448PrivateKey}[algorithm].generate()


def rsa_with(bits, exponent):
    """The library makes keys with the exponents 3 and 65537 only; for others it lends the primes."""
    if exponent in (3, 65537):
        return rsa.generate_private_key(exponent, bits)
    while True:
        numbers = rsa.generate_private_key(65537, bits).private_numbers()
        p, q = numbers.p, numbers.q
        phi = (p - 1) * (q - 1)
        if phi % exponent == 0:
            continue
        try:
            d = pow(exponent, -1, phi)
        except ValueError:
            continue
        public = rsa.RSAPublicNumbers(exponent, p * q)
        return rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), public).private_key()


def dnskey(flags, protocol, algorithm, public):
    wire = struct.pack("!HBB", flags, protocol, algorithm) + public
    return dns.rdata.from_wire(dns.rdataclass.IN, dns.rdatatype.DNSKEY, wire, 0, len(wire))


def pair_of_one_tag(algorithm, flags=ZSK):
    """Two working keys with the same tag: some 400 keys make such a pair likely, and they are cheap."""
    seen = {}
    while True:
        key = Key(algorithm, flags)
        if key.tag in seen:
            return seen[key.tag], key
        seen[key.tag] = key


def junk_of_tag(key, count):
    """DNSKEY records without an owner that share the tag: it is a sum of 16-bit words, whose order is free."""
    public = key.public()
    words = [public[i:i + 2] for i in range(0, len(public) - 1, 2)]
    found = []
    for i in range(len(words)):
        for j in range(i + 1, len(words)):
            other = list(words)
            other[i], other[j] = other[j], other[i]
            record = dnskey(key.flags, key.protocol, key.algorithm, b"".join(other))
            if other != words and dns.dnssec.key_id(record) == key.tag:
                found.append(record)
            if len(found) == count:
                return found
    raise ValueError("too few words for so many keys")


def ds(zone, record, digest=2, tag=None, algorithm=None, spoil=False):
    """A DS line's RDATA (RFC 4034 §5.1); an unknown digest type gets octets of no meaning."""
    name = dns.name.from_text(zone)
    if digest in (1, 2, 4):
        value = dns.dnssec.make_ds(name, record, {1: "SHA1", 2: "SHA256", 4: "SHA384"}[digest], policy=dns.dnssec.allow_all_policy).digest
    else:
        value = bytes(range(32))
    if spoil:
        value = bytes([value[0] ^ 1]) + value[1:]
    return f"{dns.dnssec.key_id(record) if tag is None else tag} {algorithm or int(record.algorithm)} {digest} {value.hex()}"


def octets(number):
    return number.to_bytes((number.bit_length() + 7) // 8, "big")
