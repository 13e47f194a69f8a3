import { writeFileSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import {
  createOfficerKeyFile,
  createTokenReference,
  formatOfficerCard,
  makeOfficerCard,
  type OfficerName,
  type OfficerSigner,
} from "../../../officers/index.js";
import { ConfigurationError } from "../../errors/index.js";
import { askNewPassphrase, makeTokenKey, type TokenPlace } from "../../officers/index.js";
import { note, print } from "../../output/index.js";
import { MAX_PIN_LENGTH } from "../../secrets/index.js";
import { withScreen } from "../../terminal/index.js";
import { officerName } from "./options.js";

const HELP = `
Makes an Ed25519 key: in a file under a passphrase, or, with --module, inside a PKCS#11 token of the officer's own, where the file says where it
is. Beside it comes the officer's card, which is no secret: give it to those who enrol you, and tell them the fingerprint in person.

Examples:
  $ pinmac officer key create --name anna --out anna.key
  $ pinmac officer key create --name anna --out anna.key --module /usr/lib/opensc-pkcs11.so --token-label anna --key-label pinmac`;

interface CreateOptions {
  readonly name: OfficerName;
  readonly out: string;
  readonly card?: string;
  readonly module?: string;
  readonly moduleEnv: Readonly<Record<string, string>>;
  readonly tokenLabel?: string;
  readonly tokenSerial?: string;
  readonly keyLabel?: string;
}

/** `pinmac officer key create` */
export function createKeyCreateCommand(): Command {
  return new Command("create")
    .description("Make an officer's own key, and the card to be enrolled with.")
    .requiredOption("--name <name>", "the officer's name, such as anna-meier", officerName)
    .requiredOption("--out <file>", "new key file, mode 0600")
    .option("--card <file>", "new card file (default: the key file's name with .card)")
    .option("--module <file>", "PKCS#11 module of the officer's own token")
    .option("--module-env <name=value>", "what the module reads from its environment; may be given again", collectVariable, {})
    .option("--token-label <label>", "which token of the module")
    .option("--token-serial <serial>", "which one, when several have the label")
    .option("--key-label <label>", "what the key is called in the token")
    .addHelpText("after", HELP)
    .action(create);
}

async function create(options: CreateOptions): Promise<void> {
  const place = placeOf(options);
  const signer = place === undefined ? await createInFile(options) : await createInToken(options, place);
  try {
    const file = options.card ?? `${options.out}.card`;
    writeCard(file, formatOfficerCard(await makeOfficerCard(signer)));
    note(`The key is in ${options.out}, the card in ${file}. The key's fingerprint:`);
    print(signer.officer.publicKey.fingerprint);
  } finally {
    signer.close();
  }
}

async function createInFile({ name, out }: CreateOptions): Promise<OfficerSigner> {
  using passphrase = await withScreen(askNewPassphrase);
  return createOfficerKeyFile(out, name, passphrase);
}

async function createInToken({ name, out }: CreateOptions, place: TokenPlace): Promise<OfficerSigner> {
  using pin = await withScreen((terminal) => terminal.askHidden(`PIN of token ${place.tokenLabel}: `, MAX_PIN_LENGTH));
  const { signer, reference } = await makeTokenKey(name, place, pin);
  createTokenReference(out, reference);
  return signer;
}

function placeOf({ module, moduleEnv, tokenLabel, tokenSerial, keyLabel }: CreateOptions): TokenPlace | undefined {
  if (module === undefined) {
    if ((tokenLabel ?? tokenSerial ?? keyLabel) === undefined) return undefined;
    throw new ConfigurationError("--token-label, --token-serial and --key-label need --module.");
  }
  if (tokenLabel === undefined || keyLabel === undefined) {
    throw new ConfigurationError("--module needs --token-label and --key-label.");
  }
  return { module, moduleEnvironment: moduleEnv, tokenLabel, keyLabel, ...(tokenSerial !== undefined && { tokenSerial }) };
}

function collectVariable(text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError("NAME=VALUE.");
  return { ...before, [name]: value };
}

function writeCard(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: "wx" });
  } catch (cause) {
    throw new ConfigurationError(`${file}: cannot be made (${(cause as NodeJS.ErrnoException).code ?? "unknown error"}).`);
  }
}
