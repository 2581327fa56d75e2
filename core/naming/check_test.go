package naming_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/naming"
)

func TestCheckSaysEverythingThatIsWrong(t *testing.T) {
	t.Parallel()
	const lowerAndDigits = `put a character there that can be, which are lower case letters and digits`
	for name, tc := range map[string]struct {
		reason string
		rule   string
		name   string
		want   []string
	}{
		"Everything": {
			"all at once, in order", bucket, "-My_Bucket..x-s3alias",
			[]string{
				`"M", "_" and "B" cannot be in it: use lower case letters, digits, "-" and "."`,
				`it starts with "-": ` + lowerAndDigits,
				`it contains "..", which cannot be anywhere in it: leave that out`,
				`it ends with "-s3alias", which is reserved: append something else`,
			},
		},
		"Empty":     {"nothing is no name", bucket, "", []string{"it is empty: write at least 3 characters"}},
		"Short":     {"too short", bucket, "ab", []string{"it has 2 characters: write 1 more, at least 3 are needed"}},
		"VeryShort": {"one is singular", bucket, "a", []string{"it has 1 character: write 2 more, at least 3 are needed"}},
		"Long": {
			"too long", vault, "abcdefghijklmnopqrstuvwxyz",
			[]string{"it has 26 characters: leave out 2, at most 24 are accepted"},
		},
		"End": {
			"the last character", vault, "abc-",
			[]string{`it ends with "-": put a character there that can be, which are letters and digits`},
		},
		"Start": {
			"the first character", vault, "1abc",
			[]string{`it starts with "1": put a character there that can be, which are letters`},
		},
		"Address": {
			"a bucket's name is a part of host names", bucket, "192.168.5.999",
			[]string{"it looks like an IP address: use letters or hyphens"},
		},
		"Prefix": {
			"reserved", bucket, "xn--abc",
			[]string{`it starts with "xn--", which is reserved: put something else in front`},
		},
		"Folded": {
			"reserved in any case", "aws:ec2/securityGroup:SecurityGroup", "SG-abc",
			[]string{`it starts with "sg-", which is reserved`},
		},
		"Within": {
			"in any place and case", account, "mywindowsmedia",
			[]string{`it contains "windows", which cannot be anywhere in it: leave that out`},
		},
		"Name": {"as a whole", vault, "Office365", []string{"it is reserved: append something to it"}},
		"Number": {
			"a name of digits", "azure-native:compute:VirtualMachine#windowsComputerName", "2024",
			[]string{"it is a number: add a letter"},
		},
		"Affix": {
			"what every name starts with", "aws:kms/alias:Alias", "acme-web",
			[]string{`it starts with something else than "alias/": put that in front`},
		},
		"AffixAlone": {
			"is not a name", "aws:kms/alias:Alias", "alias/",
			[]string{"it has 6 characters: write 1 more, at least 7 are needed", `it is no more than "alias/": add a name to that`},
		},
		"AffixInner": {
			"what is behind it counts", "aws:kms/alias:Alias", "alias/aws/s3",
			[]string{`it starts with "aws/", which is reserved`},
		},
		"Suffix": {
			"what every name ends with", "aws:sqs/queue:Queue#fifo", "acme-web-orders",
			[]string{`it ends with something else than ".fifo": append that`},
		},
		"Many": {
			"not all of them", bucket, "abcABCDEFGHabc",
			[]string{`"A", "B", "C", "D", "E" and others cannot be in it: use lower case letters, digits, "-" and "."`},
		},
		"Symbols": {"many are in one word", role, "a/b", []string{`"/" cannot be in it: use letters, digits and any of +,-.=@_`}},
		"Spaces": {
			"spaces can be seen", "aws:ec2/securityGroup:SecurityGroup", "a?",
			[]string{`"?" cannot be in it: use letters, digits, spaces and any of !#$`, `it ends with "?"`},
		},
		"Scripts": {
			"letters of other scripts", "azure-native:resources:ResourceGroup", "münchen/",
			[]string{`"/" cannot be in it: use letters, digits and any of ()-._, or letters and digits of other scripts`, `it ends with "/"`},
		},
		"NoText": {"bytes that are no text", "azure-native:resources:ResourceGroup", "a\xffb", []string{`"�" cannot be in it`}},
		"UTF16": {
			"as .NET counts", "azure-native:resources:ResourceGroup", strings.Repeat("𐐀", 46),
			[]string{"it has 92 UTF-16 code units: leave out 2, at most 90 are accepted"},
		},
		"Doubled": {
			"two that cannot be neighbours", "aws:ecr/repository:Repository", "team/-web",
			[]string{`it contains "/-", which cannot be anywhere in it`},
		},
		"Label": {
			"labels of a domain", "kubernetes:core/v1:ConfigMap", "a.-b",
			[]string{`it contains ".-", which cannot be anywhere in it`},
		},
		"NotASCII":     {"folds to k", role, "\u212Aelvin", []string{"\"\u212A\" cannot be in it"}},
		"NotPrintable": {"can be seen", bucket, "abc\n", []string{`"\n" cannot be in it`, `it ends with "\n": ` + lowerAndDigits}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rule, err := all().Rule(tc.rule)
			require.NoError(t, err)
			err = rule.Check(tc.name)
			require.Error(t, err, tc.reason)
			requireProblems(t, err, tc.reason, tc.want)
		})
	}
}

