/** The token is missing or cannot do what is needed; the message says what to do about it. Exit code 3. */
export class HsmError extends Error {
  override readonly name = "HsmError";
}
