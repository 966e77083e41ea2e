/* Lines of the sheet: choosing from the tables, the strip that says everything about the line in focus, and "why?". */
(function () {
  "use strict";
  const tk = window.telekalk, client = window.dash_clientside.telekalk;
  const by = (id) => document.getElementById(id);
  const page = tk.page;
  const api = () => tk.grid("case-grid");
  const rowData = (id) => api()?.getRowNode(id)?.data;
  const editable = () => Boolean(page.state?.editable);
  const BLOCKS = ["parts", "labour", "paint", "dents", "incidentals", "deductions"];

  /* Choosing from the tables */
  const pick = { block: null, text: "", seq: 0, offers: [], at: 0, side: null, timer: null, from: null };
  tk.pick = pick;
  const OPEN_BLOCKS = new Set(["deductions"]); // the tables have nothing to choose for these

  tk.openSearch = (block) => {
    if (!editable()) return;
    tk.showTab("main", "sheet");
    if (OPEN_BLOCKS.has(block)) { tk.addLine(block); return; }
    Object.assign(pick, { block: block || null, text: "", offers: [], at: 0, side: null, fresh: false, from: focusedCell() });
    const place = by("pick-panel");
    const input = tk.el("input", {
      id: "pick-text", type: "text", autocomplete: "off", maxlength: "120", class: "form-control", role: "combobox", "aria-expanded": "true",
      "aria-controls": "pick-list", "aria-autocomplete": "list", "aria-label": tk.text("pick"), placeholder: tk.text("pick_placeholder"),
      oninput: () => { pick.side = null; later(input.value); }, onkeydown: pickKey,
    });
    place.replaceChildren(
      tk.el("div", { class: "tk-pick-head" }, tk.icon("search", true), input,
        block ? tk.el("span", { class: "tk-chip accent" }, tk.text("block." + block)) : null,
        tk.el("button", { type: "button", class: "btn btn-tk-quiet tk-mini", title: tk.text("close"), "aria-label": tk.text("close"), onclick: () => close(true) }, tk.icon("cross", true))),
      tk.el("div", { id: "pick-list", class: "tk-pick-list", role: "listbox", "aria-label": tk.text("pick") }),
      tk.el("div", { class: "tk-pick-keys tk-muted tk-small" }, tk.text("pick_keys")));
    place.classList.remove("tk-hidden");
    input.focus();
    ask("");
  };
  function focusedCell() {
    const cell = api()?.getFocusedCell?.();
    const node = cell && api().getDisplayedRowAtIndex(cell.rowIndex);
    return cell ? { row: node?.data?.id, column: cell.column.getColId(), block: node?.data?.kind === "line" ? node.data.block : null } : null;
  }
  function close(back) {
    by("pick-panel")?.classList.add("tk-hidden");
    by("pick-panel")?.replaceChildren();
    pick.seq += 1;
    if (back && pick.from) focusRow(pick.from.row, pick.from.column);
  }
  function focusRow(row, column) {
    const node = api()?.getRowNode(row);
    if (!node) return;
    api().ensureIndexVisible(node.rowIndex);
    api().setFocusedCell(node.rowIndex, column || "label");
  }
  tk.focusRow = focusRow;
  function later(text) { clearTimeout(pick.timer); pick.timer = setTimeout(() => ask(text), 60); }
  function ask(text) {
    pick.text = text.trim();
    pick.seq += 1;
    pick.fresh = false;
    const query = { seq: pick.seq, text: pick.text, block: pick.block };
    tk.set("pick-query", { data: query });
    setTimeout(() => { if (pick.seq === query.seq && !pick.fresh) tk.set("pick-query", { data: { ...query, again: 1 } }); }, 1500);
  }
  client.offered = (data) => {
    if (!data || data.seq !== pick.seq || by("pick-panel")?.classList.contains("tk-hidden")) return;
    Object.assign(pick, { offers: data.offers, at: 0, fresh: true });
    list();
  };
  /** What can be chosen now: the offers and a line of one's own; or the two sides of an offer. */
  function options() {
    if (pick.side) return ["left", "right"].map((side) => ({ side, label: pick.side.label + " " + tk.text("side." + side), kind: tk.text("side_key." + side), figures: pick.side.figures, demo: "", table: "" }));
    const own = pick.block || pick.from?.block || "parts";
    const free = pick.text && pick.fresh ? [{ free: own, label: tk.text("pick_free", { text: pick.text }), kind: tk.text("block." + own), figures: "", demo: "", table: "" }] : [];
    return [...pick.offers, ...free];
  }
  function list() {
    const place = by("pick-list");
    if (!place) return;
    const all = options();
    pick.at = Math.max(0, Math.min(pick.at, all.length - 1));
    place.replaceChildren(...all.map((offer, at) => tk.el("div", {
      id: "pick-" + at, role: "option", class: "tk-pick-option" + (at === pick.at ? " chosen" : "") + (offer.free ? " free" : ""), "aria-selected": String(at === pick.at),
      title: [offer.table, offer.demo, offer.source].filter(Boolean).join(" · "), onmousedown: (event) => { event.preventDefault(); choose(at, event.shiftKey); },
    }, tk.el("span", { class: "kind" }, offer.kind),
      tk.el("span", { class: "tk-grow tk-pick-what" },
        tk.el("span", { class: "tk-ellipsis" }, tk.el("b", {}, offer.label), !pick.side && offer.side ? " " + offer.side : null, offer.side_needed ? tk.el("span", { class: "tk-muted" }, " · " + tk.text("side_open")) : null),
        offer.table ? tk.el("span", { class: "tk-muted tk-ellipsis" }, [offer.table, offer.demo].filter(Boolean).join(" · ")) : null),
      tk.el("span", { class: "tk-num" }, offer.figures))));
    if (!all.length) place.replaceChildren(tk.el("div", { class: "tk-muted tk-pad" }, tk.text(pick.text && pick.fresh ? "pick_none" : "pick_start")));
    by("pick-text")?.setAttribute("aria-activedescendant", all.length ? "pick-" + pick.at : "");
    place.querySelector(".chosen")?.scrollIntoView({ block: "nearest" });
  }
  function pickKey(event) {
    event.stopPropagation();
    const count = options().length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      pick.at = count ? (pick.at + (event.key === "ArrowDown" ? 1 : count - 1)) % count : 0;
      list();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (event.ctrlKey) { own(); return; }
      // What was typed last counts, even if its answer is still under way.
      const typed = by("pick-text").value.trim();
      clearTimeout(pick.timer);
      if (typed !== pick.text && !pick.side) ask(typed);
      if (pick.fresh || pick.side) choose(pick.at, event.shiftKey); else whenFresh(() => choose(0, event.shiftKey));
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (pick.side) { pick.side = null; list(); } else close(true);
    } else if (pick.side && /^[lr]$/i.test(event.key)) {
      event.preventDefault();
      choose(event.key.toLowerCase() === "l" ? 0 : 1, event.shiftKey);
    } else if (event.key === "Tab") close(true);
  }
  function whenFresh(done) {
    const seq = pick.seq, end = Date.now() + 4000;
    (function look() {
      if (pick.seq !== seq || Date.now() > end) return;
      if (pick.fresh) done(); else setTimeout(look, 20);
    })();
  }
  function own() {
    const block = pick.block || pick.from?.block || "parts", text = by("pick-text").value.trim();
    if (!text) return;
    close(false);
    tk.addLine(block, text);
  }
  function choose(at, alone) {
    const offer = options()[at];
    if (!offer) return;
    if (offer.free) { own(); return; }
    if (offer.side_needed) { pick.side = offer; pick.at = 0; list(); return; }
    const choice = { ...(pick.side ? { ...pick.side.choice, side: offer.side } : offer.choice), alone: Boolean(alone) };
    close(false);
    tk.act({ act: "pick", choice });
  }

  /** After an answer: the new line gets the focus, what else happened is said with a way back. */
  tk.linesAfter = (reply, acts) => {
    if (reply.messages?.length) {
      document.querySelectorAll("#tk-toasts .tk-toast-act").forEach((old) => old.closest(".tk-toast").remove());
      tk.toast({ level: "info", text: reply.messages.join(" "), action: reply.changed ? { label: tk.text("undo"), run: () => tk.caseAct("undo") } : null });
    }
    if (reply.added?.length) setTimeout(() => { if (!api()?.getEditingCells().length) focusRow(reply.added[0], "label"); }, 120);
    else if (acts.some((act) => ["delete", "revert", "toggle"].includes(act.act))) setTimeout(() => { if (document.activeElement === document.body && page.cell) focusIndex(page.cell); }, 120);
    setTimeout(() => strip(page.line), 60);
    setTimeout(() => strip(page.line), 200);
  };
  function focusIndex(cell) {
    const grid = api();
    if (grid) grid.setFocusedCell(Math.min(cell.index, grid.getDisplayedRowCount() - 1), cell.column);
  }

  /* The strip: everything about the line in focus */
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest?.("#case-grid .ag-row");
    if (!row) return;
    const id = row.getAttribute("row-id");
    page.cell = { index: Number(row.getAttribute("row-index")), column: event.target.getAttribute("col-id") || "label" };
    if (id !== page.line) { page.line = id; strip(id); }
  });
  const schema = () => {
    const place = by("line-strip");
    if (place && place.tkSchema === undefined) place.tkSchema = JSON.parse(place.dataset.schema);
    return place?.tkSchema || {};
  };
  function lineOf(id) {
    const draft = page.state?.draft;
    if (!draft) return null;
    for (const block of BLOCKS) {
      const line = (draft[block] || []).find((entry) => entry.id === id);
      if (line) return { block, line };
    }
    return null;
  }
  const point = () => tk.text("decimal");
  /** A number of the draft as it is typed; a share is typed in percent. Text only, no arithmetic. */
  function shown(field, value) {
    if (value === null || value === undefined) return "";
    let text = String(value);
    if (field.kind === "share") {
      const [whole, part = ""] = text.split("."), digits = whole + (part + "00").slice(0, 2), rest = part.slice(2).replace(/0+$/, "");
      text = digits.replace(/^0+(?=\d)/, "") + (rest ? "." + rest : "");
    }
    return ["number", "share"].includes(field.kind) ? text.replace(".", point()) : text;
  }
  const valueAt = (line, name) => name.split(".").reduce((holder, key) => (holder === null || holder === undefined ? holder : holder[key]), line);

  function strip(id) {
    const place = by("line-strip"), data = id && rowData(id), found = id && lineOf(id);
    if (!place) return;
    if (!data || !found) {
      place.replaceChildren(tk.el("div", { class: "tk-muted tk-small tk-strip-none" }, tk.text("line_none")));
      place.tkMark = null;
      return;
    }
    const mark = JSON.stringify([found.line, data.included, data.added, data.reason, editable()]);
    if (place.tkMark === mark && place.tkLine === id) return;
    const focused = place.contains(document.activeElement) ? document.activeElement : null;
    if (focused && place.tkLine === id && focused.tagName === "INPUT" && focused.value !== focused.dataset.was) return;
    Object.assign(place, { tkMark: mark, tkLine: id });
    const tool = (name, icon, text, run) => tk.el("button", { type: "button", class: "btn btn-tk-quiet tk-mini", title: text, "aria-label": text, "data-strip": name, onclick: run }, tk.icon(icon, true), name === "revert" ? tk.el("span", {}, text) : null);
    const head = tk.el("div", { class: "tk-row tk-strip-head" },
      tk.el("b", { class: "tk-ellipsis" }, data.label || "–"),
      data.table ? tk.el("span", { class: "tk-chip demo", title: data.why_here }, data.table) : null,
      data.included ? tk.el("span", { class: "tk-chip info" }, data.included) : null,
      data.added ? tk.el("span", { class: "tk-chip", title: data.why_here }, tk.text("added_for", { labels: data.added })) : null,
      !data.table && data.why_here ? tk.el("span", { class: "tk-muted tk-small tk-ellipsis", title: data.why_here }, data.why_here) : null,
      tk.el("span", { class: "tk-grow" }),
      editable() ? tool("toggle", data.inactive ? "check" : "ban", tk.text(data.inactive ? "switch_on" : "switch_off"), () => tk.act({ act: "toggle", row: id })) : null,
      editable() && data.reason !== null && data.reason !== undefined ? tool("revert", "undo", tk.text("revert"), () => tk.act({ act: "revert", row: id })) : null,
      tool("why", "question", tk.text("why_short"), () => tk.why(data.why)));
    const fields = tk.el("div", { class: "tk-strip-fields" });
    if (data.reason !== null && data.reason !== undefined)
      fields.append(box({ name: "reason", label: "* " + tk.text("reason_label"), kind: "text", unit: "" }, data.reason, id, "wide reason" + (data.reason ? "" : " open"),
        data.previous.map(([name, value]) => name + " " + value).join(", ")));
    (schema()[found.block] || []).forEach((field) => {
      const value = field.name === "finding" ? (found.line.finding_ids || [])[0] : valueAt(found.line, field.name);
      if (field.name.startsWith("pre_damage.") && field.name !== "pre_damage.share" && !found.line.pre_damage) return;
      if (["has_gain", "gain"].includes(field.name) && found.line.kind !== "new_for_old") return;
      fields.append(box(field, value, id, field.kind === "text" || field.kind === "line" || field.kind === "finding" ? "wide" : ""));
    });
    place.replaceChildren(head, fields);
    if (focused) place.querySelector(`[data-field="${focused.dataset.field}"]`)?.focus();
  }
  tk.strip = strip;
  function box(field, value, row, look, note) {
    const attributes = { "data-field": field.name, class: field.kind === "number" || field.kind === "share" ? "form-control tk-num" : "form-control", "aria-label": field.label.replace(/^\* /, "") };
    let input;
    const send = () => {
      if (input.value === input.dataset.was) return;
      input.dataset.was = input.value;
      tk.act(field.name === "reason" ? { act: "reason", row, value: input.value } : { act: "line", row, name: field.name, value: input.value });
    };
    const choices = choicesOf(field, row);
    if (choices) {
      const now = value === null || value === undefined ? (field.kind === "flag" ? "unknown" : "") : String(value);
      input = tk.el("select", { ...attributes, class: "form-select", onchange: send }, choices.map(([code, word]) => tk.el("option", { value: code, ...(code === now ? { selected: "" } : {}) }, word)));
      input.value = now;
    } else {
      input = tk.el("input", { ...attributes, type: "text", maxlength: "300", autocomplete: "off", value: shown(field, value), onblur: send });
    }
    input.dataset.was = input.value;
    if (!editable()) input.disabled = true;
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") { event.preventDefault(); event.stopPropagation(); send(); back(row); }
      if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); input.value = input.dataset.was; back(row); }
    });
    const photo = field.kind === "finding" && value ? tk.el("button", { type: "button", class: "btn btn-tk-quiet tk-mini", title: tk.text("show_photo"), onclick: () => tk.showFinding?.(value) }, tk.icon("camera", true)) : null;
    return tk.el("label", { class: "tk-strip-field " + (look || "") }, tk.el("span", { class: "name" }, field.label, note ? tk.el("span", { class: "tk-muted" }, " " + tk.text("before", { value: note })) : null),
      tk.el("span", { class: "tk-input" }, input, field.unit ? tk.el("span", { class: "unit" }, field.unit) : null, photo),
      tk.el("span", { class: "tk-input-error", role: "alert" }));
  }
  function choicesOf(field, row) {
    const none = field.optional || field.kind === "line" || field.kind === "finding" ? [["", "–"]] : [];
    if (field.kind === "flag") return [...(field.optional ? [["unknown", tk.text("unknown")]] : []), ["false", tk.text("no")], ["true", tk.text("yes")]];
    if (field.kind === "word") return [...none, ...field.choices];
    if (field.kind === "finding") return [...none, ...(tk.findings?.() || []).map((finding, at) => [finding.id, (at + 1) + " " + finding.title])];
    if (field.kind === "line") return [...none, ...BLOCKS.slice(0, 5).flatMap((block) => (page.state?.draft?.[block] || []).map((line) => [line.id, line.label || line.id]))];
    return null;
  }
  function back(row) {
    if (page.cell) focusIndex(page.cell); else focusRow(row, "label");
  }
  tk.lineProblem = (key, message) => {
    const [, row, ...rest] = key.split(":");
    if (by("line-strip")?.tkLine !== row) { if (message) tk.toast({ level: "warn", text: message }); return; }
    const input = by("line-strip").querySelector(`[data-field="${rest.join(":")}"]`);
    const error = input?.closest(".tk-strip-field")?.querySelector(".tk-input-error");
    if (error) error.textContent = message || "";
    input?.classList.toggle("invalid", Boolean(message));
  };
  function field(name) {
    const input = by("line-strip")?.querySelector(`[data-field="${name}"]`);
    input?.focus();
    input?.select?.();
    return Boolean(input);
  }
  /** To the reason of this line, or of the next one that has none. */
  tk.toReason = (row) => {
    let id = row;
    if (!id) {
      const open = [];
      api()?.forEachNodeAfterFilterAndSort((node) => { if (node.data.kind === "line" && node.data.reason === "") open.push([node.rowIndex, node.data.id]); });
      const here = page.cell ? page.cell.index : -1;
      id = (open.find(([index]) => index > here) || open[0] || [])[1];
    }
    if (!id) { tk.toast({ level: "info", text: tk.text("reasons_done") }); return; }
    tk.showTab("main", "sheet");
    focusRow(id, "label");
    page.line = id;
    strip(id);
    field("reason");
  };

  /* Why? */
  tk.why = (key) => {
    if (!key) return;
    tk.set("why-body", { children: null });
    tk.set("why-request", { data: { key, at: Date.now() } });
    const panel = by("why-panel");
    if (panel?.classList.contains("tk-hidden")) page.whyFrom = document.activeElement;
    panel?.classList.remove("tk-hidden");
    panel?.focus();
    const end = Date.now() + 9000;
    let again = Date.now() + 1200;
    (function look() {
      if (Date.now() > again) { again = Date.now() + 1200; tk.set("why-request", { data: { key, at: Date.now() } }); }
      const first = panel?.querySelector(`details[data-node="${CSS.escape(key)}"] > summary`);
      if (first) first.focus(); else if (Date.now() < end && !panel?.classList.contains("tk-hidden")) setTimeout(look, 30);
    })();
  };
  tk.closeWhy = () => { by("why-panel")?.classList.add("tk-hidden"); page.whyFrom?.focus?.(); };
  const visible = () => [...by("why-panel").querySelectorAll("summary, [data-goto]")].filter((node) => node.offsetParent !== null);
  function goto(key) {
    const node = by("why-panel").querySelector(`details[data-node="${CSS.escape(key)}"]`);
    if (!node) return;
    for (let above = node; above; above = above.parentElement?.closest("details")) above.open = true;
    node.querySelector("summary").focus();
    node.classList.remove("tk-flash");
    void node.offsetWidth;
    node.classList.add("tk-flash");
  }
  function walk(event) {
    const all = visible(), at = all.indexOf(document.activeElement), node = document.activeElement.closest?.("details");
    const summary = document.activeElement.tagName === "SUMMARY";
    if (event.key === "ArrowDown" || event.key === "ArrowUp") all[Math.max(0, Math.min(all.length - 1, at + (event.key === "ArrowDown" ? 1 : -1)))]?.focus();
    else if (event.key === "ArrowRight" && summary && !node.open) node.open = true;
    else if (event.key === "ArrowRight") all[at + 1]?.focus();
    else if (event.key === "ArrowLeft" && summary && node.open) node.open = false;
    else if (event.key === "ArrowLeft") (summary ? node.parentElement?.closest("details") : node)?.querySelector("summary")?.focus();
    else return false;
    event.preventDefault();
    return true;
  }

  document.addEventListener("click", (event) => {
    const target = event.target;
    if (!target.closest || !by("case-page")) return;
    const hit = (name) => target.closest(`[data-${name}]`);
    let node;
    if ((node = hit("why-close"))) tk.closeWhy();
    else if ((node = hit("goto"))) goto(node.dataset.goto);
    else if ((node = hit("why"))) tk.why(node.dataset.why);
    else if ((node = hit("reason"))) tk.toReason(node.dataset.reason);
    else if (hit("jump")) tk.toReason(null);
    else if (hit("search")) tk.openSearch(null);
    else if ((node = hit("loss"))) tk.act({ act: "loss", method: node.dataset.loss });
    else if ((node = hit("show"))) showPart(node.dataset.show);
    else if (!by("pick-panel")?.classList.contains("tk-hidden") && !target.closest("#pick-panel") && !hit("add")) close(false);
  });
  /** A list on the parameter tab, which is made when the tab opens. */
  function showPart(id) {
    tk.showTab("main", "parameters");
    const end = Date.now() + 3000;
    (function look() {
      const node = by(id);
      if (node) { node.scrollIntoView({ block: "start" }); node.focus(); } else if (Date.now() < end) setTimeout(look, 50);
    })();
  }

  /** Keys of this file; true when one was taken. */
  tk.lineKey = (event) => {
    const panel = by("why-panel"), open = panel && !panel.classList.contains("tk-hidden");
    if (open && event.key === "Escape") { tk.closeWhy(); return true; }
    if (open && panel.contains(event.target) && walk(event)) return true;
    const row = event.target.closest?.("#case-grid .ag-row"), data = row && rowData(row.getAttribute("row-id"));
    if (event.key === "F1") {
      event.preventDefault();
      const near = event.target.closest?.("[data-why], .tk-total, .tk-flag");
      const why = data ? data.why : near?.dataset?.why || near?.querySelector?.("[data-why]")?.dataset.why;
      tk.why(why || (event.target.closest?.("#line-strip") ? rowData(page.line)?.why : null) || "payout");
      return true;
    }
    if (tk.typing(event)) return false;
    if (event.key === "/" && !event.ctrlKey) { event.preventDefault(); tk.openSearch(null); return true; }
    if (event.key === "*") { event.preventDefault(); tk.toReason(data && data.reason !== null && data.reason !== undefined ? data.id : null); return true; }
    if (event.altKey && data?.kind === "line" && editable()) {
      const key = event.key.toLowerCase();
      if (key === "a") { event.preventDefault(); tk.act({ act: "toggle", row: data.id }); return true; }
      if (key === "r") { event.preventDefault(); tk.act({ act: "revert", row: data.id }); return true; }
      if (key === "b") { event.preventDefault(); page.line = data.id; strip(data.id); field("low"); return true; }
    }
    return false;
  };
})();
