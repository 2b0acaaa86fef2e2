-- Triggers of the books on PostgreSQL: the same laws as sqlite.sql, told by pg_trigger_depth() instead of re-deriving.
-- Whoever inserts an entry takes the member's lock first; a lost race is 40001 and the whole operation is tried again.

CREATE FUNCTION h(t text) RETURNS text LANGUAGE sql IMMUTABLE RETURN encode(sha256(convert_to(t, 'UTF8')), 'hex');

CREATE FUNCTION entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE m record; o record;
BEGIN
  SELECT last_seq, head, balance, owed, unlotted, unused INTO m FROM member WHERE id = NEW.member_id FOR NO KEY UPDATE;
  IF m.last_seq + 1 <> NEW.seq OR m.head <> NEW.prev OR m.balance - m.owed + m.unlotted - m.unused + NEW.points <> NEW.net_after THEN
    RAISE EXCEPTION 'chain broken' USING ERRCODE = '40001';
  END IF;
  IF NEW.hash <> h('1|' || NEW.prev || '|' || NEW.member_id || '|' || NEW.seq || '|' || NEW.kind
    || '|' || NEW.points || '|' || NEW.owes || '|' || NEW.net_after || '|' || coalesce(NEW.reverses_id, 0) || '|' || NEW.reason
    || '|' || NEW.source_kind || '|' || coalesce(NEW.source_id, 0) || '|' || NEW.operation_id || '|' || NEW.n
    || '|' || NEW.operator_id || '|' || NEW.branch_id || '|' || NEW.business_date || '|' || NEW.recorded_at
    || '|' || CASE WHEN NEW.note = '' THEN '' ELSE h(NEW.note) END || '|' || CASE WHEN NEW.explain = '' THEN '' ELSE h(NEW.explain) END)
  THEN RAISE EXCEPTION 'hash'; END IF;
  IF NEW.reverses_id IS NOT NULL THEN
    SELECT e.points, e.member_id, p.reverses_id AS third INTO o
      FROM entry e LEFT JOIN entry p ON p.id = e.reverses_id WHERE e.id = NEW.reverses_id;
    IF o.member_id IS DISTINCT FROM NEW.member_id OR (o.points > 0) = (NEW.points > 0)
      OR abs(NEW.points + coalesce((SELECT sum(x.points + coalesce((SELECT sum(y.points) FROM entry y WHERE y.reverses_id = x.id), 0))
        FROM entry x WHERE x.reverses_id = NEW.reverses_id), 0)) > abs(o.points) THEN
      RAISE EXCEPTION 'more than the entry reversed';
    END IF;
    IF o.third IS NOT NULL THEN RAISE EXCEPTION 'a reversal of a reversal of a reversal'; END IF;
  END IF;
  UPDATE member SET last_seq = NEW.seq, head = NEW.hash, owed = owed + NEW.owes, unlotted = unlotted + greatest(NEW.points, 0),
    unused = unused + CASE WHEN NEW.points < 0 THEN -NEW.points - NEW.owes ELSE 0 END WHERE id = NEW.member_id;
  RETURN NEW;
END $$;
CREATE TRIGGER entry_guard BEFORE INSERT ON entry FOR EACH ROW EXECUTE FUNCTION entry_guard();

CREATE FUNCTION lot_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.remaining <> NEW.points
    OR NOT EXISTS (SELECT 1 FROM entry WHERE id = NEW.entry_id AND member_id = NEW.member_id AND points > 0
      AND points >= NEW.points + coalesce((SELECT sum(l.points) FROM lot l WHERE l.entry_id = NEW.entry_id), 0)) THEN
    RAISE EXCEPTION 'lot not of this credit';
  END IF;
  UPDATE member SET balance = balance + NEW.points, unlotted = unlotted - NEW.points
    WHERE id = NEW.member_id AND unlotted >= NEW.points;
  IF NOT FOUND THEN RAISE EXCEPTION 'more than the credit'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER lot_open BEFORE INSERT ON lot FOR EACH ROW EXECUTE FUNCTION lot_open();

