/** What this page keeps in its address beside the choice: the plan compared with, and its version. */
import { type Choice, choiceFrom, queryOf } from "../shared/state";

export interface State extends Choice {
  /** The second plan: its id, or its id and version (plan@2); none: the next one there is. */
  against: string | null;
}

export function fromQuery(search: string): State {
  const against = new URLSearchParams(search).get("against");
  return {
    ...choiceFrom(search),
    against: against && /^[a-z0-9-]{1,200}(@[1-9]\d{0,4})?$/.test(against) ? against : null,
  };
}

export function toQuery({ against, ...choice }: State): string {
  return queryOf(choice, { against });
}

/** Both plans as the service takes them: the chosen first, which is compared with. */
export function plansOf({ footprints, version, against }: State): string {
  return `${footprints ?? ""}${version === null ? "" : `@${version}`},${against ?? ""}`;
}
