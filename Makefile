# Every command of the project. `make demo` to see it work, `make test` for all that CI runs.

SHELL := /bin/bash
.DELETE_ON_ERROR:
.PHONY: build demo test lint test-rust test-wasm test-js test-worker lab lab-stop lab-check lab-test bench scan matrix matrix-check dnssec-rules clean help

BINDGEN = $(shell sed -n '/^name = "wasm-bindgen"$$/{n;s/version = "\(.*\)"/\1/p}' Cargo.lock)
RUNNER  = $(CURDIR)/.tools/wasm-bindgen-$(BINDGEN)/bin/wasm-bindgen-test-runner
NPM     = npm ci --no-audit --no-fund --loglevel=error

help:
	@echo "make demo       build what is missing and check recorded domains, without a network"
	@echo "make test       everything that CI runs"
	@echo "make build      pkg/: the engine as optimised WebAssembly"
	@echo "make bench      every ratio, measured in one run on the optimised WebAssembly"
	@echo "make scan       a bulk scan of 20,000 seeded domains through the Worker, in workerd"
	@echo "make lab        real servers on loopback; lab-check runs the command line against them, lab-stop ends them"

build: node_modules/.stamp
	@node tools/build.mjs

demo: build
	@node tools/demo.mjs

node_modules/.stamp: package-lock.json
	@echo "npm: installing what package-lock.json names"
	@$(NPM) && touch $@

worker-example/node_modules/.stamp: worker-example/package-lock.json
	@echo "npm: installing what worker-example/package-lock.json names"
	@cd worker-example && $(NPM) && touch node_modules/.stamp

# ------------------------------------------------------------------ tests

test: lint test-rust build test-wasm test-js test-worker lab-test matrix-check

lint: node_modules/.stamp
	cargo fmt --check
	cargo clippy --quiet --all-targets -- -D warnings

test-rust:
	cargo test --quiet

test-wasm: build
	tests/install.sh
	CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=$(RUNNER) cargo test --target wasm32-unknown-unknown --features wasm --test wasm_node
	CHROMEDRIVER=$$(command -v chromedriver) CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=$(RUNNER) cargo test --target wasm32-unknown-unknown --features wasm --test wasm_browser

# First what Rust says, for JavaScript to hold its own against: target/replay/ and target/types-rust.ts.
test-js: build
	tests/install.sh
	cargo test --quiet --test check every_recording
	cargo test --quiet --test dnssec every_case
	cargo test --quiet --test types
	npx tsc
	node --test tests/js/*.test.js tests/js/hosts/*.test.js

test-worker: build worker-example/node_modules/.stamp
	tests/install.sh
	cd worker-example && npm run --silent check && npm test --silent

lab: build
	tests/lab/lab.sh start

lab-stop:
	tests/lab/lab.sh stop

# Against the lab that runs; writes the evidence of tests/evidence and the table of tests/lab/postfix anew.
lab-check: build
	node tests/lab/check.mjs --record
	node tests/lab/postfix/compare.mjs --record

lab-test: build
	tests/lab/lab.sh start
	status=0; tests/lab/selftest.sh && node tests/lab/check.mjs && node tests/lab/postfix/compare.mjs || status=$$?; tests/lab/lab.sh stop; exit $$status
	node tests/lab/rollover/check.mjs

# 20,000 domains of a seed through the simulated Queues, D1, R2 and KV, with failures, crashes and a restart.
scan: build worker-example/node_modules/.stamp
	cd worker-example && node build.mjs && node test/scan-run.mjs 20000

bench: build
	@node bench/run.mjs

# What unbound and delv say of a signed tree made anew; `matrix` writes tests/dnssec/recorded anew, `matrix-check` holds it to be still true.
matrix:
	tests/dnssec/matrix.sh record

matrix-check:
	tests/dnssec/matrix.sh check

# Takes every rule out of the validator, one after the other: a case must turn red. Half an hour.
dnssec-rules:
	node tests/dnssec/rules.mjs

clean:
	rm -rf target pkg/.stamp pkg/mxseal* pkg/receiver* pkg/roots* node_modules .tools worker-example/node_modules worker-example/dist
