/** The map of a plan with what was found in it; one finding stands out and is brought close. */
import type { FeatureCollection, Geometry, Position } from "geojson";
import { LngLatBounds, type StyleSpecification } from "maplibre-gl";
import { BaseMap } from "../map/base";
import { extentOf, ground, JOINED, lines, neighbourhoods, shapes, sources } from "../map/ground";
import type { Inks } from "../map/inks";

/** What was found, each with its number as `id` among its properties. */
export type Marked = FeatureCollection<Geometry | null, { id: number }>;

const POINTS = ["match", ["geometry-type"], ["Point", "MultiPoint"], true, false] as never;
const NONE = ["==", ["get", "id"], -1] as never;

function styleOf(ink: Inks): StyleSpecification {
  return {
    version: 8,
    sources: sources("neighbourhoods", "findings"),
    layers: [
      ground(ink),
      neighbourhoods(ink),
      lines(ink, 1.5),
      {
        id: "findings",
        type: "fill",
        source: "findings",
        paint: { "fill-color": ink.need, "fill-opacity": 0.5 },
      },
      // Most faults are thinner than a point of the screen: their edge makes them seen.
      {
        id: "finding-lines",
        type: "line",
        source: "findings",
        layout: JOINED,
        paint: { "line-color": ink.need, "line-width": 3 },
      },
      {
        id: "finding-points",
        type: "circle",
        source: "findings",
        filter: POINTS,
        paint: {
          "circle-radius": 8,
          "circle-color": ink.need,
          "circle-stroke-color": ink.halo,
          "circle-stroke-width": 2,
        },
      },
      {
        id: "shown-point",
        type: "circle",
        source: "findings",
        filter: NONE,
        paint: {
          "circle-radius": 13,
          "circle-opacity": 0,
          "circle-stroke-color": ink.lead,
          "circle-stroke-width": 4,
        },
      },
      {
        id: "shown",
        type: "line",
        source: "findings",
        filter: NONE,
        layout: JOINED,
        paint: { "line-color": ink.lead, "line-width": 6 },
      },
    ],
  };
}

export class FaultMap {
  private readonly base: BaseMap;
  private whole = new LngLatBounds();
  private findings: Marked = { type: "FeatureCollection", features: [] };

  /** Throws where the browser cannot draw. `onChosen` is told the finding that was pressed. */
  constructor(container: HTMLElement, onChosen: (id: number) => void) {
    this.base = new BaseMap(container, styleOf, "Map of what was found. The list beside it says the same.");
    this.base.map.on("click", ["findings", "finding-lines", "finding-points"], ({ features }) => {
      const id = Number(features?.[0]?.properties.id);
      if (id > 0) onChosen(id);
    });
  }

  async show(plan: FeatureCollection<Geometry | null>): Promise<void> {
    await this.base.drawing();
    const areas = shapes(plan);
    this.base.source("neighbourhoods").setData(areas);
    this.whole = extentOf(areas);
    this.base.frame(this.whole, false);
  }

  async mark(findings: Marked): Promise<void> {
    await this.base.drawing();
    this.findings = findings;
    this.base.source("findings").setData(findings as FeatureCollection);
    if (!this.whole.isEmpty()) return;
    // Nothing else is drawn: what was found is the whole.
    const all = new LngLatBounds();
    for (const { geometry } of findings.features)
      for (const [lon = 0, lat = 0] of positions(geometry)) all.extend([lon, lat]);
    this.base.frame(all, false);
  }

  /** Brings a finding close; with null, the whole plan again. */
  async point(id: number | null): Promise<void> {
    await this.base.ready;
    const only = ["==", ["get", "id"], id ?? -1] as never;
    this.base.map.setFilter("shown", only);
    this.base.map.setFilter("shown-point", ["all", only, POINTS] as never);
    const one = this.findings.features.find(({ properties }) => properties.id === id);
    const bounds = new LngLatBounds();
    for (const [lon = 0, lat = 0] of positions(one?.geometry)) bounds.extend([lon, lat]);
    this.base.frame(bounds.isEmpty() ? this.whole : bounds);
  }
}

function positions(shape: unknown): Position[] {
  if (typeof shape !== "object" || shape === null) return [];
  if ("geometries" in shape) return (shape.geometries as unknown[]).flatMap(positions);
  const flat = (part: unknown): Position[] =>
    Array.isArray(part) ? (typeof part[0] === "number" ? [part as Position] : part.flatMap(flat)) : [];
  return "coordinates" in shape ? flat(shape.coordinates) : [];
}
