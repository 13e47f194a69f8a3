import { type AddressInfo, createServer, type Socket } from "node:net";
import { FrameReader, frame } from "./framing.js";

/** What a party does with a message: it answers, or hangs up by throwing. */
export type Answer = (message: Buffer) => Promise<Buffer>;

/** A party's open port. */
export interface Listener {
  readonly port: number;
  close(): Promise<void>;
}

/** Answers messages on a free port of this machine. */
export function listenOn(answer: Answer): Promise<Listener> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    answerOn(socket, answer);
  });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => resolve({ port: (server.address() as AddressInfo).port, close }));
  });
}

function answerOn(socket: Socket, answer: Answer): void {
  const reader = new FrameReader();
  socket.on("data", (chunk: Buffer) => {
    const message = reader.push(chunk);
    if (message === undefined) return;
    answer(message).then(
      (response) => socket.end(frame(response)),
      (fault: unknown) => socket.destroy(fault instanceof Error ? fault : undefined),
    );
  });
}
