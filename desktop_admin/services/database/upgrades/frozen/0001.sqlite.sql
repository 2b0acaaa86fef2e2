CREATE TABLE shop (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  uuid TEXT NOT NULL,
  epoch TEXT NOT NULL,
  name TEXT NOT NULL,
  timezone TEXT NOT NULL,
  currency TEXT NOT NULL,
  minor_digits INTEGER NOT NULL CHECK (minor_digits BETWEEN 0 AND 3),
  is_sample INTEGER NOT NULL DEFAULT 0 CHECK (is_sample IN (0, 1)),
  created_at TEXT NOT NULL
) STRICT
-- next
CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1
) STRICT
-- next
CREATE TABLE branch (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  address TEXT NOT NULL DEFAULT '',
  phone TEXT NOT NULL DEFAULT '',
  active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  version INTEGER NOT NULL DEFAULT 1
) STRICT
-- next
CREATE TABLE operator (
  id INTEGER PRIMARY KEY,
  login TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('counter', 'clerk', 'manager', 'auditor', 'administrator', 'system')),
  branch_id INTEGER NOT NULL REFERENCES branch,
  member_id INTEGER,
  password_hash TEXT NOT NULL,
  pin_hash TEXT NOT NULL DEFAULT '',
  must_change INTEGER NOT NULL DEFAULT 0 CHECK (must_change IN (0, 1)),
  active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  created_at TEXT NOT NULL,
  last_sign_in TEXT,
  version INTEGER NOT NULL DEFAULT 1
) STRICT
-- next
CREATE TABLE sign_in_failure (
  login TEXT NOT NULL,
  workstation TEXT NOT NULL,
  failures INTEGER NOT NULL CHECK (failures > 0),
  last_at TEXT NOT NULL,
  PRIMARY KEY (login, workstation)
) STRICT, WITHOUT ROWID
-- next
CREATE TABLE operation (
  id INTEGER PRIMARY KEY,
  request TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  parameters TEXT NOT NULL,
  operator_id INTEGER NOT NULL REFERENCES operator,
  branch_id INTEGER NOT NULL REFERENCES branch,
  workstation TEXT NOT NULL,
  business_date TEXT NOT NULL,
  recorded_at TEXT NOT NULL
) STRICT
-- next
CREATE INDEX operation_operator ON operation (operator_id, business_date)
-- next
CREATE INDEX operation_day ON operation (business_date)
-- next
CREATE INDEX operation_place ON operation (branch_id, workstation, id)
-- next
CREATE TABLE receipt (
  operation_id INTEGER PRIMARY KEY REFERENCES operation,
  body TEXT NOT NULL
) STRICT
-- next
CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  operation_id INTEGER NOT NULL REFERENCES operation,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  subject_id INTEGER NOT NULL,
  sealed INTEGER NOT NULL CHECK (sealed IN (0, 1)),
  before TEXT NOT NULL,
  after TEXT NOT NULL
) STRICT
-- next
CREATE INDEX audit_subject ON audit (subject, subject_id, id)
-- next
CREATE INDEX audit_operation ON audit (operation_id)
-- next
CREATE TABLE approval (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  request TEXT NOT NULL UNIQUE,
  parameters TEXT NOT NULL,
  summary TEXT NOT NULL,
  member_id INTEGER,
  points INTEGER NOT NULL DEFAULT 0,
  reason TEXT NOT NULL DEFAULT '',
  branch_id INTEGER NOT NULL REFERENCES branch,
  requester_id INTEGER NOT NULL REFERENCES operator,
  requested_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'approved', 'rejected', 'withdrawn', 'expired')),
  decider_id INTEGER REFERENCES operator CHECK (decider_id IS NULL OR decider_id <> requester_id),
  decided_at TEXT,
  answer TEXT NOT NULL DEFAULT '',
  operation_id INTEGER REFERENCES operation,
  CHECK (state NOT IN ('approved', 'rejected') OR decider_id IS NOT NULL)
) STRICT
-- next
CREATE INDEX approval_state ON approval (state, id)
-- next
CREATE INDEX approval_requester ON approval (requester_id, id)
-- next
CREATE INDEX approval_operation ON approval (operation_id) WHERE operation_id IS NOT NULL
-- next
CREATE TABLE typed_points (
  operator_id INTEGER NOT NULL REFERENCES operator,
  business_date TEXT NOT NULL,
  points INTEGER NOT NULL CHECK (points >= 0),
  PRIMARY KEY (operator_id, business_date)
) STRICT, WITHOUT ROWID
-- next
CREATE TABLE shift (
  id INTEGER PRIMARY KEY,
  branch_id INTEGER NOT NULL REFERENCES branch,
  workstation TEXT NOT NULL,
  opened_at TEXT NOT NULL,
  opened_by INTEGER NOT NULL REFERENCES operator,
  first_operation INTEGER NOT NULL,
  closed_at TEXT,
  closed_by INTEGER REFERENCES operator,
  last_operation INTEGER,
  cash_counted INTEGER,
  figures TEXT NOT NULL DEFAULT '',
  anchor_id INTEGER
) STRICT
-- next
CREATE INDEX shift_open ON shift (branch_id, workstation, closed_at)
-- next
CREATE TABLE anchor (
  id INTEGER PRIMARY KEY,
  epoch TEXT NOT NULL,
  taken_at TEXT NOT NULL,
  business_date TEXT NOT NULL,
  entries INTEGER NOT NULL,
  last_entry INTEGER NOT NULL,
  outstanding INTEGER NOT NULL,
  digest TEXT NOT NULL,
  previous INTEGER NOT NULL,
  last_audit INTEGER NOT NULL,
  audit_digest TEXT NOT NULL
) STRICT
-- next
CREATE TABLE backup (
  id INTEGER PRIMARY KEY,
  started_at TEXT NOT NULL,
  finished_at TEXT NOT NULL,
  file TEXT NOT NULL,
  copied_to TEXT NOT NULL DEFAULT '',
  bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  verified INTEGER NOT NULL CHECK (verified IN (0, 1)),
  kind TEXT NOT NULL CHECK (kind IN ('daily', 'manual', 'before-upgrade', 'before-restore', 'before-import', 'external')),
  problem TEXT NOT NULL DEFAULT ''
) STRICT
-- next
CREATE TABLE tier (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  rank INTEGER NOT NULL UNIQUE CHECK (rank >= 0),
  threshold INTEGER NOT NULL CHECK (threshold >= 0),
  multiplier INTEGER NOT NULL CHECK (multiplier BETWEEN 100 AND 10000),
  grace_days INTEGER NOT NULL DEFAULT 30 CHECK (grace_days BETWEEN 0 AND 366),
  priority INTEGER NOT NULL DEFAULT 0 CHECK (priority BETWEEN 0 AND 9),
  version INTEGER NOT NULL DEFAULT 1
) STRICT
-- next
CREATE TABLE zero (n INTEGER PRIMARY KEY CHECK (n = 0)) STRICT
-- next
CREATE TABLE member (
  id INTEGER PRIMARY KEY,
  card_number TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  sort_name TEXT NOT NULL,
  phone TEXT NOT NULL DEFAULT '',
  email TEXT NOT NULL DEFAULT '',
  sex TEXT NOT NULL DEFAULT '' CHECK (sex IN ('', 'female', 'male')),
  birthday TEXT NOT NULL DEFAULT '',
  address TEXT NOT NULL DEFAULT '',
  remark TEXT NOT NULL DEFAULT '',
  branch_id INTEGER NOT NULL REFERENCES branch,
  enrolled_on TEXT NOT NULL,
  tier_id INTEGER NOT NULL REFERENCES tier,
  tier_since TEXT NOT NULL,
  tier_falls_on TEXT NOT NULL DEFAULT '',
  tier_manual TEXT NOT NULL DEFAULT '' CHECK (tier_manual IN ('', 'floor', 'fixed')),
  tier_manual_tier INTEGER REFERENCES tier,
  tier_manual_until TEXT NOT NULL DEFAULT '',
  earn_frozen TEXT NOT NULL DEFAULT '',
  spend_frozen TEXT NOT NULL DEFAULT '',
  closed_at TEXT NOT NULL DEFAULT '',
  merged_into INTEGER REFERENCES member,
  pin_hash TEXT NOT NULL DEFAULT '',
  pin_failures INTEGER NOT NULL DEFAULT 0,
  pin_failed_at TEXT NOT NULL DEFAULT '',
  consent_terms_at TEXT NOT NULL DEFAULT '',
  consent_messages_at TEXT NOT NULL DEFAULT '',
  source TEXT NOT NULL DEFAULT '',
  source_number TEXT NOT NULL DEFAULT '',
  version INTEGER NOT NULL DEFAULT 1,
  last_seq INTEGER NOT NULL DEFAULT 0,
  head TEXT NOT NULL DEFAULT '',
  balance INTEGER NOT NULL DEFAULT 0 CHECK (balance >= 0),
  owed INTEGER NOT NULL DEFAULT 0 CHECK (owed >= 0),
  unlotted INTEGER NOT NULL DEFAULT 0 REFERENCES zero DEFERRABLE INITIALLY DEFERRED,
  unused INTEGER NOT NULL DEFAULT 0 REFERENCES zero DEFERRABLE INITIALLY DEFERRED,
  CHECK ((tier_manual = '') = (tier_manual_tier IS NULL))
) STRICT
-- next
CREATE UNIQUE INDEX member_phone ON member (phone) WHERE phone <> '' AND closed_at = ''
-- next
CREATE UNIQUE INDEX member_source ON member (source, source_number) WHERE source <> ''
-- next
CREATE INDEX member_name ON member (sort_name, id)
-- next
CREATE INDEX member_balance ON member (balance, id)
-- next
CREATE INDEX member_enrolled ON member (enrolled_on, id)
-- next
CREATE INDEX member_tier ON member (tier_id, id)
-- next
CREATE INDEX member_tier_name ON member (tier_id, sort_name, id)
-- next
CREATE INDEX member_closed ON member (sort_name, id) WHERE closed_at <> ''
-- next
CREATE INDEX member_frozen ON member (sort_name, id) WHERE earn_frozen <> '' OR spend_frozen <> ''
-- next
CREATE INDEX member_owes ON member (owed, id) WHERE owed > 0
-- next
CREATE INDEX member_owes_name ON member (sort_name, id) WHERE owed > 0
-- next
CREATE INDEX member_falls ON member (tier_falls_on, id) WHERE tier_falls_on <> ''
-- next
CREATE INDEX member_manual ON member (id) WHERE tier_manual <> ''
-- next
CREATE TABLE card (
  card_number TEXT PRIMARY KEY,
  member_id INTEGER NOT NULL REFERENCES member,
  state TEXT NOT NULL CHECK (state IN ('active', 'lost', 'replaced')),
  issued_at TEXT NOT NULL,
  ended_at TEXT NOT NULL DEFAULT ''
) STRICT
-- next
CREATE INDEX card_member ON card (member_id)
-- next
CREATE TABLE member_key (
  member_id INTEGER PRIMARY KEY REFERENCES member,
  secret TEXT NOT NULL
) STRICT
-- next
CREATE TABLE search_key (
  key TEXT NOT NULL,
  member_id INTEGER NOT NULL REFERENCES member,
  PRIMARY KEY (key, member_id)
) STRICT, WITHOUT ROWID
-- next
CREATE INDEX search_key_member ON search_key (member_id, key)
-- next
CREATE TABLE tier_change (
  id INTEGER PRIMARY KEY,
  operation_id INTEGER NOT NULL REFERENCES operation,
  member_id INTEGER NOT NULL REFERENCES member,
  from_tier INTEGER NOT NULL REFERENCES tier,
  to_tier INTEGER NOT NULL REFERENCES tier,
  reason TEXT NOT NULL CHECK (reason IN ('enrolled', 'up', 'down', 'manual', 'manual-end', 'refund', 'import', 'merge')),
  figure INTEGER NOT NULL,
  note TEXT NOT NULL DEFAULT '',
  business_date TEXT NOT NULL,
  recorded_at TEXT NOT NULL
) STRICT
-- next
CREATE INDEX tier_change_member ON tier_change (member_id, id)
-- next
CREATE INDEX tier_change_day ON tier_change (business_date)
-- next
CREATE INDEX tier_change_operation ON tier_change (operation_id)
-- next
CREATE TABLE member_code (
  id INTEGER PRIMARY KEY,
  member_id INTEGER NOT NULL REFERENCES member,
  code_hash TEXT NOT NULL,
  made_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  used_at TEXT NOT NULL DEFAULT ''
) STRICT
-- next
CREATE INDEX member_code_member ON member_code (member_id, id)
-- next
CREATE TABLE reason (
  code TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  direction TEXT NOT NULL CHECK (direction IN ('credit', 'debit', 'both')),
  position INTEGER NOT NULL DEFAULT 0,
  active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  version INTEGER NOT NULL DEFAULT 1
) STRICT
-- next
CREATE TABLE entry (
  id INTEGER PRIMARY KEY,
  operation_id INTEGER NOT NULL REFERENCES operation,
  n INTEGER NOT NULL,
  member_id INTEGER NOT NULL REFERENCES member,
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('earn', 'bonus', 'adjust', 'redeem', 'draw', 'transfer', 'merge', 'expire',
    'clawback', 'writeoff', 'opening')),
  points INTEGER NOT NULL CHECK (points <> 0 AND points BETWEEN -1000000000000 AND 1000000000000),
  owes INTEGER NOT NULL DEFAULT 0 CHECK (owes = 0 OR (kind = 'clawback' AND owes BETWEEN 0 AND -points)),
  net_after INTEGER NOT NULL,
  reverses_id INTEGER REFERENCES entry,
  reason TEXT NOT NULL DEFAULT '',
  source_kind TEXT NOT NULL DEFAULT '',
  source_id INTEGER,
  operator_id INTEGER NOT NULL REFERENCES operator,
  branch_id INTEGER NOT NULL REFERENCES branch,
  business_date TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  note TEXT NOT NULL DEFAULT '',
  explain TEXT NOT NULL DEFAULT '',
  prev TEXT NOT NULL,
  hash TEXT NOT NULL,
  CHECK (reason NOT LIKE '%|%' AND source_kind NOT LIKE '%|%'),
  UNIQUE (operation_id, n),
  UNIQUE (member_id, seq)
) STRICT
-- next
CREATE INDEX entry_day ON entry (business_date, id)
-- next
CREATE INDEX entry_reverses ON entry (reverses_id) WHERE reverses_id IS NOT NULL
-- next
CREATE INDEX entry_source ON entry (source_kind, source_id) WHERE source_id IS NOT NULL
-- next
CREATE INDEX entry_owes ON entry (member_id, id) WHERE owes > 0
-- next
CREATE TABLE lot (
  id INTEGER PRIMARY KEY,
  member_id INTEGER NOT NULL REFERENCES member,
  entry_id INTEGER NOT NULL REFERENCES entry,
  points INTEGER NOT NULL CHECK (points > 0),
  remaining INTEGER NOT NULL CHECK (remaining BETWEEN 0 AND points),
  spendable_from TEXT NOT NULL,
  expires_on TEXT NOT NULL DEFAULT '9999-12-31',
  earned_on TEXT NOT NULL,
  from_lot INTEGER REFERENCES lot
) STRICT
-- next
CREATE INDEX lot_fifo ON lot (member_id, expires_on, earned_on, id) WHERE remaining > 0
-- next
CREATE INDEX lot_entry ON lot (entry_id)
-- next
CREATE INDEX lot_expiring ON lot (expires_on, member_id) WHERE remaining > 0 AND expires_on < '9999-12-31'
-- next
CREATE INDEX lot_pending ON lot (spendable_from) WHERE remaining > 0
-- next
CREATE INDEX lot_from ON lot (from_lot) WHERE from_lot IS NOT NULL
-- next
CREATE TABLE lot_use (
  id INTEGER PRIMARY KEY,
  entry_id INTEGER NOT NULL REFERENCES entry,
  at_entry INTEGER NOT NULL REFERENCES entry,
  lot_id INTEGER NOT NULL REFERENCES lot,
  points INTEGER NOT NULL CHECK (points <> 0)
) STRICT
-- next
CREATE INDEX lot_use_lot ON lot_use (lot_id)
-- next
CREATE INDEX lot_use_entry ON lot_use (entry_id)
-- next
CREATE INDEX lot_use_at ON lot_use (at_entry)
-- next
CREATE TABLE import_batch (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('purchases', 'members')),
  file TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  source TEXT NOT NULL,
  mapping TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('running', 'done', 'undoing', 'undone')),
  policy TEXT NOT NULL CHECK (policy IN ('all', 'good')),
  branch_id INTEGER NOT NULL REFERENCES branch,
  operator_id INTEGER NOT NULL REFERENCES operator,
  started_at TEXT NOT NULL,
  finished_at TEXT NOT NULL DEFAULT '',
  rows_read INTEGER NOT NULL DEFAULT 0,
  rows_good INTEGER NOT NULL DEFAULT 0,
  rows_bad INTEGER NOT NULL DEFAULT 0,
  figures TEXT NOT NULL DEFAULT ''
) STRICT
-- next
CREATE INDEX import_batch_file ON import_batch (sha256)
-- next
CREATE INDEX import_batch_kind ON import_batch (kind, id)
-- next
CREATE TABLE import_problem (
  id INTEGER PRIMARY KEY,
  batch_id INTEGER NOT NULL REFERENCES import_batch,
  row_number INTEGER NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('error', 'warning')),
  field TEXT NOT NULL,
  message TEXT NOT NULL,
  facts TEXT NOT NULL,
  cells TEXT NOT NULL
) STRICT
-- next
CREATE INDEX import_problem_batch ON import_problem (batch_id, row_number)
-- next
CREATE TABLE import_member (
  batch_id INTEGER NOT NULL REFERENCES import_batch,
  member_id INTEGER NOT NULL REFERENCES member,
  made INTEGER NOT NULL CHECK (made IN (0, 1)),
  entry_id INTEGER REFERENCES entry,
  undone_by INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (batch_id, member_id)
) STRICT, WITHOUT ROWID
-- next
CREATE INDEX import_member_member ON import_member (member_id)
-- next
CREATE TABLE purchase (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  number TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('sale', 'refund')),
  refunds_id INTEGER REFERENCES purchase,
  member_id INTEGER REFERENCES member,
  branch_id INTEGER NOT NULL REFERENCES branch,
  business_date TEXT NOT NULL,
  bought_at TEXT NOT NULL,
  amount INTEGER NOT NULL,
  earned INTEGER NOT NULL DEFAULT 0,
  operation_id INTEGER NOT NULL REFERENCES operation,
  batch_id INTEGER REFERENCES import_batch,
  voided_by INTEGER NOT NULL DEFAULT 0,
  UNIQUE (source, number, voided_by)
) STRICT
-- next
CREATE INDEX purchase_member ON purchase (member_id, business_date) WHERE member_id IS NOT NULL
-- next
CREATE INDEX purchase_day ON purchase (business_date, id)
-- next
CREATE INDEX purchase_refunds ON purchase (refunds_id) WHERE refunds_id IS NOT NULL
-- next
CREATE INDEX purchase_batch ON purchase (batch_id) WHERE batch_id IS NOT NULL
-- next
CREATE INDEX purchase_operation ON purchase (operation_id)
-- next
CREATE INDEX purchase_number ON purchase (number)
-- next
CREATE TABLE purchase_line (
  purchase_id INTEGER NOT NULL REFERENCES purchase,
  n INTEGER NOT NULL,
  sku TEXT NOT NULL,
  description TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  earned INTEGER NOT NULL,
  refunds_n INTEGER,
  PRIMARY KEY (purchase_id, n)
) STRICT, WITHOUT ROWID
-- next
CREATE TABLE category (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  position INTEGER NOT NULL DEFAULT 0,
  version INTEGER NOT NULL DEFAULT 1
) STRICT
-- next
CREATE TABLE item (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  barcode TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL,
  sort_name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('goods', 'voucher', 'service', 'draw')),
  category_id INTEGER REFERENCES category,
  category_key TEXT NOT NULL DEFAULT '',
  from_points INTEGER NOT NULL DEFAULT 0,
  description TEXT NOT NULL DEFAULT '',
  shelf TEXT NOT NULL DEFAULT '',
  cost INTEGER NOT NULL DEFAULT 0 CHECK (cost >= 0),
  market_price INTEGER NOT NULL DEFAULT 0 CHECK (market_price >= 0),
  visible INTEGER NOT NULL DEFAULT 1 CHECK (visible IN (0, 1)),
  created_at TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1
) STRICT
-- next
CREATE INDEX item_name ON item (sort_name, id)
-- next
CREATE INDEX item_category ON item (category_id)
-- next
CREATE INDEX item_category_key ON item (category_key, id)
-- next
CREATE INDEX item_points ON item (from_points, id)
-- next
CREATE UNIQUE INDEX item_barcode ON item (barcode) WHERE barcode <> ''
-- next
CREATE TABLE item_picture (
  item_id INTEGER PRIMARY KEY REFERENCES item,
  image BLOB NOT NULL,
  thumbnail BLOB NOT NULL,
  sha256 TEXT NOT NULL
) STRICT
-- next
CREATE TABLE offer (
  id INTEGER PRIMARY KEY,
  item_id INTEGER NOT NULL REFERENCES item,
  points INTEGER NOT NULL CHECK (points >= 0),
  cash INTEGER NOT NULL DEFAULT 0 CHECK (cash >= 0),
  min_rank INTEGER NOT NULL DEFAULT 0,
  starts_on TEXT NOT NULL DEFAULT '0001-01-01',
  ends_on TEXT NOT NULL DEFAULT '9999-12-31',
  per_member INTEGER NOT NULL DEFAULT 0 CHECK (per_member >= 0),
  active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  version INTEGER NOT NULL DEFAULT 1,
  CHECK (points > 0 OR cash > 0),
  CHECK (ends_on >= starts_on)
) STRICT
-- next
CREATE INDEX offer_item ON offer (item_id)
-- next
CREATE TABLE stock (
  branch_id INTEGER NOT NULL REFERENCES branch,
  item_id INTEGER NOT NULL REFERENCES item,
  last_seq INTEGER NOT NULL DEFAULT 0,
  on_hand INTEGER NOT NULL DEFAULT 0 CHECK (on_hand >= 0),
  reserved INTEGER NOT NULL DEFAULT 0 CHECK (reserved >= 0 AND reserved <= on_hand),
  safety INTEGER NOT NULL DEFAULT 0 CHECK (safety >= 0),
  version INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (branch_id, item_id)
) STRICT
-- next
CREATE INDEX stock_item ON stock (item_id)
-- next
CREATE TABLE movement (
  id INTEGER PRIMARY KEY,
  operation_id INTEGER NOT NULL REFERENCES operation,
  branch_id INTEGER NOT NULL,
  item_id INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('receive', 'issue', 'transfer', 'count', 'write_off', 'return', 'reserve', 'release')),
  quantity INTEGER NOT NULL,
  reserving INTEGER NOT NULL,
  on_hand_after INTEGER NOT NULL,
  reserved_after INTEGER NOT NULL,
  redemption_line_id INTEGER,
  unit_cost INTEGER NOT NULL DEFAULT 0,
  reason TEXT NOT NULL DEFAULT '',
  business_date TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  UNIQUE (branch_id, item_id, seq),
  FOREIGN KEY (branch_id, item_id) REFERENCES stock,
  CHECK (quantity <> 0 OR reserving <> 0),
  CHECK (quantity BETWEEN -1000000000 AND 1000000000 AND reserving BETWEEN -1000000000 AND 1000000000)
) STRICT
-- next
CREATE INDEX movement_operation ON movement (operation_id)
-- next
CREATE INDEX movement_line ON movement (redemption_line_id) WHERE redemption_line_id IS NOT NULL
-- next
CREATE INDEX movement_item ON movement (item_id, id)
-- next
CREATE INDEX movement_day ON movement (business_date, id)
-- next
CREATE TABLE redemption (
  id INTEGER PRIMARY KEY,
  number TEXT NOT NULL UNIQUE,
  member_id INTEGER NOT NULL REFERENCES member,
  branch_id INTEGER NOT NULL REFERENCES branch,
  delivery TEXT NOT NULL CHECK (delivery IN ('ship', 'pickup', 'none')),
  state TEXT NOT NULL CHECK (state IN ('placed', 'picking', 'packed', 'shipped', 'delivered', 'ready', 'collected',
    'issued', 'booked', 'used', 'missed', 'cancelled', 'returned')),
  priority INTEGER NOT NULL DEFAULT 0,
  placed_at TEXT NOT NULL,
  placed_on TEXT NOT NULL,
  promised_on TEXT NOT NULL,
  queue_key TEXT NOT NULL,
  state_since TEXT NOT NULL,
  pickup_code TEXT NOT NULL DEFAULT '',
  recipient TEXT NOT NULL DEFAULT '',
  phone TEXT NOT NULL DEFAULT '',
  address TEXT NOT NULL DEFAULT '',
  carrier TEXT NOT NULL DEFAULT '',
  tracking TEXT NOT NULL DEFAULT '',
  remark TEXT NOT NULL DEFAULT '',
  points INTEGER NOT NULL CHECK (points >= 0),
  cash INTEGER NOT NULL CHECK (cash >= 0),
  slips INTEGER NOT NULL DEFAULT 0,
  operation_id INTEGER NOT NULL REFERENCES operation,
  version INTEGER NOT NULL DEFAULT 1
) STRICT
-- next
CREATE INDEX redemption_queue ON redemption (state, queue_key, id)
-- next
CREATE INDEX redemption_state ON redemption (state, id)
-- next
CREATE INDEX redemption_member ON redemption (member_id, id)
-- next
CREATE INDEX redemption_day ON redemption (placed_on, id)
-- next
CREATE INDEX redemption_pickup ON redemption (pickup_code) WHERE pickup_code <> ''
-- next
CREATE INDEX redemption_tracking ON redemption (tracking) WHERE tracking <> ''
-- next
CREATE TABLE redemption_line (
  id INTEGER PRIMARY KEY,
  redemption_id INTEGER NOT NULL REFERENCES redemption,
  n INTEGER NOT NULL,
  item_id INTEGER NOT NULL REFERENCES item,
  offer_id INTEGER NOT NULL REFERENCES offer,
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  undone INTEGER NOT NULL DEFAULT 0 CHECK (undone BETWEEN 0 AND quantity),
  points INTEGER NOT NULL CHECK (points >= 0),
  cash INTEGER NOT NULL CHECK (cash >= 0),
  state TEXT NOT NULL,
  entry_id INTEGER REFERENCES entry,
  UNIQUE (redemption_id, n)
) STRICT
-- next
CREATE INDEX redemption_line_item ON redemption_line (item_id)
-- next
CREATE INDEX redemption_line_offer ON redemption_line (offer_id)
-- next
CREATE TABLE redemption_event (
  id INTEGER PRIMARY KEY,
  operation_id INTEGER NOT NULL REFERENCES operation,
  redemption_id INTEGER NOT NULL REFERENCES redemption,
  line_id INTEGER REFERENCES redemption_line,
  from_state TEXT NOT NULL,
  to_state TEXT NOT NULL,
  quantity INTEGER NOT NULL DEFAULT 0,
  note TEXT NOT NULL DEFAULT '',
  business_date TEXT NOT NULL,
  recorded_at TEXT NOT NULL
) STRICT
-- next
CREATE INDEX redemption_event_order ON redemption_event (redemption_id, id)
-- next
CREATE INDEX redemption_event_operation ON redemption_event (operation_id)
-- next
CREATE TABLE payment (
  id INTEGER PRIMARY KEY,
  operation_id INTEGER NOT NULL REFERENCES operation,
  redemption_id INTEGER NOT NULL REFERENCES redemption,
  amount INTEGER NOT NULL CHECK (amount <> 0),
  branch_id INTEGER NOT NULL REFERENCES branch,
  business_date TEXT NOT NULL,
  recorded_at TEXT NOT NULL
) STRICT
-- next
CREATE INDEX payment_operation ON payment (operation_id)
-- next
CREATE INDEX payment_redemption ON payment (redemption_id)
-- next
CREATE INDEX payment_day ON payment (business_date)
-- next
CREATE TRIGGER entry_guard BEFORE INSERT ON entry BEGIN
  SELECT RAISE(ABORT, 'entry exists') WHERE EXISTS (SELECT 1 FROM entry WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM entry WHERE operation_id = NEW.operation_id AND n = NEW.n)
    OR EXISTS (SELECT 1 FROM entry WHERE member_id = NEW.member_id AND seq = NEW.seq);
  SELECT RAISE(ABORT, 'chain broken') WHERE NOT EXISTS (SELECT 1 FROM member WHERE id = NEW.member_id AND last_seq + 1 = NEW.seq
    AND head = NEW.prev AND balance - owed + unlotted - unused + NEW.points = NEW.net_after);
  SELECT RAISE(ABORT, 'hash') WHERE NEW.hash IS NOT h('1|' || NEW.prev || '|' || NEW.member_id || '|' || NEW.seq || '|' || NEW.kind
    || '|' || NEW.points || '|' || NEW.owes || '|' || NEW.net_after || '|' || coalesce(NEW.reverses_id, 0) || '|' || NEW.reason
    || '|' || NEW.source_kind || '|' || coalesce(NEW.source_id, 0) || '|' || NEW.operation_id || '|' || NEW.n
    || '|' || NEW.operator_id || '|' || NEW.branch_id || '|' || NEW.business_date || '|' || NEW.recorded_at
    || '|' || CASE WHEN NEW.note = '' THEN '' ELSE h(NEW.note) END || '|' || CASE WHEN NEW.explain = '' THEN '' ELSE h(NEW.explain) END);
