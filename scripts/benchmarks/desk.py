"""desk.*: server time of an edit, edit to new totals on screen, and time to interactive of queue and case page in Chromium."""

from __future__ import annotations

import copy
import os
import shutil
import socket
import statistics
import time
import urllib.error
import urllib.request
from decimal import Decimal
from pathlib import Path
from typing import Any

from scripts.benchmarks.installation import Installation, installation, wait_for

SET = Path(__file__).parents[2] / "workbench" / "demo" / "photos" / "hatch_door_scratch"
EDITS = 120
CHROMIUM = os.environ.get("TELEKALK_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
WORDS = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update"]


def _percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def _prefilled_case(place: Installation) -> str:
    from workbench.access import SYSTEM
    from workbench.cases import folders, intake, work
    from workbench.cases.views import ClaimData

    worker = place.start("worker")
    taken = folders.import_folder(
        SYSTEM, SET, claim=ClaimData(claim_number="BENCH-DESK", postcode="10439", excess=Decimal(300), coverage="full")
    )
    intake.complete_set(SYSTEM, taken.case.id)
    wait_for("the pre-filled case", lambda: work.get_case(SYSTEM, taken.case.id).draft is not None)
    worker.terminate()
    worker.wait(20)
    return taken.case.id


def _server_edits(case_id: str) -> list[float]:
    """Seconds of each of many edits of one cell, as the desk's callback makes them: draft in, calculated and stored case out."""
    from workbench.access import find_actor
    from workbench.cases import work

    anna = find_actor("anna")
    case = work.take(anna, case_id)
    times = []
    for number in range(EDITS):
        draft: dict[str, Any] = copy.deepcopy(case.draft)
        draft["labour"][0]["units"] = f"{1 + number % 7}.50"
        started = time.perf_counter()
        case = work.save_draft(anna, case_id, case.version, draft)
        times.append(time.perf_counter() - started)
    return times[10:]


def _interactive(browser, desk: str, state: Any, path: str, ready: str) -> tuple[float, float]:
    """Seconds from the address to a page that shows its rows: with an empty cache, and with the cache of the day's first visit."""
    context = browser.new_context(base_url=desk, storage_state=state, viewport={"width": 1366, "height": 768})
    page = context.new_page()
    found = []
    for _ in range(2):
        page.goto("about:blank")
        started = time.perf_counter()
        page.goto(path, wait_until="commit")
        page.wait_for_selector(ready)
        found.append(time.perf_counter() - started)
        page.wait_for_timeout(1500)  # what comes after the rows must not disturb the next visit
    context.close()
    return found[0], found[1]


def _from_queue(browser, desk: str, state: Any) -> float:
    """Seconds from Enter on a row of the queue to the case's rows."""
    context = browser.new_context(base_url=desk, storage_state=state, viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.goto("/")
    page.locator("#queue-grid .ag-row [col-id=holder]").first.click()
    page.wait_for_timeout(1000)
    started = time.perf_counter()
    page.keyboard.press("Enter")
    page.wait_for_selector("#case-grid .ag-row")
    seconds = time.perf_counter() - started
    context.close()
    return seconds


def _first_photo(browser, desk: str, state: Any, path: str) -> float:
    """Seconds from the case's rows to the first photo drawn in the viewer."""
    context = browser.new_context(base_url=desk, storage_state=state, viewport={"width": 1366, "height": 768})
    page = context.new_page()
    started = time.perf_counter()
    with page.expect_response(lambda answer: "/media/" in answer.url and "/view" in answer.url):
        page.goto(path, wait_until="commit")
    seconds = time.perf_counter() - started
    context.close()
    return seconds


def _screen_edits(page: Any) -> list[float]:
    times = []
    payout = page.locator("[data-why=payout]").first
    cell = page.locator("#case-grid .ag-row", has_text="Karosserie").locator("[col-id=quantity]").first
    for number in range(25):
        before = payout.inner_text()
        cell.dblclick()
        page.keyboard.press("Control+a")
        page.keyboard.type(f"{1 + number % 9},25")
        started = time.perf_counter()
        page.keyboard.press("Enter")
        page.wait_for_function("t => document.querySelector('[data-why=payout]').innerText !== t", arg=before, polling=5)
        times.append(time.perf_counter() - started)
    return times[3:]


def run() -> dict[str, float]:
    from workbench.access import ensure_demo_users

    figures: dict[str, float] = {}
    with installation() as place:
        ensure_demo_users()
        case_id = _prefilled_case(place)
        edits = _server_edits(case_id)
        figures["desk.save_draft_ms"] = round(1000 * statistics.median(edits), 1)
        figures["desk.save_draft_p95_ms"] = round(1000 * _percentile(edits, 0.95), 1)
        if CHROMIUM is None:
            return figures
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        desk = f"http://127.0.0.1:{port}"
        place.start("desk", TELEKALK_DESK_PORT=str(port))

        def answers() -> bool:
            try:
                with urllib.request.urlopen(f"{desk}/healthz", timeout=2):
                    return True
            except (urllib.error.URLError, OSError):
                return False

        wait_for("the desk", answers)
        from playwright.sync_api import sync_playwright

        with sync_playwright() as tools:
            browser = tools.chromium.launch(executable_path=CHROMIUM, args=WORDS)
            context = browser.new_context(base_url=desk, locale="de-DE", viewport={"width": 1366, "height": 768})
            page = context.new_page()
            page.goto("/login")
            page.fill("#login", "anna")
            page.fill("#password", "anna-demo")
            page.click("button[type=submit].btn-tk-main")
            page.wait_for_selector("#queue-grid .ag-row")
            state = context.storage_state()
            queue = [_interactive(browser, desk, state, "/", "#queue-grid .ag-row") for _ in range(5)]
            case = [_interactive(browser, desk, state, f"/case/{case_id}", "#case-grid .ag-row") for _ in range(5)]
            photo = [_first_photo(browser, desk, state, f"/case/{case_id}") for _ in range(5)]
            opened = [_from_queue(browser, desk, state) for _ in range(5)]
            page.goto(f"/case/{case_id}")
            page.wait_for_selector("#case-grid .ag-row")
            page.wait_for_timeout(1500)
            screen = _screen_edits(page)
            browser.close()
    for name, visits in (("queue", queue), ("case", case)):
        figures[f"desk.{name}_interactive_first_visit_seconds"] = round(statistics.median(v[0] for v in visits), 3)
        figures[f"desk.{name}_interactive_seconds"] = round(statistics.median(v[1] for v in visits), 3)
    figures["desk.case_from_queue_seconds"] = round(statistics.median(opened), 3)
    figures["desk.first_photo_ms"] = round(1000 * statistics.median(photo))
    figures["desk.edit_ms"] = round(1000 * statistics.median(screen))
    figures["desk.edit_p95_ms"] = round(1000 * _percentile(screen, 0.95))
    return figures
