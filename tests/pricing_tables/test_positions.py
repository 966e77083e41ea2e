"""Positions of foreign calculations become lines that price to the cent."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from table_files import excel, text_file

from calculation import calculate, input_from_json
from calculation.model import Parameters, Settlement
from pricing_tables.importers.positions import calculation_input, positions_from
from pricing_tables.importers.problems import ImportFileError
from workbench.cli import main

D = Decimal


def element(name: str, **values: object) -> str:
    inner = "".join(f"<ns1:{key}>{value}</ns1:{key}>" for key, value in values.items())
    return f"<ns1:{name}>{inner}</ns1:{name}>"


def part(label: str, price: str, **more: object) -> str:
    given = {
        "Description": label,
        "PartNumber": "600",
        "Amount": 1,
        "ValuePerUnit": price,
        "ValueTotal": price,
        "ValueTotalCorrected": price,
    }
    return element("MaterialPosition", **{**given, "PartOrigin": "OE", "IncludedInCalculation": "true", **more})


def labour(dvn: str, kind: str, label: str, hours: str, wage: str = "car body", inner: str = "", **more: object) -> str:
    text = element(
        "LabourPosition",
        DATProcessId=dvn,
        RepairType=kind,
        Description=label,
        WageType=wage,
        WageLevel=1,
        Duration=hours,
        **more,
    )
    return text.replace("</ns1:LabourPosition>", f"{inner}</ns1:LabourPosition>")


def lacquer(label: str, hours: str, **more: object) -> str:
    return element("LacquerPosition", Description=label, Duration=hours, **more)


def document(*positions: str, more: str = "", parameters: str = "") -> str:
    """A VXS dossier in the names of the published format; figures by the caller."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>'
        '<ns1:Dossier xmlns:ns1="http://www.dat.de/vxs"><ns1:RepairCalculation>'
        f"{parameters}<ns1:CalcResultCommon>{''.join(positions)}<ns1:PriceDate>2023-12-01+01:00</ns1:PriceDate>{more}"
        "</ns1:CalcResultCommon></ns1:RepairCalculation></ns1:Dossier></S:Body></S:Envelope>"
    )


#: Reference case DAT-03 as a document: published figures, layout ours.
DAT_03 = document(
    "<ns1:MaterialPositions>", part("KOTFLUEGEL V.R.", "130.86"), part("MOTORHAUBE", "278.08"), part("OELFILTER", "13.16"), "</ns1:MaterialPositions>",
    "<ns1:MaterialPositionsMaintenance>", part("REP.-SATZ ZAHNRIEMEN", "230.00"), "</ns1:MaterialPositionsMaintenance>",
    "<ns1:LabourPositions>",
    labour("43712", "replace", "KOTFLUEGEL V.R. A+E/ERS.", "1.10", WorkNumber="4196"),
    labour("45610", "adjust", "SCHEINWERFER V. EINSTELLEN", "0.20", Extended="true",
           inner=element("RequiredByPosition", DATProcessId="43712", RepairType="replace")),
    labour("44210", "replace", "MOTORHAUBE A+E/ERS.", "0.10"),
    labour("44210", "dis- and mounting", "MOTORHAUBE A+E", "0.40",
           inner=element("RequiredByPosition", DATProcessId="44210", RepairType="replace")),
    labour("44210", "body cavity protection", "MOTORHAUBE HOHLR.-KONSERVIEREN", "0.20"),
    labour("81200", "replace", "OELFILTER A+E/ERS.", "0.10", "mechanic"),
    "</ns1:LabourPositions><ns1:LabourPositionsMaintenance>",
    labour("81715", "replace", "ZAHNRIEMEN ERS.", "2.10", "mechanic"),
    "</ns1:LabourPositionsMaintenance><ns1:LacquerPositions>",
    lacquer("VORBEREITUNG ZUR LACKIERUNG", "1.70"),
    lacquer("KOTFLUEGEL V.R.", "1.00", Level=4, LevelDescription="new", Material="68.40", MaterialPoints=18, MaterialType=2),
    lacquer("MOTORHAUBE", "2.00", Level=4, LevelDescription="new", Material="216.60", MaterialPoints=57, MaterialType=2),
    "</ns1:LacquerPositions>",
    more="<ns1:RepairCalculationSummary>"
    + element("SparePartsCosts", ConsumablesSurchargePercentage="2.00")
    + element("Work", Type="CAR BODY", WageLevel=1, PricePerUnit="136.60")
    + element("Work", Type="MECHANICS", WageLevel=1, PricePerUnit="145.50")
    + "<ns1:LacquerCosts>" + element("Wage", Type="LACQUER WORK", PricePerUnit="156.51") + "<ns1:Material>"
    + element("Replacement", Units="75.00", PricePerUnit="3.80")
    + "<ns1:LacquerConstants>" + element("LacquerConstant", Price="49.70") + "</ns1:LacquerConstants>"
    + "<ns1:TotalSum>334.70</ns1:TotalSum></ns1:Material></ns1:LacquerCosts></ns1:RepairCalculationSummary>",
)  # fmt: skip


