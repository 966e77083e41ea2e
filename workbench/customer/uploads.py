"""Photos of a request, one after another through the intake use case, away from the event loop."""

from __future__ import annotations

from collections import Counter
from typing import Any

import anyio
from fastapi import Request
from starlette.datastructures import UploadFile

from workbench.access import Actor
from workbench.cases import intake
from workbench.customer.metrics import PHOTOS
from workbench.customer.schemas import PhotoAnswer, PhotosAnswer
from workbench.customer.shots import shot_of
from workbench.errors import TelekalkError
from workbench.logs import get_logger
from workbench.settings import get_settings

log = get_logger("customer")


def _no_photo() -> TelekalkError:
    return TelekalkError(
        "TK-API-001",
        "Die Anfrage enthält kein Foto.",
        "The request contains no photo.",
        status=422,
        remedy_de="Senden Sie die Fotos als multipart/form-data im Feld „photos“.",
        remedy_en="Send the photos as multipart/form-data in the field “photos”.",
    )


def _too_many(limit: int) -> TelekalkError:
    return TelekalkError(
        "TK-API-002",
        f"Mehr als {limit} Fotos in einer Anfrage.",
        f"More than {limit} photos in one request.",
        status=413,
    )


async def receive(
    request: Request, actor: Actor, case_id: str, language: str, *, idempotency_key: str | None
) -> PhotosAnswer:
    """Take in every file of a multipart request and answer each on its own.

    Args:
        request: its body is read here, file by file from the disk, never all at once into memory.
        actor: the gateway, or the customer of this case.
        case_id: the case.
        language: of the messages.
        idempotency_key: of the whole request; with several files each gets its own from it.

    Raises:
        TelekalkError: TK-API-001 no file, -002 too many; and what concerns the case and not one file (TK-ACCESS-…,
            TK-PHOTO-006, TK-STORE-…).
    """
    limit = get_settings().max_photos
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise _no_photo()
    answers: list[PhotoAnswer] = []
    # One more than allowed is let through the parser, so that the answer is ours and says what is wrong.
    async with request.form(max_files=limit + 1, max_fields=20) as form:
        files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
        if not files:
            raise _no_photo()
        if len(files) > limit:
            raise _too_many(limit)
        for index, file in enumerate(files):
            key = idempotency_key if idempotency_key is None or len(files) == 1 else f"{idempotency_key[:180]}#{index}"
            name = (file.filename or "foto")[:200]
            # Only so many photos are held in memory at a time, however many requests come at once.
            async with request.app.state.photos_in_memory:
                content = await file.read()
                answers.append(await anyio.to_thread.run_sync(_one, actor, case_id, content, name, key, language))
    outcomes = Counter(answer.status for answer in answers)
    return PhotosAnswer(
        accepted=outcomes["accepted"], duplicate=outcomes["duplicate"], rejected=outcomes["rejected"], photos=answers
    )


def _one(actor: Actor, case_id: str, content: bytes, name: str, key: str | None, language: str) -> PhotoAnswer:
    facts: dict[str, Any]
    try:
        # A customer who is still there is told at once whether the document can be read.
        look = "customer" in actor.roles and shot_of(name) == "registration_document"
        photo = intake.receive_photo(actor, case_id, content, filename=name, idempotency_key=key, check_document=look)
    except TelekalkError as error:
        # What is wrong with one file is told beside it; what is wrong with the case ends the request.
        if not error.code.startswith("TK-PHOTO-") or error.code == "TK-PHOTO-006":
            raise
        log.info("photo_rejected", code=error.code, bytes=len(content))
        facts = {
            "status": "rejected",
            "code": error.code,
            "message": error.message(language),
            "remedy": error.remedy(language),
        }
    else:
        facts = {
            "status": "duplicate" if photo.duplicate else "accepted",
            "code": photo.code,
            "photo_id": photo.photo_id,
            "sha256": photo.sha256,
            "width": photo.width,
            "height": photo.height,
        }
    PHOTOS.labels(outcome=facts["status"]).inc()
    return PhotoAnswer(filename=name, **facts)
