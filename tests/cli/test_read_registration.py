"""`telekalk read-registration` on every kind of file that people send: the same answer, or a code that says what to do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import numpy as np
import pillow_heif
import pytest
from PIL import Image

from cv_models.registration import KEY_FIELDS, WARNINGS
from cv_models.registration.samples import Sample, make_sample
from workbench.cli.schema import schema_of

Answers = dict[str, dict[str, Any]]


def _jpeg_with_turn(image: Image.Image, path: Path) -> None:
    # Tag 6: what lies in the file must be turned a quarter clockwise to stand upright.
    exif = Image.Exif()
    exif[0x0112] = 6
    image.transpose(Image.Transpose.ROTATE_90).save(path, quality=92, exif=exif)


def _sixteen_bits(image: Image.Image, path: Path) -> None:
    grey = np.asarray(image.convert("L"), np.uint16) * 257
    Image.fromarray(grey).save(path)


def _with_alpha(image: Image.Image, path: Path) -> None:
    image = image.copy()
    image.putalpha(255)
    image.save(path)


def _heic(image: Image.Image, path: Path) -> None:
    pillow_heif.from_pillow(image).save(path, quality=90)


def _gif(image: Image.Image, path: Path) -> None:
    small = image.resize((400, 300))
    small.save(path, save_all=True, append_images=[small.rotate(90)])


#: files of the same document that must be read alike
ALIKE: dict[str, Callable[[Image.Image, Path], None]] = {
    "plain.jpg": lambda image, path: image.save(path, quality=92),
    "turned.jpg": _jpeg_with_turn,
    "phone.heic": _heic,
    "grey.png": lambda image, path: image.convert("L").save(path),
    "sixteen.png": _sixteen_bits,
    "cmyk.jpg": lambda image, path: image.convert("CMYK").save(path, quality=92),
    "alpha.png": _with_alpha,
    "web.webp": lambda image, path: image.save(path, quality=92),
}
#: files that are refused, and with which code
REFUSED: dict[str, tuple[str, Callable[[Image.Image, Path], None]]] = {
    "truncated.jpg": (
        "TK-PHOTO-002",
        lambda image, path: path.write_bytes((path.parent / "plain.jpg").read_bytes()[:90_000]),
    ),
    "text.jpg": ("TK-PHOTO-001", lambda image, path: path.write_text("Kein Foto\n" * 200, encoding="utf-8")),
    "moving.gif": ("TK-PHOTO-001", _gif),
    "empty.jpg": ("TK-PHOTO-007", lambda image, path: path.write_bytes(b"")),
    "one_pixel.png": ("TK-PHOTO-008", lambda image, path: Image.new("RGB", (1, 1)).save(path)),
    "line.png": ("TK-PHOTO-008", lambda image, path: Image.new("RGB", (1, 3000), "white").save(path)),
    "too_many_pixels.png": ("TK-PHOTO-003", lambda image, path: Image.new("1", (12000, 10000)).save(path)),
}
#: pictures without a document
NOTHING: dict[str, Callable[[Path], None]] = {
    "black.png": lambda path: Image.new("RGB", (1600, 1200)).save(path),
    "white.jpg": lambda path: Image.new("RGB", (1600, 1200), "white").save(path),
    "panorama.jpg": lambda path: Image.linear_gradient("L").resize((12000, 900)).save(path),
}


@pytest.fixture(scope="module")
def sample() -> Sample:
    return make_sample(3, "clean", size=1800)


@pytest.fixture(scope="module")
def command(
    sample: Sample, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Answers, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("inputs")
    image = Image.fromarray(sample.photo.pixels)
    for name, write in ALIKE.items():
        write(image, folder / name)
    for name, (_code, write) in REFUSED.items():
        write(image, folder / name)
    for name, make in NOTHING.items():
        make(folder / name)
    names = [*ALIKE, *REFUSED, *NOTHING, "missing.jpg"]
    done = subprocess.run(
        [sys.executable, "-m", "workbench", "--lang", "en", "read-registration", *names],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {line["file"]: line for line in lines}, done


def test_one_line_per_file_and_exit_2_as_some_were_refused(
    command: tuple[Answers, subprocess.CompletedProcess[str]],
) -> None:
    answers, done = command
    assert list(answers) == [*ALIKE, *REFUSED, *NOTHING, "missing.jpg"]
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    schema = schema_of("read-registration")
    for line in answers.values():
        jsonschema_rs.validate(schema, line)


@pytest.mark.parametrize("name", ALIKE)
def test_the_same_document_in_another_file_reads_alike(
    command: tuple[Answers, subprocess.CompletedProcess[str]], sample: Sample, name: str
) -> None:
    fields = command[0][name]["fields"]
    assert command[0][name]["found"]
    right = [code for code in KEY_FIELDS if fields[code]["value"] == sample.values[code]]
    assert len(right) >= 8, {code: fields[code]["value"] for code in KEY_FIELDS}
    assert fields["E"]["value"] == sample.values["E"]
    assert fields["B"]["value"] == sample.values["B"]
    assert 0 < fields["E"]["confidence"] <= 1
    # In pixels of the upright original, whatever way the file holds it.
    centre = np.mean(fields["E"]["box"], axis=0)
    assert np.abs(centre - sample.photo.boxes["E"].mean(0)).max() < 0.015 * max(sample.photo.pixels.shape)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_photo_is_refused_with_its_code(
    command: tuple[Answers, subprocess.CompletedProcess[str]], name: str
) -> None:
    answers, done = command
    assert answers[name]["warnings"] == [REFUSED[name][0]]
    assert answers[name]["fields"] == {}
    assert f"{REFUSED[name][0]} {name}: " in done.stderr


def test_a_missing_file_is_told(command: tuple[Answers, subprocess.CompletedProcess[str]]) -> None:
    assert command[0]["missing.jpg"]["warnings"] == ["TK-CLI-004"]


@pytest.mark.parametrize("name", NOTHING)
def test_a_picture_without_a_document_gives_no_field(
    command: tuple[Answers, subprocess.CompletedProcess[str]], name: str
) -> None:
    answers, done = command
    assert not answers[name]["found"]
    assert answers[name]["fields"] == {}
    assert "no_document" in answers[name]["warnings"]
    # What to do stands in words on standard error.
    assert f"{name}: {WARNINGS['no_document'][1]}" in done.stderr
