-- The policy host: what is served now, what was served before, and who changed it.
-- Times are RFC 3339 in UTC, so that they sort as text.

CREATE TABLE policies (
  domain TEXT PRIMARY KEY,
  body TEXT NOT NULL,
  id TEXT NOT NULL,
  mode TEXT NOT NULL CHECK (mode IN ('enforce', 'testing', 'none')),
  max_age INTEGER NOT NULL,
  since TEXT NOT NULL,
  -- Whether KV has it; the schedule mends what a failure left behind.
  served INTEGER NOT NULL DEFAULT 0,
  -- A policy in testing that is to enforce: the schedule as JSON, or NULL.
  schedule TEXT
);

-- Every policy that was ever served, since a sender may still hold it (RFC 8461 §8.3). `until` is NULL for that of now.
CREATE TABLE policy_history (
  number INTEGER PRIMARY KEY,
  domain TEXT NOT NULL,
  body TEXT NOT NULL,
  id TEXT NOT NULL,
  mode TEXT NOT NULL,
  max_age INTEGER NOT NULL,
  since TEXT NOT NULL,
  until TEXT
);
CREATE INDEX policy_history_by_domain ON policy_history (domain, number);

CREATE TABLE audit_log (
  number INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  -- `admin`, or `schedule`.
  actor TEXT NOT NULL,
  -- The client's address; NULL for the schedule.
  address TEXT,
  action TEXT NOT NULL,
  domain TEXT NOT NULL,
  -- What was changed, as JSON.
  detail TEXT NOT NULL
);
CREATE INDEX audit_log_by_domain ON audit_log (domain, number);
