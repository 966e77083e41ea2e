"""Reading COCO files: every wrong label is named, nothing crashes, nothing vanishes."""

from __future__ import annotations

import json
import math

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from photo_samples import DEMO

from cv_models.datasets import DatasetError, read
from cv_models.datasets.names import known_class, part_names
from cv_models.datasets.outlines import clip
from cv_models.datasets.photos import ring_area
from cv_models.findings import CATEGORIES, PARTS

WIDTH, HEIGHT = 120, 90
CLASSES = [{"id": 1, "name": "scratch"}, {"id": 2, "name": "smash"}, {"id": 9, "name": "rust"}]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "images").mkdir()
    for name in ("a.png", "b.png"):
        cv2.imwrite(str(tmp_path / "images" / name), np.full((HEIGHT, WIDTH, 3), 90, np.uint8))
    return tmp_path


def image(number, name, **more):
    return {"id": number, "file_name": name, "width": WIDTH, "height": HEIGHT, **more}


def mark(box, category=1, number=1, photo=1, **more):
    return {"id": number, "image_id": photo, "category_id": category, "bbox": box, **more}


def reading(folder, images, annotations, split=None, categories=CLASSES):
    raw = {"images": images, "annotations": annotations, "categories": categories}
    (folder / "labels.json").write_text(json.dumps(raw), encoding="utf-8")
    return read(folder / "labels.json", folder / "images", split)


def codes(labelled):
    return [problem.code.removeprefix("TK-DATASET-") for problem in labelled.problems]


def test_sound_labels_come_without_a_word(folder):
    labelled = reading(
        folder,
        [image(1, "a.png", source="yard", vehicle="V7"), image(2, "b.png")],
        [
            mark([10, 20, 30, 40], 2, part="bumper", severity="minor"),
            mark([50, 10, 20, 20], number=2, part="left_mirror"),
        ],
    )
    damaged, clean = labelled.photos
    assert labelled.problems == ()
    assert (damaged.source, damaged.vehicle, damaged.width, damaged.height) == ("yard", "V7", WIDTH, HEIGHT)
    first, second = damaged.labels
    assert (first.category, first.severity, first.annotation_id) == ("deformation", "minor", "1")
    assert set(first.parts) == {"bumper_front", "bumper_rear"}
    assert second.parts == ("mirror",)
    assert clean.undamaged
    assert not damaged.undamaged


@pytest.mark.parametrize(
    ("annotation", "code", "kept"),
    [
        (mark([10, 10, 0, 30]), "014", False),
        (mark([10, 10, 0.4, 30]), "014", False),
        (mark([10, 10, -5, 30]), "014", False),
        (mark([500, 10, 40, 30]), "015", False),
        (mark([-50, 10, 40, 30]), "015", False),
        (mark([100, 70, 60, 60]), "016", True),
        (mark([10, 10, math.nan, 30]), "013", False),
        (mark([10, 10, math.inf, 30]), "013", False),
        (mark([10, 10, 30]), "013", False),
        (mark(["10", 10, 30, 30]), "013", False),
        (mark(None), "013", False),
        (mark([10, 10, True, 30]), "013", False),
        (mark([10, 10, 10**400, 30]), "013", False),
        (mark([10, 10, 20, 30], 9), "012", False),
        (mark([10, 10, 20, 30], 77), "012", False),
        (mark([10, 10, 20, 30], iscrowd=1), "022", False),
        (mark([10, 10, 20, 30], part="ashtray"), "020", True),
        (mark([10, 10, 20, 30], part=7), "020", True),
        (mark([10, 10, 20, 30], severity="awful"), "021", True),
        (mark([10, 10, 20, 30], segmentation=[[1, 2, 3]]), "019", True),
        (mark([10, 10, 20, 30], segmentation={"counts": "x", "size": [90, 120]}), "019", True),
        (mark([10, 10, 20, 30], segmentation=[[1, 2, 3, 4, 5, math.nan]]), "019", True),
        (mark([10, 10, 20, 30], photo=55), "011", False),
        ("nonsense", "011", False),
    ],
)
def test_each_kind_of_wrong_label_has_its_code(folder, annotation, code, kept):
    labelled = reading(folder, [image(1, "a.png")], [annotation])
    assert codes(labelled) == [code]
    assert labelled.problems[0].kept is kept
    assert len(labelled.photos[0].labels) == kept
    assert labelled.problems[0].detail_de != labelled.problems[0].detail_en


