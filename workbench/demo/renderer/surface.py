"""Implicit-surface meshing and triangle-mesh tools (numpy only).

The whole car is modelled as signed functions f(p) < 0.  This module turns such
a function into a mesh (surface nets + Newton projection), cuts meshes exactly
along scalar fields (panel gaps, wheel arches, cracks), refines them locally and
adds rounded return flanges to panel edges.
"""

import numpy as np


def smax(a, b, k):
    """Cubic smooth maximum, curvature continuous, blend width k."""
    h = np.maximum(k - np.abs(a - b), 0.0) / k
    return np.maximum(a, b) + h * h * h * k / 6.0


def smin(a, b, k):
    """Cubic smooth minimum."""
    return -smax(-a, -b, k)


def sstep(e0, e1, x):
    """Quintic smooth step (second derivative continuous)."""
    t = np.clip((x - e0) / (e1 - e0), 0.0, 1.0)
    return t * t * t * (t * (6 * t - 15) + 10)


class Spline:
    """Natural cubic spline y(x), linear outside its range."""

    def __init__(self, pts):
        pts = np.asarray(sorted(pts), float)
        self.x, self.y = pts[:, 0], pts[:, 1]
        n = len(self.x)
        h = np.diff(self.x)
        a = np.eye(n)
        r = np.zeros(n)
        for i in range(1, n - 1):
            a[i, i - 1 : i + 2] = h[i - 1], 2 * (h[i - 1] + h[i]), h[i]
            r[i] = 6 * ((self.y[i + 1] - self.y[i]) / h[i] - (self.y[i] - self.y[i - 1]) / h[i - 1])
        self.m, self.h = np.linalg.solve(a, r), h

    def __call__(self, q):
        x, y, m = self.x, self.y, self.m
        qc = np.clip(q, x[0], x[-1])
        i = np.clip(np.searchsorted(x, qc) - 1, 0, len(x) - 2)
        h = self.h[i]
        a, b = (x[i + 1] - qc) / h, (qc - x[i]) / h
        out = a * y[i] + b * y[i + 1] + ((a**3 - a) * m[i] + (b**3 - b) * m[i + 1]) * h * h / 6
        s0 = (y[1] - y[0]) / self.h[0] - self.h[0] * m[1] / 6
        s1 = (y[-1] - y[-2]) / self.h[-1] + self.h[-1] * m[-2] / 6
        return out + np.where(q < x[0], (q - x[0]) * s0, 0) + np.where(q > x[-1], (q - x[-1]) * s1, 0)


def gradient(f, p, e=1e-3):
    """Central-difference gradient of f at points p (n,3)."""
    g = np.empty_like(p)
    for a in range(3):
        d = np.zeros(3)
        d[a] = e
        g[:, a] = (f(p + d) - f(p - d)) / (2 * e)
    return g


def normals_of(f, p, e=1e-3):
    """Unit normals of the level set of f through p."""
    g = gradient(f, p, e)
    return g / np.maximum(np.linalg.norm(g, axis=1, keepdims=True), 1e-9)


