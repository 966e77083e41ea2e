"""Damage detection: an upright RGB photo in, findings out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import onnxruntime as ort

from cv_models.damage.candidates import DetectorSettings, candidates, suppress
from cv_models.damage.placement import choose_part, choose_side
from cv_models.damage.second_look import LookSettings, revise
from cv_models.findings import VIEWS, Box, DamageFinding
from cv_models.images import Image, require_rgb
from cv_models.runtime import folder_of, model_entry, registry, session

__all__ = ["ACTIVE_MODEL", "detect", "find_damage"]

ACTIVE_MODEL: str
"""Name and version of the active detector, such as `damage-1`; read from the registry when asked for."""

NAME = "damage"
LOOK = "look"
"""Name of the network of the second look in a folder of models; a folder may lack it."""


def __getattr__(name: str) -> str:
    if name == "ACTIVE_MODEL":
        return model_entry(NAME).label
    raise AttributeError(name)


def detect(
    image: Any,
    *,
    view: str | None = None,
    threads: int = 2,
    folder: Path | None = None,
    threshold: float | None = None,
) -> tuple[DamageFinding, ...]:
    """Find damage on a photo.

    Args:
        image: H×W×3 uint8 RGB, upright; 32 pixels to 100 megapixels.
        view: one of `VIEWS` where known; helps to name the part and decides the side.
        threads: threads of the network, at most two.
        folder: a folder of models with its `registry.json`, for trying and comparing; None is the active model.
        threshold: least score of a finding instead of the model's own; 0 gives everything the network names.

    Returns:
        Findings, best score first, in pixels of `image`; empty when nothing is seen.

    Raises:
        ModelInputError: the array is not a photo (TK-IMAGE-001 to -005).
        ModelFileError: the model file is missing or was changed (TK-MODEL-001 to -004).
        ValueError: unknown view.

    """
    photo = require_rgb(image)
    if view is not None and view not in VIEWS:
        raise ValueError(f"unknown view {view!r}")
    place = folder or folder_of(NAME)
    entry = model_entry(NAME, place)
    settings = DetectorSettings.from_json(entry.settings)
    if threshold is not None:
        settings = replace(settings, threshold=threshold)
    network = session(NAME, threads, folder=place)
    second = registry(place).get(LOOK)
    closer = (session(LOOK, threads, folder=place), LookSettings.from_json(second.settings)) if second else None
    return find_damage(photo, network, settings, entry.label, view=view, closer=closer)


def find_damage(
    photo: Image,
    network: ort.InferenceSession,
    settings: DetectorSettings,
    label: str,
    *,
    view: str | None = None,
    closer: tuple[ort.InferenceSession, LookSettings] | None = None,
) -> tuple[DamageFinding, ...]:
    """`detect` with given networks: for evaluation and for comparing models; `closer` is that of the second look."""
    found = candidates(photo, network, settings)
    if closer is not None:
        found = revise(photo, found, *closer)
    # Label groups describe the same damage in different words; their calibrated scores are comparable, the best stays.
    united = suppress(found, settings.overlap)
    findings = []
    for item in united:
        if item.score < settings.threshold:
            break
        x1, y1, x2, y2 = item.box
        box = Box(x1, y1, x2 - x1, y2 - y1)
        part = choose_part(item.parts, settings.parts, item.category, view, settings.least_part)
        findings.append(
            DamageFinding(
                category=item.category,
                score=round(item.score, 4),
                box=box,
                polygon=item.polygon,
                part=part,
                side=choose_side(part, view, box, photo.shape[1]),
                severity="severe" if item.category == "deformation" else item.severity,
                model=label,
            )
        )
    return tuple(findings)
