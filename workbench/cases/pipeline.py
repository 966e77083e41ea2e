"""The steps of the pipeline; each commits on its own and can be repeated without harm."""

from __future__ import annotations

STEPS: tuple[str, ...] = ("quality", "role", "document", "damage", "prefill")


def check_quality(photo_id: str) -> None:
    """Is the photo sharp, exposed, big enough, free of glare?"""
    raise NotImplementedError


def classify_role(photo_id: str) -> None:
    """What does the photo show?"""
    raise NotImplementedError


def read_document(case_id: str) -> None:
    """Read the registration document among the photos of the case; says so when there is none to read."""
    raise NotImplementedError


def detect_damage(photo_id: str) -> None:
    """Find damage in the photo."""
    raise NotImplementedError


def prefill(case_id: str) -> None:
    """Put it together: vehicle, suggested lines, first calculation, flags; the case is then ready to be taken."""
    raise NotImplementedError
