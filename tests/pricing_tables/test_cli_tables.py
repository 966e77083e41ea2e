"""``telekalk tables list|show|check``."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from pricing_tables import all_tables
from workbench.cli import main
from workbench.settings import get_settings


def tables(*arguments: str, lang: str = "en") -> Result:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TELEKALK_LANGUAGE", lang)
        get_settings.cache_clear()
        result = CliRunner().invoke(main, ["--lang", lang, "tables", *arguments])
    get_settings.cache_clear()
    return result


def test_list_names_every_table_with_its_state() -> None:
    rows = json.loads(tables("list", "--json", "--date", "2026-11-23").stdout)
    assert {row["name"] for row in rows} == {table.name for table in all_tables()}
    assert {row["state"] for row in rows} == {"valid"}
    late = json.loads(tables("list", "--json", "--date", "2040-01-01").stdout)
    assert {row["state"] for row in late} == {"review overdue"}
    assert "part_prices" in tables("list").stdout


def test_show_gives_rows_with_exact_numbers_and_sources() -> None:
    rows = json.loads(tables("show", "part_prices", "--json").stdout)
    bonnet = next(row for row in rows if (row["part"], row["segment"]) == ("bonnet", "compact"))
    assert bonnet["price"] == "642.00"
    assert "GDV" in bonnet["source"]
    assert "642.00" in tables("show", "part_prices").stdout


def test_unknown_table_and_bad_date() -> None:
    missing = tables("show", "prices")
    assert missing.exit_code == 2
    assert "TK-TABLE-001" in missing.stderr
    assert "Es gibt keine Tabelle" in tables("show", "prices", lang="de").stderr
    assert tables("list", "--date", "23.11.2026").exit_code == 2


def test_check_says_what_is_overdue() -> None:
    assert tables("check", "--date", "2026-11-23").stdout == "17 tables are sound.\n"
    assert "part_prices" in tables("check", "--date", "2040-01-01").stdout
