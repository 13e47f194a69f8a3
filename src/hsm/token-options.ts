import type { SecretBytes } from "../base/index.js";
import type { Environment } from "../keyblock/key-header.js";

/** Which module to load, and which token of it. */
export interface TokenAddress {
  /** Absolute path of the PKCS#11 module. */
  readonly modulePath: string;
  /** What the module reads from its environment, such as SOFTHSM2_CONF. Set before the module is initialised. */
  readonly moduleEnvironment: Readonly<Record<string, string>>;
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
