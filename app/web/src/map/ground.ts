/** What lies under every map of a plan: the ground, its neighbourhoods with their lines and names, and their extent. */
import type { Feature, FeatureCollection, GeoJsonProperties, Geometry, MultiPolygon, Polygon } from "geojson";
import { type LayerSpecification, LngLatBounds, type SymbolLayerSpecification } from "maplibre-gl";
import type { Neighbourhoods } from "../shared/answers";
import { type BaseMap, extend, namePoint } from "./base";
import type { Inks } from "./inks";

export type Shapes<P> = FeatureCollection<Polygon | MultiPolygon, P>;

export const EMPTY: FeatureCollection = { type: "FeatureCollection", features: [] };
export const JOINED = { "line-join": "round", "line-cap": "round" } as const;

/** An empty source of GeoJSON for each name. */
export function sources(...names: string[]): Record<string, { type: "geojson"; data: FeatureCollection }> {
  return Object.fromEntries(names.map((name) => [name, { type: "geojson", data: EMPTY }]));
}

export function ground(ink: Inks): LayerSpecification {
  return { id: "ground", type: "background", paint: { "background-color": ink.ground } };
}

export function neighbourhoods(ink: Inks): LayerSpecification {
  const paint = { "fill-color": ink.area, "fill-opacity": 0.12 };
  return { id: "neighbourhoods", type: "fill", source: "neighbourhoods", paint };
}

export function lines(ink: Inks, width: number): LayerSpecification {
  const paint = { "line-color": ink.line, "line-width": width };
  return { id: "lines", type: "line", source: "neighbourhoods", layout: JOINED, paint };
}

/** Names in a source of points; `layout` for what differs from map to map. */
export function names(
  ink: Inks,
  id = "names",
  layout: SymbolLayerSpecification["layout"] = {},
): LayerSpecification {
  return {
    id,
    type: "symbol",
    source: id,
    layout: {
      "text-field": ["get", "name"],
      "text-font": ["Arial"],
      "text-size": 13,
      "text-max-width": 8,
      ...layout,
    },
    paint: { "text-color": ink.text, "text-halo-color": ink.halo, "text-halo-width": 2 },
  };
}

/** Those features that can be drawn as areas. */
export function shapes<P>({ features }: { features: readonly Feature<Geometry | null, P>[] }): Shapes<P> {
  return {
    type: "FeatureCollection",
    features: features.filter(
      (one): one is Feature<Polygon | MultiPolygon, P> =>
        one.geometry?.type === "Polygon" || one.geometry?.type === "MultiPolygon",
    ),
  };
}

/** A point in each area, where its name stands best, with the area's properties. */
export function namePoints<P extends GeoJsonProperties>(areas: Shapes<P>): FeatureCollection {
  return {
    type: "FeatureCollection",
    features: areas.features.flatMap(({ geometry, properties }): Feature[] => {
      const at = namePoint(geometry);
      return at ? [{ type: "Feature", geometry: { type: "Point", coordinates: at }, properties }] : [];
    }),
  };
}

export function extentOf(areas: Shapes<unknown>): LngLatBounds {
  const bounds = new LngLatBounds();
  for (const { geometry } of areas.features) extend(bounds, geometry);
  return bounds;
}

/** Draws a plan's neighbourhoods and their names into the sources of these names; returns their extent. */
export function drawPlan(base: BaseMap, plan: Neighbourhoods): LngLatBounds {
  const areas = shapes(plan);
  base.source("neighbourhoods").setData(areas);
  base.source("names").setData(namePoints(areas));
  return extentOf(areas);
}
