"""The learning list: the photos from which the model would learn most, each with its reasons.

Five things make a photo worth a look, each from 0 to 1: the model is unsure of a find; a candidate in the shadow sees it
otherwise; an expert saw it otherwise; class, part or device are rare among the labels; it looks like nothing that is labelled. The
list is then spread: few photos of one case, none that looks like one already in it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from workbench.access import Actor, allowed, require
from workbench.cases.learning.listing import ListedPhoto, PhotoPage
from workbench.cases.learning.scope import Scope, page_bounds
from workbench.cases.learning.sql import JUDGED, LAST_WORD, SAID, SHOWN, figures_session, query
from workbench.cases.learning.statistics import entropy

#: What each reason counts; together 1.
WEIGHTS: Mapping[str, float] = MappingProxyType(
    {"unsure": 0.3, "shadow": 0.25, "expert": 0.15, "rare": 0.15, "new_look": 0.15}
)
_CANDIDATES = 1500
_LOOKS = 5000
_LENGTH = 300
_PER_CASE = 2
#: Photos that differ in fewer of 64 bits look alike; one that differs in so many from every label is quite new.
_ALIKE, _NEW = 9, 26

_PHOTOS = query(
    """
    , unsure as (
      select photo_id, category, part, score, case when score > 0 and score < 1
        then -(score * ln(score) + (1 - score) * ln(1 - score)) / ln(2.0::float8) else 0 end as bits
      from (
        select distinct on (photo_id) photo_id, category, part, cast(score as float8) as score from findings
        where origin = 'model' and score is not null and (cast(:category as text) is null or category = :category)
        order by photo_id, abs(score - 0.5)
      ) least_certain
    ), shadow as (
      select photo_id, max(disagreement_count) as count from shadow_looks group by 1
    ), expert as (
      select photo_id, count(*) filter (where outcome in ('rejected', 'relabelled', 'added')) as wrong from judged group by 1
    ), done as (
      select distinct photo_id from said where by_role in ('reviewer', 'data')
    )
    select photo.id, photo.sha256, photo.width, photo.height, photo.role, photo.view, photo.received_at, photo.device, photo.case_id,
      owner.claim_number, photo.quality ->> 'look' as look, unsure.bits, unsure.category, unsure.part, unsure.score,
      coalesce(shadow.count, 0) as shadow, coalesce(expert.wrong, 0) as wrong
    from photos photo join cases owner on owner.id = photo.case_id
      left join unsure on unsure.photo_id = photo.id left join shadow on shadow.photo_id = photo.id
      left join expert on expert.photo_id = photo.id
    where photo.role = any(:roles) and not exists (select 1 from done where done.photo_id = photo.id)
      and (cast(:since as timestamptz) is null or photo.received_at >= cast(:since as timestamptz))
      and (cast(:category as text) is null or unsure.category is not null)
    order by 0.3 * coalesce(unsure.bits, 0) + 0.25 * (1 - exp(-coalesce(shadow.count, 0) / 2.0))
      + 0.15 * (1 - exp(-coalesce(expert.wrong, 0) / 2.0)) desc, photo.received_at desc, photo.id
    limit :most""",
    SAID, SHOWN, JUDGED,
)  # fmt: skip
_COUNTS = query(
    """
    select 'category' as what, category as name, count(*) from last_word where decision <> 'rejected' group by 2
    union all select 'part', part, count(*) from last_word where decision <> 'rejected' and part is not null group by 2
    union all select 'device', photo.device, count(distinct photo.id) from last_word join photos photo on photo.id = last_word.photo_id
      where photo.device is not null group by 2""",
    SAID, SHOWN, LAST_WORD,
)  # fmt: skip
_LABELLED = query(
    """
    select photo.quality ->> 'look' from photos photo
    where photo.quality ->> 'look' <> '' and photo.id in (select photo_id from said)
    order by photo.received_at desc limit :most""",
    SAID,
)


@dataclass(frozen=True, slots=True)
class _Candidate:
    row: Any
    parts: Mapping[str, float]
    reasons: tuple[tuple[str, str], ...]
    score: float
    look: int | None


def learning_list(actor: Actor, scope: Scope | None = None, *, start: int = 0, end: int = 24) -> PhotoPage:
    """The photos worth most, best first; each with its score (0 to 1) and reasons as (code, what it is about).

    Photos on which the data team or a reviewer has spoken are left out.

    Raises:
        TelekalkError: TK-ACCESS-403 without ``data.view``.
    """
    require(actor, "data.view")
    offset, length = page_bounds(start, end)
    with figures_session() as session:
        chosen = spread(_scored(session, scope or Scope()), _LENGTH)
    see_cases = allowed(actor, "case.view")
    photos = tuple(
        ListedPhoto(
            str(one.row.id), one.row.sha256, one.row.width, one.row.height, one.row.role, one.row.view, one.row.received_at,
            one.row.device, str(one.row.case_id) if see_cases else None, one.row.claim_number if see_cases else None,
            round(one.score, 3), one.reasons,
        )
        for one in chosen[offset : offset + length]
    )  # fmt: skip
    return PhotoPage(photos, len(chosen), offset)


def _scored(session: Session, scope: Scope) -> list[_Candidate]:
    bounds = {**scope.bounds(), "most": _CANDIDATES}
    rows = session.execute(_PHOTOS, bounds).all()
    counts: dict[str, dict[str, int]] = {"category": {}, "part": {}, "device": {}}
    for what, name, count in session.execute(_COUNTS, {**Scope().bounds()}):
        counts[what][name] = count
    labelled = _bits(row[0] for row in session.execute(_LABELLED, {"most": _LOOKS}))
    looks = [_look(row.look) for row in rows]
    distances = nearest(looks, labelled)
    found = [_candidate(row, counts, look, gap) for row, look, gap in zip(rows, looks, distances, strict=True)]
    return sorted((one for one in found if one.score > 0.02), key=lambda one: -one.score)


def _candidate(row: Any, counts: Mapping[str, Mapping[str, int]], look: int | None, distance: int | None) -> _Candidate:
    bits = entropy(float(row.score)) if row.score is not None else 0.0
    rare = {
        "class": rarity(counts["category"], row.category),
        "part": rarity(counts["part"], row.part),
        "device": 0.6 * rarity(counts["device"], row.device),
    }
    rarest = max(rare, key=lambda name: rare[name])
    parts = {
        "unsure": bits,
        "shadow": 1 - math.exp(-row.shadow / 2),
        "expert": 1 - math.exp(-row.wrong / 2),
        "rare": rare[rarest],
        "new_look": 0.0 if distance is None else min(1.0, max(0, distance - _ALIKE) / (_NEW - _ALIKE)),
    }
    about = {
        "unsure": f"{row.category}|{row.score}",
        "shadow": str(row.shadow),
        "expert": str(row.wrong),
        "rare": f"{rarest}|{ {'class': row.category, 'part': row.part, 'device': row.device}[rarest] or '' }",
        "new_look": str(distance),
    }
    weighed = {name: WEIGHTS[name] * value for name, value in parts.items()}
    said = sorted((name for name, value in parts.items() if value >= 0.25), key=lambda name: -weighed[name])[:3]
    return _Candidate(row, parts, tuple((name, about[name]) for name in said), sum(weighed.values()), look)


def rarity(counts: Mapping[str, int], name: str | None) -> float:
    """1 for what no label has, 0 for the most frequent; by the logarithm of the counts."""
    if not name or not counts:
        return 0.0
    most = max(counts.values())
    return 1 - math.log1p(counts.get(name, 0)) / math.log1p(most)


def _look(text: str | None) -> int | None:
    try:
        return int(text, 16) if text else None
    except ValueError:
        return None


def _bits(texts: Any) -> NDArray[np.uint64]:
    return np.array([value for value in map(_look, texts) if value is not None], dtype=np.uint64)


def nearest(looks: Sequence[int | None], labelled: NDArray[np.uint64]) -> list[int | None]:
    """Bits to the labelled photo that looks most alike; None without a hash, or with nothing to compare."""
    if not labelled.size:
        return [None] * len(looks)
    found: list[int | None] = []
    for look in looks:
        if look is None:
            found.append(None)
            continue
        differing = np.bitwise_xor(labelled, np.uint64(look))
        found.append(int(np.unpackbits(differing.view(np.uint8)).reshape(-1, 64).sum(axis=1).min()))
    return found


def spread(candidates: Sequence[_Candidate], length: int) -> list[_Candidate]:
    """The best first, but at most two photos of one case and none that looks like one chosen before."""
    chosen: list[_Candidate] = []
    cases: Counter[str] = Counter()
    looks: list[int] = []
    for one in candidates:
        if len(chosen) >= length:
            break
        if cases[one.row.case_id] >= _PER_CASE:
            continue
        if one.look is not None and any((one.look ^ other).bit_count() < _ALIKE for other in looks):
            continue
        chosen.append(one)
        cases[one.row.case_id] += 1
        if one.look is not None:
            looks.append(one.look)
    return chosen