CREATE FUNCTION lot_use_take() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE e record; a record; l record; low bigint;
BEGIN
  SELECT id, member_id, points, owes, kind, business_date, reverses_id INTO e FROM entry WHERE id = NEW.entry_id;
  SELECT id, member_id, points, reverses_id INTO a FROM entry WHERE id = NEW.at_entry;
  SELECT entry_id, member_id, spendable_from, expires_on INTO l FROM lot WHERE id = NEW.lot_id;
  IF e.points IS NULL OR e.points >= 0 OR a.member_id IS DISTINCT FROM e.member_id OR l.member_id IS DISTINCT FROM e.member_id
    OR (NEW.points < 0 AND a.reverses_id IS DISTINCT FROM e.id) OR (NEW.entry_id <> NEW.at_entry AND a.points < 0) THEN
    RAISE EXCEPTION 'not one member';
  END IF;
  IF NEW.points > 0 AND e.id = a.id AND e.kind NOT IN ('expire', 'merge') AND l.entry_id IS DISTINCT FROM e.reverses_id
    AND (l.expires_on < e.business_date OR (l.spendable_from > e.business_date AND e.kind <> 'clawback')) THEN
    RAISE EXCEPTION 'lot pending or expired';
  END IF;
  IF NEW.points > 0 AND e.id <> a.id AND e.owes < NEW.points
    + coalesce((SELECT sum(points) FROM lot_use WHERE entry_id = e.id AND at_entry <> e.id AND points > 0), 0) THEN
    RAISE EXCEPTION 'not owed';
  END IF;
  IF NEW.points < 0 AND coalesce((SELECT sum(points) FROM lot_use WHERE entry_id = e.id), 0) + NEW.points < 0 THEN
    RAISE EXCEPTION 'more than the posting';
  END IF;
  UPDATE lot SET remaining = remaining - NEW.points WHERE id = NEW.lot_id;
  UPDATE member SET balance = balance - NEW.points,
    unused = unused - CASE WHEN NEW.points > 0 AND NEW.entry_id = NEW.at_entry THEN NEW.points ELSE 0 END,
    owed = owed - CASE WHEN NEW.points > 0 AND NEW.entry_id <> NEW.at_entry THEN NEW.points ELSE 0 END,
    unlotted = unlotted + least(NEW.points, 0) WHERE id = e.member_id RETURNING least(unused, unlotted) INTO low;
  IF low < 0 THEN RAISE EXCEPTION 'more than the posting'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER lot_use_take BEFORE INSERT ON lot_use FOR EACH ROW EXECUTE FUNCTION lot_use_take();

CREATE FUNCTION member_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_trigger_depth() < 2 AND (NEW.id, NEW.last_seq, NEW.head, NEW.balance, NEW.owed, NEW.unlotted, NEW.unused)
    IS DISTINCT FROM (OLD.id, OLD.last_seq, OLD.head, OLD.balance, OLD.owed, OLD.unlotted, OLD.unused) THEN
    RAISE EXCEPTION 'balances follow entries';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER member_frozen BEFORE UPDATE OF id, last_seq, head, balance, owed, unlotted, unused ON member
  FOR EACH ROW EXECUTE FUNCTION member_frozen();

CREATE FUNCTION member_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.last_seq <> 0 OR NEW.head <> '' OR NEW.balance <> 0 OR NEW.owed <> 0 OR NEW.unlotted <> 0 OR NEW.unused <> 0 THEN
    RAISE EXCEPTION 'member exists or is not empty';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER member_new BEFORE INSERT ON member FOR EACH ROW EXECUTE FUNCTION member_new();

