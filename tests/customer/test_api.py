"""The intake API: photo sets come in, each file answered on its own."""

import io
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from workbench.messages import outbox
from workbench.settings import get_settings

CLAIM = {"claim_number": "KS-1", "plate": "M-AB 123", "odometer_km": 82000, "excess": "300.00"}


def opened(gateway, **changes):
    answer = gateway.post("/api/v1/cases", json=CLAIM | changes)
    assert answer.status_code == 201, answer.text
    return answer.json()["case"]["id"]


def send(client, case_id, *files, **headers):
    parts = [("photos", (name, content, "application/octet-stream")) for name, content in files]
    return client.post(f"/api/v1/cases/{case_id}/photos", files=parts, headers=headers)


@pytest.mark.parametrize("token", [None, "", "Bearer", "Bearer wrong", "Basic abc", "Bearer \x7f"])
def test_nobody_gets_in_without_the_token(stranger, token):
    headers = {} if token is None else {"Authorization": token}
    for method, path in (("POST", "/api/v1/cases"), ("GET", f"/api/v1/cases/{uuid.uuid4()}"), ("GET", "/metrics")):
        answer = stranger.request(method, path, headers=headers)
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "TK-API-401"
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_set_comes_in_and_starts_its_clock(gateway, demo_photo):
    case_id = opened(gateway)
    answer = send(gateway, case_id, ("a.jpg", demo_photo(1)), ("b.png", demo_photo(2, form="PNG"))).json()
    assert (answer["accepted"], answer["rejected"]) == (2, 0)
    assert [photo["width"] for photo in answer["photos"]] == [960, 960]
    done = gateway.post(f"/api/v1/cases/{case_id}/complete").json()
    assert done["case"]["state"] == "photos_complete"
    again = gateway.post(f"/api/v1/cases/{case_id}/complete")
    assert again.status_code == 200
    status = gateway.get(f"/api/v1/cases/{case_id}").json()["case"]
    assert (status["photos"], status["offer_state"]) == (2, None)
    assert status["due_at"]
    late = send(gateway, case_id, ("c.jpg", demo_photo(3)))
    assert (late.status_code, late.json()["error"]["code"]) == (409, "TK-PHOTO-006")


