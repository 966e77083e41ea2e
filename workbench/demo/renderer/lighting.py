"""World light: overcast sky, sun with clouds, or a garage's dim ambient light."""
from __future__ import annotations

import math
from typing import Any

import bpy
import numpy as np


def light(cfg: dict[str, Any], rng: np.random.Generator) -> None:
    """Set the world shader for `cfg["light"]`: overcast, sun (with `sun_elevation`, `sun_azimuth`) or garage."""
    sc, kind = bpy.context.scene, cfg.get("light", "overcast")
    w = bpy.data.worlds.new("world")
    sc.world = w
    w.use_nodes = True
    w.cycles.sampling_method, w.cycles.sample_map_resolution = "MANUAL", 256
    nt = w.node_tree
    bg = nt.nodes["Background"]
    if kind == "garage":
        bg.inputs[0].default_value = (.06, .06, .062, 1)
        return

    def node(name: str, **inputs: Any) -> Any:
        x = nt.nodes.new("ShaderNode" + name)
        for k, v in inputs.items():
            x.inputs[k].default_value = v
        return x

    azimuth = math.radians(cfg.get("sun_azimuth", 215))
    co = node("TexCoord")
    mp = node("Mapping", Scale=(1.6, 1.6, 5.5), Location=(rng.uniform(0, 9), rng.uniform(0, 9), 0))
    nt.links.new(co.outputs["Generated"], mp.inputs[0])
    no = node("TexNoise", Scale=1.6, Detail=3.0, Roughness=.62)      # evaluated at every miss: keep it cheap
    nt.links.new(mp.outputs[0], no.inputs["Vector"])
    ramp = node("ValToRGB")
    nt.links.new(no.outputs["Fac"], ramp.inputs[0])
    e = ramp.color_ramp.elements
    if kind == "sun":
        sky = node("TexSky")
        sky.sky_type = "NISHITA"
        sky.sun_elevation, sky.sun_rotation = math.radians(cfg.get("sun_elevation", 34)), azimuth
        sky.dust_density, sky.sun_intensity, sky.sun_disc = 2.0, .32, True
        e[0].position, e[1].position = .50, .70
        k = node("VectorMath")
        k.operation = "SCALE"
        k.inputs["Scale"].default_value = .13
        nt.links.new(sky.outputs[0], k.inputs[0])
        cloud = node("MixRGB")
        warm = cfg.get("sun_elevation", 34) < 14
        cloud.inputs[2].default_value = (.80, .66, .56, 1) if warm else (.95, .96, 1.0, 1)
        nt.links.new(ramp.outputs[0], cloud.inputs[0])
        nt.links.new(k.outputs[0], cloud.inputs[1])
        nt.links.new(cloud.outputs[0], bg.inputs[0])
        return
    e[0].position, e[1].position = .32, .70
    e[0].color, e[1].color = (.30, .34, .40, 1), (1.05, 1.04, 1.02, 1)
    sp, gr = node("SeparateXYZ"), node("MapRange")
    for i, v in ((1, 0.0), (2, .75), (3, .55), (4, 1.35)):
        gr.inputs[i].default_value = v
    nt.links.new(co.outputs["Generated"], sp.inputs[0])
    nt.links.new(sp.outputs[2], gr.inputs[0])
    nt.links.new(ramp.outputs[0], bg.inputs[0])
    nt.links.new(gr.outputs[0], bg.inputs[1])
    sun = bpy.data.lights.new("softsun", "SUN")
    sun.energy, sun.angle = .9, math.radians(50)
    o = bpy.data.objects.new("softsun", sun)
    o.rotation_euler = (math.radians(35), 0, azimuth)
    sc.collection.objects.link(o)