END
-- next
CREATE TRIGGER entry_reverses BEFORE INSERT ON entry WHEN NEW.reverses_id IS NOT NULL BEGIN
  SELECT RAISE(ABORT, 'more than the entry reversed') WHERE NOT EXISTS (SELECT 1 FROM entry o WHERE o.id = NEW.reverses_id
    AND o.member_id = NEW.member_id AND (o.points > 0) <> (NEW.points > 0)
    AND abs(NEW.points + coalesce((SELECT sum(x.points + coalesce((SELECT sum(y.points) FROM entry y WHERE y.reverses_id = x.id), 0))
      FROM entry x WHERE x.reverses_id = o.id), 0)) <= abs(o.points));
  SELECT RAISE(ABORT, 'a reversal of a reversal of a reversal') WHERE EXISTS (SELECT 1 FROM entry o JOIN entry p ON p.id = o.reverses_id
    WHERE o.id = NEW.reverses_id AND p.reverses_id IS NOT NULL);
END
-- next
CREATE TRIGGER entry_post AFTER INSERT ON entry BEGIN
  UPDATE member SET last_seq = NEW.seq, head = NEW.hash, owed = owed + NEW.owes,
    unlotted = unlotted + CASE WHEN NEW.points > 0 THEN NEW.points ELSE 0 END,
    unused = unused + CASE WHEN NEW.points < 0 THEN -NEW.points - NEW.owes ELSE 0 END WHERE id = NEW.member_id;
  SELECT RAISE(ABORT, 'member not moved') WHERE (SELECT last_seq FROM member WHERE id = NEW.member_id) IS NOT NEW.seq
    OR (SELECT head FROM member WHERE id = NEW.member_id) IS NOT NEW.hash;
