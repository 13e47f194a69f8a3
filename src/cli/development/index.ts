/**
 * Development certificates: a private authority, the server's certificate for this machine and two callers'.
 * `pinmac development certificates` calls it; production brings its own certificates.
 */
export { makeCertificates } from "./certificate-files.js";
export { LEAVES, RENEW_DAYS, VALID_DAYS } from "./certificate-profile.js";
