/** The map to change by hand: small areas are painted into a neighbourhood, practices are chosen to be moved. */
import type { FeatureCollection } from "geojson";
import type { MapMouseEvent, StyleSpecification } from "maplibre-gl";
import { BaseMap } from "../map/base";
import { drawPlan, ground, JOINED, lines, names, sources } from "../map/ground";
import type { Inks } from "../map/inks";
import { symbolsOf } from "../map/palette";
import { nobody, practiceLayers, practicePoints } from "../map/practice-layers";
import type { Areas, Neighbourhoods, Practices } from "../shared/answers";

function styleOf(ink: Inks): StyleSpecification {
  return {
    version: 8,
    sources: sources("areas", "neighbourhoods", "names", "practices"),
    layers: [
      ground(ink),
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
        layout: JOINED,
        paint: { "line-color": ink.line, "line-width": 0.5, "line-opacity": 0.6 },
      },
      lines(ink, 2.5),
      names(ink),
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
    this.base.source("areas").setData(areas as FeatureCollection);
    const extent = drawPlan(this.base, neighbourhoods);
    const symbols = symbolsOf(practices.features.flatMap(({ properties }) => properties.pcn_code ?? []));
    this.base.source("practices").setData(practicePoints(practices, symbols));
    this.base.frame(extent, false);
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
