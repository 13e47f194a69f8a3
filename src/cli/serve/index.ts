/**
 * Starting the service: what must not be, the parts in their order, and the orderly end.
 * `pinmac serve` calls it.
 */
export { findStartProblems, type StartConditions } from "./find-problems.js";
export { type ServeOptions, serve } from "./serve.js";
export { findTlsProblems } from "./tls-problems.js";
