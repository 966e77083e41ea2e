"""Counts per week for the drift page: photos, their measures in fine bins, models' finds, and what experts kept of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from workbench.cases.learning.scope import Scope
from workbench.cases.learning.sql import JUDGED, SAID, SHOWN, query

#: measure -> (lower edge, upper edge, bins): fine enough for a median, coarse enough for one row per week and bin.
NUMERIC: Mapping[str, tuple[float, float, int]] = MappingProxyType(
    {
        "brightness": (0, 256, 64),
        "contrast": (0, 256, 64),
        "sharpness": (0, 100, 50),
        "glare_share": (0, 0.5, 50),
        "megapixels": (0, 60, 120),
        "finds": (-0.5, 15.5, 16),
        "score": (0, 1, 50),
    }
)
NAMED = ("role", "device", "category")
#: The names of these measures in the order of the page.
MEASURES = (*NUMERIC, *NAMED, "acceptance")
_MOST_NAMES = 12
REST = "…"

#: Photos of the reference and of the weeks that are shown; nothing else is read.
_WANTED = """
wanted as (
  select photo.id, photo.case_id, photo.role, photo.device, photo.quality, photo.width, photo.height,
    date_trunc('week', photo.received_at at time zone :zone)::date as week,
    coalesce(photo.received_at < cast(:reference_end as timestamptz), false) or coalesce(chosen.sha256 is not null, false) as reference
  from photos photo
  left join (
    select distinct entry ->> 'photo' as sha256 from dataset_versions, jsonb_array_elements(manifest) entry where name = :dataset
  ) chosen on chosen.sha256 = photo.sha256
  where photo.received_at >= cast(:shown_from as timestamptz) or photo.received_at < cast(:reference_end as timestamptz)
    or chosen.sha256 is not null
)"""
_PHOTOS = query(
    """
    select week, reference, measure.name, width_bucket(measure.value, measure.low, measure.high, measure.bins), count(*), sum(measure.value)
    from wanted cross join lateral (values
      ('brightness', cast(quality ->> 'brightness' as float8), 0.0::float8, 256.0::float8, 64),
      ('contrast', cast(quality ->> 'contrast' as float8), 0.0, 256.0, 64),
      ('sharpness', cast(quality ->> 'sharpness' as float8), 0.0, 100.0, 50),
      ('glare_share', cast(quality ->> 'glare_share' as float8), 0.0, 0.5, 50),
      ('megapixels', width * height / 1e6::float8, 0.0, 60.0, 120)
    ) as measure (name, value, low, high, bins)
    where measure.value is not null and role = any(:roles)
    group by 1, 2, 3, 4""",
    _WANTED,
)
_FINDS = query(
    """
    , found as (
      select wanted.week, wanted.reference, wanted.id, finding.category, cast(finding.score as float8) as score
      from wanted join findings finding on finding.photo_id = wanted.id
      where finding.origin = 'model' and wanted.role = any(:roles)
    ), per_photo as (
      select wanted.week, wanted.reference, least(count(found.id), 15) as finds
      from wanted left join found on found.id = wanted.id
      where wanted.role = any(:roles) and wanted.quality is not null group by wanted.id, wanted.week, wanted.reference
    )
    select week, reference, 'score' as name, width_bucket(score, 0, 1, 50) as bin, null as word, count(*), sum(score) from found
      where score is not null group by 1, 2, 4
    union all
    select week, reference, 'category', null, category, count(*), null from found group by 1, 2, 5
    union all
    select week, reference, 'finds', width_bucket(finds, -0.5, 15.5, 16), null, count(*), sum(finds) from per_photo group by 1, 2, 4""",
    _WANTED,
)
_NAMES = query(
    """
    select week, reference, 'role' as name, role as word, count(*) from wanted where role is not null group by 1, 2, 4
    union all
    select week, reference, 'device', coalesce(nullif(trim(device), ''), '–'), count(*) from wanted where role = any(:roles) group by 1, 2, 4""",
    _WANTED,
)
_ACCEPTED = query(
    """
    select date_trunc('week', made_at at time zone :zone)::date, coalesce(made_at < cast(:reference_end as timestamptz), false),
      count(*) filter (where outcome <> 'rejected'), count(*)
    from judged where outcome <> 'added' group by 1, 2""",
    SAID, SHOWN, JUDGED,
)  # fmt: skip
_FIRST = text("select min(received_at at time zone :zone)::date, max(received_at at time zone :zone)::date from photos")


@dataclass(slots=True)
class Counts:
    """Counts of one measure in one window: a bin's or a name's count, how many there are, and their sum."""

    bins: dict[Any, float] = field(default_factory=dict)
    total: int = 0
    sum: float = 0.0

    def add(self, key: Any, count: int, value: float | None) -> None:
        """Take in a row of the database."""
        self.bins[key] = self.bins.get(key, 0) + count
        self.total += count
        self.sum += float(value or 0)

    @property
    def mean(self) -> float | None:
        """Mean of the values; None where there are none."""
        return self.sum / self.total if self.total else None

    def row(self, keys: tuple[Any, ...]) -> list[float]:
        """The counts in a given order, all other keys in the last place."""
        known = [float(self.bins.get(key, 0)) for key in keys]
        return [*known, float(self.total) - sum(known)]


@dataclass(frozen=True, slots=True)
class Windows:
    """All counts: measure -> reference, and measure -> week (its Monday) -> counts.

    Attributes:
        first: Monday of the first week with photos; None without photos.
        reference_end: first day after the reference window; None where a data set is the reference.
    """

    reference: dict[str, Counts]
    weeks: dict[str, dict[date, Counts]]
    first: date | None
    reference_end: date | None


def count(session: Session, *, reference_weeks: int, dataset: str | None, shown_weeks: int) -> Windows:
    """Count everything in the reference and in the last weeks."""
    parameters: dict[str, Any] = {**Scope().bounds(), "dataset": dataset}
    first, last = session.execute(_FIRST, parameters).one()
    if first is None:
        return Windows({}, {}, None, None)
    monday = first - timedelta(days=first.weekday())
    end = None if dataset else monday + timedelta(weeks=reference_weeks)
    shown_from = last - timedelta(days=last.weekday()) - timedelta(weeks=shown_weeks - 1)
    parameters |= {"reference_end": end, "shown_from": shown_from}
    reference: dict[str, Counts] = {}
    weeks: dict[str, dict[date, Counts]] = {}

    def take(week: date, name: str, key: Any, number: int, value: float | None, *, in_reference: bool) -> None:
        if in_reference:
            reference.setdefault(name, Counts()).add(key, number, value)
        if week >= shown_from:
            weeks.setdefault(name, {}).setdefault(week, Counts()).add(key, number, value)

    for week, ref, name, bin_, number, value in session.execute(_PHOTOS, parameters):
        take(week, name, bin_, number, value, in_reference=ref)
    for week, ref, name, bin_, word, number, value in session.execute(_FINDS, parameters):
        take(week, name, bin_ if word is None else word, number, value, in_reference=ref)
    for week, ref, name, word, number in session.execute(_NAMES, parameters):
        take(week, name, word, number, None, in_reference=ref)
    for week, ref, kept, number in session.execute(_ACCEPTED, parameters):
        # What experts kept of the data set's own photos says nothing about new ones: the first weeks stay the reference.
        early = ref if end is not None else week < monday + timedelta(weeks=reference_weeks)
        take(week, "acceptance", "kept", kept, kept, in_reference=early)
        take(week, "acceptance", "rejected", number - kept, 0, in_reference=early)
    return Windows(reference, weeks, monday, end)


def names_of(reference: Counts) -> tuple[str, ...]:
    """The most frequent names of the reference; everything else is the rest."""
    return tuple(sorted(reference.bins, key=lambda name: (-reference.bins[name], str(name)))[:_MOST_NAMES])
