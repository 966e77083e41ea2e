"""A photo set assessed without a database: what the models see, the first calculation, the flags, the draft offer.

The same code as the pipeline's looks, suggests and flags; only the rows stand in memory, and the cleaned photos in a
folder that goes away. This is what ``telekalk process`` does.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.cases.document_check import judge
from workbench.cases.views import CaseView, ClaimData, RejectedFile, State
from workbench.errors import TelekalkError
from workbench.logs import get_logger
from workbench.settings import get_settings
from workbench.store import photos as store
from workbench.store.images import clean
from workbench.store.models import Case, Finding, Photo, RegistrationField, new_id, now

if TYPE_CHECKING:
    from workbench.cases.builder import CaseRows
    from workbench.cases.looking import Looker

log = get_logger(__name__)

#: Roles of photos in which damage is looked for; None: nobody knows what it shows.
LOOKED_AT_FOR_DAMAGE = frozenset({"vehicle", "damage", "other", None})
#: Photos of the document that are read; they complete each other.
MOST_DOCUMENTS = 3

#: Called with what is being done, how much of it is done, and of how much.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Assessment:
    """A folder of photos, assessed.

    Attributes:
        case: JSON-able: claim, state, photos, fields, findings, calculation, result, flags, rejected, seconds.
        offer_pdf: the draft offer; None when it could not be calculated.
        drawn: file name -> JPEG of each photo with its regions drawn.
        rejected: files that are no usable photos.
    """

    case: dict[str, Any]
    offer_pdf: bytes | None
    drawn: dict[str, bytes]
    rejected: tuple[RejectedFile, ...]


def best_fields(readings: Sequence[tuple[Photo, Any]]) -> dict[str, tuple[Photo, Any, str]]:
    """Each field from the reading that read it most surely: several photos of the document complete each other.

    Args:
        readings: photos with what was read from them.

    Returns:
        Printed code -> photo, field, model.
    """
    best: dict[str, tuple[Photo, Any, str]] = {}
    for photo, reading in readings:
        for name, field in reading.fields.items():
            earlier = best.get(name)
            if earlier is None or (field.value is not None, field.confidence) > (
                earlier[1].value is not None,
                earlier[1].confidence,
            ):
                best[name] = (photo, field, reading.model)
    return best


def score(value: float | None) -> Decimal | None:
    """A model's probability as it is stored: 0 to 1, four decimals."""
    return None if value is None else Decimal(str(round(min(max(value, 0.0), 1.0), 4)))


@contextmanager
def passing_store() -> Iterator[Path]:
    """A photo store of its own in a temporary folder, for as long as the block runs."""
    name = "TELEKALK_PHOTO_STORE"
    before = os.environ.get(name)
    with tempfile.TemporaryDirectory(prefix="telekalk-") as folder:
        os.environ[name] = folder
        get_settings.cache_clear()
        try:
            yield Path(folder)
        finally:
            if before is None:
                del os.environ[name]
            else:
                os.environ[name] = before
            get_settings.cache_clear()


def stored_photo(path: Path, position: int = 0) -> Photo:
    """Clean one photo and put it into the store; a row that stands in no database.

    Raises:
        TelekalkError: TK-PHOTO-…, as at the intake.
    """
    limit = get_settings().max_photo_mib * 1024 * 1024
    with path.open("rb") as file:
        photo = clean(file.read(limit + 1))
    sha256 = store.put(photo.original, view=photo.view, thumb=photo.thumb)
    return Photo(
        id=new_id(),
        position=position,
        sha256=sha256,
        filename=path.name,
        source_format=photo.source_format,
        width=photo.width,
        height=photo.height,
        bytes=len(photo.original),
        taken_at=photo.taken_at,
        device=photo.device,
        software=photo.software,
        batch=0,
    )


def _unstored_case(claim: ClaimData) -> Case:
    facts = {field.name: getattr(claim, field.name) for field in fields(claim)}
    return Case(id=new_id(), state=State.PRE_CHECK.value, batch=0, version=0, prefilled_at=now(), **facts)


