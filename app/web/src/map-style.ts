/** How the map is drawn: its inks, which light and dark share names for, and its layers from the ground up. */
import type { FeatureCollection } from "geojson";
import type { ExpressionSpecification, FilterSpecification, StyleSpecification } from "maplibre-gl";

const EMPTY: FeatureCollection = { type: "FeatureCollection", features: [] };
/** Lower edges of the shades, as shares of a PCN's patients; the legend shows the same. */
export const SHADES = [0.01, 0.05, 0.2, 0.5] as const;
export const SHADE_OPACITY = [0.04, 0.16, 0.32, 0.5, 0.72] as const;

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

export interface Inks {
  ground: string;
  area: string;
  line: string;
  lead: string;
  text: string;
  halo: string;
  outline: string;
}

export function inks(): Inks {
  const style = getComputedStyle(document.documentElement);
  const ink = (name: string) => style.getPropertyValue(`--map-${name}`).trim();
  return {
    ground: ink("ground"),
    area: ink("area"),
    line: ink("line"),
    lead: ink("lead"),
    text: ink("text"),
    halo: ink("halo"),
    outline: ink("outline"),
  };
}

export function styleOf(ink: Inks): StyleSpecification {
  const share: ["coalesce", ["feature-state", "share"], 0] = ["coalesce", ["feature-state", "share"], 0];
  return {
    version: 8,
    sources: {
      neighbourhoods: { type: "geojson", data: EMPTY, promoteId: "code" },
      names: { type: "geojson", data: EMPTY },
      practices: { type: "geojson", data: EMPTY, promoteId: "code" },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": ink.ground } },
      {
        id: "neighbourhoods",
        type: "fill",
        source: "neighbourhoods",
        paint: {
          "fill-color": ink.area,
          "fill-opacity": [
            "case",
            ["boolean", ["feature-state", "shaded"], false],
            [
              "step",
              share,
              SHADE_OPACITY[0],
              ...SHADES.flatMap((edge, i) => [edge, SHADE_OPACITY[i + 1] ?? 1]),
            ],
            ["case", ["boolean", ["feature-state", "hover"], false], 0.26, 0.12],
          ] as never,
        },
      },
      {
        id: "lines",
        type: "line",
        source: "neighbourhoods",
        layout: { "line-join": "round" },
        paint: { "line-color": ink.line, "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.8, 13, 2] },
      },
      {
        id: "lead",
        type: "line",
        source: "neighbourhoods",
        layout: { "line-join": "round" },
        paint: {
          "line-color": ink.lead,
          "line-width": 4,
          "line-opacity": ["case", ["boolean", ["feature-state", "lead"], false], 1, 0],
        },
      },
      {
        id: "names",
        type: "symbol",
        source: "names",
        minzoom: 8.5,
        layout: {
          "text-field": ["get", "name"],
          "text-font": ["Arial"],
          "text-size": ["interpolate", ["linear"], ["zoom"], 9, 11, 13, 15],
          "text-max-width": 8,
          "text-padding": 2,
          // A name makes room for practices where it can. Close up it is always shown, and practices lie on top.
          "text-variable-anchor": ["center", "bottom", "top", "left", "right"],
          "text-radial-offset": 1,
          "text-justify": "auto",
          "text-overlap": ["step", ["zoom"], "never", 9.8, "always"],
        },
        paint: { "text-color": ink.text, "text-halo-color": ink.halo, "text-halo-width": 2 },
      },
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
    ],
  };
}

/** A filter that lets no practice through. */
export function nobody(): FilterSpecification {
  return ["==", ["get", "pcn_code"], ""];
}

/** The ring round a practice pointed at, as pixels. */
export function ring(colour: string, size = 72): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = size;
  canvas.height = size;
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("this browser cannot draw");
  pen.arc(size / 2, size / 2, size * 0.42, 0, 2 * Math.PI);
  pen.lineWidth = size / 9;
  pen.strokeStyle = colour;
  pen.stroke();
  return pen.getImageData(0, 0, size, size);
}
