# Every target can be run again at any time; what is there already is kept.
SWIFT ?= swift
PYTHON ?= python3
# What golden files and benchmarks need of PyTorch; a path to a CPU wheel does as well.
TORCH ?= torch==2.13.0
ARGS ?=
# The recipe: tiny proves that it runs, cpu is what ships, cuda wants one large GPU.
SCALE ?= cpu
DEVICE ?= cpu
WORK ?= out/recipe-$(SCALE)

.PHONY: all build serve test lint swift-test contract-test soak sanitize sanitize-thread sanitize-address bench tune \
	bench-plots roofline accuracy bench-scoring bench-saved bench-serving check-full golden openapi page image-check weights \
	recipe-test recipe-pack packages clean

all: build

packages:
	@Tools/install_packages.sh

build: packages
	$(SWIFT) build -c release --product liminal

# Builds and serves the embedded model on http://127.0.0.1:8080; ARGS="--port 9000" goes to the server.
serve: build
	.build/release/liminal serve $(ARGS)

# Everything that must pass before a change lands.
test: packages lint swift-test contract-test

lint:
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests Benchmarks

# One build serves both kinds of tests: the numbers only hold in release.
swift-test: packages
	$(SWIFT) build -c release --build-tests
	$(SWIFT) test -c release --skip-build --disable-xctest

.venv-contract/.installed: Tests/Contract/requirements.txt
	$(PYTHON) -m venv .venv-contract
	.venv-contract/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	touch $@

contract-test: .venv-contract/.installed swift-test
	@Tools/install_packages.sh curl jq $(if $(shell which chromium chromium-browser google-chrome),,chromium)
	.venv-contract/bin/python -m pytest -q Tests/Contract $(ARGS)

sanitize: sanitize-thread sanitize-address

.build-thread/tsan_mutex.so: Tools/tsan_mutex.c
	mkdir -p .build-thread
	$(dir $(realpath $(shell command -v $(SWIFT))))clang -O1 -Wall -shared -fPIC -o $@ $<

# Optimised, or the arithmetic would take an hour; the sanitizers see the same accesses. What has deadlines runs by itself.
sanitize-thread: packages .build-thread/tsan_mutex.so
	$(SWIFT) build --build-tests --scratch-path .build-thread --sanitize=thread -Xcc -O1 -Xswiftc -O
	set -e; for part in "--filter HTTPTests" "--skip HTTPTests"; do \
		TSAN_OPTIONS="halt_on_error=0 exitcode=66 suppressions=$(CURDIR)/Tools/tsan.supp" \
		LD_PRELOAD=$(CURDIR)/.build-thread/tsan_mutex.so \
		.build-thread/debug/liminalPackageTests.xctest --testing-library swift-testing $$part $(ARGS); done

sanitize-address: packages
	$(SWIFT) build --build-tests --scratch-path .build-address --sanitize=address -Xcc -O1 -Xswiftc -O
	set -e; for part in "--filter HTTPTests" "--skip HTTPTests"; do \
		ASAN_OPTIONS="detect_leaks=1" LSAN_OPTIONS="suppressions=$(CURDIR)/Tools/lsan.supp" \
		.build-address/debug/liminalPackageTests.xctest --testing-library swift-testing $$part $(ARGS); done

.venv-torch/.installed: Tools/requirements.txt
	$(PYTHON) -m venv .venv-torch
	.venv-torch/bin/python -m pip install --quiet --disable-pip-version-check "$(TORCH)" -r $<
	touch $@

# Long races, bursts and fuzzing over the built server, with the figures that they print: half an hour.
.venv-contract/.soak: .venv-contract/.installed Tests/Soak/requirements.txt
	.venv-contract/bin/python -m pip install --quiet --disable-pip-version-check -r Tests/Soak/requirements.txt
	touch $@

soak: build .venv-contract/.soak
	@Tools/install_packages.sh strace procps
	.venv-contract/bin/python -m pytest -q Tests/Soak $(ARGS)

# OpenVINO and stable-diffusion.cpp, which is built for this machine's CPU, beside PyTorch.
.venv-bench/.installed: Benchmarks/requirements.txt
	@Tools/install_packages.sh g++
	$(PYTHON) -m venv .venv-bench
	CMAKE_ARGS="-DGGML_NATIVE=ON" .venv-bench/bin/python -m pip install --quiet --disable-pip-version-check "$(TORCH)" -r $<
	touch $@

# Times Liminal beside its peers, in turn: hours for everything; ARGS="--tasks unet --sizes 64 256 --rounds 5" for less.
# Random weights are made once, in out/ (10 GB); tables are printed, and written to out/bench.json and out/bench.md.
bench: build .venv-bench/.installed
	$(SWIFT) build -c release --product liminal-bench
	.venv-bench/bin/python Benchmarks/bench.py $(ARGS)

