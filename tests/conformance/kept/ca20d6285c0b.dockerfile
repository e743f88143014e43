FROM a
HEALTHCHECK --retriesí €1 CMD [1]
