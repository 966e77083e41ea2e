"""Finds the form in the photo: text lines that can only stand in one cell fix the printed grid, panel by panel.

The grid is fitted to the *values*, not to the form, so a print offset is followed. Folds break a single homography, so
each panel gets its own small correction of the common one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cv_models.registration import ocr
from cv_models.registration.layout import CELL, CELLS, FOLDS, PANELS, SHEET_HEIGHT, SHEET_WIDTH, Cell, PanelName
from cv_models.registration.ocr import Pixels, Points, Scores, TextBox

Matrix = NDArray[np.float64]


@dataclass(slots=True, eq=False)
class Line:
    """A detected text line with its reading direction and, once read, what the recogniser saw."""

    box: TextBox
    flipped: bool = False
    scores: Scores | None = None
    text: str = ""
    confidence: float = 0.0
    places: tuple[float, ...] = ()

    @property
    def angle(self) -> float:
        """Reading direction in radians."""
        return self.box.angle + (np.pi if self.flipped else 0.0)

    @property
    def quad(self) -> Points:
        """Corners clockwise from the top left of the text."""
        return self.box.quad(self.flipped)

    @property
    def start(self) -> Points:
        """Where the text begins: left edge of its first character, middle of the line, in pixels."""
        return self.begin(0)

    def begin(self, index: int) -> Points:
        """Left edge of a character of the read text; of the detected box before reading."""
        quad = self.quad
        left, right = (quad[0] + quad[3]) / 2, (quad[1] + quad[2]) / 2
        if index >= len(self.places):
            return np.asarray(left + (right - left) / max(1e-6, self.box.length) * self.box.height * 0.2)
        return np.asarray(left + (right - left) * self.places[index])


_D: Final = r"[0-9OIl]"
# What a whole line must look like to be taken for the value of a cell; weight says how sure that is.
_ANCHORS: Final[tuple[tuple[re.Pattern[str], tuple[str, ...], float], ...]] = (
    (re.compile(r"(?=(?:\D*\d){5})[A-Z0-9]{16,18}"), ("E",), 3.0),
    (re.compile(r"\d{2}[.,]\d{2}[.,](?:19|20)\d{2}"), ("B", "I", "6"), 1.0),
    (re.compile(r"(?:0?[1-9]|1[0-2])/20[23]\d"), ("HU",), 1.0),
    (re.compile(r"\d{3}/\d{2} ?Z?R ?\d{2}.*"), ("15.1", "15.2"), 2.0),
    (re.compile(r"[eE][0-9Il]{1,2}[*x].{8,}"), ("K",), 2.0),
    (re.compile(r"0?\d{2,3}/0?\d{4}"), ("P.2/P.4",), 2.0),
    (re.compile(r"\d{2,3}/(?:19|20)\d{2}[*x].+"), ("V.9",), 2.0),
    (re.compile(r"EURO ?[1-7].*"), ("14", "V.9"), 1.0),
    (re.compile(r"DIESEL|BENZIN.*|SUPER.*|ELEKTRO.*|HYBR.*|.*ELEKTRO"), ("P.3",), 2.0),
    (re.compile(r"[A-Z]{2}\d{6}"), ("16",), 1.5),
    (re.compile(r"[A-Z]{3}\d{6}|[A-Z0-9]{3}0\d{5}"), ("2.2",), 1.5),
    (re.compile(r"3[56][A-Z0-9]{2}|04\d{2}"), ("14.1",), 0.6),
    (re.compile(r"F[ZA2]\.?Z\.?PERS.*|PKW"), ("5",), 2.0),
    (re.compile(r"WEI(?:SS|ß)|GELB|ORANGE|ROT|VIOLETT|BLAU|GR[ÜU]N|GRAU|BRAUN|SCHWARZ|SILBER"), ("R",), 1.5),
    (re.compile(r"[A-ZÄÖÜ]{1,3}[ \-.:]{1,3}[A-Z]{1,2} ?[1-9]\d{0,3}[EH]?"), ("A",), 1.0),
    (re.compile(r"VOLKSWAGEN|AUDI|BMW|MERCEDES.*|OPEL|FORD|SKODA|SEAT|RENAULT|FIAT|TOYOTA|HYUNDAI|KIA|PEUGEOT|CITRO[EË]N|MAZDA|NISSAN|VOLVO|DACIA|PORSCHE|MINI|SMART|SUZUKI|HONDA|MITSUBISHI|TESLA|CUPRA"), ("D.1", "2", "D.3"), 0.7),
    (re.compile(r"\d{5} [A-ZÄÖÜ][\wäöüßÄÖÜ .\-]{2,}"), ("C.1.3",), 0.7),
    (re.compile(r"01|M1|M1G"), ("J",), 0.4),
)  # fmt: skip


_PRINTED = re.compile(
    r"(?i)name oder firm|^vorname|vorname\(n|^C[.,]?1[.,]?\d?[ .,:]*(name|vor|ansch)|c\.?4\s?c|anschrift|amtliches|kennzeichen"
    r"|n.chste hu|monat und jahr|inhaber der|eigent.mer|ausgewiesen|datum dieser|zeitpunkt|ausstellung|zulassungsbesch"
    r"|fahrzeugschein|bundesrepublik|europ.ische gem|unterschrift|stempel"
)


def is_printed(text: str) -> bool:
    """Whether a line is wording of the form itself."""
    return bool(_PRINTED.search(text))


@dataclass(frozen=True, slots=True)
class Anchor:
    """A line that was understood: the cells it may stand in, what that is worth, and where its value begins (pixels)."""

    line: Line
    codes: tuple[str, ...]
    weight: float
    point: Points


def anchor_codes(text: str) -> tuple[tuple[str, ...], float, int]:
    """Cells whose value a line of this text may be, how much that is worth, and how many characters of code precede it."""
    for pattern, codes, weight in _ANCHORS:
        for code in codes:
            skip = code_length(text, code)
            if skip and pattern.fullmatch(text[skip:]) and (code != "E" or len(text) - skip >= 16):
                return (code,), weight, skip
        if pattern.fullmatch(text):
            return codes, weight, 0
    return (), 0.0, 0


def anchors_of(lines: list[Line]) -> list[Anchor]:
    """Anchors among lines that were read with some confidence."""
    out = []
    for line in lines:
        if line.scores is None or line.confidence <= 0.55:
            continue
        codes, weight, skip = anchor_codes(line.text)
        if codes:
            out.append(Anchor(line, codes, weight, line.begin(skip)))
    return out


def value_point(cell: Cell, line: int = 0) -> Points:
    """Where the value of a cell begins on the sheet: left edge and vertical middle of a line, in mm."""
    if cell.lines == 1:
        y = cell.y1 - 2.05 if cell.panel == "left" and cell.y1 - cell.y0 > 4.5 else cell.y_mid
    else:
        y = cell.y0 + 2.1 + 4.0 * line
    return np.array([cell.x0 + 0.5, y])


@dataclass
class Grid:
    """The fitted form: a homography from mm to pixels and, per panel, an affine correction applied in mm before it."""

    matrix: Matrix
    panels: dict[PanelName, Matrix] = field(default_factory=dict)
    anchors: float = 0.0
    support: int = 0

    def to_photo(self, mm: Points, panel: PanelName) -> Points:
        """Pixels of points on the sheet that belong to the panel."""
        if panel in self.panels:
            mm = np.column_stack([mm, np.ones(len(mm))]) @ self.panels[panel].T
        return _apply(self.matrix, mm)

    def to_sheet(self, pixels: Points, panel: PanelName) -> Points:
        """Millimetres on the sheet of pixels, seen through the panel's correction."""
        mm = _apply(np.linalg.inv(self.matrix), pixels)
        if panel in self.panels:
            full = np.vstack([self.panels[panel], [0, 0, 1]])
            mm = (np.column_stack([mm, np.ones(len(mm))]) @ np.linalg.inv(full).T)[:, :2]
        return mm

    @property
    def scale(self) -> float:
        """Pixels per mm in the middle of the sheet."""
        ends = self.to_photo(np.array([[80.0, 40.0], [120.0, 40.0]]), "middle")
        return float(np.linalg.norm(ends[1] - ends[0])) / 40.0

    def outline(self) -> tuple[tuple[float, float], ...]:
        """Corners and fold ends of the sheet in the photo, clockwise from the top left."""
        out: list[Points] = []
        top: list[tuple[float, PanelName]] = [
            (0.0, "left"),
            (FOLDS[0], "middle"),
            (FOLDS[1], "middle"),
            (SHEET_WIDTH, "right"),
        ]
        out += [self.to_photo(np.array([[x, 0.0]]), p)[0] for x, p in top]
        out += [self.to_photo(np.array([[x, SHEET_HEIGHT]]), p)[0] for x, p in reversed(top)]
        return tuple((float(x), float(y)) for x, y in out)


