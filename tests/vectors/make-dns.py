#!/usr/bin/env python3
"""Writes dns-messages.json, dns-mx.json, dns-queries.json and dns-registry.json (PyPI `dnspython` 2.9).

Recorded messages keep their octets, which stand in dns-messages.json itself; all others are made here.
What a message holds, its canonical octets, its records at the end of the aliases and their TTL are what
dnspython makes of it. Outcomes, reasons and aliases are written here by hand, from the clause.
"""
import base64
import json
import pathlib
import struct

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset

HERE = pathlib.Path(__file__).parent
MESSAGES = HERE / "dns-messages.json"
KNOWN = {"A", "NS", "CNAME", "SOA", "MX", "TXT", "AAAA", "DNAME", "DS", "RRSIG", "NSEC", "DNSKEY", "NSEC3", "NSEC3PARAM", "TLSA"}
NAMES_ONLY = {"NS", "CNAME", "SOA", "MX", "DNAME"}


def b64(octets):
    return base64.b64encode(octets).decode()


def presentation(rdata):
    """Names in lower case, hex and base32 in upper case, base64 unbroken; other types as RFC 3597 §5."""
    kind = dns.rdatatype.to_text(rdata.rdtype)
    if kind not in KNOWN or rdata.rdclass != dns.rdataclass.IN:
        data = rdata.to_wire()
        return f"\\# {len(data)} {data.hex().upper()}".strip()
    fields = rdata.to_text(chunksize=0).split(" ")
    if kind in NAMES_ONLY:
        return " ".join(fields).lower()
    if kind in {"TLSA", "DS"}:
        fields[3] = fields[3].upper()
    elif kind == "NSEC":
        fields[0] = fields[0].lower()
    elif kind == "RRSIG":
        fields[7] = fields[7].lower()
    elif kind in {"NSEC3", "NSEC3PARAM"}:
        fields[3:5] = [field.upper() for field in fields[3:5]]
    return " ".join(fields)


def plain(name):
    return name.to_text(omit_final_dot=True).lower() if name != dns.name.root else "."


def rcode_text(message):
    text = dns.rcode.to_text(message.rcode())
    return f"RCODE{text}" if text.isdigit() else text


def section(rrsets):
    rows = []
    for rrset in rrsets:
        for rdata in rrset:
            row = {
                "owner": plain(rrset.name),
                "type": dns.rdatatype.to_text(rrset.rdtype),
                "class": int(rrset.rdclass),
                "ttl": rrset.ttl,
                "data": presentation(rdata),
                "wire": b64(rdata.to_wire()),
            }
            canonical = b64(rdata.to_digestable(dns.name.root))
            if canonical != row["wire"]:
                row["canonical"] = canonical
            rows.append(row)
    return rows


def read(octets):
    return dns.message.from_wire(octets, one_rr_per_rrset=True)


def holds(octets):
    message = dns.message.from_wire(octets, one_rr_per_rrset=True, raise_on_truncation=False)
    flags = [flag.name for flag in dns.flags.Flag if message.flags & flag]
    return {
        "id": message.id,
        "opcode": int(message.opcode()),
        "flags": sorted(flags),
        "rcode": rcode_text(message),
        "hasEdns": message.edns >= 0,
        "ede": [
            {"infoCode": int(option.code), "text": option.text or ""}
            for option in message.options
            if isinstance(option, dns.edns.EDEOption)
        ],
        "answer": section(message.answer),
        "authority": section(message.authority),
        "additional": section(message.additional),
    }


def chained(octets):
    """dnspython's own walk along CNAMEs: name, records, TTL."""
    message = dns.message.from_wire(octets)
    if message.question[0].rdtype == dns.rdatatype.RRSIG:
        # A set for each covered type to dnspython, one set of the type to the question.
        rrsets = [rrset for rrset in message.answer if rrset.rdtype == dns.rdatatype.RRSIG and rrset.name == message.question[0].name]
        return plain(message.question[0].name), [presentation(rdata) for rrset in rrsets for rdata in rrset], min(rrset.ttl for rrset in rrsets)
    result = message.resolve_chaining()
    records = [presentation(rdata) for rdata in result.answer] if result.answer else []
    return plain(result.canonical_name), records, result.minimum_ttl


