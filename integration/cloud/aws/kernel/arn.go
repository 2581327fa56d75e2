package kernel

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// Account is the id of the account of credentials that assume no role.
const Account = "123456789012"

// Caller is the ARN of the caller.
func Caller(c *cloud.Call) string { return GlobalARN(c, "iam", "user/simulated") }

// EC2ARN returns the ARN of the call's object in the EC2 API.
func EC2ARN(c *cloud.Call, kind string) string { return ARN(c, "ec2", kind+"/"+c.Object.ID) }

// ARN returns the ARN of a regional resource.
func ARN(c *cloud.Call, service, resource string) string {
	v := c.Scope.Values
	return fmt.Sprintf("arn:%s:%s:%s:%s:%s", v["partition"], service, v["region"], v["account"], resource)
}

// GlobalARN returns the ARN of a resource without a region.
func GlobalARN(c *cloud.Call, service, resource string) string {
	return fmt.Sprintf("arn:%s:%s::%s:%s", c.Scope.Values["partition"], service, c.Scope.Values["account"], resource)
}

// InAccount returns a call for resources of the account, which have no region.
func InAccount(c *cloud.Call) *cloud.Call {
	return c.On(&cloud.Object{Place: c.Scope.Values["account"]})
}

// CallerIn returns the ARN of the caller in a region, for credentials that assume no role.
func CallerIn(region string) string {
	return "arn:" + cmp.Or(Regions()[region].Partition, "aws") + ":iam::" + Account + ":user/simulated"
}

// SplitPlace returns the account and the region of a place.
func SplitPlace(place string) [2]string {
	account, region, _ := strings.Cut(place, "/")
	return [2]string{account, region}
}
