import type { ServerUnaryCall } from "@grpc/grpc-js";
import type { AuditedKey } from "../../audit/index.js";
import { Refusal } from "../../base/index.js";
import type { AuditSubjects } from "../audit-subjects.js";
import { callerOf } from "../identity.js";
import type { Permission } from "../permission.js";

/** The client has gone: nobody waits for the answer. */
export class CallCancelled extends Error {
  override readonly name = "CallCancelled";
}

/** A call as a handler sees it: what its caller may do, and whether it is still worth working for. */
export interface CallContext {
  /** Who calls, as `callerOf` names them. */
  readonly caller: string;
  readonly permission: Permission;
  /** The keys of the request so far, for the audit log; whoever resolves one adds it. */
  readonly usedKeys: AuditedKey[];
  /** What of the request the audit log keeps digests of; whoever reads it from the request notes it here. */
  readonly subjects: AuditSubjects;
  /**
   * To be called before every use of the engine.
   * @throws Refusal DEADLINE_EXCEEDED; CallCancelled
   */
  ensureLive(): void;
}

/** The context of a gRPC call whose caller has that permission. */
export function contextOf(
  call: Pick<ServerUnaryCall<unknown, unknown>, "getAuthContext" | "getDeadline" | "cancelled">,
  permission: Permission,
): CallContext {
  const deadline = Number(call.getDeadline());
  return {
    get caller() {
      return callerOf(call);
    },
    permission,
    usedKeys: [],
    subjects: {},
    ensureLive() {
      if (Date.now() >= deadline) throw new Refusal("DEADLINE_EXCEEDED");
      if (call.cancelled) throw new CallCancelled();
    },
  };
}
