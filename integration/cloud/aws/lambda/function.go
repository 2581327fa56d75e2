package lambda

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/iam"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kms"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/s3"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/vpc"
)

func function() *cloud.Type {
	// Source: API reference of CreateFunction, FunctionName.
	names := kernel.Names{Pattern: regexp.MustCompile(`^[a-zA-Z0-9_-]+$`), Longest: 64,
		Says: "alphanumeric characters, hyphens and underscores"}
	return &cloud.Type{
		Token: kernel.FunctionToken, Args: lambda.FunctionArgs{}, Resource: &lambda.Function{},
		Name:     "name",
		Replaces: []string{"name", "packageType"},
		Sets:     []string{"architectures", "securityGroupIds", "subnetIds"},
		Defaults: map[string]any{"memorySize": 128.0, "packageType": "Zip", "publish": false,
			"reservedConcurrentExecutions": -1.0, "skipDestroy": false, "timeout": 3.0},
		Check: func(c *cloud.Checker) {
			names.Check(c, "name")
			checkFunction(c)
		},
		Create: func(c *cloud.Call) error {
			c.Object.ID = c.Text("name")
			err := kernel.Unique(c, "name", "ResourceConflictException", "Function already exist: %s")
			if err != nil {
				return err
			}
			arn := kernel.ARN(c, "lambda", "function:"+c.Object.ID)
			c.Set("arn", arn)
			c.Set("invokeArn", invokeARN(c, arn))
			return setFunction(c)
		},
		Update: setFunction,
		Delete: func(c *cloud.Call) error {
			if c.Object.Bool("skipDestroy") {
				return cloud.ErrKept
			}
			return nil
		},
	}
}

func invokeARN(c *cloud.Call, arn string) string {
	v := c.Scope.Values
	return "arn:" + v["partition"] + ":apigateway:" + v["region"] + ":lambda:path/2015-03-31/functions/" + arn +
		"/invocations"
}

func checkFunction(c *cloud.Checker) {
	kernel.CheckARNs(c, "role", "kmsKeyArn", "codeSigningConfigArn", "layers")
	c.Between("memorySize", 128, 10240)
	c.Between("timeout", 1, 900)
	c.Between("reservedConcurrentExecutions", -1, math.MaxInt32)
	c.OneOf("packageType", "Zip", "Image")
	for i, property := range []string{"code", "imageUri", "s3Bucket"} {
		for _, other := range []string{"code", "imageUri", "s3Bucket"}[i+1:] {
			c.Conflict(property, other)
		}
	}
	if !c.Has("code") && !c.Has("imageUri") && !c.Has("s3Bucket") {
		c.Add("code", "one of `code,imageUri,s3Bucket` must be specified")
	}
	if c.Has("s3Bucket") != c.Has("s3Key") {
		c.Add("s3Key", "all of `s3Bucket,s3Key` must be specified")
	}
	typ, known := c.Text("packageType")
	for _, property := range []string{"handler", "runtime"} {
		if known && typ == "Zip" && !c.Has(property) {
			c.Add(property, "%s must be set when packageType is Zip", property)
		}
	}
	if known && (typ == "Image") != c.Has("imageUri") {
		c.Add("imageUri", "imageUri must be set when packageType is Image, and only then")
	}
	for _, v := range cloud.Texts(c.Value("architectures")) {
		c.OneOfValue("architectures", v, "x86_64", "arm64")
	}
	for block, modes := range map[string][]string{"tracingConfig.mode": {"Active", "PassThrough"},
		"loggingConfig.logFormat": {"JSON", "Text"}, "snapStart.applyOn": {"PublishedVersions", "None"}} {
		name, property, _ := strings.Cut(block, ".")
		values, _ := c.Value(name).(map[string]any)
		c.OneOfValue(block, values[property], modes...)
	}
	storage, _ := c.Value("ephemeralStorage").(map[string]any)
	if size, ok := storage["size"].(float64); ok && (size < 512 || size > 10240) {
		c.Add("ephemeralStorage.size", "expected ephemeralStorage.size to be in the range (512 - 10240), got %v", size)
	}
}

