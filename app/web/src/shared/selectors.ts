/** What to look at: proposal, version, place, what is counted and the date. The template parts/selectors.html has the form. */
import type { Alignment, Basis, Footprints, Place, Provenance } from "./answers";
import { type Api, ServiceProblem } from "./api";
import { byId, h } from "./dom";
import { BASES, STATUSES } from "./glossary";
import type { Choice } from "./state";

type Shown = Pick<Provenance, "footprints" | "as_of"> & Partial<Pick<Alignment, "basis">>;

export class Selectors {
  private places: Place[] = [];
  private plans: Footprints[] = [];
  private versions: Footprints[] = [];
  private choice: Choice | null = null;

  constructor(
    private readonly api: Api,
    private readonly onChange: (choice: Choice) => void,
  ) {
    byId("selectors").addEventListener("submit", (event) => event.preventDefault());
    byId("selectors").addEventListener("change", (event) => {
      if (event.target instanceof HTMLElement) this.changed(event.target.id);
    });
  }

  /** The proposals that there are, once a choice has been settled. */
  get proposals(): readonly Footprints[] {
    return this.plans;
  }

  private async load(signal?: AbortSignal): Promise<void> {
    [this.places, this.plans] = await Promise.all([this.api.places(signal), this.api.footprints(signal)]);
    this.plans = this.plans.filter(({ role }) => role !== "layer");
    if (this.plans.length === 0) {
      throw new ServiceProblem(
        "No proposal has been loaded yet",
        "The service has no neighbourhood footprints to compare PCNs with.",
        "Ask the people who run this service to load practices, registered patients and a proposal, or the sample place. Then open this page again.",
      );
    }
  }

  /**
   * The choice with a proposal named, the first where none was, and shown in the form. Asks the first time what there is,
   * and throws ServiceProblem where no proposal has been loaded.
   */
  async settle(choice: Choice, signal?: AbortSignal): Promise<Choice> {
    if (this.plans.length === 0) await this.load(signal);
    // An address may name footprints that are gone: they are asked for all the same, so that the service says so.
    const footprints = choice.footprints ?? this.plans[0]?.id ?? null;
    const settled = { ...choice, footprints };
    if (this.versions[0]?.id !== footprints) {
      const latest = this.plans.find(({ id }) => id === footprints);
      this.versions = latest ? [latest] : [];
      this.show(settled);
      if (latest && latest.version > 1) this.versions = await this.api.versions(latest.id, signal);
    }
    this.show(settled);
    return settled;
  }

  /** The same for a page about one place: the plan's first, where the reader has chosen none. */
  async settlePlace<C extends Choice>(choice: C, signal?: AbortSignal): Promise<C> {
    const settled = { ...choice, ...(await this.settle(choice, signal)) };
    const [first] = settled.footprints && !settled.place ? this.placesOf(settled.footprints) : [];
    const one = first ? { ...settled, place: first.id } : settled;
    this.show(one);
    return one;
  }

  /** Shows a choice; once there is an answer, with what the service took where nothing was chosen. */
  show(choice: Choice, answer: Shown | null = null): void {
    this.choice = choice;
    const { footprints, version, place, basis, asOf } = choice;
    fill(
      "footprints",
      this.plans.map(({ id, name }) => [id, name]),
      footprints ?? "",
    );
    const [oldest, ...later] = this.versions;
    const newest = later.at(-1) ?? oldest;
    const inWords = (one: Footprints) => `${one.version}, ${STATUSES[one.status] ?? one.status}`;
    fill(
      "version",
      [
        ["", newest ? `Latest (${inWords(newest)})` : "Latest"],
        ...this.versions.map((one): [string, string] => [String(one.version), inWords(one)]),
      ],
      version === null ? "" : String(version),
    );
    const places = this.placesOf(footprints ?? "").map(({ id, name }): [string, string] => [id, name]);
    fill("place", [["", "All places"], ...places], place ?? "");
    const shown = basis ?? answer?.basis ?? "patients";
    fill(
      "basis",
      Object.entries(BASES).map(([key, { name }]) => [key, name]),
      shown,
    );
    byId("basis-hint").textContent = BASES[shown].means;
    const day = byId<HTMLInputElement>("as-of");
    day.value = asOf ?? answer?.as_of ?? "";
    day.disabled = false;
  }

  /** The places that a plan has neighbourhoods in. */
  placesOf(footprints: string): Place[] {
    const covered = this.plans.find(({ id }) => id === footprints)?.places ?? [];
    const places = this.places.filter(({ id, name }) => covered.includes(id) || covered.includes(name));
    return places.length > 0 ? places : this.places;
  }

  private changed(field: string): void {
    if (!this.choice) return;
    const value = (id: string) => byId<HTMLInputElement | HTMLSelectElement>(id).value;
    const choice = { ...this.choice };
    if (field === "footprints") {
      const places = this.placesOf(value("footprints"));
      choice.footprints = value("footprints");
      choice.version = null;
      choice.place = places.some(({ id }) => id === choice.place) ? choice.place : null;
    } else if (field === "version") {
      choice.version = value("version") === "" ? null : Number(value("version"));
    } else if (field === "place") {
      choice.place = value("place") || null;
    } else if (field === "basis") {
      choice.basis = value("basis") as Basis;
    } else if (field === "as-of") {
      // Half a date is no date yet; the field says so itself.
      if (!byId<HTMLInputElement>("as-of").validity.valid) return;
      choice.asOf = value("as-of") || null;
    }
    this.onChange(choice);
  }
}

function fill(id: string, options: [string, string][], value: string): void {
  const known = options.some(([key]) => key === value)
    ? options
    : [[value, value] as [string, string], ...options];
  const select = byId<HTMLSelectElement>(id);
  select.replaceChildren(...known.map(([key, name]) => h("option", { value: key }, name)));
  select.value = value;
  select.disabled = false;
}

/** Throws ServiceProblem where something else than registered patients is counted, of which a page knows nothing. */
export function needsPatients({ basis }: Choice, title: string, why: string): void {
  if (!basis || basis === "patients") return;
  throw new ServiceProblem(title, why, "Choose “Registered patients” under “Count by”.");
}
