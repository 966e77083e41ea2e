"""How likely each candidate for a field is, by all looks of both readers together."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from cv_models.registration import decode
from cv_models.registration.decode import Doubles
from cv_models.registration.grammar import Grammar
from cv_models.registration.judged import Reader
from cv_models.registration.ocr import Floats, Scores

# A look goes astray altogether (wrong place, neighbour's print, a failing recogniser) about this often.
ASTRAY: Final[dict[Reader, float]] = {"own": 0.01, "shipped": 0.02}
# What stands there is not of the field's grammar though the field is this one: so much worse must the best candidate be.
_STRANGE: Final = 7.0
_CUT: Final = 4.0
# A text's value and how much likelier (log) such a value is than others of the grammar; None when it is no value.
Reads = Callable[[str], tuple[str, float] | None]


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One line seen by one reader, ready for the search."""

    reader: Reader
    scores: Scores
    steps: Floats
    free: float
    text: str
    sure: float

    @classmethod
    def of(cls, reader: Reader, scores: Scores) -> View:
        """Prepare a line."""
        steps = decode.mixed(scores)
        chars = scores.characters()
        text = "".join(c for c, _, _ in chars).strip()
        sure = min((p for c, p, _ in chars if c != " "), default=0.0)
        return cls(reader, scores, steps, decode.free_log(steps), text, sure)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the best value of a field.

    Attributes:
        value: the likeliest value; None when no look has one.
        text: as printed, as far as read.
        chance: its share among all candidates and "something else", before calibration.
        rivals: other values with their shares, likeliest first.
        fit: log probability of the best text against the freest reading, by the best look of the reader where it fits
            worst; 0 is perfect, below -7 the text is hardly what stands there.
        close: the same of the reader where it fits best: far below 0 when no reader saw just this.
        weakest: least sure character of the value in the looks that read exactly it, the surest look counts; 0 for none, and
            near 0 where another reader's look says another value as surely.
        readers: readers that saw something.
        agree: readers whose own best candidate this is.
        prior: how usual the value is for this field (log).
    """

    value: str | None
    text: str
    chance: float
    rivals: tuple[tuple[str, float], ...] = ()
    fit: float = 0.0
    weakest: float = 0.0
    readers: int = 0
    agree: int = 0
    prior: float = 0.0
    close: float = 0.0


NOTHING: Final = Evidence(None, "", 0.0)


def _partial(view: View, rule: Grammar) -> list[decode.Found]:
    """Candidates in parts of the line, parted at spaces: neighbours' codes may have run in. The rest costs a little."""
    cuts = [step for char, _, step in view.scores.characters() if char == " "]
    edges = [0, *cuts, len(view.steps)]
    out: list[decode.Found] = []
    for first in range(len(edges) - 1):
        for last in range(first + 1, len(edges)):
            if (first, last) == (0, len(edges) - 1) or edges[last] - edges[first] < 2:
                continue
            steps = view.steps[edges[first] : edges[last]]
            rest = view.free - decode.free_log(steps)
            out += [decode.Found(f.text, f.log + rest - 4.0) for f in decode.search(steps, rule, most=3)]
    return out


def candidates(
    view: View, rule: Grammar, reads: Reads, *, parts: bool = True, beam: int = decode.BEAM
) -> dict[str, float]:
    """Texts that can stand here by one look, with their log probabilities."""
    # Clear print that the grammar allows needs no wide search.
    clear = view.sure > 0.9 and rule.matches(view.text)
    found = decode.search(view.steps, rule, beam=min(beam, 5) if clear else beam)
    if parts and (not found or found[0].log < view.free - 5.0) and " " in view.text and view.text.count(" ") < 5:
        found = found + _partial(view, rule)
    out: dict[str, float] = {}
    for item in found:
        if reads(item.text) is not None:
            out[item.text] = max(out.get(item.text, -math.inf), item.log)
    return out