// runtime is the form of the names of runtimes: there is no fixed list of versions.
//
// Source: "Lambda runtimes".
var runtime = regexp.MustCompile(`^(nodejs\d+\.x|python\d\.\d+|java\d+(\.al2)?|dotnet\d+|ruby\d\.\d+|provided(\.al2(023)?)?|go1\.x)$`)

// retired are runtimes that no new function can have.
//
// Source: "Lambda runtimes", block function create: those with a date before 2025. AWS moved later dates several times.
func retired() []string {
	return []string{"dotnet5.0", "dotnet7", "go1.x", "java8", "nodejs4.3", "nodejs6.10", "nodejs8.10", "nodejs10.x",
		"nodejs12.x", "nodejs14.x", "provided", "python2.7", "python3.6", "python3.7", "ruby2.5", "ruby2.7"}
}

func setFunction(c *cloud.Call) error {
	if err := checkRuntime(c); err != nil {
		return err
	}
	ok, err := iam.MayAssume(c, "lambda.amazonaws.com", c.Text("role"))
	if err == nil && !ok {
		err = invalid("The role defined for the function cannot be assumed by Lambda.")
	}
	if err != nil {
		return err
	}
	if err := checkEnvironment(c); err != nil {
		return err
	}
	if err := kms.Need(c, c.Text("kmsKeyArn"), "InvalidParameterValueException",
		"The KMS key '%s' does not exist."); err != nil {
		return err
	}
	if err := setCode(c); err != nil {
		return err
	}
	tracing, logging := c.Object.Block("tracingConfig"), c.Object.Block("loggingConfig")
	cloud.Fill(tracing, map[string]any{"mode": "PassThrough"})
	cloud.Fill(logging, map[string]any{"logFormat": "Text", "logGroup": "/aws/lambda/" + c.Object.ID,
		"applicationLogLevel": "", "systemLogLevel": ""})
	c.Set("tracingConfig", tracing)
	c.Set("loggingConfig", logging)
	cloud.Fill(c.Object.Outputs, map[string]any{"architectures": []any{"x86_64"},
		"ephemeralStorage": map[string]any{"size": 512.0}, "signingJobArn": "", "signingProfileVersionArn": ""})
	return setNetwork(c)
}

func checkRuntime(c *cloud.Call) error {
	name := c.Text("runtime")
	if name == "" || !c.Changed("runtime") {
		return nil
	}
	if !runtime.MatchString(name) {
		return invalid("Value %s at 'runtime' failed to satisfy constraint: Member must satisfy enum value set", name)
	}
	if slices.Contains(retired(), name) {
		return invalid("The runtime parameter of %s is no longer supported for creating or updating AWS Lambda functions.",
			name)
	}
	return nil
}

// reserved are environment variables that Lambda sets itself.
//
// Source: "Defined runtime environment variables", reserved ones.
func reserved() []string {
	return []string{"_HANDLER", "_X_AMZN_TRACE_ID", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION",
		"AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_NAME",
		"AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME",
		"AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API", "AWS_REGION", "AWS_SECRET_ACCESS_KEY",
		"AWS_SESSION_TOKEN", "LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT"}
}

