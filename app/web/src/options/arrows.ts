/** Moves as arrows: from where a practice stands to the nearest practice of the PCN that it would join. */
import type { Feature, FeatureCollection, MultiLineString, Position } from "geojson";
import { position } from "../map/practice-layers";
import type { Practices } from "../shared/answers";
import type { Move } from "./found";

/** Of a move, what an arrow needs: codes of the practice and of the PCN it would join. */
export type Arrow = Pick<Move, "practice" | "to">;

/** The head's sides, as a part of the arrow's length. */
const HEAD = 0.16;

/** Straight lines, longitude and latitude. A practice without a known place has none. Ties go to the earlier code. */
export function arrows(moves: readonly Arrow[], practices: Practices): FeatureCollection<MultiLineString> {
  const moving = new Set(moves.map(({ practice }) => practice));
  const placed = practices.features
    .flatMap(({ geometry, properties: { code, pcn_code: pcn } }) => {
      const at = position(geometry);
      return at ? [{ code, pcn, at }] : [];
    })
    .sort((a, b) => (a.code < b.code ? -1 : 1));
  const features = moves.flatMap(({ practice, to }): Feature<MultiLineString>[] => {
    const here = placed.find(({ code }) => code === practice)?.at;
    if (!here) return [];
    let nearest: [number, number] | null = null;
    for (const { code, pcn, at } of placed) {
      if (pcn !== to || moving.has(code)) continue;
      if (!nearest || apart(here, at) < apart(here, nearest)) nearest = at;
    }
    if (!nearest) return [];
    return [
      {
        type: "Feature",
        geometry: { type: "MultiLineString", coordinates: [[here, nearest], head(here, nearest)] },
        properties: { practice, to },
      },
    ];
  });
  return { type: "FeatureCollection", features };
}

/** How much narrower a degree of longitude is than one of latitude. */
function narrow([, lat]: readonly [number, number]): number {
  return Math.cos((lat * Math.PI) / 180);
}

/** The square of the distance, in degrees of latitude: enough to find the nearest within a place. */
function apart(a: [number, number], b: [number, number]): number {
  return ((b[0] - a[0]) * narrow(a)) ** 2 + (b[1] - a[1]) ** 2;
}

function head(from: [number, number], to: [number, number]): Position[] {
  const scale = narrow(to);
  const east = (to[0] - from[0]) * scale * HEAD;
  const north = (to[1] - from[1]) * HEAD;
  const side = (turn: number): Position => {
    const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
    return [to[0] - (east * cos - north * sin) / scale, to[1] - (east * sin + north * cos)];
  };
  return [side(0.5), to, side(-0.5)];
}
