"""Which findings of a case show the same damage? The same scratch on three photos is one scratch, and is priced once.

Pure matching (``match``), and the two functions that write its answer onto rows: ``assign`` and ``rekey``. Left is never merged with
right, nor one part with another; what a person decided about a finding is taken as it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from cv_models.findings import Box
from pricing_tables.vocabulary import PARTS
from workbench.cases.treatment import GLASS, LAMPS
from workbench.store.models import Case, Finding, Photo

if TYPE_CHECKING:
    from workbench.cases.alike import Alike

#: Classes that may be two words for one damage. Sheet metal is dented or deformed by degree; `panel_damage` is a kind not told.
FAMILIES: Final = {"dent": "bent", "deformation": "bent", "panel_damage": "any"}
#: Regions of one class on one photo are one damage when the gap is below this share of the longer one's longest side (our judgement).
GAP: Final = 0.25
#: A region without part that covers so much of a placed one (intersection over union) on the same photo is the same thing.
SAME_REGION: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One region on one photo, as far as matching needs it.

    Attributes:
        id: of the finding.
        photo_id: of the photo.
        order: place of the photo in the order of shooting.
        category, part, side, severity: as found or decided; None where unsure.
        box: region in pixels of the photo.
        close_up: the photo shows a piece of the vehicle only.
        decided: a person confirmed or edited it; its part and side are never overruled.
    """

    id: str
    photo_id: str
    order: int
    category: str
    box: Box
    part: str | None = None
    side: str | None = None
    severity: str | None = None
    close_up: bool = False
    decided: bool = False


@dataclass(frozen=True, slots=True)
class Damage:
    """One damage of the vehicle, seen on one or several photos.

    Attributes:
        key: stable name within the case: part, side, number.
        part, side: where; None where it could not be placed.
        category: the class told most surely; `panel_damage` only if nobody saw more.
        finding_ids, photo_ids: where it is seen, in the order of shooting.
    """

    key: str
    part: str | None
    side: str | None
    category: str
    finding_ids: tuple[str, ...]
    photo_ids: tuple[str, ...]


@dataclass(slots=True)
class _Group:
    """Sightings that are one damage."""

    part: str | None
    side: str | None
    family: str
    members: list[Sighting] = field(default_factory=list)

    @property
    def photos(self) -> set[str]:
        return {sighting.photo_id for sighting in self.members}

    @property
    def first(self) -> tuple[int, float, str]:
        return min((s.order, s.box.x, s.id) for s in self.members)


def side_of(part: str | None, side: str | None) -> str | None:
    """The side as it tells two parts from one another: a bumper has none, a fender is left or right but never centre."""
    sided = PARTS[part][2] if part in PARTS else True
    return side if sided and side in {"left", "right"} else None


def family_of(category: str, part: str | None) -> str:
    """Classes of one family may be one damage; `any` goes with all."""
    if part in GLASS and category in {"crack", "broken_glass"}:
        return "glass"
    if part in LAMPS and category in {"crack", "broken_glass", "broken_lamp", "missing_part"}:
        return "lamp"
    return FAMILIES.get(category, category)


def match(sightings: Iterable[Sighting], alike: Collection[frozenset[str]] = ()) -> tuple[Damage, ...]:
    """Findings as damages.

    Args:
        sightings: of all photos, rejected ones left out.
        alike: pairs of finding ids whose photos show the same place (``cv_models.damage.sameness``, or an earlier match).

    Returns:
        Every finding in exactly one damage, the same for any order of the input. A finding without part belongs to a damage only
        where there is one way to read it; else it is a damage of its own that a person must place.
    """
    known = sorted(sightings, key=lambda s: (s.order, s.id))
    pairs = {frozenset(pair) for pair in alike}
    places: dict[tuple[str, str | None], list[Sighting]] = defaultdict(list)
    loose: list[Sighting] = []
    for sighting in known:
        if sighting.part is None:
            loose.append(sighting)
        else:
            places[sighting.part, side_of(sighting.part, sighting.side)].append(sighting)
    _settle_sides(places)
    still: list[Sighting] = []
    for sighting in loose:
        home = _same_region(sighting, places)
        if home is None:
            still.append(sighting)
        else:
            places[home].append(sighting)
    groups = [
        group
        for place in sorted(places, key=lambda p: (p[0], p[1] or ""))
        for group in _on_place(place, places[place], pairs)
    ]
    return _named(_with_loose(groups, still, pairs))


def _settle_sides(places: dict[tuple[str, str | None], list[Sighting]]) -> None:
    """A sideless finding joins the only side on which the same part is damaged; a part seen from two sides stays one."""
    for part, side in list(places):
        sides = [other for name, other in places if name == part and other is not None]
        if side is None and len(sides) == 1:
            places[part, sides[0]].extend(places.pop((part, None)))


