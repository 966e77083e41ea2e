"""The port through which messages leave the house, and the gateway that the demonstration uses."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """A message that is ready to go.

    Attributes:
        id: stays the same when delivery is repeated; a gateway that knows it drops the repetition.
        kind: what happened, e.g. ``offer``.
        channel: ``sms`` or ``email``.
        recipient: telephone number or e-mail address.
        subject: for e-mail.
        text: one paragraph.
        created_at: ISO, UTC.
    """

    id: str
    kind: str
    channel: str
    recipient: str
    subject: str
    text: str
    created_at: str


class Gateway(Protocol):
    """Something that sends messages. It raises when it could not; the outbox then tries again later."""

    def send(self, message: Message) -> None:
        """Send one message. At-least-once: the same id may come again."""


class FileGateway:
    """Writes each message as a JSON file into a folder, where a person or another program finds it.

    Args:
        folder: made when it is missing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: Message) -> None:
        """Write the message; the same id again replaces the same file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        target = self.folder / f"{message.created_at[:19].replace(':', '')}-{message.kind}-{message.id}.json"
        draft = target.with_suffix(".tmp")
        # The messages name people: nobody else on the machine reads them.
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            json.dump(asdict(message), out, ensure_ascii=False, indent=1)
            out.write("\n")
        draft.replace(target)