END
-- next
CREATE TRIGGER lot_guard BEFORE INSERT ON lot BEGIN
  SELECT RAISE(ABORT, 'lot exists') WHERE EXISTS (SELECT 1 FROM lot WHERE id = NEW.id);
  SELECT RAISE(ABORT, 'lot not of this credit') WHERE NEW.remaining <> NEW.points
    OR NOT EXISTS (SELECT 1 FROM entry WHERE id = NEW.entry_id AND member_id = NEW.member_id AND points > 0);
END
-- next
CREATE TRIGGER lot_open AFTER INSERT ON lot BEGIN
  UPDATE member SET balance = balance + NEW.points, unlotted = unlotted - NEW.points WHERE id = NEW.member_id;
  SELECT RAISE(ABORT, 'more than the credit') WHERE (SELECT unlotted FROM member WHERE id = NEW.member_id) < 0
    OR (SELECT coalesce(sum(points), 0) FROM lot WHERE entry_id = NEW.entry_id) > (SELECT points FROM entry WHERE id = NEW.entry_id);
END
-- next
CREATE TRIGGER lot_use_guard BEFORE INSERT ON lot_use BEGIN
  SELECT RAISE(ABORT, 'use exists') WHERE EXISTS (SELECT 1 FROM lot_use WHERE id = NEW.id);
  SELECT RAISE(ABORT, 'not one member') WHERE NOT EXISTS (SELECT 1 FROM lot l JOIN entry e ON e.id = NEW.entry_id
    JOIN entry a ON a.id = NEW.at_entry
    WHERE l.id = NEW.lot_id AND l.member_id = e.member_id AND a.member_id = e.member_id AND e.points < 0
      AND l.remaining - NEW.points BETWEEN 0 AND l.points
      AND (NEW.points > 0 OR a.reverses_id = e.id) AND (NEW.entry_id = NEW.at_entry OR a.points > 0));
  SELECT RAISE(ABORT, 'lot pending or expired') WHERE NEW.points > 0 AND NEW.entry_id = NEW.at_entry AND NOT EXISTS (
    SELECT 1 FROM lot l JOIN entry e ON e.id = NEW.entry_id WHERE l.id = NEW.lot_id
      AND (e.kind IN ('expire', 'merge') OR l.entry_id = e.reverses_id OR (l.expires_on >= e.business_date
        AND (l.spendable_from <= e.business_date OR e.kind = 'clawback'))));
  SELECT RAISE(ABORT, 'not owed') WHERE NEW.points > 0 AND NEW.entry_id <> NEW.at_entry AND NOT EXISTS (
    SELECT 1 FROM entry e WHERE e.id = NEW.entry_id AND e.owes >= NEW.points
      + coalesce((SELECT sum(points) FROM lot_use WHERE entry_id = e.id AND at_entry <> e.id AND points > 0), 0));
