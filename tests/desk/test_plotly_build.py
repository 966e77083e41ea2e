"""The drawing library that the desk serves is the basic build of the version that the plotly package expects."""

from __future__ import annotations

import re
from pathlib import Path

import plotly

from workbench.desk.app import _PLOTLY_BASIC


def _version(path: Path) -> str:
    found = re.search(r"plotly\.js.{0,20} v(\d+\.\d+\.\d+)", path.open(encoding="utf-8").read(400))
    assert found, path
    return found.group(1)


def test_same_version_as_the_package() -> None:
    full = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    assert _version(_PLOTLY_BASIC) == _version(full)
