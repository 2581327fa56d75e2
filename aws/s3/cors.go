package s3

import (
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

// CORSRule lets scripts of other sites use the bucket in browsers. Source: "Elements of a CORS configuration".
type CORSRule struct {
	// Origins are the sites, such as https://shop.example.com; one * in each stands for any characters. Required.
	Origins []string `pulumi:"origins" jsonschema:"required,minItems=1"`
	// Methods are what their scripts may do: GET, HEAD, PUT, POST or DELETE. Default: GET.
	Methods []string `pulumi:"methods"`
	// Headers are the headers that their requests may have; one * in each stands for any characters. Default: none.
	Headers []string `pulumi:"headers"`
	// ExposedHeaders are the headers of answers that scripts may read. Default: none.
	ExposedHeaders []string `pulumi:"exposedHeaders"`
	// MaxAgeSeconds is how long browsers keep the answer of whether they may.
	MaxAgeSeconds *int `pulumi:"maxAgeSeconds" jsonschema:"default=3600,minimum=0"`
}

var _ config.Validator = (*CORSRule)(nil)

// Validate implements config.Validator.
func (r *CORSRule) Validate(report *config.Report) {
	known := []string{"GET", "HEAD", "PUT", "POST", "DELETE"}
	for i, m := range r.Methods {
		if !slices.Contains(known, m) {
			report.Add([]string{"methods", strconv.Itoa(i)}, "unknown method %q, %s", m, config.Suggest(m, known))
		}
	}
	for key, values := range map[string][]string{"origins": r.Origins, "headers": r.Headers} {
		for i, v := range values {
			if strings.Count(v, "*") > 1 {
				report.Add([]string{key, strconv.Itoa(i)}, "found %q, which has more than one *", v)
			}
		}
	}
}

// share lets scripts of other sites in.
func (s *setup) share() (pulumi.Resource, error) {
	if len(s.args.CORS) == 0 {
		return nil, nil
	}
	var rules s3.BucketCorsConfigurationV2CorsRuleArray
	for _, name := range s.args.CORS.Names() {
		r := s.args.CORS[name]
		methods := r.Methods
		if len(methods) == 0 {
			methods = []string{"GET"}
		}
		rules = append(rules, &s3.BucketCorsConfigurationV2CorsRuleArgs{
			Id: pulumi.String(name), AllowedOrigins: pulumi.ToStringArray(r.Origins), AllowedMethods: pulumi.ToStringArray(methods),
			AllowedHeaders: texts(r.Headers), ExposeHeaders: texts(r.ExposedHeaders), MaxAgeSeconds: pulumi.Int(*r.MaxAgeSeconds),
		})
	}
	return s3.NewBucketCorsConfigurationV2(s.ctx, s.name, &s3.BucketCorsConfigurationV2Args{Bucket: s.bucket.ID(), CorsRules: rules}, s.options())
}

// texts returns nil for no values, which leaves the property out.
func texts(values []string) pulumi.StringArrayInput {
	if len(values) == 0 {
		return nil
	}
	return pulumi.ToStringArray(values)
}