def _same_region(
    sighting: Sighting, places: Mapping[tuple[str, str | None], Sequence[Sighting]]
) -> tuple[str, str | None] | None:
    best = max(
        (
            (other.box.iou(sighting.box), place)
            for place, group in places.items()
            for other in group
            if other.photo_id == sighting.photo_id and _side_fits(sighting, *place, group)
        ),
        key=lambda pair: (pair[0], pair[1][0], pair[1][1] or ""),
        default=(0.0, None),
    )
    return best[1] if best[0] >= SAME_REGION else None


def _side_fits(sighting: Sighting, part: str | None, side: str | None, members: Iterable[Sighting]) -> bool:
    """Whether a finding may lie where these do; a place without side takes that of the first member that tells one."""
    own = side_of(part, sighting.side)
    told = {side, *(side_of(member.part or part, member.side) for member in members)} - {None}
    return own is None or not told or told == {own}


def _on_place(
    place: tuple[str, str | None], sightings: Sequence[Sighting], pairs: Collection[frozenset[str]]
) -> list[_Group]:
    """The damages of one part: classes of one family apart, regions of one photo apart, photos brought together."""
    part, side = place
    families: dict[str, list[Sighting]] = defaultdict(list)
    for sighting in sightings:
        families[family_of(sighting.category, part)].append(sighting)
    vague = families.pop("any", [])
    made: list[_Group] = []
    for family in sorted(families):
        made += _across_photos(_Group(part, side, family), families[family], pairs)
    if not vague:
        return made
    if not made:
        return _across_photos(_Group(part, side, "any"), vague, pairs)
    # "Damage of a kind not told" on a part whose damage is told elsewhere is that damage: the one it lies on, or the largest.
    for sighting in vague:
        best = max(
            made,
            key=lambda g: (
                any(frozenset((sighting.id, m.id)) in pairs for m in g.members),
                max((m.box.iou(sighting.box) for m in g.members if m.photo_id == sighting.photo_id), default=0.0),
                sum(m.box.area for m in g.members),
                g.family,
            ),
        )
        best.members.append(sighting)
    return made


def _clusters(sightings: Sequence[Sighting]) -> list[list[Sighting]]:
    """Regions of one photo that touch or nearly touch are one, from left to right."""
    groups: list[list[Sighting]] = []
    for sighting in sorted(sightings, key=lambda s: (s.box.x, s.id)):
        near = [group for group in groups if any(_touch(sighting.box, other.box) for other in group)]
        merged = [sighting, *(member for group in near for member in group)]
        groups = [group for group in groups if group not in near]
        groups.append(merged)
    return sorted(groups, key=lambda group: min((s.box.x, s.id) for s in group))


def _touch(one: Box, other: Box) -> bool:
    across = max(one.x, other.x) - min(one.x + one.width, other.x + other.width)
    down = max(one.y, other.y) - min(one.y + one.height, other.y + other.height)
    reach = GAP * max(one.width, one.height, other.width, other.height)
    return max(across, 0.0) <= reach and max(down, 0.0) <= reach


def _across_photos(kind: _Group, sightings: Sequence[Sighting], pairs: Collection[frozenset[str]]) -> list[_Group]:
    """Clusters of all photos as damages: the photo that shows most of them counts, the others are laid onto it in order."""
    photos: dict[str, list[list[Sighting]]] = {}
    for photo in dict.fromkeys(s.photo_id for s in sightings):
        photos[photo] = _clusters([s for s in sightings if s.photo_id == photo])
    reference = max(photos, key=lambda photo: len(photos[photo]))
    damages = [_Group(kind.part, kind.side, kind.family, list(cluster)) for cluster in photos[reference]]
    for photo, clusters in photos.items():
        if photo == reference:
            continue
        free = list(damages)
        rest: list[list[Sighting]] = []
        for cluster in clusters:
            seen = [g for g in free if any(frozenset((a.id, b.id)) in pairs for a in cluster for b in g.members)]
            if len(seen) == 1:
                seen[0].members += cluster
                free.remove(seen[0])
            else:
                rest.append(cluster)
        # Which of several a photo shows is not known without evidence: the larger ones, in the same order along the part.
        free = sorted(free, key=lambda g: -max(m.box.area for m in g.members))[: len(rest)]
        for cluster, group in zip(rest, (g for g in damages if g in free), strict=True):
            group.members += cluster
    return damages


def _fits(sighting: Sighting, group: _Group) -> bool:
    if not _side_fits(sighting, group.part, group.side, group.members):
        return False
    if {sighting.severity, *(m.severity for m in group.members)} >= {"minor", "severe"}:
        return False
    if any(m.photo_id == sighting.photo_id and not _touch(m.box, sighting.box) for m in group.members):
        return False
    family = family_of(sighting.category, group.part)
    return family == group.family or "any" in {family, group.family}


def _with_loose(groups: list[_Group], loose: Sequence[Sighting], pairs: Collection[frozenset[str]]) -> list[_Group]:
    placed = list(groups)
    alone: list[_Group] = []
    for sighting in loose:
        home = _home(sighting, placed, pairs)
        if home is not None:
            home.members.append(sighting)
            continue
        others = [
            group
            for group in alone
            if _fits(sighting, group)
            and any(
                frozenset((sighting.id, m.id)) in pairs
                or (m.photo_id == sighting.photo_id and _touch(m.box, sighting.box))
                for m in group.members
            )
        ]
        if len(others) == 1:
            others[0].members.append(sighting)
        else:
            alone.append(_Group(None, None, family_of(sighting.category, None), [sighting]))
    return [*placed, *alone]


