// Reads calls from standard input, one per line, makes them with the generated client, and prints their outcomes.

import { createInterface } from 'node:readline';
import { inspect } from 'node:util';
import { Katapult, toJson } from 'katapult';
import { failure, named } from '../protocol.js';

interface Call {
    baseUrl: string;
    apiKey: string;
    parameters: Record<string, unknown>;
    inspect?: boolean;
}

async function outcome(call: Call): Promise<object> {
    const katapult = new Katapult(call);
    if (call.inspect) {
        return { shown: shown(katapult) };
    }
    try {
        const page = await katapult.apiTokens.listOrganizationApiTokens(named(call.parameters)).page();
        return { page: toJson('ApiTokenPage', page) };
    } catch (error) {
        return failure(error);
    }
}

function shown(katapult: Katapult): string[] {
    const list = katapult.apiTokens.listOrganizationApiTokens();
    return [katapult, katapult.apiTokens, list].flatMap((object) => [
        String(object),
        JSON.stringify(object),
        JSON.stringify({ ...object }),
        inspect(object, { depth: Infinity, showHidden: true, getters: true }),
    ]);
}

for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await outcome(JSON.parse(line) as Call)));
}
