/** The moves that are tried, with undo and redo. A thing is moved once: its last move counts. */

export interface Move {
  code: string;
  to: string;
}

/** Reads moves as an address has them, CODE>TARGET with commas between; what is no move is left out. */
export function movesFrom(text: string | null): Move[] {
  return (text ?? "").split(",").flatMap((part) => {
    const [code, to, ...more] = part.split(">");
    return code && to && more.length === 0 ? [{ code: read(code), to: read(to) }] : [];
  });
}

export const movesTo = (moves: readonly Move[]): string =>
  moves.map(({ code, to }) => `${written(code)}>${written(to)}`).join(",");

/** A plan's own codes may have spaces or commas: such characters are written as in any address. */
const written = (code: string): string => encodeURIComponent(code).replaceAll("%2F", "/");

function read(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export class Moves {
  private past: Move[][] = [];
  private future: Move[][] = [];

  /** @param home where each thing is today, by code: a move there is no move */
  constructor(
    private now: Move[] = [],
    private home: ReadonlyMap<string, string | null> = new Map(),
  ) {}

  get all(): readonly Move[] {
    return this.now;
  }

  get canUndo(): boolean {
    return this.past.length > 0;
  }

  get canRedo(): boolean {
    return this.future.length > 0;
  }

  /** Where everything is today, once it is known. */
  from(home: ReadonlyMap<string, string | null>): void {
    this.home = home;
  }

  /** Moves things together, as one step; whether anything changed. */
  move(codes: readonly string[], to: string): boolean {
    return this.become(this.with(codes, to));
  }

  /** What the moves would be with these; nothing is moved. */
  with(codes: readonly string[], to: string): Move[] {
    const moved = new Map(this.now.map((move) => [move.code, move.to]));
    for (const code of codes) {
      moved.delete(code);
      if (this.home.get(code) !== to) moved.set(code, to);
    }
    return [...moved].map(([code, target]) => ({ code, to: target }));
  }

  remove(code: string): boolean {
    return this.become(this.now.filter((move) => move.code !== code));
  }

  clear(): boolean {
    return this.become([]);
  }

  /** Other moves altogether, with nothing to go back to: another place, or another address. */
  replace(moves: Move[]): void {
    this.now = moves;
    this.past = [];
    this.future = [];
  }

  /** Takes back a step that cannot be made; it is not there to be made again. */
  refuse(): void {
    this.now = this.past.pop() ?? [];
  }

  undo(): boolean {
    const before = this.past.pop();
    if (!before) return false;
    this.future.push(this.now);
    this.now = before;
    return true;
  }

  redo(): boolean {
    const after = this.future.pop();
    if (!after) return false;
    this.past.push(this.now);
    this.now = after;
    return true;
  }

  private become(next: Move[]): boolean {
    if (movesTo(next) === movesTo(this.now)) return false;
    this.past.push(this.now);
    this.future = [];
    this.now = next;
    return true;
  }
}
