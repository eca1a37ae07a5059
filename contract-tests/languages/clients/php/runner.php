<?php

// Reads calls from standard input, one per line, makes them with the generated client, and prints their outcomes.

declare(strict_types=1);

ini_set('display_errors', 'stderr');

if (is_file(__DIR__ . '/vendor/autoload.php')) {
    require __DIR__ . '/vendor/autoload.php';
} else {
    // Without composer: the system packages are on PHP's include path.
    require 'GuzzleHttp/autoload.php';
    spl_autoload_register(function (string $class): void {
        $file = __DIR__ . '/client/lib/' . strtr(substr($class, strlen('Katapult\\')), '\\', '/') . '.php';
        if (str_starts_with($class, 'Katapult\\') && is_file($file)) {
            require $file;
        }
    });
}

function call(string $baseUrl, string $apiKey, array $parameters): object
{
    $config = (new Katapult\Configuration())->setHost($baseUrl)->setAccessToken($apiKey);
    $api = new Katapult\Api\APITokensApi(new GuzzleHttp\Client(), $config);
    $arguments = [];
    foreach ($parameters as $name => $value) {
        $words = preg_split('/\W+|_/', $name, -1, PREG_SPLIT_NO_EMPTY);
        $arguments[lcfirst(implode('', array_map('ucfirst', $words)))] = $value;
    }
    return $api->listOrganizationApiTokens(...$arguments);
}

// The stock client lacks our exceptions. In PHP, a catch of a missing class is ignored.
function outcome(stdClass $request): array
{
    try {
        return ['page' => call($request->baseUrl, $request->apiKey, (array) $request->parameters)];
    } catch (Katapult\ParameterException $e) {
        return ['rejected' => ['rule' => $e->getRule(), 'parameters' => $e->getParameters()]];
    } catch (Katapult\UnexpectedResponseException $e) {
        return ['unexpected' => ['status' => $e->getCode(), 'path' => $e->getPath()]];
    } catch (Katapult\ApiException $e) {
        if ($e->getResponseObject() instanceof Katapult\Model\ErrorResponse) {
            $error = $e->getResponseObject()->getError();
            return ['apiError' => ['status' => $e->getCode()] + (array) $error?->jsonSerialize()];
        }
        return ['other' => get_class($e) . ': ' . $e->getMessage()];
    } catch (Throwable $e) {
        return ['other' => get_class($e) . ': ' . $e->getMessage()];
    }
}

while (($line = fgets(STDIN)) !== false) {
    $request = json_decode($line, false, 512, JSON_THROW_ON_ERROR);
    echo json_encode(outcome($request), JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE), "\n";
}
