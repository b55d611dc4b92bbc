/** The link to the server that all pages share: clock, status, feeds, and the stream of happenings. */

import { askFeeds, askStatus, Unanswered } from "../api/client";
import type { Commit, Failure, FeedState, Status } from "../api/contract";
import { followStream, type LinkState } from "../api/stream";
import { readClock, type ServerClock, setClock } from "../time/clock";
import { gathered, Store } from "./store";

const POLL_MS = 5_000;
const FEEDS_WAIT_MS = 800;

export interface Trouble {
  readonly text: string;
  readonly since: number;
}

export interface StationState {
  readonly status: Status | null;
  readonly clock: ServerClock | null;
  readonly feeds: readonly FeedState[] | null;
  readonly link: LinkState;
  readonly trouble: Trouble | null;
}

export class Station {
  readonly store = new Store<StationState>({
    status: null,
    clock: null,
    feeds: null,
    link: "connecting",
    trouble: null,
  });
  private readonly commitListeners = new Set<(commit: Commit) => void>();
  private readonly pollListeners = new Set<() => void>();
  private readonly refreshFeeds = gathered(() => this.loadFeeds(), FEEDS_WAIT_MS);

  /** Open the stream and begin to poll; while the stream is open only the feeds' states are polled. */
  start(): () => void {
    void this.load();
    const close = followStream({
      onLink: (link) => {
        const returned = link === "open" && this.store.get().link === "reconnecting";
        this.store.set({ link });
        if (returned) this.poll();
      },
      onCommit: (commit) => {
        this.refreshFeeds();
        for (const listener of this.commitListeners) listener(commit);
      },
      onFailure: (_failure: Failure) => this.refreshFeeds(),
      onStatus: (status) => this.hear(status),
    });
    const timer = setInterval(() => {
      const { link, trouble } = this.store.get();
      if (link !== "open" || trouble) this.poll();
      else this.refreshFeeds();
    }, POLL_MS);
    return () => {
      clearInterval(timer);
      close();
    };
  }

  /** Server time now, in milliseconds of the epoch; null before the first status. */
  now(): number | null {
    const { clock } = this.store.get();
    return clock && readClock(clock, performance.now());
  }

  onCommit(listener: (commit: Commit) => void): () => void {
    this.commitListeners.add(listener);
    return () => this.commitListeners.delete(listener);
  }

  /** Called whenever pages should ask again by themselves, because the stream could not tell them. */
  onPoll(listener: () => void): () => void {
    this.pollListeners.add(listener);
    return () => this.pollListeners.delete(listener);
  }

  private poll(): void {
    void this.load();
    for (const listener of this.pollListeners) listener();
  }

  private hear(status: Status): void {
    this.store.set({ status, clock: setClock(status, performance.now()) });
  }

  private async load(): Promise<void> {
    try {
      this.hear(await askStatus());
    } catch (error) {
      this.note(error);
      return;
    }
    await this.loadFeeds();
  }

  private async loadFeeds(): Promise<void> {
    try {
      this.store.set({ feeds: await askFeeds(), trouble: null });
    } catch (error) {
      this.note(error);
    }
  }

  private note(error: unknown): void {
    if (!(error instanceof Unanswered)) throw error;
    const since = this.store.get().trouble?.since ?? this.now() ?? error.at;
    this.store.set({ trouble: { text: error.message, since } });
  }
}
