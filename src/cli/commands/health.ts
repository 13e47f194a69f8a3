import { Command } from "commander";
import { ConfigurationError } from "../errors/index.js";
import { EXIT } from "../exit-codes.js";
import { readGivenFile } from "../files/given-file.js";
import { note, print, printJson } from "../output/index.js";
import { wholeNumber } from "./options.js";

interface HealthOptions {
  readonly address: string;
  readonly ca?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly plaintext?: boolean;
  readonly timeout: number;
  readonly json?: boolean;
}

/** `pinmac health` */
export function createHealthCommand(): Command {
  return new Command("health")
    .description("Ask a running service whether it serves (grpc.health.v1). Ends with 0 if it does, with 4 if not.")
    .option("--address <host:port>", "where the service listens", "127.0.0.1:50051")
    .option("--ca <file>", "authority of the server's certificate")
    .option("--certificate <file>", "client certificate")
    .option("--key <file>", "private key of the client certificate")
    .option("--plaintext", "without TLS: a development service on loopback")
    .option("--timeout <milliseconds>", "how long to wait for the answer", wholeNumber(1), 3_000)
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nExample:\n  $ pinmac health --ca var/tls/ca.crt --certificate var/tls/operator.crt --key var/tls/operator.key",
    )
    .action(reportHealth);
}

async function reportHealth(options: HealthOptions): Promise<void> {
  // Node deprecates TLS to a literal address, which is how a probe on the same host asks.
  process.noDeprecation = true;
  const { checkHealth } = await import("../health/index.js");
  const credentials = await createCredentials(options);
  const status = await checkHealth(options.address, credentials, options.timeout).catch((error: { details?: string }) => {
    note(`pinmac: no answer from ${options.address}: ${error.details ?? "unknown error"}`);
    return "UNREACHABLE" as const;
  });
  if (options.json === true) printJson({ address: options.address, status });
  else print(status);
  process.exitCode = status === "SERVING" ? EXIT.DONE : EXIT.VERIFICATION;
}

async function createCredentials({ ca, certificate, key, plaintext }: HealthOptions) {
  const { credentials } = await import("@grpc/grpc-js");
  if (plaintext === true) return credentials.createInsecure();
  if (ca === undefined || certificate === undefined || key === undefined) {
    throw new ConfigurationError("Give --ca, --certificate and --key, or --plaintext.");
  }
  return credentials.createSsl(readGivenFile(ca), readGivenFile(key), readGivenFile(certificate));
}
