package naming_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/naming"
)

// limited returns a rule with the length at which a known module, whose names end with a checksum of 16 bits, has
// collisions among a few hundred names.
func limited() naming.Rule {
	return naming.Rule{Kind: "thing", Min: 1, Max: 24, Characters: "a-z0-9-", First: "a-z", Last: "a-z0-9", Separator: "-"}
}

func TestKnownCollisionDoesNotOccur(t *testing.T) {
	t.Parallel()
	one, err := naming.Name{Parts: []string{"acme", "production", "useast1", "search", "media", "blue"}}.For(limited())
	require.NoError(t, err)
	two, err := naming.Name{Parts: []string{"acme", "production", "useast1", "users", "gateway", "a"}}.For(limited())
	require.NoError(t, err)
	assert.NotEqual(t, one, two)
	for _, name := range []string{one, two} {
		assert.True(t, strings.HasPrefix(name, "acme-production-"), name)
		assert.Len(t, name, 24)
	}
}

// realistic returns 108,000 lists of parts of a large organization.
func realistic() [][]string {
	var out [][]string
	for _, org := range []string{"acme", "acme-labs"} {
		for _, env := range []string{"dev", "staging", "production"} {
			for _, region := range []string{"useast1", "us-east-1", "euwest1", "eu-west-1", "apsoutheast2"} {
				for _, app := range []string{
					"search", "users", "billing", "media", "shop", "ads", "mail", "maps", "video", "chat", "orders", "stock", "search-v2",
					"identity", "metrics", "reports", "checkout", "catalogue", "notifications", "recommendations",
				} {
					for service := range 60 {
						for _, kind := range []string{"api", "worker", "web-gateway"} {
							out = append(out, []string{org, env, region, app, fmt.Sprintf("%s-%d", kind, service)})
						}
					}
				}
			}
		}
	}
	return out
}

func TestHundredThousandNamesDoNotCollide(t *testing.T) {
	t.Parallel()
	lists := realistic()
	require.GreaterOrEqual(t, len(lists), 100_000)
	names := make(map[string][]string, len(lists))
	for _, parts := range lists {
		name, err := naming.Name{Parts: parts}.For(limited())
		require.NoError(t, err)
		if other, ok := names[name]; ok {
			t.Fatalf("%s is the name of %q and %q", name, parts, other)
		}
		names[name] = parts
	}
}

func TestHashesAreEvenlyDistributed(t *testing.T) {
	t.Parallel()
	const size = 10
	var seen [size][256]int
	lists := realistic()[:36_000]
	for _, parts := range lists {
		name, err := naming.Name{Parts: parts, Unique: []string{"1"}, Hash: size}.For(limited())
		require.NoError(t, err)
		for i, c := range []byte(name[len(name)-size:]) {
			seen[i][c]++
		}
	}
	for i := range seen {
		characters := hashCharacters
		if i == 0 {
			characters = strings.TrimRight(hashCharacters, "0123456789")
		}
		all := 0
		for _, c := range []byte(characters) {
			all += seen[i][c]
			assert.InEpsilon(t, len(lists)/len(characters), seen[i][c], 0.15, "%q in place %d", c, i)
		}
		assert.Equal(t, len(lists), all, "place %d has other characters", i)
	}
}
