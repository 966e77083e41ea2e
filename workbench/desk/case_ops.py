"""The acts that the browser's queue of edits sends for a case, applied in order through the use cases.

The browser keeps what was typed until the answer says that it was taken over, and sends it again after a lost
connection; every act here is therefore safe to repeat.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workbench.access import Actor
from workbench.cases import choosing, work
from workbench.cases.catalogue import Choice
from workbench.cases.views import CaseView
from workbench.desk import draft_edit
from workbench.desk.draft_edit import EditError
from workbench.desk.texts import language, t
from workbench.errors import TelekalkError

#: acts on the draft; several in a row are saved at once.
DRAFT_ACTS = frozenset({"cell", "add", "delete", "toggle", "param", "reason", "pick", "revert", "line", "loss"})
_MAX_ACTS = 500


@dataclass
class Outcome:
    """What became of a batch of acts.

    Attributes:
        view: the case after it; None when nothing was saved.
        errors: row -> column -> what was typed and why it was not taken over; merged into the page's own.
        good: rows and columns that were taken over; what stood wrong there is no longer.
        inputs: ``kind:name`` -> message for inputs outside the sheet; empty message for good ones.
        problem: the error that stopped the batch.
        conflict: somebody else changed the case.
        messages: what else happened to the sheet, in sentences.
        changed: the last batch changed the draft, so that one undo takes it back.
        added: lines that a choice from the tables wrote, the first of them gets the focus.
    """

    view: CaseView | None = None
    errors: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    good: list[tuple[str, str]] = field(default_factory=list)
    inputs: dict[str, str] = field(default_factory=dict)
    problem: TelekalkError | None = None
    conflict: bool = False
    messages: list[str] = field(default_factory=list)
    changed: bool = False
    added: list[str] = field(default_factory=list)


def apply(
    actor: Actor, case_id: str, version: int, draft: Mapping[str, Any] | None, acts: Sequence[Mapping[str, Any]]
) -> Outcome:
    """Apply the acts in order.

    Args:
        actor: who acts.
        case_id: the case.
        version: version that the page shows.
        draft: draft that the page shows.
        acts: dicts with ``act`` and its arguments, oldest first.

    A stale version is settled here when the other change was the actor's own (a second tab, or an answer that was
    lost on its way): the acts say what shall be, not what changes, so they go on top of the newer draft.
    """
    outcome = Outcome()
    pending = list(acts)[:_MAX_ACTS]
    rebased = False
    while pending:
        batch = _batch(pending)
        try:
            view = _run(actor, case_id, version, draft, batch, outcome)
        except TelekalkError as error:
            if error.code == "TK-CASE-409" and not rebased and _own(error, actor):
                fresh = work.get_case(actor, case_id)
                version, draft, rebased = fresh.version, fresh.draft, True
                if batch[0].get("act") in ("undo", "redo", "field_undo"):
                    # Sent again after its answer was lost: it has been done, and must not be done twice.
                    outcome.view, pending = fresh, pending[1:]
                continue
            outcome.problem = error
            outcome.conflict = error.code == "TK-CASE-409"
            break
        if view is not None:
            outcome.view, version, draft = view, view.version, view.draft
        pending = pending[len(batch) :]
    return outcome


def _own(error: TelekalkError, actor: Actor) -> bool:
    return error.data.get("by") in (actor.name, actor.login, actor.user_id)


def _batch(pending: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The first act, with all acts on the draft that follow it without another between."""
    if pending[0].get("act") not in DRAFT_ACTS:
        return [pending[0]]
    batch = []
    for act in pending:
        if act.get("act") not in DRAFT_ACTS:
            break
        batch.append(act)
    return batch


def _run(
    actor: Actor,
    case_id: str,
    version: int,
    draft: Mapping[str, Any] | None,
    batch: list[Mapping[str, Any]],
    outcome: Outcome,
) -> CaseView | None:
    if batch[0].get("act") in DRAFT_ACTS:
        return _save(actor, case_id, version, draft, batch, outcome)
    return _single(actor, case_id, version, batch[0], outcome)