def test_each_file_is_answered_on_its_own(gateway, demo_photo):
    case_id = opened(gateway)
    good = demo_photo(1)
    bomb = io.BytesIO()
    Image.new("1", (12000, 9000)).save(bomb, "PNG")
    answer = send(
        gateway,
        case_id,
        ("gut.jpg", good),
        ("nochmal.jpg", good),
        ("rechnung.jpg", b"%PDF-1.7 renamed"),
        ("halb.jpg", good[: len(good) // 2]),
        ("leer.jpg", b""),
        ("bombe.png", bomb.getvalue()),
        ("auch gut.webp", demo_photo(2, form="WEBP")),
    )
    assert answer.status_code == 200
    found = {photo["filename"]: (photo["status"], photo["code"]) for photo in answer.json()["photos"]}
    assert found == {
        "gut.jpg": ("accepted", None),
        "nochmal.jpg": ("duplicate", "TK-PHOTO-010"),
        "rechnung.jpg": ("rejected", "TK-PHOTO-001"),
        "halb.jpg": ("rejected", "TK-PHOTO-002"),
        "leer.jpg": ("rejected", "TK-PHOTO-007"),
        "bombe.png": ("rejected", "TK-PHOTO-003"),
        "auch gut.webp": ("accepted", None),
    }
    assert answer.json()["accepted"] == 2


def test_messages_come_in_the_language_asked_for(gateway):
    case_id = opened(gateway)
    english = send(gateway, case_id, ("x.jpg", b"x")).json()["photos"][0]["message"]
    german = send(gateway, case_id, ("x.jpg", b"x"), **{"Accept-Language": "de"}).json()["photos"][0]["message"]
    assert english == "The file is not a photo (JPEG, PNG, WebP or HEIC)."
    assert german == "Die Datei ist kein Foto (JPEG, PNG, WebP oder HEIC)."


def test_an_idempotency_key_opens_one_case(gateway):
    first = gateway.post("/api/v1/cases", json=CLAIM, headers={"Idempotency-Key": "k1"})
    second = gateway.post("/api/v1/cases", json=CLAIM, headers={"Idempotency-Key": "k1"})
    assert first.json() == second.json()
    other = gateway.post("/api/v1/cases", json=CLAIM | {"claim_number": "KS-2"}, headers={"Idempotency-Key": "k1"})
    assert (other.status_code, other.json()["error"]["code"]) == (409, "TK-CASE-004")
    without = gateway.post("/api/v1/cases", json=CLAIM)
    assert (without.status_code, without.json()["error"]["code"]) == (409, "TK-CASE-003")


def test_more_than_forty_photos_and_none_at_all_are_refused(gateway):
    case_id = opened(gateway)
    many = send(gateway, case_id, *((f"{n}.jpg", b"x") for n in range(41)))
    assert (many.status_code, many.json()["error"]["code"]) == (413, "TK-API-002")
    none = gateway.post(f"/api/v1/cases/{case_id}/photos", data={"a": "b"})
    assert (none.status_code, none.json()["error"]["code"]) == (422, "TK-API-001")


def test_bodies_have_a_limit_whether_they_name_their_length_or_not(gateway):
    big = b"x" * (2 * 1024 * 1024)
    named = gateway.post("/api/v1/cases", content=big)
    assert (named.status_code, named.json()["error"]["code"]) == (413, "TK-WEB-413")
    unnamed = gateway.post(
        "/api/v1/cases", content=(big[i : i + 65536] for i in range(0, len(big), 65536)),
        headers={"Content-Type": "application/json"},
    )  # fmt: skip
    assert (unnamed.status_code, unnamed.json()["error"]["code"]) == (413, "TK-WEB-413")


@pytest.mark.parametrize(
    "change",
    [
        {"claim_number": ""},
        {"claim_number": "x\u0000y"},
        {"excess": 300.5},
        {"excess": "-1"},
        {"quota_percent": "101"},
        {"odometer_km": -1},
        {"unknown": 1},
        {"regime": "other"},
        {"loss_date": "yesterday"},
        {"holder_name": "a\u0000b"},
    ],
)
def test_wrong_claims_are_refused_by_name(stranger, change):
    headers = {"Authorization": f"Bearer {get_settings().intake_token_value()}"}
    answer = stranger.post("/api/v1/cases", json=CLAIM | change, headers=headers)
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert error["code"] == "TK-API-422"
    assert next(iter(change)) in error["message"]


def test_unknown_things_are_unknown(gateway):
    for path in (f"/api/v1/cases/{uuid.uuid4()}", "/api/v1/nothing"):
        assert gateway.get(path).status_code == 404
    assert gateway.delete("/api/v1/cases").status_code == 405
    assert gateway.get("/api/v1/cases/not-an-id").json()["ok"] is False


def test_health_and_metrics(anybody, gateway):
    assert anybody.get("/healthz").json() == {"ok": True}
    text = gateway.get("/metrics").text
    assert 'telekalk_customer_request_seconds_count{route="/healthz",status="200"}' in text


def test_an_invited_customer_gets_a_link_and_registers_by_signing_in(gateway, sign_in):
    answer = gateway.post("/api/v1/cases", json=CLAIM | {"phone": "+49 151 1", "invite": True}).json()
    assert answer["case"]["state"] == "invited"
    assert outbox.deliver() == 1
    (file,) = (get_settings().home / "outbox").glob("*-invitation-*.json")
    assert "KS-1" in file.read_text(encoding="utf-8")
    assert sign_in("KS-1").url.path == "/c/photos"
    assert gateway.get(f"/api/v1/cases/{answer['case']['id']}").json()["case"]["state"] == "registered"


def test_many_uploads_at_once_all_arrive(gateway, demo_photo):
    case_id = opened(gateway)
    photos = [demo_photo(n, (400, 300)) for n in range(16)]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda photo: send(gateway, case_id, ("x.jpg", photo)).json()["accepted"], photos))
    assert answers == [1] * 16
    assert gateway.get(f"/api/v1/cases/{case_id}").json()["case"]["photos"] == 16
