/** The map: neighbourhoods and practices on a plain ground. It only shows; what is chosen is decided elsewhere. */
import type { Feature, MultiPolygon, Polygon } from "geojson";
import { type FilterSpecification, LngLatBounds } from "maplibre-gl";
import { BaseMap, extend, namePoint } from "../map/base";
import { nobody, position, practicePoints } from "../map/practice-layers";
import type {
  NeighbourhoodProperties,
  Neighbourhoods,
  PracticeProperties,
  Practices,
} from "../shared/answers";
import { styleOf } from "./map-style";

/** One PCN's patients by neighbourhood, to shade the map with: shares from 0 to 1. */
export interface Shading {
  pcn: string;
  lead: string | null;
  shares: ReadonlyMap<string, number>;
}

export interface MapEvents {
  /** The pointer is over this practice or neighbourhood, or over nothing. */
  onHover(over: Hover | null): void;
  onPick(pcn: string): void;
}

export type Hover =
  | { kind: "practice"; code: string; pcn: string | null; x: number; y: number }
  | { kind: "neighbourhood"; code: string; x: number; y: number };

export class NeighbourhoodMap {
  private readonly base: BaseMap;
  private practices: Practices = { type: "FeatureCollection", features: [] };
  private neighbourhoods: Neighbourhoods = { type: "FeatureCollection", features: [] };
  private shading: Shading | null = null;
  private pointed: { pcn?: string | null; practice?: string | null; neighbourhood?: string | null } = {};

  /** Throws where the browser cannot draw (no WebGL); the page then goes on without its map. */
  constructor(
    container: HTMLElement,
    private readonly events: MapEvents,
  ) {
    this.base = new BaseMap(
      container,
      styleOf,
      "Map of neighbourhoods and practices. The table holds the same in words.",
    );
    this.listen();
  }

  private get map() {
    return this.base.map;
  }

  /** Draws this answer's places; `symbols` gives each PCN's symbol number. */
  async show(
    neighbourhoods: Neighbourhoods,
    practices: Practices,
    symbols: ReadonlyMap<string, number>,
  ): Promise<void> {
    await this.base.drawing();
    this.neighbourhoods = neighbourhoods;
    this.practices = practices;
    this.pointed = {};
    this.map.removeFeatureState({ source: "neighbourhoods" });
    this.base.source("neighbourhoods").setData({
      type: "FeatureCollection",
      features: neighbourhoods.features.filter(
        (area): area is Feature<Polygon | MultiPolygon, NeighbourhoodProperties> => area.geometry !== null,
      ),
    });
    this.base.source("names").setData({
      type: "FeatureCollection",
      features: neighbourhoods.features.flatMap(({ geometry, properties }) => {
        const at = geometry && namePoint(geometry);
        const name = properties.name;
        return at
          ? [{ type: "Feature", geometry: { type: "Point", coordinates: at }, properties: { name } }]
          : [];
      }),
    });
    this.base.source("practices").setData(practicePoints(practices, symbols));
    this.point({});
  }

  /** Shades the map by one PCN's patients and dims other practices, or goes back to plain. */
  async shade(shading: Shading | null): Promise<void> {
    await this.base.ready;
    this.shading = shading;
    for (const { properties } of this.neighbourhoods.features) {
      this.map.setFeatureState(
        { source: "neighbourhoods", id: properties.code },
        {
          shaded: shading !== null,
          share: shading?.shares.get(properties.code) ?? 0,
          lead: shading !== null && shading.lead === properties.code,
        },
      );
    }
    this.map.setPaintProperty(
      "practices",
      "icon-opacity",
      shading ? ["case", ["==", ["get", "pcn_code"], shading.pcn], 1, 0.16] : 1,
    );
  }

  /** Rings round one practice, or round all of a PCN's, and lifts one neighbourhood. */
  point(at: { pcn?: string | null; practice?: string | null; neighbourhood?: string | null }): void {
    const before = this.pointed.neighbourhood;
    if (before && before !== at.neighbourhood) {
      this.map.setFeatureState({ source: "neighbourhoods", id: before }, { hover: false });
    }
    if (at.neighbourhood) {
      this.map.setFeatureState({ source: "neighbourhoods", id: at.neighbourhood }, { hover: true });
    }
    if (at.pcn !== this.pointed.pcn || at.practice !== this.pointed.practice) {
      const filter: FilterSpecification = at.practice
        ? ["==", ["get", "code"], at.practice]
        : at.pcn
          ? ["==", ["get", "pcn_code"], at.pcn]
          : nobody();
      if (this.map.getLayer("rings")) this.map.setFilter("rings", filter);
    }
    this.pointed = at;
  }

  /** Shows everything, or the shaded PCN: its practices, its lead and where a twentieth or more of its patients live. */
  async fit(glide = true): Promise<void> {
    await this.base.ready;
    const bounds = new LngLatBounds();
    const shading = this.shading;
    for (const { geometry, properties } of this.neighbourhoods.features) {
      const { code } = properties;
      if (!shading || code === shading.lead || (shading.shares.get(code) ?? 0) >= 0.05) {
        if (geometry) extend(bounds, geometry);
      }
    }
    for (const { geometry, properties } of this.practices.features) {
      const at = position(geometry);
      if (at && (!shading || properties.pcn_code === shading.pcn)) bounds.extend(at);
    }
    this.base.frame(bounds, glide);
  }

  private listen(): void {
    this.map.on("mousemove", ({ point }) => {
      const hover = this.at(point);
      this.map.getCanvas().style.cursor = hover?.kind === "practice" && hover.pcn ? "pointer" : "";
      this.events.onHover(hover);
    });
    this.map.on("mouseout", () => this.events.onHover(null));
    this.map.on("click", ({ point }) => {
      const hover = this.at(point);
      if (hover?.kind === "practice" && hover.pcn) this.events.onPick(hover.pcn);
    });
  }

  private at(point: { x: number; y: number }): Hover | null {
    if (!this.map.getLayer("practices")) return null;
    const [top] = this.map.queryRenderedFeatures([point.x, point.y], {
      layers: ["practices", "neighbourhoods"],
    });
    if (!top) return null;
    const { x, y } = point;
    if (top.layer.id === "practices") {
      const { code, pcn_code: pcn } = top.properties as Pick<PracticeProperties, "code" | "pcn_code">;
      return { kind: "practice", code, pcn: pcn ?? null, x, y };
    }
    const { code } = top.properties as Pick<NeighbourhoodProperties, "code">;
    return { kind: "neighbourhood", code, x, y };
  }
}
