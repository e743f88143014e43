<?php
// Asks the php-fpm pool named by the first argument to run the script named by the second, and prints what it answers.
[, $pool, $script] = $argv;
$listen = null;
foreach (['/etc/php/*/fpm/pool.d', '/etc/php*/php-fpm.d', '/etc/php-fpm.d', '/usr/local/etc/php-fpm.d'] as $folder) {
    foreach (glob("$folder/*.conf") as $file) {
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
