"""`telekalk models train`: its words without PyTorch, its answers to wrong input, Ctrl-C, and what it keeps in the database."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]

EXPERIMENT = """
name = "tiny"
size = 64
cache_side = 96
batch = 2
steps = {steps}
warmup = 1
save_every = 1000
validate_every = 0
quantise_photos = 2
[[train]]
coco = "labels.json"
images = "."
groups = {{ "*" = ["region"] }}
[[validation]]
coco = "labels.json"
images = "."
groups = {{ "*" = ["region"] }}
"""
LICENCE = '[licences."*"]\norigin = "drawn for the tests"\nlicence = "Apache-2.0"\n'

WITHOUT = "import sys; sys.modules.update(dict.fromkeys(('torch', 'onnx'))); "
"""PyTorch is taken away also where it is installed."""


def write(folder: Path, *, steps: int = 3, more: str = "") -> Path:
    random = np.random.default_rng(0)
    for name in ("a.png", "b.png"):
        cv2.imwrite(str(folder / name), random.integers(0, 255, (90, 120, 3)).astype(np.uint8))
    (folder / "labels.json").write_text(
        json.dumps(
            {
                "categories": [{"id": 1, "name": "scratch"}],
                "images": [{"id": 1, "file_name": "a.png"}, {"id": 2, "file_name": "b.png"}],
                "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [10, 10, 40, 30]}],
            }
        ),
        encoding="utf-8",
    )
    path = folder / "tiny.toml"
    path.write_text(EXPERIMENT.format(steps=steps) + more, encoding="utf-8")
    return path


def command(*words: object, without: bool = False) -> list[str]:
    if without:
        code = f"{WITHOUT}from workbench.cli import main; main(sys.argv[1:])"
        return [sys.executable, "-c", code, *map(str, words)]
    return [sys.executable, "-m", "workbench", *map(str, words)]


def telekalk(*words: object, cwd: Path, without: bool = False) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        command(*words, without=without), cwd=cwd, capture_output=True, text=True, check=False, env=env
    )


def test_without_pytorch_it_says_what_to_install(tmp_path: Path) -> None:
    write(tmp_path)
    for language, word in (("de", "Installieren"), ("en", "Install")):
        answer = telekalk(
            "--lang", language, "models", "train", "tiny.toml", "--out", "run", cwd=tmp_path, without=True
        )
        assert answer.returncode == 2
        assert "TK-TRAIN-001" in answer.stderr
        assert f"{word}" in answer.stderr
        assert "telekalk[train]" in answer.stderr
    assert not (tmp_path / "run").exists()


def test_a_wrong_experiment_is_told_before_anything_is_installed(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text('name = "x"\nlerning_rate = 1\n', encoding="utf-8")
    answer = telekalk("models", "train", "x.toml", "--out", "run", cwd=tmp_path, without=True)
    assert answer.returncode == 2
    assert "TK-TRAIN-002" in answer.stderr
    assert "lerning_rate" in answer.stderr
    missing = telekalk("models", "train", "none.toml", "--out", "run", cwd=tmp_path, without=True)
    assert (missing.returncode, "TK-TRAIN-002" in missing.stderr) == (2, True)


def test_a_bundle_is_not_begun_while_a_source_has_no_licence(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="PyTorch (the extra `train`) is not installed")
    pytest.importorskip("onnx", reason="onnx (the extra `train`) is not installed")
    write(tmp_path)
    answer = telekalk("models", "train", "tiny.toml", "--out", "run", "--bundle", cwd=tmp_path)
    assert answer.returncode == 2
    assert "TK-TRAIN-009" in answer.stderr
    assert "[licences.'*']" in answer.stderr
    assert not (tmp_path / "run" / "last.pt").exists()


def test_ctrl_c_keeps_the_state_and_the_same_call_goes_on(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="PyTorch (the extra `train`) is not installed")
    pytest.importorskip("onnx", reason="onnx (the extra `train`) is not installed")
    write(tmp_path, steps=100_000, more=LICENCE)
    env = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
    running = subprocess.Popen(
        command("models", "train", "tiny.toml", "--out", "run"),
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env,
    )  # fmt: skip
    assert running.stderr is not None
    for line in running.stderr:
        if line.startswith("Schritt 10/"):
            break
    running.send_signal(signal.SIGINT)
    told, _ = running.communicate(timeout=60)
    assert running.returncode == 0
    assert "Weiter mit: telekalk models train tiny.toml --out run" in told

    import torch

    step = torch.load(tmp_path / "run" / "last.pt", weights_only=True)["step"]
    assert step >= 10
    # `stop` ends it one step later; what decides the weights stays as it was.
    path = tmp_path / "tiny.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("size = 64", f"size = 64\nstop = {step + 1}"), encoding="utf-8"
    )
    again = telekalk("models", "train", "tiny.toml", "--out", "run", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert f"Schritt {step} von {step + 1}" in again.stderr


def test_a_recorded_run_stands_in_the_database_with_curve_and_figures(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torch", reason="PyTorch (the extra `train`) is not installed")
    pytest.importorskip("onnx", reason="onnx (the extra `train`) is not installed")
    from click.testing import CliRunner

    from cv_models.runtime import model_entry
    from workbench.access import SYSTEM
    from workbench.cases.learning.runs import run, runs
    from workbench.cli.models import models

    write(tmp_path, more=LICENCE)
    monkeypatch.chdir(tmp_path)
    answer = CliRunner().invoke(models, ["train", "tiny.toml", "--out", "run", "--bundle", "--record"])
    assert answer.exit_code == 0, (answer.output, answer.exception)
    assert "telekalk models register run/bundle --run tiny" in answer.output

    found, count = runs(SYSTEM)
    assert (count, found[0].name, found[0].state, found[0].device) == (1, "tiny", "done", "cpu")
    assert found[0].figures["steps"] == 3
    assert 0 <= found[0].figures["ap50"] <= 1
    assert found[0].figures["bytes"]["int8"] < found[0].figures["bytes"]["float"]
    whole = run(SYSTEM, found[0].id)
    assert [entry["step"] for entry in whole.curve] == [3]
    assert whole.experiment["name"] == "tiny"

    bundle = tmp_path / "run" / "bundle"
    assert model_entry("damage", bundle).label == "damage-tiny"
    card = (bundle / "card.md").read_text(encoding="utf-8")
    for words in ("drawn for the tests", "Apache-2.0", "int8", "scratch", "## Known failures", "torch"):
        assert words in card
    export = json.loads((tmp_path / "run" / "export.json").read_text(encoding="utf-8"))
    assert export["float_difference"] < 2e-3
    assert export["int8_check"]["photos"] == 2
    assert (tmp_path / "run" / "evaluation" / "index.html").is_file()
