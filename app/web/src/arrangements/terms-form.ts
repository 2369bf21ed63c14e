/** What a draft is worked out from: the weight, what is shared out, the lead INT, and when it is looked at again. */
import { byId, fill, h } from "../shared/dom";
import { type Content, NO_INT } from "./found";
import { type State, TERM_NAMES, type TermName, type Terms } from "./state";

/** Shares from 0 to 1 for the service, in per cent for the reader. */
const SHARES: ReadonlySet<TermName> = new Set<TermName>(["minimum_share", "lead_share", "list_change"]);
/** What the service takes where nothing is said: left out of the address. */
const USUAL: Terms = { weight: "registered", session_unit: "0.25", elsewhere: "lead" };

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
type Chosen = Pick<State, "terms" | "activity">;

const control = (name: TermName): Control => byId<Control & HTMLElement>(`term-${name.replaceAll("_", "-")}`);

const rounded = (value: number): string => String(Math.round(value * 1e6) / 1e6);

/** @param onAsk called with what was chosen when the draft is to be worked out again */
export function listenToTerms(onAsk: (chosen: Chosen) => void): void {
  const form = byId<HTMLFormElement>("terms-form");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    onAsk(chosen());
  });
  form.addEventListener("change", (event) => {
    const { id } = event.target as HTMLElement;
    if (id === "term-weight" || id === "term-lead" || id === "term-session-unit") follow();
  });
}

function chosen(): Chosen {
  const terms: Terms = {};
  for (const name of TERM_NAMES) {
    const text = control(name).value.trim();
    if (text === "" || text === USUAL[name]) continue;
    terms[name] = SHARES.has(name) ? rounded(Number(text) / 100) : text;
  }
  if (!terms.lead) delete terms.lead_reason;
  const activity: Record<string, number> = {};
  if (terms.weight === "activity") {
    for (const box of byId("term-activity").querySelectorAll("input"))
      if (box.value !== "") activity[box.dataset.int ?? ""] = Number(box.value);
  }
  return { terms, activity };
}

/** Shows what was chosen, and for a draft the INTs that there are. */
export function showTerms({ terms, activity }: Chosen, content: Content | null): void {
  if (content) {
    const ints = content.split.rows.filter(({ code }) => !NO_INT.includes(code));
    const most = ints.find(({ code }) => code === content.lead.largest);
    const others = ints.filter(({ code }) => code !== content.lead.largest);
    byId("term-lead").replaceChildren(
      h("option", { value: "" }, `${most?.name ?? "The INT"} (most patients)`),
      ...others.map(({ code, name }) => h("option", { value: code }, name)),
    );
    fill(
      "term-activity-boxes",
      ints.map(({ code, name }, index) =>
        h(
          "div",
          {},
          h("label", { class: "nhsuk-label", for: `activity-${index}` }, name),
          h("input", {
            class: "nhsuk-input",
            id: `activity-${index}`,
            type: "number",
            min: 0,
            step: "any",
            "data-int": code,
            value: activity[code] ?? null,
          }),
        ),
      ),
    );
  }
  for (const name of TERM_NAMES) {
    const text = terms[name] ?? USUAL[name] ?? "";
    control(name).value = SHARES.has(name) && text ? rounded(Number(text) * 100) : text;
  }
  follow();
}

/** Shows what goes with what is chosen. */
function follow(): void {
  const another = control("lead").value !== "";
  byId("term-reason").hidden = !another;
  control("lead_reason").toggleAttribute("required", another);
  byId("term-activity").hidden = control("weight").value !== "activity";
  const step = control("session_unit").value;
  for (const name of ["sessions", "int_sessions"] as const) control(name).setAttribute("step", step);
}
