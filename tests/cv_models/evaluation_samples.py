"""Labelled photos and detectors with known answers; no pictures are needed for counting."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from cv_models.datasets import Label, LabelledPhoto
from cv_models.evaluation.predictions import PhotoFindings, Predictions, by_score
from cv_models.findings import Box, DamageFinding

WIDTH, HEIGHT = 400, 300
CLASSES = ("scratch", "dent", "broken_glass")


def label(box, category="scratch", **more):
    ring = more.pop("ring", None)
    return Label(
        category=category,
        box=Box(*map(float, box)),
        polygons=() if ring is None else (ring,),
        parts=more.pop("parts", ()),
        severity=more.pop("severity", None),
        annotation_id=more.pop("annotation_id", "1"),
    )


def photo(name, labels=(), *, vehicle="", source="yard", left_out=0):
    return LabelledPhoto(name, Path("nowhere") / name, WIDTH, HEIGHT, source, vehicle, tuple(labels), left_out)


def finding(box, score, category="scratch", **more):
    return DamageFinding(
        category=category,
        score=score,
        box=Box(*map(float, box)),
        polygon=more.get("polygon"),
        part=more.get("part"),
        side=None,
        severity=more.get("severity"),
        model="drawn-1",
    )


def predictions(photos, findings, *, model="drawn-1", threshold=0.5, seconds=None):
    by_name = {p.file_name: PhotoFindings(by_score(findings.get(p.file_name, ())), seconds) for p in photos}
    return Predictions(model, threshold, by_name)


def random_photos(number=40, seed=1):
    """Photos with zero to four labels of three classes, two photos of a vehicle."""
    rng = np.random.default_rng(seed)
    made = []
    for place in range(number):
        labels = []
        for mark in range(int(rng.integers(0, 5))):
            width, height = rng.integers(8, 160), rng.integers(8, 120)
            x, y = rng.integers(0, WIDTH - width), rng.integers(0, HEIGHT - height)
            labels.append(label((x, y, width, height), str(rng.choice(CLASSES)), annotation_id=f"{place}.{mark}"))
        made.append(
            photo(f"{place:03d}.jpg", labels, vehicle=f"V{place // 2}", source="yard" if place % 3 else "street")
        )
    return made


def noisy(photos, *, seed=2, shake=0.12, hit=0.8, false=2.0):
    """A middling detector: shaken boxes, missed labels, false finds, sometimes another class."""
    rng = np.random.default_rng(seed)
    found = {}
    for item in photos:
        mine = []
        for mark in item.labels:
            if rng.random() > hit:
                continue
            moved = np.array([mark.box.x, mark.box.y, mark.box.width, mark.box.height])
            moved = moved + rng.normal(0, shake, 4) * np.array([mark.box.width, mark.box.height] * 2)
            category = mark.category if rng.random() < 0.85 else str(rng.choice(CLASSES))
            mine.append(finding((*moved[:2], max(3, moved[2]), max(3, moved[3])), float(rng.beta(4, 2)), category))
        for _ in range(rng.poisson(false)):
            corner = rng.integers(0, 200, 2)
            mine.append(finding((*corner, *rng.integers(10, 90, 2)), float(rng.beta(2, 4)), str(rng.choice(CLASSES))))
        found[item.file_name] = mine
    return found


def perfect(photos):
    return {
        p.file_name: [
            finding((m.box.x, m.box.y, m.box.width, m.box.height), 0.9 - 0.01 * n, m.category)
            for n, m in enumerate(p.labels)
        ]
        for p in photos
    }
