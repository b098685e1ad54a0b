// Package e2e builds the whole thing on one machine.
package e2e
