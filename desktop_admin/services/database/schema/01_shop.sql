-- The shop, its branches and operators, and the operations every write hangs on.
-- One text for both engines. PK, INT, BYTES, NOROWID are words of render.py; TEXT sorts by code point on both.

CREATE TABLE shop (
  id INT PRIMARY KEY CHECK (id = 1),
  uuid TEXT NOT NULL,                      -- names the shop in keyrings, backups and anchors
  epoch TEXT NOT NULL,                     -- changes with every restore, so that old anchors do not silently mismatch
  name TEXT NOT NULL,
  timezone TEXT NOT NULL,
  currency TEXT NOT NULL,
  minor_digits INT NOT NULL CHECK (minor_digits BETWEEN 0 AND 3),
  is_sample INT NOT NULL DEFAULT 0 CHECK (is_sample IN (0, 1)),
  created_at TEXT NOT NULL
);

CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL,                     -- JSON
  version INT NOT NULL DEFAULT 1
);

CREATE TABLE branch (
  id PK,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  address TEXT NOT NULL DEFAULT '',
  phone TEXT NOT NULL DEFAULT '',
  active INT NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  version INT NOT NULL DEFAULT 1
);

CREATE TABLE operator (
  id PK,
  login TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('counter', 'clerk', 'manager', 'auditor', 'administrator', 'system')),
  branch_id INT NOT NULL REFERENCES branch,
  member_id INT,                           -- the operator's own member account, on which nobody may act
  password_hash TEXT NOT NULL,
  pin_hash TEXT NOT NULL DEFAULT '',
  must_change INT NOT NULL DEFAULT 0 CHECK (must_change IN (0, 1)),
  active INT NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  created_at TEXT NOT NULL,
  last_sign_in TEXT,
  version INT NOT NULL DEFAULT 1,
  account TEXT NOT NULL DEFAULT ''         -- the role of the server this operator signs in with; empty for a file
);

CREATE UNIQUE INDEX operator_account ON operator (account) WHERE account <> '';

-- failures are counted per operator and workstation, so that nobody can lock a colleague out from elsewhere
CREATE TABLE sign_in_failure (
  login TEXT NOT NULL,
  workstation TEXT NOT NULL,
  failures INT NOT NULL CHECK (failures > 0),
  last_at TEXT NOT NULL,
  PRIMARY KEY (login, workstation)
) NOROWID;

CREATE TABLE operation (
  id PK,
  request TEXT NOT NULL UNIQUE,            -- unique for ever
  kind TEXT NOT NULL,
  parameters TEXT NOT NULL,                -- SHA-256 of the canonical parameters
  operator_id INT NOT NULL REFERENCES operator,
  branch_id INT NOT NULL REFERENCES branch,
  workstation TEXT NOT NULL,
  business_date TEXT NOT NULL,
  recorded_at TEXT NOT NULL
);
CREATE INDEX operation_operator ON operation (operator_id, business_date);
CREATE INDEX operation_day ON operation (business_date);
CREATE INDEX operation_place ON operation (branch_id, workstation, id);   -- a shift's operations

CREATE TABLE receipt (
  operation_id INT PRIMARY KEY REFERENCES operation,
  body TEXT NOT NULL                       -- JSON: what the operation answered, answered again to a repeated request
);

CREATE TABLE audit (
  id PK,
  operation_id INT NOT NULL REFERENCES operation,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,                   -- the noun: member, item, operator ...
  subject_id INT NOT NULL,
  sealed INT NOT NULL CHECK (sealed IN (0, 1)),  -- before and after are encrypted with the member's key
  before TEXT NOT NULL,                    -- JSON or ciphertext
  after TEXT NOT NULL
);
CREATE INDEX audit_subject ON audit (subject, subject_id, id);
CREATE INDEX audit_operation ON audit (operation_id);

CREATE TABLE approval (
  id PK,
  kind TEXT NOT NULL,                      -- the command asked for
  request TEXT NOT NULL UNIQUE,            -- the request id under which the act runs once approved
  parameters TEXT NOT NULL,                -- JSON: the whole act; may not change after asking
  summary TEXT NOT NULL,                   -- JSON: facts for the inbox
  member_id INT,
  points INT NOT NULL DEFAULT 0,
  reason TEXT NOT NULL DEFAULT '',
  branch_id INT NOT NULL REFERENCES branch,
  requester_id INT NOT NULL REFERENCES operator,
  requested_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'approved', 'rejected', 'withdrawn', 'expired')),
  decider_id INT REFERENCES operator CHECK (decider_id IS NULL OR decider_id <> requester_id),
  decided_at TEXT,
  answer TEXT NOT NULL DEFAULT '',
  operation_id INT REFERENCES operation,   -- the act itself, once approved
  CHECK (state NOT IN ('approved', 'rejected') OR decider_id IS NOT NULL)
);
CREATE INDEX approval_state ON approval (state, id);
CREATE INDEX approval_requester ON approval (requester_id, id);
CREATE INDEX approval_operation ON approval (operation_id) WHERE operation_id IS NOT NULL;

-- points an operator typed in on a day, without sign: what counts against the limit of the day
CREATE TABLE typed_points (
  operator_id INT NOT NULL REFERENCES operator,
  business_date TEXT NOT NULL,
  points INT NOT NULL CHECK (points >= 0),
  PRIMARY KEY (operator_id, business_date)
) NOROWID;

CREATE TABLE shift (
  id PK,
  branch_id INT NOT NULL REFERENCES branch,
  workstation TEXT NOT NULL,
  opened_at TEXT NOT NULL,
  opened_by INT NOT NULL REFERENCES operator,
  first_operation INT NOT NULL,            -- operations after this id belong to the shift
  closed_at TEXT,
  closed_by INT REFERENCES operator,
  last_operation INT,
  cash_counted INT,                        -- minor units, as counted in the till
  figures TEXT NOT NULL DEFAULT '',        -- JSON: what the closing report showed
  anchor_id INT
);
CREATE INDEX shift_open ON shift (branch_id, workstation, closed_at);

-- a digest over all heads, kept also outside the database: catches a cut tail
CREATE TABLE anchor (
  id PK,
  epoch TEXT NOT NULL,
  taken_at TEXT NOT NULL,
  business_date TEXT NOT NULL,
  entries INT NOT NULL,
  last_entry INT NOT NULL,                 -- entries up to this id are covered
  outstanding INT NOT NULL,                -- sum of all points: balances less what is owed
  digest TEXT NOT NULL,                    -- over the heads of all members as of last_entry
  previous INT NOT NULL,                   -- the anchor whose audit digest goes on here; 0 = none
  last_audit INT NOT NULL,                 -- audit rows up to this id are covered
  audit_digest TEXT NOT NULL
);

CREATE TABLE backup (
  id PK,
  started_at TEXT NOT NULL,
  finished_at TEXT NOT NULL,
  file TEXT NOT NULL,
  copied_to TEXT NOT NULL DEFAULT '',
  bytes INT NOT NULL,
  sha256 TEXT NOT NULL,
  verified INT NOT NULL CHECK (verified IN (0, 1)),
  kind TEXT NOT NULL CHECK (kind IN ('daily', 'manual', 'before-upgrade', 'before-restore', 'before-import', 'external')),
  problem TEXT NOT NULL DEFAULT ''
);
