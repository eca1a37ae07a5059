<?php

// In the place of Composer's: loads the client, and Guzzle from the Debian packages on the include path.

declare(strict_types=1);

require_once 'GuzzleHttp/autoload.php';

spl_autoload_register(function (string $class): void {
    // The stock templates write to lib.
    foreach (['src', 'lib'] as $folder) {
        $name = strtr(substr($class, strlen('Katapult\\')), '\\', '/');
        $file = dirname(__DIR__) . "/client/$folder/$name.php";
        if (str_starts_with($class, 'Katapult\\') && is_file($file)) {
            require $file;
        }
    }
});
