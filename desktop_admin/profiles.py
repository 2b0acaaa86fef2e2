"""The connections this machine knows, among its settings; passwords are in the system's keyring or nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop_admin.settings import DATABASE, PROFILE, PROFILES, SAMPLE, Settings

if TYPE_CHECKING:
    from desktop_admin.services.connection import Profile

KEYRING = "server"  # under what passwords are kept


def kept(settings: Settings) -> tuple[Profile, ...]:
    """Every connection."""
    from desktop_admin.services import connection  # not before the first paint

    return connection.load(settings.get(PROFILES))


def keep(settings: Settings, profile: Profile) -> None:
    """Keep a connection, in the place of the one with its id."""
    from desktop_admin.services import connection

    others = {one.id: one for one in kept(settings)}
    others[profile.id] = profile
    settings.set(PROFILES, connection.dump(others.values()))
    settings.save()


def remove(settings: Settings, id_: str) -> None:
    """Forget a connection; where it was the chosen one, the guide of the first run comes again."""
    from desktop_admin.services import connection

    settings.set(PROFILES, connection.dump(one for one in kept(settings) if one.id != id_))
    if settings.get(PROFILE) == id_:
        settings.set(PROFILE, "")
        settings.set(DATABASE, "")
    settings.save()


def chosen(settings: Settings) -> Profile | None:
    """The connection that is opened at the start; None where this machine has none, or another way was said."""
    id_ = settings.get(PROFILE)
    return next((one for one in kept(settings) if one.id == id_), None) if id_ else None


def choose(settings: Settings, profile: Profile) -> None:
    """Open this connection from now on."""
    settings.set(PROFILE, profile.id)
    settings.set(DATABASE, profile.path)
    settings.set(SAMPLE, False)
    settings.save()


def account(profile: Profile, login: str) -> str:
    """Under what name the keyring keeps the password of an operator for a connection."""
    return f"{profile.id}/{login.strip().casefold()}"


def of_file(path: str) -> Profile:
    """A connection to a file of this machine, by the file's name."""
    from desktop_admin.services import connection

    return connection.Profile(connection.new_id(), path.replace("\\", "/").rpartition("/")[2], path=path)
