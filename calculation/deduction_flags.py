"""Flags about deductions, earlier damage, and repairing against replacing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from calculation.model import CalculationInput, DeductionLine, Line
from calculation.result import Flag, RepairCheck
from calculation.texts import eur, flag


def deduction_flags(data: CalculationInput, repairs: Sequence[RepairCheck]) -> Iterator[Flag]:
    """New for old without a gain, on paint or as a blanket; earlier damage without proof; replacing would be cheaper."""
    painted = {line.id for line in data.paint}
    for line in data.deductions:
        if line.active and line.kind == "new_for_old":
            yield from _new_for_old(line, painted)
    for block in (data.parts, data.labour, data.paint, data.dents, data.incidentals):
        for part in block:
            if part.pre_damage is not None and part.active and part.pre_damage.share:
                yield from _prior(part)
    for check in repairs:
        if check.dearer_at_upper_edge:
            yield _replace(check)


def _new_for_old(line: DeductionLine, painted: set[str]) -> Iterator[Flag]:
    if line.has_gain is False:
        yield flag(
            "new_for_old_refused",
            "amber",
            "Neu für alt ohne Vorteil",
            "New for old without a gain",
            "Kein messbarer Vorteil des Eigentümers: der Abzug zählt mit 0,00 EUR (AG Rheine 14 C 101/21).",
            "No measurable gain of the owner: the deduction counts as 0.00 EUR (AG Rheine 14 C 101/21).",
            "Position streichen oder den messbaren Vorteil angeben.",
            "Remove the line or state the measurable gain.",
            line_ids=(line.id,),
        )
        return
    if not (line.amount if line.base == "amount" else line.percent):
        return
    if not line.gain.strip():
        yield flag(
            "new_for_old_unproven",
            "amber",
            "Neu für alt: Vorteil fehlt",
            "New for old: no gain stated",
            "Ein Abzug neu für alt setzt einen messbaren Vorteil des Eigentümers voraus; er ist nicht angegeben.",
            "New for old needs a measurable gain of the owner; none is stated.",
            "Vorteil in Worten und Zahlen angeben, oder verneinen (dann zählt der Abzug nicht).",
            "State the gain in words and figures, or deny it (then the deduction does not count).",
            line_ids=(line.id,),
        )
    if line.base in {"paint", "paint_material"} or (line.base == "line" and line.line_id in painted):
        yield flag(
            "new_for_old_on_paint",
            "amber",
            "Neu für alt auf Lack",
            "New for old on paint",
            "Auf Lackierung wird in der Regel kein Abzug gemacht.",
            "Paint usually takes no deduction.",
            "Abzug streichen oder ausführlich begründen.",
            "Remove the deduction or give full reasons.",
            line_ids=(line.id,),
        )
    elif line.base not in {"line", "amount"}:
        yield flag(
            "new_for_old_blanket",
            "amber",
            "Neu für alt pauschal",
            "New for old as a blanket",
            "Der Vorteil ist je Position zu bestimmen, nicht als Prozentsatz eines ganzen Blocks.",
            "The gain must be found line by line, not as a percentage of a whole block.",
            "Abzug auf die einzelne Position beziehen.",
            "Refer the deduction to the single line.",
            line_ids=(line.id,),
        )


def _prior(line: Line) -> Iterator[Flag]:
    damage = line.pre_damage
    if damage is None or damage.kind != "repaired":
        return
    label = line.label or line.id
    if not damage.proof.strip():
        yield flag(
            "prior_repair_unproven",
            "amber",
            "Vorschaden: Reparatur nicht belegt",
            "Earlier damage: repair not proven",
            f"{label}: was repariert wurde und wie, ist nicht angegeben.",
            f"{label}: what was repaired and how is not stated.",
            "Rechnung oder Beschreibung der Reparatur anfordern.",
            "Ask for the invoice or a description of the repair.",
            line_ids=(line.id,),
        )
        return
    yield flag(
        "prior_repair_deducted",
        "amber",
        "Abzug trotz belegter Reparatur",
        "Deduction despite a proven repair",
        f"{label}: der Vorschaden ist belegt repariert und wird dennoch abgezogen.",
        f"{label}: the earlier damage was repaired, with proof, and is deducted all the same.",
        "Anteil auf null setzen oder begründen.",
        "Set the share to zero or give reasons.",
        line_ids=(line.id,),
    )


def _replace(check: RepairCheck) -> Flag:
    upper = not check.dearer
    cost = check.repair_high if upper else check.repair
    de, en = (" (oberer Rand der Spanne)", " (upper edge of the band)") if upper else ("", "")
    place = f"{check.part} {check.side}" if check.side else check.part
    return flag(
        "replace_cheaper",
        "amber",
        "Ersetzen wäre günstiger",
        "Replacing would be cheaper",
        f"{place}: Instandsetzung {eur(cost, 'de')}{de} gegen Ersatz {eur(check.replace, 'de')}, mit Verbund und Lack.",
        f"{place}: repair {eur(cost)}{en} against replacement {eur(check.replace)}, with overlap and paint.",
        "Ersetzen, oder die Instandsetzung begründen.",
        "Replace, or give reasons for the repair.",
        line_ids=check.line_ids,
        edge="upper" if upper else "point",
    )
