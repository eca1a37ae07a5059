// Serves an OpenAPI document with Prism. It uses Prism as a library because the command line of Prism does not validate
// parameters with brackets.
//
//   node mock.mjs DOCUMENT [PORT]
//
// It serves the document on 127.0.0.1, on a free port unless one is given, and prints the base URL.
//
//   node mock.mjs
//
// For each line of JSON {"spec": FILE, "traffic": FILE} on its standard input, it starts a mock on a free port of
// 127.0.0.1, and prints a line of JSON: {"baseUrl", "examples"} with the names of all response examples, or {"error"}.
// A line {"stop": BASE_URL} stops a mock, and prints {}. It exits when its standard input ends, so it never outlives
// the process that started it. One process serves many mocks because loading Prism takes longer than starting a mock.
//
// It adds to Prism:
// - The operations are below the path of the document's server URL, as on the real server.
// - Requests below /answers/ID/NAMES get the examples with these names first, in order.
// - X-Mock-Request-Target reports the target of the request line, without /answers/ID/NAMES.
// - Each request with its response is appended to the traffic file as a line of JSON, before the response is sent.
// - A request that breaks x-parameter-rules is rejected as Prism rejects a wrong parameter: with the 422 or 400 of the
//   document, or else with 422 and problem+json. If the document has the error of the Katapult server as an example of
//   400, the response is that example.
// - An empty parameter is rejected unless the document allows it. Prism does not check empty values.
// - Without a Prefer header, the response is the example of the requested page. Past the last page, it is the example
//   of such a page, with the requested page number.
//
// If Prism rejects a request, the response header sl-violations lists the reasons.
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { getHttpOperationsFromSpec } from '@stoplight/prism-http';
import { validateInput } from '@stoplight/prism-http/dist/validator/index.js';
import { createServer } from '@stoplight/prism-http-server';
import Ajv from 'ajv';
import { firstBroken, requireKnown } from './rules.mjs';

const ERRORS = {
  mutuallyExclusive: 'invalid_argument',
  rows: 'missing_required_argument',
  empty: 'invalid_argument_nulls',
};

const silent = { info() {}, success() {}, debug() {}, trace() {}, warn() {}, error() {}, child: () => silent };
const mocks = new Map();
/** What Prism does not find itself, by the headers of the request, which Prism passes on as they are. */
const violations = new WeakMap();

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
  if (!operation) return;
  const parameters = new URLSearchParams(query);
  let prefer = chosen(mock, operation, id, names);
  const violation = violationOf(operation, parameters);
  if (violation) {
    violations.set(request.headers, violation);
    prefer = errorExample(operation, violation.code);
  } else if (!prefer) {
    prefer = exampleOfPage(operation, parameters);
    echoPage(response, pageOf(parameters));
  }
  if (prefer && !request.headers.prefer) request.headers.prefer = prefer;
});

const [document, port] = process.argv.slice(2);
if (document) {
  console.log((await start(document, undefined, Number(port ?? 0))).baseUrl);
} else {
  await obey(process.stdin);
  process.exit();
}

async function obey(input) {
  for await (const line of createInterface({ input })) {
    const { spec, traffic, stop } = JSON.parse(line);
    try {
      console.log(JSON.stringify(stop ? await end(stop) : await start(spec, traffic, 0)));
    } catch (error) {
      console.error(error);
      console.log(JSON.stringify({ error: error.stack ?? String(error) }));
    }
  }
}

