"""Figures of detectors whose answers are known."""

from __future__ import annotations

import contextlib
import io
import json
import math
import xml.etree.ElementTree as ET
from dataclasses import replace

import cv2
import numpy as np
import pytest
from evaluation_samples import finding, label, noisy, perfect, photo, predictions, random_photos

from cv_models.datasets import Label
from cv_models.evaluation import ComparisonError, Predictions, measure, predict, read_results
from cv_models.evaluation.calibrate import logistic
from cv_models.evaluation.chance import resamples, units
from cv_models.evaluation.figures import average_precision, figures, judge
from cv_models.evaluation.matching import SIZES, _as_coco, tables
from cv_models.evaluation.pages import write_report


def value(report, *keys):
    found = report.value(*keys)
    assert found is not None
    return found


def test_a_perfect_detector_gets_one_everywhere():
    photos = random_photos()
    report = measure(photos, predictions(photos, perfect(photos)), resamples=20)
    for key in ("ap50", "ap", "class_ap50", "class_ap", "recall", "threshold_recall"):
        assert value(report, "figures", key) == pytest.approx(1.0)
        assert report.data["figures"][key]["low"] == pytest.approx(1.0)
    assert value(report, "figures", "threshold_false") == 0
    assert value(report, "figures", "undamaged_false") == 0
    for row in report.data["classes"].values():
        assert row["ap50"]["value"] == pytest.approx(1.0)
    assert all(row["missed"] == 0 for row in report.data["confusion"].values())


def test_a_blind_detector_gets_nothing_and_does_no_harm():
    photos = random_photos()
    report = measure(photos, predictions(photos, {}), resamples=20)
    for key in ("ap50", "ap", "class_ap50", "recall", "threshold_recall", "threshold_false"):
        assert value(report, "figures", key) == 0
    assert report.data["calibration"]["findings"] == 0
    assert "mask_ap50" not in report.data["figures"]
    assert report.markdown("de")
    assert report.markdown("en")


def test_boxes_shifted_by_a_third_are_found_but_not_exact():
    photos = [photo(f"{n}.jpg", [label((50, 50, 100, 100))]) for n in range(5)]
    # A third to the side: intersection 67, union 133, IoU 0.504.
    shifted = {p.file_name: [finding((83, 50, 100, 100), 0.9)] for p in photos}
    report = measure(photos, predictions(photos, shifted), resamples=0)
    assert value(report, "figures", "ap50") == pytest.approx(1.0)
    assert value(report, "figures", "ap") == pytest.approx(0.1)
    far = {p.file_name: [finding((95, 50, 100, 100), 0.9)] for p in photos}  # IoU 0.379
    report = measure(photos, predictions(photos, far), resamples=0)
    assert value(report, "figures", "ap50") == 0
    assert value(report, "figures", "recall") == 1


def test_recall_ends_where_false_finds_exceed_one_per_photo():
    photos = [photo("a.jpg", [label((10, 10, 40, 30)), label((200, 70, 60, 60), "dent")]), photo("b.jpg")]
    found = {
        "a.jpg": [finding((10, 10, 40, 30), 0.9), finding((200, 70, 60, 60), 0.1, "scratch")],
        "b.jpg": [finding((0, 0, 9, 9), 0.8 - n / 100) for n in range(5)],
    }
    report = measure(photos, predictions(photos, found), resamples=0)
    assert value(report, "figures", "recall") == 0.5
    assert value(report, "classes", "scratch", "recall") == 1
    assert value(report, "classes", "dent", "recall") == 0
    assert value(report, "figures", "undamaged_false") == 5
    assert value(report, "figures", "threshold_false") == 2.5
    without_threshold = measure(photos, predictions(photos, found, threshold=None), resamples=0)
    assert without_threshold.data["threshold"] == pytest.approx(0.79)
    assert not without_threshold.data["threshold_is_the_models_own"]


