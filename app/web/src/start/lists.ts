/** The quieter parts of the page: neighbourhoods in words, practices without a PCN, sources and terms. */
import { TERMS } from "../shared/terms";
import type { Answer } from "./answer";
import { h, scroller } from "../shared/dom";
import { amount, count, NONE, plural } from "../shared/format";
import { wordsOf } from "../shared/glossary";

function table(caption: string, heads: [string, boolean][], rows: string[][]): HTMLElement {
  const numeric = (index: number) => (heads[index]?.[1] ? "numeric" : null);
  return scroller(
    caption,
    h(
      "table",
      { class: "mini" },
      h("caption", { class: "nhsuk-u-visually-hidden" }, caption),
      h(
        "thead",
        {},
        h("tr", {}, ...heads.map(([name], index) => h("th", { scope: "col", class: numeric(index) }, name))),
      ),
      h(
        "tbody",
        {},
        ...rows.map((cells) =>
          h(
            "tr",
            {},
            ...cells.map((text, index) =>
              index === 0 ? h("th", { scope: "row" }, text) : h("td", { class: numeric(index) }, text),
            ),
          ),
        ),
      ),
    ),
  );
}

/** A part that folds away, closed unless it was open before. */
function fold(id: string, title: string, ...content: Node[]): HTMLElement {
  const open = document.getElementById(id)?.hasAttribute("open") ?? false;
  return h(
    "details",
    { class: "nhsuk-details nhsuk-expander", id, open },
    h(
      "summary",
      { class: "nhsuk-details__summary" },
      h("span", { class: "nhsuk-details__summary-text" }, title),
    ),
    h("div", { class: "nhsuk-details__text" }, ...content),
  );
}

export function folds(answer: Answer): HTMLElement[] {
  const { alignment, neighbourhoods, practices } = answer;
  const words = wordsOf(alignment);
  const areas = [...neighbourhoods.features].sort((a, b) => (a.properties.code < b.properties.code ? -1 : 1));
  const without = practices.features
    .map(({ properties }) => properties)
    .filter(({ pcn_code }) => pcn_code === null);
  const lost = practices.features.filter(({ geometry }) => geometry === null).length;
  const parts = [
    fold(
      "fold-neighbourhoods",
      `The ${plural(areas.length, "neighbourhood")} in words`,
      table(
        "Neighbourhoods",
        [
          ["Neighbourhood", false],
          ["Place", false],
          ["Residents", true],
          [words.total, true],
          ["PCNs", true],
          ["PCNs to reach 90%", true],
        ],
        areas.map(({ properties: p }) => [
          p.name,
          p.place ?? NONE,
          count(p.residents),
          amount(p.patients, alignment.unit),
          count(p.pcns),
          count(p.pcns_to_reach_90),
        ]),
      ),
      h(
        "p",
        { class: "note" },
        "PCNs to reach 90%: the smallest number of PCNs a neighbourhood’s team would work with to reach nine tenths of what is counted there.",
      ),
    ),
  ];
  if (without.length > 0) {
    parts.push(
      fold(
        "fold-without",
        `${plural(without.length, "practice")} without a PCN`,
        h("p", { class: "note" }, "Their patients are not counted in the figures above."),
        table(
          "Practices without a PCN",
          [
            ["Practice", false],
            ["Code", false],
            ["Postcode", false],
            ["Patients", true],
          ],
          without.map((p) => [p.name, p.code, p.postcode ?? NONE, amount(p.patients, alignment.unit)]),
        ),
      ),
    );
  }
  const said = [...alignment.warnings];
  if (lost > 0)
    said.push(
      `${plural(lost, "practice")} ${lost === 1 ? "has" : "have"} no known location and ${lost === 1 ? "is" : "are"} not on the map.`,
    );
  if (said.length > 0) {
    parts.push(
      fold(
        "fold-warnings",
        `${plural(said.length, "note")} on these figures`,
        h("ul", { class: "nhsuk-list nhsuk-list--bullet" }, ...said.map((text) => h("li", {}, text))),
      ),
    );
  }
  parts.push(
    fold(
      "fold-terms",
      "What the words mean",
      h(
        "dl",
        { class: "terms" },
        ...Object.values(TERMS).flatMap(({ name, means }) => [h("dt", {}, name), h("dd", {}, means)]),
      ),
    ),
  );
  return parts;
}
