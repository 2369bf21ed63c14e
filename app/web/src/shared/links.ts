/** Links to other pages that take the reader's choice along. */
import type { Choice } from "./state";
import { queryOf } from "./state";

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
