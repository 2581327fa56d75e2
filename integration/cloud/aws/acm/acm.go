package acm

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/acm"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

const (
	issued  = "ISSUED"
	pending = "PENDING_VALIDATION"
)

// Source: API reference of RequestCertificate, DomainName.
var domain = regexp.MustCompile(`^(\*\.)?(([A-Za-z0-9-]{0,62}[A-Za-z0-9])\.)+([A-Za-z0-9-]{1,62}[A-Za-z0-9])$`)

func certificate() *cloud.Type {
	return &cloud.Type{
		Token: kernel.CertificateToken, Args: acm.CertificateArgs{}, Resource: &acm.Certificate{},
		Replaces: []string{"certificateAuthorityArn", "domainName", "keyAlgorithm", "subjectAlternativeNames",
			"validationMethod", "validationOptions"},
		Sets: []string{"subjectAlternativeNames", "validationOptions"},
		Check: func(c *cloud.Checker) {
			c.ExactlyOne("domainName", "privateKey")
			for _, property := range []string{"certificateAuthorityArn", "domainName", "validationMethod"} {
				c.Conflict("certificateBody", property)
			}
			if c.Has("privateKey") != c.Has("certificateBody") {
				c.Add("certificateBody", "all of `certificateBody,privateKey` must be specified")
			}
			c.OneOf("validationMethod", "DNS", "EMAIL", "HTTP")
			c.OneOf("keyAlgorithm", "RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1",
				"EC_secp521r1")
			name, _ := c.Text("domainName")
			for _, text := range append(cloud.Texts(c.Value("subjectAlternativeNames")), name) {
				if strings.HasSuffix(text, ".") {
					c.Add("domainName", "cannot end with a period: %s", text)
				}
			}
		},
		Create: func(c *cloud.Call) error {
			id, err := kernel.NewUUID(c)
			if err != nil {
				return err
			}
			c.Object.ID = kernel.ARN(c, "acm", "certificate/"+id)
			cloud.Fill(c.Object.Outputs, map[string]any{"arn": c.Object.ID, "keyAlgorithm": "RSA_2048", "notAfter": "",
				"notBefore": "", "pendingRenewal": false, "renewalEligibility": "INELIGIBLE", "renewalSummaries": []any{},
				"status": issued, "validationEmails": []any{}, "type": "IMPORTED", "domainName": "",
				"options":                 map[string]any{"certificateTransparencyLoggingPreference": "ENABLED"},
				"domainValidationOptions": []any{}, "subjectAlternativeNames": []any{}, "validationMethod": "NONE"})
			if c.Text("domainName") == "" {
				return nil
			}
			return request(c)
		},
		Refresh: func(c *cloud.Call) error {
			_, err := validate(c, c.Object)
			return err
		},
		Delete: unused,
	}
}

// unused refuses to delete a certificate that a listener or a distribution has.
func unused(c *cloud.Call) error {
	all, err := c.List("")
	for _, o := range all {
		if o.Text("certificateArn") == c.Object.ID && o.Type != validationToken ||
			o.Block("viewerCertificate")["acmCertificateArn"] == c.Object.ID {
			return kernel.Refuse("ResourceInUseException", "Certificate %s in account %s is in use.", c.Object.ID,
				c.Scope.Values["account"])
		}
	}
	return err
}

// request sets what a requested certificate has: the records that validate its names, of which a wildcard shares that of
// its parent.
func request(c *cloud.Call) error {
	names := []string{c.Text("domainName")}
	for _, name := range cloud.Texts(c.Object.Inputs["subjectAlternativeNames"]) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names[0]) > 64 {
		return kernel.Refuse("ValidationException", "The first domain name can be no longer than 64 characters")
	}
	c.Set("subjectAlternativeNames", cloud.List(names...))
	c.Set("type", "AMAZON_ISSUED")
	if c.Text("certificateAuthorityArn") != "" {
		c.Set("type", "PRIVATE")
		return nil
	}
	if _, asked := c.Object.Inputs["validationMethod"]; !asked {
		c.Set("validationMethod", "EMAIL")
	}
	c.Set("status", pending)
	options, records := []any{}, map[string][2]string{}
	for _, name := range names {
		if !domain.MatchString(name) || len(name) > 253 {
			return kernel.Refuse("ValidationException", "1 validation error detected: Value '%s' at 'domainName' failed to "+
				"satisfy constraint: Member must satisfy regular expression pattern", name)
		}
		base := strings.TrimPrefix(name, "*.")
		if _, ok := records[base]; !ok {
			digits, err := c.Hex(32)
			if err != nil {
				return err
			}
			more, err := c.Hex(32)
			if err != nil {
				return err
			}
			records[base] = [2]string{"_" + digits + "." + base + ".", "_" + more + ".acm-validations.aws."}
		}
		options = append(options, map[string]any{"domainName": name, "resourceRecordName": records[base][0],
			"resourceRecordType": "CNAME", "resourceRecordValue": records[base][1]})
	}
	if c.Text("validationMethod") == "DNS" {
		c.Set("domainValidationOptions", options)
	} else {
		c.Set("validationEmails", cloud.List("admin@"+strings.TrimPrefix(names[0], "*.")))
	}
	return nil
}

