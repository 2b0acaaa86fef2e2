CREATE FUNCTION h(t text) RETURNS text LANGUAGE sql IMMUTABLE RETURN encode(sha256(convert_to(t, 'UTF8')), 'hex')
-- next
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
END $$
-- next
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
END $$
-- next
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
END $$
-- next
CREATE TRIGGER entry_guard AFTER INSERT ON entry REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION entry_guard()
-- next
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
END $$
-- next
CREATE TRIGGER lot_open AFTER INSERT ON lot REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION lot_open()
-- next
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
END $$
-- next
CREATE TRIGGER lot_use_take AFTER INSERT ON lot_use REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION lot_use_take()
-- next
CREATE FUNCTION member_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'balances follow entries'; END $$
-- next
CREATE TRIGGER member_frozen BEFORE UPDATE OF id, last_seq, head, balance, owed, unlotted, unused ON member FOR EACH ROW
  WHEN (pg_trigger_depth() = 0 AND (NEW.id, NEW.last_seq, NEW.head, NEW.balance, NEW.owed, NEW.unlotted, NEW.unused)
    IS DISTINCT FROM (OLD.id, OLD.last_seq, OLD.head, OLD.balance, OLD.owed, OLD.unlotted, OLD.unused))
  EXECUTE FUNCTION member_frozen()
-- next
CREATE FUNCTION member_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.last_seq <> 0 OR NEW.head <> '' OR NEW.balance <> 0 OR NEW.owed <> 0 OR NEW.unlotted <> 0 OR NEW.unused <> 0 THEN
    RAISE EXCEPTION 'member exists or is not empty';
  END IF;
  RETURN NEW;
END $$
-- next
CREATE TRIGGER member_new BEFORE INSERT ON member FOR EACH ROW EXECUTE FUNCTION member_new()
-- next
CREATE FUNCTION lot_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'lots follow uses'; END $$
-- next
CREATE TRIGGER lot_frozen BEFORE UPDATE ON lot FOR EACH ROW
  WHEN (pg_trigger_depth() = 0 OR (NEW.id, NEW.member_id, NEW.entry_id, NEW.points, NEW.spendable_from, NEW.expires_on,
    NEW.earned_on, NEW.from_lot) IS DISTINCT FROM (OLD.id, OLD.member_id, OLD.entry_id, OLD.points, OLD.spendable_from,
    OLD.expires_on, OLD.earned_on, OLD.from_lot))
  EXECUTE FUNCTION lot_frozen()
-- next
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
END $$
-- next
CREATE TRIGGER movement_guard BEFORE INSERT ON movement FOR EACH ROW EXECUTE FUNCTION movement_guard()
-- next
CREATE FUNCTION stock_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.last_seq <> 0 OR NEW.on_hand <> 0 OR NEW.reserved <> 0 THEN RAISE EXCEPTION 'stock exists or is not empty'; END IF;
  ELSIF pg_trigger_depth() < 2 AND (NEW.branch_id, NEW.item_id, NEW.last_seq, NEW.on_hand, NEW.reserved)
    IS DISTINCT FROM (OLD.branch_id, OLD.item_id, OLD.last_seq, OLD.on_hand, OLD.reserved) THEN
    RAISE EXCEPTION 'stock follows movements';
  END IF;
  RETURN NEW;
END $$
-- next
CREATE TRIGGER stock_frozen BEFORE INSERT OR UPDATE ON stock FOR EACH ROW EXECUTE FUNCTION stock_frozen()
-- next
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
END $$
-- next
CREATE TRIGGER purchase_frozen BEFORE INSERT OR UPDATE ON purchase FOR EACH ROW EXECUTE FUNCTION purchase_frozen()
-- next
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
END $$
-- next
CREATE TRIGGER approval_frozen BEFORE INSERT OR UPDATE ON approval FOR EACH ROW EXECUTE FUNCTION approval_frozen()
-- next
CREATE FUNCTION ledger_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is a ledger', TG_TABLE_NAME; END $$
-- next
CREATE FUNCTION operation_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE who record; apart numeric;
BEGIN
  IF pg_has_role(session_user, current_user, 'MEMBER') THEN RETURN NEW; END IF;
  SELECT id, role, active INTO who FROM operator WHERE account = session_user::text;
  IF NOT FOUND OR who.id <> NEW.operator_id THEN
    RAISE EXCEPTION 'another operator' USING ERRCODE = '42501';
  END IF;
  IF who.active = 0 OR NOT leave(NEW.kind, who.role) THEN
    RAISE EXCEPTION 'no leave for %', NEW.kind USING ERRCODE = '42501';
  END IF;
  SELECT abs(extract(epoch FROM clock_timestamp() - NEW.recorded_at::timestamptz)) / 60 INTO apart;
  IF apart > coalesce((SELECT value::numeric FROM setting WHERE name = 'clock_tolerance'), 5) THEN
    RAISE EXCEPTION 'clock differs by % minutes', ceil(apart) USING ERRCODE = 'PD002';
  END IF;
  IF NEW.business_date <> to_char(NEW.recorded_at::timestamptz AT TIME ZONE (SELECT timezone FROM shop), 'YYYY-MM-DD') THEN
    RAISE EXCEPTION 'another day' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END $$
-- next
CREATE TRIGGER operation_guard BEFORE INSERT ON operation FOR EACH ROW EXECUTE FUNCTION operation_guard()
-- next
CREATE FUNCTION in_operation() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF pg_trigger_depth() > 1 OR pg_has_role(session_user, current_user, 'MEMBER') THEN RETURN NULL; END IF;
  IF NOT EXISTS (SELECT 1 FROM operation o JOIN operator p ON p.id = o.operator_id
    WHERE p.account = session_user::text AND p.active = 1
    AND o.business_date >= (SELECT to_char(max(business_date)::date - 1, 'YYYY-MM-DD') FROM operation WHERE operator_id = p.id)
    AND o.xmin::text::bigint = pg_current_xact_id()::text::bigint & 4294967295) THEN
    RAISE EXCEPTION 'no operation' USING ERRCODE = '42501';
  END IF;
  RETURN NULL;
