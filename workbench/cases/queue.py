"""The queue: sorted, filtered and paged by the database."""

from __future__ import annotations

from workbench.access.actors import Actor
from workbench.cases.views import QueuePage, QueueQuery

SORTABLE: tuple[str, ...] = (
    "claim_number", "plate", "vehicle", "holder", "regime", "state", "received_at", "due_at", "clock_seconds",
    "assigned_to", "photos", "gross", "payout", "demo",
)  # fmt: skip


def list_queue(actor: Actor, query: QueueQuery) -> QueuePage:
    """A part of the queue for this actor."""
    raise NotImplementedError


def queue_version() -> str:
    """A short text that changes whenever any row of the queue may have changed; cheap enough to poll each second."""
    raise NotImplementedError


def queue_counts(actor: Actor) -> dict[str, int]:
    """Open cases by state, and ``open``, ``mine``, ``late``, ``flagged`` for the tiles above the queue."""
    raise NotImplementedError
