"""From a portfolio to the report: sums, groups, crossings, problems; files, lines of a file, two processes, the command."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from impact_builders import base_tables, bent, dearer, proposed, stored, table_set
from rich.console import Console

from pricing_tables.versions import csv_text, toml_text
from workbench.access import SYSTEM, customer_actor
from workbench.cli.impact import impact
from workbench.errors import TelekalkError
from workbench.impact.batch import Batch, Stored
from workbench.impact.candidates import candidates_in, plan_for, portfolio_impact, with_candidates, with_rows
from workbench.impact.portfolio import LinesTask, file_tasks, line_tasks, run
from workbench.impact.report import Report, report
from workbench.impact.show import show, to_document, write

D = Decimal
OLD = base_tables()
NEW = dearer(OLD)
KNOWN = list(table_set(OLD).values())


def portfolio(count: int = 60, seed: int = 21) -> list[Stored]:
    rng = random.Random(seed)
    return [stored(proposed(rng, OLD, rng.randint(1, 8)), rng.choice(["draft", "sent"])) for _ in range(count)]


@pytest.fixture(scope="module")
def found() -> Report:
    fewer = bent(
        NEW, lambda name, row: None if name == "part_prices" and row["part"] == "door_front" else row, version="try-2"
    )
    return report(Batch(fewer, KNOWN).run(portfolio()), list(table_set(fewer).values()))


def test_sums_agree_however_they_are_grouped(found: Report) -> None:
    assert found.cases == 60
    assert found.priced == 60 - len(found.problems)
    for kind in ("regime", "segment", "region", "state"):
        groups = [group for group in found.groups if group.kind == kind]
        assert sum(group.cases for group in groups) == found.priced
        for name in ("net_old", "net_new", "gross_old", "gross_new", "payout_old", "payout_new"):
            assert sum((getattr(g.sums, name) for g in groups), D(0)) == getattr(found.sums, name)
    assert sum(effect.gross for effect in found.effects) == found.sums.gross_new - found.sums.gross_old
    assert sum(effect.payout for effect in found.effects) == found.sums.payout_new - found.sums.payout_old
    assert sum(step.cases for step in found.steps) == found.priced
    assert [q.gross for q in found.quantiles] == sorted(q.gross for q in found.quantiles)


def test_who_crosses_the_limit_is_named(found: Report) -> None:
    crossing = [case for case in found.crossings if case.crosses_limit]
    assert crossing
    for case in crossing:
        # the new policy's limit is 4,500, the old one's 4,000
        assert (case.gross_old > 4000) != (case.gross_new > 4500)


def test_who_has_no_new_price_is_named_and_in_no_sum(found: Report) -> None:
    assert found.problems
    assert all("door_front" in text for problem in found.problems for text in problem.en)
    names = {problem.name for problem in found.problems}
    assert not names & {case.name for case in found.crossings}


def test_money_is_decimal_and_text_in_json(found: Report) -> None:
    document = to_document(found)
    text = json.dumps(document)

    def numbers(value: Any) -> Any:
        if isinstance(value, dict):
            for entry in value.values():
                yield from numbers(entry)
        elif isinstance(value, list):
            for entry in value:
                yield from numbers(entry)
        else:
            yield value

    assert not any(isinstance(value, float) for value in numbers(json.loads(text)))
    assert document["sums"]["gross_new"] == format(found.sums.gross_new, "f")


def test_files_of_the_report(found: Report, tmp_path: Path) -> None:
    hostile = replace(found.crossings[0], name="=HYPERLINK(1)")
    paths = write(replace(found, crossings=(hostile, *found.crossings[1:])), tmp_path / "out")
    assert [path.name for path in paths] == ["impact.json", "groups.csv", "cases.csv", "problems.csv"]
    rows = list(csv.DictReader(io.StringIO(paths[2].read_text(encoding="utf-8-sig"))))
    assert len(rows) == len(found.crossings)
    assert rows[0]["claim_number"] == "'=HYPERLINK(1)"
    assert any(row["payout_new"].startswith("-") or D(row["gross_new"]) for row in rows)
    total = next(csv.DictReader(io.StringIO(paths[1].read_text(encoding="utf-8-sig"))))
    assert D(total["gross_new"]) == found.sums.gross_new


def test_a_folder_that_cannot_be_written_is_a_plain_error(found: Report, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TelekalkError) as caught:
        write(found, tmp_path / "file" / "out")
    assert caught.value.code == "TK-IMPACT-002"


@pytest.mark.parametrize("english", [False, True])
def test_the_terminal_shows_it_in_both_languages(found: Report, english: bool) -> None:
    out = io.StringIO()
    first = replace(found.crossings[0], name="[bold]x[/bold]")
    show(replace(found, crossings=(first, *found.crossings[1:])), Console(file=out, width=160), english=english)
    text = out.getvalue()
    assert "[bold]x[/bold]" in text
    assert ("Without a new price" if english else "Ohne neuen Preis") in text
    assert ("part prices" if english else "Ersatzteilpreise") in text


def test_an_empty_portfolio_is_no_error() -> None:
    empty = report(Batch(NEW, KNOWN).run([]))
    assert (empty.cases, empty.priced, empty.sums.gross_new) == (0, 0, D("0.00"))
    show(empty, Console(file=io.StringIO()))


def test_only_the_experts_side_may_ask() -> None:
    with pytest.raises(TelekalkError) as caught:
        portfolio_impact(customer_actor("a"), plan_for(NEW), [])
    assert caught.value.code.startswith("TK-ACCESS")


def test_files_lines_and_two_processes_say_the_same(tmp_path: Path) -> None:
    items = portfolio(30)
    folder = tmp_path / "calculations"
    folder.mkdir()
    for number, item in enumerate(items):
        (folder / f"{number:03d}.json").write_bytes(b"\xef\xbb\xbf" + item.raw)
    (folder / "zz-broken.json").write_bytes(b"{")
    lines = tmp_path / "all.jsonl"
    lines.write_bytes(b"\n".join(item.raw for item in items))
    plan = plan_for(NEW)
    by_files = run(plan, file_tasks(folder))
    by_lines = run(plan, line_tasks(lines))
    assert (by_files.new[:, :30] == by_lines.new).all()
    assert set(by_files.problems) == {30}
    assert by_files.names[0] == "000"
    assert by_lines.names == [item.name for item in items]
    half = len(items[0].raw) + 1
    tasks = [LinesTask(lines, 0, half, 1), LinesTask(lines, half, lines.stat().st_size, 29)]
    told: list[int] = []
    both = run(plan, tasks, processes=2, progress=told.append)
    assert (both.new == by_lines.new).all()
    assert both.names == by_lines.names
    assert sum(told) == 30


def test_a_folder_without_calculations_is_named(tmp_path: Path) -> None:
    with pytest.raises(TelekalkError) as caught:
        file_tasks(tmp_path)
    assert caught.value.code == "TK-IMPACT-001"


def candidate(folder: Path, name: str) -> None:
    content = csv_text(name, NEW.table(name).rows).encode()
    (folder / f"{name}.csv").write_bytes(content)
    metadata = {
        "name": name,
        "version": "2027",
        "title_de": "Versuch",
        "title_en": "try",
        "unit": "EUR",
        "amounts": "net",
        "source": "Versuch",
        "licence": "-",
        "valid_from": date(2027, 1, 1),
        "reviewed_until": date(2027, 12, 31),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    (folder / f"{name}.toml").write_text(toml_text(metadata), encoding="utf-8")


def test_candidates_stand_in_for_the_installed_table(tmp_path: Path) -> None:
    candidate(tmp_path, "part_prices")
    tables = with_candidates(OLD, candidates_in(tmp_path))
    assert tables.part_price("bonnet", None, "compact").value == NEW.part_price("bonnet", None, "compact").value
    assert tables.table("job_times") is OLD.table("job_times")
    rows = {"part_prices": NEW.table("part_prices").rows}
    assert with_rows(OLD, rows).part_price("bonnet", None, "suv").value == NEW.part_price("bonnet", None, "suv").value


def test_the_command_without_a_database(tmp_path: Path) -> None:
    items = portfolio(12)
    files, tables = tmp_path / "files", tmp_path / "tables"
    files.mkdir()
    tables.mkdir()
    for item in items:
        (files / f"{item.name}.json").write_bytes(item.raw)
    candidate(tables, "part_prices")
    words = [
        "--files",
        str(files),
        "--folder",
        str(tables),
        "--processes",
        "1",
        "--json",
        "--out",
        str(tmp_path / "out"),
    ]
    done = CliRunner().invoke(impact, words, catch_exceptions=False)
    assert done.exit_code == 0
    document = json.loads(done.stdout)
    assert document["cases"] == 12
    assert {effect["table"] for effect in document["effects"]} == {"part_prices"}
    assert (tmp_path / "out" / "cases.csv").exists()
    plain = CliRunner().invoke(impact, [*words[:6]], catch_exceptions=False)
    assert plain.exit_code == 0
    assert "12" in plain.stdout
    wrong = CliRunner().invoke(impact, ["--files", str(files), "--state", "review"])
    assert wrong.exit_code == 2


def test_the_database_gives_open_cases_and_sent_offers(make_case: Callable[..., Any], database: str) -> None:
    import psycopg

    from workbench.impact.portfolio import Selection, database_tasks
    from workbench.store.database import conninfo

    ids = [make_case(f"S-{n}", photos=1, complete=True, prefill=True).id for n in range(3)]
    items = portfolio(3)
    with psycopg.connect(conninfo()) as connection:
        for case_id, item in zip(ids, items, strict=True):
            connection.execute("update cases set draft = %s::jsonb where id = %s", (item.raw.decode(), case_id))
        connection.execute("update cases set state = 'closed' where id = %s", (ids[2],))
        connection.execute(
            "insert into calculations (id, case_id, engine_version, input, result, result_sha256, made_at) "
            "values (%s, %s, '1', %s::jsonb, '{}', '', now())",
            (ids[0], ids[0], items[2].raw.decode()),
        )
        connection.execute(
            "insert into offers (id, case_id, version, state, net, gross, payout, calculation_id, pdf_sha256, cleared_flags, "
            "sent_at, valid_until) values (%s, %s, 1, 'sent', 1, 1, 1, %s, '', '[]', now(), now())",
            (ids[0], ids[0], ids[0]),
        )
    plan = plan_for(NEW)
    outcome = run(plan, database_tasks(conninfo(), Selection()), processes=1)
    rows = dict(zip(outcome.names, outcome.states, strict=True))
    assert rows["S-0"] == "sent"
    assert set(rows) == {"S-0", "S-1"}
    alone = Batch(NEW, KNOWN).run([items[1]])
    assert outcome.figure("new", "gross")[outcome.names.index("S-1")] == alone.figure("new", "gross")[0]
    drafts = run(plan, database_tasks(conninfo(), Selection(offers=False)), processes=1)
    assert drafts.names == ["S-0", "S-1"]
    later = Selection(since=date(2999, 1, 1))
    assert database_tasks(conninfo(), later) == []
    assert portfolio_impact(SYSTEM, plan, []).cases == 0