END $$
-- next
CREATE FUNCTION limit_of(of_role text, name text) RETURNS bigint LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
SELECT coalesce((SELECT (value::jsonb -> of_role ->> limit_of.name)::bigint FROM setting WHERE setting.name = 'limits'),
  CASE of_role || '.' || limit_of.name
  WHEN 'counter.per_act' THEN 2000
  WHEN 'counter.per_day' THEN 20000
  WHEN 'counter.reversal_days' THEN 1
  WHEN 'clerk.per_act' THEN 0
  WHEN 'clerk.per_day' THEN 0
  WHEN 'clerk.reversal_days' THEN 0
  WHEN 'manager.per_act' THEN 50000
  WHEN 'manager.per_day' THEN 500000
  WHEN 'manager.reversal_days' THEN 90
  WHEN 'auditor.per_act' THEN 0
  WHEN 'auditor.per_day' THEN 0
  WHEN 'auditor.reversal_days' THEN 0
  WHEN 'administrator.per_act' THEN 200000
  WHEN 'administrator.per_day' THEN 2000000
  WHEN 'administrator.reversal_days' THEN 365
  WHEN 'system.per_act' THEN 1000000000000
  WHEN 'system.per_day' THEN 1000000000000
  WHEN 'system.reversal_days' THEN 36500
  ELSE 0 END)
