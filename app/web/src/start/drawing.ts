/** Fills the parts of the page that only change with the answer. */
import type { Place } from "../shared/answers";
import { byId, fill } from "../shared/dom";
import { restsOn, restsOnTip } from "../shared/rests-on";
import type { Answer } from "./answer";
import { benchmark, classNote, headline } from "./headline";
import { folds, type Wishes } from "./lists";
import { loaded } from "./loaded";
import { placeChooser } from "./places";
import type { State } from "./state";

export interface Drawn extends Wishes {
  places: readonly Place[];
  onPlace(place: string): void;
}

export function drawAnswer(answer: Answer, state: State, drawn: Drawn): void {
  const { alignment } = answer;
  byId("fictional").hidden = !alignment.fictional;
  byId("class-note").textContent = classNote(alignment);
  fill("headline", headline(alignment));
  fill("benchmark", benchmark(alignment));
  fill("loaded", loaded(alignment, new Date()));
  fill("places", [placeChooser(alignment, drawn.places, state, drawn.onPlace)]);
  fill("table-rests", [restsOnTip(alignment)]);
  fill("folds", folds(answer, drawn));
  fill(
    "sources",
    restsOn(alignment, alignment.benchmark && `London benchmark: ${alignment.benchmark.source}.`),
  );
}
