/** What this page keeps in its address: the PCN and the terms of its draft, or the kept arrangement that is open. */
import { askedFor, type Choice, choiceFrom, queryOf } from "../shared/state";

/** The terms by the names that the service takes, with what an address may say of each; the service checks the rest. */
const TERMS = {
  weight: /^(deprivation|activity)$/,
  sessions: /^\d{1,9}(\.\d{1,2})?$/,
  session_unit: /^(0\.5|1)$/,
  amount: /^\d{1,10}$/,
  elsewhere: /^proportion$/,
  minimum_share: /^0(\.\d{1,6})?$/,
  lead: /^.{1,40}$/s,
  lead_reason: /^.{1,4000}$/s,
  int_sessions: /^\d{1,9}(\.\d{1,2})?$/,
  int_amount: /^\d{1,10}$/,
  lead_share: /^(0(\.\d{1,6})?|1)$/,
  list_change: /^(0(\.\d{1,6})?|1)$/,
  review_date: /^\d{4}-\d{2}-\d{2}$/,
} as const;

export type TermName = keyof typeof TERMS;
export const TERM_NAMES = Object.keys(TERMS) as TermName[];

const IN_WORDS: ReadonlySet<string> = new Set<TermName>([
  "weight",
  "elsewhere",
  "lead",
  "lead_reason",
  "review_date",
]);

/** What is chosen; what is not is as the service usually does it. */
export type Terms = Partial<Record<TermName, string>>;

export interface State extends Choice {
  pcn: string | null;
  /** The option that the reader came from. */
  option: string | null;
  /** The kept arrangement that is open; none: a draft. */
  id: string | null;
  /** The kept arrangement that this draft would take the place of. */
  replaces: string | null;
  terms: Terms;
  /** With the weight “activity”: a number by INT. */
  activity: Record<string, number>;
}

const record = (text: string | null): string | null => (text && /^[0-9a-f]{32}$/.test(text) ? text : null);

export function fromQuery(search: string): State {
  const query = new URLSearchParams(search);
  const terms: Terms = {};
  for (const name of TERM_NAMES) {
    const text = query.get(name);
    if (text && TERMS[name].test(text)) terms[name] = text;
  }
  const activity: Record<string, number> = {};
  for (const text of query.getAll("activity")) {
    const [, code, number] = /^(.+):(\d+(?:\.\d+)?)$/.exec(text) ?? [];
    if (code && number) activity[code] = Number(number);
  }
  return {
    ...choiceFrom(search),
    pcn: query.get("pcn") || null,
    option: query.get("option") || null,
    id: record(query.get("id")),
    replaces: record(query.get("replaces")),
    terms,
    activity,
  };
}

export function toQuery({ pcn, option, id, replaces, terms, activity, ...choice }: State): string {
  // A kept arrangement says itself what it was drafted on.
  if (id) return queryOf(choice, { id });
  const query = new URLSearchParams(queryOf(choice, { pcn, option, replaces, ...terms }));
  append(query, activity);
  const text = query.toString();
  return text ? `?${text}` : "";
}

/** The question as the address of the service takes it. */
export function draftQuery({ pcn, terms, activity, ...choice }: State): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...askedFor(choice), pcn, ...terms }))
    if (value !== null && value !== undefined) query.set(name, String(value));
  append(query, activity);
  return query.toString();
}

/** The same as the body of a request to keep it. */
export function draftBody({
  pcn,
  terms,
  activity,
  replaces,
  ...choice
}: State): Record<string, string | number | object | null> {
  const typed = Object.entries(terms).map(([name, text]): [string, string | number] => [
    name,
    IN_WORDS.has(name) ? text : Number(text),
  ]);
  return { ...askedFor(choice), pcn, replaces, ...Object.fromEntries(typed), activity };
}

function append(query: URLSearchParams, activity: Record<string, number>): void {
  for (const code of Object.keys(activity).sort()) query.append("activity", `${code}:${activity[code]}`);
}
