// Checks x-predicates, and prepares the spec for the linter.

export default () => ({
  id: 'katapult',
  rules: { oas3: { predicates } },
  preprocessors: { oas3: { 'header-examples': headerExamples } },
});

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

/** Checks x-predicates, which README.md documents. */
function predicates() {
  const isArray = (schema) => schema.type === 'array' && !schema.nullable;
  return {
    Schema(schema, { report, resolve, location }) {
      const target = (value) => (value?.$ref ? resolve(value).node : value) ?? {};
      const kinds = {
        contains: [
          (it) => isArray(it) && target(it.items).type === 'string',
          'an array of strings that is not nullable',
        ],
        empty: [isArray, 'an array that is not nullable'],
        reached: [(it) => it['x-unix-time'] !== undefined, 'an integer with x-unix-time'],
      };
      const names = new Set(Object.keys(schema.properties ?? {}));
      for (const [property, value] of Object.entries(schema.properties ?? {})) {
        for (const [kind, name] of Object.entries(value['x-predicates'] ?? {})) {
          const problem = (message) =>
            report({ message, location: location.child(['properties', property, 'x-predicates', kind]) });
          const [fits, needed] = kinds[kind] ?? [];
          if (!fits) problem(`Unknown predicate "${kind}".`);
          else if (!fits(value)) problem(`The predicate "${kind}" needs ${needed}.`);
          else if (!schema.required?.includes(property)) problem('A predicate needs a required property.');
          else if (!/^[a-z]+(_[a-z0-9]+)+$/.test(name)) problem(`"${name}" is not two or more words in snake case.`);
          else if (names.has(name)) problem(`The schema has another "${name}".`);
          names.add(name);
        }
      }
    },
  };
}
