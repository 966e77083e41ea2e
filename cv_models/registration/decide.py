"""The flow from a found form to its fields: which lines are read, by which pair of eyes and how often, until each is settled.

Our own recogniser reads every printed line, key fields from several crops. The shipped one, five times slower, is asked for
the key fields, the VIN and names, and for what our own is not sure of. How a text is understood is not decided here (see
`understand`, `vin`, `consistency`).
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Final, cast

from cv_models.registration import eyes
from cv_models.registration.cells import CellText, Run, runs
from cv_models.registration.consistency import settle
from cv_models.registration.flatten import SheetBox
from cv_models.registration.grid import Grid, value_point
from cv_models.registration.judged import Judged, Look
from cv_models.registration.layout import CELL, CELLS, PanelName
from cv_models.registration.locate import Located
from cv_models.registration.ocr import Pixels
from cv_models.registration.reading import Box, FieldReading
from cv_models.registration.rowshift import ROW, shifted_rows, standing
from cv_models.registration.sideshift import sideways
from cv_models.registration.strips import Reader, corners, inked
from cv_models.registration.understand import judge_looks
from cv_models.registration.vin import judge_vin_looks

Request = tuple[Iterable[str], Reader, int]  # cells, who looks, which look
KEY: Final = ("A", "E", "3", "B", "2.1", "2.2", "D.1", "D.3", "P.2/P.4", "C.1.1")
# Both readers always look at these: what is calculated and who is paid hangs on them.
BOTH: Final = (*KEY, "C.1.2", "C.1.3")
_SHIFTABLE: Final[tuple[PanelName, ...]] = ("middle", "right")  # panels of equal rows
_CLEARLY: Final = 5.0  # by how much better a panel must read to be moved
_SURE: Final = 0.9  # least sure character, from which our own recogniser errs as seldom as the shipped one
_DOUBT: Final = 0.9
_VIN_SURE: Final = 0.97
_HOPELESS: Final = 0.12
_BESIDE: Final = 0.8  # mm: runs of print whose middles are farther apart are different lines
_MOST_ASKED: Final = 26  # lines that the shipped recogniser reads besides the key fields


def _moved(located: Located, panel: PanelName, *, down: float = 0.0, right: float = 0.0) -> Located:
    """The form with what stands on a panel taken to belong further down or right (mm)."""

    def box(old: SheetBox) -> SheetBox:
        after = None if old.after is None else old.after + right
        return replace(old, x0=old.x0 + right, x1=old.x1 + right, y0=old.y0 + down, y1=old.y1 + down, after=after)

    boxes = tuple(box(b) if b.panel == panel else b for b in located.boxes)
    return replace(located, grid=cast("Grid", located.grid).moved(panel, down, right), boxes=boxes)


@dataclass
class Seen:
    """Everything that was seen on a form.

    Attributes:
        lines: the printed lines by cell and row.
        looks: per cell the looks taken, in their order: which reader, which look, what it saw.
        dashed: cells with a mark as low as a dash.
    """

    lines: dict[tuple[str, int], Run]
    looks: dict[str, list[tuple[Reader, int, CellText]]] = field(default_factory=dict)
    dashed: frozenset[str] = frozenset()

    def of(self, code: str, reader: Reader) -> list[CellText]:
        """The looks of one reader at a cell."""
        return [cell for who, _, cell in self.looks.get(code, []) if who == reader]

    def cell(self, code: str) -> list[Run]:
        """The printed lines of a cell."""
        return [run for (owner, _), run in self.lines.items() if owner == code]


class Reading:
    """One photo being read: keeps what was seen and looks again where asked."""

    def __init__(self, photo: Pixels, located: Located, threads: int) -> None:
        """Find the printed lines of the cells and let our own recogniser read them all."""
        assert located.grid is not None
        self.photo, self.threads = photo, threads
        self.grid: Grid = located.grid
        self.seen = Seen({})
        for panel, aside in sideways(located.boxes).items():
            located = _moved(located, panel, right=-aside)
        self._deal(located)
        for panel in _SHIFTABLE:
            located = self._put_right(located, panel)
        self._reconsider(located)

    def _put_right(self, located: Located, panel: PanelName) -> Located:
        """A panel that was found a row or two off, by what stands in its cells; kept where it is when that reads no better."""
        before, texts = self.seen, self._texts()
        rows = shifted_rows(texts, panel)
        if not rows:
            return located
        moved = _moved(located, panel, down=rows * ROW)
        self._deal(moved)
        if standing(self._texts(), panel) > standing(texts, panel) + _CLEARLY:
            return moved
        self.seen, self.grid = before, cast("Grid", located.grid)
        return located

    def _deal(self, located: Located) -> None:
        """Deal the runs of print to the cells and look at each line."""
        grid = cast("Grid", located.grid)
        self.grid = grid
        lines = runs(located.boxes)
        dashed = set()
        for run, code in inked(self.photo, grid, lines):
            if run is None:
                dashed.add(code)
            else:
                lines[code, 0] = run
        self.seen = Seen(lines, dashed=frozenset(dashed))
        self.look_at_once((tuple(CELL), "own", 0), (BOTH, "shipped", 0))

    def _texts(self) -> dict[str, str]:
        return {code: looks[0][2].text() for code, looks in self.seen.looks.items() if looks}

    def _reconsider(self, located: Located) -> None:
        """Where the form's own wording was taken for a value of the left panel, take the next run of print beside it."""
        again = []
        for code in ("A", "C.1.1", "C.1.2"):
            run = self.seen.lines.get((code, 0))
            if run is None or not run.detected or self.seen.of(code, "own"):
                continue
            others = [b for b in located.boxes if b.panel == "left" and abs((b.y0 + b.y1) / 2 - run.y) > _BESIDE]
            other = runs(others).get((code, 0))
            if other is not None:
                self.seen.lines[code, 0] = other
                again.append(code)
        self.look_at_once((again, "own", 0), (again, "shipped", 0))

    def look_at_once(self, *requests: Request, judge: Iterable[str] = ()) -> dict[str, Judged]:
        """Let the recognisers look at cells (again), side by side; judge other cells meanwhile.

        Lines are short: two looks with a thread each take less time than one after the other with two.

        Args:
            requests: which cells, which reader, which look.
            judge: cells of whose looks none is outstanding.

        Returns:
            The judgements of these cells.
        """
        jobs: list[tuple[Reader, int, Future[dict[str, CellText]]]] = []
        with ThreadPoolExecutor(max_workers=max(1, min(2, self.threads))) as pool:
            for codes, reader, number in requests:
                wanted = [run for code in codes for run in self.seen.cell(code)]
                parts = self.threads if reader == "shipped" and len(wanted) > 3 else 1
                for part in range(parts):
                    some = wanted[part::parts]
                    if some:
                        job = pool.submit(eyes.look, self.photo, self.grid, some, reader, number, threads=1)
                        jobs.append((reader, number, job))
            out = {code: self.judged(code) for code in judge}
        for reader, number, job in jobs:
            for code, cell in job.result().items():
                looks = self.seen.looks.setdefault(code, [])
                same = next((old for who, which, old in looks if (who, which) == (reader, number)), None)
                if same is None:
                    looks.append((reader, number, cell))
                else:  # another line of the same cell
                    same.rows.update(cell.rows)
        return out

    def looks(self, code: str) -> list[Look]:
        """All looks at a cell."""
        return [Look(reader, cell) for reader, _, cell in self.seen.looks.get(code, [])]

    def judged(self, code: str) -> Judged:
        """What all looks at a cell are understood to be."""
        looks = self.looks(code)
        if not looks:
            return Judged(None, 0.0, (), "dash" if code in self.seen.dashed else "not_seen")
        return judge_looks(code, looks)

    def settle(self) -> dict[str, Judged]:
        """All cells but the VIN, looked at as often as pays."""
        key = [code for code in KEY if self.seen.cell(code)]
        others = sorted((c for c in CELL if c not in BOTH and self.seen.cell(c)), key=lambda c: len(self.seen.cell(c)))
        asked = self._with_room([code for code in others if not self._sure(code)], _MOST_ASKED)
        open_still = {*BOTH, *asked}
        closer = (*key, "C.1.2")
        out = self.look_at_once(
            (asked, "shipped", 0),
            (closer, "own", 1),
            (closer, "own", 2),
            judge=[cell.code for cell in CELLS if cell.code not in open_still],
        )
        out |= {code: self.judged(code) for code in open_still if code != "E"}
        rest = [c for c in others if c not in asked and out[c].value is None and out[c].reason != "dash"]
        again = self._with_room(rest, _MOST_ASKED - sum(len(self.seen.cell(code)) for code in asked))
        weak = [c for c in key if c != "E" and self._worth_another(c, out[c])]
        self.look_at_once((again, "shipped", 0), (weak, "shipped", 1), (weak, "shipped", 2))
        return out | {code: self.judged(code) for code in (*again, *weak)}

    def _with_room(self, codes: Iterable[str], room: int) -> list[str]:
        """The first of the cells whose lines are no more than `room` together."""
        out = []
        for code in codes:
            room -= len(self.seen.cell(code))
            if room >= 0:
                out.append(code)
        return out

    def _sure(self, code: str) -> bool:
        """Whether our own recogniser's reading of a cell needs no second opinion."""
        looks = self.seen.of(code, "own")
        return bool(looks) and looks[0].weakest() >= _SURE

    def _worth_another(self, code: str, judged: Judged) -> bool:
        """Whether more looks may settle a cell: it is in doubt, and not beyond reading either."""
        best = max((cell.weakest() for _, _, cell in self.seen.looks.get(code, [])), default=0.0)
        return judged.reason != "dash" and judged.confidence < _DOUBT and best > _HOPELESS

    def vin(self, make: str | None) -> Judged:
        """The VIN from at least two independent views, checked with field 3."""
        judged = judge_vin_looks(self.looks("E"), self.looks("3"), make)
        for number in (1, 2):
            if judged.confidence > _VIN_SURE or not self.seen.cell("E"):
                break
            self.look_at_once((("E",), "shipped", number))
            judged = judge_vin_looks(self.looks("E"), self.looks("3"), make)
        return judged

    def box(self, code: str, *, value: bool) -> Box | None:
        """Corners in the photo of what was seen in a cell; of a cell with a value at least of its first line."""
        found = self.seen.cell(code)
        if found:
            window = (
                min(r.x0 for r in found),
                min(r.y - min(r.height, 4.0) / 2 for r in found),
                max(r.x1 for r in found),
                max(r.y + min(r.height, 4.0) / 2 for r in found),
            )
        elif value:
            x, y = value_point(CELL[code])
            window = (float(x), float(y) - 1.6, CELL[code].x1, float(y) + 1.6)
        else:
            return None
        quad = corners(self.grid, CELL[code].panel, window)
        return cast("Box", tuple((float(x), float(y)) for x, y in quad))


