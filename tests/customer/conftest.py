"""The customer face as a real server on a free port, and clients for gateways and for a customer's browser."""

import tempfile
import threading
import time
from contextlib import contextmanager

import httpx
import pytest
import uvicorn

from workbench.customer import pages
from workbench.customer.app import create_app
from workbench.customer.words import TERMS_VERSION
from workbench.settings import get_settings


@contextmanager
def running():
    config = uvicorn.Config(create_app(), host="127.0.0.1", port=0, ws="none", log_level="warning", lifespan="off")
    face = uvicorn.Server(config)
    thread = threading.Thread(target=face.run, daemon=True)
    thread.start()
    while not face.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{face.servers[0].sockets[0].getsockname()[1]}"
    face.should_exit = True
    thread.join(10)


@pytest.fixture
def server(database):
    """Address of the customer face over a fresh database."""
    for throttle in (pages._by_client, pages._by_claim):
        throttle._failures.clear()
    with running() as address:
        yield address


@pytest.fixture(scope="module")
def guarded():
    """Address of a customer face that has no database: whatever the guard answers must need none."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as home, running() as address:
        patch.setenv("TELEKALK_HOME", home)
        patch.setenv("TELEKALK_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
        get_settings.cache_clear()
        yield address
    get_settings.cache_clear()


@pytest.fixture
def stranger(guarded):
    """A client that has shown nothing, before a guard without a database."""
    get_settings.cache_clear()
    with httpx.Client(base_url=guarded, timeout=30) as client:
        yield client


@pytest.fixture
def anybody(server):
    """A client that has shown nothing."""
    with httpx.Client(base_url=server, timeout=30) as client:
        yield client


@pytest.fixture
def gateway(server):
    """A client with the gateway's token."""
    headers = {"Authorization": f"Bearer {get_settings().intake_token_value()}", "Accept-Language": "en"}
    with httpx.Client(base_url=server, timeout=30, headers=headers) as client:
        yield client


@pytest.fixture
def browser(server):
    """A client that behaves like a person's browser on our own page."""
    headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin", "Accept-Language": "de-DE,de;q=0.9"}
    with httpx.Client(base_url=server, timeout=30, headers=headers, follow_redirects=True) as client:
        yield client


@pytest.fixture
def sign_in(browser):
    """Signs the browser in: ``sign_in("S-1", plate=…, mileage=…)``."""

    def do(claim="S-2026-0001", plate="M-AB 123", mileage="82000", **changes):
        form = {"claim_number": claim, "plate": plate, "mileage": mileage, "consent": TERMS_VERSION} | changes
        return browser.post("/c/login", data=form)

    return do
