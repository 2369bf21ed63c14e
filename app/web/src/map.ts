/** The map: neighbourhoods and practices on a plain ground. It only shows; what is chosen is decided elsewhere. */
import type { Feature, MultiPolygon, Point, Polygon, Position } from "geojson";
import {
  type FilterSpecification,
  type GeoJSONSource,
  LngLatBounds,
  Map as MapLibre,
  NavigationControl,
  ScaleControl,
  setWorkerUrl,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import polylabel from "polylabel";
import type { NeighbourhoodProperties, Neighbourhoods, PracticeProperties, Practices } from "./api";
import { inks, nobody, ring, styleOf } from "./map-style";
import { NO_PCN, SYMBOLS, symbolImage } from "./palette";
import { spread } from "./spread";

setWorkerUrl(workerUrl);

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

const GREATER_LONDON: [number, number, number, number] = [-0.51, 51.28, 0.34, 51.7];

function rings(shape: Polygon | MultiPolygon): Position[][][] {
  return shape.type === "Polygon" ? [shape.coordinates] : shape.coordinates;
}

function extend(bounds: LngLatBounds, shape: Polygon | MultiPolygon): void {
  for (const part of rings(shape))
    for (const [lon, lat] of part[0] ?? []) bounds.extend([lon ?? 0, lat ?? 0]);
}

/** Where a name stands best: inside its largest part, far from the edges. */
function namePoint(shape: Polygon | MultiPolygon): [number, number] | null {
  let best: { at: [number, number]; distance: number } | null = null;
  for (const part of rings(shape)) {
    if (!part[0]?.length) continue;
    const point = polylabel(part, 1e-4);
    const [lon, lat] = point;
    if (lon === undefined || lat === undefined) continue;
    if (!best || point.distance > best.distance) best = { at: [lon, lat], distance: point.distance };
  }
  return best?.at ?? null;
}

export class NeighbourhoodMap {
  private readonly map: MapLibre;
  private readonly ready: Promise<void>;
  private practices: Practices = { type: "FeatureCollection", features: [] };
  private neighbourhoods: Neighbourhoods = { type: "FeatureCollection", features: [] };
  private shading: Shading | null = null;
  private pointed: { pcn?: string | null; practice?: string | null; neighbourhood?: string | null } = {};

  /** Throws where the browser cannot draw (no WebGL); the page then goes on without its map. */
  constructor(
    private readonly container: HTMLElement,
    private readonly events: MapEvents,
  ) {
    this.map = new MapLibre({
      container,
      style: styleOf(inks()),
      bounds: GREATER_LONDON,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      maxZoom: 17,
      // On a touch screen one finger scrolls the page and two move the map.
      cooperativeGestures: matchMedia("(pointer: coarse)").matches,
      locale: { "Map.Title": "Map of neighbourhoods and practices. The table holds the same in words." },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
    this.ready = new Promise((resolve) => {
      this.map.once("load", () => {
        this.addSymbols();
        resolve();
      });
    });
    this.map.on("idle", () => {
      container.dataset.state = "idle";
    });
    this.listen();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.repaint());
    // The map itself, for whoever looks at the page from outside (a test, a person with the developer tools).
    Object.assign(container, { map: this.map });
  }

  /** Draws this answer's places; `symbols` gives each PCN's symbol number. */
  async show(
    neighbourhoods: Neighbourhoods,
    practices: Practices,
    symbols: ReadonlyMap<string, number>,
  ): Promise<void> {
    this.container.dataset.state = "drawing";
    await this.ready;
    this.map.resize();
    this.neighbourhoods = neighbourhoods;
    this.practices = practices;
    this.pointed = {};
    this.map.removeFeatureState({ source: "neighbourhoods" });
    this.source("neighbourhoods").setData({
      type: "FeatureCollection",
      features: neighbourhoods.features.filter(
        (area): area is Feature<Polygon | MultiPolygon, NeighbourhoodProperties> => area.geometry !== null,
      ),
    });
    this.source("names").setData({
      type: "FeatureCollection",
      features: neighbourhoods.features.flatMap(({ geometry, properties }) => {
        const at = geometry && namePoint(geometry);
        const name = properties.name;
        return at
          ? [{ type: "Feature", geometry: { type: "Point", coordinates: at }, properties: { name } }]
          : [];
      }),
    });
    const placed = practices.features.filter((practice) => practice.geometry !== null);
    const offsets = spread(placed.map(({ geometry }) => position(geometry)));
    this.source("practices").setData({
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
    });
    this.point({});
  }

  /** Shades the map by one PCN's patients and dims other practices, or goes back to plain. */
  async shade(shading: Shading | null): Promise<void> {
    await this.ready;
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
    await this.ready;
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
    if (bounds.isEmpty()) return;
    const still = !glide || matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.map.fitBounds(bounds, { padding: 36, maxZoom: 14, duration: still ? 0 : 700 });
  }

  private source(id: string): GeoJSONSource {
    return this.map.getSource(id) as GeoJSONSource;
  }

  private addSymbols(): void {
    const { outline, lead } = inks();
    for (let symbol = NO_PCN; symbol < SYMBOLS; symbol += 1) {
      const name = `symbol ${symbol}`;
      if (this.map.hasImage(name)) this.map.removeImage(name);
      this.map.addImage(name, symbolImage(symbol, outline), { pixelRatio: 2 });
    }
    if (this.map.hasImage("ring")) this.map.removeImage("ring");
    this.map.addImage("ring", ring(lead), { pixelRatio: 2 });
  }

  /** Light and dark: the same map in the page's other inks. */
  private repaint(): void {
    void this.ready.then(() => {
      const ink = inks();
      this.map.setPaintProperty("ground", "background-color", ink.ground);
      this.map.setPaintProperty("neighbourhoods", "fill-color", ink.area);
      this.map.setPaintProperty("lines", "line-color", ink.line);
      this.map.setPaintProperty("lead", "line-color", ink.lead);
      this.map.setPaintProperty("names", "text-color", ink.text);
      this.map.setPaintProperty("names", "text-halo-color", ink.halo);
      this.addSymbols();
    });
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

function position(point: Point | null): [number, number] | null {
  const [lon, lat] = point?.coordinates ?? [];
  return lon === undefined || lat === undefined ? null : [lon, lat];
}
