"""Findings as COCO results, the output of `telekalk detect`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cv_models.findings import DamageFinding


def to_coco(file_name: str, findings: Iterable[DamageFinding]) -> list[dict[str, Any]]:
    """One dictionary per finding: file_name, category, bbox [x, y, width, height], score; segmentation, part if known.

    Coordinates are pixels of the upright original, rounded to a tenth.
    """
    results: list[dict[str, Any]] = []
    for finding in findings:
        box = finding.box
        entry: dict[str, Any] = {
            "file_name": file_name,
            "category": finding.category,
            "bbox": [round(value, 1) for value in (box.x, box.y, box.width, box.height)],
            "score": finding.score,
        }
        if finding.polygon is not None:
            entry["segmentation"] = [[round(value, 1) for point in finding.polygon for value in point]]
        if finding.part is not None:
            entry["part"] = finding.part
        results.append(entry)
    return results
