"""Ground floor (地基): money, periods, numbers, names, errors; knows nothing of the domain above."""
