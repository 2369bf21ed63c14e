/** The flows of a matrix laid out as a Sankey diagram: PCNs on the left, neighbourhoods on the right. Pure arithmetic. */
import type { Matrix } from "../shared/answers";

export interface Node {
  code: string;
  name: string;
  total: number;
  /** From the top, in the units of the drawing. */
  top: number;
  height: number;
}

export interface Flow {
  pcn: string;
  neighbourhood: string;
  amount: number;
  /** Of what the PCN has inside the plan. */
  share: number;
  /** Where the band leaves and arrives (its upper edge), and how broad it is. */
  from: number;
  to: number;
  breadth: number;
}

export interface Sankey {
  height: number;
  pcns: Node[];
  neighbourhoods: Node[];
  flows: Flow[];
  /** What is in flows too thin to draw, of everything, from 0 to 1. */
  undrawn: number;
}

/** Flows of less than this part of a PCN are not drawn: a hundred hairlines hide the picture. */
export const THINNEST = 0.01;

interface Column {
  code: string;
  name: string;
  total: number;
}

/**
 * Lays out a matrix. Neighbourhoods keep the matrix's order; PCNs are ordered by where their patients are, so that bands
 * cross little (ties by code). Heights are in proportion to amounts, on both sides alike.
 */
export function layOut(matrix: Matrix, height: number, gap: number): Sankey {
  const held = matrix.columns.map((_, k) => matrix.patients.reduce((sum, row) => sum + (row[k] ?? 0), 0));
  const right: Column[] = matrix.columns
    .map(({ code, name }, k) => ({ code, name, total: held[k] ?? 0 }))
    .filter(({ total }) => total > 0);
  const at = new Map(right.map(({ code }, place) => [code, place]));
  const left = matrix.rows
    .map(({ code, name }, j) => {
      const row = matrix.patients[j] ?? [];
      const total = row.reduce<number>((sum, value) => sum + (value ?? 0), 0);
      const middle = row.reduce<number>(
        (sum, value, k) => sum + (value ?? 0) * (at.get(matrix.columns[k]?.code ?? "") ?? 0),
        0,
      );
      return { code, name, total, row, middle: total ? middle / total : 0 };
    })
    .filter(({ total }) => total > 0)
    .sort((a, b) => a.middle - b.middle || (a.code < b.code ? -1 : 1));
  const whole = left.reduce((sum, { total }) => sum + total, 0);
  if (whole === 0) return { height, pcns: [], neighbourhoods: [], flows: [], undrawn: 0 };
  const gaps = gap * (Math.max(left.length, right.length) - 1);
  const scale = Math.max(height - gaps, height / 2) / whole;
  const pcns = stacked(left, scale, gap);
  const neighbourhoods = stacked(right, scale, gap);
  const leaving = new Map(pcns.map(({ code, top }) => [code, top]));
  const arriving = new Map(neighbourhoods.map(({ code, top }) => [code, top]));
  const flows: Flow[] = [];
  let undrawn = 0;
  for (const { code: pcn, row, total } of left) {
    for (const { code: neighbourhood } of right) {
      const amount = row[matrix.columns.findIndex(({ code }) => code === neighbourhood)] ?? 0;
      const breadth = amount * scale;
      const from = leaving.get(pcn) ?? 0;
      const to = arriving.get(neighbourhood) ?? 0;
      leaving.set(pcn, from + breadth);
      arriving.set(neighbourhood, to + breadth);
      if (amount >= THINNEST * total && amount > 0)
        flows.push({ pcn, neighbourhood, amount, share: amount / total, from, to, breadth });
      else undrawn += amount / whole;
    }
  }
  const bottom = (nodes: Node[]) => Math.max(...nodes.map(({ top, height }) => top + height));
  return { height: Math.max(bottom(pcns), bottom(neighbourhoods)), pcns, neighbourhoods, flows, undrawn };
}

function stacked(columns: readonly Column[], scale: number, gap: number): Node[] {
  let top = 0;
  return columns.map(({ code, name, total }) => {
    const node = { code, name, total, top, height: total * scale };
    top += node.height + gap;
    return node;
  });
}
