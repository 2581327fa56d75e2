package lambda

import (
	"regexp"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/iam"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// permission allows a principal to use a function.
func permission() *cloud.Type {
	names := kernel.Names{Pattern: regexp.MustCompile(`^[a-zA-Z0-9_-]+$`), Longest: 100,
		Says: "alphanumeric characters, hyphens and underscores"}
	action := regexp.MustCompile(`^(lambda:([a-zA-Z]+|\*)|\*)$`)
	principal := regexp.MustCompile(`^(\*|\d{12}|arn:aws[a-z-]*:iam::\d{12}:.+|[a-z0-9.-]+\.amazonaws\.com(\.cn)?|[a-z0-9.-]+\.alexa\.amazon\.com)$`)
	t := &cloud.Type{
		Name: "statementId",
		Replaces: []string{"action", "eventSourceToken", "function", "functionUrlAuthType", "principal", "principalOrgId",
			"qualifier", "sourceAccount", "sourceArn", "statementId", "statementIdPrefix"},
		ImportID: func(o *cloud.Object) string { return o.Text("function") + "/" + o.ID },
		Check: func(c *cloud.Checker) {
			names.Check(c, "statementId")
			if text, ok := c.Text("action"); ok && !action.MatchString(text) {
				c.Add("action", "invalid value for action (lambda:ACTION), got %s", text)
			}
			kernel.CheckARNs(c, "sourceArn")
			c.OneOf("functionUrlAuthType", "AWS_IAM", "NONE")
			if text, ok := c.Text("sourceAccount"); ok && !regexp.MustCompile(`^\d{12}$`).MatchString(text) {
				c.Add("sourceAccount", "%q doesn't look like AWS Account ID (exactly 12 digits): %q", "sourceAccount", text)
			}
		},
	}
	return part(kernel.FunctionPermissionToken, lambda.PermissionArgs{}, &lambda.Permission{}, "function", t,
		func(c *cloud.Call, of *cloud.Object) error {
			id := c.Text("statementId")
			others, err := c.All(kernel.FunctionPermissionToken, func(o *cloud.Object) bool {
				return o.Managed == of.Key() && o.Text("statementId") == id
			})
			if err != nil {
				return err
			}
			if len(others) > 0 {
				return kernel.Refuse("ResourceConflictException", "The statement id (%s) provided already exists. Please provide "+
					"a new statement id, or remove the existing statement.", id)
			}
			if text := c.Text("principal"); !principal.MatchString(text) {
				return invalid("The provided principal was invalid. Please check the principal and try again. (%s)", text)
			}
			return kernel.SetPartID(c, of, id)
		})
}

// functionURL is the URL of a function or an alias.
func functionURL() *cloud.Type {
	t := &cloud.Type{
		Replaces: []string{"functionName", "qualifier"},
		Sets:     []string{"allowHeaders", "allowMethods", "allowOrigins", "exposeHeaders"},
		Defaults: map[string]any{"invokeMode": "BUFFERED"},
		Check: func(c *cloud.Checker) {
			c.OneOf("authorizationType", "AWS_IAM", "NONE")
			c.OneOf("invokeMode", "BUFFERED", "RESPONSE_STREAM")
		},
	}
	return part(urlToken, lambda.FunctionUrlArgs{}, &lambda.FunctionUrl{}, "functionName", t,
		func(c *cloud.Call, of *cloud.Object) error {
			c.Object.ID = of.ID
			c.Set("functionArn", of.Text("arn"))
			if qualifier := c.Text("qualifier"); qualifier != "" {
				c.Object.ID += "/" + qualifier
				c.Set("functionArn", of.Text("arn")+":"+qualifier)
			}
			if same, err := c.Here(urlToken, c.Object.ID); err != nil || same != nil {
				return kernel.Refuse("ResourceConflictException",
					"Failed to create function url config for [functionArn = %s]. Error message:  FunctionUrlConfig exists for this "+
						"Lambda function", c.Text("functionArn"))
			}
			digits, err := c.Hex(32)
			c.Set("urlId", digits)
			c.Set("functionUrl", "https://"+digits+".lambda-url."+c.Scope.Values["region"]+".on.aws/")
			return err
		})
}

// alias names a version of a function.
func alias() *cloud.Type {
	pattern := regexp.MustCompile(`^[a-zA-Z0-9_-]*[a-zA-Z_-][a-zA-Z0-9_-]*$`)
	t := &cloud.Type{
		Name: "name", Replaces: []string{"functionName", "name"},
		Same: map[string]func(a, b string) bool{"functionName": func(a, b string) bool {
			return strings.HasSuffix(a, ":function:"+b) || strings.HasSuffix(b, ":function:"+a)
		}},
		Check: func(c *cloud.Checker) {
			if text, ok := c.Text("name"); ok && (len(text) > 128 || !pattern.MatchString(text)) {
				c.Add("name", "expected name to have up to 128 alphanumeric characters, not only digits, got %s", text)
			}
		},
	}
	return part(aliasToken, lambda.AliasArgs{}, &lambda.Alias{}, "functionName", t,
		func(c *cloud.Call, of *cloud.Object) error {
			c.Object.ID = of.Text("arn") + ":" + c.Text("name")
			if same, err := c.Here(aliasToken, c.Object.ID); err != nil || same != nil {
				return kernel.Refuse("ResourceConflictException", "Alias already exists: %s", c.Object.ID)
			}
			if version := c.Text("functionVersion"); version != "$LATEST" && version != of.Text("version") {
				return kernel.Refuse("ResourceNotFoundException", "Function not found: %s:%s", of.Text("arn"), version)
			}
			c.Set("arn", c.Object.ID)
			c.Set("invokeArn", invokeARN(c, c.Object.ID))
			return nil
		})
}

// source is a kind of event sources: the actions that the role of a function needs to read them, and whether a mapping
// needs a position to start at.
type source struct {
	token   string
	actions []string
	stream  bool
	batch   float64
}

// sources are the kinds of event sources by the service in their ARNs. Kafka, MQ and DocumentDB are not covered.
//
// Source: API reference of CreateEventSourceMapping, and the pages on event sources in the guide of Lambda for the
// permissions.
func sources() map[string]source {
	return map[string]source{
		"sqs": {"aws:sqs/queue:Queue", []string{"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}, false,
			10},
		"kinesis": {kernel.StreamToken, []string{"kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:DescribeStream"},
			true, 100},
		"dynamodb": {kernel.TableToken, []string{"dynamodb:GetRecords", "dynamodb:GetShardIterator",
			"dynamodb:DescribeStream", "dynamodb:ListStreams"}, true, 100},
	}
}

func eventSource() *cloud.Type {
	t := &cloud.Type{
		Replaces: []string{"eventSourceArn", "startingPosition", "startingPositionTimestamp"},
		Sets:     []string{"filters", "functionResponseTypes"},
		Defaults: map[string]any{"enabled": true},
		Check: func(c *cloud.Checker) {
			kernel.CheckARNs(c, "eventSourceArn", "kmsKeyArn")
			c.OneOf("startingPosition", "AT_TIMESTAMP", "LATEST", "TRIM_HORIZON")
			c.Between("parallelizationFactor", 1, 10)
			c.Between("maximumBatchingWindowInSeconds", 0, 300)
			c.Between("batchSize", 1, 10000)
			if !c.Has("eventSourceArn") {
				c.Add("eventSourceArn", "the simulated AWS covers event sources with an eventSourceArn only")
			}
		},
		Update: setEventSource,
	}
	return part(eventSourceToken, lambda.EventSourceMappingArgs{}, &lambda.EventSourceMapping{}, "functionName", t,
		func(c *cloud.Call, of *cloud.Object) error {
			id, err := kernel.NewUUID(c)
			if err != nil {
				return err
			}
			c.Object.ID = id
			cloud.Fill(c.Object.Outputs, map[string]any{"uuid": id, "lastModified": "", "lastProcessingResult": "",
				"stateTransitionReason": "USER_INITIATED",
				"arn":                   kernel.ARN(c, "lambda", "event-source-mapping:"+id)})
			same, err := c.All(eventSourceToken, func(o *cloud.Object) bool {
				return o.Text("eventSourceArn") == c.Text("eventSourceArn") && o.Text("functionArn") == of.Text("arn")
			})
			if err != nil {
				return err
			}
			if len(same) > 0 {
				return kernel.Refuse("ResourceConflictException", "The event source arn (\" %s \") and function (\" %s \") "+
					"provided mapping already exists. Please update or delete the existing mapping with UUID %s",
					c.Text("eventSourceArn"), of.ID, same[0].ID)
			}
			return setEventSource(c)
		})
}

func setEventSource(c *cloud.Call) error {
	of, err := find(c, c.Text("functionName"))
	if err != nil {
		return err
	}
	c.Set("functionArn", of.Text("arn"))
	c.Set("state", map[bool]string{true: "Enabled", false: "Disabled"}[c.Object.Bool("enabled")])
	arn := c.Text("eventSourceArn")
	service := strings.Split(arn, ":")[2]
	kind, ok := sources()[service]
	if !ok {
		return kernel.Errorf("the simulated AWS does not cover event sources of %s", service)
	}
	if err := exists(c, kind, arn); err != nil {
		return err
	}
	if kind.stream != (c.Text("startingPosition") != "") {
		return invalid("1 validation error detected: StartingPosition is required for streams, and not allowed for queues")
	}
	for _, action := range kind.actions {
		allowed, err := iam.RoleARNAllows(c, of.Text("role"), action)
		if err != nil {
			return err
		}
		if !allowed {
			_, verb, _ := strings.Cut(action, ":")
			return invalid("The provided execution role does not have permissions to call %s on %s", verb,
				strings.ToUpper(service))
		}
	}
	c.SetDefault("batchSize", kind.batch)
	if kind.stream {
		cloud.Fill(c.Object.Outputs, map[string]any{"maximumRecordAgeInSeconds": -1.0, "maximumRetryAttempts": -1.0,
			"parallelizationFactor": 1.0})
	}
	return nil
}

// exists rejects an event source that does not exist, and a queue that hides messages for a shorter time than the
// function runs.
func exists(c *cloud.Call, kind source, arn string) error {
	found, err := c.All(kind.token, func(o *cloud.Object) bool { return o.Text("arn") == arn || o.Text("streamArn") == arn })
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return invalid("Error occurred while ReceiveMessage. The event source %s does not exist", arn)
	}
	of, err := find(c, c.Text("functionName"))
	if err == nil && !kind.stream && found[0].Number("visibilityTimeoutSeconds") < of.Number("timeout") {
		err = invalid("Queue visibility timeout: %v seconds is less than Function timeout: %v seconds",
			found[0].Number("visibilityTimeoutSeconds"), of.Number("timeout"))
	}
	return err
}
