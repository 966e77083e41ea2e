from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.cases.clock import OfficeHours, holidays
from workbench.errors import TelekalkError

WEEK = OfficeHours.parse("mo-fr 08:00-18:00", "Europe/Berlin")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-11-23T10:00+01:00", "2026-11-23T12:00+01:00"),  # a Monday
        ("2026-11-23T17:00+01:00", "2026-11-24T09:00+01:00"),  # over night
        ("2026-11-27T17:30+01:00", "2026-11-30T09:30+01:00"),  # over a weekend
        ("2026-11-28T12:00+01:00", "2026-11-30T10:00+01:00"),  # came in on a Saturday
        ("2026-12-24T17:00+01:00", "2026-12-28T09:00+01:00"),  # Christmas on Friday and Saturday
        ("2026-04-02T17:00+02:00", "2026-04-07T09:00+02:00"),  # Good Friday and Easter Monday
        ("2026-03-27T17:00+01:00", "2026-03-30T09:00+02:00"),  # summer time begins on the Sunday between
    ],
)
def test_two_hours_of_office_time(start: str, due: str) -> None:
    assert WEEK.add(at(start), 7200) == at(due)
    assert WEEK.between(at(start), at(due)) == 7200


def test_easter() -> None:
    found = {2024: date(2024, 3, 29), 2025: date(2025, 4, 18), 2026: date(2026, 4, 3), 2027: date(2027, 3, 26)}
    for year, good_friday in found.items():
        assert good_friday in holidays(year)
    assert date(2026, 10, 3) in holidays(2026)
    assert len(holidays(2026)) == 9


moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC))


@given(moments, st.integers(0, 200_000))
def test_adding_and_measuring_agree(start: datetime, seconds: int) -> None:
    due = WEEK.add(start, seconds)
    assert due >= start
    assert abs(WEEK.between(start, due) - seconds) <= 1


@given(moments, st.integers(0, 1_000_000))
def test_office_time_is_never_longer_than_time(start: datetime, seconds: int) -> None:
    assert 0 <= WEEK.between(start, start + timedelta(seconds=seconds)) <= seconds


@pytest.mark.parametrize(
    "text", ["", "mo 8-18", "xx 08:00-18:00", "fr-mo 08:00-18:00", "mo-fr 18:00-08:00", "mo-fr 25:00-26:00"]
)
def test_unreadable_hours_are_refused(text: str) -> None:
    with pytest.raises(TelekalkError) as caught:
        OfficeHours.parse(text, "Europe/Berlin")
    assert caught.value.code == "TK-CONF-001"


def test_always_counts_every_second() -> None:
    hours = OfficeHours.parse("always", "Europe/Berlin")
    start = at("2026-12-25T03:00+01:00")
    assert hours.add(start, 7200) == start + timedelta(hours=2)
