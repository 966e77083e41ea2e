"""What became of the suggestions: noted with each sent offer, counted with an interval."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from workbench.access import Actor
from workbench.cases import offer, work
from workbench.cases.learning import outcomes
from workbench.cases.views import CaseRef
from workbench.errors import TelekalkError
from workbench.store.database import session_scope
from workbench.store.learning import SuggestionOutcome
from workbench.store.models import now

Make = Callable[..., CaseRef]


def rows() -> list[SuggestionOutcome]:
    with session_scope() as session:
        return list(session.scalars(select(SuggestionOutcome).order_by(SuggestionOutcome.id)))


def test_an_untouched_calculation_keeps_every_suggestion(
    make_case: Make, actor_expert: Actor, actor_of: Callable[[str], Actor]
) -> None:
    ref = make_case(taken_by=actor_expert, leased_or_financed=False)
    offer.send(actor_expert, ref.id, work.get_case(actor_expert, ref.id).version)
    (row,) = rows()
    assert (row.part, row.side, row.outcome, row.offer_version) == ("door_front", "left", "kept", 1)
    assert row.suggested is not None
    assert row.suggested["kind"] == "repair"
    assert row.suggested["repair_severity"] == "moderate"
    assert row.suggested["paint_level"] == "repair_lt_50"
    assert row.suggested["category"] == "dent"
    assert row.suggested["severity_source"] == "model"
    assert len(row.suggested["finding_ids"]) == 1
    assert row.suggested["reason"].startswith("Delle")
    rates = {(rate.group_by, rate.key): rate for rate in outcomes.hit_rates(actor_of("dora"))}
    assert set(rates) == {
        ("operation", "repair"),
        ("part", "door_front"),
        ("category", "dent"),
        ("severity_source", "model"),
    }
    one = rates["operation", "repair"]
    assert (one.suggested, one.kept, one.rate) == (1, 1, 1.0)
    assert one.low is not None
    assert 0.2 < one.low < 0.21, "one case says little"


def test_changed_dropped_and_added(make_case: Make, actor_expert: Actor, actor_of: Callable[[str], Actor]) -> None:
    ref = make_case(taken_by=actor_expert, leased_or_financed=False)
    view = work.get_case(actor_expert, ref.id)
    assert view.draft is not None
    draft = dict(view.draft)
    repair = next(line for line in draft["labour"] if line["operation"] == "repair")
    draft["labour"] = [
        *({**line, "units": "9.00", "low": None, "high": None, "override": {"reason": "tiefer", "previous": line["units"]}}
          if line is repair else line for line in draft["labour"]),
        {**repair, "id": "l-new", "part": "fender", "side": "right", "origin": "manual", "finding_ids": [], "reason": None,
         "low": None, "high": None, "table_key": [], "label": "Kotflügel rechts instand setzen"},
    ]  # fmt: skip
    view = work.save_draft(actor_expert, ref.id, view.version, draft, what="test")
    sent = offer.send(actor_expert, ref.id, view.version)
    assert [(row.part, row.outcome) for row in rows()] == [("door_front", "changed"), ("fender", "added")]
    rates = {(rate.group_by, rate.key): rate for rate in outcomes.hit_rates(actor_of("dora"))}
    assert (rates["part", "fender"].added, rates["part", "fender"].rate) == (1, None)
    assert rates["part", "door_front"].rate == 0.0
    assert not outcomes.hit_rates(actor_of("dora"), until=now() - timedelta(days=1))
    assert outcomes.hit_rates(actor_of("dora"), since=now() - timedelta(days=1))
    assert sent.version == 1


def test_a_second_offer_writes_rows_of_its_own_and_counts_alone(
    make_case: Make, actor_expert: Actor, actor_of: Callable[[str], Actor]
) -> None:
    ref = make_case(taken_by=actor_expert, leased_or_financed=False)
    offer.send(actor_expert, ref.id, work.get_case(actor_expert, ref.id).version)
    view = work.take(actor_expert, ref.id)
    assert view.draft is not None
    draft = {**view.draft, "labour": [], "paint": [], "alternatives": []}
    draft["incidentals"] = [
        {"id": "i-x", "label": "Reinigung", "kind": "cleaning", "amount": "30.00", "origin": "manual"}
    ]
    view = work.save_draft(actor_expert, ref.id, view.version, draft, what="alles weg")
    offer.send(actor_expert, ref.id, view.version, cleared_flags=tuple(f["code"] for f in view.flags))
    assert [(row.offer_version, row.outcome) for row in rows()] == [(1, "kept"), (2, "dropped")]
    rates = {(rate.group_by, rate.key): rate for rate in outcomes.hit_rates(actor_of("dora"))}
    assert (rates["part", "door_front"].suggested, rates["part", "door_front"].dropped) == (1, 1)


def test_only_who_may_see_data_sees_rates(actor_expert: Actor) -> None:
    with pytest.raises(TelekalkError) as caught:
        outcomes.hit_rates(actor_expert)
    assert caught.value.status == 403
