declare module "polylabel" {
  /** The point of a polygon farthest from its edges. */
  export default function polylabel(
    polygon: number[][][],
    precision?: number,
  ): number[] & { distance: number };
}
