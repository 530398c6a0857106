"""Asks unbound and delv about every case, and records what they were told.

usage: python -m matrix.oracle STATE-FOLDER record FOLDER   writes FOLDER/<group>.json
       python -m matrix.oracle STATE-FOLDER check FOLDER    fails where a fresh tree gets another status than the recorded one
A case whose status is not the one intended stops the recording, unless the case says why (`note`).
"""
import base64
import json
import pathlib
import signal
import sys
import time

import dns.flags
import dns.message
import dns.name
import dns.rdatatype

from .exchange import exchange, question
from .resolver import Unbound
from .tree import HONEST, MADE

STEPS = 24
# Whom a case's own question is put to, where what unbound hands out is not what it got.
AUTHORITIES = {"authority": (MADE, 53), "nsd": (HONEST, 53)}


def main(state, command, folder, *only):
    state, folder = pathlib.Path(state).resolve(), pathlib.Path(folder)
    table = json.loads((state / "cases.json").read_text())
    folder.mkdir(exist_ok=True)
    wrong, count = [], {}
    for group in table["groups"]:
        if only and group["name"] not in only:
            continue
        begun = time.time()
        path = folder / f"{group['name']}.json"
        wrong += judge(state, group, None if command == "record" else json.loads(path.read_text()))
        if command == "record":
            path.write_text(as_text({"at": table["at"], "anchors": table["anchors"], "bounds": group["bounds"], "note": group["note"], "messages": record(state, group), "cases": group["cases"]}))
        for case in group["cases"]:
            count[case["unbound"]["status"]] = count.get(case["unbound"]["status"], 0) + 1
        print(f"{group['name']:<20}{len(group['cases']):>4} cases {time.time() - begun:6.1f} s", flush=True)
    print(", ".join(f"{number} {status}" for status, number in sorted(count.items())))
    for line in wrong:
        print(line, file=sys.stderr)
    sys.exit(1 if wrong else 0)


def judge(state, group, recorded):
    """Fills in what unbound (and, for a recording, delv) says; the complaints."""
    wrong = []
    with Unbound(state, group["unbound"], group["stripped"]) as resolver:
        for case in group["cases"]:
            case["unbound"] = resolver.judge(case["name"], case["type"])
    if recorded:
        before = {case["id"]: case["unbound"]["status"] for case in recorded["cases"]}
        now = {case["id"]: case["unbound"]["status"] for case in group["cases"]}
        return [f"{group['name']}: {ident}: recorded {before.get(ident)}, now {now.get(ident)}" for ident in sorted(before.keys() | now.keys()) if before.get(ident) != now.get(ident)]
    with Unbound(state, group["unbound"], group["stripped"]) as resolver:
        for case in group["cases"]:
            case["delv"], said = resolver.delv(case["name"], case["type"])
            status = case["unbound"]["status"]
            if case["delv"] == status:
                case.pop("delvNote", None)
            if case.get("ours") == status:
                del case["ours"], case["reason"]
            if case["intended"] != status and not case.get("note"):
                wrong.append(f"{group['name']}: {case['id']}: intended {case['intended']}, unbound {status} {case['unbound']['ede']} {case['unbound']['text']!r}, delv {case['delv']} {said}")
            elif case["delv"] not in (status, None) and not case.get("delvNote"):
                wrong.append(f"{group['name']}: {case['id']}: unbound {status} {case['unbound']['text']!r}, delv {case['delv']} {said!r}")
    return wrong


def record(state, group):
    """Every question a validator may have on the way, asked with CD: the cases themselves first, then keys and DS from the root down."""
    messages = {}
    with Unbound(state, group["unbound"], group["stripped"]) as resolver:
        names = set()

        def ask(name, rdtype, authority=None):
            key = f"{name.to_text(omit_final_dot=True).lower()} {rdtype}"
            if key not in messages:
                wire = exchange(authority, question(name.to_text(), rdtype, dns.flags.CD)) if authority else resolver.raw(name.to_text(), rdtype)
                messages[key] = b"\0\0" + wire[2:]
            return messages[key]

        for case in group["cases"]:
            steps, name = 0, dns.name.from_text(case["name"])
            while name is not None and steps < STEPS:
                names.add(name)
                name = names_of(ask(name, case["type"], AUTHORITIES.get(case.get("via"))), name, names)
                steps += 1
        ancestors = {dns.name.Name(name.labels[i:]) for name in names for i in range(len(name.labels))}
        for name in sorted(ancestors, key=lambda name: (len(name.labels), name.canonicalize())):
            for rdtype in ("DS", "DNSKEY"):
                if not (rdtype == "DS" and name == dns.name.root):
                    ask(name, rdtype)
    return {key: base64.b64encode(wire).decode() for key, wire in messages.items()}


def names_of(wire, name, names):
    """Adds the aliases' targets and the signers; the end of the alias chain, where it is a name not yet asked for."""
    try:
        message = dns.message.from_wire(wire)
    except dns.exception.DNSException:
        return None
    targets = {}
    for rrset in message.answer:
        for rdata in rrset:
            if rrset.rdtype == dns.rdatatype.CNAME:
                targets[rrset.name] = rdata.target
            if rrset.rdtype == dns.rdatatype.RRSIG:
                names.add(rdata.signer)
    last = name
    for _ in range(len(targets) + 1):
        if last not in targets:
            break
        last = targets[last]
        names.add(last)
    return last if last != name and not any(rrset.name == last for rrset in message.answer) else None


def as_text(recording):
    """One message and one case a line."""
    def rows(values):
        return ",\n".join(values)
    lines = [f'  "{key}": {json.dumps(recording[key], ensure_ascii=False)},' for key in ("at", "anchors", "bounds", "note")]
    messages = rows(f"    {json.dumps(key)}: {json.dumps(value)}" for key, value in recording["messages"].items())
    cases = rows(f"    {json.dumps(case, ensure_ascii=False)}" for case in recording["cases"])
    return "{\n" + "\n".join(lines) + f'\n  "messages": {{\n{messages}\n  }},\n  "cases": [\n{cases}\n  ]\n}}\n'


if __name__ == "__main__":
    # An end from outside ends the resolver too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    main(*sys.argv[1:])
