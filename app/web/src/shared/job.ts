/** Long work of the service: watched to its end. */
import { type Api, ServiceProblem } from "./api";

export interface JobStatus {
  jobID: string;
  status: "accepted" | "running" | "successful" | "failed" | "dismissed";
  message: string | null;
  /** Whole per cent. */
  progress: number;
}

/** Milliseconds between two looks at a job. */
const PAUSE = 1000;

export function isJob(answer: unknown): answer is JobStatus {
  return typeof answer === "object" && answer !== null && "jobID" in answer;
}

/**
 * Comes back once the job was successful; throws a ServiceProblem titled `failed` where it was not.
 *
 * @param onStatus told each time how far it is
 */
export async function watchJob(
  api: Api,
  id: string,
  failed: string,
  onStatus: (status: JobStatus) => void,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const status = await api.get<JobStatus>(`jobs/${id}`, {}, signal);
    onStatus(status);
    if (status.status === "successful") return;
    if (status.status === "failed" || status.status === "dismissed") {
      const why = status.status === "dismissed" ? "It was called off." : (status.message ?? "It failed.");
      throw new ServiceProblem(failed, why, "You can ask for it again.");
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    signal.throwIfAborted();
  }
}
