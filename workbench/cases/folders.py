"""A folder of photos becomes a case: for the watched folder, ``telekalk demo --photos`` and the demonstration."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from sqlalchemy import select

from workbench.access import Actor, require
from workbench.cases.intake import case_ref, complete_set, open_case, receive_photo
from workbench.cases.views import CaseRef, ClaimData, ImportedSet, ReceivedPhoto, RejectedFile
from workbench.errors import TelekalkError
from workbench.settings import get_settings
from workbench.store.database import session_scope
from workbench.store.models import Case

#: Files that lie beside photos and are none.
IGNORED = frozenset({"claim.json", "case.json", "Thumbs.db", ".DS_Store", "README.md", "truth.json"})
_DECIMALS = frozenset({"excess", "quota_percent"})


def claim_from_json(data: Any) -> ClaimData:
    """A claim from the JSON that lies beside photos; unknown keys are refused by name.

    Raises:
        TelekalkError: TK-CASE-010 for a key that is unknown or a value that makes no sense.
    """
    names = {field.name for field in fields(ClaimData)} - {"source", "demo"}
    try:
        if not isinstance(data, dict) or set(data) - names:
            raise ValueError(f"unknown: {sorted(set(data) - names) if isinstance(data, dict) else type(data).__name__}")
        values = dict(data)
        for name in _DECIMALS & values.keys():
            if isinstance(values[name], float):
                raise TypeError(f"{name} must be text, not a binary number")
            values[name] = None if values[name] is None else Decimal(values[name])
        if values.get("loss_date"):
            values["loss_date"] = date.fromisoformat(values["loss_date"])
        for name in ("plate", "holder_name", "vehicle", "email", "phone", "postcode", "description"):
            if values.get(name) is not None and not isinstance(values[name], str):
                raise TypeError(f"{name} must be text")
        for name in ("leased_or_financed", "input_tax_deductible"):
            if not isinstance(values.get(name), bool | None):
                raise TypeError(f"{name} must be true, false or null")
        return ClaimData(**{"claim_number": "", **values})
    except (ValueError, TypeError, InvalidOperation) as problem:
        raise TelekalkError(
            "TK-CASE-010",
            f"Die Angaben zum Schaden sind nicht lesbar ({problem}).",
            f"The claim cannot be read ({problem}).",
            status=422,
            remedy_de="`telekalk schema claim` zeigt, wie sie aussehen.",
            remedy_en="`telekalk schema claim` shows what it looks like.",
        ) from problem


def claim_of_folder(path: Path) -> ClaimData:
    """The claim beside the photos (``claim.json``), or one that is named after the folder."""
    beside = path / "claim.json"
    if beside.is_file():
        try:
            data = json.loads(beside.read_text(encoding="utf-8"))
        except (ValueError, OSError) as problem:
            raise TelekalkError(
                "TK-CASE-010",
                "claim.json ist kein gültiges JSON.",
                "claim.json is not valid JSON.",
                status=422,
            ) from problem
        claim = claim_from_json(data)
        if claim.claim_number:
            return claim
        return replace(claim, claim_number=_number(path))
    return ClaimData(claim_number=_number(path))


def _number(path: Path) -> str:
    plain = re.sub(r"[^0-9A-Za-z._-]+", "-", path.name).strip("-.")[:48]
    # Folders of the same name in different places are different cases.
    return f"{plain or 'SET'}-{hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:6]}".upper()


def photo_files(path: Path) -> list[Path]:
    """The files of a folder that claim to be photos or are unknown, in order of their names."""
    found = [item for item in path.iterdir() if item.is_file() and not item.name.startswith(".")]
    return sorted(item for item in found if item.name not in IGNORED and item.suffix.lower() != ".json")


def find_case(claim_number: str) -> CaseRef | None:
    """The case of a claim number, if there is one."""
    with session_scope() as session:
        case = session.scalar(select(Case).where(Case.claim_number == claim_number))
        return case_ref(case) if case else None


def import_folder(
    actor: Actor, path: Path, *, claim: ClaimData | None = None, demo: bool = False, complete: bool = True
) -> ImportedSet:
    """Take in a folder of photos as one case. Doing it twice gives the same case.

    Args:
        actor: Who hands it in.
        path: The folder.
        claim: The claim; without it ``claim.json`` beside the photos, else one made up from the folder's name.
        demo: Mark the case as a demonstration.
        complete: Declare the set complete at the end.

    Raises:
        TelekalkError: TK-CASE-011 when the folder is not there; TK-PHOTO-009 when nothing in it is a photo.
    """
    require(actor, "case.open")
    if not path.is_dir():
        raise TelekalkError("TK-CASE-011", "Den Ordner gibt es nicht.", "There is no such folder.", status=404)
    wanted = replace(claim or claim_of_folder(path), source="folder")
    wanted = replace(wanted, demo=demo or wanted.demo)
    ref = find_case(wanted.claim_number) or open_case(actor, wanted)
    received: list[ReceivedPhoto] = []
    rejected: list[RejectedFile] = []
    limit = get_settings().max_photo_mib * 1024 * 1024
    for item in photo_files(path):
        try:
            with item.open("rb") as file:
                content = file.read(limit + 1)
            received.append(receive_photo(actor, ref.id, content, filename=item.name))
        except TelekalkError as problem:
            if problem.code == "TK-PHOTO-006":  # taken in before: the case has moved on
                break
            rejected.append(RejectedFile(item.name, problem.code, problem.message_de, problem.message_en))
    if complete and received:
        ref = complete_set(actor, ref.id)
    elif not received and rejected:
        raise TelekalkError(
            "TK-PHOTO-009",
            "In dem Ordner ist kein brauchbares Foto.",
            "There is no usable photo in the folder.",
            data={"rejected": [item.filename for item in rejected]},
        )
    return ImportedSet(ref, tuple(received), tuple(rejected))
