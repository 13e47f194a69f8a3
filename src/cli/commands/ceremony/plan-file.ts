import { readFileSync } from "node:fs";
import { parseCeremonyPlan, type ReadPlan } from "../../../ceremony/plan/index.js";
import { YamlError } from "../../../yaml/index.js";
import { ConfigurationError } from "../../errors/index.js";

/** A plan's file, read strictly. @throws ConfigurationError with every problem: file, line, path */
export function readPlanFile(file: string): ReadPlan {
  try {
    return parseCeremonyPlan(readBytes(file), file);
  } catch (error) {
    throw error instanceof YamlError ? new ConfigurationError(...error.problems) : error;
  }
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new ConfigurationError(`${file}: cannot be read (${(cause as NodeJS.ErrnoException).code ?? "unknown error"}).`);
  }
}
