package document_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/internal/document"
)

func TestParse(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason, text string
		// want is the defect; root tells that there is a document.
		want *document.Defect
		root bool
	}{
		"Map":        {reason: "YAML", text: "a: 1\n", root: true},
		"JSON":       {reason: "JSON is YAML", text: `{"a": [1]}`, root: true},
		"Mark":       {reason: "Windows editors write byte order marks", text: "\uFEFFa: 1\r\n", root: true},
		"Empty":      {reason: "an empty file is not a defect", text: ""},
		"Comments":   {reason: "comments alone are not a defect", text: "# nothing\n"},
		"TooLarge":   {reason: "size", text: strings.Repeat("#", document.MaxSize+1), want: document.TooLarge(document.MaxSize + 1)},
		"Separators": {reason: "many values", text: strings.Repeat(",", 101), want: &document.Defect{Message: "more than 100 commas, colons, opening brackets and lines"}},
		"Latin1":     {reason: "encoding", text: "a: \u00e9\xe9", want: &document.Defect{Mark: document.Mark{Line: 1, Column: 5}, Message: "not UTF-8: save the file as UTF-8"}},
		"Syntax":     {reason: "nothing of the file is quoted", text: "a: [canary", want: &document.Defect{Mark: document.Mark{Line: 1}, Message: "not valid YAML: did not find expected ',' or ']'"}},
		"Second":     {reason: "one document per file", text: "a: 1\n---\nb: 1\n", want: &document.Defect{Mark: document.Mark{Line: 2, Column: 1}, Message: "several YAML documents: write one document per file"}},
		"Deep":       {reason: "nesting", text: strings.Repeat("[", 65) + strings.Repeat("]", 65), want: &document.Defect{Mark: document.Mark{Line: 1, Column: 65}, Message: "nested more than 64 levels deep"}},
		"NotTooDeep": {reason: "up to the limit", text: strings.Repeat("[", 64) + strings.Repeat("]", 64), root: true},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root, defect := document.Parse([]byte(tc.text), 100)
			if tc.want != nil {
				require.NotNil(t, defect, tc.reason)
				assert.Equal(t, *tc.want, *defect, tc.reason)
				return
			}
			require.Nil(t, defect, tc.reason)
			assert.Equal(t, tc.root, root != nil, tc.reason)
		})
	}
}
