<?php

// Loads all classes of the client and evaluates their constants. Any message of PHP is an error.

declare(strict_types=1);

set_error_handler(fn (int $level, string $message, string $file, int $line) => throw new ErrorException(
    $message,
    0,
    $level,
    $file,
    $line,
));

require __DIR__ . '/vendor/autoload.php';

$source = __DIR__ . '/client/' . (getenv('KATAPULT_VARIANT') === 'stock' ? 'lib' : 'src');
foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator($source)) as $file) {
    if ($file->getExtension() === 'php') {
        require_once $file->getPathname();
    }
}
foreach ([...get_declared_classes(), ...get_declared_interfaces()] as $class) {
    if (str_starts_with($class, 'Katapult\\')) {
        (new ReflectionClass($class))->getConstants();
    }
}
