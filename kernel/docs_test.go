package kernel_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"matheron/kernel"
)

// The table of docs/kernels.md is that of the descriptions.
func TestTableOfKernels(t *testing.T) {
	var want strings.Builder
	for _, f := range kernel.Families() {
		var names []string
		for _, q := range f.Fields {
			switch q.Layout {
			case kernel.Whole:
			case kernel.EachInput:
				names = append(names, q.Name+"[d]")
			default:
				names = append(names, q.Name)
			}
		}
		fmt.Fprintf(&want, "| `%s`, `%s` | %s | %s | %s |\n", f.Name, f.Type(), f.Formula, strings.Join(names, ", "), f.Use)
	}
	page, err := os.ReadFile("../docs/kernels.md")
	if err != nil {
		t.Fatal(err)
	}
	head := "| text, Go type | k(x, y) | parameters | functions, and when to use it |\n| --- | --- | --- | --- |\n"
	_, table, _ := strings.Cut(string(page), head)
	if table, _, _ = strings.Cut(table, "\n\n"); table+"\n" != want.String() {
		t.Errorf("the table is\n%s\nthe descriptions say\n%s", table, want.String())
	}
}
