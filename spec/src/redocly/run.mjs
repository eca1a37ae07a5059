// Lints the spec and generates target/reference.html. Prints nothing on success.
// With arguments, it runs Redocly with them instead, in the current directory.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = dirname(fileURLToPath(import.meta.url));
const spec = join(source, '..', '..');
const target = join(spec, 'target', 'redocly');
const reference = join(spec, 'target', 'reference.html');
const cli = join(target, 'node_modules', '@redocly', 'cli', 'bin', 'cli.js');
const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_NOTIFICATIONS: 'true' };

function run(command, args, options) {
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
  run(process.execPath, [cli, ...args], { cwd: spec });
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
const args = process.argv.slice(2);
if (args.length > 0) {
  process.exit(spawnSync(process.execPath, [cli, ...args], { env, stdio: 'inherit' }).status ?? 1);
}
redocly('lint', 'openapi.yaml', '--lint-config=error');
redocly('build-docs', 'openapi.yaml', '--lint-config=error', '--inlineBundle', `--output=${reference}`);
isolate();
