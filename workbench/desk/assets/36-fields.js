/* The fields of the registration document: jump to what is doubtful, confirm, choose, correct, take back; without a mouse. */
(function () {
  "use strict";
  const tk = window.telekalk;
  const by = (id) => document.getElementById(id);
  // What the person opened, searched and wants to stand on; the panel is made anew after each decision.
  const state = { caseId: null, groups: {}, query: "", want: null, asked: 0 };
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const rowOf = (code) => document.querySelector(`#case-fields [data-field="${CSS.escape(code)}"]`);
  const inputOf = (row) => row?.querySelector("input, textarea");
  const nameOf = (row) => row.dataset.field.replaceAll("~", ".");
  const shown = (row) => !row.hidden && row.closest("details")?.open;
  const editable = () => Boolean(tk.page.state?.editable);

  function open(row) {
    const group = row.closest("details");
    if (group && !group.open) { group.open = true; crops(group); }
  }
  function focusRow(row) {
    if (!row) return;
    open(row);
    state.want = row.dataset.field;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }
  tk.focusField = (code) => focusRow(rowOf(code));
  const here = () => document.activeElement?.closest?.("#case-fields [data-field]");

  /** The doubtful field after (or before) the one that has the focus; around the end to the start. */
  function nextDoubt(step) {
    const rows = all("#case-fields [data-field]");
    const at = rows.indexOf(here() || rowOf(state.want || "") || null);
    const order = step > 0 ? [...rows.slice(at + 1), ...rows.slice(0, at + 1)] : [...rows.slice(0, Math.max(at, 0)).reverse(), ...rows.slice(Math.max(at, 0)).reverse()];
    return order.find((row) => row.classList.contains("doubtful") && !row.hidden) || null;
  }
  /** The tab is made when it is opened for the first time. */
  function opened(then) {
    if (tk.page.tabs.left !== "vehicle") tk.showTab("left", "vehicle");
    const until = Date.now() + 6000;
    (function wait() {
      if (document.querySelector("#case-fields [data-field]")) then();
      else if (Date.now() < until) setTimeout(wait, 60);
    })();
  }
  function jump(step) {
    opened(() => {
      const row = nextDoubt(step);
      if (row) focusRow(row);
      else { const first = here() || document.querySelector("#case-fields [data-field]"); focusRow(first); tk.toast({ level: "ok", text: tk.text("field_all_done") }); }
    });
  }
  /** On to the next doubtful field, else to the next one; it is found again after the panel was made anew. */
  function onward(row) {
    const rows = all("#case-fields [data-field]").filter(shown);
    const next = nextDoubt(1);
    focusRow(next && next !== row ? next : rows[rows.indexOf(row) + 1] || row);
  }
  function confirm(row) {
    if (!editable()) return;
    tk.act({ act: "field_confirm", name: nameOf(row) });
    row.classList.remove("doubtful");
    onward(row);
  }
  function choose(row, number) {
    const button = row.querySelectorAll("[data-alt]")[number - 1];
    if (!button || button.disabled) return false;
    button.click();
    return true;
  }
  let timer = null;
  function known(row) { return tk.page.state?.fields?.[nameOf(row)] ?? ""; }
  function leave(row) {
    const input = inputOf(row);
    if (input && input.value !== known(row)) {
      // What was typed stands in the input alone until it is left; so it is taken back there.
      const kind = input.tagName === "TEXTAREA" ? HTMLTextAreaElement : HTMLInputElement;
      Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(input, known(row));
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
    clearTimeout(timer);
    state.asked += 1;
    note(row, null);
    focusRow(row);
  }
  tk.undoField = () => { if (editable()) tk.act({ act: "field_undo" }); };

  document.addEventListener("keydown", (event) => {
    if (!by("case-page") || !tk.page.state || tk.dialogOpen() || tk.edits.blocked) return;
    if (event.key === "F8") { event.preventDefault(); event.stopPropagation(); jump(event.shiftKey ? -1 : 1); return; }
    const row = event.target.closest?.("#case-fields [data-field]");
    if (!row) return;
    const done = () => { event.preventDefault(); event.stopPropagation(); };
    const control = event.ctrlKey || event.metaKey;
    if (event.target === row) onRow(event, row, control, done);
    else if (event.target === inputOf(row)) onInput(event, row, control, done);
  }, true);

  function onRow(event, row, control, done) {
    if (control && event.key.toLowerCase() === "z") { done(); tk.undoField(); return; }
    if (control || event.altKey || event.key === "Tab") return;
    const rows = all("#case-fields [data-field]").filter(shown);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { done(); focusRow(rows[rows.indexOf(row) + step] || row); return; }
    if (event.key === "Escape") { done(); state.want = null; document.querySelector('#col-left [data-tab="vehicle"]')?.focus(); return; }
    if (event.key === "Enter") { done(); confirm(row); return; }
    if (/^[1-9]$/.test(event.key) && choose(row, Number(event.key))) { done(); return; }
    const input = inputOf(row);
    if (!input || input.disabled) return;
    if (event.key === "F2") { done(); input.focus(); input.select(); return; }
    if (event.key.length === 1 || event.key === "Backspace" || event.key === "Delete") {
      // The key itself arrives in the input and replaces what stands there.
      event.stopPropagation();
      input.focus();
      input.select();
    }
  }
  function onInput(event, row, control, done) {
    const input = event.target, lines = input.tagName === "TEXTAREA";
    if (event.key === "Escape") { done(); leave(row); return; }
    if (event.key !== "Enter" || event.isComposing || (lines && !control)) return;
    if (input.value === known(row)) { done(); confirm(row); return; }
    event.stopPropagation();
    if (lines) { event.preventDefault(); }
    // Leaving the input hands its value to the queue of edits.
    setTimeout(() => { const same = rowOf(row.dataset.field) || row; same.classList.remove("doubtful"); onward(same); }, 0);
  }

  /* What does not fit is said while one types; it stops nobody. */
  function note(row, sentences) {
    const place = row.querySelector("[data-note]");
    if (!place) return;
    // The words that the server put there come back when nothing is typed any more.
    let typed = place.nextElementSibling;
    if (!typed) { typed = tk.el("div", { class: "tk-field-note typed", "aria-live": "polite" }); place.after(typed); }
    place.hidden = Boolean(sentences);
    typed.replaceChildren(...(sentences || []).map((text) => tk.el("div", {}, tk.icon("flag", true), " ", text)));
  }
  async function check(row, value) {
    const seq = (state.asked += 1);
    try {
      const answer = await fetch("/field-check", {
        method: "POST", headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ case: tk.page.caseId, code: nameOf(row), value }),
      });
      if (!answer.ok || seq !== state.asked) return;
      const { doubts } = await answer.json();
      const input = inputOf(row);
      if (input && input.value === value) note(row, doubts);
    } catch { /* no connection: saving says so, and a hint is not worth a message of its own */ }
  }
  document.addEventListener("input", (event) => {
    if (event.target.id === "field-search") { search(event.target.value); return; }
    const row = event.target.closest?.("#case-fields [data-field]");
    if (!row || event.target !== inputOf(row)) return;
    state.want = null;
    clearTimeout(timer);
    const value = event.target.value;
    if (value === known(row)) { note(row, null); return; }
    timer = setTimeout(() => check(row, value), 160);
  });

  /* Search: what does not match is hidden, groups with a match are open. */
  function search(text) {
    state.query = text.trim().toLowerCase();
    all("#case-fields details").forEach((group) => {
      let hits = 0;
      group.querySelectorAll("[data-field]").forEach((row) => {
        row.hidden = Boolean(state.query) && !row.dataset.find.includes(state.query);
        if (!row.hidden) hits += 1;
      });
      group.hidden = !hits;
      const name = group.dataset.docGroup;
      group.open = state.query ? hits > 0 : state.groups[name] ?? name === "key";
      if (group.open) crops(group);
    });
  }
  /** Crops are fetched when their group is open. */
  function crops(group) {
    if (tk.page.tabs.left !== "vehicle") return;
    group.querySelectorAll("img[data-src]").forEach((image) => {
      if (image.getAttribute("src") !== image.dataset.src) image.setAttribute("src", image.dataset.src);
    });
  }
  tk.fieldCrops = () => all("#case-fields details[open]").forEach(crops);
  document.addEventListener("toggle", (event) => {
    const name = event.target.dataset?.docGroup;
    if (!name) return;
    if (!state.query) state.groups[name] = event.target.open;
    if (event.target.open) crops(event.target);
  }, true);

  document.addEventListener("click", (event) => {
    const hit = (name) => event.target.closest?.(`[data-${name}]`);
    let node;
    if (hit("field-next")) jump(1);
    else if ((node = hit("field-go"))) { const code = node.dataset.fieldGo; if (code) opened(() => focusRow(rowOf(code))); else jump(1); }
    else if (hit("field-undo")) tk.undoField();
    else if ((node = hit("field-ok"))) { const row = node.closest("[data-field]"); state.want = row.dataset.field; confirm(row); }
    else if ((node = hit("alt"))) {
      if (!editable()) return;
      const row = node.closest("[data-field]");
      state.want = row.dataset.field;
      row.classList.remove("doubtful");
      tk.set({ type: "tk-input", kind: "field", name: node.dataset.alt }, { value: node.dataset.value });
      onward(row);
    } else if ((node = hit("spot"))) {
      tk.showSpot(node.dataset.spotPhoto, JSON.parse(node.dataset.spotBox || "null"), node.dataset.spot);
    }
  });
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest?.("#case-fields [data-field]");
    if (row && event.target === row) state.want = row.dataset.field;
    else if (!event.target.closest?.("#case-fields")) state.want = null;
  });

  /* After the panel was made anew, it stands as the person left it. */
  function restore() {
    if (!by("case-page")) return;
    if (state.caseId !== tk.page.caseId) Object.assign(state, { caseId: tk.page.caseId, groups: {}, query: "", want: null });
    const field = by("field-search");
    if (field && state.query && field.value !== state.query) field.value = state.query;
    search(state.query);
    if (state.want && document.activeElement === document.body) {
      const row = rowOf(state.want);
      if (row) { open(row); row.focus({ preventScroll: true }); }
    }
  }
  let pending = false;
  new MutationObserver((changes) => {
    if (pending || !changes.some((change) => change.addedNodes.length && change.target.closest?.("#case-fields, #case-root"))) return;
    pending = true;
    requestAnimationFrame(() => { pending = false; restore(); });
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
