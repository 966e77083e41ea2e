"""From the rows of a case to a calculation input: facts of vehicle and claim, findings, tables of the day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, cast
from zoneinfo import ZoneInfo

from calculation import input_to_json
from cv_models.damage.scale import Size
from pricing_tables import TableError, tables_on
from workbench.cases.suggestions import (
    ClaimFacts,
    SuggestionFinding,
    VehicleFacts,
    base_input,
    suggest,
    with_lines,
)
from workbench.cases.vehicle import vehicle_of
from workbench.errors import TelekalkError
from workbench.settings import get_settings
from workbench.store.models import Case, Finding, Photo

if TYPE_CHECKING:
    from workbench.cases.builder import CaseRows


def today() -> date:
    """The day on which prices are taken, in the office's time zone."""
    return datetime.now(ZoneInfo(get_settings().time_zone)).date()


def _number(value: str | None) -> int | None:
    plain = (value or "").split("/")[0].strip().replace(".", "")
    return int(plain) if plain.isdigit() and len(plain) < 7 else None


def vehicle_facts(fields: dict[str, str | None], case: Case) -> VehicleFacts:
    """What the suggestions must know of the vehicle."""
    known = vehicle_of(fields, case.odometer_km)
    return VehicleFacts(
        make=known.make or "",
        model=known.model or "",
        vin=known.vin or "",
        hsn=known.hsn or "",
        tsn=known.tsn or "",
        plate=known.plate or case.plate or "",
        first_registration=known.first_registration,
        power_kw=known.power_kw,
        mass_kg=_number(fields.get("G")),
        length_mm=_number(fields.get("18")),
        height_mm=_number(fields.get("20")),
        mileage_km=case.odometer_km,
    )


def claim_facts(case: Case) -> ClaimFacts:
    """What the frame of the calculation must know of the claim."""
    free = False if case.leased_or_financed is False else None
    return ClaimFacts(
        regime=cast("Literal['kasko', 'liability']", case.regime),
        claim_number=case.claim_number,
        cover=cast("Literal['partial', 'full'] | None", case.coverage),
        loss_date=case.loss_date,
        excess=case.excess,
        quota=case.quota_percent / Decimal(100),
        postcode=case.postcode,
        leased=free,
        financed=free,
        input_tax_deduction=case.input_tax_deductible,
    )


def suggestion_findings(rows: list[Finding], photos: Mapping[str, Photo]) -> list[SuggestionFinding]:
    """The findings as the suggestions take them; what a person has rejected is left out."""
    return [
        SuggestionFinding(
            id=row.id,
            photo_id=row.photo_id,
            category=row.category,
            part=row.part,
            side=row.side,
            severity=row.severity,
            score=row.score if row.score is not None else Decimal(1),
            confirmed=row.status in {"confirmed", "edited"},
            photo_share=_share(row.box, photos.get(row.photo_id)),
            photo_role=photos[row.photo_id].role if row.photo_id in photos else None,
            damage_key=row.damage_key,
            size=Size.from_json(row.size),
        )
        for row in rows
        if row.status != "rejected"
    ]


def _share(box: Sequence[Any], photo: Photo | None) -> Decimal | None:
    """Share of the photo that a box [x, y, width, height] covers."""
    if photo is None or not photo.width or not photo.height or len(box) != 4:
        return None
    return Decimal(round(box[2])) * Decimal(round(box[3])) / (photo.width * photo.height)


def make_draft(case: Case, rows: CaseRows) -> dict[str, Any]:
    """A calculation input with suggested lines, as JSON.

    Raises:
        TelekalkError: the code of the tables when one that every calculation needs is missing.
    """
    fields: dict[str, str | None] = defaultdict(lambda: None, {field.code: field.value for field in rows.fields})
    vehicle, claim, day = vehicle_facts(fields, case), claim_facts(case), today()
    try:
        tables = tables_on(day)
        frame = base_input(vehicle, claim, tables, day)
        lines = suggest(
            suggestion_findings(list(rows.findings), {photo.id: photo for photo in rows.photos}),
            vehicle,
            tables,
            regime=claim.regime,
        )
    except TableError as problem:
        raise TelekalkError(problem.code, problem.message_de, problem.message_en, status=500) from problem
    return input_to_json(with_lines(frame, lines))
