/** Asking the service: one place where its address, its problems and a key are dealt with. */
import type { Footprints, Place } from "./answers";

interface ProblemBody {
  title?: string;
  detail?: string;
  remedy?: string | null;
  findings?: { message?: string; suggestion?: string | null }[];
}

/** What went wrong, in the words of the service (RFC 9457) or, where it said nothing, in ours. */
export class ServiceProblem extends Error {
  override name = "ServiceProblem";
  constructor(
    readonly title: string,
    readonly detail: string,
    readonly remedy: string,
    readonly findings: string[] = [],
    /** The status of the reply, where there was one. */
    readonly status: number | null = null,
  ) {
    super(`${title}. ${detail}`);
  }
}

function isBody(value: unknown): value is ProblemBody {
  return typeof value === "object" && value !== null && "title" in value;
}

/** The problem that a reply tells of; `body` is what it says as JSON, whatever that is. */
export function problemOf(status: number, body: unknown): ServiceProblem {
  if (!isBody(body)) {
    return new ServiceProblem(
      "The service could not answer",
      `It replied with status ${status} and gave no reason.`,
      "Try again in a minute. If it happens again, tell the people who run this service.",
      [],
      status,
    );
  }
  return new ServiceProblem(
    body.title ?? "The service could not answer",
    body.detail ?? "",
    body.remedy ?? "Choose something else above, or try again.",
    (body.findings ?? []).map((finding) => [finding.message, finding.suggestion].filter(Boolean).join(" ")),
    status,
  );
}

/** Where nothing answered at all. */
export function unreached(): ServiceProblem {
  return new ServiceProblem(
    "The service could not be reached",
    "There was no reply to the page’s request.",
    "Check your connection, then try again.",
  );
}

/** Values that are null or undefined are left out of the address. */
export type Query = Record<string, string | number | boolean | null | undefined>;

export interface Sending {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  query?: Query;
  /** An object is sent as JSON, a form as it is. */
  body?: unknown;
  /** The key that writing needs. */
  key?: string | null;
  /** The revision of a record that a change is made to, for If-Match. */
  revision?: number;
  /** For Idempotency-Key: the same request under the same one is done once. */
  once?: string;
  signal?: AbortSignal | undefined;
}

export class Api {
  /** @param root address of the service, without the closing slash, e.g. "" or "/coterminous" */
  constructor(private readonly root = document.documentElement.dataset.root ?? "") {}

  async places(signal?: AbortSignal): Promise<Place[]> {
    return (await this.get<{ items: Place[] }>("places", {}, signal)).items;
  }

  /** Every proposal, each with its latest version. */
  async footprints(signal?: AbortSignal): Promise<Footprints[]> {
    return (await this.get<{ items: Footprints[] }>("footprints", {}, signal)).items;
  }

  /** All versions of a proposal, oldest first. */
  async versions(footprints: string, signal?: AbortSignal): Promise<Footprints[]> {
    const path = `footprints/${encodeURIComponent(footprints)}/versions`;
    return (await this.get<{ items: Footprints[] }>(path, {}, signal)).items;
  }

  /** The address of a path below /api/v1, e.g. for a link to the plain data. */
  address(path: string, query: Query = {}): string {
    const given = Object.entries(query).flatMap(([name, value]) =>
      value === null || value === undefined ? [] : [[name, String(value)]],
    );
    return `${this.root}/api/v1/${path}${given.length > 0 ? `?${new URLSearchParams(given)}` : ""}`;
  }

  get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
    return this.send<T>(path, { query, signal });
  }

  /** Sends a request and reads its JSON. Throws ServiceProblem, also where nothing could be reached. */
  async send<T>(path: string, sending: Sending = {}): Promise<T> {
    const response = await this.reply(path, sending);
    if (response.status === 204) return undefined as T;
    return (await response.json()) as T;
  }

  /** The same for what is kept as a file, whatever its format. */
  async file(path: string, sending: Sending = {}): Promise<Blob> {
    return (await this.reply(path, sending)).blob();
  }

  private async reply(
    path: string,
    { method = "GET", query = {}, body, key, revision, once, signal }: Sending,
  ): Promise<Response> {
    const plain = body === undefined || body instanceof FormData || body instanceof Blob;
    let response: Response;
    try {
      response = await fetch(this.address(path, query), {
        method,
        headers: {
          Accept: "application/json, application/geo+json, application/problem+json",
          ...(plain ? {} : { "Content-Type": "application/json" }),
          ...(key ? { Authorization: `Bearer ${key}` } : {}),
          ...(once === undefined ? {} : { "Idempotency-Key": once }),
          ...(revision === undefined ? {} : { "If-Match": `"${revision}"` }),
        },
        ...(body === undefined ? {} : { body: plain ? (body as BodyInit) : JSON.stringify(body) }),
        ...(signal ? { signal } : {}),
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw unreached();
    }
    if (!response.ok) throw problemOf(response.status, await response.json().catch(() => null));
    return response;
  }
}
