"""What is done to a zone after it was signed, in the words the groups use. Each returns a function of the zone."""
import dns.name
import dns.rdata
from dns.rdatatype import DNSKEY, NSEC, NSEC3

from matrix.sign import rrsig


# Why delv calls some good answers bogus.
FIRST_FAILURE = "delv gives up at the first signature that fails (its answer to CVE-2023-50387 allows one); RFC 4035 §5.3.3, RFC 6840 §5.11: any good one will do"


def every(*changes):
    def change(zone):
        for each in changes:
            each(zone)
    return change


def rdata(zone, rdtype, text):
    return dns.rdata.from_text("IN", rdtype, text, origin=zone.name, relativize=False)


def altered(owner, rdtype, *texts):
    """Other RDATA under the old signature."""
    def change(zone):
        zone.at(owner, rdtype).rdatas = [rdata(zone, rdtype, text) for text in texts]
    return change


def unsigned(owner, rdtype):
    def change(zone):
        zone.at(owner, rdtype).sigs = []
    return change


def all_unsigned(zone):
    for rrset in zone.sets.values():
        rrset.sigs = []


def without(*rdtypes):
    def change(zone):
        for key in [key for key in zone.sets if key[1] in rdtypes]:
            del zone.sets[key]
    return change


def no_nsec(zone):
    without(NSEC, NSEC3)(zone)


def resigned(owner, rdtype, **fields):
    """A new signature with chosen fields, by the zone's own key, instead of the old one."""
    def change(zone):
        rrset = zone.at(owner, rdtype)
        key = (zone.ksks if rrset.rdtype == DNSKEY else zone.zsks or zone.ksks)[0]
        rrset.sigs = [rrsig(key, rrset, **{"signer": zone.name, **fields})]
    return change


def also_signed(owner, rdtype, key=None, first=True, **fields):
    """One more signature beside the good one."""
    def change(zone):
        rrset = zone.at(owner, rdtype)
        made = rrsig(key or zone.zsks[0], rrset, **{"signer": zone.name, **fields})
        rrset.sigs = [made, *rrset.sigs] if first else [*rrset.sigs, made]
    return change


def all_resigned(**fields):
    def change(zone):
        for rrset in zone.sets.values():
            if rrset.sigs and rrset.rdtype != DNSKEY:
                rrset.sigs = [rrsig((zone.zsks or zone.ksks)[0], rrset, **{"signer": zone.name, **fields})]
    return change
