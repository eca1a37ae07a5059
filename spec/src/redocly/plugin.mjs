// Prepares the spec for the linter, and the extensions of the spec as text for the reference.

export default () => ({
  id: 'katapult',
  preprocessors: { oas3: { 'header-examples': headerExamples } },
  decorators: { oas3: { 'extensions-in-words': extensionsInWords } },
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
