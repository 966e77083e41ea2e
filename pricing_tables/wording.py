"""Numbers, rows and columns of tables in words, German and English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from pricing_tables.schema import SHAPES
from pricing_tables.vocabulary import (
    PAINT_LEVELS,
    PARTS,
    SEGMENT_NAMES,
    SEVERITY_NAMES,
    job_label,
)
from pricing_tables.workshops import RATE_NAMES

_RATES_EN: Final = {"body": "body", "mechanic": "mechanic", "electric": "electric", "paint": "paint", "dents": "dents"}
#: Column: German and English name, where the value is not what the row is about.
COLUMNS: Final[dict[str, tuple[str, str]]] = {
    "low": ("unterer Rand", "lower edge"),
    "high": ("oberer Rand", "upper edge"),
    "source": ("Quelle", "source"),
    "basis": ("Grundlage", "basis"),
    "rate": ("Satz", "rate"),
    "label": ("Bezeichnung", "label"),
    "upe_percent": ("UPE-Aufschlag", "UPE mark-up"),
    "small_parts_percent": ("Kleinersatzteile", "small parts"),
    "transfer_kind": ("Verbringung nach", "transfer by"),
    "transfer_value": ("Verbringung", "transfer"),
    "paint_wage": ("Lacklohn", "paint wage"),
    "paint_system": ("Lacksystem", "paint system"),
    "material_kind": ("Lackmaterial nach", "paint material by"),
    "material_value": ("Lackmaterial", "paint material"),
    "points": ("Materialpunkte", "material points"),
    "value": ("Wert", "value"),
    "price_per_point": ("Preis je Punkt", "price per point"),
    "constant": ("Konstante", "constant"),
    "index": ("Index", "index"),
    "percent": ("Prozent", "percent"),
    "amount": ("Betrag", "amount"),
    "chosen": ("gewählt", "chosen"),
    **{name: (label, _RATES_EN[name]) for name, label in RATE_NAMES.items()},
}
#: Unit of a column, by table.
UNITS: Final[dict[str, dict[str, str]]] = {
    "part_prices": {"price": "EUR", "low": "EUR", "high": "EUR"},
    "hourly_rates": dict.fromkeys(RATE_NAMES, "EUR"),
    "job_times": {"hours": "h", "low": "h", "high": "h"},
    "paint_times": {"hours": "h", "low": "h", "high": "h"},
    "paint_options": {"hours": "h", "low": "h", "high": "h"},
    "paint_points": {"points": "", "value": "EUR"},
    "paint_material": {"percent": "%", "price_per_point": "EUR", "constant": "EUR", "index": "%", "amount": "EUR"},
    "markups": {"value": "%"},
    "side_costs": {"value": "EUR", "low": "EUR", "high": "EUR"},
    "list_prices": {"price": "EUR"},
    "workshop_rates": {
        **dict.fromkeys(("mechanic", "electric", "body", "dents", "paint_wage"), "EUR"),
        "upe_percent": "%",
        "small_parts_percent": "%",
    },
}
#: The column that a row is about: it needs no name of its own in a sentence.
MAIN: Final[dict[str, str]] = {
    "part_prices": "price",
    "job_times": "hours",
    "paint_times": "hours",
    "paint_options": "hours",
    "side_costs": "value",
    "markups": "value",
    "list_prices": "price",
    "dents": "value",
    "vat": "rate",
}
_MARKUPS: Final = {
    "small_parts_percent": ("Kleinersatzteile", "small parts"),
    "upe_markup_percent": ("UPE-Aufschlag", "UPE mark-up"),
}
_REGIMES: Final = {"kasko": ("Kasko", "own-damage"), "liability": ("Haftpflicht", "liability")}

_SIDE_COSTS: Final = {
    "transfer": ("Verbringung", "transfer"),
    "disposal": ("Entsorgung", "disposal"),
    "cleaning": ("Reinigung", "cleaning"),
    "test_drive": ("Probefahrt", "test drive"),
    "diagnosis": ("Diagnose", "diagnosis"),
    "calibration": ("Kalibrierung", "calibration"),
    "measurement": ("Vermessung", "measurement"),
    "cavity_wax": ("Hohlraumschutz", "cavity wax"),
    "material": ("Material", "material"),
    "procurement": ("Beschaffung", "procurement"),
}
_MODELS: Final = {
    "percent_of_wage": ("Prozent vom Lacklohn", "percent of the paint wage"),
    "points": ("Punkte", "points"),
    "azt_index": ("Index", "index"),
    "flat": ("Pauschale", "flat amount"),
    "in_wage": ("im Lohn", "in the wage"),
}
#: Tables whose one key column is a word: name of the row, names of the words.
_NAMED: Final[dict[str, tuple[tuple[str, str], Mapping[str, tuple[str, str]]]]] = {
    "side_costs": (("Nebenkosten", "side cost"), _SIDE_COSTS),
    "paint_material": (("Lackmaterial nach", "paint material by"), _MODELS),
    "list_prices": (("Listenpreis", "list price"), SEGMENT_NAMES),
    "segments": (("Segment", "segment"), SEGMENT_NAMES),
    "paint_options": (("Lackieroption", "paint option"), {}),
    "dents": (("Drücktechnik", "dents"), {}),
    "vat": (("Umsatzsteuer ab", "VAT from"), {}),
    "policy": (("Grenzen ab", "policy from"), {}),
}


def number(value: Decimal, english: bool = False, places: int | None = None) -> str:
    """A number as people write it: ``1.234,50`` or ``1,234.50``.

    Args:
        value: any exact number.
        english: English notation.
        places: decimals; as many as the value has when left out.
    """
    shown = format(value, "," if places is None else f",.{places}f")
    return shown if english else shown.replace(",", " ").replace(".", ",").replace(" ", ".")


def shown(value: Any, unit: str = "", english: bool = False) -> str:
    """Any cell for people: money with two decimals at least, dates in the language, text as it is."""
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
        text = number(value, english, max(decimals, 2) if unit in {"EUR", "h"} else decimals)
        return f"{text} {unit}".rstrip()
    if isinstance(value, date):
        return value.isoformat() if english else f"{value:%d.%m.%Y}"
    return "–" if value in {None, ""} else str(value)


def _pair(names: Mapping[str, tuple[Any, ...]], word: str, english: bool) -> str:
    found = names.get(word)
    return str(found[1 if english else 0]) if found else word


def row_label(name: str, key: tuple[str, ...], english: bool = False) -> str:
    """What a row is about, from its key: ``Preis Tür vorn (Kompaktklasse)``."""
    if name == "part_prices":
        word = "price" if english else "Preis"
        return f"{word} {_pair(PARTS, key[0], english)} ({_pair(SEGMENT_NAMES, key[1], english)})"
    if name == "hourly_rates":
        return f"{'hourly rate' if english else 'Stundensatz'} {key[0]}"
    if name == "job_times":
        job = job_label(key[0], key[1])[english]
        level = f", {_pair(SEVERITY_NAMES, key[3], english)}" if len(key) > 3 and key[3] else ""
        return f"{'time' if english else 'Zeit'} {job}{level} ({_pair(SEGMENT_NAMES, key[2], english)})"
    if name in {"paint_times", "paint_points"}:
        word = (
            ("paint time" if english else "Lackierzeit")
            if name == "paint_times"
            else ("paint material" if english else "Lackmaterial")
        )
        return f"{word} {_pair(PARTS, key[0], english)}, {_pair(PAINT_LEVELS, key[1], english)} ({key[2]})"
    if name == "markups":
        return f"{_pair(_MARKUPS, key[0], english)} {_pair(_REGIMES, key[1], english)}"
    if name == "job_links":
        arrow = {"triggers": "→", "may_trigger": "→?", "includes": "⊃"}.get(key[2], key[2])
        return f"{job_label(key[0], key[1])[english]} {arrow} {job_label(key[3], key[4])[english]}"
    if name in _NAMED:
        title, names = _NAMED[name]
        return f"{title[english]} {_pair(names, key[0], english)}"
    if name == "workshop_rates":
        return f"{'workshop' if english else 'Werkstatt'} {key[0]}"
    return f"{name} {', '.join(part or '–' for part in key)}"


def cell_label(name: str, key: tuple[str, ...], column: str, english: bool = False) -> str:
    """What one cell is about: ``Stundensatz Karosserie DE``, ``Preis Tür vorn (Kompaktklasse), oberer Rand``."""
    if name == "hourly_rates" and column in RATE_NAMES:
        word = "hourly rate" if english else "Stundensatz"
        return f"{word} {_pair(COLUMNS, column, english)} {key[0]}"
    if MAIN.get(name) == column:
        return row_label(name, key, english)
    return f"{row_label(name, key, english)}, {_pair(COLUMNS, column, english)}"


def key_of(name: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    """The key of a row, in the order of the table's key columns, as text."""
    return tuple(str(row[column]) for column in SHAPES[name].key)
