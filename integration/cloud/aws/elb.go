package aws

import (
	"cmp"
	"fmt"
	"maps"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// balancers are the accounts that write access logs of load balancers, and the hosted zones of Classic Load Balancers
// and Application Load Balancers, by region.
//
// Source: terraform-provider-aws, internal/service/elb: service_account_data_source.go and
// hosted_zone_id_data_source.go.
func balancers() map[string][2]string {
	return map[string][2]string{
		"af-south-1":     {"098369216593", "Z268VQBMOI5EKX"},
		"ap-east-1":      {"754344448648", "Z3DQVH9N71FHZ0"},
		"ap-northeast-1": {"582318560864", "Z14GRHDCWA56QT"},
		"ap-northeast-2": {"600734575887", "ZWKZPGTI48KDX"},
		"ap-northeast-3": {"383597477331", "Z5LXEXXYW11ES"},
		"ap-south-1":     {"718504428378", "ZP97RAFLXTNZK"},
		"ap-southeast-1": {"114774131450", "Z1LMS91P8CMLE5"},
		"ap-southeast-2": {"783225319266", "Z1GM3OXH4ZPM65"},
		"ca-central-1":   {"985666609251", "ZQSVJUPU6J1EY"},
		"cn-north-1":     {"638102146993", "Z1GDH35T77C1KE"},
		"cn-northwest-1": {"037604701340", "ZM7IZAIOVVDZF"},
		"eu-central-1":   {"054676820928", "Z215JYRZR1TBD5"},
		"eu-north-1":     {"897822967062", "Z23TAZ6LKFMNIO"},
		"eu-south-1":     {"635631232127", "Z3ULH7SSC9OV64"},
		"eu-west-1":      {"156460612806", "Z32O12XQLNTSW2"},
		"eu-west-2":      {"652711504416", "ZHURV8PSTC4K8"},
		"eu-west-3":      {"009996457667", "Z3Q77PNBQS71R4"},
		"me-south-1":     {"076674570225", "ZS929ML54UICD"},
		"sa-east-1":      {"507241528517", "Z2P70J7HTTTPLU"},
		"us-east-1":      {"127311923021", "Z35SXDOTRQ7X7K"},
		"us-east-2":      {"033677994240", "Z3AADJGX6KTTL2"},
		"us-gov-east-1":  {"190560391635", "Z166TLBEWOO7G0"},
		"us-gov-west-1":  {"048591011584", "Z33AYJ8TM3BH4J"},
		"us-west-1":      {"027434742980", "Z368ELLRRE2KJ0"},
		"us-west-2":      {"797873946194", "Z1H1FL5HABSF5"},
	}
}

func balancersOf(c *cloud.Call, args map[string]any) ([2]string, map[string]any, error) {
	region := cmp.Or(cloud.Text(args, "region"), c.Scope.Values["region"])
	found, ok := balancers()[region]
	if !ok {
		return found, nil, fmt.Errorf("unsupported AWS Region: %s", region)
	}
	return found, maps.Clone(args), nil
}

func getServiceAccount(c *cloud.Call, args map[string]any) (map[string]any, error) {
	found, out, err := balancersOf(c, args)
	if err != nil {
		return nil, err
	}
	out["id"], out["arn"] = found[0], "arn:"+c.Scope.Values["partition"]+":iam::"+found[0]+":root"
	return out, nil
}

func getHostedZoneID(c *cloud.Call, args map[string]any) (map[string]any, error) {
	found, out, err := balancersOf(c, args)
	if err != nil {
		return nil, err
	}
	out["id"] = found[1]
	return out, nil
}
