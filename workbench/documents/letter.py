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
    add("deductions", allowed - amounts["net"])
    for key, amount in extras.items():
        add(key, amount)
    add("cap" if kasko else "stage", claim - allowed - sum(extras.values(), Decimal(0)))
    if kasko:
        add("excess", payout - claim)
    else:
        quota = percent(as_decimal(settlement["quota"]) * 100, language)
        add("quota", payout - claim, quota=quota)
    add("payout", payout, "total")
    return steps
