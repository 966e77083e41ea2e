"""Reading labels, augmentation and evaluation; with PyTorch also the network, its loss and its export."""

from __future__ import annotations

import json

import cv2
import numpy as np
import pytest

from cv_models.findings import PARTS, Box
from cv_models.training.config import DataSource, load_experiment
from cv_models.training.dataset import PictureCache, augment, read_coco
from cv_models.training.evaluate import Scored, matched, recall_at_false
from cv_models.training.labels import LAYOUT, part_candidates

EXPERIMENT = """
name = "tiny"
size = 64
cache_side = 96
batch = 2
steps = 4
warmup = 1
save_every = 2
[[train]]
coco = "{folder}/labels.json"
images = "{folder}"
groups = {{ "*" = ["region"] }}
"""


@pytest.fixture
def data(tmp_path):
    rng = np.random.default_rng(0)
    for name in ("a.png", "b.png"):
        cv2.imwrite(str(tmp_path / name), rng.integers(0, 255, (90, 120, 3)).astype(np.uint8))
    marks = [
        (1, 1, [10, 10, 40, 30], "bumper"),
        (1, 1, [10, 10, 40, 30], None),  # doubled
        (1, 1, [500, 10, 40, 30], None),  # outside
        (1, 1, [10, 10, 0, 30], None),  # empty
        (1, 9, [10, 10, 20, 30], None),  # unknown class
        (1, 2, [100, 70, 60, 60], None),  # reaches over the rim
    ]
    raw = {
        "categories": [{"id": 1, "name": "scratch"}, {"id": 2, "name": "smash"}, {"id": 9, "name": "rust"}],
        "images": [
            {"id": 1, "file_name": "a.png", "width": 120, "height": 90},
            {"id": 2, "file_name": "b.png", "width": 120, "height": 90},
            {"id": 3, "file_name": "gone.png", "width": 120, "height": 90},
        ],
        "annotations": [
            {"id": i, "image_id": image, "category_id": category, "bbox": box, "part": part}
            for i, (image, category, box, part) in enumerate(marks)
        ],
    }
    (tmp_path / "labels.json").write_text(json.dumps(raw))
    (tmp_path / "tiny.toml").write_text(EXPERIMENT.format(folder=tmp_path))
    return tmp_path


def source(data):
    return DataSource(coco=str(data / "labels.json"), images=str(data), groups={"*": ["region"]})


def test_bad_labels_are_counted_not_swallowed(data):
    reading = read_coco(source(data))
    assert [sample.labels for sample in reading.samples] == [("scratch", "deformation"), ()]
    assert reading.dropped == {
        "doubled": 1,
        "empty or outside the picture": 2,
        "class rust": 1,
        "picture missing": 1,
    }
    assert reading.samples[0].boxes[1].tolist() == [100, 70, 20, 20]


def test_an_undamaged_photo_trains_every_group(data):
    damaged, clean = read_coco(source(data)).samples
    assert damaged.groups == ("region",)
    assert clean.groups == tuple(name for name, _ in LAYOUT.groups)


def test_augmented_labels_stay_inside(data):
    sample = read_coco(source(data)).samples[0]
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


def test_a_coarse_part_allows_each_of_its_parts():
    assert {PARTS[i] for i in part_candidates("bumper")} == {"bumper_front", "bumper_rear"}
    assert [PARTS[i] for i in part_candidates("door_front")] == ["door_front"]
    assert part_candidates("left_mirror") == (PARTS.index("mirror"),)
    assert part_candidates(None) == ()
    assert part_candidates("ashtray") == ()


def test_recall_at_one_false_find(data):
    samples = read_coco(source(data)).samples
    right = Scored(0, "scratch", 0.9, Box(10, 10, 40, 30))
    wrong = [Scored(1, "scratch", 0.8 - i / 100, Box(0, 0, 9, 9)) for i in range(5)]
    late = Scored(0, "dent", 0.1, Box(100, 70, 20, 20))
    assert recall_at_false(samples, [right, *wrong, late])[0] == 0.5
    order, hits, _ = matched(samples, [late, right], iou=0.5, same_class=True)
    assert [item.score for item in order] == [0.9, 0.1]
    assert hits == [True, False]


def test_an_experiment_with_unknown_keys_is_refused(tmp_path):
    (tmp_path / "x.toml").write_text('name = "x"\nlerning_rate = 1\n')
    with pytest.raises(ValueError, match="lerning_rate"):
        load_experiment(tmp_path / "x.toml")


def test_a_short_training_is_resumable_and_exports(data):
    pytest.importorskip("torch", reason="PyTorch (the extra `train`) is not installed")
    pytest.importorskip("onnx", reason="onnx (the extra `train`) is not installed")
    from dataclasses import replace

    from cv_models.training.export import TOLERANCE, export
    from cv_models.training.train import run

    experiment = load_experiment(data / "tiny.toml")
    run(replace(experiment, stop=2), data / "run", data / "cache")
    last = run(experiment, data / "run", data / "cache")
    import torch

    assert torch.load(last, weights_only=False)["step"] == 4
    assert export(last, data / "tiny.onnx") <= TOLERANCE
