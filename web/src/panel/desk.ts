/** The flows that the panel shows: newest of each point, the last day, and a span that was asked for. */

import { askFlowsIn, askGaps, askLatestFlows, Unanswered } from "../api/client";
import {
  type Certificate,
  type Commit,
  FLOW_FEED,
  type Gap,
  type Reading,
  type Span,
} from "../api/contract";
import { EMPTY_HISTORY, type History, mergeReadings, newestStamp } from "../flow/history";
import type { Station, Trouble } from "../shell/station";
import { gathered, Store } from "../shell/store";

export const DAY_MS = 86_400_000;
const OVERLAP_MS = 30 * 60_000;
const COMMIT_WAIT_MS = 300;

/** One stretch of time with what is known of it. */
export interface Stretch {
  readonly span: Span;
  readonly history: History;
  readonly gaps: readonly Gap[];
  readonly certificate: Certificate;
}

export interface DeskState {
  readonly latest: readonly Reading[];
  readonly day: Stretch | null;
  readonly asked: Stretch | null;
  readonly asking: boolean;
  readonly trouble: Trouble | null;
}

export class FlowDesk {
  readonly store = new Store<DeskState>({
    latest: [],
    day: null,
    asked: null,
    asking: false,
    trouble: null,
  });
  private wholeDay = true;
  private question: Span | null = null;
  private readonly refresh = gathered(() => this.load(), COMMIT_WAIT_MS);

  constructor(private readonly station: Station) {}

  start(): () => void {
    this.refresh();
    const stopCommits = this.station.onCommit((commit) => this.hear(commit));
    const stopPolls = this.station.onPoll(this.refresh);
    return () => {
      stopCommits();
      stopPolls();
    };
  }

  /** Show a span of its own; null goes back to the running day. */
  ask(span: Span | null): void {
    const same = span?.start === this.question?.start && span?.end === this.question?.end;
    if (same) return;
    this.question = span;
    this.store.set({ asked: null, asking: span !== null });
    if (span) this.refresh();
  }

  private hear(commit: Commit): void {
    if (commit.feed !== FLOW_FEED) return;
    const newest = newestStamp(this.store.get().latest);
    const corrects = commit.stamp_max_utc ? Date.parse(commit.stamp_max_utc) : 0;
    if (newest === null || corrects < newest - OVERLAP_MS) this.wholeDay = true;
    this.refresh();
  }

  private async load(): Promise<void> {
    const now = this.station.now();
    if (now === null) {
      if (!this.station.store.get().trouble) this.refresh();
      return;
    }
    try {
      await this.loadDay({ start: now - DAY_MS, end: now + OVERLAP_MS });
      if (this.question) await this.loadAsked(this.question);
      this.store.set({ trouble: null });
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      const since = this.store.get().trouble?.since ?? now;
      this.store.set({ trouble: { text: error.message, since } });
    }
  }

  /** The whole day the first time and after a correction of old stamps, else only its end. */
  private async loadDay(span: Span): Promise<void> {
    const held = this.store.get();
    const newest = newestStamp(held.latest);
    const whole = this.wholeDay || held.day === null || newest === null;
    const start = whole ? span.start : Math.max(span.start, newest - OVERLAP_MS);
    const [latest, flows, gaps] = await Promise.all([
      askLatestFlows(),
      askFlowsIn({ start, end: span.end }),
      askGaps(FLOW_FEED, span),
    ]);
    const before = whole ? EMPTY_HISTORY : (held.day?.history ?? EMPTY_HISTORY);
    const history = mergeReadings(before, flows.readings, span.start);
    const certificate = whole || !held.day ? flows.certificate : held.day.certificate;
    this.wholeDay = false;
    this.store.set({ latest: latest.readings, day: { span, history, gaps, certificate } });
  }

  private async loadAsked(span: Span): Promise<void> {
    const [flows, gaps] = await Promise.all([askFlowsIn(span), askGaps(FLOW_FEED, span)]);
    if (this.question !== span) return;
    const history = mergeReadings(EMPTY_HISTORY, flows.readings, span.start);
    this.store.set({
      asked: { span, history, gaps, certificate: flows.certificate },
      asking: false,
    });
  }
}
