import { describe, expect, it } from "vitest";
import { Refusal } from "../../src/base/index.js";
import type { EngineCommand, EngineOutcome } from "../../src/engine/commands/command.js";
import { encodeCommand } from "../../src/engine/lanes/command-codec.js";
import { LaneProtocolError } from "../../src/engine/lanes/frames.js";
import { type LaneSurroundings, type ProgramEngine, runLane } from "../../src/engine/lanes/lane-program.js";
import type { FromLane, ToLane } from "../../src/gen/pinmac/engine/v1/lane.js";

const START: ToLane = {
  body: {
    $case: "start",
    value: { modulePath: "/m.so", tokenLabel: "t", tokenSerial: "", pinFile: "/p", environment: "test", keyCacheSize: 1 },
  },
};
const READY = { tokenDescription: "a token", tokenSerial: "01", selfTests: 3, auditPublicKey: Buffer.alloc(0) };
const PROBE: EngineCommand = { kind: "probe" };

const openKey = (text: string): EngineCommand => ({ kind: "openSealedKey", sealedKey: Buffer.from(text) });

function batch(...commands: EngineCommand[]): ToLane {
  return { body: { $case: "batch", value: { commands: commands.map((command, index) => encodeCommand(index + 1, command)) } } };
}

/** Runs a lane over the messages; the engine answers with what `answer` gives or throws. */
async function run(messages: ToLane[], answer: (command: EngineCommand) => EngineOutcome, open?: LaneSurroundings["open"]) {
  const sent: FromLane[] = [];
  const reports: string[] = [];
  const executed: EngineCommand[] = [];
  let closed = 0;
  const engine: ProgramEngine = {
    get objectsCreated() {
      return 3 * executed.length;
    },
    execute: async (commands) => {
      executed.push(...commands);
      return commands.map(answer);
    },
    close: async () => {
      closed += 1;
    },
  };
  const pipe = {
    *messages() {
      yield* messages;
    },
    send: (message: FromLane) => void sent.push(message),
  };
  const end = await runLane(pipe, {
    open: open ?? (() => ({ engine, ready: READY })),
    failureCodeOf: () => "TOKEN_NOT_FOUND",
    report: (text) => void reports.push(text),
  }).catch((error: unknown) => error);
  return { end, sent, reports, executed, closed };
}

function outcomesOf(message: FromLane | undefined): unknown[] {
  if (message?.body?.$case !== "batch") throw new Error("not a batch");
  return message.body.value.outcomes.map(({ id, outcome }) => [id, outcome?.$case, outcome?.value]);
}

const done = (): EngineOutcome => ({ kind: "done" });
const refused = (reason: string, field = "") => ({ reason, requirement: "", field });

describe("the program of a lane", () => {
  it("opens its token, answers batches in their order, and closes when the front hangs up", async () => {
    const { end, sent, executed, closed } = await run([START, batch(PROBE, openKey("a")), batch(PROBE)], done);
    expect(end).toBe("hungUp");
    expect(sent[0]).toEqual({ body: { $case: "ready", value: READY } });
    expect(sent.slice(1).map((message) => outcomesOf(message).length)).toEqual([2, 1]);
    expect(executed).toHaveLength(3);
    expect(closed).toBe(1);
  });

  it("says why it cannot open its token, in the words of the list", async () => {
    const { end, sent, closed } = await run([START, batch(PROBE)], done, () => {
      throw new Error("secret detail");
    });
    expect(end).toBe("failed");
    expect(sent).toEqual([
      {
        body: {
          $case: "failed",
          value: { code: "TOKEN_NOT_FOUND", message: "No token has the label and serial number of the profile." },
        },
      },
    ]);
    expect(closed).toBe(0);
  });

  it("does nothing more once the token failed", async () => {
    const lost: EngineOutcome = { kind: "refused", reason: "TOKEN_UNAVAILABLE" };
    const { end, sent, executed, closed } = await run([START, batch(PROBE, openKey("x"), PROBE), batch(PROBE)], (command) =>
      command.kind === "openSealedKey" ? lost : done(),
    );
    expect(end).toBe("failed");
    expect(sent).toHaveLength(2);
    expect(outcomesOf(sent[1])).toEqual([
      [1, "done", {}],
      [2, "refused", refused("TOKEN_UNAVAILABLE")],
      [3, "refused", refused("TOKEN_UNAVAILABLE")],
    ]);
    expect(executed).toHaveLength(2);
    expect(closed).toBe(1);
  });

  it("says with every batch how many objects the token has made", async () => {
    const { sent } = await run([START, batch(PROBE, PROBE), batch(PROBE)], done);
    expect(sent.flatMap(({ body }) => (body?.$case === "batch" ? body.value.objectsCreated : []))).toEqual([6, 9]);
  });

  it("answers a defect as INTERNAL, names it without its text, and goes on", async () => {
    const { end, sent, reports } = await run([START, batch(openKey("x"), PROBE)], (command) => {
      if (command.kind === "openSealedKey") throw new TypeError("4012345678909");
      return done();
    });
    expect(end).toBe("hungUp");
    expect(outcomesOf(sent[1])).toEqual([
      [1, "refused", refused("INTERNAL")],
      [2, "done", {}],
    ]);
    expect(reports).toEqual(["A command failed: TypeError."]);
  });

  it("answers a thrown refusal as that refusal", async () => {
    const { sent } = await run([START, batch(PROBE)], () => {
      throw new Refusal("KEY_EXPIRED", { field: "source.key" });
    });
    expect(outcomesOf(sent[1])).toEqual([[1, "refused", refused("KEY_EXPIRED", "source.key")]]);
  });

  it("ends with nothing done when the front hangs up at once or speaks out of turn", async () => {
    expect((await run([], done)).end).toBe("hungUp");
    expect((await run([batch(PROBE)], done)).end).toBeInstanceOf(LaneProtocolError);
    expect((await run([{ body: undefined }], done)).end).toBeInstanceOf(LaneProtocolError);
    const twice = await run([START, START], done);
    expect(twice.end).toBeInstanceOf(LaneProtocolError);
    expect(twice.closed).toBe(1);
  });
});
