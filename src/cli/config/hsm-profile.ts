import { isAbsolute, resolve } from "node:path";
import { z } from "zod";
import { resolveFrom, resolveValueFrom } from "./paths.js";
import { readYaml } from "./read-yaml.js";

const text = z.string({ error: "must be a text." }).min(1, "must not be empty.");

const schema = z.strictObject({
  name: text,
  module: text.refine(isAbsolute, "must be an absolute path: the module is not searched for."),
  moduleEnvironment: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "is no name of a variable."), text).default({}),
  libraryParameters: text.optional(),
  tokenLabel: text.max(32, "a token label has at most 32 bytes."),
  tokenSerial: text.max(16, "a token serial has at most 16 bytes.").optional(),
  pinFile: text.optional(),
});

/** Which module, which token: one file in hsm-config/ for each HSM. Every path is absolute. */
export interface HsmProfile {
  readonly file: string;
  readonly name: string;
  readonly module: string;
  readonly moduleEnvironment: Readonly<Record<string, string>>;
  /** What the module is told by C_Initialize itself, where it asks for that. */
  readonly libraryParameters?: string;
  readonly tokenLabel: string;
  readonly tokenSerial?: string;
  readonly pinFile?: string;
}

/** @throws ConfigurationError */
export function readHsmProfile(path: string): HsmProfile {
  const file = resolve(path);
  const { moduleEnvironment, libraryParameters, tokenSerial, pinFile, ...rest } = readYaml(file, schema);
  return {
    ...rest,
    file,
    moduleEnvironment: Object.fromEntries(
      Object.entries(moduleEnvironment).map(([name, value]) => [name, resolveValueFrom(file, value)]),
    ),
    ...(libraryParameters === undefined ? {} : { libraryParameters }),
    ...(tokenSerial === undefined ? {} : { tokenSerial }),
    ...(pinFile === undefined ? {} : { pinFile: resolveFrom(file, pinFile) }),
  };
}
