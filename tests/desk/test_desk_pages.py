"""Pages as the server makes them: with a person, without one, and for what is not there."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from plotly.utils import PlotlyJSONEncoder

from workbench.access import Actor
from workbench.cases import offer, work
from workbench.cases.views import CaseRef
from workbench.desk.components import case_header, derivation, document, offer_tab, photos, shell
from workbench.desk.pages import case as case_page
from workbench.desk.pages import queue as queue_page

HEADERS = {"Sec-Fetch-Site": "same-origin"}


def _text(component: Any) -> str:
    return json.dumps(component, cls=PlotlyJSONEncoder, ensure_ascii=False)


@pytest.fixture
def as_anna(server: Flask, actor_expert: Actor, monkeypatch: pytest.MonkeyPatch) -> Actor:
    """Layouts are made for Anna."""
    for module in (case_page, queue_page, shell):
        monkeypatch.setattr(module, "actor_or_none", lambda: actor_expert)
    return actor_expert


def test_layouts_survive_nobody(server: Flask) -> None:
    assert queue_page.layout() is not None
    assert case_page.layout() is not None
    assert case_page.layout("x") is not None
    assert shell.layout() is not None
    assert shell.not_found() is not None


def test_the_first_page_in_both_languages(anna: FlaskClient) -> None:
    assert '<html lang="de" data-bs-theme="light"' in anna.get("/").text
    answer = anna.post("/preference", data={"language": "en", "next": "/case/1"}, headers=HEADERS)
    assert answer.location == "/case/1"
    anna.post("/preference", data={"theme": "dark"}, headers=HEADERS)
    assert '<html lang="en" data-bs-theme="dark"' in anna.get("/").text
    assert "Upload photo set" in anna.get("/_dash-layout").text or anna.get("/_dash-layout").status_code == 200


def test_case_page_says_what_is_known(as_anna: Actor, make_case: Callable[..., CaseRef]) -> None:
    ref = make_case("S-8", prefill=True, plate="XX-TK 8", holder_name="Öztürk <b>", demo=True, taken_by=as_anna)
    page = _text(case_page.layout(ref.id))
    for word in ("S-8", "XX-TK 8", "Öztürk <b>", "Ersatzteile", "Auszahlung", "Delle", "Demo"):
        assert word in page, word
    assert "dangerously" not in page.replace("dangerously_allow_code", "")


def test_case_page_before_the_prefill_and_without_photos(as_anna: Actor, make_case: Callable[..., CaseRef]) -> None:
    assert "Noch keine Kalkulation" in _text(case_page.layout(make_case("S-8", complete=True).id))
    assert "Noch keine Fotos" in _text(case_page.layout(make_case("S-9", photos=0).id))


@pytest.mark.parametrize("case_id", ["00000000-0000-0000-0000-000000000000", "x", "'; --", "%00"])
def test_a_case_that_is_not_there(as_anna: Actor, case_id: str) -> None:
    assert "TK-ACCESS-404" in _text(case_page.layout(case_id))


def test_a_person_without_the_right_sees_no_queue(
    server: Flask, actor_of: Callable[[str], Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_page, "actor_or_none", lambda: actor_of("dora"))
    assert "queue-grid" not in _text(queue_page.layout())


def _rows(client: FlaskClient, request: dict[str, Any], chosen: str = "open", search: str = "") -> dict[str, Any]:
    outputs = [
        {"id": "queue-grid", "property": "getRowsResponse"},
        {"id": "queue-total", "property": "children"},
        {"id": "queue-empty", "property": "className"},
    ]
    name = ".." + "...".join(f"{item['id']}.{item['property']}" for item in outputs) + ".."
    body = {
        "output": name,
        "outputs": outputs,
        "inputs": [{"id": "queue-grid", "property": "getRowsRequest", "value": request}],
        "changedPropIds": ["queue-grid.getRowsRequest"],
        "state": [
            {"id": "queue-filter", "property": "data", "value": chosen},
            {"id": "queue-search", "property": "value", "value": search},
        ],
    }
    answer = client.post("/_dash-update-component", json=body, headers=HEADERS)
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json()["response"]["queue-grid"]["getRowsResponse"])


def test_queue_rows(anna: FlaskClient, make_case: Callable[..., CaseRef]) -> None:
    make_case("S-1", plate="XX-TK 1", holder_name="Berta", prefill=True)
    make_case("S-2", plate="XX-TK 2", holder_name="Anton")
    request = {"startRow": 0, "endRow": 100, "sortModel": [{"colId": "holder", "sort": "asc"}], "filterModel": {}}
    found = _rows(anna, request)
    assert [row["holder"] for row in found["rowData"]] == ["Anton", "Berta"]
    assert found["rowCount"] == 2
    assert _rows(anna, request, search="TK 2")["rowCount"] == 1
    assert _rows(anna, request, chosen="ready")["rowCount"] == 1
    assert _rows(anna, request, chosen="mine")["rowCount"] == 0
    hostile = {"startRow": -5, "endRow": 10**9, "sortModel": [{"colId": "id; DROP", "sort": "up"}], "filterModel": None}
    assert _rows(anna, hostile, chosen="nothing", search="%' OR 1=1 --")["rowCount"] == 0


def test_offer_tab_and_pdf(as_anna: Actor, anna: FlaskClient, make_case: Callable[..., CaseRef]) -> None:
    ref = make_case("S-4", prefill=True, taken_by=as_anna, leased_or_financed=False)
    case = work.get_case(as_anna, ref.id)
    shown = _text(offer_tab.preview(case, offer.preview(as_anna, ref.id)))
    assert "/offer/preview/" in shown
    answer = anna.get(f"/offer/preview/{ref.id}.pdf")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF")
    assert anna.get("/offer/00000000-0000-0000-0000-000000000000.pdf").status_code == 404


def test_every_figure_of_the_panel_can_be_asked_why(as_anna: Actor, make_case: Callable[..., CaseRef]) -> None:
    import re

    ref = make_case("S-6", prefill=True, taken_by=as_anna)
    result = work.get_case(as_anna, ref.id).result
    assert result is not None
    page = _text(case_page.layout(ref.id))
    keys = set(re.findall(r'"data-why": "([^"]+)"', page))
    assert {"payout", "gross", "net", "vat", "limit"} <= keys
    missing = [key for key in keys if key not in result["derivation"]]
    assert not missing
    assert "Rechenweg" not in derivation.title(result["derivation"], "payout")


def test_fields_show_confidence_in_words_too() -> None:
    for confidence, level in ((0.97, "ok"), (0.7, "warn"), (0.3, "bad")):
        mark = document.mark({"code": "A", "value": "X", "confidence": confidence})
        assert level in mark.className
        assert "%" in _text(mark)


def test_first_photo_is_one_with_damage() -> None:
    shown = [
        {"id": "a", "role": "registration_document"},
        {"id": "b", "role": "vehicle"},
        {"id": "c", "role": "damage"},
    ]
    assert photos.first_place(shown, [{"photo_id": "c", "status": "proposed"}]) == 2
    assert photos.first_place(shown, []) == 1
    assert photos.first_place([], []) == 0


def test_header_offers_what_may_be_done(as_anna: Actor, make_case: Callable[..., CaseRef]) -> None:
    ref = make_case("S-3", prefill=True)
    assert "Übernehmen" in _text(case_header.header(work.get_case(as_anna, ref.id)))
    work.take(as_anna, ref.id)
    head = _text(case_header.header(work.get_case(as_anna, ref.id)))
    assert "Übernehmen" not in head
    assert "bei mir" in head
