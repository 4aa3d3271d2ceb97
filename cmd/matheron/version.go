package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// build is what a binary knows about itself.
type build struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"` // of the version control
	Modified bool   `json:"modified,omitempty"` // beyond that revision
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func readBuild() build {
	b := build{Version: "(devel)", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if info.Main.Version != "" {
		b.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}

func (b build) String() string {
	s := "matheron " + b.Version
	if b.Revision != "" {
		s += " " + b.Revision
		if b.Modified {
			s += " (modified)"
		}
	}
	return fmt.Sprintf("%s\n%s %s\n", s, b.Go, b.Platform)
}

func newVersion() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "Print the version of this binary",
		Example: "  matheron version",
		Args:    cobra.NoArgs,
		RunE: begin(func(cmd *cobra.Command) error {
			if asJSON {
				return printJSON(cmd.Context(), readBuild())
			}
			return printText(cmd.Context(), readBuild().String())
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}
