import { z } from "zod";
import { parseInstantOrDay } from "../../base/index.js";
import { DUKPT_KEY_TYPES, DUKPT_TYPES } from "../../dukpt/index.js";
import {
  EXPORTABILITIES,
  isKeyName,
  KEY_ALGORITHMS,
  KEY_BLOCK_VERSIONS,
  KEY_USAGES,
  MODES_OF_USE,
} from "../../keyblock/index.js";
import { MAC_SCHEMES } from "../../mac/index.js";
import { isOfficerName, type OfficerName } from "../../officers/index.js";

const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, { error: `must be ${values.join(", ").replace(/, ([^,]*)$/, " or $1")}.` });

/** A whole number from `least` to `most`. */
export const whole = (least: number, most: number) => {
  const error = `must be a whole number from ${least} to ${most}.`;
  return z.int({ error }).min(least, error).max(most, error);
};

/** Printable text, at most `most` characters, nothing that moves the cursor or turns the writing direction. */
export const text = (most: number) =>
  z
    .string({ error: "must be text." })
    .trim()
    .min(1, "must not be empty.")
    .max(most, `must have at most ${most} characters.`)
    .regex(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u, "must have no control characters.");

/** A path, relative to the plan unless it is absolute. */
export const path = text(1_024);

export const keyName = z
  .string({ error: "must be the name of a key." })
  .refine(isKeyName, "must be 1 to 64 of a-z, 0-9, '.', '-', '_', '/', a letter or digit first and last.");

export const officerName = z
  .string({ error: "must be the name of an officer." })
  .refine((name): name is OfficerName => isOfficerName(name), "must be the name of an officer, such as anna-meier.");

/** An officer whom no directory knows yet: their key's fingerprint is reviewed with the plan. */
export const newOfficer = z.strictObject(
  {
    name: officerName,
    fingerprint: z
      .string({ error: "must be 64 hex digits: put them in quotes." })
      .regex(/^[0-9a-f]{64}$/, "must be the 64 small hex digits that `pinmac officer key create` printed."),
  },
  { error: "must have a name and a fingerprint." },
);

/** The check value on the partner's letter, or of the master key's founding: 3 bytes, 5 of AES. */
export const checkValue = z
  .string({ error: "must be hex digits: put them in quotes." })
  .regex(/^(?:[0-9A-Fa-f]{6}|[0-9A-Fa-f]{10})$/, "must be 6 hex digits, 10 of an AES key.")
  .transform((digits) => digits.toUpperCase());

/** Where custodians read their components: not on the screen but on paper from a printer that is a device of this machine. */
export const printer = z
  .string({ error: "must be a device." })
  .regex(/^\/dev\/[A-Za-z0-9][A-Za-z0-9/._-]{0,63}$/, "must be a printer's device, such as /dev/usb/lp0.")
  .refine((device) => !device.includes(".."), "must be a printer's device, such as /dev/usb/lp0.");

const instant = z
  .string({ error: 'must be a time in quotes, such as "2027-01-01T00:00:00Z".' })
  .transform((written, context) => {
    const seconds = parseInstantOrDay(written);
    if (seconds !== undefined) return seconds;
    context.addIssue({
      code: "custom",
      message: "must be a time of the calendar, such as 2027-01-01 or 2027-01-01T00:00:00Z, in UTC.",
    });
    return z.NEVER;
  });

const mac = z.strictObject({
  scheme: oneOf(MAC_SCHEMES),
  padding: oneOf(["none", "1", "2"])
    .or(z.literal([1, 2]))
    .default("none"),
  length: whole(4, 64),
});

const dukpt = z.strictObject({
  type: oneOf(DUKPT_TYPES),
  pinKey: oneOf(DUKPT_KEY_TYPES).optional(),
  macKey: oneOf(DUKPT_KEY_TYPES).optional(),
});

const ibm3624 = z.strictObject({
  tableName: keyName,
  table: z.string({ error: "must be 16 digits in quotes." }).regex(/^[0-9]{16}$/, "must be 16 digits."),
  panStart: whole(0, 18),
  panLength: whole(1, 16),
  pad: z.string({ error: "must be a hex digit in quotes." }).regex(/^[0-9A-F]$/, "must be one hex digit, a letter capital."),
});

const parameters = {
  name: keyName,
  owner: text(128).optional(),
  notBefore: instant.optional(),
  notAfter: instant.optional(),
  mac: mac.optional(),
  dukpt: dukpt.optional(),
  keyBlockVersion: oneOf(KEY_BLOCK_VERSIONS).optional(),
  ibm3624: ibm3624.optional(),
};

/** A key that is made: everything is said, nothing has a default, because this is what is reviewed. */
export const newKey = z.strictObject({
  ...parameters,
  usage: oneOf(KEY_USAGES),
  algorithm: oneOf(KEY_ALGORITHMS),
  length: whole(8, 64),
  mode: oneOf(MODES_OF_USE),
  exportability: oneOf(EXPORTABILITIES),
});

/** A key that comes in a key block, which says the rest; usage and algorithm are said here too, and compared. */
export const blockKey = z.strictObject({ ...parameters, usage: oneOf(KEY_USAGES), algorithm: oneOf(KEY_ALGORITHMS) });

/** A key that is there: one version of it. */
export const keyVersion = z.strictObject({ name: keyName, version: whole(1, 0xffff_ffff) });
