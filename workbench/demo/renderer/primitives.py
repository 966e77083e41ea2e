"""Meshes in the Blender scene: objects, boxes, batches of boxes."""
from __future__ import annotations

import math
from typing import Any

import bpy
import numpy as np


def mesh_object(name, v, t, mat, n=None, rest=None):
    """Create a smooth-shaded object with optional custom normals and rest attribute."""
    me = bpy.data.meshes.new(name)
    me.vertices.add(len(v))
    me.vertices.foreach_set("co", np.asarray(v, np.float32).ravel())
    t = np.asarray(t, np.int32)
    me.loops.add(t.size)
    me.loops.foreach_set("vertex_index", t.ravel())
    me.polygons.add(len(t))
    k = t.shape[1]
    me.polygons.foreach_set("loop_start", np.arange(0, t.size, k, dtype=np.int32))
    if bpy.app.version < (4, 0):
        me.polygons.foreach_set("loop_total", np.full(len(t), k, np.int32))
    me.update(calc_edges=True)
    if n is not None:
        me.polygons.foreach_set("use_smooth", np.ones(len(t), bool))
        if hasattr(me, "use_auto_smooth"):
            me.use_auto_smooth = True
        me.normals_split_custom_set_from_vertices(np.asarray(n, float).tolist())
    if rest is not None:
        a = me.attributes.new("rest", "FLOAT_VECTOR", "POINT")
        a.data.foreach_set("vector", np.asarray(rest, np.float32).ravel())
    if n is None:
        me.polygons.foreach_set("use_smooth", np.zeros(len(t), bool))
    me.materials.append(mat)
    o = bpy.data.objects.new(name, me)
    bpy.context.scene.collection.objects.link(o)
    return o


def box(name, lo, hi, mat):
    v = np.array([[x, y, z] for x in (lo[0], hi[0]) for y in (lo[1], hi[1]) for z in (lo[2], hi[2])], float)
    q = np.array([[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]])
    return mesh_object(name, v, q, mat)


QUADS = np.array([[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]])


class Batch:
    """Collects boxes and prisms by material, in a local frame, and emits one mesh per material.

    The local frame is turned by `angle` about z and moved to `origin`; facades face local -y.
    """

    def __init__(self, origin: tuple[float, float] = (0, 0), angle: float = 0.0) -> None:
        c, s = math.cos(angle), math.sin(angle)
        self.rot, self.org = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]), np.array([*origin, 0.0])
        self.data: dict[str, tuple[Any, list[np.ndarray], list[np.ndarray]]] = {}

    def add(self, v: np.ndarray, q: np.ndarray, mat: Any) -> None:
        """Vertices (n, 3) and quads (m, 4) in local coordinates."""
        _, vs, qs = self.data.setdefault(mat.name, (mat, [], []))
        qs.append(np.asarray(q) + sum(len(x) for x in vs))
        vs.append(np.asarray(v, float))

    def box(self, lo: tuple[float, float, float], hi: tuple[float, float, float], mat: Any) -> None:
        """Axis-parallel box of the local frame."""
        if min(h - a for a, h in zip(lo, hi, strict=True)) > 1e-6:
            v = np.array([[x, y, z] for x in (lo[0], hi[0]) for y in (lo[1], hi[1]) for z in (lo[2], hi[2])], float)
            self.add(v, QUADS, mat)

    def emit(self, name: str) -> None:
        """Create the objects; each keeps local coordinates, so that textures follow the wall."""
        for mat, vs, qs in self.data.values():
            o = mesh_object(f"{name}_{mat.name}", np.concatenate(vs), np.concatenate(qs), mat)
            o.rotation_euler = (0, 0, math.atan2(self.rot[1, 0], self.rot[0, 0]))
            o.location = self.org
