/** The quieter parts of the page: flows and matrix, neighbourhoods in words, practices without a PCN, notes and terms. */
import { type Child, h } from "../shared/dom";
import { amount, count, NONE, plural } from "../shared/format";
import { wordsOf } from "../shared/glossary";
import { fold, miniTable } from "../shared/parts";
import { TERMS } from "../shared/terms";
import { term } from "../shared/toggletip";
import type { Answer } from "./answer";
import { matrixTable } from "./matrix";
import type { Pointing } from "./pointing";
import { MOST_ROWS, sankey } from "./sankey";

export interface Wishes {
  symbols: ReadonlyMap<string, number>;
  pointing: Pointing;
  onNeighbourhood(code: string): void;
}

export function folds(answer: Answer, wishes: Wishes): HTMLElement[] {
  const { alignment, practices } = answer;
  const parts = [flows(answer, wishes), neighbourhoodsInWords(answer, wishes)];
  const without = practices.features
    .map(({ properties }) => properties)
    .filter(({ pcn_code }) => pcn_code === null);
  if (without.length > 0) {
    parts.push(
      fold("fold-without", `${plural(without.length, "practice")} without a PCN`, [
        h("p", { class: "note" }, "Their patients are not counted in the figures above."),
        miniTable(
          "Practices without a PCN",
          [{ name: "Practice" }, { name: "Code" }, { name: "Postcode" }, { name: "Patients", numeric: true }],
          without.map((p) => ({
            of: { practice: p.code },
            cells: [p.name, p.code, p.postcode ?? NONE, amount(p.patients, alignment.unit)],
          })),
        ),
      ]),
    );
  }
  const said = notes(answer);
  if (said.length > 0) {
    parts.push(
      fold("fold-warnings", `${plural(said.length, "note")} on these figures`, [
        h("ul", { class: "nhsuk-list nhsuk-list--bullet" }, ...said.map((text) => h("li", {}, text))),
      ]),
    );
  }
  parts.push(
    fold("fold-terms", "What the words mean", [
      h(
        "dl",
        { class: "terms" },
        ...Object.values(TERMS).flatMap(({ name, means }) => [h("dt", {}, name), h("dd", {}, means)]),
      ),
    ]),
  );
  return parts;
}

function flows({ alignment, matrix }: Answer, { symbols, pointing }: Wishes): HTMLElement {
  const small = matrix.rows.length <= MOST_ROWS && matrix.columns.length <= 2 * MOST_ROWS;
  const content: Child[] = small
    ? [sankey(alignment, matrix, symbols, pointing), matrixTable(alignment, matrix, pointing)]
    : [
        h(
          "p",
          { class: "note" },
          `${plural(matrix.rows.length, "PCN")} and ${plural(matrix.columns.length, "neighbourhood")} are too many for one picture. Choose a place to see its flows.`,
        ),
      ];
  return fold("fold-flows", "Who goes where: flows and matrix", content);
}

function neighbourhoodsInWords({ alignment, neighbourhoods }: Answer, wishes: Wishes): HTMLElement {
  const words = wordsOf(alignment);
  const areas = [...neighbourhoods.features].sort((a, b) => (a.properties.code < b.properties.code ? -1 : 1));
  const table = miniTable(
    "Neighbourhoods",
    [
      { name: "Neighbourhood" },
      { name: "Place" },
      { name: term("residents", "Residents"), numeric: true },
      { name: words.total, numeric: true },
      { name: "PCNs", numeric: true },
      { name: term("reach-90", "PCNs to reach 90%"), numeric: true },
    ],
    areas.map(({ properties: p }) => {
      const open = h("button", { type: "button", class: "link-button link-button--inline" }, p.name);
      open.addEventListener("click", () => wishes.onNeighbourhood(p.code));
      return {
        of: { neighbourhood: p.code },
        cells: [
          open,
          p.place ?? NONE,
          count(p.residents),
          amount(p.patients, alignment.unit),
          count(p.pcns),
          count(p.pcns_to_reach_90),
        ],
      };
    }),
  );
  wishes.pointing.listen(table);
  return fold("fold-neighbourhoods", `The ${plural(areas.length, "neighbourhood")} in words`, [
    h("p", { class: "note" }, "Choose one to see the PCNs and practices its team would work with."),
    table,
  ]);
}

function notes({ alignment, practices }: Answer): string[] {
  const lost = practices.features.filter(({ geometry }) => geometry === null).length;
  const where = `${plural(lost, "practice")} ${lost === 1 ? "has" : "have"} no known location and ${lost === 1 ? "is" : "are"} not on the map.`;
  return [...alignment.warnings, ...(lost > 0 ? [where] : [])];
}
