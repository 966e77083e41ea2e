"""A full turn of the loop: corrections on the desk, export, a short training, evaluation, gate, promotion, shadow, rollback.

Everything is the real thing: database, photo store, networks, PyTorch. What the training learns in its few steps is nothing to
speak of; what is shown is that each stage takes what the one before it gave, and that every finding names the model that made it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from model_bundles import CRIPPLED, DEMO, edit, make_bundle
from sqlalchemy import select

from cv_models import runtime
from cv_models.datasets import coco
from cv_models.runtime import MODEL_FOLDER, model_entry
from workbench.access import SYSTEM, Actor, customer_actor
from workbench.cases import intake, pipeline, work
from workbench.cases.learning import release, runs, shadow, shadow_report
from workbench.cases.learning.export_regions import Exported, export_regions
from workbench.cases.learning.gate import Limits
from workbench.cases.views import CaseView, ClaimData
from workbench.cli.models import models
from workbench.errors import TelekalkError
from workbench.store.database import session_scope
from workbench.store.learning import DatasetVersion, ModelVersion, TrainingRun
from workbench.store.models import Photo

SHIPPED = model_entry("damage", MODEL_FOLDER)
PHOTOS = 2  # of each set
TRAIN, VAL = ("hatch_door_scratch", "estate_door_dent"), ("compact_headlamp", "suv_fender")

#: So few steps at so small a rate that the network stays as good as it was: the gate can judge it on a handful of photos.
EXPERIMENT = """
name = "loop-1"
size = 160
cache_side = 320
batch = 2
steps = 2
rate = 1e-6
warmup = 1
frozen = ["stem", "dark2", "dark3", "dark4", "dark5"]
start = "{start}"
validate_photos = 2
validate_every = 2
quantise_photos = 2
[[train]]
coco = "{data}/annotations_train.json"
images = "{data}/images"
groups = {{ "*" = ["region", "panel"] }}
[[validation]]
coco = "{data}/annotations_val.json"
images = "{data}/images"
groups = {{ "*" = ["region", "panel"] }}
[licences.{source}]
origin = "photos of the demonstration cases, labels of their expert"
licence = "Apache-2.0"
"""


@pytest.fixture(autouse=True)
def shipped_again() -> Iterator[None]:
    yield
    runtime.use("damage", None)


def near(name: str) -> list[Path]:
    """Photos of a set that show its damage from near."""
    return sorted((DEMO / name).glob("*damage*.jpg"))[:PHOTOS]


class Desk:
    """An expert at work on rendered sets, with the detector that is active."""

    def __init__(self, expert: Actor) -> None:
        self.expert = expert
        self.cases: dict[str, str] = {}
        self.decided = 0

    def receive(self, name: str, claim: str) -> CaseView:
        """A set comes in, its photos are looked at, the expert takes it."""
        ref = intake.open_case(SYSTEM, ClaimData(claim_number=claim, plate=f"M-LP {1000 + len(self.cases)}"))
        self.cases[claim] = ref.id
        for path in near(name):
            intake.receive_photo(customer_actor(ref.id), ref.id, path.read_bytes(), filename=path.name)
        intake.complete_set(customer_actor(ref.id), ref.id)
        ids = pipeline.start(ref.id)
        with session_scope() as session:
            for row in session.scalars(select(Photo).where(Photo.case_id == ref.id)):
                row.role = "damage"
        for photo_id in ids:
            pipeline.detect_damage(photo_id)
        pipeline.prefill(ref.id)
        work.take(self.expert, ref.id)
        return work.get_case(self.expert, ref.id)

    def correct(self, view: CaseView, name: str) -> list[str]:
        """Decide every finding, and add what the truth of the render says about the first photo.

        For training every kind of act is done in turn; for validation none that makes the detector wrong, so that the few photos
        tell a good one from a bad one.
        """
        done: list[str] = []
        for number, finding in enumerate(view.findings):
            act = (("relabel", "reject", "move", "confirm") if name in TRAIN else ("confirm", "move"))[
                (number + self.decided) % (4 if name in TRAIN else 2)
            ]
            x, y, width, height = finding["box"]
            if act == "confirm":
                work.decide_finding(self.expert, finding["id"], "confirmed")
            elif act == "move":
                work.decide_finding(self.expert, finding["id"], "edited", box=[x + 2, y + 2, width, height])
            elif act == "relabel":
                other = "dent" if finding["category"] == "scratch" else "scratch"
                work.decide_finding(self.expert, finding["id"], "edited", category=other)
            else:
                work.decide_finding(self.expert, finding["id"], "rejected")
            done.append(act)
        truth = json.loads((DEMO / name / "truth.json").read_text(encoding="utf-8"))
        image = next(item for item in truth["images"] if item["file_name"] == near(name)[0].name)
        word = {item["id"]: item["name"] for item in truth["categories"]}
        label = next(item for item in truth["annotations"] if item["image_id"] == image["id"])
        category = {"broken_headlamp": "broken_lamp"}.get(word[label["category_id"]], word[label["category_id"]])
        first = view.photos[0]
        scale = first["width"] / image["width"]
        box = [value * scale for value in label["bbox"]]
        work.add_finding(self.expert, view.id, first["id"], category=category, box=box)
        self.decided += len(done)
        return [*done, "add"]


def models_of(view: CaseView) -> set[str]:
    """Names of the models that made a case's findings."""
    return {finding["model"] for finding in view.findings if finding["origin"] == "model"}


def state_of(version: str) -> str:
    with session_scope() as session:
        return session.scalars(select(ModelVersion).where(ModelVersion.version == version)).one().state


