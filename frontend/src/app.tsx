import { lazy, Suspense, useSyncExternalStore } from 'react';
import { Link, NavLink, Outlet, Route, Routes } from 'react-router';
import { TokenPage } from './access/token-page';
import { access } from './api/http';
import { ConnectionBadge } from './connection-badge';
import signal from './favicon.svg';
import { JobPage } from './job/job-page';
import { JobsPage } from './jobs/jobs-page';
import { Notices } from './notices/notices';
import { ShortcutsHelp } from './shortcuts-help';
import { Empty, Loading } from './ui/notice';
import { chooseTheme, useTheme } from './ui/theme';

const SubmitPage = lazy(() => import('./submit/submit-page'));
const ComparePage = lazy(() => import('./compare/compare-page'));
const DatasetsPage = lazy(() => import('./datasets/datasets-page'));

export function App() {
  const refused = useSyncExternalStore(access.subscribe, access.isRefused);
  return (
    <Routes>
      <Route element={<Frame />}>
        {refused ? (
          <Route path="*" element={<TokenPage />} />
        ) : (
          <>
            <Route index element={<JobsPage />} />
            <Route path="jobs/:id" element={<JobPage />} />
            <Route path="compare" element={<ComparePage />} />
            <Route path="new" element={<SubmitPage />} />
            <Route path="datasets" element={<DatasetsPage />} />
            <Route path="*" element={<NoPage />} />
          </>
        )}
      </Route>
    </Routes>
  );
}

function Frame() {
  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <header className="top">
        <Link to="/" className="brand">
          <img src={signal} alt="" width="22" height="22" /> Signalbox
        </Link>
        <nav aria-label="Main">
          <NavLink to="/" end>
            Jobs
          </NavLink>
          <NavLink to="/new">New job</NavLink>
          <NavLink to="/datasets">Datasets</NavLink>
        </nav>
        <ConnectionBadge />
        <Notices />
        <ShortcutsHelp />
        <ThemeToggle />
      </header>
      <Suspense fallback={<Loading />}>
        <Outlet />
      </Suspense>
    </>
  );
}

function ThemeToggle() {
  const theme = useTheme();
  const other = theme === 'dark' ? 'light' : 'dark';
  return (
    <button
      type="button"
      className="button quiet"
      data-testid="theme-toggle"
      aria-label={`Change to the ${other} theme`}
      title={`Change to the ${other} theme`}
      onClick={() => {
        chooseTheme(other);
      }}
    >
      <span aria-hidden="true">{theme === 'dark' ? '☀' : '☾'}</span>
    </button>
  );
}

function NoPage() {
  return (
    <main className="page" id="main">
      <Empty>
        <h1>There is no such page</h1>
        <Link className="button" to="/">
          To the jobs
        </Link>
      </Empty>
    </main>
  );
}
