"""The model card: terms of every source or no card, figures of the report, nothing from outside that becomes markup."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from training_samples import EXPERIMENT, draw, mark, source, write_coco

from cv_models.evaluation.predictions import PhotoFindings, Predictions
from cv_models.evaluation.report import measure
from cv_models.findings import Box, DamageFinding
from cv_models.training.card import Facts, cell, mistake_in_words, write_card
from cv_models.training.config import Experiment, Terms, load_experiment
from cv_models.training.errors import TrainingError
from cv_models.training.provenance import data_of, leg
from cv_models.training.reading import Reading, read_source
from cv_models.training.terms import sources_of


@pytest.fixture
def experiment(tmp_path: Path) -> Experiment:
    draw(tmp_path)
    marks = [mark(1, 1, [10, 10, 40, 30]), mark(2, 1, [5, 5, 80, 60])]
    write_coco(tmp_path, ["a.png", "b.png"], marks, ("scratch",))
    (tmp_path / "tiny.toml").write_text(EXPERIMENT.format(folder=tmp_path), encoding="utf-8")
    return replace(load_experiment(tmp_path / "tiny.toml"), licences={}, limits=("Only <b>grey</b> | cars.",))


def change(folder: Path, **more: Any) -> Reading:
    """The same labels with more in the COCO file; `image_…` goes to the first picture."""
    path = folder / "labels.json"
    raw = json.loads(path.read_text(encoding="utf-8"))
    for key, value in more.items():
        if key.startswith("image_"):
            raw["images"][0][key.removeprefix("image_")] = value
        else:
            raw[key] = value
    path.write_text(json.dumps(raw), encoding="utf-8")
    return read_source(source(folder))


def test_a_source_without_a_licence_gets_no_card(tmp_path: Path, experiment: Experiment) -> None:
    reading = change(tmp_path, image_source="lensor", image_licence="CC BY 4.0", info={"url": "example.org/set"})
    with pytest.raises(TrainingError, match=r"data: \*;") as caught:
        sources_of(experiment, [reading], [])
    assert caught.value.code == "TK-TRAIN-009"
    assert "[licences.'*']" in caught.value.remedy_de

    given = replace(experiment, licences={"*": Terms("ours", "Apache-2.0", "drawn")})
    named = {item.name: item for item in sources_of(given, [reading], [reading])}
    assert named["lensor"].terms == Terms("example.org/set", "CC BY 4.0")
    assert named["*"].terms.licence == "Apache-2.0"
    assert (named["*"].train_pictures, named["*"].validation_pictures) == (1, 1)
    assert dict(named["lensor"].labels) == {"scratch": 2}


@pytest.mark.parametrize(
    "more",
    [
        {"info": {"licence": "MIT"}},
        {"licenses": [{"id": 7, "name": "MIT"}], "image_license": 7, "info": {"license": "MIT"}},
    ],
)
def test_the_words_of_the_coco_file_count(tmp_path: Path, experiment: Experiment, more: dict[str, Any]) -> None:
    assert [item.terms.licence for item in sources_of(experiment, [change(tmp_path, **more)], [])] == ["MIT"]


@pytest.mark.parametrize(
    "more", [{"info": {"licence": 5}}, {"info": []}, {"licenses": "MIT"}, {"info": {"licence": " "}}]
)
def test_words_that_are_none_do_not_count(tmp_path: Path, experiment: Experiment, more: dict[str, Any]) -> None:
    with pytest.raises(TrainingError, match="TK-TRAIN-009"):
        sources_of(experiment, [change(tmp_path, **more)], [])


def test_the_card_tells_data_training_files_figures_failures_and_limits(tmp_path: Path, experiment: Experiment) -> None:
    reading = change(tmp_path, info={"licence": "MIT <script>"})
    found = DamageFinding("dent", 0.9, Box(10, 10, 40, 30), None, None, None, None, "damage-tiny")
    looks = {"a.png": PhotoFindings((found,), 0.1), "b.png": PhotoFindings((), 0.1)}
    report = measure(reading.photos, Predictions("damage-tiny", 0.5, looks), resamples=20)
    from cv_models.evaluation.mistakes import worst

    file = {"file": "damage-tiny.onnx", "bytes": 3_700_000, "sha256": "a" * 64, "pass_ms": 7.5}
    card = write_card(
        Facts(
            version="tiny",
            experiment=experiment,
            record={
                "data": {"train": [data_of(reading.source, [tmp_path / "a.png"])]},
                "legs": [leg(0, "cpu", experiment)],
            },
            export={
                "float_difference": 1e-5,
                "files": {"float": file, "int8": {**file, "bytes": 1_500_000}},
                "int8_check": {"correlation": 0.98, "int8_ap50": 0.29, "float_ap50": 0.3, "photos": 64},
                "untrained": [{"missing_part": 3}],
            },
            sources=sources_of(experiment, [reading], []),
            report=report,
            checkpoint="Delivered are the averaged weights of step 4.",
            kept_lines=("panel",),
            mistakes=[mistake_in_words(item) for item in worst(report.judged, 3)],
        )
    )
    for words in (
        "# Model card: damage tiny", "MIT ‹script›", "## How it was trained", "largest difference 1.0e-05",
        "AP50 0.290 against 0.300 on 64 photos", "| scratch | 2 |", "a.png: scratch called dent",
        "b.png: scratch of 44.4% of the photo not found", "fit of panel", "missing_part", "Only ‹b›grey‹/b› / cars.", "up to 1 %",
    ):  # fmt: skip
        assert words in card, words
    assert "<script>" not in card
    assert str(tmp_path) not in card


def test_text_from_outside_stays_in_its_cell() -> None:
    assert cell("a|b\n# `c` <d>") == "a/b # 'c' ‹d›"
