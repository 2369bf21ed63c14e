/** Numbers and dates as people read them. */
import type { Unit } from "./answers";

export const NONE = "–";
/** A small number that must not be shown. */
export const HIDDEN = "*";
const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat("en-GB", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const longDate = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "long",
  year: "numeric",
  timeZone: "UTC",
});

export function count(value: number | null): string {
  return value === null ? NONE : whole.format(value);
}

/** A table's figure: patients and practices as whole numbers, areas in square kilometres. */
export function amount(value: number | null, unit: Unit): string {
  if (value === null) return NONE;
  return unit === "square metres" ? oneDecimal.format(value / 1e6) : whole.format(value);
}

/** A figure in a sentence, with its unit. */
export function amountWithUnit(value: number, unit: Unit): string {
  if (unit === "square metres") return `${oneDecimal.format(value / 1e6)} km²`;
  const one = unit === "patients" ? "patient" : "practice";
  return plural(value, one);
}

/** A share (0–1) with one decimal. What is not quite all, or not quite none, never reads as if it were. */
export function percent(share: number | null): string {
  if (share === null) return NONE;
  if (share > 0.9995 && share < 1) return "over 99.9%";
  if (share > 0 && share < 0.0005) return "under 0.1%";
  return `${oneDecimal.format(share * 100)}%`;
}

export function decimal(value: number | null): string {
  return value === null ? NONE : oneDecimal.format(value);
}

export function plural(value: number, one: string, many = `${one}s`): string {
  return `${whole.format(value)} ${Math.round(value) === 1 ? one : many}`;
}

/** An ISO date (YYYY-MM-DD) in words, or the text itself where it is not one. */
export function date(iso: string | null): string {
  if (iso === null) return "no date in the file";
  const time = /^\d{4}-\d{2}-\d{2}/.test(iso) ? Date.parse(`${iso.slice(0, 10)}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(time) ? iso : longDate.format(time);
}

/** "a", "a and b", "a, b and c". */
export function list(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? "";
  return `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;
}