def surface_nets(f, lo, hi, step, project=4):
    """Mesh f=0 inside the box lo..hi; returns vertices and triangles."""
    lo, hi = np.asarray(lo, float), np.asarray(hi, float)
    n = np.ceil((hi - lo) / step).astype(int) + 1
    ax = [lo[i] + step * np.arange(n[i]) for i in range(3)]
    grid = np.empty(n, np.float32)
    yy, zz = np.meshgrid(ax[1], ax[2], indexing="ij")
    chunk = max(1, 400000 // (n[1] * n[2]))
    for i in range(0, n[0], chunk):
        xs = ax[0][i : i + chunk]
        q = np.stack([np.repeat(xs, yy.size), np.tile(yy.ravel(), len(xs)), np.tile(zz.ravel(), len(xs))], 1)
        grid[i : i + len(xs)] = f(q).reshape(len(xs), n[1], n[2])
    s = grid < 0
    cnt = sum(
        s[i : n[0] - 1 + i, j : n[1] - 1 + j, k : n[2] - 1 + k].astype(np.int8)
        for i in (0, 1)
        for j in (0, 1)
        for k in (0, 1)
    )
    act = (cnt > 0) & (cnt < 8)
    idx = -np.ones(act.shape, np.int64)
    cells = np.argwhere(act)
    idx[act] = np.arange(len(cells))
    acc, num = np.zeros((len(cells), 3)), np.zeros(len(cells))
    for a in range(3):
        o1, o2 = [(b) for b in range(3) if b != a]
        for j in (0, 1):
            for k in (0, 1):
                c0 = cells.copy()
                c0[:, o1] += j
                c0[:, o2] += k
                c1 = c0.copy()
                c1[:, a] += 1
                v0, v1 = grid[tuple(c0.T)], grid[tuple(c1.T)]
                m = (v0 < 0) != (v1 < 0)
                t = np.where(m, v0 / np.where(m, v0 - v1, 1), 0)
                pt = c0.astype(float)
                pt[:, a] += t
                acc[m] += pt[m]
                num[m] += 1
    v = lo + step * acc / num[:, None]
    quads = []
    for a in range(3):
        o1, o2 = (a + 1) % 3, (a + 2) % 3
        sl0, sl1 = [slice(None)] * 3, [slice(None)] * 3
        sl0[a], sl1[a] = slice(0, -1), slice(1, None)
        ch = s[tuple(sl0)] != s[tuple(sl1)]
        e = np.argwhere(ch)
        ok = (e[:, o1] > 0) & (e[:, o2] > 0) & (e[:, o1] < n[o1] - 1) & (e[:, o2] < n[o2] - 1)
        e = e[ok]
        flip = s[tuple(e.T)]
        ids = []
        for j, k in ((-1, -1), (0, -1), (0, 0), (-1, 0)):
            c = e.copy()
            c[:, o1] += j
            c[:, o2] += k
            ids.append(idx[tuple(c.T)])
        q = np.stack(ids, 1)
        q[~flip] = q[~flip][:, ::-1]
        quads.append(q)
    q = np.concatenate(quads)
    q = q[(q >= 0).all(1)]
    tri = np.concatenate([q[:, [0, 1, 2]], q[:, [0, 2, 3]]])
    for it in range(project):
        if it < project - 1:
            v = 0.4 * v + 0.6 * _average(v, tri)
        v = _newton(f, v, step)
    return v, tri


def _average(v, tri):
    s, c = np.zeros_like(v), np.zeros(len(v))
    for a, b in ((0, 1), (1, 2), (2, 0)):
        for i, j in ((a, b), (b, a)):
            for d in range(3):
                s[:, d] += np.bincount(tri[:, i], v[tri[:, j], d], len(v))
            c += np.bincount(tri[:, i], minlength=len(v))
    return s / np.maximum(c, 1)[:, None]


def _newton(f, v, step):
    for _ in range(2):
        g = gradient(f, v)
        d = -f(v)[:, None] * g / np.maximum((g * g).sum(1, keepdims=True), 1e-6)
        ln = np.linalg.norm(d, axis=1, keepdims=True)
        v = v + d * np.minimum(1, step / np.maximum(ln, 1e-9))
    return v


def compact(v, t):
    """Drop unused vertices."""
    used = np.zeros(len(v), bool)
    used[t.ravel()] = True
    m = np.cumsum(used) - 1
    return v[used], m[t]


def clip(v, t, val):
    """Keep the part of a mesh where val > 0, cutting triangles exactly."""
    val = np.where(np.abs(val) < 1e-6, 1e-6, val)
    pos = val > 0
    k = pos[t].sum(1)
    keep, cut = [t[k == 3]], t[(k == 1) | (k == 2)]
    if len(cut):
        kk = pos[cut].sum(1)
        odd = np.where((kk == 1)[:, None], pos[cut], ~pos[cut]).argmax(1)
        r = np.arange(len(cut))
        a, b, c = cut[r, odd], cut[r, (odd + 1) % 3], cut[r, (odd + 2) % 3]
        e = np.sort(np.concatenate([np.stack([a, b], 1), np.stack([a, c], 1)]), 1)
        u, inv = np.unique(e, axis=0, return_inverse=True)
        inv = inv.ravel()
        w = val[u[:, 0]] / (val[u[:, 0]] - val[u[:, 1]])
        nv = v[u[:, 0]] + w[:, None] * (v[u[:, 1]] - v[u[:, 0]])
        ab, ac = len(v) + inv[: len(cut)], len(v) + inv[len(cut) :]
        one = kk == 1
        keep.append(np.stack([a, ab, ac], 1)[one])
        keep.append(np.stack([ab, b, c], 1)[~one])
        keep.append(np.stack([ab, c, ac], 1)[~one])
        v = np.concatenate([v, nv])
    return compact(v, np.concatenate(keep))


def refine(v, t, mask):
    """Split triangles 1:4 where any vertex is in mask (1:2/1:3 at the rim)."""
    sel = mask[t].any(1)
    e_all = np.sort(t[sel][:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), 1)
    if not len(e_all):
        return v, t
    u = np.unique(e_all, axis=0)
    key = u[:, 0] * len(v) + u[:, 1]
    nv = np.concatenate([v, 0.5 * (v[u[:, 0]] + v[u[:, 1]])])
    te = np.sort(t[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 3, 2), 2)
    k = te[..., 0] * len(v) + te[..., 1]
    pos = np.clip(np.searchsorted(key, k), 0, len(key) - 1)
    mid = np.where(key[pos] == k, pos + len(v), -1)
    n = (mid >= 0).sum(1)
    out = [t[n == 0]]
    a, m = t[n == 3], mid[n == 3]
    out += [
        np.stack(x, 1)
        for x in (
            (a[:, 0], m[:, 0], m[:, 2]),
            (m[:, 0], a[:, 1], m[:, 1]),
            (m[:, 2], m[:, 1], a[:, 2]),
            (m[:, 0], m[:, 1], m[:, 2]),
        )
    ]
    for cnt in (1, 2):
        a, m = t[n == cnt], mid[n == cnt]
        r = np.arange(len(a))
        if cnt == 1:
            s = (m >= 0).argmax(1)
        else:
            s = ((m < 0).argmax(1) + 1) % 3
        p0, p1, p2 = a[r, s], a[r, (s + 1) % 3], a[r, (s + 2) % 3]
        m0, m1 = m[r, s], m[r, (s + 1) % 3]
        if cnt == 1:
            out += [np.stack([p0, m0, p2], 1), np.stack([m0, p1, p2], 1)]
        else:
            out += [np.stack([m0, p1, m1], 1), np.stack([p0, m0, m1], 1), np.stack([p0, m1, p2], 1)]
    return nv, np.concatenate(out)


def flange(v, t, nrm, depth=0.014, lip=0.0016, out=0.0006):
    """Add a rounded return edge to all open borders; returns v, t, normals."""
    e = t[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
    s = np.sort(e, 1)
    u, inv, c = np.unique(s, axis=0, return_inverse=True, return_counts=True)
    b = e[c[inv.ravel()] == 1]
    if not len(b):
        return v, t, nrm
    bv = np.unique(b)
    loc = -np.ones(len(v), np.int64)
    loc[bv] = np.arange(len(bv))
    tan = np.zeros((len(bv), 3))
    d = v[b[:, 1]] - v[b[:, 0]]
    for k in range(3):
        for col in (0, 1):
            tan[:, k] += np.bincount(loc[b[:, col]], d[:, k], len(bv))
    nb = nrm[bv]
    side = np.cross(tan, nb)
    side /= np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-9)
    p = v[bv]
    rings = [p + side * out * 0.7 - nb * lip * 0.4, p + side * out - nb * lip, p + side * out - nb * depth]
    rn = [nb * 0.6 + side * 0.8, side, side]
    nv, nn, nt = [v], [nrm], [t]
    base, prev = len(v), bv
    for ring, n in zip(rings, rn):
        cur = base + np.arange(len(bv))
        base += len(bv)
        nv.append(ring)
        nn.append(n)
        i, j = loc[b[:, 0]], loc[b[:, 1]]
        nt += [np.stack([prev[j], prev[i], cur[i]], 1), np.stack([prev[j], cur[i], cur[j]], 1)]
        prev = cur
    return np.concatenate(nv), np.concatenate(nt), np.concatenate(nn)
