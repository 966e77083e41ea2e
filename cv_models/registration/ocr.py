"""Text eyes: the PP-OCRv6 small detector and recogniser that the `rapidocr` wheel carries, run by onnxruntime.

The models are opened straight from the installed wheel and checked by hash; nothing is ever downloaded and no other code
of that package runs. Sessions are made once per process and number of threads.
"""

from __future__ import annotations

import hashlib
import importlib.util
import itertools
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, cast

import cv2
import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from cv_models.errors import ModelFileError

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
Points = NDArray[np.float64]

MODEL_NAME: Final = "pp-ocrv6-small+recogniser-0.2+sheetmap-0.2"
_FILES: Final = {
    "detector": ("PP-OCRv6_det_small.onnx", "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f"),
    "recogniser": ("PP-OCRv6_rec_small.onnx", "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884"),
    "direction": (
        "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
        "e47acedf663230f8863ff1ab0e64dd2d82b838fceb5957146dab185a89d6215c",
    ),
}
ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyzÄÖÜäöüß0123456789 .,:;-/*+()&'\"_%=#!?|·°²³éèëáàŠšŁłçóúíñøışŞğĞİ"
LINE_HEIGHT: Final = 48
STEP: Final = 8  # pixels of a line crop per step of the recogniser
_AT_ONCE: Final = 2400  # pixels of width that the recogniser reads in one pass: its memory grows with them
_lock = threading.Lock()


def _file_error(name: str) -> ModelFileError:
    return ModelFileError(
        "TK-MODEL-001",
        f"Die Modelldatei {name} des Pakets rapidocr fehlt oder ist nicht die geprüfte; Umgebung neu einrichten.",
        f"the model file {name} of the package rapidocr is missing or not the tested one; set up the environment again",
    )


def model_file(role: str) -> Path:
    """Path of a shipped model (`detector`, `recogniser`, `direction`) inside the installed wheel."""
    spec = importlib.util.find_spec("rapidocr")
    if spec is None or not spec.submodule_search_locations:
        raise _file_error(_FILES[role][0])
    return Path(next(iter(spec.submodule_search_locations))) / "models" / _FILES[role][0]


@lru_cache(maxsize=8)
def _open(role: str, threads: int) -> ort.InferenceSession:
    path = model_file(role)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _file_error(path.name) from error
    if hashlib.sha256(content).hexdigest() != _FILES[role][1]:
        raise _file_error(path.name)
    options = ort.SessionOptions()
    options.intra_op_num_threads = max(1, min(2, threads))
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def session(role: str, threads: int = 2) -> ort.InferenceSession:
    """The session of a shipped model, made once.

    Raises:
        ModelFileError: the wheel's file is missing or is not the one that was tested.
    """
    with _lock:
        return _open(role, threads)


@dataclass(frozen=True, slots=True)
class TextBox:
    """A detected line: centre, length along and height across the text (pixels of the photo), angle of the text in
    radians modulo pi, and the detector's score.
    """

    x: float
    y: float
    length: float
    height: float
    angle: float
    score: float

    def quad(self, flipped: bool = False, grow: float = 0.0) -> Points:
        """Corners from top left clockwise along the reading direction; `grow` widens by that share of the height."""
        angle = self.angle + (np.pi if flipped else 0.0)
        along = np.array([np.cos(angle), np.sin(angle)]) * (self.length / 2 + grow * self.height)
        down = np.array([-np.sin(angle), np.cos(angle)]) * (self.height / 2 * (1 + grow))
        centre = np.array([self.x, self.y])
        return np.array([centre - along - down, centre + along - down, centre + along + down, centre - along + down])


def detect(
    image: Pixels, side: int, *, threads: int = 2, threshold: float = 0.3, box_threshold: float = 0.5
) -> list[TextBox]:
    """Text lines in an RGB picture, looked at with its longest side reduced to about `side` pixels."""
    height, width = image.shape[:2]
    scale = min(1.0, side / max(height, width))
    target = (max(32, round(width * scale / 32) * 32), max(32, round(height * scale / 32) * 32))
    small = cv2.resize(image, target, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    tensor = (small[:, :, ::-1].astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1)[None]
    score_map = cast("Floats", session("detector", threads).run(None, {"x": np.ascontiguousarray(tensor)})[0])[0, 0]
    mask = cv2.dilate((score_map > threshold).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    fx, fy = width / target[0], height / target[1]
    out: list[TextBox] = []
    for contour in contours[:1000]:
        rect = cv2.minAreaRect(contour)
        if min(rect[1]) < 3:
            continue
        box = _text_box(rect, fx, fy, _inside_score(score_map, contour))
        if box.score >= box_threshold:
            out.append(box)
    return out


def _inside_score(score_map: Floats, contour: NDArray[Any]) -> float:
    x, y, w, h = cv2.boundingRect(contour)
    mask = np.zeros((h, w), np.uint8)
    cv2.fillPoly(mask, [contour - [x, y]], 1)
    return float(cv2.mean(score_map[y : y + h, x : x + w], mask)[0])


def _text_box(rect: tuple[Sequence[float], Sequence[float], float], fx: float, fy: float, score: float) -> TextBox:
    (cx, cy), (w, h), degrees = rect
    if w < h:
        w, h, degrees = h, w, degrees + 90
    # The network paints the shrunken core of a line; give the margin back (area times ratio over perimeter).
    margin = w * h * 1.6 / (2 * (w + h))
    angle = np.deg2rad(degrees)
    along = np.array([np.cos(angle) * fx, np.sin(angle) * fy])
    down = np.array([-np.sin(angle) * fx, np.cos(angle) * fy])
    stretch, across = float(np.hypot(*along)), float(np.hypot(*down))
    true = float(np.arctan2(along[1], along[0]))
    true = (true + np.pi / 2) % np.pi - np.pi / 2
    return TextBox(cx * fx, cy * fy, (w + 2 * margin) * stretch, (h + 2 * margin) * across, true, score)


def cut(image: Pixels, quad: Points, *, height: int = LINE_HEIGHT, squeeze: float = 1.0, most: int = 1600) -> Pixels:
    """Flat crop of a quadrilateral, `height` pixels high; width by its aspect times `squeeze`."""
    top, left = np.linalg.norm(quad[1] - quad[0]), np.linalg.norm(quad[3] - quad[0])
    bottom, right = np.linalg.norm(quad[2] - quad[3]), np.linalg.norm(quad[2] - quad[1])
    across = max(1.0, float(left + right) / 2)
    width = int(np.clip(round(float(top + bottom) / 2 / across * height * squeeze), 16, most))
    x0, y0 = np.floor(quad.min(0)).astype(int) - 2
    x1, y1 = np.ceil(quad.max(0)).astype(int) + 3
    x0, y0 = int(np.clip(x0, 0, image.shape[1] - 1)), int(np.clip(y0, 0, image.shape[0] - 1))
    x1, y1 = int(np.clip(x1, x0 + 1, image.shape[1])), int(np.clip(y1, y0 + 1, image.shape[0]))
    part, local = image[y0:y1, x0:x1], quad - [x0, y0]
    shrink = across / height
    if shrink > 1.6:
        factor = 1.25 / shrink
        # At the rim of the photo a part can be a pixel wide.
        less = (max(1, round(part.shape[1] * factor)), max(1, round(part.shape[0] * factor)))
        part = cast("Pixels", cv2.resize(part, less, interpolation=cv2.INTER_AREA))
        local = local * [part.shape[1] / (x1 - x0), part.shape[0] / (y1 - y0)]
    matrix = cv2.getPerspectiveTransform(
        local.astype(np.float32), np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    )
    return cast(
        "Pixels",
        cv2.warpPerspective(part, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """What the recogniser saw in one line: probability of each alphabet character (last column: nothing) per step."""

    steps: Floats

    def decode(self, allowed: str | None = None) -> tuple[str, float]:
        """Best text and its mean confidence per character.

        Args:
            allowed: characters that can stand here; others are taken out before the choice. None for all.
        """
        chars = self.characters(allowed)
        if not chars:
            return "", 0.0
        return "".join(c for c, _, _ in chars), float(np.mean([p for _, p, _ in chars]))

    def at(self, step: int, allowed: str) -> tuple[str, float]:
        """The likeliest of the allowed characters at a step and its probability."""
        row = np.where(_mask(allowed)[:-1], self.steps[step, :-1], 0.0)
        index = int(row.argmax())
        return ALPHABET[index], float(row[index])

    def weakest(self, allowed: str | None = None) -> float:
        """The confidence of the least certain character, 0 for no text."""
        chars = self.characters(allowed)
        return min((p for c, p, _ in chars if c != " "), default=0.0)

    def parts(self) -> list[Scores]:
        """The line parted at its spaces; the whole line when there are none."""
        cuts = [step for char, _, step in self.characters() if char == " "]
        edges = [0, *cuts, len(self.steps)]
        return [Scores(self.steps[a:b]) for a, b in itertools.pairwise(edges) if b - a > 1]

    def characters(self, allowed: str | None = None) -> list[tuple[str, float, int]]:
        """(character, probability, step) in reading order."""
        steps = self.steps
        if allowed is not None:
            keep = _mask(allowed)
            steps = np.where(keep[None, :], steps, 0.0)
        best = steps.argmax(1)
        blank = len(ALPHABET)
        out: list[tuple[str, float, int]] = []
        previous = blank
        for step, index in enumerate(best):
            value = float(steps[step, index])
            if index != blank and value > 0:
                if index != previous:
                    out.append((ALPHABET[index], value, step))
                elif value > out[-1][1]:
                    out[-1] = (out[-1][0], value, out[-1][2])
            previous = int(index)
        return out


@lru_cache(maxsize=32)
def _mask(allowed: str) -> NDArray[np.bool_]:
    return np.array([c in allowed for c in ALPHABET] + [True])


@lru_cache(maxsize=1)
def _columns() -> NDArray[np.int64]:
    known = session("recogniser").get_modelmeta().custom_metadata_map["character"].split("\n")
    place = {c: i + 1 for i, c in enumerate(known)}
    place[" "] = len(known) + 1
    return np.array([place[c] for c in ALPHABET] + [0])


def recognise(crops: list[Pixels], *, threads: int = 2, batch: int = 6) -> list[Scores]:
    """Read flat line crops of `LINE_HEIGHT` pixels height; equal-ish widths share a batch. Order is kept."""
    order = sorted(range(len(crops)), key=lambda i: crops[i].shape[1])
    out: list[Scores | None] = [None] * len(crops)
    columns = _columns()
    position = 0
    while position < len(order):
        width = crops[order[position]].shape[1]
        group = [i for i in order[position : position + batch] if crops[i].shape[1] <= max(width * 1.25, width + 24)]
        group = group[: max(1, _AT_ONCE // crops[group[-1]].shape[1])]
        wide = max(32, -(-max(crops[i].shape[1] for i in group) // 8) * 8)
        tensor = np.zeros((len(group), 3, LINE_HEIGHT, wide), np.float32)
        for row, i in enumerate(group):
            tensor[row, :, :, : crops[i].shape[1]] = (crops[i][:, :, ::-1].astype(np.float32) / 127.5 - 1.0).transpose(
                2, 0, 1
            )
        result = cast("Floats", session("recogniser", threads).run(None, {"x": tensor})[0])
        for row, i in enumerate(group):
            out[i] = Scores(np.ascontiguousarray(_own_steps(result[row], crops[i].shape[1])[:, columns]))
        position += len(group)
    return [scores for scores in out if scores is not None]


def _own_steps(steps: Floats, width: int) -> Floats:
    """The steps that lie on a crop of this width, without those of the batch's padding: where a character stands is reckoned
    from their number. A last character that the network says a step late keeps its place at the end.
    """
    count = -(-width // STEP)
    late = [step for step in steps[count : count + 2] if step.argmax() != 0]
    if late and steps[count - 1].argmax() == 0:
        return np.concatenate([steps[: count - 1], late[0][None]])
    return steps[:count]


def upside_down(crops: list[Pixels], *, threads: int = 2) -> list[float]:
    """Probability that each line crop stands on its head."""
    if not crops:
        return []
    tensor = np.zeros((len(crops), 3, 48, 192), np.float32)
    for row, crop in enumerate(crops):
        part = crop[:, :192]
        tensor[row, :, :, : part.shape[1]] = (part[:, :, ::-1].astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1)
    model = session("direction", threads)
    result = cast("Floats", model.run(None, {model.get_inputs()[0].name: tensor})[0])
    return [float(v) for v in result[:, 1]]
