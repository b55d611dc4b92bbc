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

interface Answer<T> {
  readonly body: T;
  readonly headers: Headers;
}

/** One question. No answer, a refusal, and an answer that is no JSON are all `Unanswered`. */
async function ask<T>(path: string): Promise<Answer<T>> {
  let answer: Response;
  try {
    answer = await fetch(path, {
      headers: { accept: "application/json" },
      cache: "no-store",
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    if (answer.ok) return { body: (await answer.json()) as T, headers: answer.headers };
  } catch (cause) {
    throw new Unanswered("The tieline server does not answer.", { cause });
  }
  throw new Unanswered(`The tieline server answered ${answer.status} to ${path.split("?")[0]}.`);
}

export function certificateOf(headers: Headers): Certificate {
  const said = (name: string): string | null => headers.get(`Tieline-${name}`);
  const complete = said("Complete")?.toLowerCase();
  return {
    complete: complete === "true" ? true : complete === "false" ? false : null,
    expected: count(said("Expected")),
    received: count(said("Received")),
    notYetDue: Number(/not_yet_due=(\d+)/.exec(said("Gaps") ?? "")?.[1] ?? 0),
    sequence: count(said("Sequence")),
    truncated: said("Truncated")?.toLowerCase() === "true",
  };
}

function count(text: string | null): number | null {
  return text !== null && /^\d+$/.test(text.trim()) ? Number(text) : null;
}

async function askFlows(query: string): Promise<FlowAnswer> {
  const { body, headers } = await ask<FlowRow[]>(`/api/interregional-flows?${query}`);
  return { readings: body.map(readingOf), certificate: certificateOf(headers) };
}

export async function askStatus(): Promise<Status> {
  return (await ask<Status>("/v1/status")).body;
}

export async function askFeeds(): Promise<readonly FeedState[]> {
  return (await ask<{ feeds: FeedState[] }>("/v1/feeds")).body.feeds;
}

export async function askGaps(feed: string, span: Span): Promise<readonly Gap[]> {
  const query = new URLSearchParams({ feed, ...instants(span) });
  return (await ask<{ gaps: Gap[] }>(`/v1/gaps?${query}`)).body.gaps;
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
