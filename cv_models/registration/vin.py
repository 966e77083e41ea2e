"""The vehicle identification number: read, checked with field 3, repaired only where the evidence leaves no choice."""

from __future__ import annotations

from cv_models.registration import rules
from cv_models.registration.ocr import ALPHABET, Scores
from cv_models.registration.understand import DIGITS, VIN_LETTERS, Judged

_PRIOR = 0.02


def judge_vin(views: list[Scores], digits: list[tuple[str, float]]) -> Judged:
    """Choose the VIN from several looks at its cell.

    Args:
        views: what the recogniser saw, first look first.
        digits: readings of field 3 with their confidence; empty when it was not seen or is "-".
    """
    looks: list[tuple[str, list[tuple[str, float, int]], Scores]] = []
    for scores in views:
        chars = list(scores.characters(VIN_LETTERS))
        if len(chars) == 18 and chars[0][0] == "E":
            chars = chars[1:]
        elif (
            len(chars) == 18
            and chars[-1][0] in "38"
            and chars[-1][2] - chars[-2][2] > 1.3 * (chars[-2][2] - chars[0][2]) / 16
        ):
            chars = chars[:-1]
        if len(chars) == 17:
            # The serial number ends in four digits on every vehicle.
            chars = [
                (*scores.at(step, DIGITS), step) if place > 12 and not char.isdecimal() else (char, value, step)
                for place, (char, value, step) in enumerate(chars)
            ]
            filler = [c for c, _, _ in chars[3:6]]
            if "Z" in filler and set(filler) <= set("Z27"):
                # Several makers fill these places with ZZZ, which this print makes look like 2 or 7.
                chars[3:6] = [("Z", value, step) for _, value, step in chars[3:6]]
        looks.append(("".join(c for c, _, _ in chars), chars, scores))
    seen = tuple(dict.fromkeys(text for text, _, _ in looks if len(text) >= 8))
    if not seen:
        return Judged(None, 0.0, (), "not_seen")
    whole = [look for look in looks if len(look[0]) == 17]
    if not whole:
        return Judged(None, 0.0, seen[:3], "implausible")
    printed = max(digits, key=lambda d: d[1])[0] if digits else ""
    agreeing = {text: sum(1 for t, _, _ in whole if t == text) for text, _, _ in whole}
    if printed:
        right = [text for text in agreeing if rules.check_digit(text) == printed]
        if right:
            best = max(right, key=lambda t: (agreeing[t], _weakest(whole, t)))
            weakest = _weakest(whole, best)
            if _tail_ok(best) and (weakest > 0.3 or agreeing[best] > 1):
                return Judged(best, min(0.995, 0.9 + 0.1 * weakest), tuple(t for t in seen if t != best))
            return Judged(None, 0.0, seen[:3], "uncertain")
        repaired = _repair(whole[0], printed)
        if repaired is not None:
            return Judged(repaired, 0.8, seen[:3], "repaired")
        return Judged(None, 0.0, seen[:3], "check_digit")
    best = max(agreeing, key=lambda t: (agreeing[t], _weakest(whole, t)))
    weakest = _weakest(whole, best)
    agreeing_looks = agreeing[best]
    if _tail_ok(best) and weakest > 0.95 and len(agreeing) == 1 and agreeing_looks >= 2:
        return Judged(best, 0.85, (), "no_check_digit")
    return Judged(None, 0.0, seen[:3], "no_check_digit")


def _tail_ok(vin: str) -> bool:
    return vin[-4:].isdecimal()


def _weakest(looks: list[tuple[str, list[tuple[str, float, int]], Scores]], text: str) -> float:
    return max((min(p for _, p, _ in chars) for t, chars, _ in looks if t == text), default=0.0)


def _repair(look: tuple[str, list[tuple[str, float, int]], Scores], printed: str) -> str | None:
    """The one likely VIN with the printed check digit near the reading, or None when several are about as likely."""
    text, chars, scores = look
    if sum(1 for _, value, _ in chars if value < 0.75) > 1:
        return None
    rivals: list[tuple[int, str, float]] = []
    for place, (char, value, step) in enumerate(chars):
        row = scores.steps[step]
        known = rules.CONFUSIONS.get(char, "")
        for letter in VIN_LETTERS:
            if letter == char or (place >= 13 and not letter.isdecimal()):
                continue
            p = float(row[ALPHABET.index(letter)])
            if p < 0.01 and value > 0.6:
                continue
            likelihood = (p + (_PRIOR * (1 - value) if letter in known else 0.0)) / max(value, 1e-6)
            if likelihood > 1e-4:
                rivals.append((place, letter, likelihood))
    options: dict[str, float] = {}
    for place, letter, likelihood in rivals:
        candidate = text[:place] + letter + text[place + 1 :]
        if _tail_ok(candidate) and rules.check_digit(candidate) == printed:
            options[candidate] = max(options.get(candidate, 0.0), likelihood)
    ranked = sorted(options.items(), key=lambda o: -o[1])
    if not ranked or ranked[0][1] < 0.02:
        return None
    if len(ranked) > 1 and ranked[1][1] > ranked[0][1] * 0.12:
        return None
    return ranked[0][0]
