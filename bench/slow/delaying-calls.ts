/**
 * A token that is slow, as one behind a network is: every call in which a token works takes at least so long. The second importer of the
 * binding in the benchmarks, since the calls are delayed where they leave this process.
 */
import pkcs11js from "pkcs11js";

/** Calls in which the token works. C_…Init and C_FindObjects… only prepare, and a module of a network HSM sends them with the next call. */
const WORKING_CALLS = [
  "C_CreateObject",
  "C_Decrypt",
  "C_DeriveKey",
  "C_DestroyObject",
  "C_Encrypt",
  "C_GenerateKey",
  "C_GenerateKeyPair",
  "C_GenerateRandom",
  "C_Sign",
  "C_UnwrapKey",
  "C_WrapKey",
] as const;

/** How slow a token is. */
export interface Delay {
  readonly milliseconds: number;
}

/** What a delayed token has done. */
export interface CallCount {
  calls: number;
  /** How long they took together, in milliseconds. */
  took: number;
}

/**
 * From now on every module that this process loads is slow.
 * @param delay how long a call takes at least, in milliseconds, read at each; 0 only counts
 * @returns counts the delayed calls
 */
export function delayCalls(delay: Delay): CallCount {
  const count: CallCount = { calls: 0, took: 0 };
  const prototype = pkcs11js.PKCS11.prototype;
  const load = prototype.load;
  prototype.load = function loadSlowly(this: pkcs11js.PKCS11, path: string): void {
    load.call(this, path);
    for (const name of WORKING_CALLS) delayCall(this, name, delay, count);
  };
  return count;
}

/** Nobody ever notifies it: waiting on it is sleeping. */
const NEVER = new Int32Array(new SharedArrayBuffer(4));

function delayCall(module: object, name: string, delay: Delay, count: CallCount): void {
  const call: unknown = Reflect.get(module, name);
  if (typeof call !== "function") throw new Error(`The binding has no ${name}.`);
  const delayed = (...operands: unknown[]): unknown => {
    const begin = performance.now();
    count.calls += 1;
    try {
      return Reflect.apply(call, module, operands);
    } finally {
      const left = begin + delay.milliseconds - performance.now();
      if (left > 0) Atomics.wait(NEVER, 0, 0, left);
      count.took += performance.now() - begin;
    }
  };
  Reflect.defineProperty(module, name, { value: delayed, configurable: true, writable: true });
}
