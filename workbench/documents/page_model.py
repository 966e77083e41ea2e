"""Everything the offer prints, as plain display strings: what the type-setter gets instead of the document's objects."""

from __future__ import annotations

import contextlib
import io
import re
from typing import TYPE_CHECKING, Any

from PIL import Image

from workbench.documents.derivation import derivation_groups
from workbench.documents.formats import Language, day, money, short_day
from workbench.documents.letter import payout_steps
from workbench.documents.regions import as_jpeg, draw_regions
from workbench.documents.settlement_tables import settlement_tables
from workbench.documents.sheet import Sheet
from workbench.documents.text import printable
from workbench.documents.words import WORDS

if TYPE_CHECKING:
    from workbench.documents.offer import OfferDocument

PHOTO_WIDTH = 900
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def page_model(document: OfferDocument) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the page model (JSON-able) and the picture files that it names.

    Every text that comes from outside has been through :func:`workbench.documents.text.printable`.
    """
    language = document.language
    words = WORDS[language]
    result = document.calculation_result
    sheet = Sheet(document.calculation_input, result, language)
    settlement = result["settlement"]
    number, claim = printable(document.number, limit=40), printable(document.claim_number, limit=40)
    sender = printable(document.sender.name, limit=60)
    payout = money(settlement["payout"], language)
    until = day(document.valid_until, language)
    plate = printable(document.plate, limit=20)
    photos, pictures = _photos(document)
    regime = "kasko" if settlement["regime"] == "kasko" else "liability"
    footer = words["footer"].format(number=number, claim=claim)
    facts = [[printable(label, limit=40), _fact(value, language)] for label, value in document.vehicle]
    model: dict[str, Any] = {
        "lang": language,
        "words": {"page": words["page"], "of": words["of"]},
        "title": words["draft_title" if document.draft else "title"].format(number=number),
        "date": {
            "year": document.issued_on.year,
            "month": document.issued_on.month,
            "day": document.issued_on.day,
        },
        "attachment": words["sheet_title"],
        "watermark": words["watermark"] if document.draft else None,
        "footer": footer + (words["footer_demo"] if document.demonstration else ""),
        "sender": {
            "name": sender,
            "contact": [printable(line, limit=60) for line in document.sender.contact],
            "return_line": " · ".join([sender, *(printable(line, limit=60) for line in document.sender.address)]),
        },
        "recipient": [printable(line, limit=60) for line in document.recipient],
        "info": [
            pair
            for pair in (
                [words["info_offer"], number],
                [words["info_claim"], claim],
                [words["info_plate"], plate],
                [words["info_date"], short_day(document.issued_on, language)],
                [words["info_valid"], short_day(document.valid_until, language)],
            )
            if pair[1]
        ],
        "subject": words["subject"].format(payout=payout),
        "greeting": (
            words["greeting"].format(name=printable(document.salutation_name, limit=80))
            if document.salutation_name
            else words["greeting_plain"]
        ),
        "intro": [words["intro"]],
        "amount_label": words["amount_label"],
        "amount": payout,
        "amount_note": words["amount_note"],
        "steps_title": words["steps_title"],
        "steps": payout_steps(result, language),
        "accept_title": words["accept_title"],
        "accept": _accept(document, until),
        "closing": words["closing"],
        "signature": [printable(document.expert, limit=80), words["expert_role"]] if document.expert else [sender],
        "legal": [words["legal_hidden"], words["legal_law"].format(law=words[f"law_{regime}"])],
        "sheet": {
            **sheet.model(),
            "facts": [*facts, *sheet.parameter_facts()],
            "settlement": settlement_tables(result, language),
            "flags_title": words["flags_title"],
            "flags": [[printable(title, limit=120), printable(reason, limit=500)] for title, reason in document.flags],
        },
        "derivation": {
            "title": words["derivation_title"],
            "intro": words["derivation_intro"],
            "groups": derivation_groups(result.get("derivation") or {}, language),
        },
        "photos": {"title": words["photos_title"], "intro": words["photos_intro"], "items": photos},
    }
    return model, pictures


def _fact(value: str, language: Language) -> str:
    """A fact of the vehicle; a day in ISO form is written as people write days."""
    if _ISO_DAY.fullmatch(value):
        with contextlib.suppress(ValueError):
            return short_day(value, language)
    return printable(value, limit=80)


def _accept(document: OfferDocument, until: str) -> list[str]:
    words = WORDS[document.language]
    if document.draft:
        return [words["accept_draft"]]
    phone = printable(document.sender.phone, limit=40)
    how = words["accept_link" if document.accept_url else "accept_nolink"]
    return [
        how.format(url=printable(document.accept_url, limit=200), until=until),
        words["accept_decline"].format(phone=phone),
    ]


def _photos(document: OfferDocument) -> tuple[list[dict[str, Any]], dict[str, bytes]]:
    words = WORDS[document.language]
    items: list[dict[str, Any]] = []
    pictures: dict[str, bytes] = {}
    for index, photo in enumerate(document.photos, start=1):
        with Image.open(io.BytesIO(photo.content)) as opened:
            drawn = draw_regions(opened, photo.regions, size=photo.size, width=PHOTO_WIDTH)
        name = f"photo-{index}.jpg"
        pictures[name] = as_jpeg(drawn, quality=78)
        caption = printable(photo.caption, limit=100)
        findings = [[str(region.number), printable(region.label, limit=120)] for region in photo.regions]
        items.append(
            {
                "file": name,
                "caption": caption,
                "findings": findings,
                "alt": "; ".join(
                    [caption, *(label for _, label in findings)] if findings else [caption, words["photos_none"]]
                ),
            }
        )
    return items, pictures
