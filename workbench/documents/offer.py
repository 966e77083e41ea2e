"""The settlement offer as a PDF/A: a letter in plain language with the calculation, its derivation and the photos."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

import typst

from workbench.documents.formats import Language
from workbench.documents.page_model import page_model
from workbench.documents.regions import Region
from workbench.errors import TelekalkError

PDF_STANDARD: Literal["a-3b"] = "a-3b"
_TEMPLATE = Path(__file__).with_name("offer.typ")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who makes the offer.

    Attributes:
        name: The insurer's name, also the letter's head.
        address: Address lines.
        contact: Telephone, e-mail and the like, one line each, for the letter's head.
        phone: The number that a customer calls with questions, or to accept or decline by voice.
    """

    name: str = "Musterversicherung AG (Demonstration)"
    address: tuple[str, ...] = ("Beispielallee 1", "00000 Musterstadt")
    contact: tuple[str, ...] = ("SchadenServiceCenter", "Telefon 0000 000 000")
    phone: str = "0000 000 000"


@dataclass(frozen=True, slots=True)
class OfferPhoto:
    """A photo of the annex.

    Attributes:
        content: the picture file (JPEG, PNG or WebP), upright, any size; it is printed 900 pixels wide.
        caption: what it shows, e.g. "Fahrzeug vorn rechts".
        regions: damage regions; their numbers count through all photos of the offer.
        size: width and height in pixels that the regions refer to; the picture's own when left out.
    """

    content: bytes
    caption: str
    regions: tuple[Region, ...] = ()
    size: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class OfferDocument:
    """Everything that an offer says. The same document always gives the same bytes.

    Attributes:
        number: number of the offer, e.g. "A-2026-000123-1".
        claim_number: the claim.
        issued_on: day of issue; also the PDF's date.
        valid_until: last day on which it can be accepted.
        calculation_input: the draft as JSON of :mod:`calculation.serialise`.
        calculation_result: its result as JSON, with the derivation (``explain``).
        recipient: name and address lines.
        salutation_name: the name to greet; empty gives a neutral greeting.
        vehicle: label and value pairs for the calculation sheet (make, VIN, first registration …).
        plate: the plate.
        expert: name of the expert who decided.
        accept_url: address at which the customer accepts or declines; empty before the offer is sent.
        flags: title and reason of each flag of the case, in the reader's language.
        photos: photos with their regions.
        language: language of the letter.
        draft: prints a mark across each page and says that it is no offer yet.
        demonstration: the case is a demonstration; said in the footer.
        sender: who makes the offer.
    """

    number: str
    claim_number: str
    issued_on: date
    valid_until: date
    calculation_input: Mapping[str, Any]
    calculation_result: Mapping[str, Any]
    recipient: tuple[str, ...] = ()
    salutation_name: str = ""
    vehicle: tuple[tuple[str, str], ...] = ()
    plate: str = ""
    expert: str = ""
    accept_url: str = ""
    flags: tuple[tuple[str, str], ...] = ()
    photos: tuple[OfferPhoto, ...] = ()
    language: Language = "de"
    draft: bool = False
    demonstration: bool = False
    sender: Sender = field(default_factory=Sender)


def render_offer(document: OfferDocument) -> bytes:
    """Return the offer as a PDF/A-3b; byte for byte the same for the same document.

    The calculation is attached to the PDF as ``calculation.json`` (what ``telekalk calculate`` takes), so that
    whoever holds the offer can have it calculated again.

    Raises:
        TelekalkError: TK-DOC-001, the type-setter refused the document (a fault of ours).
    """
    model, pictures = page_model(document)
    with tempfile.TemporaryDirectory(prefix="telekalk-offer-") as folder:
        root = Path(folder)
        # The template is copied beside its data: the type-setter may read this folder and nothing else.
        (root / "offer.typ").write_bytes(_TEMPLATE.read_bytes())
        (root / "data.json").write_text(json.dumps(model, ensure_ascii=False, sort_keys=True), encoding="utf-8")
        attached = json.dumps(document.calculation_input, ensure_ascii=False, sort_keys=True, indent=1)
        (root / "calculation.json").write_text(attached + "\n", encoding="utf-8")
        for name, content in pictures.items():
            (root / name).write_bytes(content)
        try:
            return bytes(
                typst.compile(
                    root / "offer.typ",
                    root=root,
                    format="pdf",
                    ignore_system_fonts=True,
                    pdf_standards=PDF_STANDARD,
                )
            )
        except (RuntimeError, typst.TypstError) as error:
            raise TelekalkError(
                "TK-DOC-001",
                "Das Angebot konnte nicht gesetzt werden.",
                "The offer could not be type-set.",
                status=500,
                remedy_de="Bitte melden Sie den Vorgang der Administration.",
                remedy_en="Please report the case to the administrators.",
            ) from error
