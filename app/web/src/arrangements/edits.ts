/** What was typed and is not kept yet: held in this tab through a reload, sent when it is kept, settled with others'. */
import type { Field, FieldState } from "./found";

/** By the key of the field; null takes a field back to what the draft said. */
export type Changes = Record<string, string | null>;

/** What fields say, by their key; null where they are open. */
export type Values = Record<string, string | null>;

/** A field as it stands with what was typed. */
export function withChange(field: Field, changes: Changes): Field {
  const change = changes[field.key];
  if (change === undefined || field.state === "figures") return field;
  if (change !== null) return { ...field, value: change, state: "filled in" };
  const state: FieldState = field.drafted === null ? "open" : "default";
  return { ...field, value: field.drafted, state };
}

/** What a text in a field's control changes, or undefined where it changes nothing. */
export function changeOf(field: Field, text: string): string | null | undefined {
  const said = text.trim();
  if (said === (field.value ?? "").trim()) return undefined;
  if (said === "" || said === (field.drafted ?? "").trim())
    return field.state === "filled in" ? null : undefined;
  return said;
}

/** The changes that the service would take: fields that the record has, and that are not computed. */
export function sendable(fields: readonly Field[], changes: Changes): Changes {
  const free = fields.filter((field) => field.state !== "figures" && field.key in changes);
  return Object.fromEntries(free.map(({ key }) => [key, changes[key] ?? null]));
}

export interface Clash {
  key: string;
  label: string;
  section: string;
  mine: string | null;
  theirs: string | null;
}

export interface Settled {
  /** Mine that nobody else touched, or that clash. */
  changes: Changes;
  /** Fields that somebody else and I changed to different words. */
  clashes: Clash[];
  /** Fields that somebody else alone changed. */
  taken: Field[];
}

/**
 * My changes beside the fields as they are kept now.
 * @param before what fields said when I began to change them, or when I read them
 */
export function settle(before: Values, changes: Changes, now: readonly Field[]): Settled {
  const settled: Settled = { changes: {}, clashes: [], taken: [] };
  for (const field of now) {
    const { key, label, section, value: theirs } = field;
    const changed = key in before && theirs !== before[key];
    const mine = withChange(field, changes).value;
    if (!(key in changes) || field.state === "figures") {
      if (changed) settled.taken.push(field);
    } else if (mine !== theirs) {
      settled.changes[key] = changes[key] ?? null;
      if (changed) settled.clashes.push({ key, label, section, mine, theirs });
    }
  }
  return settled;
}

/** Kept in this tab until it is closed. Where the browser keeps nothing, it lives as long as the page. */
export class Typed {
  private of: string | null = null;
  private held: Changes = {};
  private said: Values = {};

  constructor(private readonly storage: Storage | null) {}

  get changes(): Readonly<Changes> {
    return this.held;
  }

  /** What the changed fields said when they were first changed. */
  get before(): Readonly<Values> {
    return this.said;
  }

  get count(): number {
    return Object.keys(this.held).length;
  }

  /** Takes up what was typed into this draft or record before. */
  open(of: string): void {
    if (of === this.of) return;
    this.of = of;
    const [changes, before] = read(this.storage?.getItem(name(of)) ?? null);
    [this.held, this.said] = [changes, before];
  }

  /** Takes what was typed along to the record that a draft has become. */
  carry(of: string): void {
    const [changes, before] = [this.held, this.said];
    this.replace({});
    this.of = of;
    this.replace(changes, before);
  }

  set(field: Field, change: string | null | undefined): void {
    if (change === undefined) {
      delete this.held[field.key];
      delete this.said[field.key];
    } else {
      if (!(field.key in this.held)) this.said[field.key] = field.value;
      this.held[field.key] = change;
    }
    this.write();
  }

  replace(changes: Changes, before: Values = {}): void {
    this.held = { ...changes };
    this.said = Object.fromEntries(Object.entries(before).filter(([key]) => key in changes));
    this.write();
  }

  private write(): void {
    if (this.of === null) return;
    if (this.count === 0) this.storage?.removeItem(name(this.of));
    else this.storage?.setItem(name(this.of), JSON.stringify([this.held, this.said]));
  }
}

const name = (of: string): string => `coterminous-arrangement ${of}`;

function read(text: string | null): [Changes, Values] {
  try {
    const found: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(found) ? [values(found[0]), values(found[1])] : [{}, {}];
  } catch {
    return [{}, {}];
  }
}

function values(found: unknown): Values {
  if (typeof found !== "object" || found === null) return {};
  return Object.fromEntries(
    Object.entries(found).filter(([, value]) => value === null || typeof value === "string"),
  );
}
