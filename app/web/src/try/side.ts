/** One side of what is tried, as arrays: where patients, residents, areas and practices are. */
import {
  counted,
  type Entry,
  entriesOf,
  NONE,
  patientsByArea,
  positions,
  sharesOf,
  type Table,
  touching,
} from "./table";

/** Areas of the most deprived fifth of England: deciles 1 and 2. */
const MOST_DEPRIVED = 2;
/** Patients below which a cell is what floating-point subtraction left of nothing. */
const RESIDUE = 1e-9;
/** Figures that a neighbourhood's deprivation is summed from: see `Board.summed`. */
const SUMMED = 4;

/** What a place is tried on: everything that no move changes. */
export class Board {
  readonly width: number;
  readonly practiceAt: Map<string, number>;
  readonly areaAt: Map<string, number>;
  readonly neighbourhoodAt: Map<string, number>;
  readonly lists: number[];
  readonly byPractice: Entry[][];
  readonly byArea: Entry[][];
  readonly shares: Entry[][];
  readonly registered: number[];
  readonly people: number[];
  readonly poor: boolean[];
  readonly touching: number[][] | null;
  readonly today: Side;

  constructor(readonly table: Table) {
    const { practices, neighbourhoods, areas } = table;
    this.width = neighbourhoods.code.length;
    this.practiceAt = positions(practices.code);
    this.areaAt = positions(areas?.code ?? []);
    this.neighbourhoodAt = positions(neighbourhoods.code);
    this.lists = practices.patients.map(counted);
    this.byPractice = entriesOf(table);
    this.byArea = patientsByArea(table);
    this.shares = sharesOf(table);
    this.registered = (areas?.registered ?? []).map(counted);
    this.people = (areas?.code ?? []).map((_, at) => areas?.people?.[at] ?? 0);
    this.poor = (areas?.code ?? []).map((_, at) => (areas?.imd_decile?.[at] ?? Infinity) <= MOST_DEPRIVED);
    this.touching = touching(table);
    this.today = this.begin();
  }

  /** Of an area: people with a known score, their score, people with a known decile, those of them deprived. */
  summed(area: number): [number, number, number, number] {
    const people = this.people[area] ?? 0;
    const score = this.table.areas?.imd_score?.[area] ?? null;
    const ranked = (this.table.areas?.imd_decile?.[area] ?? null) !== null;
    return [
      score === null ? 0 : people,
      (score ?? 0) * people,
      ranked ? people : 0,
      this.poor[area] ? people : 0,
    ];
  }

  private begin(): Side {
    const { practices, pcns, neighbourhoods, areas, hidden } = this.table;
    const side = new Side(
      this,
      [...pcns.code],
      Int32Array.from(practices.pcn),
      Int32Array.from(areas?.mainly ?? []),
      Int32Array.from(practices.neighbourhood),
      pcns.code.map(() => new Float64Array(this.width)),
      areas?.imd_decile && hidden === null ? pcns.code.map(() => new Float64Array(this.width)) : null,
      Float64Array.from(pcns.code, () => 0),
      Float64Array.from(neighbourhoods.residents, (value) => value ?? NaN),
      Float64Array.from(neighbourhoods.registered, counted),
      areas ? new Float64Array(this.width * SUMMED) : null,
      neighbourhoods.code.map(() => []),
    );
    side.pcnOf.forEach((pcn, practice) => {
      if (pcn === NONE) return;
      for (const [k, patients] of this.byPractice[practice] ?? []) side.add(side.cells, pcn, k, patients);
      side.lists[pcn] = (side.lists[pcn] ?? 0) + (this.lists[practice] ?? 0);
    });
    this.shares.forEach((shares, area) => {
      for (const [k, share] of shares) {
        side.count(area, k, share);
        if (!side.deprived || !this.poor[area]) continue;
        for (const [practice, patients] of this.byArea[area] ?? []) {
          side.add(side.deprived, side.pcnOf[practice] ?? NONE, k, patients * share);
        }
      }
    });
    side.hang(neighbourhoods.code.map((_, k) => k));
    return side;
  }
}

/** Areas of a neighbourhood that hang together, and the people (else registered patients) in them. */
export interface Part {
  areas: number;
  people: number;
}

export class Side {
  /**
   * @param pcnOf PCN of each practice
   * @param holder neighbourhood that holds most of each area
   * @param stands neighbourhood in which each practice stands
   * @param cells PCNs × neighbourhoods, patients
   * @param deprived the same of patients in the most deprived fifth; null where that is not known
   * @param lists whole list of each PCN
   * @param sums neighbourhoods × the columns of Board.summed
   * @param parts pieces of each neighbourhood, the most people first
   */
  constructor(
    readonly board: Board,
    readonly pcns: string[],
    readonly pcnOf: Int32Array,
    readonly holder: Int32Array,
    readonly stands: Int32Array,
    readonly cells: Float64Array[],
    readonly deprived: Float64Array[] | null,
    readonly lists: Float64Array,
    readonly residents: Float64Array,
    readonly registered: Float64Array,
    readonly sums: Float64Array | null,
    readonly parts: Part[][],
  ) {}

