package naming_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/naming"
)

func TestRulesAreComplete(t *testing.T) {
	t.Parallel()
	for cloud, rules := range map[string]naming.Rules{"aws:": naming.AWS(), "azure-native:": naming.Azure(), "kubernetes": naming.Kubernetes()} {
		for token, rule := range rules {
			assert.True(t, strings.HasPrefix(token, cloud), token)
			assert.NotEmpty(t, rule.Kind, token)
			assert.NotEmpty(t, rule.Source, token)
			assert.NotEmpty(t, rule.Scope, token)
			assert.LessOrEqual(t, rule.Min, rule.Max, token)
			assert.GreaterOrEqual(t, rule.Max, naming.MinHash, token)
			assert.LessOrEqual(t, len(rule.Separator), 1, token)
			for _, c := range rule.Separator {
				assert.True(t, rule.Characters.Contains(c), token)
			}
			for _, set := range []naming.Set{rule.First, rule.Last} {
				for c := rune(0); c < 0x100; c++ {
					assert.True(t, !set.Contains(c) || rule.Characters.Contains(c), "%s: %q", token, c)
				}
			}
			for _, text := range rule.Without.Within {
				assert.NotEmpty(t, text, token)
				for _, c := range text {
					assert.True(t, rule.Characters.Contains(c), "%s: %q cannot be in a name anyway", token, text)
				}
			}
			if rule.FoldCase {
				for _, text := range rule.Without.Within {
					assert.Equal(t, strings.ToLower(text), text, token)
				}
			}
		}
	}
	assert.GreaterOrEqual(t, len(all()), 50)
}

func TestRulesAreCopies(t *testing.T) {
	t.Parallel()
	for _, rules := range []func() naming.Rules{naming.AWS, naming.Azure, naming.Kubernetes} {
		mine := rules()
		clear(mine)
		assert.NotEmpty(t, rules())
	}
}