# id: clause, outcome, reason, aliases (owner, target, type)
RECORDED = {
    "mx-authoritative": ("RFC 1035 §3.3.9", "found", None, []),
    "mx-resolver": ("RFC 1035 §3.3.9", "found", None, []),
    "mx-mixed-case-query": ("RFC 4343 §3", "found", None, []),
    "mx-null": ("RFC 7505 §3", "found", None, []),
    "a-two": ("RFC 1035 §3.4.1", "found", None, []),
    "aaaa": ("RFC 3596 §2.2", "found", None, []),
    "txt-strings": ("RFC 1035 §3.3.14", "found", None, []),
    "txt-octets": ("RFC 1035 §3.3.14", "found", None, []),
    "tlsa": ("RFC 6698 §2.1", "found", None, []),
    "soa-case": ("RFC 1035 §3.3.13", "found", None, []),
    "ns-glue": ("RFC 1035 §3.3.11", "found", None, []),
    "dnskey": ("RFC 4034 §2.1", "found", None, []),
    "ds": ("RFC 4034 §5.1", "found", None, []),
    "nodata-nsec": ("RFC 2308 §2.2", "no-data", None, []),
    "nodata-nsec3": ("RFC 5155 §7.2.3", "no-data", None, []),
    "nsec3param": ("RFC 5155 §4.1", "found", None, []),
    "nodata-empty-non-terminal": ("RFC 8020 §2", "no-data", None, []),
    "nxdomain-nsec": ("RFC 2308 §2.1", "nx-domain", None, []),
    "nxdomain-nsec3": ("RFC 5155 §7.2.2", "nx-domain", None, []),
    "nodata-resolver": ("RFC 2308 §2.2", "no-data", None, []),
    "nxdomain-resolver": ("RFC 2308 §2.1", "nx-domain", None, []),
    "nsec-itself": ("RFC 4034 §4.1", "found", None, []),
    "rrsig-itself": ("RFC 4034 §3.1", "found", None, []),
    "wildcard": ("RFC 4592 §2.2", "found", None, []),
    "wildcard-nsec3": ("RFC 5155 §7.2.6", "found", None, []),
    "cname-chain-authoritative": ("RFC 1034 §3.6.2", "found", None, [("alias1.example", "alias2.example", "CNAME"), ("alias2.example", "alias3.example", "CNAME"), ("alias3.example", "mx1.mail.example", "CNAME")]),
    "cname-chain-resolver": ("RFC 1034 §3.6.2", "found", None, [("alias1.example", "alias2.example", "CNAME"), ("alias2.example", "alias3.example", "CNAME"), ("alias3.example", "mx1.mail.example", "CNAME")]),
    "cname-itself": ("RFC 1034 §3.6.2", "found", None, []),
    "cname-nxdomain": ("RFC 6604 §3", "nx-domain", None, [("dangling.example", "nowhere.example", "CNAME")]),
    "cname-dangling": ("RFC 1034 §3.6.2", "no-data", None, [("outside.example", "target.elsewhere.test", "CNAME")]),
    "cname-nodata": ("RFC 2308 §2.2", "no-data", None, [("nodata-alias.example", "null.example", "CNAME")]),
    "cname-loop": ("RFC 1034 §3.6.2", "failed", "cname-loop", [("loop1.example", "loop2.example", "CNAME")]),
    "cname-loop-resolver": ("RFC 1035 §4.1.1", "failed", "servfail", []),
    "dname-authoritative": ("RFC 6672 §3.1", "found", None, [("mx1.old.example", "mx1.mail.example", "DNAME")]),
    "dname-resolver": ("RFC 6672 §3.1", "found", None, [("mx1.old.example", "mx1.mail.example", "DNAME")]),
    "dname-cname-question": ("RFC 6672 §3.1", "found", None, []),
    "dname-itself": ("RFC 6672 §3.1", "found", None, []),
    "dname-owner-other-type": ("RFC 6672 §2.3", "no-data", None, []),
    "dname-nxdomain": ("RFC 6604 §3", "nx-domain", None, [("nothing.old.example", "nothing.mail.example", "DNAME")]),
    "dname-too-long": ("RFC 6672 §2.2", "failed", "yxdomain: Other Error (DNAME expansion became too large)", []),
    "truncated": ("RFC 2181 §9", "failed", "truncated", []),
    "big-tcp": ("RFC 1035 §4.2.2", "found", None, []),
    "servfail-bogus-ede": ("RFC 8914 §4.7", "failed", "servfail: DNSSEC Bogus", []),
    "refused": ("RFC 8914 §4.21", "failed", "refused: Not Authoritative", []),
    "badvers": ("RFC 6891 §6.1.3", "failed", "badvers", []),
    "unknown-type": ("RFC 3597 §5", "found", None, []),
    "unknown-type-empty": ("RFC 3597 §5", "found", None, []),
    "srv": ("RFC 3597 §4", "found", None, []),
    "naptr": ("RFC 3597 §4", "found", None, []),
    "ptr": ("RFC 3597 §4", "found", None, []),
    "caa": ("RFC 3597 §3", "found", None, []),
    "rp": ("RFC 3597 §4", "found", None, []),
    "ttl-greatest": ("RFC 2181 §8", "found", None, []),
    "no-edns": ("RFC 6891 §6.1.1", "found", None, []),
}


def resolved(octets, question, outcome, reason, hops, **given):
    message = dns.message.from_wire(octets, one_rr_per_rrset=True, raise_on_truncation=False)
    codes = [int(option.code) for option in message.options if isinstance(option, dns.edns.EDEOption)]
    name = hops[-1][1] if hops else question["name"].lower()
    records, ttl = [], None
    if outcome != "failed" and not {"records", "ttl"} <= given.keys():
        # dnspython follows CNAMEs only, and takes one owner's records as a set.
        known, records, ttl = chained(octets)
        assert known == name, (known, name)
        if outcome != "found" and not any(rrset.rdtype == dns.rdatatype.SOA for rrset in message.authority):
            ttl = None
    expect = {
        "outcome": outcome,
        "rcode": rcode_text(message),
        "canonicalName": name,
        "hops": [{"owner": owner, "target": target, "type": kind} for owner, target, kind in hops],
        "records": records,
        "ttl": ttl,
        "reason": reason,
        "ede": codes[0] if codes else None,
        "authenticData": bool(message.flags & dns.flags.AD),
    }
    expect.update(given)
    return expect


