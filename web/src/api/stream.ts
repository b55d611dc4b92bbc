/** The server's stream of happenings, kept open: a dropped stream is opened again, and says so meanwhile. */

import type { Commit, Failure, Status } from "./contract";

export type LinkState = "connecting" | "open" | "reconnecting";

export interface StreamListener {
  onLink(state: LinkState): void;
  onCommit(commit: Commit): void;
  onFailure(failure: Failure): void;
  onStatus(status: Status): void;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** Follow the stream until the returned function is called.
 *
 * The browser itself repeats a connection that broke, with the last sequence it saw. It gives up when the
 * server refuses; then a new one is opened after a growing wait.
 */
export function followStream(listener: StreamListener): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = FIRST_WAIT_MS;

  const open = (): void => {
    source = new EventSource("/v1/stream");
    source.addEventListener("open", () => {
      wait = FIRST_WAIT_MS;
      listener.onLink("open");
    });
    source.addEventListener("error", () => {
      listener.onLink("reconnecting");
      if (source?.readyState === EventSource.CLOSED) {
        timer = setTimeout(open, wait);
        wait = Math.min(wait * 2, LONGEST_WAIT_MS);
      }
    });
    source.addEventListener("commit", (event) => listener.onCommit(JSON.parse(event.data)));
    source.addEventListener("failure", (event) => listener.onFailure(JSON.parse(event.data)));
    source.addEventListener("status", (event) => listener.onStatus(JSON.parse(event.data)));
  };

  open();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}
