import type { ServerConfig } from "../config/index.js";

/** The report of when keys were last used: beside the register. */
export function usagePath({ register }: Pick<ServerConfig, "register">): string {
  return `${register}.usage`;
}
