package aws_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	keyType        = "aws:kms/key:Key"
	aliasType      = "aws:kms/alias:Alias"
	logGroupType   = "aws:cloudwatch/logGroup:LogGroup"
	logPolicyType  = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy"
	roleType       = "aws:iam/role:Role"
	policyType     = "aws:iam/policy:Policy"
	inlineType     = "aws:iam/rolePolicy:RolePolicy"
	attachmentType = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	exclusiveType  = "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive"
	profileType    = "aws:iam/instanceProfile:InstanceProfile"
	oidcType       = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
	linkedRoleType = "aws:iam/serviceLinkedRole:ServiceLinkedRole"
)

func TestKMSRefuses(t *testing.T) {
	t.Parallel()
	admin := in{"Effect": "Allow", "Principal": in{"AWS": "arn:aws:iam::123456789012:root"}, "Action": "kms:*", "Resource": "*"}
	key := func(inputs in) []step { return []step{{"key", keyType, inputs}} }
	alias := func(name, target string) []step {
		return []step{{"key", keyType, in{}}, {"first", aliasType, in{"name": "alias/first", "targetKeyId": "$key"}},
			{"alias", aliasType, in{"name": name, "targetKeyId": target}}}
	}
	runRefusals(t, nil, map[string]refusal{
		"nothing":                      {key(in{}), ""},
		"an administrator's policy":    {key(in{"policy": doc(admin)}), ""},
		"a window that is too short":   {key(in{"deletionWindowInDays": 6.0}), "expected deletionWindowInDays to be in the range (7 - 30), got 6"},
		"rotation too often":           {key(in{"enableKeyRotation": true, "rotationPeriodInDays": 89.0}), "in the range (90 - 2560), got 89"},
		"a period without rotation":    {key(in{"rotationPeriodInDays": 90.0}), "must be specified"},
		"no such usage":                {key(in{"keyUsage": "SIGN"}), "expected keyUsage to be one of"},
		"no such spec":                 {key(in{"customerMasterKeySpec": "AES"}), "expected customerMasterKeySpec to be one of"},
		"rotation of a key pair":       {key(in{"enableKeyRotation": true, "customerMasterKeySpec": "RSA_2048", "keyUsage": "SIGN_VERIFY"}), "api error UnsupportedOperationException"},
		"a policy that is no JSON":     {key(in{"policy": "{"}), "contains an invalid JSON policy"},
		"a policy that locks out":      {key(in{"policy": doc(merged(admin, in{"Principal": in{"Service": "logs.eu-west-1.amazonaws.com"}}))}), "will not allow you to update the key policy in the future"},
		"one that denies":              {key(in{"policy": doc(admin, merged(admin, in{"Effect": "Deny", "Action": "kms:Put*"}))}), "api error MalformedPolicyDocumentException: The new key policy will not"},
		"locking out on purpose":       {key(in{"bypassPolicyLockoutSafetyCheck": true, "policy": doc(merged(admin, in{"Action": "kms:Decrypt"}))}), ""},
		"a policy without resources":   {key(in{"policy": doc(in{"Effect": "Allow", "Principal": "*", "Action": "kms:*"})}), "MalformedPolicyDocumentException: Policy statement must contain resources."},
		"a role that does not exist":   {key(in{"policy": doc(admin, merged(admin, in{"Principal": in{"AWS": "arn:aws:iam::123456789012:role/none"}}))}), "one or more invalid principals"},
		"a role of an unknown account": {key(in{"policy": doc(admin, merged(admin, in{"Principal": in{"AWS": "arn:aws:iam::999999999999:role/some"}}))}), ""},
		"another partition's root":     {key(in{"policy": doc(admin, merged(admin, in{"Principal": in{"AWS": "arn:aws-cn:iam::123456789012:root"}}))}), "one or more invalid principals"},
		"a policy that is too large":   {key(in{"policy": long(33000, admin)}), "api error LimitExceededException"},
		"an update that locks out":     {append(key(in{}), step{"~key", "", in{"policy": doc(merged(admin, in{"Action": "kms:Encrypt"}))}}), "MalformedPolicyDocumentException"},
		"an alias":                     {alias("alias/second", "$key"), ""},
		"an alias of an ARN":           {alias("alias/second", "arn:aws:kms:eu-west-1:123456789012:key/$key"), ""},
		"an alias again":               {alias("alias/first", "$key"), "api error AlreadyExistsException: An alias with the name arn:aws:kms:eu-west-1:123456789012:alias/first already exists"},
		"an alias of AWS":              {alias("alias/aws/ebs", "$key"), "reserved prefix"},
		"an alias of another form":     {alias("second", "$key"), "must begin with 'alias/'"},
		"an alias of nothing":          {alias("alias/second", "none"), "api error NotFoundException: Key 'none' does not exist"},
		"an alias of another region":   {alias("alias/second", "arn:aws:kms:us-east-1:123456789012:key/$key"), "api error NotFoundException"},
	})
}

