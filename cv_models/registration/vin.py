"""The vehicle identification number: candidates of all looks at it, weighed with field 3 and with what VINs are like.

A wrong VIN finds another vehicle, so only a candidate far ahead of all others is given. With a readable field 3 the German
check digit decides among what the print leaves open; without it the characters themselves must be beyond doubt.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from cv_models.registration import calibration, decode, rules, words
from cv_models.registration.evidence import NOTHING, Evidence, View, joint_logs, support, weigh_views
from cv_models.registration.fields import FIELDS
from cv_models.registration.grammar import grammar
from cv_models.registration.judged import Judged, Look, Reader, blank, is_dash, row_scores
from cv_models.registration.ocr import ALPHABET, Scores

_LETTER: Final = "[A-HJ-NPR-Z0-9]"
_FULL: Final = rf"(E )?({_LETTER} ?){{16}}{_LETTER}( ?3?)?( ?[0-9X])?"
_GLUED: Final = rf"E?{_LETTER}{{17}}[0-9X]?"
_SHORT: Final = r"(E )?[A-Z0-9][A-Z0-9 /-]{3,15}[0-9]"
_FLOOR: Final = 0.004  # a field 3 read with certainty still is another digit so often
_BEAM: Final = 12
_AHEAD: Final = 0.97  # share among all candidates that a VIN must have
_FOLDED: Final = {
    **{c: ALPHABET.index(c.upper()) for c in "abcdefghjkmnprstuvwxyz"},
    **dict.fromkeys("Iil|!", ALPHABET.index("1")),
    **dict.fromkeys("OQoqÖö", ALPHABET.index("0")),
    **dict.fromkeys("Ää", ALPHABET.index("A")),
    **dict.fromkeys("Üü", ALPHABET.index("U")),
}
_NORTH_AMERICA: Final = frozenset("123457")
_US_VALUES: Final = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)
)
_US_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def us_digit(vin: str) -> str:
    """The check digit that North American vehicles carry in position 9 (49 CFR 565): sum modulo 11, ten as X."""
    total = sum((int(c) if c.isdecimal() else _US_VALUES[c]) * w for c, w in zip(vin, _US_WEIGHTS, strict=True))
    return "X" if total % 11 == 10 else str(total % 11)


def usual(vin: str, make: str | None = None) -> float:
    """How usual (log) a VIN of 17 characters is: known world code, filler ZZZ, serial number of digits, make."""
    prior = -6.0 * sum(not c.isdecimal() for c in vin[13:])
    prior -= 0.8 * sum(not c.isdecimal() for c in vin[11:13])
    filler = vin[3:6].count("Z")
    prior -= 3.0 if filler == 2 else 0.0
    known = words.known_world_code(vin[:3])
    prior -= 0.0 if known else 2.5
    codes = words.MAKES.get(make.upper(), ((), ()))[1] if make else ()
    if codes:
        prior -= 0.0 if vin[:3] in codes else 1.5
    if vin[0] in _NORTH_AMERICA and vin[8] in "0123456789X":
        prior += 1.0 if us_digit(vin) == vin[8] else -1.5
    return prior


def folded(reader: Reader, scores: Scores) -> View:
    """A view in which what no VIN holds counts for what it stands for: I for 1, O and Q for 0, small letters for capitals."""
    steps = scores.steps.copy()
    for index, char in enumerate(ALPHABET):
        target = _FOLDED.get(char)
        if target is not None:
            steps[:, target] += steps[:, index]
            steps[:, index] = 0.0
    return View.of(reader, Scores(steps))


def judge_vin_looks(looks: Sequence[Look], digit_looks: Sequence[Look], make: str | None = None) -> Judged:
    """Choose the VIN from all looks of both readers at fields E and 3.

    Args:
        looks: looks at field E.
        digit_looks: looks at field 3; empty when it was not seen.
        make: what field D.1 was understood to be, as weak evidence for the world code.
    """
    views = [
        folded(look.reader, row_scores(pieces))
        for look in looks
        for _, pieces in sorted(look.cell.rows.items())[:1]
        if pieces
    ]
    return _judge([v for v in views if v.text], digit_shares(digit_looks), make)


def digit_shares(looks: Sequence[Look]) -> dict[str, float]:
    """What field 3 may be, with shares; empty when it is struck out or was not seen."""
    views = [View.of(look.reader, row_scores(p)) for look in looks for _, p in sorted(look.cell.rows.items())[:1] if p]
    return shares_of([v for v in views if v.text])


def shares_of(views: Sequence[View]) -> dict[str, float]:
    """The same from views of its line."""
    field = FIELDS["3"]
    if not views or all(is_dash(v.text) for v in views):
        return {}
    found = weigh_views(views, field.rule, field.value)
    if found.value is None or found.value == "-":
        return {}
    return {found.value: found.chance, **{v: s for v, s in found.rivals if v != "-"}}


def _judge(views: Sequence[View], shares: dict[str, float], make: str | None) -> Judged:
    if not views:
        return blank("not_seen")
    seen = tuple(dict.fromkeys(v.text for v in views))
    if all(is_dash(v.text) for v in views):
        return blank("dash")
    found, checked = weigh_vin(views, shares, make)
    if found.value is None or (found.fit < -14.0 and len(found.value) == 17):
        short = _short(views, shares)
        return short if short is not None else blank("implausible", *seen)
    return _decide(found, checked, shares)


def _decide(found: Evidence, checked: bool, shares: dict[str, float]) -> Judged:
    assert found.value is not None
    others = tuple(v for v, share in found.rivals if share > 1e-6)
    if shares and max(shares.values()) > 0.5 and not checked:
        return blank("check_digit", found.value, *others)
    kind = "E+3" if checked else "E"
    chance = calibration.calibrate(kind, found)
    if chance < calibration.least(kind) or found.chance < _AHEAD:
        return blank("uncertain" if checked else "no_check_digit", found.value, *others)
    if not checked and (found.agree < found.readers or found.close < -2.0):
        return blank("no_check_digit", found.value, *others)
    reason_kept = None if checked else "no_check_digit"
    if checked and found.fit < -3.0:
        reason_kept = "repaired"
    return Judged(found.value, chance, others[:4], reason_kept)


def weigh_vin(views: Sequence[View], shares: dict[str, float], make: str | None) -> tuple[Evidence, bool]:
    """The likeliest VIN of 17 characters and whether a readable field 3 confirms it."""
    per_view = [_candidates(view) for view in views]
    texts = list(dict.fromkeys(t for found in per_view for t in found))
    if not texts:
        return NOTHING, False
    firm = sorted(texts, key=lambda t: -sum(f.get(t, -20.0) for f in per_view))[:1]
    texts = list(dict.fromkeys([*texts, *(n for t in firm for n in _neighbours(t))]))
    table = np.array([_logs(view, found, texts) for view, found in zip(views, per_view, strict=True)])
    priors = np.array([usual(t, make) for t in texts])
    likely = np.zeros(len(texts))
    if shares:
        rest = max(0.0, 1.0 - sum(shares.values())) / 11
        likely = np.log([(1 - _FLOOR) * shares.get(rules.check_digit(t), rest) + _FLOOR for t in texts])
    joint = joint_logs(views, table)
    joint[:-1] += priors + likely
    joint[-1] -= 2.0
    part = np.exp(joint - joint.max())
    part /= part.sum()
    order = np.argsort(-part[:-1])
    best = texts[int(order[0])]
    weakest = max((v.sure for v in views if v.text.replace(" ", "") == best), default=0.0)
    fit, close, agree = support(views, table, [int(order[0])])
    found = Evidence(
        best,
        best,
        float(part[order[0]]),
        tuple((texts[int(i)], float(part[i])) for i in order[1:5]),
        fit,
        weakest,
        len({v.reader for v in views}),
        agree,
        float(priors[order[0]]),
        close,
    )
    top = max(shares, key=lambda d: shares[d]) if shares else ""
    return found, bool(shares) and shares[top] > 0.5 and rules.check_digit(best) == top


def _candidates(view: View) -> dict[str, float]:
    out: dict[str, float] = {}
    for pattern in (_FULL, _GLUED) if len(view.text.replace(" ", "")) > 17 else (_FULL,):
        for found in decode.search(view.steps, grammar(pattern), beam=_BEAM, most=_BEAM):
            value = _bare(found.text)
            if value is not None:
                out[value] = max(out.get(value, -math.inf), found.log)
    return out


def _bare(text: str) -> str | None:
    """The 17 characters alone; the code before them and what runs in after them are left out."""
    raw = text.replace(" ", "")
    if len(raw) > 17 and raw[0] == "E" and (text.startswith("E ") or not words.known_world_code(raw[:3])):
        raw = raw[1:]
    raw = raw[:17]
    return raw if rules.VIN_PATTERN.fullmatch(raw) else None


def _neighbours(vin: str) -> list[str]:
    """VINs that differ in one character that print confuses."""
    return [
        vin[:place] + letter + vin[place + 1 :]
        for place, char in enumerate(vin)
        for letter in rules.CONFUSIONS.get(char, "")
        if letter in rules.VIN_ALPHABET and (place < 13 or letter.isdecimal())
    ]


def _logs(view: View, found: dict[str, float], texts: Sequence[str]) -> list[float]:
    missing = [t for t in texts if t not in found]
    asked = dict(zip(missing, (float(a) for a in decode.text_logs(view.steps, missing)), strict=True))
    return [found[t] if t in found else asked[t] for t in texts]


def _short(views: Sequence[View], shares: dict[str, float]) -> Judged | None:
    """The number of a vehicle from before 1981, shorter than 17 characters: only with its check digit and without doubt."""
    if all(len(v.text.replace(" ", "")) >= 17 for v in views):
        return None

    def reads(text: str) -> tuple[str, float] | None:
        value = re.sub(r"[ ]", "", text.removeprefix("E "))
        return (value, -1.0 * sum(c in "OIQ" for c in value)) if 5 <= len(value) <= 16 else None

    found = weigh_views(views, grammar(_SHORT), reads, parts=False)
    if found.value is None:
        return None
    bare = re.sub(r"[^A-Z0-9]", "", found.value)
    top = max(shares, key=lambda d: shares[d]) if shares else ""
    if not top or rules.check_digit(bare) != top or found.chance < 0.9 or found.agree < found.readers:
        return blank("check_digit" if top else "no_check_digit", found.value, *(v for v, _ in found.rivals))
    return Judged(found.value, min(0.95, found.chance), tuple(v for v, _ in found.rivals), None)
