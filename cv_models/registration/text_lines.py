"""Detected text lines: their reading direction, and what the shipped recogniser saw in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cv_models.registration import ocr
from cv_models.registration.ocr import Pixels, Points, Scores, TextBox


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
