"""Sealed texts of members; kept in services.sealing, which services beneath members use as well."""

from desktop_admin.services.sealing import (
    destroy_key,
    new_secret,
    seal,
    seal_with,
    secrets_of,
    unseal,
    unseal_many,
    unseal_with,
)

__all__ = [
    "destroy_key",
    "new_secret",
    "seal",
    "seal_with",
    "secrets_of",
    "unseal",
    "unseal_many",
    "unseal_with",
]
