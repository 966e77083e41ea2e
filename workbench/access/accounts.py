"""Local accounts with argon2 passwords, for the demonstration and for small offices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from workbench.access.actors import ROLES, Actor
from workbench.errors import TelekalkError
from workbench.store.database import session_scope
from workbench.store.models import User, new_id

_hasher = PasswordHasher()


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


@lru_cache(maxsize=1)
def _nobody() -> str:
    """A hash that no password fits, so that an unknown login takes as long as a wrong password."""
    return _hasher.hash(new_id())


def _actor(user: User) -> Actor:
    return Actor(user.id, user.login, user.name, frozenset(user.roles))


def authenticate(login: str, password: str) -> Actor:
    """Check a local login; an unknown login takes as long as a wrong password.

    Raises:
        TelekalkError: TK-ACCESS-401 for an unknown login and for a wrong password alike.
    """
    # A NUL never reaches the database, and a huge password never the hash function.
    usable = "\0" not in login and len(password) <= 1024
    with session_scope() as session:
        user = session.scalar(select(User).where(User.login == login[:80].lower(), User.active)) if usable else None
        try:
            _hasher.verify(user.password_hash if user else _nobody(), password[:1024])
        except (VerificationError, InvalidHashError):
            user = None
        if user is None:
            raise TelekalkError(
                "TK-ACCESS-401",
                "Anmeldename oder Kennwort stimmt nicht.",
                "Login or password is wrong.",
                status=401,
            )
        if _hasher.check_needs_rehash(user.password_hash):
            user.password_hash = _hasher.hash(password)
        return _actor(user)


def load_actor(user_id: str) -> Actor | None:
    """The actor of a session's user id; None when the account is gone or switched off."""
    with session_scope() as session:
        user = session.get(User, user_id)
        return _actor(user) if user and user.active else None


def find_actor(login: str) -> Actor | None:
    """The actor of a login name, for programs that act for a known colleague (the demonstration)."""
    with session_scope() as session:
        user = session.scalar(select(User).where(User.login == login, User.active))
        return _actor(user) if user else None


def create_user(login: str, password: str, name: str, roles: Sequence[str], *, demo: bool = False) -> Actor:
    """Make a local account; an account that exists is left as it is.

    Raises:
        TelekalkError: TK-ACCESS-002 for an unknown role or an empty login.
    """
    unknown = set(roles) - set(ROLES)
    if unknown or not login.strip() or "\0" in login:
        raise TelekalkError(
            "TK-ACCESS-002",
            "Anmeldename oder Rolle ist nicht zulässig.",
            "Login or role is not allowed.",
            data={"unknown_roles": sorted(unknown)},
        )
    key = login.strip().lower()[:80]
    with session_scope() as session:
        user = session.scalar(select(User).where(User.login == key))
        if user is None:
            session.execute(
                insert(User)
                .values(login=key, name=name, password_hash=_hasher.hash(password), roles=list(roles), demo=demo)
                .on_conflict_do_nothing(index_elements=["login"])
            )
            user = session.scalars(select(User).where(User.login == key)).one()
        return _actor(user)


def ensure_demo_users() -> None:
    """Make the demonstration accounts where they are missing."""
    for user in DEMO_USERS:
        create_user(user.login, user.password, user.name, user.roles, demo=True)
