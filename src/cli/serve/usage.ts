import type { Logger } from "pino";
import { shapeOfError } from "../../base/index.js";
import { KeyUsageFile } from "../../store/index.js";
import type { ServerConfig } from "../config/index.js";
import { usagePath } from "../keys/index.js";

const FLUSH_MS = 60_000;

/** The report of last uses while a server runs. */
export interface UsageReport {
  readonly sink: Pick<KeyUsageFile, "note" | "lastUsed">;
  /** Writes what is left. */
  close(): void;
}

/** Keeps the report, and writes it every minute. That it cannot be written is logged, and stops nobody. */
export function openUsage(config: ServerConfig, logger: Logger): UsageReport {
  const sink = new KeyUsageFile(usagePath(config));
  const flush = () => {
    try {
      sink.flush();
    } catch (error) {
      logger.error({ error: shapeOfError(error) }, "the report of key usage cannot be written");
    }
  };
  const timer = setInterval(flush, FLUSH_MS);
  timer.unref();
  return {
    sink,
    close: () => {
      clearInterval(timer);
      flush();
    },
  };
}
