/** The quieter parts of the page: neighbourhoods in words, practices without a PCN, sources and terms. */
import type { Answer, Dataset } from "./api";
import { h, scroller } from "./dom";
import { amount, count, date, NONE, plural } from "./format";
import { STATUSES, TERMS, wordsOf } from "./glossary";

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
        ...TERMS.flatMap(([term, means]) => [h("dt", {}, term), h("dd", {}, means)]),
      ),
    ),
  );
  return parts;
}

export function sources({ alignment }: Answer): Node[] {
  const { footprints } = alignment;
  const status = STATUSES[footprints.status] ?? footprints.status;
  const parts = [
    h(
      "p",
      {},
      `Proposal: ${footprints.name}, version ${footprints.version}, ${status}.${alignment.as_of ? ` PCN membership on ${date(alignment.as_of)}.` : ""}`,
    ),
    h("ul", { class: "sources" }, ...alignment.datasets.map(source)),
    alignment.benchmark && h("p", {}, `London benchmark: ${alignment.benchmark.source}.`),
    h("p", {}, alignment.attribution),
  ];
  return parts.filter((part) => part !== null);
}

function source(dataset: Dataset): HTMLElement {
  return h(
    "li",
    {},
    h("strong", {}, dataset.name),
    `: ${dataset.kind}, ${date(dataset.effective_date)}, `,
    h("abbr", { title: `SHA-256 ${dataset.sha256}` }, "SHA-256"),
    " ",
    h("code", {}, dataset.sha256.slice(0, 12)),
  );
}