def export(desk: Desk, data: Actor, out: Path) -> Exported:
    """The data set; two vehicles stand on either side because an earlier export has put them there."""
    with session_scope() as session:
        sides = {desk.cases[name]: "train" if name in TRAIN else "val" for name in (*TRAIN, *VAL)}
        entries = [
            {"photo": photo.sha256, "split": sides[photo.case_id]}
            for photo in session.scalars(select(Photo).where(Photo.case_id.in_(sides)))
        ]
        session.add(DatasetVersion(name="earlier", manifest_sha256="0" * 64, manifest=entries))
    return export_regions(data, out, "coco", name="loop", blur_check=False)


def train(folder: Path, data: Path) -> Path:
    """`telekalk models train`, from the shipped weights, to a bundle."""
    raw = json.loads((data / "annotations_train.json").read_text(encoding="utf-8"))
    source = json.dumps(raw["images"][0]["source"] or "*")
    start = MODEL_FOLDER / SHIPPED.file
    (folder / "loop.toml").write_text(EXPERIMENT.format(start=start, data=data, source=source), encoding="utf-8")
    words = ["train", str(folder / "loop.toml"), "--out", str(folder / "run"), "--bundle", "--record", "--as", "dora"]
    answer = CliRunner().invoke(models, words)
    assert answer.exit_code == 0, (answer.output, answer.exception)
    assert "--run loop-1" in answer.output
    return folder / "run" / "bundle"


def test_a_full_turn_of_the_loop(
    database: str, tmp_path: Path, actor_expert: Actor, actor_of: Callable[[str], Actor]
) -> None:
    pytest.importorskip("torch", reason="PyTorch (the extra `train`) is not installed")
    pytest.importorskip("onnx", reason="onnx (the extra `train`) is not installed")
    dora, desk = actor_of("dora"), Desk(actor_expert)

    # The desk: the shipped detector proposes, the expert corrects.
    acts: set[str] = set()
    for name in (*TRAIN, *VAL):
        view = desk.receive(name, name)
        assert models_of(view) <= {SHIPPED.label}
        acts.update(desk.correct(view, name))
    assert acts == {"confirm", "move", "relabel", "reject", "add"}

    # Export: photos and labels by vehicle, a dataset version of its own.
    data = tmp_path / "set"
    exported = export(desk, dora, data)
    assert exported.counts["photos"]["train"] >= 2
    assert exported.counts["photos"]["val"] >= 2
    photos = coco.read(data / "annotations_val.json", data / "images").photos
    assert sum(len(photo.labels) for photo in photos) >= 2

    # Training and evaluation, recorded.
    bundle = train(tmp_path, data)
    run = runs.runs(dora)[0][0]
    assert (run.name, run.state, run.dataset, run.started_by) == ("loop-1", "done", "loop", dora.name)
    assert 0 <= run.figures["ap50"] <= 1
    report = json.loads((tmp_path / "run" / "evaluation" / "report.json").read_text(encoding="utf-8"))
    assert report["photos"] == len(photos)
    assert "Apache-2.0" in (bundle / "card.md").read_text(encoding="utf-8")

    # Registered, and judged: a crippled one is refused, the trained one passes.
    made = release.register(dora, bundle, training_run="loop-1")
    assert (made.label, made.state) == ("damage-loop-1", "candidate")
    with session_scope() as session:
        row = session.scalars(select(ModelVersion).where(ModelVersion.version == "loop-1")).one()
        assert row.training_run_id == session.scalars(select(TrainingRun)).one().id
    release.register(dora, make_bundle(tmp_path / "crippled", "loop-0", **CRIPPLED))
    limits = Limits(most_slower=50, least_photos=2)  # few photos, and a busy machine says little about time
    refused, _ = release.examine(dora, "loop-0", photos, limits=limits, resamples=400)
    with pytest.raises(TelekalkError, match="TK-MODEL-021"):
        release.promote(dora, "damage", "loop-0", report=refused)
    assert (state_of("loop-0"), state_of(SHIPPED.version)) == ("refused", "active")
    passed, _ = release.examine(dora, "loop-1", photos, limits=limits, resamples=400)
    assert passed.verdict.passed, passed.verdict.reasons
    assert release.promote(dora, "damage", "loop-1", report=passed, reason="Monat 11").state == "active"

    # At work: new findings are the new model's, old ones keep the name of theirs. Beside it runs a shadow.
    eager = edit(bundle, version="loop-2", settings={**model_entry("damage", bundle).settings, "threshold": 0.03})
    release.register(dora, eager)
    shadow.start_shadow(dora, "damage", "loop-2")
    live = desk.receive("hatch_bonnet", "live")
    assert live.findings
    assert models_of(live) == {"damage-loop-1"}
    assert models_of(work.get_case(SYSTEM, desk.cases[TRAIN[0]])) <= {SHIPPED.label}
    with session_scope() as session:
        from sqlalchemy import text

        session.execute(text("DELETE FROM procrastinate_jobs"))  # a shadow stands back while sets wait
    assert shadow.run(desk.cases["live"])
    listed = shadow_report.disagreements(dora, "loop-2")
    assert {item.kind for item in listed} >= {"only_candidate"}
    assert {(item.active_model, item.candidate_model) for item in listed} == {("damage-loop-1", "damage-loop-2")}
    assert models_of(work.get_case(SYSTEM, desk.cases["live"])) == {"damage-loop-1"}

    # Back in one step.
    release.rollback(dora, "damage", reason="Versuch beendet")
    assert (state_of(SHIPPED.version), state_of("loop-1")) == ("active", "retired")
    after = desk.receive("hatch_tail_lamp", "after")
    assert after.findings
    assert models_of(after) == {SHIPPED.label}
