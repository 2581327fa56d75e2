// Package reference has what AWS publishes about policies: the services with their actions, resource types and
// condition keys, the service principals, and the AWS managed policies.
//
//	action, ok := reference.FindAction("s3:GetObject")
//	action.Supports("arn:aws:s3:::logs/*")       // true: an object
//	action.HasKey("s3:ExistingObjectTag/team") // true
//
// AWS adds services and actions every week. What the data lacks may exist: [Date] is the date of the data, and
// [SimilarAction] and its siblings find what was probably meant by a
// misspelt name.
//
// # Data
//
// The target awsData writes the files from public copies of the Service Authorization Reference and of the AWS managed
// policies. Names of service principals stay in principals.txt once they are known, because AWS has no list of them.
// Those that no managed policy names are from the user guides of the services.
//
// Each file begins with its date, except for principals.txt. services.txt has a block for each service, which begins
// with the prefix of its actions. The other lines of a block are:
//
//   - k with a condition key, without the prefix if it is the one of the service
//   - r with the name and the ARN patterns of a resource type, separated by tabs
//   - a with the numbers of the resource types and condition keys that actions support, and the names of these actions
//
// managed.txt has the names of the managed policies with their paths. An asterisk is in front of a broad one, which
// allows on all resources and without conditions all actions of a service, all but some actions, or actions that give
// the permissions of other roles.
package reference
