"""Every way in which the law settles a case, side by side: what is owed fictively and concretely, and which way applies."""

from __future__ import annotations

from decimal import Decimal

from calculation.concrete import concrete_kasko, concrete_liability
from calculation.derivation import number
from calculation.model import Settlement, Text
from calculation.money import ZERO, round2
from calculation.result import SettlementResult, StageRow, Totals
from calculation.settlement import LIMIT_130
from calculation.settlement_terms import Terms

_SWAP = str.maketrans(",.", ".,")


def _de(value: Decimal) -> str:
    return number(value).translate(_SWAP)


def stage_table(terms: Terms, sheet: Totals, result: SettlementResult, fictive_repair: Decimal) -> tuple[StageRow, ...]:
    """The rows; empty while WBW or RW is missing.

    Args:
        terms: values of the settlement.
        sheet: the sheet at the point.
        result: the settlement at the point.
        fictive_repair: net repair costs that count fictively.

    """
    if terms.tested is None or terms.effort_gross is None or terms.effort_net is None:
        return ()
    if result.regime == "kasko":
        return _kasko(terms, sheet, result, fictive_repair)
    return _liability(terms, sheet, result, fictive_repair)


def _proved(settlement: Settlement) -> bool:
    """Whether there is something that a concrete settlement could rest on."""
    done = settlement.repair_done
    if settlement.replacement_bought is not None:
        return True
    return (
        done is not None and done.extent != "none" and (done.invoice_gross is not None or done.proven_value is not None)
    )


def _liability(terms: Terms, sheet: Totals, result: SettlementResult, repair: Decimal) -> tuple[StageRow, ...]:
    value, effort_gross, effort = terms.tested, terms.effort_gross, terms.effort_net
    assert value is not None
    assert effort_gross is not None
    assert effort is not None
    limit = round2(value * LIMIT_130)
    settlement = terms.settlement
    kept = bool(settlement.keeps_six_months and settlement.roadworthy)
    with_repair = repair + terms.loss
    proved = _proved(settlement)

    def concrete(stage: int) -> Decimal | None:
        return concrete_liability(terms, sheet, stage).claim if proved else None

    def row(
        stage: int, condition: Text, lower: Decimal | None, upper: Decimal | None, fictive: Decimal, up_to: Decimal | None,
        needs: Text, source: str,
    ) -> StageRow:  # fmt: skip
        return StageRow(
            way=f"stage_{stage}",
            condition=condition,
            lower=lower,
            upper=upper,
            fictive=fictive,
            concrete=concrete(stage),
            concrete_up_to=up_to,
            needs=needs,
            applies=result.stage == stage,
            source=source,
        )

    return (
        row(
            1,
            Text(
                f"RK + WM bis WBA {_de(effort_gross)} EUR",
                f"repair + value loss up to WBW − RW {number(effort_gross)} EUR",
            ),
            None,
            effort_gross,
            with_repair,
            None,
            Text("Rechnung; Weiterverkauf und Nutzung frei", "invoice; resale and use are free"),
            "§ 249 Abs. 2 BGB",
        ),
        row(
            2,
            Text(f"über WBA bis WBW {_de(value)} EUR", f"above WBW − RW up to WBW {number(value)} EUR"),
            effort_gross,
            value,
            with_repair if kept else effort,
            round2(value),
            Text(
                "fiktiv: sechs Monate Weiternutzung, verkehrssicher, sofort fällig; konkret: Rechnung, ohne sechs Monate",
                "fictive: kept and used six months, roadworthy, due at once; concrete: invoice, no six months",
            ),
            "BGH VI ZR 393/02, 192/05, 77/06, 220/07, 35/10",
        ),
        row(
            3,
            Text(f"über WBW bis 130 % {_de(limit)} EUR", f"above WBW up to 130 % {number(limit)} EUR"),
            round2(value),
            limit,
            effort,
            limit,
            Text(
                "konkret: vollständig, fachgerecht, wie im Gutachten, sechs Monate; sonst nur nachgewiesener Wert bis WBW",
                "concrete: complete, professional, as in the report, six months; else only proven value up to WBW",
            ),
            "BGH VI ZR 70/04, 119/09",
        ),
        row(
            4,
            Text(f"über 130 % {_de(limit)} EUR", f"above 130 % {number(limit)} EUR"),
            limit,
            None,
            effort,
            effort,
            Text(
                "kein Teil bis 130 %; Ausnahme: gebrauchte Teile als kalkulierter Weg, nicht bloßer Rabatt",
                "never split at 130 %; exception: used parts as the estimated way, not a mere rebate",
            ),
            "BGH VI ZR 70/04, 387/14, 79/10, 231/09",
        ),
    )


def _kasko(terms: Terms, sheet: Totals, result: SettlementResult, repair: Decimal) -> tuple[StageRow, ...]:
    value, effort = terms.tested, terms.effort_net
    assert value is not None
    assert effort is not None
    top, lost = round2(value), result.total_loss
    by_invoice = result.basis in {"invoice", "invoice_capped"}
    claim = concrete_kasko(terms, sheet, total_loss=False)[0] if _proved(terms.settlement) else None
    bought = (
        concrete_kasko(terms, sheet, total_loss=True)[0] if terms.settlement.replacement_bought is not None else None
    )
    capped = min(repair, effort)
    return (
        StageRow(
            way="kasko_invoice",
            condition=Text(f"RK bis WBW {_de(top)} EUR, Rechnung", f"repair up to WBW {number(top)} EUR, invoice"),
            lower=None,
            upper=top,
            fictive=capped,
            concrete=claim,
            concrete_up_to=top,
            needs=Text(
                "vollständig und fachgerecht repariert, durch Rechnung belegt",
                "complete professional repair proved by invoice",
            ),
            applies=not lost and by_invoice,
            source="AKB A.2.5.2.1 a, A.2.5.4",
        ),
        StageRow(
            way="kasko_fictive",
            condition=Text(
                f"RK bis WBW {_de(top)} EUR, keine oder keine vollständige Reparatur",
                f"repair up to WBW {number(top)} EUR, none or no complete repair",
            ),
            lower=None,
            upper=top,
            fictive=capped,
            concrete=None,
            concrete_up_to=effort,
            needs=Text("höchstens WBW ohne Steuer − Restwert", "at most WBW without tax − residual value"),
            applies=not lost and not by_invoice,
            source="AKB A.2.5.2.1 b",
        ),
        StageRow(
            way="kasko_total_loss",
            condition=Text(f"RK über WBW {_de(top)} EUR", f"repair above WBW {number(top)} EUR"),
            lower=top,
            upper=None,
            fictive=effort,
            concrete=bought,
            concrete_up_to=max(ZERO, round2(value - (terms.residual or ZERO))),
            needs=Text(
                "Steuer nur, soweit beim Ersatzkauf angefallen", "tax only as far as incurred for a replacement"
            ),
            applies=lost,
            source="AKB A.2.5.1.1, A.2.5.1.5, A.2.5.4",
        ),
    )
