/** The server's clock, read from here: it may run fast (emulation) or stand still (samples). */

import type { Status } from "../api/contract";

export interface ServerClock {
  readonly serverAt: number;
  readonly heardAt: number;
  readonly speed: number;
}

/** Set the clock by a status heard at `heardAt`, a reading of this page's monotonic clock. */
export function setClock(status: Status, heardAt: number): ServerClock {
  return { serverAt: Date.parse(status.now_utc), heardAt, speed: status.speed };
}

/** Server time at `monotonic`, in milliseconds of the epoch. */
export function readClock(clock: ServerClock, monotonic: number): number {
  return clock.serverAt + (monotonic - clock.heardAt) * clock.speed;
}
