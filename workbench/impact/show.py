"""The report for people (a terminal), for programs (JSON) and for spreadsheets (CSV)."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from calculation.codec import to_json
from pricing_tables.vocabulary import part_label
from workbench.documents.formats import Language, money, number
from workbench.errors import TelekalkError
from workbench.impact.batch import NO_PART, NOT_SPLIT
from workbench.impact.report import Crossing, LineSums, Report, Sums
from workbench.impact.reprice import KEPT

#: Rows of a table on the terminal; the files have all.
SHOWN: Final = 12
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_TABLES: Final = {
    "part_prices": ("Ersatzteilpreise", "part prices"),
    "job_times": ("Arbeitszeiten", "job times"),
    "paint_times": ("Lackzeiten", "paint times"),
    "dents": ("Dellen", "dents"),
    "side_costs": ("Nebenkosten", "side costs"),
    "hourly_rates": ("Stundensätze", "hourly rates"),
    "markups": ("Aufschläge", "mark-ups"),
    "paint_material": ("Lackmaterial", "paint material"),
    NOT_SPLIT: ("nicht aufgeteilt", "not told apart"),
}
_KINDS: Final = {
    "regime": ("Regulierungsart", "regime"),
    "segment": ("Segment", "segment"),
    "region": ("Region", "region"),
    "state": ("Stand", "state"),
}
_REGIMES: Final = {"kasko": ("Kasko", "own-damage cover"), "liability": ("Haftpflicht", "liability")}
RATE_NAMES: Final = {
    "body": ("Karosserie", "body"),
    "mechanic": ("Mechanik", "mechanics"),
    "electric": ("Elektrik", "electrics"),
    "paint": ("Lack", "paint"),
    "dents": ("Dellen", "dents"),
}
_FLAGS: Final = {
    "over_limit": ("über der Grenze", "over the limit"),
    "over_limit_upper_edge": ("am oberen Rand über der Grenze", "over the limit at the upper edge"),
    "total_loss": ("Totalschaden", "total loss"),
    "capped_by_replacement_effort": ("auf Wiederbeschaffungsaufwand begrenzt", "capped by replacement effort"),
    "below_excess": ("unter der Selbstbeteiligung", "below the excess"),
    "likely_total_loss": ("Totalschaden wahrscheinlich", "likely total loss"),
    "check_value": ("Fahrzeugwert prüfen", "check the car's value"),
}


def to_document(found: Report) -> dict[str, Any]:
    """The report as plain JSON values; money as text."""
    data: dict[str, Any] = {"format": 1, **to_json(found)}
    return data


def write(found: Report, folder: Path) -> tuple[Path, ...]:
    """Write ``impact.json``, ``groups.csv``, ``cases.csv`` (whose flags change) and ``problems.csv``.

    Raises:
        TelekalkError: TK-IMPACT-002 when the folder cannot be written.
    """
    paths = tuple(folder / name for name in ("impact.json", "groups.csv", "cases.csv", "problems.csv"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        document = json.dumps(to_document(found), ensure_ascii=False, indent=1)
        paths[0].write_text(document + "\n", encoding="utf-8")
        _csv(paths[1], _GROUP_COLUMNS, _group_rows(found))
        _csv(paths[2], _CASE_COLUMNS, ([*_case_row(c)] for c in found.crossings))
        _csv(paths[3], ("claim_number", "state", "gross_old", "problem_de", "problem_en"), _problem_rows(found))
    except OSError as problem:
        raise TelekalkError(
            "TK-IMPACT-002",
            f"Der Bericht kann nicht nach {folder} geschrieben werden ({problem.strerror}).",
            f"The report cannot be written to {folder} ({problem.strerror}).",
        ) from problem
    return paths


_GROUP_COLUMNS: Final = (
    "kind", "name", "cases", "changed", "net_old", "net_new", "gross_old", "gross_new", "payout_old", "payout_new",
)  # fmt: skip
_CASE_COLUMNS: Final = (
    "claim_number", "state", "gross_old", "gross_new", "payout_old", "payout_new", "stage_old", "stage_new", "raised",
    "cleared",
)  # fmt: skip


def _group_rows(found: Report) -> Iterable[Sequence[Any]]:
    yield ["total", "", found.priced, found.changed, *_six(found.sums)]
    for group in found.groups:
        yield [group.kind, group.name, group.cases, group.changed, *_six(group.sums)]
    for effect in found.effects:
        yield ["table", effect.table, effect.cases, "", "", effect.net, "", effect.gross, "", effect.payout]
    for kind, lines in (("part", found.parts), ("rate", found.trades)):
        for line in lines:
            yield [kind, line.name, line.lines, "", line.old, line.new, "", "", "", ""]


def _six(sums: Sums) -> tuple[Decimal, ...]:
    return (sums.net_old, sums.net_new, sums.gross_old, sums.gross_new, sums.payout_old, sums.payout_new)


def _case_row(case: Crossing) -> tuple[Any, ...]:
    amounts = (case.gross_old, case.gross_new, case.payout_old, case.payout_new)
    stages = (case.stage_old or "", case.stage_new or "")
    return (case.name, case.state, *amounts, *stages, " ".join(case.raised), " ".join(case.cleared))


def _problem_rows(found: Report) -> Iterable[Sequence[Any]]:
    for problem in found.problems:
        for de, en in zip(problem.de, problem.en, strict=True):
            yield [problem.name, problem.state, problem.gross_old, de, en]


def _csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_cell(value) for value in row] for row in rows)


def _cell(value: Any) -> str:
    """A cell; text that a spreadsheet would take for a formula is made text."""
    if isinstance(value, Decimal):
        return format(value, "f")
    text = str(value)
    return f"'{text}" if not isinstance(value, int) and text.startswith(_FORMULA) else text


def show(found: Report, console: Console, *, english: bool = False) -> None:
    """Print the report."""
    words = _Words(english)
    console.print(words.head(found))
    console.print(_totals(found, words))
    if found.effects:
        console.print(_effects(found, words))
    for kind in _KINDS if found.changed else ():
        groups = [group for group in found.groups if group.kind == kind]
        if len(groups) > 1:
            console.print(_groups(groups, words, kind))
    if any(line.new != line.old for line in found.parts):
        console.print(_lines(found.parts, words, words("Bauteil", "part")))
    if any(line.new != line.old for line in found.trades):
        console.print(_lines(found.trades, words, words("Stundensatz", "hourly rate")))
    if found.quantiles and found.changed:
        console.print(_spread(found, words))
    if found.crossings:
        console.print(_cases(found, words))
    if found.problems:
        console.print(_problems(found, words))
    for sentence in words.notes(found):
        console.print(Text(sentence))


class _Words:
    """German or English."""

    def __init__(self, english: bool) -> None:
        self.english = english
        self.language: Language = "en" if english else "de"

    def __call__(self, german: str, english: str) -> str:
        return english if self.english else german

    def of(self, pair: tuple[str, str]) -> str:
        return pair[1] if self.english else pair[0]

    def money(self, value: Decimal) -> str:
        return money(value, self.language)

    def change(self, value: Decimal) -> str:
        return f"{'+' if value > 0 else ''}{self.money(value)}"

    def head(self, found: Report) -> Text:
        return Text(
            self(
                f"{found.cases} Kalkulationen, {found.priced} mit neuem Preis, {found.changed} ändern sich, "
                f"{len(found.problems)} ohne neuen Preis",
                f"{found.cases} calculations, {found.priced} with a new price, {found.changed} change, "
                f"{len(found.problems)} without a new price",
            ),
            style="bold",
        )

    def notes(self, found: Report) -> Iterable[str]:
        if found.singles:
            yield self(
                f"{found.singles} Kalkulationen hat die Einzelrechnung übernommen.",
                f"{found.singles} calculations were priced one by one.",
            )
        for reason, count in found.kept:
            yield self(f"Unverändert, {KEPT[reason][0]}: {count}", f"Left as it is, {KEPT[reason][1]}: {count}")


def _grid(title: str, *headings: str) -> Grid:
    grid = Grid(title=title, title_justify="left")
    for place, heading in enumerate(headings):
        grid.add_column(heading, justify="left" if place == 0 else "right", no_wrap=place == 0)
    return grid


def _totals(found: Report, w: _Words) -> Grid:
    grid = _grid(w("Summen", "Totals"), "", w("alt", "old"), w("neu", "new"), w("Änderung", "change"))
    s = found.sums
    for name, old, new in (
        (w("netto", "net"), s.net_old, s.net_new),
        (w("brutto", "gross"), s.gross_old, s.gross_new),
        (w("Auszahlung", "payout"), s.payout_old, s.payout_new),
    ):
        grid.add_row(name, w.money(old), w.money(new), w.change(new - old))
    return grid


def _effects(found: Report, w: _Words) -> Grid:
    title = w("Welche Tabelle macht wie viel aus (nacheinander)", "Which table makes how much (one after another)")
    grid = _grid(title, w("Tabelle", "table"), w("Fälle", "cases"), w("netto", "net"), w("brutto", "gross"), w("Auszahlung", "payout"))  # fmt: skip
    for e in found.effects:
        name = w.of(_TABLES.get(e.table, (e.table, e.table)))
        grid.add_row(name, str(e.cases), w.change(e.net), w.change(e.gross), w.change(e.payout))
    return grid


def _groups(groups: Sequence[Any], w: _Words, kind: str) -> Grid:
    heads = (w("Fälle", "cases"), w("geändert", "changed"), w("brutto alt", "gross old"), w("brutto neu", "gross new"), w("Auszahlung", "payout"))  # fmt: skip
    grid = _grid(w.of(_KINDS[kind]), w.of(_KINDS[kind]), *heads)
    for g in sorted(groups, key=lambda g: -g.cases)[:SHOWN]:
        s = g.sums
        row = (
            str(g.cases),
            str(g.changed),
            w.money(s.gross_old),
            w.money(s.gross_new),
            w.change(s.payout_new - s.payout_old),
        )
        grid.add_row(Text(w.of(_REGIMES[g.name]) if g.name in _REGIMES else g.name or "–"), *row)
    return grid


def _lines(lines: Sequence[LineSums], w: _Words, what: str) -> Grid:
    """Sums by part or by hourly rate; rates are not counted by line."""
    counted = any(line.lines for line in lines)
    heads = ([w("Positionen", "lines")] if counted else []) + [
        w("alt", "old"),
        w("neu", "new"),
        w("Änderung", "change"),
    ]
    grid = _grid(f"{what} ({w('netto, Positionen', 'net, lines')})", what, *heads)
    for line in [line for line in lines if line.new != line.old][:SHOWN]:
        label = line.name
        if counted:
            label = w("ohne Bauteil", "without a part") if label == NO_PART else w.of(part_label(label))
        elif label in RATE_NAMES:
            label = w.of(RATE_NAMES[label])
        amounts = (w.money(line.old), w.money(line.new), w.change(line.new - line.old))
        grid.add_row(Text(label), *([str(line.lines)] if counted else []), *amounts)
    return grid


def _spread(found: Report, w: _Words) -> Grid:
    grid = _grid(w("Verteilung der Änderung brutto", "Distribution of the change of gross"), w("Anteil der Fälle bis", "share of cases up to"), "EUR", "%")  # fmt: skip
    for q in found.quantiles:
        grid.add_row(
            f"{q.percent} %",
            w.change(q.gross),
            f"{'+' if q.gross_percent > 0 else ''}{number(q.gross_percent, w.language)}",
        )
    return grid


def _cases(found: Report, w: _Words) -> Grid:
    crossing = sum(case.crosses_limit for case in found.crossings)
    title = w(
        f"{len(found.crossings)} Fälle stehen anders da, {crossing} wechseln über die Grenze",
        f"{len(found.crossings)} cases stand differently, {crossing} cross the limit",
    )
    grid = _grid(title, w("Schadennummer", "claim"), w("brutto alt", "gross old"), w("neu", "new"), w("Auszahlung alt", "payout old"), w("neu", "new"), w("was", "what"))  # fmt: skip
    for case in found.crossings[:SHOWN]:
        what = [f"+ {w.of(_FLAGS[flag])}" for flag in _worth(case.raised, case.cleared)]
        what += [f"− {w.of(_FLAGS[flag])}" for flag in _worth(case.cleared, case.raised)]
        if case.stage_old != case.stage_new:
            what.append(w(f"Stufe {case.stage_old}→{case.stage_new}", f"stage {case.stage_old}→{case.stage_new}"))
        amounts = (case.gross_old, case.gross_new, case.payout_old, case.payout_new)
        grid.add_row(Text(case.name), *(w.money(value) for value in amounts), ", ".join(what))
    return grid


def _worth(flags: tuple[str, ...], others: tuple[str, ...]) -> list[str]:
    """Flags worth saying: the upper edge says nothing new beside the point."""
    return [flag for flag in flags if flag != "over_limit_upper_edge" or "over_limit" not in others]


def _problems(found: Report, w: _Words) -> Grid:
    grid = _grid(w("Ohne neuen Preis", "Without a new price"), w("Schadennummer", "claim"), w("Grund", "reason"))
    for problem in found.problems[:SHOWN]:
        grid.add_row(Text(problem.name), Text(" ".join(problem.en if w.english else problem.de)[:300]))
    return grid
