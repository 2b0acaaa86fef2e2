"""Alembic's environment: runs inside the transaction that ``upgrade`` began."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"], transactional_ddl=True, transaction_per_migration=False
)
context.run_migrations()
