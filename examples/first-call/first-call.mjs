// One call to a running service (`npm start`): a PIN block from ISO format 0 under a TDES key to ISO format 4 under an AES key.
// The schema is loaded at run time, so nothing has to be generated. Run it from the project's folder: node examples/first-call/first-call.mjs
import { createCipheriv } from "node:crypto";
import { readFileSync } from "node:fs";
import grpc from "@grpc/grpc-js";
import protoLoader from "@grpc/proto-loader";

const schema = protoLoader.loadSync("pinmac/v1/pin.proto", { includeDirs: ["proto"], defaults: true, enums: String });
const { PinService } = grpc.loadPackageDefinition(schema).pinmac.v1;
const credentials = grpc.credentials.createSsl(
  readFileSync("var/tls/ca.crt"),
  readFileSync("var/tls/switch.key"),
  readFileSync("var/tls/switch.crt"),
);

// What a PIN pad would send: PIN 1234 and PAN 4012345678909 in ISO format 0, enciphered under the development zone key.
const zoneKey = Buffer.from(readFileSync("var/demo/issuer-zone-pin.hex", "latin1").trim(), "hex");
const pinBlock = createCipheriv("des-ede-ecb", zoneKey, null).setAutoPadding(false).update("041274EDCBA9876F", "hex");

const request = {
  source: { key: { name: { name: "issuer/zone-pin" } }, format: "PIN_BLOCK_FORMAT_ISO_0", pinBlock },
  target: { key: { name: { name: "issuer/zone-pin-aes" } }, format: "PIN_BLOCK_FORMAT_ISO_4" },
  pan: "4012345678909",
};

const showBytes = (_key, value) => (value?.type === "Buffer" ? Buffer.from(value.data).toString("hex").toUpperCase() : value);
const client = new PinService("localhost:50051", credentials);
client.translatePin(request, { deadline: Date.now() + 5_000 }, (error, answer) => {
  console.log("request", JSON.stringify(request, showBytes, 2));
  console.log(error ? `${grpc.status[error.code]}: ${error.details}` : `answer ${JSON.stringify(answer, showBytes, 2)}`);
  process.exitCode = error ? 1 : 0;
  client.close();
});
