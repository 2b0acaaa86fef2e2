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
