"""The obvious reader, for comparison: whole-page OCR with the shipped models, and a field parser.

This is what one writes in an afternoon with the `rapidocr` package: its pipeline as it comes (detector, line direction,
recogniser), then regular expressions and neighbourhood. It is measured beside the reader in every evaluation.
"""

from __future__ import annotations

import logging
import re
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cv_models.registration import ocr, rules
from cv_models.registration.layout import CELLS

Fields = dict[str, str]
_CODES = frozenset(cell.code for cell in CELLS)


@lru_cache(maxsize=2)
def _engine(threads: int) -> Any:
    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Det.model_path": str(ocr.model_file("detector")),
            "Rec.model_path": str(ocr.model_file("recogniser")),
            "Cls.model_path": str(ocr.model_file("direction")),
        }
    )


@dataclass(frozen=True)
class _Word:
    text: str
    x0: float
    x1: float
    y: float
    height: float


def read(image: NDArray[np.uint8], *, threads: int = 2) -> tuple[Fields, float]:
    """Read the nine key fields the plain way.

    Args:
        image: RGB photo, H x W x 3, uint8; the package reduces it to 2000 pixels, as it comes. At its full size 12 megapixels
            take twice the time and are read no better.
        threads: onnxruntime threads.

    Returns:
        Values by code (as the reader normalises them; what was not found is missing) and seconds.
    """
    started = time.perf_counter()
    result = _engine(threads)(np.ascontiguousarray(image[:, :, ::-1]))
    fields: Fields = {}
    if result.boxes is not None and result.txts is not None:
        quads = np.asarray(result.boxes, np.float64)
        for turn in range(4):
            found = _parse(_turned(quads, list(result.txts), turn))
            if len(found) > len(fields):
                fields = found
    return fields, time.perf_counter() - started


def _turned(quads: NDArray[np.float64], texts: list[str], quarter: int) -> list[_Word]:
    """Words in a frame turned by quarters, then made level along the longest vehicle number or line."""
    angle = quarter * np.pi / 2
    matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points = quads @ matrix.T
    sides = points[:, 1] - points[:, 0]
    flat = [i for i in range(len(texts)) if abs(sides[i][0]) > abs(sides[i][1])]
    if flat:
        guide = next((i for i in flat if _vin(texts[i])), max(flat, key=lambda i: abs(sides[i][0])))
        tilt = np.arctan2(sides[guide][1], sides[guide][0])
        tilt = (tilt + np.pi / 2) % np.pi - np.pi / 2
        level = np.array([[np.cos(-tilt), -np.sin(-tilt)], [np.sin(-tilt), np.cos(-tilt)]])
        points = points @ level.T
    return [
        _Word(t.strip(), float(p[:, 0].min()), float(p[:, 0].max()), float(p[:, 1].mean()), float(np.ptp(p[:, 1])))
        for t, p in zip(texts, points, strict=True)
    ]


def _vin(text: str) -> str | None:
    match = re.fullmatch(r"(?:E[\s.:]*)?([A-Z0-9]{17})", text.upper().strip())
    # A VIN has no I, O or Q: what was read as one is the digit that looks like it. It ends in digits.
    vin = rules.clean_vin(match[1]) if match else ""
    return vin if vin[-4:].isdecimal() and sum(c.isdecimal() for c in vin) >= 5 else None


def _bare(text: str, code: str) -> str:
    """A value without the printed code that was read together with it ("D.1 OPEL", "D:OPEL", but not "DACIA")."""
    return re.sub(rf"^{code}(?:[\s.:,]+|(?<=\d))", "", text)


def _date(text: str) -> str | None:
    match = re.search(r"\d{2}\.\d{2}\.\d{4}", text)
    return rules.parse_date(match[0]) if match else None


def _parse(words: list[_Word]) -> Fields:
    out: Fields = {}
    vin = next((w for w in words if _vin(w.text)), None)
    if vin is None:
        return _by_pattern(words)
    out["E"] = _vin(vin.text) or ""
    row = vin.height * 0.75
    above = [w for w in words if -3.6 * vin.height < w.y - vin.y < -0.8 * row]
    dates = [w for w in above if _date(w.text)]
    if dates:
        out["B"] = _date(dates[0].text) or ""
    row_y = dates[0].y if dates else min((w.y for w in above), default=vin.y)
    # Another number of four digits stands in the row between (field 4): the row of B decides.
    for word in sorted(above, key=lambda w: abs(w.y - row_y)):
        key = re.search(r"(?:^|[\s.:2])([A-Z0-9]{3}\d{6}|\d{3} ?\d{4})$", word.text)
        if key and "2.2" not in out:
            out["2.2"] = re.sub(r"\s", "", key[1])
        maker = re.search(r"(?:^|2\.?1[\s.:]*)(\d{4})(?:$|\s*2\.?2)", word.text)
        if maker and word.x0 > (vin.x0 + vin.x1) / 2 - vin.height and "2.1" not in out:
            out["2.1"] = maker[1]
    for word in words:
        power = re.search(r"(\d{2,4})/(\d{4,5})$", _bare(word.text, r"P\.?2/?P\.?4"))
        if power and word.x0 > vin.x1 and rules.parse_power(power[0]):
            out.setdefault("P.2", str(int(power[1])))
        if word.x1 < vin.x0 and word.y > vin.y:
            _plate_and_name(word, words, out)
    column = sorted(
        (
            w
            for w in words
            if abs(w.x0 - vin.x0) < 2.2 * vin.height and w.y > vin.y + 0.5 * row and w.text not in _CODES
        ),
        key=lambda w: w.y,
    )
    if column:
        out["D.1"] = _bare(column[0].text, r"D[.:,]?1?")
        pitch = column[0].y - vin.y
        trade = min(column, key=lambda w: abs(w.y - vin.y - 6 * pitch))
        out["D.3"] = _bare(trade.text, r"D[.:,]?3?")
    return out


def _plate_and_name(word: _Word, words: list[_Word], out: Fields) -> None:
    """The plate, and the name as the next line of its size below it."""
    plate = rules.parse_plate(word.text) or rules.parse_plate(_bare(word.text, "A"))
    if not plate or "A" in out:
        return
    out["A"] = plate
    below = [
        w for w in words if abs(w.x0 - word.x0) < 4 * word.height and 0.8 * word.height < w.y - word.y < 4 * word.height
    ]
    values = [w for w in below if w.height > 0.75 * word.height and not re.search(r"C\.?1|Name|Vorname|Firm", w.text)]
    if values:
        out.setdefault("C.1.1", min(values, key=lambda w: w.y).text)


def _by_pattern(words: list[_Word]) -> Fields:
    """What can be told by its looks alone when there is no VIN to go by."""
    out: Fields = {}
    # The approval is older than the first registration, and that no younger than the present one.
    dates = sorted({d for w in words if (d := _date(w.text))})
    if len(dates) == 3:
        out["B"] = dates[1]
    for word in words:
        key = re.search(r"(?:^|[\s.:2])([A-Z0-9]{3}\d{6}|\d{3} ?\d{4})$", word.text)
        if key:
            out.setdefault("2.2", re.sub(r"\s", "", key[1]))
        power = re.search(r"(\d{2,4})/(\d{4,5})$", _bare(word.text, r"P\.?2/?P\.?4"))
        if power and rules.parse_power(power[0]):
            out.setdefault("P.2", str(int(power[1])))
        make = _bare(word.text, r"D[.:,]?1?").upper()
        if any(make in makes for makes in rules.WMI_MAKES.values()):
            out.setdefault("D.1", make)
        _plate_and_name(word, words, out)
    return out
