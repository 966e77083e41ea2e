"""The data set of damage: photos with the labels that experts left, in forms that readers of such sets take, nobody to be recognised."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from cv_models.datasets import coco
from cv_models.findings import CATEGORIES
from workbench.access import SYSTEM, Actor, customer_actor
from workbench.cases import intake, pipeline, work
from workbench.cases.learning import regions
from workbench.cases.learning.export_regions import Exported, export_regions
from workbench.cases.views import ClaimData
from workbench.errors import TelekalkError
from workbench.store import photos as store
from workbench.store.database import session_scope
from workbench.store.learning import DatasetVersion
from workbench.store.models import Finding, Photo

PHOTOS = Path(__file__).parents[2] / "workbench" / "demo" / "photos"
DOOR, BONNET, MIRROR = "hatch_door_scratch/01_front_left", "hatch_bonnet/03_damage_1m", "compact_mirror/04_damage_05m_b"
Make = Callable[..., "Made"]


class Made:
    """A case that an expert holds, with demo photos and one finding of a model on each."""

    def __init__(self, case_id: str, photos: list[str], findings: list[str]) -> None:
        self.id, self.photos, self.findings = case_id, photos, findings


@pytest.fixture
def made(actor_expert: Actor) -> Make:
    numbers = iter(range(100))

    def make(*names: str, plate: str | None = None) -> Made:
        ref = intake.open_case(SYSTEM, ClaimData(claim_number=f"S-2026-70{next(numbers):02d}", plate=plate))
        for name in names:
            intake.receive_photo(
                customer_actor(ref.id), ref.id, (PHOTOS / f"{name}.jpg").read_bytes(), filename="IMG_4711 Erika.jpg"
            )
        intake.complete_set(customer_actor(ref.id), ref.id)
        pipeline.start(ref.id)
        with session_scope() as session:
            photos = session.scalars(select(Photo).where(Photo.case_id == ref.id).order_by(Photo.position)).all()
            for photo in photos:
                session.add(
                    Finding(
                        case_id=ref.id, photo_id=photo.id, category="dent", score="0.9", box=[600, 500, 400, 300],
                        part="bonnet", side=None, severity="moderate", model="test-1",
                    )
                )  # fmt: skip
            photo_ids = [photo.id for photo in photos]
        pipeline.prefill(ref.id)
        work.take(actor_expert, ref.id)
        view = work.get_case(actor_expert, ref.id)
        by_photo = {finding["photo_id"]: finding["id"] for finding in view.findings}
        return Made(ref.id, photo_ids, [by_photo[photo] for photo in photo_ids])

    return make


def manifest(out: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    return found


def files(out: Path) -> dict[str, str]:
    return {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(TelekalkError) as caught:
        act()
    return caught.value.code


def test_coco_is_read_back_whole(made: Make, actor_expert: Actor, tmp_path: Path) -> None:
    one = made(DOOR, BONNET, plate="M-AB 123")
    work.decide_finding(actor_expert, one.findings[0], "edited", category="scratch", part="door_front", side="left")
    work.add_finding(
        actor_expert, one.id, one.photos[0], category="crack", box=[0, 0, 9, 9], part="sill",
        polygon=[[100, 900], [300, 910], [280, 1000]],
    )  # fmt: skip
    work.decide_finding(actor_expert, one.findings[1], "rejected")
    out = tmp_path / "set"
    told = export_regions(SYSTEM, out, blur_check=False)
    assert (sum(told.counts["photos"].values()), sum(told.counts["negatives"].values())) == (2, 1)
    side = next(split for split, count in told.counts["photos"].items() if count)
    read = coco.read(out / f"annotations_{side}.json", out / "images")
    assert read.problems == ()
    assert {len(photo.labels) for photo in read.photos} == {0, 2}
    damaged = next(photo for photo in read.photos if photo.labels)
    labels = {label.category: label for label in damaged.labels}
    assert set(labels) == {"scratch", "crack"}
    assert (labels["scratch"].parts, labels["crack"].box.width) == (("door_front",), 200)
    assert labels["crack"].polygon
    assert {photo.vehicle for photo in read.photos} == {damaged.vehicle}
    raw = json.loads((out / f"annotations_{side}.json").read_text(encoding="utf-8"))
    assert [entry["name"] for entry in raw["categories"]] == list(CATEGORIES)
    scratch = next(entry for entry in raw["annotations"] if entry["category_id"] == 1)
    assert (scratch["original_label"], scratch["attributes"]["model"], scratch["attributes"]["score"]) == (
        "dent", "test-1", "0.9000",
    )  # fmt: skip
    # Nothing of whose photo it is: no metadata, no names.
    everything = " ".join([*files(out), *(path.read_text("utf-8") for path in out.rglob("*.json"))])
    for secret in ("Erika", "4711", "M-AB", "MAB123", str(actor_expert.user_id)):
        assert secret not in everything
    for photo in read.photos:
        with Image.open(photo.path) as picture:
            assert not picture.getexif()
            assert "exif" not in picture.info
            assert (picture.format, picture.size) == ("JPEG", (photo.width, photo.height))
    assert (out / "README.md").read_text(encoding="utf-8").startswith(f"# {told.name}")


def test_the_same_state_gives_the_same_bytes_and_one_version(made: Make, actor_expert: Actor, tmp_path: Path) -> None:
    one = made(BONNET)
    work.decide_finding(actor_expert, one.findings[0], "confirmed")
    first, again = export_regions(SYSTEM, tmp_path / "a"), export_regions(SYSTEM, tmp_path / "b")
    assert files(tmp_path / "a") == files(tmp_path / "b")
    assert (first.known, again.known, again.version_id) == (False, True, first.version_id)
    yolo = export_regions(SYSTEM, tmp_path / "y", "yolo")
    assert yolo.version_id == first.version_id, "the form of the files does not make another data set"
    side = next(split for split, count in yolo.counts["photos"].items() if count)
    picture = next((tmp_path / "y" / "images" / side).glob("*.jpg"))
    words = (tmp_path / "y" / "labels" / side / f"{picture.stem}.txt").read_text().split()
    assert words == ["1", "0.500000", "0.541667", "0.250000", "0.250000"]
    config = (tmp_path / "y" / "data.yaml").read_text()
    assert "nc: 8" in config
    assert "  7: panel_damage" in config
    with session_scope() as session:
        version = session.scalars(select(DatasetVersion)).one()
        assert version.manifest_sha256 == first.manifest_sha256
        assert version.manifest == manifest(tmp_path / "a")["photos"]
        assert version.manifest[0]["labels"][0]["category"] == "dent"
    # Another state under the same name is refused, and the folder does not appear.
    export_regions(SYSTEM, tmp_path / "n", name="Herbst", blur_check=False)
    work.decide_finding(actor_expert, one.findings[0], "rejected")
    assert (
        refused(lambda: export_regions(SYSTEM, tmp_path / "c", name="Herbst", blur_check=False)) == "TK-ANNOTATION-005"
    )
    assert not (tmp_path / "c").exists()
    assert not list(tmp_path.glob(".*"))


def test_what_stays_out_and_why(
    made: Make, actor_expert: Actor, actor_of: Callable[[str], Actor], tmp_path: Path
) -> None:
    def export(name: str, **words: object) -> Exported:
        return export_regions(SYSTEM, tmp_path / name, blur_check=False, **words)  # type: ignore[arg-type]

    assert refused(lambda: export("0")) == "TK-ANNOTATION-004"
    one, other = made(DOOR, BONNET), made(BONNET, MIRROR)
    assert refused(lambda: export("1")) == "TK-ANNOTATION-004"
    work.decide_finding(actor_expert, one.findings[1], "confirmed")
    work.decide_finding(actor_expert, other.findings[1], "confirmed")
    work.decide_finding(actor_expert, other.findings[0], "rejected")
    told = export("2")
    # The same picture from two claims goes in once, with the latest word.
    assert (told.left_out, sum(told.counts["photos"].values())) == ({"same_photo": 1}, 2)
    assert sum(told.counts["negatives"].values()) == 1
    assert sum(told.counts["vehicles"].values()) == 1, "claims that share a photo are one vehicle"
    # A region added to a photo with an open one: the photo waits.
    work.add_finding(actor_expert, one.id, one.photos[0], category="dent", box=[5, 5, 50, 50])
    assert export("3").left_out == {"same_photo": 1, "undecided": 1}
    tomorrow = date.today() + timedelta(days=2)
    assert refused(lambda: export("4", since=tomorrow)) == "TK-ANNOTATION-004"
    assert sum(export("5", since=date.today() - timedelta(days=2)).counts["photos"].values()) == 2
    # A photo that the store has lost, and one whose file is broken.
    with session_scope() as session:
        lost = session.get_one(Photo, other.photos[1]).sha256
    store.path(lost).unlink()
    for variant in ("view", "thumb"):
        store.path(lost, variant).unlink()  # type: ignore[arg-type]
    assert export("6").left_out == {"photo_gone": 1, "same_photo": 1, "undecided": 1}
    # The data team's word on an open region lets the photo in.
    regions.mend(actor_of("dora"), decision="confirmed", finding_id=one.findings[0])
    assert "undecided" not in export("7").left_out


def test_open_regions_of_offered_cases_only_when_asked_for(made: Make, actor_expert: Actor, tmp_path: Path) -> None:
    from workbench.cases import offer

    one = made(DOOR, BONNET)
    work.decide_finding(actor_expert, one.findings[0], "confirmed")
    view = work.suggest_lines(actor_expert, one.id, work.get_case(actor_expert, one.id).version)
    reds = tuple(flag["code"] for flag in view.flags if flag["level"] == "red")
    offer.send(actor_expert, one.id, view.version, cleared_flags=reds)
    plain = export_regions(SYSTEM, tmp_path / "a", blur_check=False)
    assert (plain.counts["sources"], plain.left_out) == ({"decided": 1}, {})
    wide = export_regions(SYSTEM, tmp_path / "b", blur_check=False, implicit=True)
    assert wide.counts["sources"] == {"decided": 1, "implicit": 1}
    photos = manifest(tmp_path / "b")["photos"]
    assert isinstance(photos, list)
    assert {label["decision"] for photo in photos for label in photo["labels"]} == {"confirmed", "implicit"}
    # A part that the calculation does not name tells nothing: the photo stays out.
    with session_scope() as session:
        session.get_one(Finding, one.findings[1]).part = "roof"
    told = export_regions(SYSTEM, tmp_path / "c", blur_check=False, implicit=True)
    assert (told.counts["sources"], told.left_out) == ({"decided": 1}, {"undecided": 1})


def test_vehicles_keep_their_side(made: Make, actor_expert: Actor, tmp_path: Path) -> None:
    one, other = made(BONNET, plate="M-AB 1"), made(MIRROR, plate="B-XY 2")
    for case in (one, other):
        work.decide_finding(actor_expert, case.findings[0], "confirmed")
    export_regions(SYSTEM, tmp_path / "a", blur_check=False)
    # As if the exports of earlier years had them on different sides.
    with session_scope() as session:
        version = session.scalars(select(DatasetVersion)).one()
        entries = [dict(entry) for entry in version.manifest]
        with_sides = zip(entries, ("test", "val"), strict=True)
        version.manifest = [{**entry, "split": split} for entry, split in with_sides]
    kept = export_regions(SYSTEM, tmp_path / "b", name="b", blur_check=False)
    assert (kept.counts["vehicles"], kept.merged) == ({"train": 0, "val": 1, "test": 1}, ())
    # A third claim shows that both are the same car.
    case = work.get_case(actor_expert, other.id)
    work.correct_claim(actor_expert, other.id, case.version, {"plate": "m ab-1"})
    told = export_regions(SYSTEM, tmp_path / "c", name="c", blur_check=False)
    assert told.counts["vehicles"] == {"train": 0, "val": 1, "test": 0}
    assert [dict(one) for one in told.merged] == [
        {"vehicle": told.merged[0]["vehicle"], "stood_on": ["val", "test"], "now": "val"}
    ]


def test_refusals(made: Make, actor_expert: Actor, tmp_path: Path) -> None:
    one = made(BONNET)
    work.decide_finding(actor_expert, one.findings[0], "confirmed")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x")
    (tmp_path / "file").write_text("x")
    assert refused(lambda: export_regions(SYSTEM, tmp_path / "full")) == "TK-ANNOTATION-002"
    assert refused(lambda: export_regions(SYSTEM, tmp_path / "file")) == "TK-ANNOTATION-002"
    assert refused(lambda: export_regions(SYSTEM, tmp_path / "file" / "below")) == "TK-ANNOTATION-003"
    assert refused(lambda: export_regions(SYSTEM, Path("/proc/nowhere/x"), blur_check=False)) == "TK-ANNOTATION-003"
    assert refused(lambda: export_regions(actor_expert, tmp_path / "a")) == "TK-ACCESS-403"
    assert refused(lambda: export_regions(SYSTEM, tmp_path / "a", name=" ")) == "TK-ANNOTATION-006"

    def run(*words: str, limit: str = "unlimited") -> subprocess.CompletedProcess[str]:
        line = ["bash", "-c", f'ulimit -f {limit}; exec "$@"', "x", sys.executable, "-m", "workbench"]
        return subprocess.run([*line, "annotations", "export", *words], capture_output=True, text=True, check=False)

    # The disk is full while pictures are written: said, and nothing half is left behind.
    full = run("--format", "coco", "--no-blur-check", str(tmp_path / "b"), limit="40")
    assert (full.returncode, "TK-ANNOTATION-003" in full.stderr) == (2, True), full.stderr
    assert not (tmp_path / "b").exists()
    assert not list(tmp_path.glob(".*"))
    assert "TK-ANNOTATION-008" in run("--format", "coco", "--with-names", str(tmp_path / "b")).stderr
    told = run("--format", "yolo", "--no-blur-check", "--name", "Probe", str(tmp_path / "b"))
    assert told.returncode == 0, told.stderr
    assert "Datensatz Probe" in told.stdout
    assert (tmp_path / "b" / "data.yaml").is_file()
