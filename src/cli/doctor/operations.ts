/** What one operation leaves where, in the words of the report. */
export interface OperationCustody {
  readonly operation: string;
  /** What never leaves the token while it is done. */
  readonly insideToken: string;
  /** What passes through the memory of a lane (or of the CLI), in one wiped buffer each; "nothing" if so. */
  readonly touchesMemory: string;
}

/**
 * Where secrets are during each operation, on a general-purpose PKCS#11 token. The token's own memory is this machine's memory when
 * the token is a software token.
 */
export const OPERATION_CUSTODY: readonly OperationCustody[] = [
  {
    operation: "Translate a PIN block, static TDES or AES keys",
    insideToken: "both keys; deciphering and enciphering",
    touchesMemory: "the clear PIN block and the PIN",
  },
  {
    operation: "Translate a PIN block, TDES DUKPT source",
    insideToken: "the BDK; the derivation of the initial key; the target key",
    touchesMemory: "initial, transaction and PIN key; the clear PIN block and the PIN",
  },
  {
    operation: "MAC with CMAC, HMAC, CBC-MAC, retail MAC or UnionPay's",
    insideToken: "the key; every cipher call",
    touchesMemory: "intermediate blocks of the MAC",
  },
  {
    operation: "MAC, TDES DUKPT",
    insideToken: "the BDK; the derivation of the initial key",
    touchesMemory: "initial, transaction and MAC key",
  },
  {
    operation: "Translate a PIN block, AES DUKPT source",
    insideToken: "the BDK; the whole derivation down to the PIN key; the target key; deciphering and enciphering",
    touchesMemory: "the clear PIN block and the PIN",
  },
  {
    operation: "MAC, AES DUKPT",
    insideToken: "the BDK; the whole derivation down to the MAC key; every cipher call",
    touchesMemory: "intermediate blocks of the MAC",
  },
  {
    operation: "Verify a PIN (Visa PVV, IBM 3624)",
    insideToken: "the PIN key; the PIN verification key; every cipher call",
    touchesMemory: "the clear PIN block, the PIN, and the intermediate values that it is compared by",
  },
  {
    operation: "Import a key in a key block (TR-31)",
    insideToken: "the key block protection key; sealing",
    touchesMemory: "the keys derived from it for the block, and the imported key",
  },
  {
    operation: "Export a key in a key block (TR-31)",
    insideToken: "the key block protection key; the seal key",
    touchesMemory: "the key of the export part, the keys derived for the block, and the exported key",
  },
  {
    operation: "Sign-on of a terminal",
    insideToken: "the terminal master key; the random source; wrapping",
    touchesMemory: "each session key, once, while it is enciphered for the terminal and sealed",
  },
  {
    operation: "Derive an initial key for a device",
    insideToken: "the BDK; the derivation; the key block protection key",
    touchesMemory: "the initial key, and the keys derived for its key block",
  },
  {
    operation: "Open a sealed key",
    insideToken: "the storage master key; unwrapping; the opened key",
    touchesMemory: "nothing",
  },
  {
    operation: "Generate an AES or HMAC key, or a TDES key but for BDKs and retail MAC; not exportable",
    insideToken: "generation; wrapping",
    touchesMemory: "nothing",
  },
  {
    operation: "Generate a TDES BDK, a retail-MAC key, a DES key, or a key that may be exported",
    insideToken: "the random source; wrapping",
    touchesMemory: "the key, once, while its parts are made",
  },
  {
    operation: "Import a clear key (development only)",
    insideToken: "wrapping",
    touchesMemory: "the key, which a file held already",
  },
];
