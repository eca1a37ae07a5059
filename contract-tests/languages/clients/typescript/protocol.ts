// Translates what the client returns and throws to the protocol of the tests.

import { ApiResponseError, ParameterError, toJson, UnexpectedResponseError } from 'katapult';

/** A line of the runner. */
export function failure(error: unknown): object {
    if (error instanceof ApiResponseError) {
        const { code, description, detail } = error.error;
        return { apiError: { status: error.status, code, description, detail: toJson('ErrorDetail', detail) } };
    }
    if (error instanceof ParameterError) {
        return { rejected: { rule: error.rule, parameters: error.parameters } };
    }
    if (error instanceof UnexpectedResponseError) {
        return { unexpected: { status: error.status, path: error.path } };
    }
    return { other: String(error) };
}

/** The client's names of the parameters. */
const NAMES: Record<string, string> = {
    'organization[id]': 'organizationId',
    'organization[sub_domain]': 'organizationSubDomain',
    'annotations[][key]': 'annotationKeys',
    'annotations[][value]': 'annotationValues',
    'bed[id]': 'bedId',
    'bed[name]': 'bedName',
    'bed[row]': 'bedRow',
    'labels[][name]': 'labelsName',
    'labels[][text]': 'labelsText',
    'labels[][weight]': 'labelsWeight',
    height: 'height',
    page: 'page',
    per_page: 'perPage',
};

/** Any values: the types forbid a null in a list, but JavaScript does not. */
export function named(parameters: Record<string, unknown>): object {
    return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [NAMES[name], value]));
}
