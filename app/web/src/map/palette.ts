/**
 * How a PCN is told from another: a colour and a shape together, so that neither colour vision nor print is needed.
 * Colours after Okabe and Ito (2008), "Color Universal Design". Seven colours and four shapes give 28 symbols before
 * one comes again.
 */
import { svg } from "../shared/dom";

export const COLOURS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#f0e442"] as const;
const SHAPES = ["circle", "square", "triangle", "diamond"] as const;
export const SYMBOLS = COLOURS.length * SHAPES.length;
/** The symbol of a practice without a PCN: a cross. */
export const NO_PCN = -1;

type Corners = readonly (readonly [number, number])[];

/** Shapes in a box from -1 to 1 (y downwards), sized to look equally large. */
const CORNERS: Record<string, Corners> = {
  square: [
    [-0.72, -0.72],
    [0.72, -0.72],
    [0.72, 0.72],
    [-0.72, 0.72],
  ],
  triangle: [
    [0, -0.92],
    [0.92, 0.72],
    [-0.92, 0.72],
  ],
  diamond: [
    [0, -1],
    [1, 0],
    [0, 1],
    [-1, 0],
  ],
  cross: [
    [-0.8, -0.45],
    [-0.45, -0.8],
    [0, -0.35],
    [0.45, -0.8],
    [0.8, -0.45],
    [0.35, 0],
    [0.8, 0.45],
    [0.45, 0.8],
    [0, 0.35],
    [-0.45, 0.8],
    [-0.8, 0.45],
    [-0.35, 0],
  ],
};

/** Every PCN's symbol number by its code. The same set of codes always gets the same symbols. */
export function symbolsOf(codes: Iterable<string>): Map<string, number> {
  return new Map([...new Set(codes)].sort().map((code, index) => [code, index % SYMBOLS]));
}

function look(symbol: number): { colour: string; shape: string } {
  if (symbol === NO_PCN) return { colour: "#aeb7bd", shape: "cross" };
  return {
    colour: COLOURS[symbol % COLOURS.length] ?? COLOURS[0],
    shape: SHAPES[symbol % SHAPES.length] ?? SHAPES[0],
  };
}

/** The colour alone, for bands and outlines that stand beside the symbol. */
export function pcnColour(symbol: number): string {
  return look(symbol).colour;
}

/** The symbol as a small drawing beside a name. Decoration: the name says the same. */
export function symbolDrawing(symbol: number): SVGElement {
  const { colour, shape } = look(symbol);
  const corners = CORNERS[shape];
  const form = corners
    ? svg("polygon", { points: corners.map(([x, y]) => `${x * 7},${y * 7}`).join(" ") })
    : svg("circle", { r: 6 });
  set(form, colour);
  return svg(
    "svg",
    {
      class: "symbol",
      viewBox: "-9 -9 18 18",
      width: 18,
      height: 18,
      "aria-hidden": "true",
      focusable: "false",
    },
    form,
  );
}

function set(form: SVGElement, colour: string): void {
  form.setAttribute("fill", colour);
  form.setAttribute("class", "symbol__form");
}

/** The symbol as pixels for the map, `size` pixels wide, with an outline that keeps it 3:1 against the ground. */
export function symbolImage(symbol: number, outline: string, size = 40): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = size;
  canvas.height = size;
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("this browser cannot draw");
  const { colour, shape } = look(symbol);
  const reach = size * 0.4;
  pen.translate(size / 2, size / 2);
  pen.beginPath();
  const corners = CORNERS[shape];
  if (corners) corners.forEach(([x, y]) => pen.lineTo(x * reach, y * reach));
  else pen.arc(0, 0, reach * 0.86, 0, 2 * Math.PI);
  pen.closePath();
  pen.fillStyle = colour;
  pen.fill();
  pen.lineWidth = size / 13;
  pen.lineJoin = "round";
  pen.strokeStyle = outline;
  pen.stroke();
  return pen.getImageData(0, 0, size, size);
}

/** The ring round a practice pointed at, as pixels. */
export function ringImage(colour: string, size = 72): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = size;
  canvas.height = size;
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("this browser cannot draw");
  pen.arc(size / 2, size / 2, size * 0.42, 0, 2 * Math.PI);
  pen.lineWidth = size / 9;
  pen.strokeStyle = colour;
  pen.stroke();
  return pen.getImageData(0, 0, size, size);
}
