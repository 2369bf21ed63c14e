/** What is loaded and how old it is: the files an answer stands on, in everyday words. */
import type { Dataset, Provenance } from "../shared/answers";
import { type Child, h } from "../shared/dom";
import { date, plural } from "../shared/format";
import { restsOnTip } from "../shared/rests-on";

const KINDS: Record<string, string> = {
  registrations: "Patients by practice and small area",
  "pcn-membership": "Practices of each PCN",
  pcns: "PCNs",
  "pcn-partners": "Practices of each PCN",
  practices: "Practices",
  "practice-map": "Practices and their organisations",
  "practice-points": "Practices on the map",
  areas: "Small areas",
  "area-lookup": "2011 areas to 2021 areas",
  postcodes: "Postcodes",
  population: "Residents",
  deprivation: "Deprivation",
  footprints: "The plan, as outlines",
  "footprint-lookup": "The plan, as a list of areas",
};

/** How long before a day a date is: in days, months or years, as people say it. */
export function age(iso: string, today: Date): string {
  const then = new Date(`${iso.slice(0, 10)}T00:00:00Z`);
  const days = Math.floor((today.getTime() - then.getTime()) / 86_400_000);
  if (Number.isNaN(days)) return "";
  if (days < 0) return "in the future";
  if (days < 60) return `${plural(days, "day")} old`;
  const months =
    (today.getUTCFullYear() - then.getUTCFullYear()) * 12 +
    (today.getUTCMonth() - then.getUTCMonth()) -
    (today.getUTCDate() < then.getUTCDate() ? 1 : 0);
  return months < 24 ? `${plural(months, "month")} old` : `${plural(Math.floor(months / 12), "year")} old`;
}

/** What matters most to a figure's age comes first; the other files stand in the note and at the foot of the page. */
const FIRST = ["registrations", "pcn-membership", "pcn-partners", "practice-map"];

export function loaded(answer: Provenance, today: Date): Child[] {
  const said = ({ kind, effective_date }: Dataset) =>
    `${KINDS[kind] ?? kind}: ${effective_date ? `${date(effective_date)}, ${age(effective_date, today)}` : "no date in the file"}`;
  const first = answer.datasets.filter(({ kind }) => FIRST.includes(kind));
  const shown = first.length > 0 ? first : answer.datasets.slice(0, 2);
  const rest = answer.datasets.length - shown.length;
  return [
    h("h2", { class: "card__title" }, "What these figures stand on"),
    ...shown.map((dataset) => h("p", {}, `${said(dataset)}.`)),
    h("p", {}, rest > 0 && `${plural(rest, "more file")}. `, restsOnTip(answer, "All files, date and basis")),
  ];
}
