"""Car faces: lamps, grille, intakes and tail lamps as scalar fields (positive inside).

Three invented faces share one body: "a" wide lamps with a slat grille, "b" tall rounded lamps
with an upright grille, "c" slim lamps over a large lower intake.
"""

from __future__ import annotations

import numpy as np

from .surface import smax, smin


def union(a, b, k=0.02):
    """Smooth union of two inside-positive fields."""
    return smax(a, b, k)


def inter(a, b, k=0.02):
    """Smooth intersection of two inside-positive fields."""
    return smin(a, b, k)


def slab(q, lo, hi, k=0.02):
    """Inside-positive field of lo < q < hi."""
    return smin(q - lo, hi - q, k)


class Face:
    """Design lines that differ between the faces; `Lines` adds the shut lines all cars share."""

    #: centres (y, z) and radius of the lamp modules behind the headlamp glass
    MODULES = {
        "a": ((0.555, 0.632, 0.031), (0.655, 0.650, 0.036)),
        "b": ((0.600, 0.660, 0.046), (0.690, 0.675, 0.030)),
        "c": ((0.535, 0.628, 0.019), (0.600, 0.634, 0.019), (0.665, 0.641, 0.019)),
    }

    def head_arc(self, p):
        """Arc length along the front corner, metres from the middle."""
        return 0.75 * np.arctan2(np.abs(p[:, 1]), -(p[:, 0] + 0.05)) / 1.0

    def headlamp(self, p):
        """Outline of both headlamps."""
        s, z = self.head_arc(p), p[:, 2] - self.L
        if self.p.face == "b":
            return inter(
                slab(z - 0.10 * (s - 0.6), 0.588, 0.728, 0.06), slab(s + 0.10 * (z - 0.65), 0.50, 0.815, 0.08), 0.08
            )
        if self.p.face == "c":
            lo = z - (0.594 + 0.06 * np.clip(s - 0.42, 0, 1))
            hi = 0.655 + 0.10 * np.clip(s - 0.42, 0, 1) - z
            return inter(inter(lo, hi, 0.012), slab(s - 0.5 * (0.66 - z), 0.40, 0.99, 0.02), 0.03)
        lo = z - (0.572 + 0.10 * np.clip(s - 0.42, 0, 1))
        hi = 0.665 + 0.16 * np.clip(s - 0.42, 0, 1) - z
        b = inter(s - 0.425 - 0.25 * (0.66 - z), 0.92 - 1.0 * (0.74 - z) - s, 0.03)
        return inter(inter(lo, hi, 0.012), b, 0.03)

    def drl_top(self, p):
        """Positive where the daytime running light may run."""
        if self.p.face == "b":
            return p[:, 2] - self.L - 0.66
        if self.p.face == "c":
            return 0.70 + 0 * p[:, 0] - p[:, 2] + self.L
        return 0.64 + 0.1 * (self.head_arc(p) - 0.4) - p[:, 2] + self.L

    def taillamp(self, p):
        """Outline of both tail lamps."""
        x, z = p[:, 0], p[:, 2] - self.L
        xr = self.b.x_rear
        if self.p.face == "b":
            return inter(slab(z, 0.705, 0.985, 0.03), x - (xr - 0.215 - 0.25 * (z - 0.83)), 0.05)
        if self.p.face == "c":
            return inter(slab(z - 0.06 * (x - xr), 0.80, 0.888, 0.02), x - (xr - 0.47 - 0.8 * (z - 0.83)), 0.03)
        a = inter(z - 0.745 - 0.05 * (xr - x), 0.925 - z, 0.03)
        return inter(a, x - (xr - 0.36 - 0.5 * (z - 0.83)), 0.06)

    def grille(self, p):
        """Upper grille."""
        z, ay = p[:, 2] - self.L, np.abs(p[:, 1])
        if self.p.face == "b":
            return inter(slab(z, 0.415, 0.655, 0.03), 0.37 - ay - 0.55 * np.abs(z - 0.56), 0.03)
        if self.p.face == "c":
            return inter(slab(z, 0.600, 0.640, 0.01), 0.36 - ay, 0.02)
        return inter(inter(z - 0.572, 0.655 - z, 0.02), 0.455 - ay + 0.3 * (z - 0.6), 0.03)

    def intake(self, p):
        """Lower air intake."""
        z, ay = p[:, 2] - self.L, np.abs(p[:, 1])
        if self.p.face == "b":
            return inter(slab(z, 0.235, 0.325, 0.03), 0.52 + 0.2 * (z - 0.3) - ay, 0.04)
        if self.p.face == "c":
            return inter(slab(z, 0.225, 0.415, 0.03), 0.58 - 0.75 * (z - 0.22) - ay, 0.04)
        return inter(inter(z - 0.225, 0.385 - z, 0.03), 0.50 - 0.3 * (z - 0.3) - ay, 0.06)

    def pocket(self, p):
        """Fog-lamp pockets."""
        z, ay = p[:, 2] - self.L, np.abs(p[:, 1])
        if self.p.face == "b":
            return 0.062 - np.hypot(ay - 0.655, (z - 0.345) * 1.1)
        if self.p.face == "c":
            return inter(slab(z, 0.29, 0.50, 0.03), slab(ay + 0.15 * (z - 0.3), 0.675, 0.745, 0.02), 0.03)
        return inter(inter(z - 0.25, 0.44 - z, 0.03), inter(ay - 0.575 + 0.2 * (z - 0.3), 0.73 - ay, 0.02), 0.05)

    def rear_reflector(self, p):
        """Red reflectors low in the rear bumper."""
        z, ay = p[:, 2] - self.L, np.abs(p[:, 1])
        if self.p.face == "b":
            return inter(slab(z, 0.40, 0.50, 0.01), slab(ay, 0.625, 0.66, 0.01), 0.01)
        return inter(slab(z, 0.425, 0.455, 0.01), slab(ay, 0.50, 0.68, 0.01), 0.01)
