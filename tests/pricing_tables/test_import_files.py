"""Files as they come: encodings, separators, titles, merged headings, sums, formulas; and files that mean harm."""

from __future__ import annotations

import contextlib
import io
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from table_files import PRICES, RATES, excel, planned, text_file

from pricing_tables import TableError
from pricing_tables.importers.plan import Options, Plan
from pricing_tables.importers.positions import positions_from
from pricing_tables.importers.problems import ImportFileError

D = Decimal


def prices(plan: Plan) -> dict[tuple[str, ...], Decimal]:
    """New prices by key, of a plan of a price list."""
    return {c.key: c.new for p in plan.previews for c in p.changed if c.column == "price"}


def refusal(call: Callable[[], object]) -> ImportFileError:
    with pytest.raises(ImportFileError) as caught:
        call()
    for problem in caught.value.problems:
        assert problem.code.startswith("TK-TABLE-")
        assert problem.message_de
        assert problem.message_en
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("mark", [";", "\t", ",", "|"])
def test_encodings_and_separators(tmp_path: Path, encoding: str, mark: str) -> None:
    rows = [
        ["Bauteil", "Segment", "Preis"],
        ["Stoßfänger vorn", "Kompakt", "1.234,50"],
        ["Motorhaube", "Kompakt", "700"],
    ]
    text = "\r\n".join(mark.join(f'"{cell}"' for cell in row) for row in rows)
    found = prices(planned(text_file(tmp_path, text, encoding=encoding), tmp_path / "t"))
    assert found == {("bumper_front", "compact"): D("1234.50"), ("bonnet", "compact"): D("700")}


def test_titles_blank_lines_stray_spaces_quotes_footers_and_repeated_headings(tmp_path: Path) -> None:
    text = (
        "sep=;\nPreisliste Autohaus Muster;;;\nStand 01.01.2027;;;\n;;;\n"
        " Bauteil ;Segment\u00a0;Teile-Nr.; Preis netto (EUR) \n"
        '"Tür vorn, links";\u202fKompaktklasse ;51 41;" 745,10 € "\n;;;\n'
        "Bauteil;Segment;Teile-Nr.;Preis netto (EUR)\n"
        "TUER V.R.;kompakt;51 42;745,10\nKOTFLUEGEL V.L.;KOMPAKT;;1.001,00\n"
        "Summe;;;2.491,20\nAlle Preise ohne Gewähr;;;\n"
    )
    plan = planned(text_file(tmp_path, text), tmp_path / "t")
    assert prices(plan) == {("door_front", "compact"): D("745.10"), ("fender", "compact"): D("1001.00")}
    notes = " ".join(p.words() for p in plan.problems)
    assert "Summe" in notes
    assert "ohne Gewähr" in notes
    # The left and the right door have the same price: taken once, and said.
    assert any(p.code == "TK-TABLE-043" for p in plan.warnings)
    row = next(r for r in plan.drafts[0].rows if r["part"] == "door_front" and r["segment"] == "compact")
    assert "Nr. 51 41" in row["source"]


def test_wide_lists_have_a_column_for_each_segment(tmp_path: Path) -> None:
    text = "Teil;Kleinwagen;Kompaktklasse;SUV\nMotorhaube;500,50;600,50;900,00\nDach;;700,00;\n"
    assert prices(planned(text_file(tmp_path, text), tmp_path / "t")) == {
        ("bonnet", "small"): D("500.50"),
        ("bonnet", "compact"): D("600.50"),
        ("bonnet", "suv"): D("900.00"),
        ("roof", "compact"): D("700.00"),
    }


def test_a_list_without_segment_asks_for_it(tmp_path: Path) -> None:
    path = text_file(tmp_path, "Bauteil;Preis\nMotorhaube;700,50\n")
    assert {p.code for p in refusal(lambda: planned(path, tmp_path / "t")).problems} == {"TK-TABLE-016"}
    assert set(prices(planned(path, tmp_path / "t", Options(segment="all")))) == {
        ("bonnet", s) for s in ("small", "compact", "middle", "suv")
    }


