"""``telekalk tables import|diff|list|show|check`` with versions of an installation's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from table_files import PRICES, RATES, text_file

from workbench.cli import main
from workbench.settings import get_settings


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of our own."""
    monkeypatch.setenv("TELEKALK_TABLES_FOLDER", str(tmp_path / "tables"))
    get_settings.cache_clear()
    yield tmp_path / "tables"
    get_settings.cache_clear()


def run(*arguments: str, lang: str = "en") -> Result:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TELEKALK_LANGUAGE", lang)
        get_settings.cache_clear()
        result = CliRunner().invoke(main, ["--lang", lang, "tables", *arguments])
    get_settings.cache_clear()
    assert "Traceback" not in result.output
    return result


def test_preview_changes_nothing_and_says_everything(tmp_path: Path, home: Path) -> None:
    path = str(text_file(tmp_path, PRICES))
    shown = run("import", path, "--preview", "--valid-from", "2027-01-01", lang="de")
    assert shown.exit_code == 0
    assert "Preis Motorhaube (Kompaktklasse): 642,00 -> 700,00 EUR (+9,0 %)" in shown.stdout
    assert "0 Zeilen neu, 2 geändert, 0 entfallen, 0 bestätigt, 118 gleich" in shown.stdout
    data = json.loads(run("import", path, "--preview", "--valid-from", "2027-01-01", "--json").stdout)
    assert data["imported"] is False
    assert {
        "key": ["bonnet", "compact"],
        "column": "price",
        "old": "642.00",
        "new": "700.00",
        "percent": "9.0",
    } in data["tables"][0]["changed"]
    assert not home.exists()


def test_without_yes_nothing_is_imported(tmp_path: Path, home: Path) -> None:
    result = run("import", str(text_file(tmp_path, PRICES)))
    assert result.exit_code == 2
    assert "TK-TABLE-025" in result.stderr
    assert not home.exists()


def test_import_list_show_check_diff(tmp_path: Path) -> None:
    path = text_file(tmp_path, RATES.replace("145,00", "172,00").replace("40223", ""))
    made = run(
        "import", str(path), "--yes", "--valid-from", "01.01.2027", "--by", "Erika Muster", "--note", "Rundschreiben 1"
    )
    assert made.exit_code == 0, made.output
    assert "Imported: hourly_rates 2027-01-01" in made.stdout
    assert "Erika" not in made.stderr
    listed = [r for r in json.loads(run("list", "--json", "--date", "2027-01-02").stdout) if r["imported_at"]]
    assert {r["name"] for r in listed} == {"hourly_rates", "markups", "paint_material", "side_costs", "workshop_rates"}
    assert {(r["imported_by"], r["imported_from"], r["note"], r["state"]) for r in listed} == {
        ("Erika Muster", "liste.csv", "Rundschreiben 1", "valid"),
    }
    assert "imported by" in run("list").stdout
    assert "Erika Muster" in run("show", "hourly_rates").stdout.replace("\n", " ")
    assert run("check").stdout == "22 tables are sound (5 imported).\n"
    words = run("diff", "hourly_rates", "demo-2026.2", "2027-01-01", lang="de").stdout
    assert "Stundensatz Karosserie DE: 169,75 -> 172,00 EUR (+1,3 %)" in words
    assert "importiert von: – -> Erika Muster" in words
    data = json.loads(run("diff", "hourly_rates", "demo-2026.2", "2027-01-01", "--json").stdout)
    assert data["summary"]["en"].startswith("hourly_rates: ")
    missing = run("diff", "hourly_rates", "demo-2026.2", "x")
    assert missing.exit_code == 2
    assert "demo-2026.2, 2027-01-01" in missing.stderr


