import type { FeedState, Reading } from "../src/api/contract";
import { directionOf } from "../src/api/contract";

export const FIVE = 300_000;
export const T0 = Date.parse("2026-11-20T18:00:00Z");

export function reading(part: Partial<Reading> & { at?: number } = {}): Reading {
  const flowMw = part.flowMw === undefined ? 100 : part.flowMw;
  return {
    pointId: "23316",
    pointName: "SCH - PJ - NY",
    node: "PJ",
    region: "PJM",
    isTotal: false,
    at: T0,
    importLimitMw: 1700,
    exportLimitMw: -1050,
    utilisation: null,
    ...part,
    flowMw,
    direction: directionOf(flowMw),
  };
}

export function feed(part: Partial<FeedState> = {}): FeedState {
  return {
    feed: "iso.rt.interface_flow.nyiso",
    dataset: "interface_flow",
    publisher: "nyiso",
    title: "Interface limits and flows",
    state: "ok",
    age_seconds: 60,
    rows: 10,
    gaps: 0,
    reports: [
      {
        report: "nyiso:P-32",
        title: "Daily file",
        state: "ok",
        every_seconds: 300,
        last_fetch_utc: "2026-11-20T18:01:00Z",
        last_new_utc: "2026-11-20T18:01:00Z",
        high_watermark_utc: null,
        contiguous_watermark_utc: null,
        rows: 10,
        entries: 1,
        rejected: 0,
        last_error: null,
      },
    ],
    ...part,
  };
}
