"""The same vehicle never stands on two sides, however the stock of cases grows."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from workbench.cases.learning.vehicles import SPLITS, alike, fingerprint, groups_of, side_by_chance, sides_of

PHOTOS = Path(__file__).parents[2] / "workbench" / "demo" / "photos"
MARKS = st.lists(st.sampled_from([f"vin:{n}" for n in range(9)] + [f"plate:{n}" for n in range(9)]), max_size=3)


@settings(deadline=None)
@given(
    st.lists(MARKS, min_size=1, max_size=14),
    st.lists(st.tuples(st.integers(0, 13), st.sampled_from("abcd")), max_size=4),
)
def test_a_growing_stock_keeps_its_sides(cases: list[list[str]], found_out: list[tuple[int, str]]) -> None:
    """Cases come one by one, and an export follows each; marks that were found out later merge vehicles."""
    recorded: dict[str, set[str]] = {}
    known: list[tuple[str, list[str]]] = []
    before: dict[str, str] = {}
    steps = [(f"case{number}", list(marks)) for number, marks in enumerate(cases)]
    for case_id, marks in [*steps, *((f"case{number}", [f"vin:{mark}"]) for number, mark in found_out)]:
        known = [(one, [*old, *marks] if one == case_id else old) for one, old in known]
        if case_id not in {one for one, _ in known}:
            known.append((case_id, marks))
        groups = groups_of(known)
        sides = sides_of(groups, [one for one, _ in known], recorded)
        again = sides_of(groups, [one for one, _ in known], recorded)
        assert (again.side, again.vehicle) == (sides.side, sides.vehicle)
        changed = {vehicle.vehicle for vehicle in sides.merged}
        for one, group in groups.items():
            assert len({sides.side[other] for other, same in groups.items() if same == group}) == 1
            if one in before and sides.side[one] != before[one]:
                # Only vehicles that turned out to be one change, and only towards training.
                assert sides.vehicle[one] in changed
                assert SPLITS.index(sides.side[one]) < SPLITS.index(before[one])
            recorded.setdefault(one, set()).add(sides.side[one])
        before = dict(sides.side)


def test_training_wins_and_it_is_said() -> None:
    groups = groups_of([("old", ["vin:a"]), ("new", ["vin:a"]), ("other", ["vin:b"])])
    sides = sides_of(groups, ["old", "new", "other"], {"old": {"test"}, "new": {"train"}, "other": {"val"}})
    assert (sides.side["old"], sides.side["new"], sides.side["other"]) == ("train", "train", "val")
    assert [(one.sides, one.side) for one in sides.merged] == [(("train", "test"), "train")]


def test_shares() -> None:
    sides = [side_by_chance(f"case-{number}", "regions") for number in range(3000)]
    assert 0.77 < sides.count("train") / 3000 < 0.83
    assert 0.08 < sides.count("val") / 3000 < 0.12
    assert {*sides} == {*SPLITS}
    # Data sets for different readers are split independently.
    assert sides != [side_by_chance(f"case-{number}", "lines") for number in range(3000)]


def test_a_photo_is_known_again_and_no_other_is_taken_for_it() -> None:
    paths = sorted(PHOTOS.glob("*/0[1-9]*.jpg"))
    prints = {}
    for path in paths:
        with Image.open(path) as image:
            image.thumbnail((320, 320))
            found = fingerprint(np.asarray(image.convert("RGB")))
        if found is not None:
            prints[str(path)] = found
    assert len(prints) > 35
    assert alike(prints) == []
    some = [path for path in paths if str(path) in prints][::6]
    for path in some:
        out = io.BytesIO()
        with Image.open(path) as image:
            image.resize((700, 500)).save(out, "JPEG", quality=35)
        with Image.open(out) as sent:
            again = fingerprint(np.asarray(sent.convert("RGB")))
        assert again is not None
        pairs = alike({**prints, "sent": again})
        assert pairs == [(str(path), "sent")]
    assert fingerprint(np.full((200, 300, 3), 90, np.uint8)) is None
