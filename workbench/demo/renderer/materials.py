"""Shaders, written so that they work in Blender 3.4 and 4.2."""

import bpy

ALIASES = {
    "coat": ("Coat Weight", "Clearcoat"),
    "coat_rough": ("Coat Roughness", "Clearcoat Roughness"),
    "spec": ("Specular IOR Level", "Specular"),
    "trans": ("Transmission Weight", "Transmission"),
    "emit": ("Emission Color", "Emission"),
    "emit_str": ("Emission Strength",),
    "color": ("Base Color",),
    "rough": ("Roughness",),
    "metal": ("Metallic",),
    "ior": ("IOR",),
    "normal": ("Normal",),
    "alpha": ("Alpha",),
}
PAINTS = {
    "grey": ((.20, .205, .21), .1), "beige": ((.40, .34, .25), .6), "orange": ((.48, .10, .012), .45),
    "petrol": ((.008, .065, .085), .55), "darkblue": ((.006, .012, .045), .5),
    "silver": ((0.27, 0.275, 0.285), 0.8),
    "anthracite": ((0.045, 0.048, 0.053), 0.6),
    "black": ((0.006, 0.006, 0.007), 0.25),
    "white": ((0.62, 0.62, 0.605), 0),
    "red": ((0.24, 0.006, 0.008), 0.30),
    "blue": ((0.010, 0.032, 0.13), 0.6),
    "green": ((0.025, 0.09, 0.06), 0.55),
    "bronze": ((0.22, 0.13, 0.07), 0.65),
}


class G:
    """Tiny node-graph builder."""

    def __init__(self, name):
        self.m = bpy.data.materials.new(name)
        self.m.use_nodes = True
        self.t = self.m.node_tree
        self.t.nodes.clear()
        self.out = self.t.nodes.new("ShaderNodeOutputMaterial")

    def n(self, kind, **kw):
        x = self.t.nodes.new("ShaderNode" + kind)
        for k, v in kw.items():
            setattr(x, k, v)
        return x

    def sock(self, node, key):
        for nm in ALIASES.get(key, (key,)):
            if isinstance(nm, int) or nm in node.inputs:
                return node.inputs[nm]
        raise KeyError(key)

    def put(self, node, key, val):
        s = self.sock(node, key) if not hasattr(key, "is_linked") else key
        if hasattr(val, "is_output"):
            self.t.links.new(val, s)
        elif isinstance(val, (tuple, list)) and len(val) == 3 and s.type == "RGBA":
            s.default_value = (*val, 1)
        else:
            s.default_value = val
        return node

    def bsdf(self, **kw):
        b = self.n("BsdfPrincipled")
        for k, v in kw.items():
            self.put(b, k, v)
        return b

    def math(self, op, a, b=0.0, clamp=False):
        x = self.n("Math", operation=op, use_clamp=clamp)
        self.put(x, 0, a)
        self.put(x, 1, b)
        return x.outputs[0]

    def mix(self, f, a, b):
        x = self.n("MixRGB")
        for i, v in ((0, f), (1, a), (2, b)):
            self.put(x, i, v)
        return x.outputs[0]

    def rng(self, v, a, b, c=0.0, d=1.0):
        x = self.n("MapRange")
        for i, q in enumerate((v, a, b, c, d)):
            self.put(x, i, q)
        return x.outputs[0]

    def noise(self, vec, scale, detail=4.0, rough=0.55):
        x = self.n("TexNoise")
        self.put(x, "Vector", vec)
        for k, q in (("Scale", scale), ("Detail", detail), ("Roughness", rough)):
            x.inputs[k].default_value = q
        return x.outputs["Fac"]

    def rest(self):
        return self.n("Attribute", attribute_name="rest").outputs["Vector"]

    def bump(self, h, strength, dist, normal=None):
        x = self.n("Bump")
        for k, q in (("Height", h), ("Strength", strength), ("Distance", dist)):
            self.put(x, k, q)
        if normal is not None:
            self.put(x, "Normal", normal)
        return x.outputs[0]

    def done(self, sock):
        self.t.links.new(sock, self.out.inputs[0])
        return self.m


