import { describe, expect, it } from "vitest";
import { readClock, setClock } from "../src/time/clock";
import {
  ageLabel,
  boundAt,
  clockLabel,
  instantsAt,
  localInput,
  marketTicks,
  spanLabel,
  stampLabel,
  tickLabels,
} from "../src/time/market";

const HOUR = 3_600_000;
const at = (text: string) => Date.parse(text);

describe("market time", () => {
  it("tells the two 01 hours of the autumn change apart", () => {
    expect(stampLabel(at("2026-11-01T05:35:00Z"))).toBe("2026-11-01 01:35 EDT");
    expect(stampLabel(at("2026-11-01T06:35:00Z"))).toBe("2026-11-01 01:35 EST");
    expect(clockLabel(at("2026-07-01T04:00:00Z"))).toBe("00:00 EDT");
  });

  it("finds both instants of the repeated hour, none in the skipped one", () => {
    const twice = [at("2026-11-01T05:30:00Z"), at("2026-11-01T06:30:00Z")];
    expect(instantsAt("2026-11-01T01:30")).toEqual(twice);
    expect(instantsAt("2026-03-08T02:30")).toEqual([]);
    expect(boundAt("2026-11-01T01:30", "start")).toBe(twice[0]);
    expect(boundAt("2026-11-01T01:30", "end")).toBe(twice[1]);
    expect(boundAt("2026-03-08T02:30", "start")).toBe(at("2026-03-08T07:00:00Z"));
    expect(boundAt("", "start")).toBeNull();
    expect(localInput(twice[1] as number)).toBe("2026-11-01T01:30");
  });

  it("puts hourly ticks on both 01 hours and says which is which", () => {
    const ticks = marketTicks(at("2026-11-01T04:00:00Z"), at("2026-11-01T08:00:00Z"), 6);
    expect(tickLabels(ticks)).toEqual([
      "11-01",
      "01:00 EDT",
      "01:00 EST",
      "02:00 EST",
      "03:00 EST",
    ]);
  });

  it("keeps longer ticks on wall hours over both changes", () => {
    for (const day of ["2026-11-01", "2026-03-08"]) {
      const start = boundAt(`${day}T00:00`, "start") as number;
      const ticks = marketTicks(start, start + 25 * HOUR, 8);
      expect(ticks.every((tick) => Number(localInput(tick).slice(11, 13)) % 6 === 0)).toBe(true);
      expect(new Set(ticks).size).toBe(ticks.length);
    }
  });

  it("writes spans and ages short", () => {
    const now = at("2026-11-20T18:00:00Z");
    expect(spanLabel(now - HOUR, now, now)).toBe("12:00 to 13:00 EST");
    expect(spanLabel(at("2026-11-01T05:30:00Z"), at("2026-11-01T06:30:00Z"), now)).toBe(
      "2026-11-01 01:30 EDT to 01:30 EST",
    );
    expect([59_000, 61_000, 72 * 60_000, 50 * HOUR].map(ageLabel)).toEqual([
      "59 s",
      "1 min",
      "1 h 12 min",
      "2 d 2 h",
    ]);
  });
});

describe("the server's clock", () => {
  it("runs at the server's speed", () => {
    const clock = setClock(
      {
        now_utc: "2026-11-20T18:00:00Z",
        version: "0.1.0",
        mode: "emulated",
        speed: 60,
        sequence: 1,
        publisher_reachable: true,
      },
      1_000,
    );
    expect(readClock(clock, 2_000)).toBe(at("2026-11-20T18:01:00Z"));
  });
});

describe("wall time", () => {
  it("agrees with the platform every 20 minutes around both changes", () => {
    const judge = new Intl.DateTimeFormat("sv-SE", {
      timeZone: "America/New_York",
      dateStyle: "short",
      timeStyle: "short",
    });
    for (const start of ["2026-03-07T12:00:00Z", "2026-10-31T12:00:00Z", "2015-12-31T12:00:00Z"]) {
      for (let tick = at(start); tick < at(start) + 48 * HOUR; tick += HOUR / 3) {
        expect(localInput(tick).replace("T", " ")).toBe(judge.format(tick));
      }
    }
  });
});
