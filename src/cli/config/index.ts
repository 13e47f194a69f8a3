/**
 * The configuration files: the server's and one profile for each HSM. Strict: an unknown key, a wrong type or a duplicate is an
 * error that names the file and the key. The commands call it; it opens no token and judges no security.
 */
export type { AuditSettings } from "./audit-settings.js";
export { loadConfig } from "./find-config.js";
export { type HsmProfile, readHsmProfile } from "./hsm-profile.js";
export { formatListenAddress, isLoopback, type ListenAddress, parseListenAddress } from "./listen-address.js";
export { findMetricsProblems, type MetricsSettings } from "./metrics-settings.js";
export { readServerConfig, type ServerConfig, type ServerLimits } from "./server-config.js";
export { type BudgetSettings, findSpendingProblems, type LedgerSettings } from "./spending-settings.js";
export type { TlsFiles } from "./tls-files.js";