def build(name, kind, answer=(), authority=(), additional=(), rcode=0, flags=dns.flags.RA, ede=(), edns=True, sent=None):
    """A response by dnspython. Lines are `owner ttl TYPE data`; data `raw:HEX` is put in unread."""
    query = dns.message.make_query(*(sent or (name, kind)), use_edns=0 if edns else False, id=0)
    message = dns.message.make_response(query)
    message.flags |= flags
    message.use_edns(0 if edns else False, options=[dns.edns.EDEOption(code, text) for code, text in ede])
    message.set_rcode(rcode)
    for lines, rrsets in ((answer, message.answer), (authority, message.authority), (additional, message.additional)):
        for line in lines:
            owner, ttl, rtype, data = line.split(" ", 3)
            if data.startswith("raw:"):
                number = dns.rdatatype.from_text(rtype)
                rdata = dns.rdata.GenericRdata(dns.rdataclass.IN, number, bytes.fromhex(data[4:]))
                rrset = dns.rrset.RRset(dns.name.from_text(owner), dns.rdataclass.IN, number)
                rrset.add(rdata, int(ttl))
            else:
                rrset = dns.rrset.from_text(dns.name.from_text(owner), int(ttl), "CH" if rtype == "CH-TXT" else "IN", rtype.removeprefix("CH-"), data)
            rrsets.append(rrset)
    return message.to_wire(max_size=65535)


def chain(length):
    """`length` aliases from n0 to an address."""
    lines = [f"n{i}.example. 300 CNAME n{i + 1}.example." for i in range(length)] + [f"n{length}.example. 300 A 192.0.2.1"]
    hops = [(f"n{i}.example", f"n{i + 1}.example", "CNAME") for i in range(length)]
    return lines, hops


MX1 = "mx1.example. 300 A 192.0.2.1"
SOA = "example. {ttl} SOA ns.example. h.example. 1 2 3 4 {minimum}"
LONG = ".".join(["a" * 63, "b" * 63, "c" * 60])
LONG_TARGET = ".".join(["d" * 63, "e" * 63])
Q = ("mx1.example", "A")
W = ("www.old.example", "A")
OLD_NEW = ("www.old.example", "www.new.example", "DNAME")

