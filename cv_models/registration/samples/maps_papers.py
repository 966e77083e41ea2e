"""Other printed things, drawn loosely and fast: backs, letters, tables, forms with cells and codes, cards, screens, keyboards."""

from __future__ import annotations

import random

from cv_models.registration.layout import FOLDS, SHEET_HEIGHT, SHEET_WIDTH
from cv_models.registration.samples.maps_forms import Ink, Pen, Pixels, ground, inks, words

KINDS = (
    "letter",
    "letter",
    "table",
    "form",
    "form",
    "form",
    "card",
    "screen",
    "keyboard",
    "receipt",
    "plain",
    "picture",
)


def back(rng: random.Random) -> Pixels:
    """The back of a registration document: columns of small explanations."""
    colours = inks(rng)
    pen = Pen(
        rng, SHEET_WIDTH, SHEET_HEIGHT, ground(rng, SHEET_WIDTH, SHEET_HEIGHT, colours.ground, rng.uniform(0, 1.0))
    )
    for x0, x1 in ((2.5, FOLDS[0]), (FOLDS[0] + 2, FOLDS[1]), (FOLDS[1] + 2, SHEET_WIDTH)):
        if rng.random() < 0.15:
            continue
        y, size = rng.uniform(3, 12), rng.uniform(0.7, 1.3)
        while y < SHEET_HEIGHT - 4 - rng.uniform(0, 20):
            pen.text(x0, y, words(rng, rng.randrange(4, 9)), size, colours.form, room=x1 - x0 - 3)
            y += size * rng.uniform(1.7, 2.2) + (2.0 if rng.random() < 0.1 else 0.0)
    return pen.pixels()


def other(rng: random.Random) -> Pixels:
    """A printed thing that is no registration document."""
    kind = rng.choice(KINDS)
    colours = inks(rng)
    if kind in ("letter", "table", "receipt", "plain", "picture"):
        colours = Ink((rng.randrange(215, 255),) * 3, (rng.randrange(10, 120),) * 3, (rng.randrange(10, 120),) * 3)
        width, height = (
            (rng.uniform(60, 85), rng.uniform(90, 220))
            if kind == "receipt"
            else rng.choice(((210, 297), (148, 210), (210, 148), (210, 105), (297, 210)))
        )
        pen = Pen(rng, width, height, ground(rng, width, height, colours.ground, rng.uniform(0, 0.2)))
        if kind in ("letter", "receipt"):
            _letter(pen, rng, colours, width, height)
        elif kind == "table":
            _table(pen, rng, colours, width, height)
        elif kind == "picture":
            for _ in range(rng.randrange(2, 9)):
                x, y = rng.uniform(0, width), rng.uniform(0, height)
                pen.box(
                    x,
                    y,
                    x + rng.uniform(5, 90),
                    y + rng.uniform(5, 90),
                    (rng.randrange(256), rng.randrange(256), rng.randrange(256)),
                    fill=True,
                )
            _letter(pen, rng, colours, width, height * 0.5)
        return pen.pixels()
    if kind == "form":
        width, height = rng.choice(
            ((210, 297), (105, 148), (148, 105), (210, 105), (210, 148), (105, 210), (297, 210), (148, 210))
        )
        pen = Pen(rng, width, height, ground(rng, width, height, colours.ground, rng.uniform(0, 1.2)))
        _form(pen, rng, colours, width, height)
    elif kind == "card":
        width, height = rng.choice(((85.6, 54), (54, 85.6), (105, 74)))
        tint = (rng.randrange(120, 250), rng.randrange(120, 250), rng.randrange(120, 250))
        pen = Pen(rng, width, height, ground(rng, width, height, tint, rng.uniform(0.3, 1.5)))
        pen.box(4, 14, 24, 42, (rng.randrange(90, 190),) * 3, fill=True)
        for row in range(rng.randrange(4, 9)):
            pen.text(30, 8 + row * 5, words(rng, 2), rng.uniform(1.2, 2.2), colours.data, data=True)
    elif kind == "screen":
        width, height = rng.uniform(140, 330), rng.uniform(100, 200)
        dark = rng.random() < 0.5
        pen = Pen(
            rng,
            width,
            height,
            ground(rng, width, height, (rng.randrange(15, 60),) * 3 if dark else (rng.randrange(225, 255),) * 3, 0.05),
        )
        ink = Ink((0, 0, 0), (200, 200, 200) if dark else (60, 60, 60), (230, 230, 230) if dark else (20, 20, 20))
        for x in range(0, int(width), 70):
            _letter(pen, rng, ink, x + 70, height)
    else:
        width, height = rng.uniform(200, 330), rng.uniform(90, 140)
        pen = Pen(rng, width, height, ground(rng, width, height, (rng.randrange(15, 200),) * 3, 0.1))
        key = rng.uniform(13, 19)
        tone = (rng.randrange(10, 240),) * 3
        for row in range(int(height / key)):
            x = rng.uniform(0, 6)
            while x < width - key:
                wide = key * rng.choice((1, 1, 1, 1, 1.5))
                pen.box(x, row * key + 1, x + wide - 2, row * key + key - 1, tone, fill=True, round_by=1.5)
                pen.text(x + 3, row * key + 5, rng.choice("QWERTZUIOPASDFGHJKL123456"), 3, (255 - tone[0],) * 3)
                x += wide
    return pen.pixels()


