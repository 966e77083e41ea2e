"""``telekalk calculate`` and its schemas, as a program calls them."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from calculation_builders import repair_of, sheet
from click.testing import CliRunner

from calculation import calculate, input_from_json, input_to_json, result_to_json
from workbench.cli import main
from workbench.cli.calculate import schemas
from workbench.settings import get_settings

EXAMPLE = Path(__file__).parent / "example.json"


@dataclass
class Done:
    returncode: int
    stdout: str
    stderr: str


def telekalk(*arguments: str, stdin: str = "", lang: str = "en") -> Done:
    """Run the command in this process."""
    runner = CliRunner()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TELEKALK_LANGUAGE", lang)
        get_settings.cache_clear()
        result = runner.invoke(main, ["--lang", lang, *arguments], input=stdin)
    get_settings.cache_clear()
    return Done(result.exit_code, result.stdout, result.stderr)


def test_as_a_process() -> None:
    command = [sys.executable, "-c", "from workbench.cli import main; main()", "--lang", "en", "calculate", "-"]
    good = subprocess.run(command, input=EXAMPLE.read_bytes(), capture_output=True, timeout=60, check=False)
    assert (good.returncode, good.stderr) == (0, b"")
    assert json.loads(good.stdout)["settlement"]["payout"] == "2502.96"
    bad = subprocess.run(command, input=b"{}", capture_output=True, timeout=60, check=False)
    assert (bad.returncode, bad.stdout) == (2, b"")
    assert bad.stderr.startswith(b"TK-CALC-006")


def test_file_in_result_out_with_derivation() -> None:
    done = telekalk("calculate", str(EXAMPLE), "--explain")
    assert (done.returncode, done.stderr) == (0, "")
    result = json.loads(done.stdout)
    assert result == result_to_json(calculate(input_from_json(json.loads(EXAMPLE.read_text(encoding="utf-8")))))
    assert Decimal(result["totals"]["net"]) + Decimal(result["totals"]["vat"]) == Decimal(result["totals"]["gross"])
    assert result["derivation"]["payout"]["value"] == result["settlement"]["payout"]


def test_standard_input_and_exact_numbers() -> None:
    text = json.dumps(sheet(incidentals=repair_of("AMOUNT"))).replace('"AMOUNT"', "0.10")
    done = telekalk("calculate", "-", "--compact", stdin=text)
    assert json.loads(done.stdout)["totals"]["net"] == "0.10"
    assert "derivation" not in json.loads(done.stdout)
    assert done.stdout.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "TK-CALC-008"),
        ("{", "TK-CALC-008"),
        ("[" * 100_000, "TK-CALC-008"),
        ('{"parameters": NaN}', "TK-CALC-008"),
        ("[]", "TK-CALC-003"),
        ("{}", "TK-CALC-006"),
    ],
)
def test_no_json_and_no_calculation(text: str, code: str) -> None:
    done = telekalk("calculate", "-", stdin=text)
    assert done.returncode == 2
    assert done.stdout == ""
    assert code in done.stderr
    assert "Traceback" not in done.stderr


def test_every_problem_on_a_line_of_its_own_in_both_languages() -> None:
    data = sheet(parts=[{"id": "a", "unit_price": "1", "qty": "-1"}, {"id": "b", "unit_price": "1", "colour": "x"}])
    english = telekalk("calculate", "-", stdin=json.dumps(data))
    assert english.returncode == 2
    assert english.stderr.splitlines()[0].startswith("TK-CALC-001 [b] parts[1].colour: unknown field")
    assert english.stderr.splitlines()[1].startswith("TK-CALC-011 [a] qty:")
    german = telekalk("calculate", "-", stdin=json.dumps(data), lang="de")
    assert "unbekanntes Feld" in german.stderr


@pytest.mark.parametrize("name", ["calculation-input", "calculation-result"])
def test_schema_is_printed_and_sound(name: str) -> None:
    done = telekalk("schema", name)
    assert done.returncode == 0
    assert jsonschema_rs.meta.is_valid(json.loads(done.stdout))


def test_example_and_its_result_fit_the_schemas() -> None:
    made = schemas()
    data = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    entry = jsonschema_rs.Draft202012Validator(made["calculation-input"])
    entry.validate(data)
    value = input_from_json(data)
    entry.validate(input_to_json(value))
    jsonschema_rs.Draft202012Validator(made["calculation-result"]).validate(result_to_json(calculate(value)))
    jsonschema_rs.Draft202012Validator(made["calculation-result"]).validate(
        result_to_json(calculate(value), explain=False)
    )


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("colour",), "red"),
        (("parts", 0, "unit_price"), "12,50"),
        (("settlement", "regime"), "x"),
        (("parts", 0, "unit_price"), None),
    ],
)
def test_what_the_engine_refuses_the_schema_refuses(path: tuple[Any, ...], value: Any) -> None:
    data = copy.deepcopy(json.loads(EXAMPLE.read_text(encoding="utf-8")))
    target = data
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    assert not jsonschema_rs.Draft202012Validator(schemas()["calculation-input"]).is_valid(data)
    with pytest.raises(ValueError, match="TK-CALC-"):
        input_from_json(data)
