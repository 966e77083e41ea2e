"""The shipped tables and the rules by which tables are read, checked and chosen."""

from __future__ import annotations

import hashlib
import math
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from calculation.money import net_of, round_to
from pricing_tables import TableError, all_tables, tables_on
from pricing_tables.demonstration import build
from pricing_tables.schema import SHAPES
from pricing_tables.store import DATA, read_table
from pricing_tables.vocabulary import PARTS, SEGMENTS

D = Decimal
DAY = date(2026, 11, 23)


def copy_table(source: str, folder: Path, csv: str | None = None, **meta: str) -> Path:
    """A shipped table in another folder, with other content or metadata; the checksum is that of the content."""
    content = csv if csv is not None else (DATA / f"{source}.csv").read_text(encoding="utf-8")
    lines = dict(line.split(" = ", 1) for line in (DATA / f"{source}.toml").read_text(encoding="utf-8").splitlines())
    lines["sha256"] = f'"{hashlib.sha256(content.encode()).hexdigest()}"'
    lines |= meta
    stem = f"{source}-{meta.get('version', 'x').strip(chr(34))}"
    (folder / f"{stem}.csv").write_text(content, encoding="utf-8", newline="")
    target = folder / f"{stem}.toml"
    target.write_text("".join(f"{k} = {v}\n" for k, v in lines.items()), encoding="utf-8")
    return target


def test_committed_files_are_what_the_generator_makes() -> None:
    made = build()
    assert {path.stem for path in DATA.glob("*.toml")} == set(made) == set(SHAPES)
    for name, (content, metadata) in made.items():
        assert (DATA / f"{name}.csv").read_text(encoding="utf-8") == content, (
            "run python -m pricing_tables.demonstration"
        )
        assert (DATA / f"{name}.toml").read_text(encoding="utf-8") == metadata


def test_every_table_says_where_it_comes_from_and_no_number_is_binary() -> None:
    for table in all_tables():
        assert all((table.source, table.licence, table.unit, table.version)), table.name
        assert table.valid_from < table.reviewed_until
        for row in table.rows:
            assert row["source"]
            assert not any(isinstance(value, float) for value in row.values())
        frame = table.frame()
        for column in SHAPES[table.name].numbers:
            assert all(isinstance(value, Decimal) for value in frame[column])
        if table.name not in {"vat", "policy"}:
            assert table.demonstration
            assert "Demonstration" in table.source


def test_thirty_parts_in_every_segment_have_price_and_time() -> None:
    tables = tables_on(DAY)
    assert len(PARTS) == 30
    for part, (_, _, _, substrate) in PARTS.items():
        for segment in SEGMENTS:
            price = tables.part_price(part, "left", segment)
            assert 0 < price.low <= price.value <= price.high
            hours = tables.job_time(part, "replace", segment)
            assert 0 < hours.low <= hours.value <= hours.high
            if substrate != "none":
                assert tables.paint_time(part, "new", tables.size_class(segment)).value > 0


@pytest.mark.parametrize(
    ("part", "net"), [("bonnet", 642), ("door_front", 745), ("headlamp", 914), ("bumper_rear", 511), ("fender", 300)]
)
def test_prices_are_the_published_averages_carried_forward(part: str, net: int) -> None:
    found = tables_on(DAY).part_price(part, None, "compact")
    assert found.value == D(net)
    assert not found.assumption
    assert "GDV-Durchschnitt" in found.source
    assert found.table.demonstration


def test_paint_levels_rise_with_effort() -> None:
    tables = tables_on(DAY)
    for part in ("fender", "bonnet", "door_front", "bumper_front"):
        spot, surface, small, large = (
            tables.paint_time(part, level, "medium").value
            for level in ("spot", "surface", "repair_lt_50", "repair_gt_50")
        )
        assert spot < surface < small < large


def test_repairs_rise_with_severity() -> None:
    tables = tables_on(DAY)
    for part in ("fender", "bumper_front", "roof"):
        hours = [
            tables.job_time(part, "repair", "compact", severity).value for severity in ("minor", "moderate", "severe")
        ]
        assert hours == sorted(hours)


def test_hourly_rates_by_postcode_and_the_national_average_net() -> None:
    tables = tables_on(DAY)
    rates, label = tables.hourly_rates("40223")
    assert (rates["body"].hourly, rates["paint"].hourly) == (D("149.00"), D("164.50"))
    assert "40" in label
    for postcode in (None, "", "99999", "x"):
        rates, label = tables.hourly_rates(postcode)
        assert (rates["body"].hourly, rates["paint"].hourly) == (D("169.75"), D("184.87"))
        assert "GDV" in label


def test_vat_and_policy_by_date() -> None:
    tables = tables_on(DAY)
    days = {
        "2006-12-31": "0.16",
        "2007-01-01": "0.19",
        "2020-06-30": "0.19",
        "2020-07-01": "0.16",
        "2021-01-01": "0.19",
    }
    for day, rate in days.items():
        assert tables.vat_rate(date.fromisoformat(day)).value == D(rate)
    with pytest.raises(TableError) as caught:
        tables.vat_rate(date(1990, 1, 1))
    assert caught.value.code == "TK-TABLE-002"
    assert tables.policy().limit == D("4000.00")
    assert tables.policy().limit_basis == "repair_gross"


