/** The map of one of two plans: its neighbourhoods, and the areas that are in another one under the other plan. */
import type { FeatureCollection } from "geojson";
import type { LngLatBounds, StyleSpecification } from "maplibre-gl";
import { BaseMap } from "../map/base";
import { drawPlan, ground, JOINED, lines, names, neighbourhoods, sources } from "../map/ground";
import type { Inks } from "../map/inks";
import type { Neighbourhoods } from "../shared/answers";
import type { Changes } from "./found";

const NONE = ["==", ["get", "code"], ""] as never;

function styleOf(ink: Inks): StyleSpecification {
  return {
    version: 8,
    sources: sources("neighbourhoods", "names", "changes"),
    layers: [
      ground(ink),
      neighbourhoods(ink),
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
        layout: JOINED,
        paint: { "line-color": ink.lead, "line-width": 4 },
      },
      lines(ink, 2),
      names(ink),
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
    const extent = drawPlan(this.base, plan);
    this.base.source("changes").setData({
      type: "FeatureCollection",
      features: changes.features.filter(({ geometry }) => geometry !== null),
    } as FeatureCollection);
    return extent;
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
