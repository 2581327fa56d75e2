// Package naming makes the physical names of cloud resources, within the rules of
// each type of resource, and checks those that people write.
//
//	name := naming.Name{Parts: []string{"acme", "production", "search"}}
//	bucket, err := name.For(naming.AWS()["aws:s3/bucket:Bucket"])
//
// [Name.For] is a pure function. It knows no cloud: what it needs to know of a type
// is a [Rule], which is data. [AWS], [Azure] and [Kubernetes] return the rules of
// important types, by Pulumi type token; callers may add to them.
//
// # Names that are made
//
// Parts are joined with the type's separator, if it has one. The name of
// ("acme", "prod", "web") is acme-prod-web, and it stays like that as long as it
// says exactly what the parts say and the type accepts it. Otherwise characters are
// replaced, the text is cut at its end, and a hash of the parts follows:
//
//	acme-production-search-hvzywdg5
//
// A name has a hash when
//
//   - a character was replaced, or upper case was lost, which it is also where the
//     type accepts upper case but takes Web and web for the same name,
//   - a part has the separator in it, or several parts have none between them,
//   - it is too long, too short, reserved or otherwise not accepted,
//   - it ends like a name with a hash,
//   - Unique of [Name] is set.
//
// Text is ASCII, whatever the type accepts: nobody compares other letters in the
// same way everywhere. The beginning is what remains of a long name, so that
// policies that match by it still do.
//
// # No two alike
//
// Different parts get different names, in every type:
//
//   - Two names without a hash differ, because each can be taken apart in one way
//     only.
//   - A name with a hash and one without differ, because no name without one is
//     written that ends as if it had one.
//   - Two names with a hash differ, unless their hashes and the texts in front are
//     the same.
//
// The last is a matter of chance. The hash is of SHA-256 over the parts with their
// lengths, so that ("a", "bc") is not ("ab", "c"). It has 8 characters: a consonant,
// then consonants and digits, 39 bits. The chance that any two clash among n names
// which differ in their hash alone is about
//
//	      n   8 characters   12 characters   6 characters
//	    100          1e-08           1e-14          8e-06
//	  1,000          9e-07           1e-12          8e-04
//	 10,000          9e-05           1e-10           0.08
//	100,000          0.009           1e-08          certain
//
// A clash does no silent harm where names must be unique: the cloud refuses the
// second resource. Hash of [Name] asks for more characters. Types with room for
// less than 8 get a shorter hash, of 6 characters at the least: these are Windows
// agent pools. Below that, there is an error.
//
// The hash keeps names apart that belong to one owner. It is no secret, and whoever
// wants two parts with the same hash can search for them.
//
// Without vowels, a hash is no word, and words do not look like a hash: few names get one
// for that reason only. Resources of different types with the same parts have the
// same hash.
//
// # Parts or text
//
// Because where parts end counts, ("shop", "web-api") has a hash in a type with
// hyphens as separators: ("shop", "web", "api") is shop-web-api. Give every word a
// part of its own, or say with Flat of [Name] that the boundaries do not matter.
//
// # Auto-naming
//
// Pulumi appends random characters to the logical name of a resource without a
// name, and providers refuse what gets too long by that, or leave it to the cloud to
// refuse it. Reserve of [Name] makes a logical name that is short enough. See
// "Resource names" in Pulumi's documentation.
//
// # Names that people write
//
// [Rule.Check] never changes a name. It says everything that is wrong with it, in
// errors of the class failure.Configuration:
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
// The same parts have the same name on every run and every platform, and within a
// major version of this package: a name that changes replaces what has it. Rules are
// corrected only where that changes no name that a cloud accepted.
package naming
