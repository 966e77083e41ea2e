"""Loads the demonstration cases through the real use cases, and brings each to the point of life that it shows.

The sets are taken in like any customer's; the worker looks at them like at any set. What comes after the pre-fill
(taken, offered, accepted …) is done by the worker as the demonstration's experts, right after the pipeline of the case.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from workbench.access import SYSTEM, Actor, customer_actor, find_actor
from workbench.cases import intake, offer, work
from workbench.cases.clock import office_hours
from workbench.cases.folders import find_case, import_folder
from workbench.cases.learning import regions
from workbench.cases.transition import load_case
from workbench.cases.views import CaseView, ClaimData, State
from workbench.errors import TelekalkError
from workbench.logs import get_logger
from workbench.settings import get_settings
from workbench.store.database import session_scope
from workbench.store.models import StoredSetting

log = get_logger(__name__)
HERE = Path(__file__).parent

#: set -> until: point of life; by: expert; minutes: how long ago it came in.
PLANS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "hatch_door_scratch": {"until": "offered", "by": "anna", "minutes": 95},
        "estate_door_dent": {"until": "excluded", "by": "bernd", "minutes": 80},
        "suv_rear_bumper": {"until": "taken", "by": "anna", "minutes": 55},
        "compact_headlamp": {"until": "ready", "minutes": 105},
        "hatch_tail_lamp": {"until": "accepted", "by": "anna", "minutes": 140},
        "estate_side_window": {"until": "declined", "by": "bernd", "minutes": 160},
        "suv_fender": {"until": "ready", "minutes": 70},
        "hatch_bonnet": {"until": "taken", "by": "bernd", "minutes": 40},
        "compact_mirror": {"until": "ready", "minutes": 25},
        "estate_quarter": {"until": "ready", "minutes": 12},
        "suv_front_crash": {"until": "ready", "minutes": 128},
        "hatch_poor_photos": {"until": "photos_requested", "by": "anna", "minutes": 35},
    }
)
#: The case whose customer has not come yet: whoever tries the demonstration can be that customer.
INVITED = ClaimData(
    claim_number="DEMO-KUNDE-1",
    plate="ZZ-TK 1",
    odometer_km=45000,
    holder_name="Kim Beispiel",
    phone="+49 000 0000000",
    postcode="10115",
    coverage="full",
    excess=Decimal("300.00"),
    leased_or_financed=False,
    source="demo",
    demo=True,
)
EXCLUSION_DE = (
    "Das Fahrzeug ist geleast. Über die Auszahlung entscheidet deshalb die Leasinggesellschaft; "
    "wir bearbeiten Ihren Schaden auf dem klassischen Weg weiter und melden uns."
)
#: Pixels; a region that small shows nothing to an expert either.
_LEAST_REGION = 900
#: So many findings of a case are decided, so that some wait on the data page and the demonstration starts quickly.
_MOST_JUDGED = 5
_SAME_PLACE = 0.2
_REVIEWER = "rita"
REQUEST_DE = "Einige Fotos sind leider unscharf. Bitte nehmen Sie den Schaden und den Fahrzeugschein noch einmal auf."


@lru_cache(maxsize=1)
def sets() -> dict[str, dict[str, Any]]:
    """The plan of the demonstration sets; empty when none are shipped."""
    plan = HERE / "sets.json"
    if not plan.is_file():
        return {}
    found: dict[str, dict[str, Any]] = json.loads(plan.read_text(encoding="utf-8"))
    return {name: spec for name, spec in found.items() if any((HERE / "photos" / name).glob("*.jpg"))}


def claim_of(spec: Mapping[str, Any]) -> ClaimData:
    """The claim of a demonstration set."""
    claim, vehicle = spec["claim"], spec["vehicle"]
    owned = claim.get("leased_or_financed")
    return ClaimData(
        claim_number=claim["claim_number"],
        regime=claim["regime"],
        plate=spec.get("plate"),
        holder_name=f"{claim['holder_first']} {claim['holder_last']}",
        vehicle=f"{vehicle['make']} {vehicle['model']}",
        loss_date=date.fromisoformat(claim["loss_date"]),
        odometer_km=claim.get("mileage_km"),
        email=claim.get("email"),
        phone=claim.get("phone"),
        postcode=claim.get("postcode"),
        coverage={"vollkasko": "full", "teilkasko": "partial"}.get(str(claim.get("cover"))),  # type: ignore[arg-type]
        excess=Decimal(claim["excess"]) if claim.get("excess") else None,
        quota_percent=Decimal(str(claim.get("quota_percent") or 100)),
        leased_or_financed=bool(owned) if owned is not None else False,
        description=claim.get("loss_description_de"),
        source="demo",
        demo=True,
    )


def _is_loaded(name: str) -> bool:
    with session_scope() as session:
        return session.get(StoredSetting, f"demo:{name}") is not None


def load_set(name: str) -> bool:
    """Take in one demonstration set, unless it was taken in before. Returns whether there was anything to do."""
    if _is_loaded(name):
        return False
    spec = sets()[name]
    claim = claim_of(spec)
    ref = find_case(claim.claim_number) or intake.open_case(SYSTEM, claim)
    customer = customer_actor(ref.id)
    plan = {**PLANS.get(name, {"until": "ready", "minutes": 5}), "set": name}
    for file in sorted((HERE / "photos" / name).glob("*.jpg")):
        try:
            intake.receive_photo(customer, ref.id, file.read_bytes(), filename=file.name)
        except TelekalkError as problem:
            log.warning("demo_photo_refused", set=name, code=problem.code)
            break
    with session_scope() as session:
        case = load_case(session, ref.id, lock=True)
        case.demo_plan = plan
        if case.due_at is None:
            # The case came in a while ago, so that the queue shows clocks at different times.
            case.received_at = case.created_at - timedelta(minutes=int(plan["minutes"]))
            case.due_at = office_hours().add(case.received_at, get_settings().sla_minutes * 60)
    intake.complete_set(customer, ref.id)
    with session_scope() as session:
        session.merge(StoredSetting(key=f"demo:{name}", value={"case": ref.id}))
    return True


def load(photos: Path | None = None, *, demonstration: bool = True) -> Iterator[tuple[str, str]]:
    """Take in the demonstration sets that are missing, and somebody's own; yields what to say, German and English."""
    count = sum(1 for name in sets() if load_set(name)) if demonstration else 0
    if count:
        yield (
            f"{count} Demonstrationsfälle geladen; die Vorprüfung läuft.",
            f"{count} demonstration cases loaded; the pre-check is running.",
        )
    yield from _invite()
    if photos is not None:
        yield from _load_own(photos)


