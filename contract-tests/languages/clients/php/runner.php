<?php

// Reads calls from standard input, one per line, makes them with the generated client, and prints their outcomes.

declare(strict_types=1);

require __DIR__ . '/shared.php';

function call(stdClass $call): object
{
    if (getenv('KATAPULT_VARIANT') === 'stock') {
        $config = (new Katapult\Configuration())->setHost($call->baseUrl)->setAccessToken($call->apiKey);
        $api = new Katapult\Api\APITokensApi(new GuzzleHttp\Client(), $config);
        return $api->listOrganizationApiTokens(...arguments($call->parameters));
    }
    $katapult = new Katapult\Client($call->apiKey, $call->baseUrl);
    return $katapult->apiTokens->listOrganizationApiTokensPage(...arguments($call->parameters));
}

function stockFailure(Throwable $e): array
{
    $error = $e instanceof Katapult\ApiException ? $e->getResponseObject() : null;
    return $error instanceof Katapult\Model\ErrorResponse
        ? ['apiError' => ['status' => $e->getCode()] + (array) $error->getError()?->jsonSerialize()]
        : ['other' => get_class($e) . ': ' . $e->getMessage()];
}

/**
 * The client in all ways in which PHP shows an object, or the reason why it doesn't.
 *
 * @return list<string>
 */
function shown(Katapult\Client $katapult): array
{
    $ways = [
        fn () => print_r($katapult, true),
        fn () => var_export((array) $katapult->apiTokens, true),
        fn () => json_encode($katapult),
        fn () => serialize($katapult),
        function () use ($katapult): string {
            ob_start();
            var_dump($katapult);
            debug_zval_dump($katapult);
            return ob_get_clean();
        },
    ];
    return array_map(function (callable $way): string {
        try {
            return $way();
        } catch (Exception $e) {
            return $e->getMessage() . print_r($e, true);
        }
    }, $ways);
}

answerAll(function (stdClass $call): array {
    if ($call->inspect ?? false) {
        return ['shown' => shown(new Katapult\Client($call->apiKey, $call->baseUrl))];
    }
    try {
        return ['page' => call($call)];
    } catch (Throwable $e) {
        return getenv('KATAPULT_VARIANT') === 'stock' ? stockFailure($e) : failure($e);
    }
});
