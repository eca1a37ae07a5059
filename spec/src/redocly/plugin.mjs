// Lint rules that redocly.yaml can't express, and the extensions of the spec as text for the reference.

export default () => ({
  id: 'katapult',
  rules: { oas3: { 'parameter-rules': parameterRules } },
  preprocessors: { oas3: { 'header-examples': headerExamples } },
  decorators: { oas3: { 'extensions-in-words': extensionsInWords } },
});

/** Checks that x-parameter-rules has known kinds, and lists of at least two parameters with the right types. */
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
          report({ message: `Unknown kind of rule "${kind}".`, location: at.key() });
          continue;
        }
        if (!Array.isArray(rules) || !rules.every(Array.isArray)) {
          report({ message: 'This must be a list of lists of parameter names.', location: at });
          continue;
        }
        rules.forEach((rule, i) => {
          if (new Set(rule).size < 2 || new Set(rule).size < rule.length) {
            report({ message: 'A rule must have at least two different parameters.', location: at.child([i]) });
          }
          rule.forEach((name, j) => {
            if (!isArray.has(name)) {
              report({ message: `The operation has no parameter "${name}".`, location: at.child([i, j]) });
            } else if (isArray.get(name) !== takesArrays[kind]) {
              const not = takesArrays[kind] ? '' : ' not';
              report({ message: `In ${kind}, "${name}" must${not} be an array.`, location: at.child([i, j]) });
            }
          });
        });
      }
    },
  };
}

/** Copies the example of a header to its schema, because the linter only validates examples of schemas. */
function headerExamples() {
  return {
    Header(header) {
      if (header.schema && header.example !== undefined) {
        header.schema = { allOf: [header.schema], example: header.example };
      }
    },
  };
}

/** Adds rules and error codes to the description. Otherwise, the reference shows them as JSON or in folded schemas. */
function extensionsInWords() {
  const names = (rule) => rule.map((name) => `\`${name}\``).join(', ');
  const texts = {
    mutuallyExclusive: (rule) => `Send at most one of ${names(rule)}.`,
    rows: (rule) => `Send ${names(rule)} row by row, with the same number of elements.`,
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