def _apply(matrix: Matrix, points: Points) -> Points:
    h = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    w = np.where(np.abs(h[:, 2:]) < 1e-9, 1e-9, h[:, 2:])
    return np.asarray(h[:, :2] / w)


def orient(image: Pixels, boxes: list[TextBox], *, threads: int) -> list[list[Line]]:
    """Groups of lines of about one direction, largest first, each turned so that it reads upright."""
    rest = [b for b in boxes if b.length > 1.3 * b.height]
    groups: list[list[Line]] = []
    while len(rest) >= 4 and len(groups) < 3:
        long = [b for b in rest if b.length > 2.5 * b.height] or rest
        angles = np.array([b.angle for b in long])
        near = np.abs((angles[:, None] - angles[None, :] + np.pi / 2) % np.pi - np.pi / 2) < np.deg2rad(9)
        centre = angles[int(near.sum(1).argmax())]
        chosen = [b for b in rest if abs((b.angle - centre + np.pi / 2) % np.pi - np.pi / 2) < np.deg2rad(16)]
        if len(chosen) < 4:
            break
        rest = [b for b in rest if b not in chosen]
        lines = []
        for box in chosen:
            # One side of the half circle for the whole group, so that all of it turns together.
            opposite = np.cos(box.angle - centre) < 0
            lines.append(Line(box, bool(opposite)))
        if _group_upside_down(image, lines, threads):
            for line in lines:
                line.flipped = not line.flipped
        groups.append(lines)
    return groups


