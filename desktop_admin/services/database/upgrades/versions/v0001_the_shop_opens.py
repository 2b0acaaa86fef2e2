"""The first shape of the shop: members, tiers, the books of points, purchases, catalog, stock, redemptions."""

from alembic import op

from desktop_admin.services.database.upgrades import frozen

revision = "0001"
down_revision = None


def upgrade() -> None:
    connection = op.get_bind()
    engine = connection.dialect.name
    for statement in frozen("0001", engine):
        connection.exec_driver_sql(statement.replace("%", "%%") if engine == "postgresql" else statement)
