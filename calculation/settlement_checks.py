"""What the engine refuses in the terms of a settlement, each with a code."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from calculation.codec import show
from calculation.errors import Problem
from calculation.model import CalculationInput, ReferenceWorkshop, RepairDone, Settlement

#: Checks the numbers of one value against their ranges: (value, path, problems).
Numbers = Callable[[Any, str, list[Problem]], None]
_PARTS = (
    "replacement", "residual", "value_loss", "value_loss_basis", "workshop_clause", "reference_workshop", "repair_done",
    "replacement_bought", "loss_of_use",
)  # fmt: skip

#: Trades that a workshop may name although this sheet has no such work.
_TRADES = frozenset({"body", "mechanic", "electric", "paint", "dents"})


def check_settlement(data: CalculationInput, problems: list[Problem], numbers: Numbers) -> None:
    """Ranges of every number, then what a concrete settlement, an invoice and a reference workshop need."""
    settlement = data.settlement
    numbers(settlement, "settlement.", problems)
    for field in _PARTS:
        stated = getattr(settlement, field)
        if stated is not None:
            numbers(stated, f"settlement.{field}.", problems)
    for field in ("other_items", "proposed_cuts"):
        for index, item in enumerate(getattr(settlement, field)):
            numbers(item, f"settlement.{field}[{index}].", problems)
    if settlement.residual is not None:
        for index, offer in enumerate(settlement.residual.offers):
            numbers(offer, f"settlement.residual.offers[{index}].", problems)
    _basis(settlement, problems)
    _use(settlement, problems)
    if settlement.mode == "concrete":
        _concrete(settlement, problems)
    if settlement.repair_done is not None:
        _invoice(settlement.repair_done, problems)
    bought = settlement.replacement_bought
    if bought is not None and bought.vat is not None and bought.vat > bought.price_gross:
        _more_vat("settlement.replacement_bought.vat", problems)
    if settlement.reference_workshop is not None:
        _workshop(settlement.reference_workshop, data, problems, numbers)


def _add(problems: list[Problem], code: str, field: str, de: str, en: str) -> None:
    problems.append(Problem(code, f"{field}: {de}", f"{field}: {en}", None, field))


def _more_vat(field: str, problems: list[Problem]) -> None:
    _add(problems, "TK-CALC-062", field, "mehr Umsatzsteuer als Bruttobetrag.", "more VAT than the gross amount.")


def _basis(settlement: Settlement, problems: list[Problem]) -> None:
    basis = settlement.value_loss_basis
    if basis is None:
        return
    if not 0 <= basis.age_months <= 1200:
        _add(problems, "TK-CALC-011", "settlement.value_loss_basis.age_months", "0 … 1200.", "0 … 1200.")
    if basis.mileage_km is not None and not 0 <= basis.mileage_km <= 2_000_000:
        field = "settlement.value_loss_basis.mileage_km"
        _add(problems, "TK-CALC-011", field, "0 … 2.000.000.", "0 … 2,000,000.")


def _use(settlement: Settlement, problems: list[Problem]) -> None:
    lost = settlement.loss_of_use
    if lost is None:
        return
    for field, value, top in (("days", lost.days, 730), ("groups_lower", lost.groups_lower or 0, 10)):
        if not 0 <= value <= top:
            _add(problems, "TK-CALC-011", f"settlement.loss_of_use.{field}", f"0 … {top}.", f"0 … {top}.")
    if lost.group is None and lost.daily_rate is None:
        de, en = "Gruppe (group) oder Tagessatz (daily_rate) fehlt.", "group or daily_rate is missing."
        _add(problems, "TK-CALC-066", "settlement.loss_of_use.group", de, en)


def _concrete(settlement: Settlement, problems: list[Problem]) -> None:
    """A concrete settlement stands on a proof: a repair or a purchase, never both."""
    done, bought = settlement.repair_done, settlement.replacement_bought
    repaired = done is not None and done.extent != "none"
    if not repaired and bought is None:
        _add(
            problems,
            "TK-CALC-021",
            "settlement.mode",
            "konkrete Abrechnung braucht repair_done (Reparatur) oder replacement_bought (Ersatzkauf) mit Beleg.",
            "a concrete settlement needs repair_done or replacement_bought with its proof.",
        )
    elif repaired and bought is not None:
        _add(
            problems,
            "TK-CALC-060",
            "settlement.mode",
            "Reparatur und Ersatzkauf zugleich: Abrechnungsarten werden nicht vermischt (BGH VI ZR 40/18, VI ZR 654/15).",
            "repair and replacement at once: ways of settling are not mixed (BGH VI ZR 40/18, VI ZR 654/15).",
        )
    elif repaired and done is not None and done.invoice_gross is None and done.proven_value is None:
        _add(
            problems,
            "TK-CALC-061",
            "settlement.repair_done.invoice_gross",
            "Rechnung (invoice_gross) oder nachgewiesener Wert (proven_value) fehlt.",
            "invoice (invoice_gross) or proven value (proven_value) is missing.",
        )


def _invoice(done: RepairDone, problems: list[Problem]) -> None:
    if done.invoice_vat is None:
        return
    if done.invoice_gross is None or done.invoice_vat > done.invoice_gross:
        _more_vat("settlement.repair_done.invoice_vat", problems)


def _workshop(workshop: ReferenceWorkshop, data: CalculationInput, problems: list[Problem], numbers: Numbers) -> None:
    path = "settlement.reference_workshop"
    if workshop.paint_material is not None:
        numbers(workshop.paint_material, f"{path}.paint_material.", problems)
    known = _TRADES | set(data.rates) | {name.rpartition("_")[0] for name in data.rates if name[-1:].isdigit()}
    for name, hourly in workshop.rates.items():
        field = f"{path}.rates.{name}"
        if name not in known:
            listed = ", ".join(sorted(known)) or "-"
            de, en = (
                f"Stundensatz {show(name)} kommt in rates nicht vor ({listed}).",
                f"{show(name)} is not in rates ({listed}).",
            )
            _add(problems, "TK-CALC-063", field, de, en)
        if type(hourly) is not Decimal or not Decimal("0.01") <= hourly <= Decimal("999.99"):
            _add(problems, "TK-CALC-011", field, "0,01 … 999,99 EUR/h.", "0.01 … 999.99 EUR/h.")
    if not workshop.name.strip():
        de, en = "verwiesen wird auf einen benannten Betrieb.", "a reference names its workshop."
        _add(problems, "TK-CALC-064", f"{path}.name", de, en)
    if workshop.valid_from and workshop.valid_until and workshop.valid_from > workshop.valid_until:
        _add(problems, "TK-CALC-065", f"{path}.valid_until", "liegt vor valid_from.", "is before valid_from.")
