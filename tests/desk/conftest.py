"""The desk under test: the real server on a real database, signed in as a demonstration user."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def server(database: str) -> Flask:
    """The desk's WSGI application on a fresh database."""
    from workbench.desk.app import create_app

    return create_app()


@pytest.fixture
def anonymous(server: Flask) -> FlaskClient:
    """A browser that is not signed in."""
    return server.test_client()


@pytest.fixture
def sign_in(server: Flask) -> Callable[[str], FlaskClient]:
    """Signs a demonstration user in: ``sign_in("anna")``."""

    def enter(login: str) -> FlaskClient:
        client = server.test_client()
        answer = client.post("/login", data={"login": login, "password": f"{login}-demo"}, headers=SAME_ORIGIN)
        assert answer.status_code == 302, answer.text
        return client

    return enter


@pytest.fixture
def anna(sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    """An expert's browser."""
    return sign_in("anna")


@pytest.fixture
def address(server: Flask) -> Iterator[str]:
    """The desk listening on a free port of this machine."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        listening = make_server("127.0.0.1", 0, server, threaded=True)
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.server_port}"
    listening.shutdown()
    thread.join(5)
    listening.server_close()