class _Set:
    """One set on its way through the models."""

    def __init__(self, claim: ClaimData, progress: Progress) -> None:
        self.case = _unstored_case(claim)
        self.progress = progress
        self.photos: list[Photo] = []
        self.fields: list[RegistrationField] = []
        self.findings: list[Finding] = []
        self.rejected: list[RejectedFile] = []
        self.failed: list[dict[str, str]] = []

    def take(self, files: Sequence[Path]) -> None:
        seen: set[str] = set()
        for number, path in enumerate(files):
            self.progress("photos", number, len(files))
            try:
                photo = stored_photo(path, number)
            except TelekalkError as error:
                self.rejected.append(RejectedFile(path.name, error.code, error.message_de, error.message_en))
                continue
            if photo.sha256 in seen:
                self.rejected.append(
                    RejectedFile(
                        path.name, "TK-PHOTO-010", "Dieses Foto war schon dabei.", "This photo was there already."
                    )
                )
                continue
            seen.add(photo.sha256)
            self.photos.append(photo)
        self.progress("photos", len(files), len(files))

    def _attempt(self, step: str, photo: Photo, look: Callable[[], Any]) -> Any:
        """Let a model look; a failure of one look is noted and the rest of the set goes on."""
        try:
            return look()
        except Exception as problem:  # whatever a model does with a photo must not take the set down
            code = str(getattr(problem, "code", "TK-PIPE-001"))
            log.warning("step_failed", step=step, code=code, kind=type(problem).__name__)
            self.failed.append({"file": photo.filename, "step": step, "code": code})
            return None

    def look(self, eyes: Looker) -> None:
        total = len(self.photos)
        for number, photo in enumerate(self.photos):
            self.progress("look", number, total)
            quality = self._attempt("quality", photo, partial(eyes.quality, photo.sha256, photo.width, photo.height))
            photo.quality = asdict(quality) if quality is not None else None
            role = self._attempt("role", photo, partial(eyes.role, photo.sha256))
            if role is not None:
                photo.role, photo.view, photo.role_confidence = role.role, role.view, score(role.confidence)
            if photo.role in LOOKED_AT_FOR_DAMAGE:
                self._damage(eyes, photo)
        self.progress("look", total, total)

    def _damage(self, eyes: Looker, photo: Photo) -> None:
        regions = self._attempt(
            "damage", photo, partial(eyes.damage, photo.sha256, photo.width, photo.height, photo.view)
        )
        for region in regions or ():
            self.findings.append(
                Finding(
                    id=f"f{len(self.findings) + 1}",
                    photo_id=photo.id,
                    position=photo.position,
                    category=region.category,
                    score=score(region.score),
                    box=list(region.box),
                    polygon=[list(point) for point in region.polygon] if region.polygon else None,
                    part=region.part,
                    side=region.side,
                    severity=region.severity,
                    model=region.model,
                    size=region.size,
                    origin="model",
                    status="proposed",
                )
            )

    def read(self, eyes: Looker) -> None:
        documents = [photo for photo in self.photos if photo.role == "registration_document"]
        documents.sort(key=lambda photo: (-(photo.role_confidence or Decimal(0)), photo.position))
        documents = documents[:MOST_DOCUMENTS]
        readings = []
        for number, photo in enumerate(documents):
            self.progress("document", number, len(documents))
            reading = self._attempt("document", photo, partial(eyes.document, photo.sha256))
            if reading is not None:
                photo.document = judge(reading, (photo.quality or {}).get("problems", ()))
            if reading is not None and reading.found:
                readings.append((photo, reading))
        for code, (photo, field, model) in best_fields(readings).items():
            self.fields.append(
                RegistrationField(
                    code=code,
                    value=field.value,
                    original=field.value,
                    confidence=score(field.confidence),
                    photo_id=photo.id,
                    box=[[round(float(x), 1), round(float(y), 1)] for x, y in field.box] if field.box else None,
                    alternatives=list(field.alternatives),
                    reason=field.reason,
                    model=model,
                    corrected=False,
                )
            )
        self.progress("document", len(documents), len(documents))

    def rows(self) -> CaseRows:
        from workbench.cases.builder import CaseRows
        from workbench.cases.vehicle import vehicle_of

        vehicle = vehicle_of({field.code: field.value for field in self.fields}, self.case.odometer_km)
        self.case.vehicle = vehicle.title or self.case.vehicle
        self.case.holder_name = self.case.holder_name or vehicle.holder
        self.case.plate = self.case.plate or vehicle.plate
        return CaseRows.unstored(self.case, self.photos, self.fields, self.findings)