END
-- next
CREATE TRIGGER lot_use_take AFTER INSERT ON lot_use BEGIN
  UPDATE lot SET remaining = remaining - NEW.points WHERE id = NEW.lot_id;
  UPDATE member SET balance = balance - NEW.points,
    unused = unused - CASE WHEN NEW.points > 0 AND NEW.entry_id = NEW.at_entry THEN NEW.points ELSE 0 END,
    owed = owed - CASE WHEN NEW.points > 0 AND NEW.entry_id <> NEW.at_entry THEN NEW.points ELSE 0 END,
    unlotted = unlotted + CASE WHEN NEW.points < 0 THEN NEW.points ELSE 0 END
    WHERE id = (SELECT member_id FROM entry WHERE id = NEW.entry_id);
  SELECT RAISE(ABORT, 'more than the posting') WHERE EXISTS (SELECT 1 FROM member
      WHERE id = (SELECT member_id FROM entry WHERE id = NEW.entry_id) AND (unused < 0 OR unlotted < 0 OR balance < 0 OR owed < 0))
    OR (SELECT remaining FROM lot WHERE id = NEW.lot_id)
      IS NOT (SELECT points FROM lot WHERE id = NEW.lot_id) - (SELECT sum(points) FROM lot_use WHERE lot_id = NEW.lot_id)
    OR (SELECT sum(points) FROM lot_use WHERE entry_id = NEW.entry_id) < 0;
