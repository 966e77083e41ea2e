/* The case page: the queue of edits, tabs, keys, dialogs.
   Edits leave one batch at a time; what was typed is kept here until the server says that it was taken over. */
(function () {
  "use strict";
  const tk = window.telekalk, client = window.dash_clientside.telekalk;
  const by = (id) => document.getElementById(id);
  const edits = { waiting: [], flying: null, seq: 0, attempt: 0, timer: null, blocked: false };
  const page = { caseId: null, state: null, tabs: { left: "photos", main: "sheet" }, undone: 0 };
  tk.page = page;
  tk.edits = edits;

  function status(kind, text) {
    const node = by("save-state");
    if (!node) return;
    node.className = "tk-save " + kind;
    node.replaceChildren(tk.icon({ saved: "check", saving: "refresh", failed: "alarm", wrong: "flag" }[kind] || "info", true), text);
  }
  tk.act = (act) => {
    if (!page.state) return;
    if (!page.state.editable && !["take", "reload"].includes(act.act)) return;
    edits.waiting.push(act);
    pump();
  };
  function pump() {
    if (edits.flying || !edits.waiting.length || edits.blocked) return;
    edits.flying = edits.waiting.splice(0);
    edits.attempt = 0;
    launch();
  }
  function launch(extra) {
    edits.seq += 1;
    edits.attempt += 1;
    status("saving", tk.text("saving"));
    tk.set("case-request", { data: { seq: edits.seq, acts: edits.flying, vehicle: Boolean(document.querySelector("#case-fields .tk-field")), ...(extra || {}) } });
    clearTimeout(edits.timer);
    edits.timer = setTimeout(retry, 20000);
  }
  function retry() { if (edits.flying && !edits.blocked) launch(); }
  document.addEventListener("tk:lost", (event) => {
    if (!edits.flying) return;
    status("failed", tk.text(event.detail === "signed_out" ? "not_saved_login" : "not_saved"));
    clearTimeout(edits.timer);
    edits.timer = setTimeout(retry, Math.min(15000, 1500 * edits.attempt));
  });
  document.addEventListener("tk:back", () => { if (edits.flying) { clearTimeout(edits.timer); edits.timer = setTimeout(retry, 100); } });
  window.addEventListener("beforeunload", (event) => { if (edits.flying || edits.waiting.length) { event.preventDefault(); event.returnValue = ""; } });

  client.replied = (reply) => {
    if (!reply || reply.seq !== edits.seq || !edits.flying) return;
    clearTimeout(edits.timer);
    const acts = edits.flying;
    // What this page changed itself, its own lock for instance, is no news when the poll brings it.
    page.mark = undefined;
    if (reply.conflict) { conflict(reply.conflict, acts); return; }
    edits.flying = null;
    if (reply.problem) {
      status("failed", tk.text("failed"));
      tk.toast(reply.problem);
    } else if (reply.wrong) status("wrong", tk.text("wrong", { count: reply.wrong }));
    else status("saved", tk.text("saved", { time: reply.saved_at }));
    cellProblems(reply, acts);
    Object.entries(reply.inputs || {}).forEach(([key, message]) => (key.startsWith("line:") ? tk.lineProblem(key, message) : inputProblem(key, message)));
    acts.forEach((act) => { if (act.act === "add" && !reply.problem) focusNew(act.row, act.values?.label ? (act.block === "labour" || act.block === "paint" || act.block === "dents" ? "quantity" : "price") : "label"); });
    tk.linesAfter(reply, acts);
    if (page.tabs.main === "offer" && reply.saved) askOffer();
    if (page.tabs.main === "parameters" && reply.saved) askJudgement(acts);
    tk.photosAfter?.(acts);
    pump();
  };
  /** Cells that were not taken over keep what was typed and say why. */
  function cellProblems(reply, acts) {
    const api = tk.grid("case-grid");
    if (!api) return;
    const rows = reply.cells || {};
    Object.entries(rows).forEach(([id, columns]) => {
      const node = api.getRowNode(id);
      if (!node) return;
      Object.entries(columns).forEach(([column, problem]) => {
        node.data.errors = { ...(node.data.errors || {}), [column]: problem.message };
        node.data[column] = problem.typed;
      });
      api.refreshCells({ rowNodes: [node], force: true });
    });
    if (reply.problem) {
      const column = acts.find((act) => act.act === "cell");
      if (column) {
        const node = api.getRowNode(column.row);
        if (node) { node.data.errors = { ...(node.data.errors || {}), [column.column]: reply.problem.text }; api.refreshCells({ rowNodes: [node], force: true }); }
      }
    }
  }
  function inputId(key) {
    const at = key.indexOf(":");
    return { kind: key.slice(0, at), name: key.slice(at + 1).replaceAll(".", "~") };
  }
  const domId = (type, kind, name) => by(JSON.stringify({ kind, name, type }));
  function inputProblem(key, message) {
    const { kind, name } = inputId(key);
    const error = domId("tk-error", kind, name);
    if (error) error.textContent = message || "";
    domId("tk-input", kind, name)?.classList.toggle("invalid", Boolean(message));
  }
  function focusNew(row, column) {
    setTimeout(() => {
      const api = tk.grid("case-grid"), node = api?.getRowNode(row);
      // Whoever types in a cell already keeps it, and what was typed.
      if (!node || api.getEditingCells().length) return;
      api.ensureIndexVisible(node.rowIndex);
      api.setFocusedCell(node.rowIndex, column);
      api.startEditingCell({ rowIndex: node.rowIndex, colKey: column });
    }, 120);
  }
  /** What is judged below the parameters follows each edit; a switch also changes which parameters there are. */
  function askJudgement(acts) {
    const switched = acts.some((act) => act.act === "param" && tk.text("switches").split(" ").includes(act.name)) || acts.some((act) => ["undo", "redo", "suggest"].includes(act.act));
    const from = document.activeElement?.id;
    tk.set("panel-request", { data: { tab: switched ? "parameters" : "judgement", at: Date.now() } });
    if (switched && from) [150, 400].forEach((wait) => setTimeout(() => { if (document.activeElement === document.body) by(from)?.focus(); }, wait));
  }
  function describe(act) {
    const api = tk.grid("case-grid");
    if (act.act === "cell") return (api?.getRowNode(act.row)?.data?.label || act.row) + ": " + act.value;
    if (["param", "field", "claim"].includes(act.act)) return act.name + ": " + act.value;
    if (act.act === "field_confirm") return act.name + ": " + tk.text("act.field_confirm");
    return tk.text("act." + act.act);
  }
  function conflict(text, acts) {
    edits.blocked = true;
    const all = [...acts, ...edits.waiting];
    status("failed", tk.text("conflict"));
    const node = by("tk-conflict");
    const done = (extra) => {
      node.classList.add("tk-hidden");
      edits.blocked = false;
      edits.waiting = [];
      edits.flying = extra ? all : [{ act: "reload" }];
      launch(extra);
    };
    node.replaceChildren(tk.el("div", { class: "tk-card", role: "alertdialog", "aria-label": tk.text("conflict") },
      tk.el("h2", {}, tk.text("conflict")), tk.el("p", {}, text), tk.el("p", { class: "tk-muted" }, tk.text("conflict_kept")),
      tk.el("ul", {}, all.map((act) => tk.el("li", {}, describe(act)))),
      tk.el("div", { class: "tk-row" }, tk.el("button", { type: "button", class: "btn btn-tk-main", onclick: () => done({ rebase: true }) }, tk.text("conflict_apply")),
        tk.el("button", { type: "button", class: "btn btn-tk", onclick: () => done(null) }, tk.text("conflict_reload")))));
    node.classList.remove("tk-hidden");
    node.querySelector("button").focus();
  }

  /* What the server knows */
  client.stateChanged = (state, caseId) => {
    if (!state) return;
    if (caseId !== page.caseId) {
      page.caseId = caseId;
      Object.assign(edits, { waiting: [], flying: null, blocked: false });
      page.tabs = { left: "photos", main: "sheet" };
      Object.assign(page, { seen: null, mark: undefined, late: null });
      tk.photosReset?.();
    }
    const before = page.state;
    page.state = state;
    tabs();
    // After the page was made anew, the open panels are empty again.
    setTimeout(() => { fill("left"); fill("main"); }, 30);
    if (!before || before.version === undefined) return;
    // Inputs that somebody is not typing in follow the case.
    sync("param", before.params || {}, state.params || {});
    sync("claim", before.claim || {}, state.claim || {});
    sync("field", before.fields || {}, state.fields || {});
    setTimeout(crops, 50);
  };
  function sync(kind, before, now) {
    Object.entries(now).forEach(([name, value]) => {
      const node = domId("tk-input", kind, name.replaceAll(".", "~"));
      if (!node || node.value === value || (document.activeElement === node && before[name] === value)) return;
      if (domId("tk-error", kind, name.replaceAll(".", "~"))?.textContent) return;
      tk.set({ type: "tk-input", kind, name: name.replaceAll(".", "~") }, { value });
    });
  }
  client.inputChanged = () => {
    setTimeout(crops, 30);
    const context = window.dash_clientside.callback_context;
    if (!page.state || !context.triggered.length || context.triggered.length > 5) return;
    context.triggered.forEach((item) => {
      let id;
      try { id = JSON.parse(item.prop_id.slice(0, item.prop_id.lastIndexOf("."))); } catch { return; }
      const name = id.name.replaceAll("~", ".");
      const known = { param: page.state.params, claim: page.state.claim, field: page.state.fields }[id.kind];
      const value = item.value === null || item.value === undefined ? "" : String(item.value);
      if (!known || known[name] === undefined) return;
      const wrong = domId("tk-error", id.kind, id.name)?.textContent;
      if (known[name] === value && !wrong) return;
      tk.act({ act: id.kind, name, value });
    });
  };
  client.cellEdited = (events) => {
    (Array.isArray(events) ? events : [events]).forEach((event) => {
      if (!event || !event.data || event.oldValue === event.value) return;
      tk.act({ act: "cell", row: event.rowId || event.data.id, column: event.colId, value: event.value === null || event.value === undefined ? "" : event.value });
    });
  };
  client.seen = (seen) => {
    // The store is handed in again whenever the page is made anew: only news count.
    if (!seen || !page.state || seen.queue === page.seen) return;
    if (edits.flying || edits.waiting.length || edits.blocked || tk.view?.draw || tk.dialogOpen() || tk.grid("case-grid")?.getEditingCells().length) {
      page.late = seen;
      return;
    }
    const mark = JSON.stringify([seen.lock, seen.progress]);
    const moved = seen.version > page.state.version || (page.mark !== undefined && page.mark !== mark);
    page.seen = seen.queue;
    page.mark = mark;
    if (moved) tk.reload();
  };
  setInterval(() => { if (page.late && by("case-page")) { const late = page.late; page.late = null; client.seen(late); } }, 2000);

  /* Tabs */
  function tabs() {
    Object.entries(page.tabs).forEach(([group, active]) => {
      const column = by(group === "left" ? "col-left" : "col-main");
      if (!column) return;
      column.dataset.active = active;
      column.querySelectorAll(".tk-tab").forEach((tab) => tab.setAttribute("aria-selected", String(tab.dataset.tab === active)));
    });
  }
  /** Crops of the document are fetched when somebody wants to see them. */
  function crops() {
    if (page.tabs.left !== "vehicle") return;
    tk.fieldCrops?.();
  }
  /** A panel is made when its tab is opened; the timeline anew each time. */
  const asked = {};
  function fill(group, again) {
    const tab = page.tabs[group], column = by(group === "left" ? "col-left" : "col-main");
    const panel = column?.querySelector(`[data-panel="${tab}"]`);
    if (!panel || !(panel.querySelector(".tk-lazy") || (again && tab === "timeline"))) return;
    asked[tab] = Date.now();
    if (tab === "offer") askOffer();
    else tk.set("panel-request", { data: { tab, at: Date.now() } });
    if (tab === "vehicle") [200, 600, 1500, 4000].forEach((wait) => setTimeout(crops, wait));
  }
  // An answer that comes while the page is made anew is lost in the framework; so an open panel that is still empty is asked for again.
  setInterval(() => {
    if (!by("case-page")) return;
    // The page may have been made anew under a tab that was opened meanwhile.
    if ((by("col-left")?.dataset.active ?? page.tabs.left) !== page.tabs.left || (by("col-main")?.dataset.active ?? page.tabs.main) !== page.tabs.main) tabs();
    ["left", "main"].forEach((group) => {
      const tab = page.tabs[group];
      if (Date.now() - (asked[tab] || 0) > (tab === "offer" ? 10000 : 1200)) fill(group);
    });
  }, 600);
  function show(group, tab) {
    page.tabs[group] = tab;
    tabs();
    if (tab === "offer") askOffer();
    else fill(group, true);
    if (tab === "vehicle") crops();
    if (tab === "photos") window.dispatchEvent(new Event("resize"));
  }
  function askOffer() { tk.set("offer-request", { data: { at: Date.now() } }); }
  tk.showTab = show;

  /* Dialogs */
  client.closeDialog = () => false;
  client.dialogDone = (content) => {
    // A dialog that is closed without an error has changed the case.
    if (content === "") tk.reload();
  };
  tk.reload = () => {
    if (edits.flying) { edits.waiting.push({ act: "reload" }); return; }
    edits.flying = [{ act: "reload" }];
    launch();
  };
  const ACTS = {
    undo: () => tk.act({ act: "undo" }),
    redo: () => tk.act({ act: "redo" }),
    take: () => tk.act({ act: "take" }),
    release: () => tk.act({ act: "release" }),
    suggest: () => tk.act({ act: "suggest" }),
    request: () => tk.set("request-modal", { is_open: true }),
    exclude: () => tk.set("exclude-modal", { is_open: true }),
    send: () => tk.set("send-modal", { is_open: true }),
    offer: () => show("main", "offer"),
  };
  function caseAct(name) {
    const button = document.querySelector(`[data-case-act="${name}"]`);
    if (button && !button.disabled) ACTS[name]?.();
  }
  tk.caseAct = caseAct;
  /** An empty line, or one of the expert's own with its label. */
  tk.addLine = (block, label) => {
    const row = "m" + Date.now().toString(36) + Math.floor(Math.random() * 1296).toString(36);
    show("main", "sheet");
    tk.act({ act: "add", block, row, ...(label ? { values: { label } } : {}) });
  };
  tk.deleteLine = (row) => tk.act({ act: "delete", row });

  document.addEventListener("click", (event) => {
    const target = event.target;
    if (!target.closest) return;
    const hit = (name) => target.closest(`[data-${name}]`);
    let node;
    if ((node = hit("tab"))) show(node.dataset.tabGroup, node.dataset.tab);
    else if ((node = hit("case-act"))) caseAct(node.dataset.caseAct);
    else if ((node = hit("add"))) tk.openSearch(node.dataset.add);
    else if ((node = hit("row-delete"))) tk.deleteLine(node.dataset.rowDelete);
  });

  document.addEventListener("keydown", (event) => {
    if (!by("case-page") || !page.state) return;
    const key = event.key.toLowerCase();
    const control = event.ctrlKey || event.metaKey;
    if (control && (key === "z" || key === "y") && !tk.typing(event)) {
      event.preventDefault();
      caseAct(key === "y" || event.shiftKey ? "redo" : "undo");
      return;
    }
    if (tk.dialogOpen() || edits.blocked) return;
    if (tk.lineKey?.(event)) return;
    const row = event.target.closest?.("#case-grid .ag-row");
    if (row && !tk.typing(event)) {
      const api = tk.grid("case-grid"), data = api?.getRowNode(row.getAttribute("row-id"))?.data;
      if (event.key === "Insert" && data) { event.preventDefault(); tk.openSearch(data.kind === "parameter" ? "parts" : data.block); return; }
      if (control && event.key === "Delete" && data?.kind === "line") { event.preventDefault(); tk.deleteLine(data.id); return; }
      if (event.key === "Enter" && event.target.getAttribute("col-id") === "amount" && data?.why) { event.preventDefault(); tk.why(data.why); return; }
      if (!event.altKey) return;
    }
    if (tk.typing(event) || control) return;
    if (event.altKey) {
      const block = { "1": "parts", "2": "labour", "3": "paint", "4": "dents", "5": "incidentals", "6": "deductions" }[event.key];
      if (block && page.state.editable) { event.preventDefault(); tk.openSearch(block); }
      return;
    }
    const tab = { "1": ["left", "photos"], "2": ["left", "vehicle"], "3": ["left", "timeline"], "4": ["main", "sheet"], "5": ["main", "parameters"], "6": ["main", "offer"] }[event.key];
    if (tab) { event.preventDefault(); show(...tab); return; }
    const act = { t: "take", f: "request", o: "offer" }[key];
    if (act) { event.preventDefault(); caseAct(act); return; }
    if (key === "s" && page.tabs.main === "offer") { event.preventDefault(); caseAct("send"); return; }
    if (key === "g") { event.preventDefault(); const api = tk.grid("case-grid"); show("main", "sheet"); api?.setFocusedCell(1, "label"); return; }
    if (key === "q") { event.preventDefault(); tk.go("/"); return; }
    tk.photoKey?.(event);
  });
})();
