/** What the service answers, and how to ask it. */
import type { FeatureCollection, MultiPolygon, Point, Polygon } from "geojson";

export type Basis = "patients" | "practice" | "area";
export type Unit = "patients" | "practices" | "square metres";
export type AlignmentClass = "aligned" | "partly" | "split";

export interface Place {
  id: string;
  name: string;
  boroughs: string[];
}

export interface Footprints {
  id: string;
  name: string;
  version: number | string;
  status: string;
  neighbourhoods: number;
  places: string[];
}

export interface Dataset {
  id: string | number;
  kind: string;
  name: string;
  sha256: string;
  effective_date: string | null;
}

export interface PcnAlignment {
  code: string;
  name: string;
  place: string | null;
  practices: number;
  patients: number;
  patients_inside: number;
  patients_outside: number;
  patients_unknown: number;
  lead: string | null;
  lead_name: string | null;
  patients_in_lead: number;
  patients_outside_lead: number;
  containment: number | null;
  effective_neighbourhoods: number | null;
  material_neighbourhoods: string[];
  class: AlignmentClass | null;
}

export interface Alignment {
  footprints: { id: string; name: string; version: number | string; status: string };
  place: { id: string; name: string } | null;
  basis: Basis;
  /** The basis in words, e.g. "registered patients, counted where they live". */
  basis_explained: string;
  unit: Unit;
  as_of: string | null;
  practices: number;
  practices_without_pcn: number;
  pcns: number;
  neighbourhoods: number;
  patients_total: number;
  patients_inside: number;
  patients_outside: number;
  patients_unknown: number;
  misalignment: number | null;
  median_containment: number | null;
  classes: Record<AlignmentClass, number>;
  thresholds: { aligned: number; split: number; material_share: number; material_patients: number };
  benchmark: { median_containment: number; low: number; high: number; source: string } | null;
  fictional: boolean;
  datasets: Dataset[];
  attribution: string;
  warnings: string[];
  pcn: PcnAlignment[];
}

export interface Matrix {
  rows: { code: string; name: string }[];
  columns: { code: string; name: string }[];
  patients: number[][];
  outside: number[];
  unknown: number[];
}

export interface PracticeProperties {
  code: string;
  name: string;
  postcode: string | null;
  pcn_code: string | null;
  pcn_name: string | null;
  patients: number | null;
  located_in: string | null;
  main_neighbourhood: string | null;
  main_share: number | null;
  mismatch: boolean;
}

export interface NeighbourhoodProperties {
  code: string;
  name: string;
  place: string | null;
  patients: number | null;
  residents: number | null;
  pcns: number | null;
  pcns_to_reach_90: number | null;
}

export type Practices = FeatureCollection<Point | null, PracticeProperties>;
export type Neighbourhoods = FeatureCollection<Polygon | MultiPolygon | null, NeighbourhoodProperties>;

/** Everything the page shows of one question. */
export interface Answer {
  alignment: Alignment;
  matrix: Matrix;
  practices: Practices;
  neighbourhoods: Neighbourhoods;
}

export interface Question {
  footprints: string;
  place: string | null;
  /** None: the best there is evidence for. */
  basis: Basis | null;
  asOf: string | null;
}

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
  ) {
    super(`${title}. ${detail}`);
  }
}

function isBody(value: unknown): value is ProblemBody {
  return typeof value === "object" && value !== null && "title" in value;
}

async function problemFrom(response: Response): Promise<ServiceProblem> {
  const body: unknown = await response.json().catch(() => null);
  if (!isBody(body)) {
    return new ServiceProblem(
      "The service could not answer",
      `It replied with status ${response.status} and gave no reason.`,
      "Try again in a minute. If it happens again, tell the people who run this service.",
    );
  }
  return new ServiceProblem(
    body.title ?? "The service could not answer",
    body.detail ?? "",
    body.remedy ?? "Choose something else above, or try again.",
    (body.findings ?? []).map((finding) => [finding.message, finding.suggestion].filter(Boolean).join(" ")),
  );
}

export class Api {
  /** @param root address of the service, without the closing slash, e.g. "" or "/coterminous" */
  constructor(private readonly root: string) {}

  async places(signal?: AbortSignal): Promise<Place[]> {
    return (await this.get<{ items: Place[] }>("places", {}, signal)).items;
  }

  async footprints(signal?: AbortSignal): Promise<Footprints[]> {
    return (await this.get<{ items: Footprints[] }>("footprints", {}, signal)).items;
  }

  async answer(question: Question, signal?: AbortSignal): Promise<Answer> {
    const query = {
      footprints: question.footprints,
      place: question.place,
      basis: question.basis,
      as_of: question.asOf,
    };
    const map = { ...query, f: "geojson" };
    const [alignment, matrix, practices, neighbourhoods] = await Promise.all([
      this.get<Alignment>("alignment", query, signal),
      this.get<Matrix>("alignment/matrix", query, signal),
      this.get<Practices>("alignment/practices", map, signal),
      this.get<Neighbourhoods>("alignment/neighbourhoods", map, signal),
    ]);
    return { alignment, matrix, practices, neighbourhoods };
  }

  private async get<T>(path: string, query: Record<string, string | null>, signal?: AbortSignal): Promise<T> {
    const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== null);
    const search = given.length > 0 ? `?${new URLSearchParams(given)}` : "";
    let response: Response;
    try {
      response = await fetch(`${this.root}/api/v1/${path}${search}`, {
        headers: { Accept: "application/json, application/geo+json, application/problem+json" },
        ...(signal ? { signal } : {}),
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new ServiceProblem(
        "The service could not be reached",
        "There was no reply to the page’s request.",
        "Check your connection, then try again.",
      );
    }
    if (!response.ok) throw await problemFrom(response);
    return (await response.json()) as T;
  }
}
