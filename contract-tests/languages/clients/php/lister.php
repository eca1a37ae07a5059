<?php

// Reads listings from standard input, one per line, and prints their items, and the failure if they fail.

declare(strict_types=1);

require __DIR__ . '/shared.php';

answerAll(function (stdClass $call): array {
    $katapult = new Katapult\Client($call->apiKey, $call->baseUrl);
    $items = [];
    try {
        foreach (get_object_vars($katapult) as $api) {
            if (!method_exists($api, $call->operation)) {
                continue;
            }
            foreach ($api->{$call->operation}(...arguments($call->parameters)) as $item) {
                $items[] = $item;
                if (count($items) === ($call->limit ?? 0)) {
                    break;
                }
            }
        }
        return ['items' => $items];
    } catch (Throwable $e) {
        $page = $e instanceof Katapult\RequestException ? ['page' => $e->page] : [];
        return ['items' => $items, 'failure' => failure($e)] + $page;
    }
});
