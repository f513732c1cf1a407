// Builds the dashboard into ../target/classes/static. Maven runs it at every build, so it does only what is needed:
// `npm ci` when the lock file changed, `vite build` when anything that goes into the bundle did.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, '..', 'target', 'classes', 'static', 'index.html');
const installedStamp = join(here, 'node_modules', '.installed-from');
const builtStamp = join(here, '..', 'target', 'frontend-built-from');

const locked = hash(['package-lock.json', 'package.json', '.npmrc']);
if (read(installedStamp) !== locked) {
  run('npm', ['ci', '--no-audit', '--no-fund']);
  writeFileSync(installedStamp, locked);
}

const sources = hash([
  'package-lock.json',
  'index.html',
  'vite.config.ts',
  ...files('src').filter((file) => !file.includes('.test.')),
]);
if (read(builtStamp) !== sources || !existsSync(out)) {
  run(process.execPath, [
    join(here, 'node_modules', 'vite', 'bin', 'vite.js'),
    'build',
    '--logLevel',
    'warn',
  ]);
  mkdirSync(dirname(builtStamp), { recursive: true });
  writeFileSync(builtStamp, sources);
}

function files(folder) {
  return readdirSync(join(here, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(here.length + 1))
    .sort();
}

function hash(names) {
  const sum = createHash('sha256');
  for (const name of names) {
    sum
      .update(name)
      .update('\0')
      .update(readFileSync(join(here, name)))
      .update('\0');
  }
  return sum.digest('hex');
}

function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, {
    cwd: here,
    stdio: 'inherit',
    shell: process.platform === 'win32' && command === 'npm',
  });
  if (error || status !== 0) {
    console.error(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`);
    process.exit(1);
  }
}
