import { euros } from "./amounts.js";
import { BURST_SIZE, playBurst } from "./burst.js";
import { CARDS, rightPin } from "./cards.js";
import { stopsAtSwitch } from "./outcomes.js";
import type { Outcome, Step } from "./step.js";
import type { World } from "./world.js";

const { hotelGuest } = CARDS;

/** The switch loses the service's answer and asks for the same once more. */
async function askTwice({ stuckTerminal, desk }: World): Promise<Outcome> {
  const handover = desk.prepare(stuckTerminal.writePreAuthorization(hotelGuest, euros(200), rightPin(hotelGuest)));
  const first = await desk.protection.handOver(handover);
  const second = await desk.protection.handOver(handover);
  return { service: [first, second].every(({ kind }) => kind === "ready") ? "ANSWERED_TWICE" : "NOT_ANSWERED_TWICE" };
}

/** The operator's certificate is good, but its policy has no translation. */
async function askAsOperator({ terminal, desk }: World): Promise<Outcome> {
  const { translation } = desk.prepare(terminal.writePreAuthorization(hotelGuest, euros(200), rightPin(hotelGuest)));
  if (translation === undefined) throw new Error("A pre-authorization has a PIN block.");
  return { service: await desk.operator.translate(translation) };
}

/** The steps that are about callers: many at once, the same again, one who may not. */
export function callerSteps(world: World): readonly Step[] {
  const { stuckTerminal, ports } = world;
  return [
    {
      id: "8",
      title: "A burst in one stream",
      story: `${BURST_SIZE} terminals at once: the switch puts their pre-authorizations into one AuthorizeStream.`,
      expected: { service: "COMPLETED", burst: { answered: BURST_SIZE, approved: BURST_SIZE } },
      run: () => playBurst(world),
    },
    {
      id: "9a",
      title: "The same request again",
      story: "The switch lost an answer and asks again, byte for byte. A retry is no replay.",
      expected: { service: "ANSWERED_TWICE" },
      run: () => askTwice(world),
    },
    {
      id: "9b",
      title: "A replayed KSN",
      story: "A copy of that terminal takes the KSN of 9a for another amount and PIN block, with a good MAC.",
      expected: stopsAtSwitch("KSN_REPLAYED", "96"),
      run: () => stuckTerminal.preAuthorize(ports.dukpt, hotelGuest, euros(900), { kind: "digits", pin: "1111" }),
    },
    {
      id: "10",
      title: "No permission",
      story: "An operator, who may import and export keys, asks for the translation of a PIN block.",
      expected: { service: "PERMISSION_DENIED" },
      run: () => askAsOperator(world),
    },
  ];
}
