// Lints the spec and generates target/reference.html. Prints nothing on success.
//
//   run.mjs reference DOCUMENT PAGE  only generates the reference of a document
//   run.mjs ARGUMENT…                only runs Redocly with these arguments, in the current directory
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { page } from './reference.mjs';

const source = dirname(fileURLToPath(import.meta.url));
const spec = join(source, '..', '..');
const target = join(spec, 'target', 'redocly');
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

async function reference(document, file) {
  // One document without references to other files.
  const bundle = join(target, 'bundle.json');
  const config = join(spec, 'redocly.yaml');
  const options = [`--config=${config}`, '--lint-config=off', `--output=${bundle}`];
  run(process.execPath, [cli, 'bundle', document, ...options, '--skip-preprocessor=katapult/header-examples']);
  const { Marked } = await import(pathToFileURL(join(target, 'node_modules', 'marked', 'lib', 'marked.esm.js')));
  const markdown = (source, code) => new Marked({ renderer: { codespan: ({ text }) => code(text) } }).parse(source);
  writeFileSync(file, page(JSON.parse(readFileSync(bundle, 'utf8')), markdown));
}

install();
const args = process.argv.slice(2);
if (args[0] === 'reference') {
  await reference(args[1], args[2]);
} else if (args.length > 0) {
  process.exit(spawnSync(process.execPath, [cli, ...args], { env, stdio: 'inherit' }).status ?? 1);
} else {
  run(process.execPath, [cli, 'lint', 'openapi.yaml', '--lint-config=error'], { cwd: spec });
  await reference(join(spec, 'openapi.yaml'), join(spec, 'target', 'reference.html'));
}
