"""Checks of stock and redemptions."""

from desktop_admin.i18n import N_
from desktop_admin.services.doctor.check import Check

# how far a living line has come; NULL for one that is cancelled or returned (rules/redemptions.py)
_PLACE = (
    "CASE l.state WHEN 'placed' THEN 0 WHEN 'approved' THEN 1 WHEN 'booked' THEN 2 WHEN 'picking' THEN 3 "
    "WHEN 'packed' THEN 4 WHEN 'ready' THEN 5 WHEN 'shipped' THEN 6 WHEN 'delivered' THEN 7 WHEN 'collected' THEN 8 "
    "WHEN 'issued' THEN 9 WHEN 'used' THEN 10 WHEN 'missed' THEN 11 END"
)

CHECKS = (
    Check(
        "stock",
        N_("Stock is not the sum of its movements."),
        "SELECT s.item_id, s.branch_id, s.on_hand, coalesce(m.q, 0) AS moved, s.reserved, "
        "coalesce(m.r, 0) AS reserving FROM stock s "
        "LEFT JOIN (SELECT branch_id, item_id, sum(quantity) AS q, sum(reserving) AS r, max(seq) AS n, "
        "count(*) AS c FROM movement GROUP BY branch_id, item_id) m ON m.branch_id = s.branch_id "
        "AND m.item_id = s.item_id "
        "WHERE s.on_hand <> coalesce(m.q, 0) OR s.reserved <> coalesce(m.r, 0) OR s.last_seq <> coalesce(m.n, 0) "
        "OR s.last_seq <> coalesce(m.c, 0)",
    ),
    Check(
        "movement",
        N_("A movement's figures do not follow from the one before it."),
        "SELECT id, branch_id, item_id, seq FROM (SELECT id, branch_id, item_id, seq, on_hand_after, reserved_after, "
        "quantity, reserving, lag(on_hand_after, 1, 0) OVER w AS h, lag(reserved_after, 1, 0) OVER w AS r "
        "FROM movement WINDOW w AS (PARTITION BY branch_id, item_id ORDER BY seq)) x "
        "WHERE h + quantity <> on_hand_after OR r + reserving <> reserved_after",
    ),
    Check(
        "reserved",
        N_("A redemption line does not hold the stock its state calls for."),
        "SELECT l.id, l.state, l.quantity, l.undone, coalesce(m.r, 0) AS reserved FROM redemption_line l "
        "JOIN redemption r ON r.id = l.redemption_id JOIN item i ON i.id = l.item_id AND i.kind = 'goods' LEFT JOIN "
        "(SELECT redemption_line_id, sum(reserving) AS r FROM movement WHERE redemption_line_id IS NOT NULL "
        "GROUP BY redemption_line_id) m ON m.redemption_line_id = l.id "
        "WHERE coalesce(m.r, 0) <> CASE WHEN l.state IN ('placed', 'approved', 'picking', 'packed', 'ready') "
        "THEN l.quantity - l.undone ELSE 0 END",
    ),
    Check(
        "handed-over",
        N_("The goods that left the house for a redemption line are not those it kept."),
        "SELECT l.id, l.state, l.quantity, l.undone, coalesce(m.q, 0) AS moved FROM redemption_line l "
        "JOIN item i ON i.id = l.item_id AND i.kind = 'goods' LEFT JOIN "
        "(SELECT redemption_line_id, sum(quantity) AS q FROM movement WHERE redemption_line_id IS NOT NULL "
        "AND kind <> 'write_off' GROUP BY redemption_line_id) m ON m.redemption_line_id = l.id "
        "WHERE coalesce(m.q, 0) <> CASE WHEN l.state IN ('shipped', 'delivered', 'collected', 'returned') "
        "THEN l.undone - l.quantity ELSE 0 END",
    ),
    Check(
        "redemption-points",
        N_("A redemption line's points are not what its debit took, less what was given back."),
        "SELECT l.id, l.points, l.quantity, l.undone, e.points AS debit, coalesce(b.s, 0) AS given_back "
        "FROM redemption_line l LEFT JOIN entry e ON e.id = l.entry_id LEFT JOIN "
        "(SELECT reverses_id, sum(points) AS s FROM entry WHERE reverses_id IS NOT NULL GROUP BY reverses_id) b "
        "ON b.reverses_id = l.entry_id WHERE (l.points > 0 AND (e.id IS NULL OR -e.points <> l.points)) "
        "OR coalesce(b.s, 0) <> l.points - l.points * (l.quantity - l.undone) / l.quantity",
    ),
    Check(
        "redemption-cash",
        N_("The cash kept for a redemption is not the price of its lines."),
        "SELECT r.id, r.cash, coalesce(p.s, 0) AS kept, l.k AS due FROM redemption r JOIN "
        "(SELECT redemption_id, sum(cash * (quantity - undone) / quantity) AS k FROM redemption_line "
        "GROUP BY redemption_id) l ON l.redemption_id = r.id LEFT JOIN "
        "(SELECT redemption_id, sum(amount) AS s FROM payment GROUP BY redemption_id) p ON p.redemption_id = r.id "
        "WHERE coalesce(p.s, 0) <> l.k",
    ),
    Check(
        "redemption-state",
        N_("A redemption's state is not that of its least advanced line."),
        f"SELECT r.id, r.state, d.living, d.returned FROM redemption r JOIN (SELECT redemption_id, "
        f"min({_PLACE}) AS living, max(CASE WHEN state = 'returned' THEN 1 ELSE 0 END) AS returned "
        "FROM redemption_line l GROUP BY redemption_id) d ON d.redemption_id = r.id "
        f"WHERE CASE WHEN d.living IS NOT NULL THEN coalesce({_PLACE.replace('l.state', 'r.state')}, -1) <> d.living "
        "ELSE r.state <> CASE WHEN d.returned = 1 THEN 'returned' ELSE 'cancelled' END END",
    ),
    Check(
        "redemption-line",
        N_("A redemption line is ended though pieces are left, or open though none is."),
        "SELECT id, state, quantity, undone FROM redemption_line "
        "WHERE (undone = quantity) <> (state IN ('cancelled', 'returned'))",
    ),
    Check(
        "redemption-trail",
        N_("A redemption's trail does not lead to the state it is in."),
        "SELECT r.id, r.state, e.n, e.starts, e.last_state FROM redemption r LEFT JOIN (SELECT redemption_id, "
        "count(*) AS n, sum(CASE WHEN from_state <> was THEN 1 ELSE 0 END) AS broken, "
        "sum(CASE WHEN from_state = '' AND to_state = 'placed' THEN 1 ELSE 0 END) AS starts, "
        "max(CASE WHEN newest = 1 THEN to_state ELSE '' END) AS last_state FROM (SELECT redemption_id, from_state, "
        "to_state, lag(to_state, 1, '') OVER (PARTITION BY redemption_id ORDER BY id) AS was, "
        "row_number() OVER (PARTITION BY redemption_id ORDER BY id DESC) AS newest "
        "FROM redemption_event WHERE line_id IS NULL) x GROUP BY redemption_id) e ON e.redemption_id = r.id "
        "WHERE e.n IS NULL OR e.broken <> 0 OR e.starts <> 1 OR e.last_state <> r.state",
    ),
    Check(
        "redemption-undone",
        N_("A redemption line's cancelled or returned pieces are not those of its trail."),
        "SELECT l.id, l.undone, coalesce(e.s, 0) AS trail FROM redemption_line l LEFT JOIN "
        "(SELECT line_id, sum(quantity) AS s FROM redemption_event WHERE to_state IN ('cancelled', 'returned') "
        "AND line_id IS NOT NULL GROUP BY line_id) e ON e.line_id = l.id WHERE l.undone <> coalesce(e.s, 0)",
    ),
    Check(
        "redemption-queue",
        N_("A redemption does not stand at its place in the queue."),
        "SELECT id, priority, promised_on, queue_key FROM redemption "
        "WHERE queue_key <> CAST(9 - priority AS TEXT) || promised_on",
    ),
    Check(
        "item-points",
        N_("An item is listed at other points than the fewest of its offers."),
        "SELECT i.id, i.from_points, coalesce(o.p, 0) AS fewest FROM item i LEFT JOIN (SELECT item_id, "
        "min(points) AS p FROM offer WHERE active = 1 GROUP BY item_id) o ON o.item_id = i.id "
        "WHERE i.from_points <> coalesce(o.p, 0)",
    ),
    Check(
        "redemption-total",
        N_("A redemption's totals are not those of its lines."),
        "SELECT r.id, r.points, sum(l.points) AS line_points, r.cash, sum(l.cash) AS line_cash FROM redemption r "
        "LEFT JOIN redemption_line l ON l.redemption_id = r.id GROUP BY r.id, r.points, r.cash "
        "HAVING r.points <> coalesce(sum(l.points), -1) OR r.cash <> coalesce(sum(l.cash), -1)",
    ),
)
