"""Page 1 of the offer: from the repair costs to the payment in steps that add up, each with its reason in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from workbench.documents.formats import Language, as_decimal, money, percent
from workbench.documents.words import WORDS
from workbench.errors import TelekalkError


def payout_steps(result: Mapping[str, Any], language: Language) -> list[dict[str, str]]:
    """Return the steps from the repair costs including VAT to the payment.

    Each step has ``label``, ``amount`` (signed, formatted), ``reason`` and ``kind`` (base, change, info, total). The
    amounts are differences between figures that the engine gave, so that they add up to the payment by construction.

    Raises:
        TelekalkError: TK-DOC-002, the engine's figures contradict each other.
    """
    words = WORDS[language]
    totals, settlement = result["totals"], result["settlement"]
    amounts = {key: as_decimal(totals[key]) for key in ("gross", "vat", "net")}
    claim, payout = as_decimal(settlement["claim"]), as_decimal(settlement["payout"])
    allowed = as_decimal(settlement["repair_allowed"])
    extras = {key: as_decimal(settlement[key]) for key in ("value_loss", "lump_sum", "other_items")}
    kasko = settlement["regime"] == "kasko"
    if amounts["gross"] - amounts["vat"] != amounts["net"] or payout < 0 or payout > claim:
        raise TelekalkError(
            "TK-DOC-002",
            "Die Beträge der Kalkulation passen nicht zusammen; das Angebot wird nicht gedruckt.",
            "The amounts of the calculation contradict each other; the offer is not printed.",
            status=500,
        )
    steps: list[dict[str, str]] = []

    def add(key: str, amount: Decimal, kind: str = "change", **values: str) -> None:
        if kind == "change" and amount == 0:
            return
        sign = "+" if kind == "change" and amount > 0 else ""
        steps.append(
            {
                "label": words[f"step_{key}"].format(**values),
                "amount": f"{sign}{money(amount, language)}",
                "reason": words.get(f"step_{key}_why", "").format(**values),
                "kind": kind,
            }
        )

    rate = percent(as_decimal(totals["vat_rate"]) * 100, language)
    add("gross", amounts["gross"], "base")
    add("vat", -amounts["vat"], rate=rate, source=words["vat_source_kasko" if kasko else "vat_source_liability"])
    for key, amount in _repair_steps(result, allowed):
        add(key, amount)
    for key, amount in extras.items():
        add("other" if key == "other_items" else key, amount)
    clause = -as_decimal(settlement.get("workshop_clause", "0.00"))
    # off the repair costs and then capped, the clause has lowered nothing that is left of the claim
    effort = settlement["replacement_effort_without_tax"]
    under_cap = effort is not None and claim == as_decimal(effort) + clause
    counted = clause if settlement["basis"] in {"repair", "invoice"} or under_cap else Decimal(0)
    add("workshop_clause", counted)
    rest = claim - allowed - counted - sum(extras.values(), Decimal(0))
    add("cap" if kasko else "stage", rest)
    if kasko:
        add("excess", payout - claim)
    else:
        quota = percent(as_decimal(settlement["quota"]) * 100, language)
        add("quota", payout - claim, quota=quota)
    add("payout", payout, "total")
    return steps


def _repair_steps(result: Mapping[str, Any], allowed: Decimal) -> list[tuple[str, Decimal]]:
    """From the net repair costs to those that count: deductions, reference workshop, accepted cuts, and what a real repair cost.

    Results of engines before 2026.11.2 know deductions alone.
    """
    settlement = result["settlement"]
    if "mode" not in settlement:
        return [("deductions", allowed - as_decimal(result["totals"]["net"]))]
    after = as_decimal(result["totals"]["net_allowed"])
    steps = [("deductions", after - as_decimal(result["totals"]["net"]))]
    left = after
    reference = settlement.get("reference")
    if settlement["mode"] == "fictive":
        if reference and reference["status"] == "applied":
            steps.append(("reference", as_decimal(reference["workshop_net"]) - left))
            left = as_decimal(reference["workshop_net"])
        cut = max(-left, -as_decimal(settlement["cuts_allowed"]))
        steps.append(("cuts", cut))
        left += cut
    steps.append(("actual", allowed - left))
    return steps