// Examples of vendors, valid and invalid, and names at the limits.
func TestRulesAcceptAndRejectTheNamesThatTheCloudDoes(t *testing.T) {
	t.Parallel()
	a := func(n int) string { return strings.Repeat("a", n) }
	for token, tc := range map[string]struct{ accepted, rejected []string }{
		bucket: {
			[]string{"amzn-s3-bucket-name", "example.com", "my.example.s3.bucket", "a-b--c", "1.2.3", a(63)},
			[]string{"amzn_s3_bucket", "AmznS3Bucket", "amzn-s3-bucket-", "example..com", "192.168.5.4", "a.mrap", "a--x-s3", "a--ol-s3", "a--table-s3", "sthree-configurator-a", "amzn-s3-demo-bucket", a(64), a(2)},
		},
		role:                  {[]string{"S3Access", "a+=,.@_-b", "-", a(64)}, []string{"a b", "a/b", "a:b", a(65)}},
		"aws:iam/user:User":   {[]string{"jane.doe@example.com", a(64)}, []string{a(65), "a b"}},
		"aws:iam/group:Group": {[]string{a(128)}, []string{a(129)}},
		"aws:iam/policy:Policy": {
			[]string{a(128)}, []string{a(129), "a/b"},
		},
		"aws:iam/instanceProfile:InstanceProfile": {[]string{a(128)}, []string{a(129)}},
		"aws:kms/alias:Alias": {
			[]string{"alias/a", "alias/ExampleAlias", "alias/team/key:1"},
			[]string{"alias/", "alias/aws/s3", "ExampleAlias", "alias/a b"},
		},
		"aws:secretsmanager/secret:Secret": {[]string{"prod/web+db=.@-_", a(512)}, []string{"a b", a(513)}},
		"aws:rds/instance:Instance":        {[]string{"a", "My-db-1", a(63)}, []string{"1a", "a--b", "a-", a(64), "a_b"}},
		"aws:rds/cluster:Cluster":          {[]string{"a", a(63)}, []string{"1a", "a--b", a(64)}},
		"aws:dynamodb/table:Table":         {[]string{"a.b", "-_-", a(255)}, []string{"ab", "a/b", a(256)}},
		"aws:ecr/repository:Repository": {
			[]string{"nginx-web-app", "project-a/nginx-web-app", "a.b_c/d", a(256)},
			[]string{"a", "A/b", "a//b", "a--b", "a/-b", "a/", "-a", "a._b", a(257)},
		},
		"aws:ec2/securityGroup:SecurityGroup": {
			[]string{"my sg", "a._-:/()#,@[]+=&;{}!$*", a(255)},
			[]string{"sg-1", "Sg-1", "default", "Default", "a?", "a ", a(256)},
		},
		"aws:ec2/launchTemplate:LaunchTemplate": {[]string{"a(b)", "a.b-c/d_e", a(128)}, []string{"ab", "a b", a(129)}},
		"aws:ec2/keyPair:KeyPair":               {[]string{"my key", "a?", a(255)}, []string{" a", "a ", "ä", a(256)}},
		"aws:eks/cluster:Cluster":               {[]string{"1a", "A-b_c", a(100)}, []string{"-a", "_a", "a.b", a(101)}},
		"aws:eks/nodeGroup:NodeGroup":           {[]string{"1a", "A-b_c", a(63)}, []string{"-a", a(64)}},
		"aws:eks/fargateProfile:FargateProfile": {[]string{"a-b", "eks"}, []string{"a.b", a(64), "eks-prod"}},
		balancer:                                {[]string{"a", "A-b-1", a(32)}, []string{"-a", "a-", "internal-a", "a_b", a(33)}},
		"aws:lb/targetGroup:TargetGroup":        {[]string{"internal-a", a(32)}, []string{"-a", "a-", a(33)}},
		function:                                {[]string{"my_function-1", a(64)}, []string{"a.b", a(65)}},
		"aws:sqs/queue:Queue":                   {[]string{"a_b-C", a(80)}, []string{"a.fifo", a(81)}},
		"aws:sqs/queue:Queue#fifo": {
			[]string{"a.fifo", a(75) + ".fifo"},
			[]string{"a", "a.b.fifo", ".fifo", a(76) + ".fifo"},
		},
		"aws:sns/topic:Topic":              {[]string{a(256)}, []string{a(257), "a.b"}},
		"aws:sns/topic:Topic#fifo":         {[]string{a(251) + ".fifo"}, []string{a(252) + ".fifo", "a"}},
		"aws:cloudwatch/logGroup:LogGroup": {[]string{"/aws/eks/main/cluster", "a#b", a(512)}, []string{"aws/a", "a:b", a(513)}},

		"azure-native:resources:ResourceGroup": {[]string{"rg_(a).b-c", "-", "münchen", a(90)}, []string{"a.", "a b", "a/b", a(91)}},
		"azure-native:network:VirtualNetwork":  {[]string{"a_", "Vnet.1-a", a(64)}, []string{"a", "_a", "a-", "a.", a(65)}},
		"azure-native:network:Subnet":          {[]string{"a", "a_b.c-d", a(80)}, []string{"-a", "a-", a(81)}},
		"azure-native:compute:VirtualMachine":  {[]string{"vm_1", a(64)}, []string{"_a", "a-", "a.", a(65)}},
		"azure-native:compute:Disk":            {[]string{"Disk_1-", a(80)}, []string{"a.b", a(81)}},
		account: {
			[]string{"abc", "1ab", a(24)},
			[]string{"ab", "Abc", "a-b", "mymicrosoftaccount", "loginx", "azure", a(25)},
		},
		"azure-native:storage:BlobContainer": {
			[]string{"a-b-c", "1ab", a(63)},
			[]string{"ab", "a--b", "-ab", "ab-", "Abc", a(64)},
		},
		vault: {[]string{"abc", "A-b-1", a(24)}, []string{"ab", "1ab", "ab-", "a--b", a(25)}},
		"azure-native:containerregistry:Registry": {[]string{"Acme1", a(50)}, []string{"acme", "acme-1", a(51)}},
		"azure-native:operationalinsights:Workspace": {
			[]string{"ab-c", a(63)}, []string{"abc", "-abc", "abc-", "a_bc", a(64)},
		},
		"azure-native:managedidentity:UserAssignedIdentity": {
			[]string{"a_-", "1ab", a(128)},
			[]string{"ab", "-ab", "_ab", "a.b", a(129)},
		},
		"azure-native:containerservice:ManagedCluster": {[]string{"a", "A_b-c", a(63)}, []string{"-a", "a_", "a.b", a(64)}},
		pool:    {[]string{"a", "nodepool1", a(12)}, []string{"1a", "Pool", "a-b", a(13)}},
		windows: {[]string{"npwin1"}, []string{"1a", a(7)}},
		"azure-native:compute:VirtualMachine#computerName":        {[]string{"a.b-c", a(64)}, []string{"a_b", "a.", a(65)}},
		"azure-native:compute:VirtualMachine#windowsComputerName": {[]string{"WIN-1", a(15)}, []string{"a.b", "123", "a-", a(16)}},

		"kubernetes:core/v1:Namespace": {[]string{"1a", "a--b", a(63)}, []string{"a.b", "A", "-a", "a-", a(64)}},
		"kubernetes:core/v1:Service":   {[]string{"a1", a(63)}, []string{"1a", "a.b", a(64)}},
		"kubernetes:core/v1:ConfigMap": {
			[]string{"kube-root-ca.crt", "1a", a(253)},
			[]string{"a..b", "a.-b", "a-.b", ".a", "A", "a_b", a(254)},
		},
		"kubernetes:apps/v1:Deployment": {[]string{"a.b", a(253)}, []string{"a_b", a(254)}},
		"kubernetes:apps/v1:StatefulSet": {
			[]string{"web", a(63)}, []string{"a.b", a(64)},
		},
		"kubernetes:batch/v1:Job":     {[]string{"a.b", a(63)}, []string{a(64)}},
		"kubernetes:batch/v1:CronJob": {[]string{a(52)}, []string{a(53)}},
		"kubernetes#customResource":   {[]string{"a.b"}, []string{"A"}},
		"kubernetes#labelValue":       {[]string{"", "A", "a_b.c-d", "1", a(63)}, []string{"-a", "a-", "a/b", a(64)}},
	} {
		rule, ok := all()[token]
		require.True(t, ok, token)
		for _, name := range tc.accepted {
			require.NoError(t, rule.Check(name), "%s: %q", token, name)
		}
		for _, name := range tc.rejected {
			require.Error(t, rule.Check(name), "%s: %q", token, name)
		}
	}
}
