-- Triggers of the books on PostgreSQL: the same laws as sqlite.sql, told by pg_trigger_depth() instead of re-deriving.
-- Whoever inserts an entry takes the member's lock; a lost race is 40001 and the whole operation is tried again.

CREATE FUNCTION h(t text) RETURNS text LANGUAGE sql IMMUTABLE RETURN encode(sha256(convert_to(t, 'UTF8')), 'hex');

-- What is wrong with an entry that reverses another, with all of the statement's entries in the table already.
CREATE FUNCTION reversal_fault(r entry) RETURNS text LANGUAGE plpgsql AS $$
DECLARE o record;
BEGIN
  SELECT e.points, e.member_id, p.reverses_id AS third INTO o
    FROM entry e LEFT JOIN entry p ON p.id = e.reverses_id WHERE e.id = r.reverses_id;
  IF o.member_id IS DISTINCT FROM r.member_id OR (o.points > 0) = (r.points > 0)
    OR abs((SELECT sum(x.points + coalesce((SELECT sum(y.points) FROM entry y WHERE y.reverses_id = x.id), 0))
      FROM entry x WHERE x.reverses_id = r.reverses_id)) > abs(o.points) THEN
    RETURN 'more than the entry reversed';
  END IF;
  IF o.third IS NOT NULL THEN RETURN 'a reversal of a reversal of a reversal'; END IF;
  RETURN NULL;
END $$;

-- What is wrong with points taken from a lot or given back, with all of the statement's in the table already.
CREATE FUNCTION lot_use_fault(r lot_use) RETURNS text LANGUAGE plpgsql AS $$
DECLARE e record; a record; l record;
BEGIN
  SELECT id, member_id, points, owes, kind, business_date, reverses_id INTO e FROM entry WHERE id = r.entry_id;
  SELECT id, member_id, points, reverses_id INTO a FROM entry WHERE id = r.at_entry;
  SELECT entry_id, member_id, spendable_from, expires_on INTO l FROM lot WHERE id = r.lot_id;
  IF e.points IS NULL OR e.points >= 0 OR a.member_id IS DISTINCT FROM e.member_id OR l.member_id IS DISTINCT FROM e.member_id
    OR (r.points < 0 AND a.reverses_id IS DISTINCT FROM e.id) OR (r.entry_id <> r.at_entry AND a.points < 0) THEN
    RETURN 'not one member';
  END IF;
  IF r.points > 0 AND e.id = a.id AND e.kind NOT IN ('expire', 'merge') AND l.entry_id IS DISTINCT FROM e.reverses_id
    AND (l.expires_on < e.business_date OR (l.spendable_from > e.business_date AND e.kind <> 'clawback')) THEN
    RETURN 'lot pending or expired';
  END IF;
  IF r.points > 0 AND e.id <> a.id AND e.owes
    < (SELECT sum(points) FROM lot_use WHERE entry_id = e.id AND at_entry <> e.id AND points > 0) THEN
    RETURN 'not owed';
  END IF;
  IF r.points < 0 AND (SELECT sum(points) FROM lot_use WHERE entry_id = e.id) < 0 THEN
    RETURN 'more than the posting';
  END IF;
  RETURN NULL;
END $$;

