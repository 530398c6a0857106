"""The authority of the matrix: serves zones as they were made, right or wrong, over UDP and TCP (RFC 1035 §4.2, RFC 4035 §3.1, RFC 5155 §7.2).

Honest answers follow from the zone; an answer made by hand for one question goes out instead. It follows no CNAME: a resolver asks on.
usage: python -m matrix.authority ADDRESS PORT ZONES.json SECONDS   (ends after SECONDS)
"""
import base64
import json
import socket
import struct
import sys
import threading

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdatatype
import dns.rrset
from dns.rdatatype import CNAME, DNAME, DS, NS, NSEC, NSEC3, RRSIG, SOA

from .sign import IN, RRset, Zone, canonical, hashed_name, nsec3_hash

UDP_PAYLOAD = 1232


def dump(zones, answers):
    """What `load` reads."""
    return json.dumps({
        "zones": [{
            "name": zone.name.to_text(), "nsec3": [zone.nsec3[0].hex(), zone.nsec3[1]] if zone.nsec3 else None,
            "sets": [[s.owner.to_text(), int(s.rdtype), s.ttl, [r.to_wire().hex() for r in s.rdatas], [r.to_wire().hex() for r in s.sigs]] for s in zone.sets.values()],
        } for zone in zones],
        "answers": {question: base64.b64encode(message).decode() for question, message in answers.items()},
    })


def load(text):
    stored = json.loads(text)
    zones = {}
    for entry in stored["zones"]:
        zone = Zone(entry["name"])
        zone.nsec3 = (bytes.fromhex(entry["nsec3"][0]), entry["nsec3"][1]) if entry["nsec3"] else None
        for owner, rdtype, ttl, rdatas, sigs in entry["sets"]:
            rrset = RRset(dns.name.from_text(owner), dns.rdatatype.RdataType.make(rdtype), ttl)
            rrset.rdatas = [from_hex(rdtype, wire) for wire in rdatas]
            rrset.sigs = [from_hex(RRSIG, wire) for wire in sigs]
            zone.sets[rrset.owner, rrset.rdtype] = rrset
        zones[zone.name] = zone
    return zones, {question: base64.b64decode(message) for question, message in stored["answers"].items()}


def from_hex(rdtype, text):
    wire = bytes.fromhex(text)
    return dns.rdata.from_wire(IN, rdtype, wire, 0, len(wire))


class Reply:
    """An answer under construction: RR sets go in whole, each with its signatures, and once only."""

    def __init__(self, query):
        self.message = dns.message.make_response(query, our_payload=UDP_PAYLOAD)
        self.message.flags |= dns.flags.AA

    def put(self, section, rrset, owner=None):
        if rrset is None:
            return
        owner = owner or rrset.owner
        for rdtype, rdatas, covers in ((rrset.rdtype, rrset.rdatas, 0), (RRSIG, rrset.sigs, rrset.rdtype)):
            if rdatas and not any(s.name == owner and s.rdtype == rdtype and s.covers == covers for s in section):
                made = dns.rrset.RRset(owner, IN, rdtype, covers)
                made.update_ttl(rrset.ttl)
                made.items = dict.fromkeys(rdatas)
                section.append(made)

    def answer(self, rrset, owner=None):
        self.put(self.message.answer, rrset, owner)

    def authority(self, rrset):
        self.put(self.message.authority, rrset)


class Authority:
    def __init__(self, zones, answers):
        self.zones, self.answers = zones, answers

    def respond(self, wire):
        query = dns.message.from_wire(wire)
        question = query.question[0]
        made = self.answers.get(f"{question.name.to_text().lower()} {dns.rdatatype.to_text(question.rdtype)}")
        if made:
            return query, query.id.to_bytes(2, "big") + made[2:]
        reply = Reply(query)
        zone = self.zone_of(question.name, question.rdtype)
        if zone is None:
            reply.message.set_rcode(dns.rcode.REFUSED)
        else:
            fill(reply, zone, question.name, question.rdtype)
        return query, reply.message.to_wire(max_size=65535)

    def zone_of(self, name, rdtype):
        """The deepest zone served here; a DS is the parent's, if the parent is served here too (RFC 4035 §3.1.4.1)."""
        found = [zone for zone in self.zones.values() if name.is_subdomain(zone.name)]
        if rdtype == DS and len(found) > 1:
            found = [zone for zone in found if zone.name != name]
        return max(found, key=lambda zone: len(zone.name.labels), default=None)


