/** The alternatives as cards: a drawing, figures, neighbourhoods, and keeping one as a draft. */
import type { Areas } from "../shared/answers";
import { h } from "../shared/dom";
import { count, HIDDEN, list, percent, plural } from "../shared/format";
import { fold, miniTable } from "../shared/parts";
import type { Alternative, Fit, Proposed } from "./found";
import { Ground } from "./sketch";

const figure = (value: number | null): string => (value === null ? HIDDEN : count(value));

/** @param keeping the form to keep an alternative with */
export function cards(
  found: Proposed,
  areas: Areas,
  keeping: (one: Alternative) => HTMLElement,
): HTMLElement[] {
  const ground = new Ground(areas);
  return [
    ...(found.now ? [today(found.now, areas, ground)] : []),
    ...found.alternatives.map((one) => card(one, found, ground, keeping)),
  ];
}

function today(now: NonNullable<Proposed["now"]>, areas: Areas, ground: Ground): HTMLElement {
  const codes = [...new Set(areas.features.flatMap(({ properties: p }) => p.neighbourhood ?? []))].sort();
  const holder = new Map(
    areas.features.flatMap(({ properties: { code, neighbourhood } }): [string, number][] =>
      neighbourhood === null ? [] : [[code, codes.indexOf(neighbourhood)]],
    ),
  );
  const { name, version } = now.footprints;
  return h(
    "article",
    { class: "option proposal", "data-alternative": "now", "aria-labelledby": "alternative-now" },
    h("h3", { class: "proposal__title", id: "alternative-now" }, "To compare: the plan there is"),
    h("p", {}, `${name}, version ${version}.`),
    ground.draw(holder, `Drawing of the ${plural(now.number, "neighbourhood")} of the plan there is`),
    h("dl", { class: "option__figures" }, ...fit(now)),
  );
}

function card(
  one: Alternative,
  found: Proposed,
  ground: Ground,
  keeping: (one: Alternative) => HTMLElement,
): HTMLElement {
  const holder = new Map(
    one.neighbourhoods.flatMap(({ areas }, at) => areas.map((code): [string, number] => [code, at])),
  );
  const { band } = found;
  const kept = one.within_band
    ? `All within ${count(band.low)} to ${count(band.high)}`
    : `${figure(one.people_beyond_band)} people too many or too few`;
  return h(
    "article",
    {
      class: "option proposal",
      "data-alternative": one.alternative,
      "aria-labelledby": `alternative-${one.alternative}`,
    },
    h(
      "h3",
      { class: "proposal__title", id: `alternative-${one.alternative}` },
      `Alternative ${one.alternative}`,
    ),
    h("p", {}, one.words),
    !one.proven_best &&
      one.gap !== null &&
      h("p", {}, `Another plan could score up to ${percent(one.gap)} better.`),
    ground.draw(
      holder,
      `Drawing of the ${plural(one.number, "neighbourhood")} of alternative ${one.alternative}`,
    ),
    h(
      "dl",
      { class: "option__figures" },
      ...fit(one),
      pair("The band", kept),
      pair("Border between neighbourhoods", `${one.border_km.toFixed(1)} km`),
    ),
    h("p", { class: "note" }, differs(one)),
    one.wards_split.length > 0 && h("p", { class: "note" }, `Wards divided: ${list(one.wards_split)}.`),
    fold(`neighbourhoods-${one.alternative}`, "Its neighbourhoods", [neighbourhoods(one, found)]),
    keeping(one),
  );
}

/** How much of the people live elsewhere in another alternative or in the plan there is. */
export function differs({ differs_from: others, differs_from_now: now }: Alternative): string {
  const from = others.map(
    ({ alternative, share_of_people: share }) => `${percent(share)} from alternative ${alternative}`,
  );
  const all = [...from, ...(now === null ? [] : [`${percent(now)} from the plan there is`])];
  return all.length > 0 ? `People who would live in another neighbourhood: ${list(all)}.` : "";
}

function fit({
  number,
  patients_outside_lead: outside,
  misalignment,
  classes,
  ...people
}: Fit): HTMLElement[] {
  return [
    pair("Neighbourhoods", count(number)),
    pair("Patients outside their PCN’s lead neighbourhood", `${figure(outside)} (${percent(misalignment)})`),
    pair("PCNs aligned, partly, split", `${classes.aligned}, ${classes.partly}, ${classes.split}`),
    pair(
      "Smallest and largest, people",
      `${figure(people.residents_smallest)} to ${figure(people.residents_largest)}`,
    ),
  ];
}

function pair(name: string, value: string): HTMLElement {
  return h("div", {}, h("dt", {}, name), h("dd", {}, value));
}

function neighbourhoods({ alternative, neighbourhoods: all }: Alternative, { pcns }: Proposed): HTMLElement {
  const names = new Map(pcns.map(({ code, name }) => [code, name]));
  return miniTable(
    `Neighbourhoods of alternative ${alternative}`,
    [
      { name: "Number and name" },
      { name: "People", numeric: true },
      { name: "Patients", numeric: true },
      { name: "Leads for" },
      { name: "Wards" },
    ],
    all.map((one, at) => ({
      cells: [
        `${at + 1}. ${one.name}`,
        `${figure(one.residents)}${one.within_band ? "" : ", outside the band"}`,
        figure(one.patients),
        list(one.lead_for.map((code) => names.get(code) ?? code)) || "no PCN",
        list(one.wards),
      ],
      of: { neighbourhood: one.code },
    })),
  );
}
