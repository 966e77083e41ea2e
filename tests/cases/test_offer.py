from __future__ import annotations

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pypdf
import pytest
import time_machine
from sqlalchemy import select

from workbench.access import SYSTEM, Actor, customer_actor
from workbench.cases import offer, work
from workbench.cases.views import CaseRef
from workbench.errors import TelekalkError
from workbench.store.database import session_scope
from workbench.store.models import Audit, Calculation, OutboxMessage

Make = Callable[..., CaseRef]
IBAN = "DE89 3704 0044 0532 0130 00"


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(TelekalkError) as caught:
        call()
    return caught.value.code


def kinds() -> list[str]:
    with session_scope() as session:
        return sorted(session.scalars(select(OutboxMessage.kind)))


def test_preview_shows_what_is_sent(make_case: Make, actor_expert: Actor) -> None:
    ref = make_case(taken_by=actor_expert, leased_or_financed=False)
    seen = offer.preview(actor_expert, ref.id)
    view = work.get_case(actor_expert, ref.id)
    assert seen.sendable, seen.blockers
    assert seen.gross == view.result["totals"]["gross"]
    sent = offer.send(actor_expert, ref.id, view.version)
    assert (sent.version, sent.state, sent.gross, sent.payout) == (1, "sent", seen.gross, seen.payout)
    content = offer.pdf(actor_expert, sent.id)
    read = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    assert ref.claim_number in read
    assert offer.pdf(customer_actor(ref.id), sent.id) == content
    after = work.get_case(actor_expert, ref.id)
    assert (after.state, after.offers[0]["state"], after.clock["running"]) == ("offered", "sent", False)
    assert kinds() == ["offer"]
    with session_scope() as session:
        kept = session.scalars(select(Calculation)).one()
        assert kept.result["totals"]["gross"] == sent.gross
        assert kept.result["derivation"]


def test_a_red_flag_stops_the_offer_until_it_is_answered_for(make_case: Make, actor_expert: Actor) -> None:
    ref = make_case(taken_by=actor_expert, leased_or_financed=True)
    view = work.get_case(actor_expert, ref.id)
    assert not offer.preview(actor_expert, ref.id).sendable
    assert code_of(lambda: offer.send(actor_expert, ref.id, view.version)) == "TK-OFFER-002"
    assert kinds() == []
    sent = offer.send(actor_expert, ref.id, view.version, cleared_flags=("leased_or_financed",))
    assert sent.state == "sent"


def test_sending_needs_the_version_that_was_seen(make_case: Make, actor_expert: Actor) -> None:
    ref = make_case(taken_by=actor_expert, leased_or_financed=False)
    view = work.get_case(actor_expert, ref.id)
    work.correct_field(actor_expert, ref.id, view.version, "D.3", "LIVA")
    assert code_of(lambda: offer.send(actor_expert, ref.id, view.version)) == "TK-CASE-409"


def _sent(make_case: Make, expert: Actor) -> tuple[CaseRef, str]:
    ref = make_case(taken_by=expert, leased_or_financed=False)
    return ref, offer.send(expert, ref.id, work.get_case(expert, ref.id).version).id


def test_acceptance_counts_once_however_often_and_at_whatever_moment(make_case: Make, actor_expert: Actor) -> None:
    ref, offer_id = _sent(make_case, actor_expert)
    customer = customer_actor(ref.id)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _n: offer.accept(customer, offer_id, iban=IBAN), range(8)))
    assert {answer.state for answer in answers} == {"accepted"}
    assert len({answer.decided_at for answer in answers}) == 1
    assert kinds() == ["accepted", "offer"]
    with session_scope() as session:
        assert len(session.scalars(select(Audit).where(Audit.action == "offer_accepted")).all()) == 1
    assert code_of(lambda: offer.decline(customer, offer_id)) == "TK-OFFER-006"


def test_declining_asks_for_a_call(make_case: Make, actor_expert: Actor) -> None:
    ref, offer_id = _sent(make_case, actor_expert)
    customer = customer_actor(ref.id)
    assert offer.decline(customer, offer_id, reason="Zu wenig.").state == "declined"
    assert offer.decline(customer, offer_id).state == "declined"
    assert kinds() == ["call_back", "offer"]
    assert code_of(lambda: offer.accept(customer, offer_id)) == "TK-OFFER-005"
    assert work.get_case(SYSTEM, ref.id).state == "declined"


def test_a_new_offer_supersedes_the_old_one(make_case: Make, actor_expert: Actor) -> None:
    ref, first = _sent(make_case, actor_expert)
    view = work.take(actor_expert, ref.id)
    assert view.state == "in_calculation"
    second = offer.send(actor_expert, ref.id, view.version)
    assert second.version == 2
    customer = customer_actor(ref.id)
    assert code_of(lambda: offer.accept(customer, first)) == "TK-OFFER-003"
    assert offer.accept(customer, second.id).state == "accepted"
    assert [item["state"] for item in work.get_case(SYSTEM, ref.id).offers] == ["accepted", "superseded"]


def test_an_old_offer_cannot_be_accepted(make_case: Make, actor_expert: Actor) -> None:
    import time

    ref, offer_id = _sent(make_case, actor_expert)
    with time_machine.travel(time.time() + 15 * 86400):
        assert code_of(lambda: offer.accept(customer_actor(ref.id), offer_id)) == "TK-OFFER-004"
        assert offer.get_offer(customer_actor(ref.id), offer_id).state == "expired"
        assert (offer.expire_due(), offer.expire_due()) == (1, 0)
        assert work.get_case(SYSTEM, ref.id).state == "expired"


@pytest.mark.parametrize("iban", ["DE89370400440532013001", "DE8937040044053201300", "XX", "DE89 <b>"])
def test_a_wrong_iban_is_told(make_case: Make, actor_expert: Actor, iban: str) -> None:
    ref, offer_id = _sent(make_case, actor_expert)
    assert code_of(lambda: offer.accept(customer_actor(ref.id), offer_id, iban=iban)) == "TK-OFFER-007"


def test_offers_of_others_stay_unknown(make_case: Make, actor_expert: Actor, actor_of: Callable) -> None:
    _ref, offer_id = _sent(make_case, actor_expert)
    stranger = make_case("S-2", photos=0)
    assert code_of(lambda: offer.pdf(customer_actor(stranger.id), offer_id)) == "TK-ACCESS-404"
    assert code_of(lambda: offer.accept(actor_expert, offer_id)) == "TK-ACCESS-403"
    assert code_of(lambda: offer.pdf(actor_of("dora"), offer_id)) == "TK-ACCESS-403"
    assert code_of(lambda: offer.pdf(actor_expert, "x")) == "TK-ACCESS-404"
