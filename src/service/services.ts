import type { Server } from "@grpc/grpc-js";
import {
  AuthorizationServiceService,
  AuthorizeOutcome,
  AuthorizeResponse,
  AuthorizeStreamResponse,
} from "../gen/pinmac/v1/authorization.js";
import { KeyServiceService } from "../gen/pinmac/v1/key.js";
import { GenerateMacResponse, MacServiceService, VerifyMacResponse } from "../gen/pinmac/v1/mac.js";
import { PinServiceService, TranslatePinResponse, VerifyPinResponse } from "../gen/pinmac/v1/pin.js";
import { TerminalServiceService } from "../gen/pinmac/v1/terminal.js";
import { type CallRunner, frequentMethod, tolerateMalformed } from "./calls/index.js";
import {
  AUTHORIZE_ITEMS,
  authorizeHandler,
  changeKeyStateHandler,
  deriveInitialKeyHandler,
  exportKeyHandler,
  generateMacHandler,
  getDeviceHandler,
  getKeyHandler,
  type HandlerDependencies,
  importKeyHandler,
  listKeysHandler,
  signOnHandler,
  translatePinHandler,
  verifyMacHandler,
  verifyPinHandler,
} from "./handlers/index.js";

/** The services of the API by their full names. */
export const SERVICE_NAMES = [
  "pinmac.v1.AuthorizationService",
  "pinmac.v1.KeyService",
  "pinmac.v1.MacService",
  "pinmac.v1.PinService",
  "pinmac.v1.TerminalService",
] as const;

const authorizeVerdict = ({ outcome }: AuthorizeResponse) =>
  outcome === AuthorizeOutcome.AUTHORIZE_OUTCOME_MAC_MISMATCH ? "MAC_MISMATCH" : "OK";

/** Puts every method of the API on the server, each behind the call runner. */
export function addServices(server: Server, runner: CallRunner, dependencies: HandlerDependencies): void {
  server.addService(
    {
      translatePin: frequentMethod(PinServiceService.translatePin, TranslatePinResponse),
      verifyPin: frequentMethod(PinServiceService.verifyPin, VerifyPinResponse),
    },
    {
      translatePin: runner.unary(translatePinHandler(dependencies)),
      verifyPin: runner.unary(verifyPinHandler(dependencies), ({ verified }) => (verified ? "OK" : "PIN_MISMATCH")),
    },
  );
  server.addService(
    {
      generateMac: frequentMethod(MacServiceService.generateMac, GenerateMacResponse),
      verifyMac: frequentMethod(MacServiceService.verifyMac, VerifyMacResponse),
    },
    {
      generateMac: runner.unary(generateMacHandler(dependencies)),
      verifyMac: runner.unary(verifyMacHandler(dependencies), ({ verified }) => (verified ? "OK" : "MAC_MISMATCH")),
    },
  );
  server.addService(
    {
      authorize: frequentMethod(AuthorizationServiceService.authorize, AuthorizeResponse),
      authorizeStream: frequentMethod(AuthorizationServiceService.authorizeStream, AuthorizeStreamResponse),
    },
    {
      authorize: runner.unary(authorizeHandler(dependencies), authorizeVerdict),
      authorizeStream: runner.stream(authorizeHandler(dependencies), AUTHORIZE_ITEMS, authorizeVerdict),
    },
  );
  server.addService(
    {
      listKeys: tolerateMalformed(KeyServiceService.listKeys),
      getKey: tolerateMalformed(KeyServiceService.getKey),
      importKey: tolerateMalformed(KeyServiceService.importKey),
      exportKey: tolerateMalformed(KeyServiceService.exportKey),
      changeKeyState: tolerateMalformed(KeyServiceService.changeKeyState),
    },
    {
      listKeys: runner.unary(listKeysHandler(dependencies)),
      getKey: runner.unary(getKeyHandler(dependencies)),
      importKey: runner.unary(importKeyHandler(dependencies)),
      exportKey: runner.unary(exportKeyHandler(dependencies)),
      changeKeyState: runner.unary(changeKeyStateHandler(dependencies)),
    },
  );
  server.addService(
    {
      signOn: tolerateMalformed(TerminalServiceService.signOn),
      deriveInitialKey: tolerateMalformed(TerminalServiceService.deriveInitialKey),
      getDevice: tolerateMalformed(TerminalServiceService.getDevice),
    },
    {
      signOn: runner.unary(signOnHandler(dependencies)),
      deriveInitialKey: runner.unary(deriveInitialKeyHandler(dependencies)),
      getDevice: runner.unary(getDeviceHandler(dependencies)),
    },
  );
}
