package rds_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

const (
	clusterInstanceToken = "aws:rds/clusterInstance:ClusterInstance"
	clusterToken         = "aws:rds/cluster:Cluster"
	instanceToken        = "aws:rds/instance:Instance"
	parameterGroupToken  = "aws:rds/parameterGroup:ParameterGroup"
	subnetGroupToken     = "aws:rds/subnetGroup:SubnetGroup"
)

func common() []awstest.Step {
	return append(awstest.PublicNetwork(),
		awstest.Step{Name: "subnets", Type: subnetGroupToken, Inputs: in{"name": "db", "subnetIds": []any{"$a", "$b"}}},
		awstest.Step{Name: "parameters", Type: parameterGroupToken, Inputs: in{"name": "tuned", "family": "postgres17",
			"parameters": []any{in{"name": "log_statement", "value": "all"}}}},
		awstest.Step{Name: "far", Type: kernel.VPCToken, Inputs: in{"cidrBlock": "10.1.0.0/16"}},
		awstest.Step{Name: "foreign", Type: kernel.SecurityGroupToken, Inputs: in{"vpcId": "$far"}})
}

func database(more in) awstest.Step {
	return awstest.Step{Name: "db", Type: instanceToken, Inputs: awstest.Merge(in{"identifier": "main", "engine": "postgres",
		"instanceClass": "db.t4g.micro", "allocatedStorage": 20.0, "username": "app", "password": "correct-battery",
		"dbSubnetGroupName": "$subnets", "skipFinalSnapshot": true}, more)}
}

func aurora(more in) awstest.Step {
	return awstest.Step{Name: "cluster", Type: clusterToken, Inputs: awstest.Merge(in{"clusterIdentifier": "aurora",
		"engine": "aurora-postgresql", "masterUsername": "app", "masterPassword": "long-enough", "dbSubnetGroupName": "$subnets",
		"skipFinalSnapshot": true}, more)}
}