-- The three ledgers of points are judged by the statement, over all of its rows at once, after they are in the table:
-- a row at a time costs COPY four times as much. A few rows are judged one by one, by plans that are kept; many at once
-- by statements planned for them (EXECUTE), because a kept plan may be one of when the tables were small.
CREATE FUNCTION entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE m record; r entry; wrong text;
BEGIN
  IF (SELECT count(*) FROM new_rows) <= 20 THEN
    FOR r IN SELECT * FROM new_rows ORDER BY member_id, seq LOOP
      SELECT last_seq, head, balance - owed + unlotted - unused AS net INTO m FROM member WHERE id = r.member_id FOR NO KEY UPDATE;
      IF m.last_seq + 1 <> r.seq OR m.head <> r.prev OR m.net + r.points <> r.net_after THEN
        RAISE EXCEPTION 'chain broken' USING ERRCODE = '40001';
      END IF;
      IF r.hash <> h(concat_ws('|', '1', r.prev, r.member_id, r.seq, r.kind, r.points, r.owes, r.net_after,
          coalesce(r.reverses_id, 0), r.reason, r.source_kind, coalesce(r.source_id, 0), r.operation_id, r.n,
          r.operator_id, r.branch_id, r.business_date, r.recorded_at,
          CASE WHEN r.note = '' THEN '' ELSE h(r.note) END, CASE WHEN r.explain = '' THEN '' ELSE h(r.explain) END)) THEN
        RAISE EXCEPTION 'hash';
      END IF;
      IF r.reverses_id IS NOT NULL THEN
        wrong := reversal_fault(r);
        IF wrong IS NOT NULL THEN RAISE EXCEPTION '%', wrong; END IF;
      END IF;
      UPDATE member SET last_seq = r.seq, head = r.hash, owed = owed + r.owes, unlotted = unlotted + greatest(r.points, 0),
        unused = unused + CASE WHEN r.points < 0 THEN -r.points - r.owes ELSE 0 END WHERE id = r.member_id;
    END LOOP;
    RETURN NULL;
  END IF;
  EXECUTE 'SELECT 1 FROM member WHERE id = ANY (ARRAY(SELECT DISTINCT member_id FROM new_rows)) ORDER BY id FOR NO KEY UPDATE';
  EXECUTE $q$
    SELECT CASE WHEN bool_or(broken) THEN 'chain broken' WHEN bool_or(forged) THEN 'hash' END
    FROM (SELECT y.forged, y.seq <> coalesce(y.s, m.last_seq) + 1 OR y.prev <> coalesce(y.p, m.head)
          OR y.net_after <> coalesce(y.n, m.net) + y.points AS broken
        FROM (SELECT e.member_id, e.seq, e.prev, e.net_after, e.points, lag(e.seq) OVER w AS s, lag(e.hash) OVER w AS p,
            lag(e.net_after) OVER w AS n, e.hash <> h(concat_ws('|', '1', e.prev, e.member_id, e.seq, e.kind, e.points, e.owes, e.net_after,
            coalesce(e.reverses_id, 0), e.reason, e.source_kind, coalesce(e.source_id, 0), e.operation_id, e.n,
            e.operator_id, e.branch_id, e.business_date, e.recorded_at,
            CASE WHEN e.note = '' THEN '' ELSE h(e.note) END, CASE WHEN e.explain = '' THEN '' ELSE h(e.explain) END)) AS forged
          FROM new_rows e WINDOW w AS (PARTITION BY e.member_id ORDER BY e.seq)) y
        LEFT JOIN LATERAL (SELECT last_seq, head, balance - owed + unlotted - unused AS net FROM member
          WHERE id = y.member_id AND y.s IS NULL OFFSET 0) m ON true) x $q$ INTO wrong;
  IF wrong = 'chain broken' THEN RAISE EXCEPTION '%', wrong USING ERRCODE = '40001'; END IF;
  IF wrong IS NULL AND EXISTS (SELECT 1 FROM new_rows WHERE reverses_id IS NOT NULL) THEN
    EXECUTE 'SELECT min(reversal_fault(ROW(e.*)::entry)) FROM new_rows e WHERE reverses_id IS NOT NULL' INTO wrong;
  END IF;
  IF wrong IS NOT NULL THEN RAISE EXCEPTION '%', wrong; END IF;
  EXECUTE $q$
    UPDATE member m SET last_seq = x.seq, head = x.hash, owed = owed + x.owes, unlotted = unlotted + x.credit,
      unused = unused + x.debit
    FROM (SELECT member_id, max(seq) AS seq, (array_agg(hash ORDER BY seq DESC))[1] AS hash, sum(owes) AS owes,
        sum(greatest(points, 0)) AS credit, sum(CASE WHEN points < 0 THEN -points - owes ELSE 0 END) AS debit
      FROM new_rows GROUP BY member_id) x WHERE m.id = x.member_id $q$;
  RETURN NULL;
END $$;
CREATE TRIGGER entry_guard AFTER INSERT ON entry REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION entry_guard();

CREATE FUNCTION lot_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE r lot; wrong bigint; moved bigint;
BEGIN
  IF (SELECT count(*) FROM new_rows) <= 20 THEN
    FOR r IN SELECT * FROM new_rows LOOP
      IF r.remaining <> r.points OR NOT EXISTS (SELECT 1 FROM entry e WHERE e.id = r.entry_id AND e.member_id = r.member_id
        AND e.points > 0 AND e.points >= (SELECT sum(l.points) FROM lot l WHERE l.entry_id = r.entry_id)) THEN
        RAISE EXCEPTION 'lot not of this credit';
      END IF;
      UPDATE member SET balance = balance + r.points, unlotted = unlotted - r.points
        WHERE id = r.member_id AND unlotted >= r.points;
      IF NOT FOUND THEN RAISE EXCEPTION 'more than the credit'; END IF;
    END LOOP;
    RETURN NULL;
  END IF;
  EXECUTE $q$
    SELECT count(*) FROM (SELECT FROM (
        SELECT entry_id, member_id, 0 AS credit, 0 AS given, remaining = points AS whole FROM new_rows
        UNION ALL SELECT id, member_id, points, 0, true FROM entry WHERE id = ANY (ARRAY(SELECT entry_id FROM new_rows))
        UNION ALL SELECT entry_id, member_id, 0, points, true FROM lot WHERE entry_id = ANY (ARRAY(SELECT entry_id FROM new_rows))) x
      GROUP BY entry_id, member_id HAVING NOT bool_and(whole) OR sum(credit) < sum(given)) y $q$ INTO wrong;
  IF wrong > 0 THEN RAISE EXCEPTION 'lot not of this credit'; END IF;
  EXECUTE $q$
    UPDATE member m SET balance = balance + x.points, unlotted = unlotted - x.points
    FROM (SELECT member_id, sum(points) AS points FROM new_rows GROUP BY member_id) x
    WHERE m.id = x.member_id AND m.unlotted >= x.points $q$;
  GET DIAGNOSTICS moved = ROW_COUNT;
  IF moved <> (SELECT count(DISTINCT member_id) FROM new_rows) THEN RAISE EXCEPTION 'more than the credit'; END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER lot_open AFTER INSERT ON lot REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION lot_open();

