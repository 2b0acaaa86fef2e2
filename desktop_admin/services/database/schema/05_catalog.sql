-- The catalog: items, pictures, offers; and stock, which follows its movements.

CREATE TABLE category (
  id PK,
  name TEXT NOT NULL UNIQUE,
  position INT NOT NULL DEFAULT 0,
  version INT NOT NULL DEFAULT 1
);

CREATE TABLE item (
  id PK,
  code TEXT NOT NULL UNIQUE,               -- SKU; also what a scanner reads when there is no barcode
  barcode TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL,
  sort_name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('goods', 'voucher', 'service', 'draw')),
  category_id INT REFERENCES category,
  category_key TEXT NOT NULL DEFAULT '',   -- the category's position and name, so that items sort by it on an index
  from_points INT NOT NULL DEFAULT 0,      -- fewest points among its active offers; kept when offers are saved
  description TEXT NOT NULL DEFAULT '',
  shelf TEXT NOT NULL DEFAULT '',
  cost INT NOT NULL DEFAULT 0 CHECK (cost >= 0),             -- minor units
  market_price INT NOT NULL DEFAULT 0 CHECK (market_price >= 0),
  visible INT NOT NULL DEFAULT 1 CHECK (visible IN (0, 1)),
  created_at TEXT NOT NULL,
  version INT NOT NULL DEFAULT 1
);
CREATE INDEX item_name ON item (sort_name, id);
CREATE INDEX item_category ON item (category_id);
CREATE INDEX item_category_key ON item (category_key, id);
CREATE INDEX item_points ON item (from_points, id);
CREATE UNIQUE INDEX item_barcode ON item (barcode) WHERE barcode <> '';

CREATE TABLE item_picture (
  item_id INT PRIMARY KEY REFERENCES item,
  image BYTES NOT NULL,                    -- PNG or JPEG, at most 1600 pixels a side
  thumbnail BYTES NOT NULL,                -- PNG, 160 pixels
  sha256 TEXT NOT NULL
);

CREATE TABLE offer (
  id PK,
  item_id INT NOT NULL REFERENCES item,
  points INT NOT NULL CHECK (points >= 0),
  cash INT NOT NULL DEFAULT 0 CHECK (cash >= 0),             -- minor units
  min_rank INT NOT NULL DEFAULT 0,                           -- lowest tier rank that may take it
  starts_on TEXT NOT NULL DEFAULT '0001-01-01',
  ends_on TEXT NOT NULL DEFAULT '9999-12-31',
  per_member INT NOT NULL DEFAULT 0 CHECK (per_member >= 0), -- pieces per member in the offer's window; 0 = no limit
  active INT NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  version INT NOT NULL DEFAULT 1,
  CHECK (points > 0 OR cash > 0),
  CHECK (ends_on >= starts_on)
);
CREATE INDEX offer_item ON offer (item_id);

CREATE TABLE stock (
  branch_id INT NOT NULL REFERENCES branch,
  item_id INT NOT NULL REFERENCES item,
  last_seq INT NOT NULL DEFAULT 0,         -- this and the next two: written by triggers only
  on_hand INT NOT NULL DEFAULT 0 CHECK (on_hand >= 0),
  reserved INT NOT NULL DEFAULT 0 CHECK (reserved >= 0 AND reserved <= on_hand),
  safety INT NOT NULL DEFAULT 0 CHECK (safety >= 0),
  version INT NOT NULL DEFAULT 1,
  PRIMARY KEY (branch_id, item_id)
);
CREATE INDEX stock_item ON stock (item_id);

CREATE TABLE movement (
  id PK,
  operation_id INT NOT NULL REFERENCES operation,
  branch_id INT NOT NULL,
  item_id INT NOT NULL,
  seq INT NOT NULL,                        -- within branch and item: 1, 2, 3 ...
  kind TEXT NOT NULL CHECK (kind IN ('receive', 'issue', 'transfer', 'count', 'write_off', 'return', 'reserve', 'release')),
  quantity INT NOT NULL,                   -- change of on hand
  reserving INT NOT NULL,                  -- change of reserved
  on_hand_after INT NOT NULL,
  reserved_after INT NOT NULL,
  redemption_line_id INT,
  unit_cost INT NOT NULL DEFAULT 0,        -- minor units, where known
  reason TEXT NOT NULL DEFAULT '',
  business_date TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  UNIQUE (branch_id, item_id, seq),
  FOREIGN KEY (branch_id, item_id) REFERENCES stock,
  CHECK (quantity <> 0 OR reserving <> 0),
  CHECK (quantity BETWEEN -1000000000 AND 1000000000 AND reserving BETWEEN -1000000000 AND 1000000000)
);
CREATE INDEX movement_operation ON movement (operation_id);
CREATE INDEX movement_line ON movement (redemption_line_id) WHERE redemption_line_id IS NOT NULL;
CREATE INDEX movement_item ON movement (item_id, id);
CREATE INDEX movement_day ON movement (business_date, id);