async function start(spec, traffic, port) {
  const operations = await getHttpOperationsFromSpec(spec);
  if (operations.length === 0) throw new Error(`${spec} has no operation`);
  // One for all schemas, since it first compiles the schema of schemas. Two of them may have the same $id.
  const ajv = new Ajv({ strict: false, validateFormats: false, logger: false, addUsedSchema: false });
  const [{ basePath }] = operations.map((operation) => Object.assign(operation, { basePath: basePathOf(operation) }));
  for (const operation of operations) {
    requireValidSchemas(operation, ajv);
    requireKnownRules(operation);
    // Prism does not know that this is the default.
    for (const parameter of operation.request?.query ?? []) parameter.explode ??= parameter.style === 'form';
    operation.path = operation.basePath + operation.path;
    const literals = operation.path.split(/\{[^}]*\}/).map((literal) => literal.replace(/[.*+?^$()|[\]\\]/g, '\\$&'));
    operation.pattern = new RegExp(`^${literals.join('[^/]+')}$`);
  }
  // A literal path has precedence over a template.
  operations.sort((one, other) => (one.request?.path?.length ?? 0) - (other.request?.path?.length ?? 0));
  const server = createServer(operations, {
    components: { logger: silent, validateInput: validate },
    config: {
      mock: { dynamic: false },
      validateRequest: true,
      validateResponse: true,
      checkSecurity: true,
      errors: true,
    },
    cors: false,
  });
  const origin = await server.listen(port, '127.0.0.1');
  mocks.set(new URL(origin).port, { operations, traffic, server, answered: new Map() });
  return {
    baseUrl: origin + basePath,
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
  if (!traffic) return;
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
function requireValidSchemas({ method, path, request, responses, __bundled__ }, ajv) {
  const parts = [...(request?.query ?? []), ...responses.flatMap(({ headers, contents }) => [...headers, ...contents])];
  for (const { name, mediaType, schema } of parts) {
    try {
      ajv.compile({ ...schema, __bundled__ });
    } catch (error) {
      throw new Error(`${method} ${path}, ${name ?? mediaType}: ${error.message}`, { cause: error });
    }
  }
}

function requireKnownRules({ method, path, extensions }) {
  try {
    requireKnown(extensions['x-parameter-rules'] ?? {});
  } catch (error) {
    throw new Error(`${method} ${path}: ${error.message}`, { cause: error });
  }
}

/** The path of the first server, without a slash at its end. */
function basePathOf({ servers }) {
  const { url = '/', variables = {} } = servers?.[0] ?? {};
  const substituted = url.replace(/\{([^}]*)\}/g, (_, name) => variables[name]?.default ?? name);
  return new URL(substituted, 'http://127.0.0.1').pathname.replace(/\/$/, '');
}

function mayBeEmpty({ allowEmptyValue, schema }) {
  const { type, minLength = 0 } = schema ?? {};
  const types = [type ?? 'string'].flat();
  return allowEmptyValue || types.includes('array') || (types.includes('string') && minLength === 0);
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

/** The Prefer header for the example of the requested page, or of a page past the end. */
function exampleOfPage(operation, query) {
  const page = pageOf(query);
  const pages = operation.responses.filter(({ code }) => code === '200').flatMap(examples);
  const isPastTheEnd = ({ current_page, total_pages }) =>
    total_pages > 0 && current_page > total_pages && page > total_pages;
  const example =
    pages.find(({ value }) => value?.pagination?.current_page === page) ??
    pages.find(({ value }) => value?.pagination && isPastTheEnd(value.pagination));
  return example && `example=${example.key}`;
}

function pageOf(query) {
  return Number(query.get('page') ?? 1);
}

/** The Prefer header for the error of the Katapult server. */
function errorExample({ responses }, violation) {
  const name = ERRORS[violation] ?? ERRORS.empty;
  const documented = responses.filter(({ code }) => code === '400').flatMap(examples);
  return documented.some(({ key }) => key === name) ? `code=400, example=${name}` : undefined;
}

/** What a query breaks but Prism does not find, in the form of Prism. */
function violationOf({ extensions, request }, query) {
  const severity = 0;
  const broken = firstBroken(extensions['x-parameter-rules'] ?? {}, [...query.keys()]);
  if (broken) return { path: ['query'], code: broken.rule, message: `Request query: ${broken.message}`, severity };
  const isEmpty = ({ name }) => query.getAll(name).includes('');
  const empty = request?.query?.find((parameter) => isEmpty(parameter) && !mayBeEmpty(parameter));
  if (!empty) return undefined;
  const code = empty.schema.minLength > 0 ? 'minLength' : 'type';
  return { path: ['query', empty.name], code, message: `Request query: ${empty.name} must not be empty`, severity };
}

/** Validates a request as Prism does, and adds the violation that Prism does not find. */
function validate(request) {
  const result = validateInput(request);
  const violation = violations.get(request.element.headers);
  if (!violation) return result;
  return { _tag: 'Left', left: [...(result._tag === 'Left' ? result.left : []), violation] };
}
