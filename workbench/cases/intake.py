"""Photo sets come in: a case is opened, photos are received one by one, the set is declared complete."""

from __future__ import annotations

from pathlib import Path

from workbench.access.actors import Actor
from workbench.cases.views import CaseRef, ClaimData, ImportedSet, ReceivedPhoto


def open_case(actor: Actor, claim: ClaimData, *, idempotency_key: str | None = None) -> CaseRef:
    """Open a case for a claim; the case is then ``registered`` and takes photos.

    Raises:
        TelekalkError: TK-CASE-002 (claim number is empty or too long), TK-CASE-003 (claim number has a case already),
            TK-CASE-004 (the idempotency key was used for something else).
    """
    raise NotImplementedError


def receive_photo(
    actor: Actor, case_id: str, content: bytes, *, filename: str, idempotency_key: str | None = None
) -> ReceivedPhoto:
    """Take in one photo: decode, turn upright, strip, store, note what matters.

    Raises:
        TelekalkError: TK-PHOTO-001 not an image, -002 truncated or broken, -003 more pixels than allowed, -004 more
            bytes than allowed, -005 set is full, -006 this state takes no photos, -007 empty, -008 smaller than 64 px.
    """
    raise NotImplementedError


def complete_set(actor: Actor, case_id: str) -> CaseRef:
    """Declare the set complete: starts the clock and the pipeline. Doing it twice changes nothing.

    Raises:
        TelekalkError: TK-PHOTO-009 when the set has no photo.
    """
    raise NotImplementedError


def import_folder(actor: Actor, path: Path, *, claim: ClaimData | None = None, demo: bool = False) -> ImportedSet:
    """Take in a folder of photos as one case: ``claim.json`` beside the photos where there is one, else made up from
    the folder's name. Doing it twice gives the same case.
    """
    raise NotImplementedError