def by_pycocotools(photos, found, *, agnostic):
    """Stats and precision as the library itself accumulates them."""
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    names = ["damage"] if agnostic else sorted({m.category for p in photos for m in p.labels})
    number = {name: place + 1 for place, name in enumerate(names)}
    truth, results = _as_coco(photos, found, number, agnostic, masks=False, area="pixels")
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = truth
        coco.createIndex()
        run = COCOeval(coco, coco.loadRes(results), "bbox")
        run.evaluate()
        run.accumulate()
        run.summarize()
    return names, run


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_average_precision_is_that_of_pycocotools(seed):
    photos = random_photos(60, seed)
    found = predictions(photos, noisy(photos, seed=seed + 10))
    one = np.ones((1, len(photos)))
    _, run = by_pycocotools(photos, found, agnostic=True)
    made = tables(photos, found, agnostic=True, ranges=SIZES)
    mine = average_precision(made["damage", "all"], one)[0]
    assert mine.mean() == pytest.approx(run.stats[0], abs=1e-6)
    assert mine[0] == pytest.approx(run.stats[1], abs=1e-6)
    for place, span in enumerate(("small", "medium", "large"), 3):
        sized = average_precision(made["damage", span], one)[0].mean()
        assert sized == pytest.approx(run.stats[place], abs=1e-6)
    names, run = by_pycocotools(photos, found, agnostic=False)
    counted = figures(judge(photos, found), one)
    assert counted["class_ap"][0] == pytest.approx(run.stats[0], abs=1e-6)
    assert counted["class_ap50"][0] == pytest.approx(run.stats[1], abs=1e-6)
    for place, name in enumerate(names):
        assert counted[f"class/{name}/ap50"][0] == pytest.approx(
            run.eval["precision"][0, :, place, 0, -1].mean(), abs=1e-6
        )


def test_weights_count_like_photos_that_are_there_so_often():
    photos = random_photos(12)
    found = noisy(photos)
    times = np.array([n % 3 for n in range(12)], dtype=float)
    copies = [
        replace(p, file_name=f"{n}/{p.file_name}")
        for p, many in zip(photos, times, strict=True)
        for n in range(int(many))
    ]
    copied = {p.file_name: found[p.file_name.split("/")[1]] for p in copies}
    weighted = figures(judge(photos, predictions(photos, found)), times[None])
    plain = figures(judge(copies, predictions(copies, copied)), np.ones((1, len(copies))))
    # A photo drawn twice has equal scores twice; in which order they stand moves the last digits of a curve.
    for key, values in plain.items():
        if not math.isnan(values[0]):
            assert weighted[key][0] == pytest.approx(values[0], abs=0.03), key
    assert weighted["threshold_recall"][0] == pytest.approx(plain["threshold_recall"][0])


def test_vehicles_are_drawn_whole():
    photos = [photo(f"{n}.jpg", vehicle=f"V{n // 3}") for n in range(9)] + [photo("x.jpg"), photo("y.jpg")]
    assert sorted(map(len, units(photos))) == [1, 1, 3, 3, 3]
    weights = resamples(photos, 50)
    assert (weights[:, 0] == weights[:, 2]).all()
    assert not (weights[:, 9] == weights[:, 10]).all()
    assert (resamples(photos, 50) == weights).all()


def test_the_interval_holds_the_value_and_shrinks_with_photos():
    few, many = random_photos(20, 5), random_photos(160, 5)
    widths = []
    for photos in (few, many):
        row = measure(photos, predictions(photos, noisy(photos)), resamples=200).data["figures"]["ap50"]
        assert row["low"] <= row["value"] <= row["high"]
        widths.append(row["high"] - row["low"])
    assert widths[1] < 0.7 * widths[0]


def test_parts_severity_and_confusion():
    photos = [
        photo("a.jpg", [label((10, 10, 50, 50), parts=("bumper_front", "bumper_rear"), severity="minor")]),
        photo("b.jpg", [label((10, 10, 50, 50), "dent", parts=("fender",), severity="severe")]),
        photo("c.jpg", [label((10, 10, 50, 50), "dent")]),
    ]
    found = {
        "a.jpg": [finding((10, 10, 50, 50), 0.9, part="bumper_rear", severity="minor")],
        "b.jpg": [finding((10, 10, 50, 50), 0.8, "scratch", part="mirror")],
        "c.jpg": [finding((10, 10, 50, 50), 0.7, "dent", part="mirror", severity="minor")],
    }
    report = measure(photos, predictions(photos, found), resamples=0)
    assert report.data["parts"]["asked"] == 2
    assert value(report, "parts", "named") == 1
    assert value(report, "parts", "right") == 0.5
    assert value(report, "severity", "named") == 0.5
    assert value(report, "severity", "right") == 1
    assert report.data["confusion"]["dent"] == {"dent": 1, "missed": 0, "scratch": 1}


