import type { AuditReport } from "../setup/index.js";
import type { Outcome, Step } from "./step.js";
import type { World } from "./world.js";

/** What an auditor finds after the server has stopped. `verify` runs `pinmac audit verify`. */
export function auditStep({ journal }: World, verify: () => Promise<AuditReport>): Step {
  return {
    id: "11",
    title: "The audit log",
    story: "The server has stopped. `pinmac audit verify` checks every hash, link and signature of its log.",
    expected: { service: "THE_LOG_HOLDS" },
    run: async (): Promise<Outcome> => {
      const report = await verify();
      for (const line of describeReport(report)) journal.remark("auditor", line);
      return { service: report.holds && report.calls > 0 ? "THE_LOG_HOLDS" : "DOES_NOT_HOLD" };
    },
  };
}

function describeReport({ records, calls, unsignedRecords, signedCheckpoint, fault }: AuditReport): readonly string[] {
  const signed = signedCheckpoint === null ? "nothing is signed" : `signed up to record ${signedCheckpoint.seq}`;
  return [
    `${records} records, of them ${calls} calls; ${signed}, ${unsignedRecords} follow`,
    ...(fault === undefined ? [] : [`record ${fault.seq}: ${fault.code}: ${fault.why}`]),
  ];
}
