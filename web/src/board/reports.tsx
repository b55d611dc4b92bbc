/** The inside of one feed: its reports, and where numbers are missing. */

import { useEffect, useState } from "preact/hooks";
import { askGaps, Unanswered } from "../api/client";
import type { FeedState, Gap, ReportState } from "../api/contract";
import { CAUSE_WORDS } from "../flow/condition";
import { ageLabel, spanLabel, stampLabel } from "../time/market";

const WEEK_MS = 7 * 86_400_000;
const GAPS_SHOWN = 12;

export function FeedDetails({ feed, now }: { feed: FeedState; now: number | null }) {
  return (
    <div class="feed-details">
      <p class="sub">
        dataset {feed.dataset} · publisher {feed.publisher} · reports in order of precedence
      </p>
      <ul class="reports">
        {feed.reports.map((report) => (
          <ReportCard key={report.report} report={report} now={now} />
        ))}
      </ul>
      {feed.gaps > 0 && now !== null && <GapList feed={feed.feed} until={now} />}
    </div>
  );
}

function ReportCard({ report, now }: { report: ReportState; now: number | null }) {
  const when = (said: string | null): string => {
    if (said === null) return "never";
    const at = Date.parse(said);
    return now === null ? stampLabel(at) : `${stampLabel(at)}, ${ageLabel(now - at)} ago`;
  };
  const stamp = (said: string | null) =>
    said === null ? "none yet" : stampLabel(Date.parse(said));
  const facts: readonly (readonly [string, string])[] = [
    ["Every", report.every_seconds === null ? "no cadence" : ageLabel(report.every_seconds * 1000)],
    ["Last fetch", when(report.last_fetch_utc)],
    ["Last news", when(report.last_new_utc)],
    ["Newest complete", stamp(report.high_watermark_utc)],
    ["Whole up to", stamp(report.contiguous_watermark_utc)],
    ["Rows", report.rows.toLocaleString("en-US")],
    ["Entries", report.entries.toLocaleString("en-US")],
    ["Rejected", report.rejected.toLocaleString("en-US")],
  ];
  return (
    <li>
      <h3>
        {report.title} <span class="point-name">{report.report}</span>
        <span class="state" data-state={report.state}>
          {report.state}
        </span>
      </h3>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class="number">{value}</dd>
          </div>
        ))}
      </dl>
      {report.last_error && (
        <p class="report-error">
          <strong>{report.last_error.error}</strong>{" "}
          {stampLabel(Date.parse(report.last_error.at_utc))}: {report.last_error.text}
        </p>
      )}
    </li>
  );
}

/** Gaps of the last week, asked for when the feed is opened. */
function GapList({ feed, until }: { feed: string; until: number }) {
  const [gaps, setGaps] = useState<readonly Gap[] | string | null>(null);
  useEffect(() => {
    let wanted = true;
    askGaps(feed, { start: until - WEEK_MS, end: until }).then(
      (answer) => wanted && setGaps(answer),
      (error: unknown) => {
        if (!(error instanceof Unanswered)) throw error;
        if (wanted) setGaps(error.message);
      },
    );
    return () => {
      wanted = false;
    };
  }, [feed]);
  if (gaps === null) return <p class="sub">Asking for the gaps of the last seven days.</p>;
  if (typeof gaps === "string") return <p class="sub">{gaps}</p>;
  const newest = [...gaps].sort((a, b) => b.start_utc.localeCompare(a.start_utc));
  return (
    <div class="gap-list">
      <h3>Gaps of the last seven days</h3>
      <ul>
        {newest.slice(0, GAPS_SHOWN).map((gap) => (
          <li key={`${gap.report}/${gap.start_utc}`}>
            <span class="number">
              {spanLabel(Date.parse(gap.start_utc), Date.parse(gap.end_utc), until)}
            </span>
            <span>{CAUSE_WORDS[gap.cause]}</span>
            <span class="sub">
              {gap.report}, {gap.missing.toLocaleString("en-US")} missing
            </span>
          </li>
        ))}
      </ul>
      {newest.length === 0 && <p class="sub">None in the last seven days; the others are older.</p>}
      {newest.length > GAPS_SHOWN && <p class="sub">And {newest.length - GAPS_SHOWN} more.</p>}
    </div>
  );
}
