import { FLAGS } from "./cryptoki.js";
import type { Pkcs11Library, RawTokenInfo, SlotHandle } from "./pkcs11.js";
import { TokenFault } from "./token-fault.js";
import type { TokenAddress } from "./token-options.js";
import { TokenStartError } from "./token-start-error.js";

/** A token in its slot, as it describes itself. */
export interface FoundToken {
  readonly slot: SlotHandle;
  readonly label: string;
  readonly serial: string;
  /** Manufacturer, model and firmware, for the operator. */
  readonly description: string;
  /** A token in software, by its name or because its slot is not of hardware. */
  readonly isSoftware: boolean;
  readonly isUserPinLocked: boolean;
  /** False: its initialisation was interrupted. */
  readonly isUserPinSet: boolean;
}

/** Software tokens by what they call themselves, whatever their slots claim. */
const SOFTWARE_NAMES = /softhsm|nss|mozilla|opencryptoki|soft ?tok|kryoptic|simulat|emulat/i;

function describe(library: Pkcs11Library, slot: SlotHandle, info: RawTokenInfo): FoundToken {
  const manufacturer = info.manufacturerID.trim();
  const model = info.model.trim();
  const { major, minor } = info.firmwareVersion;
  const isHardwareSlot = (library.C_GetSlotInfo(slot).flags & FLAGS.HW_SLOT) !== 0;
  return {
    slot,
    label: info.label.trimEnd(),
    serial: info.serialNumber.trim(),
    description: `${manufacturer}, ${model}, firmware ${major}.${minor}`,
    isSoftware: !isHardwareSlot || SOFTWARE_NAMES.test(`${manufacturer} ${model}`),
    isUserPinSet: (info.flags & FLAGS.USER_PIN_INITIALIZED) !== 0,
    isUserPinLocked: (info.flags & FLAGS.USER_PIN_LOCKED) !== 0,
  };
}

/** The initialised tokens that have the address's label, and its serial number if it has one. */
export function findTokens(library: Pkcs11Library, address: TokenAddress): readonly FoundToken[] {
  try {
    return library
      .C_GetSlotList(true)
      .map((slot) => ({ slot, info: library.C_GetTokenInfo(slot) }))
      .filter(({ info }) => (info.flags & FLAGS.TOKEN_INITIALIZED) !== 0)
      .map(({ slot, info }) => describe(library, slot, info))
      .filter(({ label, serial }) => label === address.tokenLabel && serial === (address.tokenSerial ?? serial));
  } catch (error) {
    throw new TokenStartError("TOKEN_FAULT", TokenFault.from(error, "C_GetTokenInfo"));
  }
}

/**
 * The one token of that address.
 * @throws TokenStartError TOKEN_NOT_FOUND, TOKEN_AMBIGUOUS, TOKEN_FAULT
 */
export function findToken(library: Pkcs11Library, address: TokenAddress): FoundToken {
  const [token, ...others] = findTokens(library, address);
  if (token === undefined) throw new TokenStartError("TOKEN_NOT_FOUND");
  if (others.length > 0) throw new TokenStartError("TOKEN_AMBIGUOUS");
  return token;
}
