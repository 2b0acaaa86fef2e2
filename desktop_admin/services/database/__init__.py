"""The database: schema, triggers, units of work, upgrades. The only code that commits."""
