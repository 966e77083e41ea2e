/* Upload of a photo set: one request per photo, progress and error for each, nothing lost when one fails. */
(function () {
  "use strict";
  const tk = window.telekalk, client = window.dash_clientside.telekalk;
  const files = [];
  let caseId = null, running = false, caseKey = null;
  const by = (id) => document.getElementById(id);
  const FIELDS = ["claim_number", "plate", "holder_name", "vehicle", "loss_date", "odometer_km", "postcode", "excess", "leased_or_financed"];
  const MAX_FILES = 60;

  client.openUpload = () => {
    const trigger = window.dash_clientside.callback_context.triggered[0];
    const open = Boolean(trigger && trigger.prop_id.startsWith("upload-open"));
    if (open) { setTimeout(() => { bind(); by("up-claim_number")?.focus(); }, 250); return true; }
    if (running) { say(tk.text("up.running"), "warn"); return window.dash_clientside.no_update; }
    reset();
    return false;
  };
  function reset() { files.length = 0; caseId = null; caseKey = null; }
  function say(text, level) {
    const node = by("up-message");
    if (node) { node.textContent = text || ""; node.className = text ? "tk-alert " + (level || "bad") : ""; }
  }
  function bind() {
    const drop = by("up-drop");
    if (!drop || drop.dataset.bound) return;
    drop.dataset.bound = "1";
    const input = tk.el("input", { type: "file", id: "up-files", multiple: "", accept: "image/*,.heic,.heif", class: "tk-sr", tabindex: "-1" });
    drop.after(input);
    input.addEventListener("change", () => { add(input.files); input.value = ""; });
    drop.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); input.click(); } });
    ["dragenter", "dragover"].forEach((name) => drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); }));
    ["dragleave", "drop"].forEach((name) => drop.addEventListener(name, () => drop.classList.remove("over")));
    drop.addEventListener("drop", (event) => { event.preventDefault(); add(event.dataTransfer.files); });
    by("up-start").addEventListener("click", start);
  }
  function add(list) {
    for (const file of list) {
      if (files.length >= MAX_FILES) { say(tk.text("up.too_many"), "warn"); break; }
      if (files.some((item) => item.file.name === file.name && item.file.size === file.size && item.file.lastModified === file.lastModified)) continue;
      files.push({ file, state: "waiting", done: 0, note: "", key: (crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2) + Date.now()) });
    }
    draw();
    if (caseId) start();
  }
  const megabytes = (size) => (size / 1e6).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 }) + " MB";
  function draw() {
    const list = by("up-list");
    if (!list) return;
    list.replaceChildren(...files.map((item, index) => tk.el("li", { class: item.state },
      tk.icon({ waiting: "camera", sending: "upload", done: "check", duplicate: "info", failed: "alarm" }[item.state], true),
      tk.el("span", { class: "tk-ellipsis tk-grow" }, item.file.name),
      tk.el("span", { class: "tk-muted tk-num" }, megabytes(item.file.size)),
      tk.el("span", { class: "tk-bar", role: "progressbar", "aria-valuenow": String(item.done), "aria-valuemin": "0", "aria-valuemax": "100" }, tk.el("span", { style: "width:" + item.done + "%" })),
      tk.el("span", { class: "note" }, item.note || tk.text("up." + item.state)),
      item.state === "failed" ? tk.el("button", { type: "button", class: "btn btn-tk-quiet tk-mini", title: tk.text("up.again"), onclick: () => { item.state = "waiting"; item.note = ""; draw(); start(); } }, tk.icon("refresh", true)) : null,
      item.state === "waiting" || item.state === "failed" ? tk.el("button", { type: "button", class: "btn btn-tk-quiet tk-mini", title: tk.text("up.remove"), onclick: () => { files.splice(index, 1); draw(); } }, tk.icon("cross", true)) : null)));
    const good = files.filter((item) => item.state === "done").length, bad = files.filter((item) => item.state === "failed").length;
    by("up-summary").textContent = files.length ? tk.text("up.summary", { good, all: files.length, bad }) : "";
  }
  function claim() {
    const form = {};
    FIELDS.forEach((name) => { const value = by("up-" + name)?.value?.trim(); if (value && value !== "unknown") form[name] = name === "leased_or_financed" ? value === "true" : value; });
    const regime = by("up-regime")?.value || "kasko_full";
    form.regime = regime.startsWith("kasko") ? "kasko" : "liability";
    if (form.regime === "kasko") form.coverage = regime === "kasko_partial" ? "partial" : "full";
    return form;
  }
  async function answer(response) {
    let body = {};
    try { body = await response.json(); } catch { body = {}; }
    if (response.ok) return body;
    const problem = new Error(body.message || tk.text("up.http", { status: response.status }));
    problem.remedy = body.remedy || ""; problem.code = body.code || ""; problem.data = body.data || {}; problem.status = response.status;
    throw problem;
  }
  const words = (problem) => [problem.message, problem.remedy, problem.code].filter(Boolean).join(" · ");
  function send(item) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", "/upload/" + encodeURIComponent(caseId) + "/photo?name=" + encodeURIComponent(item.file.name));
      request.setRequestHeader("Idempotency-Key", item.key);
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.upload.onprogress = (event) => { if (event.lengthComputable) { item.done = Math.round((event.loaded / event.total) * 95); draw(); } };
      request.onerror = () => reject(new Error(tk.text("up.network")));
      request.onload = () => answer(new Response(request.responseText, { status: request.status })).then(resolve, reject);
      request.send(item.file);
    });
  }
  async function start() {
    if (running) return;
    if (!files.length) { say(tk.text("up.no_files"), "warn"); return; }
    running = true;
    say("");
    document.querySelectorAll("#up-form .invalid").forEach((node) => node.classList.remove("invalid"));
    by("up-start").disabled = true;
    try {
      if (!caseId) {
        const form = claim();
        caseKey = caseKey || "desk-" + Date.now() + "-" + Math.random().toString(36).slice(2, 10);
        const opened = await fetch("/upload/case", { method: "POST", headers: { "Content-Type": "application/json", "Idempotency-Key": caseKey }, body: JSON.stringify(form) }).then(answer);
        caseId = opened.case_id;
        document.querySelectorAll("#up-form input, #up-form select").forEach((node) => { node.disabled = true; });
      }
      for (const item of files) {
        if (item.state !== "waiting") continue;
        item.state = "sending"; draw();
        try {
          const got = await send(item);
          item.state = got.duplicate ? "duplicate" : "done"; item.note = got.message; item.done = 100;
        } catch (problem) { item.state = "failed"; item.note = words(problem); item.done = 0; }
        draw();
      }
      const good = files.filter((item) => item.state === "done" || item.state === "duplicate").length;
      const bad = files.filter((item) => item.state === "failed").length;
      if (good && !bad) {
        await fetch("/upload/" + encodeURIComponent(caseId) + "/complete", { method: "POST" }).then(answer);
        say(tk.text("up.complete", { count: good }), "ok");
        running = false;
        setTimeout(() => by("up-close")?.click(), 1200);
      } else if (good) { say(tk.text("up.partly", { bad }), "warn"); offerComplete(); }
    } catch (problem) {
      caseKey = problem.status && problem.status < 500 ? null : caseKey;
      (problem.data?.fields || []).forEach((item) => by("up-" + item.field)?.classList.add("invalid"));
      say([words(problem), ...(problem.data?.fields || []).map((item) => item.message)].join(" "));
    } finally {
      running = false;
      if (by("up-start")) by("up-start").disabled = false;
    }
  }
  function offerComplete() {
    const node = by("up-message");
    node.append(" ", tk.el("button", { type: "button", class: "btn btn-tk", onclick: async () => {
      try {
        await fetch("/upload/" + encodeURIComponent(caseId) + "/complete", { method: "POST" }).then(answer);
        by("up-close")?.click();
      } catch (problem) { say(words(problem)); }
    } }, tk.text("up.complete_anyway")));
  }
})();
