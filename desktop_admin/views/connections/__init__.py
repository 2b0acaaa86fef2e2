"""Connections: which shops this machine knows, and the form that leads to one on a server."""
