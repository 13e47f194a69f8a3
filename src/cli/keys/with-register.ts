import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { type HeadSealer, type KeyRecord, type KeyRegister, openSqliteRegister } from "../../store/index.js";
import { ConfigurationError } from "../errors/index.js";

const PAGE_SIZE = 1_000;

/**
 * Opens the register for the time of `work`.
 * @param sealHead not given: the register is only read
 * @throws ConfigurationError when its folder is missing; StoreError
 */
export async function withRegister<T>(
  path: string,
  work: (register: KeyRegister) => Promise<T>,
  sealHead?: HeadSealer,
): Promise<T> {
  if (!existsSync(dirname(path))) throw new ConfigurationError(`${path}: the folder of the register does not exist.`);
  const register = openSqliteRegister(path, sealHead);
  try {
    return await work(register);
  } finally {
    register.close();
  }
}

/** Every key, by name, then version. */
export async function listAllKeys(register: KeyRegister): Promise<readonly KeyRecord[]> {
  const records: KeyRecord[] = [];
  let pageToken: string | undefined;
  do {
    const page = await register.list(PAGE_SIZE, pageToken);
    records.push(...page.records);
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  return records;
}