# id, clause, question, how to build, outcome, reason, aliases, what dnspython cannot say
MADE = [
    ("cname-reversed", "RFC 1034 §3.6.2", ("a.example", "A"), {"answer": ["d.example. 50 A 192.0.2.4", "c.example. 60 CNAME d.example.", "b.example. 40 CNAME c.example.", "a.example. 70 CNAME b.example."]}, "found", None, [("a.example", "b.example", "CNAME"), ("b.example", "c.example", "CNAME"), ("c.example", "d.example", "CNAME")], {}),
    ("cname-mixed-case", "RFC 4343 §3", ("a.example", "A"), {"answer": ["A.Example. 60 CNAME B.Example.", "b.eXAMPLE. 50 A 192.0.2.4"]}, "found", None, [("a.example", "b.example", "CNAME")], {}),
    ("cname-unrelated-records", "RFC 5452 §6", ("a.example", "A"), {"answer": ["z.example. 1 A 192.0.2.9", "a.example. 60 CNAME b.example.", "y.example. 1 CNAME a.example.", "b.example. 50 A 192.0.2.4"]}, "found", None, [("a.example", "b.example", "CNAME")], {}),
    ("cname-repeated", "RFC 2181 §5", ("a.example", "A"), {"answer": ["a.example. 60 CNAME b.example.", "a.example. 30 CNAME B.example.", "b.example. 50 A 192.0.2.4"]}, "found", None, [("a.example", "b.example", "CNAME")], {"ttl": 30}),
    ("cname-multiple", "RFC 2181 §10.1", ("a.example", "A"), {"answer": ["a.example. 60 CNAME b.example.", "a.example. 60 CNAME c.example.", "b.example. 50 A 192.0.2.4"]}, "failed", "cname-multiple", [], {}),
    ("cname-and-other-data", "RFC 1034 §3.6.2", ("a.example", "A"), {"answer": ["a.example. 60 CNAME b.example.", "a.example. 60 A 192.0.2.1", "b.example. 50 A 192.0.2.4"]}, "failed", "cname-and-other-data", [], {}),
    ("cname-to-itself", "RFC 1034 §3.6.2", ("a.example", "A"), {"answer": ["a.example. 60 CNAME a.example."]}, "failed", "cname-loop", [], {}),
    ("cname-loop-of-three", "RFC 1034 §3.6.2", ("a.example", "A"), {"answer": ["c.example. 60 CNAME a.example.", "a.example. 60 CNAME b.example.", "b.example. 60 CNAME c.example."]}, "failed", "cname-loop", [("a.example", "b.example", "CNAME"), ("b.example", "c.example", "CNAME")], {}),
    ("cname-sixteen-steps", "RFC 1034 §5.2.2", ("n0.example", "A"), {"answer": chain(16)[0]}, "found", None, chain(16)[1], {"records": ["192.0.2.1"], "ttl": 300}),
    ("cname-seventeen-steps", "RFC 1034 §5.2.2", ("n0.example", "A"), {"answer": chain(17)[0]}, "failed", "alias-too-long", chain(17)[1][:16], {}),
    ("cname-unsigned-zone-referral", "RFC 2308 §2.2", ("a.example", "A"), {"answer": ["a.example. 60 CNAME b.test."], "authority": ["example. 60 NS ns.example."]}, "failed", "referral", [("a.example", "b.test", "CNAME")], {}),
    ("dname-unsynthesised", "RFC 6672 §3.4.1", W, {"answer": ["old.example. 60 DNAME new.example.", "www.new.example. 50 A 192.0.2.4"]}, "found", None, [OLD_NEW], {"records": ["192.0.2.4"], "ttl": 50}),
    ("dname-synthesised-ttl-zero", "RFC 6672 §3.1", W, {"answer": ["www.old.example. 0 CNAME www.new.example.", "old.example. 60 DNAME new.example.", "www.new.example. 70 A 192.0.2.4"]}, "found", None, [OLD_NEW], {"ttl": 60}),
    ("dname-then-cname", "RFC 6672 §2.2", W, {"answer": ["x.example. 55 A 192.0.2.4", "www.new.example. 70 CNAME x.example.", "old.example. 60 DNAME new.example."]}, "found", None, [OLD_NEW, ("www.new.example", "x.example", "CNAME")], {"records": ["192.0.2.4"], "ttl": 55}),
    ("dname-twice", "RFC 6672 §2.2", W, {"answer": ["new.example. 60 DNAME newer.example.", "old.example. 60 DNAME new.example.", "www.newer.example. 60 A 192.0.2.4"]}, "found", None, [OLD_NEW, ("www.new.example", "www.newer.example", "DNAME")], {"records": ["192.0.2.4"], "ttl": 60}),
    ("dname-to-root-and-back", "RFC 6672 §2.2", ("a.b.example", "A"), {"answer": ["b.example. 60 DNAME .", "a. 60 A 192.0.2.4"]}, "found", None, [("a.b.example", "a", "DNAME")], {"records": ["192.0.2.4"], "ttl": 60}),
    ("dname-mismatch", "RFC 6672 §3.1", W, {"answer": ["www.old.example. 60 CNAME evil.example.", "old.example. 60 DNAME new.example.", "evil.example. 60 A 192.0.2.4"]}, "failed", "dname-mismatch", [], {}),
    ("dname-hides-data", "RFC 6672 §2.4", W, {"answer": ["old.example. 60 DNAME new.example.", "www.old.example. 60 A 192.0.2.4"]}, "failed", "dname-mismatch", [], {}),
    ("dname-multiple", "RFC 6672 §2.4", W, {"answer": ["old.example. 60 DNAME new.example.", "old.example. 60 DNAME newer.example."]}, "failed", "dname-multiple", [], {}),
    ("dname-highest-first", "RFC 6672 §3.2", ("a.b.example", "A"), {"answer": ["b.example. 60 DNAME no.example.", "example. 60 DNAME test.", "a.b.test. 60 A 192.0.2.4"]}, "found", None, [("a.b.example", "a.b.test", "DNAME")], {"records": ["192.0.2.4"], "ttl": 60}),
    ("dname-not-its-owner", "RFC 6672 §2.3", ("old.example", "A"), {"answer": ["old.example. 60 DNAME new.example.", "old.example. 60 A 192.0.2.4"]}, "found", None, [], {}),
    ("dname-target-too-long", "RFC 6672 §2.2", (LONG + ".old.example", "A"), {"answer": [f"old.example. 60 DNAME {LONG_TARGET}."]}, "failed", "dname-too-long", [], {}),
    ("dname-loop", "RFC 6672 §2.2", W, {"answer": ["old.example. 60 DNAME new.example.", "new.example. 60 DNAME old.example."]}, "failed", "cname-loop", [OLD_NEW], {}),
    ("dname-cname-unsynthesised", "RFC 6672 §3.1", ("www.old.example", "CNAME"), {"answer": ["old.example. 60 DNAME new.example.", "www.new.example. 60 CNAME x.example."]}, "found", None, [OLD_NEW], {"records": ["x.example."], "ttl": 60}),
    ("question-of-another-name", "RFC 5452 §9.1", Q, {"sent": ("mx2.example", "A"), "answer": [MX1]}, "failed", "wrong-question", [], {}),
    ("question-of-another-type", "RFC 5452 §9.1", Q, {"sent": ("mx1.example", "AAAA"), "answer": [MX1]}, "failed", "wrong-question", [], {}),
    ("servfail-of-another-question", "RFC 5452 §9.1", Q, {"sent": ("mx2.example", "A"), "rcode": 2}, "failed", "wrong-question", [], {}),
    ("referral", "RFC 2308 §2.2", Q, {"authority": ["example. 60 NS ns.example."], "additional": ["ns.example. 60 A 192.0.2.53"], "flags": 0}, "failed", "referral", [], {}),
    ("nodata-ns-and-soa", "RFC 2308 §2.2", Q, {"authority": ["example. 60 NS ns.example.", SOA.format(ttl=60, minimum=900)]}, "no-data", None, [], {}),
    ("nodata-without-soa", "RFC 2308 §5", Q, {}, "no-data", None, [], {}),
    ("nodata-soa-ttl", "RFC 2308 §5", Q, {"authority": [SOA.format(ttl=60, minimum=900)]}, "no-data", None, [], {"ttl": 60}),
    ("nodata-soa-minimum", "RFC 2308 §5", Q, {"authority": [SOA.format(ttl=600, minimum=90)]}, "no-data", None, [], {"ttl": 90}),
    ("nodata-foreign-soa", "RFC 2308 §5", Q, {"authority": ["other. 60 SOA ns.other. h.other. 1 2 3 4 5"]}, "no-data", None, [], {"ttl": None}),
    ("nxdomain-alias-ttl", "RFC 2308 §5", ("a.example", "A"), {"answer": ["a.example. 20 CNAME b.example."], "authority": [SOA.format(ttl=60, minimum=900)], "rcode": 3}, "nx-domain", None, [("a.example", "b.example", "CNAME")], {"ttl": 20}),
    ("nxdomain-with-answer", "RFC 8020 §2", Q, {"answer": [MX1], "rcode": 3}, "failed", "nxdomain-with-answer", [], {}),
    ("rcode-unassigned", "RFC 6895 §2.3", Q, {"rcode": 12}, "failed", "rcode12", [], {}),
    ("rcode-extended", "RFC 6891 §6.1.3", Q, {"rcode": 23}, "failed", "badcookie", [], {}),
    ("rcode-extended-unassigned", "RFC 6891 §6.1.3", Q, {"rcode": 3843}, "failed", "rcode3843", [], {}),
    ("truncated-with-answer", "RFC 2181 §9", Q, {"answer": [MX1], "flags": dns.flags.TC | dns.flags.RA}, "failed", "truncated", [], {}),
    ("ede-on-success", "RFC 8914 §4.4", Q, {"answer": [MX1], "ede": [(3, "stale")]}, "found", None, [], {}),
    ("ede-many", "RFC 8914 §2", Q, {"rcode": 2, "ede": [(9, "no SEP"), (22, ""), (49152, "own\x1b[2J")]}, "failed", "servfail: DNSKEY Missing (no SEP); No Reachable Authority; EDE 49152 (own\\u{1b}[2J)", [], {}),
    ("authentic-data", "RFC 4035 §3.2.3", Q, {"answer": [MX1], "flags": dns.flags.RA | dns.flags.AD}, "found", None, [], {}),
    ("records-repeated", "RFC 2181 §5", Q, {"answer": [MX1, "mx1.example. 200 A 192.0.2.1", "mx1.example. 250 A 192.0.2.2"]}, "found", None, [], {"records": ["192.0.2.1", "192.0.2.2"], "ttl": 200}),
    ("records-repeated-in-case", "RFC 4034 §6.3", ("example", "MX"), {"answer": ["example. 60 MX 5 Mx.example.", "example. 60 MX 5 mX.Example."]}, "found", None, [], {"records": ["5 mx.example."], "ttl": 60}),
    ("other-class-beside", "RFC 1035 §3.2.4", ("t.example", "TXT"), {"answer": ["t.example. 60 CH-TXT \"chaos\"", "t.example. 50 TXT \"internet\""]}, "found", None, [], {"records": ["\"internet\""], "ttl": 50}),
    ("any", "RFC 8482 §4", ("example", "ANY"), {"answer": ["example. 60 MX 5 mx.example.", "example. 50 TXT \"x\"", "mx.example. 5 A 192.0.2.1"]}, "found", None, [], {"records": ["5 mx.example.", "\"x\""], "ttl": 50}),
    ("without-edns", "RFC 6891 §7", Q, {"answer": [MX1], "edns": False}, "found", None, [], {}),
]

