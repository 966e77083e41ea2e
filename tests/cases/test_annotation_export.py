"""The export for the data team: crops and labels of what experts left; the same vehicle never on both sides."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from test_field_decisions import SURE, VIN, put_fields

from workbench.access import SYSTEM, Actor
from workbench.cases import work
from workbench.cases.annotation_export import export_lines, split_of
from workbench.cases.learning.vehicles import groups_of
from workbench.cases.views import CaseRef
from workbench.errors import TelekalkError

Make = Callable[..., CaseRef]


@pytest.fixture
def annotated(make_case: Make, actor_expert: Actor) -> list[CaseRef]:
    """Two cases of one vehicle (its plate changed meanwhile) and one of another, with decisions on their documents."""
    made = []
    for number, (vin, plate) in enumerate((("E", "M-AB 123"), ("E", "B-XY 99"), ("-", "HH-Q 7"))):
        ref = make_case(f"S-2026-40{number}", photos=1, plate=plate, taken_by=actor_expert)
        put_fields(ref.id, {**SURE, "A": plate, "C.1.3": "Weg 1\n80331 München"})
        view = work.get_case(actor_expert, ref.id)
        if vin == "E":
            view = work.correct_field(actor_expert, ref.id, view.version, "E", VIN)
        view = work.confirm_field(actor_expert, ref.id, view.version, "D.3")
        view = work.correct_field(actor_expert, ref.id, view.version, "B", "06.03.2019")
        view = work.correct_field(actor_expert, ref.id, view.version, "C.1.1", "Mustermann")
        view = work.confirm_field(actor_expert, ref.id, view.version, "C.1.3")
        view = work.correct_field(actor_expert, ref.id, view.version, "D.1", "AUDI")
        work.undo_field(actor_expert, ref.id, view.version)
        made.append(ref)
    return made


def labels(out: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (out / "labels.jsonl").read_text(encoding="utf-8").splitlines()]


def test_lines_with_their_labels(annotated: list[CaseRef], tmp_path: Path) -> None:
    out = tmp_path / "lines"
    made = export_lines(SYSTEM, out)
    found = labels(out)
    assert sum(made.lines.values()) == len(found) == 6
    # The VINs were typed: nobody saw them in a photo.
    assert made.left_out == {"names": 6, "not_seen": 2}
    assert {label["code"] for label in found} == {"D.3", "B"}
    for label in found:
        with Image.open(out / str(label["file"])) as crop:
            assert crop.format == "PNG"
            assert crop.width > crop.height > 10
        assert str(label["file"]).startswith(f"{label['split']}/")
        assert label["model"] == "reader-test"
    day = next(label for label in found if label["code"] == "B")
    assert (day["text"], day["printed"], day["read"], day["decision"]) == (
        "2019-03-06", "06.03.2019", "2019-03-05", "corrected",
    )  # fmt: skip
    assert day["confidence"] == "0.9800"
    written = (out / "labels.jsonl").read_text(encoding="utf-8")
    for secret in ("Muster", "München", "Anna", VIN, "M-AB"):
        assert secret not in written


def test_the_same_vehicle_stands_on_one_side(annotated: list[CaseRef], tmp_path: Path) -> None:
    made = export_lines(SYSTEM, tmp_path / "a")
    vehicles = {label["vehicle"]: label["split"] for label in labels(tmp_path / "a")}
    assert len(vehicles) == 2
    assert sum(made.vehicles.values()) == 2


def test_names_only_when_asked_for(annotated: list[CaseRef], tmp_path: Path) -> None:
    made = export_lines(SYSTEM, tmp_path / "a", with_names=True)
    assert "Mustermann" in (tmp_path / "a" / "labels.jsonl").read_text(encoding="utf-8")
    assert made.left_out == {"not_seen": 2, "several_lines": 3}


def test_groups_follow_every_mark() -> None:
    groups = groups_of(
        [("1", ["vin:a", "plate:x"]), ("2", ["plate:x", "vin:b"]), ("3", ["vin:b"]), ("4", ["plate:y"]), ("5", [])]
    )
    assert groups["1"] == groups["2"] == groups["3"]
    assert len({groups["1"], groups["4"], groups["5"]}) == 3
    sides = [split_of(f"vin:{number}") for number in range(2000)]
    assert 0.76 < sides.count("train") / 2000 < 0.84
    assert {*sides} == {"train", "validation", "test"}


def test_refusals(annotated: list[CaseRef], tmp_path: Path, actor_expert: Actor, database: str) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x")
    with pytest.raises(TelekalkError) as caught:
        export_lines(SYSTEM, tmp_path / "full")
    assert caught.value.code == "TK-ANNOTATION-002"
    with pytest.raises(TelekalkError) as caught:
        export_lines(actor_expert, tmp_path / "b")
    assert caught.value.code == "TK-ACCESS-403"

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "workbench", "annotations", "export", *words]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    # Nothing decided on photos yet: said, and no folder is made.
    refused = run("--format", "coco", str(tmp_path / "c"))
    assert (refused.returncode, "TK-ANNOTATION-004" in refused.stderr) == (2, True)
    assert not (tmp_path / "c").exists()
    made = run("--format", "lines", "--json", str(tmp_path / "d"))
    assert made.returncode == 0, made.stderr
    assert sum(json.loads(made.stdout)["lines"].values()) == 6
    assert "Zeilen" in run("--format", "lines", str(tmp_path / "e")).stdout
