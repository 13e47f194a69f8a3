import type { KeyHeader } from "../../../keyblock/index.js";
import { describeKey, formatCheckValue } from "../../keys/index.js";
import { print, printJson } from "../../output/index.js";

/** One line, or JSON, for a key that was just registered. */
export function reportMadeKey(header: KeyHeader, json: boolean): void {
  if (json) printJson(describeKey(header));
  else
    print(
      `${header.name}@${header.version} ${header.usage} ${header.algorithm}-${header.keyLength * 8} KCV ${formatCheckValue(header)}`,
    );
}
