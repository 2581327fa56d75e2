package naming_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/naming"
)

// all returns the rules of all clouds.
func all() naming.Rules {
	rules := naming.AWS()
	maps.Copy(rules, naming.Azure())
	maps.Copy(rules, naming.Kubernetes())
	return rules
}

const (
	bucket   = "aws:s3/bucket:Bucket"
	role     = "aws:iam/role:Role"
	function = "aws:lambda/function:Function"
	balancer = "aws:lb/loadBalancer:LoadBalancer"
	account  = "azure-native:storage:StorageAccount"
	vault    = "azure-native:keyvault:Vault"
	pool     = "azure-native:containerservice:AgentPool"
	windows  = "azure-native:containerservice:AgentPool#windows"
)

func TestNamesAreGenerated(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("abcdefghi-", 30)
	for name, tc := range map[string]struct {
		reason string
		rule   string
		name   naming.Name
		// want is the name with # in place of its hash.
		want string
	}{
		"Exact": {
			"what says all that the parts say has no hash", bucket,
			naming.Name{Parts: []string{"acme", "prod", "web"}}, "acme-prod-web",
		},
		"Single":  {"one part stays what it is", account, naming.Name{Parts: []string{"acmeprod"}}, "acmeprod"},
		"Kept":    {"characters that the type accepts stay", function, naming.Name{Parts: []string{"Acme", "a_b"}}, "Acme-a_b"},
		"NotKept": {"others are replaced", bucket, naming.Name{Parts: []string{"acme", "a_b"}}, "acme-a-b-########"},
		"Case":    {"case that is lost is a loss", bucket, naming.Name{Parts: []string{"Acme"}}, "acme-########"},
		"FoldedCase": {
			"where case does not count, it is lost as well", role,
			naming.Name{Parts: []string{"Acme"}}, "acme-########",
		},
		"Inner": {
			"a part with a separator could be two parts", bucket,
			naming.Name{Parts: []string{"acme", "eu-west-1"}}, "acme-eu-west-1-########",
		},
		"Flat": {
			"unless that is said not to matter", bucket,
			naming.Name{Parts: []string{"acme", "eu-west-1"}, Flat: true}, "acme-eu-west-1",
		},
		"FlatUnaccepted": {
			"flat parts with nothing between hyphens are not their text", bucket,
			naming.Name{Parts: []string{"a--b"}, Flat: true}, "a-b-########",
		},
		"NoSeparator": {
			"several parts without a separator cannot be told apart", account,
			naming.Name{Parts: []string{"acme", "web"}}, "acmeweb########",
		},
		"Long": {
			"the text is cut, not the hash", balancer,
			naming.Name{Parts: []string{"acme", "production", "search", "media", "blue"}}, "acme-production-search-########",
		},
		"CutAtSeparator": {
			"no separator is left at the cut", vault,
			naming.Name{Parts: []string{"acme", "productio", "search", "media"}}, "acme-productio-########",
		},
		"VeryLong": {"however long", bucket, naming.Name{Parts: []string{long, long}}, long[:54] + "-########"},
		"TooShort": {
			"a hash makes it long enough", "aws:dynamodb/table:Table",
			naming.Name{Parts: []string{"ab"}}, "ab-########",
		},
		"LooksHashed": {
			"it could be taken for the name of other parts", bucket,
			naming.Name{Parts: []string{"acme", "bcdf2345"}}, "acme-bcdf2345-########",
		},
		"LooksHashed6": {"of any length", bucket, naming.Name{Parts: []string{"acme", "bcdf23"}}, "acme-bcdf23-########"},
		"LooksHashedTail": {
			"without a separator, the end counts", account,
			naming.Name{Parts: []string{"acmebcdf23"}}, "acmebcdf23########",
		},
		"Digits": {
			"a hash starts with a letter, so a number is none", bucket,
			naming.Name{Parts: []string{"acme", "123456789012"}}, "acme-123456789012",
		},
		"Vowels": {
			"a hash has no vowels, so a word is none", bucket,
			naming.Name{Parts: []string{"acme", "frontend"}}, "acme-frontend",
		},
		"Short": {
			"a hash has six characters, so five are none", bucket,
			naming.Name{Parts: []string{"acme", "mysql"}}, "acme-mysql",
		},
		"Pool":            {"a hash leaves four characters", pool, naming.Name{Parts: []string{"workers", "blue"}}, "work########"},
		"WindowsPool":     {"or none", windows, naming.Name{Parts: []string{"workers", "blue"}}, "######"},
		"StartsWithDigit": {"a letter precedes a digit", vault, naming.Name{Parts: []string{"3scale", "web"}}, "x3scale-web-########"},
		"ReservedPrefix":  {"a letter precedes a reserved prefix", bucket, naming.Name{Parts: []string{"sthree", "web"}}, "xsthree-web-########"},
		"ReservedSuffix":  {"a hash follows a reserved suffix", bucket, naming.Name{Parts: []string{"web.mrap"}}, "web.mrap-########"},
		"ReservedWithin":  {"reserved words are left out", account, naming.Name{Parts: []string{"mywindowsmedia"}}, "mymedia########"},
		"ReservedWords": {
			"also those that come about by that", account,
			naming.Name{Parts: []string{"mywinmicrosoftdowsmedia"}}, "mymedia########",
		},
		"ReservedName": {"a hash makes it another name", vault, naming.Name{Parts: []string{"office"}}, "office-########"},
		"Address":      {"a hash makes it none", bucket, naming.Name{Parts: []string{"10.0.0.1"}}, "10.0.0.1-########"},
		"Doubled":      {"what cannot be doubled is not", bucket, naming.Name{Parts: []string{"a..b"}}, "a-b-########"},
		"Alone":        {"where nothing is left, the hash is the name", bucket, naming.Name{Parts: []string{"日本"}}, "########"},
		"Latin": {
			"nothing is written in other letters", "azure-native:resources:ResourceGroup",
			naming.Name{Parts: []string{"münchen"}}, "m-nchen-########",
		},
		"Dotless": {"what folds to ASCII is not ASCII", role, naming.Name{Parts: []string{"\u212Aelvin"}}, "elvin-########"},
		"Broken":  {"bytes that are no text are replaced", bucket, naming.Name{Parts: []string{"a\xffb"}}, "a-b-########"},
		"Ends":    {"no separators at the ends", function, naming.Name{Parts: []string{"-a", "b-"}}, "a-b-########"},
		"Gaps": {
			"one separator for all that is left out", function,
			naming.Name{Parts: []string{"/a/", "/?/", "b/-/c"}}, "a-b-c-########",
		},
		"Prefix": {
			"what every name starts with", "aws:kms/alias:Alias",
			naming.Name{Parts: []string{"acme", "web"}}, "alias/acme-web",
		},
		"PrefixReserved": {
			"does not count where a name starts", "aws:kms/alias:Alias",
			naming.Name{Parts: []string{"aws/s3"}}, "alias/aws-s3-########",
		},
		"Suffix": {
			"what every name ends with", "aws:sqs/queue:Queue#fifo",
			naming.Name{Parts: []string{"acme", "web"}}, "acme-web.fifo",
		},
		"SuffixLong": {
			"is in the limit", "aws:sqs/queue:Queue#fifo",
			naming.Name{Parts: []string{long}}, long[:66] + "-########.fifo",
		},
		"Paths": {
			"slashes stay in cut names", "aws:cloudwatch/logGroup:LogGroup",
			naming.Name{Parts: []string{"/aws/eks/main"}, Unique: []string{"1"}}, "/aws/eks/main-########",
		},
		"Unique": {
			"always a hash", account,
			naming.Name{Parts: []string{"web"}, Unique: []string{"123456789012"}}, "web########",
		},
		"Reserve": {
			"room for what is appended", balancer,
			naming.Name{Parts: []string{"acme", "production", "search", "ab"}, Reserve: naming.ReserveBridged}, "acme-production-########",
		},
		"ReserveFits": {
			"no more than that", balancer,
			naming.Name{Parts: []string{"acme", "production", "search", "a"}, Reserve: naming.ReserveBridged}, "acme-production-search-a",
		},
		"ReserveShorter": {
			"the hash is shorter where there is no room", pool,
			naming.Name{Parts: []string{"workers", "blue"}, Reserve: 5}, "#######",
		},
		"Hash": {"more is given", bucket, naming.Name{Parts: []string{"A"}, Hash: 12}, "a-############"},
		"LongestHash": {
			"as much as there is", bucket,
			naming.Name{Parts: []string{"A"}, Hash: naming.MaxHash}, "a-####################",
		},
		"ShortestHash": {"or less", bucket, naming.Name{Parts: []string{"A"}, Hash: naming.MinHash}, "a-######"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rule := all()[tc.rule]
			got, err := tc.name.For(rule)
			require.NoError(t, err, tc.reason)
			require.NoError(t, rule.Check(got), tc.reason)
			if diff := cmp.Diff(tc.want, masked(got, tc.want)); diff != "" {
				t.Errorf("%s: %s: -want +got:\n%s", tc.reason, got, diff)
			}
		})
	}
}

