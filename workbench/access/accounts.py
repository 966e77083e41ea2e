"""Local accounts with argon2 passwords, for the demonstration and for small offices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.access.actors import Actor


@dataclass(frozen=True, slots=True)
class DemoUser:
    """A demonstration login that the demo command prints."""

    login: str
    password: str
    name: str
    roles: tuple[str, ...]


DEMO_USERS: tuple[DemoUser, ...] = (
    DemoUser("anna", "anna-demo", "Anna Berger", ("expert",)),
    DemoUser("bernd", "bernd-demo", "Bernd Kolbe", ("expert",)),
    DemoUser("rita", "rita-demo", "Rita Sommer", ("reviewer",)),
    DemoUser("lena", "lena-demo", "Lena Voss", ("lead", "expert")),
    DemoUser("clara", "clara-demo", "Clara Wendt", ("clerk",)),
    DemoUser("paul", "paul-demo", "Paul Ostertag", ("approver",)),
    DemoUser("dora", "dora-demo", "Dora Lindner", ("data",)),
    DemoUser("admin", "admin-demo", "Verwaltung", ("admin",)),
)


def authenticate(login: str, password: str) -> Actor:
    """Check a local login in constant time.

    Raises:
        TelekalkError: TK-ACCESS-401 for an unknown login and for a wrong password alike.
    """
    raise NotImplementedError


def load_actor(user_id: str) -> Actor | None:
    """The actor of a session's user id; None when the account is gone or switched off."""
    raise NotImplementedError


def create_user(login: str, password: str, name: str, roles: Sequence[str], *, demo: bool = False) -> Actor:
    """Make a local account."""
    raise NotImplementedError


def ensure_demo_users() -> None:
    """Make the demonstration accounts where they are missing."""
    raise NotImplementedError
