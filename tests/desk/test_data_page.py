"""The data page: who may open it, what its tabs say, what its callbacks and exports refuse."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from plotly.utils import PlotlyJSONEncoder

from workbench.access import Actor
from workbench.cases import work
from workbench.cases.views import CaseRef
from workbench.desk import data_views
from workbench.desk.components import data_lists
from workbench.desk.components.data_tables import Cell, Table, as_csv, as_xlsx, caption, safe
from workbench.desk.pages import data as data_page
from workbench.errors import TelekalkError
from workbench.store.database import session_scope
from workbench.store.learning import DatasetVersion, TrainingRun
from workbench.store.models import Photo

HEADERS = {"Sec-Fetch-Site": "same-origin"}


def _text(component: Any) -> str:
    return json.dumps(component, cls=PlotlyJSONEncoder, ensure_ascii=False)


def _ask(
    client: FlaskClient, outputs: list[str], inputs: list[tuple[Any, Any]], state: Sequence[tuple[Any, Any]] = ()
) -> Any:
    """Call a callback as a browser does; ids are ``name.property``."""

    def split(name: str) -> dict[str, str]:
        key, prop = name.rsplit(".", 1)
        return {"id": key, "property": prop}

    parts = [split(name) for name in outputs]
    whole = outputs[0] if len(outputs) == 1 else ".." + "...".join(outputs) + ".."
    body = {
        "output": whole,
        "outputs": parts if len(parts) > 1 else parts[0],
        "inputs": [{**split(name), "value": value} for name, value in inputs],
        "changedPropIds": [inputs[0][0]],
        "state": [{**split(name), "value": value} for name, value in state],
    }
    return client.post("/_dash-update-component", json=body, headers=HEADERS)


def _body(client: FlaskClient, tab: str, wanted: Any = None) -> Any:
    given = [
        ("data-tab.data", tab),
        ("data-days.value", "all"),
        ("data-category.value", "all"),
        ("data-start.data", 0),
        ("data-list.data", wanted),
    ]
    return _ask(client, ["data-body.children"], given)


@pytest.fixture
def labelled(make_case: Callable[..., CaseRef], actor_expert: Actor) -> CaseRef:
    """A case with a rejected dent of the model and an added crack."""
    ref = make_case("S-77", photos=1, taken_by=actor_expert)
    finding = work.get_case(actor_expert, ref.id).findings[0]
    work.decide_finding(actor_expert, finding["id"], "rejected")
    work.add_finding(actor_expert, ref.id, finding["photo_id"], category="crack", box=[10, 10, 60, 50], part="sill")
    return work.get_case(actor_expert, ref.id)  # type: ignore[return-value]


def test_layout_survives_nobody_and_refuses_experts(
    server: Flask, actor_of: Callable[[str], Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert data_page.layout() is not None
    for login, seen in (
        ("anna", False),
        ("clara", False),
        ("dora", True),
        ("rita", True),
        ("lena", True),
        ("admin", True),
    ):
        monkeypatch.setattr(data_page, "actor_or_none", lambda who=login: actor_of(who))
        page = _text(data_page.layout(tab="drift"))
        assert ("data-tabs" in page) is seen, login
        assert ("Dafür fehlt" in page or "error.forbidden" not in page) or not seen


def test_every_tab_and_callback_refuses_whom_it_must(
    labelled: CaseRef, sign_in: Callable[[str], FlaskClient], anonymous: FlaskClient
) -> None:
    anna, lena = sign_in("anna"), sign_in("lena")
    for tab, _icon in data_views.TABS:
        answer = _body(anna, tab)
        assert "TK-ACCESS-403" in answer.text, tab
        assert _body(anonymous, tab).status_code == 401
    pick = {"pick": {"list": "labels"}, "title": "x"}
    state = [("data-days.value", "all"), ("data-category.value", "all")]
    assert "TK-ACCESS-403" in _ask(anna, ["data-drawer-body.children"], [("data-pick.data", pick)], state).text
    assert (
        "TK-ACCESS-403"
        in _ask(anna, ["data-difference.children"], [("data-older.value", "a"), ("data-newer.value", "b")]).text
    )
    assert "TK-ACCESS-403" in _ask(anna, ["data-run-panel.children"], [("data-run.value", "x")]).text
    for key in (
        "overview-classes",
        "agreement-classes",
        "drift-last",
        "learn-list",
        "datasets-versions",
        "difference-photos",
        "runs-runs",
        "x",
    ):
        answer = anna.get(f"/data/export/{key}.csv")
        assert (answer.status_code, answer.get_json()["code"]) == (403, "TK-ACCESS-403"), key
    assert anonymous.get("/data/export/overview-classes.csv").status_code == 302
    # A lead looks but does not mend.
    assert "Kratzer" in _body(lena, "labels", {"pick": {"list": "labels"}}).text
    assert "TK-ACCESS-403" in _act(lena, {"act": "finding", "finding": "x", "decision": "confirmed"}).text


def _act(client: FlaskClient, act: dict[str, Any], photos: list[dict[str, Any]] | None = None) -> Any:
    answer = client.get("/_dash-dependencies").get_json()
    output = next(one["output"] for one in answer if any(part["id"] == "data-act" for part in one["inputs"]))
    names = output.strip(".").split("...")
    body = {
        "output": output,
        "outputs": [{"id": name.rsplit(".", 1)[0], "property": name.rsplit(".", 1)[1]} for name in names],
        "inputs": [{"id": "data-act", "property": "data", "value": {"seq": 1, "act": act}}],
        "changedPropIds": ["data-act.data"],
        "state": [{"id": "case-photos", "property": "data", "value": photos or []}],
    }
    return client.post("/_dash-update-component", json=body, headers=HEADERS)


def test_tabs_say_what_is_known(labelled: CaseRef, sign_in: Callable[[str], FlaskClient]) -> None:
    dora = sign_in("dora")
    with session_scope() as session:
        entry = {
            "photo": "a" * 64,
            "split": "train",
            "labels": [{"region": "r", "category": "dent", "box": [1, 2, 3, 4]}],
        }
        session.add(
            DatasetVersion(
                name="d-1",
                manifest_sha256="0" * 64,
                manifest=[entry],
                counts={"photos": {"train": 1}, "labels": {"train": {"dent": 1}}},
            )
        )
        session.add(DatasetVersion(name="d-2", manifest_sha256="1" * 64, manifest=[], counts={}))
        session.add(
            TrainingRun(
                name="try-7",
                state="done",
                curve=[{"step": 1, "loss": 2.0, "val": {"ap50": 0.2}}],
                figures={"ap50": 0.2},
            )
        )
    expected = {
        "overview": ("Verworfen", "Ergänzt", "Schweller", "Delle"),
        "agreement": ("Trefferquote", "Modell gegen Sachverständige", "nicht gefunden"),
        "drift": ("Schwellen", "Referenz", "Art der Fotos"),
        "learn": ("Nutzen", "Sachverständige sahen 2", "data-open-label"),
        "datasets": ("d-1", "telekalk annotations export", "Zwei Versionen"),
        "runs": ("try-7", "Modellversionen", "mitgeliefert", "Aktiv"),
        "labels": ("photo-graph", "Riss", "Rückgängig"),
    }
    for tab, words in expected.items():
        answer = _body(dora, tab, {"pick": {"list": "labels"}} if tab == "labels" else None)
        assert answer.status_code == 200, answer.text
        shown = json.dumps(answer.get_json(), ensure_ascii=False)
        assert "TK-" not in shown.replace("XX-TK", ""), (tab, shown[:600])
        for word in words:
            assert word in shown, (tab, word)
    shown = json.dumps(
        _ask(dora, ["data-difference.children"], [("data-older.value", "d-1"), ("data-newer.value", "d-2")]).get_json(),
        ensure_ascii=False,
    )
    assert "Weggefallen" in shown
    drawer = _ask(
        dora, ["data-drawer-body.children"], [("data-pick.data", {"pick": {"list": "agreement", "outcome": "added"}, "title": "Ergänzt: 1"})],
        [("data-days.value", "28"), ("data-category.value", "crack")],
    )  # fmt: skip
    assert "data-open-label" in drawer.text
    assert "TK-DATA-001" in _body(dora, "nothing").text
    assert "TK-DATA-001" in _body(dora, "labels", {"pick": {"list": "labels", "x'; drop": "1"}}).text


def test_empty_states(database: str, sign_in: Callable[[str], FlaskClient]) -> None:
    dora = sign_in("dora")
    expected = {
        "overview": "Noch nichts", "agreement": "Noch nichts zu vergleichen", "drift": "Noch keine Fotos", "learn": "Nichts zu lernen",
        "labels": "Keine Fotos", "datasets": "Noch kein Datensatz", "runs": "Noch kein Trainingslauf",
    }  # fmt: skip
    for tab, word in expected.items():
        assert word in json.dumps(_body(dora, tab).get_json(), ensure_ascii=False), tab


def test_an_act_is_kept_at_once_and_undone(
    labelled: CaseRef, sign_in: Callable[[str], FlaskClient], actor_of: Callable[[str], Actor]
) -> None:
    dora = sign_in("dora")
    finding = labelled.findings[0]  # type: ignore[attr-defined]
    photos = [{"id": finding["photo_id"]}]
    answer = _act(dora, {"act": "finding", "finding": finding["id"], "decision": "confirmed"}, photos).get_json()[
        "response"
    ]
    assert [one["status"] for one in answer["case-findings"]["data"] if one["id"] == finding["id"]] == ["confirmed"]
    step = answer["data-reply"]["data"]["undo"]
    answer = _act(dora, {"act": "undo", "step": step}, photos).get_json()["response"]
    assert [one["status"] for one in answer["case-findings"]["data"] if one["id"] == finding["id"]] == ["rejected"]
    wrong = _act(
        dora, {"act": "region", "photo": finding["photo_id"], "box": ["x"], "category": "dent"}, photos
    ).get_json()["response"]
    assert wrong["data-reply"]["data"]["problem"]["code"] == "TK-CASE-007"


def test_the_data_team_begins_here_and_sees_no_documents(
    labelled: CaseRef, server: Flask, sign_in: Callable[[str], FlaskClient]
) -> None:
    client = server.test_client()
    answer = client.post("/login", data={"login": "dora", "password": "dora-demo"}, headers=HEADERS)
    assert answer.location == "/data"
    assert client.get("/data").status_code == 200
    photo = labelled.photos[0]  # type: ignore[attr-defined]
    assert client.get(f"/media/{photo['sha']}/thumb").status_code == 200
    with session_scope() as session:
        row = session.get(Photo, photo["id"])
        assert row is not None
        row.role = "registration_document"
    assert client.get(f"/media/{photo['sha']}/thumb").status_code == 404
    assert sign_in("anna").get(f"/media/{photo['sha']}/thumb").status_code == 200


def test_exports_open_and_hold_no_formula(labelled: CaseRef, sign_in: Callable[[str], FlaskClient]) -> None:
    dora = sign_in("dora")
    answer = dora.get("/data/export/overview-classes.csv?days=28")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="telekalk-overview-classes-')
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Klasse;")
    assert any(line.startswith("Delle;") for line in lines)
    book = openpyxl.load_workbook(io.BytesIO(dora.get("/data/export/agreement-classes.xlsx").data))
    assert book.active is not None
    assert book.active["A1"].value == "Klasse"
    assert dora.get("/data/export/overview-classes.pdf").status_code == 404
    assert dora.get("/data/export/overview-nothing.csv").get_json()["code"] == "TK-DATA-001"
    assert dora.get("/data/export/overview-classes.csv?category=rust").status_code == 400
    table = Table(
        "t",
        "T[1]",
        ("=A1", "n", "s"),
        ((caption("=1+1"), Cell("0,5", 0.5), Cell("@SUM(A1)")), (caption("+x"), Cell("3", 3), Cell(" -2+3"))),
    )
    text = as_csv(table).decode("utf-8-sig")
    assert text.splitlines() == ["'=A1;n;s", "'=1+1;0,5;'@SUM(A1)", "'+x;3;' -2+3"]
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx(table))).active
    assert sheet is not None
    assert [[cell.value for cell in row] for row in sheet.rows][1] == ["'=1+1", 0.5, "'@SUM(A1)"]
    assert all(cell.data_type != "f" for row in sheet.rows for cell in row)
    assert safe("plain") == "plain"
    assert safe("\tx") == "'\tx"


def test_reasons_have_words() -> None:
    assert data_lists.reason_words("unsure", "dent|0.48") == "Das Modell ist unsicher: Delle mit 48\u00a0%."
    for code, about in (
        ("shadow", "3"),
        ("expert", "1"),
        ("rare", "class|crack"),
        ("rare", "part|sill"),
        ("rare", "device|X"),
        ("new_look", "30"),
    ):
        assert "data.reason" not in data_lists.reason_words(code, about)


def test_unknown_tables_are_refused(database: str, actor_of: Callable[[str], Actor]) -> None:
    for key in ("", "overview", "cases-all", "run-figures"):
        with pytest.raises(TelekalkError):
            data_views.table(actor_of("dora"), key, {})
