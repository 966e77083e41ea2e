"""What the sheet's own fields must not say: levels without a system, statements of one line that contradict each other."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from calculation.codec import show
from calculation.codes import operation_of
from calculation.errors import CalculationError, Problem
from calculation.model import Alternative, CalculationInput, DeductionLine, DentLine, LabourLine, Line, PaintLine
from calculation.paint_systems import read_level

#: Notes one problem: code, line, field, German, English.
Note = Callable[[str, str | None, str, str, str], None]

#: Most of one option on a job; window frames come in four.
MAX_COUNT = 99
MAX_FRAMES = 4
#: A car has no more outer parts to compare.
MAX_ALTERNATIVES = 200


def check_sheet(data: CalculationInput, problems: list[Problem]) -> None:
    """Look at what the lines and the settings of the sheet say about themselves."""

    def note(code: str, line: str | None, field: str, de: str, en: str) -> None:
        problems.append(Problem(code, f"{field}: {de}", f"{field}: {en}", line, field))

    for labour in data.labour:
        if labour.code_system is not None:
            _code(labour, problems)
    for paint in data.paint:
        _paint(paint, data, note, problems)
    for dent in data.dents:
        _dent(dent, note)
    for deduction in data.deductions:
        _deduction(deduction, note)
    blocks = (data.parts, data.labour, data.paint, data.dents, data.incidentals)
    damaged: list[Line] = [line for block in blocks for line in block if line.pre_damage is not None]
    if damaged:
        taken = {line.id for block in (*blocks, data.deductions) for line in block}
        for line in damaged:
            _pre_damage(line, taken, note)
    _settings(data, note)
    _alternatives(data, note)


def _contradiction(note: Note, line: Line | None, field: str, de: str, en: str) -> None:
    note("TK-CALC-031", line.id if line is not None else None, field, de, en)


def _told(error: CalculationError, line: Line, problems: list[Problem]) -> None:
    for found in error.problems:
        field = found.field or ""
        de, en = f"{field}: {found.message_de}", f"{field}: {found.message_en}"
        problems.append(Problem(found.code, de, en, line.id, field))


def _code(line: LabourLine, problems: list[Problem]) -> None:
    """The code must be known in its system; whether it fits the operation is a flag."""
    if line.code and line.code_system is not None:
        try:
            operation_of(line.code_system, line.code)
        except CalculationError as error:
            _told(error, line, problems)


def _paint(line: PaintLine, data: CalculationInput, note: Note, problems: list[Problem]) -> None:
    if line.system_level:
        try:
            read_level(data.parameters.paint_system, line.system_level)
        except CalculationError as error:
            _told(error, line, problems)
    if line.layer_way is not None:
        layers = line.layers or 0
        if layers < 3 or (line.layer_way == "dry_and_sand_twice" and layers != 4):
            de = f"{line.layer_way} gibt es nur bei 3 oder 4 Schichten, zweimal trocknen und schleifen nur bei 4."
            en = f"{line.layer_way} exists for 3 or 4 layers only, drying and sanding twice for 4 only."
            _contradiction(note, line, "layer_way", de, en)
    if line.option is None:
        if line.count != 1:
            _contradiction(note, line, "count", "nur bei Optionen.", "for options only.")
    else:
        most = MAX_FRAMES if line.option == "window_frames" else MAX_COUNT
        if not 1 <= line.count <= most:
            note("TK-CALC-011", line.id, "count", f"1 … {most}.", f"1 … {most}.")
        if line.level != "other":
            _contradiction(note, line, "level", "eine Option hat die Stufe other.", "an option has the level other.")
    if line.preparation_included and line.level == "preparation":
        de, en = "die Zeile ist selbst die Vorbereitung.", "the line is the preparation itself."
        _contradiction(note, line, "preparation_included", de, en)
    if not 0 <= line.spots <= 100:
        note("TK-CALC-011", line.id, "spots", "0 … 100.", "0 … 100.")


def _dent(line: DentLine, note: Note) -> None:
    if not 0 <= line.count_large <= max(line.count, 0):
        de = f"{line.count_large} von {line.count} Dellen können nicht größer als 20 mm sein."
        en = f"{line.count_large} of {line.count} dents cannot be larger than 20 mm."
        _contradiction(note, line, "count_large", de, en)


def _deduction(line: DeductionLine, note: Note) -> None:
    if line.kind != "new_for_old" and (line.has_gain is not None or line.gain):
        de, en = "nur bei neu für alt.", "for new for old only."
        _contradiction(note, line, "gain", de, en)
    elif line.has_gain is False and line.gain.strip():
        de, en = "Vorteil genannt und zugleich verneint.", "a gain is named and denied at once."
        _contradiction(note, line, "gain", de, en)
    if line.pre_damage is not None:
        de, en = (
            "gehört an die Position des Teils, nicht an einen Abzug.",
            "belongs to the part's line, not to a deduction.",
        )
        _contradiction(note, line, "pre_damage", de, en)


def _pre_damage(line: Line, taken: set[str], note: Note) -> None:
    found = line.pre_damage
    if found is None:
        return
    if f"prior:{line.id}" in taken:
        note("TK-CALC-010", f"prior:{line.id}", "id", "steht für den Vorschaden.", "stands for the earlier damage.")
    share = found.share
    if type(share) is not Decimal or not share.is_finite() or not 0 <= share <= 1:
        note("TK-CALC-011", line.id, "pre_damage.share", f"{show(str(share))} liegt außerhalb von 0 … 1.",
             f"{show(str(share))} is outside 0 … 1.")  # fmt: skip
    elif share and line.active and not found.reason.strip():
        de = "ein Vorschadenanteil braucht einen Grund, den der Kunde lesen kann."
        en = "a share for earlier damage needs a reason the customer can read."
        note("TK-CALC-016", line.id, "pre_damage.reason", de, en)


def _settings(data: CalculationInput, note: Note) -> None:
    parameters = data.parameters
    if parameters.procurement_percent and parameters.procurement_amount:
        de, en = (
            "Festbetrag und Prozentsatz zugleich; bitte eines.",
            "a flat amount and a percentage at once; give one.",
        )
        _contradiction(note, None, "parameters.procurement_percent", de, en)
    layers = data.header.paint_layers
    if layers is not None and not 1 <= layers <= 4:
        note("TK-CALC-011", None, "header.paint_layers", "1 … 4.", "1 … 4.")


def _alternatives(data: CalculationInput, note: Note) -> None:
    if len(data.alternatives) > MAX_ALTERNATIVES:
        found = len(data.alternatives)
        de, en = f"{found} Einträge, höchstens {MAX_ALTERNATIVES}.", f"{found} entries, {MAX_ALTERNATIVES} at most."
        note("TK-CALC-005", None, "alternatives", de, en)
        return
    seen: set[tuple[str, str | None]] = set()
    for index, other in enumerate(data.alternatives):
        path = f"alternatives[{index}]"
        place = (other.part, other.side)
        if place in seen:
            de, en = "dieses Teil hat schon eine Alternative.", "this part has an alternative already."
            note("TK-CALC-010", None, path, de, en)
        seen.add(place)
        _rates(other, path, data, note)


def _rates(other: Alternative, path: str, data: CalculationInput, note: Note) -> None:
    known = ", ".join(sorted(data.rates)) or "-"
    for field, name, hours in (("rate", other.rate, other.hours), ("paint_rate", other.paint_rate, other.paint_hours)):
        if hours and name not in data.rates:
            de, en = (
                f"kein Stundensatz {show(name)} (bekannt: {known}).",
                f"no hourly rate {show(name)} (known: {known}).",
            )
            note("TK-CALC-012", None, f"{path}.{field}", de, en)