# RDATA malformed for its type. id, clause, question, answers, outcome, reason, records, types of the malformed
MALFORMED = [
    ("malformed-a-beside-good", "RFC 1035 §3.4.1", Q, ["mx1.example. 60 A raw:c00002", MX1], "found", None, ["\\# 3 C00002", "192.0.2.1"], ["A"]),
    ("malformed-aaaa", "RFC 3596 §2.2", ("mx1.example", "AAAA"), ["mx1.example. 60 AAAA raw:" + "20" * 17], "found", None, ["\\# 17 " + "20" * 17], ["AAAA"]),
    ("malformed-cname", "RFC 1035 §3.3.1", Q, ["mx1.example. 60 CNAME raw:0561"], "failed", "malformed", [], ["CNAME"]),
    ("malformed-dname-compressed", "RFC 6672 §2.5", W, ["old.example. 60 DNAME raw:c00c"], "failed", "malformed", [], ["DNAME"]),
    ("malformed-mx-tail", "RFC 1035 §3.3.9", ("example", "MX"), ["example. 60 MX raw:000a0000"], "found", None, ["\\# 4 000A0000"], ["MX"]),
    ("malformed-txt-empty", "RFC 1035 §3.3.14", ("example", "TXT"), ["example. 60 TXT raw:"], "found", None, ["\\# 0"], ["TXT"]),
    ("malformed-txt-short", "RFC 1035 §3.3.14", ("example", "TXT"), ["example. 60 TXT raw:02616205"], "found", None, ["\\# 4 02616205"], ["TXT"]),
    ("malformed-tlsa-short", "RFC 6698 §2.1", ("example", "TLSA"), ["example. 60 TLSA raw:0301"], "found", None, ["\\# 2 0301"], ["TLSA"]),
    ("malformed-soa-short", "RFC 1035 §3.3.13", ("example", "SOA"), ["example. 60 SOA raw:0000" + "00" * 19], "found", None, ["\\# 21 " + "00" * 21], ["SOA"]),
    ("malformed-rrsig-compressed", "RFC 4034 §3.1.7", Q, [MX1, "mx1.example. 300 RRSIG raw:00010d02" + "00" * 14 + "c00caabb"], "found", None, ["192.0.2.1"], ["RRSIG"]),
    ("malformed-nsec-bitmap", "RFC 4034 §4.1.2", ("example", "NSEC"), ["example. 60 NSEC raw:0000020100"], "found", None, ["\\# 5 0000020100"], ["NSEC"]),
    ("malformed-nsec3-salt", "RFC 5155 §3.2", ("example", "NSEC3"), ["example. 60 NSEC3 raw:01000001ff"], "found", None, ["\\# 5 01000001FF"], ["NSEC3"]),
    ("malformed-ds-short", "RFC 4034 §5.1", ("example", "DS"), ["example. 60 DS raw:ab"], "found", None, ["\\# 1 AB"], ["DS"]),
    ("malformed-opt-in-answer", "RFC 6891 §6.1.1", Q, [MX1, ". 0 OPT raw:"], "found", None, ["192.0.2.1"], ["OPT"]),
]


