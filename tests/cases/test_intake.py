from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from workbench.access import SYSTEM, Actor, customer_actor, gateway_actor
from workbench.cases import intake, work
from workbench.cases.views import CaseRef, ClaimData
from workbench.errors import TelekalkError
from workbench.settings import get_settings
from workbench.store.database import session_scope

Photo = Callable[..., bytes]


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(TelekalkError) as caught:
        call()
    return caught.value.code


def test_opening_twice_with_a_key_gives_the_same_case(database: str) -> None:
    claim = ClaimData("S-1", plate="B-XY 1")
    first = intake.open_case(gateway_actor(), claim, idempotency_key="k1")
    assert intake.open_case(gateway_actor(), claim, idempotency_key="k1") == first
    assert code_of(lambda: intake.open_case(gateway_actor(), ClaimData("S-2"), idempotency_key="k1")) == "TK-CASE-004"
    assert code_of(lambda: intake.open_case(gateway_actor(), claim)) == "TK-CASE-003"


@pytest.mark.parametrize("number", ["", "   ", "x" * 65, "S\0", "../x\n", "<script>"])
def test_a_claim_number_must_be_one(database: str, number: str) -> None:
    assert code_of(lambda: intake.open_case(SYSTEM, ClaimData(number))) == "TK-CASE-002"


def test_hostile_text_is_stored_without_harm(database: str) -> None:
    ref = intake.open_case(SYSTEM, ClaimData("S-1", holder_name="Ro\0bert'); DROP TABLE cases;--\x1b[2J", plate="\0"))
    view = work.get_case(SYSTEM, ref.id)
    assert view.claim["holder_name"] == "Robert'); DROP TABLE cases;--[2J"
    assert view.claim["plate"] is None


def test_the_same_photo_counts_once_even_when_sent_at_the_same_moment(make_case, demo_photo: Photo) -> None:
    ref = make_case(photos=0)
    actor = customer_actor(ref.id)
    content = demo_photo(5)
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda n: intake.receive_photo(actor, ref.id, content, filename=f"{n}.jpg"), range(5)))
    assert len({answer.photo_id for answer in answers}) == 1
    assert sum(not answer.duplicate for answer in answers) == 1
    assert {answer.code for answer in answers if answer.duplicate} == {"TK-PHOTO-010"}
    assert len(work.get_case(SYSTEM, ref.id).photos) == 1


def test_a_bad_file_leaves_the_rest_of_the_set_unharmed(make_case, demo_photo: Photo) -> None:
    ref = make_case(photos=1)
    actor = customer_actor(ref.id)
    for content, code in ((b"%PDF-1.7", "TK-PHOTO-001"), (demo_photo(9)[:900], "TK-PHOTO-002"), (b"", "TK-PHOTO-007")):
        assert code_of(lambda c=content: intake.receive_photo(actor, ref.id, c, filename="x.jpg")) == code
    assert len(work.get_case(SYSTEM, ref.id).photos) == 1
    assert intake.complete_set(actor, ref.id).state == "photos_complete"


def test_a_key_belongs_to_one_photo(make_case, demo_photo: Photo) -> None:
    ref = make_case(photos=0)
    actor = customer_actor(ref.id)
    first = intake.receive_photo(actor, ref.id, demo_photo(1), filename="a.jpg", idempotency_key="a")
    again = intake.receive_photo(actor, ref.id, demo_photo(1), filename="a.jpg", idempotency_key="a")
    assert (again.photo_id, again.duplicate) == (first.photo_id, True)
    assert (
        code_of(lambda: intake.receive_photo(actor, ref.id, demo_photo(2), filename="b.jpg", idempotency_key="a"))
        == "TK-CASE-004"
    )


def test_a_set_has_a_most_number_of_photos(make_case, demo_photo: Photo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEKALK_MAX_PHOTOS", "2")
    get_settings.cache_clear()
    ref = make_case(photos=2)
    assert (
        code_of(lambda: intake.receive_photo(customer_actor(ref.id), ref.id, demo_photo(9), filename="c.jpg"))
        == "TK-PHOTO-005"
    )


def test_completing_enqueues_exactly_one_job_in_the_same_transaction(make_case) -> None:
    ref = make_case(photos=1)
    actor = customer_actor(ref.id)
    for _ in range(3):
        intake.complete_set(actor, ref.id)
    with session_scope() as session:
        jobs = session.execute(text("SELECT task_name, lock, args FROM procrastinate_jobs")).all()
    assert [(job[0], job[1]) for job in jobs] == [("telekalk.pipeline", f"case:{ref.id}")]
    assert jobs[0][2] == {"case_id": ref.id, "run": 1}


def test_an_empty_set_is_not_complete(make_case) -> None:
    ref = make_case(photos=0)
    assert code_of(lambda: intake.complete_set(customer_actor(ref.id), ref.id)) == "TK-PHOTO-009"


def test_a_case_under_way_takes_no_photos(make_case, demo_photo: Photo, actor_expert: Actor) -> None:
    ref = make_case(prefill=True)
    assert (
        code_of(lambda: intake.receive_photo(customer_actor(ref.id), ref.id, demo_photo(9), filename="c.jpg"))
        == "TK-PHOTO-006"
    )


def test_a_folder_becomes_a_case_once(database: str, tmp_path: Path, demo_photo: Photo) -> None:
    folder = tmp_path / "Satz 1"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(demo_photo(1))
    (folder / "b.heic").write_bytes(demo_photo(2, form="HEIF"))
    (folder / "falsch.jpg").write_bytes(b"%PDF-1.7")
    (folder / "claim.json").write_text(json.dumps({"claim_number": "S-77", "excess": "300.00", "regime": "kasko"}))
    first = intake.import_folder(SYSTEM, folder)
    assert first.case.claim_number == "S-77"
    assert first.case.state == "photos_complete"
    assert [(item.filename, item.code) for item in first.rejected] == [("falsch.jpg", "TK-PHOTO-001")]
    second = intake.import_folder(SYSTEM, folder)
    assert second.case.id == first.case.id
    assert len(work.get_case(SYSTEM, first.case.id).photos) == 2


def test_a_claim_that_makes_no_sense_is_refused(database: str, tmp_path: Path) -> None:
    for claim in ({"claim_number": "S", "excess": 1.5}, {"nonsense": 1}, [1], {"loss_date": "gestern"}):
        (tmp_path / "claim.json").write_text(json.dumps(claim))
        assert code_of(lambda: intake.import_folder(SYSTEM, tmp_path)) == "TK-CASE-010"


def test_only_some_may_open_a_case(database: str, actor_of: Callable[[str], Actor]) -> None:
    for login in ("paul", "dora", "rita"):
        assert code_of(lambda who=login: intake.open_case(actor_of(who), ClaimData("S-9"))) == "TK-ACCESS-403"
    assert isinstance(intake.open_case(actor_of("clara"), ClaimData("S-9")), CaseRef)
