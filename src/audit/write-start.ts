import type { ServiceStart } from "./audit-record.js";

const TEXT = /^[\x20-\x7e]{0,128}$/;
const NAME = /^[A-Za-z]{1,32}$/;
const SHA_256 = /^[0-9a-f]{64}$/;
const ID = /^[0-9a-f]{16}$/;

/**
 * What started, as canonical JSON: member by member, each checked.
 * @throws TypeError when a member has not the form that it must have
 */
export function writeStart({ version, front, fronts, token, files, digestSecret }: ServiceStart): string {
  const { label, description, serial } = token;
  const digests = Object.entries(files).map(([name, digest]) => `"${checked(name, NAME)}":"${checked(digest, SHA_256)}"`);
  return (
    `{"version":${text(version)},"front":${count(front)},"fronts":${count(fronts)},"token":{"label":${text(label)},"description":${text(description)},"serial":${text(serial)}}` +
    `,"files":{${digests.join(",")}},"digestSecret":"${checked(digestSecret, ID)}"}`
  );
}

function text(value: string): string {
  return JSON.stringify(checked(value, TEXT));
}

function count(value: number): number {
  if (!Number.isSafeInteger(value) || value < 1) throw malformed();
  return value;
}

function checked(value: string, form: RegExp): string {
  if (typeof value !== "string" || !form.test(value)) throw malformed();
  return value;
}

function malformed(): TypeError {
  return new TypeError("What the audit log's opening says is malformed.");
}
