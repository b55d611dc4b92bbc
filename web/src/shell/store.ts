/** A value that changes and tells who watches it. */

import { useEffect, useState } from "preact/hooks";

export class Store<T> {
  private readonly watchers = new Set<() => void>();

  constructor(private held: T) {}

  get(): T {
    return this.held;
  }

  set(change: Partial<T>): void {
    this.held = { ...this.held, ...change };
    for (const watcher of this.watchers) watcher();
  }

  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }
}

/** The store's value; the component is drawn again when it changes. */
export function useStore<T>(store: Store<T>): T {
  const [, redraw] = useState({});
  useEffect(() => store.watch(() => redraw({})), [store]);
  return store.get();
}

/** Draws the component again every second, for ages and clocks. */
export function useSecond(): void {
  const [, redraw] = useState({});
  useEffect(() => {
    const timer = setInterval(() => redraw({}), 1000);
    return () => clearInterval(timer);
  }, []);
}

/** Calls `work` once, `wait` after the first of a burst of calls, and never twice at the same time. */
export function gathered(work: () => Promise<void>, wait: number): () => void {
  let due = false;
  let running = false;
  const run = async (): Promise<void> => {
    if (running) {
      setTimeout(run, wait);
      return;
    }
    due = false;
    running = true;
    try {
      await work();
    } finally {
      running = false;
    }
  };
  return () => {
    if (due) return;
    due = true;
    setTimeout(run, wait);
  };
}
