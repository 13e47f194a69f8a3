import { randomBytes } from "node:crypto";
import { PinBlockFormat } from "../../../src/gen/pinmac/v1/pin.js";
import { DukptDevice, deriveInitialKey } from "../crypto/index.js";
import { DIALECTS, unpackMessage } from "../messages/index.js";
import {
  AuthorizationBook,
  aesZone,
  dukptLine,
  dukptSecurity,
  type Handover,
  Issuer,
  type IssuerZone,
  Journal,
  Protection,
  type Route,
  Switch,
  stuckDevice,
  Terminal,
  tamperWith,
  tdesZone,
  unionPayLine,
  unionPaySecurity,
} from "../parties/index.js";
import type { Caller, PinmacClient } from "../pinmac-client/index.js";
import { KEY_NAMES, type PartyKeys } from "../setup/index.js";
import { type Answer, type Listener, listenOn } from "../wire/index.js";
import { CARDS, REFERENCE_PINS } from "./cards.js";

/** The switch's and the operator's direct way to pinmac, and the issuer's side of the AES zone. */
export interface Desk {
  readonly protection: Protection;
  /** As the operator, with another certificate. */
  readonly operator: Protection;
  /** What the switch would ask for a DUKPT terminal's message. */
  prepare(message: Buffer): Handover;
  /** Field 39 of the issuer's answer; it leaves no remark. */
  decide(message: Buffer): Promise<string>;
}

/** The clients of pinmac that the demo has, by the caller. */
export type Clients = Readonly<Record<Caller, PinmacClient>>;

/** The parties, in place and listening. */
export interface World {
  readonly journal: Journal;
  readonly issuer: Issuer;
  readonly terminal: Terminal;
  readonly unionPayTerminal: Terminal;
  /** Its device takes one KSN for everything. */
  readonly stuckTerminal: Terminal;
  /** So many other DUKPT terminals, each with a device of its own. */
  newTerminals(count: number): readonly Terminal[];
  readonly desk: Desk;
  /** Ports: the switch for each kind of terminal, and the same with someone on the line. */
  readonly ports: {
    readonly dukpt: number;
    readonly dukptTampered: number;
    readonly unionPay: number;
    readonly unionPayTampered: number;
  };
  close(): Promise<void>;
}

const DUKPT_TERMINAL = { label: "terminal", terminalId: "HOTEL001", merchantId: "PINMAC DEMO H01", merchantCategory: "7011" };
const UNIONPAY_TERMINAL = {
  label: "terminal",
  terminalId: "UNION001",
  merchantId: "PINMAC DEMO U01",
  merchantCategory: "7011",
};

/**
 * Stands in for the key injection facility: gives a new device a KSN of its own and the initial key made from the BDK. Each run
 * injects another device, because no KSN may ever be used twice.
 */
function injectDevice(bdk: Buffer): DukptDevice {
  const ksn = Buffer.concat([Buffer.from("FFFF", "hex"), randomBytes(8)]);
  return new DukptDevice(deriveInitialKey(bdk, ksn), ksn);
}

function buildTerminals(
  keys: PartyKeys,
  journal: Journal,
): Pick<World, "terminal" | "unionPayTerminal" | "stuckTerminal" | "newTerminals"> {
  const session = { pinKey: keys.unionPayPin, macKey: keys.unionPayMac };
  const dukptTerminal = (device: Parameters<typeof dukptSecurity>[0]): Terminal =>
    new Terminal(DUKPT_TERMINAL, dukptSecurity(device), journal);
  return {
    terminal: dukptTerminal(injectDevice(keys.bdk)),
    stuckTerminal: dukptTerminal(stuckDevice(injectDevice(keys.bdk))),
    newTerminals: (count) => Array.from({ length: count }, () => dukptTerminal(injectDevice(keys.bdk))),
    unionPayTerminal: new Terminal(UNIONPAY_TERMINAL, unionPaySecurity(session), journal),
  };
}