def test_outlines_are_measured_where_both_sides_have_them():
    ring = ((10.0, 10.0), (110.0, 10.0), (10.0, 110.0))
    other = ((110.0, 110.0), (110.0, 10.0), (10.0, 110.0))
    photos = [photo("a.jpg", [label((10, 10, 100, 100), ring=ring)]), photo("b.jpg", [label((10, 10, 100, 100))])]
    good = predictions(photos, {"a.jpg": [finding((10, 10, 100, 100), 0.9, polygon=ring)]})
    report = measure(photos, good, resamples=0)
    assert report.data["mask_photos"] == 1
    assert value(report, "figures", "mask_ap50") == pytest.approx(1.0)
    bad = predictions(photos, {"a.jpg": [finding((10, 10, 100, 100), 0.9, polygon=other)]})
    assert value(measure(photos, bad, resamples=0), "figures", "mask_ap50") == 0


def test_calibration_of_an_honest_and_of_a_boasting_detector():
    rng = np.random.default_rng(3)
    photos, honest, boasting = [], {}, {}
    for n in range(300):
        score = float(rng.uniform(0.1, 0.95))
        right = rng.random() < score
        photos.append(photo(f"{n}.jpg", [label((50, 50, 60, 60))]))
        box = (50, 50, 60, 60) if right else (250, 200, 40, 40)
        honest[f"{n}.jpg"], boasting[f"{n}.jpg"] = [finding(box, score)], [finding(box, 0.99)]
    good = measure(photos, predictions(photos, honest), resamples=50).data["calibration"]
    bad = measure(photos, predictions(photos, boasting), resamples=50).data["calibration"]
    assert good["expected_error"]["value"] < 0.08
    assert bad["expected_error"]["value"] > 0.3
    assert good["bins"][0]["values"] > 5


def test_the_fitted_line_finds_the_true_one():
    rng = np.random.default_rng(4)
    odds = rng.normal(0, 2, 20000)
    right = rng.random(20000) < 1 / (1 + np.exp(-(1.3 * odds - 0.4)))
    slope, offset = logistic(odds, right.astype(float))
    assert slope == pytest.approx(1.3, abs=0.07)
    assert offset == pytest.approx(-0.4, abs=0.07)


def test_predictions_are_kept_and_read_again(tmp_path):
    photos = random_photos(6)
    made = predictions(photos, noisy(photos), seconds=0.02)
    (tmp_path / "p.json").write_text(json.dumps(made.to_json()))
    again = read_results(tmp_path / "p.json", photos, tmp_path / "unused.json")
    assert again == replace(made, photos=again.photos)
    assert measure(photos, again, resamples=0).data == measure(photos, made, resamples=0).data
    assert again.milliseconds() == pytest.approx(20)


@pytest.fixture
def coco(tmp_path):
    photos = [photo("a.jpg", [label((10, 10, 50, 50), "deformation")]), photo("b.jpg")]
    raw = {
        "images": [
            {"id": 7, "file_name": "a.jpg"},
            {"id": 8, "file_name": "b.jpg"},
            {"id": 9, "file_name": "train.jpg"},
        ],
        "annotations": [],
        "categories": [{"id": 3, "name": "smash"}],
    }
    (tmp_path / "labels.json").write_text(json.dumps(raw))
    return photos, tmp_path / "labels.json"


