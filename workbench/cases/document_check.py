"""The quick look at a document while its customer is still there: can it be read, and if not, why.

A job of its own looks at the photo as soon as it is stored; the photo itself is safe whatever comes of the look. The page
asks for the verdict and shows it in the words of the reader (``cv_models.registration.WARNINGS``).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from cv_models.registration.reading import WARNINGS
from workbench.access import Actor, require
from workbench.cases.field_labels import KEY_CODES
from workbench.cases.intake import DOCUMENT_CHECK
from workbench.cases.transition import as_id
from workbench.errors import not_found
from workbench.logs import bind_case, get_logger
from workbench.store.database import session_scope
from workbench.store.models import Photo

if TYPE_CHECKING:
    from workbench.cases.looking import Looker

log = get_logger(__name__)

TASK = DOCUMENT_CHECK
#: With fewer key fields than this the expert would have to type most of it.
ENOUGH_FIELDS = 6
#: However much was read: this is not the paper that is needed.
_WRONG_PAPER = frozenset({"no_document", "other_side", "part_two", "foreign", "two_documents", "screen"})
_QUALITY = {"too_small": "photo_too_small"}
MOST_REASONS = 2


def judge(reading: Any, problems: Iterable[str] = ()) -> dict[str, Any]:
    """The verdict on one reading, as it is kept with the photo.

    Args:
        reading: a ``RegistrationReading``, or None when the reader failed.
        problems: what the quality check found on the photo.

    Returns:
        ``readable``; ``codes`` of ``WARNINGS``, the gravest first, empty when it is readable; ``plate`` as it was read
        surely, else None; ``fields``: how many key fields have a value; ``model``.
    """
    found = [code for code in getattr(reading, "warnings", ()) if code in WARNINGS]
    seen = [_QUALITY.get(problem, problem) for problem in problems]
    seen = [code for code in seen if code in WARNINGS]
    fields = getattr(reading, "fields", {}) if reading is not None and reading.found else {}
    values = {code: fields[code] for code in KEY_CODES if code in fields and fields[code].value}
    readable = len(values) >= ENOUGH_FIELDS and not _WRONG_PAPER & set(found)
    codes = list(dict.fromkeys([*found, *seen]))
    if not fields and not codes:
        codes = ["no_document"]
    elif not readable and not codes:
        codes = ["hard_to_read"]
    elif not readable and "no_document" in codes and seen:
        # Where the photo itself is bad, that is what helps the photographer.
        codes = [code for code in codes if code != "no_document"] + ["no_document"]
    plate = values.get("A")
    return {
        "readable": readable,
        "codes": [] if readable else codes[:MOST_REASONS],
        "plate": plate.value if plate is not None and plate.confidence >= 0.9 else None,
        "fields": len(values),
        "model": str(getattr(reading, "model", "")),
    }


def sentences(codes: Iterable[str], language: str) -> list[str]:
    """The codes in plain words, with what to do."""
    return [WARNINGS[code][1 if language == "en" else 0] for code in codes if code in WARNINGS]


def check_document(photo_id: str, eyes: Looker | None = None) -> None:
    """Look at a photo of the document and keep the verdict; repeating it does no harm. Called by the job."""
    from workbench.cases.looking import looker

    eyes = eyes or looker()
    with session_scope() as session:
        photo = session.get(Photo, as_id(photo_id, "Das Foto", "The photo"))
        if photo is None or (photo.document or {}).get("readable") is not None:
            return
        bind_case(photo.case_id)
        sha256, width, height = photo.sha256, photo.width, photo.height
    started = time.perf_counter()
    try:
        problems = eyes.quality(sha256, width, height).problems
        verdict: dict[str, Any] = judge(eyes.document(sha256), problems)
    except Exception as problem:  # whatever a model does with a photo: the customer is told nothing wrong
        log.warning("document_check_failed", kind=type(problem).__name__, exc_info=True)
        verdict = {"failed": str(getattr(problem, "code", "TK-PIPE-001"))}
    with session_scope() as session:
        row = session.get(Photo, photo_id)
        if row is not None:
            row.document = verdict
    # Codes and figures alone: what stands on the paper is nobody's business in a log.
    log.info(
        "document_checked",
        readable=verdict.get("readable"),
        codes=verdict.get("codes"),
        seconds=round(time.perf_counter() - started, 2),
    )


def verdict_of(actor: Actor, photo_id: str) -> Mapping[str, Any] | None:
    """The verdict on one photo, for somebody who may see its case; None when nobody was asked to look.

    ``{"state": "waiting"}`` until the look is done.

    Raises:
        TelekalkError: TK-ACCESS-404 for a photo that is not there, and for one of somebody else's case.
    """
    with session_scope() as session:
        photo = session.get(Photo, as_id(photo_id, "Das Bild", "The picture"))
        if photo is None:
            raise not_found("Das Bild", "The picture")
        require(actor, "photo.view", photo.case_id)
        return photo.document
