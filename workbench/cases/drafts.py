"""The calculation of a case as it is edited: each change is kept, so that it can be undone and redone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from calculation import CalculationError, CalculationInput, input_from_json, input_to_json
from workbench.access import Actor
from workbench.cases.builder import CaseRows
from workbench.cases.holding import open_for_change
from workbench.cases.transition import record
from workbench.cases.vehicle import vehicle_of, with_vehicle
from workbench.cases.views import CaseView
from workbench.errors import TelekalkError
from workbench.store.database import session_scope
from workbench.store.models import Case, Draft

HISTORY = 200


def put_draft(session: Session, case: Case, draft: dict[str, Any], actor: Actor, what: str) -> None:
    """Make ``draft`` the current one and the newest of the history; what was undone before is gone."""
    position = 0 if case.draft is None else case.draft_position + 1
    # Most of the time there is nothing to forget, and an edit has few milliseconds.
    if position == 0 or position <= case.draft_last or position >= HISTORY:
        session.execute(
            delete(Draft).where(
                Draft.case_id == case.id, (Draft.position >= position) | (Draft.position <= position - HISTORY)
            )
        )
    session.add(Draft(case_id=case.id, position=position, draft=draft, what=what[:200], made_by=actor.name))
    case.draft = draft
    case.draft_position = position
    case.draft_last = position


def read_draft(draft: Mapping[str, Any]) -> CalculationInput:
    """The draft as the engine's input.

    Raises:
        TelekalkError: TK-CALC-… when the engine cannot read it.
    """
    try:
        return input_from_json(draft)
    except CalculationError as problem:
        raise TelekalkError(
            problem.code,
            problem.message_de,
            problem.message_en,
            status=422,
            data={"problems": [item.to_json() for item in problem.problems]},
        ) from problem


def normalised(draft: Mapping[str, Any]) -> dict[str, Any]:
    """The draft as the engine writes it, so that equal drafts are stored equally; errors as ``read_draft``."""
    return input_to_json(read_draft(draft))


def save_draft(
    actor: Actor, case_id: str, base_version: int, draft_json: Mapping[str, Any], *, what: str = ""
) -> CaseView:
    """Store a changed calculation input, recalculate, and note it for undo. See ``workbench.cases.work``."""
    with session_scope() as session, session.no_autoflush:
        case = open_for_change(session, actor, case_id, base_version, draft=True)
        values = read_draft(draft_json)
        put_draft(session, case, input_to_json(values), actor, what)
        rows = CaseRows(session, case)
        result = rows.refresh(explain=True, values=values)
        record(session, case, actor, "draft_saved", {"what": what[:200], "position": case.draft_position})
        session.flush()
        return rows.view(actor, result)


def _step(actor: Actor, case_id: str, base_version: int, by: int) -> CaseView:
    with session_scope() as session:
        case = open_for_change(session, actor, case_id, base_version, draft=True)
        wanted = session.scalar(
            select(Draft).where(Draft.case_id == case.id, Draft.position == case.draft_position + by)
        )
        if wanted is None:
            raise TelekalkError(
                "TK-CASE-006",
                "Es gibt nichts zurückzunehmen." if by < 0 else "Es gibt nichts wiederherzustellen.",
                "There is nothing to undo." if by < 0 else "There is nothing to redo.",
                status=409,
            )
        rows = CaseRows(session, case)
        # What was corrected on the document meanwhile has an undo of its own.
        vehicle = vehicle_of({field.code: field.value for field in rows.fields}, case.odometer_km)
        case.draft = normalised(with_vehicle(wanted.draft, vehicle, case.plate))
        case.draft_position = wanted.position
        result = rows.refresh(explain=True)
        record(session, case, actor, "draft_undone" if by < 0 else "draft_redone", {"position": wanted.position})
        session.flush()
        return rows.view(actor, result)


def undo(actor: Actor, case_id: str, base_version: int) -> CaseView:
    """Go one draft back."""
    return _step(actor, case_id, base_version, -1)


def redo(actor: Actor, case_id: str, base_version: int) -> CaseView:
    """Go one draft forward again."""
    return _step(actor, case_id, base_version, 1)