def weigh_views(
    views: Sequence[View],
    rule: Grammar,
    reads: Reads,
    *,
    extra: Sequence[str] = (),
    parts: bool = True,
    beam: int = decode.BEAM,
) -> Evidence:
    """The likeliest value of a line by all looks together.

    Args:
        views: looks; those that saw nothing are left out by the caller.
        rule: what can stand in the field.
        reads: value and prior of a text.
        extra: texts that are candidates too, such as words near to what was read.
        parts: whether a part of the line, parted at spaces, may be the value.
        beam: prefixes that the search follows.
    """
    if not views:
        return NOTHING
    per_view = [candidates(view, rule, reads, parts=parts, beam=beam) for view in views]
    texts = list(dict.fromkeys([t for found in per_view for t in found] + [t for t in extra if reads(t) is not None]))
    if not texts:
        return Evidence(None, views[0].text, 0.0, readers=len({v.reader for v in views}))
    values = {text: reads(text) for text in texts}
    firsts = {max(found, key=lambda t: found[t]) if found else "" for found in per_view}
    guess = len(firsts) == 1 and not extra
    table = np.array([_logs(view, found, texts, guess) for view, found in zip(views, per_view, strict=True)])
    _cut_short(views, texts, table)
    priors = np.array([v[1] if v is not None else 0.0 for v in values.values()])
    joint = joint_logs(views, table)
    joint[:-1] += priors
    share = np.exp(joint - joint.max())
    share /= share.sum()
    groups: dict[str, float] = {}
    for text, part in zip(texts, share[:-1], strict=True):
        value = values[text]
        assert value is not None
        groups[value[0]] = groups.get(value[0], 0.0) + float(part)
    best = max(groups, key=lambda v: groups[v])
    mine = [i for i, text in enumerate(texts) if (values[text] or ("", 0.0))[0] == best]
    spoken = max(mine, key=lambda i: float(share[i]))
    rivals = sorted(((v, s) for v, s in groups.items() if v != best), key=lambda r: -r[1])
    return _evidence(views, texts, table, mine, spoken, best, groups[best], tuple(rivals[:4]), float(priors[spoken]))


def _logs(view: View, found: dict[str, float], texts: Sequence[str], guess: bool) -> list[float]:
    """Log probabilities of all texts; where all looks say the same the others' are guessed, from above."""
    missing = [t for t in texts if t not in found]
    if not missing:
        return [found[t] for t in texts]
    if guess and found:
        least = min(*found.values(), max(found.values()) - 3.0)
        return [found.get(t, least) for t in texts]
    asked = decode.text_logs(view.steps, missing)
    known = dict(zip(missing, (float(a) for a in asked), strict=True))
    return [found[t] if t in found else known[t] for t in texts]


def _cut_short(views: Sequence[View], texts: Sequence[str], table: Doubles) -> None:
    """Crops cut characters off or take a neighbour's in: a text that another look read and that differs by one or two at an
    end is no worse than `_CUT`.
    """
    read = {v.text.replace(" ", "") for v in views}
    if len(read) < 2:
        return
    bare = [t.replace(" ", "") for t in texts]
    for row in range(len(views)):
        best = int(table[row].argmax())
        for column, text in enumerate(bare):
            if text in read and column != best and 0 < abs(len(text) - len(bare[best])) < 3:
                long, short = sorted((text, bare[best]), key=len, reverse=True)
                if long.startswith(short) or long.endswith(short):
                    table[row, column] = max(table[row, column], table[row, best] - _CUT)


def joint_logs(views: Sequence[View], table: Doubles) -> Doubles:
    """Log share of each text and, last, of something else, over all looks.

    The looks of one reader count as one, their mean, as they fail together.

    Args:
        views: looks.
        table: log probability by look and text.
    """
    count = table.shape[1]
    out = np.zeros(count + 1)
    for reader in {v.reader for v in views}:
        rows = [i for i, v in enumerate(views) if v.reader == reader]
        weight = 1.0 / len(rows)
        for i in rows:
            logs = np.append(table[i], views[i].free - _STRANGE)
            share = np.exp(logs - logs.max())
            share /= share.sum()
            astray = ASTRAY[reader]
            out += weight * np.log((1 - astray) * share + astray / max(12, count + 1))
    return out


def support(views: Sequence[View], table: Doubles, mine: Sequence[int]) -> tuple[float, float, int]:
    """How well the texts `mine` fit the worst and the best reader, each by its best look, and how many readers say them."""
    fits, agree = [], 0
    for reader in {v.reader for v in views}:
        rows = [i for i, v in enumerate(views) if v.reader == reader]
        fits.append(max(float(table[i, list(mine)].max()) - views[i].free for i in rows))
        mean = table[rows].mean(0)
        agree += bool(mean[list(mine)].max() >= mean.max() - 1e-9)
    return min(0.0, *fits), min(0.0, max(fits)), agree


def _evidence(
    views: Sequence[View],
    texts: Sequence[str],
    table: Doubles,
    mine: Sequence[int],
    spoken: int,
    value: str,
    chance: float,
    rivals: tuple[tuple[str, float], ...],
    prior: float,
) -> Evidence:
    weakest = 0.0
    wanted = {texts[i].replace(" ", "") for i in mine}
    for view in views:
        if view.text.replace(" ", "") in wanted:
            weakest = max(weakest, view.sure)
    fit, close, agree = support(views, table, mine)
    readers = len({v.reader for v in views})
    if agree < readers:
        # A rival that was read as clearly takes the worth from clear print.
        others = {t.replace(" ", "") for t in texts} - wanted
        weakest *= 1.0 - max((v.sure for v in views if v.text.replace(" ", "") in others), default=0.0)
    return Evidence(value, texts[spoken], chance, rivals, fit, weakest, readers, agree, prior, close)
