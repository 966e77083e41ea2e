"""Which photos go into a data set of damage, with which labels, and why the others do not.

A photo goes in when somebody decided on it and no region that a model proposed is left open. With ``implicit`` also, of cases that an
offer closed, photos with open regions: each of them must lie on a part that the sent calculation names, and is then written as a label
that says of itself that nobody confirmed it (``implicit``). Where the calculation does not name the part nobody knows whether it is
damage, so the photo stays out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.cases.holding import WORKABLE
from workbench.cases.learning.regions import PhotoTruth, TruthLabel, truth
from workbench.cases.line_links import LINE_BLOCKS
from workbench.cases.views import State
from workbench.store.learning import RegionAnnotation
from workbench.store.models import Calculation, Case, Finding, Offer

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Chosen:
    """A photo for the data set. ``labels`` are the damages that count; none on a photo whose every region was rejected."""

    photo_id: str
    case_id: str
    sha256: str
    width: int
    height: int
    labels: tuple[TruthLabel, ...]
    source: str
    demo: bool
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """The photos in order of their hashes, and how many stayed out by reason: ``undecided``, ``older``, ``same_photo``; of labels
    ``outside`` (nothing of them lies in the photo) and ``double``.
    """

    photos: tuple[Chosen, ...]
    left_out: Mapping[str, int]


def choose(session: Session, *, since: datetime | None = None, implicit: bool = False) -> Choice:
    """The photos for a data set.

    Args:
        session: the transaction.
        since: only photos on which something was said at this moment or later.
        implicit: also open regions of cases that an offer closed.
    """
    left_out = Counter[str]()
    offers = _offered_parts(session) if implicit else {}
    demo = dict(session.execute(select(Case.id, Case.demo)).all())
    found: dict[str, Chosen] = {}
    for ids in _pieces(_candidates(session, offers)):
        for photo in truth(session, ids).values():
            chosen = _chosen(photo, offers.get(photo.case_id), demo=demo[photo.case_id])
            if chosen is None:
                left_out["undecided"] += 1
            elif since is not None and chosen.last_at < since:
                left_out["older"] += 1
            else:
                other = found.get(chosen.sha256)
                left_out["same_photo"] += other is not None
                # The same picture in two claims: the latest word on it counts.
                if other is None or (chosen.last_at, chosen.photo_id) > (other.last_at, other.photo_id):
                    found[chosen.sha256] = chosen
    kept = []
    for sha256 in sorted(found):
        sound = _sound(found[sha256], left_out)
        # A photo that lost its labels is no photo without damage.
        if sound.labels or not found[sha256].labels:
            kept.append(sound)
    return Choice(tuple(kept), {reason: count for reason, count in sorted(left_out.items()) if count})


def _pieces(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))


def _candidates(session: Session, offers: Iterable[str]) -> list[str]:
    """Photos on which somebody said something; of cases closed with an offer all on which something was found."""
    ids = set(session.scalars(select(RegionAnnotation.photo_id).where(RegionAnnotation.photo_id.is_not(None))))
    ids.update(session.scalars(select(Finding.photo_id).where(Finding.status != "proposed")))
    for cases in _pieces(sorted(offers)):
        ids.update(session.scalars(select(Finding.photo_id).where(Finding.case_id.in_(cases))))
    return sorted(one for one in ids if one is not None)


@dataclass(frozen=True, slots=True)
class _Offered:
    """Parts of the calculation that was sent (part, side or None), and when."""

    parts: frozenset[tuple[str, str | None]]
    at: datetime

    def names(self, part: str | None, side: str | None) -> bool:
        if part is None:
            return False
        return any(part == other and (side is None or where is None or side == where) for other, where in self.parts)


def _offered_parts(session: Session) -> dict[str, _Offered]:
    """Case -> what its newest offer calculates, for cases that nobody is working on any more."""
    query = (
        select(Offer.case_id, Calculation.input, Offer.sent_at)
        .join(Calculation, Calculation.id == Offer.calculation_id)
        .join(Case, Case.id == Offer.case_id)
        .where(Offer.state.not_in(("superseded", "withdrawn")), Case.state.not_in([*WORKABLE, State.PHOTOS_INCOMPLETE]))
        .order_by(Offer.version)
    )
    return {case_id: _Offered(frozenset(_parts(sheet)), sent_at) for case_id, sheet, sent_at in session.execute(query)}


def _parts(sheet: Mapping[str, Any]) -> Iterable[tuple[str, str | None]]:
    for block in LINE_BLOCKS:
        for line in sheet.get(block) or ():
            if isinstance(line, Mapping) and line.get("part"):
                yield str(line["part"]), line.get("side")


def _chosen(photo: PhotoTruth, offered: _Offered | None, *, demo: bool) -> Chosen | None:
    labels: Sequence[TruthLabel] = photo.labels
    source, last_at = "decided", photo.last_at
    if photo.unreviewed:
        if offered is None or not all(offered.names(one.part, one.side) for one in photo.unreviewed):
            return None
        labels = [*labels, *(replace(one, decision="implicit") for one in photo.unreviewed)]
        source, last_at = "implicit", max(offered.at, last_at or offered.at)
    if last_at is None:
        return None
    ordered = tuple(sorted(labels, key=lambda one: one.region))
    return Chosen(
        photo.photo_id, photo.case_id, photo.sha256, photo.width, photo.height, ordered, source, demo, last_at
    )  # fmt: skip


def _sound(photo: Chosen, left_out: Counter[str]) -> Chosen:
    """The photo with its labels cut to it, without those outside and those that say the same twice."""
    kept: list[TruthLabel] = []
    seen: set[tuple[str, tuple[int, ...]]] = set()
    for label in photo.labels:
        cut = _cut(label, photo)
        if cut is None:
            left_out["outside"] += 1
        elif (cut.category, cut.box) in seen:
            left_out["double"] += 1
        else:
            seen.add((cut.category, cut.box))
            kept.append(cut)
    return replace(photo, labels=tuple(kept))


def _cut(label: TruthLabel, photo: Chosen) -> TruthLabel | None:
    x, y, width, height = label.box
    left, top = max(0, x), max(0, y)
    right, bottom = min(photo.width, x + width), min(photo.height, y + height)
    if right - left < 2 or bottom - top < 2:
        return None
    outline = label.polygon
    if outline is not None:
        outline = tuple((min(max(px, 0), photo.width), min(max(py, 0), photo.height)) for px, py in outline)
    return replace(label, box=(left, top, right - left, bottom - top), polygon=outline)
