"""Drift: do photos, scores and what experts keep still look like they did in the reference, week by week; and alarms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.access import Actor, require
from workbench.cases.learning.drift_counts import MEASURES, NUMERIC, Counts, Windows, count, names_of
from workbench.cases.learning.drift_words import Words, words
from workbench.cases.learning.scope import bad_choice
from workbench.cases.learning.sql import figures_session
from workbench.cases.learning.statistics import Rate, expected_stability, grouped, kolmogorov_smirnov, stability, wilson
from workbench.store.database import session_scope
from workbench.store.learning import DatasetVersion
from workbench.store.models import StoredSetting, now

SETTING = "drift"
_GROUPS = 10


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When a change is reported; kept in the installation's stored settings.

    Attributes:
        weeks: length of the reference window, from the first photo on.
        dataset: name of a data set whose photos are the reference instead; None for the first weeks.
        least: photos (or regions) that a week needs to be judged.
        watch: stability index, beyond what chance gives, from which a change is watched.
        alarm: the same from which it is an alarm.
        p: a change of a measured value counts only where chance makes it less often than this.
        drop: fall of the share that experts keep from which there is an alarm.
    """

    weeks: int = 8
    dataset: str | None = None
    least: int = 50
    watch: float = 0.1
    alarm: float = 0.25
    p: float = 0.001
    drop: float = 0.1


@dataclass(frozen=True, slots=True)
class Point:
    """A week of a measure.

    Attributes:
        week: its Monday.
        total: photos, finds or decided regions in it.
        mean: mean of a measured value; share of the most frequent name; share that experts kept.
        low, high: 95 % interval of a share that experts kept.
        index: population stability index against the reference; None where it was not compared.
        chance: the index that chance alone gives at these counts.
        gap, p: Kolmogorov-Smirnov for measured values.
        level: ``ok``, ``watch``, ``alarm``, ``few`` (too few to judge) or ``none`` (belongs to the reference, or there is none).
    """

    week: date
    total: int
    mean: float | None
    low: float | None
    high: float | None
    index: float | None
    chance: float | None
    gap: float | None
    p: float | None
    level: str
    shares: dict[str, float]


@dataclass(frozen=True, slots=True)
class Series:
    """A measure over time; ``shares`` of a named measure are those of the most frequent names of the reference."""

    measure: str
    reference_total: int
    reference_mean: float | None
    reference_shares: dict[str, float]
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that changed: what, by how much, and what to do, in both languages."""

    measure: str
    week: date
    level: str
    reason_de: str
    reason_en: str
    remedy_de: str
    remedy_en: str


@dataclass(frozen=True, slots=True)
class Drift:
    """The page's figures; ``first`` is the Monday of the first week, None without photos."""

    series: tuple[Series, ...]
    alarms: tuple[Alarm, ...]
    thresholds: Thresholds
    first: date | None
    reference_end: date | None
    datasets: tuple[str, ...]


def drift(actor: Actor, *, weeks: int = 26) -> Drift:
    """Compare the last weeks with the reference.

    Raises:
        TelekalkError: TK-ACCESS-403 without ``data.view``.
    """
    require(actor, "data.view")
    with figures_session() as session:
        limits = thresholds(session)
        windows = _windows(session, limits, max(1, min(weeks, 520)))
        series = _series(windows, limits)
        names = session.scalars(select(DatasetVersion.name).order_by(DatasetVersion.made_at.desc())).all()
        return Drift(series, _alarms(series), limits, windows.first, windows.reference_end, tuple(names))


def alarms(session: Session) -> tuple[Alarm, ...]:
    """What has changed in the last week that can be judged, worst first; for the doctor's report too."""
    limits = thresholds(session)
    return _alarms(_series(_windows(session, limits, 4), limits))


def thresholds(session: Session) -> Thresholds:
    """The thresholds as stored, or the usual ones."""
    stored = session.get(StoredSetting, SETTING)
    known = asdict(Thresholds())
    return Thresholds(
        **{**known, **{key: value for key, value in (stored.value if stored else {}).items() if key in known}}
    )


#: threshold -> least and greatest value.
_RANGES: Mapping[str, tuple[float, float]] = {
    "weeks": (1, 104), "least": (10, 100_000), "watch": (0.01, 5), "alarm": (0.02, 10), "p": (1e-9, 0.5), "drop": (0.01, 0.9),
}  # fmt: skip


def set_thresholds(actor: Actor, changes: Mapping[str, Any]) -> Thresholds:
    """Store other thresholds.

    Raises:
        TelekalkError: TK-ACCESS-403 without ``models.release``; TK-DATA-001 for a name, number or data set that there is not.
    """
    require(actor, "models.release")
    with session_scope() as session:
        values = asdict(thresholds(session))
        for name, value in changes.items():
            values[name] = _checked(session, name, value)
        if values["alarm"] <= values["watch"]:
            raise bad_choice("alarm", values["alarm"])
        session.merge(StoredSetting(key=SETTING, value=values, changed_at=now()))
        return Thresholds(**values)


