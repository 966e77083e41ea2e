/* The photo viewer: derivative first, the original where one looks closely; regions drawn, chosen, moved, described. */
(function () {
  "use strict";
  const tk = window.telekalk, client = window.dash_clientside.telekalk;
  const by = (id) => document.getElementById(id);
  const view = { photos: [], findings: [], place: -1, chosen: null, regions: true, draw: false, sharp: false, drawn: 0, spot: null };
  tk.view = view;
  const VIEW_EDGE = 2048;
  const COLOURS = { proposed: "#f2b63c", confirmed: "#4fc27c", edited: "#4fc27c", rejected: "#98a5b2" };

  tk.photosReset = () => { Object.assign(view, { place: -1, chosen: null, draw: false, sharp: false, regions: true, spot: null }); };
  const photo = () => view.photos[view.place];
  const here = () => view.findings.filter((item) => item.photo_id === photo()?.id && item.status !== "rejected" || item.id === view.chosen && item.photo_id === photo()?.id);

  client.photosChanged = (photos, findings) => {
    if (!photos) return;
    view.photos = photos;
    view.findings = findings || [];
    if (view.place < 0 || view.place >= photos.length) view.place = Math.max(0, photos.findIndex((one) => one.first));
    draw();
  };

  /** The place of a field of the document, drawn last so that the regions keep their numbers. */
  function spot() {
    if (!view.spot || view.spot.photo !== photo()?.id) return [];
    const path = "M" + view.spot.box.map((point) => point[0] + "," + point[1]).join("L") + "Z";
    return [{ type: "path", path, editable: false, line: { color: "#4fb6ff", width: 2 }, fillcolor: "rgba(79,182,255,0.10)" }];
  }
  function shapes() {
    if (!view.regions) return spot();
    return [...here().map((item) => {
      const [x, y, width, height] = item.box, chosen = item.id === view.chosen;
      return {
        type: "rect", x0: x, y0: y, x1: x + width, y1: y + height, editable: chosen && Boolean(tk.page.state?.editable),
        fillcolor: "rgba(255,255,255,0.01)", opacity: 1,
        line: { color: chosen ? "#ffffff" : COLOURS[item.status] || COLOURS.proposed, width: chosen ? 3 : 2, dash: item.status === "rejected" ? "dot" : "solid" },
      };
    }), ...spot()];
  }
  function labels() {
    if (!view.regions) return [];
    return here().map((item) => {
      const chosen = item.id === view.chosen;
      return {
        x: item.box[0], y: item.box[1], xanchor: "left", yanchor: "bottom", showarrow: false, borderpad: 2,
        text: chosen ? [item.label, item.score].filter(Boolean).join(" · ") : String(item.number),
        font: { size: 12, color: "#10161c" }, bgcolor: chosen ? "#ffffff" : COLOURS[item.status] || COLOURS.proposed,
      };
    });
  }
  function figure() {
    const now = photo();
    const source = "/media/" + now.sha + (view.sharp ? "/original" : "/view");
    return {
      data: [],
      layout: {
        margin: { l: 0, r: 0, t: 0, b: 0 }, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
        uirevision: now.id, editrevision: now.id + ":" + view.drawn,
        dragmode: view.draw ? "drawrect" : "pan", hovermode: false,
        newshape: { line: { color: "#ffffff", width: 2 }, fillcolor: "rgba(255,255,255,0.08)" },
        activeshape: { fillcolor: "rgba(255,255,255,0.10)", opacity: 1 },
        xaxis: { range: [0, now.width], visible: false, constrain: "range" },
        yaxis: { range: [now.height, 0], visible: false, scaleanchor: "x", constrain: "range" },
        images: [{ source, xref: "x", yref: "y", x: 0, y: 0, sizex: now.width, sizey: now.height, sizing: "stretch", layer: "below", xanchor: "left", yanchor: "top" }],
        shapes: shapes(), annotations: labels(),
      },
    };
  }
  let hidden = null;
  function draw() {
    const now = photo();
    if (!now || !by("photo-graph")) return;
    tk.set("photo-graph", { figure: figure() });
    const title = by("photo-title");
    if (title) title.textContent = (view.place + 1) + " / " + view.photos.length + " · " + now.title;
    document.querySelectorAll("[data-photo]").forEach((thumb) => {
      const active = Number(thumb.dataset.photo) === view.place;
      thumb.setAttribute("aria-current", String(active));
      if (active && hidden !== now.id) thumb.scrollIntoView({ block: "nearest", inline: "nearest" });
    });
    hidden = now.id;
    document.querySelectorAll("[data-region]").forEach((row) => row.classList.toggle("chosen", row.dataset.region === view.chosen));
    document.querySelectorAll("[data-tool]").forEach((tool) => {
      if (tool.dataset.tool === "draw") tool.setAttribute("aria-pressed", String(view.draw));
      if (tool.dataset.tool === "regions") tool.setAttribute("aria-pressed", String(view.regions));
    });
    const under = by("photo-first");
    if (under && !under.dataset.gone) {
      const image = new Image();
      image.onload = () => setTimeout(() => { under.dataset.gone = "1"; under.style.visibility = "hidden"; window.telekalk.firstPhotoAt = performance.now(); }, 60);
      image.src = "/media/" + now.sha + "/view";
    }
    linkRows();
  }
  tk.drawPhoto = draw;
  /** Rows of the sheet that stand on the chosen region are marked. */
  function linkRows() {
    const api = tk.grid("case-grid");
    if (!api) return;
    document.querySelectorAll("#case-grid .ag-row").forEach((row) => {
      const data = api.getRowNode(row.getAttribute("row-id"))?.data;
      row.classList.toggle("tk-r-linked", Boolean(view.chosen && data?.findings?.includes(view.chosen)));
    });
  }
  function go(step) {
    if (!view.photos.length) return;
    Object.assign(view, { spot: null, place: (view.place + step + view.photos.length) % view.photos.length, chosen: null, sharp: false, draw: false });
    draw();
  }
  function showPhoto(place) { Object.assign(view, { spot: null, place, chosen: null, sharp: false, draw: false }); draw(); }
  function choose(id) {
    const item = view.findings.find((one) => one.id === id);
    if (!item) return;
    const place = view.photos.findIndex((one) => one.id === item.photo_id);
    if (place >= 0 && place !== view.place) Object.assign(view, { place, sharp: false });
    view.chosen = id;
    draw();
    document.querySelector(`[data-region="${CSS.escape(id)}"]`)?.scrollIntoView({ block: "nearest" });
  }
  tk.chooseRegion = choose;
  /** The regions with their words, for a line that refers to one; and the way to the photo that shows it. */
  tk.findings = () => view.findings.filter((item) => item.status !== "rejected").map((item) => ({ id: item.id, title: item.label.replace(/^\d+ /, "") }));
  tk.showFinding = (id) => { tk.showTab("left", "photos"); choose(id); };
  function step(by_) {
    const list = view.findings;
    if (!list.length) return;
    const at = list.findIndex((item) => item.id === view.chosen);
    choose(list[(at + by_ + list.length) % list.length].id);
  }
  function decide(id, decision) {
    if (!tk.page.state?.editable) return;
    const item = view.findings.find((one) => one.id === id);
    if (!item) return;
    if (decision === "edit") { describeRegion({ finding: id }, item); return; }
    tk.act({ act: "finding", finding: id, decision });
  }
  function describeRegion(target, item) {
    tk.set("region-target", { data: target });
    tk.set("region-category", { value: item?.category || "scratch" });
    tk.set("region-part", { value: item?.part || "none" });
    tk.set("region-side", { value: item?.side || "none" });
    tk.set("region-severity", { value: item?.severity || "none" });
    tk.set("region-modal", { is_open: true });
  }
  client.regionConfirmed = (_clicks, target, category, part, side, severity) => {
    if (!target) return false;
    const known = (value) => (value && value !== "none" ? value : null);
    const words = { category, part: known(part), side: known(side), severity: known(severity) };
    if (target.finding) tk.act({ act: "finding", finding: target.finding, decision: "edited", ...words });
    else tk.act({ act: "region", photo: target.photo, box: target.box, ...words });
    return false;
  };
  const boxOf = (shape) => {
    const now = photo();
    const clip = (value, most) => Math.max(0, Math.min(most, Math.round(value)));
    const x0 = clip(Math.min(shape.x0, shape.x1), now.width), x1 = clip(Math.max(shape.x0, shape.x1), now.width);
    const y0 = clip(Math.min(shape.y0, shape.y1), now.height), y1 = clip(Math.max(shape.y0, shape.y1), now.height);
    return [x0, y0, x1 - x0, y1 - y0];
  };
  client.relayout = (change) => {
    if (!change || !photo()) return;
    if (Array.isArray(change.shapes) && view.draw) {
      const shape = change.shapes[change.shapes.length - 1];
      view.draw = false;
      view.drawn += 1;
      draw();
      const box = boxOf(shape);
      if (box[2] > 4 && box[3] > 4) describeRegion({ photo: photo().id, box }, null);
      return;
    }
    const moved = Object.keys(change).map((key) => /^shapes\[(\d+)\]\./.exec(key)).find(Boolean);
    if (moved) {
      const item = here()[Number(moved[1])];
      const part = (name) => change[`shapes[${moved[1]}].${name}`];
      if (item) {
        const [x, y, width, height] = item.box;
        const value = (name, other) => (part(name) === undefined ? other : part(name));
        const box = boxOf({ x0: value("x0", x), y0: value("y0", y), x1: value("x1", x + width), y1: value("y1", y + height) });
        if (box[2] > 4 && box[3] > 4) {
          item.box = box;
          tk.act({ act: "finding", finding: item.id, decision: "edited", box, category: item.category, part: item.part, side: item.side, severity: item.severity });
        }
      }
      return;
    }
    sharpen();
  };
  /** Takes the original when a pixel of the derivative would be seen larger than a pixel of the screen. */
  function sharpen() {
    const plot = by("photo-graph")?.querySelector(".js-plotly-plot"), now = photo();
    const axis = plot?._fullLayout?.xaxis;
    if (!axis || view.sharp) return;
    const shown = Math.abs(axis.range[1] - axis.range[0]);
    const perPixel = (axis._length * (window.devicePixelRatio || 1)) / shown;
    const derivative = Math.min(1, VIEW_EDGE / Math.max(now.width, now.height));
    if (derivative >= 1 || perPixel <= derivative * 1.15) return;
    const id = now.id, image = new Image();
    image.onload = () => { if (photo()?.id === id && !view.sharp) { view.sharp = true; draw(); } };
    image.src = "/media/" + now.sha + "/original";
  }
  function zoom(factor) {
    const plot = by("photo-graph")?.querySelector(".js-plotly-plot"), layout = plot?._fullLayout;
    if (!layout || !window.Plotly) return;
    const turn = (range) => { const middle = (range[0] + range[1]) / 2, half = ((range[1] - range[0]) / 2) * factor; return [middle - half, middle + half]; };
    window.Plotly.relayout(plot, { "xaxis.range": turn(layout.xaxis.range), "yaxis.range": turn(layout.yaxis.range) });
  }
  function fit() {
    const plot = by("photo-graph")?.querySelector(".js-plotly-plot"), now = photo();
    if (plot && window.Plotly) window.Plotly.relayout(plot, { "xaxis.range": [0, now.width], "yaxis.range": [now.height, 0] });
  }
  /** Shows where a field of the document stands: its photo, its place marked and large. */
  tk.showSpot = (photoId, box, field) => {
    const place = view.photos.findIndex((one) => one.id === photoId);
    if (place < 0 || !Array.isArray(box)) return;
    Object.assign(view, { place, chosen: null, draw: false, spot: { photo: photoId, box, field } });
    tk.showTab("left", "photos");
    draw();
    const xs = box.map((point) => point[0]), ys = box.map((point) => point[1]);
    const middle = [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2];
    const half = Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys)) * 0.9;
    const until = Date.now() + 4000;
    (function zoomIn() {
      const plot = by("photo-graph")?.querySelector(".js-plotly-plot"), layout = plot?._fullLayout;
      const ready = layout?.images?.[0]?.source?.includes(photo().sha) && layout._size?.w > 50;
      if (!ready) { if (Date.now() < until) setTimeout(zoomIn, 60); return; }
      const tall = half * (layout._size.h / layout._size.w);
      window.Plotly.relayout(plot, { "xaxis.range": [middle[0] - half, middle[0] + half], "yaxis.range": [middle[1] + tall, middle[1] - tall] });
    })();
  };
  const TOOLS = { prev: () => go(-1), next: () => go(1), draw: () => { if (tk.page.state?.editable) { view.draw = !view.draw; draw(); } }, regions: () => { view.regions = !view.regions; draw(); }, fit };

  /* A click, not a drag, on the photo chooses the smallest region under it. */
  let press = null;
  document.addEventListener("pointerdown", (event) => { press = event.target.closest?.("#photo-graph") ? [event.clientX, event.clientY] : null; }, true);
  document.addEventListener("pointerup", (event) => {
    if (!press || view.draw || Math.hypot(event.clientX - press[0], event.clientY - press[1]) > 4) return;
    const plot = by("photo-graph")?.querySelector(".js-plotly-plot"), layout = plot?._fullLayout;
    if (!layout) return;
    const frame = plot.getBoundingClientRect();
    const x = layout.xaxis.p2d(event.clientX - frame.left - layout._size.l), y = layout.yaxis.p2d(event.clientY - frame.top - layout._size.t);
    const found = here().filter((item) => x >= item.box[0] && x <= item.box[0] + item.box[2] && y >= item.box[1] && y <= item.box[1] + item.box[3])
      .sort((a, b) => a.box[2] * a.box[3] - b.box[2] * b.box[3])[0];
    if (found && found.id !== view.chosen) choose(found.id);
    else if (!found && view.chosen) { view.chosen = null; draw(); }
  }, true);

  document.addEventListener("click", (event) => {
    const hit = (name) => event.target.closest?.(`[data-${name}]`);
    let node;
    if ((node = hit("photo"))) showPhoto(Number(node.dataset.photo));
    else if ((node = hit("tool"))) TOOLS[node.dataset.tool]?.();
    else if ((node = hit("select"))) choose(node.dataset.select);
    else if ((node = hit("act"))) { choose(node.dataset.finding); decide(node.dataset.finding, node.dataset.act); }
    else if (event.target.closest?.("#case-grid .ag-row")) {
      const row = event.target.closest(".ag-row");
      const ids = tk.grid("case-grid")?.getRowNode(row.getAttribute("row-id"))?.data?.findings || [];
      if (ids.length && event.target.closest(".tk-mark-cell")) choose(ids[0]);
    }
  });
  /** Keys of the viewer; called when nobody types. */
  tk.photoKey = (event) => {
    const inGrid = Boolean(event.target.closest?.("#case-grid"));
    const key = event.key;
    const acts = {
      a: () => decide(view.chosen, "confirmed"), r: () => decide(view.chosen, "rejected"), e: () => decide(view.chosen, "edit"),
      n: TOOLS.draw, v: TOOLS.regions, "0": fit, "+": () => zoom(0.7), "-": () => zoom(1.4), j: () => step(1), k: () => step(-1),
      ...(inGrid ? {} : { ArrowLeft: TOOLS.prev, ArrowRight: TOOLS.next }),
      Escape: () => {
        const back = view.spot?.field;
        Object.assign(view, { draw: false, chosen: null, spot: null });
        draw();
        if (back) { fit(); tk.showTab("left", "vehicle"); tk.focusField?.(back); }
      },
    };
    if (inGrid && /^[0-9a-z]$/i.test(key)) return;
    if (acts[key]) { event.preventDefault(); acts[key](); }
  };
  /** After a decision the next undecided region is chosen. */
  tk.photosAfter = (acts) => {
    const decided = acts.find((act) => act.act === "finding" && ["confirmed", "rejected"].includes(act.decision));
    if (!decided) return;
    const list = view.findings, at = list.findIndex((item) => item.id === decided.finding);
    const next = [...list.slice(at + 1), ...list.slice(0, at)].find((item) => item.status === "proposed" && item.id !== decided.finding);
    if (next) choose(next.id);
  };
})();
