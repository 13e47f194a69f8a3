import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { GetDeviceRequest } from "../../src/gen/pinmac/v1/terminal.js";
import { errorOf } from "./support/clients.js";
import { byName, CANARIES, translatePinRequest, verifyMacRequest } from "./support/requests.js";
import { ScriptedEngine } from "./support/scripted-engine.js";
import { sampleHeader, sealUnopenable } from "./support/sealed-keys.js";
import { openTestSpending, type TestSpending } from "./support/spending.js";
import { startTestServer, type TestServer } from "./support/test-server.js";

const WHOLE_LIFE = 1_048_575;
const DEVICE = Buffer.from("ffff9876543210e00000", "hex");
const BDK = byName("canary/bdk");

let spending: TestSpending;
let server: TestServer;

beforeEach(async () => {
  spending = openTestSpending();
  server = await startTestServer(new ScriptedEngine(), { spending: spending.options });
  for (const header of [
    sampleHeader("bdk", { name: "canary/bdk" }),
    sampleHeader("bdkAes", { name: "canary/bdk-aes" }),
    sampleHeader("zonePinTdes", { name: "canary/zone-tdes" }),
  ]) {
    await server.register.add(sealUnopenable(header));
  }
});

afterEach(async () => {
  await server.stop();
  await spending.remove();
});

const byId = (value: Buffer, bdk = BDK): GetDeviceRequest => ({ bdk, device: { $case: "initialKeyId", value } });
const byKsn = (value: Buffer, bdk = BDK): GetDeviceRequest => ({ bdk, device: { $case: "ksn", value } });
const reasonOf = async (request: GetDeviceRequest) => {
  const { reason, metadata } = await errorOf(server.client.getDevice(request));
  return { reason, ...metadata };
};

describe("GetDevice", () => {
  it("says that a device was never seen", async () => {
    const none = { counter: 0, spent: 0, replays: 0n };
    expect(await server.client.getDevice(byId(DEVICE))).toEqual({
      seen: false,
      pinUse: none,
      macUse: none,
      transactionsLeft: WHOLE_LIFE,
      nearlyExhausted: false,
      initialKeyId: DEVICE,
      bdk: expect.objectContaining({ name: "canary/bdk", version: 1 }),
    });
  });

  it("tells both uses apart, and finds a device by any form of its id", async () => {
    const ksn = Buffer.from("ffff9876543210e00003", "hex");
    await server.client.verifyMac(verifyMacRequest({ key: BDK, ksn }));
    await server.client.translatePin(translatePinRequest({ key: BDK, ksn: CANARIES.ksn }));
    await errorOf(server.client.verifyMac(verifyMacRequest({ key: BDK, ksn, message: Buffer.from("other") })));
    const known = {
      seen: true,
      pinUse: { counter: 1, spent: 1, replays: 0n },
      macUse: { counter: 3, spent: 1, replays: 1n },
      transactionsLeft: WHOLE_LIFE - 3,
      nearlyExhausted: false,
      initialKeyId: DEVICE,
    };
    for (const request of [byId(DEVICE), byId(DEVICE.subarray(2)), byKsn(ksn), byKsn(ksn.subarray(2))]) {
      expect(await server.client.getDevice(request)).toMatchObject(known);
    }
  });

  it("warns of a device that is nearly exhausted", async () => {
    const ksn = Buffer.from("ffff9876543210fff800", "hex");
    await server.client.verifyMac(verifyMacRequest({ key: BDK, ksn }));
    expect(await server.client.getDevice(byId(DEVICE))).toMatchObject({ nearlyExhausted: true });
  });

  it("knows devices of AES BDKs", async () => {
    const answer = await server.client.getDevice(
      byKsn(Buffer.from("112233445566778800000001", "hex"), byName("canary/bdk-aes")),
    );
    expect(answer).toMatchObject({ seen: false, transactionsLeft: 2_448_023_842 });
    expect(answer.initialKeyId.toString("hex")).toBe("1122334455667788");
  });

  it("refuses what names no device", async () => {
    expect(await reasonOf({ bdk: BDK, device: undefined })).toEqual({ reason: "REQUEST_INVALID", field: "device" });
    expect(await reasonOf({ ...byId(DEVICE), bdk: undefined })).toEqual({ reason: "REQUEST_INVALID", field: "bdk" });
    expect(await reasonOf(byId(CANARIES.ksn))).toMatchObject({ reason: "INITIAL_KEY_ID_INVALID" });
    expect(await reasonOf(byKsn(DEVICE))).toEqual({ reason: "KSN_INVALID", field: "ksn" });
    expect(await reasonOf(byId(DEVICE, byName("canary/zone-tdes")))).toEqual({ reason: "KEY_USAGE_MISMATCH", field: "bdk" });
    expect(await reasonOf(byId(DEVICE, byName("canary/absent")))).toEqual({ reason: "KEY_NOT_FOUND", field: "bdk" });
  });

  it("is refused without a ledger: zeros would be a lie", async () => {
    const bare = await startTestServer(new ScriptedEngine());
    const error = await errorOf(bare.client.getDevice(byId(DEVICE)));
    expect(error).toMatchObject({ reason: "OPERATION_DISABLED", metadata: { requirement: "ledger" } });
    await bare.stop();
  });
});
