<?php

// Whose keys this page works with.

require 'AsyncAws/Core/autoload.php';

use AsyncAws\Core\Configuration;
use AsyncAws\Core\Credentials\ChainProvider;

$credentials = ChainProvider::createDefaultChain()->getCredentials(Configuration::create([]));
echo $credentials === null ? "no credentials\n" : $credentials->getAccessKeyId() . "\n";
