"""Members: the screen."""

from desktop_admin.views.members.screen import MembersScreen

__all__ = ["MembersScreen"]
