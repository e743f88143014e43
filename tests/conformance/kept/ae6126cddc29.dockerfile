FROM --platform﻿=$P\
  a
