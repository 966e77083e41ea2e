"""The desk in a real browser: the queue opens, a case opens, an edit moves the totals, undo takes it back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from tests_support import CHROMIUM, CHROMIUM_WORDS, browser_missing

from workbench.access import Actor
from workbench.cases import work
from workbench.cases.views import CaseRef

pytestmark = pytest.mark.skipif(bool(browser_missing()), reason=browser_missing() or "-")
PAYOUT = "#case-payout .strong"


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    """A signed-in browser window; errors of the page fail the test."""
    problems: list[str] = []
    with sync_playwright() as runner:
        browser = runner.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_WORDS))
        window = browser.new_context(viewport={"width": 1366, "height": 768}, locale="de-DE").new_page()
        window.set_default_timeout(20_000)
        window.on("pageerror", lambda error: problems.append(str(error)))
        window.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
        outside = [""]
        window.on(
            "request",
            lambda call: outside.append(call.url) if not call.url.startswith((address, "data:", "blob:")) else None,
        )
        window.goto(f"{address}/login")
        window.fill("#login", "anna")
        window.fill("#password", "anna-demo")
        window.click("button.btn-tk-main")
        window.wait_for_selector("#queue-grid .ag-row")
        yield window
        browser.close()
    assert outside == [""]
    assert not problems


def _amount(text: str) -> int:
    """Cents of an amount as shown."""
    return int(re.sub(r"[^0-9]", "", text))


def test_queue_case_edit_and_undo(
    make_case: Callable[..., CaseRef], actor_expert: Actor, request: pytest.FixtureRequest
) -> None:
    ref = make_case("S-2026-77", prefill=True, plate="XX-TK 77", demo=True, photos=3, leased_or_financed=False)
    page: Page = request.getfixturevalue("page")
    row = page.locator("#queue-grid .ag-row", has_text="S-2026-77")
    expect(row).to_contain_text("XX-TK 77")
    expect(row).to_contain_text("Demo")
    # By keyboard alone: into the queue, into the case.
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("#case-grid .ag-row")
    assert page.url.endswith(f"/case/{ref.id}")
    page.keyboard.press("t")
    expect(page.locator(".tk-marks")).to_contain_text("bei mir")
    before = _amount(page.inner_text(PAYOUT))

    # A new part, its price in German; the totals follow.
    page.keyboard.press("Alt+1")
    page.wait_for_selector("#pick-text")
    page.keyboard.type("Zierleiste")
    page.keyboard.press("Control+Enter")
    line = page.locator("#case-grid .ag-row", has_text="Zierleiste")
    price = line.locator('[col-id="price"]')
    price.dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type("1.000,50")
    page.keyboard.press("Enter")
    expect(line.locator('[col-id="amount"]')).to_have_text("1.000,50")
    expect(page.locator("#save-state")).to_contain_text("gespeichert")
    after = _amount(page.inner_text(PAYOUT))
    assert after > before + 100_000

    # Nonsense stays where it was typed, marked, and changes no figure.
    price.dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type("viel")
    page.keyboard.press("Enter")
    expect(price).to_have_class(re.compile("tk-wrong"))
    expect(price).to_have_text("viel")
    assert _amount(page.inner_text(PAYOUT)) == after
    price.dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type("1.000,50")
    page.keyboard.press("Enter")
    expect(price).not_to_have_class(re.compile("tk-wrong"))

    # Undo by key: back to where it was, on the screen and in the store.
    page.locator(".tk-brand").focus()
    page.keyboard.press("Control+z")
    expect(line.locator('[col-id="amount"]')).to_have_text("0,00")
    assert _amount(page.inner_text(PAYOUT)) == before
    page.keyboard.press("Control+y")
    expect(line.locator('[col-id="amount"]')).to_have_text("1.000,50")
    case = work.get_case(actor_expert, ref.id)
    assert case.draft is not None
    assert [part["unit_price"] for part in case.draft["parts"] if part["label"] == "Zierleiste"] == ["1000.50"]

    # Why?
    page.click(PAYOUT)
    expect(page.locator("#why-title")).to_contain_text("Auszahlung")
    page.keyboard.press("Escape")
    expect(page.locator("#why-panel")).to_be_hidden()


def test_queue_follows_without_a_reload(make_case: Callable[..., CaseRef], request: pytest.FixtureRequest) -> None:
    make_case("S-2026-1", photos=1)
    page: Page = request.getfixturevalue("page")
    expect(page.locator("#queue-grid")).to_contain_text("S-2026-1")
    make_case("S-2026-2", photos=1)
    expect(page.locator("#queue-grid")).to_contain_text("S-2026-2")
    page.fill("#queue-search", "nirgends")
    expect(page.locator("#queue-empty")).to_contain_text("Keine Vorgänge")
