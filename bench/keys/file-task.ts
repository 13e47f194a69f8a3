/** One file of terminal keys to make. */
export interface FileTask {
  readonly file: string;
  /** Number of its first key. */
  readonly first: number;
  readonly count: number;
}
