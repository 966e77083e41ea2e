from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from sqlalchemy import select

from workbench.access import SYSTEM, Actor, customer_actor
from workbench.cases import intake, work
from workbench.cases.transition import ACTIONS, TARGETS, load_case, move
from workbench.cases.views import State
from workbench.errors import TelekalkError
from workbench.store.database import session_scope
from workbench.store.models import Audit, Case


def test_every_action_has_a_target_and_every_state_a_way_in() -> None:
    assert set(ACTIONS) == set(TARGETS)


@pytest.mark.parametrize(("action", "state"), list(itertools.product(ACTIONS, State)))
def test_an_action_starts_only_from_its_states(action: str, state: State, make_case_row: Callable) -> None:
    case_id = make_case_row(state)
    allowed, _permission = ACTIONS[action]
    actor = customer_actor(case_id) if action in {"offer_accepted", "offer_declined"} else SYSTEM
    if state in allowed:
        with session_scope() as session:
            move(session, load_case(session, case_id, lock=True), TARGETS[action], actor, action)
        with session_scope() as session:
            assert session.get_one(Case, case_id).state == TARGETS[action]
            audit = session.scalars(select(Audit).where(Audit.case_id == case_id)).all()
            assert [(row.from_state, row.to_state, row.action) for row in audit] == [(state, TARGETS[action], action)]
    else:
        with pytest.raises(TelekalkError) as caught, session_scope() as session:
            move(session, load_case(session, case_id, lock=True), TARGETS[action], actor, action)
        assert caught.value.code == "TK-CASE-001"
        with session_scope() as session:
            assert session.get_one(Case, case_id).state == state
            assert session.scalars(select(Audit).where(Audit.case_id == case_id)).all() == []


@pytest.fixture(scope="module")
def _shared_database(postgres: str, tmp_path_factory: pytest.TempPathFactory):
    """One database for the many small cases of this file."""
    import psycopg
    from sqlalchemy import make_url

    from workbench.settings import get_settings
    from workbench.store import database as door

    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS telekalk_transitions WITH (FORCE)")
        connection.execute("CREATE DATABASE telekalk_transitions TEMPLATE telekalk_template STRATEGY FILE_COPY")
    patch = pytest.MonkeyPatch()
    patch.setenv("TELEKALK_DATABASE_URL", make_url(postgres).set(database="telekalk_transitions").render_as_string())
    patch.setenv("TELEKALK_HOME", str(tmp_path_factory.mktemp("home")))
    get_settings.cache_clear()
    door.dispose()
    yield
    door.dispose()
    patch.undo()
    get_settings.cache_clear()


@pytest.fixture
def make_case_row(_shared_database: None) -> Callable[[State], str]:
    """A case that stands in a state, put there directly."""

    def make(state: State) -> str:
        with session_scope() as session:
            case = Case(claim_number=f"T-{id(object())}-{next(_numbers)}", regime="kasko", state=state.value)
            session.add(case)
            session.flush()
            return case.id

    return make


_numbers = itertools.count()


def test_without_the_permission_nothing_changes(make_case: Callable, actor_of: Callable[[str], Actor]) -> None:
    ref = make_case(prefill=True)
    for login in ("rita", "paul", "dora", "clara"):
        with pytest.raises(TelekalkError) as caught, session_scope() as session:
            move(session, load_case(session, ref.id, lock=True), State.IN_CALCULATION, actor_of(login), "taken")
        assert caught.value.code == "TK-ACCESS-403"
    assert work.get_case(SYSTEM, ref.id).state == "pre_check"


def test_a_wrong_target_is_refused(make_case: Callable) -> None:
    ref = make_case(complete=True)
    with pytest.raises(TelekalkError), session_scope() as session:
        move(session, load_case(session, ref.id, lock=True), State.PAID, SYSTEM, "pipeline_started")


def test_a_failing_transaction_leaves_no_state_no_audit_and_no_job(make_case: Callable) -> None:
    from sqlalchemy import text

    ref = make_case(photos=1)
    with pytest.raises(ZeroDivisionError), session_scope() as session:
        case = load_case(session, ref.id, lock=True)
        move(session, case, State.PHOTOS_COMPLETE, SYSTEM, "set_completed")
        _ = 1 / 0
    with session_scope() as session:
        assert session.execute(text("SELECT count(*) FROM procrastinate_jobs")).scalar() == 0
        assert session.scalar(select(Audit.id).where(Audit.action == "set_completed")) is None
    assert intake.complete_set(SYSTEM, ref.id).state == "photos_complete"
