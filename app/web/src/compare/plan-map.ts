/** The map of one of two plans: its neighbourhoods, and the areas that are in another one under the other plan. */
import type { Feature, FeatureCollection, MultiPolygon, Polygon } from "geojson";
import { LngLatBounds, type StyleSpecification } from "maplibre-gl";
import { BaseMap, extend, namePoint } from "../map/base";
import type { Inks } from "../map/inks";
import type { NeighbourhoodProperties, Neighbourhoods } from "../shared/answers";
import type { Changes } from "./found";

const EMPTY: FeatureCollection = { type: "FeatureCollection", features: [] };
const NONE = ["==", ["get", "code"], ""] as never;

function styleOf(ink: Inks): StyleSpecification {
  const line = { "line-join": "round", "line-cap": "round" } as const;
  return {
    version: 8,
    sources: {
      neighbourhoods: { type: "geojson", data: EMPTY },
      names: { type: "geojson", data: EMPTY },
      changes: { type: "geojson", data: EMPTY },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": ink.ground } },
      {
        id: "neighbourhoods",
        type: "fill",
        source: "neighbourhoods",
        paint: { "fill-color": ink.area, "fill-opacity": 0.12 },
      },
      {
        id: "changes",
        type: "fill",
        source: "changes",
        paint: { "fill-color": ink.need, "fill-opacity": 0.45 },
      },
      {
        id: "pointed",
        type: "line",
        source: "changes",
        filter: NONE,
        layout: line,
        paint: { "line-color": ink.lead, "line-width": 4 },
      },
      {
        id: "lines",
        type: "line",
        source: "neighbourhoods",
        layout: line,
        paint: { "line-color": ink.line, "line-width": 2 },
      },
      {
        id: "names",
        type: "symbol",
        source: "names",
        layout: {
          "text-field": ["get", "name"],
          "text-font": ["Arial"],
          "text-size": 13,
          "text-max-width": 8,
        },
        paint: { "text-color": ink.text, "text-halo-color": ink.halo, "text-halo-width": 2 },
      },
    ],
  };
}

export class PlanMap {
  readonly base: BaseMap;

  /** Throws where the browser cannot draw. `onPoint` is told the changing area under the pointer, or null. */
  constructor(container: HTMLElement, title: string, onPoint: (code: string | null) => void) {
    this.base = new BaseMap(container, styleOf, title);
    const { map } = this.base;
    map.on("mousemove", "changes", ({ features }) => onPoint(String(features?.[0]?.properties.code ?? "")));
    map.on("mouseleave", "changes", () => onPoint(null));
  }

  /** Draws a plan, and what changes; returns the bounds of the plan. */
  async show(plan: Neighbourhoods, changes: Changes): Promise<LngLatBounds> {
    await this.base.drawing();
    const areas = plan.features.filter(
      (area): area is Feature<Polygon | MultiPolygon, NeighbourhoodProperties> => area.geometry !== null,
    );
    this.base.source("neighbourhoods").setData({ type: "FeatureCollection", features: areas });
    this.base.source("names").setData({
      type: "FeatureCollection",
      features: areas.flatMap(({ geometry, properties: { name } }): Feature[] => {
        const at = namePoint(geometry);
        return at
          ? [{ type: "Feature", geometry: { type: "Point", coordinates: at }, properties: { name } }]
          : [];
      }),
    });
    this.base.source("changes").setData({
      type: "FeatureCollection",
      features: changes.features.filter(({ geometry }) => geometry !== null),
    } as FeatureCollection);
    const bounds = new LngLatBounds();
    for (const { geometry } of areas) extend(bounds, geometry);
    return bounds;
  }

  point(code: string | null): void {
    if (!this.base.map.getLayer("pointed")) return;
    this.base.map.setFilter("pointed", code ? ["==", ["get", "code"], code] : NONE);
  }
}

/** Keeps two maps on the same view, whichever is moved. */
export function link(one: PlanMap, other: PlanMap): void {
  let following = false;
  const follow = (from: PlanMap, to: PlanMap) =>
    from.base.map.on("move", () => {
      if (following) return;
      following = true;
      const map = from.base.map;
      to.base.map.jumpTo({ center: map.getCenter(), zoom: map.getZoom() });
      following = false;
    });
  follow(one, other);
  follow(other, one);
}
