"""From what was seen in a cell to the value of a field: grammar, habits of writing, both readers; blank rather than wrong."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from cv_models.registration import calibration, rules
from cv_models.registration.evidence import NOTHING, Evidence, Reads, View, weigh_views
from cv_models.registration.fields import FIELDS
from cv_models.registration.judged import Judged, Look, blank, is_dash, row_scores
from cv_models.registration.plates import judge_plate
from cv_models.registration.prose import PROSE, Prose

__all__ = ["Judged", "Look", "gather", "judge_looks"]

_OTHER: Final = Prose(PROSE["22"].letters, PROSE["22"].habit)


def judge_looks(code: str, looks: Sequence[Look]) -> Judged:
    """Understand a field from all looks at its cell together.

    Args:
        code: printed code of the field; `P.2/P.4` and `22` are fields here, `E` has `vin.judge_vin_looks`.
        looks: what each reader saw, in any order; empty when nothing was seen.

    Returns:
        The value with its calibrated confidence, or a blank with its reason and what was seen.
    """
    views = _views(looks)
    if not views:
        return blank("not_seen")
    seen = tuple(dict.fromkeys(v.text for row in views.values() for v in row if v.text))
    if all(is_dash(v.text) for row in views.values() for v in row):
        return blank("dash")
    found = gather(code, views)
    if found.value is None:
        return blank("implausible" if seen else "not_seen", *seen)
    others = tuple(v for v, share in found.rivals if share > 1e-3 and v != "-")
    if found.value == "-":
        return blank("dash" if found.chance > 0.5 else "uncertain", *others)
    chance = calibration.calibrate(code, found)
    if chance < calibration.least(code):
        why = "implausible" if found.fit < -8.0 else "umlaut" if _dots(found) else "uncertain"
        return blank(why, found.value, *others, *seen)
    reason: str | None = None
    if code == "A" and not _known_district(found.value):
        reason = "unknown_district"
    elif _dots(found):
        reason = "umlaut"
    return Judged(found.value, chance, others[:4], reason)


def gather(code: str, views: dict[int, list[View]]) -> Evidence:
    """The evidence for a field from the views of each of its printed lines."""
    if code == "A":
        return judge_plate(views[min(views)])
    field = FIELDS.get(code)
    if field is not None:
        return weigh_views(views[min(views)], field.rule, field.value)
    prose = PROSE.get("22" if code == "22b" else code, _OTHER)
    rows = [_line(prose, views[row]) for row in sorted(views)]
    rows = [row for row in rows if row.value is not None and row.value != "-"] or rows[:1]
    found = rows[0] if len(rows) == 1 else _joined(rows)
    if code in _CODE_TAIL:
        found = _without_code(_CODE_TAIL[code], found)
    if code == "C.1.3" and found.value is not None and not _whole_address(found.value):
        found = replace(found, chance=found.chance * 0.5)
    return found


# What is left of the cell's printed code when a crop begins in the middle of it, before a letter.
_CODE_TAIL: Final = {
    "D.1": re.compile(r"(?:[D0O]?[.,] ?|[D0O])?1[ .]?(?=[^\W\d_]{2})"),
    "D.3": re.compile(r"(?:[D0O]?[.,] ?|[D0O])?3[ .]?(?=[^\W\d_]\w)"),
}


def _without_code(tail: re.Pattern[str], found: Evidence) -> Evidence:
    """A rest of the cell's code makes no other value where the value without it was seen too."""
    shares = dict(found.rivals)
    if found.value is not None:
        bare = tail.sub("", found.value, count=1)
        if bare != found.value and shares.get(bare, 0.0) > 0.1:
            shares[found.value] = found.chance
            found = replace(found, value=bare, text=bare, chance=shares.pop(bare))
    same = sum(
        share for value, share in shares.items() if tail.match(value) and tail.sub("", value, count=1) == found.value
    )
    rivals = tuple((v, s) for v, s in shares.items() if not (tail.match(v) and tail.sub("", v, count=1) == found.value))
    return replace(found, chance=min(1.0, found.chance + same), rivals=rivals)


