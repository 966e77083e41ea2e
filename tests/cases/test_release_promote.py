"""Through the gate and back, on the real database with the real detector."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from model_bundles import CRIPPLED, DEMO, demo_coco, make_bundle
from sqlalchemy import select

from cv_models import runtime
from cv_models.datasets.coco import read
from cv_models.runtime import MODEL_FOLDER, model_entry
from workbench.access import SYSTEM, Actor
from workbench.cases import pipeline, work
from workbench.cases.learning import active, release
from workbench.cases.learning.gate import FALSE_FINDS, OVERALL, Difference, Evidence, GateReport, Limits, judge
from workbench.errors import TelekalkError
from workbench.settings import get_settings
from workbench.store import model_files
from workbench.store.database import session_scope
from workbench.store.learning import ModelVersion
from workbench.store.models import Finding, Step

SHIPPED = model_entry("damage", MODEL_FOLDER).version


@pytest.fixture(autouse=True)
def shipped_again():
    yield
    runtime.use("damage", None)


def enter(tmp_path: Path, *versions: str) -> None:
    for version in versions:
        release.register(SYSTEM, make_bundle(tmp_path / version, version))


def row(version: str) -> ModelVersion:
    with session_scope() as session:
        return session.scalars(select(ModelVersion).where(ModelVersion.version == version)).one()


def report(candidate: str, *, before: str | None = None, **changes: object) -> GateReport:
    """What the gate would say about two models that do the same."""
    at = before or active.current().version
    figures = (*OVERALL, "class/dent/ap50", FALSE_FINDS)
    seen = Evidence(
        tuple(Difference(name, 0.5, 0.5, 0.0, 0.0, 0.0, 1.0, "same") for name in figures),
        100, 100, 5, 0, 100.0, 100.0, 200.0, 200.0, 4_000_000, "", files_sound=True, shadow_photos=0,
    )  # fmt: skip
    seen = replace(seen, **changes)  # type: ignore[arg-type]
    old, new = (model_files.digest_of(row(one).files) for one in (at, candidate))
    return GateReport("damage", at, candidate, old, new, judge(seen), seen)


def promoted(version: str, actor: Actor = SYSTEM) -> release.ModelVersionView:
    return release.promote(actor, "damage", version, report=report(version))


def at_work() -> str:
    return active.current().version


def told() -> list[tuple[str, str]]:
    return [(one.version, one.event) for one in reversed(release.events(SYSTEM))]


def test_one_run_on_the_same_photos_lets_the_same_pass_and_refuses_a_crippled_one(
    database: str, tmp_path: Path
) -> None:
    release.register(SYSTEM, make_bundle(tmp_path / "same", "9.1"))
    release.register(SYSTEM, make_bundle(tmp_path / "poor", "9.2", **CRIPPLED))
    photos = read(demo_coco(tmp_path / "truth.json"), DEMO).photos
    # Times on a busy machine say little; that they are judged is tested on the gate itself.
    limits = Limits(most_slower=50, least_photos=5)
    poor, comparison = release.examine(SYSTEM, "9.2", photos, limits=limits, resamples=400)
    assert not poor.verdict.passed
    assert {"ap50", "recall"} & {check.name for check in poor.verdict.reasons}
    assert comparison.model_b == "damage-9.2"
    with pytest.raises(TelekalkError) as caught:
        release.promote(SYSTEM, "damage", "9.2", report=poor)
    assert caught.value.code == "TK-MODEL-021"
    assert "AP50" in caught.value.message_de
    assert row("9.2").state == "refused"
    assert at_work() == SHIPPED

    good, _same = release.examine(SYSTEM, "9.1", photos, limits=limits, resamples=400)
    assert good.verdict.passed, good.verdict.reasons
    made = release.promote(SYSTEM, "damage", "9.1", report=good, reason="Versuch")
    assert (made.state, at_work()) == ("active", "9.1")
    assert row(SHIPPED).state == "retired"
    assert told()[-3:] == [("9.2", "gate_refused"), ("9.1", "gate_passed"), ("9.1", "promoted")]
    kept = next(one for one in release.events(SYSTEM) if one.event == "gate_refused").report
    assert kept["evidence"]["photos"] == len(photos)
    assert kept["evidence"]["candidate_mib"] > 10


def test_a_release_despite_the_gate_is_an_event_of_its_own(
    database: str, tmp_path: Path, actor_of: Callable[[str], Actor]
) -> None:
    enter(tmp_path, "9.1")
    dora = actor_of("dora")
    bad = report("9.1", candidate_ms=500.0)
    for despite in (None, "", "  "):
        with pytest.raises(TelekalkError, match="TK-MODEL-021"):
            release.promote(dora, "damage", "9.1", report=bad, despite=despite)
    release.promote(dora, "damage", "9.1", report=bad, despite="Hagel in Bayern")
    assert at_work() == "9.1"
    override = next(one for one in release.events(dora) if one.event == "gate_overridden")
    assert override.report == {"despite": "Hagel in Bayern", "reasons": ["time"]}
    assert override.actor == dora.name


def test_a_report_about_something_else_is_no_pass(database: str, tmp_path: Path) -> None:
    enter(tmp_path, "9.1", "9.2")
    old = report("9.2")
    promoted("9.1")
    with pytest.raises(TelekalkError, match="TK-MODEL-023"):
        release.promote(SYSTEM, "damage", "9.2", report=old)
    with pytest.raises(TelekalkError, match="TK-MODEL-023"):
        release.promote(SYSTEM, "damage", "9.2", report=replace(report("9.2"), candidate_digest="0" * 64))
    with pytest.raises(TelekalkError, match="TK-MODEL-022"):
        release.promote(SYSTEM, "damage", "9.1", report=report("9.1"))
    with pytest.raises(TelekalkError, match="TK-MODEL-020"):
        release.promote(SYSTEM, "damage", "7.7", report=old)
    assert at_work() == "9.1"


def test_two_who_promote_at_once_do_not_both_win(database: str, tmp_path: Path) -> None:
    enter(tmp_path, "9.1", "9.2")
    reports = {version: report(version) for version in ("9.1", "9.2")}
    together = threading.Barrier(2)
    answers: dict[str, str] = {}

    def go(version: str) -> None:
        together.wait()
        try:
            release.promote(SYSTEM, "damage", version, report=reports[version])
            answers[version] = "won"
        except TelekalkError as problem:
            answers[version] = problem.code

    threads = [threading.Thread(target=go, args=(version,)) for version in reports]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers.values()) == ["TK-MODEL-023", "won"]
    assert answers[at_work()] == "won"
    with session_scope() as session:
        assert len(session.scalars(select(ModelVersion).where(ModelVersion.state == "active")).all()) == 1


def test_back_step_by_step_until_there_is_nothing_before(database: str, tmp_path: Path) -> None:
    enter(tmp_path, "9.1", "9.2")
    promoted("9.1")
    promoted("9.2")
    assert (release.rollback(SYSTEM).version.version, at_work()) == ("9.1", "9.1")
    assert (release.rollback(SYSTEM).left, at_work()) == ("9.1", SHIPPED)
    with pytest.raises(TelekalkError) as caught:
        release.rollback(SYSTEM)
    assert caught.value.code == "TK-MODEL-024"
    promoted("9.2")
    assert release.rollback(SYSTEM, reason="zu langsam").version.version == SHIPPED
    assert release.events(SYSTEM)[0].report["reason"] == "zu langsam"


def broken(version: str) -> Path:
    """Break the network of a version in the store."""
    sha256 = next(sha for name, sha in row(version).files.items() if name == "registry.json")
    model_files._stored(sha256).write_bytes(b"{}")
    return model_files._stored(sha256)


def test_back_from_a_broken_version_and_past_one(database: str, tmp_path: Path) -> None:
    for version in ("9.1", "9.2"):
        release.register(SYSTEM, make_bundle(tmp_path / version, version, threshold=float(version) / 20))
        promoted(version)
    broken("9.1")
    broken("9.2")
    done = release.rollback(SYSTEM)
    assert (done.version.version, done.left, done.passed_over) == (SHIPPED, "9.2", ("9.1",))
    with pytest.raises(TelekalkError, match="TK-MODEL-001"):
        release.promote(SYSTEM, "damage", "9.1", report=report("9.1"))


def models_of(case_id: str) -> set[str | None]:
    with session_scope() as session:
        return set(session.scalars(select(Finding.model).where(Finding.case_id == case_id)))


def damage_steps(case_id: str) -> set[tuple[str, str | None]]:
    with session_scope() as session:
        rows = session.execute(select(Step.key, Step.code).where(Step.case_id == case_id, Step.name == "damage")).all()
        return {(key.partition(":")[2], code) for key, code in rows}


def test_the_next_set_is_looked_at_by_the_version_that_is_active_then(
    database: str, tmp_path: Path, make_case: Callable
) -> None:
    # At so low a threshold something is found on any picture.
    release.register(SYSTEM, make_bundle(tmp_path / "b", "9.1", threshold=0.001))
    first = make_case("S-1", photos=1, complete=True)
    pipeline.run(first.id)
    assert damage_steps(first.id) == {(f"damage-{SHIPPED}", None)}
    promoted("9.1")
    second = make_case("S-2", photos=1, complete=True)
    pipeline.run(second.id)
    assert damage_steps(second.id) == {("damage-9.1", None)}
    assert models_of(second.id) <= {"damage-9.1"}
    # Commands without a database use what was active last in this home.
    from workbench.cases.looking import Looker

    assert Looker().versions["damage"] == "damage-9.1"
    release.rollback(SYSTEM)
    active.current()
    assert Looker().versions["damage"] == f"damage-{SHIPPED}"


def test_a_changed_file_is_refused_the_set_goes_on_and_the_look_is_made_up_for(
    database: str, tmp_path: Path, make_case: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workbench.cases.looking import Looker
    from workbench.cli import doctor

    release.register(SYSTEM, make_bundle(tmp_path / "b", "9.1", threshold=0.001))
    promoted("9.1")
    folder = active.active_folder()
    file = folder / model_entry("damage", folder).file
    content = file.read_bytes()
    file.write_bytes(content + b"x")
    with pytest.raises(TelekalkError, match="TK-MODEL-001"):
        active.active_folder()
    ref = make_case("S-1", photos=1, complete=True)
    pipeline.run(ref.id)
    view = work.get_case(SYSTEM, ref.id)
    assert damage_steps(ref.id) == {("damage-9.1", "TK-MODEL-001")}
    assert (view.state, view.progress["failed"]) == ("pre_check", 1)
    assert models_of(ref.id) == set(), "no other version steps in"
    assert Looker().detector.problem is not None, "not without a database either"
    check = doctor._models()
    assert check.level == "error"
    assert str(folder) in check.todo_de

    file.write_bytes(content)
    photo_id = view.photos[0]["id"]
    pipeline.detect_damage(photo_id)
    assert damage_steps(ref.id) == {("damage-9.1", None)}
    assert work.get_case(SYSTEM, ref.id).progress["failed"] == 0
    assert doctor._models().level == "ok"


def test_a_machine_that_lacks_the_version_fetches_it_and_a_broken_store_is_told(database: str, tmp_path: Path) -> None:
    enter(tmp_path, "9.1")
    promoted("9.1")
    one = active.active_folder()
    get_settings.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TELEKALK_PHOTO_STORE", str(get_settings().photos_path))
        patch.setenv("TELEKALK_HOME", str(tmp_path / "other machine"))
        get_settings.cache_clear()
        folders: list[Path] = []
        threads = [threading.Thread(target=lambda: folders.append(active.active_folder())) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(folders)) == 1
        assert folders[0] != one
        assert folders[0].is_relative_to(tmp_path / "other machine")
        assert sorted(path.name for path in folders[0].parent.iterdir()) == ["active.json", folders[0].name]
        patch.setenv("TELEKALK_HOME", str(tmp_path / "third machine"))
        get_settings.cache_clear()
        broken("9.1")
        found = active.current()
        assert (found.folder, found.version) == (None, "9.1")
        assert found.problem is not None
        assert "rollback" in found.problem.remedy_de
    get_settings.cache_clear()


def test_a_product_with_a_newer_model_brings_it_along_unless_an_own_one_was_released(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert at_work() == SHIPPED
    monkeypatch.setattr(runtime, "MODEL_FOLDER", make_bundle(tmp_path / "next", "8.0", threshold=0.5))
    assert at_work() == "8.0"
    assert row(SHIPPED).state == "retired"
    assert release.rollback(SYSTEM).version.version == SHIPPED, "its files were kept in the store"
    assert active.active_folder() != runtime.MODEL_FOLDER
    enter(tmp_path, "9.1")
    promoted("9.1")
    monkeypatch.setattr(runtime, "MODEL_FOLDER", make_bundle(tmp_path / "later", "8.1", threshold=0.6))
    assert at_work() == "9.1"
    assert row("8.1").state == "candidate"
