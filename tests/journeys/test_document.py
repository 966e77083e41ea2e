"""A doubtful VIN corrected by keyboard alone: it is kept, and its flag is gone."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from test_upload_to_offer import sign_in

from cv_models.registration import rules
from workbench.access import Actor, find_actor
from workbench.cases.views import CaseRef
from workbench.store.database import session_scope
from workbench.store.models import Photo, RegistrationField

VIN = "WVWZZZ1KZ8W386752"
READ: dict[str, tuple[str | None, str]] = {
    "A": ("M-AB 123", "0.99"), "3": (rules.check_digit(VIN), "0.97"), "B": ("2019-03-05", "0.99"), "2.1": ("0603", "0.98"),
    "2.2": ("AAB000126", "0.95"), "D.1": ("VOLKSWAGEN", "0.99"), "D.3": ("GOLF", "0.71"), "P.2": ("92", "0.98"), "C.1.1": ("MUSTER", "0.97"),
    "C.1.2": ("ERIKA", "0.97"), "T": ("222", "0.5"),
}  # fmt: skip


@pytest.fixture
def ready(database: str, make_case: Callable[..., CaseRef]) -> CaseRef:
    """A case whose document was read well but for the VIN (blank), the trade name and the top speed."""
    expert: Actor = find_actor("anna")
    ref = make_case("S-2026-777003", photos=1, plate="M-AB 123", holder_name="Erika Muster", taken_by=expert)
    with session_scope() as session:
        photo = session.scalars(select(Photo).where(Photo.case_id == ref.id)).one()
        photo.role = "registration_document"
        for code, (value, sure) in {**READ, "E": (None, "0")}.items():
            session.add(
                RegistrationField(
                    case_id=ref.id, code=code, value=value, original=value, confidence=Decimal(sure), photo_id=photo.id,
                    box=[[100, 100], [400, 100], [400, 130], [100, 130]], model="reader-test",
                    alternatives=[VIN[:-1] + "3", VIN] if code == "E" else [], reason=None if value else "check_digit",
                )
            )  # fmt: skip
    return ref


def test_a_doubtful_vin_is_corrected_by_keyboard_alone(ready: CaseRef, page: Page) -> None:
    sign_in(page, "anna")
    page.goto(f"/case/{ready.id}")
    page.wait_for_selector("#case-grid .ag-row")
    flags = page.locator("#case-flags")

    def row(code: str) -> str:
        return f"#case-fields [data-field='{code.replace('.', '~')}']"

    # F8 opens the tab and stands on the first doubtful field.
    page.keyboard.press("F8")
    expect(page.locator(row("E"))).to_be_focused()
    expect(page.locator(row("E"))).to_contain_text("Prüfziffer")
    crop = page.locator(f"{row('E')} img")
    expect(crop).to_have_js_property("complete", value=True)
    assert crop.evaluate("image => image.naturalWidth") > 250

    # Typing replaces; what does not fit is said at once and stops nobody.
    page.keyboard.type(VIN[:-1] + "3")
    expect(page.locator(row("E"))).to_contain_text("Zu dieser FIN gehört die Prüfziffer")
    page.keyboard.press("Escape")
    expect(page.locator(row("E"))).to_be_focused()
    expect(page.locator(f"{row('E')} input")).to_have_value("")

    # The second alternative is the right one; the focus goes on to the next doubtful field.
    page.keyboard.press("2")
    expect(page.locator(f"{row('E')} input")).to_have_value(VIN)
    expect(page.locator(row("E"))).to_contain_text("berichtigt")
    expect(page.locator(row("D.3"))).to_be_focused()
    expect(flags).to_contain_text("Fahrzeugschein unsicher")
    page.keyboard.press("Enter")
    expect(page.locator(row("D.3"))).to_contain_text("bestätigt")
    expect(flags).not_to_contain_text("Fahrzeugschein unsicher")
    # The next one stands in a group that opens by itself.
    expect(page.locator(row("T"))).to_be_focused()
    page.keyboard.type("220")
    page.keyboard.press("Enter")
    expect(page.locator(row("T"))).to_contain_text("berichtigt")
    expect(page.locator(".tk-doc-bar")).to_contain_text("nichts offen")
    expect(page.locator("#save-state")).to_have_class(re.compile("saved"))

    page.reload()
    page.wait_for_selector("#case-grid .ag-row")
    page.keyboard.press("2")
    expect(page.locator(f"{row('E')} input")).to_have_value(VIN)
    expect(page.locator(row("E"))).to_contain_text("berichtigt")
    expect(page.locator("#case-flags")).not_to_contain_text("Fahrzeugschein unsicher")
    # Taken back in their order: first the speed, then the confirmation.
    page.keyboard.press("F8")
    page.keyboard.press("Control+z")
    expect(page.locator(f"{row('T')} input")).to_have_value("222")
    page.keyboard.press("Control+z")
    expect(page.locator(row("D.3"))).to_contain_text("bitte prüfen")
