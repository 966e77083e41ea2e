"""Reads all photos with the reader and, beside it, with the baseline, and counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np

from cv_models.registration import KEY_FIELDS
from cv_models.registration.evaluation.entries import Entry, Quad
from cv_models.registration.evaluation.score import Tally, Verdict, asked, is_key, judged, key_judged
from cv_models.registration.evaluation.worker import Answer, Worker

#: told after each photo: how many are done, its name, right, wrong and blank key fields
Progress = Callable[[int, str, Tally], None]


@dataclass(frozen=True)
class Outcome:
    """One visible field of one photo.

    Attributes:
        file, tier, code, truth: what is printed where.
        read: the value given, None for blank.
        verdict: by exact match.
        key_verdict: the same; of 2.2 by its first three characters; None for a field that is no key field.
        confidence: as the reader states it.
        reason, alternatives, box: as the reader gives them.
    """

    file: str
    tier: str
    code: str
    truth: str
    read: str | None
    verdict: Verdict
    key_verdict: Verdict | None
    confidence: float
    reason: str | None
    alternatives: tuple[str, ...]
    box: Quad | None


@dataclass(frozen=True)
class PhotoResult:
    """One photo and what a reader made of it.

    Attributes:
        found: whether the reader says that it found the document.
        placed: share of the visible sheet that lies within the polygon found; None when either is unknown.
        hidden: key fields that cannot be seen in the photo and were given a value.
    """

    file: str
    tier: str
    found: bool
    placed: float | None
    warnings: tuple[str, ...]
    seconds: float
    processor_seconds: float
    outcomes: tuple[Outcome, ...]
    hidden: tuple[str, ...]

    def key(self) -> Tally:
        """Counts of the key fields."""
        tally = Tally()
        for outcome in self.outcomes:
            if outcome.key_verdict is not None:
                tally.add(outcome.key_verdict)
        return tally


@dataclass
class Run:
    """All photos of one reader."""

    photos: list[PhotoResult] = field(default_factory=list)
    peak_mib: float = 0.0

    def tiers(self) -> dict[str, list[PhotoResult]]:
        """Photos by tier, easy ones first."""
        order = {"clean": 0, "phone": 1, "hard": 2}
        out: dict[str, list[PhotoResult]] = defaultdict(list)
        for photo in self.photos:
            out[photo.tier].append(photo)
        return dict(sorted(out.items(), key=lambda item: (order.get(item[0], 9), item[0])))


@dataclass
class Measured:
    """The reader and, on the first of the same photos, the baseline."""

    reader: Run
    baseline: Run
    threads: int


def measure(
    entries: Iterable[Entry],
    *,
    baseline_photos: int | None = 0,
    threads: int = 2,
    progress: Progress = lambda _done, _name, _key: None,
    seen: Callable[[Entry, PhotoResult], None] = lambda _entry, _result: None,
) -> Measured:
    """Read photos one by one; each reader has a process of its own and is warmed by the first photo, untimed.

    Args:
        entries: the photos; may be drawn while they are asked for.
        baseline_photos: so many of the first photos are read by the baseline too, right after the reader; None for all.
        threads: onnxruntime threads of either reader.
        progress: told after each photo.
        seen: told the reader's result while the photo still lies there.

    Raises:
        EvaluationError: TK-EVAL-003 a photo is unreadable, TK-EVAL-004 a reader failed.
    """
    own, plain = Run(), Run()
    with ExitStack() as stack:
        reader = stack.enter_context(Worker("reader", threads))
        other: Worker | None = None
        for done, entry in enumerate(entries, 1):
            if done == 1:
                reader.read(entry.path)
            answer = reader.read(entry.path)
            result = _result(entry, answer)
            own.photos.append(result)
            own.peak_mib = max(own.peak_mib, answer.peak_mib)
            seen(entry, result)
            if baseline_photos is None or done <= baseline_photos:
                if other is None:
                    other = stack.enter_context(Worker("baseline", threads))
                    other.read(entry.path)
                answer = other.read(entry.path)
                plain.photos.append(_result(entry, answer, KEY_FIELDS))
                plain.peak_mib = max(plain.peak_mib, answer.peak_mib)
            progress(done, entry.name, result.key())
    return Measured(own, plain, threads)


def _result(entry: Entry, answer: Answer, only: tuple[str, ...] | None = None) -> PhotoResult:
    fields: Mapping[str, Any] = answer.reading["fields"]
    outcomes = []
    for code, truth in entry.values.items():
        if not asked(code, truth) or (only is not None and code not in only):
            continue
        got = fields.get(code) or {}
        value = got.get("value")
        verdict = judged(code, truth, value)
        box = got.get("box")
        outcomes.append(
            Outcome(
                file=entry.name,
                tier=entry.tier,
                code=code,
                truth=truth,
                read=value if verdict != "blank" else None,
                verdict=verdict,
                key_verdict=key_judged(code, truth, value) if is_key(code) else None,
                confidence=float(got.get("confidence", 0.0)),
                reason=got.get("reason"),
                alternatives=tuple(got.get("alternatives", ())),
                box=tuple((float(x), float(y)) for x, y in box) if box else None,
            )
        )
    hidden = tuple(c for c in KEY_FIELDS if c not in entry.values and (fields.get(c) or {}).get("value"))
    polygon = answer.reading.get("sheet_polygon")
    return PhotoResult(
        file=entry.name,
        tier=entry.tier,
        found=bool(answer.reading["found"]),
        placed=_covered(entry.outline, polygon) if entry.outline and polygon else None,
        warnings=tuple(answer.reading.get("warnings", ())),
        seconds=answer.seconds,
        processor_seconds=answer.processor_seconds,
        outcomes=tuple(outcomes),
        hidden=hidden,
    )


def _covered(truth: Quad, found: Any) -> float:
    """Share of the true outline that lies within the polygon found, counted on a raster of 300 pixels."""
    shapes = [np.array(truth, np.float64), np.array(found, np.float64)]
    low = np.min([s.min(0) for s in shapes], axis=0)
    span = float(np.max([s.max(0) for s in shapes]) - low.min())
    if not np.isfinite(span) or span <= 0:
        return 0.0
    masks = []
    for shape in shapes:
        mask = np.zeros((302, 302), np.uint8)
        cv2.fillPoly(mask, [np.round((shape - low) / span * 300).astype(np.int32)], 1)
        masks.append(mask)
    return float((masks[0] & masks[1]).sum() / max(1, int(masks[0].sum())))
