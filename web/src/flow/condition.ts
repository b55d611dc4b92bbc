/** In what condition the panel is: one word, honest, worked out from facts alone. */

import type { FeedState, Gap, GapCause, LastError, Span } from "../api/contract";

export const STALE_CADENCES = 3;

export type Condition =
  | { readonly kind: "loading" }
  | { readonly kind: "unreachable"; readonly text: string; readonly since: number }
  | { readonly kind: "empty" }
  | { readonly kind: "down"; readonly lastNew: number | null; readonly error: LastError | null }
  | { readonly kind: "stale"; readonly newest: number; readonly age: number }
  | { readonly kind: "gap"; readonly holes: readonly Hole[] }
  | { readonly kind: "live" };

/** A stretch without numbers and the cause the server names for it; null where it names none. */
export interface Hole extends Span {
  readonly cause: GapCause | null;
  readonly points: number;
}

export interface Facts {
  readonly loaded: boolean;
  readonly failure: { readonly text: string; readonly since: number } | null;
  readonly serverNow: number | null;
  readonly newest: number | null;
  readonly cadence: number;
  readonly feed: FeedState | null;
  readonly publisherReachable: boolean;
  readonly holes: readonly Hole[];
}

/** The first that holds: loading, unreachable, down, empty, stale, gap, live. */
export function conditionOf(facts: Facts): Condition {
  if (facts.failure) {
    return { kind: "unreachable", text: facts.failure.text, since: facts.failure.since };
  }
  if (!facts.loaded || facts.serverNow === null) return { kind: "loading" };
  if (facts.feed?.state === "down" || !facts.publisherReachable) {
    return { kind: "down", lastNew: lastNewOf(facts.feed), error: lastErrorOf(facts.feed) };
  }
  if (facts.newest === null) return { kind: "empty" };
  const age = facts.serverNow - facts.newest;
  if (age > STALE_CADENCES * facts.cadence) return { kind: "stale", newest: facts.newest, age };
  if (facts.holes.length > 0) return { kind: "gap", holes: facts.holes };
  return { kind: "live" };
}

/** The newest error among the reports of a feed. */
export function lastErrorOf(feed: FeedState | null): LastError | null {
  return (feed?.reports ?? []).reduce<LastError | null>((newest, { last_error: each }) => {
    if (each === null) return newest;
    return newest === null || each.at_utc > newest.at_utc ? each : newest;
  }, null);
}

export function lastNewOf(feed: FeedState | null): number | null {
  const times = (feed?.reports ?? []).flatMap(({ last_new_utc: at }) =>
    at === null ? [] : [Date.parse(at)],
  );
  return times.length ? Math.max(...times) : null;
}

/** The shortest cadence that a report of the feed promises, in milliseconds; five minutes where none does. */
export function cadenceOf(feed: FeedState | null): number {
  const every = (feed?.reports ?? []).flatMap(({ every_seconds: s }) => (s ? [s * 1000] : []));
  return every.length ? Math.min(...every) : 300_000;
}

const NO_FAULT: readonly GapCause[] = ["not_yet_due", "not_applicable"];

/** Holes in the shown numbers with the cause of the gap that covers most of each.
 *
 * A gap of one report that another report has filled leaves no hole and is not shown; a stretch in which
 * nothing is due is no fault either.
 */
export function namedHoles(
  holesByPoint: readonly (readonly Span[])[],
  gaps: readonly Gap[],
): readonly Hole[] {
  const counts = new Map<string, { span: Span; points: number }>();
  for (const span of holesByPoint.flat()) {
    const key = `${span.start}/${span.end}`;
    const points = (counts.get(key)?.points ?? 0) + 1;
    counts.set(key, { span, points });
  }
  return [...counts.values()]
    .map(({ span, points }) => ({ ...span, points, cause: causeOver(span, gaps) }))
    .filter((hole) => hole.cause === null || !NO_FAULT.includes(hole.cause))
    .sort((a, b) => b.start - a.start);
}

function causeOver(span: Span, gaps: readonly Gap[]): GapCause | null {
  let best: GapCause | null = null;
  let most = 0;
  for (const gap of gaps) {
    const shared =
      Math.min(span.end, Date.parse(gap.end_utc)) - Math.max(span.start, Date.parse(gap.start_utc));
    if (shared > most) {
      most = shared;
      best = gap.cause;
    }
  }
  return best;
}

export const CAUSE_WORDS: Readonly<Record<GapCause, string>> = {
  not_collected: "not collected yet",
  not_yet_due: "not yet due",
  late_upstream: "late at the publisher",
  missing_upstream: "missing at the publisher",
  empty_200: "the publisher's answer was empty",
  fetch_failed: "the fetch failed",
  quarantined: "the file is in quarantine",
  lost_by_us: "lost by tieline",
  not_applicable: "not applicable",
};
