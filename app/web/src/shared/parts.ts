/** Parts that pages build with: a plain table that scrolls on its own, and a part that folds away. */
import { type Child, h, scroller } from "./dom";

export interface Head {
  name: Child;
  numeric?: boolean;
}

export interface Line {
  cells: Child[];
  /** What the row is of, for whoever listens on the table: becomes data-… attributes. */
  of?: Record<string, string>;
}

/** A table whose first cell heads its row. The caption is for the ear unless it is to be seen. */
export function miniTable(caption: string, heads: Head[], lines: Line[], { seen = false } = {}): HTMLElement {
  const numeric = (index: number) => (heads[index]?.numeric ? "numeric" : null);
  const attributes = (of: Record<string, string> = {}) =>
    Object.fromEntries(Object.entries(of).map(([name, value]) => [`data-${name}`, value]));
  const table = h(
    "table",
    { class: "mini" },
    h("caption", { class: seen ? null : "nhsuk-u-visually-hidden" }, caption),
    h(
      "thead",
      {},
      h("tr", {}, ...heads.map(({ name }, index) => h("th", { scope: "col", class: numeric(index) }, name))),
    ),
    h(
      "tbody",
      {},
      ...lines.map(({ cells, of }) =>
        h(
          "tr",
          attributes(of),
          ...cells.map((cell, index) =>
            index === 0 ? h("th", { scope: "row" }, cell) : h("td", { class: numeric(index) }, cell),
          ),
        ),
      ),
    ),
  );
  return scroller(caption, table);
}

/** A part that folds away, closed unless it was open before; `open` says how it is the first time. */
export function fold(id: string, title: string, content: Child[], open = false): HTMLDetailsElement {
  const before = document.getElementById(id);
  return h(
    "details",
    { class: "nhsuk-details nhsuk-expander", id, open: before ? before.hasAttribute("open") : open },
    h(
      "summary",
      { class: "nhsuk-details__summary" },
      h("span", { class: "nhsuk-details__summary-text" }, title),
    ),
    h("div", { class: "nhsuk-details__text" }, ...content),
  );
}
