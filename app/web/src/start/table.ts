/** The ranked table of PCNs: sorted by its headings, each row opening to show where that PCN's patients are. */
import type { Alignment, PcnAlignment } from "../shared/answers";
import { COLUMNS, type Column, type ColumnKey, columnName, EXPLAINED, sorted } from "./columns";
import { bar, byId, h } from "../shared/dom";
import { amount, count, decimal, NONE, percent } from "../shared/format";
import { CLASSES, wordsOf } from "../shared/glossary";
import { symbolDrawing } from "../map/palette";
import { termMark } from "../shared/toggletip";
import type { Pointing } from "./pointing";
import type { Sort } from "./state";

export interface TableEvents {
  onSort(sort: Sort): void;
  onSelect(pcn: string | null): void;
}

export interface TableView {
  alignment: Alignment;
  symbols: ReadonlyMap<string, number>;
  selected: string | null;
  sort: Sort;
  /** What opens under the selected row. */
  detail: (pcn: PcnAlignment) => HTMLElement;
}

export class PcnTable {
  private readonly table = byId<HTMLTableElement>("pcn-table");
  private readonly sortBy = byId<HTMLSelectElement>("sort-by");
  private view: TableView | null = null;

  constructor(
    private readonly events: TableEvents,
    pointing: Pointing,
  ) {
    this.sortBy.addEventListener("change", () => {
      const column = COLUMNS.find((candidate) => candidate.key === this.sortBy.value);
      if (column) this.events.onSort({ column: column.key, descending: column.largestFirst });
    });
    pointing.listen(this.table);
    pointing.tell(({ pcn }) => this.point(pcn ?? null));
    this.table.addEventListener("click", (event) => this.clicked(event));
    this.table.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.view?.selected) return;
      const { selected } = this.view;
      this.events.onSelect(null);
      this.focus(selected);
    });
  }

  render(view: TableView): void {
    const focused = document.activeElement;
    const held = focused instanceof HTMLElement && this.table.contains(focused) ? focused.id : "";
    const before = this.view;
    this.view = view;
    if (before && before.alignment === view.alignment && before.sort === view.sort) {
      this.reopen(before.selected, view);
    } else this.renderAll(view);
    if (held) document.getElementById(held)?.focus({ preventScroll: true });
  }

  /** Of two hundred rows, only those that open or close are made again. */
  private reopen(before: string | null, view: TableView): void {
    for (const code of new Set([before, view.selected])) {
      const pcn = view.alignment.pcn.find((one) => one.code === code);
      const [row, detail] = this.table.querySelectorAll<HTMLElement>(
        `tr[data-pcn="${CSS.escape(code ?? "")}"]`,
      );
      if (!pcn || !row) continue;
      detail?.remove();
      row.replaceWith(...this.rowsOf(pcn, view));
    }
  }

  private renderAll(view: TableView): void {
    const { alignment, sort } = view;
    const rows = sorted(alignment.pcn, sort.column, sort.descending).flatMap((pcn) => this.rowsOf(pcn, view));
    const none = h("tr", {}, h("td", { colspan: COLUMNS.length }, "No PCN has practices here."));
    this.table.replaceChildren(
      h(
        "caption",
        { class: "nhsuk-u-visually-hidden" },
        `PCNs of ${alignment.place?.name ?? "all places"}, sorted by ${columnName(sort.column, wordsOf(alignment))}. Choose a PCN to see where its patients live.`,
      ),
      h(
        "thead",
        { role: "rowgroup" },
        h("tr", { role: "row" }, ...COLUMNS.map((column) => this.heading(column, view))),
      ),
      h("tbody", { role: "rowgroup" }, ...(rows.length > 0 ? rows : [none])),
    );
    this.sortBy.replaceChildren(
      ...COLUMNS.map(({ key }) =>
        h("option", { value: key, selected: key === sort.column }, columnName(key, wordsOf(alignment))),
      ),
    );
  }

  /** Lights the row of the PCN pointed at, wherever that is. */
  private point(pcn: string | null): void {
    for (const row of this.table.querySelectorAll<HTMLElement>("tr[data-pcn]")) {
      row.classList.toggle("is-pointed", row.dataset.pcn === pcn);
    }
  }

  focus(pcn: string): void {
    document.getElementById(buttonId(pcn))?.focus();
  }

  reveal(pcn: string): void {
    const row = document.getElementById(buttonId(pcn))?.closest("tr");
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    row?.scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
  }

  private clicked(event: MouseEvent): void {
    if (!(event.target instanceof Element)) return;
    const heading = event.target.closest<HTMLElement>("button[data-sort]");
    if (heading && this.view) {
      const key = heading.dataset.sort as ColumnKey;
      const column = COLUMNS.find((candidate) => candidate.key === key);
      const { sort } = this.view;
      const again = sort.column === key;
      this.events.onSort({
        column: key,
        descending: again ? !sort.descending : (column?.largestFirst ?? false),
      });
      return;
    }
    if (event.target.closest(".toggletip__place")) return;
    const row = event.target.closest<HTMLElement>("tr.pcn");
    const pcn = row?.dataset.pcn;
    // A reader who marks text to copy it does not mean to open the row.
    if (!pcn || getSelection()?.toString()) return;
    this.events.onSelect(this.view?.selected === pcn ? null : pcn);
  }

  private heading({ key, numeric }: Column, { alignment, sort }: TableView): HTMLElement {
    const active = sort.column === key;
    const explained = EXPLAINED[key];
    return h(
      "th",
      {
        scope: "col",
        role: "columnheader",
        class: `col-${key}${numeric ? " numeric" : ""}`,
        // Else a screen reader would say the question mark's name with every cell.
        "aria-label": columnName(key, wordsOf(alignment)),
        "aria-sort": active ? (sort.descending ? "descending" : "ascending") : "none",
      },
      h(
        "button",
        { type: "button", class: "sort", id: `sort-${key}`, "data-sort": key },
        columnName(key, wordsOf(alignment)),
        h(
          "span",
          { class: "sort__arrow", "aria-hidden": "true" },
          active ? (sort.descending ? "▼" : "▲") : "⇅",
        ),
      ),
      explained && termMark(explained),
    );
  }

  private rowsOf(pcn: PcnAlignment, view: TableView): HTMLElement[] {
    const { unit } = view.alignment;
    const words = wordsOf(view.alignment);
    const open = view.selected === pcn.code;
    const detailId = `detail-${pcn.code}`;
    const cell = (key: ColumnKey, ...children: (Node | string)[]) =>
      h(
        "td",
        { role: "cell", class: `col-${key}${COLUMNS.find((c) => c.key === key)?.numeric ? " numeric" : ""}` },
        h("span", { class: "cell__name", "aria-hidden": "true" }, columnName(key, words)),
        ...children,
      );
    const row = h(
      "tr",
      { role: "row", class: `pcn${open ? " is-open" : ""}`, "data-pcn": pcn.code },
      h(
        "th",
        { scope: "row", role: "rowheader", class: "col-name" },
        symbolDrawing(view.symbols.get(pcn.code) ?? 0),
        h(
          "button",
          {
            type: "button",
            class: "pcn__button",
            id: buttonId(pcn.code),
            "aria-expanded": String(open),
            "aria-controls": open ? detailId : null,
          },
          pcn.name,
        ),
      ),
      cell("lead_name", pcn.lead_name ?? "None: nothing inside the plan"),
      cell("patients", amount(pcn.patients, unit)),
      cell("patients_outside_lead", h("strong", {}, amount(pcn.patients_outside_lead, unit))),
      cell("containment", h("span", { class: "share" }, bar(pcn.containment), percent(pcn.containment))),
      cell("effective_neighbourhoods", decimal(pcn.effective_neighbourhoods)),
      cell("class", classTag(pcn)),
    );
    if (!open) return [row];
    const detail = h("td", { role: "cell", colspan: COLUMNS.length }, view.detail(pcn));
    return [row, h("tr", { role: "row", class: "detail", id: detailId, "data-pcn": pcn.code }, detail)];
  }
}

export function classTag(pcn: PcnAlignment): HTMLElement {
  if (pcn.class === null) return h("span", {}, NONE);
  const { name, tag } = CLASSES[pcn.class];
  return h("strong", { class: `nhsuk-tag ${tag}` }, name);
}

/** What a screen reader is told when a row opens. */
export function spoken(pcn: PcnAlignment, alignment: Alignment): string {
  const outside = amount(pcn.patients_outside_lead, alignment.unit);
  return `${pcn.name} opened. ${wordsOf(alignment).outsideLead}: ${outside}, ${count(pcn.practices)} practices. Details follow its row.`;
}

function buttonId(pcn: string): string {
  return `pcn-${pcn}`;
}
