"""Parametric passenger-car body as one implicit function.

Axes: x runs to the rear (front axle at x=0), y to the right-hand side of the
car (driver's view: left is y<0), z up from the ground.  Metres.
"""

from dataclasses import dataclass, field

import numpy as np

from .surface import Spline, smax, smin, sstep

STYLES = {
    "hatchback": dict(),
    "estate": dict(rear_ext=0.30, roof_end=3.42, roof_drop=0.02, glass_lean=0.20),
    "suv": dict(lift=0.085, height=1.60, wheel_r=0.345, roof_end=3.10, rear_ext=0.02, cladding=True, width=1.84),
    "compact": dict(
        wheelbase=2.48,
        width=1.70,
        height=1.50,
        wheel_r=0.300,
        roof_end=2.90,
        rear_ext=-0.06,
        roof_drop=0.045,
        glass_lean=0.18,
    ),
}
FACES = ("a", "b", "c")  # lamp, grille and bumper variants; see faces.py


@dataclass
class BodyParams:
    """Main dimensions; every derived curve follows from these."""

    style: str = "hatchback"
    face: str = "a"
    wheelbase: float = 2.62
    width: float = 1.79
    height: float = 1.455
    wheel_r: float = 0.318
    lift: float = 0.0
    rear_ext: float = 0.0
    roof_end: float = 3.06
    roof_drop: float = 0.055
    glass_lean: float = 0.26
    cladding: bool = False
    extra: dict = field(default_factory=dict)

    @classmethod
    def of(cls, style: str, face: str = "a") -> "BodyParams":
        """Parameters of a named style (`STYLES`) with one of the `FACES`."""
        return cls(style=style, face=face, **STYLES[style])


