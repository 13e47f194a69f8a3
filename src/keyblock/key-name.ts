/** 1 to 64 characters of a-z, 0-9, '.', '-', '_', '/'; the first and the last are a letter or a digit. */
export const KEY_NAME_PATTERN = /^[a-z0-9](?:[a-z0-9._/-]{0,62}[a-z0-9])?$/;

/** Whether `text` may be the name of a key. */
export function isKeyName(text: string): boolean {
  return KEY_NAME_PATTERN.test(text);
}
