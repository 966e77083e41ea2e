"""The catalogue: both languages say the same things, and no page asks for a text that is not there."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

from workbench.desk import texts

DESK = Path(texts.__file__).parent


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_texts_and_placeholders() -> None:
    german, english = texts.catalogue("de"), texts.catalogue("en")
    assert german.keys() == english.keys()
    for key, text in german.items():
        assert _fields(text) == _fields(english[key]), key
        assert bool(text) == bool(english[key]), key


def test_every_text_asked_for_exists() -> None:
    known = texts.catalogue("de")
    asked: set[str] = set()
    for path in [*DESK.rglob("*.py"), *DESK.rglob("*.html")]:
        asked |= set(re.findall(r'\bt\(\s*"([^"{}]+)"', path.read_text(encoding="utf-8")))
    for path in DESK.glob("assets/*.js"):
        found = re.findall(r'tk\.text\("([a-z_.]+)"[,)]', path.read_text(encoding="utf-8"))
        asked |= {f"js.{key}" for key in found}
    assert len(asked) > 150
    assert not asked - known.keys()


def test_vocabularies_of_the_sheet_have_words() -> None:
    from workbench.desk.line_fields import schema
    from workbench.desk.parameters import CLAIM_FACTS, GROUPS, PARAMETERS
    from workbench.desk.sheet_columns import BLOCKS, COLUMNS, SHEET

    known = texts.catalogue("de")
    for columns in SHEET.values():
        for cell in columns.values():
            for code in cell.choices:
                assert f"{cell.words}.{code}" in known
    for block in BLOCKS:
        for column in COLUMNS[1:]:
            assert f"sheet.{block}.{column}" in known
    for name in (*PARAMETERS, *CLAIM_FACTS):
        assert f"param.{name}" in known
    for parameter in PARAMETERS.values():
        for code in parameter.field.choices:
            assert f"{parameter.words}.{code}" in known
    for group, (names, _) in GROUPS.items():
        assert f"param.group.{group}" in known
        assert not [name for name in names if name not in PARAMETERS and name not in CLAIM_FACTS]
    listed = {name for names, _ in GROUPS.values() for name in names}
    assert listed == {*PARAMETERS, *CLAIM_FACTS}
    for fields in schema().values():
        for field in fields:
            assert f"line.{field['name']}" in known
            assert field["kind"] != "word" or all(word != code for code, word in field["choices"])


def test_vocabularies_of_the_cases_have_words() -> None:
    from cv_models import findings
    from workbench.cases.pipeline import STEPS
    from workbench.cases.views import State
    from workbench.cases.work import PHOTO_ITEMS

    known = texts.catalogue("de")
    groups = {
        "state": [str(state) for state in State],
        "step": STEPS,
        "request": PHOTO_ITEMS,
        "category": findings.CATEGORIES,
        "part": findings.PARTS,
        "side": findings.SIDES,
        "severity": findings.SEVERITIES,
        "role": findings.ROLES,
        "view": findings.VIEWS,
    }
    missing = [f"{group}.{code}" for group, codes in groups.items() for code in codes if f"{group}.{code}" not in known]
    assert not missing


def test_unknown_key_shows_itself() -> None:
    assert texts.t("no.such.key") == "no.such.key"
    assert texts.name_of("part", "unheard_of") == "unheard of"
    assert texts.name_of("part", None) == "–"


def test_every_flag_of_the_engine_has_its_word() -> None:
    documented = (Path(__file__).parents[2] / "docs" / "calculation.md").read_text(encoding="utf-8")
    table = documented.split("## Flags")[1].split("\n## ")[0]
    codes = {
        code
        for row in table.splitlines()
        if row.startswith("| `")
        for code in re.findall(r"`([a-z_]+)`", row.split("|")[1])
    }
    assert len(codes) > 20
    for lang in ("de", "en"):
        assert not [code for code in codes if f"flag.{code}" not in texts.catalogue(lang)]
