"""One calculation at another version of the tables: the definition that the vectorised way must agree with.

What is renewed:

- a line that came from a table (origin ``suggested`` or ``table``, with ``table`` and ``table_key``, without an override) takes the
  value of the same row; its band follows where it is the table's own, else it is a person's and stays;
- press-out lines, which have no row but a rule (hours per dent × count), where they still equal the rule of the old version;
- hourly rates that name their row;
- small parts, mark-up, paint material and set-up time where they still equal the old version: otherwise a person has set them;
- the limits of the policy, the value band and an assumed list price, on the same condition;
- the price date, when a day is given, and the references of the tables.

VAT and its day stay: the rate follows the supply, not the price list. A row that the new version lacks is named; the line keeps its
value so that nothing turns into zero, but the calculation is not counted as re-priced.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from calculation.model import (
    Alternative,
    CalculationInput,
    DentLine,
    IncidentalLine,
    LabourLine,
    Line,
    PaintLine,
    PaintMaterial,
    PartLine,
    Rate,
    TableReference,
)
from calculation.money import ONE, round2
from pricing_tables import Table, TableError, Tables, all_tables
from pricing_tables.store import DATA
from workbench.impact.renewal import DENTS, MATERIAL_FIELDS, RATE_TABLES, ROW_TABLES, Renewal, renewed_edge

Kind = Literal["renewed", "kept"]


@dataclass(frozen=True, slots=True)
class Change:
    """One figure that was renewed, or that came from a table once and was left as it is.

    Attributes:
        kind: ``renewed`` or ``kept``.
        where: line id, ``rates.<name>`` or ``parameters.<name>``.
        field: of the line or the setting.
        table: name; key: of the row.
        old, new: as text; equal where kept.
        reason: why it was kept, a word of :data:`KEPT`; empty where renewed.
    """

    kind: Kind
    where: str
    field: str
    table: str
    key: tuple[str, ...]
    old: str
    new: str
    reason: str = ""


#: Why a figure was left as it is: German, English.
KEPT: dict[str, tuple[str, str]] = {
    "override": ("von Hand geändert", "changed by hand"),
    "band": ("Spanne von Hand gesetzt", "band set by hand"),
    "no_key": ("aus mehreren Zeilen abgeleitet", "derived from several rows"),
    "other_table": ("Tabelle gehört nicht zu diesem Block", "table does not belong to this block"),
    "flat": ("Festbetrag statt Zeit", "flat amount instead of time"),
    "time": ("Zeit statt Betrag", "time instead of an amount"),
    "changed": ("weicht vom alten Stand ab", "differs from the old version"),
}


@dataclass(frozen=True, slots=True)
class Missing:
    """A row that the new version lacks.

    Attributes:
        where: line id or ``rates.<name>`` and so on.
        table: name; key: of the row.
    """

    where: str
    table: str
    key: tuple[str, ...]

    @property
    def message_de(self) -> str:
        """German sentence."""
        return f"[{self.where}] Tabelle {self.table} hat keine Zeile für {', '.join(self.key) or '-'}."

    @property
    def message_en(self) -> str:
        """English sentence."""
        return f"[{self.where}] table {self.table} has no row for {', '.join(self.key) or '-'}."


@dataclass(frozen=True, slots=True)
class Repriced:
    """A calculation at the new version.

    Attributes:
        data: the new input; lines without a row keep their value.
        changes: what was renewed and what was kept.
        missing: rows that the new version lacks; with any of them the new figures must not be used as a price.
    """

    data: CalculationInput
    changes: tuple[Change, ...]
    missing: tuple[Missing, ...] = ()


def stored_tables(references: Iterable[TableReference], folder: Path = DATA, day: date | None = None) -> Tables | None:
    """The tables that a calculation stands on, in the versions that it names; None when none of them is at hand.

    Args:
        references: of the calculation.
        folder: where the versions lie.
        day: for look-ups by date; the day from which the youngest of them is valid when left out.
    """
    return match_tables(((r.name, r.version, r.sha256) for r in references), all_tables(folder), day)


def match_tables(
    named: Iterable[tuple[str, str, str]], known: Iterable[Table], day: date | None = None
) -> Tables | None:
    """Tables by (name, version, checksum); an empty checksum matches any."""
    by_name: dict[tuple[str, str], list[Table]] = {}
    for table in known:
        by_name.setdefault((table.name, table.version), []).append(table)
    chosen: dict[str, Table] = {}
    for name, version, sha256 in named:
        for table in by_name.get((name, version), ()):
            if sha256 in {"", table.sha256}:
                chosen[name] = table
    if not chosen:
        return None
    return Tables(day or max(table.valid_from for table in chosen.values()), chosen)


def reprice(data: CalculationInput, old: Tables | None, new: Tables, day: date | None = None) -> Repriced:
    """Re-price one calculation.

    Args:
        data: as stored.
        old: the version it stands on (:func:`stored_tables`), None when that is not at hand: settings then stay.
        new: the version to price with.
        day: new price date; None leaves the date as it is.
    """
    return reprice_by(data, Renewal(old, new), day)


def reprice_by(data: CalculationInput, renewal: Renewal, day: date | None = None) -> Repriced:
    """:func:`reprice` with both versions read already, for more than one calculation."""
    return _Repricer(data, renewal).run(day)


class _Repricer:
    def __init__(self, data: CalculationInput, renewal: Renewal) -> None:
        self.data = data
        self.renewal = renewal
        self.changes: list[Change] = []
        self.missing: list[Missing] = []

    def run(self, day: date | None) -> Repriced:
        data, settings = self.data, self.settings()
        parameters = settings["parameters"]
        if day is not None:
            supply = parameters.supply_date or parameters.price_date
            parameters = replace(parameters, price_date=day, supply_date=supply)
        made = replace(
            data,
            **{
                **settings,
                "parameters": parameters,
                "rates": {name: self.rate(name, rate) for name, rate in data.rates.items()},
                "parts": tuple(self.line("parts", line, "unit_price") for line in data.parts),
                "labour": tuple(self.line("labour", line, "units") for line in data.labour),
                "paint": tuple(self.line("paint", line, "hours") for line in data.paint),
                "dents": tuple(self.dent(line) for line in data.dents),
                "incidentals": tuple(self.line("incidentals", line, "amount") for line in data.incidentals),
                "alternatives": tuple(self.alternative(line) for line in data.alternatives),
                "table_references": self.references(),
            },
        )
        return Repriced(made, tuple(self.changes), tuple(self.missing))

    def note(
        self, kind: Kind, where: str, field: str, table: str, key: tuple[str, ...], old: Any, new: Any, reason: str = ""
    ) -> None:
        if kind == "kept" or old != new:
            self.changes.append(Change(kind, where, field, table, key, str(old), str(new), reason))

    def line(self, block: str, line: Line, field: str) -> Any:
        """One line of a block whose lines have a row of their own."""
        if line.table is None or line.origin == "manual":
            return line
        value, key, table = getattr(line, field), line.table_key, line.table
        reason = ""
        if line.override is not None:
            reason = "override"
        elif not key:
            reason = "no_key"
        elif table != ROW_TABLES[block][0]:
            reason = "other_table"
        elif isinstance(line, LabourLine) and line.flat_amount is not None:
            reason = "flat"
        elif isinstance(line, IncidentalLine) and line.amount is None:
            reason = "time"
        if reason:
            self.note("kept", line.id, field, table, key, value, value, reason)
            return line
        spot = isinstance(line, PaintLine) and line.level == "spot"
        pair = self.renewal.pair(block, key, uncertain=line.uncertain, spot=spot)
        if pair.new is None:
            self.missing.append(Missing(line.id, table, key))
            return line
        changed = self.band(line, pair, self.pieces(line))
        fresh, factor = pair.new.value, self.per_hour(line)
        if factor is not None:
            fresh = round2(fresh * factor)
        changed[field] = fresh
        self.note("renewed", line.id, field, table, key, value, fresh)
        if isinstance(line, LabourLine) and pair.old is not None and line.rate == pair.old.rate != pair.new.rate:
            self.note("renewed", line.id, "rate", table, key, line.rate, pair.new.rate)
            changed["rate"] = pair.new.rate
        return replace(line, **changed)

    def alternative(self, line: Alternative) -> Alternative:
        """What a repair is held against, made anew where it is what the old tables gave; a check that enters no amount."""
        old, new = self.renewal.old.tables, self.renewal.new.tables
        if line.table != "part_prices" or len(line.table_key) != 2 or new is None:
            return line
        part, segment = line.table_key
        if old is not None and old.alternative(part, line.side, segment) != line:
            return line
        fresh = new.alternative(part, line.side, segment)
        if fresh is None:
            return line
        where = f"alternatives.{line.part}"
        self.note("renewed", where, "unit_price", line.table, line.table_key, line.unit_price, fresh.unit_price)
        return fresh

    def per_hour(self, line: Line) -> Decimal | None:
        """Units per hour of a labour line that counts in time units; tables count in hours."""
        if not isinstance(line, LabourLine) or line.unit == "hours":
            return None
        return line.units_per_hour or self.data.parameters.units_per_hour.get(line.unit)

    def pieces(self, line: Line) -> Decimal:
        """What a row's edges are multiplied with to give the band of the line."""
        if isinstance(line, PartLine):
            return line.qty
        return self.per_hour(line) or ONE

    def band(self, line: Any, pair: Any, qty: Decimal) -> dict[str, Any]:
        changed: dict[str, Any] = {}
        for name in ("low", "high"):
            rule = None if pair.edges is None else getattr(pair.edges, name)
            edge = getattr(line, name)
            fresh, known = renewed_edge(edge, rule, getattr(pair.new, name), qty)
            changed[name] = fresh
            if not known:
                self.note("kept", line.id, name, line.table, line.table_key, edge, edge, "band")
        # A person's edge beside a renewed one must not turn the band around.
        if changed["low"] is not None and changed["high"] is not None and changed["low"] > changed["high"]:
            changed["low"], changed["high"] = changed["high"], changed["low"]
        return changed

    def dent(self, line: DentLine) -> DentLine:
        """A press-out line: hours by the rule of the table, finish and light-metal surcharge as its figures."""
        if line.table != DENTS or line.origin == "manual":
            return line
        if line.override is not None:
            self.note("kept", line.id, "press_hours", DENTS, (), line.press_hours, line.press_hours, "override")
            return line
        old, new = self.renewal.old, self.renewal.new
        before, after = old.dent_hours(line.count), new.dent_hours(line.count)
        pairs = {"press_hours": (before, after), "low": (before, after)}
        pairs["high"] = (_twice(before), _twice(after))
        pairs["finish_hours"] = (old.dent("finish_hours"), new.dent("finish_hours"))
        if line.aluminium_percent:
            pairs["aluminium_percent"] = (old.dent("aluminium_percent"), new.dent("aluminium_percent"))
        changed: dict[str, Any] = {}
        for field, (was, now) in pairs.items():
            value = getattr(line, field)
            if value is None:
                continue
            if now is None:
                self.missing.append(Missing(line.id, DENTS, (field,)))
            elif was is not None and value == was:
                self.note("renewed", line.id, field, DENTS, (), value, now)
                changed[field] = now
            else:
                self.note("kept", line.id, field, DENTS, (), value, value, "changed")
        made = replace(line, **changed)
        if made.low is not None and made.high is not None and made.low > made.high:
            made = replace(made, low=made.high, high=made.low)
        return made

    def rate(self, name: str, rate: Rate) -> Rate:
        where = f"rates.{name}"
        if rate.table not in RATE_TABLES or not rate.table_key:
            return rate
        fresh = self.renewal.new.rate(rate.table, rate.table_key)
        if fresh is None:
            self.missing.append(Missing(where, rate.table, rate.table_key))
            return rate
        self.note("renewed", where, "hourly", rate.table, rate.table_key, rate.hourly, fresh)
        return replace(rate, hourly=fresh)

    def setting(self, where: str, table: str, key: tuple[str, ...], value: Any, was: Any, now: Any) -> Any:
        """A setting follows the table only while it equals the old version."""
        field = where.rpartition(".")[2]
        if was is None or value != was:
            self.note("kept", where, field, table, key, value, value, "changed")
            return value
        if now is None:
            self.missing.append(Missing(where, table, key))
            return value
        self.note("renewed", where, field, table, key, value, now)
        return now

    def settings(self) -> dict[str, Any]:
        """Parameters, policy, value band and assumed list price."""
        data, old, new = self.data, self.renewal.old, self.renewal.new
        parameters, regime = data.parameters, data.settlement.regime
        changed: dict[str, Any] = {}
        for kind in ("small_parts_percent", "upe_markup_percent"):
            changed[kind] = self.setting(
                f"parameters.{kind}",
                "markups",
                (kind, regime),
                getattr(parameters, kind),
                old.markup(kind, regime),
                new.markup(kind, regime),
            )
        changed["dent_setup_hours"] = self.setting(
            "parameters.dent_setup_hours",
            DENTS,
            ("setup_hours",),
            parameters.dent_setup_hours,
            old.dent("setup_hours"),
            new.dent("setup_hours"),
        )
        changed["paint_material"] = self.material(parameters.paint_material)
        made: dict[str, Any] = {"parameters": replace(parameters, **changed)}
        made.update(self.warning())
        return made

    def material(self, material: PaintMaterial) -> PaintMaterial:
        """Figures of the material model; one from a workshop's sheet has no row and stays."""
        if material.table is None or material.model not in MATERIAL_FIELDS:
            return material
        if material.table != "paint_material":
            where = "parameters.paint_material"
            self.note("kept", where, material.model, material.table, (), material.model, material.model, "other_table")
            return material
        model, old, new = material.model, self.renewal.old, self.renewal.new
        fresh = {
            field: self.setting(
                f"parameters.paint_material.{field}",
                "paint_material",
                (model,),
                getattr(material, field),
                old.material(model, field),
                new.material(model, field),
            )
            for field in MATERIAL_FIELDS[model]
        }
        return replace(material, **fresh)

    def warning(self) -> dict[str, Any]:
        """What only the limit check and the early warning look at."""
        data, old, new = self.data, self.renewal.old.tables, self.renewal.new.tables
        made: dict[str, Any] = {}
        day = data.parameters.price_date
        policy = data.policy
        was, now = _try(lambda: old and old.policy(day)), _try(lambda: new and new.policy(day))
        if was and now and _limits(policy) == _limits(was):
            made["policy"] = now
            self.note("renewed", "policy", "limit", "policy", (), policy.limit, now.limit)
        band = data.value_band
        if band is not None and band.table == "value_band":
            was, now = _try(lambda: old and old.value_band()), _try(lambda: new and new.value_band())
            if was and now and band.anchors == was.anchors and now.anchors != was.anchors:
                made["value_band"] = replace(band, anchors=now.anchors)
                self.note("renewed", "value_band", "anchors", "value_band", (), len(was.anchors), len(now.anchors))
        vehicle = data.vehicle
        if vehicle.list_price_assumed and vehicle.segment is not None:
            segment = vehicle.segment
            was, now = _try(lambda: old and old.list_price(segment)), _try(lambda: new and new.list_price(segment))
            if was and now and vehicle.list_price == was.value:
                made["vehicle"] = replace(vehicle, list_price=now.value)
                self.note("renewed", "vehicle", "list_price", "list_prices", (segment,), was.value, now.value)
        return made

    def references(self) -> tuple[TableReference, ...]:
        """References of the new version; a table that it does not hold keeps its old reference."""
        fresh = {} if self.renewal.new.tables is None else {r.name: r for r in self.renewal.new.tables.references}
        kept = [r for r in self.data.table_references if r.name not in fresh]
        return (*fresh.values(), *kept)


def _limits(policy: Any) -> tuple[Any, ...]:
    return (
        policy.limit,
        policy.limit_basis,
        policy.amber_ratio,
        policy.red_ratio,
        policy.max_age_years,
        policy.max_mileage_km,
    )


def _twice(hours: Decimal | None) -> Decimal | None:
    return None if hours is None else round2(hours * 2)


def _try(look: Any) -> Any:
    """A look-up that may find nothing: what only warns is then left as it is."""
    try:
        return look()
    except TableError:
        return None
