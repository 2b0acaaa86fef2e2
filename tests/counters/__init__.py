"""Many counters on one server: processes that act, are killed and cut off, and what must be true afterwards."""
