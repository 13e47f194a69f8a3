import type { MechanismName } from "./cryptoki.js";
import type { ObjectHandle } from "./pkcs11.js";
import type { TokenSession } from "./token-session.js";

const USES = ["encrypt", "decrypt", "wrap", "unwrap", "sign", "verify", "derive"] as const;

/** What a key of the token is, as the token says it: for transcripts. */
export interface KeyAttributes {
  /** Its label. */
  readonly object: string;
  readonly sensitive: boolean;
  readonly extractable: boolean;
  readonly modifiable: boolean;
  readonly copyable: boolean;
  readonly uses: (typeof USES)[number][];
  readonly mechanisms: MechanismName[];
}

/** Reads a secret key's attributes back. @throws TokenFault */
export function readKeyAttributes(session: TokenSession, key: ObjectHandle): KeyAttributes {
  const read = session.readAttributes(key, [
    "label",
    "sensitive",
    "extractable",
    "modifiable",
    "copyable",
    ...USES,
    "allowedMechanisms",
  ]);
  const isTrue = (name: "sensitive" | "extractable" | "modifiable" | "copyable" | (typeof USES)[number]) =>
    read.get(name) === true;
  const mechanisms = read.get("allowedMechanisms");
  return {
    object: String(read.get("label")),
    sensitive: isTrue("sensitive"),
    extractable: isTrue("extractable"),
    modifiable: isTrue("modifiable"),
    copyable: isTrue("copyable"),
    uses: USES.filter(isTrue),
    // Numbers are mechanisms that pinmac has no name for; a key of its own has none.
    mechanisms: Array.isArray(mechanisms) ? mechanisms.filter((each): each is MechanismName => typeof each === "string") : [],
  };
}
