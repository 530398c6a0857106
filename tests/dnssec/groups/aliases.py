"""CNAME and DNAME chains: each link has its own status, the weakest decides (RFC 4035 §5; RFC 6672 §5.3; RFC 7672 §2.1.3)."""

import dns.name
import dns.rdata
from dns.rdatatype import A, CNAME

from matrix.sign import IN, RRset

from .algorithms import TLSA
from .changes import altered, no_nsec, unsigned
from .denial import hand, name_in

TARGETS = f"@ MX 10 mx\nmx A 192.0.2.1\n_25._tcp.mx TLSA {TLSA}\n*.wild A 192.0.2.7\n"
LOOP = 100


def declare(tree):
    group = tree.group("aliases")
    secure, second, insecure, bogus = (group.sub(label) for label in ("secure", "second", "insecure", "bogus"))
    group.real(second, TARGETS + f"back CNAME mx.{secure}\nonward CNAME mx.{insecure}\nto-bogus CNAME mx.{bogus}\n", 15, denial="nsec3")
    group.plain(insecure, TARGETS + f"to-secure CNAME mx.{secure}\nold DNAME {secure}\n")
    group.made(bogus, TARGETS, change=altered("mx", "A", "192.0.2.66"))
    chain = "".join(f"step{number} CNAME step{number + 1}\n" for number in range(1, 8)) + "step8 A 192.0.2.8\n"
    group.real(secure, TARGETS + chain + f"""\
alias CNAME mx
twice CNAME alias
_25._tcp.other CNAME _25._tcp.mx
_25._tcp.away CNAME _25._tcp.mx.{second}
_25._tcp.unsafe CNAME _25._tcp.mx.{insecure}
across CNAME mx.{second}
around CNAME back.{second}
into CNAME mx.{insecure}
through CNAME to-secure.{insecure}
over CNAME onward.{second}
broken CNAME mx.{bogus}
later CNAME to-bogus.{second}
dangling CNAME nothing
dangling-away CNAME nothing.{second}
dangling-insecure CNAME nothing.{insecure}
nodata CNAME @
self CNAME self
one CNAME two
two CNAME one
*.any CNAME mx
*.anywhere CNAME mx.{insecure}
old DNAME new
mx.new A 192.0.2.4
*.new TXT wild
moved DNAME {second}
gone DNAME {insecure}
spoilt DNAME {bogus}
chained DNAME old
""")

    def case(ident, name, intended, clause, rdtype="A", zone=secure, **more):
        group.case(ident, f"{name}.{zone}", rdtype, intended, clause, **more)

    case("cname", "alias", "secure", "RFC 4035 §5.3")
    case("cname-asked-for", "alias", "secure", "RFC 4035 §5.3", "CNAME")
    case("cname-twice", "twice", "secure", "RFC 4035 §5.3")
    case("cname-eight-steps", "step1", "secure", "RFC 1034 §3.6.2")
    case("tlsa-cname", "_25._tcp.other", "secure", "RFC 7672 §2.1.3", "TLSA")
    case("tlsa-cname-across", "_25._tcp.away", "secure", "RFC 7672 §2.1.3", "TLSA")
    case("tlsa-cname-into-insecure", "_25._tcp.unsafe", "insecure", "RFC 7672 §2.1.3", "TLSA")
    case("cname-across", "across", "secure", "RFC 4035 §5")
    case("cname-across-and-back", "around", "secure", "RFC 4035 §5")
    case("cname-into-insecure", "into", "insecure", "RFC 4035 §5; RFC 7672 §2.1.3")
    case("cname-through-insecure", "through", "insecure", "RFC 7672 §2.1.3")
    case("cname-across-into-insecure", "over", "insecure", "RFC 7672 §2.1.3")
    case("cname-from-insecure", "to-secure", "insecure", "RFC 7672 §2.1.3", zone=insecure)
    case("cname-into-bogus", "broken", "bogus", "RFC 4035 §5.5")
    case("cname-across-into-bogus", "later", "bogus", "RFC 4035 §5.5")
    case("cname-dangling", "dangling", "secure", "RFC 4035 §5.4")
    case("cname-dangling-across", "dangling-away", "secure", "RFC 5155 §8.4")
    case("cname-dangling-insecure", "dangling-insecure", "insecure", "RFC 4035 §5.4")
    case("cname-to-nodata", "nodata", "secure", "RFC 4035 §5.4")
    case("cname-wildcard", "x.any", "secure", "RFC 4035 §5.3.4")
    case("cname-wildcard-into-insecure", "x.anywhere", "insecure", "RFC 4035 §5.3.4")
    case("dname", "mx.old", "secure", "RFC 6672 §5.3.1")
    case("dname-asked-for", "old", "secure", "RFC 6672 §5.3", "DNAME")
    case("dname-nxdomain", "a.b.old", "secure", "RFC 6672 §5.3", "A")
    case("dname-wildcard-beneath", "x.old", "secure", "RFC 6672 §3.3", "TXT")
    case("dname-twice", "mx.chained", "secure", "RFC 6672 §5.3.1")
    case("dname-across", "mx.moved", "secure", "RFC 6672 §5.3.1")
    case("dname-tlsa", "_25._tcp.mx.moved", "secure", "RFC 6672 §5.3.1", "TLSA")
    case("dname-wildcard-across", "x.wild.moved", "secure", "RFC 6672 §5.3.1")
    case("dname-into-insecure", "mx.gone", "insecure", "RFC 6672 §5.3.1")
    case("dname-into-bogus", "mx.spoilt", "bogus", "RFC 6672 §5.3.1")
    case("dname-from-insecure", "mx.old", "insecure", "RFC 6672 §5.3.1", zone=insecure)

    def made(ident, name, intended, clause, text, change=None, **more):
        zone = group.sub(ident)
        group.made(zone, TARGETS + text, change=change)
        case(ident, name, intended, clause, zone=zone, **more)

    made("cname-unsigned", "alias", "bogus", "RFC 4035 §5.3.1", "alias CNAME mx\n", unsigned("alias", "CNAME"))
    made("cname-altered", "alias", "bogus", "RFC 4035 §5.3.3", "alias CNAME mx\nother A 192.0.2.66\n", altered("alias", "CNAME", "other"))
    made("cname-altered-into-insecure", "alias", "bogus", "RFC 4035 §5.3.3", "alias CNAME mx\n", altered("alias", "CNAME", f"mx.{insecure}"))
    made("cname-wildcard-proof-missing", "x.any", "bogus", "RFC 4035 §5.3.4", "*.any CNAME mx\n", no_nsec)
    made("cname-target-unsigned", "alias", "bogus", "RFC 4035 §5.3.1", "alias CNAME mx\n", unsigned("mx", "A"))
    made("cname-dangling-proof-missing", "alias", "bogus", "RFC 4035 §5.4", "alias CNAME nothing\n", no_nsec)
    made("dname-unsigned", "mx.old", "bogus", "RFC 6672 §5.3.1", "old DNAME new\nmx.new A 192.0.2.4\n", unsigned("old", "DNAME"))
    made("dname-altered", "mx.old", "bogus", "RFC 6672 §5.3.1", "old DNAME new\nmx.new A 192.0.2.4\n", altered("old", "DNAME", "wild"))
    made("dname-cname-without-dname", "mx.old", "bogus", "RFC 6672 §5.3.1", "old DNAME new\nmx.new A 192.0.2.4\n", synthesised("mx.old", "mx.new"))
    made("dname-target-unsigned", "mx.old", "bogus", "RFC 6672 §5.3.1", "old DNAME new\nmx.new A 192.0.2.4\n", unsigned("mx.new", "A"))

    loops = tree.group("loops", note="alias chains without an end, or longer than resolvers follow")
    zone = loops.sub("zone")
    circle = "".join(f"c{number} CNAME c{(number + 1) % LOOP}\n" for number in range(LOOP))
    long = "".join(f"l{number} CNAME l{number + 1}\n" for number in range(60)) + "l60 A 192.0.2.60\n"
    loops.real(zone, TARGETS + "self CNAME self\none CNAME two\ntwo CNAME one\nloop DNAME x.loop\n" + circle + long)
    more = {"ours": "bogus", "reason": "the bound on alias steps (SEMANTICS §3: over a cap is bogus, `work-limit`)"}
    for ident, name, clause in (("cname-to-itself", "self", "RFC 1034 §5.2.2"), ("cname-loop", "one", "RFC 1034 §5.2.2"), ("cname-loop-of-100", "c0", "RFC 1034 §5.2.2"), ("cname-chain-of-60", "l0", "RFC 1034 §3.6.2")):
        loops.case(ident, f"{name}.{zone}", "A", "indeterminate", clause, via="nsd", **more)
    loops.case("dname-loop", f"a.loop.{zone}", "A", "bogus", "RFC 6672 §5.3", via="nsd", **more, note="first intended indeterminate: unbound stops at a DS question that a DNAME answers, and calls that a failed validation")


def synthesised(name, target):
    """The CNAME that a DNAME makes, handed out alone."""
    def change(zone):
        alias = RRset(name_in(zone, name), CNAME, 300)
        alias.rdatas = [dns.rdata.from_text(IN, CNAME, name_in(zone, target).to_text())]
        zone.hand.append(hand(zone, name, A, "NOERROR", [], [alias]))
    return change
