// Finds the rule of x-parameter-rules that a query breaks. README.md defines the rules.

const CHECKS = {
  mutuallyExclusive(names, sent) {
    const given = names.filter((name) => sent.includes(name));
    return given.length < 2 ? undefined : { parameters: given, message: `${given.join(' and ')} exclude each other` };
  },
  rows(columns, sent) {
    const cells = sent.filter((name) => columns.includes(name));
    const inRows = cells.every((name, i) => name === columns[i % columns.length]);
    if (inRows && cells.length % columns.length === 0) return undefined;
    return { parameters: columns, message: `${columns.join(' and ')} must be sent row by row, in this order` };
  },
};

/** Throws an error unless the value of x-parameter-rules has only known kinds of rules, each a list of lists. */
export function requireKnown(rules) {
  for (const [kind, ofKind] of Object.entries(rules)) {
    if (!Object.hasOwn(CHECKS, kind)) throw new Error(`x-parameter-rules has the unknown kind ${kind}`);
    if (!Array.isArray(ofKind) || !ofKind.every((rule) => Array.isArray(rule) && rule.length > 0)) {
      throw new Error(`x-parameter-rules, ${kind} must be a list of lists of parameter names`);
    }
  }
}

/**
 * The first broken rule as { rule, parameters, message }, or undefined.
 *
 * @param rules the value of x-parameter-rules
 * @param sent the decoded names of all pairs of the query, in order
 */
export function firstBroken(rules, sent) {
  for (const [kind, check] of Object.entries(CHECKS)) {
    for (const names of rules[kind] ?? []) {
      const broken = check(names, sent);
      if (broken) return { rule: kind, ...broken };
    }
  }
  return undefined;
}
