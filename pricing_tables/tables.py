"""Look-ups on the tables of one day. Every answer says from which table, in which version, with which source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, cast

from calculation.model import (
    Alternative,
    BandAnchor,
    MaterialModel,
    PaintMaterial,
    Policy,
    Rate,
    Side,
    TableReference,
    ValueBand,
)
from calculation.money import round2
from pricing_tables.errors import TableError
from pricing_tables.found import Found, Linked
from pricing_tables.places import imports_folder
from pricing_tables.schema import SHAPES
from pricing_tables.store import DATA, Row, Table, combined, imports_in
from pricing_tables.vocabulary import SEGMENTS, part_label, substrate
from pricing_tables.workshops import RATE_NAMES, WorkshopTerms, workshop_terms


class Tables:
    """The tables valid on one day; made by :func:`tables_on`.

    Args:
        day: the day.
        tables: table by name.
    """

    def __init__(self, day: date, tables: Mapping[str, Table]) -> None:
        self.day = day
        self._tables = dict(tables)

    def table(self, name: str) -> Table:
        """A table by name.

        Raises:
            TableError: TK-TABLE-001 when no version is valid on the day.
        """
        try:
            return self._tables[name]
        except KeyError:
            raise TableError(
                "TK-TABLE-001",
                f"Keine Tabelle {name}, die am {self.day:%d.%m.%Y} gilt.",
                f"no table {name} valid on {self.day.isoformat()}.",
            ) from None

    @cached_property
    def references(self) -> tuple[TableReference, ...]:
        """References of all tables of the day, for a calculation's input."""
        return tuple(self._tables[name].reference for name in sorted(self._tables))

    @cached_property
    def expired(self) -> tuple[Table, ...]:
        """Tables that were to be reviewed before the day: they answer, with a warning."""
        return tuple(t for t in self._tables.values() if t.reviewed_until < self.day)

    @cached_property
    def _kept(self) -> dict[tuple[str, ...], object]:
        return {}

    def kept(self, key: tuple[str, ...], make: Callable[[], object]) -> object:
        """Something made from these tables once, e.g. the index of a search; it lives as long as they do."""
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = make()
        return found

    @cached_property
    def _index(self) -> dict[tuple[str, tuple[str, ...]], dict[tuple[str, ...], Row]]:
        return {}

    def _row(self, name: str, columns: tuple[str, ...], key: tuple[str, ...]) -> Row:
        indexed = self._index.get((name, columns))
        if indexed is None:
            indexed = {tuple(str(row[c]) for c in columns): row for row in self.table(name).rows}
            self._index[name, columns] = indexed
        row = indexed.get(key)
        if row is None:
            shown = ", ".join(part or "-" for part in key)
            raise TableError(
                "TK-TABLE-002", f"Tabelle {name} hat keine Zeile für {shown}.", f"table {name} has no row for {shown}."
            )
        return row

    def _found(self, name: str, row: Row, column: str, unit: str, rate: str = "") -> Found:
        value: Decimal = row[column]
        return Found(
            value,
            row.get("low", value),
            row.get("high", value),
            unit,
            self.table(name).reference,
            str(row["source"]),
            row.get("basis") == "assumption",
            rate,
            tuple(str(row[column]) for column in SHAPES[name].key),
            table_imported=bool(self.table(name).imported_at),
        )

    def segment_names(self) -> tuple[str, ...]:
        """Segments in the order of size."""
        return SEGMENTS

    def size_class(self, segment: str) -> str:
        """Paint size class of a segment."""
        return str(self._row("segments", ("segment",), (segment,))["size_class"])

    def part_price(self, part: str, side: str | None, segment: str) -> Found:
        """Net price of one outer part; left and right cost the same.

        Raises:
            TableError: TK-TABLE-002 for a part without a price: it stops the line, it is never zero.
        """
        return self._found(
            "part_prices", self._row("part_prices", ("part", "segment"), (part, segment)), "price", "EUR"
        )

    def has_price(self, part: str, segment: str) -> bool:
        """Whether :meth:`part_price` would answer."""
        return any(row["part"] == part and row["segment"] == segment for row in self.table("part_prices").rows)

    def hourly_rates(self, postcode: str | None = None) -> tuple[dict[str, Rate], str]:
        """Net hourly rates and the label of their region; an unknown postcode gets the national average."""
        rows = {str(row["region"]): row for row in self.table("hourly_rates").rows}
        region = (postcode or "")[:2]
        row = rows.get(region) or rows.get("DE")
        if row is None:
            raise TableError(
                "TK-TABLE-002", "Tabelle hourly_rates hat keine Zeile DE.", "table hourly_rates has no row DE."
            )
        rates = {
            name: Rate(hourly=row[name], label=label, table="hourly_rates", table_key=(str(row["region"]), name))
            for name, label in RATE_NAMES.items()
        }
        return rates, str(row["label"])

    def job_time(self, part: str, operation: str, segment: str, severity: str | None = None) -> Found:
        """Hours of a job, with the name of its hourly rate; repairs by severity minor, moderate, severe."""
        columns = ("part", "operation", "segment", "severity")
        row = self._row("job_times", columns, (part, operation, segment, severity or ""))
        return self._found("job_times", row, "hours", "h", str(row["rate"]))

    def links(self, part: str, operation: str) -> tuple[Linked, ...]:
        """Work that this job triggers, may trigger or includes."""
        found = self.kept(("links",), self._links)
        assert isinstance(found, dict)
        return cast("tuple[Linked, ...]", found.get((part, operation), ()))

    def _links(self) -> dict[tuple[str, str], tuple[Linked, ...]]:
        made: dict[tuple[str, str], tuple[Linked, ...]] = {}
        for row in self.table("job_links").rows:
            texts = ("effect", "other_part", "other_operation", "reason_de", "reason_en")
            key = (str(row["part"]), str(row["operation"]))
            made[key] = (*made.get(key, ()), Linked(*(str(row[name]) for name in texts)))
        return made

    def paint_time(self, part: str, level: str, size_class: str) -> Found:
        """Hours of painting one part at a level."""
        row = self._row("paint_times", ("part", "level", "size_class"), (part, level, size_class))
        return self._found("paint_times", row, "hours", "h")

    def preparation_time(self, substrate: str, size_class: str) -> Found:
        """Hours of preparation, once per job and substrate."""
        return self.paint_time(f"preparation_{substrate}", "preparation", size_class)

    def paint_points(self, part: str, level: str, size_class: str) -> Found:
        """Material points of a painted part, for the points model (a paint line's ``material_points``)."""
        row = self._row("paint_points", ("part", "level", "size_class"), (part, level, size_class))
        return self._found("paint_points", row, "points", "points")

    def paint_value(self, part: str, level: str, size_class: str) -> Found:
        """System value in EUR at index 100, for the index model (a paint line's ``material_value``)."""
        row = self._row("paint_points", ("part", "level", "size_class"), (part, level, size_class))
        return self._found("paint_points", row, "value", "EUR")

    def alternative(self, part: str, side: Side | None, segment: str) -> Alternative | None:
        """What replacing a part costs by the tables: price, time, paint; for the check of repair against replacement.

        None for a part that the tables cannot replace.
        """
        try:
            price, job = self.part_price(part, side, segment), self.job_time(part, "replace", segment)
        except TableError:
            return None
        size = self.size_class(segment)
        paint_hours = points = value = Decimal(0)
        if substrate(part) != "none":
            try:
                paint_hours = self.paint_time(part, "new", size).value
            except TableError:
                return None
            points, value = self.paint_material_of(part, "new", size)
        return Alternative(
            part=part,
            side=side,
            unit_price=price.value,
            hours=job.value,
            rate=job.rate,
            paint_hours=paint_hours,
            material_points=points,
            material_value=value,
            table="part_prices",
            table_key=price.key,
        )

    def paint_material_of(self, part: str, level: str, size_class: str) -> tuple[Decimal, Decimal]:
        """Material points and system value of a paint line (``material_points``, ``material_value``); zero where no row states them.

        Whichever material model a calculation takes, or changes to, the line then carries what it needs.
        """
        try:
            row = self._row("paint_points", ("part", "level", "size_class"), (part, level, size_class))
        except TableError:
            return Decimal(0), Decimal(0)
        return row["points"], row["value"]

    def paint_option(self, name: str) -> Found:
        """Hours of a paint option, e.g. ``colour_sample``; its labels are in the row of the table."""
        return self._found("paint_options", self._row("paint_options", ("name",), (name,)), "hours", "h")

    def paint_material(self, model: str | None = None) -> PaintMaterial:
        """A material model; the chosen one of the day when none is named.

        Raises:
            TableError: TK-TABLE-002 for a model that the table does not state.
        """
        if model is None:
            rows = self.table("paint_material").rows
            model = next((str(row["model"]) for row in rows if row["chosen"] == "yes"), "percent_of_wage")
        row = self._row("paint_material", ("model",), (model,))
        return PaintMaterial(
            model=cast("MaterialModel", model),
            percent=row["percent"],
            price_per_point=row["price_per_point"],
            constant=row["constant"],
            index=row["index"] or Decimal(100),
            amount=row["amount"],
            table="paint_material",
        )

    def workshops(self) -> tuple[str, ...]:
        """Names of the workshops whose rate sheets are known."""
        return tuple(str(row["workshop"]) for row in self.table("workshop_rates").rows)

    def workshop(self, name: str) -> WorkshopTerms:
        """The terms of one workshop, ready for a calculation's rates and parameters."""
        return workshop_terms(self._row("workshop_rates", ("workshop",), (name,)))

    def dent_value(self, name: str) -> Found:
        """A figure of the dent table: setup_hours, finish_hours, aluminium_percent, hours_per_dent, minimum_hours, maximum_mm."""
        row = self._row("dents", ("name",), (name,))
        return self._found("dents", row, "value", str(row["unit"]))

    def dent_hours(self, count: int) -> Decimal:
        """Press hours of ``count`` dents of up to 20 mm: hours per dent × count, at least the minimum."""
        each, least = self.dent_value("hours_per_dent").value, self.dent_value("minimum_hours").value
        return max(least, round2(each * count))

    def markup(self, kind: str, regime: str) -> Found:
        """``small_parts_percent`` or ``upe_markup_percent`` for a regime."""
        return self._found("markups", self._row("markups", ("kind", "regime"), (kind, regime)), "value", "%")

    def side_cost(self, kind: str) -> Found:
        """Side cost, net."""
        return self._found("side_costs", self._row("side_costs", ("kind",), (kind,)), "value", "EUR")

    def value_band(self) -> ValueBand:
        """Anchors of the value band for the early warning."""
        rows = sorted(self.table("value_band").rows, key=lambda r: r["years"])
        return ValueBand(
            anchors=tuple(BandAnchor(years=r["years"], low=r["low"], high=r["high"]) for r in rows), table="value_band"
        )

    def list_price(self, segment: str) -> Found:
        """Assumed list price of a segment when new, gross; only for the early warning."""
        row = self._row("list_prices", ("segment",), (segment,))
        value = row["price"]
        return Found(
            value, value, value, "EUR", self.table("list_prices").reference, str(row["source"]), assumption=True
        )

    def vat_rate(self, day: date | None = None) -> Found:
        """VAT by date of supply."""
        row = self._dated("vat", day or self.day)
        value = row["rate"]
        return Found(value, value, value, "share", self.table("vat").reference, str(row["source"]))

    def policy(self, day: date | None = None) -> Policy:
        """The product's limits on a day."""
        row = self._dated("policy", day or self.day)
        return Policy(
            limit=row["limit"],
            limit_basis=row["limit_basis"],
            amber_ratio=row["amber_ratio"],
            red_ratio=row["red_ratio"],
            max_age_years=int(row["max_age_years"]),
            max_mileage_km=int(row["max_mileage_km"]),
            reference_max_km=row["reference_max_km"],
            bagatelle_gross=row["bagatelle_gross"],
            name="policy",
            version=self.table("policy").version,
            valid_from=row["valid_from"],
        )

    def _dated(self, name: str, day: date) -> Row:
        rows = [row for row in self.table(name).rows if row["valid_from"] <= day]
        if not rows:
            raise TableError(
                "TK-TABLE-002",
                f"Tabelle {name} beginnt nach dem {day:%d.%m.%Y}.",
                f"table {name} starts after {day.isoformat()}.",
            )
        return max(rows, key=lambda row: row["valid_from"])

    def search(self, text: str, limit: int = 20) -> list[dict[str, Any]]:
        """Parts whose German or English name contains every word of ``text``, for the editor's choice."""
        words = text.casefold().split()
        found = []
        for part in sorted({str(row["part"]) for row in self.table("part_prices").rows}):
            german, english = part_label(part)
            haystack = f"{part} {german} {english}".casefold()
            if all(word in haystack for word in words):
                found.append({"part": part, "de": german, "en": english})
        return found[:limit]


@lru_cache(maxsize=64)
def _on(day: date, folder: Path, imports: tuple[Path, ...]) -> Tables:
    chosen: dict[str, Table] = {}
    for table in combined(folder, imports):
        if table.valid_from <= day and (table.valid_until is None or day <= table.valid_until):
            known = chosen.get(table.name)
            if known is None or known.ground:
                chosen[table.name] = table
    return Tables(day, chosen)


def tables_on(day: date, folder: Path = DATA, imports: Path | None = None) -> Tables:
    """The tables valid on a day, this installation's own before the shipped demonstration.

    Files are read and checked once per process; a new import is seen at the next call, without a restart.

    Args:
        day: price date.
        folder: of the shipped tables; another one stands alone.
        imports: folder of imported versions; left out, the installation's (:mod:`pricing_tables.places`).

    Raises:
        TableError: when a file is broken (TK-TABLE-003 to 006). A missing table raises at its first look-up.
    """
    if imports is None and folder == DATA:
        imports = imports_folder()
    return _on(day, folder, imports_in(imports))


__all__ = ["Found", "Linked", "Tables", "tables_on"]