# Draws the figures of out/bench.json into docs/plots.
bench-plots: .venv-bench/.installed
	.venv-bench/bin/python Benchmarks/plots.py $(ARGS)

# Compares the precision of pictures and predictions with PyTorch's; ARGS="--seeds 16 --cases embedded".
accuracy: packages .venv-bench/.installed
	$(SWIFT) build -c release --product liminal-bench
	.venv-bench/bin/python Benchmarks/accuracy.py $(ARGS)

# Times the scoring of 256 images of one request beside transformers; ARGS="--rounds 5 --count 256 --side 128".
bench-scoring: build .venv-torch/.installed
	.venv-torch/bin/python Benchmarks/scoring.py $(ARGS)

# Draws the same seeds with and without work saved across steps: how far the pictures are apart, and how much time is left.
bench-saved: build .venv-torch/.installed
	.venv-torch/bin/python Benchmarks/saved_work.py $(ARGS)

.venv-serving/.installed: Benchmarks/serving-requirements.txt
	$(PYTHON) -m venv .venv-serving
	.venv-serving/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	touch $@

# Times a K-Means score of a ready embedding over HTTP beside FastAPI on uvicorn; ARGS="--rounds 5 --seconds 5".
bench-serving: build .venv-serving/.installed
	@Tools/install_packages.sh wrk
	.venv-serving/bin/python Benchmarks/serving.py $(ARGS)

# Measures what two threads of this machine can do at most, and which share of it each kernel of a step at 512 px reaches.
roofline: packages
	$(SWIFT) build -c release --product liminal-roofline
	.build/release/liminal-roofline $(ARGS)

# Times every way to compute a convolution on this CPU, and writes down which is chosen for which shape.
tune: packages
	$(SWIFT) build -c release --product liminal-tune
	.build/release/liminal-tune | tee /dev/stderr | sed '/^\/\/ timed:/d' > Sources/Tensors/ConvolutionTable+Rows.swift.new
	mv Sources/Tensors/ConvolutionTable+Rows.swift.new Sources/Tensors/ConvolutionTable+Rows.swift

# Compares CAN networks, DINO and ImageReward of their full sizes, with random weights, with PyTorch: some minutes, 4 GB.
check-full: packages .venv-torch/.installed
	$(SWIFT) build -c release --product liminal-check
	.venv-torch/bin/python Tools/check_can.py
	.venv-torch/bin/python Tools/check_perception.py

# Makes every golden file of Tests/Golden again; the committed ones must not change.
golden: .venv-torch/.installed
	set -e; for script in Tools/golden_*.py; do \
		case $$script in *_support.py) ;; *) .venv-torch/bin/python $$script ;; esac; done

.venv-recipe/.installed: Tools/requirements.txt Tools/recipe/requirements.txt
	$(PYTHON) -m venv .venv-recipe
	.venv-recipe/bin/python -m pip install --quiet --disable-pip-version-check "$(TORCH)" \
		-r Tools/requirements.txt -r Tools/recipe/requirements.txt
	touch $@

# The training recipe's own tests, apart from `test`: they need PyTorch, and one trains everything at the tiny scale.
recipe-test: .venv-recipe/.installed
	cd Tools && ../.venv-recipe/bin/python -m pytest -q recipe/tests $(ARGS)

# Fetches the drawings by name, version and SHA-256 and packs them.
recipe-pack: .venv-recipe/.installed
	cd Tools && ../.venv-recipe/bin/python -m recipe.pack --work $(abspath $(WORK)) $(ARGS)

# Trains everything that ships, into $(WORK)/weights; a stopped run goes on. Each stage also runs by itself, in Tools:
# python -m recipe.<stage> --help.
weights: .venv-recipe/.installed
	cd Tools && ../.venv-recipe/bin/python -m recipe.run --work $(abspath $(WORK)) --scale $(SCALE) --device $(DEVICE) \
		$(ARGS)

openapi: .venv-contract/.installed
	.venv-contract/bin/python Tools/openapi.py

# Embeds the web page's files, as openapi embeds the contract.
page:
	$(PYTHON) Tools/page.py

# Runs the Dockerfile's steps in a clean chroot, for machines without a container engine (needs root).
image-check:
	Tools/install_packages.sh debootstrap
	$(PYTHON) Tools/image_check.py $(ARGS)

clean:
	rm -rf .build .build-thread .build-address .venv-contract .venv-torch .venv-bench .venv-recipe .venv-serving
