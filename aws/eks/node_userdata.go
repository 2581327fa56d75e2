package eks

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"mime/multipart"
	"net/textproto"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// maxNodeUserData is the size in bytes before it is encoded. Source: "Run commands when you launch an EC2 instance with user data input".
const maxNodeUserData = 16 << 10

// userData returns the user data of the launch template, or nil.
func (s *NodeGroupSettings) userData() pulumi.StringPtrInput {
	if s.UserData == nil {
		return nil
	}
	return s.UserData.ToStringOutput().ApplyT(func(text string) (string, error) {
		return encodeUserData(s.Image.System, text)
	}).(pulumi.StringOutput).ToStringPtrOutput()
}

// encodeUserData returns what EKS merges with its own user data. Source: "Customize managed nodes with launch templates", Amazon EKS User
// Guide.
func encodeUserData(system, text string) (string, error) {
	if system == al2023 {
		message, err := mimeMessage(text)
		if err != nil {
			return "", err
		}
		text = message
	} else if strings.HasPrefix(text, "#!") || strings.HasPrefix(text, "MIME-Version:") {
		return "", errors.New("bottlerocket runs no scripts: expected settings in TOML, such as [settings.kubernetes]")
	}
	if len(text) > maxNodeUserData {
		return "", fmt.Errorf("it has %d bytes, EC2 takes %d: fetch the rest from a bucket", len(text), maxNodeUserData)
	}
	return base64.StdEncoding.EncodeToString([]byte(text)), nil
}

// mimeMessage returns a text as a MIME message, which EKS expects.
func mimeMessage(text string) (string, error) {
	kind := `text/x-shellscript; charset="us-ascii"`
	switch {
	case strings.HasPrefix(text, "MIME-Version:"):
		return text, nil
	case strings.HasPrefix(text, "#!"):
	case strings.Contains(text, "node.eks.aws/") && strings.Contains(text, "NodeConfig"):
		kind = "application/node.eks.aws"
	default:
		return "", errors.New("expected a script that begins with #!, or a NodeConfig with the apiVersion node.eks.aws/v1alpha1")
	}
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	// The same text has to make the same message.
	if err := w.SetBoundary("ashlar"); err != nil {
		return "", err
	}
	fmt.Fprintf(&out, "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=%q\r\n\r\n", w.Boundary())
	part, err := w.CreatePart(textproto.MIMEHeader{"Content-Type": {kind}})
	if err != nil {
		return "", err
	}
	if _, err := part.Write([]byte(text)); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	return out.String(), nil
}
