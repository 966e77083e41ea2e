"""The worker looks at a customer's document before other work, and repeats nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select, text

from workbench.access import customer_actor
from workbench.cases import document_check, intake
from workbench.cases.views import CaseRef
from workbench.jobs.worker import run_worker
from workbench.store.database import session_scope
from workbench.store.models import Photo

DOCUMENT = Path(__file__).parents[2] / "workbench" / "demo" / "photos" / "hatch_door_scratch" / "00_registration.jpg"


def test_the_worker_reads_the_document_of_a_customer(make_case: Callable[..., CaseRef]) -> None:
    ref = make_case("S-2026-8001", photos=0)
    customer = customer_actor(ref.id)
    photo = intake.receive_photo(
        customer, ref.id, DOCUMENT.read_bytes(), filename="registration_document__1.jpg", check_document=True
    )
    again = intake.receive_photo(
        customer, ref.id, DOCUMENT.read_bytes(), filename="registration_document__1.jpg", check_document=True
    )
    assert again.duplicate, "the same photo sent again is no second look"
    with session_scope() as session:
        assert session.execute(text("SELECT count(*) FROM procrastinate_jobs")).scalar() == 1
    run_worker(wait=False, warm=False, signals=False)
    verdict = document_check.verdict_of(customer, photo.photo_id)
    assert verdict is not None
    assert (verdict["readable"], verdict["plate"], verdict["codes"]) == (True, "ZZ-KA 4711", [])
    with session_scope() as session:
        # What stands on the paper is kept with the fields of the case, not here.
        assert set(session.scalars(select(Photo.document)).one()) == {"readable", "codes", "plate", "fields", "model"}


def test_a_photo_that_is_gone_is_no_error(make_case: Callable[..., CaseRef]) -> None:
    make_case("S-2026-8002", photos=0)
    document_check.check_document("00000000-0000-0000-0000-000000000000")
