import type { MessageTypeDefinition, ServiceDefinition } from "@grpc/proto-loader";
import { loadSync } from "@grpc/proto-loader";

const FILES = ["pin", "mac", "authorization", "key", "terminal"].map((name) => `pinmac/v1/${name}.proto`);

interface FieldDescriptor {
  readonly name: string;
  readonly type: string;
  readonly typeName: string;
}

interface MessageDescriptor {
  readonly name: string;
  readonly field: readonly FieldDescriptor[];
}

/** A field of the public API, with its path from the method's message. */
export interface ApiField {
  readonly method: string;
  readonly direction: "request" | "response";
  readonly path: string;
  readonly name: string;
  readonly type: string;
}

const loaded = loadSync(FILES, { includeDirs: ["proto"], keepCase: true });
const messages = new Map<string, MessageDescriptor>();
const services: ServiceDefinition[] = [];
for (const definition of Object.values(loaded)) {
  if (!("format" in definition)) services.push(definition);
  else if ("field" in definition.type) {
    const descriptor = definition.type as unknown as MessageDescriptor;
    messages.set(descriptor.name, descriptor);
  }
}

function descriptorOf(definition: MessageTypeDefinition<object, object>): MessageDescriptor {
  return definition.type as unknown as MessageDescriptor;
}

/** The error of a refused item: google.rpc's, as every refusal has one. */
const FOREIGN: ReadonlySet<string> = new Set(["Status", "Any"]);

function fieldsOf(message: MessageDescriptor, prefix = ""): readonly Pick<ApiField, "path" | "name" | "type">[] {
  return message.field.flatMap(({ name, type, typeName }) => {
    const short = typeName.split(".").at(-1) ?? "";
    const nested = type === "TYPE_MESSAGE" && !FOREIGN.has(short) ? messages.get(short) : undefined;
    const own = { path: prefix + name, name, type };
    return nested === undefined ? [own] : [own, ...fieldsOf(nested, `${prefix}${name}.`)];
  });
}

/** Every method of the API. */
export const API_METHODS: readonly string[] = services.flatMap((service) => Object.keys(service)).toSorted();

/** Every field of every request and response, read from the schema that is served. */
export const API_FIELDS: readonly ApiField[] = services.flatMap((service) =>
  Object.entries(service).flatMap(([method, { requestType, responseType }]) => [
    ...fieldsOf(descriptorOf(requestType)).map((field) => ({ method, direction: "request" as const, ...field })),
    ...fieldsOf(descriptorOf(responseType)).map((field) => ({ method, direction: "response" as const, ...field })),
  ]),
);
