"""The offer on the phone: seen, accepted once, declined, expired."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pypdf
import pytest

from workbench.access import customer_actor
from workbench.cases import offer as offers
from workbench.cases import work
from workbench.customer import session
from workbench.customer.forms import iban_is_valid
from workbench.store.database import session_scope
from workbench.store.models import Offer, now

FACTS = {"plate": "M-AB 123", "odometer_km": 82000, "leased_or_financed": False, "holder_name": "Erika Muster"}


@pytest.fixture
def offered(make_case, actor_expert):
    """A case with a sent offer."""
    case = make_case(taken_by=actor_expert, **FACTS)
    view = work.get_case(actor_expert, case.id)
    red = tuple(flag["code"] for flag in view.flags if flag["level"] == "red")
    return offers.send(actor_expert, case.id, view.version, cleared_flags=red)


def audit_of(offer):
    return [entry["action"] for entry in work.get_case(customer_actor(offer.case_id), offer.case_id).timeline]


def test_the_customer_sees_amount_and_pdf_and_accepts(offered, sign_in, browser):
    page = sign_in()
    assert page.url.path == "/c/status"
    assert "Zum Angebot" in page.text
    page = browser.get("/c/offer")
    amount = re.search(r"<strong>([^<]+)</strong>", page.text).group(1)
    pdf = browser.get(f"/c/offer/{offered.id}.pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    letter = pypdf.PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text()
    assert amount.replace("\xa0", " ") in letter.replace("\xa0", " ")
    assert "ENTWURF" not in letter
    done = browser.post(f"/c/offer/{offered.id}/accept")
    assert done.url.path == "/c/offer"
    assert "Angenommen" in done.text
    assert "Angebot annehmen" not in done.text
    assert work.get_case(customer_actor(offered.case_id), offered.case_id).state == "accepted"


def test_accepting_counts_once_however_often_it_is_tapped(offered, server):
    cookies = {session.COOKIE: session.issue(offered.case_id)}

    def tap(_):
        return httpx.post(
            f"{server}/c/offer/{offered.id}/accept", cookies=cookies, headers={"Origin": server, "Accept": "text/html"}
        ).status_code

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(tap, range(12))) == [303] * 12
    assert audit_of(offered).count("offer_accepted") == 1


def test_after_declining_nothing_can_be_accepted(offered, sign_in, browser):
    sign_in()
    page = browser.post(f"/c/offer/{offered.id}/decline", data={"reason": "Zu wenig.\0<script>"})
    assert "Abgelehnt" in page.text
    late = browser.post(f"/c/offer/{offered.id}/accept")
    assert late.status_code == 409
    assert "TK-OFFER-005" in late.text
    assert audit_of(offered).count("offer_declined") == 1


def test_an_expired_offer_is_not_accepted(offered, sign_in, browser):
    with session_scope() as store:
        store.get(Offer, offered.id).valid_until = now() - timedelta(minutes=1)
    sign_in()
    assert "Angebot abgelaufen" in browser.get("/c/offer").text
    answer = browser.post(f"/c/offer/{offered.id}/accept")
    assert (answer.status_code, "TK-OFFER-004" in answer.text) == (409, True)
    assert "offer_accepted" not in audit_of(offered)


def test_a_wrong_iban_stops_before_anything_is_accepted(offered, sign_in, browser):
    sign_in()
    form = {"iban": "DE89 3704 0044 0532 0130 01", "account_holder": "Erika Muster"}
    answer = browser.post(f"/c/offer/{offered.id}/accept", data=form)
    assert (answer.status_code, "TK-OFFER-010" in answer.text) == (422, True)
    assert 'value="DE89 3704 0044 0532 0130 01"' in answer.text
    form["iban"] = "DE89 3704 0044 0532 0130 00"
    assert "Angenommen" in browser.post(f"/c/offer/{offered.id}/accept", data=form).text


def test_one_customer_never_reaches_anothers_offer(offered, make_case, sign_in, browser):
    make_case("S-2026-0002", photos=0, plate="B-B 2", odometer_km=5)
    sign_in("S-2026-0002", "B-B 2", "5")
    assert browser.get(f"/c/offer/{offered.id}.pdf").status_code == 404
    for what in ("accept", "decline"):
        assert browser.post(f"/c/offer/{offered.id}/{what}").status_code == 404
    assert "noch kein Angebot" in browser.get("/c/offer").text


@pytest.mark.parametrize(
    ("account", "right"),
    [
        ("DE89370400440532013000", True),
        ("GB82WEST12345698765432", True),
        ("DE89370400440532013001", False),
        ("DE8937040044053201300", False),
        ("de89370400440532013000", False),
        ("", False),
        ("DE89٣70400440532013000", False),
    ],
)
def test_iban_check_digits(account, right):
    assert iban_is_valid(account) is right
