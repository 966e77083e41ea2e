"""Entering training runs: names, continuation, curves, who may."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workbench.access import SYSTEM, Actor
from workbench.cases.learning import run_recording
from workbench.cases.learning.runs import run, runs
from workbench.errors import TelekalkError
from workbench.store.database import session_scope
from workbench.store.learning import DatasetVersion

SETTINGS = {"name": "november", "zoom": (0.9, 1.8), "licences": {"*": {"licence": "MIT"}}}


def test_a_run_is_kept_with_its_curve_and_goes_on_after_an_interruption(database: str, tmp_path: Path) -> None:
    with session_scope() as session:
        session.add(DatasetVersion(name="set-1", manifest_sha256="a" * 64))
    (tmp_path / "manifest.json").write_text(json.dumps({"manifest_sha256": "a" * 64}), encoding="utf-8")
    sha256 = run_recording.dataset_hash_beside(tmp_path / "annotations_train.json")
    first = run_recording.begin(SYSTEM, "november", SETTINGS, fingerprint="f1", device="cpu", dataset_sha256=sha256)
    run_recording.note(SYSTEM, first, [{"step": 10, "loss": 2.5}, {"step": 20, "loss": float("nan")}])
    run_recording.end(SYSTEM, first, "stopped")

    # Its last checkpoint was written at step 10: what came after is done again.
    again = run_recording.begin(SYSTEM, "november", SETTINGS, fingerprint="f1", device="gpu", step=10)
    assert again == first
    run_recording.note(SYSTEM, first, [{"step": 20, "loss": 2.0}, {"step": 20, "validation": {"ap50": 0.3}}])
    run_recording.end(SYSTEM, first, "done", {"ap50": 0.3, "odd": float("inf")})
    whole = run(SYSTEM, first)
    assert [entry["step"] for entry in whole.curve] == [10, 20, 20]
    assert (whole.state, whole.device, whole.dataset) == ("done", "gpu", "set-1")
    assert whole.figures == {"ap50": 0.3, "odd": None}
    assert whole.experiment["zoom"] == [0.9, 1.8]

    # The same name with other settings, or begun anew, is another run.
    other = run_recording.begin(SYSTEM, "november", SETTINGS, fingerprint="f2", step=10)
    anew = run_recording.begin(SYSTEM, "november", SETTINGS, fingerprint="f1")
    assert {item.name for item in runs(SYSTEM)[0]} == {"november", "november-2", "november-3"}
    assert run_recording.name_of(SYSTEM, other) == "november-2"
    assert run_recording.name_of(SYSTEM, anew) == "november-3"


def test_who_may_not_release_models_records_no_run(database: str, actor_expert: Actor) -> None:
    with pytest.raises(TelekalkError, match="TK-ACCESS-403"):
        run_recording.begin(actor_expert, "november", SETTINGS, fingerprint="f1")
    with pytest.raises(TelekalkError, match="TK-TRAIN-016"):
        run_recording.begin(SYSTEM, " \n ", SETTINGS, fingerprint="f1")
    with pytest.raises(TelekalkError, match="TK-ACCESS-404"):
        run_recording.note(SYSTEM, "00000000-0000-0000-0000-000000000000", [])


def test_a_folder_without_a_manifest_of_ours_has_no_hash(tmp_path: Path) -> None:
    coco = tmp_path / "labels.json"
    assert run_recording.dataset_hash_beside(coco) is None
    for text in ("no json", "[]", '{"manifest_sha256": 5}', '{"manifest_sha256": "short"}'):
        (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
        assert run_recording.dataset_hash_beside(coco) is None
