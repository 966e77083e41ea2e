"""One calculation at another version: what is renewed, what is a person's and stays, what is missing."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from impact_builders import DAY, base_tables, bent, dearer, proposed, table_set

from calculation import calculate, input_from_json, input_to_json
from calculation.model import IncidentalLine, Override, PartLine
from pricing_tables import Tables
from workbench.impact import reprice
from workbench.impact.reprice import Change, match_tables

D = Decimal
OLD = base_tables()


def part(**changes: Any) -> PartLine:
    found = OLD.part_price("bonnet", None, "compact")
    values: dict[str, Any] = {
        "id": "p1",
        "part": "bonnet",
        "unit_price": found.value,
        "low": found.low,
        "high": found.high,
        "origin": "suggested",
        "table": "part_prices",
        "table_key": found.key,
    }
    return PartLine(**(values | changes))


def sheet(*parts: PartLine, **changes: Any) -> Any:
    frame = proposed(random.Random(1), OLD, 1)
    empty: dict[str, Any] = {"labour": (), "paint": (), "dents": (), "incidentals": ()}
    return replace(frame, parts=parts, **(empty | changes))


def with_price(value: str, low: str, high: str) -> Tables:
    def change(name: str, row: dict[str, Any]) -> dict[str, Any]:
        if name == "part_prices" and (row["part"], row["segment"]) == ("bonnet", "compact"):
            row |= {"price": D(value), "low": D(low), "high": D(high)}
        return row

    return bent(OLD, change)


NEW = with_price("700.00", "600.00", "900.00")


def test_a_table_line_takes_the_new_row() -> None:
    done = reprice(sheet(part()), OLD, NEW)
    line = done.data.parts[0]
    assert (line.unit_price, line.low, line.high) == (D("700.00"), D("600.00"), D("900.00"))
    assert [c for c in done.changes if c.where == "p1"] == [
        Change("renewed", "p1", "unit_price", "part_prices", ("bonnet", "compact"), str(part().unit_price), "700.00")
    ]
    assert not done.missing


def test_an_override_and_a_typed_line_stay() -> None:
    changed = part(override=Override(reason="Händlerangebot"), unit_price=D("512.00"))
    done = reprice(sheet(changed, part(id="p2", origin="manual", unit_price=D("1.00"))), OLD, NEW)
    assert [line.unit_price for line in done.data.parts] == [D("512.00"), D("1.00")]
    assert [(c.kind, c.reason) for c in done.changes if c.where in {"p1", "p2"}] == [("kept", "override")]


def test_a_band_set_by_hand_stays_and_is_named() -> None:
    done = reprice(sheet(part(high=D("650.00"))), OLD, NEW)
    line = done.data.parts[0]
    assert (line.unit_price, line.low, line.high) == (D("700.00"), D("600.00"), D("650.00"))
    assert ("kept", "high", "band") in [(c.kind, c.field, c.reason) for c in done.changes]
    calculate(done.data)


def test_an_uncertain_part_still_reaches_down_to_zero() -> None:
    line = reprice(sheet(part(uncertain=True, low=D("0.00"))), OLD, NEW).data.parts[0]
    assert (line.low, line.high) == (D("0.00"), D("900.00"))


def test_the_band_of_several_pieces_is_that_of_the_whole_line() -> None:
    price = OLD.part_price("bonnet", None, "compact")
    line = reprice(sheet(part(qty=D(3), low=price.low * 3, high=price.high * 3)), OLD, NEW).data.parts[0]
    assert (line.low, line.high) == (D("1800.00"), D("2700.00"))


def test_an_uncertain_repair_reaches_from_the_lightest_to_the_heaviest() -> None:
    new = dearer(OLD)
    rng = random.Random(5)
    found = [
        (before, after)
        for data in (proposed(rng, OLD, 8) for _ in range(30))
        for before, after in zip(data.labour, reprice(data, OLD, new).data.labour, strict=True)
        if before.uncertain and before.operation == "repair"
    ]
    assert found
    for before, after in found:
        part_, operation, segment, _severity = before.table_key
        assert after.low == new.job_time(part_, operation, segment, "minor").low
        assert after.high == new.job_time(part_, operation, segment, "severe").high


def test_a_proposal_at_the_new_version_is_what_repricing_gives() -> None:
    """Re-pricing a fresh proposal equals proposing it at the new tables: nothing that a table gives is forgotten."""
    new = dearer(OLD)
    for seed in range(40):
        once = proposed(random.Random(seed), OLD, 7)
        again = proposed(random.Random(seed), new, 7)
        done = reprice(once, OLD, new)
        hidden = {line.id for line in once.incidentals if not line.table_key}
        kept = {c.where for c in done.changes if c.kind == "kept"}
        assert kept <= hidden
        expected = replace(
            again,
            incidentals=tuple(line for line in again.incidentals if line.id not in hidden),
            assumptions=(),
            table_references=(),
        )
        got = replace(
            done.data,
            incidentals=tuple(line for line in done.data.incidentals if line.id not in hidden),
            assumptions=(),
            table_references=(),
        )
        assert got == expected


def test_settings_follow_only_while_they_are_the_tables_own() -> None:
    new = dearer(OLD)
    data = sheet(part())
    own = replace(data.parameters, small_parts_percent=D("3.00"))
    assert reprice(replace(data, parameters=own), OLD, new).data.parameters.small_parts_percent == D("3.00")
    fresh = reprice(data, OLD, new).data.parameters
    regime = data.settlement.regime
    assert fresh.small_parts_percent == new.markup("small_parts_percent", regime).value
    assert fresh.dent_setup_hours == new.dent_value("setup_hours").value
    assert fresh.vat_rate == data.parameters.vat_rate


def test_without_the_old_version_lines_are_renewed_and_settings_stay() -> None:
    new = dearer(OLD)
    data = sheet(part(high=D("1.00")))
    done = reprice(data, None, new)
    found = new.part_price("bonnet", None, "compact")
    assert (done.data.parts[0].unit_price, done.data.parts[0].high) == (found.value, found.high)
    assert done.data.parameters == data.parameters


def test_rates_are_renewed_by_region_and_typed_ones_stay() -> None:
    new = dearer(OLD)
    data = sheet(part())
    typed = {**data.rates, "body": replace(data.rates["body"], hourly=D("99.00"), table=None)}
    rates = reprice(replace(data, rates=typed), OLD, new).data.rates
    assert rates["body"].hourly == D("99.00")
    region, column = data.rates["paint"].table_key
    row = next(r for r in new.table("hourly_rates").rows if r["region"] == region)
    assert rates["paint"].hourly == row[column]


def test_a_missing_row_is_named_and_nothing_turns_into_zero() -> None:
    gone = bent(OLD, lambda name, row: None if name == "part_prices" and row["part"] == "bonnet" else row)
    done = reprice(sheet(part()), OLD, gone)
    assert [(m.where, m.table, m.key) for m in done.missing] == [("p1", "part_prices", ("bonnet", "compact"))]
    assert "bonnet" in done.missing[0].message_de
    assert done.data.parts[0].unit_price == part().unit_price


def test_the_day_moves_and_the_vat_of_the_supply_stays() -> None:
    data = sheet(part())
    done = reprice(data, OLD, NEW, date(2027, 3, 1)).data
    assert done.parameters.price_date == date(2027, 3, 1)
    assert done.parameters.supply_date == (data.parameters.supply_date or DAY)
    assert done.parameters.vat_rate == data.parameters.vat_rate


def test_references_name_the_new_version() -> None:
    done = reprice(sheet(part()), OLD, NEW).data
    assert {r.name: r.version for r in done.table_references}["part_prices"] == "try-1"
    assert {r.name for r in done.table_references} == set(table_set(OLD))


def test_hidden_damage_is_kept_and_said() -> None:
    hidden = IncidentalLine(id="i1", amount=D(0), low=D(0), high=D("900.00"), origin="suggested", table="part_prices")
    done = reprice(sheet(incidentals=(hidden,)), OLD, NEW)
    assert done.data.incidentals == (hidden,)
    assert ("i1", "no_key") in [(c.where, c.reason) for c in done.changes]


def test_the_result_is_a_calculation_like_any_other() -> None:
    data = reprice(proposed(random.Random(3), OLD, 8), OLD, dearer(OLD), date(2027, 1, 1)).data
    assert input_from_json(input_to_json(data)) == data


def test_versions_are_found_by_name_version_and_checksum() -> None:
    known = tuple(table_set(OLD).values())
    named = [(r.name, r.version, r.sha256) for r in OLD.references]
    found = match_tables(named, known)
    assert found is not None
    assert table_set(found) == table_set(OLD)
    assert match_tables([("part_prices", "another", "")], known) is None
    assert match_tables([("part_prices", OLD.table("part_prices").version, "0" * 64)], known) is None
