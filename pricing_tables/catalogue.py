"""What a person can choose from the tables of a day: parts, work, paint, dents and side costs, found by name, code or text.

>>> from datetime import date
>>> from pricing_tables import tables_on
>>> search(tables_on(date(2026, 11, 23)), "stosfänger vorn", "compact")[0].label_de
'Stoßfänger vorn'
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from pricing_tables.errors import TableError
from pricing_tables.search import Index, words_of
from pricing_tables.tables import Found, Tables
from pricing_tables.vocabulary import (
    OPERATION_CODES,
    OPERATIONS,
    PAINT_CODES,
    PAINT_LEVELS,
    PART_SYNONYMS,
    PARTS,
    SEVERITIES,
    SEVERITY_NAMES,
    job_label,
    substrate,
)

Kind = Literal["part", "job", "paint", "dents", "side_cost"]
#: Order of the kinds where the score is the same.
KINDS: Final[tuple[Kind, ...]] = ("part", "job", "paint", "dents", "side_cost")
_SIDE_WORDS: Final = "links rechts left right li re"
_KIND_WORDS: Final[dict[Kind, str]] = {
    "part": "ersatzteil teil part preis price et",
    "job": "arbeit arbeitslohn labour work job",
    "paint": "lack lackieren lackierung paint l",
    "dents": "delle dellen druecken drücktechnik pdr dents press d",
    "side_cost": "nebenkosten side costs ne",
}


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing to choose.

    Attributes:
        kind: part, job, paint, dents or side_cost.
        part: outer part without side; None for a side cost.
        operation: of a job (``dents`` for dents, ``paint`` for paint); None for a part and a side cost.
        level: paint level; None elsewhere.
        severity: of a repair: minor, moderate, severe; None elsewhere.
        side_possible: the part exists left and right, so a side must be asked for.
        label_de, label_en: what is shown, without side.
        value: net price in EUR or time in hours; for dents the hours of one dent.
        unit: EUR or h.
        key: of the table row, in the order of its key columns (a line's ``table_key``).
        table, version: the row's table (a line's ``table``).
        demonstration: an average for demonstration, not the price of this car.
        source: where the row comes from.
        low, high: plausible span of the value.
        rate: name of the hourly rate of a job; paint, dents for those.
        assumption: an assumption of the demonstration, no published figure.
        side_cost: kind of the side cost, e.g. ``transfer``; empty elsewhere.
    """

    kind: Kind
    part: str | None
    operation: str | None
    level: str | None
    severity: str | None
    side_possible: bool
    label_de: str
    label_en: str
    value: Decimal
    unit: str
    key: tuple[str, ...]
    table: str
    version: str
    demonstration: bool
    source: str
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)
    rate: str = ""
    assumption: bool = False
    side_cost: str = ""


@dataclass(frozen=True, slots=True)
class _Segment:
    """Everything that can be chosen for one segment, with its index."""

    hits: tuple[Hit, ...]
    index: Index


def _hit(
    kind: Kind,
    found: Found,
    labels: tuple[str, str],
    *,
    part: str | None = None,
    operation: str | None = None,
    level: str | None = None,
    severity: str | None = None,
    rate: str = "",
    side_cost: str = "",
) -> Hit:
    return Hit(
        kind=kind,
        part=part,
        operation=operation,
        level=level,
        severity=severity,
        side_possible=part in PARTS and PARTS[part][2],
        label_de=labels[0],
        label_en=labels[1],
        value=found.value,
        unit=found.unit,
        key=found.key,
        table=found.table.name,
        version=found.table.version,
        demonstration=found.demonstration,
        source=found.source,
        low=found.low,
        high=found.high,
        rate=rate,
        assumption=found.assumption,
        side_cost=side_cost,
    )


def entries(tables: Tables, segment: str) -> tuple[Hit, ...]:
    """Everything that can be chosen for a segment, in the order of the vocabulary.

    Args:
        tables: of the price date.
        segment: small, compact, middle or suv.

    Raises:
        TableError: TK-TABLE-002 for an unknown segment. A table that is missing or has no row gives fewer entries.
    """
    return _of(tables, segment).hits


def search(tables: Tables, text: str, segment: str, *, limit: int = 20) -> tuple[Hit, ...]:
    """What matches every word of ``text``, best first.

    Words may be German or English, parts of words, codes (``bumper_front``, ``E``, ``A+E``, ``I``, ``L``), with a typing error or
    two. ``links`` and ``rechts`` keep to parts that have sides.

    Args:
        tables: of the price date.
        text: what a person typed; nothing is found for an empty one.
        segment: of the vehicle.
        limit: most hits.
    """
    made = _of(tables, segment)
    scores = made.index.find(text)
    order = sorted(scores, key=lambda number: (-scores[number], KINDS.index(made.hits[number].kind), number))
    return tuple(made.hits[number] for number in order[: max(0, limit)])


