/** The figures of one side: of PCNs, of neighbourhoods, and of the whole place, by the names the service gives them. */
import type { Side } from "./side";
import { counted, NONE } from "./table";

/** A whole number where the value is one to within a millionth, otherwise two decimals; as the service counts. */
export const whole = (value: number): number =>
  Math.abs(value - Math.round(value)) < 1e-6 ? Math.round(value) : Number(value.toFixed(2));

const known = (value: number | null): number | null =>
  value === null || Number.isNaN(value) ? null : whole(value);
const share = (value: number | null): number | null =>
  value === null || Number.isNaN(value) ? null : Number(value.toFixed(6));
const sum = (values: Iterable<number>): number => {
  let all = 0;
  for (const value of values) all += value;
  return all;
};

function extremes(values: Iterable<number>): [least: number | null, most: number | null] {
  const there = [...values].filter((value) => !Number.isNaN(value));
  return there.length > 0 ? [Math.min(...there), Math.max(...there)] : [null, null];
}

export class Figures {
  /** Neighbourhood that holds most of each PCN's patients. */
  readonly leads: number[];
  readonly inside: number[];
  readonly inLead: number[];
  /** Practices of each PCN. */
  readonly practices: number[][];
  private readonly limit: ReadonlyMap<string, number | null>;
  private readonly deviation: number[];
  private readonly scores: number[];
  private readonly poor: number[];
  private borders: Set<number> | null | undefined;

  constructor(readonly side: Side) {
    const { board } = side;
    this.limit = new Map(board.table.limits.map(({ name, value }) => [name, value]));
    this.leads = side.cells.map((row) => leadOf(row, side.registered));
    this.inside = side.cells.map((row) => sum(row));
    this.inLead = side.cells.map((row, j) => row[this.leads[j] ?? NONE] ?? 0);
    this.practices = side.pcns.map(() => []);
    side.pcnOf.forEach((pcn, practice) => this.practices[pcn]?.push(practice));
    const size = side.residents.some(Number.isNaN) ? side.registered : side.residents;
    const mean = sum(size) / size.length;
    this.deviation = [...size].map((people) => (mean > 0 ? people / mean - 1 : NaN));
    const ratio = (over: number, under: number) =>
      [...size].map((_, k) => {
        const among = side.sums?.[k * 4 + under] ?? 0;
        return among > 1e-6 ? (side.sums?.[k * 4 + over] ?? 0) / among : NaN;
      });
    this.scores = ratio(1, 0);
    this.poor = ratio(3, 2);
  }

  /** One PCN; null where it has no practice. */
  pcn(code: string) {
    const { board } = this.side;
    const j = this.side.pcns.indexOf(code);
    const members = this.practices[j] ?? [];
    if (members.length === 0) return null;
    const [inside, inLead, list] = [this.inside[j] ?? 0, this.inLead[j] ?? 0, this.side.lists[j] ?? 0];
    const k = this.leads[j] ?? NONE;
    const containment = inside > 0 ? inLead / inside : null;
    const { floor, advice } = this.bars();
    const { neighbourhoods, practices } = board.table;
    return {
      practices: members.length,
      patients: whole(list),
      size:
        list < floor - 0.5
          ? "below the smallest list"
          : list > advice + 0.5
            ? "above the advised list"
            : "as advised",
      patients_inside: whole(inside),
      patients_unknown: whole(sum(members.map((at) => counted(practices.unknown[at])))),
      lead: neighbourhoods.code[k] ?? null,
      lead_name: neighbourhoods.name[k] ?? null,
      patients_in_lead: whole(inLead),
      patients_outside_lead: whole(inside - inLead),
      containment: share(containment),
      class: this.classOf(containment),
      contiguous: this.hangs(members),
    };
  }

  neighbourhood(k: number) {
    const { side } = this;
    const { areas } = side.board.table;
    const parts = side.board.touching ? (side.parts[k] ?? []) : null;
    return {
      residents: known(side.residents[k] ?? NaN),
      patients: whole(side.registered[k] ?? 0),
      deviation: share(this.deviation[k] ?? NaN),
      areas: areas ? side.holder.filter((held) => held === k).length : null,
      parts: parts && parts.length,
      people_detached: parts && whole(sum(parts.slice(1).map(({ people }) => people))),
      imd_score: share(this.scores[k] ?? NaN),
      share_most_deprived: share(this.poor[k] ?? NaN),
      lead_for: this.leadFor(k),
    };
  }

  /** PCNs that have most of their patients in a neighbourhood, in code order. */
  leadFor(k: number): string[] {
    return this.side.pcns
      .filter((_, j) => this.leads[j] === k && (this.practices[j] ?? []).length > 0)
      .sort();
  }

