# make test        everything that Go alone can test (the README's second command)
# make test-real   real tools beside ours; installs pinned peers into the user's cache folder
# make bench       benchmarks of the hot paths, then us beside the peers (never in CI)
# make corpus CORPUS=dir   reads every tree below dir and prints the tables of docs/corpus.md
# make hsm         the program that loads the libraries of hardware security modules; needs a C compiler
# make generate    compiled knowledge, schemas
# make pictures    the page of a document that the guide shows; needs pdftoppm
.PHONY: test test-real bench corpus generate fuzz build hsm pictures

FUZZTIME ?= 10m

test:
	go vet ./...
	go test ./...

test-real:
	bench/peers.sh tofu terraform crossplane pulumi helm gator kyverno istioctl envoy opa conftest suricata softhsm custodian uv hf checkov trivy borderlint modelscan iam-simulate npkt org-policy regorus in-toto trestle oscal oscal-schema >/dev/null
	go vet -tags real ./...
	go test -tags real -run Real -timeout 45m ./...
	cd bench/ledger && go vet -tags real ./... && go test -tags real -run Real ./...
	cd bench/witness && go vet -tags real ./... && go test -tags real -run Real ./...

bench:
	go test -run '^$$' -bench . -benchmem ./...
	bench/compare.sh $(CORPUS)

corpus:
	@test -n "$(CORPUS)" || { echo "make corpus CORPUS=dir: a folder with Terraform repositories"; exit 2; }
	go run ./bench/corpus $(CORPUS)
	go run ./bench/recall $(CORPUS)
	go run ./bench/recall -labels bench/recall/second.yaml $(CORPUS)
	CORPUS=$(abspath $(CORPUS)) go test -tags real -run Documented -v ./internal/cases
	CORPUS=$(abspath $(CORPUS)) go test -tags real -run Corpus -v ./internal/source/pipeline ./internal/source/traffic
	CORPUS=$(abspath $(CORPUS)) go test -tags real -run Corpus -v ./internal/attest/all ./internal/attest/nvidia
	bench/kbs/build.sh $(CORPUS)
	CORPUS=$(abspath $(CORPUS)) go test -tags real -run Corpus -v ./internal/attest/kbs
	go run ./bench/sources $(CORPUS)
	go run ./bench/files $(CORPUS)

generate:
	go generate ./...

fuzz:
	bench/fuzz.sh $(FUZZTIME)

build:
	CGO_ENABLED=0 go build -trimpath -o bailiwick ./cmd/bailiwick

hsm:
	CGO_ENABLED=1 go build -trimpath -o bailiwick-hsm ./cmd/bailiwick-hsm

pictures:
	go run ./cmd/bailiwick evidence ropa examples/clinic-assistant --at 2026-11-25 -o ropa.pdf
	pdftoppm -r 72 -f 1 -l 1 -singlefile -png ropa.pdf docs/guide/pictures/ropa-first-page
	rm ropa.pdf
