"""Deny by default: nobody gets past the sign-in page without a login, and no other site can write."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
PROGRAM = ("/_dash", "/_reload-hash", "/media", "/crop", "/upload", "/offer")
OPEN = {"/login", "/healthz", "/preference"}


def _filled(rule: str) -> str:
    return "/".join("x" if part.startswith("<") else part for part in rule.split("/"))


def test_every_route_is_denied_to_strangers(server: Flask, anonymous: FlaskClient) -> None:
    seen = 0
    for rule in server.url_map.iter_rules():
        path = _filled(rule.rule)
        if path in OPEN:
            continue
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "DELETE"}):
            answer = anonymous.open(path, method=method, headers=SAME_ORIGIN)
            if path.startswith(PROGRAM) or method != "GET":
                assert answer.status_code == 401, f"{method} {path}: {answer.status_code}"
            else:
                assert answer.status_code == 302, f"{method} {path}: {answer.status_code}"
                assert answer.location.startswith("/login")
            seen += 1
    assert seen > 15


def test_callbacks_and_layout_are_closed(anonymous: FlaskClient) -> None:
    for path in ("/_dash-layout", "/_dash-dependencies", "/_dash-component-suites/dash/deps/x.js"):
        assert anonymous.get(path).status_code == 401
    answer = anonymous.post("/_dash-update-component", json={"output": "x.y"}, headers=SAME_ORIGIN)
    assert answer.status_code == 401
    assert answer.get_json()["code"] == "TK-ACCESS-401"


def test_only_the_look_of_the_sign_in_page_is_public(anonymous: FlaskClient) -> None:
    assert anonymous.get("/assets/20-telekalk.css").status_code == 200
    assert anonymous.get("/assets/favicon.svg").status_code == 200
    assert anonymous.get("/assets/33-case.js").status_code == 302
    assert anonymous.get("/assets/../app.py").status_code in (302, 401)


def test_other_sites_cannot_write(anna: FlaskClient) -> None:
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {},
    ):
        assert anna.post("/upload/case", json={"claim_number": "X"}, headers=headers).status_code == 403
    assert anna.post("/logout", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    own = {"Origin": "http://localhost"}
    assert anna.post("/upload/case", json={"claim_number": "S-1"}, headers=own).status_code == 201


def test_headers_are_safe(anna: FlaskClient) -> None:
    answer = anna.get("/")
    policy = answer.headers["Content-Security-Policy"]
    script = next(part for part in policy.split(";") if "script-src" in part)
    assert "'unsafe-inline'" not in script
    assert "'sha256-" in script
    assert "http" not in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_page_names_no_outside_host(anna: FlaskClient) -> None:
    page = anna.get("/").text
    assert "https://" not in page
    assert "http://" not in page


def test_session_cookie_is_guarded(anonymous: FlaskClient) -> None:
    answer = anonymous.post(
        "/login", data={"login": "anna", "password": "anna-demo"}, headers=SAME_ORIGIN, base_url="https://localhost"
    )
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" in cookie


def test_wrong_password_says_no_more_than_needed(anonymous: FlaskClient) -> None:
    wrong = anonymous.post("/login", data={"login": "anna", "password": "x"}, headers=SAME_ORIGIN)
    unknown = anonymous.post("/login", data={"login": "niemand", "password": "x"}, headers=SAME_ORIGIN)
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace("anna", "") == unknown.text.replace("niemand", "")


def test_attempts_are_limited(anonymous: FlaskClient) -> None:
    codes = [
        anonymous.post("/login", data={"login": "anna", "password": "x"}, headers=SAME_ORIGIN).status_code
        for _ in range(12)
    ]
    assert codes[0] == 401
    assert codes[-1] == 429


def test_login_leads_nowhere_else(anonymous: FlaskClient) -> None:
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        data = {"login": "anna", "password": "anna-demo", "next": target}
        assert anonymous.post("/login", data=data, headers=SAME_ORIGIN).location == "/"
        anonymous.post("/logout", headers=SAME_ORIGIN)
    data = {"login": "anna", "password": "anna-demo", "next": "/case/abc"}
    assert anonymous.post("/login", data=data, headers=SAME_ORIGIN).location == "/case/abc"


def test_media_wants_a_login_and_a_real_hash(anonymous: FlaskClient, anna: FlaskClient) -> None:
    assert anonymous.get(f"/media/{'0' * 64}/view").status_code == 401
    assert anna.get(f"/media/{'0' * 64}/view").status_code == 404
    assert anna.get("/media/..%2f..%2fetc/view").mimetype != "image/jpeg"
    assert anna.get(f"/media/{'0' * 64}/secret").status_code == 404
    assert anna.get(f"/crop/{'0' * 64}/1,2,3,4").status_code == 404
