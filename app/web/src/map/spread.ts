/** Practices in one building would hide each other on a map: this sets them apart, on the screen and not on the ground. */

/** Places nearer than this many degrees (some 10 m) count as one. */
const GRAIN = 1e-4;

/** Offsets from the true point, in pixels (x to the right, y down), one for each place, in the order given. */
export function spread(places: readonly (readonly [number, number] | null)[], gap = 15): [number, number][] {
  const groups = new Map<string, number[]>();
  places.forEach((place, index) => {
    if (!place) return;
    const key = place.map((degrees) => Math.round(degrees / GRAIN)).join();
    const group = groups.get(key);
    if (group) group.push(index);
    else groups.set(key, [index]);
  });
  const offsets = places.map((): [number, number] => [0, 0]);
  for (const group of groups.values()) {
    if (group.length === 1) continue;
    // On a ring just wide enough for neighbours to be a gap apart.
    const radius = gap / (2 * Math.sin(Math.PI / group.length));
    group.forEach((index, turn) => {
      const angle = (2 * Math.PI * turn) / group.length - Math.PI;
      offsets[index] = [radius * Math.cos(angle), radius * Math.sin(angle)];
    });
  }
  return offsets;
}
