// Renders the reference page of an OpenAPI document: one file without scripts, which loads nothing.
import { readFileSync } from 'node:fs';
import { curl } from './curl.mjs';

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];
const LONG = 40; // characters, which fit on a line of a narrow screen
const STYLE = readFileSync(new URL('reference.css', import.meta.url), 'utf8');

/** Each kind of x-parameter-rules in words: the rule, and what it means for one of its parameters. */
const RULES = {
  mutuallyExclusive: {
    title: 'Mutually exclusive',
    rule: (names) => `Send at most one of ${list(names)}.`,
    parameter: (names, name) =>
      `not together with ${list(
        names.filter((other) => other !== name),
        'or',
      )}.`,
  },
  rows: {
    title: 'Rows',
    rule: (names) => {
      const row = (i) => names.map((name) => code(`${name}=${i}`)).join('&amp;<wbr>');
      return (
        `${list(names)} are the columns of a table. Send as many elements of each, row by row: ` +
        `${row('…')}&amp;<wbr>${row('…')}.`
      );
    },
    parameter: (names, name) => `column ${names.indexOf(name) + 1} of ${list(names)}, sent row by row.`,
  },
};

/**
 * The page as HTML.
 *
 * @param document an OpenAPI document whose references are all within it
 * @param markdown a function from CommonMark to HTML, given also the function for its code
 */
export function page(document, markdown) {
  return new Reference(document, markdown).html();
}

class Reference {
  /** The schemas that are described once, at the end, by name. */
  #linked = new Map();

  constructor(document, markdown) {
    this.document = document;
    this.markdown = markdown;
    this.operations = Object.entries(document.paths).flatMap(([path, item]) =>
      METHODS.filter((method) => item[method]).map((method) => {
        const operation = this.resolved(item[method]);
        const id = operation.operationId ?? slug(`${method} ${path}`);
        const all = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map((it) => this.resolved(it));
        // Those of the operation replace those of the path.
        const parameters = [
          ...new Map(all.map((parameter) => [`${parameter.in} ${parameter.name}`, parameter])).values(),
        ];
        return { ...operation, id, path, method, title: operation.summary ?? id, parameters };
      }),
    );
  }

