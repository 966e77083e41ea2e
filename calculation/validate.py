"""What the engine refuses to calculate, each with a code: it never guesses a number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from decimal import Decimal, InvalidOperation
from functools import cache
from itertools import pairwise
from typing import Any

from calculation.codec import measures, show
from calculation.errors import CalculationError, Problem
from calculation.measures import UNITS_DE, Measure
from calculation.model import CalculationInput, DentLine, IncidentalLine, LabourLine, Line
from calculation.settlement_checks import check_settlement
from calculation.validate_sheet import check_sheet

#: A car has no more; a sheet that is longer is an attack or a broken import.
MAX_LINES = 2000


def rate_name(line: LabourLine, names: Iterable[str]) -> str:
    """The rate of a labour line: ``body_2`` for level 2 where such a rate exists, else ``body``."""
    if line.level is not None:
        levelled = f"{line.rate}_{line.level}"
        if levelled in names:
            return levelled
    return line.rate


def all_lines(data: CalculationInput) -> tuple[Line, ...]:
    """Every line of every block, in the order of the sheet."""
    return (*data.parts, *data.labour, *data.paint, *data.dents, *data.incidentals, *data.deductions)


def check(data: CalculationInput) -> None:
    """Refuse an input that cannot be calculated.

    Raises:
        CalculationError: with all problems found and the ids of their lines.

    """
    problems: list[Problem] = []
    lines = all_lines(data)
    if len(lines) > MAX_LINES:
        de, en = f"{len(lines)} Positionen, höchstens {MAX_LINES}.", f"{len(lines)} lines, {MAX_LINES} at most."
        raise CalculationError([Problem("TK-CALC-005", de, en, None, "lines")])
    _ids(lines, problems)
    for line in lines:
        _numbers(line, "", problems, line.id)
    _settings(data, problems)
    for labour in data.labour:
        _labour(labour, data, problems)
    for paint in data.paint:
        _rate(paint, paint.rate, data, problems)
        if paint.layers is not None:
            _whole(paint, "layers", paint.layers, 1, 4, problems)
    for dent in data.dents:
        _dent(dent, data, problems)
    for incidental in data.incidentals:
        _incidental(incidental, data, problems)
    _deductions(data, problems)
    check_sheet(data, problems)
    _cycles(lines, problems)
    if problems:
        raise CalculationError(problems)


def _add(problems: list[Problem], code: str, line: str | None, field: str, de: str, en: str) -> None:
    problems.append(Problem(code, f"{field}: {de}", f"{field}: {en}", line, field))


def _ids(lines: Iterable[Line], problems: list[Problem]) -> None:
    seen: set[str] = set()
    for line in lines:
        if not line.id or len(line.id) > 100:
            _add(
                problems,
                "TK-CALC-019",
                line.id[:100] or None,
                "id",
                "fehlt oder ist zu lang.",
                "is missing or too long.",
            )
        elif line.id in seen:
            _add(problems, "TK-CALC-010", line.id, "id", "kommt mehrfach vor.", "occurs more than once.")
        seen.add(line.id)


@cache
def _checked(cls: Any) -> tuple[tuple[str, Measure, Any], ...]:
    """Numeric fields with their range and default; a value that is the default itself needs no look."""
    defaults = {field.name: field.default for field in fields(cls)}
    return tuple((name, measure, defaults[name]) for name, measure in measures(cls))


def _numbers(value: Any, path: str, problems: list[Problem], line_id: str | None = None) -> None:
    """Every number of a dataclass is a finite decimal inside its range; low does not exceed high."""
    for name, measure, default in _checked(value.__class__):
        number = getattr(value, name)
        if number is None or number is default or type(number) is dict:
            continue
        try:
            inside = type(number) is Decimal and measure.low <= number <= measure.high
        except InvalidOperation:
            inside = False
        if not inside:
            span = f"{measure.low} … {measure.high}"
            _add(
                problems,
                "TK-CALC-011",
                line_id,
                f"{path}{name}",
                f"{show(str(number))} liegt außerhalb von {span} {UNITS_DE.get(measure.unit, measure.unit)}.",
                f"{show(str(number))} is outside {span} {measure.unit}.",
            )
    low, high = getattr(value, "low", None), getattr(value, "high", None)
    if line_id is not None and type(low) is Decimal and type(high) is Decimal and low > high:
        _add(
            problems, "TK-CALC-015", line_id, "low", f"{low} ist größer als high {high}.", f"{low} exceeds high {high}."
        )


def _settings(data: CalculationInput, problems: list[Problem]) -> None:
    parameters = data.parameters
    _numbers(parameters, "parameters.", problems)
    _numbers(parameters.paint_material, "parameters.paint_material.", problems)
    for name, per_hour in parameters.units_per_hour.items():
        field = f"parameters.units_per_hour.{name}"
        if name not in {"AW", "ZE"} or type(per_hour) is not Decimal or not Decimal(1) <= per_hour <= Decimal(1000):
            _add(
                problems,
                "TK-CALC-013",
                None,
                field,
                "AW oder ZE mit 1 … 1000 je Stunde.",
                "AW or ZE with 1 … 1000 per hour.",
            )
    for index, other in enumerate(data.alternatives):
        _numbers(other, f"alternatives[{index}].", problems)
    for name, rate in data.rates.items():
        _numbers(rate, f"rates.{name}.", problems)
    check_settlement(data, problems, _numbers)
    _numbers(data.policy, "policy.", problems)
    _numbers(data.vehicle, "vehicle.", problems)
    mileage, year = data.vehicle.mileage_km, parameters.price_date.year
    if mileage is not None and not 0 <= mileage <= 2_000_000:
        _add(problems, "TK-CALC-011", None, "vehicle.mileage_km", "0 … 2.000.000.", "0 … 2,000,000.")
    if not 1990 <= year <= 2100:
        _add(problems, "TK-CALC-022", None, "parameters.price_date", "1990 … 2100.", "1990 … 2100.")
    _band(data, problems)


def _band(data: CalculationInput, problems: list[Problem]) -> None:
    if data.value_band is None:
        return
    _numbers(data.value_band, "value_band.", problems)
    for index, anchor in enumerate(data.value_band.anchors):
        path = f"value_band.anchors[{index}]"
        _numbers(anchor, f"{path}.", problems)
        if not 0 < anchor.low <= anchor.high:
            _add(problems, "TK-CALC-024", None, path, "0 < low ≤ high verlangt.", "0 < low ≤ high required.")
    for first, second in pairwise(data.value_band.anchors):
        if first.years >= second.years:
            _add(problems, "TK-CALC-024", None, "value_band.anchors", "Jahre müssen steigen.", "years must rise.")
    if data.value_band.usual_km_per_year < 0:
        _add(
            problems,
            "TK-CALC-011",
            None,
            "value_band.usual_km_per_year",
            "darf nicht negativ sein.",
            "must not be negative.",
        )


def _rate(line: Line, name: str, data: CalculationInput, problems: list[Problem]) -> None:
    if name not in data.rates:
        known = ", ".join(sorted(data.rates)) or "-"
        de, en = f"kein Stundensatz {show(name)} (bekannt: {known}).", f"no hourly rate {show(name)} (known: {known})."
        _add(problems, "TK-CALC-012", line.id, "rate", de, en)


def _whole(line: Line, field: str, value: int | None, low: int, high: int, problems: list[Problem]) -> None:
    if value is not None and not low <= value <= high:
        _add(problems, "TK-CALC-011", line.id, field, f"{low} … {high}.", f"{low} … {high}.")


def _labour(line: LabourLine, data: CalculationInput, problems: list[Problem]) -> None:
    if line.flat_amount is None:
        _rate(line, rate_name(line, data.rates), data, problems)
        _unit(line, data, problems)
    elif line.units:
        de, en = "Zeit und Festbetrag zugleich; bitte eines.", "both time and a flat amount; give one."
        _add(problems, "TK-CALC-025", line.id, "flat_amount", de, en)
    if line.surcharge_percent < -100:
        _add(problems, "TK-CALC-011", line.id, "surcharge_percent", "unter -100 %.", "below -100 %.")
    _whole(line, "level", line.level, 1, 3, problems)


def _unit(line: LabourLine | IncidentalLine, data: CalculationInput, problems: list[Problem]) -> None:
    own = line.units_per_hour if isinstance(line, LabourLine) else None
    if own is not None and not Decimal(1) <= own <= Decimal(1000):
        _add(problems, "TK-CALC-013", line.id, "units_per_hour", "1 … 1000.", "1 … 1000.")
    if line.unit != "hours" and own is None and line.unit not in data.parameters.units_per_hour:
        de = f"{line.unit} je Stunde sind nicht angegeben (parameters.units_per_hour)."
        en = f"{line.unit} per hour are not given (parameters.units_per_hour)."
        _add(problems, "TK-CALC-013", line.id, "unit", de, en)


def _dent(line: DentLine, data: CalculationInput, problems: list[Problem]) -> None:
    _rate(line, line.rate, data, problems)
    _whole(line, "count", line.count, 0, 5000, problems)
    _whole(line, "panels", line.panels, 0, 30, problems)


def _incidental(line: IncidentalLine, data: CalculationInput, problems: list[Problem]) -> None:
    if (line.amount is None) == (line.rate is None):
        de, en = "entweder Betrag oder Zeit mit Stundensatz.", "either an amount or time with an hourly rate."
        _add(problems, "TK-CALC-018", line.id, "amount", de, en)
    elif line.rate is not None:
        _rate(line, line.rate, data, problems)
        _unit(line, data, problems)


def _deductions(data: CalculationInput, problems: list[Problem]) -> None:
    if not data.deductions:
        return
    known = {line.id for line in (*data.parts, *data.labour, *data.paint, *data.dents, *data.incidentals)}
    for line in data.deductions:
        takes = line.active and (line.amount if line.base == "amount" else line.percent) != 0
        if takes and line.kind not in {"discount", "surcharge"} and not line.reason_text.strip():
            de, en = (
                "jeder Abzug braucht einen Grund, den der Kunde lesen kann.",
                "a deduction needs a reason the customer can read.",
            )
            _add(problems, "TK-CALC-016", line.id, "reason_text", de, en)
        if line.base == "line" and line.line_id not in known:
            de, en = f"Position {show(line.line_id)} gibt es nicht.", f"there is no line {show(line.line_id)}."
            _add(problems, "TK-CALC-017", line.id, "line_id", de, en)


def _cycles(lines: tuple[Line, ...], problems: list[Problem]) -> None:
    """A line cannot, over any number of steps, be included in itself.

    Lines without an including line of their own are struck off again and again; what cannot be struck off turns in a circle.
    """
    parents = {line.id: set(line.included_in) for line in lines if line.included_in}
    children: dict[str, list[str]] = {}
    for child, including in parents.items():
        including.intersection_update(parents)
        for parent in including:
            children.setdefault(parent, []).append(child)
    free = [child for child, including in parents.items() if not including]
    while free:
        struck = free.pop()
        del parents[struck]
        for child in children.get(struck, ()):
            parents[child].discard(struck)
            if not parents[child]:
                free.append(child)
    for line_id in parents:
        de, en = "Verbundarbeit schließt sich selbst ein.", "overlap includes itself."
        _add(problems, "TK-CALC-014", line_id, "included_in", de, en)
