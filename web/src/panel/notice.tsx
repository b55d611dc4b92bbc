/** The one line that says in what condition the numbers are. */

import type { Certificate } from "../api/contract";
import type { LinkState } from "../api/stream";
import { CAUSE_WORDS, type Condition, type Hole } from "../flow/condition";
import { ageLabel, spanLabel, stampLabel } from "../time/market";

const NAMES: Readonly<Record<Condition["kind"], string>> = {
  loading: "Loading",
  unreachable: "Server not reachable",
  empty: "No data",
  down: "Source down",
  stale: "Stale",
  gap: "Gap",
  live: "Live",
};

interface NoticeProps {
  readonly condition: Condition;
  readonly holes: readonly Hole[];
  readonly newest: number | null;
  readonly now: number | null;
  readonly link: LinkState;
  readonly certificate: Certificate | null;
}

export function Notice({ condition, holes, newest, now, link, certificate }: NoticeProps) {
  const also = condition.kind === "down" || condition.kind === "stale" ? holes : [];
  return (
    <div class="notice" data-condition={condition.kind}>
      <p role="status" class="notice-state">
        <strong class="lamp">{NAMES[condition.kind]}</strong>
        <span>{wordsOf(condition, newest, now)}</span>
      </p>
      {also.length > 0 && <p class="notice-also">Gap: {holeWords(also, now)}</p>}
      <p class="notice-facts">
        {link === "reconnecting" && (
          <span class="reconnecting">Stream lost, reconnecting; asking every 5 s meanwhile</span>
        )}
        {certificate && <span>{certificateWords(certificate)}</span>}
      </p>
    </div>
  );
}

function wordsOf(condition: Condition, newest: number | null, now: number | null): string {
  switch (condition.kind) {
    case "loading":
      return "Asking the server for the newest flows.";
    case "unreachable": {
      const kept = newest === null ? "" : " The numbers below are the last ones heard.";
      return `${condition.text} Since ${stampLabel(condition.since)}.${kept}`;
    }
    case "empty":
      return "The server holds no interface flows yet. They appear here with the first commit.";
    case "down":
      return downWords(condition, now);
    case "stale":
      return `The newest reading is of ${stampLabel(condition.newest)}, ${ageLabel(condition.age)} ago.`;
    case "gap":
      return holeWords(condition.holes, now);
    case "live":
      return newest === null
        ? ""
        : `Newest reading ${stampLabel(newest)}. No hole in the shown time.`;
  }
}

function downWords(condition: Condition & { kind: "down" }, now: number | null): string {
  const { lastNew, error } = condition;
  const since =
    lastNew === null
      ? "Nothing has come from the publisher yet."
      : `Nothing new since ${stampLabel(lastNew)}${now === null ? "" : ` (${ageLabel(now - lastNew)})`}.`;
  const last = error
    ? ` Last error at ${stampLabel(Date.parse(error.at_utc))}: ${error.error}, ${error.text}`
    : "";
  return `${since}${last}`;
}

/** The newest hole in full, the others as a number. */
function holeWords(holes: readonly Hole[], now: number | null): string {
  const [first, ...others] = holes;
  if (!first) return "";
  const cause = first.cause ? CAUSE_WORDS[first.cause] : "the cause is not known yet";
  const where = `${first.points} ${first.points === 1 ? "point" : "points"}`;
  const more = others.length ? ` And ${others.length} more.` : "";
  return `No numbers ${spanLabel(first.start, first.end, now ?? first.end)}, ${where}: ${cause}.${more}`;
}

function certificateWords(certificate: Certificate): string {
  const { received, expected, complete, notYetDue, sequence, truncated } = certificate;
  const parts: string[] = [];
  if (received !== null && expected !== null) {
    parts.push(
      `${received.toLocaleString("en-US")} of ${expected.toLocaleString("en-US")} readings`,
    );
    if (notYetDue) parts.push(`${notYetDue.toLocaleString("en-US")} not yet due`);
  } else if (complete !== null) {
    parts.push(complete ? "complete" : "not complete");
  }
  if (truncated) parts.push("cut at the row limit, the oldest are missing");
  if (sequence !== null) parts.push(`sequence ${sequence.toLocaleString("en-US")}`);
  return parts.join(" · ");
}
