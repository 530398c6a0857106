"""Builds the tree: zone files, what the two servers read, and the cases (cases.json).   usage: python -m matrix.build STATE-FOLDER"""
import json
import pathlib
import shutil
import sys

import groups

from .authority import dump
from .times import AT
from .tree import HONEST, Tree


def main(state):
    state = pathlib.Path(state).resolve()
    for folder in ("zones", "keys"):
        shutil.rmtree(state / folder, ignore_errors=True)
    tree = Tree(state)
    for theme in groups.ORDER:
        theme.declare(tree)
    anchors = tree.finish()
    (state / "made.json").write_text(dump(tree.own, tree.answers))
    (state / "nsd.conf").write_text(nsd(state, tree.honest))
    (state / "anchors").write_text("\n".join(anchors) + "\n")
    (state / "delv.anchors").write_text("trust-anchors {\n" + "".join(delv_anchor(line) for line in anchors) + "};\n")
    table = [{"name": group.name, "bounds": group.bounds, "unbound": group.unbound, "stripped": group.stripped, "note": group.note, "cases": group.cases} for group in tree.groups]
    (state / "cases.json").write_text(json.dumps({"at": AT, "anchors": anchors, "groups": table}, indent=1, ensure_ascii=False))
    print(f"{len(tree.honest)} zones of real signers, {len(tree.own)} made by hand, {sum(len(group.cases) for group in tree.groups)} cases in {len(tree.groups)} groups")


def delv_anchor(line):
    tag, algorithm, digest, value = line.split()[3:]
    return f'  . static-ds {tag} {algorithm} {digest} "{value}";\n'


def nsd(state, zones):
    lines = [f"""server:
  ip-address: {HONEST}@53
  pidfile: {state}/nsd.pid
  zonesdir: {state}/zones
  zonelistfile: {state}/zone.list
  xfrdfile: {state}/xfrd.state
  xfrdir: {state}
  logfile: {state}/nsd.log
  username: ""
  database: ""
  server-count: 1
  rrl-ratelimit: 0
remote-control:
  control-enable: no"""]
    lines += [f'zone:\n  name: "{name}"\n  zonefile: "{path}"' for name, path in zones.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main(sys.argv[1])
