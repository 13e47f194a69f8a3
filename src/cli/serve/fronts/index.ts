/**
 * Several front processes on one machine and port: the primary binds the port, hands out connections, replaces fronts that end, and has all
 * their lanes log in one after another. `serve` calls `superviseFronts`; front-main.ts is the program of a front and is started, never imported.
 */
export { superviseFronts } from "./supervise-fronts.js";
