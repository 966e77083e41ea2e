"""Value loss by the published methods and rules of thumb, side by side; the expert chooses one and states it. Liability only."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Final

from calculation.derivation import number
from calculation.model import CalculationInput, Text, ValueLossBasis
from calculation.money import HUNDRED, ZERO, net_of, round2, round_to
from calculation.result import Totals, ValueLossProposal
from calculation.settlement_words import named

_TEN, _NINETY = Decimal(10), Decimal(90)
#: Ruhkopf/Sahm: factors by registration year (1, 2, from 3) and band of repair / sale value.
RUHKOPF_SAHM: Final = ((5, 6, 7), (4, 5, 6), (3, 4, 5))
#: MFM: age factor by months, linear between the published points.
MFM_AGE: Final = tuple(
    (Decimal(m), Decimal(f))
    for m, f in (
        (0, "0.25"), (6, "0.2417"), (12, "0.2236"), (24, "0.1734"), (60, "0.0638"), (96, "0.0535"), (114, "0.0206"), (120, "0"),
    )
)  # fmt: skip


def _share(part: Decimal, whole: Decimal) -> Decimal:
    return part / whole * HUNDRED


def ruhkopf_sahm(basis: ValueLossBasis, repair: Decimal) -> ValueLossProposal:
    """(VW + RK) × factor; none for RK under 10 % of NP, VW under 40 % of NP, RK over 90 % of VW.

    The published bands leave gaps (30 to 31, 60 to 61): they are read as up to 30, over 30 to 60, over 60.
    """
    source = "Ruhkopf/Sahm (minderwert.de)"
    new, value = basis.new_price, basis.sale_value
    if not new or not value:
        return _missing("ruhkopf_sahm", {"new_price": new, "sale_value": value}, source)
    ratio = _share(repair, value)
    for excluded, de, en in (
        (_share(repair, new) < _TEN, "Reparaturkosten unter 10 % des Neupreises", "repair under 10 % of the new price"),
        (
            _share(value, new) < 40,
            "Veräußerungswert unter 40 % des Neupreises",
            "sale value under 40 % of the new price",
        ),
        (ratio > _NINETY, "Reparaturkosten über 90 % des Veräußerungswerts", "repair over 90 % of the sale value"),
    ):
        if excluded:
            return _excluded("ruhkopf_sahm", de, en, source)
    year = min(2, max(0, (basis.age_months - 1) // 12))
    band = 0 if ratio <= 30 else 1 if ratio <= 60 else 2
    factor = Decimal(RUHKOPF_SAHM[year][band])
    amount = round2((value + repair) * factor / HUNDRED)
    numbers = f"({number(value)} + {number(repair)}) × {number(factor)} % = {number(amount)} EUR"
    return ValueLossProposal("ruhkopf_sahm", amount, None, numbers, source)


def halbgewachs(basis: ValueLossBasis, repair: Decimal, labour: Decimal, material: Decimal) -> ValueLossProposal:
    """Upper limit by the published fit functions: X = XM + XK + XA; loss = X × (VW + RK) / 100."""
    source = "Halbgewachs (minderwert.de)"
    new, value = basis.new_price, basis.sale_value
    if not new or not value or not material:
        return _missing("halbgewachs", {"new_price": new, "sale_value": value, "material": material}, source)
    months, worth, cost, work = (
        Decimal(basis.age_months),
        _share(value, new),
        _share(repair, value),
        _share(labour, material),
    )
    for excluded, de, en in (
        (months > 72, "älter als 72 Monate", "older than 72 months"),
        (worth < 40, "Veräußerungswert unter 40 % des Neupreises", "sale value under 40 % of the new price"),
        (not _TEN <= cost <= 130, "Reparaturkosten außerhalb von 10 bis 130 % des Veräußerungswerts", "repair outside 10 to 130 % of the sale value"),
        (work < 40, "Lohn unter 40 % des Materials", "labour under 40 % of the material"),
    ):  # fmt: skip
        if excluded:
            return _excluded("halbgewachs", de, en, source)
    by_age = HUNDRED * (
        Decimal("-1.831e-7") * months**3
        + Decimal("1.954e-5") * months**2
        - Decimal("1.051e-3") * months
        + Decimal("0.03175")
    )
    by_cost = HUNDRED * (Decimal("-7.7828e-7") * cost**2 + Decimal("2.0810e-4") * cost - Decimal("1.0722e-3"))
    by_work = HUNDRED * (Decimal("0.015354") * work.ln() - Decimal("0.055549"))
    total = by_age + by_cost + by_work
    amount = max(ZERO, round2(total * (value + repair) / HUNDRED))
    numbers = (
        f"({number(round_to(by_age, 4))} + {number(round_to(by_cost, 4))} + {number(round_to(by_work, 4))}) % × "
        f"({number(value)} + {number(repair)}) = {number(amount)} EUR"
    )
    return ValueLossProposal("halbgewachs", amount, None, numbers, source)


def bvsk(basis: ValueLossBasis, replacement: Decimal | None) -> ValueLossProposal:
    """WBW × (class % + M %) × K."""
    source = "BVSK 2003 (Klassen veröffentlicht, Verknüpfung aus zweiter Hand)"
    if basis.bvsk_class_percent is None or not replacement:
        stated = {"bvsk_class_percent": basis.bvsk_class_percent, "replacement": replacement or None}
        return _missing("bvsk", stated, source)
    percent = basis.bvsk_class_percent + basis.bvsk_market_percent
    amount = max(ZERO, round2(replacement * percent / HUNDRED * basis.bvsk_factor))
    numbers = f"{number(replacement)} × ({number(basis.bvsk_class_percent)} + {number(basis.bvsk_market_percent)}) % × {number(basis.bvsk_factor)} = {number(amount)} EUR"
    return ValueLossProposal("bvsk", amount, None, numbers.replace("+ -", "− "), source)


def age_factor(months: int) -> Decimal:
    """MFM age factor, linear between the published points; zero from 120 months."""
    age = Decimal(months)
    for (x0, y0), (x1, y1) in pairwise(MFM_AGE):
        if x0 <= age <= x1:
            return y0 + (y1 - y0) * (age - x0) / (x1 - x0)
    return ZERO


def mfm(basis: ValueLossBasis, repair: Decimal) -> ValueLossProposal:
    """(0.01 VW + VW / NP × RK × SU × AK) × Fm × Fv."""
    source = "MFM 2012 (colliseum.eu, minderwert.de)"
    new, value, extent = basis.new_price, basis.sale_value, basis.mfm_extent
    if not new or not value or extent is None:
        return _missing("mfm", {"new_price": new, "sale_value": value, "mfm_extent": extent}, source)
    age = age_factor(basis.age_months) if basis.mfm_age_factor is None else basis.mfm_age_factor
    amount = round2(
        (value / HUNDRED + value / new * repair * extent * age) * basis.mfm_market_factor * basis.mfm_prior_factor
    )
    numbers = (
        f"(0.01 × {number(value)} + {number(value)} ÷ {number(new)} × {number(repair)} × {number(extent)} × "
        f"{number(round_to(age, 4))}) × {number(basis.mfm_market_factor)} × {number(basis.mfm_prior_factor)} = {number(amount)} EUR"
    )
    return ValueLossProposal("mfm", amount, None, numbers, source)


def _missing(method: str, stated: dict[str, Decimal | None], source: str) -> ValueLossProposal:
    """A method that lacks figures; a price of zero is none."""
    names = named(
        name for name, value in stated.items() if value is None or (value == 0 and name != "bvsk_class_percent")
    )
    return ValueLossProposal(method, None, Text(f"es fehlt: {names.de}", f"missing: {names.en}"), "", source)


def _excluded(method: str, de: str, en: str, source: str) -> ValueLossProposal:
    return ValueLossProposal(method, None, Text(de, en), "", source)


#: Bremer Formel: percent of the repair costs up to this age in months; nothing beyond.
BREMER: Final = ((6, 30), (12, 25), (24, 20), (36, 15), (60, 10))
#: Hamburger Modell: percent of the repair costs up to this mileage in km; nothing beyond.
HAMBURGER: Final = ((20_000, 30), (50_000, 20), (75_000, 15), (100_000, 10))


def _thousands(value: int) -> str:
    return number(value).replace(",", ".")


def _thumb(
    method: str, repair: Decimal, steps: tuple[tuple[int, int], ...], measure: int | None, unit: Text
) -> ValueLossProposal:
    source = "Bremer Formel (minderwert.de)" if method == "bremer" else "Hamburger Modell (minderwert.de)"
    if measure is None:
        return replace(_missing(method, {"mileage_km": None}, source), thumb=True)
    percent = Decimal(next((share for bound, share in steps if measure <= bound), 0))
    if not percent:
        last = steps[-1][0]
        return replace(
            _excluded(method, f"über {_thousands(last)} {unit.de}", f"above {number(last)} {unit.en}", source),
            thumb=True,
        )
    amount = round2(repair * percent / HUNDRED)
    numbers = f"{number(repair)} × {number(percent)} % = {number(amount)} EUR"
    return ValueLossProposal(method, amount, None, numbers, source, thumb=True)


def bremer(basis: ValueLossBasis, repair: Decimal) -> ValueLossProposal:
    """Rule of thumb: 30, 25, 20, 15, 10 % of the repair costs up to 6, 12, 24, 36, 60 months."""
    return _thumb("bremer", repair, BREMER, basis.age_months, Text("Monate", "months"))


def hamburger(repair: Decimal, mileage_km: int | None) -> ValueLossProposal:
    """Rule of thumb: 30, 20, 15, 10 % of the repair costs up to 20, 50, 75, 100 thousand km."""
    return _thumb("hamburger", repair, HAMBURGER, mileage_km, Text("km", "km"))


_NOTES: Final = {
    "ruhkopf_sahm": Text(
        "Lücken der veröffentlichten Bänder halboffen gelesen: bis 30, über 30 bis 60, über 60 %",
        "gaps of the published bands read half-open: up to 30, over 30 to 60, over 60 %",
    ),
    "halbgewachs": Text("obere Grenze", "upper limit"),
    "bvsk": Text(
        "Verknüpfung von M und K aus zweiter Hand; vor Verwendung am BVSK-Papier prüfen",
        "combination of M and K from second hand; check against the BVSK paper before use",
    ),
    "mfm": Text(
        "Altersfaktor linear zwischen den veröffentlichten Stützwerten",
        "age factor linear between the published points",
    ),
    "bremer": Text("Faustregel, keine Methode", "rule of thumb, not a method"),
    "hamburger": Text("Faustregel, keine Methode", "rule of thumb, not a method"),
}


def proposals(data: CalculationInput, sheet: Totals) -> tuple[ValueLossProposal, ...]:
    """All methods for one sheet, then the rules of thumb; none in Kasko or without a basis.

    Repair, labour and material are those of the sheet (gross, net, net) where the basis does not state them. A proposal from
    gross sale prices also carries the amount with its tax share taken out once.
    """
    basis = data.settlement.value_loss_basis
    if basis is None or data.settlement.regime != "liability":
        return ()
    repair = sheet.gross if basis.repair is None else basis.repair
    labour = sheet.labour_total + sheet.paint_wage if basis.labour is None else basis.labour
    material = sheet.parts_total + sheet.paint_material if basis.material is None else basis.material
    mileage = data.vehicle.mileage_km if basis.mileage_km is None else basis.mileage_km
    stated, loss = data.settlement.replacement, data.settlement.value_loss
    chosen = loss.method.strip().lower() if loss is not None else ""
    rate = data.parameters.vat_rate
    return tuple(
        replace(
            found,
            net_amount=None
            if found.amount is None
            else (net_of(found.amount, rate) if basis.price_basis == "gross" else found.amount),
            note=_NOTES[found.method],
            chosen=found.method == chosen,
        )
        for found in (
            ruhkopf_sahm(basis, repair),
            halbgewachs(basis, repair, labour, material),
            bvsk(basis, stated.amount if stated is not None else None),
            mfm(basis, repair),
            bremer(basis, repair),
            hamburger(repair, mileage),
        )
    )
