"""Reference to a cheaper workshop (Verweisung): its guards, and the sheet recalculated at its terms."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from calculation.gathered import Gathered
from calculation.lines import gather
from calculation.model import CalculationInput, IncidentalLine, Rate, ReferenceWorkshop, Text
from calculation.money import ZERO, round2
from calculation.result import Reason, ReferenceResult, Totals
from calculation.sheet import totals

#: Up to this age in months at the day of loss nobody has to accept another workshop (BGH VI ZR 53/09).
PROTECTED_MONTHS = 36
_FREE = "BGH VI ZR 53/09, 20.10.2009"
_KASKO = "BGH IV ZR 426/14, 11.11.2015"


def months_after(start: date, months: int) -> date:
    """The day ``months`` later; a day that the month does not have becomes its last."""
    index = start.month - 1 + months
    year, month = start.year + index // 12, index % 12 + 1
    if year > date.max.year:
        return date.max
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def age_protects(first_registration: date, on: date) -> bool:
    """Whether the car is at most 36 months old on the day: the day itself still counts."""
    return on <= months_after(first_registration, PROTECTED_MONTHS)


@dataclass(frozen=True, slots=True)
class Guards:
    """Outcome of the guards: what blocks, what is not known, and whether brand prices are owed because of the car itself."""

    blocked: tuple[Reason, ...]
    unknown: tuple[Reason, ...]
    brand_price_owed: bool


def guards(data: CalculationInput) -> Guards:
    """Check every guard of the reference. An unknown age blocks: the insurer would have to prove it."""
    workshop, settlement = data.settlement.reference_workshop, data.settlement
    assert workshop is not None
    kasko = settlement.regime == "kasko"
    source = _KASKO if kasko else _FREE
    blocked, unknown = _car(data, source)
    owed = any(r.code in {"vehicle_up_to_36_months", "brand_serviced", "only_brand_workshop"} for r in blocked)
    if workshop.kind == "regional_mean":
        blocked.append(
            Reason(
                "regional_mean",
                Text(
                    "ein statistischer Mittelwert ist keine Werkstatt; verwiesen werden kann nur auf einen konkreten Betrieb",
                    "a statistical mean is no workshop; a reference needs one concrete workshop",
                ),
                "BGH VI ZR 398/02, 29.04.2003",
            )
        )
    else:
        _quality(workshop, kasko, blocked, unknown)
        _way(data, workshop, blocked, unknown)
    day = settlement.fulfilment_date or data.parameters.price_date
    if (workshop.valid_from and day < workshop.valid_from) or (workshop.valid_until and day > workshop.valid_until):
        blocked.append(
            Reason(
                "not_valid",
                Text(
                    f"Preise der Werkstatt gelten am {day:%d.%m.%Y} nicht",
                    f"its prices are not valid on {day.isoformat()}",
                ),
            )
        )
    return Guards(tuple(blocked), tuple(unknown), owed)


def _car(data: CalculationInput, source: str) -> tuple[list[Reason], list[Reason]]:
    """Guards that lie in the car: in Kasko they are the three alternatives under which brand prices are owed."""
    vehicle, settlement = data.vehicle, data.settlement
    kasko = settlement.regime == "kasko"
    blocked: list[Reason] = []
    unknown: list[Reason] = []
    day = settlement.loss_date or data.parameters.price_date
    if vehicle.first_registration is None:
        text = Text(
            "Erstzulassung ist nicht angegeben; das Alter ist nicht geprüft",
            "first registration unknown; age not checked",
        )
        (unknown if kasko else blocked).append(Reason("age_unknown", text, source))
    elif age_protects(vehicle.first_registration, day):
        blocked.append(
            Reason(
                "vehicle_up_to_36_months",
                Text(
                    f"Erstzulassung {vehicle.first_registration:%d.%m.%Y}: am {day:%d.%m.%Y} höchstens 36 Monate alt",
                    f"first registered {vehicle.first_registration.isoformat()}: at most 36 months old on {day.isoformat()}",
                ),
                source,
            )
        )
    if vehicle.brand_serviced:
        text = Text(
            "stets in Markenwerkstätten gewartet und repariert", "always serviced and repaired in brand workshops"
        )
        blocked.append(Reason("brand_serviced", text, source))
    elif vehicle.brand_serviced is None:
        text = Text(
            "ob stets in Markenwerkstätten gewartet wurde, ist nicht angegeben",
            "whether it was always serviced by the brand is not stated",
        )
        unknown.append(Reason("brand_service_unknown", text, source))
    if kasko and settlement.brand_workshop_needed:
        text = Text(
            "nur eine Markenwerkstatt kann vollständig instand setzen", "only a brand workshop can restore it fully"
        )
        blocked.append(Reason("only_brand_workshop", text, source))
    return blocked, unknown


def _quality(workshop: ReferenceWorkshop, kasko: bool, blocked: list[Reason], unknown: list[Reason]) -> None:
    if workshop.equivalent is False:
        blocked.append(Reason("not_equivalent", Text("nicht gleichwertig", "not equivalent"), _FREE))
    elif not kasko and not workshop.equivalence_evidence.strip():
        text = Text(
            "Gleichwertigkeit ist nicht belegt; der Versicherer muss sie beweisen",
            "equivalence is not proved; the insurer has to prove it",
        )
        blocked.append(Reason("equivalence_not_proved", text, _FREE))
    if workshop.original_parts is False:
        blocked.append(
            Reason("no_original_parts", Text("verwendet keine Originalteile", "does not use original parts"), _FREE)
        )
    if workshop.special_insurer_price:
        text = Text(
            "Sonderpreise nur für diesen Versicherer; verlangt sind allgemein zugängliche Preise",
            "special prices for this insurer alone; generally available prices are required",
        )
        blocked.append(Reason("special_insurer_price", text, "BGH VI ZR 53/09; VI ZR 65/18"))
    elif workshop.special_insurer_price is None:
        text = Text(
            "ob die Preise allgemein zugänglich sind, ist nicht angegeben",
            "whether the prices are generally available is not stated",
        )
        unknown.append(Reason("prices_availability_unknown", text))


def _way(data: CalculationInput, workshop: ReferenceWorkshop, blocked: list[Reason], unknown: list[Reason]) -> None:
    bound = data.policy.reference_max_km
    if workshop.easily_reachable is False:
        blocked.append(Reason("not_reachable", Text("nicht mühelos erreichbar", "not easily reachable"), _FREE))
    elif workshop.easily_reachable is None and workshop.distance_km is None:
        unknown.append(Reason("distance_unknown", Text("Entfernung nicht angegeben", "distance not stated"), _FREE))
    elif workshop.easily_reachable is None and workshop.distance_km is not None and workshop.distance_km > bound:
        text = Text(
            f"{workshop.distance_km} km, Richtwert bis {bound} km".replace(".", ","),
            f"{workshop.distance_km} km, policy bound {bound} km",
        )
        blocked.append(Reason("too_far", text, _FREE))


def at_workshop(data: CalculationInput) -> CalculationInput:
    """The same sheet at the workshop's terms: its rates, mark-up, paint material and transfer; what it does not name stays."""
    workshop, parameters = data.settlement.reference_workshop, data.parameters
    assert workshop is not None
    rates: dict[str, Rate] = {}
    for name, rate in data.rates.items():
        hourly = workshop.rates.get(name)
        if hourly is None:
            hourly = workshop.rates.get(name.rpartition("_")[0] if name[-1:].isdigit() else name)
        rates[name] = (
            rate if hourly is None else replace(rate, hourly=hourly, label=workshop.name, table=None, table_key=())
        )
    if workshop.upe_markup_percent is not None:
        parameters = replace(parameters, upe_markup_percent=workshop.upe_markup_percent)
    if workshop.paint_material is not None:
        parameters = replace(parameters, paint_material=workshop.paint_material)
    incidentals = data.incidentals
    if workshop.transfer_amount is not None:
        incidentals = _transfer(incidentals, workshop.transfer_amount)
    return replace(data, rates=rates, parameters=parameters, incidentals=incidentals)