def test_a_box_over_the_rim_is_cut(folder):
    labelled = reading(folder, [image(1, "a.png")], [mark([100, -5, 60, 60])])
    box = labelled.photos[0].labels[0].box
    assert (box.x, box.y, box.width, box.height) == (100, 0, 20, 55)


def test_doubles_are_left_out_and_near_doubles_reported(folder):
    marks = [mark([10, 10, 40, 30]), mark([10, 10, 40, 30], number=2), mark([11, 10, 40, 30], number=3)]
    marks += [mark([10, 10, 40, 30], 2, number=4)]  # the same place, another class: two opinions, both stay
    labelled = reading(folder, [image(1, "a.png")], marks)
    assert codes(labelled) == ["017", "018"]
    assert [label.annotation_id for label in labelled.photos[0].labels] == ["1", "3", "4"]


def test_a_photo_whose_label_was_left_out_is_not_undamaged(folder):
    photo = reading(folder, [image(1, "a.png")], [mark([10, 10, 20, 30], 9)]).photos[0]
    assert photo.labels == ()
    assert not photo.undamaged


def test_pictures_that_are_missing_broken_of_another_size_or_elsewhere(folder):
    (folder / "images" / "text.png").write_text("no picture")
    (folder / "images" / "empty.png").write_bytes(b"")
    (folder / "outside.png").write_bytes((folder / "images" / "a.png").read_bytes())
    labelled = reading(
        folder,
        [
            image(1, "gone.png"),
            image(2, "text.png"),
            image(3, "empty.png"),
            image(4, "a.png") | {"width": 999},
            image(5, "../outside.png"),
            image(6, "x" * 5000),
            image(7, "b.png"),
            image(7, "b.png"),
            {"id": 8},
            "nonsense",
        ],
        [],
    )
    assert [photo.file_name for photo in labelled.photos] == ["b.png"]
    assert sorted(codes(labelled)) == sorted(["005", "006", "006", "007", "008", "005", "009", "004", "004"])


def test_a_picture_turned_by_its_exif_mark_is_taken_upright(folder):
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (HEIGHT, WIDTH)).save(folder / "images" / "turned.jpg", exif=exif)
    labelled = reading(folder, [image(1, "turned.jpg")], [])
    assert labelled.problems == ()
    assert (labelled.photos[0].width, labelled.photos[0].height) == (WIDTH, HEIGHT)


def test_the_split_chooses_and_unknown_names_are_told(folder):
    (folder / "val.txt").write_text("b.png\n\nphoto with spaces.png\n")
    labelled = reading(folder, [image(1, "a.png"), image(2, "b.png")], [], folder / "val.txt")
    assert [photo.file_name for photo in labelled.photos] == ["b.png"]
    assert [(p.code, p.file_name) for p in labelled.problems] == [("TK-DATASET-010", "photo with spaces.png")]


