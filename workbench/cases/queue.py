"""The queue: sorted, filtered and paged by the database."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select, text
from sqlalchemy.orm import Session

from workbench.access import Actor, require
from workbench.cases.builder import clock_of, iso
from workbench.cases.intake import plate_key
from workbench.cases.views import TERMINAL, QueuePage, QueueQuery, State
from workbench.store.database import session_scope
from workbench.store.models import Case, Photo, User, now

PAGE_LIMIT = 500
THUMBS = 4
_DONE = [str(state) for state in (*TERMINAL, State.OFFERED, State.ACCEPTED, State.PAYMENT_APPROVED)]
#: The clock still runs or waits; everything else sorts behind.
_UNDER_CLOCK = case(
    (Case.state.in_(_DONE), 3),
    (and_(Case.state == State.PHOTOS_INCOMPLETE.value, Case.clock_left_seconds.is_not(None)), 1),
    (Case.due_at.is_(None), 2),
    else_=0,
)
_SORT: Mapping[str, tuple[Any, ...]] = MappingProxyType(
    {
        "claim_number": (Case.claim_number,),
        "plate": (Case.plate_key,),
        "vehicle": (Case.vehicle,),
        "holder": (Case.holder_name,),
        "regime": (Case.regime,),
        "state": (Case.state,),
        "received_at": (Case.received_at,),
        "due_at": (_UNDER_CLOCK, Case.due_at),
        "clock_seconds": (_UNDER_CLOCK, Case.due_at),
        "assigned_to": (User.name,),
        "photos": (select(func.count()).where(Photo.case_id == Case.id).scalar_subquery(),),
        "gross": (Case.gross,),
        "payout": (Case.payout,),
        "demo": (Case.demo,),
    }
)
SORTABLE: tuple[str, ...] = tuple(_SORT)


def _values(wanted: object) -> list[str]:
    items = wanted if isinstance(wanted, list | tuple | set | frozenset) else [wanted]
    return [str(item).replace("\0", "") for item in items][:50]


def _filtered(query: Select[*tuple[Any, ...]], filters: Mapping[str, Any], actor: Actor) -> Select[*tuple[Any, ...]]:
    for name, wanted in filters.items():
        if wanted in (None, "", []):
            continue
        if name == "state":
            query = query.where(Case.state.in_(_values(wanted)))
        elif name == "regime":
            query = query.where(Case.regime.in_(_values(wanted)))
        elif name == "flags":
            query = query.where(Case.flag_codes.overlap(_values(wanted)))
        elif name == "assigned_to":
            query = query.where(User.name.in_(_values(wanted)))
        elif name == "mine" and wanted:
            query = query.where(_is_mine(actor))
        elif name == "open" and wanted:
            query = query.where(Case.state.not_in(_DONE))
        elif name == "flagged" and wanted:
            query = query.where(func.cardinality(Case.flag_codes) > 0)
        elif name == "demo":
            query = query.where(Case.demo.is_(bool(wanted)))
        elif name == "search":
            query = query.where(_search(str(wanted)))
    return query


def _is_mine(actor: Actor) -> ColumnElement[bool]:
    # Programs have no account, and "nobody has it" must not count as theirs.
    return false() if actor.user_id is None else Case.assigned_to == actor.user_id


def _search(wanted: str) -> ColumnElement[bool]:
    plain = wanted.replace("\0", "").strip()[:80]
    pattern = "%" + plain.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    found: list[ColumnElement[bool]] = [
        column.ilike(pattern) for column in (Case.claim_number, Case.holder_name, Case.vehicle)
    ]
    key = plate_key(plain)
    if key:
        found.append(Case.plate_key.contains(key, autoescape=True))
    return or_(*found)


def _ordered(query: Select[*tuple[Any, ...]], query_sort: tuple[tuple[str, str], ...]) -> Select[*tuple[Any, ...]]:
    for column, direction in query_sort or (("due_at", "asc"),):
        for part in _SORT.get(column, ()):
            query = query.order_by((part.desc() if direction == "desc" else part.asc()).nulls_last())
    # A page must not tear: rows that are equal otherwise keep one order.
    return query.order_by(Case.created_at, Case.id)


def list_queue(actor: Actor, query: QueueQuery) -> QueuePage:
    """A part of the queue for this actor."""
    require(actor, "queue.view")
    start = max(0, int(query.start))
    length = min(PAGE_LIMIT, max(0, int(query.end) - start))
    sort = tuple((str(column), str(direction)) for column, direction in query.sort)[:5]
    with session_scope() as session:
        base = select(Case, User.name).outerjoin(User, User.id == Case.assigned_to)
        wanted = _ordered(_filtered(base, query.filters, actor), sort).offset(start).limit(length)
        found = session.execute(wanted).all()
        count = select(func.count()).select_from(Case).outerjoin(User, User.id == Case.assigned_to)
        total = session.scalar(_filtered(count, query.filters, actor)) or 0
        photos = _photos(session, [row.id for row, _name in found])
        moment = now()
        rows = [_row(row, name, photos.get(row.id, (0, [])), actor, moment) for row, name in found]
        return QueuePage(rows, total, _version(session))


def _photos(session: Session, ids: list[str]) -> dict[str, tuple[int, list[str]]]:
    """Count and thumbnails by case: damage first, then the vehicle, the document last."""
    if not ids:
        return {}
    rank = case({"damage": 0, "vehicle": 1, "odometer": 3, "registration_document": 4}, value=Photo.role, else_=2)
    numbered = (
        select(
            Photo.case_id,
            Photo.sha256,
            func.row_number().over(partition_by=Photo.case_id, order_by=(rank, Photo.position)).label("place"),
            func.count().over(partition_by=Photo.case_id).label("total"),
        )
        .where(Photo.case_id.in_(ids))
        .subquery()
    )
    result: dict[str, tuple[int, list[str]]] = {}
    chosen = select(numbered).where(numbered.c.place <= THUMBS).order_by(numbered.c.case_id, numbered.c.place)
    for case_id, sha256, _place, total in session.execute(chosen):
        result.setdefault(case_id, (total, []))[1].append(sha256)
    return result


def _row(row: Case, assigned: str | None, photos: tuple[int, list[str]], actor: Actor, moment: Any) -> dict[str, Any]:
    clock = clock_of(row, moment)
    return {
        "id": row.id,
        "claim_number": row.claim_number,
        "plate": row.plate,
        "vehicle": row.vehicle,
        "holder": row.holder_name,
        "regime": row.regime,
        "state": row.state,
        "flags": list(row.flag_codes),
        "received_at": iso(row.received_at),
        "due_at": clock["due_at"],
        "clock_seconds": clock["remaining_seconds"] if clock["running"] or clock["paused"] else None,
        "clock_paused": clock["paused"],
        "assigned_to": assigned,
        "assigned_mine": row.assigned_to is not None and row.assigned_to == actor.user_id,
        "locked": row.lock_until is not None and row.lock_until > moment and row.assigned_to is not None,
        "photos": photos[0],
        "thumbs": photos[1],
        "progress": {
            "done": row.progress_done,
            "total": row.progress_total,
            "step": row.progress_step,
            "failed": row.progress_failed,
        },
        "gross": str(row.gross) if row.gross is not None else None,
        "payout": str(row.payout) if row.payout is not None else None,
        "demo": row.demo,
        "version": row.version,
        "ready": row.draft is not None,
    }


def _version(session: Session) -> str:
    # Each change gives a row a higher number, so the sum changes with every change that is visible, in whatever
    # order transactions commit; older rows need not be added up again.
    row = session.execute(
        text(
            "SELECT count(*), coalesce(sum(change_seq), 0) FROM cases "
            "WHERE changed_at > date_trunc('hour', now()) - interval '1 day'"
        )
    ).one()
    return f"{row[0]}.{row[1]}"


def queue_version() -> str:
    """A short text that changes whenever any row of the queue may have changed; cheap enough to poll each second."""
    with session_scope() as session:
        return _version(session)


def queue_counts(actor: Actor) -> dict[str, int]:
    """Cases by state, and ``open``, ``mine``, ``late``, ``flagged``, ``waiting`` for the tiles above the queue."""
    require(actor, "queue.view")
    is_open = Case.state.not_in(_DONE)
    with session_scope() as session:
        by_state = session.execute(select(Case.state, func.count()).group_by(Case.state))
        counts: dict[str, int] = {row[0]: row[1] for row in by_state}
        row = session.execute(
            select(
                func.count().filter(is_open),
                func.count().filter(and_(is_open, _is_mine(actor))),
                func.count().filter(and_(_UNDER_CLOCK == 0, Case.due_at < now())),
                func.count().filter(and_(is_open, func.cardinality(Case.flag_codes) > 0)),
                func.count().filter(and_(Case.state == State.PRE_CHECK.value, Case.draft_position >= 0)),
            ).select_from(Case)
        ).one()
        counts |= dict(zip(("open", "mine", "late", "flagged", "waiting"), row, strict=True))
        return counts
