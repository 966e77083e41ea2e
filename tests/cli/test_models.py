"""`telekalk models`: what is registered, its cards, and the evaluation's answers to wrong input."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def telekalk(*args: object, cwd: Path | None = None, root: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "workbench", *map(str, args)],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(root)},
    )


def test_every_registered_model_is_listed_with_a_sound_file_a_purpose_and_a_card(tmp_path: Path) -> None:
    answer = telekalk("models", "list", "--json", cwd=tmp_path)
    assert answer.returncode == 0, answer.stderr
    rows = {row["name"]: row for row in json.loads(answer.stdout)}
    assert rows.keys() >= {"damage", "recogniser", "role"}
    for row in rows.values():
        assert row["state"] == "ok"
        assert row["bytes"] > 100_000
        assert row["purpose"]
        assert (ROOT / "docs" / "models" / f"{row['card']}.md").is_file()
    for name in ("registration", *rows):
        card = telekalk("models", "card", name, cwd=tmp_path)
        assert card.returncode == 0, card.stderr
        assert card.stdout.startswith("# Model card")


def test_a_changed_model_file_is_told(tmp_path: Path) -> None:
    # A copy of the code, so that the files of the checkout stay as they are.
    for floor in ("workbench", "calculation", "pricing_tables"):
        (tmp_path / floor).symlink_to(ROOT / floor)
    shutil.copytree(
        ROOT / "cv_models", tmp_path / "cv_models", symlinks=True, ignore=shutil.ignore_patterns("__pycache__")
    )
    entry = next(iter(json.loads((tmp_path / "cv_models/models/registry.json").read_text(encoding="utf-8"))["models"]))
    with (tmp_path / "cv_models" / "models" / entry["file"]).open("ab") as file:
        file.write(b"x")
    answer = telekalk("models", "list", "--json", cwd=tmp_path, root=tmp_path)
    assert answer.returncode == 1
    states = {row["name"]: row["state"] for row in json.loads(answer.stdout)}
    assert states.pop(entry["name"]) == "changed"
    assert set(states.values()) == {"ok"}


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("card", "nope"), "TK-CLI-005"),
        (("card", "../../README"), "TK-CLI-005"),
        (("evaluate", "registration", "missing"), "TK-EVAL-001"),
        (("evaluate", "registration", "."), "TK-EVAL-001"),
        (("evaluate", "registration", "bad"), "TK-EVAL-002"),
        (("evaluate", "registration", "lost"), "TK-EVAL-003"),
    ],
)
def test_wrong_input_is_exit_2_with_a_code(args: tuple[str, ...], code: str, tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "truth.json").write_text("[{}]", encoding="utf-8")
    (tmp_path / "lost").mkdir()
    (tmp_path / "lost" / "truth.json").write_text('[{"file": "a.jpg", "values": {"A": "B-A 1"}}]', encoding="utf-8")
    answer = telekalk("models", *args, "--lang", "en", cwd=tmp_path)
    assert answer.returncode == 2
    assert code in answer.stderr
    assert answer.stdout == ""


def test_an_unknown_tier_is_wrong_usage(tmp_path: Path) -> None:
    answer = telekalk("models", "evaluate", "registration", "--tier", "rainy", cwd=tmp_path)
    assert answer.returncode == 2
    assert "rainy" in answer.stderr


def test_one_drawn_photo_is_read_and_reported(tmp_path: Path) -> None:
    answer = telekalk(
        "models", "evaluate", "registration", "--count", 1, "--first", 3, "--tier", "clean", "--size", 1500, "--json",
        "--out", tmp_path / "out",
        cwd=tmp_path,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    data = json.loads(answer.stdout)
    assert data["photos"] == 1
    assert data["tiers"]["clean"]["key"]["values"] == 9
    assert data["about"]["hand"] == "own"
    assert json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8")) == data
    assert (tmp_path / "out" / "report.md").read_text(encoding="utf-8").startswith("| tier |")
    assert (tmp_path / "out" / "mistakes.html").exists()
