// A plugin for Redocly that checks x-parameter-rules in any OpenAPI 3 document. README.md says how to run it.

const VERSION = '1.0';
const KINDS = ['mutuallyExclusive', 'rows'];

export default () => ({ id: 'parameter-rules', rules: { oas3: { valid } } });

function valid() {
  return {
    Root(root, { report, location }) {
      const version = root['x-parameter-rules-version'] ?? VERSION;
      if (version !== VERSION) {
        report({
          message: `Unknown version ${JSON.stringify(version)}: this is the linter for '${VERSION}'.`,
          location: location.child(['x-parameter-rules-version']),
        });
      }
    },
    Operation(operation, { report, resolve, location, parent }) {
      const rules = operation['x-parameter-rules'];
      if (rules === undefined) return;
      const place = location.child(['x-parameter-rules']);
      if (rules === null || typeof rules !== 'object' || Array.isArray(rules)) {
        report({ message: 'This must be a map of kinds of rules.', location: place });
        return;
      }
      const parameters = queryParameters([...(parent?.parameters ?? []), ...(operation.parameters ?? [])], resolve);
      const tables = new Map();
      for (const [kind, ofKind] of Object.entries(rules)) {
        const at = place.child([kind]);
        if (!KINDS.includes(kind)) {
          report({ message: `Unknown kind of rule "${kind}".`, location: at.key() });
        } else if (!isListOfLists(ofKind)) {
          report({ message: 'This must be a list of lists of parameter names.', location: at });
        } else {
          ofKind.forEach((rule, i) => checkRule(kind, rule, at.child([i]), { parameters, tables, report }));
        }
      }
    },
  };
}

function isListOfLists(value) {
  return Array.isArray(value) && value.every((rule) => Array.isArray(rule) && rule.every((n) => typeof n === 'string'));
}

function checkRule(kind, rule, at, { parameters, tables, report }) {
  if (rule.length < 2) {
    report({ message: 'A rule must have at least two parameters.', location: at });
  }
  rule.forEach((name, i) => {
    const problem = problemWith(kind, rule, i, { parameters, tables });
    if (problem) report({ message: problem, location: at.child([i]) });
  });
}

function problemWith(kind, rule, i, { parameters, tables }) {
  const name = rule[i];
  if (rule.indexOf(name) < i) return `The rule has "${name}" twice.`;
  const parameter = parameters.get(name);
  if (!parameter) return `The operation has no query parameter "${name}".`;
  if (kind !== 'rows') return undefined;
  if (!parameter.isArray) return `In rows, "${name}" must be an array.`;
  if (!parameter.isExploded) return `In rows, "${name}" must have the style form, with explode.`;
  if (tables.has(name)) return `"${name}" is already a column of another table.`;
  tables.set(name, rule);
  return undefined;
}

/** The query parameters by name. Those of the operation replace those of the path item. */
function queryParameters(declared, resolve) {
  const parameters = new Map();
  for (const parameter of declared) {
    const [node, file] = resolved(parameter, resolve);
    if (node?.in !== 'query') continue;
    const [schema] = resolved(node.schema, resolve, file);
    const { style = 'form', explode = style === 'form' } = node;
    parameters.set(node.name, {
      isArray: [schema?.type].flat().includes('array'),
      isExploded: style === 'form' && explode,
    });
  }
  return parameters;
}

/** What a reference refers to, and the file that has it. */
function resolved(node, resolve, file) {
  if (!node?.$ref) return [node, file];
  const { node: target, location } = resolve(node, file);
  return [target, location?.source.absoluteRef];
}
