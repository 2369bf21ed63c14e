/** What this page keeps in its address beside the choice: the moves, and the option they begin with. */
import { type Choice, choiceFrom, queryOf } from "../shared/state";

export interface State extends Choice {
  /** As the service takes them: CODE>TARGET with commas between. */
  moves: string;
  option: string | null;
}

export function fromQuery(search: string): State {
  const query = new URLSearchParams(search);
  return { ...choiceFrom(search), moves: query.get("moves") ?? "", option: query.get("option") || null };
}

export function toQuery({ moves, option, ...choice }: State): string {
  return queryOf(choice, { moves, option });
}
