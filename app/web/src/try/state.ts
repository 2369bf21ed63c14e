/** What this page keeps in its address beside the choice: moves, what they begin with, and what is compared. */
import { type Choice, choiceFrom, queryOf } from "../shared/state";

export interface State extends Choice {
  /** As the service takes them: CODE>TARGET with commas between. */
  moves: string;
  option: string | null;
  /** A kept scenario to open, by id. */
  scenario: string | null;
  /** Kept scenarios that are shown side by side, by id. */
  compare: string[];
}

const ID = /^[A-Za-z0-9_-]{1,64}$/;

export function fromQuery(search: string): State {
  const query = new URLSearchParams(search);
  const scenario = query.get("scenario");
  return {
    ...choiceFrom(search),
    moves: query.get("moves") ?? "",
    option: query.get("option") || null,
    scenario: scenario && ID.test(scenario) ? scenario : null,
    compare: [...new Set((query.get("compare") ?? "").split(",").filter((id) => ID.test(id)))],
  };
}

export function toQuery({ moves, option, scenario, compare, ...choice }: State): string {
  return queryOf(choice, { moves, option, scenario, compare: compare.join(",") });
}
