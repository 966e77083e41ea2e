"""The outbox: at-least-once, each process its own rows, failures wait and are given up."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from workbench.cases import work
from workbench.messages import outbox
from workbench.messages.texts import compose
from workbench.settings import get_settings
from workbench.store.database import session_scope
from workbench.store.models import OutboxMessage, now


class Noting:
    def __init__(self, *, fails=0):
        self.sent, self.fails, self.lock = [], fails, threading.Lock()

    def send(self, message):
        with self.lock:
            if self.fails:
                self.fails -= 1
                raise ConnectionError("no line")
            self.sent.append(message)


@pytest.fixture
def waiting(database):
    """Puts messages into the outbox: ``waiting(3)``."""

    def put(count=1, **values):
        facts = {"kind": "offer", "channel": "sms", "recipient": "+490000", "data": {}} | values
        with session_scope() as session:
            session.add_all([OutboxMessage(**facts) for _ in range(count)])

    return put


def rows():
    with session_scope() as session:
        return list(session.scalars(select(OutboxMessage)))


def later(minutes):
    with session_scope() as session:
        for row in session.scalars(select(OutboxMessage)):
            row.created_at = now() - timedelta(minutes=minutes)


def test_requested_photos_reach_the_customer_as_a_file(make_case, actor_expert):
    case = make_case(taken_by=actor_expert, phone="+49 151 000", plate="M-AB 1")
    work.request_photos(actor_expert, case.id, ["odometer"], "Bitte {link} den Tacho.")
    assert outbox.deliver() == 1
    (file,) = (get_settings().home / "outbox").glob("*.json")
    message = json.loads(file.read_text(encoding="utf-8"))
    assert message["channel"] == "sms"
    assert message["recipient"] == "+49 151 000"
    assert "Bitte {link} den Tacho." in message["text"]
    assert f"{get_settings().customer_url}/c" in message["text"]
    assert file.stat().st_mode & 0o077 == 0
    assert outbox.deliver() == 0
    (listed,) = outbox.list_messages(actor_expert, case.id)
    assert listed["sent_at"]


def test_work_lists_stay_in_the_house(waiting):
    waiting(channel="task", kind="call_back")
    assert outbox.deliver(Noting()) == 0


def test_a_failed_message_waits_and_is_tried_again(waiting):
    waiting()
    gateway = Noting(fails=1)
    assert outbox.deliver(gateway) == 0
    assert rows()[0].error == "TK-MSG-002: ConnectionError"
    assert outbox.deliver(gateway) == 0  # its time has not come
    later(2)
    assert outbox.deliver(gateway) == 1
    assert (rows()[0].error, rows()[0].attempts) == (None, 2)


def test_after_eight_attempts_it_is_given_up_and_stays_readable(waiting, actor_expert):
    waiting()
    gateway = Noting(fails=99)
    for _ in range(12):
        later(100_000)
        outbox.deliver(gateway, limit=1)
    assert rows()[0].attempts == outbox.MOST_ATTEMPTS
    assert outbox.list_messages(actor_expert)[0]["error"].startswith("TK-MSG-002")


def test_without_recipient_nothing_is_sent(waiting):
    waiting(recipient=None)
    gateway = Noting()
    assert outbox.deliver(gateway) == 0
    assert (gateway.sent, rows()[0].error) == ([], "TK-MSG-001: no recipient")


def test_several_processes_send_each_message_once(waiting):
    waiting(30)
    gateway = Noting()
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: outbox.deliver(gateway), range(4))) == 30
    assert len({message.id for message in gateway.sent}) == len(gateway.sent) == 30


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(
    "kind", ["invitation", "photos_requested", "offer", "offer_accepted", "excluded", "something_new"]
)
def test_every_message_is_one_clean_paragraph(kind, language):
    subject, text = compose(
        kind, language, claim="KS-1", link="https://x/c", data={"message": "a\n\nb", "reason": "{claim}"}
    )
    assert "KS-1" in subject
    assert "\n" not in text
    assert "  " not in text
