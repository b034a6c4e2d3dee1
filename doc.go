// Package bailiwick is the root of the module. The program is in
// cmd/bailiwick; docs/ARCHITECTURE.md shows the house; all_test.go keeps it.
package bailiwick
