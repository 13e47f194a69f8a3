import { parseCeremonyPlan, type ReadPlan } from "../../../ceremony/plan/index.js";
import { YamlError } from "../../../yaml/index.js";
import { ConfigurationError } from "../../errors/index.js";
import { readGivenFile } from "../../files/index.js";

/** A plan's file, read strictly. @throws ConfigurationError with every problem: file, line, path */
export function readPlanFile(file: string): ReadPlan {
  try {
    return parseCeremonyPlan(readGivenFile(file), file);
  } catch (error) {
    throw error instanceof YamlError ? new ConfigurationError(...error.problems) : error;
  }
}