func TestLogGroupsRefuse(t *testing.T) {
	t.Parallel()
	admin := in{"Effect": "Allow", "Principal": in{"AWS": "arn:aws:iam::123456789012:root"}, "Action": "kms:*", "Resource": "*"}
	logs := func(region, group string) string {
		return doc(admin, in{"Effect": "Allow", "Principal": in{"Service": "logs." + region + ".amazonaws.com"}, "Action": []any{"kms:Encrypt*", "kms:GenerateDataKey*"},
			"Resource": "*", "Condition": in{"ArnLike": in{"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-west-1:123456789012:log-group:" + group}}})
	}
	group := func(policy string) []step {
		return []step{{"key", keyType, in{"policy": policy}},
			{"group", logGroupType, in{"name": "/vpc/flow", "kmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/$key"}}}
	}
	one := func(inputs in) []step { return []step{{"group", logGroupType, inputs}} }
	delivery := in{"Effect": "Allow", "Principal": in{"Service": "delivery.logs.amazonaws.com"}, "Action": "logs:PutLogEvents", "Resource": "*"}
	var many []step
	for i := range 11 {
		many = append(many, step{"policy", logPolicyType, in{"policyName": fmt.Sprint(i), "policyDocument": doc(delivery)}})
	}
	runRefusals(t, nil, map[string]refusal{
		"an encrypted group":             {group(logs("eu-west-1", "/vpc/*")), ""},
		"a key for another region":       {group(logs("us-east-1", "/vpc/*")), "api error InvalidParameterException: The specified KMS key does not exist or is not allowed to be used with Arn 'arn:aws:logs:eu-west-1:123456789012:log-group:/vpc/flow'"},
		"a key for another group":        {group(logs("eu-west-1", "/eks/*")), "api error InvalidParameterException"},
		"a key that logs may not use":    {group(doc(admin)), "api error InvalidParameterException"},
		"a key that does not exist":      {one(in{"kmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/none"}), "api error InvalidParameterException"},
		"days that are not offered":      {one(in{"retentionInDays": 31.0}), "expected retentionInDays to be one of"},
		"no such class":                  {one(in{"logGroupClass": "ARCHIVE"}), "expected logGroupClass to be one of"},
		"a name with a space":            {one(in{"name": "a b"}), "isn't a valid log group name"},
		"a name that is too long":        {one(in{"name": strings.Repeat("a", 513)}), "isn't a valid log group name"},
		"a name that is taken":           {[]step{{"a", logGroupType, in{"name": "a"}}, {"b", logGroupType, in{"name": "a"}}}, "api error ResourceAlreadyExistsException: The specified log group already exists"},
		"a name and a prefix":            {one(in{"name": "a", "namePrefix": "b"}), "conflicts with namePrefix"},
		"too many resource policies":     {many, "api error LimitExceededException"},
		"a resource policy of no form":   {[]step{{"policy", logPolicyType, in{"policyName": "a", "policyDocument": `{"Statement": {}}`}}}, "api error InvalidParameterException: Syntax errors in policy."},
		"a resource policy of no JSON":   {[]step{{"policy", logPolicyType, in{"policyName": "a", "policyDocument": "none"}}}, "contains an invalid JSON policy"},
		"a resource policy for everyone": {[]step{{"policy", logPolicyType, in{"policyName": "a", "policyDocument": long(5200, delivery)}}}, "larger than 5120 characters"},
	})
}

