// Lints the spec and generates target/reference.html. Prints nothing on success.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = dirname(fileURLToPath(import.meta.url));
const spec = join(source, '..', '..');
const target = join(spec, 'target', 'redocly');
const reference = join(spec, 'target', 'reference.html');

function run(command, args, options) {
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_NOTIFICATIONS: 'true' };
  const { status, error, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', env, ...options });
  if (status !== 0) {
    console.error(`${error ?? ''}${stderr ?? ''}${stdout ?? ''}`);
    process.exit(1);
  }
}

/** Runs npm unless node_modules has a copy of the lock file, which is written after a complete installation. */
function install() {
  const lock = join(source, 'package-lock.json');
  const installed = join(target, 'node_modules', 'katapult-installed.json');
  if (existsSync(installed) && readFileSync(installed).equals(readFileSync(lock))) {
    return;
  }
  mkdirSync(target, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) {
    copyFileSync(join(source, file), join(target, file));
  }
  // On Windows, npm needs a shell.
  const shell = process.platform === 'win32';
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: target, shell });
  copyFileSync(lock, installed);
}

function redocly(...args) {
  run(process.execPath, [join(target, 'node_modules', '@redocly', 'cli', 'bin', 'cli.js'), ...args], { cwd: spec });
}

/** Forbids the page to load anything: otherwise, Redoc would fetch its logo. */
function isolate() {
  const allowed = ["script-src 'unsafe-inline'", "style-src 'unsafe-inline'", 'img-src data:', 'worker-src blob:'];
  const policy = ["default-src 'none'", ...allowed].join('; ');
  const page = readFileSync(reference, 'utf8');
  const isolated = page.replace('<head>', `<head>\n  <meta http-equiv="Content-Security-Policy" content="${policy}">`);
  if (isolated === page) {
    console.error(`${reference} has no <head>`);
    process.exit(1);
  }
  writeFileSync(reference, isolated);
}

install();
redocly('lint', 'openapi.yaml', '--lint-config=error');
redocly('build-docs', 'openapi.yaml', '--lint-config=error', '--inlineBundle', `--output=${reference}`);
isolate();
