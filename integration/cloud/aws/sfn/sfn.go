package sfn

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sfn"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/iam"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

const machineToken = "aws:sfn/stateMachine:StateMachine"

// Service returns the types of Step Functions.
func Service() cloud.Service { return cloud.Service{Types: []*cloud.Type{machine()}} }

func machine() *cloud.Type {
	names := kernel.Names{Pattern: regexp.MustCompile(`^[0-9A-Za-z_-]+$`), Longest: 80,
		Says: "the name should only contain 0-9, A-Z, a-z, - and _"}
	return &cloud.Type{
		Token: machineToken, Args: sfn.StateMachineArgs{}, Resource: &sfn.StateMachine{},
		Name: "name", Replaces: []string{"name", "namePrefix", "type"}, Same: kernel.JSON("definition"),
		Defaults: map[string]any{"publish": false, "type": "STANDARD"},
		Check: func(c *cloud.Checker) {
			names.Check(c, "name")
			kernel.CheckARNs(c, "roleArn")
			c.OneOf("type", "STANDARD", "EXPRESS")
		},
		Create: func(c *cloud.Call) error {
			c.Object.ID = kernel.ARN(c, "states", "stateMachine:"+c.Text("name"))
			err := kernel.Unique(c, "name", "StateMachineAlreadyExists", "State Machine Already Exists: '%s'")
			cloud.Fill(c.Object.Outputs, map[string]any{"arn": c.Object.ID, "status": "ACTIVE", "description": "",
				"creationDate": time.Now().UTC().Format(time.RFC3339), "versionDescription": "", "stateMachineVersionArn": ""})
			if err != nil {
				return err
			}
			return setMachine(c)
		},
		Update: setMachine,
	}
}

func setMachine(c *cloud.Call) error {
	if problem := problemOf(c.Text("definition")); problem != "" {
		return kernel.Refuse("InvalidDefinition", "Invalid State Machine Definition: '%s'", problem)
	}
	ok, err := iam.MayAssume(c, "states.amazonaws.com", c.Text("roleArn"))
	if err == nil && !ok {
		ok, err = iam.MayAssume(c, "states."+c.Scope.Values["region"]+".amazonaws.com", c.Text("roleArn"))
	}
	if err == nil && !ok {
		err = kernel.Refuse("AccessDeniedException", "Neither the global service principal states.amazonaws.com, nor the "+
			"regional one is authorized to assume the provided role.")
	}
	id, idErr := kernel.NewUUID(c)
	c.Set("revisionId", id)
	cloud.Fill(c.Object.Outputs, map[string]any{"tracingConfiguration": map[string]any{"enabled": false},
		"loggingConfiguration":    map[string]any{"level": "OFF", "includeExecutionData": false, "logDestination": ""},
		"encryptionConfiguration": map[string]any{"type": "AWS_OWNED_KEY"}})
	if err == nil {
		err = idErr
	}
	return err
}

// states are some states of a machine.
type states struct {
	StartAt string           `json:"StartAt"`
	States  map[string]state `json:"States"`
}

type state struct {
	Type     string   `json:"Type"`
	Next     string   `json:"Next"`
	Default  string   `json:"Default"`
	End      bool     `json:"End"`
	Resource string   `json:"Resource"`
	Branches []states `json:"Branches"`
	Iterator *states  `json:"Iterator"`
	Items    *states  `json:"ItemProcessor"`
	Choices  []struct {
		Next string `json:"Next"`
	} `json:"Choices"`
	Catch []struct {
		Next string `json:"Next"`
	} `json:"Catch"`
}

// problemOf returns what is wrong with a definition.
func problemOf(text string) string {
	var s states
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return "INVALID_JSON_DESCRIPTION: " + err.Error()
	}
	return s.problem("/States")
}

// problem follows the states of a machine or of a part of one.
func (s states) problem(path string) string {
	if _, ok := s.States[s.StartAt]; !ok {
		return fmt.Sprintf("MISSING_TRANSITION_TARGET: Missing 'Next' target: %s at /StartAt", s.StartAt)
	}
	for _, name := range slices.Sorted(maps.Keys(s.States)) {
		if problem := s.problemAt(path+"/"+name, s.States[name]); problem != "" {
			return "SCHEMA_VALIDATION_FAILED: " + strings.TrimPrefix(problem, "SCHEMA_VALIDATION_FAILED: ")
		}
	}
	return ""
}

func (s states) problemAt(path string, of state) string {
	last := of.Type == "Succeed" || of.Type == "Fail" || of.Type == "Choice"
	switch {
	case !slices.Contains([]string{"Choice", "Fail", "Map", "Parallel", "Pass", "Succeed", "Task", "Wait"}, of.Type):
		return fmt.Sprintf("Value is not valid at %s/Type: %q", path, of.Type)
	case !last && of.End == (of.Next != ""):
		return "The state needs either Next or End at " + path
	case of.Type == "Task" && of.Resource == "":
		return "The field 'Resource' is required but was missing at " + path
	case of.Type == "Choice" && len(of.Choices) == 0:
		return "The field 'Choices' is required but was missing at " + path
	}
	targets := []string{of.Next, of.Default}
	for _, c := range of.Choices {
		targets = append(targets, c.Next)
	}
	for _, c := range of.Catch {
		targets = append(targets, c.Next)
	}
	for _, target := range targets {
		if _, ok := s.States[target]; target != "" && !ok {
			return "MISSING_TRANSITION_TARGET: Missing 'Next' target: " + target + " at " + path
		}
	}
	inner := slices.Clone(of.Branches)
	for _, i := range []*states{of.Iterator, of.Items} {
		if i != nil {
			inner = append(inner, *i)
		}
	}
	for _, i := range inner {
		if problem := i.problem(path); problem != "" {
			return problem
		}
	}
	return ""
}
