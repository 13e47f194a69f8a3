import type { KeyMaker } from "../../engine/key-maker.js";
import type { ServerConfig } from "../config/index.js";
import { tokenAddress } from "./token-address.js";
import { obtainTokenPin } from "./token-pin.js";

/**
 * Opens the token for making keys, for the time of `work`.
 * @throws TokenStartError; ConfigurationError, Aborted for the PIN; what `work` throws
 */
export async function withKeyMaker<T>(
  config: ServerConfig,
  pinFile: string | undefined,
  work: (maker: KeyMaker) => Promise<T>,
): Promise<T> {
  const pin = await obtainTokenPin(config.hsm, pinFile);
  try {
    const { openKeyMaker } = await import("../../engine/index.js");
    const maker = openKeyMaker({ ...tokenAddress(config.hsm), readPin: pin.read, environment: config.environment });
    try {
      return await work(maker);
    } finally {
      maker.close();
    }
  } finally {
    pin.wipe();
  }
}
