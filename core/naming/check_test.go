package naming_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/naming"
)

func TestCheckReturnsAllProblems(t *testing.T) {
	t.Parallel()
	const lowerAndDigits = `use lower case letters and digits`
	for name, tc := range map[string]struct {
		reason string
		rule   string
		name   string
		want   []string
	}{
		"Everything": {
			"all problems in order", bucket, "-My_Bucket..x-s3alias",
			[]string{
				`invalid characters "M", "_" and "B": use lower case letters, digits, "-" and "."`,
				`it must not start with "-": ` + lowerAndDigits,
				`it must not contain ".."`,
				`it must not end with "-s3alias", which is reserved`,
			},
		},
		"Empty":     {"an empty name", bucket, "", []string{"it is empty: at least 3 characters required"}},
		"Short":     {"too short", bucket, "ab", []string{"it has 2 characters: at least 3 required"}},
		"VeryShort": {"one is singular", bucket, "a", []string{"it has 1 character: at least 3 required"}},
		"Long": {
			"too long", vault, "abcdefghijklmnopqrstuvwxyz",
			[]string{"it has 26 characters: at most 24 allowed"},
		},
		"End": {
			"the last character", vault, "abc-",
			[]string{`it must not end with "-": use letters and digits`},
		},
		"Start": {
			"the first character", vault, "1abc",
			[]string{`it must not start with "1": use letters`},
		},
		"Address": {
			"the name of a bucket is part of host names", bucket, "192.168.5.999",
			[]string{"it must not look like an IP address"},
		},
		"Prefix": {
			"reserved", bucket, "xn--abc",
			[]string{`it must not start with "xn--", which is reserved`},
		},
		"Folded": {
			"reserved in any case", "aws:ec2/securityGroup:SecurityGroup", "SG-abc",
			[]string{`it must not start with "sg-", which is reserved`},
		},
		"Within": {
			"in any place and case", account, "mywindowsmedia",
			[]string{`it must not contain "windows"`},
		},
		"Name": {"as a whole", vault, "Office365", []string{"it is a reserved word: use another name"}},
		"Number": {
			"a name of digits", "azure-native:compute:VirtualMachine#windowsComputerName", "2024",
			[]string{"it must not consist of digits only: add a letter"},
		},
		"Affix": {
			"the start of every name", "aws:kms/alias:Alias", "acme-web",
			[]string{`it must start with "alias/"`},
		},
		"AffixAlone": {
			"the prefix is no name", "aws:kms/alias:Alias", "alias/",
			[]string{"it has 6 characters: at least 7 required", `it contains only "alias/": append a name`},
		},
		"AffixInner": {
			"the text after the prefix is checked", "aws:kms/alias:Alias", "alias/aws/s3",
			[]string{`it must not start with "aws/", which is reserved`},
		},
		"Suffix": {
			"the end of every name", "aws:sqs/queue:Queue#fifo", "acme-web-orders",
			[]string{`it must end with ".fifo"`},
		},
		"Many": {
			"many characters are not all listed", bucket, "abcABCDEFGHabc",
			[]string{`invalid characters "A", "B", "C", "D", "E" and others: use lower case letters, digits, "-" and "."`},
		},
		"Symbols": {"many symbols are one item", role, "a/b", []string{`invalid character "/": use letters, digits and any of +,-.=@_`}},
		"Spaces": {
			"spaces are named", "aws:ec2/securityGroup:SecurityGroup", "a?",
			[]string{`invalid character "?": use letters, digits, spaces and any of !#$`, `it must not end with "?"`},
		},
		"Scripts": {
			"letters of other scripts", "azure-native:resources:ResourceGroup", "münchen/",
			[]string{`invalid character "/": use letters, digits and any of ()-._, or letters and digits of other scripts`, `it must not end with "/"`},
		},
		"NoText": {"invalid UTF-8", "azure-native:resources:ResourceGroup", "a\xffb", []string{`invalid character "�"`}},
		"UTF16": {
			"the length in .NET", "azure-native:resources:ResourceGroup", strings.Repeat("𐐀", 46),
			[]string{"it has 92 UTF-16 code units: at most 90 allowed"},
		},
		"Doubled": {
			"two characters that must not follow each other", "aws:ecr/repository:Repository", "team/-web",
			[]string{`it must not contain "/-"`},
		},
		"Label": {
			"labels of a domain name", "kubernetes:core/v1:ConfigMap", "a.-b",
			[]string{`it must not contain ".-"`},
		},
		"NotASCII":     {"a character that folds to k", role, "\u212Aelvin", []string{"invalid character \"\u212A\""}},
		"NotPrintable": {"characters that are not printable are escaped", bucket, "abc\n", []string{`invalid character "\n"`, `it must not end with "\n": ` + lowerAndDigits}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rule, ok := all()[tc.rule]
			require.True(t, ok)
			err := rule.Check(tc.name)
			require.Error(t, err, tc.reason)
			requireProblems(t, err, tc.reason, tc.want)
		})
	}
}

func TestLengthsAreCountedInTheUnit(t *testing.T) {
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

func TestAddressesAreRejected(t *testing.T) {
	t.Parallel()
	rule := naming.Rule{Kind: "thing", Max: 20, Characters: "a-z0-9.", Without: naming.Reserved{Addresses: true}}
	for name, refused := range map[string]bool{"1.2.3.4": true, "999.0.00.1": true, "1.2.3": false, "1.2.3.4.5": false, "1..2.3": false, "1.2.3.a": false} {
		assert.Equal(t, refused, rule.Check(name) != nil, name)
	}
}

// Rules that accept other scripts restrict ASCII all the same.
func TestOtherScriptsAreAccepted(t *testing.T) {
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
	assert.Less(t, len(err.Error()), 2000, "long names are truncated")
	assert.NotContains(t, err.Error(), "�", "not within a character")
	assert.NotContains(t, err.Error(), `\x`)
}

func TestSetsAreDescribedInWords(t *testing.T) {
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

func TestSetsContainTheirCharacters(t *testing.T) {
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
