/** The matrix: PCNs down, neighbourhoods across, with figures and shares. Pointing at a cell points at both on the map. */
import type { Alignment, Matrix } from "../shared/answers";
import { h, scroller } from "../shared/dom";
import { amount, HIDDEN, NONE, percent } from "../shared/format";
import { wordsOf } from "../shared/glossary";
import type { Pointing } from "./pointing";

export function matrixTable(alignment: Alignment, matrix: Matrix, pointing: Pointing): HTMLElement {
  const words = wordsOf(alignment);
  const leads = new Map(alignment.pcn.map(({ code, lead }) => [code, lead]));
  const show = (value: number | null | undefined) =>
    value === null ? HIDDEN : amount(value ?? 0, alignment.unit);
  const table = h(
    "table",
    { class: "mini matrix" },
    h("caption", { class: "nhsuk-u-visually-hidden" }, `${words.part} by PCN and neighbourhood`),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col" }, "PCN"),
        ...matrix.columns.map(({ code, name }) =>
          h("th", { scope: "col", class: "numeric", "data-neighbourhood": code }, name),
        ),
        h("th", { scope: "col", class: "numeric" }, words.outsidePlan),
        h("th", { scope: "col", class: "numeric" }, words.unknown),
      ),
    ),
    h(
      "tbody",
      {},
      ...matrix.rows.map(({ code, name }, j) => {
        const row = matrix.patients[j] ?? [];
        const inside = row.reduce<number>((sum, value) => sum + (value ?? 0), 0);
        return h(
          "tr",
          { "data-pcn": code },
          h("th", { scope: "row" }, name),
          ...matrix.columns.map((column, k) => {
            const value = row[k];
            const share = inside ? (value ?? 0) / inside : 0;
            const cell = h(
              "td",
              {
                class: `numeric matrix__cell${leads.get(code) === column.code ? " is-lead" : ""}`,
                "data-neighbourhood": column.code,
              },
              value === 0 ? NONE : show(value),
              share > 0 && h("span", { class: "matrix__share" }, percent(share)),
            );
            cell.style.setProperty("--share", String(Math.min(1, share)));
            return cell;
          }),
          h("td", { class: "numeric" }, show(matrix.outside[j])),
          h("td", { class: "numeric" }, show(matrix.unknown[j])),
        );
      }),
    ),
  );
  pointing.listen(table);
  pointing.tell(({ pcn, neighbourhood }) => {
    if (!table.isConnected) return;
    for (const row of table.querySelectorAll<HTMLElement>("tbody tr")) {
      const mine = row.dataset.pcn === pcn;
      row.classList.toggle("is-pointed", mine && !neighbourhood);
      for (const cell of row.querySelectorAll<HTMLElement>("[data-neighbourhood]")) {
        const here = cell.dataset.neighbourhood === neighbourhood;
        cell.classList.toggle("is-pointed", here && (mine || !pcn));
      }
    }
  });
  return scroller(`${words.part} by PCN and neighbourhood`, table);
}