def test_an_ambiguous_number_is_decided_by_its_column_and_said_or_refused(tmp_path: Path) -> None:
    decided = planned(
        text_file(tmp_path, "Bauteil;Segment;Preis\nMotorhaube;Kompakt;1.234\nDach;Kompakt;12,50\n"), tmp_path / "t"
    )
    assert prices(decided)["bonnet", "compact"] == D(1234)
    assert any("deutscher Schreibweise" in p.message_de for p in decided.problems)
    english = planned(
        text_file(tmp_path, "part;segment;price\nbonnet;compact;1,234\nroof;compact;12.50\n"), tmp_path / "t"
    )
    assert prices(english)["bonnet", "compact"] == D(1234)
    undecided = refusal(
        lambda: planned(text_file(tmp_path, "Bauteil;Segment;Preis\nMotorhaube;Kompakt;1.234\n"), tmp_path / "t")
    )
    assert undecided.problems[0].code == "TK-TABLE-015"
    assert (undecided.problems[0].place.row, undecided.problems[0].place.column) == (2, "Preis")
    mixed = refusal(
        lambda: planned(
            text_file(
                tmp_path,
                "Bauteil;Segment;Preis\nMotorhaube;Kompakt;1.234\nDach;Kompakt;12,50\nTür vorn;Kompakt;12.50\n",
            ),
            tmp_path / "t",
        )
    )
    assert "TK-TABLE-015" in {p.code for p in mixed.problems}


def test_every_bad_row_is_told_with_its_place_and_nothing_is_imported(tmp_path: Path) -> None:
    text = (
        "Bauteil;Segment;Preis\nMotorhaube;Kompakt;700,00\nHalter Stoßfänger vorn;Kompakt;12,00\nDach;Traktor;10,00\n"
        "Tür vorn;Kompakt;abc\nTür hinten;Kompakt;\nFelge;Kompakt;-5,00\nKühler;Kompakt;9999999,00\n=cmd|'/c calc'!A1;Kompakt;5,00\n"
        "Motorhaube;Kompakt;710,00\n"
    )
    error = refusal(lambda: planned(text_file(tmp_path, text), tmp_path / "t"))
    found = {(p.place.row, p.code) for p in error.problems}
    assert {
        (3, "TK-TABLE-016"), (4, "TK-TABLE-016"), (5, "TK-TABLE-014"), (6, "TK-TABLE-014"), (7, "TK-TABLE-020"), (8, "TK-TABLE-020"),
        (9, "TK-TABLE-023"), (10, "TK-TABLE-017"),
    } <= found  # fmt: skip
    assert not any(row == 2 for row, _ in found)
    assert next(p for p in error.problems if p.place.row == 5).value == "abc"
    assert not (tmp_path / "t").exists()


