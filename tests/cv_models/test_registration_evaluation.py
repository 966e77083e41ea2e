"""The proof itself: what counts as right, intervals, calibration, folders with truth, and one small run."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cv_models.registration.evaluation import EvaluationError, Gallery, from_folder, markdown, measure, report
from cv_models.registration.evaluation.measure import Measured, Outcome, PhotoResult, Run
from cv_models.registration.evaluation.score import Tally, asked, calibration, judged, key_judged, wilson
from cv_models.registration.samples import make_sample


@pytest.mark.parametrize(
    ("code", "truth", "got", "verdict"),
    [
        ("E", "WVWZZZ1KZAW000001", "WVWZZZ1KZAW000001", "right"),
        ("E", "WVWZZZ1KZAW000001", "WVWZZZ1KZAW00000I", "wrong"),
        ("E", "WVWZZZ1KZAW000001", None, "blank"),
        ("E", "WVWZZZ1KZAW000001", " ", "blank"),
        ("D.3", "GOLF  VARIANT", "GOLF VARIANT", "right"),
        ("D.3", "GOLF VARIANT", "GOLFVARIANT", "wrong"),
        ("C.1.1", "Müller", "MÜLLER", "wrong"),
        ("C.1.1", "Müller", "Muller", "wrong"),
        ("15.1", "195/65R15 91H", "195/65R1591H", "right"),
        ("A", "B-MW 1234", "BM-W 1234", "wrong"),
        ("22", "EINS ZWEI\nDREI", "EINSZWEI DREI", "right"),
    ],
)
def test_exact_match(code: str, truth: str, got: str | None, verdict: str) -> None:
    assert judged(code, truth, got) == verdict


def test_three_characters_decide_the_key_figure_of_the_type_key() -> None:
    assert key_judged("2.2", "AAA000021", "AAA000027") == "right"
    assert judged("2.2", "AAA000021", "AAA000027") == "wrong"
    assert key_judged("2.2", "AAA000021", "AAB000021") == "wrong"
    assert key_judged("2.2", "AAA000021", None) == "blank"
    assert key_judged("2.1", "0603", "0603") == "right"


def test_a_dash_and_the_number_of_the_form_are_not_asked() -> None:
    assert not asked("12", "-")
    assert not asked("Nr.", "123")
    assert asked("A", "B-MW 1")


def test_wilson_interval() -> None:
    # Wilson's published example: 81 of 263 gives 25.5 to 36.6 percent.
    low, high = wilson(81, 263)
    assert (round(low, 3), round(high, 3)) == (0.255, 0.366)
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(0, 10)[0] == 0.0
    assert wilson(10, 10)[1] == pytest.approx(1.0)


def test_calibration_of_an_honest_and_of_a_boasting_reader() -> None:
    honest = calibration([(0.75, True)] * 75 + [(0.75, False)] * 25)
    assert honest.expected_error == pytest.approx(0.0)
    assert honest.brier == pytest.approx(0.1875)
    boasting = calibration([(1.0, True), (1.0, False)])
    assert boasting.expected_error == pytest.approx(0.5)
    assert boasting.bins[0][2] == 2
    assert calibration([]).values == 0


def _truth(folder: Path, text: str) -> Path:
    (folder / "truth.json").write_text(text, encoding="utf-8")
    return folder


def test_bad_folders_are_told_by_their_code(tmp_path: Path) -> None:
    for text, code in (
        (None, "TK-EVAL-001"),
        ("{", "TK-EVAL-002"),
        ("{}", "TK-EVAL-002"),
        ("[]", "TK-EVAL-002"),
        ('[{"file": "a.jpg"}]', "TK-EVAL-002"),
        ('[{"file": "../a.jpg", "values": {}}]', "TK-EVAL-002"),
        ('[{"file": "a.jpg", "values": {"A": "B-A 1"}, "boxes": [1]}]', "TK-EVAL-002"),
    ):
        if text is not None:
            _truth(tmp_path, text)
        with pytest.raises(EvaluationError) as caught:
            from_folder(tmp_path)
        assert caught.value.code == code
        assert caught.value.message_de
    _truth(tmp_path, '[{"file": "a.jpg", "tier": "hard", "values": {"A": "B-A 1"}}]')
    assert from_folder(tmp_path)[0].tier == "hard"
    with pytest.raises(EvaluationError):
        from_folder(tmp_path, tiers=("clean",))


def test_an_unreadable_photo_ends_the_run(tmp_path: Path) -> None:
    _truth(tmp_path, '[{"file": "a.jpg", "values": {"A": "B-A 1"}}]')
    (tmp_path / "a.jpg").write_bytes(b"no photo")
    with pytest.raises(EvaluationError) as caught:
        measure(from_folder(tmp_path))
    assert caught.value.code == "TK-EVAL-003"


def test_a_small_run_from_folder_to_report_and_list_of_mistakes(tmp_path: Path) -> None:
    sample = make_sample(3, "clean", size=1500)
    (tmp_path / "images").mkdir()
    Image.fromarray(sample.photo.pixels).save(tmp_path / "images" / "one.jpg", quality=92)
    values = dict(sample.values)
    values["D.1"] = "KEINE MARKE"  # a mistake for certain
    item = {
        "file": "images/one.jpg",
        "tier": "clean",
        "values": values,
        "outline": sample.photo.outline.tolist(),
        "boxes": {code: box.tolist() for code, box in sample.photo.boxes.items()},
    }
    entries = from_folder(_truth(tmp_path, json.dumps([item])))
    gallery = Gallery(tmp_path / "out", keep_photos=True)
    told: list[tuple[int, str]] = []
    measured = measure(entries, progress=lambda done, name, _key: told.append((done, name)), seen=gallery.add)
    data = json.loads(json.dumps(report(measured, photos="test")))
    row = data["tiers"]["clean"]
    assert told == [(1, "one.jpg")]
    assert (row["photos"], row["found"], row["misplaced"]) == (1, 1, 0)
    assert row["key"]["values"] == 9
    assert row["key"]["right"] >= 7
    assert row["some_key_wrong"] == 1
    assert data["fields"]["D.1"]["right"] == 0
    assert data["calibration"]["all_fields"]["values"] > 20
    assert 100 < data["peak_mib"] < 2000
    assert row["median_seconds"] > 0
    assert data["baseline"] is None
    assert "| clean | 1 | 1 | 9 |" in markdown(data)
    page = gallery.write().read_text(encoding="utf-8")
    assert "KEINE MARKE" in page
    mistakes = json.loads((tmp_path / "out" / "mistakes.json").read_text(encoding="utf-8"))
    wrong = next(m for m in mistakes if m["code"] == "D.1")
    assert (tmp_path / "out" / wrong["crop"]).stat().st_size > 300
    assert (tmp_path / "out" / "photos" / "one.jpg").exists()


def _photo(name: str, seconds: float, verdicts: dict[str, str]) -> PhotoResult:
    outcomes = tuple(
        Outcome(name, "phone", code, "X", None, v, v, 0.0, None, (), None)  # type: ignore[arg-type]
        for code, v in verdicts.items()
    )
    return PhotoResult(name, "phone", True, None, (), seconds, seconds, outcomes, ())


def test_the_baseline_is_compared_on_the_photos_that_both_have_read() -> None:
    own = Run([_photo("a", 1.0, {"A": "right", "E": "blank"}), _photo("b", 9.0, {"A": "wrong"})], 400.0)
    plain = Run([_photo("a", 4.0, {"A": "wrong", "E": "wrong"})], 1200.0)
    data = report(Measured(own, plain, 2))["baseline"]
    row = data["tiers"]["phone"]
    assert row["photos"] == 1
    assert row["ratio"] == {"seconds": 4.0, "processor_seconds": 4.0, "not_right": 2.0, "wrong": None}
    assert data["peak_mib"] == 1200


def test_counts_become_shares() -> None:
    tally = Tally()
    for verdict in ("right", "right", "wrong", "blank"):
        tally.add(verdict)  # type: ignore[arg-type]
    plain = tally.to_json()
    assert plain["values"] == 4
    assert plain["right_percent"] == 50.0
    assert np.allclose(plain["wrong_interval"], [4.56, 69.94], atol=0.01)
