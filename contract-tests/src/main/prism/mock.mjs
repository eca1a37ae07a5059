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
import { subscribe } from 'node:diagnostics_channel';
import prismHttp from '@stoplight/prism-http';
import prismServer from '@stoplight/prism-http-server';

const PREFER_IF_BROKEN = {
  mutuallyExclusive: 'code=400, example=invalid_argument',
  rows: 'code=400, example=missing_required_argument',
};
const BROKEN = {
  mutuallyExclusive: (parameters, sent) => parameters.filter((name) => sent.includes(name)).length > 1,
  rows: (columns, sent) => {
    const cells = sent.filter((name) => columns.includes(name));
    return cells.length % columns.length !== 0 || cells.some((name, i) => name !== columns[i % columns.length]);
  },
};

const operations = await prismHttp.getHttpOperationsFromSpec(process.argv[2]);
const basePath = new URL(operations[0].servers[0].url).pathname;

function preference(operation, query) {
  const sent = [...query.keys()];
  for (const [rule, instances] of Object.entries(operation.extensions?.['x-parameter-rules'] ?? {})) {
    if (instances.some((parameters) => BROKEN[rule](parameters, sent))) return PREFER_IF_BROKEN[rule];
  }
  const page = Number(query.get('page') ?? 1);
  const examples = operation.responses.find(({ code }) => code === '200').contents[0].examples;
  const example = examples.find(({ value }) => value.pagination?.current_page === page);
  return example && `example=${example.key}`;
}

subscribe('http.server.request.start', ({ request, response }) => {
  response.setHeader('X-Mock-Request-Target', request.url);
  const url = new URL(request.url, 'http://mock');
  if (!url.pathname.startsWith(`${basePath}/`)) {
    request.url = '/outside-of-the-base-path';
    return;
  }
  request.url = request.url.slice(basePath.length);
  const operation = operations.find(({ path }) => basePath + path === url.pathname);
  const prefer = request.headers.prefer ?? (operation && preference(operation, url.searchParams));
  if (prefer) request.headers.prefer = prefer;
});

const silent = { info() {}, warn() {}, error() {}, success() {}, debug() {}, trace() {}, child: () => silent };
const server = prismServer.createServer(operations, {
  components: { logger: silent },
  config: { mock: { dynamic: false }, validateRequest: true, validateResponse: true, checkSecurity: true, errors: true },
  cors: false,
});
console.log((await server.listen(0, '127.0.0.1')) + basePath);
process.stdin.on('end', () => process.exit()).resume();
