// Serves the spec by Prism, used as a library: its command line does not validate bracketed parameters.
//
//   node mock.mjs SPEC TRAFFIC
//
// Listens on a free port of 127.0.0.1, prints the base URL on one line and the names of all response examples on another,
// and ends when its input ends, so that it never outlives the process that started it. Beyond what Prism does, it
// - answers below the path of the spec's server, as the real one does;
// - answers below /answers/ID/NAMES first with the examples of these names, one after the other;
// - reports in X-Mock-Request-Target what stood in the request line, untouched but for that;
// - appends each request with its response to TRAFFIC, as a line of JSON, before the response is out;
// - answers a request that breaks a rule of x-parameter-rules with the error of the real server;
// - refuses a parameter that is sent empty and must not be: Prism does not look at empty values;
// - without a Prefer header, answers with the example of the page that is asked for; past the last one, under its number.
// A request that Prism refuses has the reasons in the response header sl-violations.
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';
import { getHttpOperationsFromSpec } from '@stoplight/prism-http';
import { createServer } from '@stoplight/prism-http-server';
import Ajv from 'ajv';

const ERRORS = {
  mutuallyExclusive: 'code=400, example=invalid_argument',
  rows: 'code=400, example=missing_required_argument',
};
const IS_BROKEN = {
  mutuallyExclusive: (parameters, sent) => parameters.filter((name) => sent.includes(name)).length > 1,
  rows: (columns, sent) => {
    const cells = sent.filter((name) => columns.includes(name));
    return cells.length % columns.length !== 0 || cells.some((name, i) => name !== columns[i % columns.length]);
  },
};

const silent = { info() {}, success() {}, debug() {}, trace() {}, warn() {}, error() {}, child: () => silent };
const [spec, traffic] = process.argv.slice(2);
const operations = await getHttpOperationsFromSpec(spec);
const answered = new Map();
for (const operation of operations) {
  requireValidSchemas(operation);
  operation.path = new URL(operation.servers[0].url).pathname.replace(/\/$/, '') + operation.path;
  const literals = operation.path.split(/\{[^}]*\}/).map((literal) => literal.replace(/[.*+?^$()|[\]\\]/g, '\\$&'));
  operation.pattern = new RegExp(`^${literals.join('[^/]+')}$`);
}
subscribe('http.server.request.start', ({ request, response }) => {
  const [, id, names, target] = /^\/answers\/([^/]+)\/([^/]+)(\/.*)/.exec(request.url) ?? [, '', '-', request.url];
  request.url = target;
  response.setHeader('X-Mock-Request-Target', target);
  const [path, query] = target.split(/\?(.*)/s);
  const operation = operations.find(({ method, pattern }) => method.toUpperCase() === request.method && pattern.test(path));
  record(id, request, response);
  const parameters = new URLSearchParams(query);
  let prefer = operation && chosen(operation, id, names);
  if (operation && !prefer) {
    prefer = preference(operation, parameters);
    echoPage(response, pageOf(parameters));
  }
  if (prefer && !request.headers.prefer) request.headers.prefer = prefer;
});
const server = createServer(operations, {
  components: { logger: silent },
  config: { mock: { dynamic: false }, validateRequest: true, validateResponse: true, checkSecurity: true, errors: true },
  cors: false,
});
const origin = await server.listen(0, '127.0.0.1');
console.log(origin + new URL(operations[0].servers[0].url).pathname);
console.log(operations.flatMap(({ responses }) => responses).flatMap(examples).map(({ key }) => key).join());
process.stdin.on('end', () => process.exit()).resume();

/** The next of the examples that are asked for by name, as a Prefer header. */
function chosen(operation, id, names) {
  const index = answered.get(id) ?? 0;
  const name = names === '-' ? undefined : names.split(',')[index];
  const response = operation.responses.find((response) => examples(response).some(({ key }) => key === name));
  if (!response) return undefined;
  answered.set(id, index + 1);
  return `code=${response.code}, example=${name}`;
}

function examples({ contents }) {
  return contents.flatMap(({ examples }) => examples ?? []);
}

/** The key is nobody's business, nor is what may be one: of Authorization, only a known scheme is kept. */
function record(id, request, response) {
  const { method, url: target } = request;
  const headers = { ...request.headers };
  for (const name of ['authorization', 'proxy-authorization', 'cookie', 'x-api-key'].filter((name) => name in headers)) {
    headers[name] = (/^(Basic|Bearer) (?=.)/i.exec(headers[name])?.[0] ?? '') + '██';
  }
  const end = response.end;
  response.end = function (body, ...rest) {
    const { statusCode: status } = response;
    const responseHeaders = Object.fromEntries(
      Object.entries(response.getHeaders()).map(([name, value]) => [name, [value].flat().map(String)]),
    );
    const exchange = { id, method, target, headers, status, responseHeaders, body: body?.toString() ?? '' };
    appendFileSync(traffic, JSON.stringify(exchange) + '\n');
    return end.call(this, body, ...rest);
  };
}

/** Prism checks nothing at all, and says nothing, where a schema does not compile. */
function requireValidSchemas({ method, path, request, responses, __bundled__ }) {
  const parts = [...(request?.query ?? []), ...responses.flatMap(({ headers, contents }) => [...headers, ...contents])];
  for (const { name, mediaType, schema } of parts) {
    try {
      new Ajv({ strict: false, validateFormats: false, logger: false }).compile({ ...schema, __bundled__ });
    } catch (error) {
      throw new Error(`${method} ${path}, ${name ?? mediaType}: ${error.message}`, { cause: error });
    }
  }
}

function mayBeEmpty({ type, minLength = 0 }) {
  return type === 'array' || (type === 'string' && minLength === 0);
}

/** A page past the end says which one was asked for, as the real server does. */
function echoPage(response, page) {
  const end = response.end;
  response.end = function (body, ...rest) {
    const echoed = body?.toString().replace(/(?<="current_page":)\d+/, (shown) => (page > shown ? page : shown));
    if (echoed !== undefined) response.setHeader('Content-Length', Buffer.byteLength(echoed));
    return end.call(this, echoed, ...rest);
  };
}

/** The example of the page that is asked for, or of one past the end. */
function exampleOfPage(operation, query) {
  const page = pageOf(query);
  const pages = operation.responses.filter(({ code }) => code === '200').flatMap(examples);
  const isPastTheEnd = ({ current_page, total_pages }) => total_pages > 0 && current_page > total_pages && page > total_pages;
  return (
    pages.find(({ value }) => value.pagination?.current_page === page) ??
    pages.find(({ value }) => value.pagination && isPastTheEnd(value.pagination))
  );
}

function pageOf(query) {
  return Number(query.get('page') ?? 1);
}

/** Which example the real server would answer with, as a Prefer header. */
function preference(operation, query) {
  const sent = [...query.keys()];
  for (const [rule, instances] of Object.entries(operation.extensions['x-parameter-rules'] ?? {})) {
    if (instances.some((parameters) => IS_BROKEN[rule](parameters, sent))) return ERRORS[rule];
  }
  if ((operation.request?.query ?? []).some(({ name, schema }) => query.getAll(name).includes('') && !mayBeEmpty(schema))) {
    return 'code=400, example=invalid_argument_nulls';
  }
  const example = exampleOfPage(operation, query);
  return example && `example=${example.key}`;
}
