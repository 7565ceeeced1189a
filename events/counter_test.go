package events

import "testing"

func TestMasked(t *testing.T) {
	for user, want := range map[UserID]string{"": "***", "a": "***", "ab": "a***b", "abcdefgh": "a***h"} {
		if got := user.Masked(); got != want {
			t.Errorf("%q masked = %q, want %q", user, got, want)
		}
	}
	for name, want := range map[string]bool{"a***h": true, "ah": true, "A***H": true, "a*h": true, "": false, "ha": false, "abcdefgh": false, "***": false} {
		if got := UserID("abcdefgh").IsCalled(name); got != want {
			t.Errorf("IsCalled(%q) = %t, want %t", name, got, want)
		}
	}
}