def test_dents_match_the_published_point() -> None:
    assert tables_on(DAY).dent_hours(10) == D("1.50")


def test_net_of_the_gross_average_is_a_division() -> None:
    assert round_to(net_of(D(509), D("0.19")) * D("1.5"), 0) == D(642)


def test_a_missing_price_stops_with_its_code() -> None:
    tables = tables_on(DAY)
    for call in (
        lambda: tables.part_price("spoiler", None, "compact"),
        lambda: tables.part_price("bonnet", None, "lorry"),
        lambda: tables.job_time("bonnet", "repair", "compact"),
        lambda: tables.paint_time("windscreen", "new", "medium"),
        lambda: tables.side_cost("towing"),
    ):
        with pytest.raises(TableError) as caught:
            call()
        assert caught.value.code == "TK-TABLE-002"
        assert caught.value.message_de
        assert caught.value.message_en


def test_a_day_before_the_first_version_has_no_prices() -> None:
    with pytest.raises(TableError) as caught:
        tables_on(date(2019, 1, 1)).part_price("bonnet", None, "compact")
    assert caught.value.code == "TK-TABLE-001"


def test_expired_tables_answer_and_are_named() -> None:
    late = tables_on(date(2031, 1, 1))
    assert late.part_price("bonnet", None, "compact").value == D(642)
    assert "part_prices" in {table.name for table in late.expired}
    assert not tables_on(DAY).expired


def test_search_by_german_and_english_words() -> None:
    tables = tables_on(DAY)
    assert {row["part"] for row in tables.search("tür vorn")} == {"door_front"}
    assert "bumper_rear" in {row["part"] for row in tables.search("BUMPER rear")}
    assert tables.search("xyz") == []


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    path = copy_table("vat", tmp_path)
    path.with_suffix(".csv").write_text("valid_from,rate,source\n2007-01-01,0.20,x\n", encoding="utf-8")
    with pytest.raises(TableError) as caught:
        read_table(path)
    assert caught.value.code == "TK-TABLE-003"


@pytest.mark.parametrize(
    "csv",
    [
        "valid_from,rate,source\n2007-01-01,19,x\n",
        "valid_from,rate,source\n2007-01-01,NaN,x\n",
        'valid_from,rate,source\n2007-01-01,"0,19",x\n',
        "valid_from,rate,source\n2007-01-01,1e1,x\n",
        "valid_from,rate,source\n01.01.2007,0.19,x\n",
        "valid_from,rate,source\n2007-01-01,0.19,\n",
        "valid_from,rate\n2007-01-01,0.19\n",
        "valid_from,rate,source,more\n2007-01-01,0.19,x,y\n",
        "valid_from,rate,source\n2007-01-01,0.19,x\n2007-01-01,0.16,y\n",
    ],
    ids=["19", "nan", "comma", "exponent", "German date", "no source", "column missing", "column too many", "same key"],
)
def test_bad_content_is_refused_with_its_place(tmp_path: Path, csv: str) -> None:
    with pytest.raises(TableError) as caught:
        read_table(copy_table("vat", tmp_path, csv))
    assert caught.value.code == "TK-TABLE-004"
    assert "vat" in caught.value.message_en


def test_a_band_upside_down_and_an_unknown_part_are_refused(tmp_path: Path) -> None:
    head = "part,segment,price,low,high,basis,source\n"
    for row in (
        "bonnet,compact,100.00,120.00,130.00,assumption,x\n",
        "wing,compact,100.00,90.00,130.00,assumption,x\n",
    ):
        with pytest.raises(TableError) as caught:
            read_table(copy_table("part_prices", tmp_path, head + row))
        assert caught.value.code == "TK-TABLE-004"


def test_bad_metadata_is_refused(tmp_path: Path) -> None:
    for meta in ({"name": '"unknown"'}, {"valid_from": '"soon"'}, {"unit": ""}):
        with pytest.raises(TableError) as caught:
            read_table(copy_table("vat", tmp_path, **meta))
        assert caught.value.code == "TK-TABLE-006"


def test_versions_are_chosen_by_day_and_may_not_overlap(tmp_path: Path) -> None:
    other = "model,percent,source\npercent_of_wage,40,x\n"
    copy_table("paint_material", tmp_path, version='"1"', valid_until="2026-06-30")
    copy_table("paint_material", tmp_path, other, version='"2"', valid_from="2026-07-01")
    assert tables_on(date(2026, 6, 30), tmp_path).paint_material().percent == D(25)
    assert tables_on(date(2026, 7, 1), tmp_path).paint_material().percent == D(40)
    clash = tmp_path / "clash"
    clash.mkdir()
    copy_table("paint_material", clash, version='"1"')
    copy_table("paint_material", clash, other, version='"2"', valid_from="2026-07-01")
    with pytest.raises(TableError) as caught:
        tables_on(DAY, clash)
    assert caught.value.code == "TK-TABLE-005"


def test_value_band_falls_with_age() -> None:
    shares = [anchor.low for anchor in tables_on(DAY).value_band().anchors]
    assert shares == sorted(shares, reverse=True)
    assert not any(math.isnan(share) for share in shares)
