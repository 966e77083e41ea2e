"""Derivation nodes of the car's value, the stage test and the value loss."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from calculation.derivation import Operand, number
from calculation.model import CalculationInput, Text
from calculation.money import ONE, ZERO
from calculation.result import SettlementResult, Totals, ValueLossProposal
from calculation.settlement_words import METHODS

if TYPE_CHECKING:
    from calculation.explain import Builder
    from calculation.settled import Settled

WBW, RW = Text("Wiederbeschaffungswert", "replacement value"), Text("Restwert", "residual value")
NET_WBW = Text("Wiederbeschaffungswert ohne Steuer", "replacement value without tax")
EFFORT = Text("Wiederbeschaffungsaufwand ohne Steuer", "replacement effort without tax")
GROSS_EFFORT = Text("Wiederbeschaffungsaufwand im Vergleich", "replacement effort as compared")
LOSS = Text("Wertminderung", "value loss")
RESIDUAL_RULE = Text("Restwert so, wie der Eigentümer ihn erhält", "residual value as the owner receives it")
STAGE_RULE = Text(
    "1: bis WBA; 2: bis WBW (sechs Monate Weiternutzung); 3: bis 130 %; 4: darüber; 3 und 4 fiktiv nur WBA ohne Steuer",
    "1: up to WBA; 2: up to WBW (six months of use); 3: up to 130 %; 4: above; 3 and 4 fictively WBA without tax only",
)


def settlement_nodes(build: Builder, data: CalculationInput, sheet: Totals, case: Settled) -> None:
    """Nodes ``replacement_without_tax``, ``residual_used``, both replacement efforts, ``ratio_percent``, ``limit_130``, ``stage``,
    ``total_loss``, ``value_loss`` and ``value_loss:<method>``.
    """
    result = case.point
    _replacement(build, data, result)
    _value_loss(build, data, result)
    _stage(build, data, sheet, result)
    for loss in case.losses:
        _method(build, data, loss)


def _by(name: str) -> str:
    return f"expert ({name})" if name else "expert"


def _replacement(build: Builder, data: CalculationInput, result: SettlementResult) -> None:
    stated, net = data.settlement.replacement, result.replacement_without_tax
    if stated is not None and net is not None:
        amount = number(stated.amount)
        if stated.tax_kind == "regular":
            rate = number(ONE + data.parameters.vat_rate)
            words, numbers = Text("WBW ÷ (1 + Steuersatz)", "WBW ÷ (1 + VAT)"), f"{amount} ÷ {rate}"
        elif stated.tax_kind == "margin_contained":
            rate = number(ONE + stated.margin_rate)
            words, numbers = Text("WBW ÷ (1 + Differenzsteueranteil)", "WBW ÷ (1 + margin share)"), f"{amount} ÷ {rate}"
        elif stated.tax_kind == "margin_percent":
            words, numbers = (
                Text("WBW − Prozent", "WBW − percent"),
                f"{amount} − {amount} × {number(stated.margin_rate)}",
            )
        else:
            words, numbers = Text("WBW steuerneutral", "WBW without tax share"), amount
        build.add(
            "replacement_without_tax",
            NET_WBW,
            net,
            "EUR",
            words,
            f"{numbers} = {number(net)} EUR",
            (Operand(WBW, str(stated.amount), "EUR", None, _by(stated.stated_by)),),
            Text("Umsatzsteuer nur, soweit angefallen", "VAT only as far as incurred"),
            "§ 249 Abs. 2 S. 2 BGB; § 25a UStG; AKB A.2.5.4",
        )
    _residual(build, data, result)
    used = result.residual_used
    if net is None or used is None or result.replacement_effort_without_tax is None:
        return
    residual = Operand(RW, str(used), "EUR", "residual_used")
    effort, gross = result.replacement_effort_without_tax, result.replacement_effort_gross or ZERO
    build.add(
        "replacement_effort_without_tax",
        EFFORT,
        effort,
        "EUR",
        Text("WBW ohne Steuer − Restwert", "WBW without tax − residual value"),
        f"{number(net)} − {number(used)} = {number(effort)} EUR",
        (Operand(NET_WBW, str(net), "EUR", "replacement_without_tax"), residual),
        RESIDUAL_RULE,
        "BGH VI ZR 109/03",
    )
    compared, ref = (
        (net, "replacement_without_tax")
        if data.settlement.input_tax_deduction
        else (stated.amount if stated else net, None)
    )
    build.add(
        "replacement_effort_gross",
        GROSS_EFFORT,
        gross,
        "EUR",
        Text("verglichener WBW − Restwert", "WBW as compared − residual value"),
        f"{number(compared)} − {number(used)} = {number(gross)} EUR",
        (Operand(WBW, str(compared), "EUR", ref, None if ref else "expert"), residual),
        RESIDUAL_RULE,
        "BGH VI ZR 192/05",
    )


def _residual(build: Builder, data: CalculationInput, result: SettlementResult) -> None:
    stated, used = data.settlement.residual, result.residual_used
    if stated is None or used is None:
        return
    inputs = [Operand(RW, str(stated.amount), "EUR", None, _by(stated.stated_by))]
    words, source = Text("Restwert des Gutachtens", "residual value of the report"), "BGH VI ZR 318/08"
    for name, amount in (
        (Text("Verkaufserlös", "proceeds of the sale"), stated.sold_for),
        (
            Text("Angebot des Versicherers vor dem Verkauf", "offer of the insurer before the sale"),
            stated.insurer_offer,
        ),
    ):
        if amount is not None:
            inputs.append(Operand(name, str(amount), "EUR", None, "input"))
            words = Text("der höchste Betrag, der zählt", "the highest amount that counts")
            source = "BGH VI ZR 318/08, VI ZR 40/18"
    build.add("residual_used", RW, used, "EUR", words, f"{number(used)} EUR", tuple(inputs), RESIDUAL_RULE, source)


def _stage(build: Builder, data: CalculationInput, sheet: Totals, result: SettlementResult) -> None:
    stated = data.settlement.replacement
    if result.ratio_percent is None or stated is None:
        return
    net_basis = bool(data.settlement.input_tax_deduction)
    repair = sheet.net if net_basis else sheet.gross
    cost = repair + result.value_loss
    tested = (result.replacement_without_tax or ZERO) if net_basis else stated.amount
    value = Operand(
        WBW, str(tested), "EUR", "replacement_without_tax" if net_basis else None, None if net_basis else "expert"
    )
    inputs = (
        Operand(Text("Reparaturkosten", "repair costs"), str(repair), "EUR", "net" if net_basis else "gross"),
        Operand(LOSS, str(result.value_loss), "EUR", "value_loss" if result.value_loss else None),
        value,
    )
    liability = result.regime == "liability"
    build.add(
        "ratio_percent",
        Text("Verhältnis zum Wiederbeschaffungswert", "ratio to the replacement value"),
        result.ratio_percent,
        "%",
        Text("(Reparaturkosten + Wertminderung) ÷ WBW", "(repair costs + value loss) ÷ WBW"),
        f"{number(cost)} ÷ {number(tested)} = {number(result.ratio_percent)} %",
        inputs,
        Text(
            "Vergleich brutto gegen brutto; netto nur bei Vorsteuerabzug",
            "gross against gross; net only with input-tax deduction",
        ),
        "BGH VI ZR 100/08" if liability else "AKB A.2.5.1.5",
    )
    ratio = Operand(Text("Verhältnis", "ratio"), str(result.ratio_percent), "%", "ratio_percent")
    if result.limit_130 is not None:
        build.add(
            "limit_130",
            Text("130 % des Wiederbeschaffungswerts", "130 % of the replacement value"),
            result.limit_130,
            "EUR",
            Text("WBW × 1,3", "WBW × 1.3"),
            f"{number(tested)} × 1.3 = {number(result.limit_130)} EUR",
            (value,),
            Text("darüber nur der Wiederbeschaffungsaufwand", "above it the replacement effort alone"),
            "BGH VI ZR 70/04, 119/09",
        )
    sign = ">" if cost > tested else "≤"
    if result.stage is not None and result.replacement_effort_gross is not None and result.limit_130 is not None:
        bounds = (
            f"WBA {number(result.replacement_effort_gross)}; WBW {number(tested)}; 130 % {number(result.limit_130)}"
        )
        build.add(
            "stage",
            Text("Stufe im Vier-Stufen-Modell", "stage of the four-stage model"),
            str(result.stage),
            "",
            Text("Einordnung der Kosten zwischen WBA, WBW und 130 %", "costs placed between WBA, WBW and 130 %"),
            f"{number(cost)} | {bounds}",
            (
                ratio,
                Operand(GROSS_EFFORT, str(result.replacement_effort_gross), "EUR", "replacement_effort_gross"),
                Operand(Text("130 %", "130 %"), str(result.limit_130), "EUR", "limit_130"),
            ),
            STAGE_RULE,
            "BGH VI ZR 70/04, 192/05, 393/02, 119/09",
        )
    build.add(
        "total_loss",
        Text("Totalschaden", "total loss"),
        "yes" if result.total_loss else "no",
        "",
        Text("Kosten über dem Wiederbeschaffungswert?", "costs above the replacement value?"),
        f"{number(cost)} {sign} {number(tested)}",
        (ratio,),
        Text(
            "Haftpflicht: Stufe 3 und 4; Kasko: Reparaturkosten über WBW",
            "liability: stages 3 and 4; Kasko: repair above WBW",
        ),
        "BGH VI ZR 70/04" if liability else "AKB A.2.5.1.5",
    )


def _value_loss(build: Builder, data: CalculationInput, result: SettlementResult) -> None:
    loss = data.settlement.value_loss
    if loss is None or result.regime == "kasko":
        return
    stated, net = number(loss.amount), loss.basis == "net"
    build.add(
        "value_loss",
        LOSS,
        result.value_loss,
        "EUR",
        Text("aus Nettopreisen", "from net prices")
        if net
        else Text("Steueranteil einmal heraus", "tax share out, once"),
        f"{stated} EUR"
        if net
        else f"{stated} ÷ (1 + {number(data.parameters.vat_rate)}) = {number(result.value_loss)} EUR",
        (
            Operand(
                Text(f"Angabe ({loss.method or '-'})", f"stated ({loss.method or '-'})"),
                str(loss.amount),
                "EUR",
                None,
                _by(loss.stated_by),
            ),
        ),
        Text("Wertminderung trägt keine Umsatzsteuer", "a value loss carries no VAT"),
        "BGH VI ZR 205/23",
    )


_METHOD = Text("Wertminderung nach der genannten Methode", "value loss by the named method")
_PROPOSAL = Text("Vorschlag; der Sachverständige wählt", "proposal; the expert chooses")
_THUMB = Text("Faustregel, keine Methode; der Sachverständige wählt", "rule of thumb, not a method; the expert chooses")
_BASIS_NAMES = {
    "new_price": Text("Neupreis", "price when new"),
    "sale_value": Text("Veräußerungswert", "sale value"),
    "age_months": Text("Alter in Monaten", "age in months"),
}


def _method(build: Builder, data: CalculationInput, loss: ValueLossProposal) -> None:
    """Node ``value_loss:<method>`` of one method, also when it does not apply; ``…:net`` with its tax share taken out."""
    key = f"value_loss:{loss.method}"
    name = Text(f"Wertminderung {METHODS[loss.method].de}", f"value loss {METHODS[loss.method].en}")
    basis = data.settlement.value_loss_basis
    inputs = tuple(
        Operand(text, str(getattr(basis, field)), "" if field == "age_months" else "EUR", None, "expert")
        for field, text in _BASIS_NAMES.items()
        if getattr(basis, field) is not None
    )
    value: Decimal | str = "-" if loss.amount is None else loss.amount
    rule = loss.excluded or (_THUMB if loss.thumb else _PROPOSAL)
    build.add(key, name, value, "EUR", _METHOD, loss.numbers or "-", inputs, rule, loss.source)
    if loss.amount is None or loss.net_amount is None or loss.net_amount == loss.amount:
        return
    build.add(
        f"{key}:net",
        Text(f"{name.de}, ohne Steueranteil", f"{name.en}, tax share out"),
        loss.net_amount,
        "EUR",
        Text("Steueranteil einmal heraus", "tax share out, once"),
        f"{number(loss.amount)} ÷ (1 + {number(data.parameters.vat_rate)}) = {number(loss.net_amount)} EUR",
        (Operand(name, str(loss.amount), "EUR", key),),
        Text("aus Bruttopreisen geschätzt", "estimated from gross prices"),
        "BGH VI ZR 205/23",
    )
