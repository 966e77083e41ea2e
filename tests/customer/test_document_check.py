"""The document on the phone: told at once whether it can be read, in plain words; the photo is safe whatever comes of it."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageEnhance
from sqlalchemy import text

from cv_models.registration.reading import WARNINGS, FieldReading, RegistrationReading
from workbench.access import customer_actor
from workbench.cases import document_check, portal
from workbench.cases.document_check import judge, sentences
from workbench.customer import session
from workbench.customer.shots import document_words, shot_of
from workbench.store.database import session_scope

DOCUMENT = Path(__file__).parents[2] / "workbench" / "demo" / "photos" / "hatch_door_scratch" / "00_registration.jpg"
KEYS = ("A", "E", "B", "2.1", "2.2", "D.1", "D.3", "P.2", "C.1.1")


def reading(fields=9, *, found=True, warnings=(), sure=0.97):
    values = {code: FieldReading("M-AB 123" if code == "A" else "1", sure, None) for code in KEYS[:fields]}
    return RegistrationReading(found, values if found else {}, None, tuple(warnings), 0.1, "test-1")


@pytest.mark.parametrize(
    ("read", "problems", "readable", "codes"),
    [
        (reading(), (), True, []),
        (reading(6), ("blurred",), True, []),
        (reading(5), (), False, ["hard_to_read"]),
        (reading(3), ("blurred",), False, ["blurred"]),
        (reading(9, warnings=("two_documents",)), (), False, ["two_documents"]),
        (reading(9, warnings=("screen",)), (), False, ["screen"]),
        (reading(8, warnings=("sheet_partly_visible",)), (), True, []),
        (reading(found=False, warnings=("no_document",)), (), False, ["no_document"]),
        (reading(found=False, warnings=("no_document",)), ("too_dark",), False, ["too_dark", "no_document"]),
        (reading(found=False, warnings=("part_two",)), (), False, ["part_two"]),
        (reading(found=False, warnings=("foreign", "unheard_of")), (), False, ["foreign"]),
        (reading(found=False), ("too_small",), False, ["photo_too_small"]),
        (reading(found=False), (), False, ["no_document"]),
        (None, (), False, ["no_document"]),
    ],
)
def test_the_verdict_by_what_was_read(read, problems, readable, codes):
    verdict = judge(read, problems)
    assert (verdict["readable"], verdict["codes"]) == (readable, codes)
    for language in ("de", "en"):
        told = document_words(verdict, language)
        assert told["state"] == ("ok" if readable else "hint")
        assert len(told["text"]) > 5


def test_a_doubtful_plate_is_not_shown():
    assert judge(reading())["plate"] == "M-AB 123"
    assert judge(reading(sure=0.7))["plate"] is None
    assert document_words(judge(reading(sure=0.7)), "de")["text"] == "gut lesbar"


def test_every_warning_has_words_in_both_languages():
    for code in WARNINGS:
        german, english = sentences([code], "de")[0], sentences([code], "en")[0]
        assert german != english
    assert sentences(["unheard_of"], "de") == []


def test_the_name_of_a_file_tells_its_shot():
    assert shot_of("registration_document__IMG_1.jpg") == "registration_document"
    assert shot_of("registration_document.jpg") is None
    assert shot_of("") is None


@pytest.fixture
def customer(make_case, server, browser):
    case = make_case(photos=0, plate="M-AB 123", odometer_km=82000)
    browser.cookies.set(session.COOKIE, session.issue(case.id), path="/c")
    browser.case_id = case.id
    return browser


def send(client, content, name="registration_document__1.jpg"):
    answer = client.post("/c/photos", files={"photo": (name, content, "image/jpeg")})
    return answer.json()["photos"][0]


def verdict(client, photo_id):
    answer = client.get(f"/c/photos/{photo_id}/document", headers={"Accept": "application/json"})
    assert answer.status_code == 200
    return {key: answer.json()[key] for key in ("state", "text")}


def jobs():
    with session_scope() as rows:
        return [
            tuple(row)
            for row in rows.execute(
                text("SELECT task_name, queue_name, priority, args::text FROM procrastinate_jobs ORDER BY id")
            )
        ]


def test_a_readable_document_gets_a_calm_tick(customer):
    photo = send(customer, DOCUMENT.read_bytes())
    assert photo["status"] == "accepted"
    assert verdict(customer, photo["photo_id"])["state"] == "wait"
    ((task, queue, priority, args),) = jobs()
    assert (task, queue, priority) == ("telekalk.document_check", "look", 10)
    assert "M-AB" not in args
    document_check.check_document(photo["photo_id"])
    told = verdict(customer, photo["photo_id"])
    assert told == {"state": "ok", "text": "gut lesbar: ZZ-KA 4711"}
    page = customer.get("/c/photos").text
    assert told["text"] in page, "without a script the page says the same when it is opened again"
    # A second look changes nothing, and nobody else is told.
    document_check.check_document(photo["photo_id"])
    assert verdict(customer, photo["photo_id"]) == told


def test_what_cannot_be_read_is_told_and_kept(customer, demo_photo):
    dark = io.BytesIO()
    with Image.open(DOCUMENT) as image:
        ImageEnhance.Brightness(image.convert("RGB")).enhance(0.03).save(dark, "JPEG", quality=90)
    unlit = send(customer, dark.getvalue())
    other = send(customer, demo_photo(3), "registration_document__2.jpg")
    for photo in (unlit, other):
        document_check.check_document(photo["photo_id"])
    assert verdict(customer, unlit["photo_id"])["state"] == "hint"
    assert "unkel" in verdict(customer, unlit["photo_id"])["text"]
    assert "Fahrzeugschein" in verdict(customer, other["photo_id"])["text"]
    assert portal.case_status(customer_actor(customer.case_id), customer.case_id).photos == 2, "no photo is lost"
    page = customer.get("/c/photos").text
    assert 'class="hint" data-photo' in page
    shot = page.split('data-shot="registration_document"')[0].rsplit("<li", 1)[1]
    assert "done" not in shot, "the shot is asked for again"


def test_other_photos_and_programs_cause_no_look(customer, gateway, demo_photo):
    photo = send(customer, demo_photo(1), "damage_near__1.jpg")
    assert verdict(customer, photo["photo_id"]) == {"state": "ok", "text": "ist da"}
    gateway.post(
        f"/api/v1/cases/{customer.case_id}/photos",
        files={"photos": ("registration_document__9.jpg", demo_photo(2), "image/jpeg")},
    )
    assert jobs() == []


def test_a_verdict_is_for_its_own_customer(customer, make_case, demo_photo):
    photo = send(customer, demo_photo(1))
    other = make_case("S-2026-0777", photos=0, plate="M-AB 9", odometer_km=1)
    customer.cookies.clear()
    customer.cookies.set(session.COOKIE, session.issue(other.id), path="/c")
    answer = customer.get(f"/c/photos/{photo['photo_id']}/document", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    customer.cookies.clear()
    assert (
        customer.get(f"/c/photos/{photo['photo_id']}/document", headers={"Accept": "application/json"}).status_code
        == 401
    )
