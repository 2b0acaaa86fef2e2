"""The first shape of the shop: members, tiers, the books of points, purchases, catalog, stock, redemptions."""

from alembic import op

from desktop_admin.services.database.schema import statements

revision = "0001"
down_revision = None


def upgrade() -> None:
    connection = op.get_bind()
    for statement in statements(connection.dialect.name):  # type: ignore[arg-type]
        connection.exec_driver_sql(statement.replace("%", "%%") if connection.dialect.name == "postgresql" else statement)
