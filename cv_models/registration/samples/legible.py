"""Which printed values a patient human can read in a finished picture: the rule that keeps the truth of a sample honest.

For each printed line the picture is looked at where the ink must stand. The line is cut into windows of about three
characters; in each window the darkness of the picture is compared with the ink as it was meant. A line counts as readable
only when in every window with ink (a) capitals are at least `LEAST_HEIGHT` pixels high, (b) the ink is at least
`LEAST_CONTRAST` grey levels darker than the paper about it, and (c) the pattern of the strokes agrees: their correlation is
at least what `LEAST_LIKENESS` asks at that contrast (strong ink may be crossed by a rule, weak ink must stand clear of the
noise; set by looking at some hundred crops). A finger, glare, a sticker, a stain, blur, burnt-out light, or the edge of the picture each
fail one of these. A value is readable when all of its lines are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.registration.samples.typeset import PX_PER_MM

Image = NDArray[Any]
Points = NDArray[np.float64]
LEAST_HEIGHT: Final = 6.5
LEAST_CONTRAST: Final = 9.0
# (contrast, likeness) points, linear between.
LEAST_LIKENESS: Final = ((9.0, 0.65), (25.0, 0.45), (45.0, 0.33))
_WINDOW_MM: Final = 6.0
_MARGIN_MM: Final = 0.5


class Line(Protocol):
    """A printed line: its field and its ink's corners on the sheet in mm (4 x 2, from top left, clockwise)."""

    @property
    def code(self) -> str:
        """The field."""

    @property
    def quad(self) -> Points:
        """Corners in mm."""


def readable(
    photo: Image,
    ink: Image,
    lines: Iterable[Line],
    to_photo: Callable[[Points], Points],
    *,
    px_per_mm: float = PX_PER_MM,
) -> frozenset[str]:
    """Codes of the fields whose every line can be read.

    Args:
        photo: the finished picture, RGB uint8.
        ink: the data as they were meant on the flat sheet, uint8.
        lines: the printed lines.
        to_photo: where points of the sheet (mm) stand in the picture.
        px_per_mm: resolution of `ink`.
    """
    grey = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)
    seen: dict[str, bool] = {}
    for line in lines:
        score = line_score(grey, ink, line, to_photo, px_per_mm)
        fine = score is not None and _enough(*score)
        seen[line.code] = seen.get(line.code, True) and fine
    return frozenset(code for code, fine in seen.items() if fine)


def _enough(height: float, contrast: float, likeness: float) -> bool:
    wanted = np.interp(contrast, [c for c, _ in LEAST_LIKENESS], [k for _, k in LEAST_LIKENESS])
    return height >= LEAST_HEIGHT and contrast >= LEAST_CONTRAST and likeness >= float(wanted)


def line_score(
    grey: Image, ink: Image, line: Line, to_photo: Callable[[Points], Points], px_per_mm: float = PX_PER_MM
) -> tuple[float, float, float] | None:
    """Height of capitals in pixels, least contrast and least likeness over the windows; None off the picture."""
    quad = line.quad
    across, down = quad[1] - quad[0], quad[3] - quad[0]
    length, height = float(np.linalg.norm(across)), float(np.linalg.norm(down))
    corners = to_photo(quad)
    if (corners < 1).any() or (corners > np.array([grey.shape[1], grey.shape[0]]) - 2).any():
        return None
    tall = float(min(np.linalg.norm(corners[3] - corners[0]), np.linalg.norm(corners[2] - corners[1])))
    wide = float(min(np.linalg.norm(corners[1] - corners[0]), np.linalg.norm(corners[2] - corners[3])))
    per_mm = min(max(min(tall / height, wide / max(length, 1e-6)), 2.0), px_per_mm)
    columns, rows = max(4, round((length + 2 * _MARGIN_MM) * per_mm)), max(4, round((height + 2 * _MARGIN_MM) * per_mm))
    # The true geometry at nodes about 3 mm apart, linear between: far finer than any bend of the paper.
    nodes_x, nodes_y = max(2, round(length / 3) + 1), 2
    s, t = np.meshgrid(
        np.linspace(-_MARGIN_MM, length + _MARGIN_MM, nodes_x), np.linspace(-_MARGIN_MM, height + _MARGIN_MM, nodes_y)
    )
    mm = quad[0] + s.reshape(-1, 1) * across / max(length, 1e-6) + t.reshape(-1, 1) * down / height
    seen = _sample(grey, to_photo(mm).reshape(nodes_y, nodes_x, 2), (columns, rows))
    sharp = cv2.GaussianBlur(
        ink_window(ink, mm * px_per_mm - 0.5, (nodes_y, nodes_x), (columns, rows), per_mm / px_per_mm), (0, 0), 0.5
    )
    step = max(4, round(_WINDOW_MM * per_mm))
    worst_contrast, worst_likeness = 255.0, 1.0
    for start in range(0, max(1, columns - step // 3), step):
        meant, got = sharp[:, start : start + step], seen[:, start : start + step]
        if meant.max() < 90 or meant.shape[1] < 4:
            continue
        contrast, likeness = _compare(meant, 255.0 - got)
        worst_contrast, worst_likeness = min(worst_contrast, contrast), min(worst_likeness, likeness)
    return tall, worst_contrast, worst_likeness


def ink_window(ink: Image, pixels: Points, nodes: tuple[int, int], size: tuple[int, int], ratio: float) -> Image:
    """The meant ink at the resolution of the photo, `ratio` times its own."""
    low = np.maximum(np.floor(pixels.min(0)).astype(int) - 8, 0)
    high = np.ceil(pixels.max(0)).astype(int) + 8
    part = ink[low[1] : high[1], low[0] : high[0]]
    if not part.size:
        return np.zeros((size[1], size[0]), np.float32)
    if ratio < 0.9:
        part = cv2.GaussianBlur(part, (0, 0), 0.4 / ratio)
    return _sample(part, (pixels - low).reshape(*nodes, 2), size)


def _sample(image: Image, nodes: Points, size: tuple[int, int]) -> Image:
    columns, rows = size
    grid = nodes.astype(np.float32)
    x = np.linspace(0, grid.shape[1] - 1, columns, dtype=np.float32)[None, :].repeat(rows, 0)
    y = np.linspace(0, grid.shape[0] - 1, rows, dtype=np.float32)[:, None].repeat(columns, 1)
    maps = cv2.remap(grid, x, y, cv2.INTER_LINEAR)
    out = cv2.remap(image, maps[:, :, 0], maps[:, :, 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return out.astype(np.float32)


def _compare(meant: Image, dark: Image) -> tuple[float, float]:
    """Slope in grey levels and correlation of the darkness seen on the ink meant, slow changes of light taken out."""
    inked = meant / 255.0
    reach = max(meant.shape[0] * 0.5, 2.0)
    dark = dark - cv2.GaussianBlur(dark, (0, 0), reach)
    inked = inked - cv2.GaussianBlur(inked, (0, 0), reach)
    spread = float((inked * inked).mean())
    if spread < 1e-6:
        return 0.0, 0.0
    slope = float((inked * dark).mean()) / spread
    return slope, slope * float(np.sqrt(spread / max(float((dark * dark).mean()), 1e-6)))
