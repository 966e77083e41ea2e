"""Phone camera for named views of a car and its damages."""
from __future__ import annotations

import math
from typing import Any

import bpy
import numpy as np
from mathutils import Quaternion, Vector

CORNERS = {"front_left": (-1, -1), "front_right": (-1, 1), "rear_left": (1, -1), "rear_right": (1, 1)}


def camera(view: str, body: Any, damages: list[Any], rng: np.random.Generator, portrait: bool = False) -> Any:
    """Phone camera (26 mm equivalent) for a named view; returns the object.

    Views: the four corners, the four sides, `damage<i>_2m`, `_1m`, `_05m`; a trailing `+` or `-` chooses
    the side from which a damage is seen (towards its t1 axis or away).
    """
    cx, hw, L = body.p.wheelbase / 2, body.hw, body.p.lift
    half = (body.x_rear - body.x_front) / 2
    eye_z = rng.uniform(1.45, 1.65)
    c = bpy.data.cameras.new("cam")
    c.sensor_width, c.lens, fstop = 36.0, 26.0, 8.0
    far = 1.28 if portrait else 1.0
    tgt = Vector((cx, 0, .60 + L))
    if view in CORNERS:
        sx, sy = CORNERS[view]
        along = rng.uniform(.92, 1.1)
        pos = Vector((cx + sx * (half + .75 * along) * far, sy * (hw + 1.72 / along) * far, eye_z))
        tgt.x = cx + sx * .42
    elif view in ("left", "right"):
        pos = Vector((cx + rng.normal(0, .15), (-1 if view == "left" else 1) * (hw + 2.55) * far, eye_z - .15))
    elif view in ("front", "rear"):
        s = -1 if view == "front" else 1
        pos = Vector((cx + s * (half + 1.9) * far, rng.normal(0, .25), eye_z - .1))
    else:
        side = {"+": 1, "-": -1}.get(view[-1], int(rng.choice([-1, 1])))
        i, dist = view.rstrip("+-").replace("damage", "").split("_")
        d = damages[int(i or 0)]
        r = {"2m": 1.7, "1m": .95, "05m": .55}[dist]     # to the eye of the phone, a little nearer than the name says
        if d.part in ("bonnet", "roof", "windscreen"):
            s = -1 if d.o[1] < 0 else 1
            off = Vector((-.75 if d.part == "windscreen" or d.o[0] < .1 else -.35, s * .75, .62))
        else:
            n = Vector(d.n)
            n.z = max(n.z, .0) * .5
            n.normalize()
            off = n + Vector(d.t1) * (side * (.62 if d.kind == "dent" else .36)) + Vector((0, 0, .26 if r > 1 else .20))
        tgt = Vector(d.o) + Vector((0, 0, .04 * r))
        pos = tgt + off.normalized() * r
        pos.z = max(pos.z, .45)
        fstop = 8.0 if r > 1 else 5.0
    pos += Vector(rng.normal(0, .04, 3))
    q = (tgt - pos).to_track_quat("-Z", "Y")
    o = bpy.data.objects.new("cam_" + view, c)
    o.location, o.rotation_mode = pos, "QUATERNION"
    o.rotation_quaternion = q @ Quaternion((0, 0, 1), math.radians(rng.normal(0, 1.6)))
    c.dof.use_dof = True
    near = .6 if view in CORNERS else .9 if view in ("left", "right", "front", "rear") else 0
    c.dof.focus_distance = (tgt - pos).length - near
    c.dof.aperture_fstop = fstop
    bpy.context.scene.collection.objects.link(o)
    return o