END
-- next
CREATE TRIGGER member_frozen BEFORE UPDATE OF last_seq, head, balance, owed, unlotted, unused ON member BEGIN
  SELECT RAISE(ABORT, 'balances follow entries') WHERE NEW.balance - NEW.owed + NEW.unlotted - NEW.unused IS NOT
      coalesce((SELECT net_after FROM entry WHERE member_id = NEW.id AND seq = NEW.last_seq), 0)
    OR NEW.last_seq IS NOT coalesce((SELECT max(seq) FROM entry WHERE member_id = NEW.id), 0)
    OR NEW.head IS NOT coalesce((SELECT hash FROM entry WHERE member_id = NEW.id AND seq = NEW.last_seq), '')
    OR NEW.balance IS NOT coalesce((SELECT sum(remaining) FROM lot WHERE member_id = NEW.id AND remaining > 0), 0)
    OR NEW.unlotted NOT BETWEEN 0 AND 1000000000000000 OR NEW.unused NOT BETWEEN 0 AND 1000000000000000;
END
-- next
CREATE TRIGGER member_new BEFORE INSERT ON member BEGIN
  SELECT RAISE(ABORT, 'member exists or is not empty') WHERE EXISTS (SELECT 1 FROM member WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM member WHERE card_number = NEW.card_number)
    OR EXISTS (SELECT 1 FROM member WHERE NEW.phone <> '' AND phone = NEW.phone AND phone <> '' AND closed_at = '' AND NEW.closed_at = '')
    OR EXISTS (SELECT 1 FROM member WHERE NEW.source <> '' AND source = NEW.source AND source <> '' AND source_number = NEW.source_number)
    OR NEW.last_seq <> 0 OR NEW.head <> '' OR NEW.balance <> 0 OR NEW.owed <> 0 OR NEW.unlotted <> 0 OR NEW.unused <> 0;
