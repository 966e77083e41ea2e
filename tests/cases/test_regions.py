"""Acts on regions: kept with who and when, folded into what counts, mended for the data set without touching the case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from workbench.access import SYSTEM, Actor
from workbench.cases import work
from workbench.cases.learning import regions
from workbench.cases.learning.region_fold import RANK, Act, fold
from workbench.cases.learning.regions import PhotoTruth
from workbench.cases.views import CaseRef
from workbench.errors import TelekalkError
from workbench.store.database import session_scope
from workbench.store.learning import RegionAnnotation
from workbench.store.models import Finding

Make = Callable[..., CaseRef]
Of = Callable[[str], Actor]


def rows_of(case_id: str) -> list[RegionAnnotation]:
    with session_scope() as session:
        query = select(RegionAnnotation).where(RegionAnnotation.case_id == case_id).order_by(RegionAnnotation.id)
        return list(session.scalars(query))


def truth_of(photo_id: str) -> PhotoTruth:
    with session_scope() as session:
        return regions.truth(session, [photo_id])[photo_id]


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(TelekalkError) as caught:
        act()
    return caught.value.code


def test_every_act_of_the_desk_is_kept(make_case: Make, actor_expert: Actor) -> None:
    ref = make_case(taken_by=actor_expert)
    view = work.get_case(actor_expert, ref.id)
    finding, photo = view.findings[0]["id"], view.photos[0]["id"]
    assert truth_of(photo).unreviewed[0].region == finding
    assert not truth_of(photo).complete
    work.decide_finding(actor_expert, finding, "confirmed")
    work.decide_finding(actor_expert, finding, "edited", box=[10, 20, 30, 40], category="scratch")
    assert truth_of(photo).labels[0].box == (10, 20, 30, 40)
    view = work.decide_finding(actor_expert, finding, "proposed")
    # Taken back means: what the model said, and nobody's word.
    assert view.findings[0]["box"] == [100, 100, 200, 150]
    assert (view.findings[0]["category"], view.findings[0]["status"]) == ("dent", "proposed")
    assert truth_of(photo).unreviewed[0].box == (100, 100, 200, 150)
    work.decide_finding(actor_expert, finding, "rejected")
    work.add_finding(
        actor_expert, ref.id, photo, category="crack", box=[0, 0, 9, 9], polygon=[[5, 5], [90, 5], [90, 60]]
    )
    kept = rows_of(ref.id)
    assert [row.decision for row in kept] == ["confirmed", "edited", "undone", "rejected", "added"]
    assert {(row.made_by, row.by_role) for row in kept} == {(actor_expert.user_id, "expert")}
    assert [(row.model, str(row.score)) for row in kept[:2]] == [("test-1", "0.9000")] * 2
    assert kept[1].before["box"] == [100, 100, 200, 150]
    assert (kept[1].after["box"], kept[1].after["category"]) == ([10, 20, 30, 40], "scratch")
    assert kept[3].after is None
    assert kept[4].before is None
    now = truth_of(photo)
    assert now.complete
    assert (now.labels[0].decision, now.labels[0].box, now.labels[0].original) == ("added", (5, 5, 85, 55), None)
    assert (now.rejected[0].region, now.rejected[0].category) == (finding, "dent")


def test_an_act_that_fails_leaves_nothing(make_case: Make, actor_expert: Actor) -> None:
    ref = make_case(taken_by=actor_expert)
    view = work.get_case(actor_expert, ref.id)
    finding, photo = view.findings[0]["id"], view.photos[0]["id"]
    outside = [[5000, 10], [6000, 10], [6000, 90]]
    assert refused(lambda: work.decide_finding(actor_expert, finding, "edited", box=[9999, 0, 5, 5])) == "TK-CASE-007"
    assert (
        refused(
            lambda: work.add_finding(actor_expert, ref.id, photo, category="dent", box=[0, 0, 50, 50], polygon=outside)
        )
        == "TK-CASE-007"
    )
    assert rows_of(ref.id) == []


def test_mending_changes_the_label_and_not_the_case(make_case: Make, actor_expert: Actor, actor_of: Of) -> None:
    reviewer, team = actor_of("rita"), actor_of("dora")
    ref = make_case(taken_by=actor_expert)
    view = work.get_case(actor_expert, ref.id)
    finding, photo = view.findings[0]["id"], view.photos[0]["id"]
    view = work.decide_finding(actor_expert, finding, "confirmed")
    before = work.get_case(SYSTEM, ref.id)
    now = regions.mend(reviewer, decision="edited", finding_id=finding, category="scratch", part="", box=[1, 2, 30, 40])
    label = now.labels[0]
    assert (label.category, label.part, label.box, label.side) == ("scratch", None, (1, 2, 30, 40), "left")
    assert (label.decision, label.by_role, label.contested) == ("mended", "reviewer", False)
    assert label.original["category"] == "dent"
    now = regions.mend(team, decision="added", photo_id=photo, category="crack", polygon=[[9, 9], [60, 9], [60, 50]])
    added = next(one for one in now.labels if one.category == "crack")
    assert (added.box, added.by_role, added.model) == ((9, 9, 51, 41), "data", None)
    now = regions.mend(reviewer, decision="rejected", finding_id=added.region)
    assert added.region in {one.region for one in now.labels}, "the data team's word goes before the reviewer's"
    now = regions.mend(team, decision="undone", finding_id=added.region)
    assert added.region not in {one.region for one in now.labels}
    assert refused(lambda: regions.mend(team, decision="undone", finding_id=added.region)) == "TK-ANNOTATION-007"
    assert work.get_case(SYSTEM, ref.id) == before
    # The expert says something else afterwards: the reviewer's word stands, and it is seen that they differ.
    work.decide_finding(actor_expert, finding, "rejected")
    label = truth_of(photo).labels[0]
    assert (label.category, label.contested) == ("scratch", True)
    now = regions.mend(reviewer, decision="undone", finding_id=finding)
    assert [one.region for one in now.rejected if one.by_role == "expert"] == [finding]
    told = regions.history(team, finding)
    assert [(act.decision, act.by_role) for act in told] == [
        ("confirmed", "expert"), ("mended", "reviewer"), ("rejected", "expert"), ("undone", "reviewer"),
    ]  # fmt: skip
    assert all(act.by and act.at for act in told)


def test_mending_refuses(make_case: Make, actor_expert: Actor, actor_of: Of) -> None:
    team = actor_of("dora")
    ref = make_case(prefill=True)
    view = work.get_case(SYSTEM, ref.id)
    finding, photo = view.findings[0]["id"], view.photos[0]["id"]
    none = "00000000-0000-0000-0000-000000000000"
    assert refused(lambda: regions.mend(actor_expert, decision="rejected", finding_id=finding)) == "TK-ACCESS-403"
    assert refused(lambda: regions.mend(team, decision="rejected", finding_id=none)) == "TK-ACCESS-404"
    assert refused(lambda: regions.mend(team, decision="rejected", finding_id="x' or 1=1")) == "TK-ACCESS-404"
    assert refused(lambda: regions.mend(team, decision="rejected")) == "TK-ACCESS-404"
    assert refused(lambda: regions.mend(team, decision="added", photo_id=none, category="dent")) == "TK-ACCESS-404"
    bad: list[dict[str, Any]] = [
        {"decision": "burnt", "finding_id": finding},
        {"decision": "edited", "finding_id": finding, "category": "rust"},
        {"decision": "edited", "finding_id": finding, "category": ""},
        {"decision": "edited", "finding_id": finding, "box": [float("nan"), 0, 5, 5]},
        {"decision": "edited", "finding_id": finding, "polygon": [[0, 0], [5, 5], [9, 9]]},
        {"decision": "added", "photo_id": photo, "category": "dent"},
        {"decision": "added", "photo_id": photo, "box": [0, 0, 5, 5]},
    ]
    for words in bad:
        assert refused(lambda w=words: regions.mend(team, **w)) == "TK-CASE-007", words  # type: ignore[misc]
    assert rows_of(ref.id) == []
    assert refused(lambda: regions.history(actor_expert, finding)) == "TK-ACCESS-403"
    # A region of a photo that nobody has decided can be mended as it is: that decides it.
    assert regions.mend(team, decision="confirmed", finding_id=finding).complete


def test_decisions_from_before_acts_were_kept_count(make_case: Make, actor_expert: Actor, actor_of: Of) -> None:
    ref = make_case(taken_by=actor_expert)
    with session_scope() as session:
        finding = session.scalars(select(Finding).where(Finding.case_id == ref.id)).one()
        finding.status, finding.category, finding.decided_by = "edited", "crack", actor_expert.user_id
        finding.original = {"category": "dent", "part": None, "side": None, "severity": None, "box": finding.box}
        photo, region = finding.photo_id, finding.id
    label = truth_of(photo).labels[0]
    assert (label.category, label.decision, label.made_by) == ("crack", "edited", actor_expert.user_id)
    now = regions.mend(actor_of("rita"), decision="rejected", finding_id=region)
    assert (now.labels, now.rejected[0].by_role) == ((), "reviewer")


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["confirmed", "rejected", "edited", "added", "undone", "mended"]),
        st.sampled_from(sorted(RANK)),
        st.integers(0, 5),
    ),
    max_size=12,
)


def _acts(drawn: list[tuple[str, str, int]]) -> list[Act]:
    return [
        Act(number, decision, role, None, None if decision == "rejected" else {"box": [number, what, 9, 9]})
        for number, (decision, role, what) in enumerate(drawn)
    ]


@given(ACTS, st.randoms())
def test_the_last_act_of_the_highest_voice_is_the_truth(drawn: list[tuple[str, str, int]], random: Any) -> None:
    acts = _acts(drawn)
    shuffled = list(acts)
    random.shuffle(shuffled)
    word = fold(shuffled)
    expected = None
    for role in sorted(RANK, key=lambda one: -RANK[one]):
        own = [act for act in acts if act.by_role == role]
        if own and own[-1].decision != "undone":
            expected = own[-1]
            break
    assert (word.act if word else None) == expected
    if word and word.contested:
        assert any(act.number > word.act.number and RANK[act.by_role] < RANK[word.act.by_role] for act in acts)


@given(ACTS, st.sampled_from(sorted(RANK)))
def test_of_one_voice_the_last_act_is_the_truth(drawn: list[tuple[str, str, int]], role: str) -> None:
    acts = _acts([(decision, role, what) for decision, _, what in drawn])
    word = fold(acts)
    if not acts or acts[-1].decision == "undone":
        assert word is None
    else:
        assert word is not None
        assert (word.act, word.contested) == (acts[-1], False)
