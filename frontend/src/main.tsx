import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { probe } from './api/calls';
import { ApiError } from './api/problem';
import { App } from './app';
import { LiveContext } from './live/context';
import { Live } from './live/live';
import { startTheme } from './ui/theme';
import './styles/index.css';

const MOST_RETRIES = 2;

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      // What the server refuses it refuses again.
      retry: (failures, error) => !(error instanceof ApiError) && failures < MOST_RETRIES,
    },
  },
});

const liveUrl = new URL('/api/v1/live', window.location.href);
liveUrl.protocol = liveUrl.protocol === 'https:' ? 'wss:' : 'ws:';

const live = new Live({
  create: () => new WebSocket(liveUrl),
  // A refused token shows in the answer; a server that is away shows in the connection's state already.
  onBroken: () => {
    probe().catch(() => undefined);
  },
});
window.addEventListener('online', () => {
  live.retryNow();
});
window.addEventListener('offline', () => {
  live.restart();
});
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') live.retryNow();
});

startTheme();
live.start();

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no element to show the dashboard in');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <LiveContext value={live}>
        <BrowserRouter>
          <App />
        </BrowserRouter>
      </LiveContext>
    </QueryClientProvider>
  </StrictMode>,
);
