/** A kept arrangement: the steps that it can take, who signed, whether it is due for review, what was done to it. */
import { type Child, h } from "../shared/dom";
import { count, date, plural } from "../shared/format";
import { miniTable } from "../shared/parts";
import type { Happened, Kept, Review, Signature, Status } from "./found";

export const STATUS_WORDS: Record<Status, string> = {
  draft: "Draft for discussion",
  proposed: "Proposed",
  "agreed by place partnership": "Agreed by the place partnership",
  "in force": "In force",
  ended: "Ended",
};

/** What a step does, and what is asked before one that cannot be taken back. */
const STEPS: Record<Status, { words: string; sure: string | null }> = {
  draft: {
    words: "Take it back to draft",
    sure: "Take it back to draft? Sign-offs given so far become void.",
  },
  proposed: { words: "Propose it", sure: null },
  "agreed by place partnership": {
    words: "Note that it is agreed",
    sure: "Note that the place partnership has agreed? From then on its words do not change any more.",
  },
  "in force": { words: "Note that it is in force", sure: null },
  ended: { words: "End it", sure: "End this arrangement? That cannot be taken back." },
};

export function stepButtons({ steps }: Kept, onStep: (status: Status) => void): HTMLElement[] {
  return steps.map((status) => {
    const { words, sure } = STEPS[status];
    const button = h(
      "button",
      {
        type: "button",
        class: "nhsuk-button nhsuk-button--secondary nhsuk-button--small",
        "data-step": status,
      },
      words,
    );
    button.addEventListener("click", () => {
      if (sure === null || confirm(sure)) onStep(status);
    });
    return button;
  });
}

export const PARTIES: Record<Signature["party"], string> = {
  health: "For health",
  "local authority": "For the local authority",
};

/** Two places to sign: what was noted, and on paper a line where nothing was. */
export function signatures(all: readonly Signature[]): HTMLElement {
  return h(
    "div",
    { class: "arr-signed" },
    ...(Object.keys(PARTIES) as Signature["party"][]).flatMap((party) => {
      const given = all.filter((one) => one.party === party);
      if (given.length === 0) return [unsigned(party)];
      return given.map(({ name, role, signed_on: day }) =>
        h(
          "div",
          { class: "arr-signed__one", "data-party": party, "data-signed": "" },
          h("p", { class: "arr-signed__party" }, PARTIES[party]),
          h("p", {}, h("strong", {}, name), `, ${role}`),
          h("p", {}, `Signed on ${date(day)}`),
        ),
      );
    }),
  );
}

function unsigned(party: Signature["party"]): HTMLElement {
  return h(
    "div",
    { class: "arr-signed__one", "data-party": party },
    h("p", { class: "arr-signed__party" }, PARTIES[party]),
    h("p", { class: "arr-signed__none" }, "Not signed yet."),
    ...["Name", "Role", "Signature", "Date"].map((words) =>
      h("p", { class: "arr-signed__line", "aria-hidden": "true" }, words),
    ),
  );
}

export function reviewPart({ due, items, today, drafted_as_of: then, as_of: now }: Review): Child[] {
  const held = `Held on ${date(today)} against the latest figures${now ? ` (${date(now)})` : ""}; it was drafted on those of ${date(then)}.`;
  return [
    h(
      "p",
      { class: "arr-review__said", "data-due": String(due) },
      h(
        "strong",
        { class: `nhsuk-tag ${due ? "nhsuk-tag--red" : "nhsuk-tag--green"}` },
        due ? "Due for review" : "Not due for review",
      ),
      ` ${held}`,
    ),
    items.length > 0 && h("ul", { class: "reasons" }, ...items.map(({ text }) => h("li", {}, text))),
  ];
}

const MOMENT = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "long",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  timeZone: "Europe/London",
});

export function moment(iso: string): string {
  const time = Date.parse(iso);
  return Number.isNaN(time) ? iso : MOMENT.format(time);
}

/** Fields by their labels, as far as the record still has them. */
export function historyTable(all: readonly Happened[], labels: ReadonlyMap<string, string>): HTMLElement {
  return miniTable(
    `What was done: ${plural(all.length, "step")}`,
    [
      { name: "Revision" },
      { name: "When" },
      { name: "By (name of the key)" },
      { name: "What" },
      { name: "Then" },
    ],
    [...all].reverse().map(({ revision, at, by, what, status }) => ({
      of: { revision: String(revision) },
      cells: [count(revision), moment(at), by, inWords(what, labels), STATUS_WORDS[status]],
    })),
    { seen: true },
  );
}

/** The service names fields by their keys; a reader knows their labels. */
function inWords(what: string, labels: ReadonlyMap<string, string>): string {
  const [, keys, rest = ""] = /^fields changed: ([^;]*)(;.*)?$/s.exec(what) ?? [];
  if (keys === undefined) return what.charAt(0).toUpperCase() + what.slice(1);
  return `Filled in: ${keys
    .split(", ")
    .map((key) => labels.get(key) ?? key)
    .join("; ")}${rest}`;
}
