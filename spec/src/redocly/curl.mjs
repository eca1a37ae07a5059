// Writes the curl command of an operation. Its query has a value for each required parameter and each
// parameter that is in a rule, and keeps the rules.

const ROWS = 2; // With one row, a wrong order would look right.

/**
 * The command, for a POSIX shell. The key is read from the environment, and so are client parameters.
 *
 * @param url of the server
 * @param parameters of the operation, without references, as are their schemas
 * @param body of the request as text, or undefined
 * @param environment of the client parameters: the name of the variable by the name of the parameter
 */
export function curl({ url, path, method, rules, parameters, body, hasKey, environment }) {
  const of = (place) => parameters.filter((parameter) => parameter.in === place && parameter.required);
  const filled = of('path').reduce((result, { name, ...parameter }) => {
    return result.replace(`{${name}}`, encodeURIComponent(value(parameter)));
  }, path);
  const pairs = queryPairs(parameters, rules, environment);
  const isGet = method === 'get' && body === undefined;
  return [
    ['curl', ...(isGet ? (pairs.length ? ['--get'] : []) : ['--request', method.toUpperCase()]), quoted(url + filled)],
    ...(hasKey ? [['--header', '"Authorization: Bearer $KATAPULT_API_KEY"']] : []),
    ...of('header').map((parameter) => ['--header', quoted(`${parameter.name}: ${value(parameter)}`)]),
    ...pairs.map((pair) => [isGet ? '--data-urlencode' : '--url-query', pair]),
    ...(body === undefined ? [] : [['--json', quoted(body)]]),
  ]
    .map((words) => words.join(' '))
    .join(' \\\n  ');
}

/** The pairs in order, each quoted. The rows of a table are in the place of its first column. */
function queryPairs(parameters, rules, environment) {
  const { mutuallyExclusive = [], rows = [] } = rules;
  const query = parameters.filter((parameter) => parameter.in === 'query');
  const byName = new Map(query.map((parameter) => [parameter.name, parameter]));
  const chosen = new Set();
  const excluded = new Set();
  const choose = (name) => {
    if (excluded.has(name) || chosen.has(name)) return;
    const table = rows.find((columns) => columns.includes(name)) ?? [name];
    const excludes = mutuallyExclusive.filter((names) => names.some((of) => table.includes(of))).flat();
    if (table.some((column) => excluded.has(column))) return;
    table.forEach((column) => chosen.add(column));
    excludes.filter((of) => !chosen.has(of)).forEach((of) => excluded.add(of));
  };
  query.filter((parameter) => parameter.required).forEach((parameter) => choose(parameter.name));
  mutuallyExclusive.forEach((names) => choose(names.find((name) => environment[name]) ?? names[0]));
  mutuallyExclusive.flat().forEach(choose);
  rows.forEach(([column]) => choose(column));

  return query.flatMap(({ name }) => {
    const table = rows.find((columns) => columns.includes(name));
    if (!chosen.has(name) || (table && table[0] !== name)) return [];
    if (table) {
      const row = (i) => table.map((column) => pair(column, elements(byName.get(column), ROWS)[i]));
      return Array.from({ length: ROWS }, (_, i) => row(i)).flat();
    }
    if (environment[name]) return [`"${escaped(encodedName(name))}=$${environment[name]}"`];
    const parameter = byName.get(name);
    if (parameter.schema?.type !== 'array') return [pair(name, value(parameter))];
    const { style = 'form', explode = style === 'form' } = parameter;
    if (explode) return elements(parameter, 1).map((element) => pair(name, element));
    return [pair(name, elements(parameter, 1).join(','))];
  });
}

/** As many elements of the example as given, or, if there are not enough, made-up ones. */
function elements({ example, schema = {}, name }, count) {
  const items = [example ?? schema.example ?? []].flat();
  return Array.from({ length: count }, (_, i) => items[i] ?? madeUp({ schema: schema.items, name }, i + 1));
}

function value(parameter) {
  const { example, schema = {} } = parameter;
  return example ?? schema.example ?? schema.default ?? schema.enum?.[0] ?? madeUp(parameter, 1);
}

function madeUp({ schema = {} }, number) {
  if (schema.enum) return schema.enum[(number - 1) % schema.enum.length];
  if (schema.type === 'integer' || schema.type === 'number') return (schema.minimum ?? 0) + number;
  if (schema.type === 'boolean') return true;
  return `example${number}`.padEnd(schema.minLength ?? 0, '0');
}

function pair(name, content) {
  return quoted(`${encodedName(name)}=${content}`);
}

/** curl encodes values only. The server reads brackets as they are. */
function encodedName(name) {
  return encodeURIComponent(name).replaceAll('%5B', '[').replaceAll('%5D', ']');
}

function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function escaped(text) {
  return text.replace(/[\\"$`]/g, '\\$&');
}
