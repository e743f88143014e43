FROM a
RUN <<-
#
EOF
	b
		c
 d
		EOF