def _transfer(lines: tuple[IncidentalLine, ...], amount: Decimal) -> tuple[IncidentalLine, ...]:
    """All transfer lines together at one amount: the first active one carries it."""
    out: list[IncidentalLine] = []
    left = amount
    for line in lines:
        if line.kind == "transfer" and line.active:
            out.append(replace(line, amount=left, rate=None, low=None, high=None))
            left = ZERO
        else:
            out.append(line)
    return tuple(out)


@dataclass(slots=True)
class Reference:
    """A reference workshop, ready for every edge of the band.

    Attributes:
        guards: found once.
        data: the input at its terms; null where a fixed offer or nothing stands in its place.
        gathered: lines of that input.

    """

    source: CalculationInput
    guards: Guards
    data: CalculationInput | None
    gathered: Gathered | None

    def sheet(self, edge: int) -> Totals | None:
        """The sheet at the workshop's terms; None where a fixed offer stands in its place."""
        if self.data is None or self.gathered is None:
            return None
        return totals(self.data, self.gathered, edge)[0]

    def result(self, report: Totals, edge: int) -> ReferenceResult:
        """Both amounts and what follows from the guards, at one edge."""
        workshop = self.source.settlement.reference_workshop
        assert workshop is not None
        found: Decimal | None = None
        if workshop.repair_net is not None:
            found = max(ZERO, round2(workshop.repair_net) - (report.net - report.net_allowed))
        else:
            sheet = self.sheet(edge)
            found = sheet.net_allowed if sheet is not None else None
        difference = ZERO if found is None else max(ZERO, report.net_allowed - found)
        status: Literal["applied", "blocked", "no_advantage"] = "applied" if difference > 0 else "no_advantage"
        return ReferenceResult(
            status="blocked" if self.guards.blocked else status,
            name=workshop.name,
            report_net=report.net_allowed,
            workshop_net=found,
            difference=difference,
            brand_price_owed=self.guards.brand_price_owed,
            blocked_by=self.guards.blocked,
            unknown=self.guards.unknown,
            decided_by=workshop.decided_by,
            decided_on=workshop.decided_on,
        )


def reference_of(data: CalculationInput) -> Reference | None:
    """The reference of a fictive settlement; None where no workshop is named. A concrete settlement has its own workshop."""
    workshop = data.settlement.reference_workshop
    if workshop is None or data.settlement.mode == "concrete":
        return None
    if workshop.repair_net is not None or not _has_terms(workshop):
        return Reference(data, guards(data), None, None)
    other = at_workshop(data)
    return Reference(data, guards(data), other, gather(other))


def _has_terms(workshop: ReferenceWorkshop) -> bool:
    return bool(workshop.rates) or any(
        term is not None for term in (workshop.paint_material, workshop.upe_markup_percent, workshop.transfer_amount)
    )
