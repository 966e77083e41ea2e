"""The main job as an expert does it: hand in a photo set, let it be read, correct the calculation, send the offer, read its PDF."""

from __future__ import annotations

import io
import re
from pathlib import Path

from playwright.sync_api import Page, expect
from pypdf import PdfReader

SET = Path(__file__).parents[2] / "workbench" / "demo" / "photos" / "hatch_door_scratch"
CLAIM = "S-2026-777001"


def sign_in(page: Page, login: str) -> None:
    page.goto("/")
    page.wait_for_url("**/login**")
    page.fill("#login", login)
    page.fill("#password", f"{login}-demo")
    page.click("button[type=submit].btn-tk-main")
    page.wait_for_selector("#queue-grid")


def hand_in(page: Page, not_a_photo: Path) -> None:
    """Four real photos with their document, and a PDF under a photo's name that must not harm them."""
    page.click("#upload-open")
    page.fill("#up-claim_number", CLAIM)
    page.select_option("#up-leased_or_financed", "false")
    page.fill("#up-loss_date", "2026-11-16")
    page.fill("#up-postcode", "10439")
    page.locator("#up-files").set_input_files([*sorted(SET.glob("*.jpg"))[:4], not_a_photo])
    page.click("#up-start")
    expect(page.locator("#up-list li.failed")).to_have_count(1, timeout=40_000)
    expect(page.locator("#up-list li.failed")).to_contain_text("TK-PHOTO-001")
    expect(page.locator("#up-list li.done")).to_have_count(4)
    page.click("#up-message button")


def german(text: str) -> str:
    """The amount in a text as the PDF and the screen both write it."""
    found = re.search(r"\d{1,3}(?:\.\d{3})*,\d{2}", text)
    assert found, text
    return found.group()


def test_a_photo_set_becomes_an_offer_with_its_pdf(page: Page, tmp_path: Path) -> None:
    renamed = tmp_path / "foto.jpg"
    renamed.write_bytes(b"%PDF-1.4 not a photo")
    sign_in(page, "anna")
    hand_in(page, renamed)

    # The queue shows the case by itself and the pipeline's end without a reload.
    row = page.locator("#queue-grid .ag-row", has_text=CLAIM)
    expect(row).to_be_visible(timeout=15_000)
    expect(row).to_contain_text("Bereit", timeout=90_000)
    row.dblclick()
    page.wait_for_selector("#case-root h1")
    assert CLAIM in page.locator("#case-root h1").inner_text()

    page.keyboard.press("t")
    expect(page.locator("#act-release")).to_be_visible()

    # What the document said stands on the page, beside its crop.
    page.click("[data-tab=vehicle]")
    plate = page.locator('input[id*=\'"name":"A"\']')
    expect(plate).to_have_value(re.compile("^ZZ"))
    expect(page.locator("img[src^='/crop/']").first).to_be_visible()

    # Every figure follows the commit of a cell.
    page.click("[data-tab=sheet]")
    payout = page.locator("[data-why=payout]").first
    before = payout.inner_text()
    page.click("[data-add=parts]")
    page.wait_for_selector("#pick-text")
    page.keyboard.type("Zierleiste")
    expect(page.locator("#pick-list")).to_contain_text("als eigene Zeile")
    page.keyboard.press("Control+Enter")
    added = page.locator("#case-grid .ag-row", has_text="Zierleiste")
    cell = added.locator("[col-id=price]")
    cell.dblclick()
    page.keyboard.type("499,99")
    page.keyboard.press("Enter")
    expect(payout).not_to_have_text(before)
    expect(added).to_contain_text("499,99")
    raised = payout.inner_text()

    # Nonsense is refused beside the cell and changes nothing; undo and redo go through the stored drafts.
    cell.dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type("zwölf")
    page.keyboard.press("Enter")
    expect(page.locator("#save-state.wrong")).to_be_visible()
    expect(payout).to_have_text(raised)
    page.click("#act-undo")
    expect(payout).to_have_text(before)
    page.click("#act-redo")
    expect(payout).to_have_text(raised)

    # A figure says where it comes from.
    page.locator("[data-why=vat]").first.click()
    expect(page.locator("#why-body")).to_contain_text("19")
    page.keyboard.press("Escape")

    # The offer goes out once, with what the flags ask to be confirmed.
    page.keyboard.press("o")
    page.locator("[data-case-act=send]").click()
    expect(page.locator("#send-content")).to_contain_text(german(raised))
    for box in page.locator("#send-cleared input").all():
        box.check()
    page.click("#send-confirm")
    link = page.locator("a[href^='/offer/'][href$='.pdf']:not([href*='preview'])").first
    expect(link).to_be_visible(timeout=30_000)

    answer = page.request.get(link.get_attribute("href"))
    assert answer.ok
    assert answer.headers["content-type"] == "application/pdf"
    text = "\n".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(answer.body())).pages)
    assert german(raised) in text
    assert CLAIM in text
    assert "Zierleiste" in text
    assert "Demonstration" in text


def test_nothing_of_the_desk_answers_a_stranger(page: Page) -> None:
    for path in ("/_dash-layout", "/_dash-dependencies", "/media/" + "0" * 64 + "/view"):
        assert page.request.get(path).status == 401
    page.goto("/case/anything")
    page.wait_for_url("**/login**")
