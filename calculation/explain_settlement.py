"""Derivation nodes of replacement value, stages, claim, payout, limit and early warning."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from calculation.derivation import Operand, number
from calculation.model import CalculationInput, Text
from calculation.money import ONE
from calculation.result import LimitCheck, SettlementResult, Totals, ValueEstimate, ValueLossProposal

if TYPE_CHECKING:
    from calculation.explain import Builder

WBW, RW = Text("Wiederbeschaffungswert", "replacement value"), Text("Restwert", "residual value")
NET_WBW = Text("Wiederbeschaffungswert ohne Steuer", "replacement value without tax")
EFFORT = Text("Wiederbeschaffungsaufwand ohne Steuer", "replacement effort without tax")
REPAIR = Text("Reparaturkosten netto nach Abzügen", "repair costs net after deductions")
LOSS = Text("Wertminderung", "value loss")
CLAIM, PAYOUT = Text("Anspruch", "claim"), Text("Auszahlung", "payout")


def settlement_nodes(
    build: Builder,
    data: CalculationInput,
    sheet: Totals,
    settlement: SettlementResult,
    limit: LimitCheck,
    value: ValueEstimate | None,
    high: Totals,
) -> None:
    """Nodes ``replacement_without_tax``, ``replacement_effort_without_tax``, ``ratio_percent``, ``stage``, ``value_loss``,
    ``claim``, ``payout`` (and both ways of stage 2), ``limit``, ``value_low``, ``value_high``, ``repair_ratio``.
    """
    _replacement(build, data, settlement)
    _stage(build, data, sheet, settlement)
    _value_loss(build, data, settlement)
    _claim(build, settlement)
    if settlement.regime == "kasko":
        _kasko(build, settlement)
    else:
        _liability(build, settlement)
    _limit(build, data, limit)
    if value is not None:
        _estimate(build, data, value, high)


def _replacement(build: Builder, data: CalculationInput, result: SettlementResult) -> None:
    stated, net = data.settlement.replacement, result.replacement_without_tax
    if stated is None or net is None:
        return
    rate = ONE + data.parameters.vat_rate
    kinds = {
        "regular": (Text("WBW ÷ (1 + Steuersatz)", "WBW ÷ (1 + VAT)"), f"{number(stated.amount)} ÷ {number(rate)}"),
        "margin_contained": (
            Text("WBW ÷ (1 + Differenzsteueranteil)", "WBW ÷ (1 + margin share)"),
            f"{number(stated.amount)} ÷ {number(ONE + stated.margin_rate)}",
        ),
        "margin_percent": (
            Text("WBW − Prozent", "WBW − percent"),
            f"{number(stated.amount)} − {number(stated.amount)} × {number(stated.margin_rate)}",
        ),
        "none": (Text("WBW steuerneutral", "WBW without tax share"), number(stated.amount)),
    }
    words, numbers = kinds[stated.tax_kind]
    by = f" ({stated.stated_by})" if stated.stated_by else ""
    build.add(
        "replacement_without_tax",
        NET_WBW,
        net,
        "EUR",
        words,
        f"{numbers} = {number(net)} EUR",
        (Operand(WBW, str(stated.amount), "EUR", None, f"expert{by}"),),
        Text("Umsatzsteuer nur, soweit angefallen", "VAT only as far as incurred"),
        "§ 249 Abs. 2 S. 2 BGB; § 25a UStG; AKB A.2.5.4",
    )
    residual, effort = data.settlement.residual, result.replacement_effort_without_tax
    if residual is None or effort is None:
        return
    build.add(
        "replacement_effort_without_tax",
        EFFORT,
        effort,
        "EUR",
        Text("WBW ohne Steuer − Restwert", "WBW without tax − residual value"),
        f"{number(net)} − {number(residual.amount)} = {number(effort)} EUR",
        (
            Operand(NET_WBW, str(net), "EUR", "replacement_without_tax"),
            Operand(RW, str(residual.amount), "EUR", None, "expert"),
        ),
        Text("Restwert so, wie der Eigentümer ihn erhält", "residual value as the owner receives it"),
        "BGH VI ZR 109/03",
    )


def _stage(build: Builder, data: CalculationInput, sheet: Totals, result: SettlementResult) -> None:
    stated = data.settlement.replacement
    if result.ratio_percent is None or stated is None:
        return
    net_basis = data.settlement.input_tax_deduction
    cost = (sheet.net if net_basis else sheet.gross) + result.value_loss
    tested = result.replacement_without_tax if net_basis else stated.amount
    key = "net" if net_basis else "gross"
    rule = Text(
        "Vergleich brutto gegen brutto; netto nur bei Vorsteuerabzug",
        "gross against gross; net only with input-tax deduction",
    )
    inputs = (
        Operand(Text("Reparaturkosten", "repair costs"), str(getattr(sheet, key)), "EUR", key),
        Operand(LOSS, str(result.value_loss), "EUR", "value_loss" if result.value_loss else None),
        Operand(WBW, str(tested), "EUR", None, "expert"),
    )
    build.add(
        "ratio_percent",
        Text("Verhältnis zum Wiederbeschaffungswert", "ratio to the replacement value"),
        result.ratio_percent,
        "%",
        Text("(Reparaturkosten + Wertminderung) ÷ WBW", "(repair costs + value loss) ÷ WBW"),
        f"{number(cost)} ÷ {number(tested or Decimal(0))} = {number(result.ratio_percent)} %",
        inputs,
        rule,
        "BGH VI ZR 100/08" if result.regime == "liability" else "AKB A.2.5.1.5",
    )
    if result.stage is None or result.replacement_effort_gross is None or result.limit_130 is None:
        return
    bounds = f"WBA {number(result.replacement_effort_gross)}, WBW {number(tested or Decimal(0))}, 130 % {number(result.limit_130)}"
    build.add(
        "stage",
        Text("Stufe im Vier-Stufen-Modell", "stage of the four-stage model"),
        str(result.stage),
        "",
        Text("Einordnung der Kosten zwischen WBA, WBW und 130 %", "costs placed between WBA, WBW and 130 %"),
        f"{number(cost)} | {bounds}",
        (Operand(Text("Verhältnis", "ratio"), str(result.ratio_percent), "%", "ratio_percent"),),
        Text(
            "1: bis WBA; 2: bis WBW (sechs Monate Weiternutzung); 3: bis 130 %; 4: darüber; 3 und 4 fiktiv nur WBA ohne Steuer",
            "1: up to WBA; 2: up to WBW (six months of use); 3: up to 130 %; 4: above; 3 and 4 fictively WBA without tax only",
        ),
        "BGH VI ZR 70/04, 192/05, 393/02, 119/09",
    )


def _value_loss(build: Builder, data: CalculationInput, result: SettlementResult) -> None:
    loss = data.settlement.value_loss
    if loss is None or result.regime == "kasko":
        return
    stated = f"{number(loss.amount)}"
    numbers = (
        f"{stated} EUR"
        if loss.basis == "net"
        else f"{stated} ÷ (1 + {number(data.parameters.vat_rate)}) = {number(result.value_loss)} EUR"
    )
    build.add(
        "value_loss",
        LOSS,
        result.value_loss,
        "EUR",
        Text("aus Nettopreisen", "from net prices")
        if loss.basis == "net"
        else Text("Steueranteil einmal heraus", "tax share out, once"),
        numbers,
        (Operand(Text(f"Angabe ({loss.method})", f"stated ({loss.method})"), str(loss.amount), "EUR", None, "expert"),),
        Text("Wertminderung trägt keine Umsatzsteuer", "a value loss carries no VAT"),
        "BGH VI ZR 205/23",
    )


def _claim(build: Builder, result: SettlementResult) -> None:
    if result.basis == "repair":
        terms = [(REPAIR, result.repair_allowed, "net_allowed"), (LOSS, result.value_loss, "value_loss")]
        words = Text("Reparaturkosten netto", "repair costs net")
    elif result.replacement_effort_without_tax is None:
        terms = [(NET_WBW, result.replacement_without_tax or Decimal("0.00"), "replacement_without_tax")]
        words = Text(
            "Wiederbeschaffungswert ohne Steuer; Restwert fehlt",
            "replacement value without tax; residual value missing",
        )
    else:
        terms = [(EFFORT, result.replacement_effort_without_tax, "replacement_effort_without_tax")]
        words = Text("Wiederbeschaffungsaufwand ohne Steuer", "replacement effort without tax")
    terms += [
        (Text("Kostenpauschale", "lump sum"), result.lump_sum, "lump_sum"),
        (Text("weitere Positionen", "further items"), result.other_items, "other_items"),
    ]
    rules = {
        "repair": Text("fiktiv ohne Umsatzsteuer", "fictive, without VAT"),
        "replacement_effort": Text("Deckel WBW ohne Steuer − Restwert", "cap: WBW without tax − residual value"),
        "total_loss": Text("Totalschaden: Wiederbeschaffungsaufwand", "total loss: replacement effort"),
    }
    source = "AKB A.2.5.2.1 b, A.2.5.1.1" if result.regime == "kasko" else "§ 249 Abs. 2 BGB"
    build.total("claim", CLAIM, result.claim, terms, rules[result.basis], source, words)


def _kasko(build: Builder, result: SettlementResult) -> None:
    build.add(
        "payout",
        PAYOUT,
        result.payout,
        "EUR",
        Text("Anspruch − Selbstbeteiligung, mindestens null", "claim − excess, at least zero"),
        f"max(0; {number(result.claim)} − {number(result.excess)}) = {number(result.payout)} EUR",
        (
            Operand(CLAIM, str(result.claim), "EUR", "claim"),
            Operand(Text("Selbstbeteiligung", "excess"), str(result.excess), "EUR", None, "input"),
        ),
        Text("erst der Deckel, zuletzt die Selbstbeteiligung", "cap first, excess last"),
        "AKB A.2.5.8",
    )


def _privilege(build: Builder, result: SettlementResult, quota: Operand) -> None:
    """The payout under the quota privilege."""
    found = result.privilege
    if found is None:
        return
    build.add(
        "payout",
        PAYOUT,
        result.payout,
        "EUR",
        Text(
            "min(ungedeckte kongruente Positionen; Quote darauf) + Quote der übrigen",
            "min(uncovered congruent items; quota on them) + quota of the others",
        ),
        f"min({number(found.uncovered)}; {number(found.congruent)} × {number(result.quota)}) + {number(found.others)} = "
        f"{number(result.payout)} EUR",
        (Operand(CLAIM, str(result.claim), "EUR", "claim"), quota),
        Text("Quotenvorrecht: kongruente Positionen zuerst", "quota privilege: congruent items first"),
        "§ 86 Abs. 1 S. 2 VVG",
    )


def _liability(build: Builder, result: SettlementResult) -> None:
    quota = Operand(Text("Haftungsquote", "quota"), str(result.quota), "share", None, "input")
    rule = Text(
        "Quote auf die Summe; keine Selbstbeteiligung in der Haftpflicht", "quota on the sum; no excess in liability"
    )
    build.add(
        "payout",
        PAYOUT,
        result.payout,
        "EUR",
        Text("Anspruch × Haftungsquote", "claim × quota"),
        f"{number(result.claim)} × {number(result.quota)} = {number(result.payout)} EUR",
        (Operand(CLAIM, str(result.claim), "EUR", "claim"), quota),
        rule,
        "§§ 249, 254 BGB; § 115 VVG",
    )
    _privilege(build, result, quota)
    for key, amount, name in (
        (
            "payout_if_kept",
            result.payout_if_kept,
            Text("Auszahlung bei Weiternutzung über sechs Monate", "payout when kept six months"),
        ),
        ("payout_if_sold", result.payout_if_sold, Text("Auszahlung bei früherem Verkauf", "payout when sold earlier")),
    ):
        if amount is not None:
            ref = "net_allowed" if key == "payout_if_kept" else "replacement_effort_without_tax"
            text = Text("Reparaturkosten netto × Quote", "repair net × quota")
            if key == "payout_if_sold":
                text = Text("Wiederbeschaffungsaufwand ohne Steuer × Quote", "replacement effort without tax × quota")
            build.add(key, name, amount, "EUR", text, f"{number(amount)} EUR", (Operand(name, str(amount), "EUR", ref), quota), rule,
                      "BGH VI ZR 192/05")  # fmt: skip


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
    for key, name, amount, share in (
        ("value_low", Text("geschätzter Wert, unterer Rand", "estimated value, low edge"), value.low, value.share_low),
        (
            "value_high",
            Text("geschätzter Wert, oberer Rand", "estimated value, high edge"),
            value.high,
            value.share_high,
        ),
    ):
        words = Text("Listenpreis × Anteil nach Alter und Laufleistung", "list price × share by age and mileage")
        build.add(
            key,
            name,
            amount,
            "EUR",
            words,
            f"{number(price)} × {number(share)} = {number(amount)} EUR",
            inputs,
            rule,
            "",
            table,
        )
    stated = data.settlement.replacement
    against = stated.amount if value.against == "stated" and stated is not None else value.low
    build.add(
        "repair_ratio",
        Text("Reparaturkosten zum Fahrzeugwert", "repair costs to value"),
        value.repair_ratio,
        "ratio",
        Text("oberer Rand der Reparaturkosten brutto ÷ Wert", "upper edge of repair gross ÷ value"),
        f"{number(high.gross)} ÷ {number(against)} = {number(value.repair_ratio)}",
        (
            Operand(Text("oberer Rand brutto", "upper edge, gross"), str(high.gross), "EUR", "gross_band"),
            Operand(Text("Wert", "value"), str(against), "EUR", None if value.against == "stated" else "value_low"),
        ),
        Text(
            f"ab {number(data.policy.amber_ratio)} prüfen, ab {number(data.policy.red_ratio)} wahrscheinlicher Totalschaden",
            f"from {number(data.policy.amber_ratio)} check, from {number(data.policy.red_ratio)} likely total loss",
        ),
        "70-%-Regel der Praxis, kein Gesetz",
    )


def value_loss_node(build: Builder, loss: ValueLossProposal) -> None:
    """Node ``value_loss:<method>`` of one method, also when it does not apply."""
    words = Text("Wertminderung nach der genannten Methode", "value loss by the named method")
    name = Text(f"Wertminderung {loss.method}", f"value loss {loss.method}")
    value = "-" if loss.amount is None else loss.amount
    rule = loss.excluded or Text("Vorschlag; der Sachverständige wählt", "proposal; the expert chooses")
    build.add(f"value_loss:{loss.method}", name, value, "EUR", words, loss.numbers or "-", (), rule, loss.source)
