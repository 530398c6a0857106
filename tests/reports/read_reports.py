"""What parsedmarc, an independent reader, makes of report files: one JSON line each."""

import json
import sys

import parsedmarc

for path in sys.argv[1:]:
    print(json.dumps(parsedmarc.parse_report_file(path, offline=True)))
