/* The data page: tabs, figures that lead to photos, the drawer, and the desk at which labels are mended. */
(function () {
  "use strict";
  const tk = window.telekalk, client = window.dash_clientside.telekalk;
  const by = (id) => document.getElementById(id);
  const here = () => Boolean(by("data-page"));
  const CLASSES = ["scratch", "dent", "crack", "broken_glass", "broken_lamp", "missing_part", "deformation", "panel_damage"];
  const data = { tab: null, pick: null, list: null, from: null };

  /** The old content stays, pale, until the new one is there. */
  function busy() {
    const body = by("data-body");
    if (!body) return;
    body.setAttribute("aria-busy", "true");
    const watch = new MutationObserver(() => { watch.disconnect(); body.setAttribute("aria-busy", "false"); });
    watch.observe(body, { childList: true });
  }
  /* Tabs */
  function show(tab, list) {
    const same = data.tab === tab;
    busy();
    closeDrawer(false);
    if (list !== undefined) { data.list = list; tk.set("data-list", { data: { ...list, at: Date.now() } }); }
    if (!same) { tk.set("data-start", { data: 0 }); tk.set("data-tab", { data: tab }); }
    marks(tab);
  }
  function marks(tab) {
    data.tab = tab;
    document.querySelectorAll("#data-page [role=tab]").forEach((node) => {
      const chosen = node.dataset.view === tab;
      node.setAttribute("aria-selected", String(chosen));
      node.tabIndex = chosen ? 0 : -1;
    });
    by("data-body")?.setAttribute("aria-labelledby", "data-tab-" + tab);
  }
  client.dataTab = (tab) => {
    if (!here()) return;
    if (data.tab !== tab) acts.steps = [];
    marks(tab);
    const address = tab === "overview" ? "/data" : "/data?tab=" + tab;
    if (location.pathname + location.search !== address) history.replaceState(history.state, "", address);
    if (by("data-labels")) setTimeout(() => window.dispatchEvent(new Event("resize")), 60);
  };
  document.addEventListener("keydown", (event) => {
    if (!here()) return;
    const tab = event.target.closest?.("#data-page [role=tab]");
    if (tab && ["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) {
      const all = [...document.querySelectorAll("#data-page [role=tab]")], at = all.indexOf(tab);
      const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: all.length - 1 }[event.key];
      const target = all[(next + all.length) % all.length];
      event.preventDefault();
      event.stopImmediatePropagation();
      target.focus();
      show(target.dataset.view);
    } else if (event.altKey && /^[1-7]$/.test(event.key)) {
      event.preventDefault();
      document.querySelectorAll("#data-page [role=tab]")[Number(event.key) - 1]?.click();
    }
  }, true);

  /* Figures and points lead to photos */
  function open(text, from) {
    let wanted;
    try { wanted = JSON.parse(text); } catch { return; }
    if (!wanted?.pick) return;
    data.pick = wanted;
    data.from = from || document.activeElement;
    const drawer = by("data-drawer");
    drawer.classList.remove("tk-hidden");
    drawer.setAttribute("aria-busy", "true");
    drawer.focus();
    tk.set("data-pick", { data: { ...wanted, at: Date.now() } });
  }
  client.dataPoint = () => {
    const context = window.dash_clientside.callback_context;
    context.triggered.forEach((item) => {
      const point = item.value?.points?.[0];
      const text = Array.isArray(point?.customdata) ? point.customdata[0] : point?.customdata;
      if (text) open(text);
    });
    return window.dash_clientside.no_update;
  };
  client.dataDrawer = () => { by("data-drawer")?.setAttribute("aria-busy", "false"); return window.dash_clientside.no_update; };
  function closeDrawer(back = true) {
    const drawer = by("data-drawer");
    if (!drawer || drawer.classList.contains("tk-hidden")) return false;
    drawer.classList.add("tk-hidden");
    data.pick = null;
    if (back && data.from?.isConnected) data.from.focus();
    return true;
  }

  /* Labels: one act after the other, each kept at once */
  const acts = { waiting: [], flying: null, seq: 0, steps: [] };
  const caseAct = tk.act;
  tk.act = (act) => (here() ? push(act) : caseAct(act));
  client.dataEditable = (editable) => {
    if (by("data-labels")) {
      // The viewer of the case page asks this of the page that it stands on.
      tk.page.state = { editable: Boolean(editable) };
      tk.page.caseId = null;
      tk.photosReset();
      Object.assign(acts, { waiting: [], flying: null });
      undoable();
      tk.drawPhoto?.();
      by("data-body").scrollTop = 0;
    }
    return window.dash_clientside.no_update;
  };
  function status(kind, text) {
    const node = by("data-save");
    if (!node) return;
    node.className = "tk-save " + kind;
    node.replaceChildren(tk.icon({ saved: "check", saving: "refresh", failed: "alarm" }[kind] || "info", true), text);
  }
  function push(act) {
    if (!by("data-labels") || !tk.page.state?.editable) return;
    acts.waiting.push(act);
    pump();
  }
  function pump() {
    if (acts.flying || !acts.waiting.length) return;
    acts.flying = acts.waiting.shift();
    acts.seq += 1;
    status("saving", tk.text("saving"));
    tk.set("data-act", { data: { seq: acts.seq, act: acts.flying } });
  }
  client.dataReplied = (reply) => {
    const none = window.dash_clientside.no_update;
    if (!reply || reply.seq !== acts.seq || !acts.flying) return none;
    const act = acts.flying;
    acts.flying = null;
    if (reply.problem) {
      status("failed", tk.text("failed"));
      tk.toast(reply.problem);
      if (act.act === "undo") acts.steps.push(act.step);
    } else {
      if (reply.undo) acts.steps.push(reply.undo);
      status("saved", tk.text("saved", { time: new Date().toLocaleTimeString(document.documentElement.lang) }));
      // The new regions are drawn first; then the next one that nobody has decided is chosen.
      setTimeout(() => tk.photosAfter?.([act]), 0);
    }
    undoable();
    pump();
    return none;
  };
  document.addEventListener("tk:lost", () => {
    if (!here() || !acts.flying) return;
    // Whether the act arrived is not known: what the server has is fetched when it answers again.
    status("failed", tk.text("not_saved"));
    Object.assign(acts, { waiting: [], flying: null, lost: true });
  });
  document.addEventListener("tk:back", () => {
    if (!here() || !acts.lost) return;
    acts.lost = false;
    tk.set("data-list", { data: { ...(data.list || {}), photo: tk.view.photos[tk.view.place]?.id, at: Date.now() } });
  });
  function undoable() { const button = by("data-undo"); if (button) button.disabled = !acts.steps.length; }
  function undo() {
    const step = acts.steps.pop();
    undoable();
    if (step) push({ act: "undo", step });
  }
  function classify(category) {
    const item = tk.view.findings.find((one) => one.id === tk.view.chosen);
    if (!item) { tk.toast({ level: "info", text: tk.text("data.choose_first") }); return; }
    push({ act: "finding", finding: item.id, decision: "edited", category, part: item.part, side: item.side, severity: item.severity });
  }

  document.addEventListener("click", (event) => {
    if (!here()) return;
    const hit = (name) => event.target.closest?.(`[data-${name}]`);
    let node;
    if ((node = hit("view"))) show(node.dataset.view);
    else if ((node = hit("pick"))) open(node.dataset.pick, node);
    else if (hit("drawer-close")) closeDrawer();
    else if ((node = hit("open-label"))) {
      const from = node.dataset.from === "pick" ? data.pick : { start: Number(document.querySelector("[data-pager=learn]")?.dataset.current || data.start || 0) };
      show("labels", { ...from, photo: node.dataset.openLabel });
    } else if ((node = hit("pager"))) page(node.dataset.pager, Number(node.dataset.start));
    else if ((node = hit("class"))) classify(node.dataset.class);
    else if (event.target.closest?.("#data-undo")) undo();
    else if (event.target.closest?.("#data-open-case")) {
      const id = tk.view.photos[tk.view.place]?.case;
      if (id) tk.go("/case/" + encodeURIComponent(id));
    }
  });
  function page(kind, start) {
    if (data.tab === "labels" && !by("data-drawer")?.contains(document.activeElement)) {
      data.list = { ...(data.list || {}), start, photo: null };
      tk.set("data-list", { data: { ...data.list, at: Date.now() } });
    } else if (kind === "pick") {
      data.pick = { ...data.pick, start };
      tk.set("data-pick", { data: { ...data.pick, at: Date.now() } });
    } else {
      data.start = start;
      tk.set("data-start", { data: start });
    }
  }
  document.addEventListener("keydown", (event) => {
    if (!here() || tk.dialogOpen()) return;
    if (event.key === "Escape" && closeDrawer()) return;
    if (!by("data-labels") || tk.typing(event) || event.altKey) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") { event.preventDefault(); undo(); return; }
    if (event.ctrlKey || event.metaKey) return;
    if (/^[1-8]$/.test(event.key)) { event.preventDefault(); classify(CLASSES[Number(event.key) - 1]); return; }
    if (event.key.toLowerCase() === "u") { event.preventDefault(); undo(); return; }
    tk.photoKey(event);
  });
  /* The address of the page that is open is marked in the navigation. */
  client.pageMarked = (path) => { if (path) document.querySelectorAll(".tk-nav-link").forEach((link) => {
    const open_ = link.getAttribute("href") === path || (link.getAttribute("href") === "/" && path.startsWith("/case/"));
    link.classList.toggle("active", open_);
    if (open_) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
  }); };
})();
