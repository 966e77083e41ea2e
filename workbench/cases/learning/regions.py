"""Every act on a region of damage is kept; what counts as its label follows from the acts (``region_fold``).

The desk's acts come through ``remember``, in the transaction of the change itself. ``mend`` is for reviewers and the data team:
it changes the label for the data set and nothing in the case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from cv_models.findings import CATEGORIES, PARTS, SEVERITIES, SIDES
from workbench.access import Actor, require
from workbench.cases.field_decisions import bad
from workbench.cases.learning.region_fold import Act, fold
from workbench.cases.learning.region_values import NAMES, bounds_of, box_in, choice, polygon_in, state_of
from workbench.cases.transition import as_id
from workbench.errors import TelekalkError, not_found
from workbench.store.database import session_scope
from workbench.store.learning import RegionAnnotation
from workbench.store.models import Finding, Photo, User, new_id, now

Decision = Literal["confirmed", "rejected", "edited", "added", "undone"]
_MENDS = ("confirmed", "rejected", "edited", "added", "undone")


@dataclass(frozen=True, slots=True)
class TruthLabel:
    """A region as it counts now. Coordinates are pixels of the upright original.

    Attributes:
        region: id of the region (that of the finding where the desk knows it).
        decision: the act that made it so: confirmed, edited, added, mended; rejected for a region that is no damage; ``proposed`` where
            nobody has said anything.
        original: what the model said, None for a region that no model saw.
        contested: an expert said something else after a reviewer or the data team.
    """

    region: str
    photo_id: str
    category: str
    part: str | None
    side: str | None
    severity: str | None
    box: tuple[int, int, int, int]
    polygon: tuple[tuple[int, int], ...] | None
    decision: str
    by_role: str | None
    made_by: str | None
    made_at: datetime | None
    model: str | None
    score: Decimal | None
    original: Mapping[str, Any] | None
    contested: bool = False


@dataclass(frozen=True, slots=True)
class PhotoTruth:
    """What is known of a photo.

    Attributes:
        labels: the damage that counts.
        rejected: regions that somebody looked at and that are no damage.
        unreviewed: regions that a model proposes and nobody has decided.
        last_at: when the last word was said; None when there is none.
    """

    photo_id: str
    case_id: str
    sha256: str
    width: int
    height: int
    labels: tuple[TruthLabel, ...]
    rejected: tuple[TruthLabel, ...]
    unreviewed: tuple[TruthLabel, ...]
    last_at: datetime | None

    @property
    def complete(self) -> bool:
        """Whether somebody decided on the photo and left no region open."""
        return self.last_at is not None and not self.unreviewed


@dataclass(frozen=True, slots=True)
class RegionAct:
    """One act on a region, for people: who said what when."""

    at: datetime
    by: str | None
    by_role: str
    decision: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    model: str | None
    score: Decimal | None


def role_of(actor: Actor) -> str:
    """As whom the actor speaks of a region: data, reviewer or expert. Who is more than one speaks as the highest."""
    if actor.roles & {"data", "admin"}:
        return "data"
    return "reviewer" if "reviewer" in actor.roles else "expert"


def remember(
    session: Session, actor: Actor, finding: Finding, decision: Decision, before: Mapping[str, Any] | None
) -> tuple[RegionAnnotation, ...]:
    """Keep an act of the desk on a region, in the transaction of the act. Call it after the finding was changed.

    Args:
        session: the transaction.
        actor: who acts.
        finding: the region as it stands after the act.
        decision: what was done; ``undone`` when it is back to what the model proposed.
        before: the region as it stood (``region_values.state_of``); None for an added one.
    """
    photo = session.get(Photo, finding.photo_id)
    if photo is None:
        raise not_found("Das Foto", "The photo")
    # On the desk there is one undo for all who work on the case, so it takes back whatever was said there.
    roles = (_standing_on_desk(session, finding.id) if decision == "undone" else ()) or (role_of(actor),)
    rows = tuple(
        RegionAnnotation(
            case_id=finding.case_id,
            photo_id=photo.id,
            photo_sha256=photo.sha256,
            finding_id=finding.id,
            decision=decision,
            by_role=role,
            model=finding.model,
            score=finding.score,
            before=dict(before) if before is not None else None,
            after=None if decision == "rejected" else state_of(finding),
            made_by=actor.user_id,
            made_at=now(),
        )
        for role in roles
    )
    session.add_all(rows)
    session.flush()
    return rows


def _standing_on_desk(session: Session, region: str) -> tuple[str, ...]:
    """Whose words on a region were said on the desk and still stand."""
    query = select(RegionAnnotation.by_role, RegionAnnotation.decision).where(RegionAnnotation.finding_id == region)
    last = dict(session.execute(query.order_by(RegionAnnotation.id)).all())
    return tuple(sorted(role for role, decision in last.items() if decision not in {"undone", "mended"}))


def history(actor: Actor, finding_id: str) -> tuple[RegionAct, ...]:
    """All acts on a region, oldest first.

    Raises:
        TelekalkError: TK-ACCESS-403 without the permission ``data.view``.
    """
    require(actor, "data.view")
    with session_scope() as session:
        query = (
            select(RegionAnnotation, User.name)
            .outerjoin(User, User.id == RegionAnnotation.made_by)
            .where(RegionAnnotation.finding_id == as_id(finding_id, "Die Region", "The region"))
            .order_by(RegionAnnotation.id)
        )
        return tuple(
            RegionAct(row.made_at, name, row.by_role, row.decision, row.before, row.after, row.model, row.score)
            for row, name in session.execute(query)
        )


def truth(session: Session, photo_ids: Sequence[str]) -> dict[str, PhotoTruth]:
    """What counts on these photos; photos that are not there are left out."""
    photos = {photo.id: photo for photo in session.scalars(select(Photo).where(Photo.id.in_(photo_ids)))}
    acts: dict[tuple[str, str], list[Act]] = defaultdict(list)
    for row in session.scalars(
        select(RegionAnnotation).where(RegionAnnotation.photo_id.in_(photo_ids)).order_by(RegionAnnotation.id)
    ):
        if row.photo_id is not None:
            acts[row.photo_id, row.finding_id].append(_act(row))
    findings = session.scalars(select(Finding).where(Finding.photo_id.in_(photo_ids))).all()
    by_key = {(finding.photo_id, finding.id): finding for finding in findings}
    found: dict[str, list[TruthLabel]] = defaultdict(list)
    for key in sorted({*acts, *by_key}):
        label = _label(key[0], key[1], acts.get(key, []), by_key.get(key))
        if label is not None:
            found[key[0]].append(label)
    return {photo_id: _photo_truth(photo, found[photo_id]) for photo_id, photo in sorted(photos.items())}


def _act(row: RegionAnnotation) -> Act:
    return Act(
        row.id, row.decision, row.by_role, row.before, row.after, row.made_by, row.made_at, row.model, row.score
    )  # fmt: skip


def _photo_truth(photo: Photo, regions: Sequence[TruthLabel]) -> PhotoTruth:
    return PhotoTruth(
        photo_id=photo.id,
        case_id=photo.case_id,
        sha256=photo.sha256,
        width=photo.width,
        height=photo.height,
        labels=tuple(region for region in regions if region.decision not in {"rejected", "proposed"}),
        rejected=tuple(region for region in regions if region.decision == "rejected"),
        unreviewed=tuple(region for region in regions if region.decision == "proposed"),
        last_at=max((region.made_at for region in regions if region.made_at is not None), default=None),
    )


def _original(finding: Finding | None, acts: Sequence[Act]) -> Mapping[str, Any] | None:
    """What the model said of the region."""
    if finding is not None:
        if finding.origin != "model":
            return None
        return finding.original or state_of(finding)
    first = acts[0]
    return first.before if first.model is not None else None


def _label(photo_id: str, region: str, acts: Sequence[Act], finding: Finding | None) -> TruthLabel | None:
    """The region as it counts; None when nothing is left of it (an added one whose word was taken back)."""
    known = list(acts)
    if finding is not None and finding.status != "proposed" and not any(act.by_role == "expert" for act in acts):
        # Decided before acts were kept: the finding's own state is the expert's word.
        known.insert(0, _inherited(finding))
    word = fold(known)
    model = finding.model if finding is not None else known[0].model
    score = finding.score if finding is not None else known[0].score
    original = _original(finding, known) if known or finding is not None else None
    if word is None:
        if finding is None or finding.status != "proposed" or finding.origin != "model":
            return None
        return _made(photo_id, region, state_of(finding), "proposed", None, model, score, original)
    if word.act.after is not None:
        return _made(
            photo_id, region, word.act.after, word.act.decision, word.act, model, score, original, word.contested
        )
    shown = word.act.before or original or (state_of(finding) if finding is not None else None)
    if shown is None:
        return None
    return _made(photo_id, region, shown, "rejected", word.act, model, score, original, word.contested)


def _inherited(finding: Finding) -> Act:
    after = None if finding.status == "rejected" else state_of(finding)
    decision = "added" if finding.origin != "model" and after is not None else finding.status
    return Act(
        0, decision, "expert", finding.original, after,
        finding.decided_by, finding.decided_at, finding.model, finding.score,
    )  # fmt: skip


def _made(
    photo_id: str,
    region: str,
    state: Mapping[str, Any],
    decision: str,
    act: Act | None,
    model: str | None,
    score: Decimal | None,
    original: Mapping[str, Any] | None,
    contested: bool = False,
) -> TruthLabel:
    x, y, width, height = (round(float(edge)) for edge in state["box"])
    points = state.get("polygon")
    return TruthLabel(
        region=region,
        photo_id=photo_id,
        category=state["category"],
        part=state.get("part"),
        side=state.get("side"),
        severity=state.get("severity"),
        box=(x, y, width, height),
        polygon=tuple((round(float(px)), round(float(py))) for px, py in points) if points else None,
        decision=decision,
        by_role=act.by_role if act else None,
        made_by=act.made_by if act else None,
        made_at=act.made_at if act else None,
        model=model,
        score=score,
        original=original,
        contested=contested,
    )


def mend(
    actor: Actor,
    *,
    decision: Decision,
    finding_id: str | None = None,
    photo_id: str | None = None,
    category: str | None = None,
    part: str | None = None,
    side: str | None = None,
    severity: str | None = None,
    box: Sequence[float] | None = None,
    polygon: Sequence[Sequence[float]] | None = None,
) -> PhotoTruth:
    """Change a label for the data set alone; the case, its findings and its calculation stay as they are.

    Args:
        actor: reviewer or data team (permission ``annotations.mend``).
        decision: ``confirmed`` (as it counts now, or as the model proposes), ``rejected``, ``edited`` (moved or relabelled), ``added``,
            or ``undone``: one's own side's word is taken back, and the next one counts again.
        finding_id: the region, for all but ``added``.
        photo_id: the photo, for ``added``.
        category: damage class; needed for ``added``. None leaves it as it is, like the others.
        part: outer part; an empty text means that none is named.
        side: side of the vehicle; an empty text means none.
        severity: minor, moderate, severe; an empty text means none.
        box: x, y, width, height in pixels of the upright original; needed for ``added`` without a polygon. A box without a polygon takes
            an earlier outline away.
        polygon: outline; the box follows it.

    Returns:
        The photo as it counts now.

    Raises:
        TelekalkError: TK-ACCESS-403, TK-ACCESS-404 for a region or photo that is not there, TK-CASE-007 for a word or place that cannot
            be, TK-ANNOTATION-007 when there is no word to take back.
    """
    require(actor, "annotations.mend")
    if decision not in _MENDS:
        raise bad("decision", decision)
    words = {
        "category": choice("category", category, CATEGORIES),
        "part": choice("part", part, (*PARTS, "")),
        "side": choice("side", side, (*SIDES, "")),
        "severity": choice("severity", severity, (*SEVERITIES, "")),
    }
    with session_scope() as session:
        if decision == "added":
            region, photo, known = new_id(), _photo(session, photo_id), None
            if words["category"] is None or (box is None and not polygon):
                raise bad("category" if words["category"] is None else "box", None)
        else:
            region = as_id(finding_id or "", "Die Region", "The region")
            photo, known = _known_region(session, region)
        row = RegionAnnotation(
            case_id=photo.case_id,
            photo_id=photo.id,
            photo_sha256=photo.sha256,
            finding_id=region,
            decision="undone" if decision == "undone" else "mended",
            by_role=role_of(actor),
            model=known.model if known else None,
            score=known.score if known else None,
            before=_as_state(known) if known and known.decision != "rejected" else None,
            made_by=actor.user_id,
            made_at=now(),
        )
        if decision == "undone":
            _refuse_nothing_to_undo(session, region, row.by_role)
        if decision in {"confirmed", "edited", "added"}:
            row.after = _changed(_as_state(known) if known else None, words, box, polygon, photo)
        session.add(row)
        session.flush()
        return truth(session, [photo.id])[photo.id]


def _refuse_nothing_to_undo(session: Session, region: str, by_role: str) -> None:
    last = session.scalar(
        select(RegionAnnotation.decision)
        .where(RegionAnnotation.finding_id == region, RegionAnnotation.by_role == by_role)
        .order_by(RegionAnnotation.id.desc())
        .limit(1)
    )
    if last in (None, "undone"):
        raise TelekalkError(
            "TK-ANNOTATION-007",
            "An dieser Region gibt es nichts zurückzunehmen.",
            "There is nothing to take back on this region.",
            status=409,
        )


def _photo(session: Session, photo_id: str | None) -> Photo:
    photo = session.get(Photo, as_id(photo_id or "", "Das Foto", "The photo"))
    if photo is None:
        raise not_found("Das Foto", "The photo")
    return photo


def _known_region(session: Session, region: str) -> tuple[Photo, TruthLabel | None]:
    """The photo of a region, and the region as it counts now."""
    finding = session.get(Finding, region)
    photo_id = finding.photo_id if finding is not None else None
    if photo_id is None:
        photo_id = session.scalar(
            select(RegionAnnotation.photo_id).where(RegionAnnotation.finding_id == region).limit(1)
        )
    photo = session.get(Photo, photo_id) if photo_id is not None else None
    if photo is None:
        raise not_found("Die Region", "The region")
    now_ = truth(session, [photo.id])[photo.id]
    known = (one for one in (*now_.labels, *now_.rejected, *now_.unreviewed) if one.region == region)
    label = next(known, None)
    if label is None:
        raise not_found("Die Region", "The region")
    return photo, label


def _as_state(label: TruthLabel) -> dict[str, Any]:
    state: dict[str, Any] = {name: getattr(label, name) for name in NAMES}
    state["box"] = list(label.box)
    state["polygon"] = [list(point) for point in label.polygon] if label.polygon else None
    return state


def _changed(
    before: Mapping[str, Any] | None,
    words: Mapping[str, str | None],
    box: Sequence[float] | None,
    polygon: Sequence[Sequence[float]] | None,
    photo: Photo,
) -> dict[str, Any]:
    state: dict[str, Any] = dict(before or dict.fromkeys(NAMES))
    state.update({name: value or None for name, value in words.items() if value is not None})
    outline = polygon_in(polygon, photo)
    if outline is not None:
        state["polygon"], state["box"] = outline, bounds_of(outline)
    elif box is not None:
        state["box"], state["polygon"] = box_in(box, photo), None
    return state
