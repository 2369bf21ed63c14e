/** What moves do, worked out in the page: the same figures, by the same names, as /api/v1/what-if answers. */
import { Figures, whole } from "./figures";
import type { Move } from "./moves";
import { Board, type Side } from "./side";
import { NONE, type Table } from "./table";

/** Patients or people by which a figure must differ to count as changed. */
const CHANGED = 1e-6;

export type Evaluated = ReturnType<Evaluator["evaluate"]>;

export class Evaluator {
  private readonly board: Board;
  private readonly before: Figures;
  private readonly placeBefore: ReturnType<Figures["place"]>;

  /** Once for a place; what it needs of today is worked out here. */
  constructor(private readonly table: Table) {
    this.board = new Board(table);
    this.before = new Figures(this.board.today);
    this.placeBefore = this.before.place();
  }

  /** Whether the figures are the service's to the patient: not where counts are hidden. */
  get exact(): boolean {
    return this.table.hidden === null;
  }

  /** Throws a RangeError for a code or target that is not of this place; the service then says why. */
  evaluate(moves: readonly Move[]) {
    const { table, board } = this;
    const { practices, areas } = this.read(moves);
    const after = new Figures(board.today.moved(practices, areas));
    const nothing = {
      practices_moved: 0,
      areas_moved: 0,
      patients_disturbed: 0,
      people_moved: 0,
      patients_moved: 0,
    };
    const movedAreas = inCodeOrder([...areas].map(([area, to]) => this.areaRow(area, to)));
    const movedPractices = inCodeOrder(
      [...practices].map(([practice, to]) => this.practiceRow(practice, to)),
    );
    const total = (numbers: readonly number[]) => whole(numbers.reduce((a, b) => a + b, 0));
    const parts = [...areas].map(([area, to]) => [area, this.shareMoved(area, to)] as const);
    const moved = {
      practices_moved: practices.size,
      areas_moved: areas.size,
      patients_disturbed: total([...practices.keys()].map((at) => board.lists[at] ?? 0)),
      people_moved:
        areas.size > 0 && !table.areas?.people
          ? null
          : total(parts.map(([at, part]) => (board.people[at] ?? 0) * part)),
      patients_moved: total(parts.map(([at, part]) => (board.registered[at] ?? 0) * part)),
    };
    const placeAfter = { ...moved, ...after.place() };
    return {
      practices: movedPractices,
      areas: movedAreas,
      before: { ...nothing, ...this.placeBefore },
      after: placeAfter,
      frontier_point: {
        practices_moved: practices.size,
        areas_moved: areas.size,
        patients_outside_lead: placeAfter.patients_outside_lead,
        patients_disturbed: moved.patients_disturbed,
      },
      pcns: this.touchedPcns(after, practices),
      neighbourhoods: this.touchedNeighbourhoods(after),
    };
  }

  private read(moves: readonly Move[]) {
    const { board, table } = this;
    const practices = new Map<number, string | null>();
    const areas = new Map<number, number>();
    for (const { code, to } of moves) {
      const practice = board.practiceAt.get(code);
      const area = board.areaAt.get(code);
      if (practice !== undefined) {
        const now = table.pcns.code[table.practices.pcn[practice] ?? NONE] ?? null;
        const then = to === "none" ? null : to;
        if (then !== null && !this.isPcn(then)) throw new RangeError(`${code} cannot go to ${to}`);
        if (then !== now) practices.set(practice, then);
      } else if (area !== undefined) {
        const k = board.neighbourhoodAt.get(to);
        if (k === undefined) throw new RangeError(`${code} cannot go to ${to}`);
        if (this.shareMoved(area, k) > CHANGED) areas.set(area, k);
      } else throw new RangeError(`${code} is no practice and no area of this place`);
    }
    return { practices, areas };
  }

  /** A PCN of the place, or one that is not there yet: new-1, or U50197/2 as a split has it. */
  private isPcn(code: string): boolean {
    const { code: pcns } = this.table.pcns;
    const split = /^(.+)\/[2-9]$/.exec(code);
    return pcns.includes(code) || /^new-[1-9][0-9]{0,2}$/.test(code) || pcns.includes(split?.[1] ?? "");
  }

