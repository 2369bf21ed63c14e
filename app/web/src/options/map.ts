/** The map of moves: neighbourhoods, practices with their PCN's symbol, and an arrow for each practice that would move. */
import type { FeatureCollection } from "geojson";
import type { StyleSpecification } from "maplibre-gl";
import { BaseMap, openIn } from "../map/base";
import {
  drawPlan,
  ground,
  JOINED,
  lines,
  namePoints,
  names,
  neighbourhoods,
  shapes,
  sources,
} from "../map/ground";
import type { Inks } from "../map/inks";
import { symbolsOf } from "../map/palette";
import { nobody, practiceLayers, practicePoints } from "../map/practice-layers";
import type { Areas, Neighbourhoods, Practices } from "../shared/answers";
import { type Arrow, arrows } from "./arrows";
import type { AreaMove } from "./lines";

function styleOf(ink: Inks): StyleSpecification {
  return {
    version: 8,
    sources: sources("areas", "area-names", "neighbourhoods", "names", "practices", "moves"),
    layers: [
      ground(ink),
      neighbourhoods(ink),
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
        layout: JOINED,
        paint: { "line-color": ink.line, "line-width": 0.75 },
      },
      lines(ink, 1.5),
      names(ink, "names", {
        "text-variable-anchor": ["center", "bottom", "top"],
        "text-radial-offset": 1,
        "text-overlap": "always",
      }),
      ...practiceLayers(),
      names(ink, "area-names", {
        "text-field": ["concat", "→ ", ["get", "to_name"]],
        "text-size": 12,
        "text-max-width": 9,
      }),
      {
        id: "move-casing",
        type: "line",
        source: "moves",
        layout: JOINED,
        paint: { "line-color": ink.halo, "line-width": 8 },
      },
      {
        id: "moves",
        type: "line",
        source: "moves",
        layout: JOINED,
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
  async show(plan: Neighbourhoods, practices: Practices, outlines?: Areas): Promise<void> {
    await this.base.drawing();
    this.practices = practices;
    if (outlines) this.outlines = outlines;
    const extent = drawPlan(this.base, plan);
    const symbols = symbolsOf(practices.features.flatMap(({ properties }) => properties.pcn_code ?? []));
    this.base.source("practices").setData(practicePoints(practices, symbols));
    this.base.frame(extent, false);
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
    const moved: FeatureCollection = { type: "FeatureCollection", features };
    this.base.source("areas").setData(moved);
    this.base.source("area-names").setData(namePoints(shapes(moved)));
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

export function openMoveMap(container: HTMLElement): MoveMap | null {
  return openIn(container, "The words beside it say the same.", (at) => new MoveMap(at));
}
