import { chmodSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { installed, PINMAC, ROOT } from "./paths.mjs";
import { progress } from "./progress.mjs";
import { runLogged } from "./run-command.mjs";
import { digestOf, isStamped, writeStamp } from "./stamp.mjs";

const inRoot = (...names) => names.map((name) => join(ROOT, name));

const GENERATED_STAMP = join(ROOT, "src", "gen", ".stamp");
const BUILD_STAMP = join(ROOT, "dist", ".stamp");

/** TypeScript from the protocol files, when these changed. */
export async function generateCode() {
  const digest = digestOf(inRoot("proto", "buf.yaml", "buf.gen.yaml", "package-lock.json"));
  if (isStamped(GENERATED_STAMP, digest)) return;
  progress("Generating code from proto/");
  await runLogged("buf-generate", installed("buf"), ["generate"]);
  writeStamp(GENERATED_STAMP, digest);
}

/** JavaScript in dist/, when a source changed. */
export async function buildProgram() {
  const digest = digestOf(inRoot("src", "tsconfig.json", "tsconfig.build.json", "package-lock.json"));
  if (isStamped(BUILD_STAMP, digest)) return;
  progress("Compiling src/");
  // A file whose source is gone must not stay importable.
  rmSync(join(ROOT, "dist"), { recursive: true, force: true });
  await compile("tsconfig.build.json");
  chmodSync(PINMAC, 0o755);
  writeStamp(BUILD_STAMP, digest);
}

/**
 * Compiles a folder beside src/ by its own tsconfig.json, when it or src/ changed.
 * @param {"examples" | "bench"} folder
 */
export async function buildBeside(folder) {
  const stamp = join(ROOT, "dist", `.stamp-${folder}`);
  const digest = digestOf(inRoot("src", "test/support", folder, "tsconfig.json", "package-lock.json"));
  if (isStamped(stamp, digest) || !existsSync(join(ROOT, folder, "tsconfig.json"))) return;
  progress(`Compiling ${folder}/`);
  await compile(join(folder, "tsconfig.json"));
  writeStamp(stamp, digest);
}

const compile = (project) => runLogged("tsc", installed("tsc"), ["-p", project]);
