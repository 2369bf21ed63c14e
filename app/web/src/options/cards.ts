/** Routes and options in words, each with its figures before and after, its checks and who must agree. */
import { type Child, h } from "../shared/dom";
import { count, date, HIDDEN, NONE, percent, plural } from "../shared/format";
import { miniTable } from "../shared/parts";
import {
  type Check,
  type Found,
  MARKS,
  type Move,
  type Option,
  type PcnState,
  type Route,
  type Way,
} from "./found";

const TAGS: Record<Way, string> = {
  "fits, no action": "nhsuk-tag--green",
  "re-align": "nhsuk-tag--red",
  "cross-INT arrangement": "nhsuk-tag--yellow",
};
const ORDER: Way[] = ["re-align", "cross-INT arrangement", "fits, no action"];

const KINDS: Record<Check["outcome"], string> = {
  stop: "Stops it",
  warn: "To look at",
  pass: "Passes",
  "not checked": "Not checked",
};

/** Links of a page that the service may not have; none where it has not. */
export type Linked = (option: Option) => { words: string; href: string }[];

export function routes({ routes: all }: Found): HTMLElement[] {
  return ORDER.flatMap((way) => {
    const these = all.filter(({ route }) => route === way);
    if (these.length === 0) return [];
    return [
      h(
        "div",
        { class: "routes", "data-route": way },
        h(
          "h3",
          { class: "options-group" },
          h("strong", { class: `nhsuk-tag ${TAGS[way]}` }, way),
          ` ${plural(these.length, "PCN")}`,
        ),
        ...these.map(route),
      ),
    ];
  });
}

function route(one: Route): HTMLElement {
  return h(
    "details",
    { class: "route", "data-pcn": one.code },
    h("summary", {}, one.sentence),
    h(
      "ul",
      { class: "reasons" },
      ...one.reasons.map(({ text, mark, source }) =>
        h(
          "li",
          {},
          text,
          " ",
          h("span", { class: "reasons__source" }, `${MARKS[mark]}: `, ...linked(source)),
        ),
      ),
    ),
    ...needs(one.needs, one.earliest ? `At the earliest: ${date(one.earliest)}.` : null),
  );
}

/** Options by kind, in the service's order: no change first. */
export function cards({ options }: Found, links: Linked, onShow: (option: Option) => void): HTMLElement[] {
  const kinds = [...new Set(options.map(({ kind }) => kind))];
  return kinds.map((kind) =>
    h(
      "div",
      { class: "option-kind" },
      h("h3", { class: "options-group" }, `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`),
      ...options.filter((option) => option.kind === kind).map((option) => card(option, links, onShow)),
    ),
  );
}

function card(option: Option, links: Linked, onShow: (option: Option) => void): HTMLElement {
  const { before, after } = option;
  const show = h("button", { type: "button", class: "link-button" }, "Show on the map");
  show.addEventListener("click", () => onShow(option));
  const when = option.earliest
    ? `At the earliest ${date(option.earliest)}${option.contract_year ? `, or ${date(option.contract_year)} with the contract year` : ""}.`
    : null;
  return h(
    "article",
    { class: "option", "data-option": option.id, "aria-label": option.sentence },
    h("p", { class: "option__sentence" }, option.sentence),
    option.stopped &&
      h("p", { class: "option__stopped" }, "Cannot be put forward as it stands: see what stops it."),
    h(
      "dl",
      { class: "option__figures" },
      ...pair("Outside, before and after", change(before.patients_outside_lead, after.patients_outside_lead)),
      ...pair("Share inside lead", `${percent(before.containment)} → ${percent(after.containment)}`),
      ...pair("Patients gained", figure(option.patients_gained)),
      ...pair("Patients whose PCN changes", figure(option.patients_disturbed)),
    ),
    option.pcns.length > 0 && pcnTable(option),
    option.checks.length > 0 && checks(option.checks),
    ...needs(option.needs, when),
    h(
      "p",
      { class: "option__actions" },
      option.moves.length > 0 && show,
      ...links(option).map(({ words, href }) => h("a", { href }, words)),
    ),
  );
}

function pcnTable({ pcns }: Option): HTMLElement {
  const of = (state: PcnState | null, value: (state: PcnState) => string) => (state ? value(state) : NONE);
  const both = (pcn: (typeof pcns)[number], value: (state: PcnState) => string) =>
    `${of(pcn.before, value)} → ${of(pcn.after, value)}`;
  return miniTable(
    "PCNs it touches, before → after",
    [
      { name: "PCN" },
      { name: "Practices", numeric: true },
      { name: "Patients", numeric: true },
      { name: "Outside lead", numeric: true },
      { name: "Share inside", numeric: true },
      { name: "Lead neighbourhood" },
    ],
    pcns.map((pcn) => ({
      cells: [
        pcn.name,
        both(pcn, ({ practices }) => String(practices.length)),
        both(pcn, ({ patients }) => figure(patients)),
        both(pcn, ({ patients_outside_lead: outside }) => figure(outside)),
        both(pcn, ({ containment }) => percent(containment)),
        pcn.before?.lead_name === pcn.after?.lead_name
          ? (pcn.before?.lead_name ?? NONE)
          : both(pcn, ({ lead_name: name }) => name ?? NONE),
      ],
    })),
    { seen: true },
  );
}

function checks(all: Check[]): HTMLElement {
  const shown = all.filter(({ outcome }) => outcome !== "pass");
  const passed = all.filter(({ outcome }) => outcome === "pass");
  const line = ({ outcome, text, mark, source }: Check) =>
    h(
      "li",
      { "data-outcome": outcome },
      h("strong", {}, `${KINDS[outcome]}: `),
      text,
      " ",
      h("span", { class: "reasons__source" }, `${MARKS[mark]}: `, ...linked(source)),
    );
  return h(
    "div",
    { class: "checks" },
    shown.length > 0 && h("ul", { class: "reasons" }, ...shown.map(line)),
    passed.length > 0 &&
      h(
        "details",
        {},
        h("summary", {}, `${plural(passed.length, "check")} passed`),
        h("ul", { class: "reasons" }, ...passed.map(line)),
      ),
  );
}

function needs(all: string[], when: string | null): Child[] {
  if (all.length === 0 && !when) return [];
  return [
    all.length > 0 && h("p", { class: "option__needs" }, h("strong", {}, "Who must agree")),
    all.length > 0 && h("ul", { class: "reasons" }, ...all.map((one) => h("li", {}, one))),
    when && h("p", { class: "option__needs" }, when),
  ];
}

/** The moves of a point, in words. */
export function movesInWords(moves: readonly Move[]): HTMLElement {
  return h(
    "ul",
    { class: "reasons" },
    ...moves.map((move) =>
      h(
        "li",
        {},
        h("strong", {}, move.practice_name),
        ` (${move.practice}, ${figure(move.patients)} patients): from ${move.from_name ?? "no PCN"} to ${move.to_name}`,
      ),
    ),
  );
}

function pair(name: string, value: string): HTMLElement[] {
  return [h("div", {}, h("dt", {}, name), h("dd", {}, value))];
}

function change(before: number | null, after: number | null): string {
  return `${figure(before)} → ${figure(after)}`;
}

function figure(value: number | null): string {
  return value === null ? HIDDEN : count(value);
}

/** A source with the addresses in it as links. */
export function linked(source: string): Child[] {
  return source
    .split(/(https?:\/\/[^\s,;)]*[^\s,;).])/)
    .map((part) => (/^https?:/.test(part) ? h("a", { href: part, rel: "noreferrer" }, part) : part));
}
