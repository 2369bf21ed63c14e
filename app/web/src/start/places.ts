/** Every place of a plan with its own misalignment, as a way in: from all of London to one borough. */
import type { Alignment, Place } from "../shared/answers";
import { h } from "../shared/dom";
import { percent } from "../shared/format";
import { wordsOf } from "../shared/glossary";
import { queryOf } from "../shared/state";
import type { State } from "./state";

export interface PlaceFigures {
  name: string;
  pcns: number;
  outside: number;
  inside: number;
}

/** Figures by place, most patients outside first, ties by name: of each PCN what the whole answer says. */
export function byPlace({ pcn }: Pick<Alignment, "pcn">): PlaceFigures[] {
  const found = new Map<string, PlaceFigures>();
  for (const { place, patients_inside, patients_outside_lead } of pcn) {
    if (place === null) continue;
    const figures = found.get(place) ?? { name: place, pcns: 0, outside: 0, inside: 0 };
    figures.pcns += 1;
    figures.outside += patients_outside_lead;
    figures.inside += patients_inside;
    found.set(place, figures);
  }
  return [...found.values()].sort((a, b) => b.outside - a.outside || (a.name < b.name ? -1 : 1));
}

export function placeChooser(
  alignment: Alignment,
  places: readonly Place[],
  state: State,
  choose: (place: string) => void,
): HTMLElement | null {
  const figures = byPlace(alignment);
  if (state.place !== null || figures.length < 2) return null;
  const words = wordsOf(alignment);
  const items = figures.map(({ name, outside, inside }) => {
    const place = places.find((one) => one.name === name);
    const said = ` ${percent(inside ? outside / inside : null)}`;
    if (!place) return h("li", {}, name, said);
    const link = h("a", { href: queryOf({ ...state, place: place.id }) }, name);
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      choose(place.id);
    });
    return h("li", {}, link, said);
  });
  return h(
    "section",
    { class: "places", "aria-labelledby": "places-title" },
    h("h2", { class: "card__title", id: "places-title" }, `Choose one of the ${figures.length} places`),
    h("p", { class: "note" }, `${words.outsideLead}: the most first; the figure is their share.`),
    h("ul", { class: "places__list" }, ...items),
  );
}