def fill(reply, zone, name, rdtype):
    cut = zone.cut_above(name)
    if cut and not (cut == name and rdtype == DS):
        return refer(reply, zone, cut)
    above = name
    while above != zone.name:
        above = above.parent()
        if (above, DNAME) in zone.sets:
            reply.answer(zone.sets[above, DNAME])
            made = RRset(name, CNAME, zone.sets[above, DNAME].ttl)
            made.rdatas = [dns.rdata.from_text(IN, CNAME, name.relativize(above).derelativize(zone.sets[above, DNAME].rdatas[0].target).to_text())]
            return reply.answer(made)
    if exists(zone, name):
        return at(reply, zone, name, name, rdtype)
    encloser = name.parent()
    while not exists(zone, encloser):
        encloser = encloser.parent()
    wildcard = dns.name.Name((b"*",) + encloser.labels)
    if exists(zone, wildcard):
        at(reply, zone, wildcard, name, rdtype)
        deny(reply, zone, name, encloser, None)
    else:
        reply.message.set_rcode(dns.rcode.NXDOMAIN)
        reply.authority(zone.sets.get((zone.name, SOA)))
        deny(reply, zone, name, encloser, wildcard)


def exists(zone, name):
    return any(owner.is_subdomain(name) for owner, rdtype in zone.sets if rdtype != NSEC3)


def at(reply, zone, source, name, rdtype):
    found = zone.sets.get((source, CNAME)) if rdtype not in (CNAME, NSEC, DS, dns.rdatatype.DNSKEY) else None
    found = found or zone.sets.get((source, rdtype))
    if found:
        return reply.answer(found, name)
    reply.authority(zone.sets.get((zone.name, SOA)))
    match(reply, zone, source)


def refer(reply, zone, cut):
    reply.message.flags &= ~dns.flags.AA
    reply.authority(zone.sets[cut, NS])
    if (cut, DS) in zone.sets:
        reply.authority(zone.sets[cut, DS])
    else:
        match(reply, zone, cut)


def match(reply, zone, name):
    """The record that shows which types a name has; for an empty non-terminal the NSEC that covers it, under opt-out the closest provable encloser."""
    if zone.nsec3 is None:
        reply.authority(zone.sets.get((name, NSEC)) or covering(zone, name))
        return
    found = matching3(zone, name)
    reply.authority(found)
    if not found:
        encloser = name.parent()
        while not matching3(zone, encloser) and encloser != zone.name:
            encloser = encloser.parent()
        deny(reply, zone, name, encloser, None)


def deny(reply, zone, name, encloser, wildcard):
    if zone.nsec3 is None:
        reply.authority(covering(zone, name))
        if wildcard:
            reply.authority(covering(zone, wildcard))
        return
    closer = dns.name.Name(name.labels[-(len(encloser.labels) + 1):])
    reply.authority(matching3(zone, encloser))
    reply.authority(covering3(zone, closer))
    if wildcard:
        reply.authority(covering3(zone, wildcard))


def covering(zone, name):
    owners = sorted((owner for owner, rdtype in zone.sets if rdtype == NSEC and canonical(owner) < canonical(name)), key=canonical)
    return zone.sets[owners[-1], NSEC] if owners else None


def matching3(zone, name):
    return zone.sets.get((hashed_name(nsec3_hash(name, *zone.nsec3), zone.name), NSEC3))


def covering3(zone, name):
    digest = hashed_name(nsec3_hash(name, *zone.nsec3), zone.name)
    owners = sorted((owner for owner, rdtype in zone.sets if rdtype == NSEC3), key=canonical)
    if not owners:
        return None
    below = [owner for owner in owners if canonical(owner) < canonical(digest)]
    return zone.sets[(below or owners)[-1], NSEC3]


def cap(query, wire):
    room = max(512, min(query.payload or 512, UDP_PAYLOAD))
    if len(wire) <= room:
        return wire
    short = dns.message.make_response(query, our_payload=UDP_PAYLOAD)
    short.flags |= dns.flags.TC
    return short.to_wire()


def serve_udp(authority, address):
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(address)
    while True:
        wire, peer = server.recvfrom(65535)
        try:
            server.sendto(cap(*authority.respond(wire)), peer)
        except Exception as error:
            print(f"udp: {error!r}", file=sys.stderr, flush=True)


def serve_tcp(authority, address):
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(address)
    server.listen(64)
    while True:
        connection, _ = server.accept()
        threading.Thread(target=converse, args=(authority, connection), daemon=True).start()


def converse(authority, connection):
    connection.settimeout(5)
    try:
        with connection, connection.makefile("rb") as stream:
            while len(size := stream.read(2)) == 2:
                _, wire = authority.respond(stream.read(struct.unpack("!H", size)[0]))
                connection.sendall(struct.pack("!H", len(wire)) + wire)
    except Exception as error:
        print(f"tcp: {error!r}", file=sys.stderr, flush=True)


def main(address, port, path, seconds):
    with open(path, encoding="ascii") as stored:
        authority = Authority(*load(stored.read()))
    for serve in (serve_udp, serve_tcp):
        threading.Thread(target=serve, args=(authority, (address, int(port))), daemon=True).start()
    threading.Event().wait(float(seconds))


if __name__ == "__main__":
    main(*sys.argv[1:])
