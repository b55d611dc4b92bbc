/** The two pages and the address bar. */

import { useEffect, useState } from "preact/hooks";

export type Page = "panel" | "feeds";

export const PATHS: Readonly<Record<Page, string>> = { panel: "/", feeds: "/feeds" };

export function pageAt(path: string): Page {
  return path.replace(/\/+$/, "") === PATHS.feeds ? "feeds" : "panel";
}

/** The page in the address, and a way to go to another without loading anew. */
export function usePage(): [Page, (page: Page) => void] {
  const [page, setPage] = useState(() => pageAt(location.pathname));
  useEffect(() => {
    const follow = () => setPage(pageAt(location.pathname));
    addEventListener("popstate", follow);
    return () => removeEventListener("popstate", follow);
  }, []);
  const go = (next: Page) => {
    history.pushState(null, "", PATHS[next]);
    setPage(next);
  };
  return [page, go];
}
