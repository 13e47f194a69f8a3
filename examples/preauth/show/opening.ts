import type { Key } from "../../../src/gen/pinmac/v1/key.js";
import type { ColorsOf } from "./colors.js";

/** What there is to say before the first step. */
export interface Opening {
  readonly address: string;
  readonly startMilliseconds: number;
  readonly keys: readonly Key[];
}

const INTRODUCTION = `A terminal, a switch and an issuer exchange ISO 8583 messages over TCP. Terminal and issuer compute
in software, each with its own keys. The switch has no key: it asks pinmac, over gRPC with mutual
TLS, and pinmac works with the keys of a PKCS#11 token. In place of a key injection facility, the
demo derives the terminal's initial key from the BDK when it starts.`;

function describeKey(key: Key): string {
  const scheme = key.mac === undefined ? "" : `${key.mac.scheme}, ${key.mac.length} bytes`;
  const name = `${key.name} v${key.version}`;
  return `${name.padEnd(27)}${key.usage}  ${`${key.algorithm} ${key.lengthBits}`.padEnd(9)}${key.checkValue.padEnd(11)} ${scheme}`;
}

/** The head of the demo: who takes part, which service, which keys. */
export function describeOpening({ address, startMilliseconds, keys }: Opening, colors: ColorsOf): string {
  const label = (text: string): string => colors.cyan(text.padEnd(12));
  return [
    colors.bold("pinmac: a card pre-authorization and its completion"),
    "",
    INTRODUCTION,
    "",
    `${label("service")}${address}, SERVING after ${(startMilliseconds / 1000).toFixed(1)} s`,
    ...keys.map((key, index) => `${label(index === 0 ? "keys" : "")}${describeKey(key).trimEnd()}`),
  ].join("\n");
}
