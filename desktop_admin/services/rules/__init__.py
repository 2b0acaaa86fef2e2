"""The shop's law as pure functions: standard library only, no clock, no database, no language."""