  /** The other side: a copy in which practices (to a PCN's code, null for none) and areas have moved. */
  moved(practices: ReadonlyMap<number, string | null>, areas: ReadonlyMap<number, number>): Side {
    const { board } = this;
    const fresh = [...practices.values()].filter((to) => to !== null && !this.pcns.includes(to)) as string[];
    const pcns = [...this.pcns, ...new Set(fresh)];
    const copies = (rows: Float64Array[]) =>
      pcns.map((_, at) => rows[at]?.slice() ?? new Float64Array(board.width));
    const then = new Side(
      board,
      pcns,
      this.pcnOf.slice(),
      this.holder.slice(),
      this.stands.slice(),
      copies(this.cells),
      this.deprived && copies(this.deprived),
      Float64Array.from(pcns, (_, at) => this.lists[at] ?? 0),
      this.residents.slice(),
      this.registered.slice(),
      this.sums?.slice() ?? null,
      [...this.parts],
    );
    const at = positions(pcns);
    for (const [practice, to] of practices) then.regroup(practice, to === null ? NONE : (at.get(to) ?? NONE));
    if (then.deprived && practices.size > 0) then.regroupDeprived(this, practices);
    const touched = new Set<number>();
    for (const [area, to] of areas) {
      touched.add(to).add(this.holder[area] ?? NONE);
      then.shift(area, to);
    }
    if (areas.size > 0) then.settle(areas);
    touched.delete(NONE);
    then.hang([...touched]);
    return then;
  }

  add(cells: Float64Array[], pcn: number, k: number, patients: number): void {
    const row = cells[pcn];
    if (row) row[k] = (row[k] ?? 0) + patients;
  }

  /** Counts a share of an area to what the deprivation of a neighbourhood is summed from. */
  count(area: number, k: number, share: number): void {
    const { sums } = this;
    if (sums)
      this.board
        .summed(area)
        .forEach((v, i) => (sums[k * SUMMED + i] = (sums[k * SUMMED + i] ?? 0) + v * share));
  }

  /** Works out again which pieces neighbourhoods fall into, by areas with a common border. */
  hang(neighbourhoods: readonly number[]): void {
    const { touching, people, registered, table } = this.board;
    if (!touching || neighbourhoods.length === 0) return;
    const weight = table.areas?.people ? people : registered;
    const wanted = new Set(neighbourhoods);
    for (const k of neighbourhoods) this.parts[k] = [];
    const seen = new Uint8Array(this.holder.length);
    this.holder.forEach((k, first) => {
      if (seen[first] || !wanted.has(k)) return;
      const piece = [first];
      seen[first] = 1;
      let sum = 0;
      for (let next = 0; next < piece.length; next += 1) {
        const area = piece[next] ?? 0;
        sum += weight[area] ?? 0;
        for (const other of touching[area] ?? []) {
          if (seen[other] || this.holder[other] !== k) continue;
          seen[other] = 1;
          piece.push(other);
        }
      }
      this.parts[k]?.push({ areas: piece.length, people: sum });
    });
    for (const k of neighbourhoods) this.parts[k]?.sort((a, b) => b.people - a.people);
  }

  private regroup(practice: number, to: number): void {
    const from = this.pcnOf[practice] ?? NONE;
    for (const [k, patients] of this.board.byPractice[practice] ?? []) {
      this.add(this.cells, from, k, -patients);
      this.add(this.cells, to, k, patients);
    }
    const list = this.board.lists[practice] ?? 0;
    if (from !== NONE) this.lists[from] = (this.lists[from] ?? 0) - list;
    if (to !== NONE) this.lists[to] = (this.lists[to] ?? 0) + list;
    this.pcnOf[practice] = to;
  }

  private regroupDeprived(before: Side, practices: ReadonlyMap<number, string | null>): void {
    const { byArea, shares, poor } = this.board;
    poor.forEach((deprived, area) => {
      if (!deprived) return;
      for (const [practice, patients] of byArea[area] ?? []) {
        if (!practices.has(practice)) continue;
        for (const [k, share] of shares[area] ?? []) {
          this.add(this.deprived ?? [], before.pcnOf[practice] ?? NONE, k, -patients * share);
          this.add(this.deprived ?? [], this.pcnOf[practice] ?? NONE, k, patients * share);
        }
      }
    });
  }

  /** Moves an area wholly: whatever part of it lay elsewhere goes along. */
  private shift(area: number, to: number): void {
    const { board } = this;
    const change: Entry[] = [[to, 1], ...(board.shares[area] ?? []).map(([k, share]): Entry => [k, -share])];
    for (const [k, by] of change) {
      for (const [practice, patients] of board.byArea[area] ?? []) {
        const pcn = this.pcnOf[practice] ?? NONE;
        this.add(this.cells, pcn, k, patients * by);
        if (this.deprived && board.poor[area]) this.add(this.deprived, pcn, k, patients * by);
      }
      this.registered[k] = (this.registered[k] ?? 0) + (board.registered[area] ?? 0) * by;
      this.residents[k] = (this.residents[k] ?? 0) + (board.people[area] ?? 0) * by;
      this.count(area, k, by);
    }
    this.holder[area] = to;
  }

  /** A practice whose own area has moved stands in the other neighbourhood; what rounding left is nothing. */
  private settle(areas: ReadonlyMap<number, number>): void {
    this.board.table.practices.area.forEach((area, practice) => {
      const to = areas.get(area);
      if (to !== undefined) this.stands[practice] = to;
    });
    for (const rows of [this.cells, this.deprived ?? []]) {
      for (const row of rows) row.forEach((value, k) => (row[k] = value < RESIDUE ? 0 : value));
    }
    this.registered.forEach((value, k) => (this.registered[k] = Math.max(value, 0)));
    this.residents.forEach((value, k) => (this.residents[k] = Math.max(value, 0)));
  }
}
