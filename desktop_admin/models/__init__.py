"""Qt item models: they know columns and roles, not where records come from."""
