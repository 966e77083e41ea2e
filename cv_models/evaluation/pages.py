"""Folders with the result of an evaluation: plain data, Markdown, plots, and one page that needs no network."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from cv_models.evaluation.comparison import Comparison
from cv_models.evaluation.mistakes import Kind, Mistake, differing, draw, worst
from cv_models.evaluation.plots import joint_plots, report_plots
from cv_models.evaluation.predictions import Predictions
from cv_models.evaluation.report import Report
from cv_models.evaluation.words import number

_STYLE: Final = (
    ":root{color-scheme:light dark}body{font:15px/1.45 sans-serif;margin:1.5rem auto;max-width:76rem;padding:0 1rem}"
    "table{border-collapse:collapse;margin:.8rem 0}td,th{border:1px solid #8886;padding:3px 9px;text-align:left}"
    "svg{max-width:100%;height:auto;vertical-align:top;background:#fff;border:1px solid #8886;margin:4px}"
    ".crops{display:flex;flex-wrap:wrap;gap:12px}figure{margin:0;width:360px}figure img{max-width:100%;display:block}"
    "figcaption{font-size:13px;overflow-wrap:anywhere}"
)

_HEADS: Final[dict[Kind, tuple[str, str]]] = {
    "missed": ("Übersehene Schäden, die größten zuerst", "Missed damage, the largest first"),
    "false": ("Falsche Befunde, die sichersten zuerst", "False findings, the surest first"),
    "other_class": ("Gefunden, aber anders benannt", "Found, but called something else"),
    "only_a": ("Nur {a} findet", "Found by {a} alone"),
    "only_b": ("Nur {b} findet", "Found by {b} alone"),
}


def write_report(
    report: Report,
    predictions: Predictions,
    folder: Path,
    *,
    language: str = "de",
    about: Mapping[str, Any] | None = None,
) -> Path:
    """Write `report.json`, `report.md`, `predictions.json`, the plots, pictures of the worst mistakes and `index.html`.

    Args:
        report: the figures.
        predictions: what they were counted from; the file can be measured and compared again without the model.
        folder: where to.
        language: `de` or `en`.
        about: facts on the photos that are kept in `report.json`.

    Returns:
        The page.

    Raises:
        OSError: the folder cannot be written.

    """
    folder.mkdir(parents=True, exist_ok=True)
    data = {**report.to_json(), **(about or {})}
    _json(folder / "report.json", data)
    _json(folder / "predictions.json", predictions.to_json(), indent=None)
    text = report.markdown(language)
    (folder / "report.md").write_text(text + "\n", encoding="utf-8")
    plots = report_plots(data, language)
    for name, svg in plots.items():
        (folder / name).write_text(svg, encoding="utf-8")
    mistakes = worst(report.judged)
    pictures = draw(mistakes, folder / "crops")
    return _page(folder, text, plots, _galleries(mistakes, pictures, language, {}), language)


def write_comparison(
    comparison: Comparison,
    reports: Sequence[Report],
    folder: Path,
    *,
    language: str = "de",
    about: Mapping[str, Any] | None = None,
) -> Path:
    """Write `comparison.json`, `comparison.md`, both reports as JSON, joint plots, pictures of the differences, `index.html`.

    Args:
        comparison: the result.
        reports: of A and of B on the same photos, for the curves.
        folder: where to.
        language: `de` or `en`.
        about: facts on the photos that are kept in `comparison.json`.

    Returns:
        The page.

    Raises:
        OSError: the folder cannot be written.

    """
    folder.mkdir(parents=True, exist_ok=True)
    _json(folder / "comparison.json", {**comparison.to_json(), **(about or {})})
    for side, report in zip("ab", reports, strict=True):
        _json(folder / f"report_{side}.json", report.to_json())
    text = comparison.markdown(language)
    (folder / "comparison.md").write_text(text + "\n", encoding="utf-8")
    names = {"a": f"A: {comparison.model_a}", "b": f"B: {comparison.model_b}"}
    plots = joint_plots({names[side]: report.data for side, report in zip("ab", reports, strict=True)}, language)
    for name, svg in plots.items():
        (folder / name).write_text(svg, encoding="utf-8")
    mistakes = differing(*comparison.judged)
    pictures = draw(mistakes, folder / "crops")
    return _page(folder, text, plots, _galleries(mistakes, pictures, language, names), language)


def _json(path: Path, data: Mapping[str, Any], indent: int | None = 1) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, indent=indent) + "\n", encoding="utf-8")


def _galleries(
    mistakes: Sequence[Mistake], pictures: Mapping[int, str], language: str, names: Mapping[str, str]
) -> list[str]:
    out: list[str] = []
    for kind, heads in _HEADS.items():
        chosen = [place for place, mistake in enumerate(mistakes) if mistake.kind == kind]
        if not chosen:
            continue
        head = heads[language == "en"]
        for side, name in names.items():
            head = head.replace(f"{{{side}}}", name)
        out.append(f"<h2>{html.escape(head)}</h2><div class='crops'>")
        out += [_figure(mistakes[place], pictures.get(place), language) for place in chosen]
        out.append("</div>")
    if out:
        out.insert(
            0,
            "<p>Grün: Label. Rot: Befunde des Modells.</p>"
            if language != "en"
            else "<p>Green: label. Red: findings of the model.</p>",
        )
    return out


def _figure(mistake: Mistake, picture: str | None, language: str) -> str:
    said = []
    if mistake.label is not None:
        said.append(f"{mistake.label.category} (#{mistake.label.annotation_id})")
    if mistake.finding is not None:
        said.append(f"→ {mistake.finding.category} {number(mistake.finding.score, language, 2)}")
    caption = html.escape(f"{mistake.photo.file_name}: {' '.join(said)}")
    image = f"<img loading='lazy' alt='' src='crops/{picture}'>" if picture else ""
    return f"<figure>{image}<figcaption>{caption}</figcaption></figure>"


def _page(folder: Path, text: str, plots: Mapping[str, str], galleries: Sequence[str], language: str) -> Path:
    title, *rest = text.split("\n")
    out = [
        f"<!doctype html><html lang='{language}'><meta charset='utf-8'>",
        "<meta name='viewport' content='width=device-width,initial-scale=1'>",
        f"<title>{_plain(title)}</title><style>{_STYLE}</style><h1>{_plain(title)}</h1>",
        "<div>",
        *plots.values(),
        "</div>",
        *_tables(rest),
        *galleries,
        "</html>",
    ]
    page = folder / "index.html"
    page.write_text("\n".join(out) + "\n", encoding="utf-8")
    return page


def _plain(markdown: str) -> str:
    """A line of our own Markdown as HTML text: escapes taken away, then everything escaped."""
    text = markdown.removeprefix("# ")
    for sign in "|<>`[]\\":
        text = text.replace("\\" + sign, sign)
    return html.escape(text)


def _tables(lines: Sequence[str]) -> list[str]:
    """Our own Markdown (tables, lists, sentences) as HTML."""
    out: list[str] = []
    open_table = False
    for line in lines:
        if line.startswith("|"):
            if line.startswith("|---"):
                continue
            tag = "td" if open_table else "th"
            out += [] if open_table else ["<table>"]
            open_table = True
            out.append("<tr>" + "".join(f"<{tag}>{_plain(part)}</{tag}>" for part in _columns(line)) + "</tr>")
            continue
        if open_table:
            out.append("</table>")
            open_table = False
        if line:
            out.append(f"<p>{_plain(line)}</p>")
    return [*out, *(["</table>"] if open_table else [])]


def _columns(line: str) -> list[str]:
    """Cells of a table row; an escaped bar is text."""
    return [part.replace("\0", "\\|").strip() for part in line.strip("|").replace("\\|", "\0").split("|")]
