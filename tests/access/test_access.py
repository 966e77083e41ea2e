from __future__ import annotations

import pytest

from workbench.access import (
    DEMO_USERS,
    PERMISSIONS,
    ROLES,
    Actor,
    allowed,
    authenticate,
    create_user,
    customer_actor,
    ensure_demo_users,
    load_actor,
    require,
)
from workbench.errors import TelekalkError


def test_demo_users_can_sign_in_with_what_is_printed(database: str) -> None:
    ensure_demo_users()
    for user in DEMO_USERS:
        actor = authenticate(user.login, user.password)
        assert actor.roles == frozenset(user.roles)
        assert actor.user_id is not None
        assert load_actor(actor.user_id) == actor


@pytest.mark.parametrize(
    ("login", "password"),
    [("anna", "wrong"), ("nobody", "x"), ("anna", ""), ("an\0na", "anna-demo"), ("anna", "x" * 10**6)],
)
def test_wrong_logins_are_told_nothing_more(database: str, login: str, password: str) -> None:
    with pytest.raises(TelekalkError) as caught:
        authenticate(login, password)
    assert (caught.value.code, caught.value.status) == ("TK-ACCESS-401", 401)


def test_passwords_are_not_stored(database: str) -> None:
    from sqlalchemy import select

    from workbench.store.database import session_scope
    from workbench.store.models import User

    with session_scope() as session:
        hashes = session.scalars(select(User.password_hash)).all()
    assert all(value.startswith("$argon2id$") for value in hashes)
    assert len(set(hashes)) == len(hashes)


def test_what_is_not_listed_is_denied() -> None:
    everything = Actor("1", "x", "X", frozenset(ROLES))
    assert not allowed(everything, "case.invented")
    with pytest.raises(TelekalkError):
        require(everything, "case.invented")
    assert not allowed(Actor("1", "x", "X", frozenset()), "case.view")
    assert not allowed(Actor("1", "x", "X", frozenset({"root"})), "case.view")


def test_a_customer_is_bound_to_one_case() -> None:
    for permission in PERMISSIONS:
        assert not allowed(customer_actor("a"), permission)
        assert not allowed(customer_actor("a"), permission, "b")
    assert allowed(customer_actor("a"), "case.view", "a")
    assert not allowed(customer_actor("a"), "case.work", "a")


def test_partners_see_status_alone() -> None:
    partner = Actor("1", "p", "P", frozenset({"partner"}))
    assert [name for name in PERMISSIONS if allowed(partner, name, "a")] == ["case.status"]


def test_unknown_roles_are_refused(database: str) -> None:
    with pytest.raises(TelekalkError) as caught:
        create_user("eve", "x", "Eve", ["emperor"])
    assert caught.value.code == "TK-ACCESS-002"
