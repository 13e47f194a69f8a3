import type { SecretBytes } from "../base/index.js";
import type { Environment } from "../keyblock/key-header.js";
import type { ModuleSettings } from "./pkcs11.js";

/** Which module to load, and which token of it. */
export interface TokenAddress extends ModuleSettings {
  /** Absolute path of the PKCS#11 module. */
  readonly modulePath: string;
  readonly tokenLabel: string;
  /** Not given: any token of that label, which must be the only one. */
  readonly tokenSerial?: string;
}

/** Which token to open, and for whom. */
export interface TokenOptions extends TokenAddress {
  /** Called once, when logging in. The PIN is wiped by the one who calls. */
  readonly readPin: () => SecretBytes;
  /** A software token is refused in production. */
  readonly environment: Environment;
}
