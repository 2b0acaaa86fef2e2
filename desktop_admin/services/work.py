"""Work, Actor, Shop and Operation, where services look for them."""

from desktop_admin.services.database.work import Actor, Operation, Shop, Work

__all__ = ["Actor", "Operation", "Shop", "Work"]
