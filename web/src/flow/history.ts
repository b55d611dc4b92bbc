/** Readings of each connection point, oldest first, as this page holds them. */

import type { Reading, Span } from "../api/contract";
import { groupBy } from "./grouping";

export type History = ReadonlyMap<string, readonly Reading[]>;

export const EMPTY_HISTORY: History = new Map();

/** Put `incoming` into `held`: a later answer for the same point and stamp replaces the earlier one. */
export function mergeReadings(
  held: History,
  incoming: readonly Reading[],
  keepFrom: number,
): History {
  const arriving = groupBy(incoming, (reading) => reading.pointId);
  const merged = new Map<string, readonly Reading[]>();
  for (const pointId of new Set([...held.keys(), ...arriving.keys()])) {
    const byStamp = new Map<number, Reading>();
    for (const reading of held.get(pointId) ?? []) byStamp.set(reading.at, reading);
    for (const reading of arriving.get(pointId) ?? []) byStamp.set(reading.at, reading);
    const kept = [...byStamp.values()]
      .filter((reading) => reading.at >= keepFrom)
      .sort((a, b) => a.at - b.at);
    if (kept.length > 0) merged.set(pointId, kept);
  }
  return merged;
}

export function readingsIn(readings: readonly Reading[], span: Span): readonly Reading[] {
  return readings.filter((reading) => reading.at >= span.start && reading.at < span.end);
}

/** The newest reading of each point. */
export function newestReadings(history: History): readonly Reading[] {
  return [...history.values()].flatMap((readings) => readings.at(-1) ?? []);
}

/** The newest stamp of all, or null where nothing is held. */
export function newestStamp(readings: readonly Reading[]): number | null {
  return readings.reduce<number | null>(
    (newest, reading) => (newest === null || reading.at > newest ? reading.at : newest),
    null,
  );
}
