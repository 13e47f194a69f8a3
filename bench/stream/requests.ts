import { SecretBytes } from "../../src/base/index.js";
import { type AuthorizeRequest, PinBlockEncoding } from "../../src/gen/pinmac/v1/authorization.js";
import { PinBlockFormat } from "../../src/gen/pinmac/v1/pin.js";
import { computeCmac, computeRetailMac } from "../../src/mac/index.js";
import { encipherPinBlock, parsePan } from "../../src/pin/index.js";
import { softwareAes, softwareTdes } from "../../test/support/software-cipher.js";
import { type Estate, terminalsInTurn } from "../dukpt/estates.js";
import { openTdesTransaction } from "../dukpt/terminal.js";
import { PAN, PIN_BLOCK, TRANSLATED_PIN_BLOCK } from "../translate/fixture.js";
import { BDK, INBOUND_MAC_KEY, KEY_NAMES, OUTBOUND_MAC_KEY } from "./keys.js";
import type { StreamSubject } from "./subjects.js";

/** The terminal's part of a request: whatever the rest is, it is always the same. */
interface Inbound {
  readonly pinKey: string;
  readonly macKey: string;
  readonly ksn: Buffer;
  readonly pinBlock: Buffer;
  readonly mac: Buffer;
}

const NOTHING = Buffer.alloc(0);
const { PIN_BLOCK_FORMAT_ISO_0: ISO_0 } = PinBlockFormat;
const PAN_OF_CARD = parsePan(PAN);
const PIN = [1, 2, 3, 4];

/** Messages as long as a purchase with a PIN in ISO 8583 is. */
const INBOUND_MESSAGE = Buffer.alloc(160, "0200");
const PIN_BLOCK_OFFSET = 96;
const OUTBOUND_MESSAGE = Buffer.alloc(192, "0200").fill(0, PIN_BLOCK_OFFSET, PIN_BLOCK_OFFSET + 8);

/** More than a window holds, so that no terminal is served twice at the same time. */
const TERMINALS = 2_000;

/** The outbound MAC as it must be. */
export const OUTBOUND_MAC = outboundMac();

function outboundMac(): Buffer {
  const message = Buffer.from(OUTBOUND_MESSAGE);
  TRANSLATED_PIN_BLOCK.copy(message, PIN_BLOCK_OFFSET);
  return computeCmac(softwareAes(OUTBOUND_MAC_KEY), message).subarray(0, 8);
}

/** Makes a subject's requests, one after the other. @param number tells subjects apart: each has terminals of its own */
export function openRequests({ steps, terminalKeys }: StreamSubject, number: number): () => AuthorizeRequest {
  if (terminalKeys === "static") {
    const request = requestOf(steps, STATIC_INBOUND);
    return () => request;
  }
  const estate: Estate = terminalsInTurn(number * TERMINALS, TERMINALS);
  return () => requestOf(steps, bdkInbound(estate));
}

const STATIC_INBOUND: Inbound = {
  pinKey: KEY_NAMES.inboundPin,
  macKey: KEY_NAMES.inboundMac,
  ksn: NOTHING,
  pinBlock: PIN_BLOCK,
  mac: retailMac(INBOUND_MAC_KEY),
};

/** The terminal's side of its next transaction, in software. */
function bdkInbound(estate: Estate): Inbound {
  const { ksn, workingKey } = openTdesTransaction(BDK, estate.next().value);
  const cipher = softwareTdes(workingKey("pin").expose());
  const pinBlock = encipherPinBlock(0, cipher, SecretBytes.take(Buffer.from(PIN)), PAN_OF_CARD, (length) =>
    Buffer.alloc(length),
  );
  return { pinKey: KEY_NAMES.bdk, macKey: KEY_NAMES.bdk, ksn, pinBlock, mac: retailMac(workingKey("macRequest").expose()) };
}

function retailMac(key: Buffer): Buffer {
  return computeRetailMac(softwareTdes(key.subarray(0, 8)), softwareTdes(key), 1, INBOUND_MESSAGE);
}

function requestOf(steps: StreamSubject["steps"], { pinKey, macKey, ksn, pinBlock, mac }: Inbound): AuthorizeRequest {
  const translatePin = {
    source: { key: byName(pinKey), ksn, format: ISO_0, pinBlock },
    target: { key: byName(KEY_NAMES.outboundPin), format: ISO_0 },
    pan: PAN,
  };
  if (steps === "translate") return { verifyMac: undefined, translatePin, generateMac: undefined };
  return {
    verifyMac: { key: byName(macKey), ksn, message: INBOUND_MESSAGE, mac },
    translatePin,
    generateMac: {
      key: byName(KEY_NAMES.outboundMac),
      ksn: NOTHING,
      message: OUTBOUND_MESSAGE,
      pinBlock: { offset: PIN_BLOCK_OFFSET, encoding: PinBlockEncoding.PIN_BLOCK_ENCODING_BINARY },
    },
  };
}

function byName(name: string) {
  return { reference: { $case: "name", value: { name, version: 0 } } } as const;
}
