/** Somebody else changed the record meanwhile: both words side by side, and the reader chooses. */
import { h } from "../shared/dom";
import { list } from "../shared/format";
import type { Clash, Settled } from "./edits";

const SAID_NOTHING = "(open)";

/**
 * @param who who changed it last and when, in words
 * @param onChosen called with the fields in which the others' words are to stand
 */
export function clashPart(settled: Settled, who: string, onChosen: (theirs: string[]) => void): HTMLElement {
  const { clashes, taken } = settled;
  const form = h(
    "form",
    { class: "arr-clash__form" },
    ...clashes.map(choice),
    h(
      "button",
      { type: "submit", class: "nhsuk-button nhsuk-button--small" },
      clashes.length > 0 ? "Keep it with these choices" : "Keep my entries too",
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const data = new FormData(form);
    onChosen(clashes.filter((_, index) => data.get(`clash-${index}`) === "theirs").map(({ key }) => key));
  });
  return h(
    "div",
    { class: "nhsuk-error-summary arr-clash", role: "alert", tabindex: -1, id: "clash" },
    h("h2", { class: "nhsuk-error-summary__title" }, "Somebody else has changed this arrangement meanwhile"),
    h(
      "div",
      { class: "nhsuk-error-summary__body" },
      h("p", {}, `${who} Nothing of yours is lost, and nothing of theirs is overwritten.`),
      taken.length > 0 &&
        h(
          "p",
          {},
          `Their words now stand in: ${list(taken.map(({ section, label }) => `${section}, ${label}`))}.`,
        ),
      clashes.length > 0 && h("p", {}, "You both filled in the following. Choose which words are to stand."),
      form,
    ),
  );
}

function choice({ label, section, mine, theirs }: Clash, index: number): HTMLElement {
  const one = (value: "mine" | "theirs", words: string, said: string | null) =>
    h(
      "p",
      { class: "arr-clash__one" },
      h("input", {
        type: "radio",
        name: `clash-${index}`,
        id: `clash-${index}-${value}`,
        value,
        required: true,
      }),
      h("label", { for: `clash-${index}-${value}` }, h("strong", {}, `${words}: `), said ?? SAID_NOTHING),
    );
  return h(
    "fieldset",
    { class: "arr-clash__choice" },
    h("legend", {}, `${section}: ${label}`),
    one("mine", "Mine", mine),
    one("theirs", "Theirs", theirs),
  );
}