def header(qd=0, an=0, ns=0, ar=0, flags=0x8180):
    return struct.pack("!6H", 0, flags, qd, an, ns, ar)


QUESTION = b"\x03mx1\x07example\x00\x00\x01\x00\x01"
A_RECORD = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x01\x2c\x00\x04\xc0\x00\x02\x01"
OPT = b"\x00\x00\x29\x04\xd0\x00\x00\x80\x00"

# Framing by hand. id, clause, octets, error
BROKEN = [
    ("framing-empty", "RFC 1035 §4.1.1", b"", "Short { offset: 0 }"),
    ("framing-header-short", "RFC 1035 §4.1.1", header()[:11], "Short { offset: 10 }"),
    ("framing-question-missing", "RFC 1035 §4.1.2", header(qd=1), "Name { offset: 12 }"),
    ("framing-two-questions", "RFC 9619 §4", header(qd=2) + QUESTION + QUESTION, "Questions { count: 2 }"),
    ("framing-pointer-to-itself", "RFC 1035 §4.1.4", header(qd=1) + b"\xc0\x0c\x00\x01\x00\x01", "Name { offset: 12 }"),
    ("framing-pointer-forward", "RFC 1035 §4.1.4", header(qd=1) + b"\xc0\x12\x00\x01\x00\x01\x00", "Name { offset: 12 }"),
    ("framing-pointer-loop", "RFC 1035 §4.1.4", header(qd=1) + b"\x01a\xc0\x0c\x00\x01\x00\x01", "Name { offset: 12 }"),
    ("framing-label-type", "RFC 6891 §5", header(qd=1) + b"\x41a\x00\x00\x01\x00\x01", "Name { offset: 12 }"),
    ("framing-name-too-long", "RFC 1035 §2.3.4", header(qd=1) + (b"\x3f" + b"a" * 63) * 4 + b"\x00\x00\x01\x00\x01", "Name { offset: 12 }"),
    ("framing-rdlength-too-great", "RFC 1035 §4.1.3", header(1, 1) + QUESTION + A_RECORD[:10] + b"\x00\x05" + A_RECORD[12:], "Short { offset: 41 }"),
    ("framing-record-missing", "RFC 1035 §4.1.1", header(1, 2) + QUESTION + A_RECORD, "Name { offset: 45 }"),
    ("framing-trailing-octet", "RFC 1035 §4.1", header(1, 1) + QUESTION + A_RECORD + b"\x00", "TrailingOctets { offset: 45 }"),
    ("framing-count-too-great", "RFC 1035 §4.1.1", header(1, 6001) + QUESTION + A_RECORD, "Records { count: 6001 }"),
    ("framing-too-long", "RFC 1035 §4.2.2", header(1, 1) + QUESTION + A_RECORD + b"\x00" * 65491, "TooLong { octets: 65536 }"),
]

