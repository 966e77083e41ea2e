/* Telekalk desk: what every page needs. Toasts, connection notice, preferences, keyboard help. */
(function () {
  "use strict";
  const tk = (window.telekalk = window.telekalk || {});
  const dc = (window.dash_clientside = window.dash_clientside || {});
  dc.telekalk = dc.telekalk || {};
  tk.none = () => dc.no_update;

  /** The store of texts in the person's language; filled with the first layout. */
  tk.text = (key, values) => {
    if (!tk.texts) {
      const node = document.getElementById("tk-i18n");
      tk.texts = node ? JSON.parse(node.dataset.texts) : {};
    }
    let text = tk.texts[key] || key;
    Object.entries(values || {}).forEach(([name, value]) => { text = text.replaceAll("{" + name + "}", String(value)); });
    return text;
  };
  tk.el = (tag, attributes, ...children) => {
    const node = document.createElement(tag);
    Object.entries(attributes || {}).forEach(([name, value]) => {
      if (name === "class") node.className = value;
      else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value !== null && value !== undefined) node.setAttribute(name, value);
    });
    children.flat().forEach((child) => { if (child !== null && child !== undefined) node.append(child); });
    return node;
  };
  tk.icon = (name, small) => tk.el("span", { class: "tk-i tk-i-" + name + (small ? " tk-i-s" : ""), "aria-hidden": "true" });
  tk.set = (id, props) => dc.set_props(id, props);

  const ICONS = { bad: "alarm", warn: "flag", ok: "check", info: "info" };
  tk.toast = (message) => {
    const place = document.getElementById("tk-toasts");
    if (!place || !message) return;
    const body = tk.el("div", {}, tk.el("div", {}, message.text), message.remedy ? tk.el("div", { class: "tk-muted" }, message.remedy) : null,
      message.code ? tk.el("div", { class: "tk-muted tk-small" }, message.code) : null,
      message.action ? tk.el("button", { type: "button", class: "tk-toast-act", onclick: () => { node.remove(); message.action.run(); } }, message.action.label) : null);
    const node = tk.el("div", { class: "tk-toast " + message.level }, tk.icon(ICONS[message.level] || "info"), body,
      tk.el("button", { type: "button", class: "tk-toast-close", "aria-label": tk.text("close"), onclick: () => node.remove() }, tk.icon("cross", true)));
    place.append(node);
    if (message.level === "ok" || message.level === "info") setTimeout(() => node.remove(), message.action ? 10000 : 5000);
    while (place.children.length > 4) place.firstChild.remove();
  };
  dc.telekalk.showToast = (message) => { tk.toast(message); };

  /* Connection: the pages are told when a request failed, and when it works again. */
  const plain = window.fetch;
  let down = false;
  const notice = (text) => {
    const node = document.getElementById("tk-net");
    if (!node) return;
    node.classList.toggle("tk-hidden", !text);
    node.textContent = text || "";
  };
  window.fetch = async function (resource, options) {
    const url = String(resource && resource.url ? resource.url : resource);
    const watched = url.includes("_dash-update-component");
    if (!watched) return plain.apply(this, arguments);
    try {
      const response = await plain.apply(this, arguments);
      if (response.status === 401) {
        notice(tk.text("signed_out"));
        document.dispatchEvent(new CustomEvent("tk:lost", { detail: "signed_out" }));
      } else if (response.status >= 502) {
        throw new TypeError("gateway " + response.status);
      } else if (down) {
        down = false;
        notice("");
        document.dispatchEvent(new CustomEvent("tk:back"));
      }
      return response;
    } catch (problem) {
      if (!(options && options.signal && options.signal.aborted)) {
        down = true;
        notice(tk.text("offline"));
        document.dispatchEvent(new CustomEvent("tk:lost", { detail: "offline" }));
      }
      throw problem;
    }
  };

  /* The switches for language and theme come back to where the person is. */
  document.addEventListener("submit", (event) => {
    const here = event.target.querySelector && event.target.querySelector(".tk-here");
    if (here) Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(here, location.pathname + location.search);
  }, true);

  tk.typing = (event) => {
    const node = event.target;
    return Boolean(node && (node.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName)));
  };
  tk.dialogOpen = () => Boolean(document.querySelector(".modal.show"));

  /* Keyboard help */
  tk.keyGroups = [];
  tk.showKeys = () => {
    const place = document.getElementById("tk-keys");
    if (!place) return;
    if (!place.classList.contains("tk-hidden")) { place.classList.add("tk-hidden"); return; }
    const page = location.pathname.startsWith("/case/") ? "case" : location.pathname === "/data" ? "data" : "queue";
    const rows = (tk.text("keys." + page) || "").split("|").map((item) => {
      const at = item.indexOf("=");
      return tk.el("div", { class: "tk-row" }, tk.el("span", { class: "keys" }, item.slice(0, at).split("+").map((key) => tk.el("kbd", {}, key.trim()))),
        tk.el("span", {}, item.slice(at + 1)));
    });
    place.replaceChildren(tk.el("div", { class: "tk-card tk-keys-card", role: "dialog", "aria-modal": "true", "aria-label": tk.text("keys") },
      tk.el("div", { class: "tk-row" }, tk.el("h2", { class: "tk-grow" }, tk.text("keys")),
        tk.el("button", { type: "button", class: "btn btn-tk-quiet", onclick: () => place.classList.add("tk-hidden") }, tk.icon("cross"))),
      tk.el("div", { class: "list" }, rows)));
    place.classList.remove("tk-hidden");
    place.querySelector("button").focus();
  };
  dc.telekalk.openKeys = () => { tk.showKeys(); };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.getElementById("tk-keys")?.classList.add("tk-hidden");
    if (event.key === "?" && !tk.typing(event)) { event.preventDefault(); tk.showKeys(); }
  });

  /** The grid's own interface once it is there. */
  tk.grid = (id) => {
    try { return window.dash_ag_grid ? window.dash_ag_grid.getApi(id) : null; } catch { return null; }
  };
})();
