"""The photos behind a figure of the data page, page by page. Documents are never among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import TextClause

from cv_models.findings import CATEGORIES
from workbench.access import Actor, allowed, require
from workbench.cases.learning.scope import NOTHING, Scope, bad_choice, page_bounds
from workbench.cases.learning.sql import (
    CHANGES,
    JUDGED,
    LAST_WORD,
    REVIEWED,
    SAID,
    SHOWN,
    STANDING,
    figures_session,
    query,
)
from workbench.errors import not_found
from workbench.store.database import session_scope

_LONGEST = 80

#: Each finds ``picked``: photo_id and when; every condition falls away where its parameter is null.
_LABELS = """
picked as (
  select photo_id, max(made_at) as moment from last_word
  where (cast(:since as timestamptz) is null or made_at >= cast(:since as timestamptz))
    and (cast(:category as text) is null or category = :category)
    and (cast(:decision as text) is null or decision = :decision)
    and (cast(:label as text) is null or category = :label)
    and (cast(:part as text) is null or coalesce(part, '') = :part)
    and (cast(:month as text) is null or to_char(made_at at time zone :zone, 'YYYY-MM') = :month)
  group by 1
)"""
_AGREEMENT = """
picked as (
  select photo_id, max(made_at) as moment from judged
  where (cast(:outcome as text) is null or outcome = :outcome)
    and (cast(:proposed as text) is null or coalesce(proposed, 'none') = :proposed)
    and (cast(:named as text) is null or coalesce(named, 'none') = :named)
    and (cast(:model as text) is null or model = :model)
  group by 1
)"""
_REVIEW = """
picked as (
  select photo_id, max(made_at) as moment from reviewed
  where (cast(:expert as text) is null or expert = :expert) and (cast(:reviewer as text) is null or reviewer = :reviewer)
  group by 1
)"""
_STATE = """
picked as (select photo_id, received_at as moment from standing where standing = :standing)"""
_WAITING = """
picked as (
  select finding.photo_id, max(photo.received_at) as moment from findings finding join photos photo on photo.id = finding.photo_id
  where finding.status = 'proposed' and finding.origin = 'model' and finding.category = :label
    and (cast(:since as timestamptz) is null or photo.received_at >= cast(:since as timestamptz))
    and not exists (select 1 from said where said.finding_id = finding.id)
  group by 1
)"""
_WEEK = """
picked as (
  select photo.id as photo_id, photo.received_at as moment from photos photo
  where photo.received_at >= cast(:week as date)::timestamp at time zone :zone
    and photo.received_at < (cast(:week as date) + 7)::timestamp at time zone :zone
)"""
_JUDGED_WEEK = """
picked as (
  select photo_id, max(made_at) as moment from judged
  where made_at >= cast(:week as date)::timestamp at time zone :zone
    and made_at < (cast(:week as date) + 7)::timestamp at time zone :zone
    and (cast(:outcome as text) is null or outcome = :outcome)
  group by 1
)"""
_SHADOW = """
picked as (
  select photo_id, max(made_at) as moment from shadow_looks
  where disagreement_count > 0 and (cast(:candidate as text) is null or candidate = :candidate)
    and (cast(:since as timestamptz) is null or made_at >= cast(:since as timestamptz))
  group by 1
)"""
_DATASET = """
picked as (
  select photo.id as photo_id, photo.received_at as moment from photos photo
  where photo.sha256 in (
    select entry ->> 'photo' from dataset_versions, jsonb_array_elements(manifest) entry
    where name = :dataset and (cast(:split as text) is null or entry ->> 'split' = :split))
)"""
_DIFFERENCE = """
picked as (
  select photo.id as photo_id, photo.received_at as moment from photos photo
  where photo.sha256 in (select sha256 from changes where change = :change)
)"""
_BODY = """
select photo.id, photo.sha256, photo.width, photo.height, photo.role, photo.view, photo.received_at, photo.device, photo.case_id,
  owner.claim_number, picked.moment, count(*) over () as total
