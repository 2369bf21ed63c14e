import { describe, expect, it } from "vitest";
import { Moves, movesFrom, movesTo } from "../../src/try/moves";
import { fromQuery, toQuery } from "../../src/try/state";

const HOME = new Map<string, string | null>([
  ["P1", "U1"],
  ["E1", "N1"],
  ["E2", null],
]);

describe("moves in an address", () => {
  it("come back as they were, and what is no move is left out", () => {
    expect(movesTo(movesFrom("P1>U2,E1>N2"))).toBe("P1>U2,E1>N2");
    expect(movesFrom("P1,>U2,E1>,E1>N1>N2,")).toEqual([]);
    expect(movesFrom(null)).toEqual([]);
    expect(movesFrom("E1>North%20Team")).toEqual([{ code: "E1", to: "North Team" }]);
    expect(
      movesTo([
        { code: "P1", to: "U1/2" },
        { code: "E1", to: "North Team" },
      ]),
    ).toBe("P1>U1/2,E1>North%20Team");
    const query = "?footprints=plan&moves=P1%3EU2&option=move-P1-U2";
    expect(toQuery(fromQuery(query))).toBe(query);
  });
});

describe("a thing", () => {
  it("is moved once: its last move counts", () => {
    const moves = new Moves([], HOME);
    expect(moves.move(["P1", "E1"], "U2")).toBe(true);
    moves.move(["E1"], "N2");
    expect(movesTo(moves.all)).toBe("P1>U2,E1>N2");
  });

  it("that is moved home is not moved", () => {
    const moves = new Moves(movesFrom("P1>U2"), HOME);
    moves.move(["P1"], "U1");
    expect(moves.all).toEqual([]);
    expect(moves.move(["E1"], "N1")).toBe(false);
    expect(moves.canUndo).toBe(true);
  });
});

describe("undo and redo", () => {
  it("go back and forth, a stroke at a time", () => {
    const moves = new Moves([], HOME);
    moves.move(["E1", "E2"], "N2");
    moves.move(["P1"], "U2");
    expect(moves.undo()).toBe(true);
    expect(movesTo(moves.all)).toBe("E1>N2,E2>N2");
    expect(moves.undo()).toBe(true);
    expect(moves.undo()).toBe(false);
    expect(moves.redo()).toBe(true);
    expect(moves.redo()).toBe(true);
    expect(movesTo(moves.all)).toBe("E1>N2,E2>N2,P1>U2");
    expect(moves.redo()).toBe(false);
  });

  it("forget what was undone once something else is moved", () => {
    const moves = new Moves([], HOME);
    moves.move(["E1"], "N2");
    moves.undo();
    moves.move(["P1"], "U2");
    expect(moves.canRedo).toBe(false);
    moves.remove("P1");
    moves.undo();
    expect(movesTo(moves.all)).toBe("P1>U2");
    expect(moves.clear()).toBe(true);
  });
});
