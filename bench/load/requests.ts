import { SecretBytes } from "../../src/base/index.js";
import { type AuthorizeRequest, PinBlockEncoding } from "../../src/gen/pinmac/v1/authorization.js";
import type { KeyReference } from "../../src/gen/pinmac/v1/key_reference.js";
import { PinBlockFormat } from "../../src/gen/pinmac/v1/pin.js";
import { computeCmac, computeRetailMac } from "../../src/mac/index.js";
import { encipherPinBlock, parsePan } from "../../src/pin/index.js";
import { softwareAes, softwareTdes } from "../../test/support/software-cipher.js";
import { type Estate, terminalsInTurn } from "../dukpt/estates.js";
import { TdesTerminals } from "../dukpt/tdes-terminals.js";
import { openKeyRecords } from "../keys/key-records.js";
import { PAN, PIN_BLOCK, TRANSLATED_PIN_BLOCK } from "../stage/fixture.js";
import { BDK, INBOUND_MAC_KEY, KEY_NAMES, OUTBOUND_MAC_KEY } from "../stage/keys.js";
import type { KeyRecords, Pattern, Traffic } from "./load-task.js";

/** The terminal's part of a request: whatever the rest is, it is always the same. */
interface Inbound {
  readonly pinKey: KeyReference;
  readonly macKey: KeyReference;
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

/**
 * No terminal has two transactions under way: there are more than a window holds, and than an open loop sends in ten seconds, after which it
 * has given up on any answer.
 */
const TERMINALS = { closed: 2_000, open: 20_000 } as const;
/** Terminals whose numbers one caller may use. */
export const TERMINALS_APART = 100_000;

const TERMINALS_OF_BDK = new TdesTerminals(BDK);

/** The outbound MAC as it must be. */
export const OUTBOUND_MAC = outboundMac();

function outboundMac(): Buffer {
  const message = Buffer.from(OUTBOUND_MESSAGE);
  TRANSLATED_PIN_BLOCK.copy(message, PIN_BLOCK_OFFSET);
  return computeCmac(softwareAes(OUTBOUND_MAC_KEY), message).subarray(0, 8);
}

/**
 * Makes requests, one after the other.
 * @param devices number of the first terminal: of servers with a ledger, each pair of callers needs terminals of its own
 */
export function openRequests(
  { steps, terminalKeys }: Traffic,
  pattern: Pattern["kind"],
  devices: number,
): () => AuthorizeRequest {
  if (terminalKeys === "static") {
    const request = requestOf(steps, STATIC_INBOUND);
    return () => request;
  }
  if (terminalKeys === "dukpt") {
    const estate: Estate = terminalsInTurn(devices, TERMINALS[pattern]);
    return () => requestOf(steps, dukptInbound(estate));
  }
  return recordRequests(terminalKeys);
}

const STATIC_INBOUND: Inbound = {
  pinKey: byName(KEY_NAMES.inboundPin),
  macKey: byName(KEY_NAMES.inboundMac),
  ksn: NOTHING,
  pinBlock: PIN_BLOCK,
  mac: retailMac(INBOUND_MAC_KEY),
};

/** The terminal's side of its next transaction, in software. */
function dukptInbound(estate: Estate): Inbound {
  const { ksn, workingKey } = TERMINALS_OF_BDK.open(estate.next().value);
  const cipher = softwareTdes(workingKey("pin").expose());
  const pinBlock = encipherPinBlock(0, cipher, SecretBytes.take(Buffer.from(PIN)), PAN_OF_CARD, (length) =>
    Buffer.alloc(length),
  );
  const bdk = byName(KEY_NAMES.bdk);
  return { pinKey: bdk, macKey: bdk, ksn, pinBlock, mac: retailMac(workingKey("macRequest").expose()) };
}

/** A translation from each of the recorded keys in turn. */
function recordRequests(records: KeyRecords): () => AuthorizeRequest {
  const next = openKeyRecords(records);
  return () => {
    const { name, sealedKey, pinBlock } = next();
    const pinKey: KeyReference =
      records.reference === "name" ? byName(name) : { reference: { $case: "sealedKey", value: sealedKey } };
    return requestOf("translate", { ...STATIC_INBOUND, pinKey, pinBlock });
  };
}

function retailMac(key: Buffer): Buffer {
  return computeRetailMac(softwareTdes(key.subarray(0, 8)), softwareTdes(key), 1, INBOUND_MESSAGE);
}

function requestOf(steps: Traffic["steps"], { pinKey, macKey, ksn, pinBlock, mac }: Inbound): AuthorizeRequest {
  const translatePin = {
    source: { key: pinKey, ksn, format: ISO_0, pinBlock },
    target: { key: byName(KEY_NAMES.outboundPin), format: ISO_0 },
    pan: PAN,
  };
  if (steps === "translate") return { verifyMac: undefined, translatePin, generateMac: undefined };
  return {
    verifyMac: { key: macKey, ksn, message: INBOUND_MESSAGE, mac },
    translatePin,
    generateMac: {
      key: byName(KEY_NAMES.outboundMac),
      ksn: NOTHING,
      message: OUTBOUND_MESSAGE,
      pinBlock: { offset: PIN_BLOCK_OFFSET, encoding: PinBlockEncoding.PIN_BLOCK_ENCODING_BINARY },
    },
  };
}

function byName(name: string): KeyReference {
  return { reference: { $case: "name", value: { name, version: 0 } } };
}
