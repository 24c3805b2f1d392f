import {
  AbstractMessageReader,
  AbstractMessageWriter,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageConnection,
  type MessageReader,
  type MessageWriter,
} from 'vscode-jsonrpc';
import { createMessageConnection } from 'vscode-jsonrpc/node';

/** The part of `vscode.Webview` that carries messages. */
export interface WebviewPort {
  postMessage(message: unknown): Thenable<boolean>;
  onDidReceiveMessage(listener: (message: unknown) => void): Disposable;
}

/** Anything may post to the host's end of a webview: only JSON-RPC messages go on. */
class WebviewReader extends AbstractMessageReader implements MessageReader {
  readonly #port: WebviewPort;

  constructor(port: WebviewPort) {
    super();
    this.#port = port;
  }

  override listen(callback: DataCallback): Disposable {
    return this.#port.onDidReceiveMessage((message) => {
      if (isMessage(message)) callback(message);
    });
  }
}

/**
 * A hidden webview is gone until it is shown again, and then loads everything anew: a message that was not
 * delivered (`false`) is not missed, so it is no error.
 */
class WebviewWriter extends AbstractMessageWriter implements MessageWriter {
  readonly #port: WebviewPort;

  constructor(port: WebviewPort) {
    super();
    this.#port = port;
  }

  async write(message: Message): Promise<void> {
    await this.#port.postMessage(message);
  }

  end(): void {
    // The webview's life is its panel's.
  }
}

function isMessage(value: unknown): value is Message {
  return (
    typeof value === 'object' && value !== null && 'jsonrpc' in value && value.jsonrpc === '2.0'
  );
}

/** The host's end of the channel to a webview; the caller registers its handlers, then calls `listen()`. */
export function connectWebview(port: WebviewPort): MessageConnection {
  return createMessageConnection(new WebviewReader(port), new WebviewWriter(port));
}
