import { describe, expect, it } from "vitest";
import { certificateOf } from "../src/api/client";
import { REGIONS } from "../src/api/contract";
import { chooseFeeds, sortFeeds } from "../src/board/feeds";
import { arrowPath, layOut } from "../src/panel/layout";
import { readView, writeView } from "../src/panel/view";
import { pageAt } from "../src/shell/pages";
import { feed, reading } from "./readings";

describe("the address", () => {
  it("keeps the view", () => {
    const query =
      "?region=PJM&sort=flow&order=desc&range=custom&from=2026-11-01T04%3A00%3A00.000Z&to=2026-11-02T05%3A00%3A00.000Z&show=325905";
    expect(writeView(readView(query))).toBe(query);
    expect(writeView(readView(""))).toBe("");
  });

  it("falls back where it is nonsense", () => {
    const view = readView("?region=MARS&sort=x&range=custom&from=b&to=a");
    expect(view.range).toEqual({ kind: "latest" });
    expect(view.regions.size).toBe(0);
    expect([pageAt("/"), pageAt("/feeds/"), pageAt("/else")]).toEqual(["panel", "feeds", "panel"]);
  });
});

describe("the certificate", () => {
  it("reads headers, and no header as not known", () => {
    const headers = new Headers({
      "Tieline-Complete": "false",
      "Tieline-Received": "12",
      "Tieline-Gaps": "missing_upstream=3, not_yet_due=84",
    });
    expect(certificateOf(headers)).toEqual({
      complete: false,
      expected: null,
      received: 12,
      notYetDue: 84,
      sequence: null,
      truncated: false,
    });
  });
});

describe("the diagram", () => {
  const rows = REGIONS.flatMap((region, i) =>
    [0, 1, 2].map((n) => reading({ pointId: `${region}${n}`, region, flowMw: 500 * i - 600 })),
  );

  it.each([358, 745])("keeps every band inside a drawing %i wide, widths in one scale", (width) => {
    const layout = layOut(rows, width);
    expect(layout.bands).toHaveLength(rows.length);
    for (const band of layout.bands) {
      expect(band.x).toBeGreaterThanOrEqual(0);
      expect(band.x).toBeLessThanOrEqual(width);
      expect(band.y).toBeLessThanOrEqual(layout.height);
      const flow = Math.abs(band.reading.flowMw ?? 0);
      const most = layout.bands.find((each) => each.reading.flowMw === 900);
      expect(band.thickness).toBeCloseTo(Math.max(1.5, (flow / 900) * (most?.thickness ?? 0)));
    }
  });

  it("draws no thickness without a number, and turns the arrow for an export", () => {
    const layout = layOut([reading({ flowMw: null })], 745);
    expect(layout.bands[0]?.thickness).toBe(0);
    expect(arrowPath(100, 10, true)).toContain("L100.0 0.0");
    expect(arrowPath(100, 10, false)).toContain("L0.0 0.0");
  });
});

describe("the feed board", () => {
  const feeds = [feed({ feed: "b" }), feed({ feed: "a", state: "down" }), feed({ feed: "c" })];

  it("puts the worst first and finds by report", () => {
    expect(sortFeeds(feeds, "state").map((each) => each.feed)).toEqual(["a", "b", "c"]);
    expect(chooseFeeds(feeds, "p-32", null)).toHaveLength(3);
    expect(chooseFeeds(feeds, "", "down")).toHaveLength(1);
    expect(chooseFeeds(feeds, "nothing", null)).toHaveLength(0);
  });
});
