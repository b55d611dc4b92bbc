/** Questions to the server this page came from. A refusal is an error that carries the server's words. */

import {
  type Certificate,
  type FeedState,
  type FlowRow,
  type Gap,
  type Reading,
  readingOf,
  type Span,
  type Status,
} from "./contract";

const DEADLINE_MS = 20_000;
export const ROW_LIMIT = 100_000;

export class Unanswered extends Error {
  readonly at = Date.now();
}

export interface FlowAnswer {
  readonly readings: readonly Reading[];
  readonly certificate: Certificate;
}

async function ask(path: string): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path, {
      headers: { accept: "application/json" },
      cache: "no-store",
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
  } catch (cause) {
    throw new Unanswered("The tieline server does not answer.", { cause });
  }
  if (!answer.ok) {
    const words = (await answer.text()).slice(0, 200);
    throw new Unanswered(`The tieline server answered ${answer.status}. ${words}`.trim());
  }
  return answer;
}

async function askJson<T>(path: string): Promise<T> {
  return (await (await ask(path)).json()) as T;
}

export function certificateOf(headers: Headers): Certificate {
  const said = (name: string): string | null => headers.get(`Tieline-${name}`);
  const complete = said("Complete")?.toLowerCase();
  return {
    complete: complete === "true" ? true : complete === "false" ? false : null,
    expected: count(said("Expected")),
    received: count(said("Received")),
    sequence: count(said("Sequence")),
    truncated: said("Truncated")?.toLowerCase() === "true",
  };
}

function count(text: string | null): number | null {
  return text !== null && /^\d+$/.test(text.trim()) ? Number(text) : null;
}

async function askFlows(query: string): Promise<FlowAnswer> {
  const answer = await ask(`/api/interregional-flows?${query}`);
  const rows = (await answer.json()) as FlowRow[];
  return { readings: rows.map(readingOf), certificate: certificateOf(answer.headers) };
}

export function askStatus(): Promise<Status> {
  return askJson<Status>("/v1/status");
}

export async function askFeeds(): Promise<readonly FeedState[]> {
  return (await askJson<{ feeds: FeedState[] }>("/v1/feeds")).feeds;
}

export async function askGaps(feed: string, span: Span): Promise<readonly Gap[]> {
  const query = new URLSearchParams({ feed, ...instants(span) });
  return (await askJson<{ gaps: Gap[] }>(`/v1/gaps?${query}`)).gaps;
}

/** The newest stamp of each connection point. */
export function askLatestFlows(): Promise<FlowAnswer> {
  return askFlows("latest=true");
}

/** Every reading in a half-open span of instants. */
export function askFlowsIn(span: Span): Promise<FlowAnswer> {
  const query = new URLSearchParams({ ...instants(span), limit: String(ROW_LIMIT) });
  return askFlows(query.toString());
}

function instants(span: Span): { start: string; end: string } {
  return { start: new Date(span.start).toISOString(), end: new Date(span.end).toISOString() };
}
