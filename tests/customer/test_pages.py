"""The phone pages: sign-in, photos, status; the guard around them."""

import gzip
import re

import pytest

from workbench.access import customer_actor
from workbench.cases import portal, work
from workbench.customer import session
from workbench.customer.words import TERMS_VERSION

FACTS = {"plate": "M-AB 123", "odometer_km": 82000}


@pytest.fixture
def case(make_case):
    return make_case(photos=0, **FACTS)


def code_of(page):
    found = re.search(r"TK-[A-Z]+-\d{3}", page.text)
    return found and found.group()


def test_a_customer_signs_in_with_three_facts_and_sees_the_guided_shots(case, sign_in, browser):
    page = sign_in(plate="m ab123", mileage="82.350 km")
    assert page.url.path == "/c/photos"
    for words in ("Fahrzeugschein", "Vorn links", "Schaden ganz nah", "Fotos absenden"):
        assert words in page.text
    cookie = next(c for c in browser.cookies.jar if c.name == session.COOKIE)
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.path == "/c"
    audit = [entry["action"] for entry in work.get_case(customer_actor(case.id), case.id).timeline]
    assert "customer_signed_in" in audit


@pytest.mark.parametrize(
    "wrong",
    [
        {"plate": "M-AB 124"},
        {"mileage": "70000"},
        {"claim": "S-2026-0002"},
        {"claim": "' or 1=1 --"},
        {"plate": "\u0000"},
    ],
)
def test_whichever_fact_is_wrong_the_answer_is_the_same(case, sign_in, wrong):
    page = sign_in(**wrong)
    assert (page.status_code, code_of(page)) == (401, "TK-LOGIN-001")


def test_without_consent_to_these_terms_nobody_gets_in(case, sign_in):
    for consent in ("", "2020-01"):
        page = sign_in(consent=consent)
        assert (page.status_code, code_of(page)) == (422, "TK-LOGIN-002")


def test_a_case_without_mileage_lets_nobody_in(make_case, sign_in):
    make_case(photos=0, plate="M-AB 123")
    assert sign_in(mileage="0").status_code == 401


@pytest.mark.parametrize("claim", ["S-2026-0001", "S-DOES-NOT-EXIST"])
def test_guessing_is_throttled_alike_for_claims_that_exist_and_that_do_not(case, sign_in, claim):
    codes = [code_of(sign_in(claim=claim, mileage=str(n))) for n in range(7)]
    assert codes == ["TK-LOGIN-001"] * 5 + ["TK-LOGIN-429"] * 2
    blocked = sign_in(claim=claim)
    assert blocked.status_code == 429
    assert int(blocked.headers["Retry-After"]) > 0


def test_the_count_of_failures_survives_the_process(case):
    for n in range(portal.MOST_FAILURES):
        with pytest.raises(Exception, match="TK-LOGIN-001"):
            portal.sign_in(case.claim_number, "M-AB 123", n, terms_version=TERMS_VERSION)
    with pytest.raises(Exception, match="TK-LOGIN-429"):
        portal.sign_in(case.claim_number, "M-AB 123", 82000, terms_version=TERMS_VERSION)


def test_photos_go_up_one_by_one_and_stand_at_their_shot(case, sign_in, browser, demo_photo):
    sign_in()

    def send(name, content):
        return browser.post("/c/photos", files={"photo": (name, content)}, headers={"Accept": "*/*"})

    first = send("damage_near__IMG_1.jpg", demo_photo(1))
    assert first.json()["photos"][0]["status"] == "accepted"
    assert send("damage_near__IMG_1.jpg", demo_photo(1)).json()["photos"][0]["status"] == "duplicate"
    bad = send("other__x.jpg", b"no photo")
    assert (bad.status_code, bad.json()["photos"][0]["code"]) == (422, "TK-PHOTO-001")
    page = browser.get("/c/photos").text
    near = page[page.index('data-shot="damage_near"') :]
    picture = re.search(r"/c/media/([0-9a-f-]+)", near).group()
    thumb = browser.get(picture)
    assert thumb.headers["content-type"] == "image/jpeg"
    done = browser.post("/c/complete")
    assert done.url.path == "/c/status"
    assert "voraussichtlich bis" in done.text
    assert browser.get("/c/photos").url.path == "/c/status"


