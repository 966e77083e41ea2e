"""The list of wrong and blank values with their crops, so that one sees where the reader fails."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import cv2
import numpy as np

from cv_models.registration import KEY_FIELDS, crop
from cv_models.registration.evaluation.entries import Entry, Pixels, Quad, load
from cv_models.registration.evaluation.measure import Outcome, PhotoResult

_STYLE = (
    "body{font:14px sans-serif;margin:1rem;background:#fff;color:#111}table{border-collapse:collapse}"
    "td,th{border:1px solid #bbb;padding:4px 8px;text-align:left;vertical-align:middle}"
    "img{max-height:56px;max-width:640px}.wrong{background:#fde2e2}code{white-space:pre-wrap}"
)


class Gallery:
    """Collects mistakes while the photos are there; `write` makes `mistakes.html` and `mistakes.json`.

    Args:
        folder: where to; crops go to its sub-folder `crops`.
        keep_photos: also keep the photos with a mistake in a key field, in the sub-folder `photos`.
    """

    def __init__(self, folder: Path, *, keep_photos: bool = False) -> None:
        self.folder = folder
        self._keep = keep_photos
        self._rows: list[tuple[Outcome, str | None, str | None]] = []
        self._lost: list[PhotoResult] = []
        (folder / "crops").mkdir(parents=True, exist_ok=True)

    def add(self, entry: Entry, result: PhotoResult) -> None:
        """Take the mistakes of one photo."""
        mistakes = [o for o in result.outcomes if "right" not in (o.verdict, o.key_verdict)]
        if not result.found:
            self._lost.append(result)
        if not mistakes:
            return
        image = load(entry.path)
        for outcome in mistakes:
            code = "P.2/P.4" if outcome.code in ("P.2", "P.4") else outcome.code
            name = f"{Path(entry.name).stem}_{outcome.code.replace('.', '_')}"
            true_crop = self._crop(image, entry.boxes.get(code), f"{name}_printed.jpg")
            read_crop = self._crop(image, outcome.box, f"{name}_read.jpg")
            self._rows.append((outcome, true_crop, read_crop))
        if self._keep and any(o.code in KEY_FIELDS for o in mistakes):
            (self.folder / "photos").mkdir(exist_ok=True)
            (self.folder / "photos" / entry.name).write_bytes(entry.path.read_bytes())

    def _crop(self, image: Pixels, box: Quad | None, name: str) -> str | None:
        if box is None or len(box) != 4:
            return None
        cut = crop(image, (box[0], box[1], box[2], box[3]), height=48, margin=0.5)
        # A printed text of several lines is as high as all of them together.
        if not cv2.imwrite(str(self.folder / "crops" / name), np.ascontiguousarray(cut[:, :, ::-1])):
            return None
        return f"crops/{name}"

    def write(self) -> Path:
        """Write the lists; the surest wrong values come first. Returns the HTML file."""
        rank = {"wrong": 0, "blank": 1, "right": 2}
        rows = sorted(
            self._rows,
            key=lambda row: (row[0].code not in KEY_FIELDS, rank[row[0].verdict], -row[0].confidence, row[0].file),
        )
        plain = [{**asdict(outcome), "crop": shown} for outcome, shown, _ in rows]
        text = json.dumps(plain, ensure_ascii=False, indent=1)
        (self.folder / "mistakes.json").write_text(text + "\n", encoding="utf-8")
        page = self.folder / "mistakes.html"
        page.write_text(_page(rows, self._lost), encoding="utf-8")
        return page


def _page(rows: Sequence[tuple[Outcome, str | None, str | None]], lost: Sequence[PhotoResult]) -> str:
    heads = (
        "file",
        "field",
        "printed",
        "read",
        "confidence",
        "reason",
        "others",
        "where it is printed",
        "where it was read",
    )
    out = [
        "<!doctype html><meta charset='utf-8'><title>Mistakes</title>",
        f"<style>{_STYLE}</style><h1>Mistakes</h1>",
        (
            f"<p>{sum(o.verdict == 'wrong' for o, _, _ in rows)} wrong, {sum(o.verdict == 'blank' for o, _, _ in rows)} blank; "
            f"{len(lost)} documents not found{': ' if lost else ''}{html.escape(', '.join(p.file for p in lost))}. "
            "Key fields first, the surest first.</p>"
        ),
        "<table><tr>" + "".join(f"<th>{head}</th>" for head in heads) + "</tr>",
    ]
    for outcome, printed, read in rows:
        cells = (
            html.escape(outcome.file),
            outcome.code,
            f"<code>{html.escape(outcome.truth)}</code>",
            f"<code>{html.escape(outcome.read or '')}</code>",
            f"{outcome.confidence:.2f}" if outcome.read else "",
            html.escape(outcome.reason or ""),
            html.escape(", ".join(outcome.alternatives)),
            f"<img loading='lazy' alt='' src='{html.escape(printed)}'>" if printed else "",
            f"<img loading='lazy' alt='' src='{html.escape(read)}'>" if read else "",
        )
        out.append(f"<tr class='{outcome.verdict}'>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    return "\n".join([*out, "</table>\n"])
