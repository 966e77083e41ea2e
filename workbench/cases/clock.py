"""The clock of a case: office time until an offer is due. Pure; the caller hands in the present moment."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from workbench.errors import TelekalkError
from workbench.settings import get_settings

_DAYS = {"mo": 0, "di": 1, "tu": 1, "mi": 2, "we": 2, "do": 3, "th": 3, "fr": 4, "sa": 5, "so": 6, "su": 6}
_RULE = re.compile(r"(\w\w)(?:-(\w\w))?\s+(\d\d):(\d\d)-(\d\d):(\d\d)")
_HORIZON_DAYS = 400


@lru_cache(maxsize=32)
def holidays(year: int) -> frozenset[date]:
    """The public holidays that all German states share; Easter after Gauss."""
    golden = year % 19
    century = year // 100
    epact = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    full_moon = epact - (epact // 28) * (1 - (29 // (epact + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + full_moon + 2 - century + century // 4) % 7
    offset = full_moon - weekday
    month = 3 + (offset + 40) // 44
    easter = date(year, month, offset + 28 - 31 * (month // 4))
    moving = {easter + timedelta(days=days) for days in (-2, 1, 39, 50)}
    return frozenset(moving | {date(year, m, d) for m, d in ((1, 1), (5, 1), (10, 3), (12, 25), (12, 26))})


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """Office hours of a week.

    Attributes:
        spans: weekday (0 = Monday) -> opening spans as local times; None for "always".
        zone: time zone of the spans.
    """

    spans: dict[int, tuple[tuple[time, time], ...]] | None
    zone: ZoneInfo

    @classmethod
    def parse(cls, text: str, zone: str) -> OfficeHours:
        """Read ``mo-fr 08:00-18:00; sa 09:00-13:00`` or ``always``.

        Raises:
            TelekalkError: TK-CONF-001 when the text makes no sense.
        """
        if text.strip().lower() == "always":
            return cls(None, ZoneInfo(zone))
        spans: dict[int, list[tuple[time, time]]] = {}
        for rule in text.lower().split(";"):
            found = _RULE.fullmatch(rule.strip())
            try:
                if found is None:
                    raise ValueError(rule)
                first, last = _DAYS[found[1]], _DAYS[found[2] or found[1]]
                span = (time(int(found[3]), int(found[4])), time(int(found[5]), int(found[6])))
                if span[0] >= span[1] or first > last:
                    raise ValueError(rule)
            except (ValueError, KeyError) as problem:
                raise TelekalkError(
                    "TK-CONF-001",
                    f"Die Bürozeiten sind nicht lesbar: {rule.strip()!r}.",
                    f"The office hours cannot be read: {rule.strip()!r}.",
                    remedy_de="Beispiel: TELEKALK_OFFICE_HOURS='mo-fr 08:00-18:00; sa 09:00-13:00'.",
                    remedy_en="Example: TELEKALK_OFFICE_HOURS='mo-fr 08:00-18:00; sa 09:00-13:00'.",
                ) from problem
            for day in range(first, last + 1):
                spans.setdefault(day, []).append(span)
        return cls({day: tuple(sorted(found)) for day, found in spans.items()}, ZoneInfo(zone))

    def _opening(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        if self.spans is None or day in holidays(day.year):
            return ()
        # Each bound is converted on its own, so a day with a change of summer time keeps its true length.
        return tuple(
            (
                datetime.combine(day, start, self.zone).astimezone(UTC),
                datetime.combine(day, end, self.zone).astimezone(UTC),
            )
            for start, end in self.spans.get(day.weekday(), ())
        )

    def add(self, start: datetime, seconds: int) -> datetime:
        """The moment at which that many office seconds have passed since ``start``."""
        if self.spans is None:
            return start + timedelta(seconds=seconds)
        left = timedelta(seconds=seconds)
        day = start.astimezone(self.zone).date()
        for _ in range(_HORIZON_DAYS):
            for opens, closes in self._opening(day):
                begin = max(opens, start)
                if begin >= closes:
                    continue
                if closes - begin >= left:
                    return begin + left
                left -= closes - begin
            day += timedelta(days=1)
        return start + timedelta(days=_HORIZON_DAYS)

    def between(self, start: datetime, end: datetime) -> int:
        """Office seconds from ``start`` to ``end``; negative when ``end`` is earlier."""
        if end < start:
            return -self.between(end, start)
        if self.spans is None:
            return int((end - start).total_seconds())
        total = timedelta()
        day = start.astimezone(self.zone).date()
        last = end.astimezone(self.zone).date()
        while day <= last:
            for opens, closes in self._opening(day):
                span = min(closes, end) - max(opens, start)
                if span > timedelta():
                    total += span
            day += timedelta(days=1)
        return int(total.total_seconds())

    def is_open(self, moment: datetime) -> bool:
        """Whether the office is open at that moment."""
        if self.spans is None:
            return True
        return any(a <= moment < b for a, b in self._opening(moment.astimezone(self.zone).date()))


@lru_cache(maxsize=4)
def _parsed(text: str, zone: str) -> OfficeHours:
    return OfficeHours.parse(text, zone)


def office_hours() -> OfficeHours:
    """The configured office hours."""
    settings = get_settings()
    return _parsed(settings.office_hours, settings.time_zone)
