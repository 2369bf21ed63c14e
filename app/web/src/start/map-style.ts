/** How the map of one answer is drawn: its layers from the ground up. */
import type { StyleSpecification } from "maplibre-gl";
import { EMPTY, ground, names, sources } from "../map/ground";
import type { Inks } from "../map/inks";
import { practiceLayers } from "../map/practice-layers";

/** Lower edges of the shades, as shares of a PCN's patients; the legend shows the same. */
export const SHADES = [0.01, 0.05, 0.2, 0.5] as const;
export const SHADE_OPACITY = [0.04, 0.16, 0.32, 0.5, 0.72] as const;

export function styleOf(ink: Inks): StyleSpecification {
  const share: ["coalesce", ["feature-state", "share"], 0] = ["coalesce", ["feature-state", "share"], 0];
  return {
    version: 8,
    sources: {
      neighbourhoods: { type: "geojson", data: EMPTY, promoteId: "code" },
      practices: { type: "geojson", data: EMPTY, promoteId: "code" },
      areas: { type: "geojson", data: EMPTY, promoteId: "code" },
      cores: { type: "geojson", data: EMPTY, promoteId: "code" },
      ...sources("names", "service"),
    },
    layers: [
      ground(ink),
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
        id: "areas",
        type: "fill",
        source: "areas",
        paint: {
          "fill-color": ["to-color", ["feature-state", "colour"], ink.area],
          "fill-opacity": ["coalesce", ["feature-state", "opacity"], 0],
          "fill-antialias": false,
        },
      },
      {
        id: "area-edges",
        type: "line",
        source: "areas",
        minzoom: 11,
        paint: { "line-color": ink.ground, "line-width": 0.5, "line-opacity": 0.7 },
      },
      {
        id: "area-pointed",
        type: "line",
        source: "areas",
        paint: {
          "line-color": ink.lead,
          "line-width": 2.5,
          "line-opacity": ["case", ["boolean", ["feature-state", "hover"], false], 1, 0],
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
        id: "service",
        type: "line",
        source: "service",
        layout: { "line-join": "round" },
        paint: { "line-color": ink.text, "line-width": 1.5, "line-dasharray": [3, 2] },
      },
      {
        id: "lead",
        type: "line",
        source: "neighbourhoods",
        layout: { "line-join": "round" },
        paint: {
          "line-color": ink.lead,
          "line-width": 4,
          "line-opacity": [
            "case",
            ["boolean", ["feature-state", "lead"], false],
            1,
            ["boolean", ["feature-state", "hover"], false],
            0.55,
            0,
          ],
        },
      },
      {
        id: "core-casing",
        type: "line",
        source: "cores",
        layout: { "line-join": "round" },
        paint: { "line-color": ink.outline, "line-width": 5 },
      },
      {
        id: "cores",
        type: "line",
        source: "cores",
        layout: { "line-join": "round" },
        paint: { "line-color": ["get", "colour"], "line-width": 3 },
      },
      {
        ...names(ink, "names", {
          "text-size": ["interpolate", ["linear"], ["zoom"], 9, 11, 13, 15],
          "text-padding": 2,
          // A name makes room for practices where it can. Close up it is always shown, and practices lie on top.
          "text-variable-anchor": ["center", "bottom", "top", "left", "right"],
          "text-radial-offset": 1,
          "text-justify": "auto",
          "text-overlap": ["step", ["zoom"], "never", 9.8, "always"],
        }),
        minzoom: 8.5,
      },
      ...practiceLayers(),
    ],
  };
}
