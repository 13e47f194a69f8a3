import { Refusal } from "../base/index.js";
import { TokenFault, type TokenOptions } from "../hsm/index.js";
import type { Environment } from "../keyblock/index.js";
import { admitCommand } from "./admission.js";
import type { EngineCommand, EngineOutcome, RefusedOutcome } from "./commands/command.js";
import type { CommandContext } from "./commands/command-context.js";
import type { Engine } from "./engine.js";
import { KeyCache } from "./key-cache.js";
import { openTestedToken, type TestedToken } from "./open-tested-token.js";
import { performCommand } from "./perform-command.js";
import { TokenCommandContext } from "./token-command-context.js";
import { TokenProbe } from "./token-probe.js";

export { openKeyMaker } from "./token-key-maker.js";

/** What to open, and how many unwrapped keys to keep. */
export interface TokenEngineOptions extends TokenOptions {
  /** At least 4. */
  readonly keyCacheSize: number;
  /** Hears of defects: errors that are neither refusals nor the token's. Their text may hold operands; do not log it. */
  readonly onDefect?: (error: unknown) => void;
}

/** The engine of this process. */
export interface TokenEngine extends Engine {
  /** Manufacturer, model, firmware. */
  readonly tokenDescription: string;
  readonly tokenSerial: string;
  /** The point of the audit key (X9.62, uncompressed); the token may have none. */
  readonly auditPublicKey: Buffer | undefined;
  /** Checks that the self-test passed. */
  readonly selfTests: number;
  /** Unwrapped keys at hand. */
  readonly cachedKeys: number;
  /** Session objects made on the token so far, those that were destroyed since included. */
  readonly objectsCreated: number;
  /** The token failed: every further command is refused TOKEN_UNAVAILABLE. Only a new engine can serve again. */
  readonly isBroken: boolean;
}

const TOKEN_UNAVAILABLE: RefusedOutcome = { kind: "refused", reason: "TOKEN_UNAVAILABLE" };

function refusedOutcome({ reason, field, requirement }: Refusal): RefusedOutcome {
  return {
    kind: "refused",
    reason,
    ...(field !== undefined && { field }),
    ...(requirement !== undefined && { requirement }),
  };
}

class InProcessTokenEngine implements TokenEngine {
  readonly #token: TestedToken;
  readonly #environment: Environment;
  readonly #cache: KeyCache;
  readonly #probe: TokenProbe;
  readonly #context: CommandContext;
  readonly #onDefect: ((error: unknown) => void) | undefined;
  #broken = false;

  constructor(token: TestedToken, options: TokenEngineOptions) {
    this.#token = token;
    this.#environment = options.environment;
    this.#onDefect = options.onDefect;
    this.#cache = new KeyCache(token, options.keyCacheSize);
    this.#probe = new TokenProbe(token);
    this.#context = new TokenCommandContext(token, this.#cache);
  }

  get tokenDescription(): string {
    return this.#token.token.description;
  }

  get tokenSerial(): string {
    return this.#token.token.serial;
  }

  get auditPublicKey(): Buffer | undefined {
    return this.#token.auditKey?.publicPoint;
  }

  get selfTests(): number {
    return this.#token.selfTests;
  }

  get cachedKeys(): number {
    return this.#cache.length;
  }

  get objectsCreated(): number {
    return this.#token.session.objectsCreated;
  }

  get isBroken(): boolean {
    return this.#broken;
  }

  async execute(commands: readonly EngineCommand[]): Promise<readonly EngineOutcome[]> {
    return commands.map((command) => this.#executeOne(command));
  }

  async close(): Promise<void> {
    this.#broken = true;
    this.#token.close();
  }

  #executeOne(command: EngineCommand): EngineOutcome {
    if (this.#broken) return TOKEN_UNAVAILABLE;
    try {
      const now = Math.floor(Date.now() / 1000);
      admitCommand(command, (key) => this.#context.open(key).header, { environment: this.#environment, now });
      return performCommand(this.#context, this.#probe, command);
    } catch (error) {
      return this.#refuse(error);
    }
  }

  /**
   * A token that faults on sealed, admitted work is not to be trusted with more, whatever its reason: sealed keys were opened by it
   * before they were given out.
   */
  #refuse(error: unknown): RefusedOutcome {
    if (error instanceof Refusal) return refusedOutcome(error);
    if (!(error instanceof TokenFault)) {
      this.#onDefect?.(error);
      return { kind: "refused", reason: "INTERNAL" };
    }
    this.#broken = true;
    this.#token.close();
    return TOKEN_UNAVAILABLE;
  }
}

function engineOf(token: TestedToken, options: TokenEngineOptions): TokenEngine {
  try {
    return new InProcessTokenEngine(token, options);
  } catch (error) {
    token.close();
    throw error;
  }
}

/**
 * Opens the token and serves commands in this process, one at a time, with synchronous calls. Nothing is served before the self-test has
 * passed.
 * @throws TokenStartError when the token cannot be opened, or is not what it should be; RangeError for a cache that is too small
 */
export function openTokenEngine(options: TokenEngineOptions): TokenEngine {
  return engineOf(openTestedToken(options), options);
}
