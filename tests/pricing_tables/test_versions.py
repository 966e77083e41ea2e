"""An installation's own versions: precedence, overlap, validity, tampering, all or nothing, seen without a restart."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from table_files import FIRST, PRICES, RATES, imported, planned, stamp, text_file

from pricing_tables import TableError, tables_on
from pricing_tables.diff import change_words, diff, summary, to_json, words
from pricing_tables.importers.plan import Options, apply
from pricing_tables.store import DATA, all_tables, read_table
from pricing_tables.versions import Draft, publish

D = Decimal
BEFORE, LATER = FIRST - timedelta(days=1), date(2027, 7, 1)


def price(day: date, imports: Path, part: str = "bonnet") -> Decimal:
    return tables_on(day, imports=imports).part_price(part, None, "compact").value


def code_of(call: object) -> str:
    with pytest.raises(TableError) as caught:
        call()  # type: ignore[operator]
    return caught.value.code


def test_a_real_list_replaces_the_demonstration_from_its_first_day(tmp_path: Path) -> None:
    imports = tmp_path / "t"
    assert price(FIRST, imports) == D(642)
    (made,) = imported(text_file(tmp_path, PRICES, "preise.csv"), imports, note="Jahresliste")
    assert price(BEFORE, imports) == D(642)
    assert price(FIRST, imports) == D("700.00")
    assert price(FIRST, imports, "bumper_front") == D("1234.50")
    assert (made.imported_by, made.imported_from, made.note) == ("A. Muster", "preise.csv", "Jahresliste")
    assert made.imported_at == "2026-11-23T12:00:00+00:00"
    assert made.version == "2027-01-01"
    reference = tables_on(FIRST, imports=imports).part_price("bonnet", None, "compact").table
    assert (reference.version, reference.sha256) == (made.version, made.sha256)


def test_rows_that_stay_from_the_demonstration_say_so(tmp_path: Path) -> None:
    imports = tmp_path / "t"
    (made,) = imported(text_file(tmp_path, PRICES), imports)
    tables = tables_on(FIRST, imports=imports)
    assert made.demonstration
    assert "Demonstration" in made.source
    own, kept = tables.part_price("bonnet", None, "compact"), tables.part_price("roof", None, "compact")
    assert not own.demonstration
    assert "Import liste.csv, Zeile 2" in own.source
    assert kept.demonstration
    assert kept.source.startswith("Demonstration: ")
    # A second import on top: what was ours stays ours, what is demonstration stays marked once.
    imported(
        text_file(tmp_path, "Bauteil;Segment;Preis\nDach;Kompakt;900,00\n"), imports, valid_from=LATER, replace=True
    )
    later = tables_on(LATER, imports=imports)
    assert later.part_price("bonnet", None, "compact").value == D("700.00")
    assert not later.part_price("bonnet", None, "compact").demonstration
    assert not later.part_price("roof", None, "compact").demonstration
    assert later.part_price("wheel", None, "compact").source.count("Demonstration") == 1


def test_a_complete_list_leaves_nothing_of_the_demonstration(tmp_path: Path) -> None:
    imports = tmp_path / "t"
    path = text_file(tmp_path, PRICES)
    plan = planned(path, imports, Options(mode="complete"))
    assert len(plan.previews[0].removed) == 118
    assert "TK-TABLE-044" in {p.code for p in plan.warnings}
    (made,) = apply(plan, imports)
    assert not made.demonstration
    assert len(made.rows) == 2
    with pytest.raises(TableError) as caught:
        price(FIRST, imports, "roof")
    assert caught.value.code == "TK-TABLE-002"


def test_two_imports_may_not_overlap_unless_one_ends_the_other(tmp_path: Path) -> None:
    imports = tmp_path / "t"
    (first,) = imported(text_file(tmp_path, PRICES), imports)
    again = text_file(tmp_path, "Bauteil;Segment;Preis\nMotorhaube;Kompakt;750,00\n", "neu.csv")
    assert code_of(lambda: imported(again, imports, valid_from=LATER)) == "TK-TABLE-005"
    assert (
        code_of(lambda: imported(again, imports, valid_from=LATER, version=first.version, replace=True))
        == "TK-TABLE-005"
    )
    plan = planned(again, imports, valid_from=LATER, replace=True)
    assert plan.previews[0].ends == ("2027-01-01",)
    assert plan.previews[0].base == "2027-01-01"
    before = (first.folder / "part_prices.toml").read_bytes()  # type: ignore[operator]
    apply(plan, imports)
    assert (price(LATER - timedelta(days=1), imports), price(LATER, imports)) == (D("700.00"), D("750.00"))
    ended = next(t for t in all_tables(imports=imports) if t.version == first.version)
    assert ended.valid_until == LATER - timedelta(days=1)
    # The old version itself was not touched.
    assert (first.folder / "part_prices.toml").read_bytes() == before  # type: ignore[operator]
    assert ended.sha256 == first.sha256


def test_validity_with_an_end_gives_the_ground_back(tmp_path: Path) -> None:
    imports = tmp_path / "t"
    imported(text_file(tmp_path, PRICES), imports, valid_until=date(2027, 3, 31))
    assert (price(date(2027, 3, 31), imports), price(date(2027, 4, 1), imports)) == (D("700.00"), D(642))
    imported(text_file(tmp_path, PRICES), imports, valid_from=date(2027, 4, 1), valid_until=date(2027, 4, 30))
    assert price(date(2027, 4, 2), imports) == D("700.00")
    late = tables_on(date(2027, 4, 2), imports=imports)
    assert not late.expired


def test_an_import_is_due_for_review_after_a_year(tmp_path: Path) -> None:
    imports = tmp_path / "t"
    imported(text_file(tmp_path, PRICES), imports)
    assert "part_prices" not in {t.name for t in tables_on(FIRST + timedelta(days=365), imports=imports).expired}
    assert "part_prices" in {t.name for t in tables_on(FIRST + timedelta(days=366), imports=imports).expired}


def test_shipped_law_is_no_demonstration_and_is_replaced_only_by_saying_so(tmp_path: Path) -> None:
    imports = tmp_path / "t"
    path = text_file(tmp_path, "valid_from,rate,source\n2027-01-01,0.20,Beispiel\n", "vat.csv")
    assert code_of(lambda: imported(path, imports)) == "TK-TABLE-005"
    (made,) = imported(path, imports, replace=True)
    assert not made.demonstration
    assert tables_on(FIRST, imports=imports).vat_rate().value == D("0.20")
    assert tables_on(FIRST, imports=imports).vat_rate(date(2020, 8, 1)).value == D("0.16")
    assert tables_on(BEFORE, imports=imports).vat_rate().value == D("0.19")


def test_a_new_import_is_seen_without_a_restart_and_read_once(tmp_path: Path) -> None:
    imports = tmp_path / "t"
    first = tables_on(FIRST, imports=imports)
    assert tables_on(FIRST, imports=imports) is first
    imported(text_file(tmp_path, PRICES), imports)
    second = tables_on(FIRST, imports=imports)
    assert second is not first
    assert tables_on(FIRST, imports=imports) is second


def test_tampering_is_found(tmp_path: Path) -> None:
    imports = tmp_path / "t"
    (made,) = imported(text_file(tmp_path, PRICES), imports)
    assert made.folder is not None
    csv = made.folder / "part_prices.csv"
    csv.write_text(csv.read_text(encoding="utf-8").replace("700.00", "70.00"), encoding="utf-8")
    assert code_of(lambda: read_table(made.folder / "part_prices.toml")) == "TK-TABLE-003"  # type: ignore[operator]
    moved = tmp_path / "elsewhere"
    imports.rename(moved)
    # Another process that reads the folder stops with the code; it does not price with other tables instead.
    assert code_of(lambda: tables_on(FIRST, imports=moved)) == "TK-TABLE-003"


def test_all_tables_of_an_import_or_none(tmp_path: Path) -> None:
    imports = tmp_path / "t"
    plan = planned(text_file(tmp_path, RATES), imports, Options(default=True))
    assert {d.name for d in plan.drafts} == {
        "workshop_rates",
        "hourly_rates",
        "markups",
        "side_costs",
        "paint_material",
    }
    rows = list(plan.drafts[-1].rows)
    broken = replace(plan.drafts[-1], rows=(*rows, rows[0]))
    assert code_of(lambda: publish((*plan.drafts[:-1], broken), plan.stamp, imports)) == "TK-TABLE-004"
    assert not [p for p in imports.iterdir() if p.name != ".lock"]
    assert len(apply(plan, imports)) == 5
    tables = tables_on(FIRST, imports=imports)
    rates, label = tables.hourly_rates("40223")
    assert (rates["body"].hourly, rates["paint"].hourly, label) == (D("145.00"), D("160.00"), "Autohaus Muster")
    assert tables.hourly_rates(None)[0]["body"].hourly == D("145.00")
    assert tables.markup("upe_markup_percent", "liability").value == D(15)
    assert tables.workshop("Autohaus Muster").rates["electric"].hourly == D("141.00")


def test_a_sheet_with_a_postcode_is_for_its_region_unless_it_is_the_default(tmp_path: Path) -> None:
    plan = planned(text_file(tmp_path, RATES), tmp_path / "t")
    assert {d.name for d in plan.drafts} == {"workshop_rates", "hourly_rates"}
    assert any("Region 40" in p.message_de for p in plan.problems)


def test_two_imports_at_once_are_made_one_after_the_other(tmp_path: Path) -> None:
    imports = tmp_path / "t"
    path = text_file(tmp_path, PRICES)
    plan = planned(path, imports)
    codes: list[str] = []

    def go() -> None:
        try:
            apply(plan, imports)
            codes.append("")
        except TableError as error:
            codes.append(error.code)

    threads = [threading.Thread(target=go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == ["", "TK-TABLE-005", "TK-TABLE-005", "TK-TABLE-005"]
    assert price(FIRST, imports) == D("700.00")


def test_a_folder_that_cannot_be_written_has_a_code(tmp_path: Path) -> None:
    blocked = tmp_path / "t"
    blocked.write_text("a file where the folder should be", encoding="utf-8")
    plan = planned(text_file(tmp_path, PRICES), tmp_path / "other")
    assert code_of(lambda: apply(plan, blocked)) == "TK-TABLE-010"


def test_no_version_on_the_first_day(tmp_path: Path) -> None:
    assert (
        code_of(lambda: planned(text_file(tmp_path, PRICES), tmp_path / "t", valid_from=date(2019, 1, 1)))
        == "TK-TABLE-001"
    )


def test_metadata_survives_quotes_and_control_characters(tmp_path: Path) -> None:
    base = next(t for t in all_tables(DATA, tmp_path) if t.name == "part_prices")
    draft = Draft("part_prices", tuple(base.rows[:2]), 'a "quote" \\ back\x07slash ü 😀', "x", False, base)
    (made,) = publish([draft], stamp(note="Zeile\n[table]\nname = 'x'", by='"; DROP'), tmp_path / "t")
    assert made.source == 'a "quote" \\ backslash ü 😀'
    assert made.imported_by == '"; DROP'
    assert "[table]" in made.note


def test_a_table_shown_as_csv_comes_back_the_same(tmp_path: Path) -> None:
    from pricing_tables.versions import csv_text

    imports = tmp_path / "t"
    for name in (
        "part_prices",
        "job_times",
        "job_links",
        "paint_points",
        "markups",
        "policy",
        "value_band",
        "workshop_rates",
    ):
        table = next(t for t in all_tables(imports=imports) if t.name == name)
        plan = planned(text_file(tmp_path, csv_text(name, table.rows), f"{name}.csv"), imports, replace=True)
        assert plan.kind == name
        (preview,) = plan.previews
        assert (preview.added, preview.removed, preview.changed) == ((), (), ())


def test_differences_in_words(tmp_path: Path) -> None:
    imports = tmp_path / "t"
    text = RATES.replace("145,00", "172,00").replace("40223", "")
    imported(text_file(tmp_path, text), imports)
    versions = [t for t in all_tables(imports=imports) if t.name == "hourly_rates"]
    found = diff(*versions)
    sentences = {change_words("hourly_rates", c) for c in found.changed}
    assert "Stundensatz Karosserie DE: 169,75 -> 172,00 EUR (+1,3 %)" in sentences
    english = words(found, english=True)
    assert "hourly rate body DE: 169.75 -> 172.00 EUR (+1.3 %)" in english
    assert english[0].startswith("hourly_rates: 0 rows added, 0 removed, ")
    assert any(line.startswith("importiert von: – -> A. Muster") for line in words(found))
    data = to_json(found)
    assert {"key": ["DE"], "column": "body", "old": "169.75", "new": "172.00"}.items() <= next(
        c for c in data["changed"] if c["column"] == "body"
    ).items()
    assert "gleich" in summary(found)
    same = diff(versions[0], versions[0])
    assert (same.added, same.removed, same.changed, same.metadata) == ((), (), (), ())
    other = next(t for t in all_tables() if t.name == "vat")
    assert code_of(lambda: diff(versions[0], other)) == "TK-TABLE-001"


def test_rows_added_and_removed_are_named(tmp_path: Path) -> None:
    imports = tmp_path / "t"
    imported(text_file(tmp_path, PRICES), imports, Options(mode="complete"))
    first, second = [t for t in all_tables(imports=imports) if t.name == "part_prices"]
    lines = words(diff(first, second), limit=3)
    assert "entfallen: Preis Stoßfänger vorn (Kleinwagen)" in lines
    assert "… und 115 weitere" in lines
    assert any(line.startswith("neu: Preis ") for line in words(diff(second, first)))
