"""Places (行政区划): the five levels of divisions, their codes in two systems and their former names."""
