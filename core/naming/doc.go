// Package naming generates the physical names of cloud resources within the rules of each type of resource, and checks
// names that are configured.
//
//	name := naming.Name{Parts: []string{"acme", "production", "search"}}
//	bucket, err := name.For(naming.AWS()["aws:s3/bucket:Bucket"])
//
// [Name.For] is a pure function. A [Rule] is data. [AWS], [Azure] and [Kubernetes] return the rules of common types by
// Pulumi type token; callers may add their own.
//
// # Generated names
//
// Parts are joined with the separator of the type, if it has one: ("acme", "prod", "web") becomes acme-prod-web. When
// the result does not identify the parts, or the type rejects it, characters are replaced, the text is truncated at
// its end, and a hash of the parts is appended:
//
//	acme-production-search-hvzywdg5
//
// A name has a hash when
//
//   - a character was replaced, or upper case was lost, also where the type accepts upper case but ignores case,
//   - a part contains the separator, or there are several parts and no separator,
//   - it is too long, too short, reserved or otherwise rejected,
//   - it ends like a name with a hash,
//   - Unique of [Name] is set.
//
// The text is ASCII, whatever the type accepts. Long names keep their beginning, so that policies can match it.
//
// # Collisions
//
// Different parts get different names in every type:
//
//   - Two names without a hash differ, because each can be split in only one way.
//   - A name with a hash differs from one without, because no name without a hash ends as if it had one.
//   - Two names with a hash differ, unless both their hashes and their texts are the same.
//
// The last is a matter of probability. The hash is SHA-256 of the parts and their lengths, so that ("a", "bc")
// differs from ("ab", "c"). It has 8 characters: a consonant, then consonants and digits, 39 bits. The probability
// that any two of n names collide which differ only in their hash is about
//
//	      n   8 characters   12 characters   6 characters
//	    100          1e-08           1e-14          8e-06
//	  1,000          9e-07           1e-12          8e-04
//	 10,000          9e-05           1e-10           0.08
//	100,000          0.009           1e-08          certain
//
// Where names must be unique, the cloud rejects the second resource. Hash of [Name] sets a longer hash. Types with room
// for less than 8 characters (Windows agent pools) get a shorter hash of at least 6; with less room, there is an error.
//
// The hash prevents collisions within one owner. It is not secret and does not resist an attacker who searches for
// parts with the same hash. Without vowels, a hash is not a word, and few words look like a hash. Resources of
// different types with the same parts have the same hash.
//
// # Boundaries of parts
//
// Because boundaries count, ("shop", "web-api") has a hash in a type with hyphens as separators: ("shop", "web",
// "api") is shop-web-api. Use one part for each word, or Flat of [Name] when boundaries do not matter.
//
// # Auto-naming
//
// Pulumi appends random characters to the logical name of a resource without a name. Names that become too long are
// rejected by the provider or the cloud. Reserve of [Name] generates a logical name that is short enough. See "Resource
// names" in the documentation of Pulumi.
//
// # Configured names
//
// [Rule.Check] never changes a name. It returns everything that is wrong with it as errors of the class
// failure.Configuration:
//
//	for problem := range failure.All(rule.Check(text)) {
//		var mistake *naming.NameError
//		if errors.As(problem, &mistake) {
//			report.Add(path, "%s", mistake.Message)
//		}
//	}
//
// # Stability
//
// The same parts have the same name on every run, on every platform and within a major version of this package,
// because a changed name replaces the resource. Rules are corrected only where no name that a cloud accepted changes.
package naming
