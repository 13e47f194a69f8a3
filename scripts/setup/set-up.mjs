import { buildProgram, generateCode } from "./build.mjs";
import { makeDevelopmentCertificates } from "./certificates.mjs";
import { installDebianPackages } from "./debian-packages.mjs";
import { makeDevelopmentKeys } from "./development-keys.mjs";
import { alone } from "./lock.mjs";
import { areNodeModulesCurrent, installNodeModules } from "./node-modules.mjs";
import { checkNodeVersion } from "./node-version.mjs";
import { finished } from "./progress.mjs";
import { makeDevelopmentToken } from "./token.mjs";

/**
 * Does what is missing, in order; what is done is told from stamps, which are written last.
 * @param {{ upTo?: "tools" | "program" | "all" }} [options] tools: packages and generated code; program: and dist/; all: and a
 *   token with development keys and certificates
 */
export async function setUp({ upTo = "all" } = {}) {
  checkNodeVersion();
  await alone(async () => {
    await installDebianPackages({ compilers: !areNodeModulesCurrent() });
    await installNodeModules();
    await generateCode();
    if (upTo === "tools") return;
    await buildProgram();
    if (upTo === "program") return;
    await makeDevelopmentToken();
    await makeDevelopmentCertificates();
    await makeDevelopmentKeys();
  });
  finished();
}
