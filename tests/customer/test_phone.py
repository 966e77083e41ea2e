"""The customer's way through, in a real browser with a phone's screen: sign in, photos, hand in, offer, accept."""

import json
import os
from pathlib import Path

import pytest
from tests_support import CHROMIUM, CHROMIUM_WORDS, browser_missing

from workbench.access import SYSTEM
from workbench.cases import document_check, offer, pipeline, portal, work
from workbench.cases.folders import find_case
from workbench.customer import session

playwright = pytest.importorskip("playwright.sync_api")
DOCUMENT = Path(__file__).parents[2] / "workbench" / "demo" / "photos" / "hatch_door_scratch" / "00_registration.jpg"
PICTURES = os.environ.get("TELEKALK_TEST_PICTURES")  # a folder: each page is kept there as PNG, to be looked at


@pytest.fixture
def phone(server):
    if browser_missing():
        pytest.skip(browser_missing())
    with playwright.sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_WORDS))
        device = {**tools.devices["Pixel 7"], "locale": "de-DE"}
        context = browser.new_context(**device, base_url=server)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.problems = []
        page.on("console", lambda line: page.problems.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        yield page
        browser.close()


def keep(page, name):
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"customer-{name}.png", full_page=True)
    # Nothing may stick out to the side on a phone.
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


def look_at_documents(case_id):
    """What the worker does."""
    for photo in portal.list_photos(SYSTEM, case_id):
        document_check.check_document(photo.id)


def upload(page, shot, *files):
    page.locator(f'[data-shot="{shot}"] input[multiple]').set_input_files(
        [{"name": name, "mimeType": "image/jpeg", "buffer": content} for name, content in files]
    )


def test_from_the_sms_to_the_accepted_offer(phone, make_case, actor_expert, demo_photo):
    make_case(photos=0, plate="M-AB 123", odometer_km=82000, leased_or_financed=False, holder_name="Erika Muster")
    phone.goto("/c?schaden=S-2026-0001")
    keep(phone, "1-login")
    phone.get_by_label("Kennzeichen").fill("M-AB 124")
    phone.get_by_label("Kilometerstand").fill("82.000")
    phone.get_by_role("checkbox").check()
    phone.get_by_role("button", name="Weiter").click()
    playwright.expect(phone.get_by_role("alert")).to_contain_text("TK-LOGIN-001")
    keep(phone, "2-login-wrong")
    phone.get_by_label("Kennzeichen").fill("m ab 123")
    phone.get_by_role("checkbox").check()
    phone.get_by_role("button", name="Weiter").click()
    phone.wait_for_url("**/c/photos")
    keep(phone, "3-photos")

    upload(phone, "damage_near", ("1.jpg", demo_photo(1)), ("2.jpg", demo_photo(2)), ("text.jpg", b"no photo"))
    upload(phone, "damage_far", ("3.jpg", demo_photo(3)))
    near = phone.locator('[data-shot="damage_near"] .thumbs li')
    playwright.expect(near).to_have_count(3)
    playwright.expect(near.nth(2)).to_contain_text("TK-PHOTO-001")
    playwright.expect(phone.locator("#count")).to_contain_text("3 Fotos sind bei uns")
    keep(phone, "4-photos-sent")
    phone.reload()
    playwright.expect(phone.locator('[data-shot="damage_near"] .thumbs li')).to_have_count(2)

    asked = []
    phone.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    phone.get_by_role("button", name="Fotos absenden").click()
    phone.wait_for_url("**/c/status")
    assert "Fahrzeugschein" in asked[0]
    keep(phone, "5-status")

    case = find_case("S-2026-0001")
    pipeline.start(case.id)
    pipeline.prefill(case.id)
    view = work.take(actor_expert, case.id)
    draft = view.draft
    line = {"id": "p1", "label": "Stoßfänger vorn", "unit_price": "484.00", "qty": "1", "origin": "manual"}
    view = work.save_draft(actor_expert, case.id, view.version, json.loads(json.dumps(draft)) | {"parts": [line]})
    red = tuple(flag["code"] for flag in view.flags if flag["level"] == "red")
    offer.send(actor_expert, case.id, view.version, cleared_flags=red)
    # The page hears of it by itself.
    phone.get_by_role("link", name="Zum Angebot").click()
    phone.wait_for_url("**/c/offer")
    keep(phone, "6-offer")
    phone.get_by_role("button", name="Angebot annehmen").click()
    playwright.expect(phone.get_by_role("heading", name="Angenommen")).to_be_visible()
    keep(phone, "7-accepted")
    phone.get_by_role("link", name="English").click()
    playwright.expect(phone.get_by_role("heading", name="Accepted")).to_be_visible()
    # The refused photo, and the wrong sign-in, are answered with 4xx, which a browser notes as an error.
    assert [text for text in phone.problems if "status of 4" not in text] == []


def test_an_upload_survives_a_lost_connection(phone, server, make_case, demo_photo):
    case = make_case(photos=0, plate="M-AB 123", odometer_km=82000)
    phone.context.add_cookies([{"name": session.COOKIE, "value": session.issue(case.id), "url": f"{server}/c"}])
    phone.goto("/c/photos")
    phone.context.set_offline(True)
    upload(phone, "other", ("1.jpg", demo_photo(1)))
    thumb = phone.locator('[data-shot="other"] .thumbs li')
    playwright.expect(thumb).to_contain_text("keine Verbindung")
    phone.context.set_offline(False)
    playwright.expect(thumb).to_contain_text("ist da")
    assert portal.case_status(SYSTEM, case.id).photos == 1


def test_the_phone_says_at_once_whether_the_document_can_be_read(phone, server, make_case, demo_photo):
    case = make_case(photos=0, plate="ZZ-KA 4711", odometer_km=82000)
    phone.context.add_cookies([{"name": session.COOKIE, "value": session.issue(case.id), "url": f"{server}/c"}])
    phone.goto("/c/photos")
    shot = phone.locator('[data-shot="registration_document"]')
    upload(phone, "registration_document", ("1.jpg", demo_photo(1)))
    thumbs = shot.locator(".thumbs li")
    playwright.expect(thumbs.first).to_contain_text("wird gelesen")
    look_at_documents(case.id)
    playwright.expect(thumbs.first).to_contain_text("Kein Fahrzeugschein")
    playwright.expect(shot).not_to_have_class("shot done")
    with phone.expect_file_chooser() as chooser:
        thumbs.first.get_by_role("button", name="Noch einmal fotografieren").click()
    keep(phone, "8-document-unreadable")
    chooser.value.set_files(DOCUMENT)
    playwright.expect(thumbs.nth(1)).to_contain_text("wird gelesen")
    look_at_documents(case.id)
    playwright.expect(thumbs.nth(1)).to_contain_text("gut lesbar: ZZ-KA 4711")
    playwright.expect(shot).to_have_class("shot done")
    keep(phone, "9-document-readable")
    assert portal.case_status(SYSTEM, case.id).photos == 2
    assert phone.problems == []
