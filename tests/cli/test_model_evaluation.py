"""`telekalk models evaluate damage` and `telekalk models compare`, with the shipped model and with files of results."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SET = ROOT / "workbench" / "demo" / "photos" / "suv_fender"


def telekalk(*args: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Without a database: an empty home, so that the shipped model is the active one."""
    env = {key: value for key, value in os.environ.items() if key != "TELEKALK_DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "-m", "workbench", "models", *map(str, args)],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env={**env, "PYTHONPATH": str(ROOT), "TELEKALK_HOME": str(cwd / "home")},
    )


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A label file of a demo case with one wrong label, and results of a perfect and of a poor detector."""
    truth = json.loads((SET / "truth.json").read_text(encoding="utf-8"))
    marks = [
        {"image_id": m["image_id"], "category_id": m["category_id"], "bbox": m["bbox"]} for m in truth["annotations"]
    ]
    (tmp_path / "perfect.json").write_text(json.dumps([{**m, "score": 0.9} for m in marks]))
    (tmp_path / "poor.json").write_text(json.dumps([{**marks[0], "score": 0.9, "bbox": [0, 0, 50, 50]}]))
    truth["annotations"].append({**truth["annotations"][0], "id": 999999, "bbox": [5, 5, 0, 0]})
    (tmp_path / "labels.json").write_text(json.dumps(truth))
    return tmp_path


def photos(here: Path) -> tuple[object, ...]:
    return "--coco", here / "labels.json", "--images", SET


def test_the_shipped_model_is_measured_and_its_results_can_be_measured_again(here: Path) -> None:
    out = here / "out"
    answer = telekalk(
        "evaluate", "damage", *photos(here), "--limit", 2, "--resamples", 20, "--json", "--out", out, cwd=here
    )
    assert answer.returncode == 0, answer.stderr
    data = json.loads(answer.stdout)
    assert data["model"].startswith("damage-")
    assert data["photos"] == 2
    assert data["milliseconds"] > 1
    assert data["peak_mib"] > 50
    assert data["findings"] > 0
    assert data["dataset"]["problems"] == {"TK-DATASET-014": 1}
    assert "TK-DATASET-014" in answer.stderr
    assert {path.name for path in out.iterdir()} >= {"index.html", "report.json", "report.md", "predictions.json"}
    again = telekalk(
        "evaluate",
        "damage",
        out / "predictions.json",
        *photos(here),
        "--limit",
        2,
        "--resamples",
        20,
        "--json",
        cwd=here,
    )
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout) == data


def test_results_of_foreign_detectors_are_compared(here: Path) -> None:
    answer = telekalk("compare", "poor.json", "perfect.json", *photos(here), "--resamples", 200, "--json", cwd=here)
    assert answer.returncode == 0, answer.stderr
    data = json.loads(answer.stdout)
    assert (data["a"], data["b"]) == ("poor", "perfect")
    row = next(row for row in data["rows"] if row["figure"] == "ap50" and row["class"] is None)
    assert (row["a"], row["b"], row["verdict"]) == (0, 1, "better")


def test_a_model_is_compared_with_a_copy_of_itself_in_one_run(here: Path) -> None:
    shutil.copytree(
        ROOT / "cv_models" / "models", here / "bundle", symlinks=False, ignore=shutil.ignore_patterns("cards")
    )
    answer = telekalk(
        "compare",
        "shipped",
        "bundle",
        *photos(here),
        "--limit",
        2,
        "--resamples",
        100,
        "--out",
        "page",
        "--lang",
        "en",
        cwd=here,
    )
    assert answer.returncode == 0, answer.stderr
    assert "no difference that these photos can show" in answer.stdout
    assert "milliseconds" in answer.stdout
    assert (here / "page" / "index.html").is_file()


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("--coco", "gone.json", "--images", SET), "TK-DATASET-001"),
        (("--coco", "labels.json", "--images", "gone"), "TK-DATASET-003"),
        (("--coco", "labels.json", "--images", SET, "--split", "gone.txt"), "TK-DATASET-002"),
        (("--coco", "labels.json", "--images", "."), "TK-EVAL-010"),
        (("empty", "--coco", "labels.json", "--images", SET), "TK-EVAL-014"),
        (("labels.json", "--coco", "labels.json", "--images", SET), "TK-EVAL-011"),
    ],
)
def test_wrong_input_is_exit_2_with_a_code(
    here: Path,
    args: tuple[object, ...],
    code: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from workbench.cli import main

    (here / "empty").mkdir()
    monkeypatch.chdir(here)
    with pytest.raises(SystemExit) as end:
        main.main(["models", "evaluate", "damage", *map(str, args)])
    said = capsys.readouterr()
    assert end.value.code == 2, said.err
    assert code in said.err
    assert said.out == ""


def test_an_unknown_model_is_told(here: Path) -> None:
    answer = telekalk("evaluate", "damage", "nosuch", *photos(here), "--lang", "en", cwd=here)
    assert answer.returncode == 2, answer.stderr
    assert "TK-EVAL-013" in answer.stderr
    assert answer.stdout == ""
