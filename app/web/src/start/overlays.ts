/** What lies over the map besides the plan: small areas shaded, cores of PCNs, another service's areas. */
import type { FeatureCollection } from "geojson";
import { pcnColour } from "../map/palette";
import type { Footprints, PcnAlignment } from "../shared/answers";
import type { Api, Query } from "../shared/api";
import { askedFor } from "../shared/state";
import type { NeighbourhoodMap } from "./map";
import { type AreaTable, type Paint, paintBy, paintPcn, type PcnAreas, type Shading } from "./shading";
import type { State } from "./state";

/** More cores than this at once hide each other. */
export const MOST_CORES = 10;

export interface Overlaid {
  paint: Paint | null;
  /** The PCNs whose cores are drawn, and the part of their patients these hold, in per cent. */
  cores: { percent: number; many: boolean } | null;
  layer: Footprints | null;
}

export class Overlays {
  private readonly kept = new Map<string, Promise<unknown>>();
  private layers: Footprints[] = [];

  constructor(
    private readonly api: Api,
    private readonly map: () => NeighbourhoodMap | null,
  ) {}

  /** Other services' footprints that can be drawn. */
  async known(signal?: AbortSignal): Promise<Footprints[]> {
    this.layers = (await this.api.get<{ items: Footprints[] }>("layers", {}, signal)).items;
    return this.layers;
  }

  /** What small areas may be shaded by. */
  async shadings(state: State, signal?: AbortSignal): Promise<Shading[]> {
    const query = askedFor(state);
    return (await this.api.get<{ shadings: Shading[] }>("areas/shadings", query, signal)).shadings;
  }

  private table(state: State): Promise<AreaTable> {
    return this.once<AreaTable>("areas", askedFor(state));
  }

  /** Draws what the state asks for and says what it is, for the legend. */
  async draw(
    state: State,
    pcns: readonly PcnAlignment[],
    symbols: ReadonlyMap<string, number>,
  ): Promise<Overlaid> {
    const [paint, cores, layer] = await Promise.all([
      this.paint(state, pcns, symbols),
      this.cores(state, pcns, symbols),
      this.service(state),
    ]);
    return { paint, cores, layer };
  }

  private async paint(
    state: State,
    pcns: readonly PcnAlignment[],
    symbols: ReadonlyMap<string, number>,
  ): Promise<Paint | null> {
    const asked = { ...askedFor(state) };
    const pcn = state.shade === "pcn" ? pcns.find(({ code }) => code === state.pcn) : undefined;
    if (!state.shade || (state.shade === "pcn" && !pcn)) {
      await this.map()?.paint(null, null);
      return null;
    }
    const outlines = this.once<FeatureCollection>("areas", {
      ...asked,
      f: "geojson",
      ...(pcn && state.place ? { pcn: pcn.code } : {}),
    });
    let paint: Paint | null = null;
    if (pcn) {
      const query = { ...onPatients(asked), method: "core", percent: 98, pcn: pcn.code };
      paint = paintPcn(await this.once<PcnAreas>("catchments", query), pcn.name);
    } else {
      const table = await this.table(state);
      const shading = table.shadings.find(({ field }) => field === state.shade);
      paint = shading ? paintBy(table, shading, symbols) : null;
    }
    await this.map()?.paint(paint ? await outlines : null, paint);
    return paint;
  }

  private async cores(
    state: State,
    pcns: readonly PcnAlignment[],
    symbols: ReadonlyMap<string, number>,
  ): Promise<Overlaid["cores"]> {
    const many = !state.pcn && pcns.length > MOST_CORES;
    if (state.core === null || many) {
      await this.map()?.outline("cores", null);
      return state.core === null ? null : { percent: state.core, many };
    }
    const query = {
      ...onPatients(askedFor(state)),
      method: "core",
      percent: state.core,
      pcn: state.pcn,
      f: "geojson",
    };
    const found = await this.once<FeatureCollection>("catchments", query);
    const features = found.features.flatMap((feature) => {
      const code: unknown = feature.properties?.code;
      if (typeof code !== "string" || feature.geometry === null) return [];
      return [{ ...feature, properties: { code, colour: pcnColour(symbols.get(code) ?? 0) } }];
    });
    await this.map()?.outline("cores", { type: "FeatureCollection", features });
    return { percent: state.core, many };
  }

  private async service(state: State): Promise<Footprints | null> {
    const layer = this.layers.find(({ id }) => id === state.layer) ?? null;
    const shapes = layer
      ? await this.once<FeatureCollection>(
          `footprints/${encodeURIComponent(layer.id)}/versions/${layer.version}/neighbourhoods`,
          { f: "geojson" },
        )
      : null;
    await this.map()?.outline("service", shapes);
    return layer;
  }

  /** Asks once for each address; what failed is asked for again. */
  private once<T>(path: string, query: Query): Promise<T> {
    const address = this.api.address(path, query);
    const known = this.kept.get(address);
    if (known) return known as Promise<T>;
    const asking = this.api.get<T>(path, query);
    this.kept.set(address, asking);
    if (this.kept.size > 40) this.kept.delete(this.kept.keys().next().value ?? "");
    asking.catch(() => this.kept.delete(address));
    return asking;
  }
}

/** Catchments are of patients, whatever the table counts. */
function onPatients({ footprints, version, place, as_of }: Query): Query {
  return { footprints, version, place, as_of };
}