def _of(tables: Tables, segment: str) -> _Segment:
    made = tables.kept(("catalogue", segment), lambda: _make(tables, segment))
    assert isinstance(made, _Segment)
    return made


def _make(tables: Tables, segment: str) -> _Segment:
    hits = tuple(_all(tables, segment))
    return _Segment(hits, Index([list(_words(hit)) for hit in hits]))


def _present(tables: Tables, name: str) -> bool:
    try:
        tables.table(name)
    except TableError:
        return False
    return True


def _all(tables: Tables, segment: str) -> Iterator[Hit]:
    size = tables.size_class(segment)
    order = {part: number for number, part in enumerate(PARTS)}
    if _present(tables, "part_prices"):
        rows = [row for row in tables.table("part_prices").rows if row["segment"] == segment]
        for row in sorted(rows, key=lambda r: order[r["part"]]):
            part = str(row["part"])
            yield _hit("part", tables.part_price(part, None, segment), PARTS[part][:2], part=part)
    if _present(tables, "job_times"):
        ranks = {name: number for number, name in enumerate(OPERATIONS)}
        jobs = [row for row in tables.table("job_times").rows if row["segment"] == segment]
        jobs.sort(key=lambda r: (order[r["part"]], ranks[r["operation"]], ("", *SEVERITIES).index(r["severity"])))
        for row in jobs:
            part, operation, severity = str(row["part"]), str(row["operation"]), str(row["severity"]) or None
            found = tables.job_time(part, operation, segment, severity)
            german, english = job_label(part, operation)
            if severity:
                german, english = (
                    f"{german}, {SEVERITY_NAMES[severity][0]}",
                    f"{english}, {SEVERITY_NAMES[severity][1]}",
                )
            labels = (german, english)
            yield _hit("job", found, labels, part=part, operation=operation, severity=severity, rate=found.rate)
    if _present(tables, "paint_times"):
        levels = {name: number for number, name in enumerate(PAINT_LEVELS)}
        painted = [r for r in tables.table("paint_times").rows if r["size_class"] == size and r["part"] in PARTS]
        for row in sorted(painted, key=lambda r: (order[r["part"]], levels[r["level"]])):
            part, level = str(row["part"]), str(row["level"])
            german, english = (f"{PARTS[part][i]}, {PAINT_LEVELS[level][i]}" for i in (0, 1))
            found = tables.paint_time(part, level, size)
            yield _hit("paint", found, (german, english), part=part, operation="paint", level=level, rate="paint")
    if _present(tables, "dents"):
        found = tables.dent_value("hours_per_dent")
        for part in PARTS:
            if substrate(part) == "metal":
                labels = (f"{PARTS[part][0]}, Delle drücken", f"{PARTS[part][1]}, press out dent")
                yield _hit("dents", found, labels, part=part, operation="dents", rate="dents")
    if _present(tables, "side_costs"):
        for row in tables.table("side_costs").rows:
            labels = (str(row["label_de"]), str(row["label_en"]))
            yield _hit("side_cost", tables.side_cost(row["kind"]), labels, side_cost=str(row["kind"]))


def _words(hit: Hit) -> Iterator[tuple[str, int]]:
    """The words of a hit: its names weigh most, then codes and other names, then the kind and the side."""

    def weighted(texts: Iterable[str], weight: int) -> Iterator[tuple[str, int]]:
        for text in texts:
            for word in words_of(text):
                yield word, weight

    yield from weighted((hit.label_de, hit.label_en), 10)
    if hit.part is not None:
        yield from weighted(PARTS[hit.part][:2], 9)
        yield from weighted((hit.part.replace("_", " "), *PART_SYNONYMS.get(hit.part, ())), 9)
        yield hit.part.replace("_", ""), 9
    if hit.operation is not None:
        yield from weighted(OPERATION_CODES.get(hit.operation, ()), 8)
        yield from weighted(OPERATIONS.get(hit.operation, ()), 8)
    if hit.level is not None:
        yield from weighted(PAINT_CODES.get(hit.level, ()), 8)
    if hit.side_cost:
        yield from weighted((hit.side_cost.replace("_", " "),), 9)
    yield from weighted((_KIND_WORDS[hit.kind],), 6)
    if hit.side_possible:
        yield from weighted((_SIDE_WORDS,), 5)
