const TAG = /<(\/?)([A-Za-z][\w.:-]*)((?:\s+[A-Za-z_][\w.:-]*="[^"<]*")*)\s*(\/?)>/y;
const TEXT = /[^<]+/y;
const STRAY_AMPERSAND = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);)/;

/**
 * Checks that a text is one XML element whose tags pair up, whose attributes are quoted and whose ampersands are references: XML 1.0,
 * well-formedness, as far as drawings use it (no declarations, comments or sections).
 * @throws Error with the place of the first fault
 */
export function assertWellFormed(text: string): void {
  const open: string[] = [];
  let roots = 0;
  for (let at = 0; at < text.length; ) {
    const { piece, tag } = takePiece(text, at);
    if (tag !== null) roots += takeTag(tag, open, at);
    else if (open.length === 0 && piece.trim() !== "") throw new Error(`Text outside of the root at ${at}.`);
    at += piece.length;
  }
  if (open.length > 0) throw new Error(`<${open.at(-1)}> is never closed.`);
  if (roots !== 1) throw new Error(`There are ${roots} roots.`);
}

/** The tag or the text that begins there. */
function takePiece(text: string, at: number): { readonly piece: string; readonly tag: RegExpExecArray | null } {
  TAG.lastIndex = at;
  TEXT.lastIndex = at;
  const tag = TAG.exec(text);
  const piece = tag?.[0] ?? TEXT.exec(text)?.[0];
  if (piece === undefined) throw new Error(`No tag and no text at ${at}.`);
  if (STRAY_AMPERSAND.test(piece)) throw new Error(`A bare ampersand after ${at}.`);
  return { piece, tag };
}

/** @returns 1 when a root begins */
function takeTag([, closing, name = "", , empty]: RegExpExecArray, open: string[], at: number): number {
  if (closing === "/") {
    if (open.pop() !== name) throw new Error(`</${name}> at ${at} closes nothing.`);
    return 0;
  }
  const isRoot = open.length === 0;
  if (empty !== "/") open.push(name);
  return isRoot ? 1 : 0;
}