def _letter(pen: Pen, rng: random.Random, colours: Ink, width: float, height: float) -> None:
    left, y, size = rng.uniform(3, 25), rng.uniform(5, 40), rng.uniform(1.4, 2.6)
    while y < height - 8:
        if rng.random() < 0.12:
            y += size * 3
        elif rng.random() < 0.1:
            pen.text(left, y, words(rng, 2), size * 1.6, colours.data)
        else:
            pen.text(
                left,
                y,
                words(rng, max(2, int((width - 2 * left) / size / 9 * rng.uniform(0.5, 1.1)))),
                size,
                colours.data,
                room=width - left - 4,
            )
        y += size * rng.uniform(1.9, 2.3)


def _table(pen: Pen, rng: random.Random, colours: Ink, width: float, height: float) -> None:
    columns = sorted(rng.uniform(8, width - 12) for _ in range(rng.randrange(2, 8)))
    y, pitch, size = rng.uniform(10, 50), rng.uniform(3.6, 9), rng.uniform(1.4, 2.6)
    while y < height - 8:
        for x in columns:
            if rng.random() < 0.8:
                pen.text(
                    x,
                    y,
                    rng.choice(
                        (words(rng, 1), f"{rng.randrange(99999)}", f"{rng.randrange(999)},{rng.randrange(99):02d}")
                    ),
                    size,
                    colours.data,
                    data=True,
                )
        if rng.random() < 0.8:
            pen.line(6, y + pitch / 2, width - 6, y + pitch / 2, 0.2, colours.form)
        y += pitch


def _form(pen: Pen, rng: random.Random, colours: Ink, width: float, height: float) -> None:
    """Cells with codes and data in an arrangement of its own (other countries' documents, part II, certificates)."""
    pitch, size, columns = rng.uniform(3.8, 9), rng.uniform(1.6, 2.6), rng.choice((1, 1, 2, 2, 3))
    y = rng.uniform(8, height * 0.45)
    for row in range(rng.randrange(1, 5)):
        pen.text(
            rng.uniform(3, width * 0.4), 4 + row * 4, words(rng, rng.randrange(2, 5)), rng.uniform(1.2, 3), colours.form
        )
    ruled, coded = rng.random() < 0.7, rng.random() < 0.8
    while y < height - 6:
        for column in range(columns):
            x, room = 3 + column * width / columns, width / columns - 4
            for _ in range(rng.choice((1, 1, 2))):
                if coded:
                    pen.text(
                        x,
                        y,
                        rng.choice(("A", "B", "C.1.1", "D.1", "E", "F.1", "G", "K", "P.1", "7.1", "22", "(5)", "12")),
                        1.3,
                        colours.form,
                    )
                if rng.random() < 0.75:
                    pen.text(
                        x + rng.uniform(5, 9),
                        y,
                        rng.choice((words(rng, 1).upper(), f"{rng.randrange(10 ** rng.randrange(1, 9))}")),
                        size,
                        colours.data,
                        data=True,
                        room=room,
                    )
                x += room * rng.uniform(0.4, 0.6)
        if ruled:
            pen.line(2, y + pitch / 2, width - 2, y + pitch / 2, 0.2, colours.form)
        y += pitch if rng.random() < 0.9 else pitch * 2.5
