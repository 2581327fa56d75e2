package compliance_test

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// A weakened setting is reported as not met.
func ExampleCollect() {
	_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
		evidence, err := compliance.Collect(ctx)
		if err != nil {
			return err
		}
		unencrypted := false
		if _, err := newDatabase(ctx, "orders", &databaseArgs{Encrypted: &unencrypted}); err != nil {
			return err
		}
		report := evidence.Report(compliance.NewCatalogue(), "nist-800-53", "soc2")
		fmt.Printf("%s", report.Markdown())
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// # Compliance evidence
	//
	// ## NIST Special Publication 800-53, Revision 5: not met
	//
	// | control | status | component | setting | value | instead |
	// |---|---|---|---|---|---|
	// | SC-28 data at rest is protected | not met | ashlar-test:index:Database orders | encrypted | false | true |
	//
	// ## SOC 2, Trust Services Criteria, 2017: no evidence
	//
	// No component declares evidence for controls of soc2.
}
