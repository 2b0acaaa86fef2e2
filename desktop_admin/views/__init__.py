"""Widgets: no SQL, no rules, no arithmetic on points or money."""