CREATE FUNCTION lot_use_take() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE r lot_use; e record; wrong text; low bigint;
BEGIN
  IF (SELECT count(*) FROM new_rows) <= 20 THEN
    FOR r IN SELECT * FROM new_rows ORDER BY id LOOP
      wrong := lot_use_fault(r);
      IF wrong IS NOT NULL THEN RAISE EXCEPTION '%', wrong; END IF;
      UPDATE lot SET remaining = remaining - r.points WHERE id = r.lot_id RETURNING member_id INTO e;
      UPDATE member SET balance = balance - r.points,
        unused = unused - CASE WHEN r.points > 0 AND r.entry_id = r.at_entry THEN r.points ELSE 0 END,
        owed = owed - CASE WHEN r.points > 0 AND r.entry_id <> r.at_entry THEN r.points ELSE 0 END,
        unlotted = unlotted + least(r.points, 0) WHERE id = e.member_id RETURNING least(unused, unlotted) INTO low;
      IF low < 0 THEN RAISE EXCEPTION 'more than the posting'; END IF;
    END LOOP;
    RETURN NULL;
  END IF;
  EXECUTE 'SELECT min(lot_use_fault(ROW(u.*)::lot_use)) FROM new_rows u' INTO wrong;
  IF wrong IS NOT NULL THEN RAISE EXCEPTION '%', wrong; END IF;
  EXECUTE $q$
    UPDATE lot l SET remaining = remaining - x.points FROM (SELECT lot_id, sum(points) AS points FROM new_rows GROUP BY lot_id) x
    WHERE l.id = x.lot_id AND x.points <> 0 $q$;
  EXECUTE $q$
    WITH moved AS (
      UPDATE member m SET balance = balance - x.points, unused = unused - x.taken, owed = owed - x.settled,
        unlotted = unlotted + x.given
      FROM (SELECT l.member_id, sum(u.points) AS points, sum(least(u.points, 0)) AS given,
          sum(CASE WHEN u.points > 0 AND u.entry_id = u.at_entry THEN u.points ELSE 0 END) AS taken,
          sum(CASE WHEN u.points > 0 AND u.entry_id <> u.at_entry THEN u.points ELSE 0 END) AS settled
        FROM new_rows u CROSS JOIN LATERAL (SELECT member_id FROM lot WHERE id = u.lot_id OFFSET 0) l GROUP BY l.member_id) x
      WHERE m.id = x.member_id RETURNING least(m.unused, m.unlotted) AS low)
    SELECT min(low) FROM moved $q$ INTO low;
  IF low < 0 THEN RAISE EXCEPTION 'more than the posting'; END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER lot_use_take AFTER INSERT ON lot_use REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION lot_use_take();

-- the books' own columns follow the triggers above and nobody else
CREATE FUNCTION member_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'balances follow entries'; END $$;
CREATE TRIGGER member_frozen BEFORE UPDATE OF id, last_seq, head, balance, owed, unlotted, unused ON member FOR EACH ROW
  WHEN (pg_trigger_depth() = 0 AND (NEW.id, NEW.last_seq, NEW.head, NEW.balance, NEW.owed, NEW.unlotted, NEW.unused)
    IS DISTINCT FROM (OLD.id, OLD.last_seq, OLD.head, OLD.balance, OLD.owed, OLD.unlotted, OLD.unused))
  EXECUTE FUNCTION member_frozen();

CREATE FUNCTION member_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.last_seq <> 0 OR NEW.head <> '' OR NEW.balance <> 0 OR NEW.owed <> 0 OR NEW.unlotted <> 0 OR NEW.unused <> 0 THEN
    RAISE EXCEPTION 'member exists or is not empty';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER member_new BEFORE INSERT ON member FOR EACH ROW EXECUTE FUNCTION member_new();

CREATE FUNCTION lot_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'lots follow uses'; END $$;
CREATE TRIGGER lot_frozen BEFORE UPDATE ON lot FOR EACH ROW
  WHEN (pg_trigger_depth() = 0 OR (NEW.id, NEW.member_id, NEW.entry_id, NEW.points, NEW.spendable_from, NEW.expires_on,
    NEW.earned_on, NEW.from_lot) IS DISTINCT FROM (OLD.id, OLD.member_id, OLD.entry_id, OLD.points, OLD.spendable_from,
    OLD.expires_on, OLD.earned_on, OLD.from_lot))
  EXECUTE FUNCTION lot_frozen();

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
