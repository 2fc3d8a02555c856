import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recordedRun } from "../../../e2e/fixtures/recorded-run.ts";
import { agentId } from "../../../shared/ids.ts";
import { reduce } from "../../../shared/reduce.ts";
import { emptyState } from "../../../shared/state.ts";
import { agentPhase } from "../../selectors.ts";
import {
  arrangeRows,
  DEFAULT_SORTING,
  heldRows,
  NO_FILTER,
  nextSorting,
  SORT_COLUMNS,
  type Sorting,
} from "./agent-rows.ts";
import { movedIndex, tableAction } from "./table-keys.ts";

const END = 1_800_000_000_000;
const system = recordedRun(END).reduce(reduce, emptyState());
const all = [...system.agents.keys()];

const sortings = fc.record<Sorting>({
  column: fc.constantFrom(...SORT_COLUMNS),
  direction: fc.constantFrom("ascending", "descending"),
});

describe("the order of rows", () => {
  it("shows the newest first at the start", () => {
    expect(arrangeRows(system, NO_FILTER, DEFAULT_SORTING, END).slice(0, 3)).toEqual(["a14", "a13", "a12"]);
  });

  it("loses and doubles no agent, whatever it sorts by", () => {
    fc.assert(
      fc.property(sortings, (sorting) => {
        expect([...arrangeRows(system, NO_FILTER, sorting, END)].sort()).toEqual([...all].sort());
      }),
    );
  });

  it("puts those who ask first when sorted by state", () => {
    const [first] = arrangeRows(system, NO_FILTER, { column: "state", direction: "ascending" }, END);
    expect(first).toBe("a6");
  });

  it("turns round on the second click and starts large on a number", () => {
    const once = nextSorting(DEFAULT_SORTING, "wait");
    expect(once).toEqual({ column: "wait", direction: "descending" });
    expect(nextSorting(once, "wait").direction).toBe("ascending");
    expect(nextSorting(once, "agent").direction).toBe("ascending");
  });
});

describe("the filter", () => {
  it("wants every word, in id, title or task", () => {
    expect(arrangeRows(system, { ...NO_FILTER, text: "NOTE birthday" }, DEFAULT_SORTING, END)).toEqual([
      "a8",
      "a7",
    ]);
    expect(arrangeRows(system, { ...NO_FILTER, text: "nobody" }, DEFAULT_SORTING, END)).toEqual([]);
  });

  it("tells the living from the ended, and one state from the others", () => {
    const live = arrangeRows(system, { ...NO_FILTER, life: "live" }, DEFAULT_SORTING, END);
    const ended = arrangeRows(system, { ...NO_FILTER, life: "ended" }, DEFAULT_SORTING, END);
    expect(ended).toEqual(["a3", "a2", "a1"]);
    expect(live).toHaveLength(all.length - 3);
    const running = arrangeRows(system, { ...NO_FILTER, phase: "running" }, DEFAULT_SORTING, END);
    for (const id of running) {
      const agent = system.agents.get(id);
      expect(agent && agentPhase(agent, system)).toBe("running");
    }
    expect(running).toHaveLength(2);
  });
});

describe("rows under the pointer", () => {
  it("stay where they are; new ones wait at the end", () => {
    const before = [agentId(3), agentId(1)];
    const arranged = [agentId(14), agentId(3), agentId(1)];
    expect(heldRows(before, arranged, system)).toEqual(["a3", "a1", "a14"]);
  });

  it("leave only when the system forgets them", () => {
    expect(heldRows([agentId(3), agentId(99)], [], system)).toEqual(["a3"]);
  });

  it("are the very same list when nothing changed", () => {
    const before = [agentId(2), agentId(1)];
    expect(heldRows(before, [agentId(1), agentId(2)], system)).toBe(before);
  });
});

describe("keys of the table", () => {
  it("never lead outside", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.constantFrom("ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End")),
        (rows, keys) => {
          let at = -1;
          for (const key of keys) {
            const action = tableAction(key, 10);
            if (action) at = movedIndex(at, rows, action);
            expect(at).toBeGreaterThanOrEqual(0);
            expect(at).toBeLessThan(rows);
          }
        },
      ),
    );
    expect(movedIndex(-1, 0, { type: "last" })).toBe(-1);
  });

  it("leave other keys alone", () => {
    expect(["a", "Tab", "F5"].map((key) => tableAction(key, 10))).toEqual([null, null, null]);
  });
});
