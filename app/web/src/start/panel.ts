/** What opens under a PCN's row: its line of the matrix, its practices, and words for a discussion. */
import type { PcnAlignment, PracticeProperties } from "../shared/answers";
import type { Answer } from "./answer";
import { bar, type Child, h, scroller } from "../shared/dom";
import { amount, amountWithUnit, HIDDEN, NONE, percent, plural } from "../shared/format";
import { CLASSES, wordsOf } from "../shared/glossary";
import { restsOnTip } from "../shared/rests-on";
import { term } from "../shared/toggletip";

export interface PanelEvents {
  onClose(): void;
  onShowMap(): void;
  onPractice(code: string): void;
  onNeighbourhood(code: string): void;
}

export interface Share {
  code: string;
  name: string;
  amount: number;
  /** Of what lies inside the plan. */
  share: number;
}

/** A PCN's neighbourhoods with their shares of what lies inside the plan, the largest first, ties by code. */
export function sharesOf(answer: Answer, pcn: string): Share[] {
  const { matrix } = answer;
  const row = matrix.patients[matrix.rows.findIndex(({ code }) => code === pcn)] ?? [];
  const inside = row.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  return matrix.columns
    .map(({ code, name }, index) => ({
      code,
      name,
      amount: row[index] ?? 0,
      share: inside ? (row[index] ?? 0) / inside : 0,
    }))
    .filter((entry) => entry.amount > 0)
    .sort((a, b) => b.amount - a.amount || (a.code < b.code ? -1 : 1));
}

/** Neighbourhoods shown before the rest is folded away. */
const SHOWN = 6;

export function panel(answer: Answer, pcn: PcnAlignment, events: PanelEvents): HTMLElement {
  const practices = answer.practices.features
    .map(({ properties }) => properties)
    .filter(({ pcn_code }) => pcn_code === pcn.code)
    .sort(
      (a, b) =>
        (b.patients_outside_pcn_lead ?? 0) - (a.patients_outside_pcn_lead ?? 0) || (a.code < b.code ? -1 : 1),
    );
  const close = h("button", { type: "button", class: "link-button" }, "Close");
  close.addEventListener("click", events.onClose);
  const showMap = h("button", { type: "button", class: "link-button only-narrow" }, "Show on the map");
  showMap.addEventListener("click", events.onShowMap);
  return h(
    "div",
    { class: "panel" },
    h("p", { class: "panel__lead" }, leadSentence(answer, pcn)),
    h(
      "div",
      { class: "panel__columns" },
      spreadTable(answer, pcn, events),
      practices.length > 0 && practiceTable(answer, pcn, practices, events),
    ),
    pcn.class &&
      h("p", { class: "panel__discuss" }, h("strong", {}, "For discussion. "), CLASSES[pcn.class].discuss),
    h("p", { class: "panel__actions" }, restsOnTip(answer.alignment), showMap, close),
  );
}

function opener(words: string, open: () => void): HTMLElement {
  const button = h("button", { type: "button", class: "link-button link-button--inline" }, words);
  button.addEventListener("click", open);
  return button;
}

function leadSentence({ alignment }: Answer, pcn: PcnAlignment): string {
  const words = wordsOf(alignment);
  if (pcn.lead_name === null) return `Nothing of ${pcn.name} (${pcn.code}) lies inside the plan.`;
  const inside = amountWithUnit(pcn.patients_in_lead, alignment.unit);
  const all = amount(pcn.patients_inside, alignment.unit);
  return `${pcn.name} (${pcn.code}): ${inside} of the ${all} ${words.insidePlan} ${words.areIn} ${pcn.lead_name}, its lead neighbourhood (${percent(pcn.containment)}).`;
}

function spreadTable(answer: Answer, pcn: PcnAlignment, events: PanelEvents): HTMLElement {
  const { unit } = answer.alignment;
  const words = wordsOf(answer.alignment);
  const shares = sharesOf(answer, pcn.code);
  const rest = shares.slice(SHOWN);
  const line = (name: Child, value: number, share: number | null, mark: Child = null, code = "") =>
    h(
      "tr",
      { "data-neighbourhood": code || null },
      h("th", { scope: "row" }, name, mark && h("span", { class: "panel__mark" }, mark)),
      h("td", { class: "numeric" }, amount(value, unit)),
      h(
        "td",
        { class: "share-cell" },
        h(
          "span",
          { class: "share" },
          share === null ? null : bar(share),
          share === null ? NONE : percent(share),
        ),
      ),
    );
  const table = h(
    "table",
    { class: "mini" },
    h("caption", {}, words.where),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col" }, "Neighbourhood"),
        h("th", { scope: "col", class: "numeric" }, words.part),
        h("th", { scope: "col" }, "Share"),
      ),
    ),
    h(
      "tbody",
      {},
      ...shares.slice(0, SHOWN).map((entry) =>
        line(
          opener(entry.name, () => events.onNeighbourhood(entry.code)),
          entry.amount,
          entry.share,
          entry.code === pcn.lead ? term("lead", "lead") : null,
          entry.code,
        ),
      ),
      rest.length > 0 &&
        line(
          plural(rest.length, "other neighbourhood"),
          rest.reduce((sum, entry) => sum + entry.amount, 0),
          rest.reduce((sum, entry) => sum + entry.share, 0),
        ),
      pcn.patients_outside > 0 && line(term("outside-plan", words.outsidePlan), pcn.patients_outside, null),
      pcn.patients_unknown > 0 && line(term("unknown", words.unknown), pcn.patients_unknown, null),
    ),
  );
  return scroller(words.where, table);
}

function practiceTable(
  { alignment, neighbourhoods }: Answer,
  pcn: PcnAlignment,
  practices: PracticeProperties[],
  events: PanelEvents,
): HTMLElement {
  const names = new Map(neighbourhoods.features.map(({ properties }) => [properties.code, properties.name]));
  const nameOf = (code: string | null) => (code === null ? NONE : (names.get(code) ?? code));
  const part = ({ patients_outside_pcn_lead: outside }: PracticeProperties) =>
    outside === null || outside === undefined
      ? HIDDEN
      : percent(pcn.patients_outside_lead ? outside / pcn.patients_outside_lead : 0);
  const rows = practices.map((practice) => {
    const row = h(
      "tr",
      { "data-practice": practice.code },
      h(
        "th",
        { scope: "row" },
        opener(practice.name, () => events.onPractice(practice.code)),
        h("span", { class: "panel__code" }, ` ${practice.code}`),
      ),
      h("td", { class: "numeric" }, amount(practice.patients, alignment.unit)),
      h("td", { class: "numeric" }, part(practice)),
      h("td", {}, nameOf(practice.located_in)),
      h(
        "td",
        {},
        nameOf(practice.main_neighbourhood),
        practice.main_share === null ? null : ` (${percent(practice.main_share)})`,
        practice.mismatch && h("span", { class: "panel__mark" }, term("mismatch", "differs")),
      ),
    );
    return row;
  });
  const title = `Its ${plural(practices.length, "practice")}, those that drive the mismatch first`;
  const table = h(
    "table",
    { class: "mini" },
    h("caption", {}, title),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col" }, "Practice"),
        h("th", { scope: "col", class: "numeric" }, wordsOf(alignment).part),
        h("th", { scope: "col", class: "numeric" }, term("practice-outside")),
        h("th", { scope: "col" }, "Stands in"),
        h("th", { scope: "col" }, alignment.basis === "patients" ? "Most patients live in" : "Counted in"),
      ),
    ),
    h("tbody", {}, ...rows),
  );
  return scroller(title, table);
}
