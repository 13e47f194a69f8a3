import { Command } from "commander";
import { note } from "../../output/index.js";

/** `pinmac development certificates` */
export function createCertificatesCommand(): Command {
  return new Command("certificates")
    .description("Make a private authority, a server certificate for localhost, 127.0.0.1 and ::1, and client certificates.")
    .requiredOption("--out <folder>", "where ca, server, switch and operator (.crt and .key, keys mode 0600) go")
    .addHelpText(
      "after",
      "\nWhat is there and lasts for another month is kept.\n\nExample:\n  $ pinmac development certificates --out var/tls",
    )
    .action(async ({ out }: { readonly out: string }) => {
      const { makeCertificates } = await import("../../development/index.js");
      const made = makeCertificates(out, new Date());
      note(made.length === 0 ? `Every certificate in ${out} is good.` : `Made in ${out}: ${made.join(", ")}`);
    });
}
