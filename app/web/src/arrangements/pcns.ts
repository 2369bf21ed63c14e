/** Which PCN the arrangement is of: chosen from those of the place, or by the option that the reader came from. */
import type { Alignment } from "../shared/answers";
import { type Api, ServiceProblem } from "../shared/api";
import { byId, h } from "../shared/dom";
import { count, HIDDEN } from "../shared/format";
import { askedFor } from "../shared/state";
import type { State } from "./state";

/** Characters that a field takes. */
const LONGEST = 4000;

/** The PCNs of the place, those with most patients outside their lead neighbourhood first. */
export function listPcns({ pcn }: Alignment, chosen: string | null): void {
  const select = byId<HTMLSelectElement>("pcn");
  select.replaceChildren(
    ...pcn.map(({ code, name, patients_outside_lead: outside }) =>
      h(
        "option",
        { value: code },
        `${name} (${code}): ${(outside as number | null) === null ? HIDDEN : count(outside)} outside its lead neighbourhood`,
      ),
    ),
  );
  // An address may name a PCN that is gone: it is asked for all the same, so that the service says so.
  if (chosen && !pcn.some(({ code }) => code === chosen))
    select.prepend(h("option", { value: chosen }, `${chosen}: not among the PCNs here`));
  select.value = chosen ?? "";
  select.disabled = pcn.length === 0;
  byId("pcn-said").textContent = "The PCN with most patients outside its lead neighbourhood stands first.";
}

export interface FromOption {
  /** PCNs that the option is about; none where it is about all of them. */
  pcns: string[];
  part: (onPcn: (code: string) => void) => HTMLElement;
}

interface Shown {
  option: { sentence: string; pcns: { code: string; name: string }[] };
}

/** The option in the address; null where there is none. One that is not known any more is said to be so. */
export async function fromOption(
  api: Api,
  { option, ...state }: State,
  signal: AbortSignal,
): Promise<FromOption | null> {
  if (!option) return null;
  try {
    const path = `options/${encodeURIComponent(option)}`;
    const { option: found } = await api.get<Shown>(path, askedFor(state), signal);
    return {
      pcns: found.pcns.map(({ code }) => code),
      part: (onPcn) => said(`From the option: ${found.sentence}`, found.pcns, onPcn),
    };
  } catch (error) {
    if (!(error instanceof ServiceProblem) || error.status === null) throw error;
    return { pcns: [], part: () => said("The option in this address is not known any more.", [], () => {}) };
  }
}

function said(
  words: string,
  pcns: readonly { code: string; name: string }[],
  onPcn: (code: string) => void,
): HTMLElement {
  const buttons = pcns.map(({ code, name }) => {
    const button = h(
      "button",
      { type: "button", class: "link-button", "data-pcn": code },
      `Draft that of ${name}`,
    );
    button.addEventListener("click", () => onPcn(code));
    return button;
  });
  return h(
    "div",
    { class: "arr-from" },
    h("p", {}, words),
    buttons.length > 1 && h("p", { class: "option__actions" }, ...buttons),
  );
}

interface Routes {
  routes: { code: string; route: string; sentence: string; reasons: { text: string }[] }[];
}

/** What the options say of a PCN's route, as words for why realignment was not chosen. */
export async function wordsOfRoute(api: Api, state: State, pcn: string): Promise<string> {
  const { routes } = await api.get<Routes>("options/routes", askedFor(state));
  const found = routes.find(({ code }) => code === pcn);
  if (!found) return "";
  const reasons = found.reasons.map(({ text }) => text).join(" ");
  // Where the options found moves, only the parties know why they were not chosen.
  const why = found.route === "re-align" ? " It was not chosen because: " : "";
  return `${found.sentence} ${reasons}${why}`.slice(0, LONGEST);
}
