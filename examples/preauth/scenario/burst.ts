import type { BurstResult, HandoverResult } from "../parties/index.js";
import { euros } from "./amounts.js";
import { CARDS, rightPin } from "./cards.js";
import type { Outcome } from "./step.js";
import type { World } from "./world.js";

/** How many pre-authorizations go through the stream. */
export const BURST_SIZE = 200;

/** Each of many terminals asks for a pre-authorization; the switch puts all of them into one stream. */
export async function playBurst({ newTerminals, desk, journal }: World): Promise<Outcome> {
  const { hotelGuest } = CARDS;
  const messages = newTerminals(BURST_SIZE).map((terminal) =>
    terminal.writePreAuthorization(hotelGuest, euros(200), rightPin(hotelGuest)),
  );
  const burst = await desk.protection.handOverAll(messages.map(desk.prepare));
  const codes = await Promise.all(burst.results.filter(isReady).map(({ message }) => desk.decide(message)));
  const approved = codes.filter((code) => code === "00").length;
  const answered = burst.results.filter((result) => result !== undefined).length;
  for (const line of describeBurst(burst, answered)) journal.remark("switch", line);
  journal.remark("issuer", `MAC and PIN verified, approved: ${approved} of ${BURST_SIZE}`);
  const complete = approved === BURST_SIZE && burst.surplus === 0;
  return { service: complete ? "COMPLETED" : "INCOMPLETE", burst: { answered, approved } };
}

function isReady(result: HandoverResult | undefined): result is Extract<HandoverResult, { kind: "ready" }> {
  return result?.kind === "ready";
}

function describeBurst({ surplus, overtaking, milliseconds }: BurstResult, answered: number): readonly string[] {
  const rate = Math.round((1_000 * answered) / milliseconds);
  const order = overtaking === 0 ? "none before an earlier one" : `${overtaking} before an earlier one`;
  return [
    `${BURST_SIZE} requests sent, ${answered} answered by correlation id, ${surplus} answers too many`,
    `${order}; ${milliseconds.toFixed(0)} ms, ${rate} authorizations a second`,
  ];
}
