/** Light or dark: as the device says, unless the reader chose. */

import { useEffect, useState } from "preact/hooks";

export type Theme = "light" | "dark";
const KEY = "tieline-theme";
const DARK = matchMedia("(prefers-color-scheme: dark)");

function chosen(): Theme | null {
  const kept = localStorage.getItem(KEY);
  return kept === "light" || kept === "dark" ? kept : null;
}

function current(): Theme {
  return chosen() ?? (DARK.matches ? "dark" : "light");
}

export function applyTheme(): void {
  document.documentElement.dataset.theme = current();
}

/** The theme in force and a way to turn it; choosing what the device says anyway forgets the choice. */
export function useTheme(): [Theme, () => void] {
  const [theme, setTheme] = useState(current);
  useEffect(() => {
    const follow = () => {
      applyTheme();
      setTheme(current());
    };
    DARK.addEventListener("change", follow);
    return () => DARK.removeEventListener("change", follow);
  }, []);
  const turn = () => {
    const next = current() === "dark" ? "light" : "dark";
    if (next === (DARK.matches ? "dark" : "light")) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, next);
    applyTheme();
    setTheme(next);
  };
  return [theme, turn];
}
