import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Everything that set-up makes for running: token, PINs, register, certificates. Never committed. */
export const VAR = join(ROOT, "var");

/** Where the output of the set-up's own commands goes. */
export const LOGS = join(VAR, "log");

/** The configuration that `npm start` and the demo use. */
export const DEVELOPMENT_CONFIG = join(ROOT, "hsm-config", "development.server.yaml");

/** The compiled command line. */
export const PINMAC = join(ROOT, "dist", "cli", "main.js");

/** A program that npm installed into this checkout. @param {string} name */
export const installed = (name) => join(ROOT, "node_modules", ".bin", name);
