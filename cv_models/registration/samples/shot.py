"""One exposure of a sample photo: where the camera stands, how the paper lies, what the light and the phone do."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Shot:
    """One exposure. Angles in degrees, light as factors, blur in pixels of a 2000-pixel photo.

    Attributes:
        size: longest side of the camera's picture; messenger and screenshot make it smaller.
        folds: how far the paper opens at the two folds; `bend` curls each panel, `twist` lifts two corners (mm).
        panels: which panels lie open (from, to): the others are folded behind.
        lens: barrel (negative) or pincushion; `aberration` how far red and blue part; `vignette` how dark the corners are.
        focus_tilt: defocus grows by this across the picture; `rolling` is motion that changes from row to row.
        denoise: smear of a night picture, 0 to 1; `halo` sharpening; `hdr` local contrast.
        cast: factors on red, green and blue.
        flash: hot spot of the phone's light; `glare` of a lamp; `sleeve` reflections of a plastic sleeve.
        hand_shadow: of the hand that holds the phone.
        thumbs: fingers on the rim.
        messenger: long side after a messenger's re-compression, 0 for none.
        screenshot: the photo seen in a phone's gallery, with bars.
        second: another document partly under this one.
        scan: the lid of a scanner is behind the sheet, no table.
    """

    size: int
    portrait: bool
    turn: float
    pitch: float
    yaw: float
    fill: float
    folds: tuple[float, float]
    bend: float
    clutter: int
    exposure: float
    warmth: float
    gradient: float
    shadow: float
    defocus: float
    motion: float
    noise: float
    glare: float
    thumb: bool
    quality: int
    panels: tuple[int, int] = (0, 3)
    twist: float = 0.0
    lens: float = 0.0
    aberration: float = 0.0
    vignette: float = 0.3
    focus_tilt: float = 0.0
    rolling: float = 0.0
    denoise: float = 0.0
    halo: float = 0.5
    hdr: float = 0.0
    cast: tuple[float, float, float] = (1.0, 1.0, 1.0)
    flash: float = 0.0
    hand_shadow: float = 0.0
    thumbs: int = 1
    sleeve: float = 0.0
    messenger: int = 0
    screenshot: bool = False
    second: bool = False
    scan: bool = False

    @staticmethod
    def draw(rng: random.Random, tier: str, size: int) -> Shot:
        """An exposure by chance for the tier `clean` (scan-like), `phone` (ordinary) or `hard` (a patient human reads it)."""
        return {"clean": _clean, "phone": _phone, "hard": _hard}[tier](rng, size)


def _clean(rng: random.Random, size: int) -> Shot:
    u = rng.uniform
    return Shot(
        size=size,
        portrait=False,
        turn=rng.choice([0, 0, 0, 180]) + u(-1.5, 1.5),
        pitch=u(-2, 2),
        yaw=u(-2, 2),
        fill=u(0.88, 0.97),
        folds=(u(-1, 1), u(-1, 1)),
        bend=u(0, 0.0006),
        clutter=0,
        exposure=u(0.92, 1.06),
        warmth=u(-0.03, 0.03),
        gradient=u(0, 0.08),
        shadow=0.0,
        defocus=u(0, 0.3),
        motion=0.0,
        noise=u(0.002, 0.007),
        glare=0.0,
        thumb=False,
        quality=rng.randrange(85, 96),
        vignette=u(0, 0.1),
        lens=u(-0.004, 0.004),
        halo=u(0.0, 1.0),
        scan=rng.random() < 0.6,
    )


def _phone(rng: random.Random, size: int) -> Shot:
    u = rng.uniform

    def perhaps(share: float) -> bool:
        return rng.random() < share

    turn = rng.choices([0, 90, 180, 270], [6, 2, 1, 2])[0]
    shot = Shot(
        size=size,
        portrait=turn in (90, 270) or perhaps(0.25),
        turn=turn + u(-9, 9),
        pitch=u(-16, 16),
        yaw=u(-16, 16),
        fill=u(0.66, 0.93),
        folds=(u(-9, 9), u(-9, 9)),
        bend=u(0, 0.002),
        clutter=rng.randrange(0, 5),
        exposure=u(0.72, 1.1),
        warmth=u(-0.06, 0.10),
        gradient=u(0, 0.3),
        shadow=u(0, 0.35) if perhaps(0.4) else 0.0,
        defocus=u(0.2, 0.9),
        motion=u(0, 1.2) if perhaps(0.3) else 0.0,
        noise=u(0.005, 0.016),
        glare=u(0.2, 0.5) if perhaps(0.15) else 0.0,
        thumb=perhaps(0.25),
        quality=rng.randrange(72, 94),
        panels=rng.choices([(0, 3), (0, 2), (1, 3), (0, 1), (1, 2)], [30, 2, 1, 0.5, 0.7])[0],
        twist=u(-4, 4),
        lens=u(-0.03, 0.015),
        aberration=u(0, 0.0008),
        vignette=u(0.1, 0.45),
        focus_tilt=u(0, 0.6) if perhaps(0.3) else 0.0,
        denoise=u(0, 0.4) if perhaps(0.5) else 0.0,
        halo=u(0.2, 1.3),
        hdr=u(0.1, 0.5) if perhaps(0.3) else 0.0,
        cast=_cast(rng, 0.3),
        flash=u(0.1, 0.3) if perhaps(0.06) else 0.0,
        hand_shadow=u(0.1, 0.35) if perhaps(0.3) else 0.0,
        thumbs=rng.choice([1, 1, 2]),
        sleeve=u(0.2, 0.5) if perhaps(0.08) else 0.0,
        screenshot=perhaps(0.03),
        second=perhaps(0.06),
    )
    return replace(shot, messenger=rng.choice([1600, 2048]), quality=rng.randrange(62, 80)) if perhaps(0.15) else shot


def _hard(rng: random.Random, size: int) -> Shot:
    u = rng.uniform

    def perhaps(share: float) -> bool:
        return rng.random() < share

    turn = rng.choice([0, 90, 180, 270])
    dark = perhaps(0.35)
    shot = Shot(
        size=size,
        portrait=turn in (90, 270) or perhaps(0.3),
        turn=turn + u(-24, 24),
        pitch=u(-30, 30),
        yaw=u(-28, 28),
        fill=u(0.6, 0.92),
        folds=(u(-18, 18), u(-18, 18)),
        bend=u(0, 0.0045),
        clutter=rng.randrange(0, 7),
        exposure=u(0.36, 0.6) if dark else u(0.55, 1.15),
        warmth=u(-0.1, 0.22),
        gradient=u(0.1, 0.55),
        shadow=u(0.2, 0.6) if perhaps(0.5) else 0.0,
        defocus=u(0.4, 1.4),
        motion=u(0.5, 3.0) if perhaps(0.35) else 0.0,
        noise=u(0.02, 0.045) if dark else u(0.008, 0.025),
        glare=u(0.3, 0.9) if perhaps(0.3) else 0.0,
        thumb=perhaps(0.4),
        quality=rng.randrange(50, 86),
        panels=rng.choices([(0, 3), (0, 2), (1, 3), (0, 1), (1, 2)], [16, 2, 1, 0.4, 0.6])[0],
        twist=u(-10, 10),
        lens=u(-0.06, 0.02),
        aberration=u(0, 0.0016),
        vignette=u(0.2, 0.6),
        focus_tilt=u(0, 1.6) if perhaps(0.35) else 0.0,
        rolling=u(0.5, 3.0) if perhaps(0.2) else 0.0,
        denoise=u(0.3, 1.0) if dark or perhaps(0.25) else 0.0,
        halo=u(0.2, 2.2),
        hdr=u(0.2, 0.8) if perhaps(0.3) else 0.0,
        cast=_cast(rng, 0.8),
        flash=u(0.2, 0.7) if dark and perhaps(0.4) else 0.0,
        hand_shadow=u(0.2, 0.55) if perhaps(0.45) else 0.0,
        thumbs=rng.choice([1, 2, 2]),
        sleeve=u(0.3, 1.0) if perhaps(0.15) else 0.0,
        screenshot=perhaps(0.07),
        second=perhaps(0.15),
    )
    return replace(shot, messenger=1600, quality=rng.randrange(48, 76)) if perhaps(0.25) else shot


def _cast(rng: random.Random, share: float) -> tuple[float, float, float]:
    if rng.random() > share:
        return (1.0, 1.0, 1.0)
    base = rng.choice(
        [(1.12, 0.97, 0.74), (0.95, 1.06, 0.90), (0.92, 0.98, 1.10), (1.05, 0.94, 1.03), (1.08, 1.0, 0.86)]
    )
    amount = rng.uniform(0.2, 1.0)
    return (1 + (base[0] - 1) * amount, 1 + (base[1] - 1) * amount, 1 + (base[2] - 1) * amount)
