"""What does not fit in a field of the document, asked while somebody types: a plain request, nothing is stored.

The value travels in the body: it may be a name, and addresses end in logs.
"""

from __future__ import annotations

import flask
from flask import Flask, Response, request

from workbench.cases.field_decisions import field_doubts
from workbench.desk.guard import current_actor
from workbench.desk.texts import language
from workbench.errors import TelekalkError


def install(server: Flask) -> None:
    """Register the route."""
    server.add_url_rule("/field-check", "field_check", _check, methods=["POST"])


def _check() -> Response:
    asked = request.get_json(silent=True)
    given = [asked.get(name) for name in ("case", "code", "value")] if isinstance(asked, dict) else []
    words = [word for word in given if isinstance(word, str)]
    if len(words) != 3:
        raise TelekalkError("TK-DESK-007", "Die Anfrage ist unvollständig.", "The request is incomplete.")
    kept, doubts = field_doubts(current_actor(), words[0], words[1], words[2])
    english = language() == "en"
    return flask.jsonify({"kept": kept, "doubts": [doubt.en if english else doubt.de for doubt in doubts]})
