package hyper

import (
	"fmt"

	"matheron/dist"
)

// SupportError is the error of a prior that gives values which its parameter
// cannot have. A [ppl.SiteError] around it names the parameter.
type SupportError struct {
	// Prior is where the law has its values, Want where the parameter may be.
	Prior, Want dist.Support
}

func (e *SupportError) Error() string {
	return fmt.Sprintf("the support of its prior is %v, that of the parameter %v", e.Prior, e.Want)
}

// fits returns a [*SupportError] unless all of the support is inside of want.
func fits(support, want dist.Support) error {
	if support.Lower >= want.Lower && support.Upper <= want.Upper {
		return nil
	}
	return &SupportError{support, want}
}
