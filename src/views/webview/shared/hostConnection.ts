import {
  AbstractMessageReader,
  AbstractMessageWriter,
  createMessageConnection,
  ResponseError,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageConnection,
  type MessageReader,
  type MessageWriter,
} from 'vscode-jsonrpc/browser';
import type { RequestMap } from '../../panelProtocol.js';

/** What VS Code gives a webview. */
export interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** May be called once per page. */
export function vsCodeApi(): VsCodeApi {
  return acquireVsCodeApi();
}

/** The window receives messages of others too, such as the editor's own: only JSON-RPC goes on. */
class WindowReader extends AbstractMessageReader implements MessageReader {
  override listen(callback: DataCallback): Disposable {
    const listener = (event: MessageEvent<unknown>): void => {
      const message = event.data;
      if (typeof message !== 'object' || message === null) return;
      if ('jsonrpc' in message && message.jsonrpc === '2.0') callback(message as Message);
    };
    window.addEventListener('message', listener);
    return { dispose: () => window.removeEventListener('message', listener) };
  }
}

class ApiWriter extends AbstractMessageWriter implements MessageWriter {
  private readonly api: VsCodeApi;

  constructor(api: VsCodeApi) {
    super();
    this.api = api;
  }

  write(message: Message): Promise<void> {
    this.api.postMessage(message);
    return Promise.resolve();
  }

  end(): void {
    // The channel lives as long as the page.
  }
}

/** The webview's end of the channel: typed requests and notifications. */
export class HostConnection<
  Requests extends { [M in keyof Requests]: RequestMap[string] },
  Notifications,
> {
  private readonly connection: MessageConnection;

  constructor(api: VsCodeApi) {
    this.connection = createMessageConnection(new WindowReader(), new ApiWriter(api));
    this.connection.listen();
  }

  request<Method extends keyof Requests & string>(
    method: Method,
    params: Requests[Method]['params'],
  ): Promise<Requests[Method]['result']> {
    return this.connection.sendRequest(method, params);
  }

  onNotification<Method extends keyof Notifications & string>(
    method: Method,
    handler: (params: Notifications[Method]) => void,
  ): void {
    this.connection.onNotification(method, handler);
  }
}

/** The message of a rejected request; the host has translated it. */
export function messageOf(error: unknown): string {
  return error instanceof ResponseError || error instanceof Error ? error.message : String(error);
}
