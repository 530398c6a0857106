-- Bulk scans: a scan, its rows and what a re-check found changed. One row a domain of a scan, whatever is delivered
-- twice: the primary key is what makes it one.

CREATE TABLE scans (
  id TEXT PRIMARY KEY,
  -- receiving → running → done; or cancelled (by its owner), or broken (the upload did not end well)
  state TEXT NOT NULL DEFAULT 'receiving',
  created_at TEXT NOT NULL,
  -- when a row was last written: a scan that stands still is swept
  progressed_at TEXT NOT NULL,
  done_at TEXT,
  -- lines that hold anything; those that are neither a domain nor invalid are duplicates
  lines INTEGER NOT NULL DEFAULT 0,
  domains INTEGER NOT NULL DEFAULT 0,
  invalid INTEGER NOT NULL DEFAULT 0,
  waiting INTEGER NOT NULL DEFAULT 0,
  checked INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  -- days from the end of a scan to its re-check; null: none
  recheck_days INTEGER,
  recheck_at TEXT,
  -- the scan that this one checks again
  previous TEXT
);

CREATE INDEX scans_live ON scans (progressed_at) WHERE state IN ('receiving', 'running');
CREATE INDEX scans_due ON scans (recheck_at) WHERE recheck_at IS NOT NULL;

CREATE TABLE scan_rows (
  scan TEXT NOT NULL,
  -- A-labels in lower case; of an invalid line its text, cut
  domain TEXT NOT NULL,
  line INTEGER NOT NULL,
  -- waiting → checked | failed | invalid, once
  status TEXT NOT NULL,
  reason TEXT,
  posture TEXT,
  action TEXT,
  checked_at TEXT,
  valid_until TEXT,
  -- [[host, requirement], …], the plan in its order
  hosts TEXT,
  sts_mode TEXT,
  tls_rpt INTEGER,
  -- codes of the errors and warnings
  findings TEXT,
  tries INTEGER,
  -- the object in R2 that holds its evidence
  evidence TEXT,
  PRIMARY KEY (scan, domain)
) WITHOUT ROWID;

-- What a consumer and the sweep look for; a row leaves it when it is final.
CREATE INDEX scan_rows_waiting ON scan_rows (scan, line) WHERE status = 'waiting';

CREATE TABLE scan_changes (
  scan TEXT NOT NULL,
  domain TEXT NOT NULL,
  place INTEGER NOT NULL,
  code TEXT NOT NULL,
  severity TEXT NOT NULL,
  subject TEXT NOT NULL,
  message TEXT NOT NULL,
  clause TEXT NOT NULL,
  PRIMARY KEY (scan, domain, place)
) WITHOUT ROWID;
