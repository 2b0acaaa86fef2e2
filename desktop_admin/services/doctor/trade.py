"""Checks of purchases, members and operations."""

from desktop_admin.i18n import N_
from desktop_admin.services.doctor.check import Check

CHECKS = (
    Check(
        "purchase-lines",
        N_("A purchase is not the sum of its lines."),
        "SELECT p.id, p.amount, l.a AS lines, p.earned, l.e AS line_points FROM purchase p JOIN "
        "(SELECT purchase_id, sum(amount) AS a, sum(earned) AS e FROM purchase_line GROUP BY purchase_id) l "
        "ON l.purchase_id = p.id WHERE p.amount <> l.a OR p.earned <> l.e",
    ),
    Check(
        "purchase-points",
        N_("The points of a purchase are not those of its entries."),
        "SELECT p.id, p.earned, coalesce(e.s, 0) AS entries FROM purchase p LEFT JOIN "
        "(SELECT source_id, sum(points) AS s FROM entry WHERE source_kind = 'purchase' AND kind <> 'writeoff' "
        "AND source_id IS NOT NULL GROUP BY source_id) e ON e.source_id = p.id "
        "WHERE p.voided_by = 0 AND p.earned <> coalesce(e.s, 0)",
    ),
    Check(
        "purchase-void",
        N_("A purchase was undone but its points were not."),
        "SELECT p.id, p.earned, coalesce(e.s, 0) AS entries FROM purchase p LEFT JOIN "
        "(SELECT source_id, sum(points) AS s FROM entry WHERE source_kind = 'purchase' AND kind <> 'writeoff' "
        "AND source_id IS NOT NULL GROUP BY source_id) e ON e.source_id = p.id "
        "WHERE p.voided_by <> 0 AND coalesce(e.s, 0) <> 0",
    ),
    Check(
        "receipt",
        N_("An operation has no receipt."),
        "SELECT o.id, o.kind FROM operation o LEFT JOIN receipt r ON r.operation_id = o.id "
        "WHERE r.operation_id IS NULL",
    ),
    Check(
        "card",
        N_("A member's card is not among the cards in force."),
        "SELECT m.id, m.card_number FROM member m LEFT JOIN card c ON c.card_number = m.card_number "
        "AND c.member_id = m.id AND c.state = 'active' WHERE m.closed_at = '' AND c.card_number IS NULL",
    ),
    Check(
        "search",
        N_("A member cannot be found by the card in force."),
        "SELECT m.id, m.card_number FROM member m LEFT JOIN search_key k ON k.member_id = m.id "
        "AND k.key = 'c:' || lower(m.card_number) WHERE m.closed_at = '' AND k.key IS NULL",
    ),
    Check(
        "tier",
        N_("A member's tier is not the one of the newest change."),
        "SELECT m.id, m.tier_id, t.to_tier FROM member m JOIN tier_change t ON t.member_id = m.id AND t.id = "
        "(SELECT max(id) FROM tier_change WHERE member_id = m.id) WHERE t.to_tier <> m.tier_id",
    ),
    Check(
        "typed",
        N_("The points an operator typed in on a day are not those of the day's entries."),
        "SELECT coalesce(t.operator_id, d.operator_id), coalesce(t.business_date, d.business_date) AS day, t.points, "
        "d.s AS entries FROM typed_points t FULL JOIN (SELECT o.operator_id, o.business_date, sum(abs(e.points)) AS s "
        "FROM operation o JOIN entry e ON e.operation_id = o.id AND e.n = 1 JOIN operator w ON w.id = o.operator_id "
        "WHERE w.role <> 'system' AND o.kind IN ('points.adjust', 'points.reverse', 'points.transfer', "
        "'purchases.record', 'purchases.refund', 'purchases.void') GROUP BY o.operator_id, o.business_date) d "
        "ON d.operator_id = t.operator_id AND d.business_date = t.business_date "
        "WHERE coalesce(t.points, 0) <> coalesce(d.s, 0)",
    ),
    Check(
        "approval",
        N_("A request was decided by the one who made it."),
        "SELECT id, requester_id, decider_id FROM approval WHERE decider_id = requester_id",
    ),
    Check(
        "import-undone",
        N_("An import was undone but some of its purchases still count."),
        "SELECT b.id, count(p.id) AS purchases FROM import_batch b JOIN purchase p ON p.batch_id = b.id "
        "AND p.voided_by = 0 WHERE b.state = 'undone' GROUP BY b.id",
    ),
    Check(
        "import-opening",
        N_("An opening balance an import gave is not among the member's entries."),
        "SELECT i.batch_id, i.member_id, i.entry_id FROM import_member i LEFT JOIN entry e ON e.id = i.entry_id "
        "AND e.member_id = i.member_id AND e.kind = 'opening' AND e.source_kind = 'import' "
        "AND e.source_id = i.batch_id WHERE i.entry_id IS NOT NULL AND e.id IS NULL",
    ),
)
