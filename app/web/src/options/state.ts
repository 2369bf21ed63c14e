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
  /** The point of the lines looked at: the share of people who may be moved. */
  share: number | null;
  /** The job that works out lines. */
  linesJob: string | null;
}

const codes = (text: string | null): string[] =>
  [...new Set((text ?? "").split(",").filter((code) => /^[A-Za-z0-9]{1,20}$/.test(code)))].sort();

const jobOf = (text: string | null): string | null => (text && /^[0-9a-f]{32}$/.test(text) ? text : null);

export function fromQuery(search: string): State {
  const query = new URLSearchParams(search);
  const point = query.get("point");
  const share = Number(query.get("share") ?? NaN);
  return {
    ...choiceFrom(search),
    staying: codes(query.get("staying")),
    kept: codes(query.get("kept")),
    point: point !== null && /^\d{1,2}$/.test(point) ? Number(point) : null,
    job: jobOf(query.get("job")),
    share: share >= 0 && share <= 1 ? share : null,
    linesJob: jobOf(query.get("lines_job")),
  };
}

export function toQuery({ staying, kept, point, job, share, linesJob, ...choice }: State): string {
  return queryOf(choice, {
    staying: staying.join(","),
    kept: kept.join(","),
    point: point === null ? null : String(point),
    job,
    share: share === null ? null : String(share),
    lines_job: linesJob,
  });
}
