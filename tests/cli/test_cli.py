from __future__ import annotations

import json
import os
import socket
import subprocess
import sys

import pytest

from workbench.cli import COMMANDS


def telekalk(*args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error::SyntaxWarning", "-m", "workbench", *args],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


def test_help_lists_every_command_without_loading_them() -> None:
    answer = telekalk("--help")
    assert answer.returncode == 0
    for name in COMMANDS:
        assert name in answer.stdout


@pytest.mark.parametrize(
    "name", [n for n in COMMANDS if n not in ("process", "read-registration", "detect", "tables", "calculate")]
)
def test_every_command_explains_itself(name: str) -> None:
    answer = telekalk(name, "--help")
    assert answer.returncode == 0, answer.stderr
    assert "Usage" in answer.stdout


def test_messages_are_german_unless_asked_otherwise() -> None:
    for args, word in (
        (("schema", "nope"), "Dieses Schema gibt es nicht"),
        (("schema", "nope", "--lang", "en"), "There is no such schema"),
        (("--lang=en", "schema", "nope"), "There is no such schema"),
    ):
        answer = telekalk(*args)
        assert answer.returncode == 2
        assert "TK-CLI-002" in answer.stderr
        assert word in answer.stderr
        assert answer.stdout == ""


def test_wrong_usage_is_exit_2() -> None:
    assert telekalk("nope").returncode == 2
    assert telekalk("schema").returncode == 2
    assert telekalk("schema", "claim", "--lang", "fr").returncode == 2


@pytest.mark.parametrize(
    "name", ["claim", "calculation-input", "calculation-result", "read-registration", "detect", "process"]
)
def test_schemas_are_schemas(name: str) -> None:
    answer = telekalk("schema", name)
    assert answer.returncode == 0, answer.stderr
    schema = json.loads(answer.stdout)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert schema["type"] in ("object", "array") or "$ref" in schema


def test_migrate_says_where_the_database_stands(database: str) -> None:
    assert telekalk("migrate", "--check").returncode == 0
    answer = telekalk("migrate", "--lang", "en")
    assert answer.returncode == 0
    assert answer.stdout.startswith("already at")


def test_migrate_fills_an_empty_database(postgres: str, database: str) -> None:
    import psycopg
    from sqlalchemy import make_url

    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("CREATE DATABASE telekalk_empty")
    url = make_url(postgres).set(database="telekalk_empty").render_as_string()
    assert telekalk("migrate", "--check", TELEKALK_DATABASE_URL=url).returncode == 2
    started = telekalk("worker", "--once", TELEKALK_DATABASE_URL=url)
    assert started.returncode == 1
    assert "TK-STORE-005" in started.stderr
    assert telekalk("migrate", TELEKALK_DATABASE_URL=url).returncode == 0
    assert telekalk("migrate", "--check", TELEKALK_DATABASE_URL=url).returncode == 0


def test_doctor_finds_nothing_wrong_here(database: str) -> None:
    answer = telekalk("doctor", "--json")
    report = json.loads(answer.stdout)
    assert {check["name"]: check for check in report["checks"] if check["level"] == "error"} == {}
    assert answer.returncode == 0
    assert {check["name"] for check in report["checks"]} >= {
        "database",
        "migrations",
        "storage",
        "models",
        "tables",
        "clock",
    }


def test_doctor_says_what_to_do_when_the_database_is_away() -> None:
    answer = telekalk("doctor", "--lang", "en", TELEKALK_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert answer.returncode == 2
    assert "✗ database" in answer.stdout
    assert "TELEKALK_DATABASE_URL" in answer.stdout


def test_a_port_in_use_is_told(database: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        answer = telekalk("demo", "--port", str(taken.getsockname()[1]))
    assert answer.returncode == 2
    assert "TK-DEMO-001" in answer.stderr


def test_unreadable_settings_are_told() -> None:
    answer = telekalk("migrate", TELEKALK_DESK_PORT="many")
    assert answer.returncode in (1, 2)
    assert "Traceback" not in answer.stderr