class Body:
    """Callable signed function of the closed body plus its design curves."""

    def __init__(self, prm):
        self.p = prm
        L, H = prm.lift, prm.height
        wb, rx = prm.wheelbase, prm.rear_ext
        self.hw = prm.width / 2
        self.x_front, self.x_rear = -0.845, wb + 0.74 + rx
        self.arch_r = prm.wheel_r + 0.042
        self.wheel_z = prm.wheel_r - 0.006
        self.zt = Spline(
            [
                (-0.86, 0.62 + L),
                (-0.72, 0.705 + L),
                (-0.45, 0.795 + L),
                (-0.1, 0.868 + L),
                (0.3, 0.932 + L),
                (0.62, 0.972 + L),
                (1.3, 1.0 + L),
                (2.4, 1.03 + L),
                (self.x_rear, 1.03 + L),
            ]
        )
        self.prof = Spline(
            [
                (0.1 + L, 0.10),
                (0.2 + L, 0.035),
                (0.32 + L, 0.004),
                (0.45 + L, 0.0),
                (0.56 + L, 0.014),
                (0.66 + L, 0.05),
                (0.74 + L, 0.105),
                (0.85 + L, 0.22),
            ]
        )
        self.plan = Spline(
            [(0, 0), (0.25, 0.009), (0.45, 0.036), (0.6, 0.085), (0.72, 0.155), (0.82, 0.25), (0.92, 0.40)]
        )
        self.rplan = Spline(
            [(0, 0), (0.3, 0.010), (0.5, 0.034), (0.65, 0.082), (0.78, 0.16), (0.86, 0.25), (0.95, 0.40)]
        )
        self.rprof = Spline(
            [
                (0.15 + L, 0.085),
                (0.28 + L, 0.03),
                (0.42 + L, 0.0),
                (0.58 + L, 0.006),
                (0.68 + L, 0.03),
                (0.8 + L, 0.045),
                (1.0 + L, 0.085),
                (1.2 + L, 0.2),
            ]
        )
        self.sect = Spline(
            [
                (0.12 + L, -0.045),
                (0.22 + L, -0.022),
                (0.36 + L, -0.006),
                (0.55 + L, 0.0),
                (0.72 + L, -0.006),
                (0.85 + L, -0.022),
                (0.95 + L, -0.05),
                (1.1 + L, -0.11),
            ]
        )
        self.taper = Spline(
            [
                (-0.9, -0.075),
                (-0.5, -0.035),
                (0, -0.010),
                (0.6, 0),
                (1.6, 0.0),
                (wb, -0.008),
                (wb + 0.4, -0.03),
                (wb + 0.8, -0.075),
            ]
        )
        rt, re, rd = H - 0.004, prm.roof_end, prm.roof_drop
        self.zr = Spline(
            [
                (0.9, rt - 0.10),
                (1.3, rt - 0.030),
                (1.75, rt),
                (2.3, rt - 0.012),
                (re, rt - rd - 0.012),
                (re + 0.3, rt - rd - 0.06),
            ]
        )
        self.ws = (0.40, 0.935 + L, 1.235, H - 0.055)  # windscreen line x0,z0,x1,z1
        self.zbelt = lambda x: 0.945 + L + 0.024 * (x - 0.5) + 0.035 * sstep(1.9, 3.0, x)
        self.zcrease = lambda x: 0.80 + L + 0.022 * x
        self.rg = (self.x_rear - 0.095, 0.98 + L)  # tailgate glass foot x,z

    # --- component fields -------------------------------------------------
    def half_width(self, x, z):
        """Half width of the lower body in side view, with creases and flares."""
        L = self.p.lift
        w = self.hw + self.sect(z) + self.taper(x)
        dz = z - self.zcrease(x)
        fade = sstep(-0.55, -0.1, x) * (1 - sstep(self.x_rear - 0.35, self.x_rear - 0.05, x))
        w = w - fade * (0.11 * (np.sqrt(dz * dz + 0.008**2) - 0.06) * np.exp(-((dz / 0.11) ** 2)))
        door = sstep(0.35, 0.75, x) * (1 - sstep(1.95, 2.35, x))
        dl = z - (0.40 + L + 0.03 * x)
        w = w - door * 0.016 * np.exp(-((dl / 0.075) ** 2))
        w = w + door * 0.008 * np.exp(-(((z - 0.26 - L) / 0.045) ** 2))
        for xc in (0.0, self.p.wheelbase):
            r = np.hypot(x - xc, z - self.wheel_z)
            w = w + 0.020 * (1 - sstep(self.arch_r + 0.004, self.arch_r + 0.12, r)) * sstep(0.18, 0.45, z - 0 * L)
        return w

    def lower(self, p):
        """Body below the belt line."""
        x, ay, z = p[:, 0], np.abs(p[:, 1]), p[:, 2]
        L = self.p.lift
        zt = self.zt(x) - 0.055 * (ay / 0.8) ** 2
        yl = 0.30 + 0.10 * x
        dy = ay - np.clip(yl + 0.18, 0.42, 0.62)
        fr = sstep(-0.75, -0.3, x) * (1 - sstep(0.3, 0.7, x))
        zt = (
            zt
            + fr * 0.016 * np.exp(-((dy / 0.10) ** 2)) * np.where(dy > 0, 1, 1)
            - fr * 0.05 * np.sqrt(dy * dy + 0.02**2) * np.exp(-((dy / 0.12) ** 2))
        )
        top = (z - zt) / 1.04
        side = ay - self.half_width(x, z)
        front = (self.x_front + self.plan(ay) + self.prof(z) - x) * 0.9
        # front-corner and bumper sculpting
        front = front + 0.012 * np.exp(-(((z - 0.555 - L) / 0.022) ** 2)) * (ay < 2)
        rear = (x - (self.x_rear - self.rplan(ay) - self.rprof(z))) * 0.92
        # ledge over the rear bumper
        rear = rear - 0.016 * sstep(0.655 + L, 0.615 + L, z) + 0.008
        bot = (0.17 + L + 0.04 * sstep(-0.4, -0.85, x) + 0.08 * sstep(self.p.wheelbase + 0.2, self.x_rear, x)) - z
        b = smax(top, side, 0.13)
        b = smax(b, front, 0.16)
        b = smax(b, rear, 0.12)
        return smax(b, bot, 0.07)

    def half_glass(self, x, z):
        """Half width of the greenhouse (tumblehome)."""
        zz = z - (0.95 + self.p.lift)
        hw = self.hw - 0.105
        return hw - 0.36 * zz - 0.22 * zz * zz - 0.05 * sstep(1.8, self.x_rear, x) - 0.03 * sstep(1.0, 0.3, x)

    def upper(self, p):
        """Greenhouse: screen, roof, side glass, tailgate glass."""
        x, ay, z = p[:, 0], np.abs(p[:, 1]), p[:, 2]
        x0, z0, x1, z1 = self.ws
        sl = (z1 - z0) / (x1 - x0)
        xs = x - 0.20 * (ay / 0.65) ** 2
        ws = (z - z0 - sl * (xs - x0) - 0.035 * np.sin(np.clip((xs - x0) / (x1 - x0), 0, 1) * np.pi)) / np.hypot(1, sl)
        roof = z - self.zr(x) + 0.055 * (ay / 0.6) ** 2
        side = (ay - self.half_glass(x, z)) * 0.92
        gx, gz = self.rg
        lean = self.p.glass_lean / 0.40
        rear = (
            x
            - (
                gx
                - lean * np.maximum(z - gz, -0.03)
                - 0.10 * (ay / 0.6) ** 2
                + 0.10 * np.clip(z - gz - 0.30, 0, 1) ** 1
            )
        ) / np.hypot(1, lean)
        g = smax(roof, ws, 0.14)
        g = smax(g, side, 0.10)
        return smax(g, smax(rear, 0.88 + self.p.lift - z, 0.01), 0.07)

    def __call__(self, p):
        f = smin(self.lower(p), self.upper(p), 0.06)
        # recesses behind the door handles
        for hx in self.handle_x():
            hz = self.zcrease(hx) + 0.035
            d = ((p[:, 0] - hx) / 0.085) ** 2 + ((p[:, 2] - hz) / 0.028) ** 2
            f = f + 0.016 * np.exp(-(d**2)) * (np.abs(p[:, 1]) > 0.6) * (np.abs(p[:, 0] - hx) < 0.3)
        return f

    def handle_x(self):
        return (1.40, 2.26)

    # --- design lines in side view ------------------------------------------
    def dlo(self, p):
        """Signed distance-like field, > 0 inside the side window opening."""
        x, z = p[:, 0], p[:, 2]
        x0, z0, x1, z1 = self.ws
        sl = (z1 - z0) / (x1 - x0)
        low = z - self.zbelt(x) - 0.02
        up = self.zr(x) - 0.095 - z
        frt = (sl * (x - x0 - 0.33) - (z - z0)) / np.hypot(1, sl)
        xe = self.p.roof_end - 0.12 + (0.0 if self.p.style == "hatchback" else -0.03)
        k = 1.15 if self.p.style == "hatchback" else 0.75
        rr = (xe - k * (z - self.zbelt(x) - 0.15) * 0.6 - x) / np.hypot(1, k * 0.6)
        return -smax(smax(-low, -up, 0.03), smax(-frt, -rr, 0.02), 0.05)

    def bbox(self):
        return (-0.95, -self.hw - 0.06, 0.10), (self.x_rear + 0.1, self.hw + 0.06, self.p.height + 0.08)
