package atomicfile_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"matheron/internal/atomicfile"
)

func ExampleCreate() {
	dir, err := os.MkdirTemp("", "atomicfile")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "model.json")

	save := func(text string, stop bool) error {
		f, err := atomicfile.Create(path)
		if err != nil {
			return err
		}
		defer f.Abort()
		if _, err := io.WriteString(f, text); err != nil {
			return err
		}
		if stop {
			return fmt.Errorf("stopped in the middle")
		}
		return f.Commit()
	}
	fmt.Println(save("whole", false))
	fmt.Println(save("half of", true))
	b, _ := os.ReadFile(path)
	fmt.Println(string(b))
	// Output:
	// <nil>
	// stopped in the middle
	// whole
}
