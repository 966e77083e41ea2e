"""The guided shots of the photo page: which there are, which are wanted, and which photo belongs to which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.cases.document_check import sentences
from workbench.cases.portal import CustomerPhoto
from workbench.customer.words import WORDS


@dataclass(frozen=True, slots=True)
class Shot:
    """One guided shot.

    Attributes:
        key: also the prefix of the file name under which its photos are sent.
        icon: name of the drawing.
        hint: key of the hint.
        needed: whether the customer is asked before sending without it.
        items: codes of a photo request that ask for it.
    """

    key: str
    icon: str
    hint: str
    needed: bool
    items: frozenset[str]


def _corner(front: str, side: str) -> Shot:
    items = frozenset({f"vehicle_{front}", f"vehicle_{side}"})
    return Shot(f"vehicle_{front}_{side}", f"{front}_{side}", "shot_vehicle_hint", needed=True, items=items)


SHOTS: tuple[Shot, ...] = (
    Shot(
        "registration_document",
        "document",
        "shot_registration_document_hint",
        needed=True,
        items=frozenset({"registration_document"}),
    ),
    _corner("front", "left"),
    _corner("front", "right"),
    _corner("rear", "right"),
    _corner("rear", "left"),
    Shot("damage_far", "far", "shot_damage_far_hint", needed=True, items=frozenset({"damage_closeup"})),
    Shot("damage_near", "near", "shot_damage_near_hint", needed=True, items=frozenset({"damage_closeup"})),
    Shot("odometer", "odometer", "shot_odometer_hint", needed=False, items=frozenset({"odometer"})),
    Shot("other", "other", "shot_other_hint", needed=False, items=frozenset({"other"})),
)
_SEPARATOR = "__"


def shot_of(filename: str) -> str | None:
    """The guided shot under which the page has sent a photo; None for a name that tells none."""
    key, separator, _rest = filename.partition(_SEPARATOR)
    return key if separator else None


def document_words(verdict: Mapping[str, Any] | None, language: str) -> dict[str, str]:
    """What is said of a photo that has arrived: ``state`` (ok, hint, wait) and ``text``.

    Args:
        verdict: as ``document_check`` keeps it; None for a photo at which nobody looks yet.
        language: of the text.
    """
    words = WORDS[language]
    readable = (verdict or {}).get("readable")
    if verdict is not None and verdict.get("state") == "waiting":
        return {"state": "wait", "text": words["document_waiting"]}
    if verdict is None or readable is None:
        return {"state": "ok", "text": words["accepted"]}
    if readable:
        plate = verdict.get("plate")
        return {
            "state": "ok",
            "text": words["document_plate"].format(plate=plate) if plate else words["document_readable"],
        }
    return {"state": "hint", "text": " ".join(sentences(verdict.get("codes") or (), language))}


def shots_for(language: str, wanted: Iterable[str] | None, photos: Sequence[CustomerPhoto]) -> list[dict[str, Any]]:
    """Return the shots of the page with the photos that have arrived.

    Args:
        language: of title and hint.
        wanted: codes of a photo request, or ``None`` for the first set; a request shows what it asks for, and "other".
        photos: all photos of the case; one that came another way than through this page stands under "other".
    """
    words = WORDS[language]
    asked = None if wanted is None else set(wanted)
    shown = [shot for shot in SHOTS if asked is None or shot.key == "other" or asked & shot.items]
    keys = {shot.key for shot in shown}
    placed: dict[str, list[CustomerPhoto]] = {key: [] for key in keys}
    # After a request only what is new belongs to a shot: the earlier photos of it were not good enough.
    for photo in photos if asked is None else ():
        key = shot_of(photo.filename)
        placed[key if key in keys else "other"].append(photo)
    return [
        {
            "key": shot.key,
            "icon": shot.icon,
            "title": words[f"shot_{shot.key}"],
            "hint": words[shot.hint],
            "needed": shot.needed,
            "photos": [{"id": photo.id, **document_words(photo.document, language)} for photo in placed[shot.key]],
            "done": any((photo.document or {}).get("readable") is not False for photo in placed[shot.key]),
        }
        for shot in shown
    ]
