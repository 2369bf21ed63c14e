/** What this page keeps in its address beside the choice: who stays, the point looked at, and the job that runs. */
import { type Choice, choiceFrom, queryOf } from "../shared/state";

export interface State extends Choice {
  /** Practices that stay, by code, sorted. */
  staying: string[];
  /** PCNs that neither lose nor gain a practice, by code, sorted. */
  kept: string[];
  /** The frontier's point looked at: the number of moves allowed. */
  point: number | null;
  job: string | null;
}

const codes = (text: string | null): string[] =>
  [...new Set((text ?? "").split(",").filter((code) => /^[A-Za-z0-9]{1,20}$/.test(code)))].sort();

export function fromQuery(search: string): State {
  const query = new URLSearchParams(search);
  const point = query.get("point");
  const job = query.get("job");
  return {
    ...choiceFrom(search),
    staying: codes(query.get("staying")),
    kept: codes(query.get("kept")),
    point: point !== null && /^\d{1,2}$/.test(point) ? Number(point) : null,
    job: job && /^[0-9a-f]{32}$/.test(job) ? job : null,
  };
}

export function toQuery({ staying, kept, point, job, ...choice }: State): string {
  return queryOf(choice, {
    staying: staying.join(","),
    kept: kept.join(","),
    point: point === null ? null : String(point),
    job,
  });
}