def _save(
    actor: Actor,
    case_id: str,
    version: int,
    draft: Mapping[str, Any] | None,
    batch: list[Mapping[str, Any]],
    outcome: Outcome,
) -> CaseView | None:
    if draft is None:
        raise TelekalkError(
            "TK-DESK-003", "Die Kalkulation ist noch nicht vorbereitet.", "The calculation is not ready yet."
        )
    changed = draft_edit.copy_of(draft)
    notes = []
    for act in batch:
        if act.get("act") == "pick":
            changed, note = _pick(changed, act, outcome)
        else:
            note = _edit(changed, act, actor, outcome)
        if note:
            notes.append(note)
    outcome.changed = changed != draft
    if not outcome.changed:
        # Nothing to store, but the page wants to see its value as it stands.
        return None if outcome.errors or outcome.inputs else work.get_case(actor, case_id)
    try:
        return work.save_draft(
            actor, case_id, version, changed, what=notes[0] if len(notes) == 1 else t("note.many", count=len(notes))
        )
    except TelekalkError as error:
        if not error.code.startswith("TK-CALC-") or len(batch) > 1:
            raise
        # The engine's word on a single cell stands at that cell.
        _wrong(outcome, batch[0], error.message(language()))
        outcome.good.clear()
        outcome.messages.clear()
        outcome.added.clear()
        return None


def _pick(draft: dict[str, Any], act: Mapping[str, Any], outcome: Outcome) -> tuple[dict[str, Any], str]:
    """Put a choice from the tables onto the sheet; returns the draft after it and the note for the timeline."""
    raw = act.get("choice")
    chosen = choosing.choose(draft, Choice.read(raw if isinstance(raw, Mapping) else {}))
    outcome.added.extend(chosen.ids)
    count = len(chosen.triggered)
    sentences = [
        t("pick.triggered" if count != 1 else "pick.triggered_one", count=count, labels=", ".join(chosen.triggered))
        if count
        else "",
        t("pick.replaced", labels=", ".join(chosen.replaced)) if chosen.replaced else "",
        t("pick.present", labels=", ".join(chosen.present)) if chosen.present else "",
        *_after(chosen.revived, chosen.orphaned),
        *(english if language() == "en" else german for german, english in chosen.notes),
    ]
    outcome.messages.extend(sentence for sentence in sentences if sentence)
    return chosen.draft, t("note.pick", label=chosen.label)


def _after(revived: Sequence[str], orphaned: Sequence[str]) -> list[str]:
    """What is said of lines that count again, and of changed lines whose reason is gone."""
    return [
        t("pick.revived", labels=", ".join(revived)) if revived else "",
        t("pick.orphaned", labels=", ".join(orphaned)) if orphaned else "",
    ]


def _edit(draft: dict[str, Any], act: Mapping[str, Any], actor: Actor, outcome: Outcome) -> str:
    """Apply one act to the draft; what cannot be read is noted and left out. Returns the note for the timeline."""
    kind = str(act.get("act"))
    try:
        if kind == "cell":
            row, column = str(act.get("row")), str(act.get("column"))
            if row.startswith("param:"):
                draft_edit.set_parameter(draft, row[6:], act.get("value"), by=actor.name)
            else:
                draft_edit.set_cell(draft, row, column, act.get("value"), by=actor.name)
            outcome.good.append((row, column))
            return t("note.cell")
        if kind == "add":
            draft_edit.add_line(draft, str(act.get("block")), str(act.get("row")), act.get("values") or {})
            return t("note.add")
        if kind == "delete":
            gone = draft_edit.delete_line(draft, str(act.get("row")))
            removed = t("pick.removed", labels=", ".join(gone.removed)) if gone.removed else ""
            outcome.messages.extend(text for text in (removed, *_after(gone.revived, gone.orphaned)) if text)
            return t("note.delete")
        if kind == "revert":
            draft_edit.revert_line(draft, str(act.get("row")))
            return t("note.revert")
        if kind == "line":
            draft_edit.set_line_field(draft, str(act.get("row")), str(act.get("name")), act.get("value"))
            outcome.inputs[f"line:{act.get('row')}:{act.get('name')}"] = ""
            return t("note.cell")
        if kind == "loss":
            draft_edit.put_value_loss(
                draft, str(act.get("method")), choosing.value_loss(draft, act.get("method")), by=actor.name
            )
            return t("note.param", name=t("param.value_loss"))
        if kind == "reason":
            draft_edit.set_reason(draft, str(act.get("row")), act.get("value"))
            return t("note.reason")
        if kind == "toggle":
            draft_edit.toggle_line(draft, str(act.get("row")))
            return t("note.toggle")
        name = str(act.get("name"))
        draft_edit.set_parameter(draft, name, act.get("value"), by=actor.name)
        outcome.inputs[f"param:{name}"] = ""
        return t("note.param", name=t(f"param.{name}"))
    except EditError as error:
        _wrong(outcome, act, str(error))
        return ""