def paint(name, colour, dirt=0.35, decals=(), plastic_base=False):
    """Metallic base, flakes, clear coat, road dirt and scratch decals."""
    col, metal = PAINTS[colour] if colour in PAINTS else (colour, 0.4)
    g = G(name)
    rest = g.rest()
    base, rough, met = col, 0.42, metal * 0.85
    if metal > 0:                                 # flakes: cells of about a millimetre
        cell = g.n("VectorMath", operation="SNAP")
        g.put(cell, 0, rest)
        cell.inputs[1].default_value = (.0011, .0011, .0011)
        fl = g.n("TexWhiteNoise")
        g.put(fl, "Vector", cell.outputs[0])
        bright = tuple(min(1, c * 1.6 + .012) for c in col)
        base = g.mix(g.rng(fl.outputs["Value"], 0, 1, 0, .35 * metal), (*col, 1), (*bright, 1))
    # fine orange peel in the coat
    peel = g.bump(g.noise(rest, 130, 0.0), .035, .002)
    # dirt: low body, wheel spray, rain marks
    sep = g.n("SeparateXYZ")
    g.put(sep, 0, rest)
    low = g.rng(sep.outputs[2], 0.75, 0.18)
    stretch = g.n("Mapping")
    g.put(stretch, "Vector", rest)
    stretch.inputs["Scale"].default_value = (9, 9, 2.2)
    streak = g.noise(stretch.outputs[0], 3.0, 3)
    spots = g.noise(rest, 55, 3, 0.7)
    amt = g.math("MULTIPLY", g.math("POWER", low, 1.6), g.rng(streak, 0.35, 0.75))
    amt = g.math("MULTIPLY", g.math("ADD", amt, g.rng(streak, 0.45, 0.8, 0, 0.16)), g.rng(spots, 0.3, 0.62))
    amt = g.math("MULTIPLY", amt, dirt * 2.0, clamp=True)
    colour_s = base if hasattr(base, "is_output") else (*base, 1)
    rgh, cw = None, g.math("SUBTRACT", 1.0, g.math("MULTIPLY", amt, 1.1), clamp=True)
    metv = met
    height = None
    for img, frame in decals:
        tex = decal_tex(g, rest, img, frame)
        s = g.n("SeparateXYZ")
        g.put(s, 0, tex.outputs["Color"])
        scuff, prim, bare, foreign = s.outputs[0], s.outputs[1], s.outputs[2], tex.outputs["Alpha"]
        colour_s = g.mix(g.math("MULTIPLY", scuff, 0.36), colour_s, tuple(min(1, 0.35 * c + 0.42) for c in col) + (1,))
        colour_s = g.mix(foreign, colour_s, (0.62, 0.60, 0.56, 1))
        edge = (0.70, 0.70, 0.68, 1) if max(col) < 0.6 else (0.30, 0.30, 0.30, 1)
        colour_s = g.mix(prim, colour_s, edge)
        colour_s = g.mix(bare, colour_s, (0.035, 0.034, 0.033, 1) if plastic_base else (0.23, 0.22, 0.215, 1))
        hit = g.math("MAXIMUM", g.math("MULTIPLY", scuff, 0.65), g.math("MAXIMUM", prim, foreign), clamp=True)
        cw = g.math("MULTIPLY", cw, g.math("SUBTRACT", 1.0, hit, clamp=True))
        rgh = hit if rgh is None else g.math("MAXIMUM", rgh, hit)
        h = g.math("ADD", g.math("MULTIPLY", scuff, 0.4), g.math("ADD", prim, bare))
        height = h if height is None else g.math("ADD", height, h)
    colour_s = g.mix(amt, colour_s, (0.17, 0.145, 0.115, 1))
    rough_s = g.rng(amt, 0, 1, rough, 0.9)
    if rgh is not None:
        rough_s = g.math("ADD", rough_s, g.math("MULTIPLY", rgh, 0.25), clamp=True)
        metv = g.math("MULTIPLY", met, g.math("SUBTRACT", 1.0, rgh, clamp=True))
        peel = g.bump(g.math("MULTIPLY", height, -1.0), 0.55, 0.0008, peel)
    b = g.bsdf(color=colour_s, rough=rough_s, metal=metv, coat=cw, coat_rough=0.025, spec=0.5)
    g.put(b, "normal", peel)
    for nm in ("Coat Normal", "Clearcoat Normal"):
        if nm in b.inputs:
            g.put(b, nm, peel)
    return g.done(b.outputs[0])


