import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { ServiceStart } from "../../audit/index.js";
import type { LaneEngine } from "../../engine/lanes/index.js";
import type { ServerConfig } from "../config/index.js";
import { readVersion } from "../version.js";
import type { FrontPlace } from "./fronts/front-messages.js";

/** What the audit log says of this start: program, token, and the files that it was configured by, as they are now. */
export function describeStart(
  { file, hsm, policy }: Pick<ServerConfig, "file" | "hsm" | "policy">,
  { token }: Pick<LaneEngine, "token">,
  digestSecret: string,
  place: FrontPlace = { number: 1, of: 1 },
): ServiceStart {
  return {
    version: readVersion(),
    front: place.number,
    fronts: place.of,
    token: { label: hsm.tokenLabel, description: printable(token?.description), serial: printable(token?.serial) },
    files: {
      configuration: digestOf(file),
      hsmProfile: digestOf(hsm.file),
      ...(policy !== undefined && { policy: digestOf(policy) }),
    },
    digestSecret,
  };
}

/** A token may call itself anything. */
function printable(text = ""): string {
  return text.replace(/[^\x20-\x7e]/g, "?").slice(0, 128);
}

function digestOf(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
