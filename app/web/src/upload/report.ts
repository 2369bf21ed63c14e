/** What a check found, in words and sums; and what became of a file that was loaded. */
import { type Child, h } from "../shared/dom";
import { count, percent, plural } from "../shared/format";
import { fold, miniTable } from "../shared/parts";
import type { Checked, Counted, Result, Severity } from "./found";
import { KINDS } from "./kinds";

const SEVERITIES: Record<Severity, [one: string, many: string]> = {
  error: ["error", "errors"],
  warning: ["thing to look at", "things to look at"],
  note: ["note", "notes"],
};

/** "2 errors, 1 thing to look at": what there is none of is left out. */
export function inWords(counts: Record<Severity, number>): string {
  const some = (Object.keys(SEVERITIES) as Severity[]).filter((severity) => counts[severity] > 0);
  return some.map((severity) => plural(counts[severity], ...SEVERITIES[severity])).join(", ") || "no faults";
}

export function headline({ ok, already_loaded, counts }: Checked): string {
  if (!ok) return `It cannot be loaded like this: ${inWords(counts)}.`;
  if (already_loaded) return `This file is loaded already, in the same way: ${inWords(counts)}.`;
  return `It can be loaded: ${inWords(counts)}.`;
}

/** "12 rows read = 10 kept + 1 without a code + 1 listed twice": the sum that must come out. */
export function sum({ rows_read, rows_kept, dropped }: Counted): string {
  const out = Object.entries(dropped).map(([reason, rows]) => `${count(rows)} left out (${reason})`);
  return `${plural(rows_read, "row")} read = ${[`${count(rows_kept)} kept`, ...out].join(" + ")}`;
}

export function adds({ rows_read, rows_kept, dropped }: Counted): boolean {
  return rows_read === rows_kept + Object.values(dropped).reduce((all, rows) => all + rows, 0);
}

export function reportParts(checked: Checked): Child[] {
  const { problem, report, would_become: become } = checked;
  return [
    h("p", { class: "answer__text", id: "in-short" }, headline(checked)),
    problem &&
      h(
        "div",
        { class: "upload__problem" },
        h("p", {}, h("strong", {}, `${problem.title}. `), problem.detail),
        problem.remedy && h("p", {}, h("strong", {}, "What to do: "), problem.remedy),
      ),
    become && h("p", { id: "would-become" }, becomes(become)),
    report && rowsPart(report),
  ];
}

function becomes({ kind, footprints }: NonNullable<Checked["would_become"]>): string {
  if (footprints === null) return `It would be kept as ${KINDS[kind] ?? kind}.`;
  const { name, version, neighbourhoods, places, service } = footprints;
  const where = places.length > 0 ? ` in ${places.join(", ")}` : "";
  const what = service === null ? "" : `, as areas of ${service}`;
  return `It would become version ${version} of “${name}”${what}, with ${plural(neighbourhoods, "neighbourhood")}${where}.`;
}

function rowsPart(report: Counted): HTMLElement {
  const dropped = Object.entries(report.dropped);
  const more: [string, string][] = [
    ...Object.entries(report.counts).map(([name, value]): [string, string] => [name, count(value)]),
    ...Object.entries(report.match_rates).map(([name, share]): [string, string] => [name, percent(share)]),
  ];
  return h(
    "div",
    {},
    h(
      "p",
      { id: "rows" },
      h("strong", {}, `${sum(report)}.`),
      adds(report) ? "" : " The sum does not come out: tell those who run the service.",
    ),
    dropped.length > 0 &&
      miniTable(
        "Rows left out, by reason",
        [{ name: "Why rows were left out" }, { name: "Rows", numeric: true }],
        dropped.map(([reason, rows]) => ({ cells: [reason, count(rows)], of: { dropped: reason } })),
      ),
    more.length > 0 &&
      fold("more-counts", "What else was counted", [
        miniTable(
          "What else was counted",
          [{ name: "What" }, { name: "How many", numeric: true }],
          more.map((cells) => ({ cells })),
        ),
      ]),
  );
}

/** @param root address of the service, without the closing slash */
export function loadedParts(result: Result, root: string): Child[] {
  const { footprints, dataset, already_loaded: already, report } = result;
  const rows = h("p", {}, `${sum(report)}.`);
  if (footprints === null)
    return [
      h(
        "p",
        { class: "answer__text" },
        `${dataset.name} is ${already ? "loaded already" : "loaded"} as ${KINDS[dataset.kind] ?? dataset.kind}.`,
      ),
      rows,
      h("p", {}, h("a", { href: `${root}/` }, "See which PCNs fit, with it")),
    ];
  const query = new URLSearchParams({ footprints: footprints.id, version: String(footprints.version) });
  const link = (page: string, words: string) =>
    h("li", {}, h("a", { href: `${root}/${page}?${query}` }, words));
  const named = `“${footprints.name}”, version ${footprints.version}, with ${plural(footprints.neighbourhoods, "neighbourhood")}`;
  return [
    h("p", { class: "answer__text" }, `${named}, is ${already ? "loaded already" : "loaded"}.`),
    rows,
    footprints.role === "proposal"
      ? h(
          "ul",
          { class: "upload__next" },
          link("", "See which PCNs fit it"),
          link("checks", "See whether it covers its place once"),
        )
      : h("p", {}, "It can be drawn on the first page under “Another service”."),
  ];
}
