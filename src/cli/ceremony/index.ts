/**
 * The place where `pinmac ceremony run` lets a ceremony happen: this machine's token, register and files, and the officers' key files.
 * Only the command calls it.
 */
export { openSite, type SiteOptions } from "./site.js";
