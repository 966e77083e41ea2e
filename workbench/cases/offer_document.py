"""The content of the offer document, put together from a case."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from workbench.cases.builder import CaseRows
from workbench.cases.views import CaseView
from workbench.cases.words import CATEGORY_DE, ROLE_DE, VIEW_DE, part_de
from workbench.documents.offer import OfferDocument, OfferPhoto
from workbench.documents.regions import Region
from workbench.settings import get_settings
from workbench.store import photos as store
from workbench.store.models import Case

_MOST_PHOTOS = 12
_ON_SHEET = ("D.1", "D.3", "E", "2.1", "2.2", "B", "R")


def offer_document(
    case: Case,
    rows: CaseRows,
    view: CaseView,
    version: int,
    expert: str,
    *,
    issued: datetime,
    valid_until: datetime,
    draft: bool,
) -> OfferDocument:
    """Everything that the offer of a case says.

    Args:
        case: The case's row.
        rows: Its photos, fields and findings.
        view: The view with draft and explained result.
        version: Number of the offer within the case.
        expert: Name of the expert who decides.
        issued: Moment of issue.
        valid_until: Moment until which it can be accepted.
        draft: Whether it is a preview.
    """
    zone = ZoneInfo(get_settings().time_zone)
    if view.draft is None or view.result is None:
        raise ValueError("an offer needs a calculation")
    fields = {field["code"]: field for field in view.vehicle_fields}
    address = fields.get("C.1.3", {}).get("value")
    recipient = [part for part in (case.holder_name, *(address or "").split("\n")) if part]
    return OfferDocument(
        number=f"{case.claim_number}-{version}",
        claim_number=case.claim_number,
        issued_on=issued.astimezone(zone).date(),
        valid_until=valid_until.astimezone(zone).date(),
        calculation_input=view.draft,
        calculation_result=view.result,
        recipient=tuple(recipient),
        salutation_name=case.holder_name or "",
        vehicle=tuple(
            (fields[code]["label"], str(fields[code]["value"]))
            for code in _ON_SHEET
            if fields.get(code, {}).get("value")
        ),
        plate=case.plate or fields.get("A", {}).get("value") or "",
        expert=expert,
        accept_url="" if draft else f"{get_settings().customer_url}/c",
        # A sent letter speaks of what the customer must know; checks for the expert stay at the desk.
        flags=tuple((flag["title"], flag["reason"]) for flag in case.flags if flag["level"] != "info") if draft else (),
        photos=_photos(rows),
        draft=draft,
        demonstration=case.demo,
    )


def regions_by_photo(rows: CaseRows) -> dict[str, list[Region]]:
    """Photo id -> its regions of damage; the numbers count through the whole case."""
    regions: dict[str, list[Region]] = {}
    number = 0
    for finding in rows.findings:
        if finding.status == "rejected":
            continue
        number += 1
        label = " ".join(
            part
            for part in (CATEGORY_DE.get(finding.category, finding.category), part_de(finding.part, finding.side))
            if part
        )
        x, y, width, height = finding.box
        outline = tuple((px, py) for px, py in finding.polygon) if finding.polygon else None
        regions.setdefault(finding.photo_id, []).append(Region(number, label, (x, y, width, height), outline))
    return regions


def _photos(rows: CaseRows) -> tuple[OfferPhoto, ...]:
    """Photos with regions first come first; the document stays out of the letter: it shows more than is needed."""
    regions = regions_by_photo(rows)
    shown = [photo for photo in rows.photos if photo.role != "registration_document"]
    shown.sort(key=lambda photo: (photo.id not in regions, photo.position))
    return tuple(
        OfferPhoto(
            content=store.path(photo.sha256, "view").read_bytes(),
            caption=", ".join(
                word for word in (ROLE_DE.get(photo.role or "", "Foto"), VIEW_DE.get(photo.view or "", "")) if word
            ),
            regions=tuple(regions.get(photo.id, ())),
            size=(photo.width, photo.height),
        )
        for photo in shown[:_MOST_PHOTOS]
    )


def document_json(document: OfferDocument) -> dict[str, Any]:
    """The content as plain values, without the pictures' bytes."""
    return {
        "number": document.number,
        "claim_number": document.claim_number,
        "issued_on": document.issued_on.isoformat(),
        "valid_until": document.valid_until.isoformat(),
        "recipient": list(document.recipient),
        "vehicle": [list(pair) for pair in document.vehicle],
        "plate": document.plate,
        "expert": document.expert,
        "flags": [list(pair) for pair in document.flags],
        "photos": [
            {"caption": photo.caption, "regions": [region.label for region in photo.regions]}
            for photo in document.photos
        ],
        "draft": document.draft,
        "demonstration": document.demonstration,
    }
