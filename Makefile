# Thin aliases for the scripts, for those who like to type make.
.PHONY: run test check bench lock wheel

run: ; ./scripts/run
test: ; ./scripts/test
check: ; ./scripts/check
bench: ; ./scripts/bench
lock: ; ./scripts/lock
wheel: ; ./scripts/build-wheel
