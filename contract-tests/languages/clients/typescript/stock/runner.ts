// Reads calls from standard input, one per line, makes them with the stock client, and prints their outcomes.

import { createInterface } from 'node:readline';
import * as katapult from '../client/src/index.js';

interface Call {
    baseUrl: string;
    apiKey: string;
    parameters: Record<string, unknown>;
}

/** The client's names of the request parameters. */
const NAMES: Record<string, keyof katapult.ListOrganizationApiTokensRequest> = {
    'organization[id]': 'organizationId',
    'organization[sub_domain]': 'organizationSubDomain',
    'annotations[][key]': 'annotationKeys',
    'annotations[][value]': 'annotationValues',
    page: 'page',
    per_page: 'perPage',
};

async function outcome({ baseUrl, apiKey, parameters }: Call): Promise<object> {
    const api = new katapult.APITokensApi(new katapult.Configuration({ basePath: baseUrl, accessToken: apiKey }));
    const request = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [NAMES[name], value]));
    try {
        return { page: katapult.ApiTokenPageToJSON(await api.listOrganizationApiTokens(request)) };
    } catch (error) {
        return { other: String(error) };
    }
}

for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await outcome(JSON.parse(line) as Call)));
}
