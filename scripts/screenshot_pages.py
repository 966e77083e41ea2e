"""Takes pictures of every page from a demonstration of its own: light and dark, desktop and phone."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = os.environ.get("TELEKALK_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
WORDS = ("--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update")
DESKTOP = {"width": 1366, "height": 768}
PHONE = {"width": 412, "height": 915}
PATIENCE = 900  # seconds for the pipeline over all demonstration sets on a slow machine


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def demonstration() -> Iterator[str]:
    """A demonstration with a fresh home; yields the desk's address once it answers."""
    home = Path(tempfile.mkdtemp(prefix="telekalk-shots-"))
    home.chmod(0o755)
    port = _port()
    command = [sys.executable, "-m", "workbench", "demo", "--port", str(port)]
    env = {**os.environ, "TELEKALK_HOME": str(home), "TELEKALK_OFFICE_HOURS": "always"}
    with (home / "demo.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}"
    try:
        end = time.monotonic() + 120
        while time.monotonic() < end:
            with suppress(URLError, OSError), urlopen(f"{url}/healthz", timeout=2):
                break
            time.sleep(0.3)
        yield url
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(home, ignore_errors=True)


def sign_in(page: Page, login: str = "anna") -> None:
    page.goto("/login")
    page.fill("#login", login)
    page.fill("#password", f"{login}-demo")
    page.click("button[type=submit].btn-tk-main")
    page.wait_for_selector("#queue-grid .ag-row")


def wait_for_pipeline(page: Page) -> None:
    """Until no case of the queue is being looked at any more."""
    end = time.monotonic() + PATIENCE
    quiet = 0
    while time.monotonic() < end and quiet < 3:
        busy = page.locator("#queue-grid .ag-row .tk-bar").count()
        quiet = 0 if busy else quiet + 1
        page.wait_for_timeout(2000)


def desk_pages(page: Page, folder: Path, tone: str) -> None:
    """Queue, upload dialog, and each tab of a case that Anna has."""

    def keep(name: str) -> None:
        page.wait_for_timeout(700)
        page.screenshot(path=folder / f"{name}_{tone}.png")

    page.click("[data-filter=all]")
    keep("queue")
    page.click("#upload-open")
    page.wait_for_selector("#up-claim_number", state="visible")
    keep("upload")
    page.click("#up-close")
    page.click("[data-filter=mine]")
    page.wait_for_timeout(1200)
    page.locator("#queue-grid .ag-row", has_text="In Kalkulation").first.dblclick()
    page.wait_for_selector("#case-root h1")
    page.wait_for_timeout(2500)
    keep("case")
    editor_pages(page, keep)
    for tab in ("vehicle", "timeline", "parameters", "offer"):
        page.click(f"[data-tab={tab}]")
        # The crops of the document and the offer's PDF take a moment.
        page.wait_for_timeout(2000 if tab in ("offer", "vehicle") else 300)
        keep(f"case_{tab}")
        if tab == "parameters":
            page.locator("#eligibility").evaluate("node => node.scrollIntoView()")
            keep("case_eligibility")
    page.click("[data-tab=sheet]")
    page.locator("[data-why=payout]").first.click()
    page.wait_for_selector("#why-body summary")
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    keep("case_why")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    keep("keys")
    page.keyboard.press("Escape")
    page.click("#act-request")
    keep("case_request")
    page.click("#request-cancel")
    page.goto("/")
    page.wait_for_selector("#queue-grid .ag-row")


def data_pages(page: Page, folder: Path, tone: str) -> None:
    """Each tab of the data page as the data team sees it, and the photos behind a figure."""
    from workbench.desk.data_views import TABS

    page.goto("/login")
    page.fill("#login", "dora")
    page.fill("#password", "dora-demo")
    page.click("button[type=submit].btn-tk-main")
    page.wait_for_selector("#data-body .tk-tile")
    for tab, _icon in TABS:
        page.click(f"#data-tab-{tab}")
        page.wait_for_selector(f"#data-body[aria-busy=false][aria-labelledby=data-tab-{tab}]")
        page.wait_for_timeout(2500)
        page.screenshot(path=folder / f"data_{tab}_{tone}.png")
        if tab == "overview" and page.locator(".tk-figure").count():
            page.locator(".tk-figure").first.click()
            page.wait_for_selector("#data-drawer[aria-busy=false] h2")
            page.wait_for_timeout(900)
            page.screenshot(path=folder / f"data_photos_{tone}.png")
            page.keyboard.press("Escape")


def editor_pages(page: Page, keep: Callable[[str], None]) -> None:
    """The search over the tables, what a choice brings with it, and a changed value that wants its reason; all undone again."""
    page.keyboard.press("/")
    page.wait_for_selector("#pick-text")
    page.keyboard.type("tür vorn l")
    page.wait_for_selector("#pick-list .chosen")
    keep("case_search")
    page.keyboard.press("Enter")
    page.wait_for_selector("#tk-toasts .tk-toast")
    keep("case_chosen")
    page.locator("[row-id='p-door_front-left'] [col-id=price]").first.dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type("700")
    page.keyboard.press("Enter")
    page.wait_for_timeout(800)
    page.locator("[row-id='p-door_front-left'] [col-id=label]").first.click()
    page.keyboard.press("*")
    keep("case_reason")
    page.keyboard.press("Escape")
    for _ in range(2):
        page.locator("#act-undo").click()
        page.wait_for_timeout(1000)
    page.evaluate("document.querySelectorAll('#tk-toasts .tk-toast').forEach((node) => node.remove())")


def customer_pages(browser: Browser, desk: str, folder: Path, tone: str) -> None:
    """The phone pages of the invited demonstration customer."""
    from workbench.demo.loader import INVITED

    host, port = desk.rsplit(":", 1)
    context = browser.new_context(
        base_url=f"{host}:{int(port) + 1}", locale="de-DE", viewport=PHONE, device_scale_factor=1.5, color_scheme=tone
    )
    page = context.new_page()
    page.goto(f"/c?schaden={INVITED.claim_number}")
    page.screenshot(path=folder / f"customer_login_{tone}.png", full_page=True)
    page.get_by_label("Kennzeichen").fill(INVITED.plate)
    page.get_by_label("Kilometerstand").fill(str(INVITED.odometer_km))
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Weiter").click()
    page.wait_for_url("**/c/photos")
    page.wait_for_timeout(500)
    page.screenshot(path=folder / f"customer_photos_{tone}.png", full_page=True)
    context.close()


def main(folder: Path) -> int:
    if CHROMIUM is None:
        print("No Chromium found; set TELEKALK_CHROMIUM to its path.", file=sys.stderr)
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    with demonstration() as desk, sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=CHROMIUM, args=list(WORDS))
        for tone in ("light", "dark"):
            context = browser.new_context(base_url=desk, locale="de-DE", viewport=DESKTOP)
            context.add_cookies([{"name": "tk_theme", "value": tone, "url": desk}])
            page = context.new_page()
            page.set_default_timeout(30_000)
            page.goto("/login")
            page.screenshot(path=folder / f"login_{tone}.png")
            sign_in(page)
            if tone == "light":
                page.wait_for_timeout(4000)
                page.screenshot(path=folder / "queue_working_light.png")
                wait_for_pipeline(page)
            desk_pages(page, folder, tone)
            context.close()
            context = browser.new_context(base_url=desk, locale="de-DE", viewport=DESKTOP)
            context.add_cookies([{"name": "tk_theme", "value": tone, "url": desk}])
            page = context.new_page()
            page.set_default_timeout(60_000)
            data_pages(page, folder, tone)
            context.close()
            customer_pages(browser, desk, folder, tone)
        browser.close()
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "out" / "screenshots"))