def decal_tex(g, rest, img, frame):
    """Image projected in a local frame (origin, t1, t2, width, height)."""
    o, t1, t2, w, h = frame
    sub = g.n("VectorMath", operation="SUBTRACT")
    g.put(sub, 0, rest)
    g.put(sub, 1, tuple(o))
    uv = g.n("CombineXYZ")
    for i, (t, d) in enumerate(((t1, w), (t2, h))):
        dot = g.n("VectorMath", operation="DOT_PRODUCT")
        g.put(dot, 0, sub.outputs[0])
        g.put(dot, 1, tuple(float(c) for c in t))
        g.put(uv, i, g.math("ADD", g.math("DIVIDE", dot.outputs["Value"], d), 0.5))
    tex = g.n("TexImage", extension="CLIP", interpolation="Linear")
    tex.image = img
    g.put(tex, "Vector", uv.outputs[0])
    return tex


def simple(name, noise=0.0, noise_scale=60, **kw):
    g = G(name)
    b = g.bsdf(**kw)
    if noise:
        g.put(b, "normal", g.bump(g.noise(g.rest(), noise_scale, 4), noise, 0.002))
    return g.done(b.outputs[0])


def plastic(name, decals=(), col=0.022):
    g = G(name)
    rest = g.rest()
    d = g.rng(g.noise(rest, 14, 3, 0.65), 0.35, 0.8)
    c = g.mix(g.math("MULTIPLY", d, 0.35), (col, col, col * 1.02, 1), (0.11, 0.10, 0.085, 1))
    b = g.bsdf(color=c, rough=0.55, spec=0.4, normal=g.bump(g.noise(rest, 700, 2), 0.25, 0.0006))
    return g.done(b.outputs[0])


def thin_glass(name, tint, rough=0.0, dust=.06, decals=()):
    """Sheet glass: Fresnel reflection over tinted transparency, some dust."""
    g = G(name)
    tr = g.n("BsdfTransparent")
    g.put(tr, 0, (*tint, 1))
    gl = g.n("BsdfGlossy")
    gl.inputs["Roughness"].default_value = 0.01
    fr = g.n("Fresnel")
    fr.inputs[0].default_value = 1.5
    m = g.n("MixShader")
    g.put(m, 0, g.math("MULTIPLY", fr.outputs[0], 1.5, clamp=True))
    g.t.links.new(tr.outputs[0], m.inputs[1])
    g.t.links.new(gl.outputs[0], m.inputs[2])
    df = g.n("BsdfDiffuse")
    df.inputs[0].default_value = (0.35, 0.33, 0.30, 1)
    m2 = g.n("MixShader")
    g.put(m2, 0, g.rng(g.noise(g.rest(), 9, 6, 0.7), 0.35, 0.8, 0, dust))
    g.t.links.new(m.outputs[0], m2.inputs[1])
    g.t.links.new(df.outputs[0], m2.inputs[2])
    last = m2
    for img, frame in decals:
        tex = decal_tex(g, g.rest(), img, frame)
        s = g.n("SeparateXYZ")
        g.put(s, 0, tex.outputs["Color"])
        cr, m3 = g.n("BsdfDiffuse"), g.n("MixShader")
        cr.inputs[0].default_value = (.80, .86, .86, 1)
        g.put(m3, 0, g.math("MULTIPLY", s.outputs[0], .9, clamp=True))
        g.t.links.new(last.outputs[0], m3.inputs[1])
        g.t.links.new(cr.outputs[0], m3.inputs[2])
        last = m3
    return g.done(last.outputs[0])


