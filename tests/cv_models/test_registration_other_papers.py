"""Words on a paper that holds no form of Teil I."""

from __future__ import annotations

import pytest

from cv_models.registration.other_papers import plain, reason_of
from cv_models.registration.samples import paper_words


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("Zulassungsbescheinigung Teil II", "(Fahrzeugbrief)", "WVWZZZ1KZAW000001"), "part_two"),
        (("Zulassungsbescheinigung Teil 11", "Anzahl der Vorhalter"), "part_two"),
        (
            ("Zulassungsbescheinigung Teil I", "(Fahrzeugschein)", "16 Nummer der Zulassungsbescheinigung Teil II"),
            "no_document",
        ),
        (("Erlauterungen", "Stützlast in kg", "Standgeräusch in dB(A)", "Anhängelast gebremst"), "other_side"),
        (("REPUBLIQUE", "C.1 Titulaire", "P.2 Puissance", "P.1 Cylindree"), "foreign"),
        (
            (
                "Dowód Rejestracyjny. Część I",
                "Kentekenbewijs",
                "Certificat d'immatriculation",
                "Bundesrepublik Deutschland",
            ),
            "no_document",
        ),
        (("Rechnung", "Anhängelast geprüft", "Betrag EUR"), "no_document"),
        ((), "no_document"),
    ],
    ids=["part two", "part two, misread", "part one", "back", "French", "titles of part one", "invoice", "nothing"],
)
def test_words_say_what_it_is(words: tuple[str, ...], reason: str) -> None:
    assert reason_of(words) == reason


@pytest.mark.parametrize("country", paper_words.FOREIGN)
def test_foreign_forms_of_the_samples(country: str) -> None:
    assert reason_of(paper_words.FOREIGN[country]) == "foreign"


def test_part_two_of_the_samples() -> None:
    assert reason_of(paper_words.PART_TWO[0].split("|")) == "part_two"


def test_letters_and_invoices_of_the_samples_say_nothing() -> None:
    assert reason_of(paper_words.INVOICE) == "no_document"
    assert reason_of(paper_words.MEMBER) == "no_document"


def test_accents_do_not_count() -> None:
    assert plain("Właściciel ÄÖÜß É") == "wlasciciel aouss e"
