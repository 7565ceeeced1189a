package account

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/events/bus/embedded"
)

// However many sign in for the first time at once, an address has one account.
func TestOfAddress(t *testing.T) {
	ctx := context.Background()
	s, err := Open(ctx, embedded.Test(t))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	var all [8]Account
	var signingIn sync.WaitGroup
	for i := range all {
		signingIn.Go(func() {
			a, err := s.OfAddress(ctx, "ann@example.com", now)
			if err != nil {
				t.Error(err)
			}
			all[i] = a
		})
	}
	signingIn.Wait()
	for _, a := range all {
		if !reflect.DeepEqual(a, all[0]) || a.ID == "" || a.Email != "ann@example.com" || !a.Created.Equal(now) {
			t.Errorf("accounts of one address: %+v and %+v", a, all[0])
		}
	}
	users, err := s.kv.ListKeysFiltered(ctx, "user.*")
	if err != nil {
		t.Fatal(err)
	}
	left := 0
	for range users.Keys() {
		left++
	}
	if left != 1 {
		t.Errorf("%d accounts are left behind, want 1", left)
	}
	if _, err := s.Account(ctx, "nobody"); err == nil {
		t.Error("Account of nobody succeeds")
	}
}

func TestAddress(t *testing.T) {
	for text, want := range map[string]string{"ann@example.com": "ann@example.com", " Ann@Example.COM ": "ann@example.com", "a+b@x.example": "a+b@x.example"} {
		if got, err := Address(text); got != want || err != nil {
			t.Errorf("Address(%q) = %q, %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"", "ann", "Ann <ann@example.com>", "a@b, c@d", "a\n@b.c"} {
		if got, err := Address(text); !errors.Is(err, events.Malformed) {
			t.Errorf("Address(%q) = %q, %v, want malformed", text, got, err)
		}
	}
}
