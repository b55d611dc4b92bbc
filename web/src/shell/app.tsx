/** The frame around both pages: name, pages, the server's clock and how it is heard. */

import { useEffect, useRef } from "preact/hooks";
import type { Status } from "../api/contract";
import { Board } from "../board/board";
import { Panel } from "../panel/panel";
import { secondsLabel, wallTime } from "../time/market";
import { PATHS, type Page, usePage } from "./pages";
import type { Station } from "./station";
import { useSecond, useStore } from "./store";
import { useTheme } from "./theme";

const TITLES: Readonly<Record<Page, string>> = {
  panel: "Interregional flows",
  feeds: "Feeds",
};

export function App({ station }: { station: Station }) {
  const [page, go] = usePage();
  const [theme, turnTheme] = useTheme();
  const arrived = useRef(page);
  useEffect(() => station.start(), [station]);
  useEffect(() => {
    document.title = `${TITLES[page]} · tieline`;
    if (arrived.current === page) return;
    arrived.current = page;
    document.querySelector<HTMLElement>("h1")?.focus();
  }, [page]);
  return (
    <>
      <a class="skip" href="#main">
        Skip to the numbers
      </a>
      <header class="bar">
        <p class="brand">
          <Mark />
          tieline
        </p>
        <nav aria-label="Pages">
          {(Object.keys(PATHS) as Page[]).map((each) => (
            <a
              key={each}
              href={PATHS[each]}
              aria-current={each === page ? "page" : undefined}
              onClick={(event) => {
                if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
                event.preventDefault();
                go(each);
              }}
            >
              {TITLES[each]}
            </a>
          ))}
        </nav>
        <Heard station={station} />
        <button type="button" class="theme" onClick={turnTheme}>
          {theme === "dark" ? "Light" : "Dark"}
          <span class="unseen"> theme</span>
        </button>
      </header>
      {page === "panel" ? <Panel station={station} theme={theme} /> : <Board station={station} />}
    </>
  );
}

function Mark() {
  return (
    <svg width="22" height="18" viewBox="0 0 22 18" aria-hidden="true">
      <path class="mark-bus" d="M1.500 1V17M20.500 1V17" />
      <path class="mark-tie" d="M3 6.500H11.500V3.500L19.500 9L11.500 14.500V11.500H3Z" />
    </svg>
  );
}

/** Server time in the market's zone, what kind of data this is, and whether the stream is open. */
function Heard({ station }: { station: Station }) {
  useSecond();
  const { status, link } = useStore(station.store);
  const now = station.now();
  const words = { open: "stream open", connecting: "connecting", reconnecting: "reconnecting" };
  return (
    <div class="heard">
      {status && <ModeBadge status={status} />}
      {now !== null && (
        <span class="clock">
          <span class="clock-day">{wallTime(now).day} </span>
          {secondsLabel(now)}
        </span>
      )}
      <span class="link" data-link={link}>
        {words[link]}
      </span>
    </div>
  );
}

function ModeBadge({ status }: { status: Status }) {
  if (status.mode === "live") return null;
  const word = status.mode === "samples" ? "samples" : "emulated";
  const speed = status.speed === 1 ? "" : `, ${status.speed}×`;
  return (
    <span class="mode">
      {word}
      <span class="mode-more">{` data${speed}`}</span>
    </span>
  );
}
