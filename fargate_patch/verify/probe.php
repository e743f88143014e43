<?php
// The same question as probe.sh, asked by a worker of php-fpm.
$relative = getenv('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI');
$full = getenv('AWS_CONTAINER_CREDENTIALS_FULL_URI');
$variable = $relative === false && $full === false ? 'absent' : ($relative || $full ? 'set' : 'empty');
$got = 'no';
if ($variable === 'set') {
    $context = stream_context_create(['http' => ['timeout' => 5]]);
    $answer = @file_get_contents($full ?: "http://169.254.170.2$relative", false, $context);
    $got = ini_get('allow_url_fopen') ? (strpos((string) $answer, 'AccessKeyId') === false ? 'no' : 'yes') : 'untried';
}
echo "fargate-patch-probe $variable php $got\n";