def _wrong(outcome: Outcome, act: Mapping[str, Any], message: str) -> None:
    if act.get("act") == "cell":
        typed = {"typed": str(act.get("value") if act.get("value") is not None else "")[:80], "message": message}
        outcome.errors.setdefault(str(act.get("row")), {})[str(act.get("column"))] = typed
    elif act.get("act") == "param":
        outcome.inputs[f"param:{act.get('name')}"] = message
    elif act.get("act") == "line":
        outcome.inputs[f"line:{act.get('row')}:{act.get('name')}"] = message
    else:
        raise TelekalkError("TK-DESK-004", message, message)


def _single(actor: Actor, case_id: str, version: int, act: Mapping[str, Any], outcome: Outcome) -> CaseView:
    """One act that is not on the draft."""
    kind = act.get("act")
    if kind == "undo":
        return work.undo(actor, case_id, version)
    if kind == "redo":
        return work.redo(actor, case_id, version)
    if kind == "take":
        return work.take(actor, case_id)
    if kind == "release":
        work.release(actor, case_id)
        return work.get_case(actor, case_id)
    if kind == "reload":
        return work.get_case(actor, case_id)
    if kind == "suggest":
        return work.suggest_lines(actor, case_id, version)
    if kind == "field":
        return _field(actor, case_id, version, act, outcome)
    if kind == "field_confirm":
        return work.confirm_field(actor, case_id, version, str(act.get("name")))
    if kind == "field_undo":
        return work.undo_field(actor, case_id, version, str(act["name"]) if act.get("name") else None)
    if kind == "claim":
        return _claim(actor, case_id, version, act, outcome)
    if kind == "role":
        return work.set_photo_role(
            actor, case_id, version, str(act.get("photo")), str(act.get("role")), act.get("view") or None
        )
    if kind in ("finding", "region"):
        return _region(actor, case_id, act)
    raise TelekalkError("TK-DESK-005", "Diese Aktion ist nicht bekannt.", "This act is unknown.")


def _field(actor: Actor, case_id: str, version: int, act: Mapping[str, Any], outcome: Outcome) -> CaseView:
    code = str(act.get("name"))
    view = work.correct_field(actor, case_id, version, code, str(act.get("value") or ""))
    outcome.inputs[f"field:{code}"] = ""
    return view


def _claim(actor: Actor, case_id: str, version: int, act: Mapping[str, Any], outcome: Outcome) -> CaseView:
    name = str(act.get("name"))
    try:
        value = draft_edit.read_claim_fact(name, act.get("value"))
    except EditError as error:
        outcome.inputs[f"claim:{name}"] = str(error)
        return work.get_case(actor, case_id)
    view = work.correct_claim(actor, case_id, version, {name: value})
    outcome.inputs[f"claim:{name}"] = ""
    return view


def _region(actor: Actor, case_id: str, act: Mapping[str, Any]) -> CaseView:
    words: dict[str, Any] = {
        key: (str(act[key]) if act.get(key) else None) for key in ("category", "part", "side", "severity")
    }
    box = _box(act.get("box"))
    if act.get("act") == "region":
        if box is None:
            raise TelekalkError("TK-DESK-006", "Die Region hat keine Fläche.", "The region has no area.")
        category = words.pop("category") or "scratch"
        return work.add_finding(actor, case_id, str(act.get("photo")), category=category, box=box, **words)
    decision = str(act.get("decision"))
    if decision == "edited":
        return work.decide_finding(actor, str(act.get("finding")), "edited", box=box, **words)
    return work.decide_finding(actor, str(act.get("finding")), decision)


def _box(value: Any) -> list[int] | None:
    """x, y, width, height in whole pixels; None when there is none."""
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) != 4:
        return None
    x, y, width, height = (round(float(part)) for part in value)
    return [max(0, x), max(0, y), width, height] if width > 0 and height > 0 else None
