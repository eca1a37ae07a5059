// Reads calls from standard input, one per line, makes them with the generated client, and prints their outcomes.

import { createInterface } from 'node:readline';
import * as katapult from './client/index.js';

interface Call {
    baseUrl: string;
    apiKey: string;
    parameters: { [name: string]: unknown };
}

/** The client's names of the request parameters. */
const NAMES: { [name: string]: keyof katapult.ListOrganizationApiTokensRequest } = {
    'organization[id]': 'organizationId',
    'organization[sub_domain]': 'organizationSubDomain',
    'annotations[][key]': 'annotationsKey',
    'annotations[][value]': 'annotationsValue',
    page: 'page',
    per_page: 'perPage',
};

async function outcome({ baseUrl, apiKey, parameters }: Call): Promise<object> {
    const api = new katapult.APITokensApi(new katapult.Configuration({ basePath: baseUrl, accessToken: apiKey }));
    // The types forbid a null in a list; JavaScript does not.
    const request: { [name: string]: any } = {};
    for (const [name, value] of Object.entries(parameters)) {
        request[NAMES[name]!] = value;
    }
    try {
        return { page: katapult.ApiTokenPageToJSON(await api.listOrganizationApiTokens(request)) };
    } catch (error) {
        return failure(error);
    }
}

/** Tells errors apart by their properties, because the stock client lacks our classes. */
function failure(error: any): object {
    if (error.error !== undefined) {
        const { code, description, detail } = error.error;
        return { apiError: { status: error.status, code, description, detail: katapult.ErrorDetailToJSON(detail) } };
    }
    if (error.rule !== undefined) {
        return { rejected: { rule: error.rule, parameters: error.parameters } };
    }
    if (error.path !== undefined) {
        return { unexpected: { status: error.status, path: error.path } };
    }
    return { other: String(error) };
}

for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await outcome(JSON.parse(line))));
}
