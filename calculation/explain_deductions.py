"""Derivation nodes of discounts, surcharges, deductions and of the share that an earlier damage bears."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from calculation.derivation import Operand, number
from calculation.explain_lines import AMOUNT_WORDS, line_node, origin_of, skipped
from calculation.model import CalculationInput, DeductionLine, Line, PreDamage, Text
from calculation.result import LineResult, Totals
from calculation.sheet import prior_id

if TYPE_CHECKING:
    from calculation.explain import Builder

PERCENTAGE, SHARE = Text("Prozentsatz", "percentage"), Text("Vorschadenanteil", "share of the earlier damage")
PRIOR_WORDS = Text("Betrag der Position × Vorschadenanteil", "amount of the line × share of the earlier damage")
PROOF, PHOTO = Text("Nachweis der Reparatur", "proof of the repair"), Text("Foto", "photo")
GAIN = Text("messbarer Vorteil", "measurable gain")
NO_GAIN_WORDS = Text("kein messbarer Vorteil: kein Abzug", "no measurable gain: no deduction")
NO_GAIN_RULE = Text(
    "Abzug neu für alt nur bei messbarem Vorteil des Eigentümers; die Beweislast hat der Versicherer",
    "new for old only with a measurable gain of the owner; the burden of proof is the insurer's",
)
#: What a percentage of each base refers to: name, and key of its node.
BASES: dict[str, tuple[Text, str]] = {
    "part_lines": (Text("Teilepositionen", "part lines"), "parts"),
    "parts": (Text("Ersatzteile gesamt", "parts in total"), "parts_total"),
    "labour": (Text("Arbeit gesamt", "labour in total"), "labour_total"),
    "paint": (Text("Lackierung", "paint"), "paint"),
    "paint_material": (Text("Lackmaterial", "paint material"), "paint_material"),
    "total": (Text("Reparaturkosten netto", "repair costs, net"), "net"),
}
SUBTOTAL = (Text("Zwischensumme", "subtotal"), "subtotal")
_KINDS = {"repaired": Text("reparierter Vorschaden", "repaired earlier damage"),
          "unrepaired": Text("unreparierter Altschaden", "unrepaired earlier damage")}  # fmt: skip


def deduction_nodes(build: Builder, data: CalculationInput, results: Mapping[str, LineResult], sheet: Totals) -> None:
    """A node ``line:<id>`` for every deduction, and ``line:prior:<id>`` for every earlier damage on a line."""
    for block in (data.parts, data.labour, data.paint, data.dents, data.incidentals):
        for line in block:
            if line.pre_damage is not None and prior_id(line.id) in results:
                _prior(build, line, line.pre_damage, results)
    for deduction in data.deductions:
        _deduction(build, deduction, results, sheet)


def _prior(build: Builder, line: Line, damage: PreDamage, results: Mapping[str, LineResult]) -> None:
    base, amount = results[line.id].amount, results[prior_id(line.id)].amount
    name = line.label or line.id
    inputs = [
        Operand(Text(name, name), str(base), "EUR", f"line:{line.id}"),
        Operand(SHARE, str(damage.share), "share", None, "input"),
    ]
    if damage.photo or damage.finding_id:
        inputs.append(Operand(PHOTO, damage.photo or damage.finding_id or "", "", None, "finding"))
    if damage.proof:
        inputs.append(Operand(PROOF, damage.proof, "", None, "input"))
    kind = _KINDS[damage.kind]
    build.add(
        f"line:{prior_id(line.id)}",
        Text(f"Vorschaden {name}", f"earlier damage {name}"),
        amount,
        "EUR",
        PRIOR_WORDS,
        f"{number(-base)} × {number(damage.share)} = {number(amount)} EUR",
        tuple(inputs),
        Text(f"{kind.de}: {damage.reason}", f"{kind.en}: {damage.reason}"),
        "KG 22 U 175/13",
    )


def _base(line: DeductionLine, results: Mapping[str, LineResult], sheet: Totals) -> tuple[Text, Decimal, str]:
    """Name, amount and key of what a percentage refers to."""
    if line.base == "line":
        key = line.line_id or ""
        return Text(key, key), results[key].amount, f"line:{key}"
    name, key = BASES[line.base]
    amounts = {
        "parts": sheet.parts,
        "parts_total": sheet.parts_total,
        "labour_total": sheet.labour_total,
        "paint": sheet.paint,
        "paint_material": sheet.paint_material,
        "net": sheet.net,
    }
    if line.base == "total" and line.kind in {"discount", "surcharge"}:
        return SUBTOTAL[0], sheet.net - sheet.surcharges + sheet.discounts, SUBTOTAL[1]
    return name, amounts[key], key


def _deduction(build: Builder, line: DeductionLine, results: Mapping[str, LineResult], sheet: Totals) -> None:
    result = results[line.id]
    if skipped(build, line, result):
        return
    rule = Text(line.reason_text or line.kind, line.reason_text or line.kind)
    if line.kind == "new_for_old" and line.has_gain is False:
        line_node(build, line, result, NO_GAIN_WORDS, "0.00 EUR", (), NO_GAIN_RULE, "AG Rheine 14 C 101/21")
        return
    gain = (Operand(GAIN, line.gain, "", None, "input"),) if line.gain else ()
    if line.base == "amount":
        value = Operand(AMOUNT_WORDS, str(line.amount), "EUR", None, origin_of(line))
        line_node(build, line, result, AMOUNT_WORDS, f"{number(result.amount)} EUR", (value, *gain), rule)
        return
    name, base, key = _base(line, results, sheet)
    inputs = (
        Operand(PERCENTAGE, str(line.percent), "%", None, origin_of(line)),
        Operand(name, str(base), "EUR", key),
        *gain,
    )
    words = Text(f"Prozent von: {name.de}", f"percent of: {name.en}")
    signed = base if line.kind == "surcharge" else -base
    numbers = f"{number(signed)} × {number(line.percent)} % = {number(result.amount)} EUR"
    line_node(build, line, result, words, numbers, inputs, rule)
