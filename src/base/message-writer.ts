import { BinaryWriter } from "@bufbuild/protobuf/wire";

/** A message's generated code, as far as writing goes. */
export interface WritableMessage<Message> {
  encode(message: Message, writer: BinaryWriter): BinaryWriter;
}

/**
 * Writes messages of one kind, one after the other, through one buffer that is kept: a new buffer for each would cost more than the writing.
 * What was written last stays in that buffer, so it is for messages that leave the process anyway, never for a clear secret.
 */
export class MessageWriter<Message> {
  readonly #kind: WritableMessage<Message>;
  #writer = new BinaryWriter();

  constructor(kind: WritableMessage<Message>) {
    this.#kind = kind;
  }

  /** The message's bytes, in memory of their own. @throws whatever the generated code throws for a value that its field cannot hold */
  write(message: Message): Buffer {
    try {
      return Buffer.from(this.#kind.encode(message, this.#writer).finish());
    } catch (error) {
      // Half a message is in it.
      this.#writer = new BinaryWriter();
      throw error;
    }
  }
}