def assess_folder(files: Sequence[Path], claim: ClaimData, *, progress: Progress | None = None) -> Assessment:
    """Assess the photos of one damage, from the files to the draft offer.

    Args:
        files: the photos; what is none is told in ``rejected``, and the rest goes on.
        claim: the claim.
        progress: told what is being done.

    Raises:
        TelekalkError: TK-PHOTO-009 when none of the files is a usable photo, TK-PHOTO-005 too many files; codes of the
            engine or the tables when nothing can be calculated.
    """
    report = progress or (lambda _what, _done, _total: None)
    limit = get_settings().max_photos
    if len(files) > limit:
        raise TelekalkError(
            "TK-PHOTO-005",
            f"Das sind {len(files)} Dateien; ein Fotosatz hat höchstens {limit}.",
            f"These are {len(files)} files; a set has at most {limit}.",
        )
    with passing_store():
        work = _Set(claim, report)
        work.take(files)
        if not work.photos:
            raise TelekalkError(
                "TK-PHOTO-009",
                "In dem Ordner ist kein brauchbares Foto.",
                "There is no usable photo in the folder.",
                data={"rejected": [asdict(item) for item in work.rejected]},
            )
        from workbench.cases.looking import Looker

        eyes = Looker()
        with eyes.ahead([photo.sha256 for photo in work.photos]):
            work.look(eyes)
        work.read(eyes)
        report("offer", 0, 1)
        made = _assessment(work)
        report("offer", 1, 1)
        return made


def _assessment(work: _Set) -> Assessment:
    from workbench.cases.builder import calculated
    from workbench.cases.flags import assess
    from workbench.cases.prefill import suggested_draft
    from workbench.documents.offer import render_offer

    rows = work.rows()
    draft = suggested_draft(work.case, rows)
    from calculation import result_to_json

    result = result_to_json(calculated(draft, explain=True), explain=True)
    flags = [asdict(flag) for flag in assess(rows.facts(), result)]
    work.case.draft, work.case.flags = draft, flags
    described = rows.described()
    document = _offer(work.case, rows, described, draft, result)
    names = {photo.id: photo.filename for photo in work.photos}
    case = {
        "format": 1,
        "claim": described["claim"],
        "vehicle": work.case.vehicle,
        "photos": [{"file": photo["filename"], **photo} for photo in described["photos"]],
        "fields": {
            field["code"]: {
                **{key: field[key] for key in ("value", "confidence", "box", "alternatives", "reason", "label")},
                "file": names.get(field["photo_id"] or ""),
            }
            for field in described["vehicle_fields"]
        },
        "findings": [{**finding, "file": names[finding["photo_id"]]} for finding in described["findings"]],
        "calculation": draft,
        "result": result,
        "flags": flags,
        "rejected": [asdict(item) for item in work.rejected],
        "failed_steps": work.failed,
    }
    return Assessment(case, render_offer(document), _drawn(work, rows), tuple(work.rejected))


def _offer(case: Case, rows: CaseRows, described: dict[str, Any], draft: dict[str, Any], result: dict[str, Any]) -> Any:
    from workbench.cases.offer_document import offer_document

    issued: datetime = now()
    view = CaseView(
        id=case.id, version=0, state=case.state, draft=draft, result=result, flags=tuple(case.flags), clock={}, lock={},
        offers=(), timeline=(), progress={}, can_undo=False, can_redo=False, demo=case.demo, **described,
    )  # fmt: skip
    until = issued + timedelta(days=get_settings().offer_valid_days)
    return offer_document(case, rows, view, 1, "", issued=issued, valid_until=until, draft=True)


def _drawn(work: _Set, rows: CaseRows) -> dict[str, bytes]:
    """Photos with their regions, under the numbers that the offer gives them."""
    from PIL import Image

    from workbench.cases.offer_document import regions_by_photo
    from workbench.documents.regions import as_jpeg, draw_regions

    drawn: dict[str, bytes] = {}
    regions = regions_by_photo(rows)
    for photo in work.photos:
        if photo.id in regions:
            with Image.open(store.path(photo.sha256, "view")) as view:
                picture = draw_regions(view, regions[photo.id], size=(photo.width, photo.height))
            drawn[f"{photo.position + 1:02d}-{Path(photo.filename).stem[:80]}.jpg"] = as_jpeg(picture, quality=88)
    return drawn
