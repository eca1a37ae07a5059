// Reads calls from standard input, one per line, lists items with the generated client, and prints them.

import { createInterface } from 'node:readline';
import { Katapult, ResponseError, toJson } from 'katapult';
import { failure, named } from '../protocol.js';

interface Call {
    baseUrl: string;
    apiKey: string;
    operation: keyof typeof LISTS;
    parameters: Record<string, unknown>;
    limit?: number;
}

/** The items of each operation, as JSON. */
const LISTS = {
    async *listOrganizationApiTokens(katapult: Katapult, parameters: object) {
        for await (const token of katapult.apiTokens.listOrganizationApiTokens(parameters)) {
            yield toJson('ApiToken', token);
        }
    },
    async *listOrganizationPlants(katapult: Katapult, parameters: object) {
        for await (const plant of katapult.plants.listOrganizationPlants(parameters)) {
            yield toJson('Plant', plant);
        }
    },
    async *listColours(katapult: Katapult, parameters: object) {
        for await (const colour of katapult.colours.listColours(parameters)) {
            yield toJson('Colour', colour);
        }
    },
};

async function outcome(call: Call): Promise<object> {
    const items: unknown[] = [];
    try {
        for await (const item of LISTS[call.operation](new Katapult(call), named(call.parameters))) {
            items.push(item);
            if (items.length === call.limit) {
                break;
            }
        }
        return { items };
    } catch (error) {
        return { items, failure: failure(error), page: error instanceof ResponseError ? error.page : undefined };
    }
}

for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await outcome(JSON.parse(line) as Call)));
}