  place() {
    const { side } = this;
    const there = side.pcns.map((_, j) => j).filter((j) => (this.practices[j] ?? []).length > 0);
    const inside = sum(there.map((j) => this.inside[j] ?? 0));
    const outside = sum(there.map((j) => (this.inside[j] ?? 0) - (this.inLead[j] ?? 0)));
    const containments = there
      .filter((j) => (this.inside[j] ?? 0) > 0)
      .map((j) => (this.inLead[j] ?? 0) / (this.inside[j] ?? 1));
    const classes = containments.map((value) => this.classOf(value));
    const lists = there.map((j) => side.lists[j] ?? 0);
    const { floor, advice } = this.bars();
    const [pcnLeast, pcnMost] = extremes(lists);
    const [residentsLeast, residentsMost] = extremes(side.residents);
    const [patientsLeast, patientsMost] = extremes(side.registered);
    const [scoreLeast, scoreMost] = extremes(this.scores);
    const [poorLeast, poorMost] = extremes(this.poor);
    const deprived = side.deprived && sum(side.deprived.map((row) => sum(row)));
    const deprivedInLead =
      side.deprived && sum(side.deprived.map((row, j) => row[this.leads[j] ?? NONE] ?? 0));
    const { touching } = side.board;
    return {
      patients_inside: whole(inside),
      patients_outside_lead: whole(outside),
      misalignment: share(inside > 0 ? outside / inside : null),
      median_containment: share(median(containments)),
      pcns: there.length,
      pcns_aligned: classes.filter((name) => name === "aligned").length,
      pcns_partly: classes.filter((name) => name === "partly").length,
      pcns_split: classes.filter((name) => name === "split").length,
      pcn_smallest: known(pcnLeast),
      pcn_largest: known(pcnMost),
      pcns_below_floor: lists.filter((list) => list < floor - 0.5).length,
      pcns_above_advice: lists.filter((list) => list > advice + 0.5).length,
      pcns_not_contiguous: touching
        ? there.filter((j) => this.hangs(this.practices[j] ?? []) === false).length
        : null,
      practices_without_pcn: side.pcnOf.filter((pcn) => pcn === NONE).length,
      residents_largest: known(residentsMost),
      residents_smallest: known(residentsLeast),
      residents_ratio: share(
        residentsMost !== null && residentsLeast ? residentsMost / residentsLeast : null,
      ),
      patients_largest: known(patientsMost),
      patients_smallest: known(patientsLeast),
      neighbourhoods_in_parts: touching ? side.parts.filter((parts) => parts.length > 1).length : null,
      imd_score_highest: share(scoreMost),
      imd_score_lowest: share(scoreLeast),
      share_most_deprived_highest: share(poorMost),
      share_most_deprived_lowest: share(poorLeast),
      patients_deprived: known(deprived),
      patients_deprived_outside_lead: known(
        deprived === null || deprivedInLead === null ? null : deprived - deprivedInLead,
      ),
    };
  }

  private bars(): { floor: number; advice: number } {
    return {
      floor: this.limit.get("smallest_pcn") ?? -Infinity,
      advice: this.limit.get("advised_pcn") ?? Infinity,
    };
  }

  private classOf(containment: number | null): "aligned" | "partly" | "split" | null {
    const { aligned, split } = this.side.board.table.thresholds;
    if (containment === null) return null;
    return containment >= aligned ? "aligned" : containment >= split ? "partly" : "split";
  }

  /** Whether the neighbourhoods that practices stand in hang together through common borders; null: not known. */
  private hangs(practices: readonly number[]): boolean | null {
    const left = new Set(practices.map((practice) => this.side.stands[practice] ?? NONE));
    left.delete(NONE);
    const borders = this.touch();
    if (!borders || left.size === 0) return null;
    const [first = NONE] = left;
    const reached = [first];
    left.delete(first);
    for (const k of reached) {
      for (const other of left) {
        if (!borders.has(pair(k, other, this.side.board.width))) continue;
        left.delete(other);
        reached.push(other);
      }
    }
    return left.size === 0;
  }

  /** Neighbourhoods that touch: an area of one has a common border with an area of the other. */
  private touch(): Set<number> | null {
    if (this.borders !== undefined) return this.borders;
    const { holder, board } = this.side;
    const edges = board.table.adjacency;
    this.borders = edges && new Set();
    for (let at = 0; edges && at < edges.length; at += 2) {
      const [a, b] = [holder[edges[at] ?? 0] ?? NONE, holder[edges[at + 1] ?? 0] ?? NONE];
      if (a !== b && a !== NONE && b !== NONE) this.borders?.add(pair(a, b, board.width));
    }
    return this.borders;
  }
}

const pair = (a: number, b: number, width: number): number => Math.min(a, b) * width + Math.max(a, b);

/** The largest cell; of equal ones that which is the larger share of its neighbourhood, then the first. */
function leadOf(row: Float64Array, registered: Float64Array): number {
  const largest = Math.max(...row);
  if (!(largest > 0)) return NONE;
  let [lead, best] = [NONE, -1];
  row.forEach((cell, k) => {
    if (Math.abs(cell - largest) > 1e-9) return;
    const all = registered[k] ?? 0;
    const part = all > 0 ? cell / all : 0;
    if (part > best) [lead, best] = [k, part];
  });
  return lead;
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? 0;
  return sorted.length % 2 ? high : ((sorted[middle - 1] ?? 0) + high) / 2;
}
