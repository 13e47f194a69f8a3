import { openSync } from "node:fs";
import koffi from "koffi";

const libc = koffi.load("libc.so.6");
const posixOpenpt = libc.func("int posix_openpt(int flags)") as (flags: number) => number;
const grantpt = libc.func("int grantpt(int fd)") as (fd: number) => number;
const unlockpt = libc.func("int unlockpt(int fd)") as (fd: number) => number;
const ptsnameR = libc.func("int ptsname_r(int fd, _Out_ uint8_t *name, size_t length)") as (
  fd: number,
  name: Buffer,
  length: number,
) => number;
const fcntl = libc.func("int fcntl(int fd, int command, int value)") as (fd: number, command: number, value: number) => number;

const O_RDWR = 0x2;
const O_NOCTTY = 0x100;
const O_CLOEXEC = 0x80000;
const F_SETFD = 2;
const FD_CLOEXEC = 1;
const NAME_LENGTH = 128;

/** Both ends of a new pseudo-terminal, as file descriptors. */
export interface PtyPair {
  readonly master: number;
  readonly slave: number;
}

/** Opens a pseudo-terminal. No child inherits the master: a child that held it could never lose its terminal. */
export function openPty(): PtyPair {
  const master = posixOpenpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  const name = Buffer.alloc(NAME_LENGTH);
  const isOpen = master >= 0 && grantpt(master) === 0 && unlockpt(master) === 0 && ptsnameR(master, name, name.length) === 0;
  if (!isOpen || fcntl(master, F_SETFD, FD_CLOEXEC) !== 0) throw new Error("There is no pseudo-terminal.");
  return { master, slave: openSync(name.toString("latin1").replace(/\0.*$/s, ""), O_RDWR | O_NOCTTY) };
}
