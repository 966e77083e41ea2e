"""Where two models disagree about a photo, and who was right once an expert has decided. Plain values alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from cv_models.findings import Box

#: Types of disagreement, in the order in which they are counted.
TYPES: Final = ("only_active", "only_candidate", "other_class", "other_part", "other_severity", "box_moved")
FAILED: Final = "failed"
#: Regions that overlap by this much (intersection over union) show the same damage.
SAME_IOU: Final = 0.3
#: Under this the box of the same damage has moved.
MOVED_IOU: Final = 0.6

Region = Mapping[str, Any]
"""category, score, box (x, y, width, height in pixels of the original), part, side, severity; `finding` where stored."""


def overlap(a: Region, b: Region) -> float:
    """Intersection over union of two regions' boxes."""
    return Box(*a["box"]).iou(Box(*b["box"]))


def disagreements(active: Sequence[Region], candidate: Sequence[Region]) -> list[dict[str, Any]]:
    """Typed disagreements between the findings of both models on one photo.

    Regions are paired one to one, the pair that overlaps most first; what is left over only one of them has seen. A pair may
    disagree in several ways at once.
    """
    pairs = sorted(
        ((overlap(a, b), i, j) for i, a in enumerate(active) for j, b in enumerate(candidate)),
        key=lambda item: (-item[0], item[1], item[2]),
    )
    free_active, free_candidate = set(range(len(active))), set(range(len(candidate)))
    found: list[dict[str, Any]] = []
    for iou, i, j in pairs:
        if iou < SAME_IOU:
            break
        if i not in free_active or j not in free_candidate:
            continue
        free_active.remove(i)
        free_candidate.remove(j)
        both = {"active": dict(active[i]), "candidate": dict(candidate[j]), "iou": round(iou, 4)}
        found += [{"type": kind, **both} for kind in _ways(active[i], candidate[j], iou)]
    found += [{"type": "only_active", "active": dict(active[i]), "candidate": None, "iou": None} for i in free_active]
    found += [
        {"type": "only_candidate", "active": None, "candidate": dict(candidate[j]), "iou": None} for j in free_candidate
    ]
    return sorted(found, key=lambda item: TYPES.index(item["type"]))


def _ways(a: Region, b: Region, iou: float) -> list[str]:
    ways = []
    if a["category"] != b["category"]:
        ways.append("other_class")
    if (a["part"], a["side"]) != (b["part"], b["side"]):
        ways.append("other_part")
    if a["severity"] != b["severity"]:
        ways.append("other_severity")
    if iou < MOVED_IOU:
        ways.append("box_moved")
    return ways


def who_was_right(item: Mapping[str, Any], finals: Sequence[Region], *, closed: bool) -> str | None:
    """Who was right about a disagreement, after what experts made of the photo's findings.

    Args:
        item: an entry of ``disagreements``; its active region names the stored ``finding``.
        finals: the photo's findings as they stand: region, ``finding``, ``status`` and ``origin``.
        closed: whether the case has left the expert's hands, so that what was not added was not missed.

    Returns:
        ``active``, ``candidate``, ``neither``, or None while nobody has decided.
    """
    if item["type"] == "only_candidate":
        added = [one for one in finals if one["origin"] == "manual" and one["status"] != "rejected"]
        if any(overlap(item["candidate"], one) >= SAME_IOU for one in added):
            return "candidate"
        return "active" if closed else None
    if item["type"] not in TYPES:
        return None
    final = next((one for one in finals if one["finding"] == item["active"].get("finding")), None)
    if final is None or final["status"] == "proposed":
        return None
    if final["status"] == "rejected":
        # There is no damage: right is who saw none, and of two who saw some nobody is.
        return "candidate" if item["type"] == "only_active" else "neither"
    return "active" if item["type"] == "only_active" else _nearer(item, final)


def _nearer(item: Mapping[str, Any], final: Region) -> str:
    ours, theirs = item["candidate"], item["active"]
    if item["type"] == "box_moved":
        return "candidate" if overlap(ours, final) > overlap(theirs, final) else "active"
    keys = {"other_class": ("category",), "other_part": ("part", "side"), "other_severity": ("severity",)}[item["type"]]
    said = [tuple(one[key] for key in keys) for one in (theirs, ours, final)]
    return "active" if said[0] == said[2] else "candidate" if said[1] == said[2] else "neither"