def _group_upside_down(image: Pixels, lines: list[Line], threads: int) -> bool:
    probe = sorted((ln for ln in lines if 3.5 <= ln.box.length / ln.box.height <= 14), key=lambda ln: -ln.box.height)
    probe = probe[:: max(1, len(probe) // 12)][:12] or lines[:8]
    crops = [ocr.cut(image, line.quad) for line in probe]
    votes = ocr.upside_down(crops, threads=threads)
    share = float(np.mean(votes))
    if share < 0.3 or share > 0.75:
        return share > 0.5
    some = crops[:5]
    upright = ocr.recognise(some, threads=threads)
    turned = ocr.recognise([np.ascontiguousarray(c[::-1, ::-1]) for c in some], threads=threads)
    return sum(_worth(s) for s in turned) > sum(_worth(s) for s in upright)


def _worth(scores: Scores) -> float:
    text, confidence = scores.decode()
    return confidence * len(text.replace(" ", ""))


def read_lines(image: Pixels, lines: list[Line], *, threads: int) -> None:
    """Recognise lines that have not been read yet, from the full picture; in place."""
    todo = [line for line in lines if line.scores is None]
    crops = [ocr.cut(image, line.quad) for line in todo]
    for line, crop, scores in zip(todo, crops, ocr.recognise(crops, threads=threads), strict=True):
        line.scores = scores
        chars = scores.characters()
        while chars and chars[0][0] == " ":
            chars = chars[1:]
        line.text = "".join(c for c, _, _ in chars).rstrip()
        line.confidence = float(np.mean([p for _, p, _ in chars])) if chars else 0.0
        line.places = _left_edges([step for _, _, step in chars], crop.shape[1])


def _left_edges(steps: list[int], width: int) -> tuple[float, ...]:
    """Left edge of each character as a share of the crop's width; a step of the recogniser is 8 pixels."""
    if not steps:
        return ()
    centres = (np.array(steps) + 0.5) * 8.0
    pitch = float(np.median(np.diff(centres))) if len(centres) > 1 else 20.0
    return tuple(float(v) for v in np.clip((centres - min(pitch, 40.0) * 0.5) / width, 0, 1))


def find_grid(
    image: Pixels, groups: list[list[Line]], *, threads: int, most_reads: int = 110
) -> tuple[Grid, list[Line]] | None:
    """The form's grid and the lines of its group, or None when no group holds a registration document.

    Lines are read in portions, likeliest anchors first, until the grid is certain.
    """
    best: tuple[Grid, list[Line]] | None = None
    budget = most_reads
    for lines in groups:
        ranked = sorted(lines, key=_anchor_rank)
        position = 0
        while position < len(ranked) and budget > 0:
            portion = ranked[position : position + 20]
            position += len(portion)
            budget -= len(portion)
            read_lines(image, portion, threads=threads)
            if len(anchors_of(ranked[:position])) < 3:
                continue
            grid = fit(ranked[:position], lines)
            if grid is not None and (best is None or grid.anchors > best[0].anchors):
                best = (grid, lines)
            if grid is not None and grid.anchors >= 9 and grid.support >= 14:
                return best
        if best is not None and best[0].anchors >= 7:
            break
    if best is None or best[0].anchors < 4.5 or best[0].support < 6:
        return None
    return best


def _anchor_rank(line: Line) -> float:
    aspect = line.box.length / line.box.height
    if aspect < 2.2:
        return 50 - aspect
    if aspect > 17:
        return 20 + aspect
    return abs(aspect - 8.0)


def fit(read: list[Line], lines: list[Line]) -> Grid | None:
    """Fit the grid to lines that have been read, then to the left edges of all lines of the group."""
    anchors = sorted(anchors_of(read), key=lambda a: -a.weight)
    if len(anchors) < 3:
        return None
    starts = np.array([a.point for a in anchors])
    best_score, best = 0.0, None
    for i, j in combinations(range(min(len(anchors), 16)), 2):
        for a in anchors[i].codes:
            for b in anchors[j].codes:
                if a == b:
                    continue
                matrix = _similarity(
                    value_point(CELL[a]), value_point(CELL[b]), starts[i], starts[j], anchors[i].line, anchors[j].line
                )
                if matrix is None:
                    continue
                score = sum(w for _, _, w in _matches(matrix, anchors, 9.0))
                if score > best_score:
                    best_score, best = score, matrix
    if best is None:
        return None
    matrix = best
    for tolerance in (9.0, 6.0, 4.5):
        pairs = _matches(matrix, anchors, tolerance)
        if len(pairs) < 3:
            return None
        matrix = _solve(
            np.array([p for p, _, _ in pairs]),
            np.array([q for _, q, _ in pairs]),
            np.array([w for _, _, w in pairs]),
            matrix,
        )
    pairs = _matches(matrix, anchors, 4.5)
    grid = Grid(matrix, anchors=sum(w for _, _, w in pairs))
    return _refine(grid, lines, pairs)


def _similarity(a: Points, b: Points, p: Points, q: Points, first: Line, second: Line) -> Matrix | None:
    on_sheet, in_photo = complex(*(b - a)), complex(*(q - p))
    if abs(on_sheet) < 14 or abs(in_photo) < 8:
        return None
    ratio = in_photo / on_sheet
    for line in (first, second):
        turn = (np.angle(ratio) - line.angle + np.pi) % (2 * np.pi) - np.pi
        if abs(turn) > np.deg2rad(20) or not 1.7 < line.box.height / abs(ratio) < 7:
            return None
    shift = complex(*p) - ratio * complex(*a)
    return np.array([[ratio.real, -ratio.imag, shift.real], [ratio.imag, ratio.real, shift.imag], [0, 0, 1]])


def _matches(matrix: Matrix, anchors: list[Anchor], tolerance: float) -> list[tuple[Points, Points, float]]:
    """(mm, pixels, weight) of anchors that lie within `tolerance` mm of one of their cells; a cell is used once."""
    inverse = np.linalg.inv(matrix)
    taken: dict[tuple[str, int], tuple[float, Points, Points, float]] = {}
    for anchor in anchors:
        at = _apply(inverse, anchor.point[None])[0]
        options = [
            (float(np.linalg.norm(at - value_point(CELL[c], n))), c, n)
            for c in anchor.codes
            for n in range(CELL[c].lines)
        ]
        distance, code, row = min(options)
        if distance > tolerance:
            continue
        key = (code, row)
        if key not in taken or distance < taken[key][0]:
            taken[key] = (distance, value_point(CELL[code], row), anchor.point, anchor.weight)
    return [(mm, px, w) for _, mm, px, w in taken.values()]


def _solve(mm: Points, px: Points, weight: NDArray[np.float64], prior: Matrix) -> Matrix:
    """Affine for few points, homography for many, by weighted least squares kept near the prior."""
    corners = np.array([[66.0, 8.0], [66.0, 73.0], [205.0, 8.0], [205.0, 73.0], [5.0, 50.0], [5.0, 95.0]])
    mm = np.vstack([mm, corners])
    px = np.vstack([px, _apply(prior, corners)])
    weight = np.concatenate([weight, np.full(len(corners), 0.04)])
    if len(mm) - len(corners) < 5:
        design = np.column_stack([mm, np.ones(len(mm))]) * weight[:, None]
        solution, *_ = np.linalg.lstsq(design, px * weight[:, None], rcond=None)
        return np.vstack([solution.T, [0, 0, 1]])
    return _homography(mm, px, weight)


def _homography(mm: Points, px: Points, weight: NDArray[np.float64]) -> Matrix:
    """Weighted homography (normalised direct linear transform)."""
    m_shift, p_shift = mm.mean(0), px.mean(0)
    m_scale, p_scale = float(mm.std()) + 1e-9, float(px.std()) + 1e-9
    m, p = (mm - m_shift) / m_scale, (px - p_shift) / p_scale
    zero, one = np.zeros(len(m)), np.ones(len(m))
    rows_x = np.column_stack([m[:, 0], m[:, 1], one, zero, zero, zero, -p[:, 0] * m[:, 0], -p[:, 0] * m[:, 1]])
    rows_y = np.column_stack([zero, zero, zero, m[:, 0], m[:, 1], one, -p[:, 1] * m[:, 0], -p[:, 1] * m[:, 1]])
    w2 = np.concatenate([weight, weight])
    # A little damping of the two perspective terms: few points must not invent a steep view.
    damp = np.zeros((2, 8))
    damp[0, 6] = damp[1, 7] = 0.15
    design = np.vstack([np.vstack([rows_x, rows_y]) * w2[:, None], damp])
    target = np.concatenate([np.concatenate([p[:, 0], p[:, 1]]) * w2, np.zeros(2)])
    h = np.append(np.linalg.lstsq(design, target, rcond=None)[0], 1.0).reshape(3, 3)
    to_m = np.array([[1 / m_scale, 0, -m_shift[0] / m_scale], [0, 1 / m_scale, -m_shift[1] / m_scale], [0, 0, 1]])
    from_p = np.array([[p_scale, 0, p_shift[0]], [0, p_scale, p_shift[1]], [0, 0, 1]])
    out = from_p @ h @ to_m
    return np.asarray(out / out[2, 2])


_TARGETS: Final = tuple(
    (cell.code, cell.panel, value_point(cell, row))
    for cell in CELLS
    if cell.code not in ("22", "22b")
    for row in range(cell.lines)
)


def code_length(text: str, code: str) -> int:
    """Number of characters at the start of a line's text that are the printed code of a cell, 0 when there is none."""
    printed = re.sub(r"[ .,]", "", code.split("/", maxsplit=1)[0].upper())
    seen = ""
    for index, char in enumerate(text):
        if char in " .,":
            continue
        seen += char.upper().replace("O", "0") if printed[:1].isdigit() else char.upper()
        if not printed.replace("O", "0" if printed[:1].isdigit() else "O").startswith(seen):
            return 0
        if len(seen) == len(printed):
            rest = index + 1
            while rest < len(text) and text[rest] in " .,":
                rest += 1
            return rest if rest < len(text) else 0
    return 0


def _refine(grid: Grid, lines: list[Line], anchors: list[tuple[Points, Points, float]]) -> Grid:
    """Pull the grid onto the left edges of all lines: first as a whole, then panel by panel."""
    known_mm, known_px = np.array([a[0] for a in anchors]), np.array([a[1] for a in anchors])
    for tolerance in (2.4, 1.8):
        mm, px = _near(grid, lines, ("middle", "right"), tolerance)
        if len(mm) < 6:
            break
        weight = np.concatenate([np.full(len(mm), 0.5), np.full(len(anchors), 2.0)])
        grid = Grid(
            _solve(np.vstack([mm, known_mm]), np.vstack([px, known_px]), weight, grid.matrix), anchors=grid.anchors
        )
    for tolerance in (2.4, 1.8, 1.3):
        panels = dict(grid.panels)
        support = 0
        for panel in PANELS:
            mm, px = _near(grid, lines, (panel,), tolerance * (1.5 if panel == "left" else 1.0))
            inside = (known_mm[:, 0] >= PANELS[panel][0]) & (known_mm[:, 0] < PANELS[panel][1])
            support += len(mm)
            if len(mm) + int(inside.sum()) >= 3:
                raw = _apply(np.linalg.inv(grid.matrix), np.vstack([px, known_px[inside]]))
                weight = np.concatenate([np.full(len(mm), 0.5), np.full(int(inside.sum()), 2.0)])
                panels[panel] = _affine(np.vstack([mm, known_mm[inside]]), raw, weight)
        grid = Grid(grid.matrix, panels, grid.anchors, support)
    return grid


def settle(image: Pixels, grid: Grid, lines: list[Line], *, threads: int) -> Grid:
    """Read every line on the sheet and fit again, now knowing which lines begin with their code; left panel last."""
    starts = np.array([line.start for line in lines])
    at = np.vstack([grid.to_sheet(starts[i : i + 1], _panel_of(grid, starts[i])) for i in range(len(lines))])
    on_sheet = [ln for ln, (x, y) in zip(lines, at, strict=True) if -14 < x < 214 and -6 < y < 116]
    read_lines(image, on_sheet, threads=threads)
    again = fit(on_sheet, on_sheet)
    if again is not None and again.anchors > grid.anchors:
        grid = again
    pairs: list[tuple[Points, Points, float]] = []
    for anchor in anchors_of(on_sheet):
        for panel in ("middle", "right"):
            where = grid.to_sheet(anchor.point[None], panel)[0]
            options = [
                (float(np.linalg.norm(where - value_point(CELL[c], n))), c, n)
                for c in anchor.codes
                if CELL[c].panel == panel
                for n in range(CELL[c].lines)
            ]
            if options and min(options)[0] < 3.5:
                _, code, row = min(options)
                pairs.append((value_point(CELL[code], row), anchor.point, anchor.weight))
    if len(pairs) >= 3:
        grid = _refine(Grid(grid.matrix, grid.panels, grid.anchors), on_sheet, pairs)
    return _settle_left(grid, on_sheet)


def _panel_of(grid: Grid, pixel: Points) -> PanelName:
    x = float(grid.to_sheet(pixel[None], "middle")[0][0])
    return "left" if x < FOLDS[0] else "middle" if x < FOLDS[1] else "right"


def _settle_left(grid: Grid, lines: list[Line]) -> Grid:
    """Fit the left panel by its own few values (plate, address, dates): a fold can carry it far from the others' plane."""
    free = Grid(grid.matrix, {k: v for k, v in grid.panels.items() if k != "left"}, grid.anchors, grid.support)
    at = free.to_sheet(np.array([line.start for line in lines]), "left")
    inside = [i for i in range(len(lines)) if -14 < at[i][0] < 56 and 6 < at[i][1] < 116]
    pairs: list[tuple[Points, Points]] = []
    for code in ("A", "C.1.3", "HU", "I"):
        points = [value_point(CELL[code], n) for n in range(CELL[code].lines)]
        options = [
            (float(np.abs(at[i] - pt) @ [0.6, 1.0]), i, tuple(pt))
            for i in inside
            if code in anchor_codes(lines[i].text)[0]
            for pt in points
        ]
        if options:
            distance, i, pt = min(options)
            if distance < 14.0:
                pairs.append((np.array(pt), at[i]))
    if not pairs:
        return grid
    shift = np.median([b - a for a, b in pairs], axis=0)
    sound = [(a, b) for a, b in pairs if np.abs(b - a - shift).max() < 4.5]
    if not sound:
        return grid
    known_mm, known_raw = np.array([a for a, _ in sound]), np.array([b for _, b in sound])
    affine = _affine(known_mm, known_raw, np.full(len(sound), 2.0))
    for tolerance in (2.4, 1.8):
        trial = Grid(free.matrix, {**free.panels, "left": affine}, grid.anchors, grid.support)
        mm, px = _near(trial, [ln for ln in lines if not is_printed(ln.text)], ("left",), tolerance)
        raw = _apply(np.linalg.inv(free.matrix), px) if len(px) else np.zeros((0, 2))
        weight = np.concatenate([np.full(len(mm), 0.7), np.full(len(sound), 2.0)])
        affine = _affine(np.vstack([mm, known_mm]), np.vstack([raw, known_raw]), weight)
    return Grid(free.matrix, {**free.panels, "left": affine}, grid.anchors, grid.support)


def _affine(source: Points, target: Points, weight: NDArray[np.float64]) -> Matrix:
    """2 x 3 affine from source to target mm, drawn to the identity where the points do not say otherwise."""
    centre = source.mean(0)
    design = np.column_stack([source - centre, np.ones(len(source))]) * weight[:, None]
    wanted = (target - source) * weight[:, None]
    damp = np.diag([25.0, 25.0, 0.3])
    solution = np.linalg.solve(design.T @ design + damp**2 * 0.2, design.T @ wanted)
    linear = np.eye(2) + solution[:2].T
    shift = solution[2] + centre - linear @ centre
    return np.column_stack([linear, shift])


def _near(grid: Grid, lines: list[Line], panels: tuple[PanelName, ...], tolerance: float) -> tuple[Points, Points]:
    """Starts of read lines and the cell starts that they are nearest to, one to one, as (mm, pixels)."""
    lines = [line for line in lines if line.text]
    mm_out: list[Points] = []
    px_out: list[Points] = []
    for panel in panels if lines else ():
        targets = [t for t in _TARGETS if t[1] == panel]
        distance = np.full((len(lines), len(targets)), np.inf)
        begins = {}
        plain = grid.to_sheet(np.array([line.start for line in lines]), panel)
        for column, (code, _, at) in enumerate(targets):
            for row in np.flatnonzero(
                (np.abs(plain[:, 1] - at[1]) < tolerance + 1) & (np.abs(plain[:, 0] - at[0] + 2) < tolerance + 6)
            ):
                skips = {0}
                glued = code_length(lines[row].text, code)
                if glued:
                    skips = {0, glued} if code.isdecimal() else {glued}
                for skip in skips:
                    pixel = lines[row].begin(skip)
                    dx, dy = grid.to_sheet(pixel[None], panel)[0] - at
                    away = float(np.hypot(dx * 0.8, dy * 1.2))
                    if away < distance[row, column]:
                        distance[row, column] = away
                        begins[row, column] = pixel
        nearest, back = distance.argmin(0), distance.argmin(1)
        for column, row in enumerate(nearest):
            if distance[row, column] < tolerance and back[row] == column:
                mm_out.append(targets[column][2])
                px_out.append(begins[row, column])
    if not mm_out:
        return np.zeros((0, 2)), np.zeros((0, 2))
    return np.array(mm_out), np.array(px_out)
