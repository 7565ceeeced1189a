package fetch

import (
	"context"
	"errors"
)

// How a download can end other than well. Anything else is a fault of the local disk or of the market.
var (
	// ErrLink says that the link is none of the form <market>/orders/<id>#<token>.
	ErrLink = errors.New("not a download link")
	// ErrOffline says that market or seller could not be reached in the time there was.
	ErrOffline = errors.New("not reachable")
	// ErrDenied says that the market does not know the link's token, or the agent none of the market's tickets.
	ErrDenied = errors.New("not allowed")
	// ErrMismatch says that the seller's side repeatedly handed out something else than was sold.
	ErrMismatch = errors.New("not what was sold")
	// ErrExists says that another file has the name. It was left as it is.
	ErrExists = errors.New("another file has that name")
	// ErrBusy says that another process is receiving the same file into the same place.
	ErrBusy = errors.New("another download is writing it")
)

// errAgain is in errors after which another attempt may succeed.
var errAgain = errors.New("try again")

// ExitCode returns what a program should exit with after err: 0 without one, 2 for a wrong link, 3 when nobody could be
// reached, 4 when access was denied, 5 when the file did not verify, 130 when the user broke it off, else 1.
func ExitCode(err error) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, context.Canceled):
		return 130
	case errors.Is(err, ErrLink):
		return 2
	case errors.Is(err, ErrMismatch):
		return 5
	case errors.Is(err, ErrDenied):
		return 4
	case errors.Is(err, ErrOffline):
		return 3
	default:
		return 1
	}
}
