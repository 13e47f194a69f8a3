import { describe, expect, it } from "vitest";
import { createServiceLogger } from "../../src/service/index.js";

const SECRET = "4999988887777663";

function lineOf(write: (logger: ReturnType<typeof createServiceLogger>) => void): Record<string, unknown> {
  const lines: string[] = [];
  write(createServiceLogger("debug", { write: (line) => void lines.push(line) }));
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain(SECRET);
  return JSON.parse(lines[0] ?? "");
}

describe("the log of the service", () => {
  it("writes the fields that it knows", () => {
    const fields = { method: "/a/B", result: "OK", milliseconds: 1.5, caller: "DNS:switch-1", serving: true, problems: ["no"] };
    expect(lineOf((logger) => logger.info(fields, "call"))).toMatchObject({ ...fields, name: "pinmac", msg: "call" });
  });

  it.each(["pan", "pinBlock", "ksn", "key", "keys", "request", "err", "__proto__", "constructor", "toString"])(
    "leaves out the field %s",
    (field) => {
      const fields = JSON.parse(`{"result":"OK","${field}":"${SECRET}"}`);
      const line = lineOf((logger) => logger.warn(fields, "call"));
      expect(Object.keys(line).toSorted()).toEqual(["hostname", "level", "msg", "name", "pid", "result", "time"]);
    },
  );

  it.each([
    { result: { pan: SECRET } },
    { milliseconds: SECRET },
    { serving: SECRET },
    { problems: [{ pan: SECRET }] },
    { error: { name: "Error", message: SECRET, stack: SECRET, pan: SECRET, cause: { name: "Error", message: SECRET } } },
    { failure: { code: "LANE_ENDED", pan: SECRET } },
  ])("takes no other form of a field: %j", (fields) => {
    lineOf((logger) => logger.error(fields, "call"));
  });

  it("takes an error without its text, as a field or by itself, and its causes too", () => {
    const error = new RangeError(SECRET, { cause: new TypeError(SECRET) });
    const shape = { name: "RangeError", cause: { name: "TypeError" } };
    expect(lineOf((logger) => logger.error({ error }, "defect"))).toMatchObject({ error: shape, msg: "defect" });
    expect(lineOf((logger) => logger.error(error))).toMatchObject({ error: shape });
    expect(lineOf((logger) => logger.error(error, "defect"))).toMatchObject({ error: shape, msg: "defect" });
  });

  it("puts no values into texts", () => {
    expect(lineOf((logger) => logger.info("PAN %s", SECRET))).toMatchObject({ msg: "PAN %s" });
    expect(lineOf((logger) => logger.info({ result: "OK" }, "PAN %s", SECRET))).toMatchObject({ msg: "PAN %s" });
  });

  it("gives no way around it through a child", () => {
    const logger = createServiceLogger("debug", { write: () => undefined });
    expect(() => logger.child({ pan: SECRET })).toThrow("no children");
  });
});
