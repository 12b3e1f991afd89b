"""Speed and memory beside other checkers, as ratios within one run; no tests."""
