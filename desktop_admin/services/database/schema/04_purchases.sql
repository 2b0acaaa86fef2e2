-- Purchases and refunds, typed in or imported. Append-only; a refund is a purchase of its own that names the first.

CREATE TABLE import_batch (
  id PK,
  kind TEXT NOT NULL CHECK (kind IN ('purchases', 'members')),
  file TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  source TEXT NOT NULL,
  mapping TEXT NOT NULL,                   -- JSON: how the file was read; enough to resume
  state TEXT NOT NULL CHECK (state IN ('running', 'done', 'undoing', 'undone')),
  policy TEXT NOT NULL CHECK (policy IN ('all', 'good')),   -- all rows or none; or the good ones
  branch_id INT NOT NULL REFERENCES branch,
  operator_id INT NOT NULL REFERENCES operator,
  started_at TEXT NOT NULL,
  finished_at TEXT NOT NULL DEFAULT '',
  rows_read INT NOT NULL DEFAULT 0,
  rows_good INT NOT NULL DEFAULT 0,
  rows_bad INT NOT NULL DEFAULT 0,
  figures TEXT NOT NULL DEFAULT ''         -- JSON: totals made
);
CREATE INDEX import_batch_file ON import_batch (sha256);
CREATE INDEX import_batch_kind ON import_batch (kind, id);

CREATE TABLE import_problem (
  id PK,
  batch_id INT NOT NULL REFERENCES import_batch,
  row_number INT NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('error', 'warning')),
  field TEXT NOT NULL,
  message TEXT NOT NULL,
  facts TEXT NOT NULL,                     -- JSON
  cells TEXT NOT NULL                      -- JSON: the row as read
);
CREATE INDEX import_problem_batch ON import_problem (batch_id, row_number);

-- members an import made, or gave an opening balance; undoing it reverses the entry and closes who has nothing else
CREATE TABLE import_member (
  batch_id INT NOT NULL REFERENCES import_batch,
  member_id INT NOT NULL REFERENCES member,
  made INT NOT NULL CHECK (made IN (0, 1)),
  entry_id INT REFERENCES entry,           -- the opening balance
  undone_by INT NOT NULL DEFAULT 0,        -- the operation that undid it
  PRIMARY KEY (batch_id, member_id)
) NOROWID;
CREATE INDEX import_member_member ON import_member (member_id);

CREATE TABLE purchase (
  id PK,
  source TEXT NOT NULL,                    -- 'till:<branch id>' when typed in, else the import's source
  number TEXT NOT NULL,                    -- receipt number; a till's source adds the day: unique per branch and day
  kind TEXT NOT NULL CHECK (kind IN ('sale', 'refund')),
  refunds_id INT REFERENCES purchase,
  member_id INT REFERENCES member,         -- empty: a sale without a member, never guessed
  branch_id INT NOT NULL REFERENCES branch,
  business_date TEXT NOT NULL,
  bought_at TEXT NOT NULL,                 -- local time of the till
  amount INT NOT NULL,                     -- paid, minor units; a refund is negative
  earned INT NOT NULL DEFAULT 0,           -- points; a refund's is what it took back, negative
  operation_id INT NOT NULL REFERENCES operation,
  batch_id INT REFERENCES import_batch,
  voided_by INT NOT NULL DEFAULT 0,        -- the operation that undid it; the row stays, its number is free again
  UNIQUE (source, number, voided_by)
);
CREATE INDEX purchase_member ON purchase (member_id, business_date) WHERE member_id IS NOT NULL;
CREATE INDEX purchase_day ON purchase (business_date, id);
CREATE INDEX purchase_refunds ON purchase (refunds_id) WHERE refunds_id IS NOT NULL;
CREATE INDEX purchase_batch ON purchase (batch_id) WHERE batch_id IS NOT NULL;
CREATE INDEX purchase_operation ON purchase (operation_id);
CREATE INDEX purchase_number ON purchase (number);

CREATE TABLE purchase_line (
  purchase_id INT NOT NULL REFERENCES purchase,
  n INT NOT NULL,
  sku TEXT NOT NULL,
  description TEXT NOT NULL,
  quantity INT NOT NULL,
  amount INT NOT NULL,                     -- minor units, after its share of discounts
  earned INT NOT NULL,                     -- points; the last line takes the rounding remainder
  refunds_n INT,                           -- the line of the refunded purchase
  PRIMARY KEY (purchase_id, n)
) NOROWID;
