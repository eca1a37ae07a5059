// Serves the spec with Prism. It uses Prism as a library because the command line of Prism does not validate
// parameters with brackets.
//
//   node mock.mjs
//
// For each line of JSON {"spec": FILE, "traffic": FILE} on its standard input, it starts a mock on a free port of
// 127.0.0.1, and prints a line of JSON: {"baseUrl", "examples"} with the names of all response examples, or {"error"}.
// A line {"stop": BASE_URL} stops a mock, and prints {}. It exits when its standard input ends, so it never outlives the
// process that started it. One process serves many mocks because loading Prism takes longer than starting a mock.
//
// It adds to Prism:
// - The operations are below the path of the spec's server URL, as on the real server.
// - Requests below /answers/ID/NAMES get the examples with these names first, in order.
// - X-Mock-Request-Target reports the target of the request line, without /answers/ID/NAMES.
// - Each request with its response is appended to the traffic file as a line of JSON, before the response is sent.
// - A request that breaks x-parameter-rules gets the error of the real server.
// - An empty parameter is rejected unless the spec allows it. Prism does not check empty values.
// - Without a Prefer header, the response is the example of the requested page. Past the last page, it is the example
//   of such a page, with the requested page number.
//
// If Prism rejects a request, the response header sl-violations lists the reasons.
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
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
const mocks = new Map();

subscribe('http.server.request.start', ({ request, response }) => {
  const mock = mocks.get(String(request.socket.localPort));
  if (!mock) return response.destroy();
  const { operations } = mock;
  const [, id, names, target] = /^\/answers\/([^/]+)\/([^/]+)(\/.*)/.exec(request.url) ?? [, '', '-', request.url];
  request.url = target;
  response.setHeader('X-Mock-Request-Target', target);
  const [path, query] = target.split(/\?(.*)/s);
  const operation = operations.find(
    ({ method, pattern }) => method.toUpperCase() === request.method && pattern.test(path),
  );
  record(mock, id, request, response);
  const parameters = new URLSearchParams(query);
  let prefer = operation && chosen(mock, operation, id, names);
  if (operation && !prefer) {
    prefer = preference(operation, parameters);
    echoPage(response, pageOf(parameters));
  }
  if (prefer && !request.headers.prefer) request.headers.prefer = prefer;
});

for await (const line of createInterface({ input: process.stdin })) {
  const { spec, traffic, stop } = JSON.parse(line);
  try {
    console.log(JSON.stringify(stop ? await end(stop) : await start(spec, traffic)));
  } catch (error) {
    console.error(error);
    console.log(JSON.stringify({ error: error.stack ?? String(error) }));
  }
}
process.exit();

async function start(spec, traffic) {
  const operations = await getHttpOperationsFromSpec(spec);
  for (const operation of operations) {
    requireValidSchemas(operation);
    operation.path = new URL(operation.servers[0].url).pathname.replace(/\/$/, '') + operation.path;
    const literals = operation.path.split(/\{[^}]*\}/).map((literal) => literal.replace(/[.*+?^$()|[\]\\]/g, '\\$&'));
    operation.pattern = new RegExp(`^${literals.join('[^/]+')}$`);
  }
  const server = createServer(operations, {
    components: { logger: silent },
    config: {
      mock: { dynamic: false },
      validateRequest: true,
      validateResponse: true,
      checkSecurity: true,
      errors: true,
    },
    cors: false,
  });
  const origin = await server.listen(0, '127.0.0.1');
  mocks.set(new URL(origin).port, { operations, traffic, server, answered: new Map() });
  return {
    baseUrl: origin + new URL(operations[0].servers[0].url).pathname,
    examples: operations.flatMap(({ responses }) => responses).flatMap(examples).map(({ key }) => key),
  };
}

async function end(baseUrl) {
  const { port } = new URL(baseUrl);
  const { server } = mocks.get(port);
  mocks.delete(port);
  // Not awaited: it ends with the last connection that a client keeps.
  server.close();
  return {};
}

/** The Prefer header for the next of the named examples. */
function chosen({ answered }, operation, id, names) {
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

/** Records the exchange without credentials. Of Authorization, it keeps only a known scheme. */
function record({ traffic }, id, request, response) {
  const { method, url: target } = request;
  const headers = { ...request.headers };
  const credentials = ['authorization', 'proxy-authorization', 'cookie', 'x-api-key'];
  for (const name of credentials.filter((name) => name in headers)) {
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

/** Prism silently skips all checks for a schema that does not compile. */
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

/** Puts the requested page number into a page past the end, as the real server does. */
function echoPage(response, page) {
  const end = response.end;
  response.end = function (body, ...rest) {
    const echoed = body?.toString().replace(/(?<="current_page":)\d+/, (shown) => (page > shown ? page : shown));
    if (echoed !== undefined) response.setHeader('Content-Length', Buffer.byteLength(echoed));
    return end.call(this, echoed, ...rest);
  };
}

/** The example of the requested page, or of a page past the end. */
function exampleOfPage(operation, query) {
  const page = pageOf(query);
  const pages = operation.responses.filter(({ code }) => code === '200').flatMap(examples);
  const isPastTheEnd = ({ current_page, total_pages }) =>
    total_pages > 0 && current_page > total_pages && page > total_pages;
  return (
    pages.find(({ value }) => value.pagination?.current_page === page) ??
    pages.find(({ value }) => value.pagination && isPastTheEnd(value.pagination))
  );
}

function pageOf(query) {
  return Number(query.get('page') ?? 1);
}

/** The Prefer header for the example that the real server would send. */
function preference(operation, query) {
  const sent = [...query.keys()];
  for (const [rule, instances] of Object.entries(operation.extensions['x-parameter-rules'] ?? {})) {
    if (instances.some((parameters) => IS_BROKEN[rule](parameters, sent))) return ERRORS[rule];
  }
  const documented = operation.request?.query ?? [];
  if (documented.some(({ name, schema }) => query.getAll(name).includes('') && !mayBeEmpty(schema))) {
    return 'code=400, example=invalid_argument_nulls';
  }
  const example = exampleOfPage(operation, query);
  return example && `example=${example.key}`;
}