from picked join photos photo on photo.id = picked.photo_id join cases owner on owner.id = photo.case_id
where photo.role = any(:roles) order by picked.moment desc, photo.id limit :length offset :offset"""

#: list -> (names that it can be narrowed by, statement).
LISTS: Mapping[str, tuple[tuple[str, ...], TextClause]] = MappingProxyType(
    {
        "labels": (("decision", "label", "part", "month"), query(_BODY, SAID, SHOWN, LAST_WORD, _LABELS)),
        "agreement": (("outcome", "proposed", "named", "model"), query(_BODY, SAID, SHOWN, JUDGED, _AGREEMENT)),
        "review": (("expert", "reviewer"), query(_BODY, SAID, REVIEWED, _REVIEW)),
        "state": (("standing",), query(_BODY, SAID, STANDING, _STATE)),
        "waiting": (("label",), query(_BODY, SAID, _WAITING)),
        "week": (("week",), query(_BODY, _WEEK)),
        "judged_week": (("week", "outcome"), query(_BODY, SAID, SHOWN, JUDGED, _JUDGED_WEEK)),
        "shadow": (("candidate",), query(_BODY, _SHADOW)),
        "dataset": (("dataset", "split"), query(_BODY, _DATASET)),
        "difference": (("older", "newer", "change"), query(_BODY, CHANGES, _DIFFERENCE)),
    }
)
_NEEDED = frozenset({"standing", "week"})


@dataclass(frozen=True, slots=True)
class ListedPhoto:
    """A photo of a list; case and claim number only for those who may see cases."""

    id: str
    sha256: str
    width: int
    height: int
    role: str | None
    view: str | None
    received_at: datetime
    device: str | None
    case_id: str | None
    claim_number: str | None
    score: float | None = None
    reasons: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PhotoPage:
    """Part of a list and the length of the whole."""

    photos: tuple[ListedPhoto, ...]
    total: int
    start: int


def list_photos(
    actor: Actor, kind: str, narrowed: Mapping[str, Any], scope: Scope | None = None, *, start: int = 0, end: int = 24
) -> PhotoPage:
    """The photos behind a figure, newest first.

    Args:
        actor: needs ``data.view``.
        kind: one of ``LISTS``.
        narrowed: values for the names by which that list can be narrowed; others are refused.
        scope: period and class of the page.
        start: first photo, from 0.
        end: photo after the last; at most 200 at a time.

    Raises:
        TelekalkError: TK-ACCESS-403; TK-DATA-001 for a list or a name that there is not.
    """
    require(actor, "data.view")
    if kind not in LISTS:
        raise bad_choice("list", kind)
    names, statement = LISTS[kind]
    unknown = set(narrowed) - set(names)
    if unknown:
        raise bad_choice("list", min(unknown))
    offset, length = page_bounds(start, end)
    values = {name: _clean(name, narrowed.get(name)) for name in names}
    missing = [name for name in names if name in _NEEDED and values[name] is None]
    if missing:
        raise bad_choice(missing[0], None)
    with figures_session() as session:
        rows = session.execute(
            statement, {**(scope or Scope()).bounds(), **values, "offset": offset, "length": length}
        ).all()
    see_cases = allowed(actor, "case.view")
    photos = tuple(
        ListedPhoto(
            str(row.id), row.sha256, row.width, row.height, row.role, row.view, row.received_at, row.device,
            str(row.case_id) if see_cases else None, row.claim_number if see_cases else None,
        )
        for row in rows
    )  # fmt: skip
    return PhotoPage(photos, rows[0].total if rows else 0, offset)


def _clean(name: str, value: Any) -> str | None:
    if value is None:
        return None
    text = str(value)
    if "\0" in text or len(text) > _LONGEST:
        raise bad_choice(name, text)
    if name in {"label", "proposed", "named", "expert", "reviewer"} and text not in (*CATEGORIES, NOTHING):
        raise bad_choice(name, text)
    if name == "week":
        try:
            return datetime.strptime(text, "%Y-%m-%d").date().isoformat()
        except ValueError:
            raise bad_choice(name, text) from None
    return text


#: The same picture may be in several cases; where one of them takes it for a document, it is one.
_VISIBLE = query("select 1 from photos where sha256 = :sha having bool_and(coalesce(role = any(:roles), false))")


def require_photo(actor: Actor, sha256: str) -> None:
    """Let only those see a photo who may: whoever sees cases sees all, the data team no documents.

    Raises:
        TelekalkError: TK-ACCESS-403 without either permission, TK-ACCESS-404 for a photo that the data team has nothing to do with.
    """
    if allowed(actor, "photo.view"):
        return
    require(actor, "data.view")
    with session_scope() as session:
        known = session.execute(_VISIBLE, {"sha": sha256[:64].replace("\0", ""), **Scope().bounds()}).first()
    if known is None:
        raise not_found("Das Foto", "The photo")