func TestRejectedDatabases(t *testing.T) {
	t.Parallel()
	one := func(more in) []awstest.Step { return []awstest.Step{database(more)} }
	then := func(before []awstest.Step, after ...awstest.Step) []awstest.Step { return append(before, after...) }
	group := func(more in) []awstest.Step {
		return awstest.One("it", subnetGroupToken, awstest.Merge(in{"subnetIds": []any{"$a", "$b"}}, more))
	}
	node := func(more in) awstest.Step {
		return awstest.Step{Name: "node", Type: clusterInstanceToken, Inputs: awstest.Merge(in{"clusterIdentifier": "$cluster",
			"engine": "aurora-postgresql", "instanceClass": "db.r6g.large"}, more)}
	}
	awstest.RunRefusals(t, common(), map[string]awstest.Refusal{
		"a database":                {Steps: one(nil)},
		"upper case":                {Steps: one(in{"identifier": "Main"}), Want: "only lowercase alphanumeric characters and hyphens"},
		"a duplicate":               {Steps: append(one(nil), one(nil)...), Want: "api error DBInstanceAlreadyExists: DB instance already exists: main"},
		"an engine":                 {Steps: one(in{"engine": "postgresql"}), Want: "api error InvalidParameterValue: Invalid DB engine"},
		"a class":                   {Steps: one(in{"instanceClass": "t4g.micro"}), Want: "api error InvalidParameterValue: Invalid DB Instance class: t4g.micro"},
		"a newer class":             {Steps: one(in{"instanceClass": "db.r99g.48xlarge"})},
		"Aurora without a cluster":  {Steps: one(in{"engine": "aurora-mysql"}), Want: "belong to a cluster"},
		"a short password":          {Steps: one(in{"password": "short"}), Want: "it is shorter than 8 characters."},
		"a password with a slash":   {Steps: one(in{"password": "with/slash"}), Want: "Only printable ASCII characters besides"},
		"a long password":           {Steps: one(in{"engine": "mysql", "password": "a23456789012345678901234567890123456789012"}), Want: "it is longer than 41 characters."},
		"no password":               {Steps: one(in{"password": nil}), Want: "one of password, manageMasterUserPassword must be specified"},
		"a managed password":        {Steps: one(in{"password": nil, "manageMasterUserPassword": true})},
		"a reserved user":           {Steps: one(in{"username": "admin"}), Want: "MasterUsername admin cannot be used as it is a reserved word used by the engine"},
		"too little storage":        {Steps: one(in{"allocatedStorage": 10.0}), Want: "Invalid storage size for engine name postgres and storage type gp2: 10"},
		"storage that shrinks":      {Steps: then(one(in{"allocatedStorage": 40.0}), func() awstest.Step { s := database(nil); s.Name = "~db"; return s }()), Want: "storage cannot shrink"},
		"no IOPS":                   {Steps: one(in{"storageType": "io1", "allocatedStorage": 100.0}), Want: "You must specify a value for IOPS"},
		"a missing subnet group":    {Steps: one(in{"dbSubnetGroupName": "none"}), Want: "api error DBSubnetGroupNotFoundFault: DBSubnetGroup 'none' not found."},
		"a foreign security group":  {Steps: one(in{"vpcSecurityGroupIds": []any{"$foreign"}}), Want: "The DB instance and EC2 security group are in different VPCs. The DB instance is in $net and the EC2 security group is in $far"},
		"a parameter group":         {Steps: one(in{"parameterGroupName": "$parameters"})},
		"a missing parameter group": {Steps: one(in{"parameterGroupName": "none"}), Want: "api error DBParameterGroupNotFound: DBParameterGroup not found: none"},
		"a parameter group in use":  {Steps: then(one(in{"parameterGroupName": "$parameters"}), awstest.Step{Name: "-parameters"}), Want: "api error InvalidDBParameterGroupState"},
		"a missing key":             {Steps: one(in{"storageEncrypted": true, "kmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/0"}), Want: "api error KMSKeyNotAccessibleFault"},
		"a protected database":      {Steps: then(one(in{"deletionProtection": true}), awstest.Step{Name: "-db"}), Want: "api error InvalidParameterCombination: Cannot delete protected DB Instance, please disable deletion protection and try again."},
		"no final snapshot":         {Steps: then(one(in{"skipFinalSnapshot": false}), awstest.Step{Name: "-db"}), Want: "final_snapshot_identifier is required when skip_final_snapshot is false"},
		"a subnet group in use":     {Steps: then(one(nil), awstest.Step{Name: "-subnets"}), Want: "api error InvalidDBSubnetGroupStateFault: Cannot delete the subnet group 'db' because at least one database instance: main is still using it."},
		"a subnet of a database":    {Steps: then(one(nil), awstest.Step{Name: "-a"}), Want: "api error DependencyViolation"},
		"one zone":                  {Steps: group(in{"subnetIds": []any{"$a"}}), Want: "api error DBSubnetGroupDoesNotCoverEnoughAZs: The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: eu-west-1a."},
		"no such subnet":            {Steps: group(in{"subnetIds": []any{"subnet-0"}}), Want: "api error InvalidSubnet: Some input subnets in :[subnet-0] are invalid."},
		"the default group":         {Steps: group(in{"name": "default"}), Want: "is not allowed as"},
		"a family":                  {Steps: awstest.One("it", parameterGroupToken, in{"family": "postgres"}), Want: "ParameterGroupFamily postgres is not a valid parameter group family"},
		"a cluster":                 {Steps: []awstest.Step{aurora(nil), node(nil)}},
		"an engine of a cluster":    {Steps: []awstest.Step{aurora(in{"engine": "aurora"})}, Want: "expected engine to be one of"},
		"a node of another engine":  {Steps: []awstest.Step{aurora(nil), node(in{"engine": "aurora-mysql"})}, Want: "doesn't match the engine name of your DB cluster (aurora-postgresql)."},
		"a node of no cluster":      {Steps: []awstest.Step{node(in{"clusterIdentifier": "none"})}, Want: "api error DBClusterNotFoundFault: DBCluster none not found."},
		"a serverless node":         {Steps: []awstest.Step{aurora(nil), node(in{"instanceClass": "db.serverless"})}, Want: "Set the Serverless v2 scaling configuration on the parent DB cluster"},
		"a cluster with nodes":      {Steps: []awstest.Step{aurora(nil), node(nil), {Name: "-cluster"}}, Want: "api error InvalidDBClusterStateFault: Cluster cannot be deleted"},
	})
}

func TestDatabase(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(common()...).All(database(nil), aurora(nil),
		awstest.Step{Name: "writer", Type: clusterInstanceToken, Inputs: in{"clusterIdentifier": "$cluster",
			"engine": "aurora-postgresql", "instanceClass": "db.r6g.large"}})
	require.Equal(t, "main.csimulated00.eu-west-1.rds.amazonaws.com:5432", h.Output("db", "endpoint"))
	require.Equal(t, "arn:aws:rds:eu-west-1:123456789012:db:main", h.Output("db", "arn"))
	require.Equal(t, "default.postgres17", h.Output("db", "parameterGroupName"))
	require.Equal(t, true, h.Output("writer", "writer"))
	h.Refreshed("cluster")
	require.Equal(t, []any{h.IDs["writer"]}, h.Output("cluster", "clusterMembers"))
	require.NotContains(t, h.Refreshed("db"), "backupWindow", "what the API fills in is no drift")
	update := database(in{"allocatedStorage": 40.0})
	update.Name = "~db"
	h.All(update, awstest.Step{Name: "-db"}, awstest.Step{Name: "-writer"}, awstest.Step{Name: "-cluster"},
		awstest.Step{Name: "-subnets"}, awstest.Step{Name: "-a"})
}
