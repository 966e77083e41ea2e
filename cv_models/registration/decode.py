"""Search for what can stand in a field over the recogniser's steps, and the evidence of several readers for each candidate.

A recogniser answers with probabilities per step and character ("connectionist temporal classification": a text is said by
any path of characters and nothings that spells it). Two things are done with that: a beam search that follows a grammar, and
the probability of a given text over all of its paths. Before both, the confusions that recognisers are known for are mixed
in, so that a sure "O" is still a possible "0" where only digits can stand.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cv_models.registration.grammar import Grammar
from cv_models.registration.ocr import ALPHABET, Floats, Scores

Doubles = NDArray[np.float64]
BLANK: Final = len(ALPHABET)
BEAM: Final = 10
_LEAST: Final = 2e-4
_QUIET: Final = 0.995

# Seen character, what it may be in truth, and how often: shapes that differ by little in this print.
_STRONG: Final = "O0 0O I1 l1 1I |1 o0 lI Il 1l |/ |I !1"
_MEDIUM: Final = (
    "B8 8B S5 5S Z2 2Z G6 6G D0 0D Q0 DO OD U0 1/ 7/ I/ l/ 17 71 T7 T1 b6 6b q9 g9 s5 z2 .- ., :. ,. ·. ;. -. '. /1 /7"
    " *· aä oö uü ßB Bß ßS"
)
_WEAK: Final = (
    "08 06 09 86 83 89 38 35 56 65 68 98 93 39 32 77 72 4A A4 14 41 3B 9g VY YV UV VU KX XK HN NH MN NM MH WM VW WV CG GC EF"
    " FE PF PR RP RK RA CO OC DO L1 J1 LI TI YT TY ÄA ÖO ÜU äa öo üu rn nm 1J 7Z Z7 0U QO OQ DB 6C ec ce Vv KV *x x* +*"
    " *+ V1 KH NM 8R RB PD DP 1V HK WN 5B 27"
)


@cache
def _mixing() -> Floats:
    """Row: seen; column: in truth. Rows add up to one; the last is "nothing"."""
    size = len(ALPHABET) + 1
    matrix = np.eye(size, dtype=np.float64)
    place = {c: i for i, c in enumerate(ALPHABET)}

    def add(seen: str, true: str, share: float) -> None:
        if seen in place and true in place:
            matrix[place[seen], place[true]] += share

    for pairs, share in ((_STRONG, 0.06), (_MEDIUM, 0.012), (_WEAK, 0.002)):
        for pair in pairs.split():
            if len(pair) == 2:
                add(pair[0], pair[1], share)
            if share < 0.01 and f"{pair[1]}{pair[0]}" not in (*_WEAK.split(), *_MEDIUM.split(), *_STRONG.split()):
                add(pair[1], pair[0], share)  # what is seldom is about as seldom the other way round
    for plain, dotted in zip("AOU", "ÄÖÜ", strict=True):
        add(plain, dotted, 0.03)  # capitals lose their dots
    for char in "abcdefghijklmnopqrstuvwxyzäöü":
        same = char in "cosuvwxzkpäöüijy"
        add(char, char.upper(), 0.05 if same else 0.008)
        add(char.upper(), char, 0.012 if same else 0.002)
    matrix[:-1, -1] += 0.002
    matrix[-1, :-1] += 1e-6
    matrix[-1, place[" "]] += 2e-3
    return np.asarray(matrix / matrix.sum(1, keepdims=True), np.float32)


def mixed(scores: Scores) -> Floats:
    """The steps with known confusions mixed in."""
    return np.asarray(scores.steps @ _mixing(), np.float32)


@dataclass(frozen=True, slots=True)
class Found:
    """A text that the grammar allows and its log probability."""

    text: str
    log: float


def search(steps: Floats, rule: Grammar, *, beam: int = BEAM, most: int = 6) -> list[Found]:
    """The likeliest texts of a grammar, best first (prefix beam search).

    Args:
        steps: probabilities per step, confusions mixed in.
        rule: what can stand here.
        beam: prefixes that are followed.
        most: texts that are given.
    """
    # prefix -> [ends in nothing, ends in its last character, grammar state]
    beams: dict[str, tuple[float, float, int]] = {"": (1.0, 0.0, 0)}
    scale = 0.0
    blanks = steps[:, BLANK]
    for step, quiet in enumerate(blanks):
        row = steps[step]
        if quiet > _QUIET:
            rest = float(quiet)
            beams = {text: ((a + b) * rest, 0.0, state) for text, (a, b, state) in beams.items()}
            continue
        likely = np.flatnonzero(row[:-1] > _LEAST)
        letters = [(ALPHABET[i], float(row[i])) for i in likely]
        grown: dict[str, list[float]] = {}
        states: dict[str, int] = {}
        nothing = float(quiet)
        for text, (a, b, state) in beams.items():
            total = a + b
            entry = grown.get(text)
            if entry is None:
                entry = grown[text] = [0.0, 0.0]
                states[text] = state
            entry[0] += total * nothing
            last = text[-1:]
            for char, value in letters:
                if char == last:
                    entry[1] += b * value
                    if a <= 0.0:
                        continue
                    extra = a * value
                else:
                    extra = total * value
                following = rule.step(state, char)
                if following < 0:
                    continue
                longer = text + char
                other = grown.get(longer)
                if other is None:
                    other = grown[longer] = [0.0, 0.0]
                    states[longer] = following
                other[1] += extra
        ranked = sorted(grown.items(), key=lambda item: -(item[1][0] + item[1][1]))[:beam]
        top = ranked[0][1][0] + ranked[0][1][1]
        if top <= 0.0:
            return []
        scale += math.log(top)
        beams = {text: (a / top, b / top, states[text]) for text, (a, b) in ranked if a + b > top * 1e-7}
    out = [
        Found(text, math.log(a + b) + scale)
        for text, (a, b, state) in beams.items()
        if text and a + b > 0 and rule.complete(state)
    ]
    return sorted(out, key=lambda found: -found.log)[:most]


def text_logs(steps: Floats, texts: Sequence[str]) -> Doubles:
    """Log probability of each text over all of its paths through the steps.

    Args:
        steps: probabilities per step, confusions mixed in.
        texts: candidates; characters outside of the alphabet make a text impossible (minus infinity).
    """
    if not texts:
        return np.zeros(0)
    place = _places()
    longest = max(len(t) for t in texts)
    width = 2 * longest + 1
    labels = np.full((len(texts), width), BLANK, np.int64)
    ends = np.zeros(len(texts), np.int64)
    possible = np.ones(len(texts), bool)
    for row, text in enumerate(texts):
        for column, char in enumerate(text):
            index = place.get(char)
            if index is None:
                possible[row] = False
            else:
                labels[row, 2 * column + 1] = index
        ends[row] = 2 * len(text)
    skip = np.zeros((len(texts), width), bool)
    skip[:, 2:] = (labels[:, 2:] != BLANK) & (labels[:, 2:] != labels[:, :-2])
    rows = np.arange(len(texts))
    ahead = np.zeros((len(texts), width + 2))
    ahead[:, 2] = 1.0
    table = steps.astype(np.float64) + 1e-9
    # Before the first step the path stands before the first nothing, as if at it with nothing said.
    said = table[0][labels]
    now = np.zeros((len(texts), width))
    now[:, 0] = said[:, 0]
    if width > 1:
        now[:, 1] = said[:, 1]
    logs = np.zeros(len(texts))
    for step in range(1, len(table)):
        ahead[:, 2:] = now
        moved = now + ahead[:, 1:-1] + np.where(skip, ahead[:, :-2], 0.0)
        now = moved * table[step][labels]
        top = now.max(1)
        top[top <= 0] = 1e-300
        logs += np.log(top)
        now /= top[:, None]
    final = now[rows, ends] + np.where(ends > 0, now[rows, np.maximum(ends - 1, 0)], 0.0)
    out = np.where(final > 0, np.log(np.maximum(final, 1e-300)), -700.0) + logs
    return np.where(possible, out, -np.inf)


@cache
def _places() -> dict[str, int]:
    return {c: i for i, c in enumerate(ALPHABET)}


def free_log(steps: Floats) -> float:
    """Log probability of the likeliest path, whatever it says."""
    return float(np.log(np.maximum(steps.max(1), 1e-12)).sum())
