/** The feed board: what each feed is, how fresh, how whole, and what went wrong last. */

import { useState } from "preact/hooks";
import type { FeedState, FeedStateName } from "../api/contract";
import { lastErrorOf } from "../flow/condition";
import type { Station, StationState } from "../shell/station";
import { useSecond, useStore } from "../shell/store";
import { ageLabel, stampLabel } from "../time/market";
import { chooseFeeds, countStates, type FeedOrder, newestOf, STATES, sortFeeds } from "./feeds";
import { FeedDetails } from "./reports";

interface Heading {
  readonly order: FeedOrder | null;
  readonly words: string;
  readonly name: string;
}

const HEADINGS: readonly Heading[] = [
  { order: "feed", words: "Feed", name: "feed" },
  { order: "state", words: "State", name: "state" },
  { order: "age", words: "Age", name: "age" },
  { order: null, words: "Newest complete", name: "mark" },
  { order: null, words: "Whole up to", name: "mark" },
  { order: "rows", words: "Rows", name: "rows" },
  { order: "gaps", words: "Gaps", name: "gaps" },
  { order: null, words: "Last error", name: "error" },
];

export function Board({ station }: { station: Station }) {
  useSecond();
  const state = useStore(station.store);
  const [words, setWords] = useState("");
  const [only, setOnly] = useState<FeedStateName | null>(null);
  const [order, setOrder] = useState<FeedOrder>("state");
  const feeds = state.feeds ?? [];
  const rows = sortFeeds(chooseFeeds(feeds, words, only), order);
  return (
    <main id="main" class="board">
      <div class="panel-head">
        <h1 tabIndex={-1}>Feeds</h1>
        <div class="controls">
          <StateChoice feeds={feeds} only={only} onOnly={setOnly} />
          <label class="search">
            <span class="unseen">Find a feed by name, publisher or report</span>
            <input
              type="search"
              placeholder="Name, publisher or report"
              value={words}
              onInput={(event) => setWords(event.currentTarget.value)}
            />
          </label>
        </div>
      </div>
      <BoardNotice state={state} shown={rows.length} />
      {state.feeds !== null && (
        <section class="card board-card" aria-label="Feeds">
          <table class="feeds" data-old={state.trouble !== null}>
            <thead>
              <tr>
                {HEADINGS.map((heading) => (
                  <OrderHeading
                    key={heading.words}
                    heading={heading}
                    order={order}
                    onOrder={setOrder}
                  />
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((feed) => (
                <FeedRow key={feed.feed} feed={feed} now={station.now()} />
              ))}
              {rows.length === 0 && (
                <tr>
                  <td colSpan={HEADINGS.length} class="nothing">
                    {feeds.length === 0 ? "No feed is configured." : "No feed matches."}
                  </td>
                </tr>
              )}
            </tbody>
          </table>
        </section>
      )}
    </main>
  );
}

function BoardNotice({ state, shown }: { state: StationState; shown: number }) {
  const { trouble, feeds, link, status } = state;
  const kind = trouble ? "unreachable" : feeds === null ? "loading" : "live";
  const lamp = { unreachable: "Server not reachable", loading: "Loading", live: "Live" }[kind];
  const words = trouble
    ? `${trouble.text} Since ${stampLabel(trouble.since)}. The board below is the last one heard.`
    : feeds === null
      ? "Asking the server for its feeds."
      : `${shown} of ${feeds.length} feeds shown.`;
  return (
    <div class="notice" data-condition={kind}>
      <p role="status" class="notice-state">
        <strong class="lamp">{lamp}</strong>
        <span>{words}</span>
      </p>
      <p class="notice-facts">
        {link === "reconnecting" && (
          <span class="reconnecting">Stream lost, reconnecting; asking every 5 s meanwhile</span>
        )}
        {status && (
          <span>
            sequence {status.sequence.toLocaleString("en-US")} · tieline {status.version}
          </span>
        )}
      </p>
    </div>
  );
}

interface StateChoiceProps {
  readonly feeds: readonly FeedState[];
  readonly only: FeedStateName | null;
  readonly onOnly: (state: FeedStateName | null) => void;
}

function StateChoice({ feeds, only, onOnly }: StateChoiceProps) {
  const counts = countStates(feeds);
  return (
    <fieldset class="choice">
      <legend>State</legend>
      <button type="button" aria-pressed={only === null} onClick={() => onOnly(null)}>
        All <span class="count">{feeds.length}</span>
      </button>
      {STATES.map((state) => (
        <button
          key={state}
          type="button"
          aria-pressed={only === state}
          onClick={() => onOnly(only === state ? null : state)}
        >
          {state} <span class="count">{counts.get(state) ?? 0}</span>
        </button>
      ))}
    </fieldset>
  );
}

interface OrderHeadingProps {
  readonly heading: Heading;
  readonly order: FeedOrder;
  readonly onOrder: (order: FeedOrder) => void;
}

function OrderHeading({ heading, order, onOrder }: OrderHeadingProps) {
  const { order: own, words, name } = heading;
  if (own === null) {
    return (
      <th scope="col" class={`b-${name}`}>
        {words}
      </th>
    );
  }
  const active = own === order;
  const sense = own === "feed" ? "ascending" : "descending";
  return (
    <th scope="col" class={`b-${name}`} aria-sort={active ? sense : "none"}>
      <button type="button" onClick={() => onOrder(own)}>
        {words}
        <svg class="sort-mark" width="8" height="10" viewBox="0 0 8 10" aria-hidden="true">
          <path d={sense === "ascending" ? "M4 3L8 7H0Z" : "M4 7L0 3H8Z"} data-on={active} />
        </svg>
      </button>
    </th>
  );
}

function FeedRow({ feed, now }: { feed: FeedState; now: number | null }) {
  const [open, setOpen] = useState(false);
  const high = newestOf(feed.reports, (report) => report.high_watermark_utc);
  const whole = newestOf(feed.reports, (report) => report.contiguous_watermark_utc);
  const error = lastErrorOf(feed);
  return (
    <>
      <tr data-state={feed.state} data-feed={feed.feed}>
        <th scope="row" class="b-feed">
          <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
            <svg class="turn" width="8" height="8" viewBox="0 0 8 8" aria-hidden="true">
              <path d="M1 0L7 4L1 8Z" />
            </svg>
            {feed.title}
          </button>
          <span class="point-name">{feed.feed}</span>
        </th>
        <td class="b-state">
          <span class="state" data-state={feed.state}>
            {feed.state}
          </span>
        </td>
        <td class="b-age number">
          {feed.age_seconds === null ? "–" : ageLabel(feed.age_seconds * 1000)}
        </td>
        <td class="b-mark">{mark(high)}</td>
        <td class="b-mark" data-behind={whole !== null && high !== null && whole < high}>
          {mark(whole)}
        </td>
        <td class="b-rows number">{feed.rows.toLocaleString("en-US")}</td>
        <td class="b-gaps number" data-some={feed.gaps > 0}>
          {feed.gaps.toLocaleString("en-US")}
        </td>
        <td class="b-error">
          {error === null ? (
            <span class="nothing">none</span>
          ) : (
            <>
              <span class="error-name">{error.error}</span>{" "}
              <span class="error-age">
                {now === null ? "" : `${ageLabel(now - Date.parse(error.at_utc))} ago`}
              </span>
            </>
          )}
        </td>
      </tr>
      {open && (
        <tr class="details">
          <td colSpan={HEADINGS.length}>
            <FeedDetails feed={feed} now={now} />
          </td>
        </tr>
      )}
    </>
  );
}

function mark(instant: number | null) {
  return instant === null ? (
    <span class="nothing">none yet</span>
  ) : (
    <time dateTime={new Date(instant).toISOString()}>{stampLabel(instant).slice(5)}</time>
  );
}
