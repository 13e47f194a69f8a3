/**
 * The lines between the parties: TCP on loopback, each message after its length in two bytes, one exchange a connection.
 * Used by the parties and by the one who tampers; knows nothing of what the messages say.
 */
export { exchange } from "./exchange.js";
export { type Answer, type Listener, listenOn } from "./listener.js";
