"""The first calculation of a case: vehicle, suggested lines, tables of the day; and making suggestions anew."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from workbench.access import SYSTEM, Actor
from workbench.cases.alike import stored_photos
from workbench.cases.builder import CaseRows
from workbench.cases.damages import assign
from workbench.cases.drafting import make_draft
from workbench.cases.drafts import normalised, put_draft
from workbench.cases.holding import open_for_change
from workbench.cases.known_mileage import remember_mileage
from workbench.cases.transition import record
from workbench.cases.views import CaseView
from workbench.store.database import session_scope
from workbench.store.models import Case, now

LINE_BLOCKS = ("parts", "labour", "paint", "dents", "incidentals", "deductions")


def suggested_draft(case: Case, rows: CaseRows) -> dict[str, Any]:
    """A calculation input with the suggested lines, from what is known of the case; findings get their damage keys if they lack them."""
    if any(row.damage_key is None and row.status != "rejected" for row in rows.findings):
        assign(rows.findings, rows.photos)
    return normalised(make_draft(case, rows))


def prefill_case(session: Session, case: Case) -> dict[str, Any]:
    """Pre-fill a case whose row is locked; a calculation that a person has touched stays as it is.

    Returns:
        Facts for the audit entry: numbers of lines and findings.
    """
    remember_mileage(session, case)
    rows = CaseRows(session, case)
    damages = assign(rows.findings, rows.photos, stored_photos(rows.photos))
    if case.draft is None or case.draft_position == 0:
        case.draft = None
        put_draft(session, case, suggested_draft(case, rows), SYSTEM, "Vorbefüllung")
    case.prefilled_at = now()
    case.version += 1
    case.changed_by = SYSTEM.name
    rows.refresh()
    session.flush()
    lines = sum(len((case.draft or {}).get(block, ())) for block in LINE_BLOCKS)
    return {
        "lines": lines,
        "findings": len(rows.findings),
        "damages": len(damages),
        "fields": sum(1 for f in rows.fields if f.value),
    }


def suggest_lines(actor: Actor, case_id: str, base_version: int) -> CaseView:
    """Make the suggested lines anew from the findings as they stand; lines of the expert's own hand stay."""
    with session_scope() as session:
        case = open_for_change(session, actor, case_id, base_version, draft=True)
        rows = CaseRows(session, case)
        assign(rows.findings, rows.photos)
        draft = suggested_draft(case, rows)
        current = case.draft or {}
        # What a person entered or overrode stays; only untouched suggestions are exchanged.
        kept = {
            block: [
                line
                for line in current.get(block, ())
                if line.get("origin") != "suggested" or line.get("override") or not line.get("active", True)
            ]
            for block in LINE_BLOCKS
        }
        merged = dict(current)
        for block in LINE_BLOCKS:
            taken = {line["id"] for line in kept[block]}
            places = {
                (line.get("part"), line.get("side"), line.get("operation"), line.get("level")) for line in kept[block]
            }
            merged[block] = kept[block] + [
                line
                for line in draft.get(block, ())
                if line.get("origin") == "suggested"
                and line["id"] not in taken
                and (line.get("part"), line.get("side"), line.get("operation"), line.get("level")) not in places
            ]
        known = {reference["name"] for reference in merged.get("table_references", ())}
        merged["table_references"] = [
            *merged.get("table_references", ()),
            *(ref for ref in draft.get("table_references", ()) if ref["name"] not in known),
        ]
        put_draft(session, case, normalised(merged), actor, "Vorschläge neu erstellt")
        result = rows.refresh(explain=True)
        record(session, case, actor, "lines_suggested")
        session.flush()
        return rows.view(actor, result)
