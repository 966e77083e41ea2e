"""Confirming, correcting and taking back a field of the document on a real database; flags follow at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from cv_models.registration import rules
from workbench.access import SYSTEM, Actor
from workbench.cases import work
from workbench.cases.views import CaseRef, CaseView
from workbench.errors import TelekalkError
from workbench.store.database import session_scope
from workbench.store.models import Case, FieldAnnotation, Photo, RegistrationField

Make = Callable[..., CaseRef]
VIN = "WVWZZZ1KZ8W386752"
SURE: dict[str, str | None] = {
    "A": "M-AB 123", "3": rules.check_digit(VIN), "B": "2019-03-05", "2.1": "0603", "2.2": "AAB000126", "D.1": "VOLKSWAGEN",
    "D.3": "GOLF", "P.2": "92", "C.1.1": "MUSTER", "C.1.2": "ERIKA", "I": "2019-03-05", "HU": "2028-05",
}  # fmt: skip


def put_fields(case_id: str, fields: dict[str, str | None], **facts: Any) -> None:
    """Fields as the pipeline would have left them: read from the first photo, with a box."""
    with session_scope() as session:
        photo = session.scalars(select(Photo).where(Photo.case_id == case_id).order_by(Photo.position)).first()
        assert photo is not None
        photo.role = "registration_document"
        known = {
            row.code: row
            for row in session.scalars(select(RegistrationField).where(RegistrationField.case_id == case_id))
        }
        for code, value in fields.items():
            row = known.get(code) or RegistrationField(case_id=case_id, code=code)
            row.value = row.original = value
            row.confidence = facts.get("confidence", Decimal("0.98") if value else Decimal(0))
            row.photo_id, row.box = photo.id, [[10, 10], [200, 10], [200, 30], [10, 30]]
            row.alternatives = facts.get("alternatives", [])
            row.reason, row.model = facts.get("reason"), "reader-test"
            row.corrected = row.confirmed = False
            session.add(row)


@pytest.fixture
def case(make_case: Make, actor_expert: Actor) -> CaseView:
    """A case whose document was read well but for the VIN, which is blank with two alternatives."""
    ref = make_case("S-2026-3001", photos=1, plate="M-AB 123", holder_name="Erika Muster", odometer_km=90_000,
                    loss_date=date(2026, 11, 1), taken_by=actor_expert)  # fmt: skip
    put_fields(ref.id, SURE)
    put_fields(
        ref.id, {"E": None}, reason="check_digit", alternatives=[VIN.replace("K", "X"), VIN], confidence=Decimal(0)
    )
    return work.get_case(actor_expert, ref.id)


def field(view: CaseView, code: str) -> dict[str, Any]:
    return next(item for item in view.vehicle_fields if item["code"] == code)


def codes(view: CaseView) -> set[str]:
    return {flag["code"] for flag in view.flags}


def test_a_doubtful_vin_is_corrected_and_its_flag_goes(case: CaseView, actor_expert: Actor) -> None:
    assert field(case, "E")["doubtful"]
    assert [item["code"] for item in case.vehicle_fields if item["doubtful"]] == ["E"]
    assert "Prüfziffer" in field(case, "E")["reason_de"]
    view = work.correct_field(actor_expert, case.id, case.version, "E", VIN)
    now = field(view, "E")
    assert (now["value"], now["original"], now["corrected"], now["doubtful"]) == (VIN, None, True, False)
    assert (now["decided_by"], bool(now["decided_at"])) == ("Anna Berger", True)
    assert "document_uncertain" not in codes(view)
    assert view.draft is not None
    assert view.draft["header"]["vin"] == VIN


def test_a_wrong_correction_raises_its_flag_and_a_confirmation_lays_it(case: CaseView, actor_expert: Actor) -> None:
    wrong = VIN[:-1] + "3"
    view = work.correct_field(actor_expert, case.id, case.version, "E", wrong)
    assert "vin_check" in codes(view)
    assert "document_uncertain" not in codes(view), "one flag for one doubt"
    assert [doubt["code"] for doubt in field(view, "E")["doubts"]] == ["vin_check_digit"]
    # The expert has the paper before their eyes: it stays as it is, and is no longer asked about.
    view = work.confirm_field(actor_expert, case.id, view.version, "E")
    assert not codes(view) & {"vin_check", "document_uncertain"}
    assert field(view, "E")["value"] == wrong


def test_confirming_keeps_who_and_when_and_undo_takes_it_back(case: CaseView, actor_expert: Actor) -> None:
    view = work.confirm_field(actor_expert, case.id, case.version, "D.3")
    assert (field(view, "D.3")["confirmed"], field(view, "D.3")["decided_by"]) == (True, "Anna Berger")
    view = work.correct_field(actor_expert, case.id, view.version, "E", VIN)
    view = work.correct_field(actor_expert, case.id, view.version, "D.1", "AUDI")
    assert "vin_make_mismatch" in codes(view)
    view = work.undo_field(actor_expert, case.id, view.version)
    assert (field(view, "D.1")["value"], field(view, "D.1")["corrected"]) == ("VOLKSWAGEN", False)
    assert "vin_make_mismatch" not in codes(view)
    view = work.undo_field(actor_expert, case.id, view.version, "D.3")
    assert not field(view, "D.3")["confirmed"]
    view = work.undo_field(actor_expert, case.id, view.version)
    assert field(view, "E")["value"] is None
    assert view.draft is not None
    assert not view.draft["header"].get("vin")
    with pytest.raises(TelekalkError) as caught:
        work.undo_field(actor_expert, case.id, view.version)
    assert caught.value.code == "TK-CASE-006"


def test_every_decision_leaves_training_data(case: CaseView, actor_expert: Actor) -> None:
    view = work.correct_field(actor_expert, case.id, case.version, "E", VIN.lower())
    view = work.correct_field(actor_expert, case.id, view.version, "B", "5.3.2019")
    view = work.correct_field(actor_expert, case.id, view.version, "B", "06.03.2019")
    work.undo_field(actor_expert, case.id, view.version)
    with session_scope() as session:
        rows = session.scalars(select(FieldAnnotation).order_by(FieldAnnotation.id)).all()
        sha256 = session.scalar(select(Photo.sha256))
        assert [(row.code, row.decision, row.value, row.undone) for row in rows] == [
            ("E", "corrected", VIN, False),
            ("B", "confirmed", "2019-03-05", False),
            ("B", "corrected", "2019-03-06", True),
        ]
        first = rows[0]
        assert (first.read_value, first.confidence, first.model) == (None, Decimal(0), "reader-test")
        assert first.alternatives[1] == VIN
        assert first.box
        assert (first.photo_sha256, first.made_by) == (sha256, actor_expert.user_id)


def test_what_does_not_parse_is_kept_and_said(case: CaseView, actor_expert: Actor) -> None:
    view = work.correct_field(actor_expert, case.id, case.version, "B", "00.00.1998")
    assert field(view, "B")["value"] == "00.00.1998"
    assert field(view, "B")["doubts"][0]["code"] == "no_date"
    assert view.draft is not None
    assert view.draft["vehicle"]["first_registration"] is None
    view = work.correct_field(actor_expert, case.id, view.version, "C.1.3", "Weg 1\n 80331  München\x07")
    assert field(view, "C.1.3")["value"] == "Weg 1\n80331 München"
    for code, value in (("nope", "x"), ("A", "x" * 2001), ("A", "x" * 400)):
        with pytest.raises(TelekalkError) as caught:
            work.correct_field(actor_expert, case.id, view.version, code, value)
        assert caught.value.code == "TK-CASE-007"


def test_a_name_taken_from_the_document_follows_it(make_case: Make, actor_expert: Actor) -> None:
    ref = make_case("S-2026-3002", photos=1, taken_by=actor_expert)
    put_fields(ref.id, {"C.1.1": "MULLER", "C.1.2": "ERIKA"})
    with session_scope() as session:
        session.get_one(Case, ref.id).holder_name = "ERIKA MULLER"
    view = work.get_case(actor_expert, ref.id)
    view = work.correct_field(actor_expert, ref.id, view.version, "C.1.1", "Müller-Lüdenscheidt")
    assert view.claim["holder_name"] == "ERIKA Müller-Lüdenscheidt"
    assert "holder_differs" not in codes(view)


def test_an_earlier_claim_knows_the_mileage(make_case: Make, case: CaseView, actor_expert: Actor) -> None:
    make_case("S-2025-0001", photos=0, plate="m ab-123", odometer_km=95_000, loss_date=date(2025, 6, 1))
    make_case("S-2026-9999", photos=0, plate="M-AB 123", odometer_km=99_000, loss_date=date(2026, 12, 1))
    view = work.correct_field(actor_expert, case.id, case.version, "E", VIN)
    flag = next(item for item in view.flags if item["code"] == "mileage_below_earlier")
    assert "95.000 km" in flag["reason"]
    assert "S-2025-0001" in flag["reason"]
    view = work.correct_claim(actor_expert, case.id, view.version, {"odometer_km": 96_000})
    assert "mileage_below_earlier" not in codes(view)


def test_the_answer_to_the_question_lays_the_hint(case: CaseView, actor_expert: Actor) -> None:
    view = work.correct_field(actor_expert, case.id, case.version, "C.1.2", "")
    view = work.correct_field(actor_expert, case.id, view.version, "C.1.1", "Beispiel Leasing GmbH")
    assert "ownership_hint" in codes(view)
    with session_scope() as session:
        stored = session.scalar(select(Case.flag_codes).where(Case.id == case.id))
        assert stored is not None
        assert "ownership_hint" in stored, "the queue shows it too"
    view = work.correct_claim(actor_expert, case.id, view.version, {"leased_or_financed": False})
    assert "ownership_hint" not in codes(view)


def test_the_pipeline_leaves_what_somebody_confirmed(case: CaseView, actor_expert: Actor) -> None:
    from workbench.cases import pipeline

    work.confirm_field(actor_expert, case.id, case.version, "D.3")
    pipeline.read_document(case.id)
    assert field(work.get_case(SYSTEM, case.id), "D.3")["confirmed"]
    with session_scope() as session:
        assert session.scalar(select(func.count()).select_from(FieldAnnotation)) == 1


def test_undo_of_the_calculation_leaves_the_document_alone(case: CaseView, actor_expert: Actor) -> None:
    assert case.draft is not None
    edited = {**case.draft, "labour": []}
    view = work.save_draft(actor_expert, case.id, case.version, edited)
    view = work.correct_field(actor_expert, case.id, view.version, "E", VIN)
    view = work.correct_field(actor_expert, case.id, view.version, "D.3", "GOLF VARIANT")
    view = work.undo(actor_expert, case.id, view.version)
    assert view.draft is not None
    assert view.draft["labour"] == case.draft["labour"], "one step back is the last edit of the calculation"
    assert (view.draft["header"]["vin"], view.draft["header"]["model"]) == (VIN, "GOLF VARIANT")
    view = work.redo(actor_expert, case.id, view.version)
    assert view.draft is not None
    assert (view.draft["labour"], view.draft["header"]["vin"]) == ([], VIN)
