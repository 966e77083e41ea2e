"""Versions of the training set and their difference; drift on counts made for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from workbench.access import SYSTEM, Actor
from workbench.cases import intake
from workbench.cases.learning import datasets, drift, listing
from workbench.cases.views import ClaimData
from workbench.errors import TelekalkError
from workbench.store.database import session_scope
from workbench.store.learning import DatasetVersion
from workbench.store.models import Finding, Photo


def _label(region: str, category: str, **more: object) -> dict[str, object]:
    return {"region": region, "category": category, "part": None, "box": [1, 2, 3, 4], "decision": "confirmed", **more}


def _entry(photo: str, split: str, *labels: dict[str, object]) -> dict[str, object]:
    return {"photo": photo * 64, "split": split, "labels": list(labels)}


def _version(name: str, *entries: dict[str, object]) -> DatasetVersion:
    counts = {
        "photos": {"train": len(entries), "val": 0, "test": 0},
        "labels": {"train": {"dent": 2}, "val": {"dent": 1}},
    }
    return DatasetVersion(name=name, manifest_sha256="0" * 64, counts=counts, manifest=list(entries))


def test_difference_of_two_versions(database: str, actor_of: Callable[[str], Actor]) -> None:
    dora = actor_of("dora")
    assert datasets.datasets(dora) == ((), 0)
    with session_scope() as session:
        session.add(
            _version(
                "2026-10",
                _entry("a", "train", _label("r1", "dent"), _label("r2", "dent"), _label("r3", "crack")),
                _entry("b", "train", _label("r4", "dent")),
                _entry("c", "train"),
                _entry("d", "val", _label("r5", "scratch")),
            )
        )
        session.add(
            _version(
                "2026-11",
                _entry(
                    "a", "train", _label("r1", "scratch"), _label("r2", "dent", box=[9, 2, 3, 4]), _label("r3", "crack")
                ),
                _entry("b", "val", _label("r4", "dent", decision="mended")),
                _entry("c", "train", _label("r6", "dent")),
                _entry("e", "train", _label("r7", "dent")),
            )
        )
    versions, total = datasets.datasets(dora)
    assert total == 2
    assert versions[0].photos() == 4
    assert (versions[0].labels(), versions[0].labels("dent", "val")) == (3, 1)
    found = datasets.difference(dora, "2026-10", "2026-11")
    assert found.photos == {"added": 1, "removed": 1, "split": 1, "labels": 2}
    assert found.splits == {("train", "val"): 1}
    assert found.labels == {
        ("relabelled", "dent", "scratch"): 1,
        ("moved", "dent", "dent"): 1,
        ("added", None, "dent"): 2,
        ("removed", "scratch", None): 1,
    }
    same = datasets.difference(dora, "2026-11", "2026-11")
    assert not any(same.photos.values())
    assert (
        listing.list_photos(dora, "difference", {"older": "2026-10", "newer": "2026-11", "change": "added"}).total == 0
    )
    assert listing.list_photos(dora, "dataset", {"dataset": "2026-11"}).total == 0
    with pytest.raises(TelekalkError) as caught:
        datasets.difference(dora, "2026-10", "x")
    assert caught.value.code == "TK-DATA-001"


@pytest.fixture
def weeks(database: str) -> list[datetime]:
    """Six weeks of eighty photos each; in the last one they are dark, small and from another device, with many unsure finds."""
    ref = intake.open_case(SYSTEM, ClaimData(claim_number="S-1"))
    random = np.random.default_rng(5)
    start = datetime(2026, 9, 7, 12, tzinfo=UTC)
    with session_scope() as session:
        for week in range(6):
            late = week == 5
            for number in range(80):
                key = f"{week * 80 + number:064x}"
                photo = Photo(
                    case_id=ref.id, position=number, sha256=key, source_sha256=key, filename="x.jpg", source_format="jpeg",
                    width=800 if late else 4000, height=600 if late else 3000, bytes=1, received_from="test", role="damage",
                    received_at=start + timedelta(weeks=week, hours=number % 48), device="New 1" if late else f"Old {number % 3}",
                    quality={
                        "brightness": round(float(random.normal(70 if late else 130, 20)), 2), "sharpness": 45.0 + number % 9,
                        "contrast": 120.0 + number % 40, "glare_share": 0.01, "problems": [],
                    },
                )  # fmt: skip
                session.add(photo)
                session.flush()
                for at in range(4 if late else 1):
                    session.add(
                        Finding(
                            case_id=ref.id, photo_id=photo.id, category="dent", box=[1, 2, 30, 40], model="m-1", position=at,
                            score=str(round(float(random.uniform(0.2, 0.4) if late else random.uniform(0.5, 0.9)), 4)),
                        )
                    )  # fmt: skip
    return [start + timedelta(weeks=week) for week in range(6)]


def test_drift_names_what_changed(weeks: list[datetime], actor_of: Callable[[str], Actor]) -> None:
    dora = actor_of("dora")
    drift.set_thresholds(dora, {"weeks": 3})
    found = drift.drift(dora)
    by_measure = {series.measure: series for series in found.series}
    bright = by_measure["brightness"]
    assert bright.reference_total == 240
    assert bright.reference_mean == pytest.approx(130, abs=4)
    assert [point.level for point in bright.points] == ["none", "none", "none", "ok", "ok", "alarm"]
    assert [point.total for point in bright.points] == [80] * 6
    last = bright.points[-1]
    assert last.index is not None
    assert last.index > 1
    assert last.p is not None
    assert last.p < 1e-6
    assert {alarm.measure for alarm in found.alarms} == {"brightness", "megapixels", "device", "score", "finds"}
    said = next(alarm for alarm in found.alarms if alarm.measure == "brightness")
    assert said.week.isoformat() == "2026-10-12"
    assert "KW 42" in said.reason_de
    assert "240 in der Referenz" in said.reason_de
    assert said.remedy_en.startswith("Look at")
    device = next(alarm for alarm in found.alarms if alarm.measure == "device")
    assert "andere als bisher 0 % → 100 %".replace(" %", "\u00a0%") in device.reason_de
    with session_scope() as session:
        assert drift.alarms(session) == found.alarms
    assert len(drift.drift(dora, weeks=2).series[0].points) == 2


def test_thresholds_are_kept_and_checked(weeks: list[datetime], actor_of: Callable[[str], Actor]) -> None:
    dora = actor_of("dora")
    assert drift.drift(dora).alarms == ()  # eight weeks of reference hold all there is
    assert all(point.level == "none" for series in drift.drift(dora).series for point in series.points)
    drift.set_thresholds(dora, {"weeks": "3", "least": 500})
    assert {point.level for point in drift.drift(dora).series[0].points} == {"none", "few"}
    with session_scope() as session:
        session.add(
            DatasetVersion(
                name="d1",
                manifest_sha256="0" * 64,
                manifest=[{"photo": f"{n:064x}", "split": "train", "labels": []} for n in range(160)],
            )
        )
    drift.set_thresholds(dora, {"dataset": "d1", "least": 50})
    found = drift.drift(dora)
    assert found.thresholds.dataset == "d1"
    assert found.series[0].reference_total == 160
    assert found.alarms
    for wrong in ({"weeks": "x"}, {"p": 2}, {"watch": "nan"}, {"alarm": 0.05}, {"dataset": "d2"}, {"what": 1}):
        with pytest.raises(TelekalkError) as caught:
            drift.set_thresholds(dora, wrong)
        assert caught.value.code == "TK-DATA-001"
    with pytest.raises(TelekalkError) as caught:
        drift.set_thresholds(actor_of("rita"), {"weeks": 4})
    assert caught.value.code == "TK-ACCESS-403"


def test_no_photos_no_drift(database: str, actor_of: Callable[[str], Actor]) -> None:
    found = drift.drift(actor_of("dora"))
    assert (found.series, found.alarms, found.first) == ((), (), None)
    with pytest.raises(TelekalkError):
        drift.drift(actor_of("anna"))
