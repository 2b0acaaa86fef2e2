-- The books of points. Rows are only ever added; triggers derive balances and prove them at commit.

CREATE TABLE reason (
  code TEXT PRIMARY KEY,
  name TEXT NOT NULL,                      -- JSON: language -> name
  direction TEXT NOT NULL CHECK (direction IN ('credit', 'debit', 'both')),
  position INT NOT NULL DEFAULT 0,
  active INT NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  version INT NOT NULL DEFAULT 1
);

CREATE TABLE entry (
  id PK,
  operation_id INT NOT NULL REFERENCES operation,
  n INT NOT NULL,                          -- within the operation: 1, 2, 3 ...
  member_id INT NOT NULL REFERENCES member,
  seq INT NOT NULL,                        -- within the member: 1, 2, 3 ...
  kind TEXT NOT NULL CHECK (kind IN ('earn', 'bonus', 'adjust', 'redeem', 'draw', 'transfer', 'merge', 'expire',
    'clawback', 'writeoff', 'opening')),
  points INT NOT NULL CHECK (points <> 0 AND points BETWEEN -1000000000000 AND 1000000000000),
  owes INT NOT NULL DEFAULT 0 CHECK (owes = 0 OR (kind = 'clawback' AND owes BETWEEN 0 AND -points)),
  net_after INT NOT NULL,                  -- balance - owed after this entry
  reverses_id INT REFERENCES entry,
  reason TEXT NOT NULL DEFAULT '',
  source_kind TEXT NOT NULL DEFAULT '',    -- what it belongs to: purchase, redemption_line ...
  source_id INT,
  operator_id INT NOT NULL REFERENCES operator,
  branch_id INT NOT NULL REFERENCES branch,
  business_date TEXT NOT NULL,             -- the day it counts for; an import's purchases keep their own day
  recorded_at TEXT NOT NULL,
  note TEXT NOT NULL DEFAULT '',           -- encrypted with the member's key
  explain TEXT NOT NULL DEFAULT '',        -- JSON: the rule lines that made it
  prev TEXT NOT NULL,
  hash TEXT NOT NULL,
  CHECK (reason NOT LIKE '%|%' AND source_kind NOT LIKE '%|%'),   -- the hash joins its fields by |
  UNIQUE (operation_id, n),
  UNIQUE (member_id, seq)
);
CREATE INDEX entry_day ON entry (business_date, id);
CREATE INDEX entry_reverses ON entry (reverses_id) WHERE reverses_id IS NOT NULL;
CREATE INDEX entry_source ON entry (source_kind, source_id) WHERE source_id IS NOT NULL;
CREATE INDEX entry_owes ON entry (member_id, id) WHERE owes > 0;

CREATE TABLE lot (
  id PK,
  member_id INT NOT NULL REFERENCES member,
  entry_id INT NOT NULL REFERENCES entry,
  points INT NOT NULL CHECK (points > 0),
  remaining INT NOT NULL CHECK (remaining BETWEEN 0 AND points),
  spendable_from TEXT NOT NULL,
  expires_on TEXT NOT NULL DEFAULT '9999-12-31',   -- the last usable day; 9999-12-31 = never
  earned_on TEXT NOT NULL,
  from_lot INT REFERENCES lot              -- the lot this one goes on for: transfer, merge, grace after expiry
);
CREATE INDEX lot_fifo ON lot (member_id, expires_on, earned_on, id) WHERE remaining > 0;
CREATE INDEX lot_entry ON lot (entry_id);
CREATE INDEX lot_expiring ON lot (expires_on, member_id) WHERE remaining > 0 AND expires_on < '9999-12-31';
CREATE INDEX lot_pending ON lot (spendable_from) WHERE remaining > 0;
CREATE INDEX lot_from ON lot (from_lot) WHERE from_lot IS NOT NULL;

-- points > 0 takes from the lot for the debit entry_id; < 0 gives back; at_entry = the posting that wrote the row
CREATE TABLE lot_use (
  id PK,
  entry_id INT NOT NULL REFERENCES entry,
  at_entry INT NOT NULL REFERENCES entry,
  lot_id INT NOT NULL REFERENCES lot,
  points INT NOT NULL CHECK (points <> 0)
);
CREATE INDEX lot_use_lot ON lot_use (lot_id);
CREATE INDEX lot_use_entry ON lot_use (entry_id);
CREATE INDEX lot_use_at ON lot_use (at_entry);
