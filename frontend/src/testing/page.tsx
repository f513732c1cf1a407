import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { MemoryRouter, Route, Routes, useLocation } from 'react-router';
import { vi } from 'vitest';
import { LiveContext } from '../live/context';
import { Live } from '../live/live';
import { atOnce } from './events';
import { FakeSocket } from './fake-socket';

export interface Asked {
  method: string;
  path: string;
  body: string | null;
  headers: Headers;
}

type Answer = [status: number, body: unknown];

/** A server whose answers the test gives. */
export function fakeServer(answer: (asked: Asked) => Answer): Asked[] {
  const all: Asked[] = [];
  vi.stubGlobal('fetch', (path: string, init: RequestInit = {}) => {
    const asked: Asked = {
      method: init.method ?? 'GET',
      path: path.replace('/api/v1', ''),
      body: typeof init.body === 'string' ? init.body : null,
      headers: new Headers(init.headers),
    };
    all.push(asked);
    const [status, body] = answer(asked);
    return Promise.resolve(new Response(JSON.stringify(body), { status }));
  });
  return all;
}

function Where() {
  return <output data-testid="where">{useLocation().pathname}</output>;
}

/** Shows something as the page would, with a live connection that stands. */
export function show(content: ReactNode): Live {
  const live = new Live({ create: () => new FakeSocket(), schedule: atOnce });
  live.start();
  FakeSocket.newest.open();
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <QueryClientProvider client={client}>
      <LiveContext value={live}>
        <MemoryRouter>
          <Where />
          <Routes>
            <Route path="*" element={content} />
          </Routes>
        </MemoryRouter>
      </LiveContext>
    </QueryClientProvider>,
  );
  return live;
}
