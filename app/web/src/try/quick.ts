/** The figures that the page works out by itself, once it has the place as arrays. */
import type { Api, Query } from "../shared/api";
import { byId } from "../shared/dom";
import { type Evaluated, Evaluator } from "./evaluate";
import type { Move } from "./moves";
import type { Table } from "./table";

export class Quick {
  private evaluator: Evaluator | null = null;

  constructor(private readonly api: Api) {}

  /** Fetches the arrays of a place. Without them nothing is lost but speed: the service is asked after each move. */
  async load(asked: Query, signal: AbortSignal): Promise<void> {
    this.evaluator = null;
    const parts = byId("answer-parts");
    delete parts.dataset.quick;
    try {
      const made = new Evaluator(await this.api.get<Table>("what-if/table", asked, signal));
      if (signal.aborted || !made.exact) return;
      this.evaluator = made;
      parts.dataset.quick = "ready";
      // For whoever looks at the page from outside: a test, a person with the developer tools.
      Object.assign(parts, { evaluate: (moves: readonly Move[]) => made.evaluate(moves) });
    } catch {
      this.evaluator = null;
    }
  }

  /** Null where only the service can tell: nothing fetched yet, counts are hidden, or a code it has to refuse. */
  evaluate(moves: readonly Move[]): Evaluated | null {
    try {
      return this.evaluator?.evaluate(moves) ?? null;
    } catch (error) {
      if (error instanceof RangeError) return null;
      throw error;
    }
  }
}