  private shareMoved(area: number, to: number): number {
    const held = (this.board.shares[area] ?? []).find(([k]) => k === to);
    return 1 - (held?.[1] ?? 0);
  }

  private practiceRow(practice: number, to: string | null) {
    const { practices, pcns } = this.table;
    const from = practices.pcn[practice] ?? NONE;
    return {
      code: practices.code[practice] ?? "",
      name: practices.name[practice] ?? null,
      from: pcns.code[from] ?? null,
      from_name: pcns.name[from] ?? null,
      to,
      to_name: to === null ? null : this.pcnName(to),
      patients: whole(this.board.lists[practice] ?? 0),
    };
  }

  private areaRow(area: number, to: number) {
    const { areas, neighbourhoods } = this.table;
    const [from, part] = [areas?.mainly[area] ?? NONE, this.shareMoved(area, to)];
    return {
      code: areas?.code[area] ?? "",
      name: areas?.name[area] ?? null,
      from: neighbourhoods.code[from] ?? null,
      from_name: neighbourhoods.name[from] ?? null,
      to: neighbourhoods.code[to] ?? "",
      to_name: neighbourhoods.name[to] ?? "",
      people: areas?.people ? whole((this.board.people[area] ?? 0) * part) : null,
      patients: whole((this.board.registered[area] ?? 0) * part),
      share_of_area_moved: Number(part.toFixed(6)),
    };
  }

  private pcnName(code: string): string {
    return this.table.pcns.name[this.table.pcns.code.indexOf(code)] ?? code;
  }

  /** The PCNs that gain or lose practices, then those whose patients' neighbourhoods change; both in code order. */
  private touchedPcns(after: Figures, practices: ReadonlyMap<number, string | null>) {
    const { table, board } = this;
    const regrouped = new Set<string>();
    for (const [practice, to] of practices) {
      const from = table.pcns.code[table.practices.pcn[practice] ?? NONE];
      if (from) regrouped.add(from);
      if (to) regrouped.add(to);
    }
    const shifted = table.pcns.code.filter(
      (code, j) => !regrouped.has(code) && differ(board.today.cells[j], after.side.cells[j]),
    );
    return [...[...regrouped].sort(), ...shifted.sort()].flatMap((code) => {
      const sides = { before: this.before.pcn(code), after: after.pcn(code) };
      if (!sides.before && !sides.after) return [];
      return [{ code, name: this.pcnName(code), practices_change: regrouped.has(code), ...sides }];
    });
  }

  /** Neighbourhoods of which the people, or the PCNs they lead, change; in the order of the plan. */
  private touchedNeighbourhoods(after: Figures) {
    const { code, name, place } = this.table.neighbourhoods;
    const [one, two]: [Side, Side] = [this.board.today, after.side];
    const touched = new Set<number>();
    one.holder.forEach((k, area) => {
      if (two.holder[area] !== k) touched.add(k).add(two.holder[area] ?? NONE);
    });
    return code.flatMap((found, k) => {
      const people = [one.registered[k], one.residents[k]].map((value) => value || 0);
      const then = [two.registered[k], two.residents[k]].map((value) => value || 0);
      const changes =
        touched.has(k) || differ(people, then) || this.before.leadFor(k).join() !== after.leadFor(k).join();
      if (!changes) return [];
      const sides = { before: this.before.neighbourhood(k), after: after.neighbourhood(k) };
      return [{ code: found, name: name[k] ?? found, place: place[k] ?? "", ...sides }];
    });
  }
}

function differ(one: ArrayLike<number> = [], two: ArrayLike<number> = []): boolean {
  return Array.from(one).some((value, at) => Math.abs(value - (two[at] ?? 0)) > CHANGED);
}

const inCodeOrder = <Row extends { code: string }>(rows: Row[]): Row[] =>
  rows.sort((a, b) => (a.code < b.code ? -1 : 1));
