"""Checks of stock and redemptions."""

from desktop_admin.i18n import N_
from desktop_admin.services.doctor.check import Check

CHECKS = (
    Check(
        "stock",
        N_("Stock is not the sum of its movements."),
        "SELECT s.item_id, s.branch_id, s.on_hand, coalesce(m.q, 0) AS moved, s.reserved, coalesce(m.r, 0) AS reserving "
        "FROM stock s LEFT JOIN (SELECT branch_id, item_id, sum(quantity) AS q, sum(reserving) AS r, max(seq) AS n, "
        "count(*) AS c FROM movement GROUP BY branch_id, item_id) m ON m.branch_id = s.branch_id AND m.item_id = s.item_id "
        "WHERE s.on_hand <> coalesce(m.q, 0) OR s.reserved <> coalesce(m.r, 0) OR s.last_seq <> coalesce(m.n, 0) "
        "OR s.last_seq <> coalesce(m.c, 0)",
    ),
    Check(
        "movement",
        N_("A movement's figures do not follow from the one before it."),
        "SELECT id, branch_id, item_id, seq FROM (SELECT id, branch_id, item_id, seq, on_hand_after, reserved_after, "
        "quantity, reserving, lag(on_hand_after, 1, 0) OVER w AS h, lag(reserved_after, 1, 0) OVER w AS r FROM movement "
        "WINDOW w AS (PARTITION BY branch_id, item_id ORDER BY seq)) x "
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
        "redemption-points",
        N_("A redemption line's points are not what its debit took, less what was given back."),
        "SELECT l.id, l.points, l.quantity, l.undone, e.points AS debit, coalesce(b.s, 0) AS given_back "
        "FROM redemption_line l LEFT JOIN entry e ON e.id = l.entry_id LEFT JOIN "
        "(SELECT reverses_id, sum(points) AS s FROM entry WHERE reverses_id IS NOT NULL GROUP BY reverses_id) b "
        "ON b.reverses_id = l.entry_id WHERE (l.points > 0 AND (e.id IS NULL OR -e.points <> l.points)) "
        "OR (l.undone = 0 AND coalesce(b.s, 0) <> 0) OR (l.undone = l.quantity AND coalesce(b.s, 0) <> l.points)",
    ),
    Check(
        "redemption-cash",
        N_("The cash kept for a redemption is not the price of its lines."),
        "SELECT r.id, r.cash, coalesce(p.s, 0) AS kept FROM redemption r LEFT JOIN "
        "(SELECT redemption_id, sum(amount) AS s FROM payment GROUP BY redemption_id) p ON p.redemption_id = r.id "
        "WHERE coalesce(p.s, 0) < 0 OR coalesce(p.s, 0) > r.cash "
        "OR (coalesce(p.s, 0) <> r.cash AND NOT EXISTS (SELECT 1 FROM redemption_line l WHERE l.redemption_id = r.id "
        "AND l.undone > 0)) OR (coalesce(p.s, 0) <> 0 AND NOT EXISTS (SELECT 1 FROM redemption_line l "
        "WHERE l.redemption_id = r.id AND l.undone < l.quantity))",
    ),
    Check(
        "redemption-total",
        N_("A redemption's totals are not those of its lines."),
        "SELECT r.id, r.points, sum(l.points) AS line_points, r.cash, sum(l.cash) AS line_cash FROM redemption r "
        "LEFT JOIN redemption_line l ON l.redemption_id = r.id GROUP BY r.id, r.points, r.cash "
        "HAVING r.points <> coalesce(sum(l.points), -1) OR r.cash <> coalesce(sum(l.cash), -1)",
    ),
)
