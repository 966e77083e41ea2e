/* Functions and cell renderers of the grids. */
(function () {
  "use strict";
  const functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  const components = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  const tk = window.telekalk;
  const h = (...all) => window.React.createElement(...all);
  const icon = (name, label) => h("span", { className: "tk-i tk-i-s tk-i-" + name, role: label ? "img" : undefined, "aria-label": label, title: label, "aria-hidden": label ? undefined : true });

  /** One theme for all grids; its colours are the page's own variables, so it follows light and dark. */
  functions.tkTheme = (theme) => theme.withParams({
    backgroundColor: "var(--tk-surface)", foregroundColor: "var(--tk-text)", textColor: "var(--tk-text)",
    headerBackgroundColor: "var(--tk-surface-2)", headerTextColor: "var(--tk-text-2)", headerFontWeight: 600,
    borderColor: "var(--tk-line)", rowBorder: { color: "var(--tk-line)" }, wrapperBorder: false, wrapperBorderRadius: 0,
    rowHoverColor: "var(--tk-surface-2)", selectedRowBackgroundColor: "var(--tk-accent-soft)", accentColor: "var(--tk-accent)",
    fontFamily: "inherit", fontSize: 13, dataFontSize: 13, headerFontSize: 12, cellHorizontalPadding: 7, spacing: 5,
    chromeBackgroundColor: "var(--tk-surface-2)", inputBackgroundColor: "var(--tk-surface)", inputTextColor: "var(--tk-text)",
    menuBackgroundColor: "var(--tk-surface)", tooltipBackgroundColor: "var(--tk-surface)", tooltipTextColor: "var(--tk-text)",
    browserColorScheme: "inherit",
  });

  /* Queue */
  components.TkMark = (props) => {
    if (!props.value) return h("span", { className: "tk-skeleton", style: { display: "inline-block", width: "60%", height: 12 } });
    return h("span", { className: "tk-chip " + props.value.level, title: props.value.title }, icon(props.value.icon), props.value.text);
  };
  components.TkState = (props) => {
    const value = props.value;
    if (!value) return null;
    if (value.done === null || value.done === undefined) return h("span", { className: "tk-chip " + value.level }, value.text);
    const share = Math.round((value.done / Math.max(1, value.total)) * 100);
    return h("span", { className: "tk-progress", title: value.text + " · " + value.step + " " + value.done + "/" + value.total },
      h("span", { className: "tk-ellipsis" }, value.step || value.text, " ", value.done, "/", value.total),
      h("span", { className: "tk-bar", role: "progressbar", "aria-valuenow": share, "aria-valuemin": 0, "aria-valuemax": 100 }, h("span", { style: { width: share + "%" } })));
  };
  components.TkClaim = (props) => {
    if (!props.data) return null;
    return h("span", { className: "tk-row" },
      h("a", { href: "/case/" + props.data.id, tabIndex: -1, className: "tk-claim tk-ellipsis", onClick: (event) => { if (!event.ctrlKey && !event.metaKey && event.button === 0) { event.preventDefault(); tk.openCase(props.data.id); } } }, props.value),
      props.data.demo ? h("span", { className: "tk-chip demo" }, props.data.demo) : null);
  };
  components.TkThumbs = (props) => {
    if (!props.value && !props.data) return null;
    const value = props.data.thumbs;
    const more = value.count - value.shas.length;
    return h("span", { className: "tk-thumbs", title: String(value.count) },
      ...value.shas.map((sha) => h("img", { key: sha, src: "/media/" + sha + "/thumb", alt: "", width: 32, height: 28, loading: "lazy" })),
      more > 0 ? h("span", { className: "tk-muted tk-small" }, "+" + more) : null);
  };
  components.TkFlags = (props) => {
    const flags = props.value || [];
    const shown = flags.slice(0, 1);
    return h("span", { className: "tk-row tk-flagcell", title: flags.map((flag) => flag.text).join(", ") },
      ...shown.map((flag, at) => h("span", { key: at, className: "tk-chip " + flag.level }, flag.level === "bad" ? icon("alarm") : null, h("span", {}, flag.text))),
      flags.length > 1 ? h("span", { className: "tk-chip" }, "+" + (flags.length - 1)) : null);
  };
  components.TkWho = (props) => {
    const value = props.value;
    if (!value || !value.text) return null;
    return h("span", { className: "tk-row " + (value.mine ? "tk-mine" : "") }, value.locked ? icon("lock") : icon("person"), h("span", { className: "tk-ellipsis" }, value.text));
  };

  /* Sheet */
  const cell = (params) => params.context?.cells?.[params.data?.block]?.[params.column?.getColId?.() || params.colDef?.field];
  functions.tkEditable = (params) => Boolean(params.context?.editable && params.data?.edit?.includes(params.colDef.field));
  functions.tkCellEditor = (params) => {
    const about = cell(params);
    if (about) return { component: "agSelectCellEditor", params: { values: about.choices } };
    return { component: "agTextCellEditor", params: { maxLength: 300 } };
  };
  /** Keys that belong to the page, not to the cell under the focus. */
  functions.tkGridKeys = (params) => {
    const event = params.event;
    if (params.editing) return false;
    return ["/", "*", "F1", "Insert"].includes(event.key) || event.altKey || (event.ctrlKey && event.key === "Delete");
  };
  functions.tkWord = (params) => {
    const shown = word(params), data = params.data, field = params.colDef?.field;
    if (!data || data.kind !== "line") return shown;
    if (field === "label" && data.included) return shown + " · " + data.included;
    if (field === "quantity" && data.included) return tk.text("zero_time");
    // The trade's asterisk stands at the value that a person changed.
    return data.marks?.includes(field) ? shown + "\u00a0*" : shown;
  };
  const word = (params) => {
    const about = cell(params);
    if (!about || params.data?.kind !== "line" || params.value === "" || params.value === null || params.value === undefined) return params.value;
    return params.context.words[about.words]?.[params.value] || params.value;
  };
  functions.tkWrong = (params) => Boolean(params.data?.errors?.[params.colDef.field]);
  functions.tkOpen = (params) => functions.tkEditable(params);
  functions.tkCellTip = (params) => {
    const wrong = params.data?.errors?.[params.colDef?.field];
    if (wrong) return wrong;
    return params.colDef?.field === "label" ? params.data?.tip || params.value : null;
  };
  components.TkOrigin = (props) => {
    const data = props.data;
    if (!data || data.kind !== "line") return null;
    const name = data.origin === "suggested" ? "camera" : data.origin === "table" ? "list" : "person";
    const sign = [icon(name, data.tip), data.marked ? h("b", { key: "b" }, "*") : data.uncertain ? h("b", { key: "u" }, "?") : null];
    // A changed value is given its reason in the strip under the sheet.
    if (data.marked && data.reason !== null && props.context?.editable)
      return h("button", { type: "button", className: "tk-origin" + (data.reason ? "" : " open"), tabIndex: -1, "data-reason": data.id, title: data.tip }, ...sign);
    return h("span", { className: "tk-origin", title: data.tip }, ...sign);
  };
  components.TkAmount = (props) => {
    const data = props.data;
    if (!data) return null;
    if (!data.why || !props.value) return props.value;
    return h("button", { type: "button", className: "tk-why", tabIndex: -1, "data-why": data.why, title: tk.text("why") }, props.value);
  };
  components.TkRowActions = (props) => {
    const data = props.data;
    if (!data || !props.context?.editable) return null;
    if (data.kind === "section") return h("button", { type: "button", className: "btn btn-tk-quiet tk-mini", tabIndex: -1, "data-add": data.block, title: tk.text("add") }, icon("plus", tk.text("add")));
    if (data.kind === "line") return h("button", { type: "button", className: "btn btn-tk-quiet tk-mini tk-delete", tabIndex: -1, "data-row-delete": data.id, title: tk.text("delete") }, icon("trash", tk.text("delete")));
    return null;
  };
})();