// masked writes # where the pattern has it and the name has a character of a hash.
func masked(name, pattern string) string {
	out := []byte(name)
	for i := range out {
		if i < len(pattern) && pattern[i] == '#' && strings.IndexByte(hashCharacters, out[i]) >= 0 {
			out[i] = '#'
		}
	}
	return string(out)
}

const hashCharacters = "bcdfghjklmnpqrstvwxyz0123456789"

func TestNamesReachALongMinimum(t *testing.T) {
	t.Parallel()
	rule := naming.Rule{Kind: "thing", Min: 14, Max: 20, Characters: "a-z0-9", Prefix: "x/"}
	for part, want := range map[string]string{"日本": "x/############", "ABCDE": "x/abcde########", "AB": "x/############"} {
		got, err := naming.Name{Parts: []string{part}}.For(rule)
		require.NoError(t, err)
		assert.Equal(t, want, masked(got, want), part)
	}
}

func TestResourcesWithTheSamePartsHaveTheSameHash(t *testing.T) {
	t.Parallel()
	n := naming.Name{Parts: []string{"acme", "production", "search", "media", "Blue"}}
	rules := all()
	one, err := n.For(rules[bucket])
	require.NoError(t, err)
	hash := one[len(one)-naming.DefaultHash:]
	for _, token := range []string{role, balancer, vault, account, pool} {
		other, err := n.For(rules[token])
		require.NoError(t, err)
		assert.True(t, strings.HasSuffix(other, hash), other)
	}
	short, err := n.For(rules[windows])
	require.NoError(t, err)
	assert.Equal(t, hash[:6], short, "a shorter hash is the start of it")
}

