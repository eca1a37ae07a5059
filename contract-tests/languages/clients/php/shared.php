<?php

declare(strict_types=1);

ini_set('display_errors', 'stderr');

require __DIR__ . '/vendor/autoload.php';

/**
 * Named arguments from the names of parameters in the request.
 */
function arguments(stdClass $parameters): array
{
    $names = ['annotations[][key]' => 'annotationKeys', 'annotations[][value]' => 'annotationValues'];
    $arguments = [];
    foreach ((array) $parameters as $name => $value) {
        $words = preg_split('/\W+|_/', $name, -1, PREG_SPLIT_NO_EMPTY);
        $arguments[$names[$name] ?? lcfirst(implode('', array_map('ucfirst', $words)))] = $value;
    }
    return $arguments;
}

function failure(Throwable $e): array
{
    return match (true) {
        $e instanceof Katapult\ParameterException =>
            ['rejected' => ['rule' => $e->rule, 'parameters' => $e->parameters]],
        $e instanceof Katapult\UnexpectedResponseException =>
            ['unexpected' => ['status' => $e->status, 'path' => $e->path]],
        $e instanceof Katapult\ApiErrorException =>
            ['apiError' => ['status' => $e->status] + (array) $e->error->jsonSerialize()],
        default => ['other' => get_class($e) . ': ' . $e->getMessage()],
    };
}

/**
 * Prints one line for each line of the input.
 *
 * @param callable(stdClass): array $answer
 */
function answerAll(callable $answer): void
{
    while (($line = fgets(STDIN)) !== false) {
        $outcome = $answer(json_decode($line, false, 512, JSON_THROW_ON_ERROR));
        echo json_encode($outcome, JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE), "\n";
    }
}
