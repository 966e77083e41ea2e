"""The figures of the data page from real decisions: counts, agreement, lists, the learning list, mending with undo, runs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from workbench.access import SYSTEM, Actor, customer_actor
from workbench.cases import work
from workbench.cases.learning import choosing, listing, mend, regions, runs
from workbench.cases.learning.agreement import agreement
from workbench.cases.learning.overview import overview
from workbench.cases.learning.scope import Scope, scope_of
from workbench.cases.views import CaseRef
from workbench.errors import TelekalkError
from workbench.store.database import session_scope
from workbench.store.learning import ShadowLook, TrainingRun
from workbench.store.models import Photo


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(TelekalkError) as caught:
        act()
    return caught.value.code


@pytest.fixture
def judged(
    make_case: Callable[..., CaseRef], actor_expert: Actor, actor_of: Callable[[str], Actor]
) -> list[dict[str, str]]:
    """Five cases with one dent each: kept, rejected, relabelled, moved, and one nobody decided; one region is added."""
    found = []
    for number in range(5):
        ref = make_case(f"S-{number}", photos=1, taken_by=actor_expert)
        finding = work.get_case(SYSTEM, ref.id).findings[0]
        found.append({"case": ref.id, "finding": finding["id"], "photo": finding["photo_id"]})
    work.decide_finding(actor_expert, found[0]["finding"], "confirmed")
    work.decide_finding(actor_expert, found[1]["finding"], "rejected")
    work.decide_finding(actor_expert, found[2]["finding"], "edited", category="scratch")
    work.decide_finding(actor_expert, found[3]["finding"], "edited", box=[90, 100, 200, 150])
    work.add_finding(
        actor_expert, found[0]["case"], found[0]["photo"], category="crack", box=[10, 10, 60, 50], part="sill"
    )
    return found


def test_counts(judged: list[dict[str, str]], actor_of: Callable[[str], Actor]) -> None:
    counts = overview(actor_of("dora"))
    assert counts.labels == 5
    assert counts.by_category["dent"] == {"confirmed": 1, "rejected": 1, "edited": 1}
    assert counts.by_category["scratch"] == {"edited": 1}
    assert counts.by_category["crack"] == {"added": 1}
    assert counts.by_part == {"door_front": {"dent": 2, "scratch": 1}, "sill": {"crack": 1}}
    assert sum(sum(row.values()) for row in counts.by_month.values()) == 5
    assert counts.photos == {"decided": 4, "waiting": 1, "untouched": 0}
    assert counts.waiting == {"dent": (1, 1)}
    assert overview(actor_of("dora"), Scope(category="crack")).labels == 1
    assert overview(actor_of("dora"), Scope(days=1)).labels == 5


def test_agreement(judged: list[dict[str, str]], actor_of: Callable[[str], Actor]) -> None:
    rita = actor_of("rita")
    regions.mend(rita, decision="confirmed", finding_id=judged[0]["finding"])
    regions.mend(rita, decision="edited", finding_id=judged[2]["finding"], category="dent")
    found = agreement(rita)
    dent = next(one for one in found.classes if one.category == "dent")
    assert dent.outcomes == {"kept": 1, "described": 0, "moved": 1, "relabelled": 1, "rejected": 1, "added": 0}
    assert (dent.precision.hits, dent.precision.total) == (2, 4)
    assert (dent.recall.hits, dent.recall.total) == (2, 2)
    scratch = next(one for one in found.classes if one.category == "scratch")
    assert (scratch.received, scratch.recall.hits, scratch.recall.total) == (1, 0, 1)
    assert (found.overall.precision.hits, found.overall.precision.total) == (3, 4)
    assert (found.overall.recall.hits, found.overall.recall.total) == (3, 4)
    assert found.table == {"dent": {"dent": 2, "none": 1, "scratch": 1}, "none": {"crack": 1}}
    assert found.models["test-1"].total == 4
    assert found.review == {"dent": {"dent": 1}, "scratch": {"dent": 1}}
    assert (found.review_kappa.pairs, found.review_kappa.same) == (2, 1)
    # What the expert's word was does not change when somebody mends the label.
    assert overview(rita).by_role == {"expert": 3, "reviewer": 2}


def test_every_figure_leads_to_its_photos(judged: list[dict[str, str]], actor_of: Callable[[str], Actor]) -> None:
    dora = actor_of("dora")

    def photos(kind: str, **narrowed: str) -> list[str]:
        return sorted(photo.id for photo in listing.list_photos(dora, kind, narrowed).photos)

    place = [one["photo"] for one in judged]
    assert photos("agreement", outcome="rejected") == [place[1]]
    assert photos("agreement", proposed="dent", named="scratch") == [place[2]]
    assert photos("agreement", proposed="none", named="crack") == [place[0]]
    assert photos("labels", decision="edited", label="dent") == [place[3]]
    assert photos("labels", part="sill") == [place[0]]
    assert photos("waiting", label="dent") == [place[4]]
    assert photos("state", standing="waiting") == [place[4]]
    assert len(photos("state", standing="decided")) == 4
    page = listing.list_photos(dora, "labels", {}, start=1, end=3)
    assert (len(page.photos), page.total, page.start) == (2, 4, 1)
    assert page.photos[0].claim_number is None
    assert listing.list_photos(actor_of("rita"), "labels", {}).photos[0].claim_number is not None
    week = page.photos[0].received_at.date().fromisocalendar(*page.photos[0].received_at.isocalendar()[:2], 1)
    assert len(photos("week", week=week.isoformat())) == 5
    for kind, narrowed in (
        ("cases", {}), ("labels", {"photo": "1"}), ("labels", {"label": "rust"}), ("week", {"week": "soon"}), ("week", {}),
        ("labels", {"part": "x" * 90}), ("state", {}), ("labels", {"part": "\0"}),
    ):  # fmt: skip
        assert code_of(lambda k=kind, n=narrowed: listing.list_photos(dora, k, n)) == "TK-DATA-001"


def test_documents_are_never_shown(judged: list[dict[str, str]], actor_of: Callable[[str], Actor]) -> None:
    dora, rita = actor_of("dora"), actor_of("rita")
    with session_scope() as session:
        photo = session.get(Photo, judged[0]["photo"])
        assert photo is not None
        photo.role = "registration_document"
        sha = photo.sha256
    assert judged[0]["photo"] not in [photo.id for photo in listing.list_photos(dora, "labels", {}).photos]
    assert mend.labels(dora, [judged[0]["photo"]]).photos == ()
    act = {"act": "finding", "finding": judged[0]["finding"], "decision": "rejected"}
    assert code_of(lambda: mend.apply(dora, act)) == "TK-ACCESS-404"
    assert code_of(lambda: mend.undo(dora, {"finding": judged[0]["finding"]})) == "TK-ACCESS-404"
    assert code_of(lambda: listing.require_photo(dora, sha)) == "TK-ACCESS-404"
    listing.require_photo(rita, sha)


def test_who_may_look_and_who_may_mend(judged: list[dict[str, str]], actor_of: Callable[[str], Actor]) -> None:
    act = {"act": "finding", "finding": judged[0]["finding"], "decision": "rejected"}
    for login in ("anna", "clara", "paul"):
        actor = actor_of(login)
        for look in (
            lambda a=actor: overview(a),
            lambda a=actor: agreement(a),
            lambda a=actor: listing.list_photos(a, "labels", {}),
            lambda a=actor: choosing.learning_list(a),
            lambda a=actor: mend.labels(a, []),
            lambda a=actor: runs.runs(a),
            lambda a=actor: mend.apply(a, act),
            lambda a=actor: mend.undo(a, {}),
        ):
            assert code_of(look) == "TK-ACCESS-403"
    assert overview(actor_of("lena")).labels == 5
    assert not mend.labels(actor_of("lena"), [judged[0]["photo"]]).editable
    assert code_of(lambda: mend.apply(actor_of("lena"), act)) == "TK-ACCESS-403"
    assert code_of(lambda: overview(customer_actor(judged[0]["case"]))) == "TK-ACCESS-404"


def test_mend_and_undo(judged: list[dict[str, str]], actor_of: Callable[[str], Actor]) -> None:
    dora = actor_of("dora")
    region, photo = judged[4]["finding"], judged[4]["photo"]

    def now() -> list[tuple[str, str]]:
        return [(one["category"], one["status"]) for one in mend.labels(dora, [photo]).findings]

    assert now() == [("dent", "proposed")]
    confirmed = mend.apply(dora, {"act": "finding", "finding": region, "decision": "confirmed"})
    assert [(one["category"], one["status"]) for one in confirmed.findings] == now() == [("dent", "confirmed")]
    renamed = mend.apply(
        dora, {"act": "finding", "finding": region, "decision": "edited", "category": "scratch", "part": None}
    )
    assert now() == [("scratch", "edited")]
    assert mend.labels(dora, [photo]).findings[0]["part"] is None
    rejected = mend.apply(dora, {"act": "finding", "finding": region, "decision": "rejected"})
    assert now() == [("scratch", "rejected")] or now() == [("dent", "rejected")]
    drawn = mend.apply(dora, {"act": "region", "photo": photo, "box": [5, 5, 50, 50], "category": "crack"})
    assert ("crack", "confirmed") in now()
    for done in (drawn, rejected, renamed, confirmed):
        assert done.undo is not None
        mend.undo(dora, done.undo)
    assert now() == [("dent", "proposed")]
    # Nothing of the case has changed.
    assert work.get_case(SYSTEM, judged[4]["case"]).findings[0]["status"] == "proposed"
    assert code_of(lambda: mend.apply(dora, {"act": "boom"})) == "TK-DATA-001"
    assert (
        code_of(lambda: mend.apply(dora, {"act": "finding", "finding": "x", "decision": "confirmed"}))
        == "TK-ACCESS-404"
    )


def test_learning_list(judged: list[dict[str, str]], actor_of: Callable[[str], Actor]) -> None:
    dora = actor_of("dora")
    with session_scope() as session:
        for at, one in enumerate(judged):
            photo = session.get(Photo, one["photo"])
            assert photo is not None
            # Quite different looks, but the last two alike.
            photo.quality = {"look": f"{(0x0123456789ABCDEF * (min(at, 3) * 7919 + 1)) % 2**64:016x}"}
        session.add(
            ShadowLook(
                case_id=judged[3]["case"], photo_id=judged[3]["photo"], active="a", candidate="b", disagreement_count=4
            )
        )
    page = choosing.learning_list(dora)
    assert page.photos[0].id == judged[3]["photo"]
    assert ("shadow", "4") in page.photos[0].reasons
    assert all(photo.score is not None and 0 < photo.score <= 1 for photo in page.photos)
    assert [photo.score for photo in page.photos] == sorted((photo.score or 0 for photo in page.photos), reverse=True)
    assert judged[4]["photo"] not in [photo.id for photo in page.photos]  # looks like the one before
    wrong = next(photo for photo in page.photos if photo.id == judged[1]["photo"])
    assert ("expert", "1") in wrong.reasons
    # What the data team has spoken on needs no second look.
    regions.mend(dora, decision="confirmed", finding_id=judged[3]["finding"])
    assert judged[3]["photo"] not in [photo.id for photo in choosing.learning_list(dora).photos]
    assert choosing.learning_list(dora, start=0, end=1).total > 1


def test_runs(actor_of: Callable[[str], Actor]) -> None:
    dora = actor_of("dora")
    assert runs.runs(dora) == ((), 0)
    curve = [{"step": step, "loss": 2.0 / (step + 1)} for step in range(2000)]
    curve[777]["val_ap50"] = 0.4
    with session_scope() as session:
        session.add(TrainingRun(name="try-1", state="done", curve=curve, figures={"ap50": 0.41}, device="cpu"))
    found, total = runs.runs(dora)
    assert (total, found[0].name, found[0].curve) == (1, "try-1", ())
    one = runs.run(dora, found[0].id)
    assert 400 < len(one.curve) <= 602
    assert any("val_ap50" in entry for entry in one.curve)
    assert one.curve[-1]["step"] == 1999
    assert code_of(lambda: runs.run(dora, "x")) == "TK-ACCESS-404"


def test_scope() -> None:
    assert scope_of(None) == scope_of({"days": "all", "category": ""}) == Scope()
    assert scope_of({"days": "28", "category": "dent"}) == Scope(28, "dent")
    for wrong in ({"days": "x"}, {"days": 0}, {"days": 10**9}, {"category": "rust"}):
        assert code_of(lambda w=wrong: scope_of(w)) == "TK-DATA-001"
