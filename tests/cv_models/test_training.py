"""What training does without PyTorch: experiment files, reading labels with a report, augmentation."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from training_samples import EXPERIMENT, draw, mark, source, write_coco

from cv_models.findings import PARTS
from cv_models.training.config import load_experiment
from cv_models.training.dataset import PictureCache, augment
from cv_models.training.errors import TrainingError
from cv_models.training.label_report import summary, write_report
from cv_models.training.labels import LAYOUT, part_candidates
from cv_models.training.provenance import experiment_hash, pictures_hash
from cv_models.training.reading import read_source, without_unreadable


@pytest.fixture
def data(tmp_path: Path) -> Path:
    draw(tmp_path)
    (tmp_path / "broken.png").write_bytes((tmp_path / "a.png").read_bytes()[:60])
    marks = [
        mark(1, 1, [10, 10, 40, 30], "bumper"),
        mark(1, 1, [10, 10, 40, 30]),  # doubled
        mark(1, 1, [500, 10, 40, 30]),  # outside
        mark(1, 1, [10, 10, 0, 30]),  # empty
        mark(1, 2, [100, 70, 60, 60]),  # reaches over the rim
        mark(1, 3, [30, 30, 20, 20]),  # a class that the label group does not learn
    ]
    write_coco(tmp_path, ["a.png", "b.png", "gone.png", "broken.png"], marks, ("scratch", "smash", "missing_part"))
    (tmp_path / "tiny.toml").write_text(EXPERIMENT.format(folder=tmp_path), encoding="utf-8")
    return tmp_path


def test_bad_labels_and_pictures_are_reported_one_by_one(data: Path) -> None:
    reading = without_unreadable(read_source(source(data)), PictureCache(data / "cache", 96))
    assert [sample.labels for sample in reading.samples] == [("scratch", "deformation", "missing_part"), ()]
    assert [sample.path for sample in reading.samples] == [photo.path for photo in reading.photos]
    assert reading.samples[0].boxes[1].tolist() == [100, 70, 20, 20]
    assert reading.untrained == {"missing_part": 1}
    codes = sorted(problem.code for problem in reading.problems)
    assert codes == [f"TK-DATASET-0{number}" for number in ("05", "06", "14", "15", "16", "17")]

    write_report(data, [("train", reading)])
    entry = json.loads((data / "labels.json").read_text(encoding="utf-8"))[0]
    assert entry["counts"]["problems"]["TK-DATASET-014"] == 1
    assert len(entry["problems"]) == len(reading.problems)
    text = (data / "labels.md").read_text(encoding="utf-8")
    assert "`gone.png`" in text
    assert "missing_part: 1 labels" in text
    for language, word in (("de", "weggelassen"), ("en", "left out")):
        assert f"5 {word}" in summary("train", reading, language)


def test_a_hostile_file_name_stays_inside_its_line_of_the_report(tmp_path: Path) -> None:
    draw(tmp_path)
    write_coco(tmp_path, ["x`\n# <b>.png"], [], ("scratch",))
    write_report(tmp_path, [("train", read_source(source(tmp_path)))])
    text = (tmp_path / "labels.md").read_text(encoding="utf-8").split("### TK-DATASET-005")[1]
    assert "<b>" not in text
    assert "\n# " not in text


def test_an_unknown_class_names_itself_unless_it_is_left_out_on_purpose(tmp_path: Path) -> None:
    draw(tmp_path)
    write_coco(tmp_path, ["a.png", "b.png"], [mark(1, 1, [10, 10, 40, 30])], ("rust",))
    with pytest.raises(TrainingError, match="rust") as caught:
        read_source(source(tmp_path))
    assert caught.value.code == "TK-TRAIN-007"
    assert "rust" in caught.value.message_de
    assert "ignore" in caught.value.remedy_de
    damaged, clean = read_source(source(tmp_path, ignore=("rust",))).samples
    # A car whose only labels were left out is not a picture of an undamaged car.
    assert damaged.groups == ("region",)
    assert clean.groups == tuple(name for name, _ in LAYOUT.groups)


@pytest.mark.parametrize("groups", [{}, {"other": ["region"]}, {"*": ["regoin"]}])
def test_a_source_without_a_label_group_names_itself(data: Path, groups: dict[str, list[str]]) -> None:
    with pytest.raises(TrainingError, match=r"labels\.json") as caught:
        read_source(source(data, groups=groups))
    assert caught.value.code == "TK-TRAIN-008"


def test_augmented_labels_stay_inside(data: Path) -> None:
    sample = read_source(source(data)).samples[0]
    picture = PictureCache(data / "cache", 96).get(sample.path)
    rng = np.random.default_rng(3)
    kept = 0
    for _ in range(200):
        crop = augment(picture, sample, 64, (0.9, 1.8), rng)
        assert crop.picture.shape == (64, 64, 3)
        assert len(crop.boxes) == len(crop.kept)
        for x, y, width, height in crop.boxes:
            assert x - width / 2 >= -0.01
            assert x + width / 2 <= 64.01
            assert y - height / 2 >= -0.01
            assert y + height / 2 <= 64.01
        kept += len(crop.kept)
    assert kept > 200


def test_a_coarse_part_allows_each_of_its_parts() -> None:
    assert {PARTS[i] for i in part_candidates("bumper")} == {"bumper_front", "bumper_rear"}
    assert [PARTS[i] for i in part_candidates("door_front")] == ["door_front"]
    assert part_candidates("left_mirror") == (PARTS.index("mirror"),)
    assert part_candidates(None) == ()
    assert part_candidates("ashtray") == ()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('name = "x"\nlerning_rate = 1\n', "lerning_rate"),
        ('name = "x"\nsize = 100\n', "100"),
        ('name = "x"\nprecision = "half"\n', "half"),
        ('name = "x"\nbatch = 0\n', "batch"),
        ('name = "x"\nbatch = "many"\n', "does not fit"),
        ('name = "x"\n[[train]]\ncooc = "x"\n', "cooc"),
        ('name = "x"\n[licences.ours]\norigin = "here"\nlicence = " "\n', "ours"),
        ("name = \n", "not readable"),
        ("steps = 4\n", "name"),
    ],
)
def test_a_wrong_experiment_file_says_what_is_wrong(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "x.toml").write_text(text, encoding="utf-8")
    with pytest.raises(TrainingError, match=named) as caught:
        load_experiment(tmp_path / "x.toml")
    assert caught.value.code == "TK-TRAIN-002"
    assert "x.toml" in caught.value.message_de


def test_the_hash_of_an_experiment_is_about_what_decides_its_weights(data: Path) -> None:
    from dataclasses import replace

    experiment = load_experiment(data / "tiny.toml")
    assert experiment_hash(replace(experiment, stop=2, threads=2, save_every=7)) == experiment_hash(experiment)
    assert experiment_hash(replace(experiment, seed=2)) != experiment_hash(experiment)
    count, one = pictures_hash([data / "a.png", data / "b.png"])
    (data / "b.png").write_bytes(b"other")
    assert (count, one) != pictures_hash([data / "a.png", data / "b.png"])


def test_every_experiment_of_the_repository_can_be_read() -> None:
    folder = Path(__file__).resolve().parents[2] / "cv_models" / "training" / "experiments"
    names = [path.name for path in sorted(folder.glob("damage-*.toml")) if load_experiment(path).train]
    assert len(names) >= 4
