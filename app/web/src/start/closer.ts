/** A closer look at one neighbourhood or one practice: with whom a team would work, where a practice's patients live. */
import type { PracticeProperties } from "../shared/answers";
import type { Api } from "../shared/api";
import { bar, type Child, h } from "../shared/dom";
import { amount, amountWithUnit, count, HIDDEN, list, NONE, percent, plural } from "../shared/format";
import { wordsOf } from "../shared/glossary";
import { miniTable } from "../shared/parts";
import { restsOnTip } from "../shared/rests-on";
import { askedFor } from "../shared/state";
import { term } from "../shared/toggletip";
import type { Answer } from "./answer";
import type { State } from "./state";

export interface Part {
  code: string;
  name: string;
  patients: number | null;
  share: number | null;
}

/** A practice with its line by neighbourhood, as the service gives it. */
export interface PracticeRow extends PracticeProperties {
  neighbourhoods: Part[];
}

export interface Choosing {
  pcn(code: string): void;
  practice(code: string): void;
  neighbourhood(code: string): void;
  close(): void;
}

/** A neighbourhood with every PCN that has patients there, of whatever place, the largest first. */
export interface NeighbourhoodRow {
  code: string;
  name: string;
  place: string | null;
  residents: number | null;
  patients: number | null;
  patients_without_pcn: number | null;
  lead_for: string[];
  pcns_to_reach_90: number | null;
  pcns: Part[];
}

export interface Rows {
  practices: PracticeRow[];
  neighbourhoods: NeighbourhoodRow[];
}

const SHOWN = 12;

/** Practices and neighbourhoods of a place in full; of all places only where the plan has no others. */
export async function rowsOf(api: Api, state: State, place: string | null): Promise<Rows> {
  const query = { ...askedFor(state), place: place ?? state.place };
  const [practices, neighbourhoods] = await Promise.all([
    api.get<{ items: PracticeRow[] }>("alignment/practices", query),
    api.get<{ items: NeighbourhoodRow[] }>("alignment/neighbourhoods", query),
  ]);
  return { practices: practices.items, neighbourhoods: neighbourhoods.items };
}

export function shareCell(share: number | null): HTMLElement {
  return h("span", { class: "share" }, share !== null && bar(share), percent(share));
}

function opener(words: string, open: () => void): HTMLElement {
  const button = h("button", { type: "button", class: "link-button link-button--inline" }, words);
  button.addEventListener("click", open);
  return button;
}

function closing(choosing: Choosing): HTMLElement {
  const close = h("button", { type: "button", class: "link-button" }, "Close");
  close.addEventListener("click", () => choosing.close());
  return close;
}

/** The fewest parts, largest first, that reach a share of the whole. */
export function toReach(parts: readonly Part[], share: number): number {
  const whole = parts.reduce((sum, { patients }) => sum + (patients ?? 0), 0);
  let held = 0;
  for (const [at, { patients }] of parts.entries()) {
    held += patients ?? 0;
    if (held >= share * whole - 1e-9) return at + 1;
  }
  return parts.length;
}