func TestALogGroupThatStays(t *testing.T) {
	t.Parallel()
	h := newAccount(t, true).use(in{"region": "eu-west-1"}).history()
	h.all(step{"kept", logGroupType, in{"namePrefix": "kept-", "skipDestroy": true}}, step{"gone", logGroupType, in{}})
	require.Regexp(t, `^kept-[0-9a-f]{26}$`, h.ids["kept"])
	require.Regexp(t, `^gone-[0-9a-f]{7}$`, h.ids["gone"])
	require.Equal(t, "arn:aws:logs:eu-west-1:123456789012:log-group:"+h.ids["gone"], h.out("gone", "arn"))
	h.all(step{name: "-kept"}, step{name: "-gone"})
	left, err := h.store.List(logGroupType)
	require.NoError(t, err)
	require.Len(t, left, 1)
	require.Equal(t, h.ids["kept"], left[0].ID)
}

func TestIAMRefuses(t *testing.T) {
	t.Parallel()
	read := in{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"}
	assume := in{"Effect": "Allow", "Principal": in{"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
	role := func(inputs in) []step {
		return []step{{"role", roleType, merged(in{"assumeRolePolicy": trust("ec2.amazonaws.com")}, inputs)}}
	}
	trusts := func(statement in) []step { return role(in{"assumeRolePolicy": doc(merged(assume, statement))}) }
	policy := func(inputs in) []step { return []step{{"policy", policyType, merged(in{"policy": doc(read)}, inputs)}} }
	says := func(statement in) []step { return policy(in{"policy": doc(statement)}) }
	then := func(before []step, after ...step) []step { return append(before, after...) }
	attach := func(arn string) step {
		return step{"attachment", attachmentType, in{"role": "$role", "policyArn": arn}}
	}
	var eleven []any
	for _, name := range []string{"ReadOnlyAccess", "SecurityAudit", "IAMReadOnlyAccess", "AmazonSSMManagedInstanceCore", "CloudWatchAgentServerPolicy",
		"AmazonEKSClusterPolicy", "AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonS3ReadOnlyAccess", "AmazonEC2ReadOnlyAccess"} {
		eleven = append(eleven, "arn:aws:iam::aws:policy/"+name)
	}
	runRefusals(t, nil, map[string]refusal{
		"a role":                            {role(in{"name": "web", "path": "/app/"}), ""},
		"a role again, in another case":     {then(role(in{"name": "web"}), step{"again", roleType, in{"name": "WEB", "assumeRolePolicy": doc(assume)}}), "api error EntityAlreadyExists: Role with name WEB already exists."},
		"a long name":                       {role(in{"name": strings.Repeat("a", 65)}), "expected length of name to be in the range (1 - 64)"},
		"a name with a space":               {role(in{"name": "a b"}), "invalid value for name"},
		"a path that does not end":          {role(in{"path": "/app"}), "invalid value for path"},
		"a short session":                   {role(in{"maxSessionDuration": 900.0}), "in the range (3600 - 43200), got 900"},
		"a long description":                {role(in{"description": strings.Repeat("a", 1001)}), "expected length of description"},
		"trust that is no JSON":             {role(in{"assumeRolePolicy": "yes"}), "contains an invalid JSON policy"},
		"trust with an element of no name":  {trusts(in{"Principals": "*"}), "api error MalformedPolicyDocument: Syntax errors in policy."},
		"trust with another effect":         {trusts(in{"Effect": "allow"}), "api error MalformedPolicyDocument: Syntax errors in policy."},
		"trust with an operator of no name": {trusts(in{"Condition": in{"StringEqual": in{"a": "b"}}}), "api error MalformedPolicyDocument: Syntax errors in policy."},
		"trust in another version":          {role(in{"assumeRolePolicy": strings.Replace(doc(assume), "2012", "2013", 1)}), "api error MalformedPolicyDocument: Syntax errors in policy."},
		"trust in nobody":                   {role(in{"assumeRolePolicy": doc(in{"Effect": "Allow", "Action": "sts:AssumeRole"})}), "MalformedPolicyDocument: Missing required field Principal"},
		"trust with resources":              {trusts(in{"Resource": "*"}), "MalformedPolicyDocument: Has prohibited field Resource"},
		"trust to do anything":              {trusts(in{"Action": "s3:GetObject"}), "MalformedPolicyDocument: AssumeRole policy may only specify STS AssumeRole actions."},
		"trust in a role that is not there": {trusts(in{"Principal": in{"AWS": "arn:aws:iam::123456789012:role/none"}}), `MalformedPolicyDocument: Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:role/none"`},
		"trust in a word":                   {trusts(in{"Principal": in{"AWS": "everyone"}}), `Invalid principal in policy: "AWS":"everyone"`},
		"trust in a service of no form":     {trusts(in{"Principal": in{"Service": "ec2"}}), `Invalid principal in policy: "SERVICE":"ec2"`},
		"trust in a kind of no name":        {trusts(in{"Principal": in{"Role": "a"}}), "Syntax errors in policy."},
		"trust in an account":               {trusts(in{"Principal": in{"AWS": "210987654321"}}), ""},
		"trust that is too long":            {role(in{"assumeRolePolicy": long(2048, assume)}), "api error LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048"},
		"statements of one id":              {role(in{"assumeRolePolicy": doc(merged(assume, in{"Sid": "a"}), merged(assume, in{"Sid": "a"}))}), "Statement IDs (SID) in a single policy must be unique."},
		"a boundary that is not there":      {role(in{"permissionsBoundary": "arn:aws:iam::123456789012:policy/none"}), "api error NoSuchEntity: Scope ARN: arn:aws:iam::123456789012:policy/none does not exist"},
		"a boundary":                        {then(policy(in{}), role(in{"permissionsBoundary": "$policy"})...), ""},
		"an unknown policy of AWS":          {role(in{"managedPolicyArns": []any{"arn:aws:iam::aws:policy/AmazonEKSNodePolicy"}}), "api error NoSuchEntity: Policy arn:aws:iam::aws:policy/AmazonEKSNodePolicy does not exist or is not attachable."},
		"own policies that are too long": {role(in{"inlinePolicies": []any{in{"name": "a", "policy": long(6000, read)}, in{"name": "b", "policy": long(6000, read)}}}),
			"api error LimitExceeded: Maximum policy size of 10240 bytes exceeded for role"},
		"an own policy of another form": {role(in{"inlinePolicies": []any{in{"name": "a", "policy": doc(assume)}}}), "MalformedPolicyDocument: Policy document should not specify a principal."},

		"a policy":                          {policy(in{}), ""},
		"a policy again":                    {then(policy(in{"name": "read"}), step{"again", policyType, in{"name": "read", "policy": doc(read)}}), "api error EntityAlreadyExists: A policy called read already exists."},
		"a policy that is too long":         {policy(in{"policy": long(6144, read)}), "api error LimitExceeded: Cannot exceed quota for PolicySize: 6144"},
		"a policy without actions":          {says(in{"Effect": "Allow", "Resource": "*"}), "Policy statement must contain actions."},
		"a policy without resources":        {says(in{"Effect": "Allow", "Action": "*"}), "Policy statement must contain resources."},
		"a policy for somebody":             {says(merged(read, in{"Principal": "*"})), "Policy document should not specify a principal."},
		"an action of nobody":               {says(merged(read, in{"Action": "GetObject"})), "Actions/Conditions must be prefaced by a vendor"},
		"an action of no vendor":            {says(merged(read, in{"Action": "s 3:GetObject"})), "Vendor s 3 is not valid"},
		"a resource of no form":             {says(merged(read, in{"Resource": "data/*"})), `Resource data/* must be in ARN format or "*".`},
		"a resource of another partition":   {says(merged(read, in{"Resource": "arn:aws-cn:s3:::data/*"})), `Partition "aws-cn" is not valid for resource "arn:aws-cn:s3:::data/*".`},
		"a resource of IAM with a region":   {says(merged(read, in{"Resource": "arn:aws:iam:eu-west-1:123456789012:role/a"})), "cannot contain region information"},
		"a policy that becomes malformed":   {then(policy(in{}), step{"~policy", "", in{"policy": doc(assume)}}), "should not specify a principal"},
		"a policy that is attached":         {then(policy(in{}), append(role(in{}), attach("$policy"), step{name: "-policy"})...), "api error DeleteConflict: Cannot delete a policy attached to entities."},
		"a policy that is a boundary":       {then(policy(in{}), append(role(in{"permissionsBoundary": "$policy"}), step{name: "-policy"})...), "api error DeleteConflict"},
		"a policy that is attached no more": {then(policy(in{}), append(role(in{}), attach("$policy"), step{name: "-attachment"}, step{name: "-policy"})...), ""},

		"an attachment to nothing":          {[]step{{"a", attachmentType, in{"role": "none", "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}}}, "api error NoSuchEntity: The role with name none cannot be found."},
		"an attachment of nothing":          {then(role(in{}), attach("arn:aws:iam::123456789012:policy/none")), "api error NoSuchEntity: Policy arn:aws:iam::123456789012:policy/none does not exist"},
		"an attachment of AWS":              {then(role(in{}), attach("arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore")), ""},
		"an attachment of another part":     {then(role(in{}), attach("arn:aws-cn:iam::aws:policy/AmazonSSMManagedInstanceCore")), "api error NoSuchEntity"},
		"an eleventh policy":                {then(role(in{"managedPolicyArns": eleven}), attach("arn:aws:iam::aws:policy/PowerUserAccess")), "api error LimitExceeded: Cannot exceed quota for PoliciesPerRole: 10"},
		"a policy that is there already":    {then(role(in{"managedPolicyArns": eleven}), attach("arn:aws:iam::aws:policy/ReadOnlyAccess")), ""},
		"a role with attached policies":     {then(role(in{}), attach("arn:aws:iam::aws:policy/ReadOnlyAccess"), step{name: "-role"}), "api error DeleteConflict: Cannot delete entity, must detach all policies first."},
		"a role that is forced to go":       {then(role(in{"forceDetachPolicies": true}), attach("arn:aws:iam::aws:policy/ReadOnlyAccess"), step{name: "-role"}), ""},
		"a role with own policies":          {then(role(in{}), step{"own", inlineType, in{"role": "$role", "policy": doc(read)}}, step{name: "-role"}), "api error DeleteConflict: Cannot delete entity, must delete policies first."},
		"an own policy of nothing":          {[]step{{"own", inlineType, in{"role": "none", "policy": doc(read)}}}, "api error NoSuchEntity"},
		"own policies, too long together":   {then(role(in{}), step{"own", inlineType, in{"role": "$role", "policy": long(6000, read)}}, step{"more", inlineType, in{"role": "$role", "policy": long(6000, read)}}), "api error LimitExceeded"},
		"an own policy that is malformed":   {then(role(in{}), step{"own", inlineType, in{"role": "$role", "policy": "[]"}}), "contains an invalid JSON policy"},
		"an exclusive list of nothing":      {[]step{{"only", exclusiveType, in{"roleName": "none", "policyArns": []any{}}}}, "api error NoSuchEntity"},
		"an exclusive list with strangers":  {then(role(in{}), step{"only", exclusiveType, in{"roleName": "$role", "policyArns": []any{"arn:aws:iam::aws:policy/None"}}}), "api error NoSuchEntity"},
		"a profile of nothing":              {[]step{{"profile", profileType, in{"role": "none"}}}, "api error NoSuchEntity: The role with name none cannot be found."},
		"a profile again":                   {[]step{{"profile", profileType, in{"name": "a"}}, {"again", profileType, in{"name": "a"}}}, "api error EntityAlreadyExists: Instance Profile a already exists."},
		"a profile whose role goes":         {then(role(in{}), step{"profile", profileType, in{"role": "$role"}}, step{name: "-role"}), ""},
		"an identity provider":              {[]step{{"oidc", oidcType, in{"url": "https://token.example.com/id", "clientIdLists": []any{"sts.amazonaws.com"}}}}, ""},
		"an identity provider in the clear": {[]step{{"oidc", oidcType, in{"url": "http://token.example.com", "clientIdLists": []any{}}}}, "is an invalid URL"},
		"an identity provider again": {[]step{{"oidc", oidcType, in{"url": "https://token.example.com", "clientIdLists": []any{"a"}}}, {"again", oidcType, in{"url": "https://token.example.com", "clientIdLists": []any{"b"}}}},
			"api error EntityAlreadyExists: Provider with url https://token.example.com already exists."},
		"an identity provider for nobody": {[]step{{"oidc", oidcType, in{"url": "https://token.example.com"}}}, "missing required property"},
		"a thumbprint of no form":         {[]step{{"oidc", oidcType, in{"url": "https://token.example.com", "clientIdLists": []any{"a"}, "thumbprintLists": []any{"aa"}}}}, "40 hexadecimal digits"},
		"a linked role":                   {[]step{{"linked", linkedRoleType, in{"awsServiceName": "eks.amazonaws.com"}}}, ""},
		"a linked role again":             {[]step{{"linked", linkedRoleType, in{"awsServiceName": "eks.amazonaws.com"}}, {"again", linkedRoleType, in{"awsServiceName": "eks.amazonaws.com"}}}, "api error InvalidInput: Service role name AWSServiceRoleForAmazonEKS has been taken in this account"},
		"a linked role of no service":     {[]step{{"linked", linkedRoleType, in{"awsServiceName": "eks"}}}, "must be a full service hostname"},
	})
}

// What belongs to an account is seen from each of its regions, and from no other account.
func TestIdentitiesAreOfTheAccount(t *testing.T) {
	t.Parallel()
	a := newAccount(t, true)
	ireland := a.use(in{"region": "eu-west-1"}).history()
	ireland.all(step{"role", roleType, in{"name": "web", "assumeRolePolicy": trust("ec2.amazonaws.com")}})
	require.Equal(t, "arn:aws:iam::123456789012:role/web", ireland.out("role", "arn"))
	virginia := a.beside().use(in{"region": "us-east-1"}).history()
	found, err := virginia.call("aws:iam/getRole:getRole", in{"name": "web"})
	require.NoError(t, err)
	require.Equal(t, ireland.out("role", "arn"), found["arn"])
	other := a.beside().use(in{"region": "us-east-1", "assumeRole": in{"roleArn": "arn:aws:iam::210987654321:role/deploy"}}).history()
	_, err = other.call("aws:iam/getRole:getRole", in{"name": "web"})
	require.ErrorContains(t, err, "api error NoSuchEntity")
	all, err := a.store.List(roleType)
	require.NoError(t, err)
	require.Equal(t, "123456789012", all[0].Place)
}

func TestAnExclusiveListTakesOffTheRest(t *testing.T) {
	t.Parallel()
	h := newAccount(t, true).use(in{"region": "eu-west-1"}).history()
	h.all(step{"role", roleType, in{"name": "web", "assumeRolePolicy": trust("ec2.amazonaws.com")}},
		step{"attached", attachmentType, in{"role": "web", "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}},
		step{"only", exclusiveType, in{"roleName": "web", "policyArns": []any{"arn:aws:iam::aws:policy/SecurityAudit"}}})
	left, err := h.store.List(attachmentType)
	require.NoError(t, err)
	require.Len(t, left, 1)
	require.Equal(t, "arn:aws:iam::aws:policy/SecurityAudit", left[0].Text("policyArn"))
}

func TestIAMIsFound(t *testing.T) {
	t.Parallel()
	h := newAccount(t, true).use(in{"region": "cn-north-1"}).history()
	h.all(step{"role", roleType, in{"name": "web", "path": "/app/", "assumeRolePolicy": trust("ec2.amazonaws.com.cn")}},
		step{"profile", profileType, in{"name": "web", "role": "web"}},
		step{"policy", policyType, in{"name": "read", "policy": doc(in{"Effect": "Allow", "Action": "*", "Resource": "*"})}},
		step{"oidc", oidcType, in{"url": "https://token.example.com", "clientIdLists": []any{"a"}}},
		step{"key", keyType, in{}}, step{"alias", aliasType, in{"targetKeyId": "$key"}})
	require.Regexp(t, "^alias/alias-[0-9a-f]{7}$", h.ids["alias"])
	for token, tc := range map[string]struct {
		args           in
		property, want string
	}{
		"aws:iam/getRole:getRole":                                   {in{"name": "web"}, "arn", "arn:aws-cn:iam::123456789012:role/app/web"},
		"aws:iam/getInstanceProfile:getInstanceProfile":             {in{"name": "web"}, "roleArn", "arn:aws-cn:iam::123456789012:role/app/web"},
		"aws:iam/getPolicy:getPolicy":                               {in{"name": "read"}, "arn", "arn:aws-cn:iam::123456789012:policy/read"},
		"aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider": {in{"url": "https://token.example.com"}, "url", "token.example.com"},
		"aws:kms/getKey:getKey":                                     {in{"keyId": "$alias"}, "arn", "arn:aws-cn:kms:cn-north-1:123456789012:key/$key"},
		"aws:kms/getAlias:getAlias":                                 {in{"name": "$alias"}, "targetKeyId", "$key"},
	} {
		got, err := h.call(token, tc.args)
		require.NoError(t, err, token)
		require.Equal(t, h.fill(tc.want), got[tc.property], token)
		_, err = h.call(token, in{"name": "none", "keyId": "none", "url": "https://none"})
		require.Error(t, err, token)
	}
	managed, err := h.call("aws:iam/getPolicy:getPolicy", in{"name": "AmazonEBSCSIDriverPolicy"})
	require.NoError(t, err)
	require.Equal(t, "arn:aws-cn:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy", managed["arn"])
}
