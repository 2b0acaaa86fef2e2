"""A shop on its way from one database to another: rows, digests, and what each end needs."""