# Well framed, by hand. id, clause, octets, outcome, reason, rcode, records, ttl, malformed, ede
BY_HAND = [
    ("ttl-top-bit", "RFC 2181 §8", header(1, 1) + QUESTION + A_RECORD.replace(b"\x00\x00\x01\x2c", b"\x80\x00\x01\x2c"), "found", None, "NOERROR", ["192.0.2.1"], 0, [], []),
    ("question-missing", "RFC 5452 §9.1", header(0, 1) + QUESTION[:13] + A_RECORD[2:], "failed", "wrong-question", "NOERROR", [], None, [], []),
    ("question-of-another-class", "RFC 5452 §9.1", header(1, 0) + QUESTION[:-1] + b"\x03", "failed", "wrong-question", "NOERROR", [], None, [], []),
    ("question-only-a-query", "RFC 5452 §9.1", header(1, 1, flags=0x0180) + QUESTION + A_RECORD, "failed", "wrong-question", "NOERROR", [], None, [], []),
    ("question-of-another-opcode", "RFC 5452 §9.1", header(1, 1, flags=0xa180) + QUESTION + A_RECORD, "failed", "wrong-question", "NOERROR", [], None, [], []),
    ("refused-without-question", "RFC 1035 §4.1.1", header(flags=0x8185), "failed", "refused", "REFUSED", [], None, [], []),
    ("opt-short-option", "RFC 6891 §6.1.2", header(1, 1, 0, 1) + QUESTION + A_RECORD + OPT + b"\x00\x05\x00\x0f\x00\x04\x00", "found", None, "NOERROR", ["192.0.2.1"], 300, [[".", "OPT", 56]], []),
    ("opt-ede-too-short", "RFC 8914 §2", header(1, 1, 0, 1) + QUESTION + A_RECORD + OPT + b"\x00\x05\x00\x0f\x00\x01\x00", "found", None, "NOERROR", ["192.0.2.1"], 300, [[".", "OPT", 56]], []),
    ("opt-ede-null-terminated", "RFC 8914 §2", header(1, 0, 0, 1, 0x8182) + QUESTION + OPT + b"\x00\x0a\x00\x0f\x00\x06\x00\x06sig\x00", "failed", "servfail: DNSSEC Bogus (sig)", "SERVFAIL", [], None, [], [[6, "sig"]]),
    ("opt-ede-not-utf8", "RFC 8914 §2", header(1, 0, 0, 1, 0x8182) + QUESTION + OPT + b"\x00\x08\x00\x0f\x00\x04\x00\x00\xffx", "failed", "servfail: Other Error (\ufffdx)", "SERVFAIL", [], None, [], [[0, "\ufffdx"]]),
    ("opt-twice", "RFC 6891 §6.1.1", header(1, 1, 0, 2) + QUESTION + A_RECORD + (OPT + b"\x00\x00") * 2, "found", None, "NOERROR", ["192.0.2.1"], 300, [[".", "OPT", 67]], []),
    ("opt-not-at-root", "RFC 6891 §6.1.2", header(1, 1, 0, 1) + QUESTION + A_RECORD + b"\xc0\x0c" + OPT[1:] + b"\x00\x00", "found", None, "NOERROR", ["192.0.2.1"], 300, [["mx1.example", "OPT", 57]], []),
]

# id, clause, lines (`preference exchange`, or raw:HEX), how the answer ends, status, hosts, codes
MX = [
    ("sorted-by-preference", "RFC 5321 §5.1", ["20 b.test.", "10 Z.test.", "5 c.test.", "10 a.test."], {}, "hosts", [["c.test", 5, True], ["z.test", 10, True], ["a.test", 10, True], ["b.test", 20, True]], []),
    ("null", "RFC 7505 §3", ["0 ."], {}, "null-mx", [], []),
    ("null-beside-others", "RFC 7505 §3", ["10 mx.test.", "0 ."], {}, "hosts", [[".", 0, False], ["mx.test", 10, True]], ["null-mx-with-others"]),
    ("null-with-preference", "RFC 7505 §3", ["10 ."], {}, "hosts", [[".", 10, False]], ["null-mx-preference"]),
    ("null-twice", "RFC 7505 §3", ["0 .", "10 ."], {}, "hosts", [[".", 0, False]], ["null-mx-with-others", "mx-duplicate"]),
    ("null-beside-malformed", "RFC 7505 §3", ["0 .", "raw:00"], {}, "hosts", [[".", 0, False]], ["mx-malformed", "null-mx-with-others"]),
    ("address", "RFC 5321 §5.1", ["10 192.0.2.1."], {}, "hosts", [["192.0.2.1", 10, False]], ["mx-is-address"]),
    ("address-ipv6", "RFC 5321 §5.1", ["10 2001:db8::1."], {}, "hosts", [["2001:db8::1", 10, False]], ["mx-is-address"]),
    ("address-literal", "RFC 5321 §4.1.3", ["10 [192.0.2.1].", "20 [IPv6:2001:db8::1]."], {}, "hosts", [["[192.0.2.1]", 10, False], ["[ipv6:2001:db8::1]", 20, False]], ["mx-is-address", "mx-is-address"]),
    ("almost-address", "RFC 5321 §5.1", ["10 192.0.2.256.", "20 1.2.3.", "30 192.0.2.1.test."], {}, "hosts", [["192.0.2.256", 10, True], ["1.2.3", 20, True], ["192.0.2.1.test", 30, True]], []),
    ("not-a-host-name", "RFC 5321 §4.1.2", ["10 mail_in.test.", "20 -mx.test.", "30 *.test."], {}, "hosts", [["mail_in.test", 10, True], ["-mx.test", 20, True], ["*.test", 30, True]], ["mx-not-a-host-name"] * 3),
    ("duplicate", "RFC 5321 §5.1", ["20 mx.test.", "10 MX.test.", "30 b.test."], {}, "hosts", [["mx.test", 10, True], ["b.test", 30, True]], ["mx-duplicate"]),
    ("malformed-beside-good", "RFC 1035 §3.3.9", ["raw:000a", "10 mx.test."], {}, "hosts", [["mx.test", 10, True]], ["mx-malformed"]),
    ("malformed-only", "RFC 5321 §5.1", ["raw:000a"], {}, "hosts", [], ["mx-malformed"]),
    ("too-many", "RFC 5321 §5.1", [f"{i} mx{i}.test." for i in range(70, 0, -1)], {}, "hosts", [[f"mx{i}.test", i, True] for i in range(1, 65)], ["mx-too-many"]),
    ("implicit", "RFC 5321 §5.1", [], {"authority": [SOA.format(ttl=60, minimum=900)]}, "implicit", [["mail.example", 0, True]], []),
    ("no-such-domain", "RFC 5321 §5.1", [], {"rcode": 3}, "no-such-domain", [], []),
    ("failed", "RFC 5321 §5.1", [], {"rcode": 2}, "failed", [], []),
    ("alias-implicit", "RFC 5321 §5.1", [], {"answer": ["mail.example. 60 CNAME host.test."]}, "implicit", [["mail.example", 0, True]], []),
]

