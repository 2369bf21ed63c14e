/** How practices are drawn on any of the maps: their PCN's symbol, set apart where several share a building. */
import type { FeatureCollection, Point } from "geojson";
import type { ExpressionSpecification, FilterSpecification, LayerSpecification } from "maplibre-gl";
import type { Practices } from "../shared/answers";
import { NO_PCN } from "./palette";
import { spread } from "./spread";

/** Farther than any practice is set apart, in pixels. */
const FAR = 1000;
const across = (x: number): ExpressionSpecification => [
  "interpolate",
  ["linear"],
  ["get", "down"],
  -FAR,
  ["literal", [x, -FAR]],
  FAR,
  ["literal", [x, FAR]],
];
/**
 * The array [right, down] of a practice. Map tiles turn a property that is an array into text, and no expression makes
 * an array of two numbers, so it is interpolated between the corners of a square, which gives exactly the two numbers.
 */
const OFFSET: ExpressionSpecification = [
  "interpolate",
  ["linear"],
  ["get", "right"],
  -FAR,
  across(-FAR),
  FAR,
  across(FAR),
];

/** Layers "rings" and "practices" of a source "practices", which `practicePoints` fills. */
export function practiceLayers(): LayerSpecification[] {
  return [
    {
      id: "rings",
      type: "symbol",
      source: "practices",
      filter: nobody(),
      layout: {
        "icon-image": "ring",
        "icon-offset": OFFSET,
        "icon-size": 0.62,
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
      },
    },
    {
      id: "practices",
      type: "symbol",
      source: "practices",
      layout: {
        "icon-image": ["get", "symbol"],
        // icon-offset counts pixels of the unscaled icon, so the spread shrinks with the symbols when zoomed out.
        "icon-offset": OFFSET,
        "icon-size": ["interpolate", ["linear"], ["zoom"], 8, 0.24, 9.5, 0.4, 10.5, 0.66, 13, 0.9],
        "icon-allow-overlap": true,
        "icon-padding": 0,
      },
    },
  ];
}

/** A filter that lets no practice through. */
export function nobody(): FilterSpecification {
  return ["==", ["get", "pcn_code"], ""];
}

export function position(point: Point | null): [number, number] | null {
  const [lon, lat] = point?.coordinates ?? [];
  return lon === undefined || lat === undefined ? null : [lon, lat];
}

/** The practices that have a place, each with its symbol and its offset; `symbols` by PCN code. */
export function practicePoints(
  practices: Practices,
  symbols: ReadonlyMap<string, number>,
): FeatureCollection<Point> {
  const placed = practices.features.filter((practice) => practice.geometry !== null);
  const offsets = spread(placed.map(({ geometry }) => position(geometry)));
  return {
    type: "FeatureCollection",
    features: placed.map((practice, index) => ({
      type: "Feature",
      geometry: practice.geometry as Point,
      properties: {
        code: practice.properties.code,
        pcn_code: practice.properties.pcn_code,
        symbol: `symbol ${symbols.get(practice.properties.pcn_code ?? "") ?? NO_PCN}`,
        right: offsets[index]?.[0] ?? 0,
        down: offsets[index]?.[1] ?? 0,
      },
    })),
  };
}
