package compliance

import "github.com/ashlar-iac/ashlar/core/config"

// SectionName is the name of the section that configures compliance.
const SectionName = "compliance"

// Configuration is the section ashlar:compliance.
type Configuration struct {
	// Frameworks lists the compliance frameworks that the deployment is held against, such as cis-kubernetes or soc2. Every
	// resource that can carry it is marked with them, and the stack output "compliance" says which of their controls are
	// met. Default: none.
	Frameworks []string `pulumi:"frameworks"`
	// DataClassification is how sensitive the data is that the deployment handles, in the organization's own words, such as
	// internal. Every resource that can carry it is marked with it. Default: none.
	DataClassification string `pulumi:"dataClassification" jsonschema:"pattern=^[a-z]([-a-z0-9]{0\\,61}[a-z0-9])?$"`
	// Report is a folder into which the evidence is written as compliance.json and compliance.md, in previews and updates. It
	// is made where it is missing. A relative path starts at the file that it is written in. Default: no files are written.
	Report string `pulumi:"report" config:"path"`
}

// Section describes the section ashlar:compliance.
func Section() config.Section { return config.NewSection[Configuration](SectionName, nil) }
