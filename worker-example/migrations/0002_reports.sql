-- TLS reports (RFC 8460) as the engine read them. What came in, to the octet, is in R2 under `raw`.

CREATE TABLE reports (
  number INTEGER PRIMARY KEY,
  organization TEXT NOT NULL,
  report_id TEXT NOT NULL,
  received_at TEXT NOT NULL,
  -- `https` or `mail`.
  via TEXT NOT NULL,
  -- The domain whose DKIM signature the mail carried; NULL over HTTPS, where nobody signs.
  signed_by TEXT,
  raw TEXT NOT NULL,
  digest TEXT NOT NULL,
  report TEXT NOT NULL
);
-- By signer too: whoever takes the name of an organisation takes no id from what it signs.
CREATE UNIQUE INDEX reports_by_name ON reports (organization, report_id, COALESCE(signed_by, ''));

-- One row a policy of a report; the same domain may have several (RFC 8460 §4.4).
CREATE TABLE report_policies (
  report INTEGER NOT NULL REFERENCES reports (number),
  domain TEXT NOT NULL,
  policy_type TEXT,
  begin_at TEXT,
  end_at TEXT,
  successful INTEGER NOT NULL,
  failed INTEGER NOT NULL
);
CREATE INDEX report_policies_by_domain ON report_policies (domain, report);