  html() {
    const { info, servers = [] } = this.document;
    const groups = this.tags().map((tag) => this.tag(tag));
    const schemas = this.schemas();
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(info.title)} ${text(info.version)}</title>
<link rel="icon" href="data:,">
<style>
${STYLE}</style>
</head>
<body>
<a class="skip" href="#operations">Skip to the operations</a>
<header>
<h1>${text(info.title)} <small>${text(info.version)}</small></h1>
${this.prose(info.description)}
<p>Server: ${servers.map(({ url }) => code(url)).join(' or ')}${
      info.contact?.url
        ? `. Contact: <a href="${text(info.contact.url)}">${text(info.contact.name ?? info.contact.url)}</a>`
        : ''
    }</p>
</header>
<nav aria-label="Contents">
<ul>
${this.operations.map(({ id, title }) => `<li><a href="#${id}">${text(title)}</a></li>\n`).join('')}${
      schemas ? '<li><a href="#errors">Errors</a></li>\n' : ''
    }</ul>
</nav>
<main id="operations" tabindex="-1">
${groups.join('')}${schemas}</main>
</body>
</html>
`;
  }

  /** The tags that operations have, in the order of the document. Operations without a tag are last. */
  tags() {
    const used = [...new Set(this.operations.map(({ tags = [] }) => tags[0]))];
    const declared = (this.document.tags ?? []).filter(({ name }) => used.includes(name));
    const rest = used.filter((name) => !declared.some((tag) => tag.name === name));
    return [...declared, ...rest.map((name) => ({ name }))];
  }

  tag({ name, description }) {
    const operations = this.operations.filter(({ tags = [] }) => tags[0] === name);
    return `<section class="tag">
<h2>${text(name ?? 'Operations')}</h2>
${this.prose(description)}${operations.map((operation) => this.operation(operation)).join('')}</section>
`;
  }

  operation(operation) {
    const { id, path, method, title, description, parameters, requestBody } = operation;
    const body = requestBody && this.resolved(requestBody);
    return `<article id="${id}" aria-labelledby="${id}-title">
<div class="about">
<h3 id="${id}-title">${text(title)}</h3>
<p class="call"><b>${method.toUpperCase()}</b> ${code(path)}</p>
${this.prose(description)}</div>
<section class="example">
<h4>Example</h4>
<pre>${lines(this.curl(operation, body))}</pre>
${this.rowsNote(operation)}</section>
<div class="details">
${this.security(operation)}${this.parameters(id, operation['x-parameter-rules'] ?? {}, parameters)}${
      body
        ? `<section>\n<h4>Request body</h4>\n${this.prose(body.description)}${this.content(body, true)}</section>\n`
        : ''
    }${this.responses(operation)}</div>
</article>
`;
  }

  rowsNote({ 'x-parameter-rules': rules = {} }) {
    return rules.rows ? '<p>It sends two rows. With one row, a wrong order would go unnoticed.</p>\n' : '';
  }

  curl({ path, method, parameters, security = this.document.security ?? [], ...operation }, body) {
    const clientParameters = Object.values(this.document['x-client-parameters'] ?? {});
    return curl({
      url: this.document.servers?.[0]?.url ?? '',
      path,
      method,
      rules: operation['x-parameter-rules'] ?? {},
      parameters: parameters.map((parameter) => ({ ...parameter, schema: this.deep(parameter.schema) })),
      body: body && JSON.stringify(this.exampleOf(Object.values(body.content)[0])),
      hasKey: security.length > 0,
      environment: Object.fromEntries(clientParameters.map((it) => [it.parameter, it.environment])),
    });
  }

  security({ security = this.document.security ?? [] }) {
    const schemes = this.document.components?.securitySchemes ?? {};
    const byScheme = new Map();
    for (const [name, scopes] of security.flatMap((requirement) => Object.entries(requirement))) {
      byScheme.set(name, [...(byScheme.get(name) ?? []), ...scopes]);
    }
    if (byScheme.size === 0) return '';
    const items = [...byScheme].map(([name, scopes]) => {
      const scheme = this.resolved(schemes[name]);
      const scope = scopes.length ? ` Scope: ${list(scopes, 'or')}.` : '';
      return `<li>${text(name)}: ${this.inline(scheme.description ?? scheme.scheme ?? scheme.type)}${scope}</li>\n`;
    });
    const intro = items.length > 1 ? '<p>One of these:</p>\n' : '';
    return `<section>\n<h4>Authentication</h4>\n${intro}<ul>\n${items.join('')}</ul>\n</section>\n`;
  }

  parameters(id, rules, parameters) {
    if (parameters.length === 0) return '';
    const all = Object.entries(rules).flatMap(([kind, ofKind]) => ofKind.map((names) => ({ kind, names })));
    all.forEach(({ kind }) => {
      if (!RULES[kind]) throw new Error(`x-parameter-rules has the unknown kind ${kind}`);
    });
    const sentences = all.map(
      ({ kind, names }, i) =>
        `<li id="${id}-rule-${i + 1}"><b>${RULES[kind].title}.</b> ${RULES[kind].rule(names)}</li>\n`,
    );
    const described = parameters.map((parameter) => {
      const notes = all.flatMap(({ kind, names }, i) =>
        parameter.in === 'query' && names.includes(parameter.name)
          ? [`<a href="#${id}-rule-${i + 1}">${RULES[kind].title}</a>: ${RULES[kind].parameter(names, parameter.name)}`]
          : [],
      );
      return this.field(parameter.name, parameter.schema ?? {}, {
        ...parameter,
        isParameter: true,
        notes: [...this.clientParameter(parameter), ...notes],
      });
    });
    return `<section>
<h4>Parameters</h4>
${sentences.length ? `<ul class="rules" aria-label="Rules between parameters">\n${sentences.join('')}</ul>\n` : ''}<dl>
${described.join('')}</dl>
</section>
`;
  }

  clientParameter({ name }) {
    return Object.values(this.document['x-client-parameters'] ?? {})
      .filter((it) => it.parameter === name)
      .map(
        (it) =>
          `Clients set it once for all requests, by default from the environment variable ${code(it.environment)}.`,
      );
  }

  responses({ responses }) {
    const all = Object.entries(responses).map(([status, response]) => [status, this.resolved(response)]);
    const headers = all.map(([, response]) => Object.entries(response.headers ?? {}));
    const isIn = (entries, entry) => entries.some((other) => JSON.stringify(other) === JSON.stringify(entry));
    const common = all.length > 1 ? headers[0].filter((entry) => headers.every((of) => isIn(of, entry))) : [];
    const described = all.map(([status, response], i) => {
      const own = headers[i].filter((entry) => !isIn(common, entry));
      const isSuccess = status.startsWith('2');
      return `<section class="response">
<h5>${text(status)} <span>${this.inline(response.description)}</span></h5>
${this.codes(status, response)}${this.content(response, isSuccess)}${
        own.length ? `<p>Headers:</p>\n${this.headers(own)}` : ''
      }</section>
`;
    });
    return `<section>
<h4>Responses</h4>
${common.length ? `<p>Headers of every response:</p>\n${this.headers(common)}` : ''}${described.join('')}</section>
`;
  }

  headers(entries) {
    const fields = entries.map(([name, header]) => {
      const { schema = {}, required, ...rest } = this.resolved(header);
      return this.field(name, schema, { ...rest, required });
    });
    return fields.length ? `<dl>\n${fields.join('')}</dl>\n` : '';
  }

  /** The codes of x-error-codes with this status, if the body of the response has the schema with them. */
  codes(status, response) {
    const codes = Object.values(response.content ?? {})
      .flatMap(({ schema }) => this.errorCodes(schema))
      .filter((it) => String(it.status) === status);
    const items = codes.map(
      ({ code: name, detail }) => `<li>${code(name)}${detail.length ? `, with ${list(detail)}` : ''}</li>\n`,
    );
    return items.length
      ? `<p>Codes, and the properties of their <code>detail</code>:</p>\n<ul class="codes">\n${items.join('')}</ul>\n`
      : '';
  }

  /** The codes in a schema or in its properties. */
  errorCodes(schema, seen = new Set()) {
    const of = this.resolved(schema ?? {});
    if (seen.has(of)) return [];
    seen.add(of);
    const inner = Object.values(of.properties ?? {}).flatMap((property) => this.errorCodes(property, seen));
    return [...(of['x-error-codes'] ?? []), ...inner];
  }

  /** A body. Its schema is described here, or, unless it is inline, once at the end if it has a name. */
  content({ content = {} }, inline) {
    const bodies = Object.entries(content).map(([type, media]) => {
      const name = refName(media.schema);
      const fields = this.fields(media.schema);
      if (inline || !name || !fields) {
        const note = media.schema ? `, ${this.type(media.schema)}` : '';
        return `<p>Body: ${code(type)}${note}</p>\n${fields}${this.examples(media, inline)}`;
      }
      this.#linked.set(name, media.schema);
      const link = `<a href="#schema-${slug(name)}">${text(name)}</a>`;
      return `<p>Body: ${code(type)}, ${link}</p>\n${this.examples(media, false)}`;
    });
    return bodies.join('');
  }

  examples({ example, examples = example === undefined ? {} : { '': { value: example } } }, firstIsOpen) {
    const described = Object.entries(examples).map(([name, of], i) => {
      const { summary, value } = this.resolved(of);
      const title = `Example${name && ': '}${text(summary ?? name)}`;
      return `<details${firstIsOpen && i === 0 ? ' open' : ''}>
<summary>${title}</summary>
<pre>${lines(plain(value, 2))}</pre>
</details>
`;
    });
    return described.join('');
  }

  schemas() {
    if (this.#linked.size === 0) return '';
    const described = [...this.#linked].map(
      ([name, schema]) => `<section id="schema-${slug(name)}">
<h3>${text(name)}</h3>
${this.prose(this.resolved(schema).description)}${this.fields(schema)}</section>
`,
    );
    return `<section id="errors">\n<h2>Errors</h2>\n${described.join('')}</section>\n`;
  }

  /** The properties of a schema, or of its items. */
  fields(schema, within = []) {
    const of = this.merged(schema);
    if (within.includes(refName(schema) ?? of)) return '';
    const path = [...within, refName(schema) ?? of];
    if (of.items) return this.fields(of.items, path);
    const fields = Object.entries(of.properties ?? {}).map(([name, property]) =>
      this.field(name, property, { required: of.required?.includes(name), within: path }),
    );
    return fields.length ? `<dl>\n${fields.join('')}</dl>\n` : '';
  }

  /** A parameter, a header or a property. Most parameters are optional, most others are always there. */
  field(name, schema, { description, required, isParameter, in: place = 'query', example, notes = [], within }) {
    const merged = this.merged(schema);
    const facts = [
      this.type(schema),
      ...(isParameter && place !== 'query' ? [`in the ${place}`] : []),
      ...(isParameter && required ? ['required'] : []),
      ...(!isParameter && !required ? ['may be missing'] : []),
      ...constraints(merged),
    ];
    const shown = example ?? merged.example;
    const sentences = [
      ...[description ?? merged.description].filter(Boolean).map((it) => this.prose(it)),
      ...notes.map((note) => `<p class="note">${note}</p>\n`),
      ...(shown === undefined
        ? []
        : [
            `<p>Example: ${[shown]
              .flat()
              .map((it) => code(plain(it)))
              .join(', ')}</p>\n`,
          ]),
    ];
    return `<dt>${code(name)} <span>${facts.join(', ')}</span></dt>
<dd>${sentences.join('')}${within ? this.fields(schema, within) : ''}</dd>
`;
  }

  type(schema) {
    const of = this.merged(schema);
    const simple = (of.properties && refName(schema)) ?? of.type ?? 'any';
    const type = of.items ? `array of ${this.type(of.items)}` : text(simple);
    return `${type}${of.format ? ` (${text(of.format)})` : ''}${of.nullable ? ' or null' : ''}`;
  }

  exampleOf({ schema, example, examples = {} }) {
    const first = Object.values(examples)[0];
    return example ?? (first && this.resolved(first).value) ?? this.sample(schema);
  }

  /** A value with the required properties. */
  sample(schema) {
    const of = this.merged(schema);
    if (of.example !== undefined) return of.example;
    if (of.enum) return of.enum[0];
    if (of.items) return [this.sample(of.items)];
    const names = of.required ?? Object.keys(of.properties ?? {}).slice(0, 1);
    if (of.properties) return Object.fromEntries(names.map((name) => [name, this.sample(of.properties[name])]));
    return { integer: 1, number: 1, boolean: true, object: {} }[of.type] ?? 'example';
  }

  resolved(node) {
    if (typeof node?.$ref !== 'string') return node;
    const keys = node.$ref.replace(/^#\//, '').split('/');
    const target = keys.reduce(
      (it, key) => it?.[decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~')],
      this.document,
    );
    if (target === undefined) throw new Error(`The document has no ${node.$ref}`);
    return this.resolved(target);
  }

  /** A schema with the keywords of its allOf. */
  merged(schema) {
    const { allOf = [], ...own } = this.resolved(schema ?? {});
    return allOf
      .map((part) => this.merged(part))
      .reduceRight(
        (result, part) => ({
          ...part,
          ...result,
          ...(part.properties && { properties: { ...part.properties, ...result.properties } }),
          ...(part.required && { required: [...new Set([...part.required, ...(result.required ?? [])])] }),
        }),
        own,
      );
  }

  /** A schema of a parameter, without references. */
  deep(schema) {
    const of = this.merged(schema);
    return of.items ? { ...of, items: this.deep(of.items) } : of;
  }

  prose(commonMark) {
    return commonMark ? this.markdown(commonMark, code) : '';
  }

  inline(commonMark = '') {
    return this.prose(commonMark)
      .trim()
      .replace(/^<p>(.*)<\/p>$/s, '$1');
  }
}

function constraints(schema) {
  const facts = {
    enum: (it) => `one of ${list(it, 'or')}`,
    minimum: (it) => `at least ${code(it)}`,
    maximum: (it) => `at most ${code(it)}`,
    minLength: (it) => `at least ${counted(it, 'character')}`,
    maxLength: (it) => `at most ${counted(it, 'character')}`,
    minItems: (it) => `at least ${counted(it, 'element')}`,
    maxItems: (it) => `at most ${counted(it, 'element')}`,
    pattern: (it) => `matches ${code(it)}`,
    default: (it) => `default ${code(it)}`,
    'x-unix-time': (it) => `Unix time in ${text(it)}`,
  };
  const of = schema.items ? { ...constraintsOfItems(schema.items), ...schema } : schema;
  return Object.entries(facts).flatMap(([keyword, fact]) => (of[keyword] === undefined ? [] : [fact(of[keyword])]));
}

function constraintsOfItems({ enum: values, minimum, maximum, minLength, maxLength }) {
  return { enum: values, minimum, maximum, minLength, maxLength };
}

function counted(count, noun) {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A string as it is, any other value as JSON. */
function plain(value, indent) {
  return typeof value === 'string' ? value : JSON.stringify(value, null, indent);
}

function refName({ $ref } = {}) {
  return $ref?.split('/').pop();
}

function slug(name) {
  return name.replace(/[^A-Za-z0-9]+/g, '-');
}

function list(names, word = 'and') {
  const codes = names.map(code);
  return codes.length < 2 ? codes.join('') : `${codes.slice(0, -1).join(', ')} ${word} ${codes.at(-1)}`;
}

function code(name) {
  const string = String(name);
  return `<code${string.length > LONG ? ' class="long"' : ''}>${breakable(string)}</code>`;
}

function text(string) {
  return string.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** Escapes a name, path or query. It may break after a space, a slash or an ampersand, but not within a word. */
function breakable(string) {
  return text(string).replace(/(?:[ /]+|&amp;)(?=[^ /])/g, '$&<wbr>');
}

/** Escapes a command or a value of several lines, whose words stay whole. A long word may also break after =. */
function lines(string) {
  const parts = (it) => (it.length > LONG ? breakable(it).replaceAll('=', '=<wbr>') : breakable(it));
  const word = (it) => `<span>${parts(it)}</span>`;
  return string.replace(/\S+(?: \\$)?/gm, word);
}