def car_set(colour, dirt, decals_by_part, tag="", rim=(.42, .425, .43)):
    """Materials of one car, keyed by the names used in panels and parts."""
    m = {
        "glass": thin_glass("glass" + tag, (0.42, 0.47, 0.45)),
        "screen": thin_glass("screen" + tag, (0.62, 0.68, 0.65)),
        "lampglass": thin_glass("lampglass" + tag, (0.93, 0.94, 0.95), dust=0.05),
        "redglass": thin_glass("redglass" + tag, (0.70, 0.018, 0.012), dust=0.05),
        "crumb": thin_glass("crumb" + tag, (0.72, 0.85, 0.80), dust=0.3),
        "rubber": simple("rubber" + tag, color=(0.008, 0.008, 0.008), rough=0.55, spec=0.25),
        "plastic": plastic("plastic" + tag),
        "black": simple("black" + tag, color=(0.006, 0.006, 0.006), rough=0.8),
        "gloss": simple("gloss" + tag, color=(0.006, 0.006, 0.007), rough=0.06),
        "lampbowl": simple("lampbowl" + tag, color=(0.16, 0.165, 0.17), rough=0.28, metal=0.7),
        "tailbowl": simple("tailbowl" + tag, color=(0.55, 0.50, 0.50), rough=0.18, metal=0.85),
        "chrome": simple("chrome" + tag, color=(0.86, 0.86, 0.87), rough=0.05, metal=1.0),
        "lens": simple("lens" + tag, color=(0.9, 0.93, 0.96), rough=0.03, trans=0.85, ior=1.45),
        "reflector": simple("reflector" + tag, color=(.32, .008, .006), rough=.12),
        "drl": simple("drl" + tag, color=(0.85, 0.86, 0.88), rough=0.3),
        "grille": simple("grille" + tag, color=(0.010, 0.010, 0.011), rough=0.18),
        "rim": simple("rim" + tag, color=rim, rough=0.30, metal=0.85, coat=0.5),
        "tyre": simple("tyre" + tag, noise=0.35, noise_scale=300, color=(0.013, 0.0125, 0.012), rough=0.8, spec=0.2),
        "disc": simple("disc" + tag, color=(0.30, 0.29, 0.28), rough=0.42, metal=0.9),
        "fabric": simple("fabric" + tag, noise=0.3, noise_scale=220, color=(0.035, 0.035, 0.038), rough=0.9),
        "plate": simple("plate" + tag, color=(0.80, 0.80, 0.78), rough=0.35),
        "ink": simple("ink" + tag, color=(0.012, 0.012, 0.012), rough=0.4),
        "euro": simple("euro" + tag, color=(0.01, 0.05, 0.30), rough=0.4),
        "metal": simple("metal" + tag, color=(0.22, 0.22, 0.23), rough=0.45, metal=0.8),
        "redcrumb": thin_glass("redcrumb" + tag, (.75, .05, .03), dust=.2),
        "rawplastic": simple("rawplastic" + tag, color=(0.03, 0.03, 0.03), rough=0.6),
    }
    m["paint"] = paint("paint" + tag, colour, dirt)
    for part, dec in decals_by_part.items():
        m["paint:" + part] = paint(f"paint_{part}{tag}", colour, dirt, dec, plastic_base="bumper" in part or "mirror" in part)
        m["screen:" + part] = thin_glass(f"screen_{part}{tag}", (.62, .68, .65) if part == "windscreen" else (.42, .47, .45), decals=dec)
        tint = (.70, .018, .012) if "taillamp" in part else (.93, .94, .95)
        m["lamp:" + part] = thin_glass(f"lamp_{part}{tag}", tint, dust=.05, decals=dec)
    return m
