/** Everything that is sent of a kept arrangement: keeping, filling in, its steps and its sign-offs. */
import type { Api } from "../shared/api";
import type { Changes } from "./edits";
import type { Happened, Kept, Review, Signature, Status } from "./found";

export class Keeping {
  constructor(
    private readonly api: Api,
    private readonly key: () => string | null,
  ) {}

  private send<T>(path: string, sending: Parameters<Api["send"]>[1] = {}): Promise<T> {
    return this.api.send<T>(`arrangements${path}`, { ...sending, key: this.key() });
  }

  get(id: string, signal?: AbortSignal): Promise<Kept> {
    return this.send<Kept>(`/${id}`, { ...(signal ? { signal } : {}) });
  }

  /** Keeps a draft as the service works it out now. */
  add(body: object): Promise<Kept> {
    return this.send<Kept>("", { method: "POST", body });
  }

  /** Throws ServiceProblem with status 412 where somebody else has changed it since. */
  fillIn({ id, revision }: Kept, fields: Changes): Promise<Kept> {
    return this.send<Kept>(`/${id}`, { method: "PATCH", body: { fields }, revision });
  }

  step({ id, revision }: Kept, status: Status): Promise<Kept> {
    return this.send<Kept>(`/${id}/status`, { method: "POST", body: { status }, revision });
  }

  sign({ id, revision }: Kept, body: Signature): Promise<Kept> {
    return this.send<Kept>(`/${id}/signatures`, { method: "POST", body, revision });
  }

  async history({ id }: Kept): Promise<Happened[]> {
    return (await this.send<{ items: Happened[] }>(`/${id}/history`)).items;
  }

  review({ id }: Kept): Promise<Review> {
    return this.send<Review>(`/${id}/review`);
  }
}
