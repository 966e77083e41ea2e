"""Flags about parts named on lines, operation codes, levels of hourly rates, and mark-ups."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from calculation.codes import PART, operation_of
from calculation.model import CalculationInput
from calculation.parts import OUTER_PARTS
from calculation.result import Flag
from calculation.texts import flag

#: Mark-ups of 10 to 25 % are usual; beyond this on either side a typing error is likely.
USUAL_MARKUP = Decimal(50)


def work_flags(data: CalculationInput) -> Iterator[Flag]:
    """What looks wrong in how parts and work are named or marked up."""
    yield from _parts(data)
    yield from _codes(data)
    yield from _levels(data)
    markup = data.parameters.upe_markup_percent
    if abs(markup) > USUAL_MARKUP:
        yield flag(
            "markup_unusual",
            "amber",
            "Ungewöhnlicher Aufschlag",
            "Unusual mark-up",
            f"{markup} % auf die Listenpreise; üblich sind 10 bis 25 %.",
            f"{markup} % on list prices; 10 to 25 % are usual.",
            "Prozentsatz prüfen.",
            "Check the percentage.",
        )


def _parts(data: CalculationInput) -> Iterator[Flag]:
    named: dict[str, list[str]] = {}
    for block in (data.parts, data.labour, data.paint, data.dents, data.incidentals):
        for line in block:
            if line.part is not None and line.part not in OUTER_PARTS and line.active:
                named.setdefault(line.part, []).append(line.id)
    if named:
        words = ", ".join(repr(word[:40]) for word in sorted(named)[:5])
        yield flag(
            "unknown_part",
            "amber",
            "Unbekanntes Teil",
            "Unknown part",
            f"Kein Teil des gemeinsamen Wortschatzes: {words}; Tabellen und Prüfungen finden es nicht.",
            f"Not in the shared vocabulary: {words}; tables and checks do not find it.",
            "Teil aus der Liste wählen oder das Feld leer lassen.",
            "Choose a part of the list or leave the field empty.",
            line_ids=tuple(sorted(line for lines in named.values() for line in lines)),
        )


def _codes(data: CalculationInput) -> Iterator[Flag]:
    for line in data.labour:
        if line.code_system is None or not line.code or not line.active:
            continue
        meaning = operation_of(line.code_system, line.code)
        label = line.label or line.id
        if meaning.operation != line.operation:
            part = meaning.operation == PART
            yield flag(
                "operation_code_conflict",
                "amber",
                "Arbeitscode widersprüchlich",
                "Operation code contradicts",
                f"{label}: Code {line.code!r} ({line.code_system}) bedeutet {'Ersatzteil' if part else meaning.operation}, "
                f"angegeben ist {line.operation}.",
                f"{label}: code {line.code!r} ({line.code_system}) means {meaning.operation}, stated is {line.operation}.",
                "Arbeitsart oder Code berichtigen.",
                "Correct the operation or the code.",
                line_ids=(line.id,),
            )
        if not meaning.sure:
            yield flag(
                "operation_code_unsure",
                "amber",
                "Arbeitscode unbelegt",
                "Operation code not proven",
                f"{label}: die Bedeutung von Code {line.code!r} ({line.code_system}) ist nicht belegt.",
                f"{label}: the meaning of code {line.code!r} ({line.code_system}) has no source.",
                "Arbeitsart prüfen.",
                "Check the operation.",
                line_ids=(line.id,),
            )


def _levels(data: CalculationInput) -> Iterator[Flag]:
    missing = [
        line.id
        for line in data.labour
        if line.level is not None
        and line.active
        and line.flat_amount is None
        and f"{line.rate}_{line.level}" not in data.rates
        and any(f"{line.rate}_{level}" in data.rates for level in (1, 2, 3))
    ]
    if missing:
        yield flag(
            "rate_level_missing",
            "amber",
            "Lohnstufe ohne Satz",
            "Rate of the level missing",
            "Für die Stufe dieser Arbeiten gibt es keinen eigenen Stundensatz; gerechnet ist mit dem Satz ohne Stufe.",
            "The level of this work has no hourly rate of its own; the rate without a level was taken.",
            "Stundensatz der Stufe angeben.",
            "State the rate of the level.",
            line_ids=tuple(sorted(missing)),
        )
