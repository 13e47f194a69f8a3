/** The checkout is not ready for the demo. The message says what to do; it is shown without a stack. */
export class SetUpMissing extends Error {
  override readonly name = "SetUpMissing";
}
