from __future__ import annotations

import copy
import json
import zipfile
from pathlib import Path

import pytest

from calculation import ENGINE_VERSION, CalculationError
from workbench.engines import calculate_with, canonical, checksum, frozen_engine, versions
from workbench.engines.freeze import freeze, members
from workbench.errors import TelekalkError

EXAMPLE = json.loads((Path(__file__).parents[1] / "calculation" / "example.json").read_text(encoding="utf-8"))


def scaled(factor: int) -> dict[str, object]:
    """The example with other figures."""
    data = copy.deepcopy(EXAMPLE)
    for line in data["parts"]:
        line["qty"] = str(factor)
    data["settlement"]["excess"] = str(100 * factor)
    return data


def test_every_archived_version_still_calculates() -> None:
    archived = set(json.loads((frozen_engine.FROZEN / "checksums.json").read_text()))
    assert "2026.11.1" in archived
    for version in archived:
        made = calculate_with(version, scaled(2), frozen=True)
        assert made["engine_version"] == version
        assert made["derivation"]["payout"]["value"] == made["settlement"]["payout"]


def variants() -> dict[str, dict[str, object]]:
    """Inputs that go through most of the rules: both regimes, caps, stages, bands, every block, earlier damage."""
    liability = {
        "regime": "liability", "quota": "0.7", "leased": False, "financed": False,
        "replacement": {"amount": "4000", "stated_by": "SV"}, "residual": {"amount": "1500", "stated_by": "SV"},
        "value_loss_basis": {"new_price": "28500", "sale_value": "9000", "age_months": 40, "mfm_extent": "0.4"},
        "reference_workshop": {"name": "Beispiel", "distance_km": "8", "rates": {"body": "95"}, "equivalence_evidence": "ja"},
    }  # fmt: skip
    points = {
        **EXAMPLE["parameters"],
        "paint_material": {"model": "points", "price_per_point": "3.80", "constant": "49.70"},
    }
    damaged = copy.deepcopy(EXAMPLE["parts"])
    damaged[0]["pre_damage"] = {"share": "0.3", "reason": "alter Riss"}
    concrete = {"regime": "kasko", "mode": "concrete", "excess": "300"}
    return {
        "example": EXAMPLE,
        "scaled": scaled(3),
        "liability": {**EXAMPLE, "settlement": liability},
        "points": {**EXAMPLE, "parameters": points},
        "earlier damage": {**EXAMPLE, "parts": damaged},
        "no lines": {"parameters": EXAMPLE["parameters"], "settlement": {"regime": "kasko"}},
        "refused": {**EXAMPLE, "settlement": concrete},
    }


@pytest.mark.parametrize("name", sorted(variants()))
def test_the_current_rules_are_those_of_their_archive(name: str) -> None:
    """A change of any figure needs a new version: ``python -m workbench.engines.freeze`` then archives it."""
    assert ENGINE_VERSION in json.loads((frozen_engine.FROZEN / "checksums.json").read_text())
    data = variants()[name]
    if name == "refused":
        with pytest.raises(CalculationError, match="TK-CALC-021"):
            calculate_with(ENGINE_VERSION, data)
        with pytest.raises(TelekalkError, match="TK-CALC-021"):
            calculate_with(ENGINE_VERSION, data, frozen=True)
        return
    assert canonical(calculate_with(ENGINE_VERSION, data)) == canonical(
        calculate_with(ENGINE_VERSION, data, frozen=True)
    )


def test_the_spelling_of_a_result_does_not_depend_on_the_order_of_keys() -> None:
    assert checksum({"b": 1, "a": "ä"}) == checksum({"a": "ä", "b": 1}) != checksum({"a": "a", "b": 1})


def test_unknown_version_is_named() -> None:
    with pytest.raises(TelekalkError) as caught:
        calculate_with("1999.1", EXAMPLE)
    assert caught.value.code == "TK-ENGINE-001"
    assert ENGINE_VERSION in versions()


def test_a_changed_archive_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in frozen_engine.FROZEN.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    with zipfile.ZipFile(tmp_path / "2026.11.1.zip", "a") as archive:
        archive.writestr("calculation/extra.py", "")
    monkeypatch.setattr(frozen_engine, "FROZEN", tmp_path)
    with pytest.raises(TelekalkError) as caught:
        calculate_with("2026.11.1", EXAMPLE)
    assert caught.value.code == "TK-ENGINE-002"


def test_what_the_archived_rules_refuse_is_an_error_with_their_reason() -> None:
    data = copy.deepcopy(EXAMPLE)
    data["parts"][0]["qty"] = "-1"
    with pytest.raises(TelekalkError) as caught:
        calculate_with("2026.11.1", data)
    assert caught.value.code == "TK-ENGINE-003"


def test_freezing_twice_keeps_the_first(tmp_path: Path) -> None:
    source = tmp_path / "calculation"
    source.mkdir()
    (source / "__init__.py").write_text("VALUE = 1\n")
    folder = tmp_path / "frozen"
    folder.mkdir()
    assert "archived" in freeze("1", source, folder)
    assert "already" in freeze("1", source, folder)
    (source / "__init__.py").write_text("VALUE = 2\n")
    with pytest.raises(ValueError, match="raise ENGINE_VERSION"):
        freeze("1", source, folder)
    assert members(source) == {"calculation/__init__.py": b"VALUE = 2\n"}
