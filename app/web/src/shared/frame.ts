/** What every page begins with: the style, the navigation that carries the choice along, the terms explained. */
import { Header } from "nhsuk-frontend";
import "../style/page.scss";
import type { Choice } from "./state";
import { choiceFrom, queryOf } from "./state";
import { explainTerms } from "./toggletip";

/** Lets every link of the navigation, and any other with data-carry, open its page on this choice. */
export function carry(choice: Choice): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>("a[data-carry]")) {
    link.search = queryOf(choice);
  }
}

/** A link to another page on this choice, or null where the service has no such page. */
export function linkTo(page: string, choice: Choice, own: Record<string, string | null> = {}): string | null {
  const link = document.querySelector<HTMLAnchorElement>(`nav a[data-page="${page}"]`);
  if (!link) return null;
  return `${link.pathname}${queryOf(choice, own)}`;
}

// The kept components work only where the page says that scripts run.
document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
const header = document.querySelector(".nhsuk-header");
if (header) new Header(header);
carry(choiceFrom(location.search));
explainTerms();
