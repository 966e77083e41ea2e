from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from workbench.access import Actor
from workbench.cases import queue, work
from workbench.cases.views import QueueQuery, State
from workbench.errors import TelekalkError
from workbench.store.database import session_scope
from workbench.store.models import Case


@pytest.fixture
def many(database: str) -> None:
    """120 cases in all states, with clocks at different times."""
    start = datetime.now(UTC)
    with session_scope() as session:
        for number in range(120):
            state = list(State)[number % len(State)]
            session.add(
                Case(
                    claim_number=f"Q-{number:03d}",
                    regime="kasko" if number % 2 else "liability",
                    plate=f"B-TK {number}",
                    plate_key=f"BTK{number}",
                    holder_name=f"Person {number % 7}" if number % 5 else None,
                    state=state.value,
                    received_at=start - timedelta(minutes=number),
                    due_at=start + timedelta(minutes=60 - number),
                    flag_codes=["over_limit"] if number % 10 == 0 else [],
                    demo=number % 3 == 0,
                )
            )


def numbers(actor: Actor, **query: object) -> list[str]:
    return [row["claim_number"] for row in queue.list_queue(actor, QueueQuery(**query)).rows]


@pytest.mark.parametrize("column", queue.SORTABLE)
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_pages_cover_everything_exactly_once(many: None, actor_expert: Actor, column: str, direction: str) -> None:
    seen: list[str] = []
    for start in range(0, 120, 25):
        page = queue.list_queue(actor_expert, QueueQuery(start, start + 25, [(column, direction)]))
        assert page.total == 120
        seen += [row["claim_number"] for row in page.rows]
    assert len(seen) == len(set(seen)) == 120


def test_what_is_due_first_comes_first(many: None, actor_expert: Actor) -> None:
    rows = queue.list_queue(actor_expert, QueueQuery(0, 200, filters={"open": True})).rows
    running = [row["clock_seconds"] for row in rows if row["clock_seconds"] is not None]
    assert running == sorted(running)
    assert running[0] < 0 < running[-1]


def test_filters(many: None, actor_expert: Actor) -> None:
    rows = queue.list_queue(actor_expert, QueueQuery(0, 200, filters={"state": ["pre_check", "review"]})).rows
    assert {row["state"] for row in rows} == {"pre_check", "review"}
    assert len(numbers(actor_expert, end=200, filters={"flags": "over_limit"})) == 12
    assert len(numbers(actor_expert, end=200, filters={"demo": True})) == 40
    assert len(numbers(actor_expert, end=200, filters={"regime": "kasko"})) == 60
    assert numbers(actor_expert, filters={"search": "b tk-77"}) == ["Q-077"]
    assert numbers(actor_expert, filters={"search": "Q-01%"}) == []
    assert numbers(actor_expert, filters={"search": "'; DROP TABLE cases; --\0"}) == []
    assert numbers(actor_expert, sort=[("nonsense", "asc"), ("claim_number", "desc")], end=2) == ["Q-119", "Q-118"]


def test_version_changes_with_every_change_and_only_then(make_case: Callable, actor_expert: Actor) -> None:
    seen = {queue.queue_version()}
    ref = make_case(photos=1)
    seen.add(queue.queue_version())
    again = queue.queue_version()
    assert again in seen
    make_case("S-2", photos=1, prefill=True)
    seen.add(queue.queue_version())
    ref = make_case("S-3", taken_by=actor_expert)
    seen.add(queue.queue_version())
    work.exclude(actor_expert, ref.id, "Grund")
    seen.add(queue.queue_version())
    assert len(seen) == 5


def test_a_row_shows_thumbnails_owner_and_progress(make_case: Callable, actor_expert: Actor) -> None:
    make_case(photos=6, taken_by=actor_expert)
    row = queue.list_queue(actor_expert, QueueQuery()).rows[0]
    assert (row["photos"], len(row["thumbs"]), row["assigned_to"]) == (6, 4, "Anna Berger")
    assert row["assigned_mine"]
    assert row["locked"]
    assert isinstance(row["gross"], str)
    assert queue.queue_counts(actor_expert)["mine"] == 1
    assert numbers(actor_expert, filters={"mine": True}) == ["S-2026-0001"]


def test_only_staff_sees_the_queue(database: str, actor_of: Callable[[str], Actor]) -> None:
    from workbench.access import customer_actor

    for actor in (actor_of("dora"), customer_actor("x")):
        with pytest.raises(TelekalkError):
            queue.list_queue(actor, QueueQuery())
