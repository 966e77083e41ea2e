/* The queue: filters, quiet refresh, keys. */
(function () {
  "use strict";
  const tk = window.telekalk, client = window.dash_clientside.telekalk;
  let first = true;
  let chosen = null;

  client.queueChanged = () => {
    const api = tk.grid("queue-grid");
    // Rows are fetched anew in place: the scroll position and the focused cell stay.
    if (api && !first) api.refreshInfiniteCache();
    first = false;
  };
  client.queueFilter = (filter, search) => {
    document.querySelectorAll("[data-filter]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.filter === filter && !(search || "").trim()));
    });
    const key = JSON.stringify([filter, search || ""]);
    if (chosen !== null && chosen !== key) tk.grid("queue-grid")?.purgeInfiniteCache();
    chosen = key;
  };
  tk.queueReset = () => { first = true; chosen = null; };
  tk.openCase = (id) => { if (id) tk.go("/case/" + encodeURIComponent(id)); };
  tk.go = (path) => tk.set("tk-location", { pathname: path });

  document.addEventListener("click", (event) => {
    const filter = event.target.closest?.("[data-filter]");
    if (filter) {
      tk.set("queue-filter", { data: filter.dataset.filter });
      tk.set("queue-search", { value: "" });
    }
  });
  const rowOf = (node) => node.closest?.("#queue-grid .ag-row")?.getAttribute("row-id");
  document.addEventListener("dblclick", (event) => tk.openCase(rowOf(event.target)));
  document.addEventListener("keydown", (event) => {
    if (!document.getElementById("queue-grid") || tk.dialogOpen()) return;
    if (event.key === "Enter" && event.target.closest?.("#queue-grid .ag-row") && !event.target.closest("a")) {
      event.preventDefault();
      tk.openCase(rowOf(event.target));
      return;
    }
    if (tk.typing(event)) {
      if (event.key === "ArrowDown" && event.target.id === "queue-search") tk.focusQueue();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") { event.preventDefault(); document.getElementById("queue-search")?.focus(); }
    if (event.key === "u") document.getElementById("upload-open")?.click();
    if (event.key === "j" || event.key === "ArrowDown") {
      if (!event.target.closest?.("#queue-grid")) { event.preventDefault(); tk.focusQueue(); }
    }
    const place = "1234567".indexOf(event.key);
    if (place >= 0) document.querySelectorAll("[data-filter]")[place]?.click();
  });
  tk.focusQueue = () => {
    const api = tk.grid("queue-grid");
    if (api && api.getDisplayedRowCount() > 0) api.setFocusedCell(0, "claim_number");
  };
})();
