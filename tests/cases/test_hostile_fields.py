"""Whatever stands in a field, a name or a remark, it is handled as text: no exception, no control characters kept."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.cases import field_checks, names, ownership_hints
from workbench.cases.cross_checks import DocumentFacts, cross_check
from workbench.cases.field_labels import FIELD_LABELS, LINES_CODES
from workbench.cases.field_values import LONGEST_LINES, normal_value, printed_form

CODES = st.sampled_from(sorted(FIELD_LABELS))
ODD = st.text(max_size=60) | st.text(alphabet="0123456789.-/ \x00\n٣७₂IOQÄẞ", max_size=25)
TODAY = date(2026, 11, 23)


@settings(max_examples=300, deadline=None)
@given(CODES, ODD)
def test_any_text_is_kept_clean_and_settles(code: str, typed: str) -> None:
    kept = normal_value(code, typed, today=TODAY)
    if kept is None:
        return
    assert all(letter.isprintable() or letter == "\n" for letter in kept)
    assert code in LINES_CODES or "\n" not in kept
    assert len(kept) <= LONGEST_LINES
    assert normal_value(code, kept, today=TODAY) == kept, "what is kept is kept the same the next time"
    assert printed_form(code, kept) is None or printed_form(code, kept)
    for doubt in field_checks.check(code, kept, dict.fromkeys(FIELD_LABELS, typed), TODAY):
        assert doubt.de
        assert doubt.en


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(CODES, ODD, max_size=12), ODD, ODD, st.integers(0, 3_000_000))
def test_cross_checks_take_anything(fields: dict[str, str], claim: str, holder: str, km: int) -> None:
    facts = DocumentFacts(
        fields=fields, claim_number=claim, notes=[holder], holder_name=holder, loss_day=TODAY, asked_day=TODAY, odometer_km=km,
        known_mileage={"km": 5, "day": holder},
    )  # fmt: skip
    for flag in cross_check(facts):
        assert flag.reason
        assert flag.reason_en


@settings(max_examples=150, deadline=None)
@given(ODD, ODD, ODD)
def test_names_take_anything(family: str, first: str, customer: str) -> None:
    assert names.compare(family, first, customer) in {"same", "family", "different", "unknown"}
    ownership_hints.find(family, first, customer, family)


def test_long_nonsense_comes_to_an_end() -> None:
    for text in ("a" * 2000, "leas" * 500, "1" * 2000, "a " * 1000, "vermie" * 330):
        normal_value("22", text)
        ownership_hints.find(None, None, text, text)
        ownership_hints.find(text, None, None)
        names.compare(text[:300], text[:300], text[:300])
        field_checks.check("C.1.3", text, {}, TODAY)