END
-- next
CREATE TRIGGER member_id_frozen BEFORE UPDATE OF id ON member BEGIN
  SELECT RAISE(ABORT, 'member is a ledger') WHERE NEW.id <> OLD.id;
END
-- next
CREATE TRIGGER member_unique BEFORE UPDATE OF phone, card_number, source, source_number, closed_at ON member BEGIN
  SELECT RAISE(ABORT, 'member exists') WHERE EXISTS (SELECT 1 FROM member WHERE id <> NEW.id AND card_number = NEW.card_number)
    OR EXISTS (SELECT 1 FROM member WHERE id <> NEW.id AND NEW.phone <> '' AND NEW.closed_at = '' AND phone = NEW.phone
      AND phone <> '' AND closed_at = '')
    OR EXISTS (SELECT 1 FROM member WHERE id <> NEW.id AND NEW.source <> '' AND source = NEW.source AND source <> ''
      AND source_number = NEW.source_number);
END
-- next
CREATE TRIGGER lot_frozen BEFORE UPDATE ON lot BEGIN
  SELECT RAISE(ABORT, 'lots follow uses') WHERE NEW.id <> OLD.id OR NEW.points <> OLD.points OR NEW.member_id <> OLD.member_id
    OR NEW.entry_id <> OLD.entry_id OR NEW.expires_on <> OLD.expires_on OR NEW.earned_on <> OLD.earned_on
    OR NEW.spendable_from <> OLD.spendable_from OR NEW.from_lot IS NOT OLD.from_lot
    OR NEW.remaining IS NOT NEW.points - coalesce((SELECT sum(points) FROM lot_use WHERE lot_id = NEW.id), 0);
END
-- next
CREATE TRIGGER movement_guard BEFORE INSERT ON movement BEGIN
  SELECT RAISE(ABORT, 'movement exists') WHERE EXISTS (SELECT 1 FROM movement WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM movement WHERE branch_id = NEW.branch_id AND item_id = NEW.item_id AND seq = NEW.seq);
  SELECT RAISE(ABORT, 'stock chain broken') WHERE NOT EXISTS (SELECT 1 FROM stock WHERE branch_id = NEW.branch_id
    AND item_id = NEW.item_id AND last_seq + 1 = NEW.seq AND on_hand + NEW.quantity = NEW.on_hand_after
    AND reserved + NEW.reserving = NEW.reserved_after);
  SELECT RAISE(ABORT, 'stock below zero') WHERE NEW.on_hand_after < 0 OR NEW.reserved_after < 0
    OR NEW.reserved_after > NEW.on_hand_after;
