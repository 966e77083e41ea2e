from __future__ import annotations

import copy
import json
from collections.abc import Callable

import psycopg
import pytest
from click.testing import CliRunner
from sqlalchemy import update
from sqlalchemy.exc import ProgrammingError

from workbench.access import SYSTEM, Actor, customer_actor
from workbench.cases import offer, recalculation, work
from workbench.cases.views import CaseRef
from workbench.cli.recalculate import recalculate
from workbench.engines import calculate_with, checksum
from workbench.errors import TelekalkError
from workbench.store.database import session_scope
from workbench.store.models import Calculation, new_id

Make = Callable[..., CaseRef]


#: An input as version 2026.11.1 knew it, without any later field.
OLD_INPUT = {
    "parameters": {"price_date": "2026-11-23", "vat_rate": "0.19", "small_parts_percent": "2"},
    "rates": {"body": {"hourly": "140.00"}},
    "parts": [{"id": "p1", "label": "Kotflügel", "unit_price": "300.00"}],
    "labour": [{"id": "l1", "operation": "replace", "units": "1.60"}],
    "settlement": {"regime": "kasko", "excess": "300.00"},
}


@pytest.fixture
def sent(make_case: Make, actor_expert: Actor) -> CaseRef:
    """A case with a sent offer."""
    ref = make_case(taken_by=actor_expert, leased_or_financed=False)
    offer.send(actor_expert, ref.id, work.get_case(actor_expert, ref.id).version)
    return ref


def test_a_sent_offer_is_made_again_byte_by_byte(sent: CaseRef, actor_expert: Actor) -> None:
    (proof,) = recalculation.prove(actor_expert, sent.claim_number)
    assert (proof.same, proof.intact, proof.differences, proof.problem) == (True, True, (), None)
    assert proof.offer_version == 1


def test_results_of_an_earlier_engine_are_made_by_that_engine(sent: CaseRef) -> None:
    with session_scope() as session:
        stored = session.query(Calculation).one()
        old = calculate_with("2026.11.1", OLD_INPUT)
        session.add(
            Calculation(
                id=new_id(), case_id=sent.id, engine_version="2026.11.1", input=OLD_INPUT, result=old,
                result_sha256=checksum(old),
            )
        )  # fmt: skip
    proofs = list(recalculation.prove(SYSTEM))
    assert {p.engine_version: p.same for p in proofs} == {"2026.11.1": True, stored.engine_version: True}


def test_a_result_that_was_written_otherwise_is_found(sent: CaseRef) -> None:
    with session_scope() as session:
        stored = session.query(Calculation).one()
        forged = copy.deepcopy(stored.result)
        forged["totals"]["net"] = "1.00"
        session.add(
            Calculation(
                id=new_id(),
                case_id=sent.id,
                engine_version=stored.engine_version,
                input=stored.input,
                result=forged,
                result_sha256=stored.result_sha256,
            )
        )
        session.add(
            Calculation(
                id=new_id(), case_id=sent.id, engine_version="0.0", input=stored.input, result=stored.result,
                result_sha256=stored.result_sha256,
            )
        )  # fmt: skip
    found = {(p.intact, p.same, p.differences, p.problem) for p in recalculation.prove(SYSTEM)}
    assert (False, True, ("totals.net",), None) in found
    assert (True, False, (), "TK-ENGINE-001") in found
    done = CliRunner().invoke(recalculate, ["--json"])
    assert done.exit_code == 1
    assert len([json.loads(line) for line in done.output.splitlines()]) == 3


def test_the_database_refuses_to_change_a_stored_calculation(sent: CaseRef) -> None:
    with pytest.raises(ProgrammingError) as caught, session_scope() as session:
        session.execute(update(Calculation).values(engine_version="x"))
    assert isinstance(caught.value.orig, psycopg.errors.InsufficientPrivilege)


def test_the_command_says_so(sent: CaseRef) -> None:
    done = CliRunner().invoke(recalculate, [sent.claim_number])
    assert done.exit_code == 0, done.output
    assert "1 gleich, 0 nicht." in done.output


def test_customers_may_not(sent: CaseRef) -> None:
    with pytest.raises(TelekalkError) as caught:
        list(recalculation.prove(customer_actor(sent.id)))
    assert caught.value.code.startswith("TK-ACCESS")
