import { Refusal } from "./refusal.js";

/** An error without its text. */
export interface ErrorShape {
  readonly name: string;
  readonly code?: string;
  /** Not of a refusal, whose place says nothing. */
  readonly frames?: readonly string[];
  readonly cause?: ErrorShape;
}

const FRAME = /^ {4}at .+$/gm;
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const MAX_CAUSES = 4;

/** What may be known of an error: its name, its code, the call sites it came by. Never its text, which may quote operands. */
export function shapeOfError(error: unknown, depth = 0): ErrorShape {
  if (!(error instanceof Error)) return { name: typeof error };
  const code = nameLike("code" in error ? error.code : undefined);
  const frames = error instanceof Refusal ? undefined : framesOf(error);
  const cause = error.cause === undefined || depth >= MAX_CAUSES ? undefined : shapeOfError(error.cause, depth + 1);
  return {
    name: nameLike(error.name) ?? "Error",
    ...(code !== undefined && { code }),
    ...(frames !== undefined && { frames }),
    ...(cause !== undefined && { cause }),
  };
}

/** The call sites of the stack, without the message before them: its lines cannot be taken for frames. */
function framesOf(error: Error): readonly string[] {
  const stack = typeof error.stack === "string" ? error.stack : "";
  const message = stack.lastIndexOf(error.message);
  const sites = message < 0 ? stack : stack.slice(message + error.message.length);
  return sites.match(FRAME) ?? [];
}

function nameLike(value: unknown): string | undefined {
  return typeof value === "string" && NAME.test(value) ? value : undefined;
}