def test_an_empty_set_is_not_handed_in(case, sign_in, browser):
    sign_in()
    page = browser.post("/c/complete")
    assert (page.status_code, code_of(page)) == (409, "TK-PHOTO-009")


def test_requested_photos_are_asked_for_with_the_experts_words(make_case, sign_in, browser, actor_expert):
    case = make_case(taken_by=actor_expert, **FACTS)
    work.request_photos(actor_expert, case.id, ["registration_document"], "Bitte <b>ohne</b> Blitz.")
    page = sign_in()
    assert page.url.path == "/c/photos"
    assert "Bitte &lt;b&gt;ohne&lt;/b&gt; Blitz." in page.text
    assert 'data-shot="registration_document"' in page.text
    assert 'data-shot="vehicle_front_left"' not in page.text
    changed = browser.get("/c/status.json").json()
    assert changed["state"] == "photos_incomplete"


def test_one_customer_never_reaches_anothers_case(make_case, sign_in, browser):
    other = make_case("S-2026-0009", photos=1, plate="B-XY 9", odometer_km=9)
    make_case(photos=0, **FACTS)
    photo = portal.list_photos(customer_actor(other.id), other.id)[0]
    sign_in()
    assert browser.get(f"/c/media/{photo.id}").status_code == 404


@pytest.mark.parametrize(
    "path", ["/c/photos", "/c/status", "/c/offer", "/c/status.json", "/c/media/x", "/c/x", "/docs"]
)
def test_without_a_login_there_is_nothing_to_see(stranger, path):
    assert stranger.get(path).status_code == 401
    page = stranger.get(path, headers={"Accept": "text/html"})
    assert page.status_code in {303, 401}


def test_a_forged_old_or_foreign_cookie_is_no_login(stranger, monkeypatch):
    value = session.issue("a-case")
    assert session.read(value).case_id == "a-case"
    payload, _, signature = value.partition(".")
    for forged in (payload + "." + signature[:-2] + "AA", "." + signature, payload, "", "é.é", "a" * 5000):
        assert session.read(forged) is None
    clock = session.time.time()
    monkeypatch.setattr(session.time, "time", lambda: clock + session.IDLE_MINUTES * 60 + 5)
    assert session.read(value) is None


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "https://other.example"},
    ],
)
def test_foreign_pages_cannot_write(stranger, headers):
    answer = stranger.post("/c/login", data={"claim_number": "x"}, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "TK-WEB-403")


def test_our_own_origin_may_write_without_fetch_metadata(stranger, guarded):
    assert stranger.post("/c/login", data={"claim_number": "x"}, headers={"Origin": guarded}).status_code == 422


def test_safety_headers_stand_on_every_answer(stranger):
    for path in ("/c", "/c/nothing", "/api/v1/cases", "/static/customer.css"):
        headers = stranger.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        if not path.startswith("/static"):
            assert headers["cache-control"] == "no-store"


def test_language_is_remembered_and_leads_nowhere_else(stranger):
    browser = stranger
    browser.follow_redirects = True
    assert "Claim number" in browser.get("/c/language", params={"to": "en", "back": "/c"}).text
    assert "Terms of use" in browser.get("/c/terms").text
    for back in ("//evil.example", "https://evil.example", "/c//evil", "/c\\evil", "/c\r\nX: y"):
        answer = browser.get("/c/language", params={"to": "de", "back": back}, follow_redirects=False)
        assert answer.headers["location"] == "/c"


def test_the_first_page_is_small(stranger):
    browser = stranger
    page = browser.get("/c")
    parts = [page.content] + [
        browser.get(ref).content for ref in re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
    ]
    assert sum(map(len, parts)) < 60_000
    assert sum(len(gzip.compress(part)) for part in parts) < 20_000
    assert not re.search(r"https?://", page.text)
