"""Administration: the screen."""

from desktop_admin.views.administration.screen import AdministrationScreen

__all__ = ["AdministrationScreen"]
