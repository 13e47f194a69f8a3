import { fileURLToPath } from "node:url";
import type { Server } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { ReflectionService } from "@grpc/reflection";

/** The .proto files, two folders above this one both in src and in dist. */
const PROTO_FOLDER = fileURLToPath(new URL("../../proto", import.meta.url));

const PUBLIC_FILES = [
  "pinmac/v1/authorization.proto",
  "pinmac/v1/error_reason.proto",
  "pinmac/v1/key.proto",
  "pinmac/v1/mac.proto",
  "pinmac/v1/pin.proto",
  "pinmac/v1/terminal.proto",
  "google/rpc/error_details.proto",
];

/** Lets clients such as grpcurl ask for the schema. */
export function addReflection(server: Server): void {
  new ReflectionService(loadSync(PUBLIC_FILES, { includeDirs: [PROTO_FOLDER] })).addToServer(server);
}
