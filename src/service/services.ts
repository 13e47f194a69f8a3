import type { Server } from "@grpc/grpc-js";
import { AuthorizationServiceService } from "../gen/pinmac/v1/authorization.js";
import { KeyServiceService } from "../gen/pinmac/v1/key.js";
import { MacServiceService } from "../gen/pinmac/v1/mac.js";
import { PinServiceService } from "../gen/pinmac/v1/pin.js";
import { type CallRunner, tolerateMalformed } from "./calls/index.js";
import {
  authorizeHandler,
  generateMacHandler,
  getKeyHandler,
  type HandlerDependencies,
  listKeysHandler,
  translatePinHandler,
  verifyMacHandler,
} from "./handlers/index.js";

/** The services of the API by their full names. */
export const SERVICE_NAMES = [
  "pinmac.v1.AuthorizationService",
  "pinmac.v1.KeyService",
  "pinmac.v1.MacService",
  "pinmac.v1.PinService",
] as const;

/** Puts every method of the API on the server, each behind the call runner. */
export function addServices(server: Server, runner: CallRunner, dependencies: HandlerDependencies): void {
  server.addService(
    { translatePin: tolerateMalformed(PinServiceService.translatePin) },
    { translatePin: runner.unary(translatePinHandler(dependencies)) },
  );
  server.addService(
    {
      generateMac: tolerateMalformed(MacServiceService.generateMac),
      verifyMac: tolerateMalformed(MacServiceService.verifyMac),
    },
    {
      generateMac: runner.unary(generateMacHandler(dependencies)),
      verifyMac: runner.unary(verifyMacHandler(dependencies)),
    },
  );
  server.addService(
    { authorize: tolerateMalformed(AuthorizationServiceService.authorize) },
    { authorize: runner.unary(authorizeHandler(dependencies)) },
  );
  server.addService(
    { listKeys: tolerateMalformed(KeyServiceService.listKeys), getKey: tolerateMalformed(KeyServiceService.getKey) },
    { listKeys: runner.unary(listKeysHandler(dependencies)), getKey: runner.unary(getKeyHandler(dependencies)) },
  );
}
