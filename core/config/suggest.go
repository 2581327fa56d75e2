package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
)

// similar returns the candidate that is close enough to word to be what was
// meant, and whether there is one.
func similar(word string, candidates []string) (string, bool) {
	const enough = 0.55
	best, bestScore := "", enough
	params := levenshtein.NewParams().BonusPrefix(3).BonusScale(0.1).BonusThreshold(0.5)
	for _, c := range candidates {
		if score := levenshtein.Match(strings.ToLower(word), strings.ToLower(c), params); score > bestScore {
			best, bestScore = c, score
		}
	}
	return best, best != ""
}

// Suggest ends a message about an unknown word: with the candidate that was
// probably meant, or with all of them.
//
//	"replica", ["image" "replicas"]  ->  did you mean "replicas"?
//	"colour", ["image" "replicas"]   ->  expected one of: image, replicas
func Suggest(word string, candidates []string) string {
	if len(candidates) == 0 {
		return "there are none"
	}
	return SuggestOr(word, candidates, "expected one of: "+List(candidates))
}

// SuggestOr is [Suggest] for candidates that are too many to list: without one
// that was probably meant, the message ends with otherwise.
func SuggestOr(word string, candidates []string, otherwise string) string {
	if s, ok := similar(word, candidates); ok {
		return fmt.Sprintf("did you mean %q?", s)
	}
	return otherwise
}

// List joins words for a message, in alphabetical order.
func List(words []string) string {
	return strings.Join(slices.Sorted(slices.Values(words)), ", ")
}
