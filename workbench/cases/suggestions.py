"""From findings on photos to proposed lines, and from vehicle and claim to the frame of a calculation. Pure: no database.

The same damage seen on several photos is one damage (part + side + category). Each line carries the reason it is there and the
findings it stands on; what cannot be priced is said, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from calculation.model import (
    Alternative,
    CalculationInput,
    DentLine,
    Header,
    IncidentalLine,
    LabourLine,
    PaintLine,
    Parameters,
    PartLine,
    Settlement,
    Text,
    Vehicle,
)
from cv_models.damage.scale import Size
from pricing_tables import TableError, Tables
from workbench.cases.damages import side_of
from workbench.cases.suggested_lines import FindingLines, Place
from workbench.cases.treatment import BUMPERS, CATEGORY_NAMES, Treatment, severity_by_share, treat

MIN_SCORE: Final = Decimal("0.25")


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionFinding:
    """One region of damage, as the detector or a person marked it.

    Attributes:
        id: of the finding.
        photo_id: of its photo.
        category: damage class of ``cv_models.findings``.
        part, side, severity: None where unsure.
        score: 0 to 1 as decimal; 1 for a finding of a person.
        size_share: share of the part's area that is damaged, where known.
        confirmed: a person confirmed it.
        photo_share: share of the photo's area that the region covers, 0 to 1.
        photo_role: role of the photo; on one of the whole vehicle the share stands in for an unknown severity.
        damage_key: findings with the same key show the same damage (``workbench.cases.damages``).
        size: in millimetres, where a scale is visible on the photo.
    """

    id: str
    photo_id: str
    category: str
    part: str | None = None
    side: str | None = None
    severity: str | None = None
    score: Decimal = Decimal(1)
    size_share: Decimal | None = None
    confirmed: bool = False
    photo_share: Decimal | None = None
    photo_role: str | None = None
    damage_key: str | None = None
    size: Size | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleFacts:
    """What is known of the vehicle, mostly read from its registration document; None = unknown.

    Attributes:
        make, model, vin, hsn, tsn, plate: header.
        first_registration: date.
        power_kw, mass_kg, length_mm, height_mm: for the segment.
        mileage_km: odometer.
        list_price: gross price when new, if somebody stated it.
        segment: if somebody stated it.
        paint_code, paint_layers: for paint.
    """

    make: str = ""
    model: str = ""
    vin: str = ""
    hsn: str = ""
    tsn: str = ""
    plate: str = ""
    first_registration: date | None = None
    power_kw: int | None = None
    mass_kg: int | None = None
    length_mm: int | None = None
    height_mm: int | None = None
    mileage_km: int | None = None
    list_price: Decimal | None = None
    segment: str | None = None
    paint_code: str = ""
    paint_layers: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFacts:
    """What is known of the claim.

    Attributes:
        regime: kasko or liability.
        claim_number: printed.
        cover: full or partial own-damage cover.
        loss_date: day of the damage.
        excess: Kasko; None = unknown.
        quota: liability share, 0 to 1.
        postcode: for the hourly rates.
        leased, financed: None = unknown.
        input_tax_deduction: claimant deducts input tax.
        author: who calculates.
    """

    regime: Literal["kasko", "liability"]
    claim_number: str = ""
    cover: Literal["partial", "full"] | None = None
    loss_date: date | None = None
    excess: Decimal | None = None
    quota: Decimal = Decimal(1)
    postcode: str | None = None
    leased: bool | None = None
    financed: bool | None = None
    input_tax_deduction: bool = False
    author: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedLines:
    """Proposed lines, and what could not be proposed.

    Attributes:
        parts, labour, paint, dents, incidentals: lines with origin ``suggested``, reason and finding ids.
        alternatives: what replacing each repaired part would cost, for the check of repair against replacement.
        notes: findings without part, parts without price, assumptions; they become amber flags of the calculation.
    """

    parts: tuple[PartLine, ...] = ()
    labour: tuple[LabourLine, ...] = ()
    paint: tuple[PaintLine, ...] = ()
    dents: tuple[DentLine, ...] = ()
    incidentals: tuple[IncidentalLine, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    notes: tuple[Text, ...] = ()


def segment_of(vehicle: VehicleFacts) -> tuple[str, Text | None]:
    """Segment of the vehicle and, where it was not certain, the assumption in words.

    Height and mass tell an SUV, length tells the class; mass and power stand in for a missing length; nothing known: compact.
    """
    if vehicle.segment is not None:
        return vehicle.segment, None
    length, height, mass, power = vehicle.length_mm, vehicle.height_mm, vehicle.mass_kg, vehicle.power_kw
    if height is not None and height >= 1580 and (mass is None or mass >= 1300):
        return "suv", None
    if length is not None:
        return ("small" if length < 4100 else "compact" if length < 4550 else "middle"), None
    if mass is not None:
        found = "small" if mass < 1150 else "compact" if mass < 1480 else "middle"
        return found, Text(
            f"Segment aus der Masse {mass} kg geschätzt: {found}.", f"Segment estimated from mass {mass} kg: {found}."
        )
    if power is not None:
        found = "small" if power < 65 else "compact" if power < 115 else "middle"
        return found, Text(
            f"Segment aus der Leistung {power} kW geschätzt: {found}.", f"Segment estimated from {power} kW: {found}."
        )
    return "compact", Text("Segment unbekannt, Kompaktklasse angenommen.", "Segment unknown, compact class assumed.")


def base_input(vehicle: VehicleFacts, claim: ClaimFacts, tables: Tables, day: date) -> CalculationInput:
    """The frame of a calculation: parameters, rates, policy, vehicle and tables of the day, without lines.

    Args:
        vehicle: as read or stated.
        claim: as reported.
        tables: of the price date.
        day: price date; the VAT rate is that of the same day.

    Raises:
        TableError: when a table that every calculation needs is missing.
    """
    segment, assumption = segment_of(vehicle)
    assumptions = [assumption] if assumption is not None else []
    list_price, assumed = vehicle.list_price, False
    if list_price is None:
        list_price, assumed = tables.list_price(segment).value, True
        shown = f"{list_price:,.2f}"
        german = shown.replace(",", " ").replace(".", ",").replace(" ", ".")
        assumptions.append(
            Text(
                f"Listenpreis unbekannt, {german} EUR für die Frühwarnung angenommen.",
                f"List price unknown, EUR {shown} assumed for the early warning.",
            )
        )
    if claim.regime == "kasko" and claim.excess is None:
        assumptions.append(Text("Selbstbeteiligung unbekannt, 0 EUR angesetzt.", "Excess unknown, 0 EUR taken."))
    rates, region = tables.hourly_rates(claim.postcode)
    return CalculationInput(
        header=Header(
            claim_number=claim.claim_number,
            plate=vehicle.plate,
            vin=vehicle.vin,
            hsn=vehicle.hsn,
            tsn=vehicle.tsn,
            make=vehicle.make,
            model=vehicle.model,
            paint_code=vehicle.paint_code,
            paint_layers=vehicle.paint_layers,
            rate_set=region,
            author=claim.author,
        ),
        parameters=Parameters(
            price_date=day,
            supply_date=day,
            vat_rate=tables.vat_rate(day).value,
            small_parts_percent=tables.markup("small_parts_percent", claim.regime).value,
            upe_markup_percent=tables.markup("upe_markup_percent", claim.regime).value,
            units_per_hour={"AW": Decimal(10), "ZE": Decimal(100)},
            paint_material=tables.paint_material(),
            dent_setup_hours=tables.dent_value("setup_hours").value,
        ),
        rates=rates,
        settlement=Settlement(
            regime=claim.regime,
            cover=claim.cover,
            excess=(claim.excess or Decimal("0.00")) if claim.regime == "kasko" else Decimal("0.00"),
            quota=claim.quota if claim.regime == "liability" else Decimal(1),
            loss_date=claim.loss_date,
            leased=claim.leased,
            financed=claim.financed,
            input_tax_deduction=claim.input_tax_deduction,
        ),
        policy=tables.policy(day),
        vehicle=Vehicle(
            segment=segment,
            list_price=list_price,
            list_price_assumed=assumed,
            first_registration=vehicle.first_registration,
            mileage_km=vehicle.mileage_km,
        ),
        value_band=tables.value_band(),
        table_references=tables.references,
        assumptions=tuple(assumptions),
    )


def merge(findings: Iterable[SuggestionFinding]) -> tuple[list[Place], list[SuggestionFinding]]:
    """Findings by part and side, and those without a part.

    A finding that names no part belongs to the part of its damage, and on a close-up to the only damaged part, where there is only one.
    A finding without a side joins the only side on which the same part is damaged; where both sides are, it is priced with neither, for
    it shows one of them again. Findings under the score floor count only when a person confirmed them.
    """
    kept = [f for f in findings if f.confirmed or f.score >= MIN_SCORE]
    places: dict[tuple[str, str | None], list[SuggestionFinding]] = {}
    for finding in kept:
        if finding.part is not None:
            places.setdefault((finding.part, side_of(finding.part, finding.side)), []).append(finding)
    unsided: list[SuggestionFinding] = []
    for part, side in list(places):
        sides = [other for name, other in places if name == part and other is not None]
        if side is None and len(sides) == 1:
            places[part, sides[0]].extend(places.pop((part, None)))
        elif side is None and len(sides) == 2:
            unsided += places.pop((part, None))
    made = [
        Place(part=part, side=side, findings=tuple(sorted(group, key=lambda f: f.id)))
        for (part, side), group in sorted(places.items(), key=lambda item: (item[0][0], item[0][1] or ""))
    ]
    loose = sorted((*(f for f in kept if f.part is None), *unsided), key=lambda f: (f.category, f.id))
    homes = {f.damage_key: (f.part, side_of(f.part, f.side)) for f in kept if f.part is not None and f.damage_key}
    joined: dict[tuple[str, str | None], list[SuggestionFinding]] = {}
    for finding in list(loose):
        home = _home(finding, homes, made)
        if home is not None:
            joined.setdefault((home.part, home.side), []).append(finding)
            loose.remove(finding)
    return [replace(p, close_ups=tuple(joined.get((p.part, p.side), ()))) for p in made], loose


def _home(
    finding: SuggestionFinding, homes: Mapping[str, tuple[str, str | None]], places: Sequence[Place]
) -> Place | None:
    """The part on which a finding without part sits: that of its damage, or the only one that is damaged."""
    part, side = homes.get(finding.damage_key or "", (None, None))
    found = [p for p in places if p.part == part and (side is None or p.side == side)]
    if len(found) == 1:
        return found[0]
    return places[0] if len(places) == 1 and finding.photo_role == "damage" else None


def _treatment(part: str, finding: SuggestionFinding) -> Treatment:
    if finding.severity is not None:
        return treat(part, finding.category, finding.severity, finding.size_share, size=finding.size)
    guess = severity_by_share(finding.photo_share, finding.photo_role)
    return treat(part, finding.category, guess, finding.size_share, guessed=True, size=finding.size)


def best_treatment(place: Place) -> Treatment:
    """What one part needs: the heaviest of what its findings need, seen together."""
    best = max(
        ((_treatment(place.part, f), f.id) for f in place.findings),
        key=lambda pair: (pair[0].rank, pair[0].uncertain, pair[1]),
    )[0]
    if best.kind == "press" and any(f.category != "dent" for f in place.findings):
        # A dent whose paint is hurt cannot be pressed without paint.
        return treat(place.part, "dent", "moderate")
    if (
        best.paint_level == "spot"
        and len({f.damage_key or f.id for f in place.findings}) > 1
        and place.part not in BUMPERS
    ):
        return treat(place.part, "scratch", "minor", guessed=best.uncertain)
    return best


def suggest(
    findings: Sequence[SuggestionFinding],
    vehicle: VehicleFacts,
    tables: Tables,
    *,
    regime: Literal["kasko", "liability"] = "kasko",
) -> SuggestedLines:
    """Proposed lines for the findings of one case.

    Args:
        findings: of all photos, rejected ones left out.
        vehicle: decides the segment.
        tables: of the price date.
        regime: liability also proposes the transfer to the paint shop.

    Returns:
        Lines with stable ids: the same findings give the same lines.
    """
    segment, _ = segment_of(vehicle)
    places, loose = merge(findings)
    maker = FindingLines(tables, segment)
    for place in places:
        try:
            maker.add(place, best_treatment(place))
        except TableError as error:
            maker.note(f"{place.label[0]}: {error.message_de}", f"{place.label[1]}: {error.message_en}")
    for finding in loose:
        lacks = ("Bauteil", "a part") if finding.part is None else ("Seite", "a side")
        name = CATEGORY_NAMES.get(finding.category, (finding.category,) * 2)
        maker.note(
            f"Befund „{name[0]}“ ohne {lacks[0]}: bitte zuordnen.",
            f"Finding “{name[1]}” without {lacks[1]}: please assign it.",
        )
    maker.preparation()
    maker.hidden()
    if regime == "liability":
        maker.transfer()
    return SuggestedLines(
        parts=tuple(maker.parts),
        labour=maker.labour_lines(),
        paint=tuple(maker.paint),
        dents=tuple(maker.dents),
        incidentals=tuple(maker.incidentals),
        alternatives=maker.alternatives(),
        notes=tuple(maker.notes),
    )


def with_lines(frame: CalculationInput, lines: SuggestedLines) -> CalculationInput:
    """The calculation with the proposed lines; their notes become assumptions of the calculation."""
    return replace(
        frame,
        parts=lines.parts,
        labour=lines.labour,
        paint=lines.paint,
        dents=lines.dents,
        incidentals=lines.incidentals,
        alternatives=lines.alternatives,
        assumptions=(*frame.assumptions, *lines.notes),
    )
