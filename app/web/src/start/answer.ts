/** Everything the start page shows of one question. */
import type { Alignment, Matrix, Neighbourhoods, Practices } from "../shared/answers";
import type { Api } from "../shared/api";
import { askedFor, type Choice } from "../shared/state";

export interface Answer {
  alignment: Alignment;
  matrix: Matrix;
  practices: Practices;
  neighbourhoods: Neighbourhoods;
}

/** Asks for all of it at once; the service works it out only once. */
export async function answerTo(api: Api, choice: Choice, signal?: AbortSignal): Promise<Answer> {
  const query = askedFor(choice);
  const map = { ...query, f: "geojson" };
  const [alignment, matrix, practices, neighbourhoods] = await Promise.all([
    api.get<Alignment>("alignment", query, signal),
    api.get<Matrix>("alignment/matrix", query, signal),
    api.get<Practices>("alignment/practices", map, signal),
    api.get<Neighbourhoods>("alignment/neighbourhoods", map, signal),
  ]);
  return { alignment, matrix, practices, neighbourhoods };
}
