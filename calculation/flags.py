"""Flags: what the expert must see, why, and what clears it. They look at the upper edge of the band and say so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from calculation.claim_flags import claim_flags
from calculation.derivation import number
from calculation.estimate import age_in_years, loss_day
from calculation.facts_flags import facts_flags
from calculation.model import CalculationInput, Text
from calculation.result import Flag, LimitCheck, LineResult, RepairCheck, Totals, ValueEstimate
from calculation.settled import Settled
from calculation.settlement_flags import settlement_flags
from calculation.settlement_words import LIMIT_BASES
from calculation.sheet_flags import sheet_flags
from calculation.texts import eur, flag, percent

_ORDER = {"red": 0, "amber": 1, "info": 2}


def flags(
    data: CalculationInput,
    lines: tuple[LineResult, ...],
    point: Totals,
    high: Totals,
    limit: LimitCheck,
    value: ValueEstimate | None,
    case: Settled,
    repairs: Sequence[RepairCheck] = (),
) -> tuple[Flag, ...]:
    """All flags, red first; the order inside a level is that of their codes."""
    found = [
        *_limit(limit),
        *_value(data, point, high, value),
        *_proxies(data),
        *_ownership(data),
        *settlement_flags(data, case.point),
        *claim_flags(data, point, case),
        *facts_flags(data, value),
        *sheet_flags(data, lines, point, repairs),
    ]
    return tuple(sorted(found, key=lambda f: (_ORDER[f.level], f.code, f.line_ids)))


def _limit(limit: LimitCheck) -> Iterator[Flag]:
    if not limit.over_at_upper_edge:
        return
    basis = LIMIT_BASES[limit.basis]
    three = (
        f"brutto {eur(limit.repair_gross, 'de')}, netto {eur(limit.repair_net, 'de')}, Auszahlung {eur(limit.payout, 'de')}",
        f"gross {eur(limit.repair_gross)}, net {eur(limit.repair_net)}, payout {eur(limit.payout)}",
    )
    clears = (
        "Kalkulation ändern oder den Fall aus der Sofortregulierung herausnehmen.",
        "Change the calculation or take the case out of the instant settlement.",
    )
    if limit.over:
        yield flag(
            "over_limit",
            "red",
            f"Über {eur(limit.limit, 'de')}",
            f"Over {eur(limit.limit)}",
            f"{basis.de} {eur(limit.compared, 'de')} sind mehr als {eur(limit.limit, 'de')} ({three[0]}).",
            f"{basis.en} {eur(limit.compared)} exceed {eur(limit.limit)} ({three[1]}).",
            *clears,
        )
        return
    yield flag(
        "over_limit_upper_edge",
        "amber",
        f"Kann über {eur(limit.limit, 'de')} gehen",
        f"May go over {eur(limit.limit)}",
        f"{basis.de} {eur(limit.compared, 'de')}, oberer Rand der Spanne {eur(limit.compared_high, 'de')} ({three[0]}).",
        f"{basis.en} {eur(limit.compared)}, upper edge of the band {eur(limit.compared_high)} ({three[1]}).",
        "Unsichere Positionen klären: Fotos anfordern oder Spanne begründet verengen.",
        "Settle the uncertain lines: request photos or narrow the band with a reason.",
        edge="upper",
    )


def _value(data: CalculationInput, point: Totals, high: Totals, value: ValueEstimate | None) -> Iterator[Flag]:
    """Early total-loss warning; a stated replacement value overrides the estimate."""
    stated = data.settlement.replacement
    against = stated.amount if stated is not None and stated.amount else (value.low if value is not None else None)
    if not against:
        return
    ratio, ratio_point = high.gross / against, point.gross / against
    policy = data.policy
    if ratio < policy.amber_ratio:
        return
    red = ratio >= policy.red_ratio
    threshold = policy.red_ratio if red else policy.amber_ratio
    edge: Literal["point", "upper"] = "point" if ratio_point >= threshold else "upper"
    edge_de, edge_en = (" am oberen Rand der Spanne", " at the upper edge of the band") if edge == "upper" else ("", "")
    shown = ratio_point if edge == "point" else ratio
    cost = point.gross if edge == "point" else high.gross
    if stated is not None and stated.amount:
        source = ("angegebener Wiederbeschaffungswert", "stated replacement value")
    else:
        source = ("geschätzter Fahrzeugwert, unterer Rand", "estimated value, low edge")
    yield flag(
        "likely_total_loss" if red else "check_value",
        "red" if red else "amber",
        "Wahrscheinlicher Totalschaden" if red else "Fahrzeugwert prüfen",
        "Likely total loss" if red else "Check the car's value",
        f"Reparaturkosten brutto {eur(cost, 'de')}{edge_de} sind {percent(shown, 'de')} von {eur(against, 'de')} ({source[0]}).",
        f"Repair costs gross {eur(cost)}{edge_en} are {percent(shown)} of {eur(against)} ({source[1]}).",
        "Wiederbeschaffungswert und Restwert durch den Sachverständigen angeben.",
        "State replacement and residual value (expert).",
        edge=edge,
    )


_PROXIES: tuple[tuple[str, Text], ...] = (
    ("airbag_deployed", Text("Airbag ausgelöst", "Airbag deployed")),
    ("structural_damage", Text("Tragendes Teil beschädigt", "Structural part damaged")),
    ("wheel_or_axle_hit", Text("Rad oder Achse getroffen", "Wheel or axle hit")),
    ("fluid_loss", Text("Flüssigkeit tritt aus", "Fluid loss")),
    ("not_drivable", Text("Nicht fahrbereit", "Not drivable")),
    ("flood_or_fire", Text("Wasser- oder Brandschaden", "Flood or fire")),
    ("prior_damage", Text("Vorschaden", "Prior damage")),
)


def _proxies(data: CalculationInput) -> Iterator[Flag]:
    for name, title in _PROXIES:
        if getattr(data.circumstances, name):
            yield flag(
                name,
                "red",
                title.de,
                title.en,
                "Angabe oder Befund am Fall; aus Fotos allein ist der Umfang nicht sicher zu erkennen.",
                "Stated or found in the case; photos alone do not show its extent.",
                "Klären und die Angabe zurücknehmen, oder in die klassische Regulierung geben.",
                "Settle it and take the mark back, or hand over to the classic process.",
            )
    vehicle, policy = data.vehicle, data.policy
    if vehicle.first_registration is not None:
        years = age_in_years(vehicle.first_registration, loss_day(data))
        if years >= policy.max_age_years:
            yield _old(
                "old_vehicle",
                f"{number(years)} Jahre".replace(".", ","),
                f"{number(years)} years",
                f"{policy.max_age_years}",
            )
    if vehicle.mileage_km is not None and vehicle.mileage_km >= policy.max_mileage_km:
        german = number(vehicle.mileage_km).replace(",", ".")
        yield _old("high_mileage", f"{german} km", f"{number(vehicle.mileage_km)} km", f"{policy.max_mileage_km} km")


def _old(code: str, de: str, en: str, bound: str) -> Flag:
    return flag(
        code,
        "red",
        "Altes Fahrzeug" if code == "old_vehicle" else "Hohe Laufleistung",
        "Old vehicle" if code == "old_vehicle" else "High mileage",
        f"{de} (Grenze {bound}): ein Totalschaden liegt nahe.",
        f"{en} (bound {bound}): a total loss is close.",
        "Wiederbeschaffungswert und Restwert angeben.",
        "State replacement and residual value.",
    )


def _ownership(data: CalculationInput) -> Iterator[Flag]:
    settlement = data.settlement
    for code, value, de, en in (
        ("leased", settlement.leased, "Leasingfahrzeug", "Leased vehicle"),
        ("financed", settlement.financed, "Finanziertes Fahrzeug", "Financed vehicle"),
    ):
        if value:
            yield flag(
                code,
                "red",
                de,
                en,
                "Von der Sofortregulierung ausgenommen: Eigentum oder Sicherungsübereignung liegt bei einem Dritten.",
                "Excluded from the instant settlement: a third party holds title or security ownership.",
                "Freigabe der Bank einholen und über den klassischen Weg regulieren.",
                "Obtain the bank's release and use the classic process.",
            )
    if settlement.leased is None or settlement.financed is None:
        yield flag(
            "ownership_unknown",
            "amber",
            "Eigentum ungeklärt",
            "Ownership unknown",
            "Ob das Fahrzeug geleast oder finanziert ist, ist nicht angegeben.",
            "Whether the vehicle is leased or financed is not stated.",
            "Beim Kunden erfragen und eintragen.",
            "Ask the customer and enter it.",
        )
