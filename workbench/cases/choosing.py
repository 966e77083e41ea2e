"""Puts a choice from the tables onto the sheet.

Replacing a part is one act: part, work, paint and what they trigger are written together, and undone together. The browser
only names what was chosen; prices and times are looked up here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from calculation import input_to_json
from calculation.model import Alternative, CalculationInput, DeductionLine, Line
from pricing_tables import TableError, Tables
from pricing_tables.catalogue import entries
from pricing_tables.vocabulary import PARTS
from workbench.cases.builder import calculated
from workbench.cases.catalogue import Choice, of_table, segment_of, tables_of, unknown_choice
from workbench.cases.drafts import read_draft
from workbench.cases.line_links import LINE_BLOCKS, Gone, remove_lines, untouched
from workbench.cases.line_maker import LineMaker, Spot
from workbench.errors import TelekalkError

#: most lines that a draft may grow to by choosing
MAX_LINES: Final = 1000
_Made = TypeVar("_Made", bound=Line)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a choice did to the sheet; the labels are for the message to the person.

    Attributes:
        draft: the draft after it.
        ids: lines of the choice itself, new or already there.
        label: of the choice.
        triggered: work that was added because the choice needs it.
        replaced: untouched lines of the same part that the choice made superfluous.
        present: lines that stood on the sheet already and were left as they are.
        revived: lines whose time counts again.
        orphaned: changed lines whose reason is gone.
        notes: what could not be priced, German and English.
    """

    draft: dict[str, Any]
    ids: tuple[str, ...]
    label: str
    triggered: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    revived: tuple[str, ...] = ()
    orphaned: tuple[str, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()


def choose(draft: Mapping[str, Any], choice: Choice) -> Chosen:
    """Put a choice onto the sheet. Pure; choosing the same thing twice adds nothing.

    Args:
        draft: calculation input JSON, not changed.
        choice: what and where.

    Raises:
        TelekalkError: TK-CASE-012 for a choice that the tables do not have, TK-CASE-013 without the side,
            TK-TABLE-002 without a price or time.
    """
    tables, segment = tables_of(draft), segment_of(draft)
    _check(choice)
    changed = {**draft, **{block: [dict(line) for line in draft.get(block) or ()] for block in LINE_BLOCKS}}
    gone, replaced = _superseded(changed, choice)
    values = read_draft(changed)
    same = [line for line in _lines(values) if line.part == choice.part and line.side == choice.side]
    spot = Spot(choice.part, choice.side, tuple(dict.fromkeys(f for line in same for f in line.finding_ids)))
    maker = LineMaker(
        tables,
        segment,
        origin="table",
        parts=values.parts,
        labour=values.labour,
        paint=values.paint,
        dents=values.dents,
        incidentals=values.incidentals,
    )
    before = {line.id for line in _lines(values)}
    try:
        written = _Writer(maker, spot, choice)
        written.write()
    except TableError as problem:
        raise of_table(problem) from problem
    after = replace(
        values,
        parts=tuple(maker.parts),
        labour=maker.labour_lines(),
        paint=tuple(maker.paint),
        dents=tuple(maker.dents),
        incidentals=tuple(maker.incidentals),
        alternatives=_alternatives(values.alternatives, maker.alternatives()),
        table_references=_references(values, tables),
    )
    if len(_lines(after)) > MAX_LINES:
        raise TelekalkError(
            "TK-CASE-014",
            "Mehr Zeilen gehen nicht in eine Kalkulation.",
            "The calculation takes no more lines.",
            status=422,
        )
    new = {line.id for line in _lines(after)} - before
    # Work that the old treatment had brought and the new one needs as well has only changed its reason.
    back = set(maker.triggered)
    return Chosen(
        draft=input_to_json(after),
        ids=tuple(written.ids),
        label=written.label,
        triggered=tuple(name for name in maker.triggered if new and name not in gone.removed),
        replaced=(*replaced, *(name for name in gone.removed if name not in back)),
        present=tuple(written.present),
        revived=gone.revived,
        orphaned=gone.orphaned,
        notes=tuple((note.de, note.en) for note in maker.notes),
    )


def _alternatives(stated: tuple[Alternative, ...], found: tuple[Alternative, ...]) -> tuple[Alternative, ...]:
    """What stands there already stays; a repair that came new brings its alternative."""
    known = {(other.part, other.side) for other in stated}
    return (*stated, *(other for other in found if (other.part, other.side) not in known))


def _lines(values: CalculationInput) -> list[Line]:
    blocks: tuple[tuple[Line, ...], ...] = (
        values.parts, values.labour, values.paint, values.dents, values.incidentals, values.deductions,
    )  # fmt: skip
    return [line for block in blocks for line in block if not isinstance(line, DeductionLine)]


def _check(choice: Choice) -> None:
    if choice.kind == "side_cost":
        return
    if choice.kind not in ("part", "job", "paint", "dents") or choice.part not in PARTS:
        raise unknown_choice()
    sided = PARTS[choice.part][2]
    if choice.side not in (("left", "right") if sided else (None,)):
        if not sided or choice.side is not None:
            raise unknown_choice()
        raise TelekalkError(
            "TK-CASE-013", "Bitte wählen Sie links oder rechts.", "Please choose left or right.", status=422
        )


def is_whole(choice: Choice) -> bool:
    """Whether the choice brings part and paint with it."""
    return choice.kind == "job" and choice.operation == "replace" and not choice.alone


def _superseded(draft: dict[str, Any], choice: Choice) -> tuple[Gone, tuple[str, ...]]:
    """Take off the untouched lines that a replacement, or another paint level, makes superfluous."""
    whole = is_whole(choice)
    going: dict[str, str] = {}
    for block in ("labour", "paint", "dents"):
        for line in draft[block]:
            if (line.get("part"), line.get("side")) != (choice.part, choice.side) or not untouched(line):
                continue
            other_job = block == "labour" and whole and line.get("operation") == "repair"
            other_repair = (
                block == "labour"
                and choice.kind == "job"
                and choice.operation == line.get("operation") == "repair"
                and choice.severity not in (line.get("table_key") or ())
            )
            level = "new" if whole else choice.level if choice.kind == "paint" else None
            other_level = block == "paint" and level is not None and line.get("level") != level
            if other_job or other_repair or other_level or (block == "dents" and whole):
                going[line["id"]] = str(line.get("label") or line["id"])
    return (remove_lines(draft, going), tuple(going.values())) if going else (Gone(), ())


def _references(values: CalculationInput, tables: Tables) -> tuple[Any, ...]:
    known = {reference.name for reference in values.table_references}
    return (*values.table_references, *(ref for ref in tables.references if ref.name not in known))


def value_loss(draft: Mapping[str, Any], method: object) -> str | None:
    """The amount that a method proposes for a draft, net; None when the method does not apply or is none.

    Raises:
        TelekalkError: the engine's refusal of the draft.
    """
    for proposal in calculated(read_draft(draft), explain=False).value_losses:
        if proposal.method == method and proposal.amount is not None:
            return format(proposal.amount if proposal.net_amount is None else proposal.net_amount, "f")
    return None


class _Writer:
    """Writes the lines of one choice.

    Attributes:
        ids: lines of the choice, new or already there.
        present: labels of those that stood on the sheet already.
        label: of the choice.
    """

    def __init__(self, maker: LineMaker, spot: Spot, choice: Choice) -> None:
        self.maker, self.spot, self.choice = maker, spot, choice
        self.ids: list[str] = []
        self.present: list[str] = []
        self.label = ""

    def write(self) -> None:
        """Write them all.

        Raises:
            TableError: a price or a time is missing.
        """
        maker, spot, choice = self.maker, self.spot, self.choice
        if choice.kind == "side_cost":
            self._side_cost()
            return
        whole = is_whole(choice)
        if choice.kind == "part" or (whole and maker.has_price(spot.part)):
            self._take(maker.part_line(spot, spot.part, None), maker.parts)
        if choice.kind == "job":
            self._job()
        if choice.kind == "paint" or (whole and maker.has_paint(spot.part, "new")):
            self._take(maker.paint_line(spot, spot.part, choice.level or "new", None), maker.paint)
            maker.preparation()
        if choice.kind == "dents":
            self._take(maker.dent_line(spot, choice.count, None), maker.dents)

    def _take(self, made: _Made, lines: list[_Made], known: _Made | None = None) -> None:
        """Add a line, unless it stands there; one that is switched off is switched on."""
        there = known or next((line for line in lines if (line.part, line.side) == (made.part, made.side)), None)
        if there is None:
            there = replace(made, id=self._free(made.id))
            lines.append(there)
        elif there.active:
            self.present.append(there.label)
        else:
            lines[lines.index(there)] = replace(there, active=True)
        self.ids.append(there.id)
        self.label = self.label or there.label

    def _side_cost(self) -> None:
        maker, kind = self.maker, self.choice.side_cost
        hit = next((hit for hit in entries(maker.tables, maker.segment) if hit.side_cost == kind), None)
        if not kind or hit is None:
            raise unknown_choice()
        made = maker.side_cost_line(kind, f"i-{kind}", hit.label_de, None)
        there = next((line for line in maker.incidentals if line.kind == made.kind), None)
        if there is None:
            there = replace(made, id=self._free(made.id))
            maker.incidentals.append(there)
            self.ids.append(there.id)
            self.label = there.label
            return
        self._take(made, maker.incidentals, there)

    def _job(self) -> None:
        maker, choice = self.maker, self.choice
        made = maker.job_line(self.spot, choice.part, choice.operation, choice.severity, None)
        known = maker.find_job(choice.part, made.side, choice.operation)
        if known is not None and known.active:
            self.present.append(known.label)
        job = replace(made, id=self._free(made.id)) if known is None else replace(known, active=True)
        maker.put_job(self.spot, job)
        self.ids.append(job.id)
        self.label = job.label

    def _free(self, wanted: str) -> str:
        """An id that no line has."""
        used = self.maker.ids()
        names = (wanted, *(f"{wanted}-{number}" for number in range(2, MAX_LINES + 3)))
        return next(name for name in names if name not in used)
