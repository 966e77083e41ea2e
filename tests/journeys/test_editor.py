"""The editor by keyboard: a door chosen from the tables, what it triggers, a changed price with its reason, the payout's derivation, the PDF."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader
from test_upload_to_offer import german, sign_in

from workbench.access import Actor, find_actor
from workbench.cases.views import CaseRef

REASON = "Preis des Händlers vom 20.11."


@pytest.fixture
def ready(database: str, make_case: Callable[..., CaseRef]) -> CaseRef:
    """A case that is ready for its expert; made before the product starts, so that its worker finds it done."""
    expert: Actor = find_actor("anna")
    return make_case("S-2026-777002", prefill=True, taken_by=expert)


def test_a_door_from_the_tables_to_the_pdf(ready: CaseRef, page: Page) -> None:
    sign_in(page, "anna")
    page.goto(f"/case/{ready.id}")
    page.wait_for_selector("#case-grid .ag-row")
    payout = page.locator("[data-why=payout]").first
    before = payout.inner_text()

    # A few letters, the side as a second step, one Enter; nothing but the keyboard.
    page.keyboard.press("/")
    page.wait_for_selector("#pick-text")
    page.keyboard.type("tür vo ers")
    expect(page.locator("#pick-list .chosen")).to_contain_text("Tür vorn ersetzen")
    expect(page.locator("#pick-list .chosen")).to_contain_text("Demonstration")
    page.keyboard.press("Enter")
    expect(page.locator("#pick-list")).to_contain_text("Tür vorn ersetzen links")
    page.keyboard.press("l")

    # Part, work, paint and what they need stand there, and it is said.
    expect(page.locator("#tk-toasts")).to_contain_text("2 Arbeiten ergänzt: Tür vorn links Hohlraum konservieren")
    # The proposal to repair that door is superseded, which is said as well.
    expect(page.locator("#tk-toasts")).to_contain_text("Ersetzt: Tür vorn links instand setzen")
    expect(payout).not_to_have_text(before)
    for text in ("Tür vorn links ersetzen", "Tür vorn links Hohlraum", "Vorbereitung Metall"):
        expect(page.locator("#case-grid")).to_contain_text(text)
    expect(page.locator("#line-strip")).to_contain_text("Teilepreise")

    # Another price gets the asterisk; the reason is asked for in place and stops nobody.
    part = page.locator("#case-grid [row-id='p-door_front-left']").first
    part.locator("[col-id=price]").dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type("711,11")
    page.keyboard.press("Enter")
    expect(page.locator("#case-grid")).to_contain_text("711,11\u00a0*")
    expect(page.locator("#case-flags")).to_contain_text(re.compile("Begründung|ohne Grund"))
    page.locator("#case-grid [row-id='section:labour'] [col-id=label]").click()
    page.keyboard.press("*")
    expect(page.locator("#line-strip [data-field=reason]")).to_be_focused()
    expect(page.locator("#line-strip")).to_contain_text("vorher Einzelpreis")
    page.keyboard.type(REASON)
    page.keyboard.press("Enter")
    expect(page.locator("#case-flags")).not_to_contain_text(re.compile("ohne Begründung|ohne Grund"))
    final = payout.inner_text()

    # Why this payout? Down to the line that was changed.
    payout.click()
    expect(page.locator("#why-title")).to_contain_text(german(final))
    tree = page.locator("#why-body")
    expect(tree.locator("[data-node=payout] > summary")).to_be_focused()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.parentElement.dataset.node") != "payout"
    expect(tree.locator("[data-node='line:p-door_front-left']")).to_have_count(1)
    expect(tree.locator("[data-node='line:p-door_front-left']")).to_contain_text(REASON)
    page.keyboard.press("Escape")

    # The offer goes out; its PDF carries the asterisk and the reason.
    page.keyboard.press("o")
    page.locator("[data-case-act=send]").click()
    expect(page.locator("#send-content")).to_contain_text(german(final))
    for box in page.locator("#send-cleared input").all():
        box.check()
    page.click("#send-confirm")
    link = page.locator("a[href^='/offer/'][href$='.pdf']:not([href*='preview'])").first
    expect(link).to_be_visible(timeout=30_000)
    answer = page.request.get(str(link.get_attribute("href")))
    assert answer.ok
    text = "\n".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(answer.body())).pages)
    printed = " ".join(text.split())
    assert "Tür vorn links *" in printed
    assert REASON in printed
    assert "711,11" in printed
    assert german(final) in printed
