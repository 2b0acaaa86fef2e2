"""Operators sign in with roles of the server; functions and guards of the server hold what the program asks."""

from alembic import op

from desktop_admin.services.database.upgrades import frozen, guards

revision = "0002"
down_revision = "0001"

_TABLES = (
    "ALTER TABLE operator ADD COLUMN account TEXT NOT NULL DEFAULT ''",
    "CREATE UNIQUE INDEX operator_account ON operator (account) WHERE account <> ''",
)


def upgrade() -> None:
    connection = op.get_bind()
    engine = connection.dialect.name
    guards.drop(connection)
    for statement in _TABLES:
        text = statement.replace("account TEXT", 'account text COLLATE "C"') if engine == "postgresql" else statement
        connection.exec_driver_sql(text)
    for statement in frozen("0002", engine):
        connection.exec_driver_sql(statement.replace("%", "%%") if engine == "postgresql" else statement)
