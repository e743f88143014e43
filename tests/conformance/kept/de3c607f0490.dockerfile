FROM a
RUN ${A:=b} <<E
USER c
E
