/** What is asked for, of which server, and what the row is called. */
export interface StreamSubject {
  readonly name: string;
  readonly steps: "translate" | "authorize";
  /** Static keys, or the terminal's BDK with rising KSNs. */
  readonly terminalKeys: "static" | "bdk";
  /** Whether the server spends KSNs in a ledger and records every request in an audit log. */
  readonly recording: boolean;
}

/** Before a subject's name: the same requests, sent to the same server's echo. */
export const ECHO_PREFIX = "echo of ";

/** What is measured, the least first. */
export const STREAM_SUBJECTS: readonly StreamSubject[] = [
  { name: "stream_translate", steps: "translate", terminalKeys: "static", recording: false },
  { name: "stream_authorize", steps: "authorize", terminalKeys: "static", recording: false },
  { name: "stream_translate, BDK", steps: "translate", terminalKeys: "bdk", recording: false },
  { name: "stream_authorize, BDK", steps: "authorize", terminalKeys: "bdk", recording: false },
  { name: "stream_translate, BDK, ledger, audit", steps: "translate", terminalKeys: "bdk", recording: true },
  { name: "stream_authorize, BDK, ledger, audit", steps: "authorize", terminalKeys: "bdk", recording: true },
];