export function neighbourhoodPanel(
  answer: Answer,
  code: string,
  rows: Rows,
  choosing: Choosing,
): HTMLElement | null {
  const found = rows.neighbourhoods.find((row) => row.code === code);
  if (!found) return null;
  const { alignment } = answer;
  const words = wordsOf(alignment);
  const { pcns } = found;
  const here = new Set(alignment.pcn.map((one) => one.code));
  const names = new Map([...pcns, ...alignment.pcn].map(({ code: pcn, name }) => [pcn, name]));
  const leads = found.lead_for.map((pcn) => names.get(pcn) ?? pcn);
  const mine = rows.practices
    .flatMap((row) => {
      const part = row.neighbourhoods.find((one) => one.code === code);
      return part ? [{ row, patients: part.patients }] : [];
    })
    .sort((a, b) => (b.patients ?? 0) - (a.patients ?? 0) || (a.row.code < b.row.code ? -1 : 1));
  const reach = found.pcns_to_reach_90 ?? toReach(pcns, 0.9);
  const lead: Child[] = [
    `${found.name} (${found.code})${found.place ? `, ${found.place}` : ""}. `,
    found.residents !== null && `${count(found.residents)} residents. `,
    pcns.length > 0
      ? `Its team would work with ${plural(toReach(pcns, 0.8), "PCN")} to reach 80% of what PCNs have here, and with ${count(reach)} to reach 90%. `
      : "No PCN has any part in it. ",
    leads.length > 0
      ? `It is the lead neighbourhood of ${list(leads)}.`
      : "It is no PCN’s lead neighbourhood.",
  ];
  return h(
    "div",
    { class: "panel" },
    h("p", { class: "panel__lead" }, ...lead),
    h(
      "div",
      { class: "panel__columns" },
      miniTable(
        "PCNs its team would work with",
        [
          { name: "PCN" },
          { name: words.part, numeric: true },
          { name: term("share-of-neighbourhood", "Share of the neighbourhood") },
        ],
        pcns.slice(0, SHOWN).map(({ code: pcn, name, patients, share }) => ({
          of: { pcn },
          cells: [
            here.has(pcn) ? opener(name, () => choosing.pcn(pcn)) : `${name} (of another place)`,
            patients === null ? HIDDEN : amount(patients, alignment.unit),
            shareCell(share),
          ],
        })),
        { seen: true },
      ),
      mine.length > 0 &&
        miniTable(
          "Practices of this place’s PCNs with patients here",
          [{ name: "Practice" }, { name: words.part, numeric: true }, { name: "PCN" }],
          mine.slice(0, SHOWN).map(({ row, patients }) => ({
            of: { practice: row.code },
            cells: [
              opener(row.name, () => choosing.practice(row.code)),
              patients === null ? HIDDEN : amount(patients, alignment.unit),
              row.pcn_name ?? "In no PCN",
            ],
          })),
          { seen: true },
        ),
    ),
    Math.max(pcns.length, mine.length) > SHOWN &&
      h(
        "p",
        { class: "note" },
        `Of each the largest ${SHOWN} are shown; in all ${plural(pcns.length, "PCN")} and ${plural(mine.length, "practice")}.`,
      ),
    h("p", { class: "panel__actions" }, restsOnTip(alignment), closing(choosing)),
  );
}

export function practicePanel(answer: Answer, row: PracticeRow, choosing: Choosing): HTMLElement {
  const { alignment, neighbourhoods } = answer;
  const words = wordsOf(alignment);
  const names = new Map(neighbourhoods.features.map(({ properties }) => [properties.code, properties.name]));
  const nameOf = (code: string | null) => (code === null ? null : (names.get(code) ?? code));
  const pcn = alignment.pcn.find(({ code }) => code === row.pcn_code);
  const parts: Child[] = [
    `${row.name} (${row.code})${row.postcode ? `, ${row.postcode}` : ""}: `,
    `${row.patients === null ? "no list size known" : amountWithUnit(row.patients, alignment.unit)}. `,
  ];
  if (row.pcn_code) {
    const code = row.pcn_code;
    parts.push(
      "In ",
      opener(row.pcn_name ?? code, () => choosing.pcn(code)),
      ". ",
    );
  } else parts.push("In no PCN, so not counted in the figures above. ");
  const stands = nameOf(row.located_in);
  const most = nameOf(row.main_neighbourhood);
  parts.push(stands ? `It stands in ${stands}` : "Where it stands is not known");
  if (most) parts.push(`; most of what is counted is in ${most} (${percent(row.main_share)})`);
  parts.push(". ");
  if (row.mismatch) parts.push(term("mismatch", "These differ"), ". ");
  if (pcn?.lead_name && row.patients_outside_pcn_lead !== null) {
    const part = pcn.patients_outside_lead ? row.patients_outside_pcn_lead / pcn.patients_outside_lead : null;
    parts.push(
      `${amountWithUnit(row.patients_outside_pcn_lead, alignment.unit)} outside its PCN’s lead, ${pcn.lead_name}`,
      part === null ? "" : `: ${percent(part)} of all its PCN has outside`,
      ".",
    );
  }
  const whole = row.neighbourhoods.reduce((sum, { patients }) => sum + (patients ?? 0), 0);
  return h(
    "div",
    { class: "panel" },
    h("p", { class: "panel__lead" }, ...parts),
    row.neighbourhoods.length > 0 &&
      miniTable(
        words.where,
        [{ name: "Neighbourhood" }, { name: words.part, numeric: true }, { name: "Share" }],
        row.neighbourhoods.slice(0, SHOWN).map(({ code, name, patients, share }) => ({
          of: { neighbourhood: code },
          cells: [
            opener(name || (names.get(code) ?? code), () => choosing.neighbourhood(code)),
            patients === null ? HIDDEN : amount(patients, alignment.unit),
            patients === null ? NONE : shareCell(share ?? (whole ? patients / whole : null)),
          ],
        })),
        { seen: true },
      ),
    h("p", { class: "panel__actions" }, restsOnTip(alignment), closing(choosing)),
  );
}