def _home(sighting: Sighting, groups: Sequence[_Group], pairs: Collection[frozenset[str]]) -> _Group | None:
    """The damage that a finding without part shows: by what is seen around it, or because there is only one it can be."""
    seen = [
        g
        for g in groups
        if _side_fits(sighting, g.part, g.side, g.members)
        and any(frozenset((sighting.id, m.id)) in pairs for m in g.members)
    ]
    fitting = [group for group in seen if _fits(sighting, group)] or seen
    if len({(group.part, group.side) for group in fitting}) == 1:
        return _largest(fitting)
    if not sighting.close_up:
        return None
    able = [group for group in groups if _fits(sighting, group)]
    if len({(group.part, group.side) for group in able}) == 1:
        return _largest(able)
    # A customer goes nearer from photo to photo: the close-up just before names the damage if it shows one only.
    before = [group for group in able if any(m.close_up and m.order == sighting.order - 1 for m in group.members)]
    return before[0] if len(before) == 1 else None


def _largest(groups: Sequence[_Group]) -> _Group:
    return max(groups, key=lambda g: (max(m.box.area for m in g.members), g.first, g.family))


def _named(groups: Sequence[_Group]) -> tuple[Damage, ...]:
    count: dict[tuple[str | None, str | None], int] = defaultdict(int)
    made = []
    for group in sorted(groups, key=lambda g: (g.part or "~", g.side or "", g.first, g.family)):
        count[group.part, group.side] += 1
        members = sorted(group.members, key=lambda s: (s.order, s.box.x, s.id))
        told = [m for m in members if m.category != "panel_damage"]
        best = max(told or members, key=lambda m: (m.decided, m.box.area, m.id))
        made.append(
            Damage(
                key=f"{group.part or '?'}/{group.side or '-'}/{count[group.part, group.side]}",
                part=group.part,
                side=group.side,
                category=best.category,
                finding_ids=tuple(m.id for m in members),
                photo_ids=tuple(dict.fromkeys(m.photo_id for m in members)),
            )
        )
    return tuple(made)


def sightings(findings: Sequence[Finding], photos: Sequence[Photo]) -> tuple[Sighting, ...]:
    """The rows of a case as matching takes them, rejected findings left out; photos by their time where every one has it."""
    timed = all(photo.taken_at is not None for photo in photos)
    ordered = sorted(photos, key=lambda p: (p.taken_at if timed else None, p.position) if timed else (p.position,))
    order = {photo.id: number for number, photo in enumerate(ordered)}
    roles = {photo.id: photo.role for photo in photos}
    return tuple(
        Sighting(
            id=row.id,
            photo_id=row.photo_id,
            order=order.get(row.photo_id, len(order)),
            category=row.category,
            box=Box(*(float(edge) for edge in row.box)),
            part=row.part,
            side=row.side,
            severity=row.severity,
            close_up=roles.get(row.photo_id) == "damage",
            decided=row.status in {"confirmed", "edited"},
        )
        for row in findings
        if row.status != "rejected"
    )


def assign(findings: Sequence[Finding], photos: Sequence[Photo], look: Alike | None = None) -> tuple[Damage, ...]:
    """Match the findings of a case and write the keys onto the rows; a rejected finding has none.

    Args:
        findings: rows of the case, stored or not.
        photos: rows of its photos.
        look: compares what the photos show around regions; left out after a correction, where the earlier keys stand for it.
    """
    seen = sightings(findings, photos)
    pairs = look(seen) if look is not None else _earlier(findings)
    damages = match(seen, pairs)
    keys = {finding: damage.key for damage in damages for finding in damage.finding_ids}
    for row in findings:
        if row.damage_key != keys.get(row.id):
            row.damage_key = keys.get(row.id)
    return damages


def _earlier(findings: Sequence[Finding]) -> set[frozenset[str]]:
    """Findings that were one damage before: what was seen on the photos then is still true."""
    groups: dict[str, list[Finding]] = defaultdict(list)
    for row in findings:
        if row.damage_key is not None and row.status != "rejected":
            groups[row.damage_key].append(row)
    return {
        frozenset((row.id, other.id))
        for group in groups.values()
        for row in group
        for other in group
        if row.id != other.id and row.part is None
    }


def rekey(session: Session, case: Case) -> tuple[Damage, ...]:
    """Match the findings of a case anew after a correction, in the caller's transaction; no photo is opened."""
    session.flush()
    findings = session.scalars(
        select(Finding).where(Finding.case_id == case.id).order_by(Finding.position, Finding.id)
    ).all()
    photos = session.scalars(select(Photo).where(Photo.case_id == case.id).order_by(Photo.position)).all()
    return assign(findings, photos)
