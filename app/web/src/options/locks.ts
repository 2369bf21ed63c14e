/** Who stays as they are: practices that do not move and PCNs that neither lose nor gain one. */
import type { Practices } from "../shared/answers";
import { byId, h } from "../shared/dom";
import { plural } from "../shared/format";
import type { Named, Route } from "./found";

export interface Locks {
  staying: string[];
  kept: string[];
}

/** Tells of new locks once the reader asks for the options again. */
export function listenToLocks(onChange: (locks: Locks) => void): void {
  byId("locks-form").addEventListener("submit", (event) => {
    event.preventDefault();
    onChange({ staying: ticked("locks-practices"), kept: ticked("locks-pcns") });
  });
}

export function showLocks(routes: readonly Route[], practices: Practices, { staying, kept }: Locks): void {
  const pcns = new Set(routes.map(({ code }) => code));
  const known = practices.features
    .map(({ properties }) => properties)
    .filter(({ pcn_code: pcn }) => pcn !== null && pcns.has(pcn));
  boxes("locks-pcns", routes, kept);
  boxes("locks-practices", known, staying);
  const parts = [
    kept.length > 0 && plural(kept.length, "PCN"),
    staying.length > 0 && plural(staying.length, "practice"),
  ].filter((part) => part !== false);
  byId("locks-said").textContent =
    `Who stays as they are${parts.length > 0 ? `: ${parts.join(" and ")}` : ""}`;
  byId("locks").hidden = false;
}

function boxes(id: string, all: readonly Named[], chosen: readonly string[]): void {
  const sorted = [...all].sort((a, b) => a.name.localeCompare(b.name, "en") || (a.code < b.code ? -1 : 1));
  byId(id).replaceChildren(
    ...sorted.map(({ code, name }) =>
      h(
        "label",
        { class: "locks__one" },
        h("input", { type: "checkbox", value: code, checked: chosen.includes(code) }),
        h("span", {}, `${name} (${code})`),
      ),
    ),
  );
}

function ticked(id: string): string[] {
  return [...byId(id).querySelectorAll<HTMLInputElement>("input:checked")].map(({ value }) => value).sort();
}