func TestNamesThatCannotBeGenerated(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason string
		rule   naming.Rule
		name   naming.Name
		want   []string
	}{
		"NoParts": {"at least one part is required", naming.AWS()[bucket], naming.Name{}, []string{"no parts: at least one is required"}},
		"All": {
			"all problems in order", naming.AWS()[bucket],
			naming.Name{Parts: []string{"acme", "", "web", ""}, Unique: []string{"1", ""}, Reserve: -1, Hash: 5},
			[]string{
				"part 2 of 4 is empty: omit it, or set a value",
				"part 4 of 4 is empty: omit it, or set a value",
				"unique value 2 of 2 is empty: omit it, or set a value",
				"-1 characters cannot be reserved: use 0 or more",
				"invalid length 5 of the hash: use 6 to 20, or 0 for the default",
			},
		},
		"LongHash": {
			"a hash has a maximum length", naming.AWS()[bucket], naming.Name{Parts: []string{"a"}, Hash: 21},
			[]string{"invalid length 21 of the hash: use 6 to 20, or 0 for the default"},
		},
		"NoRoom": {
			"a shorter hash would collide", naming.Azure()[pool], naming.Name{Parts: []string{"workers", "blue"}, Reserve: naming.ReserveAzureNative},
			[]string{"a hash requires 6 characters, 4 are available: reserve less, or shorten the parts"},
		},
		"NoRoomAtAll": {
			"more than the maximum is reserved", naming.Azure()[pool], naming.Name{Parts: []string{"workers"}, Reserve: 100},
			[]string{"a hash requires 6 characters, 0 are available: reserve less, or shorten the parts"},
		},
		"NoRoomAsAsked": {
			"a hash of a given length is not shortened", naming.Azure()[windows], naming.Name{Parts: []string{"A"}, Hash: 8},
			[]string{"a hash requires 8 characters, 6 are available: reserve less, or shorten the parts"},
		},
		"Rule": {
			"a rule without letters", naming.Rule{Kind: "number", Max: 10, Characters: "0-9"}, naming.Name{Parts: []string{"a"}},
			[]string{"the rule rejects even a hash: correct the rule", "use digits"},
		},
		"EmptyText": {
			"a rule that rejects everything", naming.Rule{Kind: "thing", Max: 10, Characters: "a-z0-9", Without: naming.Reserved{Within: []string{""}}},
			naming.Name{Parts: []string{"a"}},
			[]string{"the rule rejects even a hash: correct the rule", `it must not contain ""`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := tc.name.For(tc.rule)
			require.Error(t, err, tc.reason)
			assert.Empty(t, got)
			requireProblems(t, err, tc.reason, tc.want)
		})
	}
}

// requireProblems compares problems; each text is a part of a message.
func requireProblems(t *testing.T, err error, reason string, want []string) {
	t.Helper()
	var got []string
	for problem := range failure.All(err) {
		var details *naming.NameError
		require.ErrorAs(t, problem, &details)
		require.ErrorIs(t, problem, failure.Configuration)
		require.True(t, strings.HasPrefix(problem.Error(), details.Kind+" name "), problem)
		require.True(t, strings.HasSuffix(problem.Error(), details.Message), problem)
		got = append(got, details.Message)
	}
	same := cmp.Comparer(func(a, b string) bool { return strings.Contains(a, b) || strings.Contains(b, a) })
	if diff := cmp.Diff(want, got, same); diff != "" {
		t.Errorf("%s: -want +got:\n%s", reason, diff)
	}
}

func TestArgumentsAreNotModified(t *testing.T) {
	t.Parallel()
	n := naming.Name{Parts: []string{"A-b", "C"}, Flat: true, Unique: []string{"X"}}
	rules := all()
	for token, rule := range rules {
		_, err := n.For(rule)
		require.NoError(t, err, token)
	}
	assert.Equal(t, naming.Name{Parts: []string{"A-b", "C"}, Flat: true, Unique: []string{"X"}}, n)
	assert.Empty(t, cmp.Diff(all(), rules))
}
