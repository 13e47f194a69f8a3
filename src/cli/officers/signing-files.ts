import { closeSync, fsyncSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { type Approval, readApproval, Statement, writeApproval } from "../../officers/index.js";
import { ConfigurationError } from "../errors/index.js";

const MAX_LENGTH = 65_536;
const approvalFile = z.strictObject({ format: z.literal("pinmac approval v1"), officer: z.string(), signature: z.string() });

/** Writes a statement for officers to sign elsewhere: its bytes, no secret. @throws ConfigurationError when the file exists */
export function writeStatementFile(path: string, { bytes }: Statement): void {
  writeNew(path, bytes);
}

/** @throws ConfigurationError; OfficerError STATEMENT_INVALID */
export function readStatementFile(path: string): Statement {
  return Statement.parse(readBytes(path));
}

/** Writes an officer's signature: no secret. @throws ConfigurationError when the file exists */
export function writeApprovalFile(path: string, approval: Approval): void {
  writeNew(path, `${JSON.stringify({ format: "pinmac approval v1", ...writeApproval(approval) }, undefined, 2)}\n`);
}

/** @throws ConfigurationError; OfficerError APPROVAL_FALSE */
export function readApprovalFile(path: string): Approval {
  const parsed = approvalFile.safeParse(parseJson(readBytes(path).toString("utf8")));
  if (!parsed.success) throw new ConfigurationError(`${path}: is not an approval.`);
  return readApproval(parsed.data);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readBytes(path: string): Buffer {
  try {
    const bytes = readFileSync(path);
    if (bytes.length > MAX_LENGTH) throw new ConfigurationError(`${path}: is too long.`);
    return bytes;
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw new ConfigurationError(`${path}: cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

function writeNew(path: string, content: string | Buffer): void {
  try {
    const file = openSync(path, "wx", 0o644);
    try {
      writeFileSync(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw new ConfigurationError(`${path}: cannot be written (${(error as NodeJS.ErrnoException).code}).`);
  }
}
