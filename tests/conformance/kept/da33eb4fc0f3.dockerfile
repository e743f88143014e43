FROM a`
HEALTHCHECK --rétries=1 C MD [1]
\
	# c \
