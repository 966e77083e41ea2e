"""What became of the suggestions: beside each sent offer, what was suggested for every part and what the expert finally did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.access import Actor, require
from workbench.cases.learning.statistics import wilson
from workbench.store.database import session_scope
from workbench.store.learning import SuggestionOutcome
from workbench.store.models import Case, Draft, Finding, Offer

#: Drafts in which suggestions were made; see ``workbench.cases.prefill``.
SUGGESTED_IN: Final = ("Vorbefüllung", "Vorschläge neu erstellt")
OUTCOMES: Final = ("kept", "changed", "dropped", "added")
GROUPS: Final = ("operation", "part", "category", "severity_source")
#: The cap is priced as a part of its own, and is what is done about the mirror.
SAME_PART: Final = {"mirror_cap": "mirror"}
Place = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class HitRate:
    """How often experts did what was suggested, for one value of one grouping.

    Attributes:
        group_by: operation, part, category or severity_source.
        key: the value; for ``added`` alone it is what the expert did.
        suggested: kept + changed + dropped.
        kept, changed, dropped: of what was suggested.
        added: what the expert did without a suggestion; it has no part in the rate.
        rate: kept ÷ suggested, 0 to 1; None where nothing was suggested.
        low, high: its 95 % interval (Wilson).
    """

    group_by: str
    key: str
    suggested: int
    kept: int
    changed: int
    dropped: int
    added: int
    rate: float | None
    low: float | None
    high: float | None


def done_on(draft: Mapping[str, Any], *, only_suggested: bool = False) -> dict[Place, dict[str, Any]]:
    """What a calculation does on each part: kind, severity of the repair, paint level, hours and price of its lines.

    Work that another job brings along, paint preparation and side costs are no decision about a part and are left out, and so are
    lines that do not count.
    """
    found: dict[Place, dict[str, Any]] = defaultdict(dict)
    for block in ("parts", "labour", "paint", "dents"):
        for line in draft.get(block) or ():
            if not line.get("active", True) or not line.get("part"):
                continue
            if only_suggested and (line.get("origin") != "suggested" or line.get("override")):
                continue
            what = _of_line(block, line)
            if what is None:
                continue
            place = (SAME_PART.get(line["part"], line["part"]), line.get("side"))
            entry = found[place]
            entry["kinds"] = sorted({*entry.get("kinds", ()), what.pop("kind")})
            entry["finding_ids"] = sorted({*entry.get("finding_ids", ()), *(line.get("finding_ids") or ())})
            entry["figures"] = {**entry.get("figures", {}), **what.pop("figures")}
            reason = line.get("reason") or {}
            if reason.get("de") and "reason" not in entry:
                entry["reason"] = reason["de"][:300]
            entry.update(what)
    return {place: _whole(entry) for place, entry in found.items()}


def _of_line(block: str, line: Mapping[str, Any]) -> dict[str, Any] | None:
    if block == "parts":
        return {"kind": "replace", "figures": {"part": f"{line.get('qty')} × {line.get('unit_price')}"}}
    if block == "dents":
        return {"kind": "press", "figures": {"dents": f"{line.get('count')}: {line.get('press_hours')}"}}
    if block == "paint":
        if line.get("level") == "preparation":
            return None
        return {"kind": "paint_only", "paint_level": line.get("level"), "figures": {"paint": str(line.get("hours"))}}
    if line.get("operation") not in {"replace", "repair"} or line.get("added_by"):
        return None
    key = list(line.get("table_key") or ())
    severity = key[-1] if line["operation"] == "repair" and key and key[-1] in {"minor", "moderate", "severe"} else None
    made = {"kind": line["operation"], "figures": {line["operation"]: f"{line.get('units')} {line.get('unit')}"}}
    return {**made, "repair_severity": severity} if severity else made


def _whole(entry: dict[str, Any]) -> dict[str, Any]:
    """One kind for the part: the heaviest of its lines."""
    kinds = entry.pop("kinds")
    kind = next(name for name in ("replace", "repair", "press", "paint_only") if name in kinds)
    return {"kind": kind, "repair_severity": None, "paint_level": None, "reason": None, **entry}


def compare(suggested: Mapping[str, Any] | None, done: Mapping[str, Any] | None) -> str:
    """kept, changed, dropped or added."""
    if suggested is None:
        return "added"
    if done is None:
        return "dropped"
    same = all(suggested.get(name) == done.get(name) for name in ("kind", "repair_severity", "paint_level", "figures"))
    return "kept" if same else "changed"


def record(session: Session, case: Case, offer: Offer) -> int:
    """Note what became of the suggestions of a case as an offer is sent; each version of the offer has rows of its own.

    Args:
        session: of the transaction in which the offer is sent.
        case: with the draft that is offered.
        offer: the offer, whose version and sender are noted.

    Returns:
        How many rows were added: one per part and side that was suggested or done.
    """
    drafts = session.scalars(
        select(Draft).where(Draft.case_id == case.id, Draft.what.in_(SUGGESTED_IN)).order_by(Draft.position, Draft.id)
    )
    suggested: dict[Place, dict[str, Any]] = {}
    for draft in drafts.all() or _oldest(session, case):
        suggested.update(done_on(draft.draft, only_suggested=True))
    done = done_on(case.draft or {})
    rows = {row.id: row for row in session.scalars(select(Finding).where(Finding.case_id == case.id))}
    count = 0
    for place in sorted({*suggested, *done}, key=lambda p: (p[0], p[1] or "")):
        before, after = suggested.get(place), done.get(place)
        session.add(
            SuggestionOutcome(
                case_id=case.id,
                offer_version=offer.version,
                part=place[0],
                side=place[1],
                suggested=_told(before, rows) if before is not None else None,
                done=_told(after, rows) if after is not None else None,
                outcome=compare(before, after),
                made_by=offer.sent_by,
            )
        )
        count += 1
    session.flush()
    return count


def _oldest(session: Session, case: Case) -> Sequence[Draft]:
    """The oldest state that is kept, where the history was so long that the first suggestions are forgotten."""
    return session.scalars(select(Draft).where(Draft.case_id == case.id).order_by(Draft.position).limit(1)).all()


def _told(entry: dict[str, Any], rows: Mapping[str, Finding]) -> dict[str, Any]:
    """The entry with what was known of its findings: class, where the severity came from, size."""
    findings = [rows[name] for name in entry.get("finding_ids", ()) if name in rows]
    placed = [row for row in findings if row.part is not None] or findings
    main = max(placed, key=lambda row: (row.score if row.score is not None else 1, row.id), default=None)
    if main is None:
        return {**entry, "category": None, "severity_source": None, "size": None}
    return {**entry, "category": main.category, "severity_source": _source(main), "size": main.size}


def _source(row: Finding) -> str:
    if row.severity is not None:
        return "person" if row.origin == "manual" or row.status == "edited" else "model"
    return "size" if row.size else "guess"


def _keys(row: SuggestionOutcome) -> Iterable[tuple[str, str]]:
    facts = row.suggested or row.done or {}
    yield "operation", str(facts.get("kind") or "unknown")
    yield "part", row.part
    yield "category", str(facts.get("category") or "unknown")
    yield "severity_source", str(facts.get("severity_source") or "unknown")


def hit_rates(actor: Actor, *, since: datetime | None = None, until: datetime | None = None) -> tuple[HitRate, ...]:
    """How often experts kept what was suggested, by operation, part, class and source of the severity.

    Of a case with several offers the last one in the period counts.

    Args:
        actor: needs ``data.view``.
        since: offers sent from then on; None: all.
        until: offers sent before; None: all.
    """
    require(actor, "data.view")
    query = select(SuggestionOutcome).order_by(SuggestionOutcome.id)
    if since is not None:
        query = query.where(SuggestionOutcome.made_at >= since)
    if until is not None:
        query = query.where(SuggestionOutcome.made_at < until)
    with session_scope() as session:
        rows = session.scalars(query).all()
        last: dict[str, int] = {}
        for row in rows:
            last[row.case_id] = max(last.get(row.case_id, 0), row.offer_version)
        counts: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: dict.fromkeys(OUTCOMES, 0))
        for row in rows:
            if row.offer_version == last[row.case_id]:
                for group in _keys(row):
                    counts[group][row.outcome] += 1
    return tuple(
        _rate(group, key, counts[group, key]) for group, key in sorted(counts, key=lambda k: (GROUPS.index(k[0]), k[1]))
    )


def _rate(group: str, key: str, count: Mapping[str, int]) -> HitRate:
    suggested = count["kept"] + count["changed"] + count["dropped"]
    share = wilson(count["kept"], suggested)
    return HitRate(
        group_by=group,
        key=key,
        suggested=suggested,
        kept=count["kept"],
        changed=count["changed"],
        dropped=count["dropped"],
        added=count["added"],
        rate=share.value,
        low=share.low,
        high=share.high,
    )