CREATE FUNCTION lot_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_trigger_depth() < 2 OR (NEW.id, NEW.member_id, NEW.entry_id, NEW.points, NEW.spendable_from, NEW.expires_on, NEW.earned_on,
    NEW.from_lot) IS DISTINCT FROM (OLD.id, OLD.member_id, OLD.entry_id, OLD.points, OLD.spendable_from, OLD.expires_on,
    OLD.earned_on, OLD.from_lot) THEN
    RAISE EXCEPTION 'lots follow uses';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER lot_frozen BEFORE UPDATE ON lot FOR EACH ROW EXECUTE FUNCTION lot_frozen();

CREATE FUNCTION movement_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE s record;
BEGIN
  SELECT last_seq, on_hand, reserved INTO s FROM stock WHERE branch_id = NEW.branch_id AND item_id = NEW.item_id FOR NO KEY UPDATE;
  IF NOT FOUND OR s.last_seq + 1 <> NEW.seq OR s.on_hand + NEW.quantity <> NEW.on_hand_after
    OR s.reserved + NEW.reserving <> NEW.reserved_after THEN
    RAISE EXCEPTION 'stock chain broken' USING ERRCODE = '40001';
  END IF;
  IF NEW.on_hand_after < 0 OR NEW.reserved_after < 0 OR NEW.reserved_after > NEW.on_hand_after THEN
    RAISE EXCEPTION 'stock below zero';
  END IF;
  UPDATE stock SET last_seq = NEW.seq, on_hand = NEW.on_hand_after, reserved = NEW.reserved_after
    WHERE branch_id = NEW.branch_id AND item_id = NEW.item_id;
  RETURN NEW;
END $$;
CREATE TRIGGER movement_guard BEFORE INSERT ON movement FOR EACH ROW EXECUTE FUNCTION movement_guard();

CREATE FUNCTION stock_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.last_seq <> 0 OR NEW.on_hand <> 0 OR NEW.reserved <> 0 THEN RAISE EXCEPTION 'stock exists or is not empty'; END IF;
  ELSIF pg_trigger_depth() < 2 AND (NEW.branch_id, NEW.item_id, NEW.last_seq, NEW.on_hand, NEW.reserved)
    IS DISTINCT FROM (OLD.branch_id, OLD.item_id, OLD.last_seq, OLD.on_hand, OLD.reserved) THEN
    RAISE EXCEPTION 'stock follows movements';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER stock_frozen BEFORE INSERT OR UPDATE ON stock FOR EACH ROW EXECUTE FUNCTION stock_frozen();

CREATE FUNCTION purchase_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE was purchase;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.voided_by <> 0 THEN RAISE EXCEPTION 'purchase exists'; END IF;
    RETURN NEW;
  END IF;
  was := OLD;
  was.voided_by := NEW.voided_by;
  IF OLD.voided_by <> 0 OR NEW IS DISTINCT FROM was OR NOT EXISTS (SELECT 1 FROM operation WHERE id = NEW.voided_by) THEN
    RAISE EXCEPTION 'purchase is a ledger';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER purchase_frozen BEFORE INSERT OR UPDATE ON purchase FOR EACH ROW EXECUTE FUNCTION purchase_frozen();

CREATE FUNCTION approval_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'open' OR NEW.decider_id IS NOT NULL OR NEW.operation_id IS NOT NULL THEN
      RAISE EXCEPTION 'approval exists or is decided';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.state <> 'open' OR (NEW.id, NEW.kind, NEW.request, NEW.parameters, NEW.summary, NEW.member_id, NEW.points, NEW.reason,
      NEW.branch_id, NEW.requester_id, NEW.requested_at, NEW.expires_at)
    IS DISTINCT FROM (OLD.id, OLD.kind, OLD.request, OLD.parameters, OLD.summary, OLD.member_id, OLD.points, OLD.reason,
      OLD.branch_id, OLD.requester_id, OLD.requested_at, OLD.expires_at) THEN
    RAISE EXCEPTION 'approval is decided or changed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER approval_frozen BEFORE INSERT OR UPDATE ON approval FOR EACH ROW EXECUTE FUNCTION approval_frozen();

CREATE FUNCTION ledger_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is a ledger', TG_TABLE_NAME; END $$;
