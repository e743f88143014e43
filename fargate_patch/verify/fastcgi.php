<?php
// Asks the php-fpm pool named by the first argument to run the script named by the second, and prints what it answers.
[, $pool, $script] = $argv;
$listen = null;
$folders = ['/etc/php/*/fpm/pool.d', '/etc/php*/php-fpm.d', '/etc/php-fpm.d', '/usr/local/etc/php-fpm.d'];
$patterns = array_map(fn (string $folder): string => "$folder/*.conf", $folders);
foreach (glob('/proc/[0-9]*/cmdline') as $process) { // the running one names its configuration
    if (preg_match('/^php-fpm: master process \((\/[^)]+)\)/', (string) @file_get_contents($process), $title)) {
        preg_match_all('/^\s*include\s*=\s*"?([^";\s]+)/m', (string) @file_get_contents($title[1]), $included);
        array_push($patterns, $title[1], ...$included[1]);
    }
}
foreach ($patterns as $pattern) {
    foreach (glob($pattern) as $file) {
        $section = '';
        foreach (file($file) as $line) {
            if (preg_match('/^\s*\[([^]]+)\]/', $line, $found)) {
                $section = $found[1];
            } elseif ($section === $pool && preg_match('/^\s*listen\s*=\s*"?([^";\s]+)/', $line, $found)) {
                $listen = $found[1];
            }
        }
    }
}
if ($listen === null) {
    exit("no `listen` of a pool $pool\n");
}
$address = strpos($listen, '/') === 0 ? "unix://$listen" : 'tcp://' . (
    strpos($listen, ':') === false ? "127.0.0.1:$listen" : preg_replace('/^(0\.0\.0\.0|\[::\]|\*):/', '127.0.0.1:', $listen)
);
$socket = @stream_socket_client($address, $number, $error, 5) or exit("$address: $error\n");
stream_set_timeout($socket, 15);
$record = fn (int $type, string $body): string => pack('CCnnCC', 1, $type, 1, strlen($body), 0, 0) . $body;
$parameters = '';
foreach (['SCRIPT_FILENAME' => $script, 'REQUEST_METHOD' => 'GET', 'SERVER_PROTOCOL' => 'HTTP/1.1'] as $name => $value) {
    $parameters .= chr(strlen($name)) . chr(strlen($value)) . $name . $value;
}
fwrite($socket, $record(1, pack('nCx5', 1, 0)) . $record(4, $parameters) . $record(4, '') . $record(5, ''));
while (strlen($head = (string) fread($socket, 8)) === 8) {
    ['type' => $type, 'length' => $length, 'padding' => $padding] = unpack('Cversion/Ctype/nid/nlength/Cpadding', $head);
    $body = $length + $padding ? (string) stream_get_contents($socket, $length + $padding) : '';
    if ($type === 3) {
        break;
    }
    echo substr($body, 0, $length);
}
