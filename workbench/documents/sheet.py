"""Annex 1 of the offer: the calculation sheet, from the engine's input and result; it formats and never calculates."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from workbench.documents.formats import Language, as_decimal, money, number, percent, plain, short_day
from workbench.documents.text import printable
from workbench.documents.words import WORDS

_BLOCKS = ("parts", "labour", "dents", "paint", "incidentals", "deductions")

#: German and English words of the engine's terms.
TERMS: Mapping[str, tuple[str, str]] = {
    "hours": ("Std.", "h"),
    "AW": ("AW", "AW"),
    "ZE": ("ZE", "ZE"),
    "pieces": ("Stk.", "pcs"),
    "EUR": ("pauschal", "flat"),
    "new": ("Neuteil", "new part"),
    "surface": ("Oberfläche", "surface"),
    "repair_lt_50": ("Instandsetzung bis 50 %", "repair up to 50 %"),
    "repair_gt_50": ("Instandsetzung über 50 %", "repair over 50 %"),
    "spot": ("Spot-Reparatur", "spot repair"),
    "blend": ("Beilackierung", "blending"),
    "preparation": ("Vorbereitung", "preparation"),
    "other": ("Sonstiges", "other"),
    "with_preparation": ("umfasst Vorbereitung", "includes preparation"),
    "colour_sample": ("Farbmuster", "colour sample"),
    "sample_sheet": ("Musterblech", "sample sheet"),
    "colour_mixing": ("Farbmischung", "colour mixing"),
    "two_tone": ("Zweifarblackierung", "second colour"),
    "masking_glass": ("Abkleben Scheiben", "masking of glass"),
    "window_frames": ("Fensterrahmen mattschwarz", "window frames matt black"),
    "scratch_resistant": ("kratzfester Klarlack", "scratch-resistant clear coat"),
    "upe_markup": ("Aufschlag auf Listenpreise (UPE)", "Mark-up on list prices"),
    "small_parts": ("Kleinersatzteile", "Small parts"),
    "procurement": ("Beschaffung", "Procurement"),
    "parts_disposal": ("Entsorgung von Teilen", "Disposal of parts"),
    "parts_total": ("Ersatzteile gesamt", "Spare parts in total"),
    "dent_setup": ("Rüstzeit Drücktechnik", "Set-up of dent pressing"),
    "labour_setup": ("Rüstzeit in Prozent", "Set-up in percent"),
    "paint_disposal": ("Entsorgung Lack", "Disposal of paint"),
    "exchange_part_value": (
        "Altteile zu Austauschteilen (nur für die Mehrwertsteuer)",
        "Old parts for exchange parts (for VAT only)",
    ),
    "labour_total": ("Arbeit gesamt", "Labour in total"),
    "paint_wage": ("Lackierlohn", "Paint labour"),
    "paint_material": ("Lackmaterial", "Paint material"),
    "paint": ("Lackierung gesamt", "Paint in total"),
    "incidentals": ("Nebenkosten gesamt", "Incidental costs in total"),
    "surcharges": ("Zuschläge", "Surcharges"),
    "discounts": ("Nachlässe", "Discounts"),
    "net": ("Reparaturkosten ohne Mehrwertsteuer", "Repair costs without VAT"),
    "vat": ("Mehrwertsteuer", "VAT"),
    "gross": ("Reparaturkosten mit Mehrwertsteuer", "Repair costs including VAT"),
    "net_allowed": ("Nach Abzügen, ohne Mehrwertsteuer", "After deductions, without VAT"),
    "payout": ("Auszahlung", "Payment"),
    "included": ("in Nr. {number} enthalten", "included in no. {number}"),
    "kind_discount": ("Nachlass", "discount"),
    "kind_surcharge": ("Zuschlag", "surcharge"),
    "kind_new_for_old": ("Neu für alt", "new for old"),
    "kind_betterment": ("Wertverbesserung", "betterment"),
    "kind_prior_damage": ("Vorschaden", "prior damage"),
    "kind_manual": ("Abzug", "deduction"),
    "table_dents": ("Dellen", "dents"),
    "table_hourly_rates": ("Stundensätze", "hourly rates"),
    "table_job_links": ("Verbundarbeiten", "linked jobs"),
    "table_job_times": ("Arbeitszeiten", "job times"),
    "table_list_prices": ("Listenpreise", "list prices"),
    "table_markups": ("Aufschläge", "mark-ups"),
    "table_paint_material": ("Lackmaterial", "paint material"),
    "table_paint_times": ("Lackierzeiten", "paint times"),
    "table_part_prices": ("Teilepreise", "part prices"),
    "table_policy": ("Produktregeln", "product rules"),
    "table_segments": ("Fahrzeugklassen", "vehicle segments"),
    "table_side_costs": ("Nebenkosten", "incidental costs"),
    "table_value_band": ("Wertverlauf", "value band"),
    "table_vat": ("Mehrwertsteuer", "VAT"),
}


def term(key: str, language: Language) -> str:
    """Return the word for an engine term; the key itself where there is none."""
    pair = TERMS.get(key)
    return pair[0 if language == "de" else 1] if pair else key


def _earlier_damage(calculation: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a deduction for every line that an earlier damage bears in part; the engine calls it ``prior:<id>``."""
    lines = (line for block in _BLOCKS[:-1] for line in calculation.get(block, ()))
    return [
        {
            "id": f"prior:{line['id']}",
            "label": line.get("label") or line["id"],
            "kind": "prior_damage",
            "reason_text": ", ".join(filter(None, (damage.get("reason"), damage.get("photo")))),
        }
        for line in lines
        if (damage := line.get("pre_damage"))
    ]