function buildRoutes(aesPort: number, tdesPort: number): readonly Route[] {
  const tdes = {
    port: tdesPort,
    dialect: DIALECTS.tdesZone,
    pinKeyName: KEY_NAMES.zonePinTdes,
    pinBlockFormat: PinBlockFormat.PIN_BLOCK_FORMAT_ISO_0,
    pinBlockLength: 8,
    macKeyName: KEY_NAMES.zoneMac,
  } as const;
  const aes = {
    port: aesPort,
    dialect: DIALECTS.aesZone,
    pinKeyName: KEY_NAMES.zonePinAes,
    pinBlockFormat: PinBlockFormat.PIN_BLOCK_FORMAT_ISO_4,
    pinBlockLength: 16,
    macKeyName: KEY_NAMES.zoneMac,
  } as const;
  return [
    { ...aes, prefix: CARDS.hotelGuest.pan.slice(0, 6) },
    { ...tdes, prefix: CARDS.unionPayGuest.pan.slice(0, 6) },
    // A mistake in the switch's routing table, which the service must not go along with.
    { ...tdes, prefix: CARDS.misrouted.pan.slice(0, 6), pinBlockFormat: PinBlockFormat.PIN_BLOCK_FORMAT_ISO_1 },
  ];
}

/** Hangs up on a message that its party cannot answer, and says why in the journal. */
function reporting(party: string, journal: Journal, answer: Answer): Answer {
  return (message) =>
    answer(message).catch((fault: unknown) => {
      journal.remark(party, `hangs up: ${fault instanceof Error ? fault.message : String(fault)}`);
      throw fault;
    });
}

/** The same issuer with a book and a journal of their own, for what is too much to be shown. */
function silentIssuer(zone: IssuerZone): Desk["decide"] {
  const issuer = new Issuer(REFERENCE_PINS, new AuthorizationBook(), new Journal());
  return async (message) => unpackMessage(zone.dialect, await issuer.answer(zone, message))[39] ?? "none";
}

/** Builds the parties, gives each its own keys, and opens their ports. */
export async function buildWorld(keys: PartyKeys, clients: Clients): Promise<World> {
  const journal = new Journal();
  const listeners: Listener[] = [];
  const open = async (opening: Promise<Listener>): Promise<number> => {
    const listener = await opening;
    listeners.push(listener);
    return listener.port;
  };

  const issuer = new Issuer(REFERENCE_PINS, new AuthorizationBook(), journal);
  const [aes, tdes] = [aesZone(keys.zonePinAes, keys.zoneMac), tdesZone(keys.zonePinTdes, keys.zoneMac)];
  const aesPort = await open(listenOn(reporting("issuer", journal, (message) => issuer.answer(aes, message))));
  const tdesPort = await open(listenOn(reporting("issuer", journal, (message) => issuer.answer(tdes, message))));

  const protection = new Protection(clients.switch, journal, "switch");
  const theSwitch = new Switch(protection, buildRoutes(aesPort, tdesPort), journal);
  const dukpt = dukptLine(DUKPT_TERMINAL.label, KEY_NAMES.bdk);
  const unionPay = unionPayLine(UNIONPAY_TERMINAL.label, KEY_NAMES.unionPayPin, KEY_NAMES.unionPayMac);
  const dukptPort = await open(listenOn(reporting("switch", journal, (message) => theSwitch.answer(dukpt, message))));
  const unionPayPort = await open(listenOn(reporting("switch", journal, (message) => theSwitch.answer(unionPay, message))));

  return {
    journal,
    issuer,
    ...buildTerminals(keys, journal),
    desk: {
      protection,
      operator: new Protection(clients.operator, journal, "operator"),
      prepare: (message) => theSwitch.prepare(dukpt, message),
      decide: silentIssuer(aes),
    },
    ports: {
      dukpt: dukptPort,
      dukptTampered: await open(tamperWith(dukpt, dukptPort, journal)),
      unionPay: unionPayPort,
      unionPayTampered: await open(tamperWith(unionPay, unionPayPort, journal)),
    },
    close: async () => {
      await Promise.all(listeners.map((listener) => listener.close()));
    },
  };
}