def run(*arguments: str) -> Any:
    from click.testing import CliRunner

    return CliRunner().invoke(main, ["--lang", "en", *arguments])


def test_a_published_calculation_comes_out_to_the_cent(tmp_path: Path) -> None:
    path = text_file(tmp_path, DAT_03, "dossier.xml")
    result = run("import-positions", str(path))
    assert result.exit_code == 0, result.stderr
    made = calculate(input_from_json(json.loads(result.stdout)))
    assert (made.totals.net, made.totals.vat, made.totals.gross) == (D("2328.74"), D("442.46"), D("2771.20"))


def test_lines_carry_parts_sides_levels_and_what_added_them(tmp_path: Path) -> None:
    found = positions_from(text_file(tmp_path, DAT_03, "dossier.xml"))
    assert [(p.part, p.side) for p in found.parts][:2] == [("fender", "right"), ("bonnet", None)]
    adjust = next(line for line in found.labour if line.operation == "adjust")
    assert (adjust.part, adjust.added_by) == ("headlamp", ("l1",))
    assert next(line for line in found.labour if line.operation == "remove_install").added_by == ("l3",)
    assert {line.operation for line in found.labour} == {"replace", "adjust", "remove_install", "auxiliary"}
    assert [line.level for line in found.paint] == ["preparation", "new", "new"]
    assert found.paint_material is not None
    assert (found.paint_material.model, found.paint_material.price_per_point, found.paint_material.constant) == (
        "points",
        D("3.80"),
        D("49.70"),
    )
    assert found.small_parts_percent == D("2.00")


def test_time_units_and_positions_outside_the_calculation(tmp_path: Path) -> None:
    aw = (
        '<ns1:ProcedureRelatedParameter factor="CalculationFactor" attribute="timeUnit">AW</ns1:ProcedureRelatedParameter>'
        '<ns1:ProcedureRelatedParameter factor="CalculationFactor" attribute="timeUnitsPerHour">12</ns1:ProcedureRelatedParameter>'
    )
    text = document(
        labour("1", "replace", "WINDSCHUTZSCHEIBE", "33", "mechanic"),
        labour("2", "adjust", "x", "4", "electrics", IncludedInCalculation="false"),
        parameters=aw,
    )
    found = positions_from(text_file(tmp_path, text, "x.xml"))
    assert found.units_per_hour == {"AW": D(12)}
    assert [(line.unit, line.units, line.active) for line in found.labour] == [("AW", D(33), True), ("AW", D(4), False)]
    unknown = document(labour("1", "replace", "x", "3"), parameters=aw.replace(">12<", "><"))
    with pytest.raises(ImportFileError) as caught:
        positions_from(text_file(tmp_path, unknown, "y.xml"))
    assert caught.value.code == "TK-TABLE-022"
    assert positions_from(text_file(tmp_path, unknown, "y.xml"), units_per_hour=D(10)).units_per_hour == {"AW": D(10)}


def test_corrected_prices_flat_amounts_side_costs_and_manual_positions(tmp_path: Path) -> None:
    text = document(
        part("MOTORHAUBE", "100.00", ValueTotalCorrected="90.00"),
        part("SCHRAUBE", "0.33", Amount=3, ValueTotal="1.00", ValueTotalCorrected="1.00"),
        element("LabourPosition", RepairType="repair", Description="Pauschale", WorkIndication=2, ValueTotal="55.00"),
        element("AdditionalCostsPosition", Description="Entsorgungskosten", ValueTotal="25.00"),
        element("SpotRepairPosition", Description="STOSSFAENGER VORN", Duration="1.20", MaterialType=1),
        element("DatPosition", Designation="Tür vorn links", Price="12.50", Worktime="1.5", WorkType=2, WorkLevel=1),
    )
    found = positions_from(text_file(tmp_path, text, "x.xml"))
    assert [(p.qty, p.unit_price) for p in found.parts] == [(D(1), D("90.00")), (D(1), D("1.00")), (D(1), D("12.50"))]
    assert [line.flat_amount for line in found.labour] == [D("55.00"), None]
    assert (found.incidentals[0].kind, found.incidentals[0].amount) == ("disposal", D("25.00"))
    assert (found.paint[0].level, found.paint[0].substrate) == ("spot", "plastic")
    assert (found.parts[2].part, found.parts[2].side) == ("door_front", "left")
    assert any("1.00 genommen" in p.message_de for p in found.problems)


