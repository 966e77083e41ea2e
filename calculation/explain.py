"""Builds the derivation of lines and of the sheet; :mod:`calculation.explain_settlement` adds the offer's nodes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from calculation.derivation import Derivation, Node, Operand, number
from calculation.explain_claim import claim_nodes
from calculation.explain_deductions import deduction_nodes
from calculation.explain_lines import line_nodes
from calculation.explain_outcome import outcome_nodes
from calculation.explain_paint import paint_nodes
from calculation.explain_reference import reference_nodes
from calculation.explain_settlement import settlement_nodes
from calculation.explain_sheet import band_nodes, parts_nodes
from calculation.explain_totals import repair_check_nodes, total_nodes
from calculation.explain_work import labour_nodes
from calculation.model import CalculationInput, TableReference, Text
from calculation.result import Band, Eligibility, LimitCheck, LineResult, RepairCheck, Totals, ValueEstimate
from calculation.settled import Settled

_BANDS = ("net_band", "gross_band", "payout_band")
_BAND_NAMES = (
    Text("Spanne netto", "band, net"),
    Text("Spanne brutto", "band, gross"),
    Text("Spanne der Auszahlung", "band, payout"),
)
_SUM = Text("Summe der Positionen", "sum of the lines")


class Builder:
    """Collects nodes; knows the table references by name."""

    def __init__(self, references: Iterable[TableReference]) -> None:
        self.nodes: dict[str, Node] = {}
        self.references = {ref.name: ref for ref in references}

    def add(
        self,
        key: str,
        name: Text,
        value: Decimal | str,
        unit: str,
        words: Text,
        numbers: str,
        inputs: tuple[Operand, ...] = (),
        rule: Text | None = None,
        source: str = "",
        table: str | None = None,
    ) -> None:
        """One node; ``table`` is looked up among the references."""
        ref = self.references.get(table) if table else None
        if ref is None:
            self.nodes[key] = Node(key, name, str(value), unit, words, numbers, inputs, rule, source, table)
            return
        self.nodes[key] = Node(
            key,
            name,
            str(value),
            unit,
            words,
            numbers,
            inputs,
            rule,
            source,
            table,
            ref.version,
            ref.source,
            ref.valid_from.isoformat() if ref.valid_from else None,
            ref.demonstration,
        )

    def total(
        self,
        key: str,
        name: Text,
        value: Decimal,
        terms: Sequence[tuple[Text, Decimal, str]],
        rule: Text | None = None,
        source: str = "",
        words: Text = _SUM,
        table: str | None = None,
    ) -> None:
        """A sum (or difference) of other nodes: ``terms`` are (name, signed amount, key)."""
        shown = [term for term in terms if term[1]]
        text = " + ".join(number(term[1]) for term in shown).replace("+ -", "− ") or "0.00"
        inputs = tuple(Operand(term[0], str(term[1]), "EUR", term[2]) for term in shown)
        self.add(key, name, value, "EUR", words, f"{text} = {number(value)} EUR", inputs, rule, source, table)


def explain(
    data: CalculationInput,
    lines: Sequence[LineResult],
    sheets: tuple[Totals, Totals, Totals],
    case: Settled,
    limit: LimitCheck,
    value: ValueEstimate | None,
    fitness: Eligibility,
    bands: Sequence[Band] = (),
    repairs: Sequence[RepairCheck] = (),
) -> Derivation:
    """The derivation of every value of the result, by key."""
    build, sheet = Builder(data.table_references), sheets[1]
    results = {line.id: line for line in lines}
    line_nodes(build, data, results)
    deduction_nodes(build, data, results, sheet)
    parts_nodes(build, data, lines, sheet)
    labour_nodes(build, data, lines, sheet)
    paint_nodes(build, data, lines, sheet)
    total_nodes(build, data, lines, sheet)
    band_nodes(build, tuple(zip(_BANDS, _BAND_NAMES, bands, strict=False)))
    repair_check_nodes(build, data, lines, repairs)
    settlement_nodes(build, data, sheet, case)
    claim_nodes(build, data, case)
    if case.reference is not None:
        reference_nodes(build, data, case)
    outcome_nodes(build, data, limit, value, sheets[2], fitness)
    return build.nodes