def fields_of(photo: Pixels, located: Located, *, threads: int) -> dict[str, FieldReading]:
    """Read all fields of a form that was found.

    Args:
        photo: RGB photo, full size.
        located: the fitted form (its grid is not None) and the runs of print on it.
        threads: onnxruntime threads.
    """
    reading = Reading(photo, located, threads)
    judged = reading.settle()
    judged["E"] = reading.vin(judged["D.1"].value)
    out = {
        code: FieldReading(
            one.value,
            round(one.confidence, 4),
            reading.box(code, value=one.value is not None),
            one.alternatives,
            one.reason,
        )
        for code, one in judged.items()
        if code != "22b"
    }
    out["22"] = _remarks(reading, out["22"])
    power = out.pop("P.2/P.4")
    kilowatt, _, speed = (power.value or "").partition("/")
    out["P.2"] = replace(power, value=kilowatt or None)
    out["P.4"] = replace(power, value=speed if speed not in ("", "-") else None, alternatives=())
    return settle(out)


def _remarks(reading: Reading, old: FieldReading) -> FieldReading:
    """Field 22 runs on over the fold: join its two halves line by line."""
    cells = [(reading.seen.of(code, "shipped") or reading.seen.of(code, "own"))[-1:] for code in ("22", "22b")]
    halves = [found[0] for found in cells if found]
    if not halves:
        return old
    parts = []
    for row in sorted({row for half in halves for row in half.rows}):
        lines = [CellText({row: half.rows[row]}) for half in halves if row in half.rows]
        # A few unsure characters below the text are marks, no remark.
        texts = [line.text() for line in lines if len(line.text()) > 3 or line.weakest() > 0.8]
        parts.append(" ".join(text for text in texts if text))
    text = "\n".join(part for part in parts if part)
    weakest = min(half.weakest() for half in halves)
    confidence = round(0.3 + 0.5 * weakest, 4) if text else 0.0
    return FieldReading(text or None, confidence, old.box, (), None if text else "not_seen")