QUERIES = [(".", "DNSKEY"), ("example.com", "MX"), ("MTA-STS.Example.COM", "AAAA"), ("_25._tcp.mx1.example.com", "TLSA"), ("a\\.b.example", "TXT"), ("x\\000\\255.example", "TYPE65280"), (".".join(["a" * 63, "b" * 63, "c" * 63, "d" * 61]), "DS")]


def messages():
    stored = {row["id"]: row for row in json.loads(MESSAGES.read_text())}
    for key, (clause, outcome, reason, hops) in RECORDED.items():
        row = stored[key]
        octets = base64.b64decode(row["input"])
        yield {"id": key, "clause": clause, "question": row["question"], "input": row["input"], "expect": {"message": holds(octets), "resolved": resolved(octets, row["question"], outcome, reason, hops)}, "source": row["source"]}
    for key, clause, (name, kind), how, outcome, reason, hops, given in MADE:
        octets = build(name, kind, **how)
        question = {"name": name, "type": kind}
        yield {"id": key, "clause": clause, "question": question, "input": b64(octets), "expect": {"message": holds(octets), "resolved": resolved(octets, question, outcome, reason, hops, **given)}, "source": "made with dnspython"}
    for key, clause, (name, kind), answer, outcome, reason, records, types in MALFORMED:
        octets = build(name, kind, answer=answer)
        bad = [line for line in answer if " raw:" in line]
        notes = []
        for line, rtype in zip(bad, types):
            data = bytes.fromhex(line.split("raw:")[1])
            # TYPE, CLASS, TTL, RDLENGTH, RDATA: the data starts ten octets after the type.
            frame = struct.pack("!HHIH", dns.rdatatype.from_text(rtype), 1, int(line.split(" ")[1]), len(data)) + data
            notes.append([line.split(" ")[0].rstrip(".") or ".", rtype, octets.index(frame) + 10])
        ttls = [int(line.split(" ")[1]) for line in answer if line.split(" ")[2] == kind]
        expect = {"outcome": outcome, "rcode": "NOERROR", "canonicalName": name, "hops": [], "records": records, "ttl": min(ttls) if outcome == "found" else None, "reason": reason, "ede": None, "authenticData": False}
        yield {"id": key, "clause": clause, "question": {"name": name, "type": kind}, "input": b64(octets), "expect": {"resolved": expect, "malformed": notes}, "source": "made with dnspython"}
    for key, clause, octets, outcome, reason, rcode, records, ttl, notes, ede in BY_HAND:
        expect = {"outcome": outcome, "rcode": rcode, "canonicalName": "mx1.example", "hops": [], "records": records, "ttl": ttl, "reason": reason, "ede": ede[0][0] if ede else None, "authenticData": False}
        yield {"id": key, "clause": clause, "question": {"name": "mx1.example", "type": "A"}, "input": b64(octets), "expect": {"resolved": expect, "malformed": notes}, "source": "octets by hand"}
    for key, clause, octets, error in BROKEN:
        yield {"id": key, "clause": clause, "question": {"name": "mx1.example", "type": "A"}, "input": b64(octets), "expect": {"error": error}, "source": "octets by hand"}


def mail_exchanges():
    for key, clause, lines, how, status, hosts, codes in MX:
        answer = [f"mail.example. 60 MX {line}" for line in lines]
        octets = build("mail.example", "MX", **({"answer": answer} | how))
        yield {"id": key, "clause": clause, "domain": "mail.example", "input": b64(octets), "expect": {"status": status, "hosts": hosts, "findings": codes}, "source": "made with dnspython"}


def queries():
    for name, kind in QUERIES:
        query = dns.message.make_query(name.lower(), kind, use_edns=0, want_dnssec=True, payload=1232, id=0, flags=dns.flags.RD | dns.flags.CD)
        query.request_payload = 1232
        yield {"id": f"{name} {kind}", "clause": "RFC 1035 §4.1, RFC 6891 §6.1.2, RFC 4035 §3.2", "input": {"name": name, "type": kind}, "expect": b64(query.to_wire()), "source": "made with dnspython"}


def registry():
    # dnspython's own names for values outside the registries are left out.
    types = {str(int(kind)): dns.rdatatype.to_text(kind) for kind in dns.rdatatype.RdataType if kind != 0}
    rcodes = {str(int(code)): code.name for code in dns.rcode.Rcode}
    return [
        {"id": "types", "clause": "RFC 6895 §3.1", "expect": types, "source": "dnspython"},
        {"id": "rcodes", "clause": "RFC 6895 §2.3", "expect": rcodes, "source": "dnspython"},
        {"id": "ede", "clause": "RFC 8914 §5.2", "expect": {str(int(code)): code.name for code in dns.edns.EDECode}, "source": "dnspython"},
    ]


def write(path, rows):
    rows = list(rows)
    path.write_text("[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n")
    print(path.name, len(rows))


if __name__ == "__main__":
    write(HERE / "dns-mx.json", mail_exchanges())
    write(HERE / "dns-queries.json", queries())
    write(HERE / "dns-registry.json", registry())
    write(MESSAGES, messages())
