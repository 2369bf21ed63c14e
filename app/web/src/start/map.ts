/** The map: neighbourhoods and practices on a plain ground. It only shows; what is chosen is decided elsewhere. */
import type { FeatureCollection } from "geojson";
import { type FilterSpecification, LngLatBounds } from "maplibre-gl";
import { BaseMap, extend, openIn } from "../map/base";
import { drawPlan, EMPTY } from "../map/ground";
import { nobody, position, practicePoints } from "../map/practice-layers";
import type { Neighbourhoods, PracticeProperties, Practices } from "../shared/answers";
import { inks } from "../map/inks";
import { styleOf } from "./map-style";
import type { Pointed } from "./pointing";
import type { Paint } from "./shading";

/** One PCN's patients by neighbourhood, to shade the map with: shares from 0 to 1. */
export interface Spread {
  pcn: string;
  lead: string | null;
  shares: ReadonlyMap<string, number>;
}

export interface MapEvents {
  /** The pointer is over this practice or neighbourhood, or over nothing. */
  onHover(over: Hover | null): void;
  onPick(over: Hover): void;
}

export type Hover =
  | { kind: "practice"; code: string; pcn: string | null; x: number; y: number }
  | { kind: "area"; code: string; neighbourhood: string | null; x: number; y: number }
  | { kind: "neighbourhood"; code: string; x: number; y: number };

export class NeighbourhoodMap {
  private readonly base: BaseMap;
  private practices: Practices = { type: "FeatureCollection", features: [] };
  private neighbourhoods: Neighbourhoods = { type: "FeatureCollection", features: [] };
  private shading: Spread | null = null;
  private areas: FeatureCollection = EMPTY;
  private pointed: Pointed = {};

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

  /** Draws this answer's places, shaded or plain; `symbols` gives each PCN's symbol number. */
  async show(
    neighbourhoods: Neighbourhoods,
    practices: Practices,
    symbols: ReadonlyMap<string, number>,
    shading: Spread | null,
  ): Promise<void> {
    await this.base.drawing();
    this.neighbourhoods = neighbourhoods;
    this.practices = practices;
    this.pointed = {};
    this.map.removeFeatureState({ source: "neighbourhoods" });
    // The view and the shades before the data, so that these are cut and drawn for them once.
    this.applyShades(shading);
    this.frameAll(false);
    drawPlan(this.base, neighbourhoods);
    this.base.source("practices").setData(practicePoints(practices, symbols));
    this.point({});
  }

  /** Shades the map by one PCN's patients and dims other practices, or goes back to plain. */
  async shade(shading: Spread | null): Promise<void> {
    await this.base.ready;
    this.applyShades(shading);
  }

  private applyShades(shading: Spread | null): void {
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

  /** Rings round one practice, or round all of a PCN's, and lifts one neighbourhood or small area. */
  point(at: Pointed): void {
    this.lift("neighbourhoods", this.pointed.neighbourhood, at.neighbourhood);
    if (this.areas.features.length > 0) this.lift("areas", this.pointed.area, at.area);
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

  private lift(source: string, before: string | null | undefined, now: string | null | undefined): void {
    if (before && before !== now) this.map.setFeatureState({ source, id: before }, { hover: false });
    if (now) this.map.setFeatureState({ source, id: now }, { hover: true });
  }

  /** Shades small areas in place of neighbourhoods, or goes back to those. */
  async paint(areas: FeatureCollection | null, paint: Paint | null): Promise<void> {
    await this.base.drawing();
    const shown = areas && paint ? areas : EMPTY;
    if (shown !== this.areas) {
      this.map.removeFeatureState({ source: "areas" });
      this.base.source("areas").setData(shown);
      this.areas = shown;
    }
    const visible = shown === EMPTY;
    this.map.setLayoutProperty("neighbourhoods", "visibility", visible ? "visible" : "none");
    if (!paint) return;
    const ink = inks()[paint.ink];
    for (const { properties } of shown.features) {
      const code: unknown = properties?.code;
      const found = typeof code === "string" ? paint.areas.get(code) : undefined;
      const look = found && paint.classes[found.at];
      this.map.setFeatureState(
        { source: "areas", id: String(code) },
        { opacity: look?.opacity ?? 0, colour: look?.colour ?? ink },
      );
    }
  }

  /** Outlines of cores, each with its colour, and of another service's areas; none takes them away. */
  async outline(which: "cores" | "service", shapes: FeatureCollection | null): Promise<void> {
    await this.base.ready;
    this.base.source(which).setData(shapes ?? EMPTY);
  }

  /** Moves to a point, or to one neighbourhood. */
  async goTo(at: { point: [number, number] } | { neighbourhood: string }): Promise<void> {
    await this.base.ready;
    const bounds = new LngLatBounds();
    if ("point" in at) bounds.extend(at.point);
    else
      for (const { geometry, properties } of this.neighbourhoods.features)
        if (properties.code === at.neighbourhood && geometry) extend(bounds, geometry);
    this.base.frame(bounds);
  }

  /** Shows everything, or the shaded PCN: its practices, its lead and where a twentieth or more of its patients live. */
  async fit(): Promise<void> {
    await this.base.ready;
    this.frameAll(true);
  }

  private frameAll(glide: boolean): void {
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
      const picks = hover && (hover.kind !== "practice" || hover.pcn);
      this.map.getCanvas().style.cursor = picks ? "pointer" : "";
      this.events.onHover(hover);
    });
    this.map.on("mouseout", () => this.events.onHover(null));
    this.map.on("click", ({ point }) => {
      const hover = this.at(point);
      if (hover) this.events.onPick(hover);
    });
  }

  private at(point: { x: number; y: number }): Hover | null {
    if (!this.map.getLayer("practices")) return null;
    const [top] = this.map.queryRenderedFeatures([point.x, point.y], {
      layers: ["practices", "areas", "neighbourhoods"],
    });
    if (!top) return null;
    const { x, y } = point;
    const { code } = top.properties as { code: string };
    if (top.layer.id === "practices") {
      const { pcn_code: pcn } = top.properties as Pick<PracticeProperties, "pcn_code">;
      return { kind: "practice", code, pcn: pcn ?? null, x, y };
    }
    if (top.layer.id === "areas") {
      const { neighbourhood } = top.properties as { neighbourhood?: string };
      return { kind: "area", code, neighbourhood: neighbourhood ?? null, x, y };
    }
    return { kind: "neighbourhood", code, x, y };
  }
}

export function openMap(container: HTMLElement, events: MapEvents): NeighbourhoodMap | null {
  return openIn(container, "The table holds the same in words.", (at) => new NeighbourhoodMap(at, events));
}
