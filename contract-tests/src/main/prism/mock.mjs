// Serves the spec by Prism, used as a library: its command line does not validate bracketed parameters.
//
//   node mock.mjs SPEC
//
// Listens on a free port of 127.0.0.1, prints the base URL on one line, and ends when its input ends, so
// that it never outlives the process that started it. Beyond what Prism does, it
// - answers below the path of the spec's server, as the real one does;
// - reports in X-Mock-Request-Target what stood in the request line, untouched;
// - answers a request that breaks a rule of x-parameter-rules with the error of the real server;
// - without a Prefer header, answers with the example of the page that is asked for.
// A request that Prism refuses has the reasons in the response header sl-violations.
import { subscribe } from 'node:diagnostics_channel';
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
const operations = await getHttpOperationsFromSpec(process.argv[2]);
for (const operation of operations) {
  requireValidSchemas(operation);
  operation.path = new URL(operation.servers[0].url).pathname.replace(/\/$/, '') + operation.path;
}
subscribe('http.server.request.start', ({ request, response }) => {
  response.setHeader('X-Mock-Request-Target', request.url);
  const { pathname, searchParams } = new URL(request.url, 'http://mock');
  const operation = operations.find(({ path }) => path === pathname);
  const prefer = operation && !request.headers.prefer && preference(operation, searchParams);
  if (prefer) request.headers.prefer = prefer;
});
const server = createServer(operations, {
  components: { logger: silent },
  config: { mock: { dynamic: false }, validateRequest: true, validateResponse: true, checkSecurity: true, errors: true },
  cors: false,
});
const origin = await server.listen(0, '127.0.0.1');
console.log(origin + new URL(operations[0].servers[0].url).pathname);
process.stdin.on('end', () => process.exit()).resume();

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

/** Which example the real server would answer with, as a Prefer header. */
function preference(operation, query) {
  const sent = [...query.keys()];
  for (const [rule, instances] of Object.entries(operation.extensions['x-parameter-rules'] ?? {})) {
    if (instances.some((parameters) => IS_BROKEN[rule](parameters, sent))) return ERRORS[rule];
  }
  const page = Number(query.get('page') ?? 1);
  const { examples } = operation.responses.find(({ code }) => code === '200').contents[0];
  const example = examples.find(({ value }) => value.pagination.current_page === page);
  return example && `example=${example.key}`;
}