END
-- next
CREATE TRIGGER movement_post AFTER INSERT ON movement BEGIN
  UPDATE stock SET last_seq = NEW.seq, on_hand = NEW.on_hand_after, reserved = NEW.reserved_after
    WHERE branch_id = NEW.branch_id AND item_id = NEW.item_id;
  SELECT RAISE(ABORT, 'stock not moved') WHERE NOT EXISTS (SELECT 1 FROM stock WHERE branch_id = NEW.branch_id
    AND item_id = NEW.item_id AND last_seq = NEW.seq AND on_hand = NEW.on_hand_after AND reserved = NEW.reserved_after);
END
-- next
CREATE TRIGGER stock_frozen BEFORE UPDATE OF branch_id, item_id, last_seq, on_hand, reserved ON stock BEGIN
  SELECT RAISE(ABORT, 'stock follows movements') WHERE NEW.branch_id <> OLD.branch_id OR NEW.item_id <> OLD.item_id
    OR NEW.last_seq IS NOT coalesce((SELECT max(seq) FROM movement WHERE branch_id = NEW.branch_id AND item_id = NEW.item_id), 0)
    OR NEW.on_hand IS NOT coalesce((SELECT on_hand_after FROM movement
      WHERE branch_id = NEW.branch_id AND item_id = NEW.item_id AND seq = NEW.last_seq), 0)
    OR NEW.reserved IS NOT coalesce((SELECT reserved_after FROM movement
      WHERE branch_id = NEW.branch_id AND item_id = NEW.item_id AND seq = NEW.last_seq), 0);
END
-- next
CREATE TRIGGER stock_new BEFORE INSERT ON stock BEGIN
  SELECT RAISE(ABORT, 'stock exists or is not empty') WHERE NEW.last_seq <> 0 OR NEW.on_hand <> 0 OR NEW.reserved <> 0
    OR EXISTS (SELECT 1 FROM stock WHERE branch_id = NEW.branch_id AND item_id = NEW.item_id);
END
-- next
CREATE TRIGGER purchase_guard BEFORE INSERT ON purchase BEGIN
  SELECT RAISE(ABORT, 'purchase exists') WHERE NEW.voided_by <> 0 OR EXISTS (SELECT 1 FROM purchase WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM purchase WHERE source = NEW.source AND number = NEW.number AND voided_by = 0);
END
-- next
CREATE TRIGGER purchase_frozen BEFORE UPDATE ON purchase BEGIN
  SELECT RAISE(ABORT, 'purchase is a ledger') WHERE OLD.voided_by <> 0
    OR NOT EXISTS (SELECT 1 FROM operation WHERE id = NEW.voided_by)
    OR (NEW.id, NEW.source, NEW.number, NEW.kind, NEW.refunds_id, NEW.member_id, NEW.branch_id, NEW.business_date, NEW.bought_at,
        NEW.amount, NEW.earned, NEW.operation_id, NEW.batch_id)
      IS NOT (OLD.id, OLD.source, OLD.number, OLD.kind, OLD.refunds_id, OLD.member_id, OLD.branch_id, OLD.business_date,
        OLD.bought_at, OLD.amount, OLD.earned, OLD.operation_id, OLD.batch_id);
END
-- next
CREATE TRIGGER approval_frozen BEFORE UPDATE ON approval BEGIN
  SELECT RAISE(ABORT, 'approval is decided or changed') WHERE OLD.state <> 'open'
    OR (NEW.id, NEW.kind, NEW.request, NEW.parameters, NEW.summary, NEW.member_id, NEW.points, NEW.reason, NEW.branch_id,
        NEW.requester_id, NEW.requested_at, NEW.expires_at)
      IS NOT (OLD.id, OLD.kind, OLD.request, OLD.parameters, OLD.summary, OLD.member_id, OLD.points, OLD.reason, OLD.branch_id,
        OLD.requester_id, OLD.requested_at, OLD.expires_at);
END
-- next
CREATE TRIGGER approval_new BEFORE INSERT ON approval BEGIN
  SELECT RAISE(ABORT, 'approval exists or is decided') WHERE NEW.state <> 'open' OR NEW.decider_id IS NOT NULL
    OR NEW.operation_id IS NOT NULL OR EXISTS (SELECT 1 FROM approval WHERE id = NEW.id OR request = NEW.request);