def _invite() -> Iterator[tuple[str, str]]:
    """Keep one invited case ready, so that the phone pages can be tried; yields its three facts."""
    if find_case(INVITED.claim_number) is None:
        intake.open_case(SYSTEM, INVITED, invite=True)
    facts = f"{INVITED.claim_number} / {INVITED.plate} / {INVITED.odometer_km}"
    yield (
        f"Kundenseite zum Ausprobieren (Schadennummer / Kennzeichen / Kilometerstand): {facts}",
        f"Customer pages to try (claim number / number plate / mileage): {facts}",
    )


def _load_own(folder: Path) -> Iterator[tuple[str, str]]:
    inside = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    for path in inside or [folder]:
        try:
            taken = import_folder(SYSTEM, path)
        except TelekalkError as problem:
            yield (
                f"{path.name}: {problem.code} {problem.message_de}",
                f"{path.name}: {problem.code} {problem.message_en}",
            )
            continue
        fresh = sum(1 for photo in taken.photos if not photo.duplicate)
        yield (
            f"{path.name}: Vorgang {taken.case.claim_number}, {fresh} neue Fotos.",
            f"{path.name}: case {taken.case.claim_number}, {fresh} new photos.",
        )
        for refused in taken.rejected:
            yield (
                f"  {refused.filename}: {refused.code} {refused.message_de}",
                f"  {refused.filename}: {refused.code} {refused.message_en}",
            )


def advance(case_id: str) -> None:
    """Bring a demonstration case to its point of life; repeating it goes on where it stopped."""
    with session_scope() as session:
        plan = load_case(session, case_id).demo_plan
    if not plan or plan.get("done"):
        return
    until = str(plan["until"])
    actor = find_actor(str(plan.get("by", ""))) if plan.get("by") else None
    if actor is not None:
        try:
            _do(actor, case_id, until, str(plan.get("set", "")))
        except TelekalkError as problem:
            # The demonstration's own plan does not fit this case (any more): it stays where it is.
            log.warning("demo_plan_stopped", until=until, code=problem.code)
    with session_scope() as session:
        case = load_case(session, case_id, lock=True)
        case.demo_plan = {**plan, "done": True}


def _drawn(actor: Actor, view: CaseView, name: str) -> CaseView:
    """What an expert does when the detector has missed the damage: draw it, and let the lines be suggested anew."""
    truth_file = HERE / "photos" / name / "truth.json"
    if not truth_file.is_file() or any(view.draft[block] for block in ("parts", "labour", "dents") if view.draft):
        return view
    truth = json.loads(truth_file.read_text(encoding="utf-8"))
    files = {image["id"]: image["file_name"] for image in truth["images"]}
    categories = {category["id"]: category["name"] for category in truth["categories"]}
    photos = {photo["filename"]: photo["id"] for photo in view.photos}
    seen = [region for region in truth["annotations"] if photos.get(files[region["image_id"]])]
    # Each damaged part once, on the photo that shows it best.
    best: dict[tuple[str | None, str | None], dict[str, Any]] = {}
    for region in sorted(seen, key=lambda region: region["bbox"][2] * region["bbox"][3]):
        best[region.get("part"), region.get("side")] = region
    for (part, side), region in best.items():
        if region["bbox"][2] * region["bbox"][3] < _LEAST_REGION:
            continue
        view = work.add_finding(
            actor,
            view.id,
            photos[files[region["image_id"]]],
            category=categories[region["category_id"]],
            box=region["bbox"],
            part=part,
            side=side,
            severity="moderate",
        )
    return work.suggest_lines(actor, view.id, view.version)


