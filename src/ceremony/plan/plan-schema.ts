import { z } from "zod";
import { ENVIRONMENTS } from "../../keyblock/index.js";
import {
  blockKey,
  checkValue,
  keyVersion,
  newKey,
  newOfficer,
  officerName,
  path,
  printer,
  text,
  whole,
} from "./plan-fields.js";

/** XOR components of a key that is only a key among others (PCI PIN 12: at least two). */
const components = whole(2, 8);

/** XOR components of the storage master key, on which every key rests: three people, so that no two know it. */
const masterComponents = whole(3, 8);

/** Shamir shares: fewer than `threshold` of them tell nothing. As many people as for components. */
const shares = z.strictObject({ shares: whole(3, 16), threshold: whole(3, 16) });

const keyManagersOf = <Officer extends z.ZodType>(officer: Officer) =>
  z.tuple([officer, officer], { error: "must be two key managers." });
const custodiansOf = <Officer extends z.ZodType>(officer: Officer) =>
  z.array(officer, { error: "must be a list: the first has component 1." }).min(2, "must be two at least.").max(16);

/** The people, named; `custodians` in the order of their components. */
const withCustodians = z.strictObject({
  keyManagers: keyManagersOf(officerName),
  custodians: custodiansOf(officerName),
  auditor: officerName.optional(),
});
const maybeCustodians = withCustodians.partial({ custodians: true });
const withoutCustodians = withCustodians.omit({ custodians: true });
const newPeople = z.strictObject({
  keyManagers: keyManagersOf(newOfficer),
  custodians: custodiansOf(newOfficer).optional(),
  auditor: newOfficer.optional(),
});

const common = {
  purpose: text(200),
  environment: z.enum(ENVIRONMENTS, { error: `must be ${ENVIRONMENTS.join(" or ")}.` }),
  token: z.strictObject({ label: text(32), serial: text(16) }),
  transcript: path,
};

const found = z.strictObject({
  ceremony: z.literal("found"),
  ...common,
  officers: newPeople,
  masterKey: z.discriminatedUnion(
    "from",
    [
      z.strictObject({ from: z.literal("token") }),
      z.strictObject({ from: z.literal("newComponents"), components: masterComponents, printer: printer.optional() }),
      z.strictObject({ from: z.literal("newShares"), ...shares.shape, printer: printer.optional() }),
      z.strictObject({
        from: z.literal("components"),
        components: masterComponents,
        expectedCheckValue: checkValue.optional(),
      }),
    ],
    { error: "from must be token, newComponents, newShares or components." },
  ),
});

const restoreMasterKey = z.strictObject({
  ceremony: z.literal("restore-master-key"),
  ...common,
  officers: newPeople.required({ custodians: true }),
  masterKey: z.discriminatedUnion(
    "from",
    [
      z.strictObject({ from: z.literal("components"), components: masterComponents, expectedCheckValue: checkValue }),
      z.strictObject({ from: z.literal("shares"), threshold: whole(3, 16), expectedCheckValue: checkValue }),
    ],
    { error: "from must be components or shares." },
  ),
});

const loadKey = z.strictObject({
  ceremony: z.literal("load-key"),
  ...common,
  officers: withCustodians,
  key: newKey,
  components,
  expectedCheckValue: checkValue.optional(),
});

const generateKey = z.strictObject({
  ceremony: z.literal("generate-key"),
  ...common,
  officers: maybeCustodians,
  key: newKey,
  newComponents: components.optional(),
  printer: printer.optional(),
});

const importKeyBlock = z.strictObject({
  ceremony: z.literal("import-key-block"),
  ...common,
  officers: withoutCustodians,
  key: blockKey,
  keyBlock: path,
  keyEncryptionKey: keyVersion,
  expectedCheckValue: checkValue.optional(),
});

const exportKeyBlock = z.strictObject({
  ceremony: z.literal("export-key-block"),
  ...common,
  officers: withoutCustodians,
  key: keyVersion,
  keyEncryptionKey: keyVersion,
  keyBlock: path,
});

const rotateKey = z.strictObject({
  ceremony: z.literal("rotate-key"),
  ...common,
  officers: maybeCustodians,
  key: newKey,
  replaces: whole(1, 0xffff_fffe),
  overlapDays: whole(0, 366),
  components: components.optional(),
  newComponents: components.optional(),
  printer: printer.optional(),
  expectedCheckValue: checkValue.optional(),
});

const retireKey = z.strictObject({
  ceremony: z.literal("retire-key"),
  ...common,
  officers: withoutCustodians,
  key: keyVersion,
  reason: text(200),
});

/** The kinds of ceremony, each with the fields that apply to it and no other. */
export const PLAN_SCHEMA = z.discriminatedUnion(
  "ceremony",
  [found, restoreMasterKey, loadKey, generateKey, importKeyBlock, exportKeyBlock, rotateKey, retireKey],
  {
    error:
      "ceremony must be found, restore-master-key, load-key, generate-key, import-key-block, export-key-block, rotate-key or retire-key.",
  },
);
