import { describe, expect, it } from "vitest";
import type { Gap } from "../src/api/contract";
import { cadenceOf, conditionOf, type Facts, namedHoles } from "../src/flow/condition";
import { FIVE, feed, T0 } from "./readings";

const FACTS: Facts = {
  loaded: true,
  failure: null,
  serverNow: T0 + FIVE,
  newest: T0,
  cadence: FIVE,
  feed: feed(),
  publisherReachable: true,
  holes: [],
};

const kindOf = (change: Partial<Facts>) => conditionOf({ ...FACTS, ...change }).kind;

describe("condition", () => {
  it("is one of seven, the worst that holds", () => {
    const hole = { start: T0, end: T0 + FIVE, cause: null, points: 1 };
    expect(kindOf({})).toBe("live");
    expect(kindOf({ loaded: false })).toBe("loading");
    expect(kindOf({ newest: null })).toBe("empty");
    expect(kindOf({ serverNow: T0 + 3 * FIVE })).toBe("live");
    expect(kindOf({ serverNow: T0 + 3 * FIVE + 1 })).toBe("stale");
    expect(kindOf({ holes: [hole] })).toBe("gap");
    expect(kindOf({ feed: feed({ state: "down" }), holes: [hole] })).toBe("down");
    expect(kindOf({ publisherReachable: false })).toBe("down");
    expect(kindOf({ failure: { text: "no answer", since: T0 }, loaded: false })).toBe(
      "unreachable",
    );
  });

  it("says since when a source is down and what it said last", () => {
    const error = { error: "Unreachable", cause: "fetch_failed", text: "no", at_utc: "2026-11-20" };
    const reports = feed().reports.map((report) => ({ ...report, last_error: error }));
    const down = conditionOf({ ...FACTS, feed: feed({ state: "down", reports }) });
    expect(down).toEqual({ kind: "down", lastNew: Date.parse("2026-11-20T18:01:00Z"), error });
  });

  it("takes the shortest cadence, five minutes where none is promised", () => {
    expect(cadenceOf(feed())).toBe(FIVE);
    expect(cadenceOf(null)).toBe(FIVE);
  });
});

describe("holes", () => {
  const gap = (cause: Gap["cause"], from: number, to: number): Gap => ({
    feed: "f",
    report: "nyiso:P-32",
    start_utc: new Date(T0 + from * FIVE).toISOString(),
    end_utc: new Date(T0 + to * FIVE).toISOString(),
    cause,
    missing: 1,
  });
  const hole = { start: T0, end: T0 + 4 * FIVE };

  it("are counted once for all points and take the cause that covers most", () => {
    const named = namedHoles(
      [[hole], [hole]],
      [gap("fetch_failed", -9, 1), gap("empty_200", 1, 9)],
    );
    expect(named).toEqual([{ ...hole, points: 2, cause: "empty_200" }]);
  });

  it("own up to an unknown cause, and leave out what is not due", () => {
    expect(namedHoles([[hole]], [])).toEqual([{ ...hole, points: 1, cause: null }]);
    expect(namedHoles([[hole]], [gap("not_yet_due", 0, 4)])).toEqual([]);
    expect(namedHoles([[]], [gap("fetch_failed", 0, 4)])).toEqual([]);
  });
});