def _is_zero(value: object) -> bool:
    return as_decimal(value) == 0


class Sheet:
    """Builds the sheet of one calculation.

    Args:
        calculation: the draft (:mod:`calculation.serialise` input JSON).
        result: its result JSON.
        language: of words and formats; amounts stay in euro.
    """

    def __init__(self, calculation: Mapping[str, Any], result: Mapping[str, Any], language: Language) -> None:
        self.calculation = {
            **calculation,
            "deductions": [*_earlier_damage(calculation), *calculation.get("deductions", ())],
        }
        self.result = result
        self.language = language
        self.words = WORDS[language]
        self.totals: Mapping[str, Any] = result["totals"]
        self._result_lines = {line["id"]: line for line in result["lines"]}
        self._numbers: dict[str, int] = {}
        for block in _BLOCKS:
            for line in self.calculation.get(block, ()):
                if self._counts(line):
                    self._numbers[line["id"]] = len(self._numbers) + 1

    def model(self) -> dict[str, Any]:
        """Return everything annex 1 prints, as display strings."""
        return {
            "title": self.words["sheet_title"],
            "intro": self.words["sheet_intro"],
            "blocks": [block for block in (self._parts(), self._labour(), self._paint(), *self._amounts()) if block],
            "totals_title": self.words["totals_title"],
            "totals": self._summary(),
            "limit": self._limit(),
            "tables_title": self.words["tables_title"],
            "tables_header": [self.words["tables_name"], self.words["tables_version"], self.words["tables_source"]],
            "tables": self._tables(),
            "notes": self._notes(),
        }

    def parameter_facts(self) -> list[list[str]]:
        """Return price date, rate set and region as label and value pairs."""
        parameters = self.calculation.get("parameters", {})
        header = self.calculation.get("header", {})
        facts = [[self.words["fact_price_date"], short_day(parameters["price_date"], self.language)]]
        if header.get("rate_set"):
            facts.append([self.words["fact_rate_set"], printable(header["rate_set"], limit=60)])
        return facts

    def _money(self, value: object) -> str:
        return number(value, self.language)

    def _counts(self, line: Mapping[str, Any]) -> bool:
        found = self._result_lines.get(line["id"])
        # A side cost of nothing only widens the expert's band; there is nothing in it for the reader of an offer.
        empty = found is not None and found.get("block") == "incidentals" and _is_zero(found["amount"])
        return bool(found and found.get("counts", True)) and not empty

    def _lines(self, *blocks: str) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
        return [
            (line, self._result_lines[line["id"]])
            for block in blocks
            for line in self.calculation.get(block, ())
            if self._counts(line)
        ]

    def _label(self, line: Mapping[str, Any], outcome: Mapping[str, Any], detail: str = "") -> str:
        label = printable(line.get("label") or line["id"], limit=120)
        if outcome.get("marked"):
            label += "\u00a0*"
        parent = self._numbers.get(str(outcome.get("included_in")))
        if parent:
            detail = " · ".join(filter(None, [detail, term("included", self.language).format(number=parent)]))
        return f"{label}\n{detail}" if detail else label

    def _head(self, *keys_and_widths: tuple[str, int, bool]) -> list[dict[str, Any]]:
        # A width of 0 means: takes the room that is left.
        return [{"title": self.words[key], "width": width, "right": right} for key, width, right in keys_and_widths]

    def _extra(self, *keys: str, heavy: str = "") -> list[list[Any]]:
        """Return total rows for those keys that are not zero, and the heavy one in any case."""
        rows: list[list[Any]] = [
            [term(key, self.language), self._money(self.totals[key]), False]
            for key in keys
            if not _is_zero(self.totals.get(key, "0"))
        ]
        if heavy:
            rows.append([term(heavy, self.language), self._money(self.totals[heavy]), True])
        return rows

    def _position(self, line: Mapping[str, Any]) -> str:
        return str(self._numbers[line["id"]])

    def _parts(self) -> dict[str, Any] | None:
        lines = self._lines("parts")
        if not lines and _is_zero(self.totals["parts_total"]):
            return None
        rows = [
            [
                self._position(line),
                self._label(line, outcome, printable(line.get("part_number"), limit=40)),
                plain(outcome["quantity"], self.language),
                self._money(outcome["unit_price"]),
                self._money(outcome["amount"]),
            ]
            for line, outcome in lines
        ]
        return {
            "title": self.words["block_parts"],
            "columns": self._head(
                ("col_pos", 9, True), ("col_part", 0, False), ("col_qty", 16, True), ("col_unit", 26, True),
                ("col_amount", 28, True),
            ),
            "rows": rows,
            "totals": self._extra("upe_markup", "small_parts", "procurement", "parts_disposal", heavy="parts_total"),
        }  # fmt: skip

    def _time(self, outcome: Mapping[str, Any]) -> str:
        if outcome["unit"] == "EUR":
            return term("EUR", self.language)
        hours = outcome["unit"] == "hours"
        amount = number(outcome["quantity"], self.language) if hours else plain(outcome["quantity"], self.language)
        return f"{amount}\u00a0{term(outcome['unit'], self.language)}"

    def _rate(self, outcome: Mapping[str, Any]) -> str:
        return "" if outcome["unit"] == "EUR" else self._money(outcome["unit_price"])

    def _labour(self) -> dict[str, Any] | None:
        lines = self._lines("labour", "dents")
        if not lines and _is_zero(self.totals["labour_total"]):
            return None
        rows = [
            [
                self._position(line),
                self._label(line, outcome),
                self._time(outcome),
                self._rate(outcome),
                self._money(outcome["amount"]),
            ]
            for line, outcome in lines
        ]
        return {
            "title": self.words["block_labour"],
            "columns": self._head(
                ("col_pos", 9, True), ("col_work", 0, False), ("col_hours", 24, True), ("col_rate", 22, True),
                ("col_amount", 28, True),
            ),
            "rows": rows,
            "totals": [*self._dent_setup(), *self._extra("labour_setup", heavy="labour_total")],
        }  # fmt: skip

    def _dent_setup(self) -> list[list[Any]]:
        """Return the set-up of dent pressing, which is priced once and stands in no line, as a row of its own."""
        in_lines = sum((as_decimal(outcome["amount"]) for _, outcome in self._lines("dents")), Decimal(0))
        setup = as_decimal(self.totals["dents"]) - in_lines
        return [[term("dent_setup", self.language), self._money(setup), False]] if setup else []

    def _paint(self) -> dict[str, Any] | None:
        lines = self._lines("paint")
        if not lines and _is_zero(self.totals["paint"]):
            return None
        rows = [
            [
                self._position(line),
                self._label(
                    line, outcome, term("with_preparation", self.language) if line.get("preparation_included") else ""
                ),
                self._level(line),
                self._time(outcome),
                self._rate(outcome),
                self._money(outcome["amount"]),
            ]
            for line, outcome in lines
        ]
        return {
            "title": self.words["block_paint"],
            "columns": self._head(
                ("col_pos", 9, True), ("col_part", 0, False), ("col_level", 38, False), ("col_hours", 20, True),
                ("col_rate", 18, True), ("col_amount", 28, True),
            ),
            "rows": rows,
            "totals": self._extra("paint_wage", "paint_material", "paint_disposal", heavy="paint"),
        }  # fmt: skip

    def _level(self, line: Mapping[str, Any]) -> str:
        """Return the level in words with the system's own code, or the option and how often."""
        option = line.get("option")
        if option:
            count = int(line.get("count", 1))
            return f"{count} × {term(option, self.language)}" if count > 1 else term(option, self.language)
        level, code = term(str(line.get("level", "")), self.language), printable(line.get("system_level"), limit=20)
        return f"{level} ({code})" if code else level

    def _amounts(self) -> list[dict[str, Any] | None]:
        """Return the blocks of plain amounts: incidentals, and deductions with the reason that the customer reads."""
        head = (("col_pos", 9, True), ("col_text", 0, False), ("col_amount", 28, True))
        incidentals = [
            [self._position(line), self._label(line, outcome), self._money(outcome["amount"])]
            for line, outcome in self._lines("incidentals")
        ]
        deductions = [
            [
                self._position(line),
                self._label(
                    line,
                    outcome,
                    ": ".join(
                        filter(
                            None,
                            [
                                term(f"kind_{line.get('kind', 'manual')}", self.language),
                                printable(line.get("reason_text"), limit=200),
                            ],
                        )
                    ),
                ),
                self._money(outcome["amount"]),
            ]
            for line, outcome in self._lines("deductions")
        ]
        return [
            {
                "title": self.words[f"block_{name}"],
                "columns": self._head(*head),
                "rows": rows,
                "totals": self._extra(heavy=heavy) if heavy else [],
            }
            if rows
            else None
            for name, rows, heavy in (("incidental", incidentals, "incidentals"), ("deductions", deductions, ""))
        ]

    def _summary(self) -> list[list[Any]]:
        rows = self._extra(
            "parts_total", "labour_total", "paint", "incidentals", "surcharges", "discounts", heavy="net"
        )
        rows += self._extra("exchange_part_value")
        rate = percent(as_decimal(self.totals["vat_rate"]) * 100, self.language)
        rows.append([f"{term('vat', self.language)} {rate}", self._money(self.totals["vat"]), False])
        rows.append([term("gross", self.language), self._money(self.totals["gross"]), True])
        if as_decimal(self.totals["net_allowed"]) != as_decimal(self.totals["net"]):
            rows.append([term("net_allowed", self.language), self._money(self.totals["net_allowed"]), False])
        rows.append([term("payout", self.language), self._money(self.result["settlement"]["payout"]), True])
        return rows

    def _limit(self) -> dict[str, Any]:
        limit = self.result["limit"]
        basis = self.words[f"limit_{limit['basis']}"]
        text = self.words["limit_text_over" if limit["over"] else "limit_text_within"]
        return {
            "title": self.words["limit_title"],
            "header": [self.words["limit_basis"], self.words["limit_amount"], self.words["limit_check"]],
            "rows": [
                [
                    self.words[f"limit_{key}"],
                    self._money(limit[key]),
                    self.words["limit_mark"] if key == limit["basis"] else "",
                ]
                for key in ("repair_gross", "repair_net", "payout")
            ],
            "text": text.format(limit=money(limit["limit"], self.language), basis=basis),
        }

    def _tables(self) -> list[list[str]]:
        """Return the tables used; those of one version and source stand in one row."""
        grouped: dict[tuple[str, str], list[str]] = {}
        for table in self.calculation.get("table_references", ()):
            version = printable(table.get("version"), limit=40)
            if table.get("demonstration"):
                version = f"{version} ({self.words['demonstration']})" if version else self.words["demonstration"]
            name = term(f"table_{table['name']}", self.language).removeprefix("table_")
            grouped.setdefault((version, printable(table.get("source"), limit=220)), []).append(
                printable(name, limit=50)
            )
        return [[", ".join(names), version, source] for (version, source), names in grouped.items()]

    def _notes(self) -> list[str]:
        entries = []
        for line, outcome in self._lines(*_BLOCKS):
            override = line.get("override")
            if outcome.get("marked") and override and override.get("reason"):
                entries.append(f"{self.words['col_pos']} {self._position(line)}: {printable(override['reason'])}")
        notes = [self.words["note_override"].format(entries="; ".join(entries))] if entries else []
        notes.append(self.words["note_engine"].format(version=printable(self.result["engine_version"], limit=40)))
        notes.append(self.words["note_attached"])
        return notes
