/**
 * A lane without a token, for tests of the supervision. It speaks frames by hand, so that it can also break them.
 *
 * Environment: FAKE_LANE_LOG, a file to which it appends "<event> <pid>" lines; FAKE_LANE_START, a file that says how a start ends:
 * "ready", "slow" (half a second, then ready), "failed CODE", "exit" or "hang" (read at every start; no file: ready).
 *
 * Commands: a probe is refused unless a lane could start now. A generateMac answers with its own message, unless the message is one of
 * the words of `MISBEHAVIOURS`; each counts as one object made on the token.
 */
import { appendFileSync, readFileSync, readSync, writeSync } from "node:fs";
import { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";

const FD = 3;
const { FAKE_LANE_LOG: log, FAKE_LANE_START: startFile } = process.env;

let objects = 0;
let staying = false;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1"]) process.on(signal, () => undefined);

function note(event) {
  if (log !== undefined) appendFileSync(log, `${event} ${process.pid}\n`);
}

function hang() {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

function pause(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function readExactly(length) {
  const bytes = Buffer.alloc(length);
  for (let offset = 0; offset < length; ) {
    const read = readSync(FD, bytes, offset, length - offset, null);
    if (read === 0) {
      note("hungUp");
      if (staying) hang();
      process.exit(0);
    }
    offset += read;
  }
  return bytes;
}

function readFrame() {
  return readExactly(readExactly(4).readUInt32BE(0));
}

function writeFrame(payload) {
  const header = Buffer.alloc(4);
  header.writeUInt32BE(payload.length);
  writeSync(FD, Buffer.concat([header, payload]));
}

/** The fields of a message as [number, value]; all of those read here are numbers or length-delimited. */
function fieldsOf(bytes) {
  const reader = new BinaryReader(bytes);
  const fields = [];
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    fields.push([tag >>> 3, (tag & 7) === 0 ? reader.uint32() : Buffer.from(reader.bytes())]);
  }
  return fields;
}

function field(bytes, number) {
  return fieldsOf(bytes).find(([found]) => found === number)?.[1];
}

function message(...parts) {
  const writer = new BinaryWriter();
  for (const [number, value] of parts) {
    if (typeof value === "number") writer.uint32(number << 3).uint32(value);
    else writer.uint32((number << 3) | 2).bytes(Buffer.from(value));
  }
  return Buffer.from(writer.finish());
}

const ready = () => message([1, message([1, "fake token"], [2, "0001"], [3, 1])]);
const failed = (code) => message([2, message([1, code], [2, "Constant text."])]);
const outcomes = (...list) =>
  message([3, Buffer.concat([...list.map((outcome) => message([1, outcome])), message([2, objects])])]);
const mac = (id, bytes) => message([1, id], [4, bytes]);
const verified = (id) => message([1, id], [5, 1]);
const done = (id) => message([1, id], [7, ""]);
const refused = (id, reason) => message([1, id], [2, message([1, reason])]);

const MISBEHAVIOURS = {
  exit: () => process.exit(3),
  kill: () => process.kill(process.pid, "SIGKILL"),
  hang,
  slow: (id) => {
    pause(300);
    writeFrame(outcomes(mac(id, "slow")));
  },
  stay: (id) => {
    staying = true;
    writeFrame(outcomes(mac(id, "stay")));
  },
  garbage: () => {
    writeFrame(Buffer.from("ffffffffff", "hex"));
    hang();
  },
  oversized: () => {
    writeSync(FD, Buffer.from("7fffffff", "hex"));
    hang();
  },
  half: () => {
    writeSync(FD, Buffer.from("0000001000", "hex"));
    process.exit(0);
  },
  pieces: (id) => {
    const payload = outcomes(mac(id, "pieces"));
    const header = Buffer.alloc(4);
    header.writeUInt32BE(payload.length);
    for (const byte of Buffer.concat([header, payload])) {
      writeSync(FD, Buffer.from([byte]));
      pause(2);
    }
  },
  twice: (id) => writeFrame(outcomes(mac(id, "once"), mac(id, "twice"))),
  wrongKind: (id) => writeFrame(outcomes(verified(id))),
  wrongReason: (id) => writeFrame(outcomes(refused(id, "NO_SUCH_REASON"))),
  refuse: (id) => writeFrame(outcomes(refused(id, "PIN_BLOCK_INVALID"))),
  tokenLost: (id) => {
    writeFrame(outcomes(refused(id, "TOKEN_UNAVAILABLE")));
    process.exit(1);
  },
  stranger: () => writeFrame(outcomes(mac(4_000_000_000, "stranger"))),
};

function howToStart() {
  try {
    return readFileSync(startFile, "utf8").trim();
  } catch {
    return "ready";
  }
}

function start() {
  note("start");
  const [how, code] = howToStart().split(" ");
  if (how === "exit") process.exit(4);
  if (how === "hang") hang();
  if (how === "failed") {
    writeFrame(failed(code));
    process.exit(1);
  }
  pause(how === "slow" ? 500 : 20);
  note("ready");
  writeFrame(ready());
}

function answer(command) {
  const id = field(command, 1);
  const generateMac = field(command, 3);
  if (generateMac === undefined) {
    note("probe");
    if (howToStart() !== "ready") return MISBEHAVIOURS.tokenLost(id);
    writeFrame(outcomes(done(id)));
    return;
  }
  const text = field(generateMac, 2);
  objects += 1;
  note(`command:${text.subarray(0, 16).toString("latin1")}`);
  const misbehaviour = MISBEHAVIOURS[text.toString("latin1")];
  if (misbehaviour === undefined) writeFrame(outcomes(mac(id, text)));
  else misbehaviour(id);
}

note("boot");
readFrame();
start();
for (;;) {
  const batch = field(readFrame(), 2);
  note("batch");
  for (const [, command] of fieldsOf(batch)) answer(command);
}
