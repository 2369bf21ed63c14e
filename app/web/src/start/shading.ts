/** How small areas are shaded: which classes a measure falls into, and what each area and the legend say of it. */
import type { Provenance } from "../shared/answers";
import { count, percent } from "../shared/format";
import { COLOURS, pcnColour } from "../map/palette";

export interface AreaRow {
  code: string;
  name: string | null;
  neighbourhood: string | null;
  pcn_code?: string | null;
  pcn_name?: string | null;
  patients?: number | null;
  [field: string]: string | number | boolean | null | undefined | string[];
}

export interface Shading {
  field: string;
  kind: "category" | "tenths" | "amount" | "share";
  explained: string;
}

export interface AreaTable extends Provenance {
  items: AreaRow[];
  shadings: Shading[];
}

/** Where one PCN's patients live: of the service's catchments, the areas that hold 98 % of them. */
export interface PcnAreas extends Provenance {
  areas: {
    area_code: string;
    area_name: string | null;
    patients: number | null;
    share_of_pcn: number | null;
  }[];
}

/** A name of an ink in the page's style: people in one hue, need in another. */
export type Ink = "area" | "need";

export interface Class {
  label: string;
  opacity: number;
  /** A colour of its own; otherwise the paint's ink. */
  colour?: string;
}

export interface Paint {
  title: string;
  ink: Ink;
  classes: Class[];
  /** By area code: its class, and what the note beside the pointer says. */
  areas: Map<string, { at: number; said: string }>;
  note?: string;
}

/** One ink in five steps, the more the darker (lighter in the dark): told apart without hue, so also in print. */
const STEPS = [0.08, 0.26, 0.46, 0.66, 0.88] as const;
/** Colours come again after seven PCNs, then fainter. */
const ROUNDS = [0.72, 0.44, 0.22] as const;

/** Inner edges between five classes of about as many areas each, rounded to two figures; fewer where values repeat. */
export function breaks(values: readonly number[], classes: number = STEPS.length): number[] {
  const sorted = values.filter((value) => Number.isFinite(value)).sort((a, b) => a - b);
  const edges = new Set<number>();
  for (let step = 1; step < classes; step += 1) {
    const value = sorted[Math.floor((sorted.length * step) / classes)];
    if (value !== undefined) edges.add(rounded(value));
  }
  const least = sorted[0] ?? 0;
  return [...edges].filter((edge) => edge > least).sort((a, b) => a - b);
}

function rounded(value: number): number {
  if (value === 0) return 0;
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 1);
  return Number((Math.round(value / unit) * unit).toPrecision(6));
}

/** Which class a value falls into: an edge belongs to the class above it. */
export function classOf(value: number, edges: readonly number[]): number {
  return edges.filter((edge) => value >= edge).length;
}

function stepped(edges: readonly number[], say: (edge: number) => string): Class[] {
  const opacity = (at: number) =>
    STEPS[Math.round((at * (STEPS.length - 1)) / Math.max(edges.length, 1))] ?? 1;
  return [...edges, null].map((edge, at) => {
    const below = edges[at - 1];
    const label =
      edge === null
        ? `${say(below ?? 0)} or more`
        : below === undefined
          ? `under ${say(edge)}`
          : `${say(below)} to ${say(edge)}`;
    return { label, opacity: opacity(at) };
  });
}

function numbers(table: AreaTable, field: string): [AreaRow, number][] {
  return table.items.flatMap((row): [AreaRow, number][] => {
    const value = row[field];
    return typeof value === "number" ? [[row, value]] : [];
  });
}

/** Areas by a measure of the service's table; `symbols` gives PCNs their colours. */
export function paintBy(table: AreaTable, shading: Shading, symbols: ReadonlyMap<string, number>): Paint {
  const { field, kind, explained } = shading;
  if (kind === "category") return byPcn(table, explained, symbols);
  const rows = numbers(table, field);
  const name = (row: AreaRow) => row.name ?? row.code;
  const ink: Ink = field.startsWith("imd") ? "need" : "area";
  if (kind === "tenths") {
    const pairs = ["1 or 2 (most deprived)", "3 or 4", "5 or 6", "7 or 8", "9 or 10 (least)"];
    return {
      title: explained,
      ink,
      classes: pairs.map((label, at) => ({ label, opacity: STEPS[STEPS.length - 1 - at] ?? 1 })),
      areas: new Map(
        rows.map(([row, value]) => [
          row.code,
          { at: Math.min(4, Math.floor((value - 1) / 2)), said: `${name(row)}: tenth ${count(value)}` },
        ]),
      ),
    };
  }
  const say = kind === "share" ? (value: number) => percent(value).replace(".0%", "%") : count;
  const edges = kind === "share" ? [0.2, 0.4, 0.6, 0.8] : breaks(rows.map(([, value]) => value));
  return {
    title: explained,
    ink,
    classes: stepped(edges, say),
    areas: new Map(
      rows.map(([row, value]) => [
        row.code,
        {
          at: classOf(value, edges),
          said: `${name(row)}: ${kind === "share" ? percent(value) : count(value)}${field === "share" && row.pcn_name ? ` with ${row.pcn_name}` : ""}`,
        },
      ]),
    ),
  };
}

function byPcn(table: AreaTable, title: string, symbols: ReadonlyMap<string, number>): Paint {
  const here = [...symbols].sort(([a], [b]) => (a < b ? -1 : 1));
  const names = new Map(table.items.map((row) => [row.pcn_code ?? "", row.pcn_name ?? ""]));
  const led = here.filter(([code]) => names.has(code));
  const place = new Map(led.map(([code], at) => [code, at]));
  const classes: Class[] = led.map(([code, symbol]) => ({
    label: names.get(code) || code,
    opacity: ROUNDS[Math.floor(symbol / COLOURS.length) % ROUNDS.length] ?? 1,
    colour: pcnColour(symbol),
  }));
  classes.push({ label: "A PCN of another place", opacity: 0.35, colour: "#768692" });
  return {
    title,
    ink: "area",
    classes,
    areas: new Map(
      table.items.flatMap((row) => {
        if (!row.pcn_code) return [];
        const share = typeof row.share === "number" ? ` (${percent(row.share)})` : "";
        const said = `${row.name ?? row.code}: ${row.pcn_name ?? row.pcn_code}${share}`;
        return [[row.code, { at: place.get(row.pcn_code) ?? led.length, said }]];
      }),
    ),
    note: "Most patients is often less than half of them. Point at an area for its PCN and how many of them.",
  };
}

/** Areas by how many of one PCN's patients live there. */
export function paintPcn({ areas }: PcnAreas, name: string): Paint {
  const known = areas.filter(({ patients }) => patients !== null);
  const edges = breaks(known.map(({ patients }) => patients ?? 0));
  return {
    title: `Patients of ${name} living in each small area`,
    ink: "area",
    classes: stepped(edges, count),
    areas: new Map(
      known.map(({ area_code, area_name, patients, share_of_pcn }) => [
        area_code,
        {
          at: classOf(patients ?? 0, edges),
          said: `${area_name ?? area_code}: ${count(patients)} patients of ${name} (${percent(share_of_pcn)})`,
        },
      ]),
    ),
    note: "Shaded are the areas in which 98% of its patients live; the others live in ones and twos elsewhere.",
  };
}