def _checked(session: Session, name: str, value: Any) -> Any:
    if name == "dataset":
        if value in (None, "", "first"):
            return None
        if session.scalar(select(DatasetVersion.id).where(DatasetVersion.name == str(value))) is None:
            raise bad_choice(name, value)
        return str(value)
    if name not in _RANGES:
        raise bad_choice("threshold", name)
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise bad_choice(name, value) from None
    least, most = _RANGES[name]
    if not least <= number <= most:  # also refuses what is no number at all
        raise bad_choice(name, value)
    return round(number) if name in {"weeks", "least"} else number


def _windows(session: Session, limits: Thresholds, weeks: int) -> Windows:
    return count(session, reference_weeks=limits.weeks, dataset=limits.dataset, shown_weeks=weeks)


def _series(windows: Windows, limits: Thresholds) -> tuple[Series, ...]:
    return tuple(
        _one(measure, windows, limits)
        for measure in MEASURES
        if measure in windows.weeks or measure in windows.reference
    )


def _one(measure: str, windows: Windows, limits: Thresholds) -> Series:
    reference = windows.reference.get(measure, Counts())
    names = names_of(reference) if measure not in NUMERIC and measure != "acceptance" else ()
    shares = {str(name): reference.bins[name] / reference.total for name in names}
    mean = max(shares.values(), default=None) if names else reference.mean
    points = []
    for week, counts in sorted(windows.weeks.get(measure, {}).items()):
        inside = windows.reference_end is not None and week < windows.reference_end
        if measure == "acceptance":
            points.append(_accepted(week, reference, counts, limits, inside=inside))
        else:
            points.append(_point(measure, week, reference, counts, names, limits, inside=inside))
    return Series(measure, reference.total, mean, shares, tuple(points))


def _point(
    measure: str, week: date, reference: Counts, counts: Counts, names: tuple[Any, ...], limits: Thresholds, *, inside: bool
) -> Point:  # fmt: skip
    shares = {str(name): counts.bins.get(name, 0) / counts.total for name in names}
    mean = shares.get(str(names[0])) if names else (counts.mean if measure in NUMERIC else None)
    if inside or not reference.total:
        return Point(week, counts.total, mean, None, None, None, None, None, None, "none", shares)
    keys = names or tuple(range(NUMERIC[measure][2] + 2))
    expected, actual = reference.row(keys), counts.row(keys)
    gap = None if names else kolmogorov_smirnov(expected, actual)
    if not names:
        expected, actual = grouped(expected, actual, _GROUPS)
    index = stability(expected, actual)
    chance = expected_stability(
        reference.total, counts.total, sum(1 for pair in zip(expected, actual, strict=True) if any(pair))
    )
    level = "ok"
    if min(counts.total, reference.total) < limits.least or index is None:
        level = "few"
    elif gap is None or gap.p < limits.p:
        beyond = index - chance
        level = "alarm" if beyond >= limits.alarm else "watch" if beyond >= limits.watch else "ok"
    return Point(
        week, counts.total, mean, None, None, index, chance, gap.gap if gap else None, gap.p if gap else None, level, shares
    )  # fmt: skip


def _accepted(week: date, reference: Counts, counts: Counts, limits: Thresholds, *, inside: bool) -> Point:
    rate = _rate(counts)
    level = "ok"
    if inside or not reference.total:
        level = "none"
    elif min(counts.total, reference.total) < limits.least:
        level = "few"
    else:
        usual = _rate(reference)
        fall = (usual.value or 0) - (rate.value or 0)
        # Only a fall beyond both intervals is one; chance moves a share of fifty regions by ten points and more.
        if rate.high is not None and usual.low is not None and rate.high < usual.low:
            level = "alarm" if fall >= limits.drop else "watch"
    return Point(week, counts.total, rate.value, rate.low, rate.high, None, None, None, None, level, {})


def _rate(counts: Counts) -> Rate:
    return wilson(int(counts.bins.get("kept", 0)), counts.total)


def _alarms(series: tuple[Series, ...]) -> tuple[Alarm, ...]:
    found: list[Alarm] = []
    for one in series:
        judged = [point for point in one.points if point.level in {"ok", "watch", "alarm"}]
        if judged and judged[-1].level != "ok":
            said: Words = words(one, judged[-1])
            found.append(
                Alarm(one.measure, judged[-1].week, judged[-1].level, said.reason_de, said.reason_en, said.remedy_de, said.remedy_en)
            )  # fmt: skip
    return tuple(sorted(found, key=lambda alarm: (alarm.level != "alarm", MEASURES.index(alarm.measure))))
