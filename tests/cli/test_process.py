"""The main job on the command line, with the real models: a folder in; case, drawn photos and draft offer out."""

import io
import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pypdf
import pytest
from PIL import Image, ImageOps

from calculation import calculate, input_from_json
from workbench.cli.schema import schema_of

DOCUMENT = Path(__file__).parents[2] / "workbench" / "demo" / "photos" / "hatch_door_scratch" / "00_registration.jpg"
CLAIM = {
    "claim_number": "KS-77",
    "excess": "150.00",
    "odometer_km": 82000,
    "postcode": "10115",
    "leased_or_financed": False,
}


def telekalk(*args, **environment):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TELEKALK_")}
    return subprocess.run(
        [sys.executable, "-m", "workbench", *map(str, args)],
        capture_output=True,
        text=True,
        check=False,
        env=clean | {"OMP_NUM_THREADS": "2"} | environment,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One document, one photo lying on its side, and three files that are no usable photo or come twice."""
    made = tmp_path_factory.mktemp("satz")
    document = Image.open(DOCUMENT)
    document.save(made / "schein.webp", quality=92)
    car = Image.effect_noise((1600, 1200), 60).convert("RGB")
    # Lies on its side with a tag that says so: must come out upright.
    exif = Image.Exif()
    exif[0x0112] = 6
    car.rotate(90, expand=True).save(made / "auto.jpg", exif=exif)
    content = DOCUMENT.read_bytes()
    (made / "halb.jpg").write_bytes(content[: len(content) // 3])
    (made / "rechnung.jpg").write_bytes(b"%PDF-1.7")
    (made / "auto kopie.jpg").write_bytes((made / "auto.jpg").read_bytes())
    (made / "claim.json").write_text(json.dumps(CLAIM), encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def processed(folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "ergebnis"
    return telekalk("process", folder, "--out", out, "--json"), out


def test_standard_output_is_the_case_and_nothing_else(processed):
    answer, out = processed
    assert answer.returncode == 0, answer.stderr
    case = json.loads(answer.stdout)
    assert case == json.loads((out / "case.json").read_text(encoding="utf-8"))
    assert set(schema_of("process")["required"]) <= set(case)
    assert case["claim"]["claim_number"] == "KS-77"


def test_bad_files_are_named_with_their_code_and_the_rest_goes_on(processed):
    answer, _out = processed
    case = json.loads(answer.stdout)
    assert {(item["filename"], item["code"]) for item in case["rejected"]} == {
        ("halb.jpg", "TK-PHOTO-002"),
        ("rechnung.jpg", "TK-PHOTO-001"),
        ("auto.jpg", "TK-PHOTO-010"),
    }
    assert "TK-PHOTO-002 halb.jpg: Das Foto ist unvollständig" in answer.stderr
    (upright,) = (photo for photo in case["photos"] if photo["file"] == "auto kopie.jpg")
    assert (upright["width"], upright["height"]) == (1600, 1200)


def test_the_document_is_read_and_its_fields_reach_the_calculation(processed):
    case = json.loads(processed[0].stdout)
    truth = json.loads((DOCUMENT.parents[2] / "registration_truth.json").read_text(encoding="utf-8"))
    assert case["fields"]["E"]["value"] in json.dumps(truth)
    assert case["calculation"]["header"]["vin"] == case["fields"]["E"]["value"]
    assert case["fields"]["E"]["file"] == "schein.webp"
    assert len(case["fields"]["E"]["box"]) == 4


def test_the_calculation_can_be_calculated_again_and_the_offer_says_the_same(processed):
    answer, out = processed
    case = json.loads(answer.stdout)
    again = calculate(input_from_json(case["calculation"]))
    assert again.payout == Decimal(case["result"]["settlement"]["payout"])
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(out / "offer.pdf").pages)
    assert "ENTWURF" in text
    assert "KS-77" in text
    assert case["result"]["derivation"]["payout"]


def test_nothing_is_left_behind_and_no_database_was_needed(processed):
    assert not (Path(processed[1]).parent / "pgdata").exists()
    assert {path.name for path in processed[1].iterdir()} == {"case.json", "offer.pdf", "photos"}


@pytest.mark.parametrize(
    ("files", "claim", "code"),
    [
        ({"a.jpg": b"x"}, None, "TK-PHOTO-009"),
        ({f"{n}.jpg": b"x" for n in range(41)}, None, "TK-PHOTO-005"),
        ({"a.jpg": b"x"}, b'{"excess": 1.5}', "TK-CASE-010"),
    ],
)
def test_wrong_input_leaves_with_two_and_a_code(tmp_path, files, claim, code):
    photos = tmp_path / "satz"
    photos.mkdir()
    for name, content in files.items():
        (photos / name).write_bytes(content)
    arguments = ["process", photos, "--out", tmp_path / "out", "--lang", "en"]
    if claim is not None:
        (tmp_path / "c.json").write_bytes(claim)
        arguments += ["--claim", tmp_path / "c.json"]
    answer = telekalk(*arguments)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert code in answer.stderr
    assert "Traceback" not in answer.stderr
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_not_there():
    assert telekalk("process", "/does/not/exist").returncode == 2


def test_read_registration_gives_one_line_per_image(folder):
    answer = telekalk("read-registration", folder / "schein.webp", folder / "rechnung.jpg", folder / "fehlt.jpg")
    lines = [json.loads(line) for line in answer.stdout.splitlines()]
    assert [Path(line["file"]).name for line in lines] == ["schein.webp", "rechnung.jpg", "fehlt.jpg"]
    assert lines[0]["fields"]["A"]["value"]
    assert lines[1]["warnings"] == ["TK-PHOTO-001"]
    assert lines[2]["warnings"] == ["TK-CLI-004"]
    assert answer.returncode == 2
    assert "TK-CLI-004" in answer.stderr


def test_detect_gives_coco_results_in_pixels_of_the_upright_original(tmp_path):
    photos = sorted((DOCUMENT.parents[1]).glob("*/0[1-9]_damage*.jpg"))[:1]
    if not photos:
        pytest.skip("no demonstration photo of a damage is committed yet")
    picture = ImageOps.exif_transpose(Image.open(photos[0]))
    out = tmp_path / "found.json"
    answer = telekalk("detect", photos[0], "--out", out)
    assert (answer.returncode, answer.stdout) == (0, "")
    for found in json.loads(out.read_text(encoding="utf-8")):
        assert set(found) <= {"file_name", "category", "bbox", "score", "segmentation", "part"}
        x, y, width, height = found["bbox"]
        assert x >= 0
        assert y >= 0
        assert x + width <= picture.width
        assert y + height <= picture.height
        assert 0 < found["score"] <= 1


def test_pdf_reader_sees_the_attachment(processed):
    reader = pypdf.PdfReader(io.BytesIO((processed[1] / "offer.pdf").read_bytes()))
    assert "calculation.json" in reader.attachments
