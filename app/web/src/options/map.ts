/** The map of moves: neighbourhoods, practices with their PCN's symbol, and an arrow for each practice that would move. */
import type { Feature, FeatureCollection, MultiPolygon, Polygon } from "geojson";
import { LngLatBounds, type StyleSpecification } from "maplibre-gl";
import { BaseMap, extend, namePoint } from "../map/base";
import type { Inks } from "../map/inks";
import { symbolsOf } from "../map/palette";
import { nobody, practiceLayers, practicePoints } from "../map/practice-layers";
import type { NeighbourhoodProperties, Neighbourhoods, Practices } from "../shared/answers";
import { h } from "../shared/dom";
import type { Areas } from "../try/found";
import { type Arrow, arrows } from "./arrows";
import type { AreaMove } from "./lines";

const EMPTY: FeatureCollection = { type: "FeatureCollection", features: [] };

function styleOf(ink: Inks): StyleSpecification {
  const line = { "line-join": "round", "line-cap": "round" } as const;
  return {
    version: 8,
    sources: {
      areas: { type: "geojson", data: EMPTY },
      "area-names": { type: "geojson", data: EMPTY },
      neighbourhoods: { type: "geojson", data: EMPTY },
      names: { type: "geojson", data: EMPTY },
      practices: { type: "geojson", data: EMPTY },
      moves: { type: "geojson", data: EMPTY },
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
        id: "moved",
        type: "fill",
        source: "areas",
        paint: { "fill-color": ink.need, "fill-opacity": 0.5 },
      },
      {
        id: "moved-lines",
        type: "line",
        source: "areas",
        layout: line,
        paint: { "line-color": ink.line, "line-width": 0.75 },
      },
      {
        id: "lines",
        type: "line",
        source: "neighbourhoods",
        layout: line,
        paint: { "line-color": ink.line, "line-width": 1.5 },
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
          "text-variable-anchor": ["center", "bottom", "top"],
          "text-radial-offset": 1,
          "text-overlap": "always",
        },
        paint: { "text-color": ink.text, "text-halo-color": ink.halo, "text-halo-width": 2 },
      },
      ...practiceLayers(),
      {
        id: "moved-names",
        type: "symbol",
        source: "area-names",
        layout: {
          "text-field": ["concat", "→ ", ["get", "to_name"]],
          "text-font": ["Arial"],
          "text-size": 12,
          "text-max-width": 9,
        },
        paint: { "text-color": ink.text, "text-halo-color": ink.halo, "text-halo-width": 2 },
      },
      {
        id: "move-casing",
        type: "line",
        source: "moves",
        layout: line,
        paint: { "line-color": ink.halo, "line-width": 8 },
      },
      {
        id: "moves",
        type: "line",
        source: "moves",
        layout: line,
        paint: { "line-color": ink.lead, "line-width": 4 },
      },
    ],
  };
}

export class MoveMap {
  private readonly base: BaseMap;
  private practices: Practices = { type: "FeatureCollection", features: [] };
  private outlines: Areas = { type: "FeatureCollection", features: [] };
  private moved: readonly AreaMove[] = [];

  /** Throws where the browser cannot draw. */
  constructor(container: HTMLElement) {
    this.base = new BaseMap(container, styleOf, "Map of what would move. The words beside it say the same.");
  }

  /** @param outlines of small areas, where any could move */
  async show(neighbourhoods: Neighbourhoods, practices: Practices, outlines?: Areas): Promise<void> {
    await this.base.drawing();
    this.practices = practices;
    if (outlines) this.outlines = outlines;
    const areas = neighbourhoods.features.filter(
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
    const symbols = symbolsOf(practices.features.flatMap(({ properties }) => properties.pcn_code ?? []));
    this.base.source("practices").setData(practicePoints(practices, symbols));
    const bounds = new LngLatBounds();
    for (const { geometry } of areas) extend(bounds, geometry);
    this.base.frame(bounds, false);
    await this.areas(this.moved);
  }

  /** Shades these small areas in place of those before, each with the neighbourhood that it would be in. */
  async areas(moves: readonly AreaMove[]): Promise<void> {
    this.moved = moves;
    await this.base.drawing();
    const to = new Map(moves.map((move) => [move.area.split("/")[0], move.to_name]));
    const features = this.outlines.features.flatMap((area) => {
      const to_name = to.get(area.properties.code);
      return to_name ? [{ ...area, properties: { code: area.properties.code, to_name } }] : [];
    });
    this.base.source("areas").setData({ type: "FeatureCollection", features });
    this.base.source("area-names").setData({
      type: "FeatureCollection",
      features: features.flatMap(({ geometry, properties }): Feature[] => {
        const at = namePoint(geometry);
        return at ? [{ type: "Feature", geometry: { type: "Point", coordinates: at }, properties }] : [];
      }),
    });
    this.base.map.triggerRepaint();
  }

  /** Draws these moves in place of those before, with a ring round each practice that moves. */
  async move(moves: readonly Arrow[]): Promise<void> {
    await this.base.drawing();
    this.base.source("moves").setData(arrows(moves, this.practices));
    const codes = moves.map(({ practice }) => practice);
    this.base.map.setFilter(
      "rings",
      codes.length > 0 ? ["in", ["get", "code"], ["literal", codes]] : nobody(),
    );
    this.base.map.triggerRepaint();
  }
}

/** The map, or in its place a sentence where this browser cannot draw one. */
export function openMoveMap(container: HTMLElement): MoveMap | null {
  try {
    return new MoveMap(container);
  } catch {
    const words = "This browser cannot draw the map. The words beside it say the same.";
    container.replaceChildren(h("p", { class: "map__none" }, words));
    return null;
  }
}
