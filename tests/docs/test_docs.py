"""The documentation says what the code does: settings, commands, codes, links."""

from __future__ import annotations

import importlib.util
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\[[^\]]*\]\(([^)#]+)(?:#[^)]*)?\)")

_spec = importlib.util.spec_from_file_location("update_docs", ROOT / "scripts" / "update_docs.py")
update_docs = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(update_docs)


@pytest.mark.parametrize("name", sorted(update_docs.PAGES))
def test_generated_pages_are_what_the_code_says(name):
    written = (ROOT / name).read_text(encoding="utf-8")
    assert written == update_docs.PAGES[name](), f"run: python scripts/update_docs.py (it writes {name})"


def _markdown():
    listed = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=False)
    names = (
        listed.stdout.split()
        if listed.returncode == 0 and listed.stdout
        else [str(p) for p in ROOT.glob("docs/**/*.md")]
    )
    return sorted(ROOT / name for name in names)


@pytest.mark.parametrize("page", _markdown(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_pictures_exist(page):
    missing = [
        target
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists()
    ]
    assert not missing


def test_every_setting_and_command_is_documented_with_a_sentence():
    from workbench.settings import Settings

    assert all(field.description and len(field.description) > 15 for field in Settings.model_fields.values())
    page = update_docs.commands_page()
    bare = [block.splitlines()[0] for block in page.split("### ")[1:] if len(block.splitlines()[2]) < 10]
    assert not bare, "commands without help"


def test_the_readme_gives_the_two_commands_that_exist():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for script in ("scripts/demo", "scripts/test"):
        assert script in readme
        assert (ROOT / script).stat().st_mode & 0o111, f"{script} cannot be run"


def test_no_lock_file_names_a_registry():
    for name in ("requirements.lock",):
        assert "://" not in (ROOT / name).read_text(encoding="utf-8")
