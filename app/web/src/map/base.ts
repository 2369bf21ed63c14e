/** What every map here has in common: its controls, its light and dark inks, its symbols, and when it is ready. */
import type { MultiPolygon, Polygon, Position } from "geojson";
import {
  type AllPaintProperties,
  type GeoJSONSource,
  LngLatBounds,
  Map as MapLibre,
  NavigationControl,
  ScaleControl,
  type StyleSpecification,
  setWorkerUrl,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import polylabel from "polylabel";
import { h } from "../shared/dom";
import { type Inks, inks } from "./inks";
import { NO_PCN, ringImage, SYMBOLS, symbolImage } from "./palette";

setWorkerUrl(workerUrl);

const GREATER_LONDON: [number, number, number, number] = [-0.51, 51.28, 0.34, 51.7];

export class BaseMap {
  readonly map: MapLibre;
  /** Kept once sources, layers and symbols are there. */
  readonly ready: Promise<void>;

  /**
   * Throws where the browser cannot draw (no WebGL); the page then goes on without its map.
   *
   * @param container gets data-state "loading", "drawing" or "idle", and the map itself as `map`, for whoever looks at
   *   the page from outside (a test, a person with the developer tools)
   * @param style the sources and layers in the page's inks; asked again when light and dark change
   * @param title what a screen reader hears of the map
   */
  constructor(
    readonly container: HTMLElement,
    private readonly style: (ink: Inks) => StyleSpecification,
    title: string,
  ) {
    this.map = new MapLibre({
      container,
      // Light to dark at once, as the page around it does.
      style: { ...style(inks()), transition: { duration: 0, delay: 0 } },
      bounds: GREATER_LONDON,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      maxZoom: 17,
      // Symbols stand at once: a fade would only delay the first sight of them.
      fadeDuration: 0,
      // On a touch screen one finger scrolls the page and two move the map.
      cooperativeGestures: matchMedia("(pointer: coarse)").matches,
      locale: { "Map.Title": title },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
    this.ready = new Promise((resolve) => {
      this.map.once("style.load", () => {
        this.addSymbols();
        resolve();
      });
    });
    this.map.on("idle", () => {
      container.dataset.state = "idle";
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.repaint());
    Object.assign(container, { map: this.map });
  }

  /** To be called before new data is drawn, so that "idle" means it is there. */
  async drawing(): Promise<void> {
    this.container.dataset.state = "drawing";
    await this.ready;
    this.map.resize();
  }

  source(id: string): GeoJSONSource {
    return this.map.getSource(id) as GeoJSONSource;
  }

  /** Moves to these bounds, gliding unless the reader wants no motion. */
  frame(bounds: LngLatBounds, glide = true): void {
    if (bounds.isEmpty()) return;
    const still = !glide || matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.map.fitBounds(bounds, { padding: 36, maxZoom: 14, duration: still ? 0 : 700 });
  }

  private addSymbols(): void {
    const { outline, lead } = inks();
    for (let symbol = NO_PCN; symbol < SYMBOLS; symbol += 1) {
      const name = `symbol ${symbol}`;
      if (this.map.hasImage(name)) this.map.removeImage(name);
      this.map.addImage(name, symbolImage(symbol, outline), { pixelRatio: 2 });
    }
    if (this.map.hasImage("ring")) this.map.removeImage("ring");
    this.map.addImage("ring", ringImage(lead), { pixelRatio: 2 });
  }

  /** Light and dark: the same map in the page's other inks. What a page set since is its own to set again. */
  private repaint(): void {
    void this.ready.then(() => {
      for (const layer of this.style(inks()).layers) {
        for (const [property, value] of Object.entries(layer.paint ?? {})) {
          this.map.setPaintProperty(layer.id, property as keyof AllPaintProperties, value);
        }
      }
      this.addSymbols();
    });
  }
}

/**
 * The map, or in its place a sentence where this browser cannot draw one; the page goes on without it.
 *
 * @param instead what says the same: “The table holds the same in words.”
 */
export function openIn<M>(
  container: HTMLElement,
  instead: string,
  open: (container: HTMLElement) => M,
): M | null {
  try {
    return open(container);
  } catch {
    const words = `This browser cannot draw the map. ${instead}`;
    container.replaceChildren(h("p", { class: "map__none" }, words));
    return null;
  }
}

function rings(shape: Polygon | MultiPolygon): Position[][][] {
  return shape.type === "Polygon" ? [shape.coordinates] : shape.coordinates;
}

/** Widens bounds to hold a shape. */
export function extend(bounds: LngLatBounds, shape: Polygon | MultiPolygon): void {
  for (const part of rings(shape))
    for (const [lon, lat] of part[0] ?? []) bounds.extend([lon ?? 0, lat ?? 0]);
}

/** Where a name stands best: inside the shape's largest part, far from the edges. */
export function namePoint(shape: Polygon | MultiPolygon): [number, number] | null {
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
