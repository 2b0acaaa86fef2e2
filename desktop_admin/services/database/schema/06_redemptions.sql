-- Redemptions: placing debits and reserves, fulfilling settles, cancelling gives back. Lines carry the states.

CREATE TABLE redemption (
  id PK,
  number TEXT NOT NULL UNIQUE,             -- printed and scanned
  member_id INT NOT NULL REFERENCES member,
  branch_id INT NOT NULL REFERENCES branch,                   -- whose stock it takes and where it is handed over
  delivery TEXT NOT NULL CHECK (delivery IN ('ship', 'pickup', 'none')),
  state TEXT NOT NULL CHECK (state IN ('placed', 'picking', 'packed', 'shipped', 'delivered', 'ready', 'collected',
    'issued', 'booked', 'used', 'missed', 'cancelled', 'returned')),
  priority INT NOT NULL DEFAULT 0,
  placed_at TEXT NOT NULL,
  placed_on TEXT NOT NULL,                 -- business date
  promised_on TEXT NOT NULL,
  queue_key TEXT NOT NULL,                 -- order in the queues: 9 - priority, then the promised day
  state_since TEXT NOT NULL,
  pickup_code TEXT NOT NULL DEFAULT '',
  recipient TEXT NOT NULL DEFAULT '',
  phone TEXT NOT NULL DEFAULT '',
  address TEXT NOT NULL DEFAULT '',
  carrier TEXT NOT NULL DEFAULT '',
  tracking TEXT NOT NULL DEFAULT '',
  remark TEXT NOT NULL DEFAULT '',
  points INT NOT NULL CHECK (points >= 0), -- as placed
  cash INT NOT NULL CHECK (cash >= 0),     -- as placed, minor units
  slips INT NOT NULL DEFAULT 0,            -- packing slips printed; a reprint is marked as a copy
  operation_id INT NOT NULL REFERENCES operation,
  version INT NOT NULL DEFAULT 1
);
CREATE INDEX redemption_queue ON redemption (state, queue_key, id);
CREATE INDEX redemption_state ON redemption (state, id);
CREATE INDEX redemption_member ON redemption (member_id, id);
CREATE INDEX redemption_day ON redemption (placed_on, id);
CREATE INDEX redemption_pickup ON redemption (pickup_code) WHERE pickup_code <> '';
CREATE INDEX redemption_tracking ON redemption (tracking) WHERE tracking <> '';

CREATE TABLE redemption_line (
  id PK,
  redemption_id INT NOT NULL REFERENCES redemption,
  n INT NOT NULL,
  item_id INT NOT NULL REFERENCES item,
  offer_id INT NOT NULL REFERENCES offer,
  quantity INT NOT NULL CHECK (quantity > 0),
  undone INT NOT NULL DEFAULT 0 CHECK (undone BETWEEN 0 AND quantity),   -- pieces cancelled or returned
  points INT NOT NULL CHECK (points >= 0), -- for the whole line, as placed
  cash INT NOT NULL CHECK (cash >= 0),
  state TEXT NOT NULL,
  entry_id INT REFERENCES entry,           -- the debit; empty for a line paid in cash alone
  UNIQUE (redemption_id, n)
);
CREATE INDEX redemption_line_item ON redemption_line (item_id);
CREATE INDEX redemption_line_offer ON redemption_line (offer_id);

CREATE TABLE redemption_event (
  id PK,
  operation_id INT NOT NULL REFERENCES operation,
  redemption_id INT NOT NULL REFERENCES redemption,
  line_id INT REFERENCES redemption_line,  -- empty: the whole order
  from_state TEXT NOT NULL,
  to_state TEXT NOT NULL,
  quantity INT NOT NULL DEFAULT 0,
  note TEXT NOT NULL DEFAULT '',
  business_date TEXT NOT NULL,
  recorded_at TEXT NOT NULL
);
CREATE INDEX redemption_event_order ON redemption_event (redemption_id, id);
CREATE INDEX redemption_event_operation ON redemption_event (operation_id);

-- cash taken and refunded for redemptions; a shift's till is counted against it
CREATE TABLE payment (
  id PK,
  operation_id INT NOT NULL REFERENCES operation,
  redemption_id INT NOT NULL REFERENCES redemption,
  amount INT NOT NULL CHECK (amount <> 0), -- minor units: > 0 taken, < 0 refunded
  branch_id INT NOT NULL REFERENCES branch,
  business_date TEXT NOT NULL,
  recorded_at TEXT NOT NULL
);
CREATE INDEX payment_operation ON payment (operation_id);
CREATE INDEX payment_redemption ON payment (redemption_id);
CREATE INDEX payment_day ON payment (business_date);
