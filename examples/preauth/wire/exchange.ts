import { connect } from "node:net";
import { FrameReader, frame } from "./framing.js";

const PATIENCE_MS = 15_000;

/** Sends one message to a port of this machine and waits for the one that comes back. @throws Error when none comes */
export function exchange(port: number, message: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const reader = new FrameReader();
    const socket = connect({ host: "127.0.0.1", port }, () => socket.write(frame(message)));
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error("The other party did not answer in time.")));
    socket.on("data", (chunk: Buffer) => {
      const answer = reader.push(chunk);
      if (answer === undefined) return;
      resolve(answer);
      socket.end();
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("The other party closed the line without an answer.")));
  });
}
