-- Members, tiers, and what finds a member at the counter.

CREATE TABLE tier (
  id PK,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,                      -- JSON: language -> name
  rank INT NOT NULL UNIQUE CHECK (rank >= 0),
  threshold INT NOT NULL CHECK (threshold >= 0),      -- qualifying spend over 12 months, minor units
  multiplier INT NOT NULL CHECK (multiplier BETWEEN 100 AND 10000),  -- percent of the base points
  grace_days INT NOT NULL DEFAULT 30 CHECK (grace_days BETWEEN 0 AND 366),
  priority INT NOT NULL DEFAULT 0 CHECK (priority BETWEEN 0 AND 9),  -- in fulfilment, higher first
  version INT NOT NULL DEFAULT 1
);

CREATE TABLE zero (n INT PRIMARY KEY CHECK (n = 0));

CREATE TABLE member (
  id PK,
  card_number TEXT NOT NULL UNIQUE,        -- the card now in force
  name TEXT NOT NULL,
  sort_name TEXT NOT NULL,                 -- stored collation key: the same order on both engines
  phone TEXT NOT NULL DEFAULT '',          -- normalised; empty when unknown
  email TEXT NOT NULL DEFAULT '',
  sex TEXT NOT NULL DEFAULT '' CHECK (sex IN ('', 'female', 'male')),
  birthday TEXT NOT NULL DEFAULT '',
  address TEXT NOT NULL DEFAULT '',
  remark TEXT NOT NULL DEFAULT '',
  branch_id INT NOT NULL REFERENCES branch,
  enrolled_on TEXT NOT NULL,
  tier_id INT NOT NULL REFERENCES tier,
  tier_since TEXT NOT NULL,
  tier_falls_on TEXT NOT NULL DEFAULT '',  -- grace runs out; empty while the figures hold
  tier_manual TEXT NOT NULL DEFAULT '' CHECK (tier_manual IN ('', 'floor', 'fixed')),
  tier_manual_tier INT REFERENCES tier,    -- the tier set by hand; a member may rise above a floor by figures
  tier_manual_until TEXT NOT NULL DEFAULT '',
  earn_frozen TEXT NOT NULL DEFAULT '',    -- the reason; empty = not frozen
  spend_frozen TEXT NOT NULL DEFAULT '',
  closed_at TEXT NOT NULL DEFAULT '',
  merged_into INT REFERENCES member,
  pin_hash TEXT NOT NULL DEFAULT '',
  pin_failures INT NOT NULL DEFAULT 0,
  pin_failed_at TEXT NOT NULL DEFAULT '',
  consent_terms_at TEXT NOT NULL DEFAULT '',
  consent_messages_at TEXT NOT NULL DEFAULT '',
  source TEXT NOT NULL DEFAULT '',         -- where an imported member comes from, with its number there
  source_number TEXT NOT NULL DEFAULT '',
  version INT NOT NULL DEFAULT 1,
  -- the books: written by triggers only
  last_seq INT NOT NULL DEFAULT 0,
  head TEXT NOT NULL DEFAULT '',
  balance INT NOT NULL DEFAULT 0 CHECK (balance >= 0),     -- sum of lot.remaining, pending included
  owed INT NOT NULL DEFAULT 0 CHECK (owed >= 0),           -- clawed back, not yet covered by a lot
  unlotted INT NOT NULL DEFAULT 0 REFERENCES zero DEFERRABLE INITIALLY DEFERRED,  -- credit not yet in a lot
  unused INT NOT NULL DEFAULT 0 REFERENCES zero DEFERRABLE INITIALLY DEFERRED,    -- debit not yet taken from lots
  CHECK ((tier_manual = '') = (tier_manual_tier IS NULL))
);
CREATE UNIQUE INDEX member_phone ON member (phone) WHERE phone <> '' AND closed_at = '';
CREATE UNIQUE INDEX member_source ON member (source, source_number) WHERE source <> '';
CREATE INDEX member_name ON member (sort_name, id);
CREATE INDEX member_balance ON member (balance, id);
CREATE INDEX member_enrolled ON member (enrolled_on, id);
CREATE INDEX member_tier ON member (tier_id, id);
CREATE INDEX member_tier_name ON member (tier_id, sort_name, id);
CREATE INDEX member_closed ON member (sort_name, id) WHERE closed_at <> '';
CREATE INDEX member_frozen ON member (sort_name, id) WHERE earn_frozen <> '' OR spend_frozen <> '';
CREATE INDEX member_owes ON member (owed, id) WHERE owed > 0;
CREATE INDEX member_owes_name ON member (sort_name, id) WHERE owed > 0;
CREATE INDEX member_falls ON member (tier_falls_on, id) WHERE tier_falls_on <> '';
CREATE INDEX member_manual ON member (id) WHERE tier_manual <> '';

-- every card number ever given out; a replaced one is refused by name, a merged one keeps working
CREATE TABLE card (
  card_number TEXT PRIMARY KEY,
  member_id INT NOT NULL REFERENCES member,
  state TEXT NOT NULL CHECK (state IN ('active', 'lost', 'replaced')),
  issued_at TEXT NOT NULL,
  ended_at TEXT NOT NULL DEFAULT ''
);
CREATE INDEX card_member ON card (member_id);

-- the key that opens a member's texts in append-only tables; destroying it erases them
CREATE TABLE member_key (
  member_id INT PRIMARY KEY REFERENCES member,
  secret TEXT NOT NULL
);

CREATE TABLE search_key (
  key TEXT NOT NULL,                       -- kind prefix and text, see rules/members.py
  member_id INT NOT NULL REFERENCES member,
  PRIMARY KEY (key, member_id)
) NOROWID;
CREATE INDEX search_key_member ON search_key (member_id, key);

CREATE TABLE tier_change (
  id PK,
  operation_id INT NOT NULL REFERENCES operation,
  member_id INT NOT NULL REFERENCES member,
  from_tier INT NOT NULL REFERENCES tier,
  to_tier INT NOT NULL REFERENCES tier,
  reason TEXT NOT NULL CHECK (reason IN ('enrolled', 'up', 'down', 'manual', 'manual-end', 'refund', 'import', 'merge')),
  figure INT NOT NULL,                     -- qualifying spend that decided, minor units
  note TEXT NOT NULL DEFAULT '',
  business_date TEXT NOT NULL,
  recorded_at TEXT NOT NULL
);
CREATE INDEX tier_change_member ON tier_change (member_id, id);
CREATE INDEX tier_change_day ON tier_change (business_date);
CREATE INDEX tier_change_operation ON tier_change (operation_id);

-- one-time codes a member shows to agree to spending
CREATE TABLE member_code (
  id PK,
  member_id INT NOT NULL REFERENCES member,
  code_hash TEXT NOT NULL,
  made_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  tries INT NOT NULL DEFAULT 0,
  used_at TEXT NOT NULL DEFAULT ''
);
CREATE INDEX member_code_member ON member_code (member_id, id);
