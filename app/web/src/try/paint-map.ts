/** The map to change by hand: small areas are painted into a neighbourhood, practices are chosen to be moved. */
import type { Feature, FeatureCollection, MultiPolygon, Polygon } from "geojson";
import { LngLatBounds, type MapMouseEvent, type StyleSpecification } from "maplibre-gl";
import { BaseMap, extend, namePoint } from "../map/base";
import type { Inks } from "../map/inks";
import { symbolsOf } from "../map/palette";
import { nobody, practiceLayers, practicePoints } from "../map/practice-layers";
import type { NeighbourhoodProperties, Neighbourhoods, Practices } from "../shared/answers";
import type { Areas } from "./found";

const EMPTY: FeatureCollection = { type: "FeatureCollection", features: [] };

function styleOf(ink: Inks): StyleSpecification {
  const line = { "line-join": "round", "line-cap": "round" } as const;
  return {
    version: 8,
    sources: {
      areas: { type: "geojson", data: EMPTY },
      neighbourhoods: { type: "geojson", data: EMPTY },
      names: { type: "geojson", data: EMPTY },
      practices: { type: "geojson", data: EMPTY },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": ink.ground } },
      { id: "areas", type: "fill", source: "areas", paint: { "fill-color": ink.area, "fill-opacity": 0.1 } },
      {
        id: "brush",
        type: "fill",
        source: "areas",
        filter: nobody(),
        paint: { "fill-color": ink.area, "fill-opacity": 0.3 },
      },
      {
        id: "moved",
        type: "fill",
        source: "areas",
        filter: nobody(),
        paint: { "fill-color": ink.need, "fill-opacity": 0.5 },
      },
      {
        id: "area-lines",
        type: "line",
        source: "areas",
        layout: line,
        paint: { "line-color": ink.line, "line-width": 0.5, "line-opacity": 0.6 },
      },
      {
        id: "lines",
        type: "line",
        source: "neighbourhoods",
        layout: line,
        paint: { "line-color": ink.line, "line-width": 2.5 },
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
      ...practiceLayers(),
    ],
  };
}

export class PaintMap {
  readonly base: BaseMap;
  private stroke: Set<string> | null = null;
  /** The practice that is being dragged. */
  private dragged: string | null = null;

  /**
   * Throws where the browser cannot draw.
   *
   * @param painting whether areas are painted now
   * @param onStroke the areas of a stroke so far
   * @param onPainted the areas of a stroke, once it has ended
   * @param onDropped a practice that was dragged onto a practice of another PCN, and that PCN
   * @param onPractice a practice that was pressed
   */
  constructor(
    container: HTMLElement,
    private readonly painting: () => boolean,
    private readonly onStroke: (codes: string[]) => void,
    private readonly onPainted: (codes: string[]) => void,
    private readonly onDropped: (practice: string, pcn: string) => void,
    onPractice: (code: string) => void,
  ) {
    this.base = new BaseMap(
      container,
      styleOf,
      "Map to change by hand. The lists beside it do the same without a mouse.",
    );
    const { map } = this.base;
    map.on("mousedown", (event) => this.begin(event));
    map.on("mousemove", (event) => this.add(event));
    map.on("mouseup", ({ point }) => this.drop(point));
    // A stroke that leaves the map has ended too.
    addEventListener("mouseup", () => this.end());
    map.on("touchstart", (event) => {
      if (!this.painting() || event.points.length > 1) return;
      event.preventDefault();
      this.stroke = new Set();
    });
    map.on("touchmove", ({ points, point }) => {
      if (points.length > 1) this.stroke = null;
      else this.paint(point);
    });
    map.on("touchend", ({ point }) => {
      this.paint(point);
      this.end();
    });
    // The browser took the finger for itself, to scroll the page.
    map.on("touchcancel", () => {
      this.stroke = null;
    });
    map.on("click", "practices", ({ features }) => onPractice(String(features?.[0]?.properties.code ?? "")));
  }

  async show(areas: Areas, neighbourhoods: Neighbourhoods, practices: Practices): Promise<void> {
    await this.base.drawing();
    const drawn = neighbourhoods.features.filter(
      (area): area is Feature<Polygon | MultiPolygon, NeighbourhoodProperties> => area.geometry !== null,
    );
    this.base.source("areas").setData(areas as FeatureCollection);
    this.base.source("neighbourhoods").setData({ type: "FeatureCollection", features: drawn });
    this.base.source("names").setData({
      type: "FeatureCollection",
      features: drawn.flatMap(({ geometry, properties: { name } }): Feature[] => {
        const at = namePoint(geometry);
        return at
          ? [{ type: "Feature", geometry: { type: "Point", coordinates: at }, properties: { name } }]
          : [];
      }),
    });
    const symbols = symbolsOf(practices.features.flatMap(({ properties }) => properties.pcn_code ?? []));
    this.base.source("practices").setData(practicePoints(practices, symbols));
    const bounds = new LngLatBounds();
    for (const { geometry } of drawn) extend(bounds, geometry);
    this.base.frame(bounds, false);
  }

  /** Shades the areas that moved, rings the practices that moved, and shows what the brush paints into. */
  async mark(areas: readonly string[], practices: readonly string[], brush: string | null): Promise<void> {
    await this.base.ready;
    const among = (codes: readonly string[]) =>
      codes.length > 0 ? (["in", ["get", "code"], ["literal", [...codes]]] as never) : nobody();
    this.base.map.setFilter("moved", among(areas));
    this.base.map.setFilter("rings", among(practices));
    this.base.map.setFilter("brush", brush ? (["==", ["get", "neighbourhood"], brush] as never) : nobody());
  }

  private begin(event: MapMouseEvent): void {
    if (this.painting()) this.stroke = new Set();
    else this.dragged = this.practiceAt(event.point)?.code ?? null;
    if (!this.stroke && !this.dragged) return;
    event.preventDefault(); // else the map would move along
    this.add(event);
  }

  private add({ point }: MapMouseEvent): void {
    if (this.dragged) this.base.map.getCanvas().style.cursor = "grabbing";
    this.paint(point);
  }

  private paint(point: { x: number; y: number }): void {
    const code = this.stroke && this.areaAt(point);
    if (!code || this.stroke?.has(code)) return;
    this.stroke?.add(code);
    const codes = [...(this.stroke ?? [])];
    this.base.map.setFilter("moved", ["in", ["get", "code"], ["literal", codes]]);
    this.onStroke(codes);
  }

  private drop(point: { x: number; y: number }): void {
    const onto = this.dragged ? this.practiceAt(point, this.dragged) : null;
    if (this.dragged && onto?.pcn) this.onDropped(this.dragged, onto.pcn);
  }

  private end(): void {
    const codes = [...(this.stroke ?? [])];
    this.stroke = null;
    if (this.dragged) this.base.map.getCanvas().style.cursor = "";
    this.dragged = null;
    if (codes.length > 0) this.onPainted(codes);
  }

  /** The practice under a point, not counting the one that is dragged there. */
  private practiceAt(point: { x: number; y: number }, but = ""): { code: string; pcn: string | null } | null {
    const found = this.base.map.queryRenderedFeatures([point.x, point.y], { layers: ["practices"] });
    const one = found.find(({ properties }) => properties.code !== but)?.properties;
    return one ? { code: String(one.code), pcn: one.pcn_code ? String(one.pcn_code) : null } : null;
  }

  private areaAt(point: { x: number; y: number }): string | null {
    const [found] = this.base.map.queryRenderedFeatures([point.x, point.y], { layers: ["areas"] });
    return found ? String(found.properties.code) : null;
  }
}
