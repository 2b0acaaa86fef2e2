-- What holds for a person with a database prompt and an operator's password: who acts is who signed in, with the leave,
-- the limits and the clock the program would ask for. Who owns the shop (its set-up, the server's administrator) is
-- believed: there is nobody above to ask.

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
END $$;
CREATE TRIGGER operation_guard BEFORE INSERT ON operation FOR EACH ROW EXECUTE FUNCTION operation_guard();

-- Changes of records leave a trace: they belong to an operation that this session opened in this transaction. The day
-- only makes it quick to find: at midnight another window of the operator may be a day ahead.
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
END $$;

CREATE FUNCTION limit_of(of_role text, name text) RETURNS bigint LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
SELECT coalesce((SELECT (value::jsonb -> of_role ->> limit_of.name)::bigint FROM setting WHERE setting.name = 'limits'),
  CASE of_role || '.' || limit_of.name
{limits}
  ELSE 0 END)
$$;

-- What is added to a ledger belongs to an operation that this session opened in this transaction, and that adds to it.
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
END $$;

-- An operation is judged when it commits, with all it posted. What is typed in is counted then, for whoever typed it.
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
  IF NEW.kind NOT IN ({typed}) OR who.role = 'system' THEN RETURN NULL; END IF;
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
END $$;
CREATE CONSTRAINT TRIGGER operation_judged AFTER INSERT ON operation DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION operation_judged();

-- A request is asked and decided under one's own name, and never by the one who asked.
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
END $$;
CREATE TRIGGER approval_guard BEFORE INSERT OR UPDATE ON approval FOR EACH ROW EXECUTE FUNCTION approval_guard();

-- Everybody keeps their own PIN; the rest of an operator is the administrators'.
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
END $$;
CREATE TRIGGER operator_guard BEFORE INSERT OR UPDATE ON operator FOR EACH ROW EXECUTE FUNCTION operator_guard();

CREATE FUNCTION has_pin(of_operator bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT pin_hash <> '' FROM operator WHERE id = of_operator
$$;

CREATE FUNCTION own_pin() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT pin_hash FROM operator WHERE account = session_user::text
$$;

-- Nobody writes while an anchor is taken: what it covers is then all there is.
CREATE FUNCTION hold_operations() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT (pg_has_role(session_user, current_user, 'MEMBER') OR EXISTS (SELECT 1 FROM operator
    WHERE account = session_user::text AND active = 1 AND leave('anchors.take', role))) THEN
    RAISE EXCEPTION 'no leave to hold the shop' USING ERRCODE = '42501';
  END IF;
  LOCK TABLE operation IN SHARE ROW EXCLUSIVE MODE;
END $$;

-- Tills show the closed shifts of the branches one works in; the office sees all.
CREATE FUNCTION sees_branch(which bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT pg_has_role(session_user, current_user, 'MEMBER') OR EXISTS (SELECT 1 FROM operator p WHERE p.account = session_user::text
  AND p.active = 1 AND (p.role NOT IN ('counter', 'clerk') OR p.branch_id = which OR EXISTS (SELECT 1 FROM operation o
    WHERE o.operator_id = p.id AND o.branch_id = which
    AND o.business_date >= (SELECT max(business_date) FROM operation WHERE operator_id = p.id))))
$$;

-- Brings the role an operator signs in with in line with the operator's row. Belongs to the shop's keeper, the only
-- role that may make roles and that nobody signs in as; takes this shop's names and groups only, and passwords only as
-- a verifier that the client made, so that no password ever reaches the server.
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
END $$;
