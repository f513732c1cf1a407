import { DecodeError, type Decoder } from './decode';
import { ApiError, problem } from './problem';

type Listener = () => void;

/** Whether the server still knows this browser. Once it does not, only the token helps. */
class Access {
  private refused = false;
  private readonly listeners = new Set<Listener>();

  readonly isRefused = (): boolean => this.refused;

  readonly subscribe = (listener: Listener): Listener => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  set(refused: boolean): void {
    if (this.refused === refused) return;
    this.refused = refused;
    for (const listener of this.listeners) listener();
  }
}

export const access = new Access();

/** What is sent: like fetch's, with headers as a plain object. */
export type Request = Omit<RequestInit, 'headers'> & { headers?: Record<string, string> };

const BASE = '/api/v1';

/** The address of an API path, for links. */
export function apiUrl(path: string): string {
  return BASE + path;
}

async function failure(response: Response): Promise<ApiError> {
  const fallback = {
    title: `The server answered ${response.status}`,
    status: response.status,
    detail: null,
    errors: [],
  };
  try {
    const body = problem(await response.json());
    return new ApiError({ ...body, status: response.status });
  } catch {
    return new ApiError(fallback);
  }
}

async function send(path: string, init: Request): Promise<Response> {
  const response = await fetch(apiUrl(path), { credentials: 'same-origin', ...init });
  if (response.ok) return response;
  if (response.status === 401) access.set(true);
  throw await failure(response);
}

/** Calls the API and checks its JSON answer. Throws ApiError, DecodeError, or TypeError where the network fails. */
export async function call<T>(path: string, decoder: Decoder<T>, init: Request = {}): Promise<T> {
  const response = await send(path, { ...init, headers: { Accept: 'application/json', ...init.headers } });
  return decoder(await response.json());
}

/**
 * Posts a form and checks the JSON answer, telling the share of its bytes that are sent, 0 to 1: fetch cannot tell. Throws as
 * {@link call} does.
 */
export async function upload<T>(
  path: string,
  decoder: Decoder<T>,
  form: FormData,
  sent: (share: number) => void,
): Promise<T> {
  const response = await new Promise<Response>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', apiUrl(path));
    request.setRequestHeader('Accept', 'application/json');
    request.upload.onprogress = ({ loaded, total }) => {
      sent(total > 0 ? loaded / total : 0);
    };
    request.onload = () => {
      resolve(new Response(request.responseText, { status: request.status }));
    };
    request.onerror = () => {
      reject(new TypeError('The network failed.'));
    };
    request.send(form);
  });
  if (response.status === 401) access.set(true);
  if (!response.ok) throw await failure(response);
  return decoder(await response.json());
}

/** Calls the API where the answer has no body that matters. */
export async function callForNothing(path: string, init: Request): Promise<void> {
  await send(path, init);
}

/** Calls the API where the answer is text. */
export async function callForText(path: string, init: Request = {}): Promise<string> {
  const response = await send(path, { ...init, headers: { Accept: 'text/plain', ...init.headers } });
  return response.text();
}

export function json(method: string, body: unknown): Request {
  return { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
}

/** What to tell people about an error of a call. */
export function explain(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  if (error instanceof DecodeError)
    return `The server's answer is not what this page understands: ${error.message}.`;
  return 'The server cannot be reached.';
}
