// Package processtest helps tests to prove that the programs they start are gone afterwards.
package processtest