// variable is the form of the name of an environment variable.
var variable = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]+$`)

func checkEnvironment(c *cloud.Call) error {
	variables, _ := c.Object.Block("environment")["variables"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		if slices.Contains(reserved(), name) {
			return invalid("Lambda was unable to configure your environment variables because the environment variables you "+
				"have provided contains reserved keys that are currently not supported for modification. Reserved keys used in "+
				"this request: %s", name)
		}
		if !variable.MatchString(name) {
			return invalid("Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy "+
				"constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]: %s", name)
		}
	}
	text, err := json.Marshal(variables)
	if err == nil && len(text) > 4096 {
		err = invalid("Lambda was unable to configure your environment variables because the environment variables you " +
			"have provided exceeded the 4KB limit.")
	}
	return err
}

// setCode sets the outputs that depend on the code, which is an archive, an object in a bucket, or an image.
func setCode(c *cloud.Call) error {
	if bucket := c.Text("s3Bucket"); bucket != "" {
		of, err := s3.FindBucket(c, bucket)
		if err != nil {
			return invalid("Error occurred while GetObject. S3 Error Code: NoSuchBucket. S3 Error Message: The specified " +
				"bucket does not exist")
		}
		ok, err := s3.HasObject(c, of, c.Text("s3Key"))
		if err != nil {
			return err
		}
		if !ok {
			return invalid("Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key " +
				"does not exist.")
		}
	}
	code, err := json.Marshal([]any{c.Object.Outputs["code"], c.Text("s3Bucket"), c.Text("s3Key"),
		c.Text("s3ObjectVersion"), c.Text("imageUri")})
	if err != nil {
		return err
	}
	sum := sha256.Sum256(code)
	hash := base64.StdEncoding.EncodeToString(sum[:])
	changed := c.Text("codeSha256") != hash
	c.Set("codeSha256", hash)
	c.SetDefault("sourceCodeHash", hash)
	c.Set("sourceCodeSize", float64(len(code)))
	if changed || c.Old == nil {
		c.Set("lastModified", time.Now().UTC().Format("2006-01-02T15:04:05.000+0000"))
	}
	c.Set("version", "$LATEST")
	if c.Object.Bool("publish") {
		c.Set("version", strconv.Itoa(nextVersion(c.Old, changed)))
	}
	qualified := c.Text("arn") + ":" + c.Text("version")
	c.Set("qualifiedArn", qualified)
	c.Set("qualifiedInvokeArn", invokeARN(c, qualified))
	return nil
}

// setNetwork gives a function in a VPC its network interfaces.
func setNetwork(c *cloud.Call) error {
	config := c.Object.Block("vpcConfig")
	var subnets []*cloud.Object
	for _, id := range cloud.Texts(config["subnetIds"]) {
		subnet, err := c.Find(kernel.SubnetToken, id, "InvalidParameterValueException",
			"Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. EC2 Error Message: The subnet "+
				"ID '%s' does not exist")
		if err != nil {
			return err
		}
		subnets = append(subnets, subnet)
	}
	groups := cloud.Texts(config["securityGroupIds"])
	if (len(subnets) > 0) != (len(groups) > 0) {
		return invalid("SubnetIds and SecurityIds must coexist or be both empty list.")
	}
	for _, id := range groups {
		group, err := c.Find(kernel.SecurityGroupToken, id, "InvalidParameterValueException",
			"Error occurred while DescribeSecurityGroups. EC2 Error Code: InvalidGroup.NotFound. EC2 Error Message: The "+
				"security group '%s' does not exist")
		if err != nil {
			return err
		}
		if group.Text("vpcId") != subnets[0].Text("vpcId") {
			return invalid("The subnets and the security groups must be in the same VPC: %s", id)
		}
	}
	if len(subnets) > 0 {
		allowed, err := iam.RoleARNAllows(c, c.Text("role"), "ec2:CreateNetworkInterface")
		if err == nil && !allowed {
			err = invalid("The provided execution role does not have permissions to call CreateNetworkInterface on EC2")
		}
		if err != nil {
			return err
		}
		config["vpcId"] = subnets[0].Text("vpcId")
		c.Set("vpcConfig", config)
	}
	_, err := vpc.SetInterfaces(c, c.Object, subnets, vpc.InterfaceSpec{Kind: "lambda",
		Description: "AWS Lambda VPC ENI-" + c.Object.ID, Groups: groups})
	return err
}

func getFunction(c *cloud.Call, args map[string]any) (map[string]any, error) {
	o, err := find(c, cloud.Text(args, "functionName"))
	if err != nil {
		return nil, err
	}
	return kernel.Answer(o, args, nil), nil
}

// nextVersion returns the number of the version of a function that publishes one whenever its code changes.
func nextVersion(old *cloud.Object, changed bool) int {
	if old == nil {
		return 1
	}
	version, err := strconv.Atoi(old.Text("version"))
	if err != nil || changed {
		version++
	}
	return version
}
