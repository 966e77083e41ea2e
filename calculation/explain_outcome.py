"""Derivation nodes of the product's limit, the early warning and the eligibility rules."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from calculation.derivation import Operand, number
from calculation.model import CalculationInput, Text
from calculation.result import Eligibility, LimitCheck, Totals, ValueEstimate
from calculation.texts import percent

if TYPE_CHECKING:
    from calculation.explain import Builder

PAYOUT = Text("Auszahlung", "payout")


def outcome_nodes(
    build: Builder,
    data: CalculationInput,
    limit: LimitCheck,
    value: ValueEstimate | None,
    high: Totals,
    fitness: Eligibility,
) -> None:
    """Nodes ``limit``, ``value_low``, ``value_high``, ``repair_ratio``, ``repair_ratio_least``, ``eligibility``, ``eligibility:<code>``."""
    _limit(build, data, limit)
    if value is not None:
        _estimate(build, data, value, high)
    _eligibility(build, fitness)


def _limit(build: Builder, data: CalculationInput, limit: LimitCheck) -> None:
    policy = data.policy
    key = {"repair_gross": "gross", "repair_net": "net", "payout": "payout"}[limit.basis]
    sign = ">" if limit.over else "≤"
    build.add(
        "limit",
        Text("Grenze der Sofortregulierung", "limit of the instant settlement"),
        "over" if limit.over else "within",
        "",
        Text("Vergleichsbetrag größer als die Grenze?", "compared amount greater than the limit?"),
        f"{number(limit.compared)} {sign} {number(limit.limit)}",
        (
            Operand(Text("Vergleichsbetrag", "compared amount"), str(limit.compared), "EUR", key),
            Operand(Text("oberer Rand", "upper edge"), str(limit.compared_high), "EUR", f"{key}_band"),
            Operand(Text("Grenze", "limit"), str(limit.limit), "EUR", None, "policy"),
            Operand(Text("brutto", "gross"), str(limit.repair_gross), "EUR", "gross"),
            Operand(Text("netto", "net"), str(limit.repair_net), "EUR", "net"),
            Operand(PAYOUT, str(limit.payout), "EUR", "payout"),
        ),
        Text(f"streng größer; Vergleichsbasis {limit.basis}", f"strictly greater; basis {limit.basis}"),
        f"{policy.name} {policy.version}".strip(),
        policy.name,
    )


def _estimate(build: Builder, data: CalculationInput, value: ValueEstimate, high: Totals) -> None:
    price = data.vehicle.list_price or Decimal(0)
    table = data.value_band.table if data.value_band else None
    rule = Text(
        "Schätzspanne nur für die Frühwarnung; geometrisch zwischen den Stützwerten; kein Wiederbeschaffungswert",
        "estimate for the early warning only; geometric between the anchors; not a replacement value",
    )
    inputs = (
        Operand(
            Text("Listenpreis", "list price"),
            str(price),
            "EUR",
            None,
            "assumption" if data.vehicle.list_price_assumed else "input",
        ),
        Operand(Text("Alter", "age"), str(value.age_years), "years", None, "input"),
        Operand(
            Text("Abzug für Laufleistung", "taken off for mileage"), str(value.mileage_percent), "%", None, "input"
        ),
    )
    words = Text("Listenpreis × Anteil nach Alter und Laufleistung", "list price × share by age and mileage")
    for key, name, amount, share in (
        ("value_low", Text("geschätzter Wert, unterer Rand", "estimated value, low edge"), value.low, value.share_low),
        (
            "value_high",
            Text("geschätzter Wert, oberer Rand", "estimated value, high edge"),
            value.high,
            value.share_high,
        ),
    ):
        numbers = f"{number(price)} × {number(share)} = {number(amount)} EUR"
        build.add(key, name, amount, "EUR", words, numbers, inputs, rule, "", table)
    build.add(
        "value_estimate",
        Text("geschätzter Fahrzeugwert", "estimated value of the car"),
        f"{value.low} … {value.high}",
        "EUR",
        Text("unterer Rand … oberer Rand", "low edge … high edge"),
        f"{number(value.low)} … {number(value.high)} EUR",
        (
            Operand(Text("unterer Rand", "low edge"), str(value.low), "EUR", "value_low"),
            Operand(Text("oberer Rand", "high edge"), str(value.high), "EUR", "value_high"),
        ),
        rule,
        "",
        table,
    )
    stated = data.settlement.replacement
    expert = stated.amount if value.against == "stated" and stated is not None else None
    for key, name, ratio, edge, text in (
        (
            "repair_ratio",
            Text("Reparaturkosten zum Fahrzeugwert", "repair costs to value"),
            value.repair_ratio,
            "value_low",
            "÷",
        ),
        (
            "repair_ratio_least",
            Text("Reparaturkosten zum höchsten Wert", "repair costs to the highest value"),
            value.repair_ratio_least,
            "value_high",
            "÷",
        ),
    ):
        against = expert if expert is not None else (value.low if edge == "value_low" else value.high)
        build.add(
            key,
            name,
            ratio,
            "ratio",
            Text("oberer Rand der Reparaturkosten brutto ÷ Wert", "upper edge of repair gross ÷ value"),
            f"{number(high.gross)} {text} {number(against)} = {number(ratio)}",
            (
                Operand(Text("oberer Rand brutto", "upper edge, gross"), str(high.gross), "EUR", "gross_band"),
                Operand(Text("Wert", "value"), str(against), "EUR", None if expert is not None else edge),
            ),
            Text(
                f"ab {percent(data.policy.amber_ratio, 'de')} prüfen, ab {percent(data.policy.red_ratio, 'de')} wahrscheinlicher Totalschaden",
                f"from {percent(data.policy.amber_ratio)} check, from {percent(data.policy.red_ratio)} likely total loss",
            ),
            "70-%-Regel der Praxis, kein Gesetz",
        )


_REFS = {"limit": ("limit",), "total_loss": ("total_loss", "repair_ratio"), "shared_fault": ("quota",)}


def _eligibility(build: Builder, fitness: Eligibility) -> None:
    """One node for each rule, and ``eligibility`` over them."""
    for rule in fitness.rules:
        refs = tuple(
            Operand(rule.name, build.nodes[ref].value, build.nodes[ref].unit, ref)
            for ref in _REFS.get(rule.code, ())
            if ref in build.nodes
        )
        build.add(
            f"eligibility:{rule.code}",
            rule.name,
            rule.status,
            "",
            rule.reason,
            rule.status,
            refs,
            rule.clears,
            rule.source,
        )
    met = sum(1 for rule in fitness.rules if rule.status == "met")
    build.add(
        "eligibility",
        Text("Eignung für die Sofortregulierung", "fit for the instant settlement"),
        fitness.overall,
        "",
        Text("alle Regeln erfüllt?", "are all rules met?"),
        f"{met} / {len(fitness.rules)}",
        tuple(Operand(rule.name, rule.status, "", f"eligibility:{rule.code}") for rule in fitness.rules),
        Text(
            "ein verletzter Ausschluss genügt; offene Punkte klärt ein Mensch",
            "one exclusion is enough; open points need a person",
        ),
        "Produktseite Kfz-Sofortregulierung",
    )
