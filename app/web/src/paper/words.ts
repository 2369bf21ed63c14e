/** What people write in the paper: the fields, what is kept of them in this browser, and how the service takes it. */

export interface Field {
  name: string;
  label: string;
  kind: "line" | "prose" | "date" | "option";
}

/** In the order of the paper. */
export const FIELDS: readonly Field[] = [
  { name: "title", label: "Title of the paper", kind: "line" },
  { name: "prepared_by", label: "Who prepared it", kind: "line" },
  { name: "preferred", label: "Preferred option", kind: "option" },
  { name: "reason", label: "Why it is preferred", kind: "prose" },
  { name: "equality", label: "Equality and inequalities impact", kind: "prose" },
  { name: "engagement", label: "Engagement done", kind: "prose" },
  { name: "risks", label: "Risks", kind: "prose" },
  { name: "recommendation", label: "Recommendation", kind: "prose" },
  { name: "decided_by", label: "Who decides", kind: "line" },
  { name: "decided_on", label: "Date of the decision", kind: "date" },
  { name: "review_on", label: "To be looked at again by", kind: "date" },
];

/** The one option that every paper has. */
export const NO_CHANGE = "no-change";

export interface Words {
  texts: Record<string, string>;
  /** Ids of options left out of the paper. */
  left: string[];
}

export function emptyWords(): Words {
  return { texts: {}, left: [] };
}

export function storageKey(footprints: string, place: string | null): string {
  return `coterminous:paper:${footprints}:${place ?? ""}`;
}

/** Reads what was kept; anything it does not know is left out, so an old or broken entry does no harm. */
export function wordsFrom(kept: string | null): Words {
  const words = emptyWords();
  let read: unknown;
  try {
    read = JSON.parse(kept ?? "null");
  } catch {
    return words;
  }
  if (typeof read !== "object" || read === null) return words;
  const { texts, left } = read as { texts?: unknown; left?: unknown };
  if (typeof texts === "object" && texts !== null) {
    for (const { name } of FIELDS) {
      const text = (texts as Record<string, unknown>)[name];
      if (typeof text === "string" && text) words.texts[name] = text;
    }
  }
  if (Array.isArray(left)) words.left = left.filter((id): id is string => typeof id === "string");
  return words;
}

/** As the service takes it. An option that is no longer found is not asked for; no change is always in. */
export function asSent(words: Words, found: readonly string[]): Record<string, unknown> {
  const sent: Record<string, unknown> = {};
  for (const { name, kind } of FIELDS) {
    const text = words.texts[name];
    if (text && (kind !== "option" || found.includes(text))) sent[name] = text;
  }
  const left = words.left.filter((id) => id !== NO_CHANGE && found.includes(id));
  if (left.length > 0) sent.options = found.filter((id) => !left.includes(id));
  return sent;
}