$$
-- next
CREATE FUNCTION must_add(ledger text, operations bigint[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF pg_has_role(session_user, current_user, 'MEMBER') THEN RETURN; END IF;
  IF EXISTS (SELECT 1 FROM unnest(operations) AS said(id) WHERE NOT EXISTS (SELECT 1 FROM operation o
      JOIN operator p ON p.id = o.operator_id WHERE p.account = session_user::text AND p.active = 1
      AND CASE WHEN said.id IS NULL THEN o.business_date >= (SELECT to_char(max(business_date)::date - 1, 'YYYY-MM-DD') FROM operation WHERE operator_id = p.id)
        ELSE o.id = said.id END
      AND o.xmin::text::bigint = pg_current_xact_id()::text::bigint & 4294967295 AND adds(o.kind, ledger))) THEN
    RAISE EXCEPTION 'not an operation that adds to %', ledger USING ERRCODE = '42501';
  END IF;
END $$
-- next
CREATE FUNCTION operation_judged() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE who record; size bigint; used bigint; age int; wrong text;
  believed boolean := pg_has_role(session_user, current_user, 'MEMBER');
BEGIN
  SELECT id, role, member_id INTO who FROM operator WHERE id = NEW.operator_id;
  IF NOT believed THEN
    SELECT concat_ws(' ', e.kind, CASE WHEN e.points > 0 THEN '+' ELSE '-' END,
        CASE WHEN e.reverses_id IS NOT NULL THEN 'back' END) INTO wrong
      FROM entry e WHERE e.operation_id = NEW.id AND (e.operator_id <> NEW.operator_id
        OR NOT posts(NEW.kind, concat_ws(' ', e.kind, CASE WHEN e.points > 0 THEN '+' ELSE '-' END,
          CASE WHEN e.reverses_id IS NOT NULL THEN 'back' END))
        OR (e.business_date <> NEW.business_date AND NEW.kind NOT LIKE 'imports.%' AND NEW.kind NOT LIKE 'purchases.%')) LIMIT 1;
    IF wrong IS NOT NULL THEN RAISE EXCEPTION '% does not post %', NEW.kind, wrong USING ERRCODE = '42501'; END IF;
  END IF;
  IF NEW.kind NOT IN ('points.adjust', 'points.reverse', 'points.transfer', 'purchases.record', 'purchases.refund', 'purchases.void') OR who.role = 'system' THEN RETURN NULL; END IF;
  SELECT abs(points) INTO size FROM entry WHERE operation_id = NEW.id ORDER BY n LIMIT 1;
  IF size IS NULL THEN RETURN NULL; END IF;
  -- one statement counts and reads, so that two windows of one operator cannot both slip under the limit of the day
  INSERT INTO typed_points (operator_id, business_date, points) VALUES (who.id, NEW.business_date, size)
    ON CONFLICT (operator_id, business_date) DO UPDATE SET points = typed_points.points + excluded.points
    RETURNING points INTO used;
  IF believed THEN RETURN NULL; END IF;
  IF EXISTS (SELECT 1 FROM entry WHERE operation_id = NEW.id AND member_id = who.member_id) THEN
    RAISE EXCEPTION 'own account' USING ERRCODE = '42501';
  END IF;
  SELECT max(NEW.business_date::date - coalesce(r.business_date, e.business_date)::date) INTO age
    FROM entry e LEFT JOIN entry r ON r.id = e.reverses_id WHERE e.operation_id = NEW.id;
  IF size > limit_of(who.role, 'per_act') OR used > limit_of(who.role, 'per_day')
    OR (NEW.kind <> 'purchases.void' AND age > limit_of(who.role, 'reversal_days')) THEN
    RAISE EXCEPTION 'above the limits' USING ERRCODE = 'PD001';
  END IF;
  RETURN NULL;
END $$
-- next
CREATE CONSTRAINT TRIGGER operation_judged AFTER INSERT ON operation DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION operation_judged()
-- next
CREATE FUNCTION approval_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE who record;
BEGIN
  IF pg_has_role(session_user, current_user, 'MEMBER') THEN RETURN NEW; END IF;
  SELECT id, role INTO who FROM operator WHERE account = session_user::text AND active = 1;
  IF TG_OP = 'INSERT' THEN
    IF NEW.requester_id IS DISTINCT FROM who.id THEN RAISE EXCEPTION 'another operator' USING ERRCODE = '42501'; END IF;
  ELSIF NEW.state IN ('approved', 'rejected') THEN
    IF NEW.decider_id IS DISTINCT FROM who.id OR NEW.requester_id = who.id OR NOT leave('approvals.approve', who.role) THEN
      RAISE EXCEPTION 'not yours to decide' USING ERRCODE = '42501';
    END IF;
    IF NEW.state = 'approved' AND NOT EXISTS (SELECT 1 FROM operation WHERE id = NEW.operation_id AND request = NEW.request
      AND kind = NEW.kind AND operator_id = who.id AND recorded_at < NEW.expires_at) THEN
      RAISE EXCEPTION 'nothing was done' USING ERRCODE = '42501';
    END IF;
  ELSIF (NEW.state = 'withdrawn' AND NEW.requester_id IS DISTINCT FROM who.id)
    OR (NEW.state = 'expired' AND NOT leave('approvals.lapse', who.role)) THEN
    RAISE EXCEPTION 'another operator' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END $$
-- next
CREATE TRIGGER approval_guard BEFORE INSERT OR UPDATE ON approval FOR EACH ROW EXECUTE FUNCTION approval_guard()
-- next
CREATE FUNCTION operator_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE who record; was operator;
BEGIN
  IF pg_has_role(session_user, current_user, 'MEMBER') THEN RETURN NEW; END IF;
  SELECT id, role INTO who FROM operator WHERE account = session_user::text AND active = 1;
  IF leave('operators.edit', who.role) THEN RETURN NEW; END IF;
  IF TG_OP = 'INSERT' OR OLD.id IS DISTINCT FROM who.id THEN
    RAISE EXCEPTION 'another operator' USING ERRCODE = '42501';
  END IF;
  was := OLD;
  was.pin_hash := NEW.pin_hash;
  was.last_sign_in := NEW.last_sign_in;
  was.must_change := NEW.must_change;
  IF NEW IS DISTINCT FROM was THEN RAISE EXCEPTION 'not yours to change' USING ERRCODE = '42501'; END IF;
  RETURN NEW;
END $$
-- next
CREATE TRIGGER operator_guard BEFORE INSERT OR UPDATE ON operator FOR EACH ROW EXECUTE FUNCTION operator_guard()
-- next
CREATE FUNCTION has_pin(of_operator bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT pin_hash <> '' FROM operator WHERE id = of_operator
$$
-- next
CREATE FUNCTION own_pin() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT pin_hash FROM operator WHERE account = session_user::text
$$
-- next
CREATE FUNCTION hold_operations() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT (pg_has_role(session_user, current_user, 'MEMBER') OR EXISTS (SELECT 1 FROM operator
    WHERE account = session_user::text AND active = 1 AND leave('anchors.take', role))) THEN
    RAISE EXCEPTION 'no leave to hold the shop' USING ERRCODE = '42501';
  END IF;
  LOCK TABLE operation IN SHARE ROW EXCLUSIVE MODE;
END $$
-- next
CREATE FUNCTION sees_branch(which bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT pg_has_role(session_user, current_user, 'MEMBER') OR EXISTS (SELECT 1 FROM operator p WHERE p.account = session_user::text
  AND p.active = 1 AND (p.role NOT IN ('counter', 'clerk') OR p.branch_id = which OR EXISTS (SELECT 1 FROM operation o
    WHERE o.operator_id = p.id AND o.branch_id = which
    AND o.business_date >= (SELECT max(business_date) FROM operation WHERE operator_id = p.id))))
$$
-- next
CREATE FUNCTION keep_account(who bigint, verifier text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE o record; me record; own boolean := false; shop text := shop_prefix(); one text; holder name;
BEGIN
  SELECT id, account, role, active, must_change INTO o FROM operator WHERE id = who;
  SELECT pg_get_userbyid(c.relowner) INTO holder FROM pg_class c WHERE c.oid = 'public.operator'::regclass;
  IF NOT pg_has_role(session_user, holder, 'MEMBER') THEN
    SELECT id, role INTO me FROM operator WHERE account = session_user::text AND active = 1;
    own := me.id IS NOT DISTINCT FROM who AND verifier IS NOT NULL;
    -- by the group: who gives up being an administrator is one until it is done
    IF me.id IS NULL OR NOT (own OR pg_has_role(session_user, shop || ':administrator', 'MEMBER')) THEN
      RAISE EXCEPTION 'not yours to change' USING ERRCODE = '42501';
    END IF;
  END IF;
  IF o.account NOT LIKE replace(replace(shop, '\', '\\'), '_', '\_') || '.%' OR strpos(o.account, ':') > 0 THEN
    RAISE EXCEPTION 'not an account of this shop' USING ERRCODE = '42501';
  END IF;
  IF verifier !~ '^SCRAM-SHA-256\$[0-9]{4,7}:[A-Za-z0-9+/=]{16,}\$[A-Za-z0-9+/=]{44}:[A-Za-z0-9+/=]{44}$' THEN
    RAISE EXCEPTION 'not a verifier' USING ERRCODE = '42501';
  END IF;
  IF to_regrole(quote_ident(o.account)) IS NULL THEN
    EXECUTE format('CREATE ROLE %I CONNECTION LIMIT 40', o.account);
  ELSIF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = o.account AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls)) THEN
    RAISE EXCEPTION 'not an account of this shop' USING ERRCODE = '42501';
  END IF;
  IF verifier IS NOT NULL THEN  -- what somebody else has seen is good for three days, what one chose for ever
    EXECUTE format('ALTER ROLE %I PASSWORD %L VALID UNTIL %L', o.account, verifier,
      CASE WHEN own OR o.must_change = 0 THEN 'infinity'
      ELSE to_char(now() AT TIME ZONE 'UTC' + interval '72 hours', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') END);
  END IF;
  IF own THEN RETURN; END IF;
  EXECUTE format('ALTER ROLE %I %s', o.account, CASE o.active WHEN 1 THEN 'LOGIN' ELSE 'NOLOGIN' END);
  FOREACH one IN ARRAY ARRAY['counter', 'clerk', 'manager', 'auditor', 'administrator', 'system'] LOOP
    IF one = o.role THEN
      EXECUTE format('GRANT %I TO %I', shop || ':' || one, o.account);
    ELSIF pg_has_role(o.account, shop || ':' || one, 'MEMBER') THEN
      EXECUTE format('REVOKE %I FROM %I', shop || ':' || one, o.account);
    END IF;
  END LOOP;
  IF o.active = 0 OR verifier IS NOT NULL THEN
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = o.account AND pid <> pg_backend_pid();
  END IF;
END $$
-- next
CREATE FUNCTION leave(kind text, role text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
SELECT CASE kind
  WHEN 'anchors.take' THEN role IN ('counter', 'clerk', 'manager', 'administrator')
  WHEN 'approvals.approve' THEN role IN ('manager', 'administrator', 'system')
  WHEN 'approvals.ask' THEN role IN ('counter', 'clerk', 'manager', 'auditor', 'administrator', 'system')
  WHEN 'approvals.lapse' THEN role IN ('manager', 'administrator', 'system')
  WHEN 'approvals.reject' THEN role IN ('manager', 'administrator', 'system')
  WHEN 'approvals.withdraw' THEN role IN ('counter', 'clerk', 'manager', 'auditor', 'administrator', 'system')
  WHEN 'backup.drill' THEN role IN ('administrator')
  WHEN 'backup.make' THEN role IN ('manager', 'administrator')
  WHEN 'backup.mark_external' THEN role IN ('manager', 'administrator')
  WHEN 'backup.restore' THEN role IN ('administrator')
  WHEN 'branches.create' THEN role IN ('administrator')
  WHEN 'branches.edit' THEN role IN ('administrator')
  WHEN 'branches.set_active' THEN role IN ('administrator')
  WHEN 'catalog.add_category' THEN role IN ('manager', 'administrator')
  WHEN 'catalog.add_item' THEN role IN ('manager', 'administrator')
  WHEN 'catalog.edit_category' THEN role IN ('manager', 'administrator')
  WHEN 'catalog.edit_item' THEN role IN ('manager', 'administrator')
  WHEN 'catalog.remove_category' THEN role IN ('manager', 'administrator')
  WHEN 'catalog.remove_picture' THEN role IN ('manager', 'administrator')
  WHEN 'catalog.save_offers' THEN role IN ('manager', 'administrator')
  WHEN 'catalog.set_picture' THEN role IN ('manager', 'administrator')
  WHEN 'catalog.show_item' THEN role IN ('manager', 'administrator')
  WHEN 'clock.confirm' THEN role IN ('manager', 'administrator', 'system')
  WHEN 'expiry.expire_batch' THEN role IN ('manager', 'administrator', 'system')
  WHEN 'exports.announce' THEN role IN ('manager', 'auditor', 'administrator', 'system')
  WHEN 'imports.begin' THEN role IN ('manager', 'administrator')
  WHEN 'imports.finish' THEN role IN ('manager', 'administrator')
  WHEN 'imports.store' THEN role IN ('manager', 'administrator')
  WHEN 'imports.tiers' THEN role IN ('manager', 'administrator')
  WHEN 'imports.undo' THEN role IN ('manager', 'administrator')
  WHEN 'imports.undone' THEN role IN ('manager', 'administrator')
  WHEN 'imports.void' THEN role IN ('manager', 'administrator')
  WHEN 'imports.void_members' THEN role IN ('manager', 'administrator')
  WHEN 'members.clear_pin' THEN role IN ('counter', 'manager', 'administrator')
  WHEN 'members.close' THEN role IN ('manager', 'administrator')
  WHEN 'members.edit' THEN role IN ('counter', 'manager', 'administrator')
  WHEN 'members.enrol' THEN role IN ('counter', 'manager', 'administrator')
  WHEN 'members.erase' THEN role IN ('manager', 'administrator')
  WHEN 'members.freeze' THEN role IN ('manager', 'administrator')
  WHEN 'members.make_code' THEN role IN ('counter', 'manager', 'administrator')
  WHEN 'members.reopen' THEN role IN ('manager', 'administrator')
  WHEN 'members.replace_card' THEN role IN ('counter', 'manager', 'administrator')
  WHEN 'members.set_pin' THEN role IN ('counter', 'manager', 'administrator')
  WHEN 'members.unfreeze' THEN role IN ('manager', 'administrator')
  WHEN 'nightly.claim' THEN role IN ('manager', 'administrator')
  WHEN 'nightly.finish' THEN role IN ('manager', 'administrator', 'system')
  WHEN 'operators.change_password' THEN role IN ('counter', 'clerk', 'manager', 'auditor', 'administrator', 'system')
  WHEN 'operators.create' THEN role IN ('administrator')
  WHEN 'operators.edit' THEN role IN ('administrator')
  WHEN 'operators.reset_password' THEN role IN ('administrator')
  WHEN 'operators.see_recoveries' THEN role IN ('administrator')
  WHEN 'operators.set_active' THEN role IN ('administrator')
  WHEN 'operators.set_pin' THEN role IN ('counter', 'clerk', 'manager', 'auditor', 'administrator', 'system')
  WHEN 'operators.sign_in' THEN role IN ('counter', 'clerk', 'manager', 'auditor', 'administrator', 'system')
  WHEN 'operators.sign_out' THEN role IN ('counter', 'clerk', 'manager', 'auditor', 'administrator', 'system')
  WHEN 'operators.switch' THEN role IN ('counter', 'clerk', 'manager', 'auditor', 'administrator', 'system')
  WHEN 'operators.unlock' THEN role IN ('administrator')
  WHEN 'outage.discard' THEN role IN ('counter', 'manager', 'administrator')
  WHEN 'outcomes.withdraw' THEN role IN ('counter', 'clerk', 'manager', 'auditor', 'administrator', 'system')
  WHEN 'points.adjust' THEN role IN ('counter', 'manager', 'administrator')
  WHEN 'points.reverse' THEN role IN ('counter', 'manager', 'administrator')
  WHEN 'points.transfer' THEN role IN ('counter', 'manager', 'administrator')
  WHEN 'policies.change' THEN role IN ('administrator')
  WHEN 'purchases.record' THEN role IN ('counter', 'manager', 'administrator')
  WHEN 'purchases.refund' THEN role IN ('counter', 'manager', 'administrator')
  WHEN 'purchases.void' THEN role IN ('counter', 'manager', 'administrator')
  WHEN 'reasons.save' THEN role IN ('manager', 'administrator')
  WHEN 'redemptions.advance' THEN role IN ('clerk', 'manager', 'administrator')
  WHEN 'redemptions.cancel' THEN role IN ('counter', 'clerk', 'manager', 'administrator')
  WHEN 'redemptions.collect' THEN role IN ('counter', 'clerk', 'manager', 'administrator')
  WHEN 'redemptions.place' THEN role IN ('counter', 'manager', 'administrator')
  WHEN 'redemptions.return_' THEN role IN ('clerk', 'manager', 'administrator')
  WHEN 'redemptions.serve' THEN role IN ('counter', 'clerk', 'manager', 'administrator')
  WHEN 'redemptions.set_tracking' THEN role IN ('clerk', 'manager', 'administrator')
  WHEN 'redemptions.ship' THEN role IN ('clerk', 'manager', 'administrator')
  WHEN 'redemptions.slip_printed' THEN role IN ('clerk', 'manager', 'administrator')
  WHEN 'shifts.close' THEN role IN ('counter', 'clerk', 'manager', 'administrator')
  WHEN 'stock.count' THEN role IN ('clerk', 'manager', 'administrator')
  WHEN 'stock.issue' THEN role IN ('clerk', 'manager', 'administrator')
  WHEN 'stock.receive' THEN role IN ('clerk', 'manager', 'administrator')
  WHEN 'stock.set_safety' THEN role IN ('manager', 'administrator')
  WHEN 'stock.transfer' THEN role IN ('clerk', 'manager', 'administrator')
  WHEN 'stock.write_off' THEN role IN ('clerk', 'manager', 'administrator')
  WHEN 'tiers.end_manual' THEN role IN ('manager', 'administrator')
  WHEN 'tiers.evaluate_batch' THEN role IN ('manager', 'administrator', 'system')
  WHEN 'tiers.save' THEN role IN ('manager', 'administrator')
  WHEN 'tiers.set_manual' THEN role IN ('manager', 'administrator')
  ELSE false END
$$
-- next
CREATE FUNCTION adds(kind text, ledger text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
SELECT CASE kind
  WHEN 'anchors.take' THEN ledger IN ('anchor', 'audit', 'operation', 'receipt')
  WHEN 'approvals.approve' THEN ledger IN ('audit', 'entry', 'lot', 'lot_use', 'operation', 'purchase_line', 'receipt', 'tier_change')
  WHEN 'approvals.ask' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'approvals.lapse' THEN ledger IN ('audit', 'entry', 'lot', 'lot_use', 'operation', 'purchase_line', 'receipt', 'tier_change')
  WHEN 'approvals.reject' THEN ledger IN ('audit', 'entry', 'lot', 'lot_use', 'operation', 'purchase_line', 'receipt', 'tier_change')
  WHEN 'approvals.withdraw' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'backup.make' THEN ledger IN ('audit', 'backup', 'operation', 'receipt')
  WHEN 'backup.mark_external' THEN ledger IN ('audit', 'backup', 'operation', 'receipt')
  WHEN 'branches.create' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'branches.edit' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'branches.set_active' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'catalog.add_category' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'catalog.add_item' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'catalog.edit_category' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'catalog.edit_item' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'catalog.remove_category' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'catalog.remove_picture' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'catalog.save_offers' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'catalog.set_picture' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'catalog.show_item' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'clock.confirm' THEN ledger IN ('audit', 'entry', 'lot', 'lot_use', 'operation', 'purchase_line', 'receipt', 'tier_change')
  WHEN 'expiry.expire_batch' THEN ledger IN ('entry', 'lot_use', 'operation', 'receipt')
  WHEN 'exports.announce' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'imports.begin' THEN ledger IN ('audit', 'entry', 'lot', 'lot_use', 'operation', 'purchase_line', 'receipt', 'tier_change')
  WHEN 'imports.finish' THEN ledger IN ('audit', 'entry', 'lot', 'lot_use', 'operation', 'purchase_line', 'receipt', 'tier_change')
  WHEN 'imports.store' THEN ledger IN ('audit', 'entry', 'lot', 'lot_use', 'operation', 'purchase_line', 'receipt', 'tier_change')
  WHEN 'imports.tiers' THEN ledger IN ('audit', 'entry', 'lot', 'lot_use', 'operation', 'purchase_line', 'receipt', 'tier_change')
  WHEN 'imports.undo' THEN ledger IN ('audit', 'entry', 'lot_use', 'operation', 'receipt')
  WHEN 'imports.undone' THEN ledger IN ('audit', 'entry', 'lot_use', 'operation', 'receipt')
  WHEN 'imports.void' THEN ledger IN ('audit', 'entry', 'lot_use', 'operation', 'receipt')
  WHEN 'imports.void_members' THEN ledger IN ('audit', 'entry', 'lot_use', 'operation', 'receipt')
  WHEN 'members.clear_pin' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'members.close' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'members.edit' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'members.enrol' THEN ledger IN ('audit', 'operation', 'receipt', 'tier_change')
  WHEN 'members.erase' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'members.freeze' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'members.make_code' THEN ledger IN ('audit', 'entry', 'lot_use', 'movement', 'operation', 'payment', 'receipt', 'redemption_event')
  WHEN 'members.reopen' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'members.replace_card' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'members.set_pin' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'members.unfreeze' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'nightly.claim' THEN ledger IN ('audit', 'backup', 'operation', 'receipt')
  WHEN 'nightly.finish' THEN ledger IN ('entry', 'lot_use', 'operation', 'receipt')
  WHEN 'operators.change_password' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'operators.create' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'operators.edit' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'operators.reset_password' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'operators.see_recoveries' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'operators.set_active' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'operators.set_pin' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'operators.sign_in' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'operators.sign_out' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'operators.switch' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'operators.unlock' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'outage.discard' THEN ledger IN ('audit', 'entry', 'lot', 'lot_use', 'operation', 'purchase_line', 'receipt', 'tier_change')
  WHEN 'outcomes.withdraw' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'points.adjust' THEN ledger IN ('entry', 'lot', 'lot_use', 'operation', 'receipt')
  WHEN 'points.reverse' THEN ledger IN ('entry', 'lot', 'lot_use', 'operation', 'receipt')
  WHEN 'points.transfer' THEN ledger IN ('entry', 'lot', 'lot_use', 'operation', 'receipt')
  WHEN 'policies.change' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'purchases.record' THEN ledger IN ('audit', 'entry', 'lot', 'lot_use', 'operation', 'purchase_line', 'receipt', 'tier_change')
  WHEN 'purchases.refund' THEN ledger IN ('entry', 'lot', 'lot_use', 'operation', 'purchase_line', 'receipt')
  WHEN 'purchases.void' THEN ledger IN ('audit', 'entry', 'lot', 'lot_use', 'operation', 'purchase_line', 'receipt', 'tier_change')
  WHEN 'reasons.save' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'redemptions.advance' THEN ledger IN ('audit', 'movement', 'operation', 'receipt', 'redemption_event')
  WHEN 'redemptions.cancel' THEN ledger IN ('audit', 'entry', 'lot', 'lot_use', 'movement', 'operation', 'payment', 'receipt', 'redemption_event')
  WHEN 'redemptions.collect' THEN ledger IN ('movement', 'operation', 'receipt', 'redemption_event')
  WHEN 'redemptions.place' THEN ledger IN ('audit', 'entry', 'lot_use', 'movement', 'operation', 'payment', 'receipt', 'redemption_event')
  WHEN 'redemptions.return_' THEN ledger IN ('audit', 'entry', 'lot_use', 'movement', 'operation', 'payment', 'receipt', 'redemption_event')
  WHEN 'redemptions.serve' THEN ledger IN ('movement', 'operation', 'receipt', 'redemption_event')
  WHEN 'redemptions.set_tracking' THEN ledger IN ('audit', 'movement', 'operation', 'receipt', 'redemption_event')
  WHEN 'redemptions.ship' THEN ledger IN ('audit', 'movement', 'operation', 'receipt', 'redemption_event')
  WHEN 'redemptions.slip_printed' THEN ledger IN ('audit', 'movement', 'operation', 'receipt', 'redemption_event')
  WHEN 'shifts.close' THEN ledger IN ('anchor', 'audit', 'operation', 'receipt')
  WHEN 'stock.count' THEN ledger IN ('audit', 'movement', 'operation', 'receipt')
  WHEN 'stock.issue' THEN ledger IN ('audit', 'movement', 'operation', 'receipt')
  WHEN 'stock.receive' THEN ledger IN ('audit', 'movement', 'operation', 'receipt')
  WHEN 'stock.set_safety' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'stock.transfer' THEN ledger IN ('audit', 'movement', 'operation', 'receipt')
  WHEN 'stock.write_off' THEN ledger IN ('audit', 'movement', 'operation', 'receipt')
  WHEN 'tiers.end_manual' THEN ledger IN ('audit', 'operation', 'receipt', 'tier_change')
  WHEN 'tiers.evaluate_batch' THEN ledger IN ('operation', 'receipt', 'tier_change')
  WHEN 'tiers.save' THEN ledger IN ('audit', 'operation', 'receipt')
  WHEN 'tiers.set_manual' THEN ledger IN ('audit', 'operation', 'receipt', 'tier_change')
  ELSE false END
$$
-- next
CREATE FUNCTION posts(kind text, what text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
SELECT CASE kind
  WHEN 'expiry.expire_batch' THEN what IN ('expire -', 'expire - back')
  WHEN 'imports.store' THEN what IN ('bonus +', 'bonus + back', 'clawback -', 'clawback - back', 'earn +', 'earn + back', 'opening +', 'opening + back', 'writeoff +', 'writeoff + back')
  WHEN 'imports.void' THEN what IN ('clawback +', 'clawback + back', 'clawback -', 'clawback - back', 'writeoff +', 'writeoff + back', 'writeoff -', 'writeoff - back')
  WHEN 'imports.void_members' THEN what IN ('clawback +', 'clawback + back', 'clawback -', 'clawback - back', 'writeoff +', 'writeoff + back', 'writeoff -', 'writeoff - back')
  WHEN 'points.adjust' THEN what IN ('adjust +', 'adjust + back', 'adjust -', 'adjust - back')
  WHEN 'points.reverse' THEN what IN ('adjust + back', 'adjust - back', 'bonus + back', 'bonus - back', 'opening + back', 'opening - back', 'transfer + back', 'transfer - back')
  WHEN 'points.transfer' THEN what IN ('transfer +', 'transfer + back', 'transfer -', 'transfer - back')
  WHEN 'purchases.record' THEN what IN ('bonus +', 'bonus + back', 'earn +', 'earn + back')
  WHEN 'purchases.refund' THEN what IN ('clawback -', 'clawback - back', 'writeoff +', 'writeoff + back')
  WHEN 'purchases.void' THEN what IN ('clawback + back', 'clawback -', 'clawback - back', 'writeoff +', 'writeoff + back', 'writeoff -', 'writeoff - back')
  WHEN 'redemptions.cancel' THEN what IN ('redeem + back', 'redeem - back')
  WHEN 'redemptions.place' THEN what IN ('redeem -', 'redeem - back')
  WHEN 'redemptions.return_' THEN what IN ('redeem + back', 'redeem - back')
  ELSE false END
$$
-- next
CREATE FUNCTION add_anchor(rows json) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE last bigint; operations bigint[];
BEGIN
  WITH added AS (INSERT INTO anchor (id, epoch, taken_at, business_date, entries, last_entry, outstanding, digest, previous, last_audit, audit_digest) SELECT coalesce(g.id, nextval('anchor_id_seq')), g.epoch, g.taken_at, g.business_date, g.entries, g.last_entry, g.outstanding, g.digest, g.previous, g.last_audit, g.audit_digest
    FROM json_populate_recordset(NULL::anchor, rows) g RETURNING id)
  SELECT max(a.id), array_agg(DISTINCT NULL::bigint) INTO last, operations FROM added a ;
  PERFORM must_add('anchor', operations);
  RETURN last;
END $$
-- next
CREATE FUNCTION add_audit(rows json) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE last bigint; operations bigint[];
BEGIN
  WITH added AS (INSERT INTO audit (id, operation_id, action, subject, subject_id, sealed, before, after) SELECT coalesce(g.id, nextval('audit_id_seq')), g.operation_id, g.action, g.subject, g.subject_id, g.sealed, g.before, g.after
    FROM json_populate_recordset(NULL::audit, rows) g RETURNING id, operation_id)
  SELECT max(a.id), array_agg(DISTINCT a.operation_id) INTO last, operations FROM added a ;
  PERFORM must_add('audit', operations);
  RETURN last;
END $$
-- next
CREATE FUNCTION add_backup(rows json) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE last bigint; operations bigint[];
BEGIN
  WITH added AS (INSERT INTO backup (id, started_at, finished_at, file, copied_to, bytes, sha256, verified, kind, problem) SELECT coalesce(g.id, nextval('backup_id_seq')), g.started_at, g.finished_at, g.file, coalesce(g.copied_to, ''), g.bytes, g.sha256, g.verified, g.kind, coalesce(g.problem, '')
    FROM json_populate_recordset(NULL::backup, rows) g RETURNING id)
  SELECT max(a.id), array_agg(DISTINCT NULL::bigint) INTO last, operations FROM added a ;
  PERFORM must_add('backup', operations);
  RETURN last;
END $$
-- next
CREATE FUNCTION add_entry(rows json) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE last bigint; operations bigint[];
BEGIN
  WITH added AS (INSERT INTO entry (id, operation_id, n, member_id, seq, kind, points, owes, net_after, reverses_id, reason, source_kind, source_id, operator_id, branch_id, business_date, recorded_at, note, explain, prev, hash) SELECT coalesce(g.id, nextval('entry_id_seq')), g.operation_id, g.n, g.member_id, g.seq, g.kind, g.points, coalesce(g.owes, 0), g.net_after, g.reverses_id, coalesce(g.reason, ''), coalesce(g.source_kind, ''), g.source_id, g.operator_id, g.branch_id, g.business_date, g.recorded_at, coalesce(g.note, ''), coalesce(g.explain, ''), g.prev, g.hash
    FROM json_populate_recordset(NULL::entry, rows) g RETURNING id, operation_id)
  SELECT max(a.id), array_agg(DISTINCT a.operation_id) INTO last, operations FROM added a ;
  PERFORM must_add('entry', operations);
  RETURN last;
END $$
-- next
CREATE FUNCTION add_lot(rows json) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE last bigint; operations bigint[];
BEGIN
  WITH added AS (INSERT INTO lot (id, member_id, entry_id, points, remaining, spendable_from, expires_on, earned_on, from_lot) SELECT coalesce(g.id, nextval('lot_id_seq')), g.member_id, g.entry_id, g.points, g.remaining, g.spendable_from, coalesce(g.expires_on, '9999-12-31'), g.earned_on, g.from_lot
    FROM json_populate_recordset(NULL::lot, rows) g RETURNING id, entry_id)
  SELECT max(a.id), array_agg(DISTINCT x.operation_id) INTO last, operations FROM added a JOIN entry x ON x.id = a.entry_id;
  PERFORM must_add('lot', operations);
  RETURN last;
END $$
-- next
CREATE FUNCTION add_lot_use(rows json) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE last bigint; operations bigint[];
BEGIN
  WITH added AS (INSERT INTO lot_use (id, entry_id, at_entry, lot_id, points) SELECT coalesce(g.id, nextval('lot_use_id_seq')), g.entry_id, g.at_entry, g.lot_id, g.points
    FROM json_populate_recordset(NULL::lot_use, rows) g RETURNING id, at_entry)
  SELECT max(a.id), array_agg(DISTINCT x.operation_id) INTO last, operations FROM added a JOIN entry x ON x.id = a.at_entry;
  PERFORM must_add('lot_use', operations);
  RETURN last;
END $$
-- next
CREATE FUNCTION add_movement(rows json) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE last bigint; operations bigint[];
BEGIN
  WITH added AS (INSERT INTO movement (id, operation_id, branch_id, item_id, seq, kind, quantity, reserving, on_hand_after, reserved_after, redemption_line_id, unit_cost, reason, business_date, recorded_at) SELECT coalesce(g.id, nextval('movement_id_seq')), g.operation_id, g.branch_id, g.item_id, g.seq, g.kind, g.quantity, g.reserving, g.on_hand_after, g.reserved_after, g.redemption_line_id, coalesce(g.unit_cost, 0), coalesce(g.reason, ''), g.business_date, g.recorded_at
    FROM json_populate_recordset(NULL::movement, rows) g RETURNING id, operation_id)
  SELECT max(a.id), array_agg(DISTINCT a.operation_id) INTO last, operations FROM added a ;
  PERFORM must_add('movement', operations);
  RETURN last;
END $$
-- next
CREATE FUNCTION add_operation(rows json) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE last bigint; operations bigint[];
BEGIN
  WITH added AS (INSERT INTO operation (id, request, kind, parameters, operator_id, branch_id, workstation, business_date, recorded_at) SELECT coalesce(g.id, nextval('operation_id_seq')), g.request, g.kind, g.parameters, g.operator_id, g.branch_id, g.workstation, g.business_date, g.recorded_at
    FROM json_populate_recordset(NULL::operation, rows) g RETURNING id)
  SELECT max(a.id), array_agg(DISTINCT NULL::bigint) INTO last, operations FROM added a ;
  RETURN last;
END $$
-- next
CREATE FUNCTION add_payment(rows json) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE last bigint; operations bigint[];
BEGIN
  WITH added AS (INSERT INTO payment (id, operation_id, redemption_id, amount, branch_id, business_date, recorded_at) SELECT coalesce(g.id, nextval('payment_id_seq')), g.operation_id, g.redemption_id, g.amount, g.branch_id, g.business_date, g.recorded_at
    FROM json_populate_recordset(NULL::payment, rows) g RETURNING id, operation_id)
  SELECT max(a.id), array_agg(DISTINCT a.operation_id) INTO last, operations FROM added a ;
  PERFORM must_add('payment', operations);
  RETURN last;
END $$
-- next
CREATE FUNCTION add_purchase_line(rows json) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE last bigint; operations bigint[];
BEGIN
  WITH added AS (INSERT INTO purchase_line (purchase_id, n, sku, description, quantity, amount, earned, refunds_n) SELECT g.purchase_id, g.n, g.sku, g.description, g.quantity, g.amount, g.earned, g.refunds_n
    FROM json_populate_recordset(NULL::purchase_line, rows) g RETURNING purchase_id)
  SELECT count(*), array_agg(DISTINCT x.operation_id) INTO last, operations FROM added a JOIN purchase x ON x.id = a.purchase_id;
  PERFORM must_add('purchase_line', operations);
  RETURN last;
END $$
-- next
CREATE FUNCTION add_receipt(rows json) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE last bigint; operations bigint[];
BEGIN
  WITH added AS (INSERT INTO receipt (operation_id, body) SELECT g.operation_id, g.body
    FROM json_populate_recordset(NULL::receipt, rows) g RETURNING operation_id)
  SELECT count(*), array_agg(DISTINCT a.operation_id) INTO last, operations FROM added a ;
  PERFORM must_add('receipt', operations);
  RETURN last;
END $$
-- next
CREATE FUNCTION add_redemption_event(rows json) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE last bigint; operations bigint[];
BEGIN
  WITH added AS (INSERT INTO redemption_event (id, operation_id, redemption_id, line_id, from_state, to_state, quantity, note, business_date, recorded_at) SELECT coalesce(g.id, nextval('redemption_event_id_seq')), g.operation_id, g.redemption_id, g.line_id, g.from_state, g.to_state, coalesce(g.quantity, 0), coalesce(g.note, ''), g.business_date, g.recorded_at
    FROM json_populate_recordset(NULL::redemption_event, rows) g RETURNING id, operation_id)
  SELECT max(a.id), array_agg(DISTINCT a.operation_id) INTO last, operations FROM added a ;
  PERFORM must_add('redemption_event', operations);
  RETURN last;
END $$
-- next
CREATE FUNCTION add_tier_change(rows json) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE last bigint; operations bigint[];
BEGIN
  WITH added AS (INSERT INTO tier_change (id, operation_id, member_id, from_tier, to_tier, reason, figure, note, business_date, recorded_at) SELECT coalesce(g.id, nextval('tier_change_id_seq')), g.operation_id, g.member_id, g.from_tier, g.to_tier, g.reason, g.figure, coalesce(g.note, ''), g.business_date, g.recorded_at
    FROM json_populate_recordset(NULL::tier_change, rows) g RETURNING id, operation_id)
  SELECT max(a.id), array_agg(DISTINCT a.operation_id) INTO last, operations FROM added a ;
  PERFORM must_add('tier_change', operations);
  RETURN last;
END $$
-- next
CREATE TRIGGER shop_in_operation AFTER INSERT OR UPDATE OR DELETE ON shop FOR EACH STATEMENT EXECUTE FUNCTION in_operation()
-- next
CREATE TRIGGER setting_in_operation AFTER INSERT OR UPDATE OR DELETE ON setting FOR EACH STATEMENT EXECUTE FUNCTION in_operation()
-- next
CREATE TRIGGER branch_in_operation AFTER INSERT OR UPDATE OR DELETE ON branch FOR EACH STATEMENT EXECUTE FUNCTION in_operation()
-- next
CREATE TRIGGER operator_in_operation AFTER INSERT OR UPDATE OR DELETE ON operator FOR EACH STATEMENT EXECUTE FUNCTION in_operation()
-- next
CREATE TRIGGER approval_in_operation AFTER INSERT OR UPDATE OR DELETE ON approval FOR EACH STATEMENT EXECUTE FUNCTION in_operation()
-- next
CREATE TRIGGER shift_in_operation AFTER INSERT OR UPDATE OR DELETE ON shift FOR EACH STATEMENT EXECUTE FUNCTION in_operation()
-- next
CREATE TRIGGER tier_in_operation AFTER INSERT OR UPDATE OR DELETE ON tier FOR EACH STATEMENT EXECUTE FUNCTION in_operation()
-- next
CREATE TRIGGER member_in_operation AFTER INSERT OR UPDATE OR DELETE ON member FOR EACH STATEMENT EXECUTE FUNCTION in_operation()
-- next
CREATE TRIGGER card_in_operation AFTER INSERT OR UPDATE OR DELETE ON card FOR EACH STATEMENT EXECUTE FUNCTION in_operation()
-- next
CREATE TRIGGER member_key_in_operation AFTER INSERT OR UPDATE OR DELETE ON member_key FOR EACH STATEMENT EXECUTE FUNCTION in_operation()
-- next
CREATE TRIGGER search_key_in_operation AFTER INSERT OR UPDATE OR DELETE ON search_key FOR EACH STATEMENT EXECUTE FUNCTION in_operation()
-- next
CREATE TRIGGER member_code_in_operation AFTER INSERT OR UPDATE OR DELETE ON member_code FOR EACH STATEMENT EXECUTE FUNCTION in_operation()
-- next
CREATE TRIGGER reason_in_operation AFTER INSERT OR UPDATE OR DELETE ON reason FOR EACH STATEMENT EXECUTE FUNCTION in_operation()
-- next
CREATE TRIGGER import_batch_in_operation AFTER INSERT OR UPDATE OR DELETE ON import_batch FOR EACH STATEMENT EXECUTE FUNCTION in_operation()
-- next
CREATE TRIGGER import_problem_in_operation AFTER INSERT OR UPDATE OR DELETE ON import_problem FOR EACH STATEMENT EXECUTE FUNCTION in_operation()
-- next
CREATE TRIGGER import_member_in_operation AFTER INSERT OR UPDATE OR DELETE ON import_member FOR EACH STATEMENT EXECUTE FUNCTION in_operation()
-- next
CREATE TRIGGER purchase_in_operation AFTER INSERT OR UPDATE OR DELETE ON purchase FOR EACH STATEMENT EXECUTE FUNCTION in_operation()
-- next
CREATE TRIGGER category_in_operation AFTER INSERT OR UPDATE OR DELETE ON category FOR EACH STATEMENT EXECUTE FUNCTION in_operation()
-- next
CREATE TRIGGER item_in_operation AFTER INSERT OR UPDATE OR DELETE ON item FOR EACH STATEMENT EXECUTE FUNCTION in_operation()
-- next
CREATE TRIGGER item_picture_in_operation AFTER INSERT OR UPDATE OR DELETE ON item_picture FOR EACH STATEMENT EXECUTE FUNCTION in_operation()
-- next
CREATE TRIGGER offer_in_operation AFTER INSERT OR UPDATE OR DELETE ON offer FOR EACH STATEMENT EXECUTE FUNCTION in_operation()
-- next
CREATE TRIGGER redemption_in_operation AFTER INSERT OR UPDATE OR DELETE ON redemption FOR EACH STATEMENT EXECUTE FUNCTION in_operation()
-- next
CREATE TRIGGER redemption_line_in_operation AFTER INSERT OR UPDATE OR DELETE ON redemption_line FOR EACH STATEMENT EXECUTE FUNCTION in_operation()
-- next
CREATE TRIGGER operation_is_ledger BEFORE UPDATE OR DELETE OR TRUNCATE ON operation FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen()
-- next
CREATE TRIGGER receipt_is_ledger BEFORE UPDATE OR DELETE OR TRUNCATE ON receipt FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen()
-- next
CREATE TRIGGER audit_is_ledger BEFORE UPDATE OR DELETE OR TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen()
-- next
CREATE TRIGGER entry_is_ledger BEFORE UPDATE OR DELETE OR TRUNCATE ON entry FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen()
-- next
CREATE TRIGGER lot_use_is_ledger BEFORE UPDATE OR DELETE OR TRUNCATE ON lot_use FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen()
-- next
CREATE TRIGGER movement_is_ledger BEFORE UPDATE OR DELETE OR TRUNCATE ON movement FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen()
-- next
CREATE TRIGGER purchase_line_is_ledger BEFORE UPDATE OR DELETE OR TRUNCATE ON purchase_line FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen()
-- next
CREATE TRIGGER tier_change_is_ledger BEFORE UPDATE OR DELETE OR TRUNCATE ON tier_change FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen()
-- next
CREATE TRIGGER redemption_event_is_ledger BEFORE UPDATE OR DELETE OR TRUNCATE ON redemption_event FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen()
-- next
CREATE TRIGGER payment_is_ledger BEFORE UPDATE OR DELETE OR TRUNCATE ON payment FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen()
-- next
CREATE TRIGGER anchor_is_ledger BEFORE UPDATE OR DELETE OR TRUNCATE ON anchor FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen()
-- next
CREATE TRIGGER backup_is_ledger BEFORE UPDATE OR DELETE OR TRUNCATE ON backup FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen()
-- next
CREATE TRIGGER zero_is_ledger BEFORE UPDATE OR DELETE OR TRUNCATE ON zero FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen()
-- next
CREATE TRIGGER member_is_ledger BEFORE DELETE OR TRUNCATE ON member FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen()
-- next
CREATE TRIGGER lot_is_ledger BEFORE DELETE OR TRUNCATE ON lot FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen()
-- next
CREATE TRIGGER stock_is_ledger BEFORE DELETE OR TRUNCATE ON stock FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen()
-- next
CREATE TRIGGER purchase_is_ledger BEFORE DELETE OR TRUNCATE ON purchase FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen()
-- next
CREATE TRIGGER approval_is_ledger BEFORE DELETE OR TRUNCATE ON approval FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen()
-- next
CREATE TRIGGER redemption_is_ledger BEFORE DELETE OR TRUNCATE ON redemption FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen()
-- next
CREATE TRIGGER redemption_line_is_ledger BEFORE DELETE OR TRUNCATE ON redemption_line FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen()
-- next
CREATE TRIGGER card_is_ledger BEFORE DELETE OR TRUNCATE ON card FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen()
-- next
CREATE TRIGGER shop_is_ledger BEFORE DELETE OR TRUNCATE ON shop FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen()
-- next
CREATE TRIGGER operator_is_ledger BEFORE DELETE OR TRUNCATE ON operator FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen()
-- next
CREATE TRIGGER branch_is_ledger BEFORE DELETE OR TRUNCATE ON branch FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen()
-- next
CREATE TRIGGER tier_is_ledger BEFORE DELETE OR TRUNCATE ON tier FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen()
-- next
CREATE TRIGGER item_is_ledger BEFORE DELETE OR TRUNCATE ON item FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen()
-- next
CREATE TRIGGER offer_is_ledger BEFORE DELETE OR TRUNCATE ON offer FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen()
-- next
CREATE TRIGGER shift_is_ledger BEFORE DELETE OR TRUNCATE ON shift FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen()
-- next
CREATE TRIGGER import_batch_is_ledger BEFORE DELETE OR TRUNCATE ON import_batch FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen()
