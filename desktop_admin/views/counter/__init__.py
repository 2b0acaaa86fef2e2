"""The counter: the screen."""

from desktop_admin.views.counter.screen import CounterScreen

__all__ = ["CounterScreen"]
