"""Single crops with their text, files of crops, and the training of the line recogniser."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cv_models.registration import rules
from cv_models.registration.lines import CHARSET, normalised
from cv_models.registration.samples import faces, texts
from cv_models.registration.samples.crops import HEIGHT, Crop, faces_for, make_crop
from cv_models.registration.samples.press import PX_PER_MM, Press, impression
from cv_models.registration.samples.shards import read_shard, write_shard


@pytest.fixture(scope="module")
def at_hand() -> dict[str, tuple[faces.Face, ...]]:
    try:
        return faces_for()
    except LookupError:
        pytest.skip("no typeface for drawing crops is installed on this machine")


def test_texts_keep_to_the_alphabet_and_cover_it() -> None:
    rng = random.Random(1)
    drawn = [texts.random_text(rng) for _ in range(6000)]
    assert set("".join(drawn)) == set(CHARSET)
    assert all(text == " ".join(text.split()) and text for text in drawn)
    assert len(set(CHARSET)) == len(CHARSET)
    assert any(rules.parse_plate(text) for text in drawn)
    assert any(rules.VIN_PATTERN.fullmatch(text) for text in drawn)


def test_a_crop_is_a_function_of_its_number(at_hand: dict[str, tuple[faces.Face, ...]]) -> None:
    first, again = make_crop(7, at_hand), make_crop(7, at_hand)
    assert first.text == again.text
    assert np.array_equal(first.pixels, again.pixels)
    assert not np.array_equal(make_crop(8, at_hand).pixels, first.pixels)
    for number in range(40):
        crop = make_crop(number, at_hand)
        assert crop.pixels.shape[0] == HEIGHT
        assert crop.pixels.shape[1] >= 16
        assert crop.pixels.shape[2] == 3
        assert crop.pixels.dtype == np.uint8


def test_printing_is_as_wide_and_high_as_the_printer_says(at_hand: dict[str, tuple[faces.Face, ...]]) -> None:
    rng = random.Random(3)
    fixed = {group: found for group, found in at_hand.items() if group in ("courier", "sans_mono")}
    if not fixed:
        pytest.skip("no typeface of fixed pitch is installed on this machine")
    press = Press.draw(rng, fixed, "HHHH")
    plain = replace(
        press, cap=2.4, pitch=2.0, squeeze=1.0, dots=0, wander=0.0, bold=0.0, ink=1.0, wear=0.0, nought=0, slant=0.0
    )
    cover = impression("HHHH", plain, rng)
    # Specks of dust are part of printing: a row or column counts when there is a stroke in it.
    marked = cover > 0.3
    rows, columns = np.flatnonzero(marked.sum(1) >= 5), np.flatnonzero(marked.sum(0) >= 5)
    assert abs((rows[-1] - rows[0]) / PX_PER_MM - 2.4) < 0.45
    assert 6.0 < (columns[-1] - columns[0]) / PX_PER_MM < 8.6
    assert abs((rows[-1] + rows[0]) / 2 / PX_PER_MM - 5.0) < 0.3


def test_files_of_crops_come_back(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    crops = [
        Crop(rng.integers(0, 255, (HEIGHT, width, 3)).astype(np.uint8), text) for width, text in ((40, "Ä1"), (90, ""))
    ]
    write_shard(tmp_path / "a.npz", crops)
    shard = read_shard(tmp_path / "a.npz")
    assert shard.texts == ("Ä1", "")
    assert np.array_equal(shard.crop(1), crops[1].pixels)
    write_shard(tmp_path / "b.npz", [Crop(np.zeros((20, 30, 3), np.uint8), "X")])
    with pytest.raises(ValueError, match="20 pixels"):
        read_shard(tmp_path / "b.npz")


def test_a_flat_crop_stays_flat() -> None:
    assert np.abs(normalised(np.full((HEIGHT, 50, 3), 90, np.uint8))).max() < 1e-3


def test_a_short_training_is_resumable_and_exports(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="PyTorch (the extra `train`) is not installed")
    pytest.importorskip("onnx", reason="onnx (the extra `train`) is not installed")
    import torch

    from cv_models.training.recogniser import batches, distance, load, run, steps_needed
    from cv_models.training.recogniser_export import TOLERANCE, export

    assert distance("WVW1", "WVVI") == 2
    assert steps_needed("AABC") == 5
    rng = np.random.default_rng(0)
    crops = [
        Crop(rng.integers(0, 255, (HEIGHT, 40 + 7 * i, 3)).astype(np.uint8), "AB12"[: 1 + i % 4]) for i in range(12)
    ]
    for folder in ("shards", "validation"):
        (tmp_path / folder).mkdir()
        write_shard(tmp_path / folder / "0.npz", [*crops, Crop(crops[0].pixels, "TOO LONG FOR ITS CROP")])
    shard = read_shard(tmp_path / "shards" / "0.npz")
    assert sum(len(b.texts) for b in batches(shard, 4, widest=480, rng=None, grey=0.0)) == 12
    (tmp_path / "tiny.toml").write_text(
        f'name = "tiny"\nshards = "{tmp_path}/shards"\nvalidation = "{tmp_path}/validation"\nbatch = 6\nsteps = 4\nhalf = false\n'
    )
    experiment = load(tmp_path / "tiny.toml")
    run(replace(experiment, stop=2), tmp_path / "run")
    last = run(experiment, tmp_path / "run")
    state = torch.load(last, weights_only=False)
    assert (state["step"], state["crops"]) == (4, 24)
    assert export(last, tmp_path / "tiny.onnx") <= TOLERANCE
    (tmp_path / "wrong.toml").write_text('name = "x"\nlerning_rate = 1\n')
    with pytest.raises(ValueError, match="lerning_rate"):
        load(tmp_path / "wrong.toml")
