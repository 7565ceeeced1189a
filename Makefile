# Lightshare. `make` lists what can be made.

TEMPL       := go run github.com/a-h/templ/cmd/templ@v0.3.977
STATICCHECK := go run honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK := go run golang.org/x/vuln/cmd/govulncheck@v1.9.0
STRIPE_MOCK := github.com/stripe/stripe-mock@v0.203.0
AXE         := axe-core@4.14.1
SUDO        := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
export PATH := $(CURDIR)/.test/bin:$(PATH)

.PHONY: help build generate check test gallery setup screen-eval chaos powerloss mutants nat bench

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

build: ## build both programs into the current folder
	go build -o lightshare .
	go build -o seller-agent/seller-agent ./seller-agent

generate: ## make the generated files anew
	$(TEMPL) generate -log-level error
	go test ./events -update

check: | .test ## regenerate and compare, gofmt, vet, staticcheck, govulncheck, the agent for Windows and macOS
	$(TEMPL) generate -log-level error
	@git diff --exit-code -- '*_templ.go' || { echo 'generated code is out of step: run make generate and commit'; exit 1; }
	@test -z "$$(gofmt -l $$(git ls-files '*.go' | grep -v _templ.go))" || { gofmt -l $$(git ls-files '*.go' | grep -v _templ.go); echo 'run gofmt -w on these'; exit 1; }
	go vet ./...
	$(STATICCHECK) ./...
	@for os in linux windows darwin; do CGO_ENABLED=0 GOOS=$$os go build -o /dev/null ./seller-agent || { echo "seller-agent does not build for $$os"; exit 1; }; done
	@$(GOVULNCHECK) ./... > .test/vulncheck 2>&1; status=$$?; \
	if grep -q 'vuln.go.dev' .test/vulncheck && [ $$status -ne 0 ] && [ $$status -ne 3 ]; then \
		echo 'govulncheck: the vulnerability database cannot be reached from here; not checked'; \
	else cat .test/vulncheck; exit $$status; fi

test: setup ## set up what the tests need and run them all, with the race detector where it matters
	go test -count=1 -timeout 15m ./...
	go test -count=1 -race -timeout 15m -skip TestScreens ./events/... ./auction/... ./blacklist/... ./web/checkout/... ./web/storefront/... ./seller-agent/...

gallery: setup ## take a picture of every page in every state, and put them on one page: .test/gallery/index.html
	@rm -rf .test/gallery && mkdir -p .test/gallery
	go test -count=1 -timeout 15m ./web/storefront -run TestScreens -screens $(CURDIR)/.test/gallery
	go test -count=1 -timeout 15m ./web/e2e -run 'TestStories/every' -screens $(CURDIR)/.test/gallery
	go test -count=1 ./web/e2e -run TestAlbum -screens $(CURDIR)/.test/gallery
	@echo .test/gallery/index.html

setup: .test/ready ## install redis-server, chromium and fonts (apt), stripe-mock (go) and axe-core (npm)

.test/ready: Makefile
	@mkdir -p .test/bin
	@missing=""; \
	command -v redis-server > /dev/null || missing="$$missing redis-server"; \
	command -v chromium > /dev/null || missing="$$missing chromium"; \
	command -v curl > /dev/null || missing="$$missing curl"; \
	command -v npm > /dev/null || missing="$$missing npm"; \
	fc-list 2> /dev/null | grep -qi 'noto.*cjk' || missing="$$missing fonts-noto-cjk"; \
	if [ -n "$$missing" ]; then $(SUDO) apt-get update && $(SUDO) apt-get install -y --no-install-recommends $$missing; fi
	@command -v stripe-mock > /dev/null || GOBIN=$(CURDIR)/.test/bin go install $(STRIPE_MOCK)
	@cd .test && npm pack --silent $(AXE) && tar -xzf axe-core-*.tgz package/axe.min.js && mv package/axe.min.js axe.min.js && rm -rf package axe-core-*.tgz
	@touch $@

screen-eval: ## print how well the blacklist sees through disguises, class by class
	go test -run 'TestEvaluation|TestUnseen' -v ./blacklist
	go test -run TestPicturesAreKnownAgain -v ./events/content
	LIGHTSHARE_MILLION=1 go test -run AMillion -v ./blacklist
	go test -run xxx -bench Screen ./blacklist

chaos: ## kill, pause, cut off, fill and empty the real programs while people bid (SECONDS=60 SEED=7)
	SECONDS=$(or $(SECONDS),60) SEED=$(SEED) go test -count=1 -timeout 3h -run TestChaos -v .

powerloss: ## take the power away while people bid (TIMES=10), and see that without the sync bids are lost (compiles its own standard library: minutes)
	go test -count=1 -tags powerloss -timeout 30m -run TestPowerLoss -v .

mutants: ## seed bugs one at a time and see each caught by its test
	go test -count=1 -tags mutants -timeout 30m -run TestMutants -v .

nat: ## connect across nine pairs of routers, played in network namespaces (root), two of them with Chromium too, and print which way was found
	@if [ "$$(id -u)" != 0 ]; then echo 'make nat needs root: it makes network namespaces. Nothing was tested.'; exit 0; fi; \
	command -v nft > /dev/null && command -v ip > /dev/null || apt-get install -y --no-install-recommends nftables iproute2; \
	LIGHTSHARE_NAT=1 go test -count=1 -timeout 15m -run '^TestAcrossRouters$$' -v ./web/relay

bench: build ## print every figure of the README's performance section
	./lightshare bench bids --lots 1000 --bidders 1000 --seconds 10
	./lightshare bench live
	./lightshare bench watchers
	./lightshare bench search
	./lightshare bench transfer
	$(if $(ENTRIES),./lightshare bench screen --entries $(ENTRIES) $(if $(LISTINGS),--listings $(LISTINGS)))

.test:
	@mkdir -p .test/bin