def test_excel_with_titles_merged_headings_texts_and_numbers(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    cover, sheet = book.active, book.create_sheet("Sätze 2027")
    cover.append(["Autohaus Muster GmbH"])
    sheet.append(["Stundenverrechnungssätze 2027 (netto)"])
    sheet.merge_cells("A1:G1")
    sheet.append([])
    sheet.append(["Betrieb", "PLZ", "Stundensätze EUR/h", None, None, None, "Aufschläge", None])
    sheet.merge_cells("C3:F3")
    sheet.merge_cells("G3:H3")
    sheet.append([None, None, "Mechanik", "Elektrik", "Karosserie", "Lack", "UPE %", "Kleinteile %"])
    sheet.append(["Muster Nord", 1067, 140, 141.5, "145,25", 160.75000000000003, 0.15, "2 %"])
    sheet["G5"].number_format = "0%"
    sheet.append(["Muster Süd", "40223", 150, 151, 152, 170, 0.1, 0.02])
    for cell in ("G6", "H6"):
        sheet[cell].number_format = "0%"
    path = tmp_path / "saetze.xlsx"
    book.save(path)
    plan = planned(path, tmp_path / "t")
    rows = {r["workshop"]: r for d in plan.drafts if d.name == "workshop_rates" for r in d.rows}
    north, south = rows["Muster Nord"], rows["Muster Süd"]
    assert (north["region"], south["region"]) == ("01", "40")
    assert [north[c] for c in ("mechanic", "electric", "body", "paint_wage", "upe_percent", "small_parts_percent")] == [
        D(140), D("141.5"), D("145.25"), D("160.75"), D(15), D(2),
    ]  # fmt: skip
    assert south["upe_percent"] == D(10)
    rates = {r["region"]: r for d in plan.drafts if d.name == "hourly_rates" for r in d.rows}
    assert rates["01"]["body"] == D("145.25")
    assert rates["40"]["paint"] == D(170)
    assert rates["DE"]["body"] == D("169.75")
    assert all(isinstance(v, Decimal) for v in (north["mechanic"], north["paint_wage"]))
    assert any("Blatt ohne Tabelle" in p.message_de for p in plan.problems)


def test_formulas_count_by_their_stored_value_or_not_at_all(tmp_path: Path) -> None:
    path = excel(tmp_path, [["Bauteil", "Segment", "Preis"], ["Motorhaube", "Kompakt", "=600*1.1"]])
    error = refusal(lambda: planned(path, tmp_path / "t"))
    assert error.problems[0].code == "TK-TABLE-018"
    assert (error.problems[0].place.sheet, error.problems[0].place.row, error.problems[0].place.column) == (
        "Sheet",
        2,
        "Preis",
    )
    # As Excel stores it: formula and value side by side.
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts["xl/worksheets/sheet1.xml"] = (
        parts["xl/worksheets/sheet1.xml"]
        .replace(b"<v></v>", b"<v>660</v>")
        .replace(b"<v />", b"<v>660</v>")
        .replace(b"<v/>", b"<v>660</v>")
    )
    with zipfile.ZipFile(path, "w") as new:
        for name, content in parts.items():
            new.writestr(name, content)
    plan = planned(path, tmp_path / "t")
    assert prices(plan)["bonnet", "compact"] == D(660)
    assert any("Formel" in p.message_de for p in plan.problems)


def test_dates_and_error_values_in_number_cells_are_told(tmp_path: Path) -> None:
    from datetime import datetime

    rows = [
        ["Bauteil", "Segment", "Preis"],
        ["Motorhaube", "Kompakt", datetime(2027, 1, 12)],
        ["Dach", "Kompakt", "#NV"],
    ]
    error = refusal(lambda: planned(excel(tmp_path, rows), tmp_path / "t"))
    assert [(p.place.row, p.code) for p in error.problems] == [(2, "TK-TABLE-014"), (3, "TK-TABLE-018")]


def test_too_many_decimals_are_refused_not_rounded_in_silence(tmp_path: Path) -> None:
    rows = [["Bauteil", "Segment", "Preis"], ["Motorhaube", "Kompakt", 642 / 1.19]]
    assert refusal(lambda: planned(excel(tmp_path, rows), tmp_path / "t")).problems[0].code == "TK-TABLE-014"
    book = openpyxl.load_workbook(excel(tmp_path, rows))
    book.active["C2"].number_format = "#,##0.00"
    book.save(tmp_path / "shown.xlsx")
    plan = planned(tmp_path / "shown.xlsx", tmp_path / "t")
    assert prices(plan)["bonnet", "compact"] == D("539.50")
    assert any("wie angezeigt" in p.message_de for p in plan.problems)


def test_a_sheet_written_downwards(tmp_path: Path) -> None:
    text = "Unsere Sätze ab 2027\n\nMechanik;120,00 €/Std.\nKarosserie;125,50\nLack;140\nUPE-Aufschlag;10 %\nKleinersatzteile;2\nVerbringung;150,00\nLackindex;110\n"
    plan = planned(text_file(tmp_path, text, "Muster.csv"), tmp_path / "t")
    made = {
        d.name: {
            tuple(r[k] for k in ("kind", "regime") if k in r)
            or r.get("model")
            or r.get("region")
            or r.get("workshop"): r
            for r in d.rows
        }
        for d in plan.drafts
    }
    assert set(made) == {"workshop_rates", "hourly_rates", "markups", "side_costs", "paint_material"}
    assert made["hourly_rates"]["DE"]["body"] == D("125.50")
    assert made["markups"]["upe_markup_percent", "liability"]["value"] == D(10)
    assert made["markups"]["upe_markup_percent", "kasko"]["value"] == D(0)
    assert made["side_costs"][("transfer",)]["value"] == D("150.00")
    assert (made["paint_material"]["azt_index"]["chosen"], made["paint_material"]["azt_index"]["index"]) == (
        "yes",
        D(110),
    )
    assert made["paint_material"]["percent_of_wage"]["chosen"] == "no"
    assert any("Annahme" in p.message_de for p in plan.problems)


def test_job_and_paint_times(tmp_path: Path) -> None:
    text = "Bauteil;Code;Segment;Schwere;Zeit (h);Lohngruppe\nMotorhaube;E;Kompakt;;1,17;Karosserie\nTür vorn;I;Kompakt;mittel;2,5;Karosserie\n"
    plan = planned(text_file(tmp_path, text), tmp_path / "t")
    assert {(c.key, c.new) for c in plan.previews[0].changed if c.column == "hours"} == {
        (("bonnet", "replace", "compact", ""), D("1.17")),
        (("door_front", "repair", "compact", "moderate"), D("2.50")),
    }
    units = text_file(tmp_path, "Bauteil;Code;Segment;AW\nWindschutzscheibe;E;Kompakt;33\n")
    assert refusal(lambda: planned(units, tmp_path / "t")).problems[0].code == "TK-TABLE-022"
    times = planned(units, tmp_path / "t", Options(units_per_hour=D(12)))
    assert next(c.new for c in times.previews[0].changed if c.column == "hours") == D("2.75")
    paint = text_file(
        tmp_path,
        "Bauteil;Lackstufe;Größe;Lackierzeit;Materialpunkte\nKotflügel vorn;Neuteil;mittel;1,10;18\nMotorhaube;4;mittel;2,00;57\n",
    )
    error = refusal(lambda: planned(paint, tmp_path / "t"))
    assert [(p.place.row, p.code) for p in error.problems] == [(3, "TK-TABLE-016")]
    assert "mehrdeutig" in error.problems[0].message_de


@pytest.mark.parametrize(
    ("title", "gross"),
    [
        ("Preise brutto", True), ("Alle Preise inkl. 19 % MwSt.", True), ("prices including VAT", True), ("inkl. MwSt", True),
        ("Preise zzgl. 19 % MwSt.", False), ("Preise netto, brutto auf Anfrage", False), ("Preise ohne MwSt.", False),
    ],
)  # fmt: skip
def test_titles_that_say_gross(tmp_path: Path, title: str, gross: bool) -> None:
    path = text_file(tmp_path, f"{title};;\nBauteil;Segment;Preis\nMotorhaube;Kompakt;700,00\n")
    if gross:
        assert refusal(lambda: planned(path, tmp_path / "t")).code == "TK-TABLE-024"
    else:
        assert prices(planned(path, tmp_path / "t"))["bonnet", "compact"] == D("700.00")


def test_gross_is_asked_for_and_divided(tmp_path: Path) -> None:
    path = text_file(tmp_path, "Bauteil;Segment;Preis inkl. MwSt.\nMotorhaube;Kompakt;1.190,00\n")
    assert refusal(lambda: planned(path, tmp_path / "t")).problems[0].code == "TK-TABLE-024"
    assert prices(planned(path, tmp_path / "t", Options(amounts="gross")))["bonnet", "compact"] == D("1000.00")
    assert prices(planned(path, tmp_path / "t", Options(amounts="net")))["bonnet", "compact"] == D("1190.00")


def test_what_looks_wrong_is_said(tmp_path: Path) -> None:
    head = "Werkstatt;PLZ;Mechanik;Karosserie;Lack;Lackmaterial %\n"
    gross = planned(text_file(tmp_path, head + "A;10115;202,00;202,00;220,00;25\n"), tmp_path / "t")
    assert "TK-TABLE-040" in {p.code for p in gross.warnings}
    wrong = planned(text_file(tmp_path, head + "A;10115;163,62;163,62;178,20;25\n"), tmp_path / "t")
    assert any("0,81" in p.message_de for p in wrong.warnings)
    odd = planned(text_file(tmp_path, head + "A;10115;30,00;450,00;160,00;25\n"), tmp_path / "t")
    assert sum(p.code == "TK-TABLE-041" for p in odd.warnings) >= 2
    big = planned(text_file(tmp_path, "Bauteil;Segment;Preis\nMotorhaube;Kompakt;1.017,20\n"), tmp_path / "t")
    assert [p.code for p in big.warnings] == ["TK-TABLE-042"]
    assert "+58,4 %" in big.warnings[0].message_de
    lifted = "".join(
        f"{part};Kompakt;{value}\n"
        for part, value in (("Motorhaube", "763,98"), ("Tür vorn", "886,55"), ("Kotflügel", "357,00"))
    )
    assert "TK-TABLE-040" in {
        p.code for p in planned(text_file(tmp_path, "Bauteil;Segment;Preis\n" + lifted), tmp_path / "t").warnings
    }


def test_no_heading_two_kinds_unknown_kind_and_empty_files(tmp_path: Path) -> None:
    assert refusal(lambda: planned(text_file(tmp_path, "a;b\n1;2\n"), tmp_path / "t")).code == "TK-TABLE-012"
    assert (
        refusal(lambda: planned(text_file(tmp_path, PRICES), tmp_path / "t", Options(kind="prices"))).code
        == "TK-TABLE-012"
    )
    both = excel(
        tmp_path, [r.split(";") for r in PRICES.splitlines()], Rates=[r.split(";") for r in RATES.splitlines()]
    )
    assert refusal(lambda: planned(both, tmp_path / "t")).code == "TK-TABLE-012"
    assert planned(both, tmp_path / "t", Options(kind="part_prices")).kind == "part_prices"
    assert refusal(lambda: planned(text_file(tmp_path, " \n"), tmp_path / "t")).code == "TK-TABLE-021"
    assert (
        refusal(lambda: planned(text_file(tmp_path, "Bauteil;Segment;Preis\n"), tmp_path / "t")).code == "TK-TABLE-021"
    )
    assert refusal(lambda: planned(tmp_path / "missing.csv", tmp_path / "t")).code == "TK-TABLE-010"
    assert refusal(lambda: planned(tmp_path, tmp_path / "t")).code == "TK-TABLE-010"
    twice = text_file(tmp_path, "Bauteil;Segment;Preis;Listenpreis\nMotorhaube;Kompakt;1,50;2,50\n")
    assert refusal(lambda: planned(twice, tmp_path / "t")).problems[0].code == "TK-TABLE-013"


def bomb(name: str = "xl/worksheets/sheet1.xml", content: bytes | None = None) -> bytes:
    """An archive that unpacks to far more than it weighs, or with one part exchanged."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(name, content if content is not None else b"0" * 100_000_000)
    return buffer.getvalue()


DTD = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (bomb(), {"TK-TABLE-011"}),
        (bomb(content=DTD), {"TK-TABLE-019"}),
        (bomb(content=b"<?xml version='1.0'?><worksheet>"), {"TK-TABLE-010"}),
        (b"PK\x03\x04" + b"\x00" * 200, {"TK-TABLE-010"}),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, {"TK-TABLE-010"}),
        (b"%PDF-1.7 ...", {"TK-TABLE-010"}),
        (bytes(range(256)) * 20, {"TK-TABLE-010"}),
        (b"\x89PNG\r\n\x1a\n" + b"\x00\x01" * 50, {"TK-TABLE-010"}),
        (b"<html><body>hello</body></html>", {"TK-TABLE-012"}),
        (DTD, {"TK-TABLE-012"}),
        (b"a;b\n" + b"x;" * 5_000, {"TK-TABLE-011"}),
        (b'"' + b"x" * 10_000, {"TK-TABLE-011"}),
        (b"a;b;c\n" * 60_000, {"TK-TABLE-011"}),
        (b"1" * 20_000_002, {"TK-TABLE-011"}),
    ],
    ids=[
        "zip bomb",
        "entities in a workbook",
        "broken workbook",
        "cut archive",
        "old excel",
        "pdf",
        "garbage",
        "picture",
        "html",
        "xml bomb",
        "wide",
        "open quote",
        "long",
        "huge",
    ],
)
def test_hostile_files_get_a_code(tmp_path: Path, content: bytes, codes: set[str]) -> None:
    path = tmp_path / "böse.csv"
    path.write_bytes(content)
    assert refusal(lambda: planned(path, tmp_path / "t")).code in codes


@pytest.mark.parametrize(
    "content",
    [
        DTD,
        b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "http://example.invalid/x">]><x>&e;</x>',
        b"<a><b></a>",
        b"<a>" * 100 + b"</a>" * 100,
        b'<?xml version="1.0" encoding="utf-7"?><a/>',
        b"<a/>",
        b"<Dossier><MaterialPosition><Description>x</Description><ValueTotal>NaN</ValueTotal></MaterialPosition></Dossier>",
        b"<Dossier><LabourPosition><WageType>magic</WageType><Duration>1</Duration></LabourPosition></Dossier>",
        b"<Dossier><LacquerPosition><LevelDescription>shiny</LevelDescription></LacquerPosition></Dossier>",
    ],
)
def test_hostile_xml_gets_a_code(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.xml"
    path.write_bytes(content)
    refusal(lambda: positions_from(path))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_any_bytes_are_a_plan_or_a_refusal(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any"
    path.write_bytes(content)
    for call in (lambda: planned(path, tmp_path / "t"), lambda: positions_from(path)):
        with pytest.raises(TableError):
            call()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.text(alphabet="abcß1234.,;€%-= \"'\n\t", max_size=12), max_size=5), max_size=6))
def test_any_rows_under_a_good_heading_are_a_plan_or_a_refusal(tmp_path: Path, rows: list[list[str]]) -> None:
    text = "Bauteil;Segment;Preis\n" + "\n".join(";".join(row) for row in rows)
    with contextlib.suppress(TableError):
        planned(text_file(tmp_path, text), tmp_path / "t")


def test_what_a_rate_sheet_does_not_say_stays_as_it_is_and_is_noted(tmp_path: Path) -> None:
    path = text_file(tmp_path, "Mechanik;Karosserie;Lack\n120,00;125,00;140,00\n", "Kurz.csv")
    plan = planned(path, tmp_path / "t")
    row = next(r for d in plan.drafts if d.name == "workshop_rates" for r in d.rows if r["workshop"] == "Kurz")
    assert (row["electric"], row["dents"]) == (D("120.00"), D("125.00"))
    assert (row["upe_percent"], row["small_parts_percent"], row["transfer_value"], row["material_value"]) == (
        D(10),
        D(2),
        D("139.50"),
        D(25),
    )
    notes = " ".join(p.message_de for p in plan.problems)
    for word in (
        "Elektrik wie Mechanik",
        "UPE-Aufschlag wie bisher 10",
        "Verbringung wie bisher",
        "Lackmaterial wie bisher 25",
    ):
        assert word in notes
        assert word in row["source"]
    assert not [
        c for p in plan.previews if p.name in {"markups", "side_costs"} for c in p.changed if c.column == "value"
    ]


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Werkstattname;PLZ;Ort;Stundenverrechnungssatz Mechanik (netto);SVS Elektrik;SVS Karosserie;Lacklohn;UPE-Aufschläge (%);Kleinersatzteilpauschale %;Dellendrücken €/h;Verbringungskosten pauschal;Lackmaterial in %",
         "workshop region - mechanic electric body paint_wage upe_percent small_parts_percent dents transfer_value material_percent"),
        ("Name;Postleitzahl;Mechanik EUR/Std.;Karosserie EUR/Std.;Elektrik EUR/Std.;Lack EUR/Std.;UPE;Kleinteile;Dellen;Verbringung;Lacksystem;Lack Index",
         "workshop region mechanic body electric paint_wage upe_percent small_parts_percent dents transfer_value paint_system material_index"),
        ("Workshop;Mechanic rate;Electric rate;Body rate;Paint rate;UPE %;Small parts %;Dent rate;Transfer;Paint system;Paint material %",
         "workshop mechanic electric body paint_wage upe_percent small_parts_percent dents transfer_value paint_system material_percent"),
    ],
)  # fmt: skip
def test_headings_of_real_rate_sheets(heading: str, expected: str) -> None:
    from pricing_tables.importers.columns import match

    names = dict(enumerate(heading.split(";")))
    columns, ignored, twice = match("workshop_rates", names)
    assert {field: names[index] for field, index in columns.items()} == {
        field: names[index] for index, field in enumerate(expected.split()) if field != "-"
    }
    assert twice == ()
    assert len(ignored) == expected.split().count("-")


def test_of_a_net_and_a_gross_column_the_net_one_is_taken(tmp_path: Path) -> None:
    path = text_file(tmp_path, "Bezeichnung;Segment;UPE brutto;UPE netto\nMotorhaube;Kompakt;833,00;700,00\n")
    assert prices(planned(path, tmp_path / "t"))["bonnet", "compact"] == D("700.00")


def test_a_paint_wage_that_holds_the_material(tmp_path: Path) -> None:
    path = text_file(tmp_path, "Mechanik;Karosserie;Lack inkl. Material\n120,00;125,00;210,00\n")
    (row,) = [
        r
        for d in planned(path, tmp_path / "t").drafts
        if d.name == "workshop_rates"
        for r in d.rows
        if r["workshop"] == "liste"
    ]
    assert (row["material_kind"], row["material_value"]) == ("percent", D(0))


def test_hidden_sheets_are_not_read_and_said(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(
        excel(tmp_path, [r.split(";") for r in PRICES.splitlines()], Alt=[r.split(";") for r in RATES.splitlines()])
    )
    book["Alt"].sheet_state = "hidden"
    book.save(tmp_path / "h.xlsx")
    plan = planned(tmp_path / "h.xlsx", tmp_path / "t")
    assert plan.kind == "part_prices"
    assert any("ausgeblendet" in p.message_de for p in plan.problems)


def test_a_file_that_names_another_first_day_is_warned_about(tmp_path: Path) -> None:
    path = text_file(tmp_path, "Preisliste gültig ab 01.03.2027;;\n" + PRICES)
    assert [p.code for p in planned(path, tmp_path / "t").warnings if p.place.row == 1] == ["TK-TABLE-046"]
    fitting = text_file(tmp_path, "Preisliste gültig ab 1.1.2027;;\n" + PRICES)
    assert "TK-TABLE-046" not in {p.code for p in planned(fitting, tmp_path / "t").warnings}


def test_a_list_with_other_parts_is_refused_or_taken_without_them(tmp_path: Path) -> None:
    path = text_file(tmp_path, PRICES + "Schraube M6;Kompakt;abc\nLenkrad;Kompakt;350,00\n")
    assert len(refusal(lambda: planned(path, tmp_path / "t")).problems) == 3
    plan = planned(path, tmp_path / "t", Options(skip_unknown=True))
    assert len(prices(plan)) == 2
    assert [p.value for p in plan.problems if "ausgelassen" in p.message_de] == ["Schraube M6", "Lenkrad"]
    nothing = text_file(tmp_path, "Bauteil;Segment;Preis\nLenkrad;Kompakt;350,00\n", "l.csv")
    assert refusal(lambda: planned(nothing, tmp_path / "t", Options(skip_unknown=True))).code == "TK-TABLE-021"
