/** Lines to draw: numbers where there are readings, nulls where there are none, nothing between. */

import type { Reading, Span } from "../api/contract";
import { groupBy } from "./grouping";

/** Two stamps further apart than this many cadences have a hole between them. */
export const HOLE_CADENCES = 1.5;

export interface Series {
  readonly at: readonly number[];
  readonly flow: readonly (number | null)[];
  readonly importLimit: readonly (number | null)[];
  readonly exportLimit: readonly (number | null)[];
}

interface Sample {
  readonly at: number;
  readonly flow: number | null;
  readonly importLimit: number | null;
  readonly exportLimit: number | null;
}

/** Stretches of a span without a reading, given readings oldest first.
 *
 * A hole runs from the end of the last cadence that has a reading to the next reading. Time after `until`
 * (the newest stamp of the feed) is age, not a hole; a cell that the publisher left blank is a reading.
 */
export function holesIn(
  readings: readonly Reading[],
  span: Span,
  cadence: number,
  until: number,
): readonly Span[] {
  const stamps = readings.map((each) => each.at);
  const inside = stamps.filter((at) => at >= span.start && at < span.end);
  const before = stamps.findLast((at) => at < span.start);
  const after = stamps.find((at) => at >= span.end);
  const last = Math.min(after ?? until, span.end);
  const edges = [before ?? span.start - cadence, ...inside];
  if (last > (edges.at(-1) ?? last)) edges.push(last);
  const holes: Span[] = [];
  for (let i = 1; i < edges.length; i += 1) {
    const from = edges[i - 1] as number;
    const to = edges[i] as number;
    if (to - from > HOLE_CADENCES * cadence) {
      holes.push({ start: Math.max(from + cadence, span.start), end: to });
    }
  }
  return holes;
}

/** The line of one connection point. */
export function pointSeries(readings: readonly Reading[], cadence: number): Series {
  return drawn(
    readings.map((each) => ({
      at: each.at,
      flow: each.flowMw,
      importLimit: each.importLimitMw,
      exportLimit: each.exportLimitMw,
    })),
    cadence,
  );
}

/** The line of several points together: a number only at stamps at which every one of them has one. */
export function sumSeries(points: readonly (readonly Reading[])[], cadence: number): Series {
  const byStamp = groupBy(points.flat(), (reading) => reading.at);
  const samples = [...byStamp].map(([at, readings]) => ({
    at,
    flow: sumOfAll(readings, points.length, (each) => each.flowMw),
    importLimit: sumOfAll(readings, points.length, (each) => each.importLimitMw),
    exportLimit: sumOfAll(readings, points.length, (each) => each.exportLimitMw),
  }));
  return drawn(
    samples.sort((a, b) => a.at - b.at),
    cadence,
  );
}

function sumOfAll(
  readings: readonly Reading[],
  expected: number,
  value: (reading: Reading) => number | null,
): number | null {
  if (readings.length < expected) return null;
  let sum = 0;
  for (const reading of readings) {
    const part = value(reading);
    if (part === null) return null;
    sum += part;
  }
  return sum;
}

function drawn(samples: readonly Sample[], cadence: number): Series {
  const broken: Sample[] = [];
  for (const sample of samples) {
    const previous = broken.at(-1);
    if (previous && sample.at - previous.at > HOLE_CADENCES * cadence) {
      broken.push({ at: previous.at + cadence, flow: null, importLimit: null, exportLimit: null });
    }
    broken.push(sample);
  }
  return {
    at: broken.map((each) => each.at),
    flow: broken.map((each) => each.flow),
    importLimit: broken.map((each) => each.importLimit),
    exportLimit: broken.map((each) => each.exportLimit),
  };
}

export interface Spread {
  readonly low: number | null;
  readonly mean: number | null;
  readonly high: number | null;
  readonly count: number;
}

/** Lowest, mean and highest flow; each reading counts for its time up to the next, at most one cadence. */
export function spreadOf(readings: readonly Reading[], cadence: number): Spread {
  const known = readings.filter((each) => each.flowMw !== null);
  if (known.length === 0) return { low: null, mean: null, high: null, count: 0 };
  const flows = known.map((each) => each.flowMw as number);
  let weighted = 0;
  let weight = 0;
  known.forEach((each, i) => {
    const next = known[i + 1]?.at ?? each.at + cadence;
    const lasts = Math.min(next - each.at, cadence);
    weighted += (each.flowMw as number) * lasts;
    weight += lasts;
  });
  return {
    low: Math.min(...flows),
    mean: weighted / weight,
    high: Math.max(...flows),
    count: known.length,
  };
}
