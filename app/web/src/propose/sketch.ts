/** A plan as a small drawing: its neighbourhoods filled and numbered, with the lines between them. */
import type { Position } from "geojson";
import type { Areas } from "../shared/answers";
import { svg } from "../shared/dom";

const WIDE = 400;
const MOST_HIGH = 420;
/** Tints that take turns; the numbers tell neighbourhoods apart, not the colours. */
const TINTS = 6;

interface Shape {
  code: string;
  rings: [number, number][][];
  middle: [number, number];
}

/** A straight piece of a border: the one or two areas that it bounds. */
export interface Edge {
  areas: string[];
  from: [number, number];
  to: [number, number];
}

export class Ground {
  readonly shapes: Shape[];
  readonly edges: Edge[];
  readonly high: number;

  constructor(areas: Areas) {
    const drawn = areas.features.map(({ geometry, properties: { code } }) => ({
      code,
      rings: (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates).flat(),
    }));
    const { fit, high } = fitting(drawn.flatMap(({ rings }) => rings.flat()));
    this.high = high;
    this.shapes = drawn.map(({ code, rings }) => {
      const fitted = rings.map((ring) => ring.map(fit));
      return { code, rings: fitted, middle: middleOf(fitted[0] ?? []) };
    });
    this.edges = edgesOf(this.shapes);
  }

  /** @param holder the neighbourhood of each area, by position; areas without one stay blank */
  draw(holder: ReadonlyMap<string, number>, title: string): SVGElement {
    const members = new Map<number, Shape[]>();
    for (const shape of this.shapes) {
      const at = holder.get(shape.code);
      if (at !== undefined) members.set(at, [...(members.get(at) ?? []), shape]);
    }
    const all = [...members].sort(([a], [b]) => a - b);
    return svg(
      "svg",
      { class: "sketch", viewBox: `0 0 ${WIDE} ${this.high}`, role: "img", "aria-label": title },
      ...all.map(([at, shapes]) =>
        svg("path", {
          class: `sketch__area sketch__area--${at % TINTS}`,
          "data-neighbourhood": at + 1,
          d: shapes.flatMap(({ rings }) => rings.map(path)).join(""),
        }),
      ),
      svg("path", {
        class: "sketch__lines",
        d: borders(this.edges, holder)
          .map(({ from, to }) => `M${point(from)}L${point(to)}`)
          .join(""),
      }),
      ...all.map(([at, shapes]) => {
        const [x, y] = labelAt(shapes);
        const label = svg("text", { class: "sketch__number", x, y, "text-anchor": "middle", dy: "0.35em" });
        label.textContent = String(at + 1);
        return label;
      }),
    );
  }
}

/** The edges between two neighbourhoods, or between one and what is in none. */
export function borders(edges: readonly Edge[], holder: ReadonlyMap<string, number>): Edge[] {
  return edges.filter(({ areas: [one = "", two = ""] }) => holder.get(one) !== holder.get(two));
}

/** Every straight piece of the outlines once, with the areas on its sides: neighbours have their corners in common. */
export function edgesOf(shapes: readonly Pick<Shape, "code" | "rings">[]): Edge[] {
  const found = new Map<string, Edge>();
  for (const { code, rings } of shapes) {
    for (const ring of rings) {
      for (let at = 1; at < ring.length; at += 1) {
        const [from, to] = [ring[at - 1], ring[at]];
        if (!from || !to) continue;
        const key = [point(from), point(to)].sort().join(" ");
        const known = found.get(key);
        if (known) known.areas.push(code);
        else found.set(key, { areas: [code], from, to });
      }
    }
  }
  return [...found.values()];
}

/** Where the number stands: in the area nearest to the middle of all, so that it never stands outside. */
function labelAt(shapes: readonly Shape[]): [number, number] {
  const middle = middleOf(shapes.map((shape) => shape.middle));
  const far = ([x, y]: [number, number]) => (x - middle[0]) ** 2 + (y - middle[1]) ** 2;
  const [nearest] = [...shapes].sort((a, b) => far(a.middle) - far(b.middle));
  return nearest?.middle ?? middle;
}

function middleOf(points: readonly [number, number][]): [number, number] {
  const sum = (axis: 0 | 1) => points.reduce((all, one) => all + one[axis], 0) / Math.max(1, points.length);
  return [sum(0), sum(1)];
}

/** Longitude and latitude to the drawing, north up; a degree of longitude is narrower than one of latitude. */
function fitting(points: readonly Position[]): { fit: (at: Position) => [number, number]; high: number } {
  const range = (axis: 0 | 1): [number, number] => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const one of points) {
      low = Math.min(low, one[axis] ?? 0);
      high = Math.max(high, one[axis] ?? 0);
    }
    return points.length > 0 ? [low, high] : [0, 1];
  };
  const [west, east] = range(0);
  const [south, north] = range(1);
  const narrow = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const margin = 4;
  const scale = Math.min(
    (WIDE - 2 * margin) / ((east - west) * narrow || 1),
    (MOST_HIGH - 2 * margin) / (north - south || 1),
  );
  const aside = (WIDE - (east - west) * narrow * scale) / 2;
  return {
    high: Math.ceil((north - south) * scale + 2 * margin),
    fit: ([lon = 0, lat = 0]) => [aside + (lon - west) * narrow * scale, margin + (north - lat) * scale],
  };
}

const point = ([x, y]: readonly [number, number]): string => `${x.toFixed(2)} ${y.toFixed(2)}`;
const path = (ring: readonly [number, number][]): string => `M${ring.map(point).join("L")}Z`;
