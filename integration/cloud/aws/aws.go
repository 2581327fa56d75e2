package aws

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// Version is the version of the provider that is simulated: the one that programs are compiled with.
const Version = "6.83.0"

// Account is the account of credentials that assume no role.
const Account = "123456789012"

// New returns the simulated AWS. credentials says whether there are any, as the provider itself would find.
func New(credentials func() bool) *cloud.Cloud {
	return &cloud.Cloud{
		Name:      "aws",
		Types:     slices.Concat(networkTypes(), serviceTypes()),
		Functions: functions(),
		Tags:      "tags",
		AllTags:   "tagsAll",
		Configure: func(p resource.PropertyMap) (cloud.Scope, map[string]string) {
			return configure(p, credentials())
		},
	}
}

// settings are the parts of the provider's configuration that matter to a simulation.
type settings struct {
	Region              string   `json:"region"`
	AccessKey           string   `json:"accessKey"`
	Profile             string   `json:"profile"`
	MaxRetries          number   `json:"maxRetries"`
	AllowedAccountIDs   []string `json:"allowedAccountIds"`
	ForbiddenAccountIDs []string `json:"forbiddenAccountIds"`
	AssumeRoles         []struct {
		RoleARN string `json:"roleArn"`
	} `json:"assumeRoles"`
	DefaultTags struct {
		Tags map[string]string `json:"tags"`
	} `json:"defaultTags"`
}

func configure(p resource.PropertyMap, credentials bool) (cloud.Scope, map[string]string) {
	problems := map[string]string{}
	s, err := read(p)
	if err != nil {
		problems["region"] = err.Error()
		return cloud.Scope{}, problems
	}
	account := Account
	for _, role := range s.AssumeRoles {
		// arn:partition:iam::account:role/name
		if parts := strings.Split(role.RoleARN, ":"); len(parts) == 6 {
			account = parts[4]
		} else {
			problems["assumeRoles"] = fmt.Sprintf("%q is an invalid ARN: expected arn:aws:iam::ACCOUNT:role/NAME", role.RoleARN)
		}
	}
	switch {
	case s.Region == "":
		problems["region"] = "Missing region configuration"
	case regions()[s.Region] == "":
		problems["region"] = "invalid AWS Region: " + s.Region
	case !credentials && s.AccessKey == "" && s.Profile == "":
		problems["accessKey"] = "No valid credential sources found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to any value"
	case len(s.AllowedAccountIDs) > 0 && !slices.Contains(s.AllowedAccountIDs, account),
		slices.Contains(s.ForbiddenAccountIDs, account):
		problems["allowedAccountIds"] = "AWS account ID not allowed: " + account
	}
	return cloud.Scope{
		Place:  account + "/" + s.Region,
		Values: map[string]string{"account": account, "region": s.Region},
		Tags:   s.DefaultTags.Tags,
		// The provider's own default.
		Retries: cmp.Or(s.MaxRetries.Value, 25),
	}, problems
}

// number is a number, or a text of one.
type number struct{ Value int }

// UnmarshalJSON implements json.Unmarshaler.
func (n *number) UnmarshalJSON(text []byte) (err error) {
	n.Value, err = strconv.Atoi(strings.Trim(string(text), `"`))
	return err
}

// read decodes the configuration. The engine passes lists and objects of a provider's configuration on as JSON texts.
func read(p resource.PropertyMap) (settings, error) {
	var s settings
	values := p.Mappable()
	for name, v := range values {
		if text, ok := v.(string); ok && (strings.HasPrefix(text, "[") || strings.HasPrefix(text, "{")) {
			values[name] = json.RawMessage(text)
		}
		if _, unknown := v.(resource.Computed); unknown {
			delete(values, name)
		}
	}
	text, err := json.Marshal(values)
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	return s, err
}

// regions maps regions to the prefix of their zones' ids.
func regions() map[string]string {
	return map[string]string{
		"eu-central-1": "euc1", "eu-north-1": "eun1", "eu-west-1": "euw1", "eu-west-2": "euw2", "eu-west-3": "euw3",
		"us-east-1": "use1", "us-east-2": "use2", "us-west-2": "usw2",
	}
}

// zones returns the names of a region's zones, in order.
func zones(region string) []string {
	letters := "abc"
	if region == "us-east-1" {
		letters = "abcdef"
	}
	var out []string
	for _, l := range letters {
		out = append(out, region+string(l))
	}
	return out
}

// zoneID returns the id of a zone. In a real account, letters and numbers go together as it pleases AWS.
func zoneID(region, zone string) string {
	return fmt.Sprintf("%s-az%d", regions()[region], zone[len(zone)-1]-'a'+1)
}

// arn returns an ARN of EC2.
func arn(c *cloud.Call, kind string) string {
	return fmt.Sprintf("arn:aws:ec2:%s:%s:%s/%s", c.Scope.Values["region"], c.Scope.Values["account"], kind, c.Object.ID)
}