def test_overlap_and_replacement(tmp_path: Path) -> None:
    path = str(text_file(tmp_path, PRICES))
    assert run("import", path, "--yes", "--valid-from", "2027-01-01").exit_code == 0
    clash = run("import", path, "--yes", "--valid-from", "2027-07-01")
    assert clash.exit_code == 2
    assert "TK-TABLE-005" in clash.stderr
    done = run("import", path, "--yes", "--replace-from", "2027-07-01")
    assert done.exit_code == 0
    assert "ends version 2027-01-01" in done.stdout
    states = {
        r["version"]: (r["state"], r["valid_until"])
        for r in json.loads(run("list", "--json", "--date", "2027-08-01").stdout)
        if r["name"] == "part_prices"
    }
    assert states["2027-01-01"] == ("past", "2027-06-30")
    assert states["2027-07-01"] == ("valid", None)


def test_a_refused_file_tells_every_row_on_standard_error(tmp_path: Path, home: Path) -> None:
    path = str(text_file(tmp_path, PRICES + "Auspuff;Kompakt;99,00\nDach;Kompakt;x\n"))
    result = run("import", path, "--yes", "--json")
    assert result.exit_code == 2
    assert [(p["row"], p["code"]) for p in json.loads(result.stdout)["problems"]] == [
        (4, "TK-TABLE-016"),
        (5, "TK-TABLE-014"),
    ]
    assert "TK-TABLE-016 error: row 4, column Bauteil: unknown part [Auspuff]" in result.stderr
    german = run("import", path, "--yes", lang="de")
    assert "Zeile 5, Spalte Preis EUR: keine Zahl [x]" in german.stderr
    assert not home.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("--valid-from", "soon"), ("--valid-from", "2027-01-02", "--valid-until", "2027-01-01"), ("--units-per-hour", "0"), ("--units-per-hour", "NaN"),
        ("--reviewed-until", "31.02.2027"),
    ],
)  # fmt: skip
def test_bad_options_have_a_code(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = run("import", str(text_file(tmp_path, PRICES)), "--preview", *arguments)
    assert result.exit_code == 2
    assert "TK-TABLE-022" in result.stderr


def test_check_tells_every_broken_file_and_the_desk_stops_instead_of_guessing(tmp_path: Path, home: Path) -> None:
    path = str(text_file(tmp_path, PRICES))
    assert run("import", path, "--yes", "--valid-from", "2027-01-01").exit_code == 0
    (folder,) = [p for p in home.iterdir() if not p.name.startswith(".")]
    home.rename(home.with_name("moved"))
    csv = home.with_name("moved") / folder.name / "part_prices.csv"
    csv.write_text(csv.read_text(encoding="utf-8").replace("700.00", "7.00"), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TELEKALK_TABLES_FOLDER", str(home.with_name("moved")))
        checked = run("check")
        listed = run("list")
    assert checked.exit_code == 2
    assert "TK-TABLE-003" in checked.stderr
    assert listed.exit_code == 2
    assert "TK-TABLE-003" in listed.stderr


def test_a_table_goes_out_as_csv_and_comes_back(tmp_path: Path) -> None:
    text = run("show", "part_prices", "--csv").stdout
    path = text_file(tmp_path, text.replace("642.00,513.60,834.60", "650.00,513.60,834.60"))
    data = json.loads(run("import", str(path), "--preview", "--json", "--valid-from", "2027-01-01").stdout)
    assert data["kind"] == "part_prices"
    assert [c["new"] for c in data["tables"][0]["changed"]] == ["650.00"]


def test_everybody_who_asks_for_the_day_gets_the_imported_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import date
    from decimal import Decimal

    from pricing_tables import tables_on

    day = date(2027, 1, 2)
    assert tables_on(day).part_price("bonnet", None, "compact").value == Decimal(642)
    assert run("import", str(text_file(tmp_path, PRICES)), "--yes", "--valid-from", "2027-01-01").exit_code == 0
    # The same process, without a restart: the settings told the tables where to look.
    found = tables_on(day).part_price("bonnet", None, "compact")
    assert (found.value, found.demonstration) == (Decimal("700.00"), False)
    monkeypatch.setenv("TELEKALK_TABLES_FOLDER", str(tmp_path / "elsewhere"))
    get_settings.cache_clear()
    assert tables_on(day).part_price("bonnet", None, "compact").value == Decimal(642)
