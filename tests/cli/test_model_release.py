"""`telekalk models register|promote|shadow|rollback|history|list` as processes of their own, on a real database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from model_bundles import CRIPPLED, DEMO, demo_coco, make_bundle

from cv_models.runtime import MODEL_FOLDER, model_entry

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = model_entry("damage", MODEL_FOLDER).version


def telekalk(*args: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "workbench", *map(str, args), "--lang", "en"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def listed() -> dict[str, str]:
    answer = telekalk("models", "list", "--json")
    assert answer.returncode == 0, answer.stderr
    return {row["version"]: row["release"] for row in json.loads(answer.stdout) if row["name"] == "damage"}


def test_a_refused_candidate_a_release_despite_the_gate_and_the_way_back(database: str, tmp_path: Path) -> None:
    bundle = make_bundle(tmp_path / "poor", "9.2", card="# Model card: poor\n", **CRIPPLED)
    made = telekalk("models", "register", bundle, "--as", "dora", "--json")
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["state"] == "candidate"
    assert listed() == {SHIPPED: "active", "9.2": "candidate"}
    assert telekalk("models", "card", "damage-9.2").stdout == "# Model card: poor\n"

    photos = ("--coco", demo_coco(tmp_path / "truth.json"), "--images", DEMO, "--least-photos", 5, "--most-slower", 50)
    options = (*photos, "--resamples", 200)
    refused = telekalk("models", "promote", "9.2", *options)
    assert refused.returncode == 2, refused.stderr
    assert "TK-MODEL-021" in refused.stderr
    assert "worse, by more than chance" in refused.stderr
    assert "✗" in refused.stdout
    despite = telekalk("models", "promote", "9.2", *options, "--despite", "a trial", "--json", "--as", "dora")
    assert despite.returncode == 0, despite.stderr
    assert json.loads(despite.stdout)["passed"] is False
    assert listed() == {SHIPPED: "retired", "9.2": "active"}

    back = telekalk("models", "rollback", "--reason", "it sees nothing")
    assert back.returncode == 0, back.stderr
    assert listed() == {SHIPPED: "active", "9.2": "retired"}
    again = telekalk("models", "rollback")
    assert (again.returncode, again.stderr[:12]) == (2, "TK-MODEL-024")
    said = telekalk("models", "history").stdout
    for word in ("gate_refused", "gate_overridden", "a trial", "it sees nothing", "Dora Lindner"):
        assert word in said, word


def test_wrong_input_is_exit_2_with_a_code(database: str, tmp_path: Path) -> None:
    for args, code in (
        (("register", tmp_path / "nowhere"), "TK-MODEL-010"),
        (("shadow", "7.7"), "TK-MODEL-020"),
        (("disagreements", "7.7"), "TK-MODEL-020"),
        (("rollback",), "TK-MODEL-024"),
    ):
        answer = telekalk("models", *args)
        assert answer.returncode == 2, (args, answer.stderr)
        assert code in answer.stderr
        assert answer.stdout == ""
