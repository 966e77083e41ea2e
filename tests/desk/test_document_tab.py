"""The vehicle tab: groups, marks in words, crops, what is doubtful; and the hint while one types."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from plotly.utils import PlotlyJSONEncoder

from workbench.access import Actor, find_actor
from workbench.cases import work
from workbench.cases.views import CaseRef
from workbench.desk import case_ops
from workbench.desk.components import document
from workbench.desk.texts import catalogue

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
BOX = [[100.4, 50], [300, 50], [300, 80], [100.4, 80]]


def field(code: str, value: str | None = "X", **facts: Any) -> dict[str, Any]:
    usual = {
        "label": "Name",
        "label_en": "Name",
        "group": "key",
        "photo_sha": "0" * 64,
        "photo_id": "p",
        "box": BOX,
        "confidence": 0.99,
    }
    return {"code": code, "value": value, "alternatives": [], "doubts": [], **usual, **facts}


def text(part: Any) -> str:
    return json.dumps(part, cls=PlotlyJSONEncoder, ensure_ascii=False)


@pytest.mark.parametrize(
    ("facts", "level", "word"),
    [
        ({}, "ok", "99"),
        ({"confidence": 0.7}, "warn", "bitte prüfen"),
        ({"confidence": 0.3}, "bad", "unsicher"),
        ({"confidence": None}, "", "angegeben"),
        ({"doubts": [{"code": "x", "de": "D", "en": "E"}]}, "warn", "passt nicht"),
        ({"corrected": True, "original": "Y"}, "info", "berichtigt"),
        ({"corrected": True, "doubts": [{"code": "x", "de": "D", "en": "E"}]}, "warn", "berichtigt"),
        ({"confirmed": True, "decided_by": "Anna Berger"}, "ok", "bestätigt"),
        ({"value": None, "doubtful": True}, "warn", "fehlt"),
        ({"value": None, "reason": "dash"}, "", "entwertet"),
    ],
)
def test_the_mark_says_it_in_words_and_with_a_sign(facts: dict[str, Any], level: str, word: str) -> None:
    mark = document.mark(field("A", **facts))
    assert mark.className == f"tk-chip {level}".strip()
    assert word in text(mark)
    assert "tk-i-" in text(mark), "colour is not alone"


def test_values_are_shown_as_they_are_typed() -> None:
    assert document.field_text("B", "2019-03-05") == "05.03.2019"
    assert document.field_text("B", "00.00.1998") == "00.00.1998"
    assert document.field_text("HU", "2028-05") == "05/2028"
    assert document.field_text("A", None) == ""
    assert document.crop_url(field("A")) == f"/crop/{'0' * 64}/100,50,300,50,300,80,100,80"
    assert document.crop_url(field("A", box=None)) is None


def test_the_tab_groups_marks_and_numbers() -> None:
    fields = [
        field("A", doubtful=True, confidence=0.5, alternatives=["X", "Y", "Y", "Z", "1", "2"]),
        field("22", "eins\nzwei", group="remarks"),
        field("18", None, group="right", box=None, reason="not_seen"),
    ]
    page = text(document.panel(fields, editable=True))
    assert page.count('"data-alt": "A"') == 3
    assert '"1 prüfen"' in page
    assert "Rechte Spalte" in page
    assert "Mittlere Spalte" not in page, "a group without fields is not shown"
    assert '"Textarea"' in page
    assert text(document.panel(fields, editable=False)).count('"disabled": true') >= 6


def test_a_document_of_which_nothing_was_read_says_so() -> None:
    assert "tk-doc-none" in text(document.panel([field("A", None)], editable=True))


def test_acts_on_fields(make_case: Callable[..., CaseRef], actor_expert: Actor) -> None:
    ref = make_case("S-2026-6001", taken_by=actor_expert)
    version = work.get_case(actor_expert, ref.id).version
    acts = [
        {"act": "field", "name": "HU", "value": "5/2027"},
        {"act": "field", "name": "B", "value": "not a day"},
        {"act": "field_confirm", "name": "D.1"},
        {"act": "field_undo"},
    ]
    outcome = case_ops.apply(actor_expert, ref.id, version, None, acts)
    assert outcome.problem is None
    assert outcome.view is not None
    shown = {item["code"]: item for item in outcome.view.vehicle_fields}
    assert (shown["HU"]["value"], shown["B"]["value"], shown["D.1"]["confirmed"]) == ("2027-05", "not a day", False)
    assert shown["B"]["doubts"][0]["code"] == "no_date"


def test_a_hint_while_one_types(anna: FlaskClient, anonymous: FlaskClient, make_case: Callable[..., CaseRef]) -> None:
    expert = find_actor("anna")
    assert expert is not None
    ref = make_case("S-2026-6002", taken_by=expert)

    def ask(client: FlaskClient, **body: Any) -> Any:
        return client.post("/field-check", json={"case": ref.id, "code": "E", "value": "", **body}, headers=SAME_ORIGIN)

    answer = ask(anna, value="WVWZZZ1KZ8W38675I")
    assert answer.status_code == 200
    assert "I, O und Q" in answer.json["doubts"][0]
    assert answer.headers["Cache-Control"] == "no-store"
    assert ask(anna, code="B", value="5.3.2019").json == {"kept": "2019-03-05", "doubts": []}
    assert ask(anna, code="nope").status_code == 422
    assert ask(anna, case="x").status_code == 404
    assert ask(anna, value=5).status_code == 400
    assert anna.post("/field-check", data=b"\xff", headers=SAME_ORIGIN).status_code == 400
    assert ask(anonymous).status_code == 401
    assert anna.post("/field-check", json={}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    # Nothing was stored by asking.
    assert not any(item["corrected"] for item in work.get_case(expert, ref.id).vehicle_fields)


def test_every_flag_of_the_document_has_its_word_and_stands_in_the_docs() -> None:
    import re
    from pathlib import Path

    from workbench.cases import cross_checks, flags

    documented = (Path(__file__).parents[2] / "docs" / "registration_on_the_desk.md").read_text(encoding="utf-8")
    source = "".join(Path(module.__file__).read_text(encoding="utf-8") for module in (cross_checks, flags))
    codes = set(re.findall(r'Flag\(\s*"([a-z_]+)"', source)) | {"vin_check", "vin_make_mismatch"}
    assert len(codes) > 12
    for code in codes:
        assert f"`{code}`" in documented, code
        for lang in ("de", "en"):
            assert f"flag.{code}" in catalogue(lang), code