def _whole_address(text: str) -> bool:
    """Whether a postal code with its town and something else stand there: a line that was not seen makes an address wrong."""
    town = re.search(r"(?:^|[\n ,])(?:D[- ])?\d{5} ?[^\W\d_][^\n,]*", text)
    return town is not None and len(text) - len(town[0]) >= 3


def _line(prose: Prose, views: Sequence[View]) -> Evidence:
    reads: Reads = prose.value
    extra = prose.near([v.text for v in views])
    if prose.spaced:
        parted = [text for view in views if (text := by_gaps(view)) is not None]
        extra += [text for text in parted if text not in extra]

        def spaced(text: str) -> tuple[str, float] | None:
            found = prose.value(text)
            share = sum(text == other for other in parted) / len(views)
            return (found[0], found[1] + 2.5 * share) if found is not None else None

        reads = spaced
    found = weigh_views(views, prose.rule, reads, extra=extra, parts=False, beam=prose.beam)
    if prose.spaced or found.value is None or not found.rivals:
        return found
    # Spaces make no other value here.
    bare = found.value.replace(" ", "")
    same = sum(share for value, share in found.rivals if value.replace(" ", "") == bare)
    rivals = tuple((v, s) for v, s in found.rivals if v.replace(" ", "") != bare)
    return replace(found, chance=min(1.0, found.chance + same), rivals=rivals)


def by_gaps(view: View) -> str | None:
    """The text with spaces added where the print has wide gaps: readers drop them. None when there is none to add."""
    chars = view.scores.characters()
    bare = [c for c in chars if c[0] != " "]
    gaps = [b[2] - a[2] for a, b in itertools.pairwise(bare)]
    if len(gaps) < 3:
        return None
    wide = 1.62 * sorted(gaps)[len(gaps) // 2]
    out = bare[0][0]
    for before, after in itertools.pairwise(chars):
        if after[0] != " ":
            out += " " if before[0] == " " or after[2] - before[2] > wide else ""
            out += after[0]
    return out if out != view.text else None


def _joined(rows: Sequence[Evidence]) -> Evidence:
    if any(row.value is None for row in rows):
        rows = [row for row in rows if row.value is not None]
        if not rows:
            return NOTHING
    chance = 1.0
    for row in rows:
        chance *= row.chance
    values = [row.value or "" for row in rows]
    rivals = []
    for index, row in enumerate(rows):
        for value, share in row.rivals[:2]:
            rivals.append(("\n".join([*values[:index], value, *values[index + 1 :]]), share))
    return Evidence(
        "\n".join(values),
        "\n".join(row.text for row in rows),
        chance,
        tuple(sorted(rivals, key=lambda r: -r[1])[:4]),
        min(row.fit for row in rows),
        min(row.weakest for row in rows),
        min(row.readers for row in rows),
        min(row.agree for row in rows),
        sum(row.prior for row in rows),
        min(row.close for row in rows),
    )


def _views(looks: Sequence[Look]) -> dict[int, list[View]]:
    """The lines seen, by their place in the cell; lines without a character are left out."""
    out: dict[int, list[View]] = {}
    for look in looks:
        for row, pieces in look.cell.rows.items():
            if pieces:
                view = View.of(look.reader, row_scores(pieces))
                if view.text:
                    out.setdefault(row, []).append(view)
    return out


_UNDOTTED: Final = str.maketrans("ÄÖÜäöü", "AOUaou")


def _dots(found: Evidence) -> bool:
    """Whether the likeliest rival, one that counts, differs in the dots of umlauts alone."""
    if not found.rivals or found.rivals[0][1] < 0.02 or found.value is None:
        return False
    return found.rivals[0][0].translate(_UNDOTTED) == found.value.translate(_UNDOTTED)


def _known_district(plate: str) -> bool:
    return plate.split("-", maxsplit=1)[0] in rules.plate_districts()
