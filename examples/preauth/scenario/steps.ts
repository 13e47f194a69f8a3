import type { TransactionResult } from "../parties/index.js";
import { euros, yuan } from "./amounts.js";
import { callerSteps } from "./caller-steps.js";
import { CARDS, rightPin } from "./cards.js";
import { reachesIssuer, stopsAtSwitch } from "./outcomes.js";
import type { Step } from "./step.js";
import type { World } from "./world.js";

const { hotelGuest, unionPayGuest, misrouted } = CARDS;

/** What a completion without a pre-authorization refers to: nothing that the issuer knows. */
const NOTHING: TransactionResult = {
  responseCode: "",
  responseMacVerified: false,
  authorizationCode: undefined,
  reference: "0000010000000101",
};

function hotelSteps({ terminal, ports }: World): readonly Step[] {
  let original = NOTHING;
  return [
    {
      id: "1",
      title: "Pre-authorization",
      story: "A hotel reserves 200.00 EUR. The PIN is under DUKPT in format 0; the issuer wants AES, format 4.",
      expected: reachesIssuer("00"),
      run: async () => {
        original = await terminal.preAuthorize(ports.dukpt, hotelGuest, euros(200), rightPin(hotelGuest));
        return original;
      },
    },
    {
      id: "2",
      title: "Completion, other amount",
      story: "The guest leaves; the bill is 187.00 EUR. No PIN, a MAC over the new amount.",
      expected: reachesIssuer("00"),
      run: () => terminal.complete(ports.dukpt, hotelGuest, euros(187), original),
    },
    {
      id: "3",
      title: "Completion, tampered with",
      story: "Someone on the line between terminal and switch multiplies the amount by ten.",
      expected: stopsAtSwitch("MAC_MISMATCH", "63"),
      run: () => terminal.complete(ports.dukptTampered, hotelGuest, euros(20), original),
    },
    {
      id: "4",
      title: "Wrong PIN",
      story: "To the service a wrong PIN is a PIN: it is translated, and only the issuer can tell.",
      expected: reachesIssuer("55"),
      run: () => terminal.preAuthorize(ports.dukpt, hotelGuest, euros(200), { kind: "digits", pin: "0852" }),
    },
    {
      id: "5",
      title: "Forbidden translation",
      story: "A mistake in the switch's routing table asks for format 1, which binds the PIN to no PAN.",
      expected: stopsAtSwitch("TRANSLATION_NOT_ALLOWED", "96", "PCI PIN 3-3"),
      run: () => terminal.preAuthorize(ports.dukpt, misrouted, euros(60), rightPin(misrouted)),
    },
    {
      id: "6",
      title: "Malformed PIN block",
      story: "A broken PIN pad enciphers random bytes. The service says no more than that the block is invalid.",
      expected: stopsAtSwitch("PIN_BLOCK_INVALID", "81"),
      run: () => terminal.preAuthorize(ports.dukpt, hotelGuest, euros(200), { kind: "noise" }),
    },
  ];
}

function unionPaySteps({ unionPayTerminal, ports }: World): readonly Step[] {
  let original = NOTHING;
  return [
    {
      id: "7a",
      title: "UnionPay pre-authorization",
      story: "A terminal with session keys: double-length PIN key, F53 = 26…, and UnionPay's own MAC.",
      expected: reachesIssuer("00"),
      run: async () => {
        original = await unionPayTerminal.preAuthorize(ports.unionPay, unionPayGuest, yuan(800), rightPin(unionPayGuest));
        return original;
      },
    },
    {
      id: "7b",
      title: "UnionPay, tampered with",
      story: "Someone on the line multiplies the amount by ten.",
      expected: stopsAtSwitch("MAC_MISMATCH", "A0"),
      run: () => unionPayTerminal.complete(ports.unionPayTampered, unionPayGuest, yuan(80), original),
    },
    {
      id: "7c",
      title: "UnionPay completion",
      story: "The true completion, 5 % above the amount reserved; UnionPay allows 15 %.",
      expected: reachesIssuer("00"),
      run: () => unionPayTerminal.complete(ports.unionPay, unionPayGuest, yuan(840), original),
    },
  ];
}

/** The steps in their order: each may rely on those before it. */
export function scenarioSteps(world: World): readonly Step[] {
  return [...hotelSteps(world), ...unionPaySteps(world), ...callerSteps(world)];
}