TEMPLATE = (
    "Code;Bezeichnung;Teilenummer;Menge;Einzelpreis;Arbeitszeit;Lohnstufe\n"
    "E - ET;Stoßfänger vorn;51 11;1;484,00 €;;\n"
    "E - Lo;Stoßfänger vorn ersetzen;;;;1,20;Karosserie\n"
    "I;Tür vorn links instand setzen;;;;2,5;Karosserie\n"
    "L;Stoßfänger vorn, Neuteil;;;;2,1;Lack\n"
    "D;Dach drücken;;;;1,50;Dellen\n"
    "E - Ne;Entsorgung;;;25,00;;\n"
    "N;Scheinwerfer einstellen;;;;0,2;Elektrik\n"
)


def test_autoixpert_rows_by_what_is_filled_in(tmp_path: Path) -> None:
    for path in (
        text_file(tmp_path, TEMPLATE, encoding="utf-8-sig"),
        excel(tmp_path, [r.split(";") for r in TEMPLATE.splitlines()]),
    ):
        found = positions_from(path)
        assert [(p.part, p.unit_price, p.part_number) for p in found.parts] == [("bumper_front", D("484.00"), "51 11")]
        assert [(x.operation, x.rate, x.units) for x in found.labour] == [
            ("replace", "body", D("1.20")), ("repair", "body", D("2.5")), ("dents", "dents", D("1.50")), ("auxiliary", "electric", D("0.2")),
        ]  # fmt: skip
        assert [(k.level, k.hours) for k in found.paint] == [("new", D("2.1"))]
        assert [(i.kind, i.amount) for i in found.incidentals] == [("disposal", D("25.00"))]
        assert any("Codes N" in p.message_de for p in found.problems)
        frame = Parameters(price_date=__import__("datetime").date(2026, 11, 23), vat_rate=D("0.19"))
        from pricing_tables import tables_on

        rates, _ = tables_on(frame.price_date).hourly_rates()
        assert calculate(calculation_input(found, frame, Settlement(regime="liability"), rates)).totals.gross > 0


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("X;Teil;;1;5,00;;", "TK-TABLE-016"),
        ("I;Teil;;;;abc;Karosserie", "TK-TABLE-014"),
        ("I;Teil;;;;1,0;Schreinerei", "TK-TABLE-016"),
        ("I;Teil;;;;1,0;", "TK-TABLE-016"),
        ("I;Teil;;;;;Karosserie", "TK-TABLE-014"),
        ("E - ET;=HYPERLINK(1);;1;5,00;;", "TK-TABLE-023"),
        ("E - ET;Teil;;-1;5,00;;", "TK-TABLE-020"),
    ],
)
def test_bad_autoixpert_rows_are_told_with_their_place(tmp_path: Path, row: str, code: str) -> None:
    with pytest.raises(ImportFileError) as caught:
        positions_from(text_file(tmp_path, TEMPLATE + row + "\n"))
    assert [(p.place.row, p.code) for p in caught.value.problems] == [(9, code)]


def test_rates_that_the_file_does_not_state_come_from_the_tables_and_say_so(tmp_path: Path) -> None:
    path = text_file(tmp_path, document(labour("1", "replace", "MOTORHAUBE", "1.00")), "x.xml")
    data = json.loads(run("import-positions", str(path)).stdout)
    assert data["rates"]["body"]["hourly"] == "169.75"
    assert {(r["name"], r["demonstration"]) for r in data["table_references"]} == {
        ("hourly_rates", True),
        ("vat", False),
    }
    stated = json.loads(run("import-positions", str(text_file(tmp_path, DAT_03, "d.xml"))).stdout)
    assert {r["name"] for r in stated["table_references"]} == {"vat"}


def test_what_the_engine_refuses_is_said_with_its_code(tmp_path: Path) -> None:
    path = text_file(tmp_path, document(part("x", "99999999.00")), "x.xml")
    result = run("import-positions", str(path))
    assert result.exit_code == 2
    assert "TK-CALC-011" in result.stderr
    missing = run("import-positions", str(tmp_path / "none.xml"))
    assert missing.exit_code == 2
    assert "TK-TABLE-010" in missing.stderr