def _regions(name: str) -> list[dict[str, Any]]:
    """The damage that was drawn into a set's photos: file, category, part, side, bbox."""
    truth_file = HERE / "photos" / name / "truth.json"
    if not truth_file.is_file():
        return []
    truth = json.loads(truth_file.read_text(encoding="utf-8"))
    files = {image["id"]: image["file_name"] for image in truth["images"]}
    categories = {category["id"]: category["name"] for category in truth["categories"]}
    return [
        {**one, "file": files[one["image_id"]], "category": categories[one["category_id"]]}
        for one in truth["annotations"]
    ]


def _overlap(one: Sequence[float], other: Sequence[float]) -> float:
    """Intersection over union of two boxes x, y, width, height."""
    width = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    height = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    shared = max(0.0, width) * max(0.0, height)
    return shared / (one[2] * one[3] + other[2] * other[3] - shared)


def _judged(actor: Actor, view: CaseView, name: str) -> CaseView:
    """What an expert does with the machine's findings: keeps those that lie on damage, names some anew, rejects others."""
    files = {photo["id"]: photo["filename"] for photo in view.photos}
    proposed = [finding for finding in view.findings if finding["status"] == "proposed"]
    for number, finding in enumerate(proposed[:_MOST_JUDGED]):
        there = [one for one in _regions(name) if one["file"] == files[finding["photo_id"]]]
        best = max(there, key=lambda one: _overlap(finding["box"], one["bbox"]), default=None)
        if best is None or _overlap(finding["box"], best["bbox"]) < _SAME_PLACE:
            view = work.decide_finding(actor, finding["id"], "rejected")
        elif best["category"] != finding["category"] and number % 2:
            view = work.decide_finding(actor, finding["id"], "edited", category=best["category"])
        else:
            view = work.decide_finding(actor, finding["id"], "confirmed")
    return view


def _reviewed(view: CaseView, name: str) -> None:
    """A reviewer looks at the regions of a finished case and mends what the expert named wrongly."""
    reviewer = find_actor(_REVIEWER)
    files = {photo["id"]: photo["filename"] for photo in view.photos}
    if reviewer is None:
        return
    for finding in [one for one in view.findings if one["status"] != "proposed"][:_MOST_JUDGED]:
        there = [one for one in _regions(name) if one["file"] == files[finding["photo_id"]]]
        best = max(there, key=lambda one: _overlap(finding["box"], one["bbox"]), default=None)
        if best is None or _overlap(finding["box"], best["bbox"]) < _SAME_PLACE:
            regions.mend(reviewer, finding_id=finding["id"], decision="rejected")
        elif best["category"] != finding["category"]:
            regions.mend(reviewer, finding_id=finding["id"], decision="edited", category=best["category"])
        else:
            regions.mend(reviewer, finding_id=finding["id"], decision="confirmed")


def _do(actor: Actor, case_id: str, until: str, name: str) -> None:
    view = work.get_case(actor, case_id)
    if view.state in {State.PRE_CHECK, State.IN_CALCULATION}:
        view = work.take(actor, case_id)
        if until not in {"photos_requested", "excluded"}:
            view = _judged(actor, _drawn(actor, view, name), name)
    if until == "photos_requested" and view.state == State.IN_CALCULATION:
        work.request_photos(actor, case_id, ("damage_closeup", "registration_document"), REQUEST_DE)
    elif until == "excluded" and view.state == State.IN_CALCULATION:
        work.exclude(actor, case_id, EXCLUSION_DE)
    elif until in {"offered", "accepted", "declined"}:
        if view.state == State.IN_CALCULATION:
            reds = tuple(flag["code"] for flag in view.flags if flag["level"] == "red")
            offer.send(actor, case_id, view.version, cleared_flags=reds)
            _reviewed(view, name)
        customer = customer_actor(case_id)
        sent = offer.open_offer(customer, case_id)
        if sent is not None and sent.state == "sent" and until == "accepted":
            offer.accept(customer, sent.id)
        elif sent is not None and sent.state == "sent" and until == "declined":
            offer.decline(customer, sent.id, reason="Ich lasse das Fahrzeug lieber in der Werkstatt reparieren.")
