FROM`
   a
RUN <<-﻿EOF
 EOF[31m
EOF