// validate issues a certificate whose records exist in public zones of the account, and returns the names of those that
// are missing. A domain without a zone in the account may be in the DNS of somebody else: its records are not checked.
func validate(c *cloud.Call, of *cloud.Object) (missing []string, err error) {
	if of.Text("status") != pending || of.Text("validationMethod") != "DNS" {
		return nil, nil
	}
	account, checked := kernel.InAccount(c), 0
	zones, err := account.All(kernel.HostedZoneToken, func(o *cloud.Object) bool {
		return len(cloud.Objects(o.Outputs["vpcs"])) == 0
	})
	if err != nil {
		return nil, err
	}
	for _, option := range cloud.Objects(of.Outputs["domainValidationOptions"]) {
		name := strings.TrimSuffix(cloud.Text(option, "resourceRecordName"), ".")
		if !slices.ContainsFunc(zones, func(o *cloud.Object) bool { return strings.HasSuffix(name, "."+o.Text("name")) }) {
			continue
		}
		checked++
		records, err := account.All(kernel.DNSRecordToken, func(o *cloud.Object) bool {
			return o.Text("fqdn") == name && o.Text("type") == "CNAME" && slices.ContainsFunc(o.Texts("records"),
				func(v string) bool {
					return strings.TrimSuffix(v, ".") == strings.TrimSuffix(cloud.Text(option, "resourceRecordValue"), ".")
				})
		})
		if err != nil {
			return nil, err
		}
		if len(records) == 0 {
			missing = append(missing, name)
		}
	}
	if checked > 0 && len(missing) == 0 {
		issue(of)
		err = c.Put(of)
	}
	return missing, err
}

func issue(of *cloud.Object) {
	now := time.Now().UTC()
	of.Outputs["status"] = issued
	of.Outputs["notBefore"] = now.Format(time.RFC3339)
	of.Outputs["notAfter"] = now.AddDate(0, 13, 0).Format(time.RFC3339)
}

// validation waits for a certificate to be issued.
func validation() *cloud.Type {
	return &cloud.Type{
		Token: validationToken, Args: acm.CertificateValidationArgs{}, Resource: &acm.CertificateValidation{},
		Replaces: []string{"certificateArn", "validationRecordFqdns"}, Sets: []string{"validationRecordFqdns"},
		Check: func(c *cloud.Checker) { kernel.CheckARNs(c, "certificateArn") },
		Create: func(c *cloud.Call) error {
			of, err := find(c, c.Text("certificateArn"))
			if err != nil {
				return err
			}
			if of.Text("type") != "AMAZON_ISSUED" {
				return kernel.Errorf("ACM Certificate (%s) has type %s, no validation necessary", of.ID, of.Text("type"))
			}
			if err := checkNames(c, of); err != nil {
				return err
			}
			missing, err := validate(c, of)
			if err != nil {
				return err
			}
			if len(missing) > 0 {
				return kernel.Errorf("waiting for ACM Certificate (%s) to be issued: timeout while waiting for state to become "+
					"'ISSUED' (last state: 'PENDING_VALIDATION', timeout: 1h15m0s): missing DNS records: %s", of.ID,
					strings.Join(missing, ", "))
			}
			if of.Text("status") == pending {
				issue(of)
			}
			c.Object.ID = of.Text("notBefore")
			c.SetDefault("validationRecordFqdns", []any{})
			return c.Put(of)
		},
	}
}

// checkNames rejects names of records that are not those of the certificate.
func checkNames(c *cloud.Call, of *cloud.Object) error {
	given := c.Texts("validationRecordFqdns")
	if len(given) == 0 {
		return nil
	}
	if of.Text("validationMethod") != "DNS" {
		return kernel.Errorf("validation_record_fqdns is not valid for %s validation", of.Text("validationMethod"))
	}
	for _, option := range cloud.Objects(of.Outputs["domainValidationOptions"]) {
		name := strings.TrimSuffix(cloud.Text(option, "resourceRecordName"), ".")
		if !slices.ContainsFunc(given, func(v string) bool { return strings.TrimSuffix(v, ".") == name }) {
			return kernel.Errorf("missing %s DNS validation record: %s", cloud.Text(option, "domainName"), name)
		}
	}
	return nil
}

func find(c *cloud.Call, arn string) (*cloud.Object, error) {
	return c.Find(kernel.CertificateToken, arn, "ResourceNotFoundException", "Could not find certificate %s.")
}

// getCertificate looks up a certificate by its domain.
func getCertificate(c *cloud.Call, args map[string]any) (map[string]any, error) {
	statuses := cloud.Texts(args["statuses"])
	if len(statuses) == 0 {
		statuses = []string{issued}
	}
	found, err := c.All(kernel.CertificateToken, func(o *cloud.Object) bool {
		return o.Text("domainName") == cloud.Text(args, "domain") && slices.Contains(statuses, o.Text("status"))
	})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 || len(found) > 1 && args["mostRecent"] != true {
		return nil, kernel.Errorf("reading ACM Certificates: %d certificates match, expected one", len(found))
	}
	o := found[len(found)-1]
	return map[string]any{"id": o.ID, "arn": o.ID, "domain": o.Text("domainName"), "status": o.Text("status"),
		"certificate": "", "certificateChain": "", "tags": kernel.Tags(o)}, nil
}
