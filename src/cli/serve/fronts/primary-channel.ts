import { LaneStartError } from "../../../engine/lanes/index.js";
import { forbidsRetry } from "../../../engine/lanes/lane-failure.js";
import type { LoginTurn } from "../../../engine/lanes/login-gate.js";
import type { FromFront, ToFront } from "./front-messages.js";

/** A message of one kind. */
type Message<Kind extends ToFront["kind"]> = Extract<ToFront, { readonly kind: Kind }>;

/** A front's end of the channel to the primary. */
export class PrimaryChannel {
  constructor() {
    if (process.send === undefined) throw new Error("a front is started by its primary only");
  }

  send(message: FromFront): void {
    process.send?.(message);
  }

  /** Calls `listener` with every message of that kind. */
  on<Kind extends ToFront["kind"]>(kind: Kind, listener: (message: Message<Kind>) => void): void {
    process.on("message", (message: ToFront) => {
      if (message.kind === kind) listener(message as Message<Kind>);
    });
  }

  /** The next message of that kind. */
  next<Kind extends ToFront["kind"]>(kind: Kind): Promise<Message<Kind>> {
    return new Promise((resolve) => this.on(kind, resolve));
  }

  /** A login that waits for its turn among all fronts. They come one at a time: the lanes' own gate sees to that. */
  loginTurn(): LoginTurn {
    const granted: ((denied: LaneStartError | undefined) => void)[] = [];
    this.on("login", () => granted.shift()?.(undefined));
    this.on("noLogin", ({ code }) => granted.shift()?.(new LaneStartError(code)));
    return async (login) => {
      const denied = await new Promise<LaneStartError | undefined>((resolve) => {
        granted.push(resolve);
        this.send({ kind: "wantsLogin" });
      });
      if (denied !== undefined) throw denied;
      try {
        const result = await login();
        this.send({ kind: "loggedIn" });
        return result;
      } catch (error) {
        const refused = error instanceof LaneStartError && forbidsRetry(error.code);
        this.send({ kind: "loggedIn", ...(refused && { refusal: error.code }) });
        throw error;
      }
    };
  }
}
