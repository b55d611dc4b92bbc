import { describe, expect, it } from "vitest";
import { directionOf } from "../src/api/contract";
import { mergeReadings, newestReadings } from "../src/flow/history";
import { FIRST_SORTING, inRegions, nextSorting, sortReadings } from "../src/flow/ordering";
import { holesIn, pointSeries, spreadOf, sumSeries } from "../src/flow/series";
import { totalOf, totalsByRegion, utilisationOf } from "../src/flow/totals";
import { utilisationClass } from "../src/flow/utilisation";
import { percent, signed } from "../src/flow/words";
import { linePath } from "../src/panel/sparkline";
import { FIVE, reading, T0 } from "./readings";

describe("direction and numbers", () => {
  it("reads the sign, and no number as no direction", () => {
    expect([5, -5, 0, null].map(directionOf)).toEqual(["import", "export", "zero", null]);
  });

  it("writes a zero only for a zero", () => {
    expect([1204.4, -85, 0, 0.4, -0.2, null].map(signed)).toEqual([
      "+1,204",
      "−85",
      "0",
      "+0.4",
      "−0.2",
      "–",
    ]);
    expect(percent(null)).toBe("–");
  });
});

describe("utilisation", () => {
  it("has a class for each stretch and one for none", () => {
    const keys = [0, 24.9, 25, 79.9, 80, 95, 130, null].map((p) => utilisationClass(p).key);
    expect(keys).toEqual(["low", "low", "moderate", "high", "tight", "full", "full", "none"]);
  });

  it("is of the limit in the direction of flow", () => {
    expect(utilisationOf(330, 660, -100)).toBe(50);
    expect(utilisationOf(-50, 660, -100)).toBe(50);
    expect(utilisationOf(-50, 660, null)).toBeNull();
    expect(utilisationOf(0, 0, -100)).toBeNull();
    expect(utilisationOf(null, 660, -660)).toBeNull();
  });
});

describe("totals", () => {
  it("leaves printed totals out and says what lacks", () => {
    const rows = [
      reading({ pointId: "a", region: "HQ", flowMw: 1000 }),
      reading({ pointId: "b", region: "HQ", flowMw: null }),
      reading({ pointId: "t", region: "HQ", flowMw: 1300, isTotal: true }),
      reading({ pointId: "c", region: "PJM", flowMw: -200, at: T0 - FIVE }),
    ];
    const quebec = totalsByRegion(rows).get("HQ");
    expect(quebec).toMatchObject({ points: 2, counted: 1, flowMw: 1000, utilisation: null });
    expect(totalOf(rows)).toMatchObject({ points: 3, counted: 2, flowMw: 800, oldest: T0 - FIVE });
  });

  it("is no number where nothing has one, and no limit where one lacks", () => {
    const rows = [reading({ flowMw: null }), reading({ flowMw: null, importLimitMw: null })];
    expect(totalOf(rows)).toMatchObject({ flowMw: null, direction: null, importLimitMw: null });
    expect(totalOf(rows).exportLimitMw).toBe(-2100);
  });
});

describe("series", () => {
  const span = { start: T0, end: T0 + 12 * FIVE };
  const at = (n: number, flowMw: number | null = 100) => reading({ at: T0 + n * FIVE, flowMw });

  it("breaks the line in a hole and never fills it", () => {
    const series = pointSeries([at(0), at(1), at(4)], FIVE);
    expect(series.at).toEqual([0, 1, 2, 4].map((n) => T0 + n * FIVE));
    expect(series.flow).toEqual([100, 100, null, 100]);
    const path = linePath(
      series,
      (t) => (t - T0) / FIVE,
      () => 0,
    );
    expect(path).toBe("M0.0 0.0L1.0 0.0M4.0 0.0h0.8");
  });

  it("names holes inside and at the start, but not the time after the newest stamp", () => {
    const holes = holesIn([at(3), at(4), at(8)], span, FIVE, T0 + 8 * FIVE);
    expect(holes).toEqual([
      { start: T0, end: T0 + 3 * FIVE },
      { start: T0 + 5 * FIVE, end: T0 + 8 * FIVE },
    ]);
    expect(holesIn([at(-1), at(0), at(1), at(2)], span, FIVE, T0 + 2 * FIVE)).toEqual([]);
  });

  it("accepts stamps off the grid", () => {
    const off = reading({ at: T0 + 1.4 * FIVE });
    expect(holesIn([at(0), off, at(2)], { ...span, end: T0 + 3 * FIVE }, FIVE, off.at)).toEqual([]);
  });

  it("sums only where every point has a number", () => {
    const other = (n: number, flowMw: number | null) => ({ ...at(n, flowMw), pointId: "b" });
    const series = sumSeries(
      [
        [at(0), at(1), at(2)],
        [other(0, 5), other(1, null)],
      ],
      FIVE,
    );
    expect(series.flow).toEqual([105, null, null]);
  });

  it("weights the mean by time", () => {
    const readings = [at(0, 0), { ...at(0, 100), at: T0 + FIVE / 5 }, at(1, 100)];
    const spread = spreadOf(readings, FIVE);
    expect(spread).toMatchObject({ low: 0, high: 100, count: 3 });
    expect(spread.mean).toBeCloseTo((0.8 + 1) * (100 / 2));
    expect(spreadOf([at(0, null)], FIVE)).toMatchObject({ low: null, mean: null, count: 0 });
  });
});

describe("history", () => {
  it("takes the later answer for a stamp and lets old ones go", () => {
    const held = mergeReadings(new Map(), [reading({ at: T0 }), reading({ at: T0 - FIVE })], 0);
    const merged = mergeReadings(held, [reading({ at: T0, flowMw: 7 })], T0);
    expect(merged.get("23316")?.map((each) => each.flowMw)).toEqual([7]);
    expect(newestReadings(merged)).toHaveLength(1);
  });
});

describe("order of rows", () => {
  const rows = [
    reading({ pointId: "a", node: "A", flowMw: null }),
    reading({ pointId: "b", node: "B", flowMw: -900 }),
    reading({ pointId: "c", node: "C", flowMw: 20, region: "IESO" }),
  ];

  it("puts rows without a number last in both directions", () => {
    const ids = (descending: boolean) =>
      sortReadings(rows, { key: "flow", descending }).map((row) => row.pointId);
    expect(ids(true)).toEqual(["c", "b", "a"]);
    expect(ids(false)).toEqual(["b", "c", "a"]);
  });

  it("turns on the same heading and filters by neighbour", () => {
    const first = nextSorting(FIRST_SORTING, "flow");
    expect(first).toEqual({ key: "flow", descending: true });
    expect(nextSorting(first, "flow").descending).toBe(false);
    expect(inRegions(rows, new Set(["IESO"])).map((row) => row.pointId)).toEqual(["c"]);
    expect(inRegions(rows, new Set())).toHaveLength(3);
  });
});
