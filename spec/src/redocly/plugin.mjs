// Rules that redocly.yaml has no words for, and what the reference shows of the extensions of the spec.

export default () => ({
  id: 'katapult',
  rules: { oas3: { 'parameter-rules': parameterRules } },
  preprocessors: { oas3: { 'header-examples': headerExamples } },
  decorators: { oas3: { 'extensions-in-words': extensionsInWords } },
});

/** x-parameter-rules: known kinds, and lists of at least two parameters of the operation, of the right type. */
function parameterRules() {
  const takesArrays = { mutuallyExclusive: false, rows: true };
  return {
    Operation(operation, { report, resolve, location, parent }) {
      const resolved = (node) => (node?.$ref ? resolve(node).node : node);
      const isArray = new Map(
        [...(parent?.parameters ?? []), ...(operation.parameters ?? [])]
          .map(resolved)
          .map((parameter) => [parameter?.name, resolved(parameter?.schema)?.type === 'array']),
      );
      for (const [kind, rules] of Object.entries(operation['x-parameter-rules'] ?? {})) {
        const at = location.child(['x-parameter-rules', kind]);
        if (!Object.hasOwn(takesArrays, kind)) {
          report({ message: `There is no kind of rule "${kind}".`, location: at.key() });
          continue;
        }
        if (!Array.isArray(rules) || !rules.every(Array.isArray)) {
          report({ message: 'This must be a list of lists of parameter names.', location: at });
          continue;
        }
        rules.forEach((rule, i) => {
          if (new Set(rule).size < 2 || new Set(rule).size < rule.length) {
            report({ message: 'A rule names at least two parameters, each once.', location: at.child([i]) });
          }
          rule.forEach((name, j) => {
            if (!isArray.has(name)) {
              report({ message: `The operation has no parameter "${name}".`, location: at.child([i, j]) });
            } else if (isArray.get(name) !== takesArrays[kind]) {
              const not = takesArrays[kind] ? ' not' : '';
              report({ message: `"${name}" is${not} an array, which ${kind} forbids.`, location: at.child([i, j]) });
            }
          });
        });
      }
    },
  };
}

/** No rule looks at the example of a header; one looks at that of a schema, so it is given there too. */
function headerExamples() {
  return {
    Header(header) {
      if (header.schema && header.example !== undefined) {
        header.schema = { allOf: [header.schema], example: header.example };
      }
    },
  };
}

/** The reference would show the rules as JSON, and the codes only to those who unfold the schema of an error. */
function extensionsInWords() {
  const names = (rule) => rule.map((name) => `\`${name}\``).join(', ');
  const texts = {
    mutuallyExclusive: (rule) => `At most one of ${names(rule)} is sent.`,
    rows: (rule) => `${names(rule)} are sent row by row, and have the same number of elements.`,
  };
  let codes = [];
  return {
    Root(root) {
      codes = root.components?.schemas?.ApiError?.['x-error-codes'] ?? [];
    },
    Operation(operation) {
      const rules = Object.entries(operation['x-parameter-rules'] ?? {}).flatMap(([kind, instances]) =>
        instances.map((rule) => `- ${kind}: ${texts[kind](rule)}`),
      );
      const rows = codes.map(({ code, status, detail }) => `| ${status} | \`${code}\` | ${names(detail)} |`);
      operation.description = [
        operation.description,
        ...(rules.length ? ['**Rules between parameters** (`x-parameter-rules`)', rules.join('\n')] : []),
        ...(rows.length
          ? ['**Error codes** (`x-error-codes`)', ['| status | code | detail |', '|---|---|---|', ...rows].join('\n')]
          : []),
      ].join('\n\n');
    },
  };
}
