"""Tables of the data page as CSV and Excel files."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import flask
from flask import Flask, Response

from workbench.desk import data_views
from workbench.desk.components.data_tables import as_csv, as_xlsx
from workbench.desk.guard import current_actor
from workbench.errors import not_found
from workbench.settings import get_settings

_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_LONGEST = 80


def install(server: Flask) -> None:
    """Register the route."""
    server.add_url_rule("/data/export/<key>.<kind>", "data_export", _export)


def _export(key: str, kind: str) -> Response:
    """A table by its name; period, class and other choices stand in the address."""
    actor = current_actor()
    values = {name: value[:_LONGEST] for name, value in flask.request.args.items()}
    table = data_views.table(actor, key[:_LONGEST], values)
    if kind not in _TYPES:
        raise not_found("Die Datei", "The file")
    today = datetime.now(ZoneInfo(get_settings().time_zone)).date().isoformat()
    response = Response(as_csv(table) if kind == "csv" else as_xlsx(table), content_type=_TYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="telekalk-{table.key}-{today}.{kind}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