def test_photos_of_a_group_share_the_vehicle_that_one_of_them_names(folder):
    labelled = reading(folder, [image(1, "a.png", group=5, vehicle_key="lensor:1"), image(2, "b.png", group=5)], [])
    assert [photo.vehicle for photo in labelled.photos] == ["lensor:1", "lensor:1"]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"images": 1}', "\xff", "[" * 100_000, '{"images":[],"annotations":[]}']
)
def test_what_is_not_coco_is_refused(folder, text):
    (folder / "labels.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(DatasetError) as refused:
        read(folder / "labels.json", folder / "images")
    assert refused.value.code == "TK-DATASET-001"


def test_missing_file_split_and_folder_are_refused(folder):
    for coco, images, split, code in (
        ("gone.json", "images", None, "001"),
        ("labels.json", "gone", None, "003"),
        ("labels.json", "images", "gone.txt", "002"),
    ):
        (folder / "labels.json").write_text('{"images":[],"annotations":[],"categories":[]}')
        with pytest.raises(DatasetError, match=f"TK-DATASET-{code}"):
            read(folder / coco, folder / images, folder / split if split else None)


def test_outlines_are_cut_to_the_picture_and_a_box_is_no_outline(folder):
    ring = [-10, 10, 30, 10, 30, 50, -10, 50]
    marks = [
        mark([0, 10, 30, 40], segmentation=[[*ring, 5, 30]]),
        mark([40, 10, 20, 20], number=2, segmentation=[[40, 10, 60, 10, 60, 30, 40, 30]]),
        mark([70, 10, 20, 20], number=3, segmentation=[[70, 10, 90, 10, 80, 30]], polygon=False),
    ]
    first, second, third = reading(folder, [image(1, "a.png")], marks).photos[0].labels
    assert first.polygon is not None
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in first.polygon)
    assert second.polygon is None
    assert third.polygon is None


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(-300, 300), st.integers(-300, 300)), min_size=3, max_size=7))
def test_a_cut_ring_lies_inside_and_a_cut_triangle_is_not_larger(points):
    cut = clip(tuple(points), 100, 80)
    assert all(-1e-6 <= x <= 100 + 1e-6 and -1e-6 <= y <= 80 + 1e-6 for x, y in cut)
    if len(points) == 3 and cut:
        assert ring_area(cut) <= min(100 * 80, ring_area(tuple(points))) + 1e-3


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
hostile_marks = st.fixed_dictionaries(
    {},
    optional={
        "id": json_values,
        "image_id": st.sampled_from([1, 1, 1, 2, "x", None]) | json_values,
        "category_id": st.sampled_from([1, 1, 2, 9]) | json_values,
        "bbox": st.lists(st.integers(-50, 200) | st.floats(), min_size=4, max_size=4) | json_values,
        "segmentation": st.lists(st.lists(st.integers(-50, 200), max_size=10), max_size=3) | json_values,
        "iscrowd": st.sampled_from([0, 1]) | json_values,
        "part": st.sampled_from(["bumper", "left_door"]) | json_values,
        "severity": st.sampled_from(["minor", 0.4]) | json_values,
        "polygon": st.booleans(),
    },
)
hostile_images = st.fixed_dictionaries(
    {},
    optional={
        "id": st.sampled_from([1, 2]) | json_values,
        "file_name": st.sampled_from(["a.png", "b.png", "../a.png", "a\0.png", "/etc/passwd"]) | json_values,
        "width": st.just(WIDTH) | json_values,
        "height": st.just(HEIGHT) | json_values,
        "group": json_values,
        "vehicle": json_values,
        "source": json_values,
    },
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    images=st.lists(hostile_images | json_values, max_size=4),
    marks=st.lists(hostile_marks | json_values, max_size=6),
    categories=st.just(CLASSES) | st.lists(json_values, max_size=3),
)
def test_whatever_stands_in_a_file_is_used_or_told(folder, images, marks, categories):
    labelled = reading(folder, images, marks, categories=categories)
    used = [label for photo in labelled.photos for label in photo.labels]
    for photo in labelled.photos:
        assert photo.file_name in {"a.png", "b.png"}
        for label in photo.labels:
            box = label.box
            assert label.category in CATEGORIES
            assert set(label.parts) <= set(PARTS)
            assert box.width >= 1
            assert box.height >= 1
            assert box.x >= 0
            assert box.y >= 0
            assert box.x + box.width <= WIDTH + 1e-6
            assert box.y + box.height <= HEIGHT + 1e-6
    # Each photo and each annotation of a usable photo is either used or named as a problem.
    assert len(labelled.photos) + sum(not p.kept and p.annotation_id is None for p in labelled.problems) == len(images)
    lost = sum(not p.kept and p.annotation_id is not None for p in labelled.problems)
    on_lost_photos = len(marks) - len(used) - lost
    assert on_lost_photos >= 0
    if len(labelled.photos) == len(images):
        assert on_lost_photos == 0
    assert labelled.summary("de")
    assert labelled.summary("en")


def test_words_of_other_files():
    assert known_class("Smash") == "deformation"
    assert known_class("lamp broken") == "broken_lamp"
    assert known_class("rust") is None
    assert part_names("front-left door") == ("door_front",)
    assert part_names("door_front_left") == ("door_front",)
    assert part_names(None) == ()


def test_the_demo_truth_reads_clean():
    truth = sorted(DEMO.glob("*/truth.json"))
    if not truth:
        pytest.skip("no demo photos with true outlines are in the repository")
    for path in truth[:3]:
        labelled = read(path, path.parent)
        assert labelled.photos
        assert all(label.polygons for photo in labelled.photos for label in photo.labels)
        assert all(problem.kept for problem in labelled.problems)
