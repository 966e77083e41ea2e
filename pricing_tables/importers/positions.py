"""Lines of a foreign calculation as lines of ours: DAT VXS (XML) and the CSV for autoiXpert's manual calculation.

Amounts and times are taken over exactly. What has no counterpart is said, never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from calculation.model import (
    CalculationInput,
    IncidentalKind,
    IncidentalLine,
    LabourLine,
    PaintLine,
    PaintMaterial,
    Parameters,
    PartLine,
    Rate,
    Settlement,
    TableReference,
)
from pricing_tables.importers.problems import ImportFileError, Place, Problem, refuse, visible
from pricing_tables.importers.sheets import file_bytes, kind_of
from pricing_tables.search import fold


@dataclass(slots=True)
class Positions:
    """What a file holds.

    Attributes:
        parts, labour, paint, incidentals: lines, in the order of the file; their ids are theirs alone.
        rates: net hourly rates that the file states, by name.
        paint_material: material model that the file states.
        small_parts_percent: that the file states.
        price_date: that the file states.
        units_per_hour: of the time units used.
        problems: errors, warnings and notes.
        format: ``vxs`` or ``autoixpert``.
    """

    format: str
    parts: list[PartLine] = field(default_factory=list)
    labour: list[LabourLine] = field(default_factory=list)
    paint: list[PaintLine] = field(default_factory=list)
    incidentals: list[IncidentalLine] = field(default_factory=list)
    rates: dict[str, Rate] = field(default_factory=dict)
    paint_material: PaintMaterial | None = None
    small_parts_percent: Decimal | None = None
    price_date: date | None = None
    units_per_hour: dict[str, Decimal] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Number of lines."""
        return len(self.parts) + len(self.labour) + len(self.paint) + len(self.incidentals)

    def tell(
        self, code: str, de: str, en: str, row: int, value: object = "", level: str = "warning", column: str = ""
    ) -> None:
        """Keep one problem with its line in the file."""
        self.problems.append(
            Problem(code, de, en, Place(row=row, column=column), visible(value) if value else "", level)
        )


#: Words that name a kind of side cost.
_INCIDENTALS: tuple[tuple[str, IncidentalKind], ...] = (
    ("verbring", "transfer"), ("entsorg", "disposal"), ("reinig", "cleaning"), ("probefahrt", "test_drive"), ("fehlerspeicher", "diagnosis"),
    ("diagnose", "diagnosis"), ("kalibr", "calibration"), ("vermess", "measurement"), ("hohlraum", "cavity_wax"), ("hohlr", "cavity_wax"),
    ("beschaff", "procurement"), ("kleber", "material"), ("material", "material"),
)  # fmt: skip


def incidental_kind(text: str) -> IncidentalKind:
    """Kind of a side cost by its words; ``other`` where they say nothing."""
    folded = fold(text)
    return next((kind for word, kind in _INCIDENTALS if word in folded), "other")


def positions_from(path: Path, *, units_per_hour: Decimal | None = None) -> Positions:
    """Read the lines of a calculation from a file.

    Args:
        path: DAT VXS XML, or CSV or Excel with the columns of autoiXpert's template.
        units_per_hour: of a column of time units, where the file does not say it.

    Raises:
        ImportFileError: every line that cannot be read, with its place; TK-TABLE-010 to 019 for the file as a whole.
    """
    from pricing_tables.importers.autoixpert import read_autoixpert
    from pricing_tables.importers.vxs import read_vxs

    content = file_bytes(path)
    found = read_vxs(content, units_per_hour) if kind_of(content) == "xml" else read_autoixpert(path, units_per_hour)
    errors = [p for p in found.problems if p.level == "error"]
    if errors:
        raise ImportFileError(errors)
    if not found.count:
        raise refuse("TK-TABLE-021", "Die Datei enthält keine Positionen.", "The file holds no positions.")
    return found


def calculation_input(
    found: Positions,
    frame: Parameters,
    settlement: Settlement,
    rates: dict[str, Rate],
    references: tuple[TableReference, ...] = (),
) -> CalculationInput:
    """The lines as a calculation: what the file states counts before what the frame brings.

    Args:
        found: lines and what the file states.
        frame: parameters of the day.
        settlement: under which law.
        rates: for trades whose rate the file does not state.
        references: of the tables that rates and frame come from; only those that are used go into the calculation.
    """
    from dataclasses import replace

    parameters = replace(
        frame,
        price_date=found.price_date or frame.price_date,
        units_per_hour={**frame.units_per_hour, **found.units_per_hour},
        paint_material=found.paint_material or frame.paint_material,
        small_parts_percent=frame.small_parts_percent
        if found.small_parts_percent is None
        else found.small_parts_percent,
    )
    every = {**rates, **found.rates}
    trades = {line.rate for line in found.labour} | {line.rate for line in found.paint}
    used = {every[trade].table for trade in trades if trade in every} | {"vat", parameters.paint_material.table}
    return CalculationInput(
        parameters=parameters,
        settlement=settlement,
        rates=every,
        table_references=tuple(reference for reference in references if reference.name in used),
        parts=tuple(found.parts),
        labour=tuple(found.labour),
        paint=tuple(found.paint),
        incidentals=tuple(found.incidentals),
    )
