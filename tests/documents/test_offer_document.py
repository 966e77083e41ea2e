"""The offer PDF, read back: what it says, that it is a PDF/A, that it is the same bytes, that hostile text stays text."""

import io
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pypdf
import pytest
from PIL import Image

from calculation import calculate, input_from_json, input_to_json, result_to_json
from workbench.documents.formats import as_decimal
from workbench.documents.letter import payout_steps
from workbench.documents.offer import OfferDocument, OfferPhoto, render_offer
from workbench.documents.regions import Region, as_jpeg
from workbench.errors import TelekalkError

EXAMPLE = json.loads((Path(__file__).parents[1] / "calculation" / "example.json").read_text(encoding="utf-8"))


def calculated(**changes):
    draft = input_from_json({**EXAMPLE, **changes})
    return input_to_json(draft), result_to_json(calculate(draft), explain=True)


def photo(width=1600, height=1200):
    return as_jpeg(Image.linear_gradient("L").resize((width, height)).convert("RGB"))


def document(**changes):
    draft, result = calculated()
    values = {
        "number": "A-2026-000123-1",
        "claim_number": "DEMO-0001",
        "issued_on": date(2026, 11, 23),
        "valid_until": date(2026, 12, 7),
        "calculation_input": draft,
        "calculation_result": result,
        "recipient": ("Erika Mustermann", "Musterweg 7", "12345 Musterstadt"),
        "salutation_name": "Erika Mustermann",
        "plate": "ZZ-TK 100",
        "expert": "Sabine Krüger",
        "photos": (
            OfferPhoto(photo(), "Fahrzeug vorn links", (Region(1, "Riss, Stoßfänger vorn", (200, 300, 300, 200)),)),
        ),
    }
    return OfferDocument(**(values | changes))


def pages_of(content):
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(content)).pages]


@pytest.fixture(scope="module")
def german():
    return render_offer(document())


def test_the_letter_says_what_is_paid_and_why_less_than_the_repair_costs(german):
    first = pages_of(german)[0]
    for words in (
        "Guten Tag Erika Mustermann",
        "2.502,96 €",
        "Mehrwertsteuer (19 %), zunächst nicht ausgezahlt",
        "sobald und soweit sie wirklich anfällt",
        "−542,06 €",
        "Ihre Selbstbeteiligung",
        "−300,00 €",
        "7. Dezember 2026",
        "Ablehnen",
        "Sabine Krüger",
    ):
        assert words in first


def test_the_annexes_hold_every_line_its_mark_its_tables_and_the_three_amounts_of_the_limit(german):
    text = " ".join(pages_of(german))
    for line in (*EXAMPLE["parts"], *EXAMPLE["labour"], *EXAMPLE["paint"], *EXAMPLE["dents"], *EXAMPLE["incidentals"]):
        assert line["label"] in text
    assert "Scheinwerfer links *" in text.replace("\xa0", " ")
    assert "Angebot des Händlers" in text
    assert "alter Kratzer rechts, Foto 3" in text
    assert "Stundensätze 2026.1 (Demonstration)" in text
    for amount in ("3.395,02", "2.852,96", "2.502,96"):
        assert amount in text
    assert "maßgeblich" in text
    assert "Rüstzeit Drücktechnik 66,00" in text
    assert "BGH VI ZR 65/18" in text  # the derivation names the source of a rule
    assert "Riss, Stoßfänger vorn" in text


def test_it_is_a_pdf_a_3b_with_the_calculation_attached(german):
    reader = pypdf.PdfReader(io.BytesIO(german))
    xmp = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in xmp
    assert reader.trailer["/Root"]["/OutputIntents"]
    (attached,) = reader.attachments["calculation.json"]
    again = calculate(input_from_json(json.loads(attached)))
    assert again.payout == Decimal("2502.96")


def test_the_same_document_gives_the_same_bytes(german):
    assert render_offer(document()) == german


def test_english_and_draft():
    pages = pages_of(render_offer(document(language="en", draft=True)))
    assert "Dear Erika Mustermann" in pages[0]
    assert "€2,502.96" in pages[0]
    assert "It is not an offer yet" in pages[0]
    assert all("DRAFT" in page for page in pages)


@pytest.mark.parametrize(
    "hostile",
    [
        '#panic("x") $x^2$ *fett* _kursiv_ @ref <label> \\ // /* ` = Titel',
        "#image(\"/etc/passwd\") #read('calculation.json')",
        "\u202egnp.exe\u0000\u0007\r\n\tzwei",
        "名前 🚗 ภาษาไทย",
        "e\u0301" * 50 + "a" * 5000,
        "",
    ],
)
def test_hostile_text_is_printed_as_text(hostile):
    draft, result = calculated()
    for block in ("parts", "labour", "deductions"):
        for line in draft[block]:
            line["label"] = hostile
            line["part_number"] = line["reason_text"] = hostile
    draft["header"]["rate_set"] = hostile
    draft["table_references"][0]["source"] = hostile
    made = document(
        calculation_input=draft,
        calculation_result=result,
        number=hostile,
        claim_number=hostile,
        plate=hostile,
        recipient=(hostile, hostile),
        salutation_name=hostile,
        expert=hostile,
        vehicle=((hostile, hostile),),
        flags=((hostile, hostile),),
        accept_url=hostile,
        photos=(OfferPhoto(photo(400, 300), hostile, (Region(1, hostile, (0, 0, 9, 9)),)),),
    )
    text = " ".join(pages_of(render_offer(made)))
    assert "2.502,96" in text
    if hostile.startswith("#panic"):
        assert '#panic("x") $x^2$ *fett*' in text
    assert "\u202e" not in text


def test_steps_add_up_to_the_payment_in_both_regimes():
    liability = {
        "regime": "liability",
        "quota": "0.70",
        "lump_sum": "25.00",
        "value_loss": {"amount": "200.00", "stated_by": "SV"},
        "loss_date": "2026-11-20",
    }
    kasko_capped = {
        **EXAMPLE["settlement"],
        "replacement": {"amount": "5200.00", "tax_kind": "margin_contained", "stated_by": "SV"},
        "residual": {"amount": "3100.00", "stated_by": "SV"},
    }
    seen = set()
    for settlement in (EXAMPLE["settlement"], liability, kasko_capped):
        _, result = calculated(settlement=settlement)
        steps = payout_steps(result, "en")
        amounts = [
            as_decimal(s["amount"].replace("€", "").replace(",", "").replace("−", "-").lstrip("+")) for s in steps
        ]
        assert sum(amounts[:-1]) == amounts[-1] == as_decimal(result["settlement"]["payout"])
        seen |= {step["label"].split(":")[0] for step in steps}
    assert {"Your excess", "Loss of value", "Share of liability", "Limited to the replacement effort"} <= seen


def test_figures_that_contradict_each_other_are_not_printed():
    draft, result = calculated()
    broken = {**result, "totals": {**result["totals"], "vat": "1.00"}}
    with pytest.raises(TelekalkError, match="TK-DOC-002"):
        render_offer(replace(document(), calculation_input=draft, calculation_result=broken))


def test_a_long_calculation_runs_over_pages_with_its_head_repeated():
    lines = [{**EXAMPLE["parts"][0], "id": f"p{n}", "label": f"Teil {n}"} for n in range(120)]
    draft, result = calculated(parts=lines, labour=[], deductions=[])
    pages = pages_of(render_offer(document(calculation_input=draft, calculation_result=result)))
    assert sum("Einzelpreis" in page and "Menge" in page for page in pages) >= 3
    assert all(f"Seite {number} von {len(pages)}" in page for number, page in enumerate(pages, 1))
