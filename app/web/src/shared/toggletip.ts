/**
 * A small note that a button opens beside itself: by mouse, touch or keyboard. Escape or a press elsewhere closes it
 * (the browser's own popover), and it follows its button in the page, so a screen reader reads it next.
 */
import { type Child, h } from "./dom";
import { say } from "./speech";
import { TERMS, type TermKey } from "./terms";

let made = 0;

/** A button with this content and its note. `label` replaces the content for a screen reader. */
export function toggletip(
  look: { class: string; label?: string },
  content: Child,
  note: () => Child[],
): HTMLElement {
  const id = `note-${(made += 1)}`;
  const box = h("span", { class: "toggletip", id, popover: "auto", role: "note" });
  const button = h(
    "button",
    { type: "button", class: look.class, popovertarget: id, "aria-label": look.label ?? null },
    content,
  );
  // A press on the button is for the note alone, not for what the button stands on (a row, a heading).
  button.addEventListener("click", (event) => event.stopPropagation());
  box.addEventListener("click", (event) => event.stopPropagation());
  box.addEventListener("beforetoggle", (event) => {
    if ((event as ToggleEvent).newState === "open")
      box.replaceChildren(...note().filter((part): part is Node | string => !!part));
  });
  box.addEventListener("toggle", (event) => {
    if ((event as ToggleEvent).newState !== "open") return;
    place(box, button);
    say(box.textContent ?? "");
  });
  return h("span", { class: "toggletip__place" }, button, box);
}

/** Under its button where there is room, else above; never beyond the window's edge. */
function place(box: HTMLElement, button: HTMLElement): void {
  const at = button.getBoundingClientRect();
  const gap = 6;
  const below = at.bottom + gap;
  const left = Math.max(8, Math.min(at.left, document.documentElement.clientWidth - box.offsetWidth - 8));
  const top = below + box.offsetHeight < innerHeight ? below : Math.max(8, at.top - gap - box.offsetHeight);
  box.style.left = `${left}px`;
  box.style.top = `${top}px`;
}

/** A term within a sentence or a heading: the words themselves open their explanation. */
export function term(key: TermKey, words: string = TERMS[key].name): HTMLElement {
  return toggletip({ class: "term" }, words, () => explained(key));
}

/** A question mark beside words that are a control already. */
export function termMark(key: TermKey): HTMLElement {
  return toggletip({ class: "term-mark", label: `What is “${TERMS[key].name}”?` }, "?", () => explained(key));
}

function explained(key: TermKey): Child[] {
  const { name, means } = TERMS[key];
  return [h("strong", {}, name), ` ${means}`];
}

/** Puts the explanation where a template asks for it: <span data-term="lead">lead neighbourhood</span>. */
export function explainTerms(within: ParentNode = document): void {
  for (const place of within.querySelectorAll<HTMLElement>("[data-term]")) {
    const key = place.dataset.term as TermKey;
    if (key in TERMS) place.replaceWith(place.textContent ? term(key, place.textContent) : termMark(key));
  }
}
