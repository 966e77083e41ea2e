"""Writes lines from the tables: a part, a job with what it triggers, paint with its preparation, what a job includes.

The proposals from findings and the editor's choice from the tables both write their lines here, so that a line is the same
whichever way it came onto the sheet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, cast

from calculation.model import (
    Alternative,
    DentLine,
    IncidentalKind,
    IncidentalLine,
    LabourLine,
    Line,
    Operation,
    Origin,
    PaintLevel,
    PaintLine,
    PartLine,
    Side,
    Substrate,
    Text,
)
from calculation.money import round2
from pricing_tables import TableError, Tables
from pricing_tables.vocabulary import PAINT_LEVELS, PARTS, SEVERITY_NAMES, job_label, part_label, substrate

_SUBSTRATES: Final[tuple[Substrate, ...]] = ("metal", "plastic")
_SUBSTRATE_NAMES: Final[dict[str, tuple[str, str]]] = {
    "metal": ("Metall", "metal"),
    "plastic": ("Kunststoff", "plastic"),
}


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something is done.

    Attributes:
        part: outer part without side.
        side: left or right; None where it has none.
        finding_ids: regions on photos that the lines stand on.
    """

    part: str
    side: str | None = None
    finding_ids: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Stable piece of the line ids."""
        sided = PARTS[self.part][2] if self.part in PARTS else True
        return f"{self.part}-{self.side}" if self.side and sided else self.part

    @property
    def label(self) -> tuple[str, str]:
        """German and English name with side."""
        return part_label(self.part, self.side)


class LineMaker:
    """Collects lines; merges work that several jobs trigger into one line.

    Args:
        tables: of the price date.
        segment: of the vehicle.
        origin: of the lines that are made: ``suggested`` from photos, ``table`` where a person chose them.
        parts, labour, paint, dents, incidentals: lines that stand on the sheet already; they are kept and merged with.
    """

    def __init__(
        self,
        tables: Tables,
        segment: str,
        *,
        origin: Origin = "suggested",
        parts: Iterable[PartLine] = (),
        labour: Iterable[LabourLine] = (),
        paint: Iterable[PaintLine] = (),
        dents: Iterable[DentLine] = (),
        incidentals: Iterable[IncidentalLine] = (),
    ) -> None:
        self.tables = tables
        self.segment = segment
        self.size = tables.size_class(segment)
        self.origin: Origin = origin
        self.parts = list(parts)
        self.paint = list(paint)
        self.dents = list(dents)
        self.incidentals = list(incidentals)
        self.notes: list[Text] = []
        #: labels of the work that was added because another job needs it
        self.triggered: list[str] = []
        self._labour: dict[str, LabourLine] = {line.id: line for line in labour}

    def note(self, german: str, english: str) -> None:
        """Say something that could not become a line."""
        text = Text(german, english)
        if text not in self.notes:
            self.notes.append(text)

    def ids(self) -> set[str]:
        """Ids of all lines."""
        blocks: tuple[Iterable[Line], ...] = (
            self.parts, self._labour.values(), self.paint, self.dents, self.incidentals,
        )  # fmt: skip
        return {line.id for block in blocks for line in block}

    def has_price(self, part: str) -> bool:
        """Whether the part has a price."""
        return self.tables.has_price(part, self.segment)

    def has_paint(self, part: str, level: str) -> bool:
        """Whether the part is painted at a level."""
        if substrate(part) == "none":
            return False
        try:
            self.tables.paint_time(part, level, self.size)
        except TableError:
            return False
        return True

    @staticmethod
    def side(spot: Spot, part: str) -> Side | None:
        """The side as a line carries it: none for a part that has no sides."""
        return cast("Side | None", spot.side) if part in PARTS and PARTS[part][2] else None

    def part_line(self, spot: Spot, part: str, reason: Text | None, *, uncertain: bool = False) -> PartLine:
        """A spare part at its table price; an uncertain one may also not be needed.

        Raises:
            TableError: TK-TABLE-002 when the part has no price.
        """
        found = self.tables.part_price(part, spot.side, self.segment)
        return PartLine(
            id=f"p-{spot.key}",
            label=part_label(part, spot.side)[0],
            part=part,
            side=self.side(spot, part),
            qty=Decimal(1),
            unit_price=found.value,
            low=Decimal("0.00") if uncertain else found.low,
            high=found.high,
            origin=self.origin,
            table="part_prices",
            table_key=found.key,
            finding_ids=spot.finding_ids,
            reason=reason,
            uncertain=uncertain,
        )

    def job_line(
        self,
        spot: Spot,
        part: str,
        operation: str,
        severity: str | None,
        reason: Text | None,
        *,
        uncertain: bool = False,
    ) -> LabourLine:
        """A job at its table time; where the severity is uncertain, the band reaches from the lightest to the heaviest.

        Raises:
            TableError: TK-TABLE-002 when the job has no time.
        """
        found = self.tables.job_time(part, operation, self.segment, severity)
        low, high = found.low, found.high
        if uncertain and operation == "repair":
            low = self.tables.job_time(part, operation, self.segment, "minor").low
            high = self.tables.job_time(part, operation, self.segment, "severe").high
        elif uncertain:
            low = Decimal("0.00")
        label = job_label(part, operation, spot.side)[0]
        if self.origin == "table" and severity in SEVERITY_NAMES:
            label = f"{label}, {SEVERITY_NAMES[severity][0]}"
        return LabourLine(
            id=f"l-{spot.key}-{operation}",
            label=label,
            part=part,
            side=self.side(spot, part),
            operation=cast("Operation", operation),
            rate=found.rate,
            unit="hours",
            units=found.value,
            low=low,
            high=high,
            origin=self.origin,
            table="job_times",
            table_key=found.key,
            finding_ids=spot.finding_ids,
            reason=reason,
            uncertain=uncertain,
        )

    def paint_line(
        self, spot: Spot, part: str, level: str, reason: Text | None, *, uncertain: bool = False
    ) -> PaintLine:
        """Paint of one part at a level.

        Raises:
            TableError: TK-TABLE-002 when the part is not painted at that level.
        """
        found = self.tables.paint_time(part, level, self.size)
        points, value = self.tables.paint_material_of(part, level, self.size)
        return PaintLine(
            id=f"k-{spot.key}",
            label=f"{part_label(part, spot.side)[0]}, {PAINT_LEVELS[level][0]}",
            part=part,
            side=self.side(spot, part),
            level=cast("PaintLevel", level),
            substrate="plastic" if substrate(part) == "plastic" else "metal",
            hours=found.value,
            material_points=points,
            material_value=value,
            low=Decimal("0.00") if uncertain and level == "spot" else found.low,
            high=found.high,
            origin=self.origin,
            table="paint_times",
            table_key=found.key,
            finding_ids=spot.finding_ids,
            reason=reason,
            uncertain=uncertain,
        )

    def dent_line(self, spot: Spot, count: int, reason: Text | None) -> DentLine:
        """Dents pressed out without paint. Whether the paint is whole is seen on the car, so it is uncertain."""
        hours = self.tables.dent_hours(count)
        return DentLine(
            id=f"d-{spot.key}",
            label=f"{spot.label[0]}, {count} Delle{'n' if count != 1 else ''} drücken",
            part=spot.part,
            side=self.side(spot, spot.part),
            count=count,
            press_hours=hours,
            finish_hours=self.tables.dent_value("finish_hours").value,
            low=hours,
            high=round2(hours * 2),
            origin=self.origin,
            table="dents",
            finding_ids=spot.finding_ids,
            reason=reason,
            uncertain=True,
        )

    def side_cost_line(
        self, kind: str, line_id: str, label: str, reason: Text | None, added_by: tuple[str, ...] = ()
    ) -> IncidentalLine:
        """A side cost at its table amount."""
        found = self.tables.side_cost(kind)
        return IncidentalLine(
            id=line_id,
            label=label,
            kind=cast("IncidentalKind", kind),
            amount=found.value,
            low=found.low,
            high=found.high,
            origin=self.origin,
            table="side_costs",
            table_key=found.key,
            reason=reason,
            added_by=added_by,
            uncertain=True,
        )

    def put_job(self, spot: Spot, line: LabourLine) -> None:
        """Put a job onto the sheet, with the work that it triggers."""
        self._labour[line.id] = line
        self._trigger(spot, line)

    def find_job(self, part: str, side: str | None, operation: str) -> LabourLine | None:
        """The line of a job that stands on the sheet, whoever put it there."""
        for line in self._labour.values():
            if line.part == part and line.side == side and line.operation == operation:
                return line
        return None

    def _trigger(self, spot: Spot, source: LabourLine) -> None:
        """Work that this job triggers: one line for all jobs that need it."""
        if source.part is None:
            return
        for link in self.tables.links(source.part, source.operation):
            if link.effect != "triggers":
                continue
            other = Spot(link.part, spot.side, spot.finding_ids)
            known = self.find_job(link.part, self.side(other, link.part), link.operation)
            if known is not None:
                # Work of the expert's own hand is not made dependent on a job that may go again.
                added = known.added_by
                if source.id not in added and (added or known.origin != "manual"):
                    added = (*added, source.id)
                ids = tuple(dict.fromkeys((*known.finding_ids, *spot.finding_ids)))
                self._labour[known.id] = replace(known, added_by=added, finding_ids=ids)
                continue
            reason = Text(f"{link.reason_de} ({source.label})", f"{link.reason_en} ({source.label})")
            try:
                line = self.job_line(other, link.part, link.operation, None, reason)
            except TableError as error:
                self.note(f"{source.label}: {error.message_de}", f"{source.label}: {error.message_en}")
                continue
            self._labour[line.id] = replace(line, added_by=(source.id,))
            self.triggered.append(line.label)

    def labour_lines(self) -> tuple[LabourLine, ...]:
        """The work, with overlap: what another job of the sheet includes has no time of its own."""
        made = []
        for line in self._labour.values():
            parents = [
                other.id
                for other in self._labour.values()
                if other.id != line.id
                and other.part is not None
                and any(
                    link.effect == "includes" and link.part == line.part and link.operation == line.operation
                    for link in self.tables.links(other.part, other.operation)
                )
                and (other.side == line.side or other.side is None or line.side is None)
            ]
            # What a person or an earlier version of the tables said stays, as long as the other line does.
            kept = [other for other in line.included_in if other in self._labour]
            made.append(replace(line, included_in=tuple(sorted({*kept, *parents}))))
        return tuple(made)

    def alternatives(self) -> tuple[Alternative, ...]:
        """What replacing each repaired part would cost, for the check of repair against replacement."""
        jobs = [(line.part, line.side) for line in self._labour.values() if line.operation == "repair"]
        repaired = dict.fromkeys([*jobs, *((line.part, line.side) for line in self.dents)])
        found = (self.tables.alternative(part, side, self.segment) for part, side in repaired if part and part in PARTS)
        return tuple(other for other in found if other is not None)

    def preparation(self) -> None:
        """Paint preparation, once per substrate."""
        for material in _SUBSTRATES:
            painted = [line for line in self.paint if line.substrate == material and line.level != "preparation"]
            if not painted or all(line.level == "spot" for line in painted):
                continue
            sources = tuple(line.id for line in painted)
            at = next(
                (n for n, p in enumerate(self.paint) if p.level == "preparation" and p.substrate == material), None
            )
            if at is not None:
                known = self.paint[at]
                if known.origin != "manual":
                    self.paint[at] = replace(known, added_by=sources)
                continue
            found = self.tables.preparation_time(material, self.size)
            points, value = self.tables.paint_material_of(f"preparation_{material}", "preparation", self.size)
            name = _SUBSTRATE_NAMES[material]
            line = PaintLine(
                id=f"k-preparation-{material}",
                label=f"Vorbereitung {name[0]}",
                level="preparation",
                substrate=material,
                hours=found.value,
                material_points=points,
                material_value=value,
                low=found.low,
                high=found.high,
                origin=self.origin,
                table="paint_times",
                table_key=found.key,
                finding_ids=tuple(dict.fromkeys(i for line in painted for i in line.finding_ids)),
                reason=Text(f"einmal je Auftrag für {name[0]}", f"once per job for {name[1]}"),
                added_by=sources,
            )
            self.paint.append(line)
            self.triggered.append(line.label)