def test_results_of_a_foreign_detector(coco, tmp_path):
    photos, labels = coco
    good = {"image_id": 7, "category_id": 3, "bbox": [10, 10, 50, 50], "score": 0.7}
    outline = {**good, "score": 0.2, "segmentation": [[10, 10, 60, 10, 10, 60]]}
    rows = [good, outline, {**good, "image_id": 9}, {**good, "image_id": 55}, {**good, "bbox": [1, 2, 0, 4]}]
    rows += [{**good, "score": 7}, {**good, "category_id": 99}]
    rows += [{"file_name": "b.jpg", "category": "dent", "bbox": [1, 2, 30, 40], "score": 0.4, "part": "left_fender"}]
    (tmp_path / "theirs.json").write_text(json.dumps(rows))
    found = read_results(tmp_path / "theirs.json", photos, labels)
    assert found.model == "theirs"
    assert [f.category for f in found.photos["a.jpg"].findings] == ["deformation", "deformation"]
    assert found.photos["a.jpg"].findings[1].polygon == ((10, 10), (60, 10), (10, 60))
    assert found.photos["b.jpg"].findings[0].part == "fender"
    assert [problem.code for problem in found.problems] == [
        "TK-DATASET-011",
        "TK-DATASET-013",
        "TK-DATASET-013",
        "TK-DATASET-012",
    ]
    assert value(measure(photos, found, resamples=0), "figures", "ap50") == 1


@pytest.mark.parametrize(
    "text",
    ["", "7", "{}", '["x"]', '{"format": "telekalk-predictions"}', '[{"image_id": 1000, "bbox": []}]', "[" * 99999],
)
def test_unusable_results_are_refused(coco, tmp_path, text):
    photos, labels = coco
    (tmp_path / "bad.json").write_text(text)
    with pytest.raises(ComparisonError) as refused:
        read_results(tmp_path / "bad.json", photos, labels)
    assert refused.value.code == "TK-EVAL-011"


def test_a_detector_is_called_per_photo_and_a_broken_picture_is_told(tmp_path):
    cv2.imwrite(str(tmp_path / "a.png"), np.full((300, 400, 3), 90, np.uint8))
    (tmp_path / "b.png").write_text("no picture")
    photos = [replace(photo(name), path=tmp_path / name) for name in ("a.png", "b.png")]
    seen = []
    made = predict(
        photos,
        lambda picture: [finding((1, 1, picture.shape[1] - 9, 9), 0.3), finding((1, 1, 9, 9), 0.6)],
        progress=lambda done, name: seen.append((done, name)),
    )
    assert [f.score for f in made.photos["a.png"].findings] == [0.6, 0.3]
    assert [(p.code, p.file_name) for p in made.problems] == [("TK-DATASET-006", "b.png")]
    assert seen == [(1, "a.png"), (2, "b.png")]
    report = measure(photos, made, resamples=0)
    assert report.data["photos_left_out"] == ["b.png"]
    assert "b.png" in report.markdown("de")
    with pytest.raises(ComparisonError, match="TK-EVAL-010"):
        measure([], made)


def test_the_page_needs_no_network_and_escapes_what_it_shows(tmp_path):
    evil = "<script>alert(1)</script>|x.png"
    cv2.imwrite(str(tmp_path / "a.png"), np.full((300, 400, 3), 90, np.uint8))
    bad = Label("scratch", label((20, 20, 60, 60)).box, (), (), None, "<b>7</b>")
    photos = [replace(photo(evil, [bad], source="<i>yard</i>"), path=tmp_path / "a.png")]
    found = predictions(photos, {evil: [finding((200, 100, 50, 50), 0.9)]}, model="<u>model</u>")
    page = write_report(measure(photos, found, resamples=10), found, tmp_path / "out", language="en", about={"x": 1})
    text = page.read_text()
    for tag in ("<script>", "<b>7", "<i>yard", "<u>model"):
        assert tag not in text
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert len(list((tmp_path / "out" / "crops").glob("*.jpg"))) == 2  # the missed label and the false finding
    for plot in (tmp_path / "out").glob("*.svg"):
        ET.fromstring(plot.read_text())
    kept = json.loads((tmp_path / "out" / "report.json").read_text())
    assert kept["x"] == 1
    assert kept["labels"] == 1
    again = Predictions.from_json(json.loads((tmp_path / "out" / "predictions.json").read_text()))
    assert again.to_json() == found.to_json()
