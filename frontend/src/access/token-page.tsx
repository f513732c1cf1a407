import { useState } from 'react';
import { useTitle } from '../ui/title';

/** The server does not know this browser (any more): only its token opens the dashboard. */
export function TokenPage() {
  useTitle('Token');
  const [token, setToken] = useState('');
  return (
    <main className="page narrow" id="main">
      <section className="card gate">
        <h1>This needs the server's token</h1>
        <p>
          Open the start URL that the server printed when it started, or paste its token. It is kept in the
          file <code>token</code> of the server's home folder.
        </p>
        <form
          onSubmit={(e) => {
            e.preventDefault();
            window.location.assign(`/?token=${encodeURIComponent(token.trim())}`);
          }}
        >
          <label className="field">
            Token
            <input
              type="password"
              autoComplete="off"
              required
              value={token}
              onChange={(e) => {
                setToken(e.target.value);
              }}
            />
          </label>
          <button type="submit" className="button solid">
            Open the dashboard
          </button>
        </form>
      </section>
    </main>
  );
}
