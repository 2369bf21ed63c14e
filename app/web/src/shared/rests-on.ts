/** What a figure rests on: the plan, the date, the basis, and the files with their dates and fingerprints. */
import type { Dataset, Provenance } from "./answers";
import { type Child, h } from "./dom";
import { date, plural } from "./format";
import { STATUSES } from "./glossary";
import { toggletip } from "./toggletip";

export function planInWords({ footprints }: Pick<Provenance, "footprints">): string {
  return `${footprints.name}, version ${footprints.version}, ${STATUSES[footprints.status] ?? footprints.status}`;
}

/** In full, for the foot of a page; `also` adds paragraphs of the page's own (a benchmark's source). */
export function restsOn(answer: Provenance, ...also: (string | null | undefined | false)[]): Node[] {
  const parts: Child[] = [
    h(
      "p",
      {},
      `Proposal: ${planInWords(answer)}.${answer.as_of ? ` PCN membership on ${date(answer.as_of)}.` : ""} Counted: ${answer.basis_explained}.`,
    ),
    h("ul", { class: "sources" }, ...answer.datasets.map(source)),
    answer.small_numbers && h("p", {}, `Small numbers: ${answer.small_numbers}.`),
    ...also.map((text) => text && h("p", {}, text)),
    h("p", {}, answer.attribution),
  ];
  return parts.filter((part): part is HTMLElement => part instanceof HTMLElement);
}

/** In short, behind a button beside a figure. */
export function restsOnTip(answer: Provenance, words = "What this rests on"): HTMLElement {
  return toggletip({ class: "rests-on" }, words, () => [
    h("strong", {}, "What this rests on"),
    ` ${planInWords(answer)}. ${answer.as_of ? `As of ${date(answer.as_of)}. ` : ""}Counted: ${answer.basis_explained}.`,
    h("span", { class: "rests-on__files" }, ...answer.datasets.map(inShort)),
    answer.warnings.length > 0 &&
      h("span", {}, `${plural(answer.warnings.length, "note")} on these figures.`),
    h("span", {}, h("a", { href: "#sources-title" }, "Sources and dates in full")),
  ]);
}

function inShort({ kind, name, effective_date }: Dataset): HTMLElement {
  return h("span", {}, `${kind}, ${date(effective_date)}: ${name}`);
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
