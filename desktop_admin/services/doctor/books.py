"""Checks of the books of points."""

from desktop_admin.i18n import N_
from desktop_admin.services.doctor.check import Check

CHECKS = (
    Check(
        "balance",
        N_("A balance is not the sum of what is left in the member's lots."),
        "SELECT m.id, m.balance, coalesce(l.s, 0) AS lots FROM member m LEFT JOIN "
        "(SELECT member_id, sum(remaining) AS s FROM lot GROUP BY member_id) l ON l.member_id = m.id "
        "WHERE m.balance <> coalesce(l.s, 0)",
    ),
    Check(
        "net",
        N_("A balance is not the sum of the member's entries."),
        "SELECT m.id, m.balance - m.owed AS net, coalesce(e.s, 0) AS entries FROM member m LEFT JOIN "
        "(SELECT member_id, sum(points) AS s FROM entry GROUP BY member_id) e ON e.member_id = m.id "
        "WHERE m.balance - m.owed <> coalesce(e.s, 0)",
    ),
    Check(
        "open",
        N_("A posting was left half-way: points neither in a lot nor taken from one."),
        "SELECT id, unlotted, unused FROM member WHERE unlotted <> 0 OR unused <> 0",
    ),
    Check(
        "head",
        N_("A member's newest entry is not the one the member row names."),
        "SELECT m.id, m.last_seq, m.head FROM member m LEFT JOIN entry e ON e.member_id = m.id AND e.seq = m.last_seq "
        "WHERE (m.last_seq = 0 AND m.head <> '') OR (m.last_seq > 0 AND (e.id IS NULL OR e.hash <> m.head)) "
        "OR m.last_seq <> coalesce((SELECT max(x.seq) FROM entry x WHERE x.member_id = m.id), 0)",
    ),
    Check(
        "remaining",
        N_("What is left of a lot is not its points less its uses."),
        "SELECT l.id, l.points, l.remaining, coalesce(u.s, 0) AS used FROM lot l LEFT JOIN "
        "(SELECT lot_id, sum(points) AS s FROM lot_use GROUP BY lot_id) u ON u.lot_id = l.id "
        "WHERE l.remaining <> l.points - coalesce(u.s, 0) OR l.remaining < 0 OR l.remaining > l.points",
    ),
    Check(
        "credit",
        N_("A credit does not lie wholly in lots or in what it gave back."),
        "SELECT e.id, e.points, coalesce(l.s, 0) AS lots, coalesce(u.s, 0) AS given_back FROM entry e "
        "LEFT JOIN (SELECT entry_id, sum(points) AS s FROM lot GROUP BY entry_id) l ON l.entry_id = e.id "
        "LEFT JOIN (SELECT at_entry, -sum(points) AS s FROM lot_use WHERE points < 0 GROUP BY at_entry) u "
        "ON u.at_entry = e.id "
        "WHERE e.points > 0 AND e.points <> coalesce(l.s, 0) + coalesce(u.s, 0)",
    ),
    Check(
        "debit",
        N_("A debit is not wholly taken from lots or owed."),
        "SELECT e.id, e.points, e.owes, coalesce(u.s, 0) AS used FROM entry e LEFT JOIN "
        "(SELECT entry_id, sum(points) AS s FROM lot_use WHERE entry_id = at_entry AND points > 0 GROUP BY entry_id) u "
        "ON u.entry_id = e.id WHERE e.points < 0 AND -e.points - e.owes <> coalesce(u.s, 0)",
    ),
    Check(
        "owed",
        N_("What a member owes is not what clawbacks left uncovered."),
        "SELECT m.id, m.owed, coalesce(d.s, 0) AS uncovered FROM member m LEFT JOIN "
        "(SELECT e.member_id, sum(e.owes - coalesce((SELECT sum(u.points) FROM lot_use u WHERE u.entry_id = e.id "
        "AND u.at_entry <> e.id AND u.points > 0), 0)) AS s FROM entry e WHERE e.owes > 0 GROUP BY e.member_id) d "
        "ON d.member_id = m.id WHERE m.owed <> coalesce(d.s, 0)",
    ),
    Check(
        "use",
        N_("A use joins a lot and an entry of different members."),
        "SELECT u.id, l.member_id, e.member_id AS entry_member, a.member_id AS at_member FROM lot_use u "
        "JOIN lot l ON l.id = u.lot_id JOIN entry e ON e.id = u.entry_id JOIN entry a ON a.id = u.at_entry "
        "WHERE l.member_id <> e.member_id OR a.member_id <> e.member_id OR e.points >= 0 "
        "OR (u.points < 0 AND coalesce(a.reverses_id, 0) <> e.id)",
    ),
    Check(
        "lot",
        N_("A lot does not belong to a credit of its member."),
        "SELECT l.id, l.member_id, e.member_id AS entry_member, e.points FROM lot l JOIN entry e ON e.id = l.entry_id "
        "WHERE l.member_id <> e.member_id OR e.points <= 0",
    ),
    Check(
        "reversal",
        N_("An entry was reversed beyond its own points."),
        "SELECT o.id, o.points, sum(x.points) AS reversed FROM entry o JOIN entry x ON x.reverses_id = o.id "
        "GROUP BY o.id, o.points HAVING (o.points > 0 AND o.points + sum(x.points + coalesce((SELECT sum(y.points) "
        "FROM entry y WHERE y.reverses_id = x.id), 0)) < 0) OR (o.points < 0 AND o.points + sum(x.points + "
        "coalesce((SELECT sum(y.points) FROM entry y WHERE y.reverses_id = x.id), 0)) > 0)",
    ),
    Check(
        "early",
        N_("Points were used before they could be, or after their last day."),
        "SELECT u.id, l.spendable_from, l.expires_on, e.business_date FROM lot_use u JOIN entry e ON e.id = u.entry_id "
        "JOIN lot l ON l.id = u.lot_id WHERE u.points > 0 AND u.entry_id = u.at_entry "
        "AND e.kind NOT IN ('expire', 'merge') AND l.entry_id <> coalesce(e.reverses_id, 0) "
        "AND (l.expires_on < e.business_date OR (l.spendable_from > e.business_date AND e.kind <> 'clawback'))",
    ),
    Check(
        "operation",
        N_("An entry disagrees with its operation about who made it or when."),
        "SELECT e.id, e.operator_id, o.operator_id AS operation_operator, e.recorded_at, "
        "o.recorded_at AS operation_time FROM entry e JOIN operation o ON o.id = e.operation_id "
        "WHERE e.operator_id <> o.operator_id OR e.recorded_at <> o.recorded_at",
    ),
    Check(
        "zero",
        N_("The row that proves postings at commit is missing."),
        "SELECT 0 AS id, count(*) AS n FROM zero HAVING count(*) <> 1",
    ),
)