func TestUnits(t *testing.T) {
	t.Parallel()
	for unit, accepted := range map[naming.Unit]int{naming.Bytes: 4, naming.UTF16: 2, naming.Runes: 1} {
		rule := naming.Rule{Kind: "thing", Max: accepted, Unit: unit, Characters: "a-z", Unicode: true}
		require.NoError(t, rule.Check("𐐀"), unit)
		rule.Max--
		require.Error(t, rule.Check("𐐀"), unit)
	}
	assert.Equal(t, "bytes, UTF-16 code units, characters", strings.Join([]string{
		naming.Bytes.String(), naming.UTF16.String(), naming.Runes.String(),
	}, ", "))
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	rule := naming.Rule{Kind: "thing", Max: 20, Characters: "a-z0-9.", Without: naming.Reserved{Addresses: true}}
	for name, refused := range map[string]bool{"1.2.3.4": true, "999.0.00.1": true, "1.2.3": false, "1.2.3.4.5": false, "1..2.3": false, "1.2.3.a": false} {
		assert.Equal(t, refused, rule.Check(name) != nil, name)
	}
}

// That other scripts are accepted says nothing about ASCII.
func TestScripts(t *testing.T) {
	t.Parallel()
	rule := naming.Rule{Kind: "thing", Max: 20, Unit: naming.Runes, Characters: "a-z1", First: "a-z", Last: "a-z1", Unicode: true}
	for name, refused := range map[string]bool{"äb1": false, "bä": false, "٣": false, "A": true, "aA": true, "1a": true, "a–b": true, "a ": true} {
		assert.Equal(t, refused, rule.Check(name) != nil, name)
	}
}

func TestErrorsAreReadable(t *testing.T) {
	t.Parallel()
	err := naming.AWS()[bucket].Check("a" + strings.Repeat("ä", 1_000_000))
	require.ErrorContains(t, err, `S3 bucket name "aä`)
	assert.Less(t, len(err.Error()), 2000, "long names are cut")
	assert.NotContains(t, err.Error(), "�", "not within a character")
	assert.NotContains(t, err.Error(), `\x`)
}

func TestSetsInWords(t *testing.T) {
	t.Parallel()
	for set, want := range map[naming.Set]string{
		"a-z":         "lower case letters",
		"A-Z":         "upper case letters",
		"a-zA-Z":      "letters",
		"0-9":         "digits",
		"a-z0-9-":     `lower case letters, digits and "-"`,
		"a-f0-1":      `any of 01abcdef`,
		"a-z_":        `lower case letters and "_"`,
		"a-z !\"#$%&": `lower case letters, spaces and any of !"#$%&`,
		"":            "",
	} {
		assert.Equal(t, want, set.String(), string(set))
	}
}

func TestSetsContainWhatIsWritten(t *testing.T) {
	t.Parallel()
	for set, want := range map[naming.Set]string{
		"a-c":    "abc",
		"-a":     "-a",
		"a-":     "-a",
		"a-cx-z": "abcxyz",
		"a-c-":   "-abc",
		"!-#":    `!"#`,
		"aé":     "a",
		"":       "",
	} {
		var got string
		for c := rune(0); c < 0x2000; c++ {
			if set.Contains(c) {
				got += string(c)
			}
		}
		assert.Equal(t, want, got, string(set))
	}
}
