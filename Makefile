# `make help` lists what there is.
SHELL := /bin/bash -o pipefail -eu
MAKEFLAGS += --no-builtin-rules --warn-undefined-variables
.DEFAULT_GOAL := help

GO ?= go
GOFLAGS := -trimpath
FUZZTIME ?= 20s
IMAGE ?= ringwright-sidecar:dev
VERSION ?=
PUSH ?=

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## build, compile ring.yaml into out/, and say what comes next
	bin/ringwright generate

build: ## bin/ringwright
	CGO_ENABLED=0 $(GO) build $(GOFLAGS) -ldflags='-s -w -buildid=' -o bin/ ./cmd/...

# Nothing of the machine goes into the bytes: neither its paths nor its settings.
image: ## bin/ringwright-sidecar.oci.tar; IMAGE=registry/name:tag PUSH=1 pushes it, VERSION=1.2 labels it
	for arch in amd64 arm64; do \
		CGO_ENABLED=0 GOOS=linux GOARCH=$$arch GOAMD64=v1 GOARM64=v8.0 $(GO) build $(GOFLAGS) -buildvcs=false \
			-ldflags='-s -w -buildid=' -o bin/linux-$$arch/ ./cmd/ringwright-sidecar; \
	done
	cd sidecar/image && $(GO) run . --image '$(IMAGE)' --version '$(VERSION)' $(if $(filter-out 0,$(PUSH)),--push) \
		--output '$(CURDIR)/bin/ringwright-sidecar.oci.tar' '$(CURDIR)'/bin/linux-{amd64,arm64}/ringwright-sidecar

test: ## every test of every module; none needs a network once the modules are there
	$(GO) test -race ./...
	cd sidecar/image && $(GO) test -race ./...
	cd test && $(GO) test ./...

generate: ## rewrite out/ and the recorded variants from ring.yaml
	-$(GO) test ./generator -run 'TestOut|TestVariants' -update >/dev/null
	$(GO) test ./generator -run 'TestOut|TestVariants'

check: ## what a change has to pass: formatting, vet, tidy modules, out/ current, tests
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo 'gofmt -w these'; exit 1; }
	$(GO) vet ./...
	$(GO) mod tidy -diff
	cd sidecar/image && $(GO) vet ./... && $(GO) mod tidy -diff
	cd test && $(GO) vet ./... && $(GO) mod tidy -diff
	$(GO) run ./cmd/ringwright generate --check
	$(MAKE) test

fuzz: ## every fuzz target for FUZZTIME (20s) each
	@for package in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
			echo "$$package $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 50x $$package; \
		done; \
	done

bench: ## time and memory of generate: 2, 10 and 50 regions, 20 peered ones, then the whole process
	$(GO) test ./generator ./cmd/ringwright -run '^$$' -bench 'Generate|Process' -benchmem

model: ## the model of Cassandra's start: 100,000 schedules, and every single fault in a small world as far as it gets
	$(GO) test ./sidecar/decide -v -timeout 3h -run 'TestSchedules|TestExhaustive|TestRules' -schedules 100000 -faults 1 -states 3000000

RUN ?= .

ring-test: ## real rings without Kubernetes; takes root. RUN=SplitRing runs one case
	cd test && $(GO) test ./ring -ring -v -count 1 -timeout 3h -run '$(RUN)'

bench-ring: ## six members by hand, through the sidecar and from kubectl apply, and what a probe costs; takes root
	cd test && $(GO) test ./ring -ring -count 1 -timeout 1h -run '^$$' -bench . -benchtime 1x
	cd test && $(GO) test ./e2e -e2e -count 1 -timeout 2h -run '^$$' -bench . -benchtime 1x

OUT ?=
SECRETS ?=

e2e: ## two Kubernetes clusters and a ring from ring.yaml in test/e2e; takes root. RUN=SeedStory runs one test, OUT=DIR SECRETS=DIR another folder
	cd test && $(GO) test ./e2e -e2e -v -count 1 -timeout 3h -run '$(RUN)' $(if $(OUT),-out '$(abspath $(OUT))' -secrets '$(abspath $(SECRETS))')

e2e-deps: ## install what make e2e takes, on Debian; takes root
	apt-get install -y --no-install-recommends containerd containernetworking-plugins curl iproute2 iptables maven mmdebstrap openjdk-17-jdk-headless procps python3-pip runc util-linux xfsprogs

clean: ## remove what the build made
	rm -rf bin

.PHONY: help run build image test generate check fuzz bench model ring-test bench-ring e2e e2e-deps clean
