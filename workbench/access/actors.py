"""Actors: the person or program on whose behalf something is done."""

from __future__ import annotations

from dataclasses import dataclass

ROLES = ("expert", "reviewer", "lead", "clerk", "approver", "partner", "data", "admin")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts.

    Attributes:
        user_id: Id of the local account; None for programs and customers.
        login: Login name; ``system``, ``gateway`` or ``customer`` for the others.
        name: Name as shown to colleagues.
        roles: Roles held; permissions follow from these alone.
        case_id: For a customer the one case that the actor is bound to; None otherwise.
    """

    user_id: str | None
    login: str
    name: str
    roles: frozenset[str]
    case_id: str | None = None


SYSTEM = Actor(None, "system", "Telekalk", frozenset({"system"}))


def customer_actor(case_id: str) -> Actor:
    """The customer of one case, after the customer face has checked who it is."""
    return Actor(None, "customer", "Kunde", frozenset({"customer"}), case_id)


def gateway_actor(name: str = "gateway") -> Actor:
    """A program that hands in photo sets, after its token has been checked."""
    return Actor(None, name, "Schnittstelle", frozenset({"gateway"}))
