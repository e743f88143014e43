FROM a
RUN ${A:\
  -b <<E}
RUN ${A:-b [31m<<E}
c
E}
RUN ${A:-b [31m<<E}
\

c
E}
