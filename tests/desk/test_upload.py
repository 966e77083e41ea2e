"""Upload on the desk: a case, its photos one by one, each file judged by itself."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from workbench.access import Actor
from workbench.cases import queue
from workbench.cases.views import QueueQuery

HEADERS = {"Sec-Fetch-Site": "same-origin"}


def _open(anna: FlaskClient, **form: object) -> tuple[int, dict[str, object]]:
    answer = anna.post("/upload/case", json={"claim_number": "S-77", **form}, headers=HEADERS)
    return answer.status_code, answer.get_json()


def test_a_set_arrives(anna: FlaskClient, actor_expert: Actor, demo_photo: Callable[..., bytes]) -> None:
    status, case = _open(anna, plate="XX-TK 7", excess="150,00", regime="kasko", coverage="full")
    assert status == 201
    where = f"/upload/{case['case_id']}"
    first = anna.post(f"{where}/photo?name=eins.jpg", data=demo_photo(1), headers=HEADERS)
    assert first.status_code == 201
    photo = first.get_json()
    again = anna.post(f"{where}/photo?name=nochmal.jpg", data=demo_photo(1), headers=HEADERS)
    assert again.status_code == 200
    assert again.get_json()["duplicate"] is True
    fake = anna.post(f"{where}/photo?name=brief.jpg", data=b"%PDF-1.4 no photo", headers=HEADERS)
    assert fake.status_code == 415
    assert fake.get_json()["code"] == "TK-PHOTO-001"
    empty = anna.post(f"{where}/photo?name=leer.jpg", data=b"", headers=HEADERS)
    assert empty.status_code >= 400
    assert anna.post(f"{where}/complete", headers=HEADERS).status_code == 200
    page = queue.list_queue(actor_expert, QueueQuery(0, 10))
    assert [(row["claim_number"], row["photos"]) for row in page.rows] == [("S-77", 1)]
    for variant in ("thumb", "view", "original"):
        picture = anna.get(f"/media/{photo['sha']}/{variant}")
        assert picture.status_code == 200
        assert picture.mimetype == "image/jpeg"
        assert picture.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    crop = anna.get(f"/crop/{photo['sha']}/10,10,200,100")
    assert crop.status_code == 200
    assert anna.get(f"/crop/{photo['sha']}/9000,9000,10,10").status_code == 400
    assert anna.get(f"/crop/{photo['sha']}/a,b,c,d").status_code == 400
    assert anna.get(f"/crop/{photo['sha']}/0,0,-5,10").status_code == 400


def test_wrong_fields_are_named_and_nothing_is_opened(anna: FlaskClient, actor_expert: Actor) -> None:
    for form, field in (
        ({"claim_number": ""}, "claim_number"),
        ({"excess": "12.5"}, "excess"),
        ({"odometer_km": "viel"}, "odometer_km"),
        ({"postcode": "5066"}, "postcode"),
        ({"loss_date": "gestern"}, "loss_date"),
        ({"regime": "haus"}, "regime"),
        ({"unheard": "x"}, "unheard"),
    ):
        status, answer = _open(anna, **form)
        assert status == 422, form
        assert answer["code"] == "TK-DESK-002"
        assert field in [item["field"] for item in answer["data"]["fields"]]  # type: ignore[index]
    assert queue.list_queue(actor_expert, QueueQuery(0, 10)).total == 0


def test_nonsense_instead_of_json(anna: FlaskClient) -> None:
    for body in (b"", b"[]", b'"x"', b"{", b"null"):
        answer = anna.post("/upload/case", data=body, content_type="application/json", headers=HEADERS)
        assert answer.status_code == 422, body


def test_the_same_request_twice_opens_one_case(anna: FlaskClient, actor_expert: Actor) -> None:
    headers = {**HEADERS, "Idempotency-Key": "desk-0001-abcdef"}
    first = anna.post("/upload/case", json={"claim_number": "S-9"}, headers=headers)
    second = anna.post("/upload/case", json={"claim_number": "S-9"}, headers=headers)
    assert first.get_json()["case_id"] == second.get_json()["case_id"]
    assert queue.list_queue(actor_expert, QueueQuery(0, 10)).total == 1


def test_a_reviewer_may_not_upload(sign_in: Callable[[str], FlaskClient]) -> None:
    status, answer = _open(sign_in("rita"))
    assert status == 403
    assert answer["code"] == "TK-ACCESS-403"


def test_unknown_case(anna: FlaskClient, demo_photo: Callable[..., bytes]) -> None:
    for case_id in ("00000000-0000-0000-0000-000000000000", "x", "'--"):
        answer = anna.post(f"/upload/{case_id}/photo", data=demo_photo(1), headers=HEADERS)
        assert answer.status_code == 404, case_id


def test_crops_are_turned_upright(anna: FlaskClient, demo_photo: Callable[..., bytes]) -> None:
    import io

    from PIL import Image

    case = _open(anna)[1]
    photo = anna.post(f"/upload/{case['case_id']}/photo?name=a.jpg", data=demo_photo(3), headers=HEADERS).get_json()
    # The text runs downwards in the photo: its top left corner is the box's top right one.
    lying = anna.get(f"/crop/{photo['sha']}/300,100,300,400,200,400,200,100")
    with Image.open(io.BytesIO(lying.data)) as image:
        assert image.width > 2 * image.height
    for wrong in (
        "1,2,3,4,5,6,7",
        "1,2,3,4,5,6,7,8,9",
        "5,5,5,5,5,5,5,5",
        "0,0,99999,0,99999,9,0,9",
        "1" * 90,
        "1,2,3,4,5,6,7,-8",
    ):
        assert anna.get(f"/crop/{photo['sha']}/{wrong}").status_code == 400, wrong