END
-- next
CREATE TRIGGER operation_no_update BEFORE UPDATE ON operation BEGIN SELECT RAISE(ABORT, 'operation is a ledger'); END
-- next
CREATE TRIGGER operation_no_delete BEFORE DELETE ON operation BEGIN SELECT RAISE(ABORT, 'operation is a ledger'); END
-- next
CREATE TRIGGER operation_no_replace BEFORE INSERT ON operation BEGIN SELECT RAISE(ABORT, 'operation exists') WHERE EXISTS (SELECT 1 FROM operation WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM operation WHERE request = NEW.request); END
-- next
CREATE TRIGGER receipt_no_update BEFORE UPDATE ON receipt BEGIN SELECT RAISE(ABORT, 'receipt is a ledger'); END
-- next
CREATE TRIGGER receipt_no_delete BEFORE DELETE ON receipt BEGIN SELECT RAISE(ABORT, 'receipt is a ledger'); END
-- next
CREATE TRIGGER receipt_no_replace BEFORE INSERT ON receipt BEGIN SELECT RAISE(ABORT, 'receipt exists') WHERE EXISTS (SELECT 1 FROM receipt WHERE operation_id = NEW.operation_id); END
-- next
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is a ledger'); END
-- next
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is a ledger'); END
-- next
CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'audit exists') WHERE EXISTS (SELECT 1 FROM audit WHERE id = NEW.id); END
-- next
CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'entry is a ledger'); END
-- next
CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'entry is a ledger'); END
-- next
CREATE TRIGGER lot_use_no_update BEFORE UPDATE ON lot_use BEGIN SELECT RAISE(ABORT, 'lot_use is a ledger'); END
-- next
CREATE TRIGGER lot_use_no_delete BEFORE DELETE ON lot_use BEGIN SELECT RAISE(ABORT, 'lot_use is a ledger'); END
-- next
CREATE TRIGGER movement_no_update BEFORE UPDATE ON movement BEGIN SELECT RAISE(ABORT, 'movement is a ledger'); END
-- next
CREATE TRIGGER movement_no_delete BEFORE DELETE ON movement BEGIN SELECT RAISE(ABORT, 'movement is a ledger'); END
-- next
CREATE TRIGGER purchase_line_no_update BEFORE UPDATE ON purchase_line BEGIN SELECT RAISE(ABORT, 'purchase_line is a ledger'); END
-- next
CREATE TRIGGER purchase_line_no_delete BEFORE DELETE ON purchase_line BEGIN SELECT RAISE(ABORT, 'purchase_line is a ledger'); END
-- next
CREATE TRIGGER purchase_line_no_replace BEFORE INSERT ON purchase_line BEGIN SELECT RAISE(ABORT, 'purchase_line exists') WHERE EXISTS (SELECT 1 FROM purchase_line WHERE purchase_id = NEW.purchase_id AND n = NEW.n); END
-- next
CREATE TRIGGER tier_change_no_update BEFORE UPDATE ON tier_change BEGIN SELECT RAISE(ABORT, 'tier_change is a ledger'); END
-- next
CREATE TRIGGER tier_change_no_delete BEFORE DELETE ON tier_change BEGIN SELECT RAISE(ABORT, 'tier_change is a ledger'); END
-- next
CREATE TRIGGER tier_change_no_replace BEFORE INSERT ON tier_change BEGIN SELECT RAISE(ABORT, 'tier_change exists') WHERE EXISTS (SELECT 1 FROM tier_change WHERE id = NEW.id); END
-- next
CREATE TRIGGER redemption_event_no_update BEFORE UPDATE ON redemption_event BEGIN SELECT RAISE(ABORT, 'redemption_event is a ledger'); END
-- next
CREATE TRIGGER redemption_event_no_delete BEFORE DELETE ON redemption_event BEGIN SELECT RAISE(ABORT, 'redemption_event is a ledger'); END
-- next
CREATE TRIGGER redemption_event_no_replace BEFORE INSERT ON redemption_event BEGIN SELECT RAISE(ABORT, 'redemption_event exists') WHERE EXISTS (SELECT 1 FROM redemption_event WHERE id = NEW.id); END
-- next
CREATE TRIGGER payment_no_update BEFORE UPDATE ON payment BEGIN SELECT RAISE(ABORT, 'payment is a ledger'); END
-- next
CREATE TRIGGER payment_no_delete BEFORE DELETE ON payment BEGIN SELECT RAISE(ABORT, 'payment is a ledger'); END
-- next
CREATE TRIGGER payment_no_replace BEFORE INSERT ON payment BEGIN SELECT RAISE(ABORT, 'payment exists') WHERE EXISTS (SELECT 1 FROM payment WHERE id = NEW.id); END
-- next
CREATE TRIGGER anchor_no_update BEFORE UPDATE ON anchor BEGIN SELECT RAISE(ABORT, 'anchor is a ledger'); END
-- next
CREATE TRIGGER anchor_no_delete BEFORE DELETE ON anchor BEGIN SELECT RAISE(ABORT, 'anchor is a ledger'); END
-- next
CREATE TRIGGER anchor_no_replace BEFORE INSERT ON anchor BEGIN SELECT RAISE(ABORT, 'anchor exists') WHERE EXISTS (SELECT 1 FROM anchor WHERE id = NEW.id); END
-- next
CREATE TRIGGER backup_no_update BEFORE UPDATE ON backup BEGIN SELECT RAISE(ABORT, 'backup is a ledger'); END
-- next
CREATE TRIGGER backup_no_delete BEFORE DELETE ON backup BEGIN SELECT RAISE(ABORT, 'backup is a ledger'); END
-- next
CREATE TRIGGER backup_no_replace BEFORE INSERT ON backup BEGIN SELECT RAISE(ABORT, 'backup exists') WHERE EXISTS (SELECT 1 FROM backup WHERE id = NEW.id); END
-- next
CREATE TRIGGER zero_no_update BEFORE UPDATE ON zero BEGIN SELECT RAISE(ABORT, 'zero is a ledger'); END
-- next
CREATE TRIGGER zero_no_delete BEFORE DELETE ON zero BEGIN SELECT RAISE(ABORT, 'zero is a ledger'); END
-- next
CREATE TRIGGER zero_no_replace BEFORE INSERT ON zero BEGIN SELECT RAISE(ABORT, 'zero exists') WHERE EXISTS (SELECT 1 FROM zero WHERE n = NEW.n); END
-- next
CREATE TRIGGER member_no_delete BEFORE DELETE ON member BEGIN SELECT RAISE(ABORT, 'member is never deleted'); END
-- next
CREATE TRIGGER lot_no_delete BEFORE DELETE ON lot BEGIN SELECT RAISE(ABORT, 'lot is never deleted'); END
-- next
CREATE TRIGGER stock_no_delete BEFORE DELETE ON stock BEGIN SELECT RAISE(ABORT, 'stock is never deleted'); END
-- next
CREATE TRIGGER purchase_no_delete BEFORE DELETE ON purchase BEGIN SELECT RAISE(ABORT, 'purchase is never deleted'); END
-- next
CREATE TRIGGER approval_no_delete BEFORE DELETE ON approval BEGIN SELECT RAISE(ABORT, 'approval is never deleted'); END
-- next
CREATE TRIGGER redemption_no_delete BEFORE DELETE ON redemption BEGIN SELECT RAISE(ABORT, 'redemption is never deleted'); END
-- next
CREATE TRIGGER redemption_line_no_delete BEFORE DELETE ON redemption_line BEGIN SELECT RAISE(ABORT, 'redemption_line is never deleted'); END
-- next
CREATE TRIGGER card_no_delete BEFORE DELETE ON card BEGIN SELECT RAISE(ABORT, 'card is never deleted'); END
-- next
CREATE TRIGGER shop_no_delete BEFORE DELETE ON shop BEGIN SELECT RAISE(ABORT, 'shop is never deleted'); END
-- next
CREATE TRIGGER operator_no_delete BEFORE DELETE ON operator BEGIN SELECT RAISE(ABORT, 'operator is never deleted'); END
-- next
CREATE TRIGGER branch_no_delete BEFORE DELETE ON branch BEGIN SELECT RAISE(ABORT, 'branch is never deleted'); END
-- next
CREATE TRIGGER tier_no_delete BEFORE DELETE ON tier BEGIN SELECT RAISE(ABORT, 'tier is never deleted'); END
-- next
CREATE TRIGGER item_no_delete BEFORE DELETE ON item BEGIN SELECT RAISE(ABORT, 'item is never deleted'); END
-- next
CREATE TRIGGER offer_no_delete BEFORE DELETE ON offer BEGIN SELECT RAISE(ABORT, 'offer is never deleted'); END
-- next
CREATE TRIGGER shift_no_delete BEFORE DELETE ON shift BEGIN SELECT RAISE(ABORT, 'shift is never deleted'); END
-- next
CREATE TRIGGER import_batch_no_delete BEFORE DELETE ON import_batch BEGIN SELECT RAISE(ABORT, 'import_batch is never deleted'); END
-- next
INSERT INTO zero (n) VALUES (0)
