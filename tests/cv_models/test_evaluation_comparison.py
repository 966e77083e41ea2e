"""Two detectors on the same photos: chance is called chance, a difference a difference."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from evaluation_samples import noisy, perfect, predictions, random_photos

from cv_models.evaluation import ComparisonError, compare, measure
from cv_models.evaluation.chance import holm, p_value
from cv_models.evaluation.comparison import judge_difference
from cv_models.evaluation.pages import write_comparison
from cv_models.evaluation.predictions import PhotoFindings


@pytest.fixture(scope="module")
def photos():
    return random_photos(80, 7)


def test_a_model_and_itself_do_not_differ(photos):
    found = predictions(photos, noisy(photos), seconds=0.05)
    comparison = compare(photos, found, found, resamples=200)
    assert {row.verdict for row in comparison.rows} == {"same"}
    assert {row.p for row in comparison.rows} == {1.0}
    assert all(row.difference == 0 for row in comparison.rows)
    assert "kein Unterschied, den diese Fotos zeigen können" in comparison.markdown("de")
    assert "no difference that these photos can show" in comparison.markdown("en")


def test_a_crippled_one_is_worse_and_the_other_way_round_better(photos):
    whole = noisy(photos)
    half = {name: items[::2] for name, items in whole.items()}
    a, b = predictions(photos, whole), predictions(photos, half, model="half")
    comparison = compare(photos, a, b, resamples=400)
    for key in ("ap50", "ap", "recall", "threshold_recall", "class_ap50"):
        row = comparison.row(key)
        assert row.verdict == "worse", key
        assert row.high < 0
    assert comparison.row("threshold_false").verdict == "better"  # half the findings, half the false ones
    assert any(row.verdict == "worse" for row in comparison.classes())
    back = compare(photos, b, a, resamples=400)
    assert back.row("ap50").verdict == "better"
    assert back.row("ap50").difference == pytest.approx(-comparison.row("ap50").difference)


def test_two_equally_good_ones_are_mostly_called_the_same():
    # Twelve pairs of detectors that differ by chance alone: at 5 % one may well be called different.
    told = 0
    for seed in range(12):
        some = random_photos(30, seed)
        a = predictions(some, noisy(some, seed=1000 + seed))
        b = predictions(some, noisy(some, seed=2000 + seed))
        told += compare(some, a, b, resamples=100).row("recall").verdict != "same"
    assert told <= 3


def test_only_photos_that_both_have_seen_count(photos):
    a = predictions(photos, perfect(photos))
    b = replace(a, photos=dict(list(a.photos.items())[10:]))
    comparison = compare(photos, a, b, resamples=100)
    assert comparison.photos == len(photos) - 10
    assert comparison.left_out == tuple(p.file_name for p in photos[:10])
    assert "000.jpg" in comparison.markdown("en")
    with pytest.raises(ComparisonError, match="TK-EVAL-010"):
        compare(photos, a, replace(a, photos={}))


def test_classes_are_corrected_for_their_number():
    assert holm([0.01, 0.04, 0.03, None]) == [0.03, 0.06, 0.06, None]
    assert holm([0.9, 0.6]) == [1.0, 1.0]


def test_p_is_small_for_one_sided_differences_and_never_zero():
    rng = np.random.default_rng(0)
    assert p_value(np.full(1999, 0.1)) == pytest.approx(0.001)
    assert p_value(np.zeros(100)) == 1
    assert p_value(rng.normal(0, 1, 2000)) > 0.8
    assert p_value(np.full(10, np.nan)) is None
    row = judge_difference("ap50", None, 5, float("nan"), 0.3, np.full(10, np.nan))
    assert (row.a, row.b, row.verdict) == (None, 0.3, "none")


def test_time_is_compared_pair_by_pair(photos):
    rng = np.random.default_rng(1)
    base = predictions(photos, noisy(photos))
    spent = {name: 0.1 + 0.02 * rng.random() for name in base.photos}
    slow = replace(base, photos={n: PhotoFindings(i.findings, spent[n] * 1.5) for n, i in base.photos.items()})
    fast = replace(base, photos={n: PhotoFindings(i.findings, spent[n]) for n, i in base.photos.items()})
    row = compare(photos, fast, slow, resamples=200).row("milliseconds")
    assert row.verdict == "worse"
    assert row.b / row.a == pytest.approx(1.5, rel=0.02)
    with pytest.raises(KeyError):
        compare(photos, fast, base, resamples=100).row("milliseconds")


def test_the_page_of_a_comparison(photos, tmp_path):
    a, b = predictions(photos, noisy(photos)), predictions(photos, perfect(photos), model="<b>best")
    comparison = compare(photos, a, b, resamples=100)
    reports = [measure(photos, found, resamples=0) for found in (a, b)]
    page = write_comparison(comparison, reports, tmp_path, language="en")
    text = page.read_text()
    assert "<b>best" not in text
    assert "B: &lt;b&gt;best" in text
    assert (tmp_path / "comparison.json").is_file()
    assert (tmp_path / "report_a.json").is_file()
