"""Shut lines of the body panels as scalar fields over 3D points (positive = inside)."""
from __future__ import annotations

import numpy as np

from .faces import Face, inter, union
from .surface import Spline, smin, sstep


class Lines(Face):
    """Shut lines as scalar fields over 3D points (positive = inside)."""

    def __init__(self, body):
        self.b, self.p, self.L = body, body.p, body.p.lift
        self.yb = Spline([(-0.8, 0.56), (-0.5, 0.665), (-0.1, 0.725), (0.3, 0.75), (0.8, 0.765)])
        L = self.L
        self.yt = Spline([(0.6 + L, 0.60), (0.72 + L, 0.585), (0.85 + L, 0.57), (0.97 + L, 0.60), (1.2 + L, 0.70)])

    def side(self, s):
        return lambda p: s * p[:, 1] - 0.25

    def arch(self, i, off=0.0):
        xc = (0, self.p.wheelbase)[i]
        return lambda p: np.hypot(p[:, 0] - xc, p[:, 2] - self.b.wheel_z) - self.b.arch_r - off

    def door_front(self, p):
        return p[:, 0] - (0.575 - 0.05 * (p[:, 2] - 0.6 - self.L))

    def bpillar(self, p):
        return p[:, 0] - (1.585 + 0.06 * (p[:, 2] - 0.6 - self.L))

    def door_rear(self, p):
        x, z = p[:, 0], p[:, 2]
        r = np.hypot(x - self.p.wheelbase, z - self.b.wheel_z) - self.b.arch_r - 0.05
        xe = self.p.wheelbase - 0.07
        return smin(xe - x + 1.0 * sstep(1.0 + self.L, 1.05 + self.L, z) * 0, r, 0.05)

    def sill(self, p):
        return p[:, 2] - 0.285 - self.L

    def door_top(self, p):
        return union(self.b.dlo(p) + 0.034, self.b.zbelt(p[:, 0]) - p[:, 2], 0.02)

    def bonnet_side(self, p):
        return self.yb(p[:, 0]) - np.abs(p[:, 1])

    def bonnet_front(self, p):
        ay = np.abs(p[:, 1])
        return p[:, 0] - (self.b.x_front + 0.125 + self.b.plan(ay) * 0.85)

    def cowl(self, p):
        return 0.335 + 0.2 * (p[:, 1] / 0.65) ** 2 - p[:, 0]

    def header(self, p):
        return self.b.ws[2] + 0.03 + 0.16 * (p[:, 1] / 0.65) ** 2 - p[:, 0]

    def screen(self, p):
        w = self.b.half_glass(p[:, 0], p[:, 2]) - 0.045 - np.abs(p[:, 1])
        return inter(inter(-self.cowl(p) - 0.035, self.header(p) - 0.012, 0.03), w, 0.05)

    def roof_side(self, p):
        return 0.535 - 0.02 * sstep(2, 3.2, p[:, 0]) - np.abs(p[:, 1])

    def roof_rear(self, p):
        return self.p.roof_end - 0.035 - 0.09 * (p[:, 1] / 0.6) ** 2 - p[:, 0]

    def tail_side(self, p):
        g = self.b.half_glass(p[:, 0], p[:, 2]) - 0.03
        zz = p[:, 2] - self.L
        w = self.yt(np.clip(p[:, 2], 0.6, 1.2 + self.L))
        w = w * (1 - sstep(0.9, 1.05, zz)) + np.minimum(g, 0.66) * sstep(0.9, 1.05, zz)
        return w - np.abs(p[:, 1])

    def rear_glass(self, p):
        w = self.b.half_glass(p[:, 0], p[:, 2]) - 0.10 - np.abs(p[:, 1])
        z = inter(p[:, 2] - 1.02 - self.L, self.p.height - 0.135 - 0.03 * (p[:, 1] / 0.6) ** 2 - p[:, 2], 0.05)
        return inter(z, w, 0.06)

    def rear_bumper_top(self, p):
        x, z = p[:, 0], p[:, 2]
        return 0.645 + self.L - 0.10 * (1 - sstep(self.p.wheelbase + 0.3, self.b.x_rear - 0.15, x)) - z

    def front_line(self, p):
        return (p[:, 0] + 0.36) * 0.555 + (p[:, 2] - 0.50 - self.L) * 0.832

    def diffuser(self, p):
        z = p[:, 2] - self.L
        return inter(0.345 + 0.03 * np.abs(p[:, 1]) - z, p[:, 0] - self.p.wheelbase - 0.42, 0.05)
