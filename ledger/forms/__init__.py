"""Tax forms as columns of lines, in the order of the paper."""
