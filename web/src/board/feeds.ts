/** Facts of the feed board: order, counts, what is newest. */

import type { FeedState, FeedStateName, ReportState } from "../api/contract";

/** Worst first. */
export const STATES: readonly FeedStateName[] = ["down", "stale", "late", "ok", "idle"];

export type FeedOrder = "state" | "feed" | "age" | "rows" | "gaps";

export function countStates(feeds: readonly FeedState[]): ReadonlyMap<FeedStateName, number> {
  return new Map(
    STATES.map((state) => [state, feeds.filter((feed) => feed.state === state).length] as const),
  );
}

export function chooseFeeds(
  feeds: readonly FeedState[],
  words: string,
  state: FeedStateName | null,
): readonly FeedState[] {
  const wanted = words.trim().toLowerCase();
  return feeds.filter(
    (feed) =>
      (state === null || feed.state === state) &&
      `${feed.feed} ${feed.title} ${feed.dataset} ${feed.publisher} ${feed.reports.map((r) => r.report).join(" ")}`
        .toLowerCase()
        .includes(wanted),
  );
}

/** Numbers largest first, names in order, states worst first; a feed without a number comes last. */
export function sortFeeds(feeds: readonly FeedState[], order: FeedOrder): readonly FeedState[] {
  const byName = (a: FeedState, b: FeedState) => a.feed.localeCompare(b.feed);
  return [...feeds].sort((a, b) => {
    if (order === "state") {
      return STATES.indexOf(a.state) - STATES.indexOf(b.state) || byName(a, b);
    }
    if (order === "age") return (b.age_seconds ?? -1) - (a.age_seconds ?? -1) || byName(a, b);
    if (order === "rows" || order === "gaps") return b[order] - a[order] || byName(a, b);
    return byName(a, b);
  });
}

/** The latest of an instant among reports; null where no report has one. */
export function newestOf(
  reports: readonly ReportState[],
  pick: (report: ReportState) => string | null,
): number | null {
  const times = reports.flatMap((report) => {
    const said = pick(report);
    return said === null ? [] : [Date.parse(said)];
  });
  return times.length ? Math.max(...times) : null;
}
